"""An edited workbook read back: what was changed, in plain words, and the book of inputs that it stands for.

Inputs, tables and choices can be read; a formula that was changed cannot, and is named by `edited_formulas`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.errors import Fault, InputError, nearest
from hecon.inputs.checks import check
from hecon.inputs.parameter import Change, Table
from hecon.inputs.tables.workbook_size import refuse_the_huge
from hecon.inputs.withheld import WITHHELD
from hecon.names import letters
from hecon.workbook.pages.table_cells import SHEET as TABLES
from hecon.workbook.read_back.comments import Comment, comments_of
from hecon.workbook.read_back.edited_cells import edits_of, same, told, with_edits
from hecon.workbook.read_back.edited_formulas import formulas_edited
from hecon.workbook.read_back.inputs_found import faults_of_places, find_inputs
from hecon.workbook.read_back.read_control import COVER, chosen_by_name, plain_number, read_choices, shown_scenario
from hecon.workbook.read_back.scenario_values import changed_scenarios
from hecon.workbook.sheets import control
from hecon.workbook.sheets.changes_sheet import SHEET as CHANGES
from hecon.workbook.sheets.input_cells import SHEET
from hecon.workbook.sheets.items_sheet import ITEMS
from hecon.workbook.sheets.results_plan import SHEET as RESULTS
from hecon.workbook.sheets.scenario_plan import SHEET as SCENARIOS
from hecon.workbook.xlsx.package import NAMING, Package, opened, read_package, sheet_names, undamaged

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_SHEETS = (COVER, control.SHEET, RESULTS, SHEET, ITEMS)  # of every twin; a file with three of them is one
ORIGINAL = "original value"
_READ = (*_SHEETS, TABLES, CHANGES, SCENARIOS)
_BELOW = 3  # rows from a table's name to its first numbers
_MOST_NAMING = 10_000_000  # bytes of a part that names the sheets: what is longer is no workbook of ours
_MANY = 6  # changed cells of a table that are told one by one


@dataclass(frozen=True)
class ReadBack:
    """What a twin says: `book` its inputs now, `changes` in words, `notes` what else should be known.

    `edits` are the changes of parameters as a scenario would write them, `tables` the names of changed tables, `settings`
    the choices on Control that differ from those written, `comments` what reviewers wrote at its cells. `scenario` is the
    scenario that Control shows, of these inputs.
    """

    book: "Book"
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    edits: tuple[Change, ...]
    tables: tuple[str, ...]
    settings: Mapping[str, str]
    comments: tuple[Comment, ...] = ()
    scenario: str = ""

    @property
    def shown(self) -> "Book":
        """The inputs of what the workbook shows: of its scenario, if it shows one.

        Raises:
            InputError: a scenario that cannot be had of these inputs.
        """
        return self.book.scenario(self.scenario) if self.scenario else self.book


def is_executable(path: str | Path) -> bool:
    """Whether a file is a workbook that hecon wrote as a twin, by its sheets; one or two of them may be gone or renamed.

    Raises:
        InputError: a file that would unpack to too much.

    >>> is_executable("no_such.xlsx")
    False
    """
    if Path(path).suffix.lower() != ".xlsx":
        return False
    refuse_the_huge(path)
    return has_our_sheets(path)


def has_our_sheets(path: str | Path) -> bool:
    """As `is_executable`, for a file of which nothing else will be read: by the parts that name its sheets alone.

    >>> has_our_sheets("no_such.xlsx")
    False
    """
    import zipfile

    if Path(path).suffix.lower() != ".xlsx" or not zipfile.is_zipfile(path):
        return False
    try:
        with undamaged(path), opened(path) as archive:
            parts = (archive.getinfo(part) for part in NAMING if part in archive.namelist())
            small = all(part.file_size <= _MOST_NAMING for part in parts)
            return small and len(set(_SHEETS) & set(sheet_names(archive))) >= 3
    except InputError:
        return False


def read_facts(path: str | Path) -> dict[str, str]:
    """What the cover says of the run: Case, Structure, Scenario, Perspective, Fingerprint of the inputs, ...

    Raises:
        InputError: a workbook without a cover, or whose cover names no case.

    >>> read_facts("no_such.xlsx")
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    package = read_package(path, only=(COVER,))
    if COVER not in package.sheets:
        raise InputError(
            f"{path}: has no sheet {COVER}: it was deleted or renamed, or hecon did not write this workbook"
        )
    words = package.sheets[COVER].words
    facts: dict[str, str] = {}
    for (row, column), label in sorted(words.items()):
        value = next((words[row, c] for c in range(column + 1, column + 4) if (row, c) in words), "")
        if value:
            facts.setdefault(label, value)
    if "Case" not in facts:
        raise InputError(f"{path}: its Cover names no case")
    return facts


