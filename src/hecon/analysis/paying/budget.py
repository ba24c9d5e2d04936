"""Budgets: cohorts that start month by month, each on its own clock, stacked into calendar years."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hecon.analysis.paying.population import MONTHS
from hecon.arrays import Array
from hecon.errors import HeconError


@dataclass(frozen=True, eq=False)
class Profile:
    """What one patient of each strategy costs in each month from the decision: `amounts` (strategy, group, month, draw),
    undiscounted, in currency. `alive` (month, draw) is the part of each month that a patient of the comparator lives, or None.

    >>> drug = Profile(("drug",), ("product",), np.full((1, 1, 24, 1), 10.0))
    >>> drug.years.ravel().tolist(), drug.whole().amounts.shape
    ([120.0, 120.0], (1, 1, 24, 1))
    """

    strategies: tuple[str, ...]
    groups: tuple[str, ...]
    amounts: Array
    alive: Array | None = None

    @property
    def years(self) -> Array:
        """(strategy, group, year, draw): what the patient costs in each year from the decision."""
        shape = self.amounts.shape
        yearly: Array = self.amounts.reshape(*shape[:2], shape[2] // MONTHS, MONTHS, shape[3]).sum(axis=3)
        return yearly

    def whole(self) -> "Profile":
        """The same with all groups as one."""
        return Profile(self.strategies, ("all",), self.amounts.sum(axis=1, keepdims=True), self.alive)


def stack(amounts: Array, starts: Array) -> Array:
    """(group, year, draw): what all cohorts together cost in each calendar year.

    `amounts` (strategy, group, month, draw) is what a patient costs by month since the start, `starts` (strategy, month, draw)
    how many start at the beginning of each calendar month; either may have one draw for all. What falls after the last
    calendar month is left out. Months in which equally many start are taken together.

    Raises:
        HeconError: months that differ, or are no whole years.

    A hundred a month cost 10 each at once and 3 a year later: 12,000 in the first year and 3,600 more in the second.

    >>> paid = np.zeros((1, 1, 24, 1))
    >>> paid[0, 0, [0, 12]] = [[10.0], [3.0]]
    >>> stack(paid, np.full((1, 24, 1), 100.0)).ravel().tolist()
    [12000.0, 15600.0]
    """
    strategies, groups, months = amounts.shape[:3]
    if starts.shape[:2] != (strategies, months) or months % MONTHS:
        raise HeconError(
            f"a budget needs patients by strategy and month as the profile has them, in whole years; got {starts.shape[:2]}"
            f" for {(strategies, months)}"
        )
    draws = np.broadcast_shapes(amounts.shape[3:], starts.shape[2:])
    years = months // MONTHS
    total = np.zeros((groups, years, *draws))
    for k in range(strategies):
        spent = np.zeros((months + 1, groups, amounts.shape[3]))
        np.cumsum(np.swapaxes(amounts[k], 0, 1), axis=0, out=spent[1:])
        sums: dict[tuple[int, int], Array] = {}
        for first, last in _alike(starts[k]):
            so_far: Array | float = 0.0
            for year in range(first // MONTHS, years):
                since = MONTHS * (year + 1) - first, last - first
                if since not in sums:
                    sums[since] = _so_far(spent, *since)
                total[:, year] += starts[k, first] * (sums[since] - so_far)
                so_far = sums[since]
    return total


def _so_far(spent: Array, months: int, starts: int) -> Array:
    """(group, draw): what patients have cost together of whom one started `months` ago and one in each month after, so many in
    all; `spent` (month + 1, group, draw) is what one has cost before each month.
    """
    total = np.zeros(spent.shape[1:])
    for since in range(months, max(months - starts, 0), -1):
        total += spent[since]
    return total


def _alike(starts: Array) -> Iterator[tuple[int, int]]:
    """The stretches of months (first, end) in which equally many start; those in which nobody starts are left out."""
    same = (starts[1:] == starts[:-1]).all(axis=1)
    edges = [0, *(np.flatnonzero(~same) + 1).tolist(), len(starts)]
    for first, last in pairwise(edges):
        if starts[first].any():
            yield first, last


def by_year(counts: Array) -> Array:
    """(..., year, draw) of counts by month (..., month, draw).

    >>> by_year(np.ones((1, 24, 1))).ravel().tolist()
    [12.0, 12.0]
    """
    *rest, months, draws = counts.shape
    yearly: Array = counts.reshape(*rest, months // MONTHS, MONTHS, draws).sum(axis=-2)
    return yearly
