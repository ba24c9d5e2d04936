"""The smallest workbooks that doctests can follow by hand, each with cells that were edited."""

from collections.abc import Mapping

import numpy as np

from hecon.verification.workbook.moves import Moved
from hecon.verification.workbook.subject import WorkbookSubject
from hecon.workbook.sheets.formulas_sheet import Line
from hecon.workbook.xlsx.package import Cells, Package

_ROWS = 10


def edited(
    formulas: Mapping[tuple[int, int], str], words: Mapping[tuple[int, int], str], *lines: Line, sheet: str = "S"
) -> WorkbookSubject:
    """A sheet with these formulas and words by (row, column) from 0, and the list that it carries.

    >>> edited({(0, 0): "1+1"}, {}).held("S", 0, 0)
    '=1+1'
    """
    cells = Cells(np.full((_ROWS + 2, 8), np.nan), dict(words), {}, dict(formulas))
    return WorkbookSubject(Package({sheet: cells}, {}, ()), lines, {sheet: Moved(sheet)})


def by_cycle(*changed: tuple[int, int, str], other: str = "") -> WorkbookSubject:
    """A sheet by cycle: the heads `cycle` and `well` in row 1, then ten rows, of which G halves from row to row but where changed.

    `other` is the formula of a cell beside it, on a sheet of results.

    >>> by_cycle().package.sheets["Trace_a"].formulas[2, 6]
    'G2*0.5'
    """
    formulas = {(row, 0): f"A{row}+1" for row in range(1, _ROWS + 1)}
    formulas |= {(row, 6): f"G{row}*0.5" for row in range(1, _ROWS + 1)}
    formulas |= {(row, column): text for row, column, text in changed}
    cells = Cells(np.full((_ROWS + 2, 8), np.nan), {(0, 0): "cycle", (0, 6): "well"}, {}, formulas)
    sums = {(0, column): "SUM(Trace_a!$G$2:$G$11)" for column in range(_ROWS)} | ({(0, _ROWS): other} if other else {})
    results = Cells(np.full((1, _ROWS + 1), np.nan), {}, {}, sums)
    return WorkbookSubject(Package({"Trace_a": cells, "Results": results}, {}, ()))
