"""Formulas of a sheet as runs: neighbours in a column that read the same from their own cells (R1C1), told by the first.

A workbook has hundreds of thousands of formulas and a few thousand runs, so what is asked of a formula's text is asked of
a run.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hecon.workbook.xlsx.package import Package
from hecon.workbook.xlsx.references import in_rows


@dataclass(frozen=True)
class Run:
    """Rows `first` to `last` of a column, from 0; `text` is the formula of the first row, `end` that of the last."""

    column: int
    first: int
    last: int
    text: str
    end: str


Runs = Mapping[str, tuple[Run, ...]]  # by sheet


@dataclass
class _Open:
    first: int
    last: int
    text: str
    end: str
    template: str
    offsets: tuple[int, ...]


def formula_runs(package: Package) -> Runs:
    """The runs of every sheet, in the order of their first cells.

    >>> import numpy as np
    >>> from hecon.workbook.xlsx.package import Cells
    >>> cells = Cells(np.zeros((3, 1)), formulas={(0, 0): "B1*2", (1, 0): "B2*2", (2, 0): "B2*3"})
    >>> [(one.first, one.last, one.text) for one in formula_runs(Package({"One": cells}, {}, ()))["One"]]
    [(0, 1, 'B1*2'), (2, 2, 'B2*3')]
    """
    return {name: runs_of(cells.formulas) for name, cells in package.sheets.items()}


def runs_of(formulas: Mapping[tuple[int, int], str]) -> tuple[Run, ...]:
    """The runs of one sheet; the formulas are given row by row.

    >>> [(one.first, one.last) for one in runs_of({(0, 0): "B1*2", (1, 0): "B2*2", (1, 1): "3"})]
    [(0, 1), (1, 1)]
    """
    found: list[tuple[int, _Open]] = []
    current: dict[int, _Open] = {}
    for (row, column), text in formulas.items():
        one = current.get(column)
        if one is not None and one.last == row - 1:
            same = one.template % tuple([row + offset for offset in one.offsets]) if one.offsets else one.text
            if same == text:
                one.last, one.end = row, text
                continue
        one = _Open(row, row, text, text, *in_rows(text, row))
        current[column] = one
        found.append((column, one))
    return tuple(Run(column, one.first, one.last, one.text, one.end) for column, one in found)
