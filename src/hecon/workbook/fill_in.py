"""Cells of a confidential workbook that wait for a value: which they are, and a copy with the case's own values in them."""

from pathlib import Path
from typing import TYPE_CHECKING

from hecon.inputs.withheld import WITHHELD
from hecon.workbook.sheets.input_cells import BASE, COLUMNS, FIRST, HIGH, LOW, ORIGINAL, SHEET
from hecon.workbook.xlsx.package import Package, Place, read_package, set_cells

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def withheld_rows(package: Package) -> dict[str, int]:
    """Inputs that a workbook withholds, with their rows on Inputs; none in a workbook that is not confidential.

    >>> withheld_rows(Package({}, {}, ()))
    {}
    """
    if SHEET not in package.sheets:
        return {}
    words = package.sheets[SHEET].words
    return {
        words[row, 0]: row
        for (row, column), word in words.items()
        if column == ORIGINAL and word == WITHHELD and row >= FIRST and (row, 0) in words
    }


def fill_in(path: str | Path, out: str | Path, book: "Book") -> list[str]:
    """A copy of a confidential workbook with what is withheld, and not yet typed, filled in from the case; returns the names.

    >>> fill_in("no_such.xlsx", "other.xlsx", None)
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    package = read_package(path)
    cells: dict[Place, float | str] = {}
    filled = []
    for name, row in withheld_rows(package).items():
        for column in (BASE, LOW, HIGH):
            value = getattr(book.parameters[name], COLUMNS[column])
            if (row, column) in package.sheets[SHEET].formulas and value == value:
                cells[SHEET, row, column] = value
                filled.append(name)
    set_cells(path, out, cells, over_formulas=True)
    return list(dict.fromkeys(filled))
