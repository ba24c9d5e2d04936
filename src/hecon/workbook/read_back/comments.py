"""Reviewers' comments in a workbook: notes at its cells, the column of comments on Changes, and the free lines below it.

They are no part of the inputs. They are listed with their cell and what stands there, and written as comments.csv.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import InputError
from hecon.inputs.tables.csv_file import write_csv
from hecon.names import letters
from hecon.workbook.read_back.inputs_found import find_inputs
from hecon.workbook.sheets import changes_sheet
from hecon.workbook.sheets.control import SHEET as CONTROL
from hecon.workbook.sheets.input_cells import SHEET as INPUTS
from hecon.workbook.xlsx.notes import notes_of
from hecon.workbook.xlsx.package import Package

if TYPE_CHECKING:
    from hecon.workbook.xlsx.notes import Note

FILE = "comments.csv"
_CHANGES = changes_sheet.SHEET


@dataclass(frozen=True)
class Comment:
    """A comment, where it stands, what it is about (an input and its column, a choice, a cell of a table), who wrote it."""

    cell: str
    name: str
    text: str
    author: str = ""

    def __str__(self) -> str:
        about = f" ({self.name})" if self.name else ""
        by = f"{self.author}: " if self.author else ""
        return f"{self.cell}{about}: {by}{' '.join(self.text.split())}"


def comments_of(path: str | Path, package: Package) -> tuple[Comment, ...]:
    """All comments; `package` has the sheets Control, Inputs and Changes.

    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> import xlsxwriter
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     _ = book.add_worksheet("Results").write_comment(1, 2, "too low", {"author": "A"})
    ...     book.close()
    ...     print(comments_of(f"{folder}/demo.xlsx", Package({}, {}, ()))[0])
    Results!C2: A: too low
    """
    found = [
        Comment(_address(one.sheet, one.row, one.column), _about(one, package), one.text, one.author)
        for one in notes_of(path)
    ]
    return (*found, *_beside_changes(package))


def write_comments(comments: tuple[Comment, ...], path: Path) -> None:
    r"""Write them as CSV, a row each.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_comments((Comment("Inputs!D7", "price, value", "too low", "A"),), Path(folder, "c.csv"))
    ...     Path(folder, "c.csv").read_text()
    'cell,name,comment,author\nInputs!D7,"price, value",too low,A\n'
    """
    rows = [[one.cell, one.name, one.text, one.author] for one in comments]
    write_csv(path, [["cell", "name", "comment", "author"], *rows])


def _about(note: "Note", package: Package) -> str:
    """What stands at a note's cell: an input and its column, a choice."""
    if note.sheet == INPUTS and INPUTS in package.sheets:
        try:
            there = find_inputs(package)
        except InputError:
            return ""
        name = next((name for name, row in there.rows.items() if row == note.row), "")
        column = next((one for one, place in there.columns.items() if place == note.column), "")
        return ", ".join(filter(None, (name, column)))
    if note.sheet == CONTROL and CONTROL in package.sheets:
        return package.word((CONTROL, note.row, 0))
    if note.sheet == _CHANGES and _CHANGES in package.sheets:
        return _of_row(package, note.row)
    return ""


def _of_row(package: Package, row: int) -> str:
    wanted = [changes_sheet.HEADS[column] for column in (changes_sheet.NAME, changes_sheet.WHAT)]
    places = sorted((r, c) for (r, c), word in package.sheets[_CHANGES].words.items() if word in wanted)
    columns = list(dict.fromkeys(c for _, c in places))[:2]
    return ", ".join(filter(None, (package.word((_CHANGES, row, column)) for column in columns)))


def _beside_changes(package: Package) -> list[Comment]:
    """What was typed beside logged changes, and in the free lines."""
    if _CHANGES not in package.sheets:
        return []
    words = package.sheets[_CHANGES].words
    column = next((c for (_, c), word in words.items() if word == changes_sheet.HEADS[changes_sheet.COMMENT]), None)
    free = next((r for (r, c), word in words.items() if c == 0 and word == changes_sheet.FREE_HEAD), None)
    walk = next((r for (r, c), word in words.items() if c == 0 and word == changes_sheet.WALK_HEAD), None)
    head = next((r for (r, _), word in words.items() if word == changes_sheet.HEADS[changes_sheet.COMMENT]), None)
    if column is None or head is None:
        return []
    rows = package.sheets[_CHANGES].numbers.shape[0]
    end = rows if walk is None else walk
    middle = end if free is None else free
    found = []
    for row in range(head + 1, middle):
        if text := _typed(package, row, column):
            found.append(Comment(_address(_CHANGES, row, column), _of_row(package, row), text))
    for row in range(middle + 2, end):
        typed = {place: _typed(package, row, place) for place in range(column + 1)}
        if any(typed.values()):
            first = next(place for place, text in typed.items() if text)
            found.append(Comment(_address(_CHANGES, row, first), "", "; ".join(filter(None, typed.values()))))
    return found


def _typed(package: Package, row: int, column: int) -> str:
    """What was typed in a cell, its number as it would be typed."""
    if (row, column) in package.sheets[_CHANGES].formulas:
        return ""
    number = package.number((_CHANGES, row, column))
    return package.word((_CHANGES, row, column)).strip() or ("" if number != number else f"{number:.15g}")


def _address(sheet: str, row: int, column: int) -> str:
    return f"{sheet}!{letters(column)}{row + 1}"
