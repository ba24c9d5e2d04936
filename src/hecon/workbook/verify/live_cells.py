"""The formulas that the engine's cells are computed from, found by following references; all others only show results.

Under other inputs these alone are recalculated: the cells compared then are the engine's, and no other can change them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hecon.names import column_number
from hecon.workbook.layout import Layout
from hecon.workbook.verify.expected import stretches
from hecon.workbook.verify.formula_runs import Run, Runs
from hecon.workbook.xlsx.package import Package
from hecon.workbook.xlsx.references import SAFE, functions, words

_AREA = re.compile(
    r'"(?:[^"]|"")*"'  # text
    r"|(?:('(?:[^']|'')*'|[A-Za-z_][\w.]*)!)?(?<![\w.])\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?(?![\w(.!])"
)
_OTHER = re.compile(
    r"[\[#{]|\$?\b[A-Z]{1,3}:\$?[A-Z]{1,3}\b(?!\d)|(?<![A-Z$\d.])\$?\d+:\$?\d+"
)  # what is not followed here

TOTALS = ("cost", "qaly")  # of each strategy, on Results
LiveCells = Mapping[str, frozenset[tuple[int, int]]]  # the formulas of each sheet that is referred to


@dataclass(frozen=True)
class _Area:
    """Cells of a sheet, both ends included."""

    sheet: str
    rows: tuple[int, int]
    columns: tuple[int, int]


def live_cells(package: Package, layout: Layout, runs: Runs) -> LiveCells | None:
    """The formulas that the engine's cells and the totals on Results are computed from, themselves included, on each sheet
    that these refer to.

    None where a formula refers to cells in a way that cannot be followed; then all of the workbook is to be recalculated.

    >>> live_cells(Package({}, {}, ()), Layout({}, {}, (), (), (), {}, {}, {}, False), {})
    {}
    """
    found = {name: np.zeros(len(runs[name]), dtype=np.bool_) for name in package.sheets}
    corners = {
        name: np.array([(run.first, run.last, run.column) for run in some], dtype=np.int64).reshape(-1, 3).T
        for name, some in runs.items()
    }
    seen: set[_Area] = set()
    left = [_Area(one.sheet, (one.first, one.last), (one.column, one.column)) for one in stretches(layout)]
    totals = [place for (what, _), place in layout.results.items() if what in TOTALS]
    left += [_Area(sheet, (row, row), (column, column)) for sheet, row, column in totals]
    while left:
        area = left.pop()
        if area in seen or area.sheet not in found:
            continue
        seen.add(area)
        within = _within(corners[area.sheet], area) & ~found[area.sheet]
        found[area.sheet] |= within
        for k in np.flatnonzero(within).tolist():
            areas = _read_by(runs[area.sheet][k], area.sheet, package.names)
            if areas is None:
                return None
            left += areas
    sheets = {area.sheet for area in seen if area.sheet in found}
    return {
        name: frozenset(
            (row, run.column)
            for run, live in zip(runs[name], found[name].tolist(), strict=True)
            if live
            for row in range(run.first, run.last + 1)
        )
        for name in package.sheets
        if name in sheets
    }


def _within(corners: NDArray[np.int64], area: _Area) -> NDArray[np.bool_]:
    first, last, column = corners
    across: NDArray[np.bool_] = (column >= area.columns[0]) & (column <= area.columns[1])
    down: NDArray[np.bool_] = (first <= area.rows[1]) & (last >= area.rows[0])
    return np.logical_and(across, down)


def _read_by(run: Run, sheet: str, names: Mapping[str, str]) -> list[_Area] | None:
    """All cells that the formulas of a run read; None where its text tells them in another way than by cells and names."""
    if _OTHER.search(re.sub(r'"(?:[^"]|"")*"', " ", run.text)) or functions(run.text) - SAFE:
        return None
    named = [area for word in words(run.text) if word in names for area in _areas(names[word], sheet)]
    return named + [
        _Area(
            one.sheet,
            (min(one.rows[0], other.rows[0]), max(one.rows[1], other.rows[1])),
            (min(one.columns[0], other.columns[0]), max(one.columns[1], other.columns[1])),
        )
        for one, other in zip(_areas(run.text, sheet), _areas(run.end, sheet), strict=True)
    ]


def _areas(text: str, sheet: str) -> Iterator[_Area]:
    """The cells and ranges that a formula on a sheet names."""
    for name, column, row, last_column, last_row in _AREA.findall(text):
        if column:
            rows = sorted((int(row) - 1, int(last_row or row) - 1))
            columns = sorted((column_number(column), column_number(last_column or column)))
            where = name.strip("'").replace("''", "'") or sheet
            yield _Area(where, (rows[0], rows[1]), (columns[0], columns[1]))
