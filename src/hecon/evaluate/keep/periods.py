"""Rows of a structure laid over calendar periods: a flow's cycle is split by overlap, an event falls at one time.

Period p is [p, p + 1) periods from the decision; what falls exactly at a boundary belongs to the later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from hecon.evaluate.compile.arrays import Array, add_rows

_TINY = 1e-9  # times are sums of fractions; one a hair before a boundary is at it


@dataclass(frozen=True)
class Layout:
    """How the rows of a block lie over the periods: `per_year` cycles and `a_year` periods in a year, `cycles` of them,
    the node of the years from the decision to row 0, the share of the cycle at which an event falls (None is a flow) and
    how many rows are looked at.
    """

    per_year: float
    a_year: int
    cycles: int
    offset: int
    falls: float | None
    rows: int

    def start(self, row: Any, offset: Any) -> Any:
        """Where a row begins (or its event falls), in periods from the decision."""
        return (offset + (row + (self.falls or 0.0)) / self.per_year) * self.a_year

    def count(self, offset: Any) -> int:
        """How many periods the rows reach into, for the latest of the offsets.

        >>> Layout(12.0, 1, 24, 0, None, 25).count(0.5), Layout(12.0, 1, 24, 0, 1.0, 25).count(0.0)
        (3, 3)
        """
        latest = float(np.max(offset))
        if self.falls is None:
            return int(np.ceil(self.start(self.cycles, latest) - _TINY))
        return int(np.floor(self.start(self.cycles - 1, latest) + _TINY)) + 1


@dataclass(frozen=True)
class Stretch:
    """Rows `first` to `last - 1` of a tile with their share in a period: None is all, a number, or one per draw (draw,)."""

    first: int
    last: int
    period: int
    share: Any


def stretches(layout: Layout, first: int, count: int, offset: Any, periods: int) -> Sequence[Stretch]:
    """The stretches of a tile of rows, in order; rows past the layout's and periods past the last are left out.

    What row `cycles` holds, which begins no cycle, counts in the cycle before it.

    >>> [(one.first, one.last, one.period, one.share) for one in stretches(Layout(1.0, 1, 2, 0, None, 3), 0, 3, 0.25, 9)]
    [(0, 1, 0, 0.75), (0, 1, 1, 0.25), (1, 2, 1, 0.75), (1, 2, 2, 0.25), (2, 3, 1, 0.75), (2, 3, 2, 0.25)]
    """
    if np.ndim(offset) == 0:
        return _alike(layout, first, count, float(offset), periods)
    return _stretches(layout, first, count, offset, periods)


@lru_cache(maxsize=4096)
def _alike(layout: Layout, first: int, count: int, offset: float, periods: int) -> tuple[Stretch, ...]:
    """The stretches where the wait is the same in every draw, which every chunk asks for."""
    return tuple(_stretches(layout, first, count, offset, periods))


def _stretches(layout: Layout, first: int, count: int, offset: Any, periods: int) -> list[Stretch]:
    found: list[Stretch] = []
    for r in range(min(count, layout.rows - first)):
        for period, share in _shares(layout, first + r, offset):
            if period >= periods:
                continue
            before = found[-1] if found and share is None and np.ndim(offset) == 0 else None
            if before and before.share is None and (before.last, before.period) == (r, period):
                found[-1] = Stretch(before.first, r + 1, period, None)
            else:
                found.append(Stretch(r, r + 1, period, share))
    return found


class ByPeriod:
    """Running sums by period (period, draw) of a product of factors over the rows of a layout."""

    def __init__(self, layout: Layout, periods: int, width: int) -> None:
        self.layout = layout
        self.value = np.zeros((periods, width))

    def take(self, product: Array, some: Sequence[Stretch]) -> None:
        """Add a tile's rows (cycle, draw) or (cycle, 1)."""
        for one in some:
            rows = product[one.first : one.last]
            added = add_rows(rows) if one.last - one.first > 1 else rows[0]
            self.value[one.period] += added if one.share is None else added * one.share


def period_of(time: Any, a_year: int) -> Any:
    """The period in which a time in years from the decision falls.

    >>> period_of(np.array([0.0, 0.999, 1.0, 12 / 12]), 1).tolist()
    [0, 0, 1, 1]
    """
    return np.floor(np.asarray(time, dtype=float) * a_year + _TINY).astype(np.intp)


def _shares(layout: Layout, row: int, offset: Any) -> Iterator[tuple[int, Any]]:
    """The periods a row has a share in, None for all of it; a share within 1e-9 of all or none is that in every draw."""
    if layout.falls is not None:
        here = period_of(layout.start(row, offset) / layout.a_year, layout.a_year)
        low, high = int(np.min(here)), int(np.max(here))
        if low == high:
            yield low, None
        else:
            yield from ((period, (here == period).astype(float)) for period in range(low, high + 1))
        return
    begin = layout.start(min(row, layout.cycles - 1), np.asarray(offset, dtype=float))
    end = layout.start(min(row, layout.cycles - 1) + 1, np.asarray(offset, dtype=float))
    low, high = int(np.floor(np.min(begin) + _TINY)), int(np.ceil(np.max(end) - _TINY))
    for period in range(low, high):
        share = np.clip(np.minimum(end, period + 1) - np.maximum(begin, period), 0.0, None) / (end - begin)
        share = np.where(share > 1 - _TINY, 1.0, np.where(share < _TINY, 0.0, share))
        yield period, None if (share == 1.0).all() else float(share) if share.ndim == 0 else share