def need_sheets(path: str | Path) -> None:
    """Stop where a sheet is missing without which a workbook cannot be read back or verified.

    Raises:
        InputError: the sheets that were deleted or renamed.

    >>> need_sheets("no_such.xlsx")
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    with opened(path) as archive:
        there = sheet_names(archive)
    if missing := ", ".join(name for name in _SHEETS if name not in there):
        raise InputError(
            f"{path}: has no sheet {missing}: it was deleted or renamed, or hecon did not write this workbook"
        )


def read_back(path: str | Path, submitted: "Book") -> ReadBack:
    """Read a twin back against the inputs it was written from.

    Raises:
        InputError: cells that cannot be used, all at once, each with its address in the workbook.

    >>> from hecon.inputs.book import make_book
    >>> read_back("no_such.xlsx", make_book("demo", []))
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    need_sheets(path)
    package = read_package(path, only=_READ)
    found = find_inputs(package)
    faults, notes = faults_of_places(package, found, submitted)
    named, unnamed = chosen_by_name(package, submitted)
    faults += unnamed
    edits: list[Change] = []
    parameters: dict[str, Any] = {}
    for name in found.rows:
        one = submitted.parameters.get(name)
        if one is not None and name not in found.twice:
            cells = {column: found.address(column, name) for column in found.columns}
            mine, wrong = edits_of(package, found, one, named)
            parameters[name] = with_edits(replace(one, cells=cells), mine)
            faults += wrong
            edits += mine
    faults += [
        Fault(f"{one.cell} ({one.name})", f"there is no source '{one.value}'{nearest(one.value, submitted.sources)};"
              " write it in sources.csv of the case first")
        for one in edits if one.target == "source" and one.value and one.value not in submitted.sources
    ]  # fmt: skip
    words = [told(submitted.parameters[change.name], change) for change in edits]
    notes += [
        f"{name} is withheld in the workbook and nothing was typed for it; it keeps the value of the case"
        for name, row in found.rows.items()
        if (row, found.columns["value"]) in package.sheets[SHEET].errors and _withheld(package, found.columns, row)
    ]
    tables, of_tables, wrong = _tables(package, submitted)
    settings, choices, more, bad = read_choices(package, submitted)
    faults += [*wrong, *bad]
    book = replace(submitted, parameters={**submitted.parameters, **parameters}, tables={**submitted.tables, **tables})
    targets = {name: {change.target for change in edits if change.name == name} for name in parameters}
    fixed = [
        name for name, ones in targets.items() if "parameter" in ones and not ones & {"distribution", "par1", "par2"}
    ]
    spread = [name for name in fixed if submitted.parameters[name].distribution not in ("", "fixed")]
    notes += [f"{name} is fixed at its new value: its distribution was made for the old one" for name in sorted(spread)]
    notes += changed_scenarios(package, submitted)
    comments = comments_of(path, package)
    book = check(replace(book, settings={**book.settings, **settings}, origin=None), faults, str(path))
    scenario, _ = shown_scenario(package, submitted)
    changes = (*words, *of_tables, *choices)
    return ReadBack(book, changes, (*notes, *more), tuple(edits), tuple(tables), settings, comments, scenario)


def as_submitted(path: str | Path, book: "Book") -> "Book":
    """The book with the values a twin was written with, where its case's inputs have changed since.

    Raises:
        InputError: a file that is no executable workbook.

    >>> from hecon.inputs.book import make_book
    >>> as_submitted("no_such.xlsx", make_book("demo", []))
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    package = read_package(path, only=(SHEET,))
    parameters = dict(book.parameters)
    found = find_inputs(package) if SHEET in package.sheets else None
    for name, row in found.rows.items() if found is not None and ORIGINAL in found.columns else ():
        value = package.number((SHEET, row, found.columns[ORIGINAL])) if found is not None else float("nan")
        if name in parameters and not np.isnan(value) and not same(value, parameters[name].value):
            parameters[name] = replace(parameters[name], value=value)
    return replace(book, parameters=parameters)


def edited_formulas(path: str | Path, fresh: str | Path) -> list[str]:
    """Formulas of a workbook that differ from a freshly written one; they cannot be read back.

    >>> edited_formulas("no_such.xlsx", "other.xlsx")
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    return formulas_edited(read_package(path), read_package(fresh))


def _withheld(package: Package, columns: Mapping[str, int], row: int) -> bool:
    return ORIGINAL in columns and package.word((SHEET, row, columns[ORIGINAL])) == WITHHELD


def _tables(package: Package, submitted: "Book") -> tuple[dict[str, Table], list[str], list[Fault]]:
    """Tables with a changed number, what changed in words, and cells that hold no number."""
    found: dict[str, Table] = {}
    words: list[str] = []
    faults: list[Fault] = []
    titles = {} if TABLES not in package.sheets else package.sheets[TABLES].words
    for name, table in submitted.tables.items():
        heads = [table.index_name, *table.columns]
        places = [
            (row + _BELOW, left) for (row, left), word in titles.items()
            if word == name and [titles.get((row + _BELOW - 1, left + k)) for k in range(len(heads))] == heads
        ]  # fmt: skip
        if not places:
            told = f"is not found with its headings {', '.join(heads)}: it was deleted or renamed; put it back"
            faults.append(Fault(f"{TABLES} ({name})", told))
            continue
        first, left = places[0]
        old = np.column_stack([table.index, *table.columns.values()])
        names = [table.index_name, *table.columns]
        new = old.copy()
        here: list[str] = []
        for (r, c), value in np.ndenumerate(old):
            now = package.number((TABLES, first + r, left + c))
            if np.isnan(now):
                faults.append(Fault(f"{TABLES}!{letters(left + c)}{first + r + 1} ({name})", "is not a number"))
            elif not same(now, value):
                new[r, c] = now
                here.append(
                    f"{name}, {names[c]} at {table.index_name} {old[r, 0]:g}: {plain_number(value)} -> {plain_number(now)}"
                )
        if here:
            found[name] = Table(name, table.index_name, new[:, 0], dict(zip(table.columns, new[:, 1:].T, strict=True)))
            words += here[:_MANY] + ([f"{name}: {len(here) - _MANY} more cells"] if len(here) > _MANY else [])
            if np.any(np.diff(new[:, 0]) <= 0):
                faults.append(Fault(f"{TABLES} ({name})", f"{table.index_name} must rise from row to row"))
    return found, words, faults
