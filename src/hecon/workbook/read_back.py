"""An edited twin read back: what was changed, in plain words, and the book of inputs that it stands for.

Inputs, tables and choices can be read; a formula that was changed cannot, and is named by `edited_formulas`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import Fault, InputError, nearest
from hecon.inputs.checks import check
from hecon.inputs.parameter import Change, Parameter, Table
from hecon.inputs.scenario import changed
from hecon.inputs.withheld import WITHHELD
from hecon.inputs.workbook_size import refuse_the_huge
from hecon.workbook import control
from hecon.workbook.fill_in import withheld_rows
from hecon.workbook.input_cells import COLUMNS, FIRST, ORIGINAL, SHEET
from hecon.workbook.package import Package, read_package
from hecon.workbook.page import letters
from hecon.workbook.read_control import COVER, plain_number, read_choices
from hecon.workbook.table_cells import FIRST as TABLE_FIRST
from hecon.workbook.table_cells import SHEET as TABLES

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_NUMBERS = {"value": "parameter", "low": "low", "high": "high", "par1": "par1", "par2": "par2"}
_SAME = 4e-15  # relative: a workbook keeps 15 or 16 digits of a number
_MANY = 6  # changed cells of a table that are told one by one


@dataclass(frozen=True)
class ReadBack:
    """What a twin says: `book` its inputs now, `changes` in words, `notes` what else should be known.

    `edits` are the changes of parameters as a scenario would write them, `tables` the names of changed tables, `settings`
    the choices on Control that differ from those written.
    """

    book: "Book"
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    edits: tuple[Change, ...]
    tables: tuple[str, ...]
    settings: Mapping[str, str]


def is_twin(path: str | Path) -> bool:
    """Whether a file is a workbook that hecon wrote as a twin: it has Cover, Control and Inputs.

    Raises:
        InputError: a file that would unpack to too much.

    >>> is_twin("no_such.xlsx")
    False
    """
    import zipfile

    if Path(path).suffix.lower() != ".xlsx" or not zipfile.is_zipfile(path):
        return False
    refuse_the_huge(path)
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return False
        text = archive.read("xl/workbook.xml").decode(errors="replace")
    return all(f'name="{name}"' in text for name in (COVER, control.SHEET, SHEET))


def read_facts(path: str | Path) -> dict[str, str]:
    """What the cover says of the run: Case, Structure, Scenario, Perspective, Fingerprint of the inputs, ...

    Raises:
        InputError: a workbook without a cover, or whose cover names no case.

    >>> read_facts("no_such.xlsx")
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    package = read_package(path)
    if COVER not in package.sheets:
        raise InputError(f"{path}: has no sheet Cover: it is not a workbook that hecon wrote")
    words = package.sheets[COVER].words
    facts: dict[str, str] = {}
    for (row, column), label in sorted(words.items()):
        value = next((words[row, c] for c in range(column + 1, column + 4) if (row, c) in words), "")
        if value:
            facts.setdefault(label, value)
    if "Case" not in facts:
        raise InputError(f"{path}: its Cover names no case")
    return facts


def read_back(path: str | Path, submitted: "Book") -> ReadBack:
    """Read a twin back against the inputs it was written from.

    Raises:
        InputError: cells that cannot be used, all at once, each with its address in the workbook.

    >>> from hecon.inputs.book import make_book
    >>> read_back("no_such.xlsx", make_book("demo", []))
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    package = read_package(path)
    missing = [name for name in (SHEET, control.SHEET) if name not in package.sheets]
    if missing:
        raise InputError(f"{path}: has no sheet {missing[0]}: it is not a workbook that hecon wrote")
    faults: list[Fault] = []
    words: list[str] = []
    notes: list[str] = []
    edits: list[Change] = []
    known = {}
    for row, name in _names(package):
        one = submitted.parameters.get(name)
        if one is None:
            here = f"{SHEET}!A{row + 1}"
            hint = nearest(name, submitted.parameters)
            faults.append(
                Fault(f"{here} ({name})", f"is not an input of {submitted.case}{hint}; inputs are added in its folder")
            )
            continue
        known[name] = replace(one, cells={column: f"{SHEET}!{letters(k)}{row + 1}" for k, column in enumerate(COLUMNS)})
        found, wrong = _edits(package, row, one)
        faults += wrong
        edits += found
        words += [_told(one, change) for change in found]
    notes += [
        f"{name} is withheld in the workbook and nothing was typed for it; it keeps the value of the case"
        for name, row in withheld_rows(package).items()
        if (row, COLUMNS.index("value")) in package.sheets[SHEET].errors
    ]
    missed = [name for name in submitted.parameters if name not in known]
    notes += [f"{name} is not in the workbook; it keeps its value" for name in missed]
    tables, told, wrong = _tables(package, submitted)
    settings, choices, more, bad = read_choices(package, submitted)
    faults += [*wrong, *bad]
    book = replace(submitted, parameters={**submitted.parameters, **known}, tables={**submitted.tables, **tables})
    book, wrong = changed(book, edits)
    fixed = {change.name for change in edits if change.target == "parameter"}
    spread = [name for name in fixed if submitted.parameters[name].distribution not in ("", "fixed")]
    notes += [f"{name} is fixed at its new value: its distribution was made for the old one" for name in sorted(spread)]
    book = check(replace(book, settings={**book.settings, **settings}, origin=None), [*faults, *wrong], str(path))
    return ReadBack(book, (*words, *told, *choices), (*notes, *more), tuple(edits), tuple(tables), settings)


def as_submitted(path: str | Path, book: "Book") -> "Book":
    """The book with the values a twin was written with, where its case's inputs have changed since.

    Raises:
        InputError: a file that is no twin.

    >>> from hecon.inputs.book import make_book
    >>> as_submitted("no_such.xlsx", make_book("demo", []))
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    package = read_package(path)
    parameters = dict(book.parameters)
    for row, name in _names(package) if SHEET in package.sheets else ():
        value = package.number((SHEET, row, ORIGINAL))
        if name in parameters and not np.isnan(value) and not _same(value, parameters[name].value):
            parameters[name] = replace(parameters[name], value=value)
    return replace(book, parameters=parameters)


