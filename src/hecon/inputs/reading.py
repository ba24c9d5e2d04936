"""From sheets to a book: `read_inputs`, and what each known file must hold.

Every fault of every file is told at once, with the cell it is in.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Any

import numpy as np

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.book import RECORDS, Book
from hecon.inputs.checks import book_faults, filled
from hecon.inputs.curve_parameters import with_curve_parameters
from hecon.inputs.distributions.groups import KINDS
from hecon.inputs.parameter import PROVENANCES, Change, Correlation, Parameter, Scenario, Source, Table
from hecon.inputs.scenario import changed
from hecon.inputs.tables.cells import not_a_number, number
from hecon.inputs.tables.csv_file import Row, Sheet
from hecon.inputs.tables.sheets import read_sheets

NUMBERS = ("value", "low", "high", "par1", "par2")
TEXTS: tuple[str, ...] = ("name", "label", "group", "unit", "distribution", "correlation_group", "source", "provenance")
TEXTS += ("price_year", "currency", "mean_differs", "support", "note")
KNOWN: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # file: (columns it must have, columns it may have)
    "parameters": (("name", "value", "provenance"), (*TEXTS, *NUMBERS)),
    "settings": (("name", "value"), ("note",)),
    "sources": (("id", "citation"), ("place", "year", "country", "address")),
    "scenarios": (("scenario", "target", "name", "value"), ("label", "note")),
    "correlations": (("group", "name_1", "name_2", "value"), ("kind", "note")),
}
UNREAD = (
    "curves",
    "subgroups",
    *RECORDS,
)  # by modules of their own; draws.csv by Book.read_draws, comments.csv by people


def read_inputs(path: str | Path, mixed: bool = False) -> Book:
    r"""The book of a case: a folder of CSV files, or a workbook with the same as sheets.

    Amounts of several currencies or price years are refused, unless they are `mixed` to be converted (`convert`).

    Raises InputError with all faults, each with its cell (`parameters!F14 (p_crs): ...`).

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "parameters.csv").write_text("name,value,provenance\nprice,5,assumption\n")
    ...     read_inputs(folder).parameters["price"].value
    5.0
    """
    path = Path(path)
    sheets = read_sheets(path, skip=("draws", "comments"))
    faults: list[Fault] = []
    if "parameters" not in sheets:
        raise InputError(f"{path}: has no parameters{nearest('parameters', sheets)} (found: {', '.join(sheets)})")
    for name, (must, may) in KNOWN.items():
        faults += column_faults(sheets[name], must, may) if name in sheets else []

    def rows(name: str) -> tuple[Row, ...]:
        return sheets[name].rows if name in sheets else ()

    def record(name: str, key: Callable[[Row], str], make: Callable[[Row, list[Fault]], Any]) -> dict[str, Any]:
        return _unique(rows(name), key, make, faults)

    settings = record("settings", lambda row: row.text("name"), lambda row, _: row)
    tables = {name: _table(sheet, faults) for name, sheet in sheets.items() if name not in KNOWN and name not in UNREAD}
    book = Book(
        case=path.stem,
        parameters=record("parameters", lambda row: row.text("name"), read_parameter),
        settings={name: row.text("value") for name, row in settings.items()},
        tables={name: table for name, table in tables.items() if table is not None},
        sources=record("sources", lambda row: row.text("id"), _source),
        scenarios=scenarios_from_rows(rows("scenarios"), faults),
        correlations=tuple(_correlation(row, faults) for row in rows("correlations")),
        curves=tuple(dict(row.cells) for row in rows("curves")),
        subgroups=tuple(dict(row.cells) for row in rows("subgroups")),
        records={name: tuple(dict(row.cells) for row in rows(name)) for name in RECORDS if name in sheets},
        addresses={name: row.address("value") for name, row in settings.items()},
    )
    book, wrong = with_curve_parameters(book)
    faults += wrong
    faults += [
        Fault(one.place("source"), f"there is no source '{one.source}'{nearest(one.source, book.sources)}")
        for one in book.parameters.values()
        if one.source and one.source not in book.sources
    ]
    unread = {row.text("name") for row in rows("parameters") if not _readable(row)}
    faults += [fault for fault in book_faults(book, mixed) if fault.place.rpartition("(")[2].rstrip(")") not in unread]
    faults += _scenario_faults(book, mixed, sound=not faults)
    raise_faults(faults, InputError, str(path))
    return filled(book)


def _readable(row: Row) -> bool:
    """Whether the row's numbers can be judged: a value, and no text in a number."""
    return bool(row.text("value")) and all(number(text) is not None for c in NUMBERS if (text := row.text(c)))


def _scenario_faults(book: Book, mixed: bool, *, sound: bool) -> list[Fault]:
    """Each scenario applied to the base case: its own rows and, once the base case is sound, what its changes break."""
    faults = []
    base = filled(book) if sound else book
    for scenario in book.scenarios.values():
        other, wrong = changed(base, scenario.changes)
        faults += wrong + (book_faults(other, mixed) if sound and not wrong else [])
    return faults


