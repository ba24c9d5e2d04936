"""Whether and when what is saved covers the extra upfront cost: shares, probabilities, years, by pure functions of draws."""

from dataclasses import dataclass

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.arrays import Array

ALMOST_ALL = 0.95  # share of draws above which there is an extra upfront cost, if its mean is above 0 too
_SLACK = 1e-6  # money; a sum so near below 0 is 0


@dataclass(frozen=True)
class Payback:
    """What comes back of an extra upfront cost, in draws; every field but `upfront` is None where there is no such cost.

    `side_effects` and `work` are the shares of it that these channels return (below 0: they add to it), `p_both` the share of
    draws in which both together cover it, `p_all` in which all offsets do.
    """

    upfront: Estimate
    side_effects: Estimate | None
    work: Estimate | None
    both: Estimate | None
    p_both: float | None
    p_all: float | None


def payback(upfront: Array, side_effects: Array, work: Array, everything: Array) -> Payback:
    """Payback from increments (draw,) in money: `everything` is the total of all costs, upfront included.

    >>> one, two = np.array([100.0]), np.array([-20.0])
    >>> found = payback(np.array([100.0, 100.0]), np.array([-20.0, -30.0]), np.array([10.0, -80.0]), np.array([-5.0, 5.0]))
    >>> found.side_effects.mean, found.work.mean, found.p_both, found.p_all
    (0.25, 0.35, 0.5, 0.5)
    >>> payback(np.array([-1.0, 100.0]), *[np.array([-50.0, -50.0])] * 3).side_effects is None
    True
    """
    cost = estimate(upfront)
    if not has_extra_cost(upfront):
        return Payback(cost, None, None, None, None, None)
    both = upfront + side_effects + work
    covered = (upfront > 0) & (both <= _SLACK)
    offset = (upfront > 0) & (everything <= _SLACK)
    return Payback(
        cost, returned(upfront, side_effects), returned(upfront, work), returned(upfront, side_effects + work),
        float(covered.mean()), float(offset.mean()),
    )  # fmt: skip


def has_extra_cost(upfront: Array) -> bool:
    """Whether there is an extra upfront cost: its mean is above 0, and so are over 95% of draws.

    >>> has_extra_cost(np.array([1.0])), has_extra_cost(np.r_[np.full(95, 9.0), np.full(5, -1.0)])
    (True, False)
    """
    return bool(upfront.mean() > 0 and (upfront > 0).mean() > ALMOST_ALL)


def returned(upfront: Array, offset: Array) -> Estimate:
    """The share of an extra upfront cost that an increment (draw,) gives back: of their means, with the interval of draws.

    >>> returned(np.array([100.0, 300.0]), np.array([-20.0, -20.0])).mean
    0.1
    """
    if upfront.size == 1:
        return Estimate(float(-offset[0] / upfront[0]))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(upfront > 0, -offset / np.where(upfront > 0, upfront, 1.0), np.nan)
    low, high = np.nanquantile(shares, [0.025, 0.975])
    return Estimate(float(-offset.mean() / upfront.mean()), float(low), float(high))


@dataclass(frozen=True)
class Years:
    """When an increment is paid back: `year` on the mean of the draws (None is never), the share of draws in which it never is,
    and the median year of the draws (None where most never pay back).
    """

    year: int | None
    never: float
    median: float | None


def payback_years(extra: Array) -> Years:
    """The payback of yearly increments (year, draw), undiscounted: year 1 is the first.

    >>> payback_years(np.array([[10.0, 10.0], [-4.0, -4.0], [-8.0, 3.0]]))
    Years(year=None, never=0.5, median=None)
    >>> payback_years(np.array([[10.0], [-12.0], [1.0]]))
    Years(year=2, never=0.0, median=2.0)
    """
    each = payback_year(extra)
    mean = int(payback_year(extra.mean(axis=1, keepdims=True))[0])
    never = float((each == 0).mean())
    found = np.where(each == 0, np.inf, each)
    middle = float(np.median(found))
    return Years(mean or None, never, middle if np.isfinite(middle) else None)


def payback_year(extra: Array) -> Array:
    """The first year (draw,) from whose end on the sum of what was saved stays at or above 0; 0 where that is never.

    >>> payback_year(np.array([[10.0, 5.0, -1.0], [-10.0, -9.0, 0.0], [5.0, 0.0, 0.0], [-5.0, 9.0, 0.0]])).tolist()
    [4, 0, 1]
    """
    short = np.cumsum(extra, axis=0) > _SLACK
    years = extra.shape[0]
    last = years - np.argmax(short[::-1], axis=0)  # the last year that ends short of 0
    found: Array = np.where(short.any(axis=0), np.where(last == years, 0, last + 1), 1)
    return found