def edited_formulas(path: str | Path, fresh: str | Path) -> list[str]:
    """Formulas of a twin that differ from a freshly written one; they cannot be read back.

    >>> edited_formulas("no_such.xlsx", "other.xlsx")
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    from hecon.workbook.structure_faults import edited

    return edited(read_package(path), read_package(fresh))


def _names(package: Package) -> Iterator[tuple[int, str]]:
    """Rows of inputs, used and unused, with their names."""
    cells = package.sheets[SHEET]
    for (row, column), word in sorted(cells.words.items()):
        if row >= FIRST and column == 0 and (row, COLUMNS.index("provenance")) in cells.words:
            yield row, word


def _edits(package: Package, row: int, one: Parameter) -> tuple[list[Change], list[Fault]]:
    """What was changed of one input."""
    edits, faults = [], []
    cells = package.sheets[SHEET]
    withheld = cells.words.get((row, ORIGINAL)) == WITHHELD
    for column, target in _NUMBERS.items():
        k = COLUMNS.index(column)
        place, address = (row, k), f"{SHEET}!{letters(k)}{row + 1}"
        old, new = getattr(one, column), package.number((SHEET, row, k))
        if withheld and (place in cells.errors or cells.words.get(place) == WITHHELD):
            continue  # nothing was typed
        if cells.words.get(place, "").strip() or place in cells.errors:
            shown = cells.words.get(place) or cells.errors[place]
            faults.append(Fault(f"{address} ({one.name})", f"{column} is not a number: '{shown}'"))
        elif np.isnan(new):
            if column == "value":
                faults.append(Fault(f"{address} ({one.name})", "has no value"))
            elif not np.isnan(old) and column in ("low", "high"):
                faults.append(Fault(f"{address} ({one.name})", f"{column} is blank; it was {plain_number(old)}"))
        elif not _same(new, old):
            edits.append(Change(target, one.name, repr(float(new)), cell=address))
    k = COLUMNS.index("distribution")
    word = cells.words.get((row, k), "")
    if word != one.distribution and not (withheld and word == WITHHELD):
        edits.append(Change("distribution", one.name, word, cell=f"{SHEET}!{letters(k)}{row + 1}"))
    return edits, faults


def _tables(package: Package, submitted: "Book") -> tuple[dict[str, Table], list[str], list[Fault]]:
    """Tables with a changed number, what changed in words, and cells that hold no number."""
    found: dict[str, Table] = {}
    words: list[str] = []
    faults: list[Fault] = []
    titles = {} if TABLES not in package.sheets else package.sheets[TABLES].words
    for (row, left), name in sorted(titles.items()):
        if row != TABLE_FIRST - 3 or name not in submitted.tables:
            continue
        table = submitted.tables[name]
        old = np.column_stack([table.index, *table.columns.values()])
        names = [table.index_name, *table.columns]
        new = old.copy()
        told = []
        for (r, c), value in np.ndenumerate(old):
            now = package.number((TABLES, TABLE_FIRST + r, left + c))
            if np.isnan(now):
                faults.append(Fault(f"{TABLES}!{letters(left + c)}{TABLE_FIRST + r + 1} ({name})", "is not a number"))
            elif not _same(now, value):
                new[r, c] = now
                told.append(
                    f"{name}, {names[c]} at {table.index_name} {old[r, 0]:g}: {plain_number(value)} -> {plain_number(now)}"
                )
        if told:
            found[name] = Table(name, table.index_name, new[:, 0], dict(zip(table.columns, new[:, 1:].T, strict=True)))
            words += told[:_MANY] + ([f"{name}: {len(told) - _MANY} more cells"] if len(told) > _MANY else [])
            if np.any(np.diff(new[:, 0]) <= 0):
                faults.append(Fault(f"{TABLES} ({name})", f"{table.index_name} must rise from row to row"))
    return found, words, faults


def _told(one: Parameter, change: Change) -> str:
    column = "value" if change.target == "parameter" else change.target
    old = getattr(one, column)
    label = one.label or one.name
    where = label if column == "value" else f"{label}, {column}"
    if column == "distribution":
        return f"{where} {old or 'none'} -> {change.value or 'none'}"
    return f"{where} {plain_number(old)} -> {plain_number(float(change.value))}"


def _same(new: float, old: float) -> bool:
    return bool(abs(new - old) <= _SAME * max(abs(new), abs(old)))
