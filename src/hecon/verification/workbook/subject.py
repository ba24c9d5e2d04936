"""An executable workbook as the tests look at it: cells, formulas in runs, its list as submitted, what its columns are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from hecon.errors import InputError
from hecon.verification.verdict import FAILS, Finding
from hecon.verification.workbook.moves import Moves, moves_of
from hecon.workbook.read_back.read_back import is_executable
from hecon.workbook.sheets.formulas_sheet import COVER_LINE, SHEET, Line, read_list, where
from hecon.workbook.verify.formula_runs import Run, Runs, formula_runs
from hecon.workbook.xlsx.package import Cells, Package, read_package

MODEL_PAGES = ("Trace_", "PSM_", "Tree_", "Tables", "Inputs", "Transitions", "Survival")
_LONGEST = 150


@dataclass(frozen=True)
class WorkbookSubject:
    """A workbook that may have been edited; `lines` is the list that it carries, empty where it has none, and `moves` tells
    where the sheets of the list are now.
    """

    package: Package
    lines: tuple[Line, ...] = ()
    moves: Moves = field(default_factory=dict)

    @cached_property
    def runs(self) -> Runs:
        """Its formulas in runs, sheet by sheet."""
        return {name: runs for name, runs in formula_runs(self.package).items() if name != SHEET}

    @cached_property
    def by_column(self) -> Mapping[tuple[str, int], tuple[Run, ...]]:
        """Its formulas in runs, by sheet and column."""
        found: dict[tuple[str, int], list[Run]] = {}
        for sheet, runs in self.runs.items():
            for one in runs:
                found.setdefault((sheet, one.column), []).append(one)
        return {key: tuple(sorted(runs, key=lambda one: one.first)) for key, runs in found.items()}

    def taken_as(self, moves: Moves) -> "WorkbookSubject":
        """The same cells with other moves; its runs, which follow from the cells alone, are not found again.

        >>> WorkbookSubject(Package({}, {}, ())).taken_as({}).lines
        ()
        """
        other = replace(self, moves=moves)
        vars(other).update(runs=self.runs, by_column=self.by_column)
        return other

    @cached_property
    def cover(self) -> str:
        """What the Cover says of the list; empty where it says nothing."""
        words = self.package.sheets["Cover"].words if "Cover" in self.package.sheets else {}
        row = next((place[0] for place, word in words.items() if word == COVER_LINE), None)
        return next((words[row, k] for k in (1, 2, 3) if (row, k) in words), "") if row is not None else ""

    @property
    def draws(self) -> int:
        """Draws of the PSA that it keeps; 0 where there is none."""
        cells = self.package.sheets.get("PSA_draws")
        if cells is None:
            return 0
        top = next((row for (row, column), word in cells.words.items() if column == 0 and word == "draw"), -1)
        return int(np.count_nonzero(~np.isnan(cells.numbers[top + 1 :, 0])))

    def number(self, sheet: str, row: int, column: int) -> float:
        """The number that is stored in a cell; nan where there is none."""
        return self.package.number((sheet, row, column))

    def held(self, sheet: str, row: int, column: int) -> str:
        """What stands in a cell, as a person reads it.

        >>> WorkbookSubject(Package({"S": Cells(np.ones((1, 1)))}, {}, ())).held("S", 0, 0)
        'the number 1'
        """
        cells = self.package.sheets[sheet]
        if (row, column) in cells.formulas:
            return "=" + shortened(cells.formulas[row, column])
        if (row, column) in cells.words:
            return f"the text '{cells.words[row, column][:60]}'"
        value = self.number(sheet, row, column)
        return "nothing" if value != value else f"the number {value:.12g}"

    def called(self, sheet: str, row: int, column: int) -> str:
        """What a cell is called: the sheet, the words at the left in its row, and those above it in its column.

        Of a long column only the heading tells; of a short table both do.
        """
        cells = self.package.sheets[sheet]
        above = next((cells.words[r, column] for r in range(row - 1, -1, -1) if self._is_head(cells, r, column)), "")
        left = next((cells.words[row, c] for c in range(column - 1, -1, -1) if self._is_head(cells, row, c)), "")
        if sheet.startswith(MODEL_PAGES[:2]):
            is_list = left and column in (2, 3)
            above, left = ("", left) if is_list else (self._heading(cells, row, column) or above, "")
        elif sheet == "Inputs":
            left = cells.words.get((row, 0), left)
        parts = [sheet, *(" ".join(word.split())[:70] for word in (left, above) if word)]
        return ", ".join(dict.fromkeys(parts))

    def _heading(self, cells: Cells, row: int, column: int) -> str:
        """The name of a column of a sheet by cycle: it stands in the row of the heading `cycle`."""
        top = max((r for (r, c), word in cells.words.items() if c == 0 and word == "cycle" and r < row), default=-1)
        return cells.words.get((top, column), "")

    @staticmethod
    def _is_head(cells: Cells, row: int, column: int) -> bool:
        return (row, column) in cells.words and (row, column) not in cells.formulas

    def finding(
        self, told: str, sheet: str, rows: tuple[int, int], column: int, *, wanted: float = float("nan"),
        got: float = float("nan"), formula: str = "", verdict: str = FAILS,
    ) -> Finding:  # fmt: skip
        """A finding at cells of a column, rows from 0, both ends included."""
        first, last = rows
        name = self.called(sheet, first, column)
        return Finding(told, name, got, wanted, formula, where(sheet, first, last, column), verdict)


def open_subject(file: str | Path) -> WorkbookSubject:
    """A workbook, read.

    Raises:
        InputError: a file that is no executable workbook of hecon.

    >>> open_subject("no_such.xlsx")
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    if not Path(file).is_file():
        raise InputError(f"{file}: not found")
    if not is_executable(file):
        raise InputError(f"{file}: is not an executable workbook that hecon wrote")
    package = read_package(file)
    lines = tuple(read_list(package))
    return WorkbookSubject(package, lines, moves_of(package, lines))


def shortened(text: str) -> str:
    """A formula as far as a line shows it.

    >>> len(shortened("A" * 300))
    150
    """
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
