"""What was typed where nothing is read back: words and numbers on the sheets that a fresh workbook holds otherwise."""

from collections.abc import Iterator

import numpy as np

from hecon.arrays import Array
from hecon.names import letters
from hecon.workbook.pages.table_cells import SHEET as TABLES
from hecon.workbook.read_back.edited_formulas import Lines, lines_of
from hecon.workbook.sheets.about_sheet import SHEET as ABOUT
from hecon.workbook.sheets.ceac_sheet import SHEET as CEAC
from hecon.workbook.sheets.changes_sheet import SHEET as CHANGES
from hecon.workbook.sheets.changes_sheet import typed_by_people
from hecon.workbook.sheets.control import SHEET as CONTROL
from hecon.workbook.sheets.decision_sheet import PATIENTS
from hecon.workbook.sheets.decision_sheet import SHEET as DECISION
from hecon.workbook.sheets.formulas_sheet import SHEET as FORMULAS
from hecon.workbook.sheets.input_cells import SHEET as INPUTS
from hecon.workbook.stored.sheet import placeholders
from hecon.workbook.xlsx.package import Cells, Package

_READ = ("Cover", CONTROL, INPUTS, TABLES, ABOUT, FORMULAS)
_HIGHEST = (CEAC, 3, 1)  # the highest threshold of the CEAC, which a reviewer may type
_LONG = 80


def typed_elsewhere(package: Package, fresh: Package) -> list[str]:
    """Words and stored numbers of a file that are not those of a fresh workbook, where no formula stands; in words.

    Sheets of stored results are left out, since a fresh workbook has none, and so are comments on Changes.

    >>> import numpy as np
    >>> one, two = (Package({"Sources": Cells(np.full((1, 1), np.nan), {(0, 0): word})}, {}, ()) for word in ("b", "a"))
    >>> typed_elsewhere(one, two)
    ["Sources!A1 holds 'b' in place of 'a'"]
    """
    stored = {one.name for one in placeholders(package)}
    found: list[str] = []
    for name, cells in fresh.sheets.items():
        mine = package.sheets.get(name)
        if mine is None or mine is cells or name in _READ or name in stored:
            continue
        rows, columns = lines_of(mine, cells)
        for row, column, text in [*_words(mine, cells, rows, columns), *_numbers(mine, cells, rows, columns)]:
            there = (rows.get(row, -1), columns.get(column, -1))
            if (name, row) == (DECISION, PATIENTS):
                continue  # in the author's words, which a fresh workbook does not have
            if (name, *there) != _HIGHEST and not (name == CHANGES and typed_by_people(mine, row, column)):
                found.append(f"{name}!{letters(column)}{row + 1} {text}")
    return found


def _words(mine: Cells, new: Cells, rows: Lines, columns: Lines) -> Iterator[tuple[int, int, str]]:
    for (row, column), word in sorted(mine.words.items()):
        there = (rows.get(row, -1), columns.get(column, -1))
        wanted = new.words.get(there, "")
        if (
            (row, column) in mine.formulas
            or there in new.formulas
            or " ".join(word.split()) == " ".join(wanted.split())
        ):
            continue
        yield row, column, f"holds '{word[:_LONG]}' in place of " + (f"'{wanted[:_LONG]}'" if wanted else "nothing")


def _numbers(mine: Cells, new: Cells, rows: Lines, columns: Lines) -> Iterator[tuple[int, int, str]]:
    wanted: Array = np.full(mine.numbers.shape, np.nan)
    inside = [
        [
            (here, there)
            for here, there in one.items()
            if here < mine.numbers.shape[axis] and there < new.numbers.shape[axis]
        ]
        for axis, one in enumerate((rows, columns))
    ]
    (here_r, there_r), (here_c, there_c) = (zip(*one, strict=True) if one else ((), ()) for one in inside)
    wanted[np.ix_(here_r, here_c)] = new.numbers[np.ix_(there_r, there_c)] if here_r and here_c else np.nan
    near = np.isclose(mine.numbers, wanted, rtol=1e-12, atol=0.0, equal_nan=True)
    for row, column in np.argwhere(~near).tolist():
        there = (rows.get(row, -1), columns.get(column, -1))
        if (
            (row, column) in mine.formulas
            or there in new.formulas
            or mine.numbers[row, column] != mine.numbers[row, column]
        ):
            continue
        was = wanted[row, column]
        yield (
            row,
            column,
            f"holds {mine.numbers[row, column]:.12g} in place of {'nothing' if was != was else f'{was:.12g}'}",
        )
