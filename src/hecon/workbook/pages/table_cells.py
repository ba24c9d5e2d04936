"""Where the tables of the inputs stand on their sheet, and how a formula reads them: by row, by line, as survivors.

A look-up takes the last row whose index is at most x; past the table it meets the word in its closing row and fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hecon.formula.excel import to_excel
from hecon.formula.syntax import Number
from hecon.inputs.parameter import Table
from hecon.outcomes import Array
from hecon.workbook.pages.page import letters

SHEET = "Tables"
FIRST = 6  # the first row of numbers, counted from 0
END = "(end)"
_TINY = "1E-9"


@dataclass(eq=False)
class TableCells:
    """One table on the sheet: its index column, a column for each of its columns, two more where survivors are asked for."""

    table: Table
    column: int
    survivors: dict[str, int] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Columns it takes."""
        return 1 + len(self.table.columns) + 2 * len(self.table.columns)

    @property
    def rows(self) -> int:
        """Rows of numbers."""
        return len(self.table.index)

    def at(self, column: str) -> int:
        """The sheet's column of one of the table's."""
        return self.column + 1 + list(self.table.columns).index(column)


class TablesSheet:
    """All tables, side by side from column A; `used` names those that a formula reads."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.cells: dict[str, TableCells] = {}
        self.used: set[str] = set()
        column = 0
        for name, table in tables.items():
            self.cells[name] = TableCells(table, column)
            column += self.cells[name].width + 1

    def look_up(self, table: str, column: str, x: str) -> str:
        """INDEX and MATCH: the value in the last row whose index is at most x (an ulp below counts as at)."""
        cells, column = self._cells(table, column)
        rows = cells.rows + 1
        found = f"INDEX({_range(cells.at(column), rows)},MATCH({x}+{_TINY},{_range(cells.column, rows)},1))"
        return (
            f"({found}+0)"  # past the end an error; the word alone would be left out by MAX and be more than any number
        )

    def interpolate(self, table: str, column: str, x: str) -> str:
        """The straight line between the rows around x."""
        cells, column = self._cells(table, column)
        index, values = (_range(k, cells.rows) for k in (cells.column, cells.at(column)))
        if cells.rows == 1:
            return f"IF(({x})={index},{values},1/0)"
        row = f"MIN(MATCH({x},{index},1),{cells.rows - 1})"
        low, high = f"INDEX({index},{row})", f"INDEX({index},{row}+1)"
        line = f"INDEX({values},{row})+(({x})-{low})/({high}-{low})*(INDEX({values},{row}+1)-INDEX({values},{row}))"
        return f"IF(({x})>INDEX({index},{cells.rows}),1/0,{line})"

    def survivors(self, table: str, column: str, age: str) -> str:
        """Survivors to an age: whole years from the column of survivors, the part of a year at a constant hazard; an error
        before the first age, where INDEX would take row 0 for the whole column.
        """
        cells, column = self._cells(table, column)
        if column not in cells.survivors:
            cells.survivors[column] = cells.column + 1 + len(cells.table.columns) + 2 * len(cells.survivors)
        alive, rows = cells.survivors[column], cells.rows + 2
        first = f"{SHEET}!${letters(cells.column)}${FIRST + 1}"
        whole = f"INT({age}-{first}+{_TINY})"
        row = f"IF({whole}<0,NA(),MIN({whole},{rows - 1})+1)"
        part = f"({age}-{first}-{whole})"
        return f"INDEX({_range(alive, rows)},{row})*IF({part}<{_TINY},1,INDEX({_range(alive + 1, rows)},{row})^{part})"

    def _cells(self, table: str, column: str) -> tuple[TableCells, str]:
        self.used.add(table)
        cells = self.cells[table]
        return cells, column or next(iter(cells.table.columns))


def survivor_values(q: Array) -> tuple[Array, Array]:
    """Survivors and yearly survival with the two rows past the table's end: (row + 2,) each.

    >>> [x.tolist() for x in survivor_values(np.array([0.25]))]
    [[1.0, 0.75, 0.0], [0.75, 0.0, 0.0]]
    """
    stay = np.concatenate([1.0 - q, [0.0, 0.0]])
    return np.concatenate([[1.0], np.cumprod(stay)[:-1]]), stay


def plain(number: float) -> str:
    """A number as a formula holds it.

    >>> plain(12.0), plain(0.1)
    ('12', '0.1')
    """
    return to_excel(Number(float(number)))


def _range(column: int, rows: int) -> str:
    return f"{SHEET}!${letters(column)}${FIRST + 1}:${letters(column)}${FIRST + rows}"
