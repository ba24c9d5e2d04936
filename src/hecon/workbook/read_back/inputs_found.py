"""Where the inputs stand on the Inputs sheet of a workbook as people left it: columns by their headings, rows by their names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest
from hecon.workbook.pages.page import letters
from hecon.workbook.sheets.input_cells import COLUMNS, SHEET
from hecon.workbook.xlsx.package import Cells, Package

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_NEEDED = ("name", "live", "value")
_HELD = ("value", "low", "high", "unit", "provenance", "original value")  # one of them is there in every input's row
_ROW = re.compile(r"\$?[A-Z]+\$?(\d+)$")


@dataclass(frozen=True)
class FoundInputs:
    """The columns of the sheet by heading and the rows of names, counted from 0; `twice` names that stand in two rows."""

    columns: Mapping[str, int]
    rows: Mapping[str, int]
    twice: Mapping[str, tuple[int, int]]

    def address(self, column: str, name: str) -> str:
        """The cell of an input in one column."""
        return f"{SHEET}!{letters(self.columns[column])}{self.rows[name] + 1}"


def find_inputs(package: Package) -> FoundInputs:
    """Where everything stands.

    Raises:
        InputError: no row of headings with name, live and value.

    >>> import numpy as np
    >>> words = {(0, 0): "name", (0, 1): "live", (0, 2): "value", (0, 3): "unit", (2, 0): "price", (2, 3): "EUR"}
    >>> find_inputs(Package({"Inputs": Cells(np.full((3, 4), np.nan), words)}, {}, ())).rows
    {'price': 2}
    """
    cells = package.sheets[SHEET]
    heads = _headings(cells)
    if heads is None:
        raise InputError(f"{SHEET}: has no row with the headings {', '.join(_NEEDED)}; put the deleted columns back")
    first, columns = heads
    held = [columns[one] for one in _HELD if one in columns]
    rows: dict[str, int] = {}
    twice: dict[str, tuple[int, int]] = {}
    for (row, column), word in sorted(cells.words.items()):
        if row <= first or column != columns["name"] or not any(_holds(cells, row, k) for k in held):
            continue
        name = word.strip()
        if name in rows:
            twice[name] = (rows[name], row)
        rows.setdefault(name, row)
    return FoundInputs(columns, rows, twice)


def faults_of_places(package: Package, found: FoundInputs, submitted: "Book") -> tuple[list[Fault], list[str]]:
    """What is wrong with where inputs stand: unknown, missing or doubled names, rows that were sorted; and notes.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="price", value=2.0), Parameter(name="fee", value=1.0)])
    >>> there = FoundInputs({"name": 0}, {"price": 8}, {})
    >>> names = {"price": "Inputs!$C$7", "fee": "Inputs!#REF!"}
    >>> for fault in faults_of_places(Package({}, names, ()), there, book)[0]:
    ...     print(fault)
    Inputs!A9 (price): stands in row 9, but the formulas read row 7: the rows were sorted or moved; undo that
    Inputs (fee): is not found: its row was deleted or its name changed; put it back
    """
    faults = []
    for name, row in found.rows.items():
        here = f"{SHEET}!{letters(found.columns['name'])}{row + 1} ({name})"
        if name not in submitted.parameters:
            hint = nearest(name, submitted.parameters)
            faults.append(Fault(here, f"is not an input of {submitted.case}{hint}; inputs are added in its folder"))
        match = _ROW.search(package.names.get(name, ""))
        if match and int(match[1]) != row + 1 and name not in found.twice:
            told = f"stands in row {row + 1}, but the formulas read row {match[1]}: the rows were sorted or moved; undo that"
            faults.append(Fault(here, told))
    for name, (one, two) in found.twice.items():
        faults.append(Fault(f"{SHEET} ({name})", f"stands twice, in rows {one + 1} and {two + 1}; delete one of them"))
    missed = [name for name in submitted.parameters if name not in found.rows]
    told = "is not found: its row was deleted or its name changed; put it back"
    faults += [Fault(f"{SHEET} ({name})", told) for name in missed if name in package.names]
    notes = [f"{name} is not in the workbook; it keeps its value" for name in missed if name not in package.names]
    lost = [one for one in COLUMNS if one not in found.columns and one not in _LATER]
    notes += [f"{SHEET} has no column '{one}': it keeps what the case's inputs say" for one in lost]
    return faults, notes


_LATER = ("valid?", "distribution changed?")  # columns of flags, which hold nothing that is read


def _headings(cells: Cells) -> tuple[int, dict[str, int]] | None:
    by_row: dict[int, dict[str, int]] = {}
    for (row, column), word in cells.words.items():
        by_row.setdefault(row, {}).setdefault(word.strip(), column)
    for row in sorted(by_row):
        if all(one in by_row[row] for one in _NEEDED):
            return row, {one: by_row[row][one] for one in COLUMNS if one in by_row[row]}
    return None


def _holds(cells: Cells, row: int, column: int) -> bool:
    place = (row, column)
    inside = row < cells.numbers.shape[0] and column < cells.numbers.shape[1]
    there = inside and cells.numbers[place] == cells.numbers[place]
    return bool(there or place in cells.words or place in cells.errors)