def column_faults(sheet: Sheet, must: tuple[str, ...], may: tuple[str, ...]) -> list[Fault]:
    """Columns that a sheet lacks of those it must have, and columns that it neither must nor may have.

    >>> str(column_faults(Sheet("scenarios", ("name",), ()), ("name", "value"), ())[0])
    "scenarios: has no column 'value'"
    """
    known = (*must, *may)
    faults = [
        Fault(sheet.name, f"has no column '{column}'{nearest(column, [c for c in sheet.columns if c not in known])}")
        for column in must
        if column not in sheet.columns
    ]
    unknown = [column for column in sheet.columns if column not in known]
    free = [column for column in known if column not in sheet.columns]
    return faults + [
        Fault(sheet.name, f"has an unknown column '{column}'{nearest(column, free)} (known: {', '.join(known)})")
        for column in unknown
        if not any(nearest(column, [c]) for c in must if c not in sheet.columns)
    ]


def _unique(
    rows: tuple[Row, ...], key: Callable[[Row], str], make: Callable[[Row, list[Fault]], Any], faults: list[Fault]
) -> dict[str, Any]:
    """Records by key; a key that is blank or met before is a fault."""
    records: dict[str, Any] = {}
    first: dict[str, str] = {}
    for row in rows:
        name = key(row)
        if not name:
            faults.append(Fault(row.address("name"), "has no name"))
        elif name in records:
            faults.append(Fault(f"{row.address('name')} ({name})", f"'{name}' is already in {first[name]}"))
        else:
            records[name] = make(row, faults)
            first[name] = row.address("name")
    return records


def read_parameter(row: Row, faults: list[Fault]) -> Parameter:
    """A row of parameters, or of another file of the same columns; what cannot be read is added to `faults`.

    >>> faults = []
    >>> read_parameter(Row("parameters", 2, {"name": "fee", "value": "x"}, {"name": "A", "value": "B"}), faults).name
    'fee'
    >>> print(faults[0])
    parameters!B2 (fee): value is not a number: 'x'
    """
    name = row.text("name")
    numbers: dict[str, Any] = {column: _number(row, column, name, faults) for column in NUMBERS}
    if not row.text("value"):
        faults.append(Fault(f"{row.address('value')} ({name})", "has no value"))
    provenance = row.text("provenance")
    if provenance not in PROVENANCES:
        said = f"unknown provenance '{provenance}'{nearest(provenance, PROVENANCES)}" if provenance else "no provenance"
        faults.append(Fault(f"{row.address('provenance')} ({name})", f"{said}; write one of {', '.join(PROVENANCES)}"))
    texts: dict[str, Any] = {column: row.text(column) for column in TEXTS}
    return Parameter(**texts, **numbers, cells={column: row.address(column) for column in row.letters})


def _source(row: Row, _: list[Fault]) -> Source:
    return Source(*(row.text(column) for column in ("id", "citation", "place", "year", "country", "address")))


def _correlation(row: Row, faults: list[Fault]) -> Correlation:
    kind = row.text("kind") or "correlation"
    if kind not in KINDS:
        text = f"unknown kind '{kind}'{nearest(kind, KINDS)} (known: {', '.join(KINDS)})"
        faults.append(Fault(row.address("kind"), text))
    value = _number(row, "value", row.text("group"), faults)
    if not row.text("value"):
        faults.append(Fault(row.address("value"), "has no value"))
    return Correlation(row.text("group"), row.text("name_1"), row.text("name_2"), value, kind, row.address("value"))


def scenarios_from_rows(rows: tuple[Row, ...], faults: list[Fault]) -> dict[str, Scenario]:
    """The scenarios by name, in the order of their first rows; what cannot be read is added to `faults`.

    >>> row = Row("scenarios", 2, {"scenario": "a", "target": "parameter", "name": "fee", "value": "2"}, {"value": "D"})
    >>> scenarios_from_rows((row,), [])["a"].changes[0].place
    'scenarios!D2 (fee)'
    """
    scenarios: dict[str, Scenario] = {}
    for row in rows:
        name = row.text("scenario")
        if not name:
            faults.append(Fault(row.address("scenario"), "has no scenario"))
            continue
        target, what, value = row.text("target"), row.text("name"), row.text("value")
        change = Change(target, what, value, row.text("note"), row.address("value"))
        one = scenarios.setdefault(name, Scenario(name, "", ()))
        if any((other.target, other.name) == (target, what) for other in one.changes):
            faults.append(Fault(change.place, f"scenario {name} changes {target} {what} twice"))
        scenarios[name] = replace(one, label=one.label or row.text("label"), changes=(*one.changes, change))
    return scenarios


def _table(sheet: Sheet, faults: list[Fault]) -> Table | None:
    """A table of numbers by an increasing index; None when a cell is not a number."""
    before = len(faults)
    columns = {
        column: np.array([_number(row, column, column, faults) for row in sheet.rows]) for column in sheet.columns
    }
    blank = [row.address(column) for row in sheet.rows for column in sheet.columns if not row.text(column)]
    faults += [Fault(address, "is blank; a table needs a number in every cell") for address in blank]
    index_name = sheet.columns[0]
    index = columns.pop(index_name)
    if len(faults) > before:
        return None
    if not len(index):
        faults.append(Fault(sheet.name, "is a table without rows"))
    for row, step in zip(sheet.rows[1:], np.diff(index), strict=True):
        if step <= 0:
            faults.append(Fault(row.address(index_name), f"{index_name} must increase from row to row"))
    return Table(sheet.name, index_name, index, columns)


def _number(row: Row, column: str, name: str, faults: list[Fault]) -> float:
    """The cell's number, nan when blank; text is a fault."""
    text = row.text(column)
    if not text:
        return nan
    found = number(text)
    if found is None:
        place = row.address(column) + (f" ({name})" if name else "")
        faults.append(Fault(place, f"{column} {not_a_number(text)}"))
        return nan
    return found
