"""Ceilings: how likely a year's net budget breaks one, and how little or how late the uptake must be to keep it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from hecon.arrays import Array

_COARSE, _STEPS = 20, 10  # a share of uptake is sought in twentieths, then halved: to 5 in 100,000
_SLACK = 1e-9


def chance_over(net: Array, ceiling: Array) -> Array:
    """(year,): the share of draws in which the net budget (year, draw) is above the ceiling, (draw,) or one number.

    >>> chance_over(np.array([[1.0, 3.0], [4.0, 5.0]]), np.array([2.0])).tolist()
    [0.5, 1.0]
    """
    chances: Array = _over(net, ceiling).mean(axis=1)
    return chances


def keeps(net: Array, ceiling: Array, probability: float | None = None) -> bool:
    """Whether every year stays under the ceiling: in expectation or, with a probability, in that share of draws in each year.

    >>> net = np.array([[1.0, 3.0], [1.0, 2.0]])
    >>> keeps(net, np.array([2.0])), keeps(net, np.array([2.0]), 0.9)
    (True, False)
    """
    if probability is None:
        return not _over(net.mean(axis=1), np.mean(ceiling)).any()
    return bool((chance_over(net, ceiling) <= 1 - probability + _SLACK).all())


def largest_share(net_at: Callable[[float], Array], ceiling: Array, probability: float | None = None) -> float | None:
    """The largest share of the planned uptake, up to 1, with which every year keeps the ceiling; None where not even 0 does.

    `net_at` gives the net budget (year, draw) at a share. Shares are tried from 1 down in twentieths, because behind a queue the
    budget need not rise with the share; then the last twentieth is halved.

    >>> round(largest_share(lambda share: share * np.array([[5.0], [8.0]]), np.array([4.0])), 3)
    0.5
    """
    twentieths = (k / _COARSE for k in range(_COARSE, -1, -1))
    low = next((one for one in twentieths if keeps(net_at(one), ceiling, probability)), None)
    if low is None or low >= 1.0:
        return low
    high = low + 1 / _COARSE
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if keeps(net_at(middle), ceiling, probability) else (low, middle)
    return low


def first_start(
    net_at: Callable[[int], Array], ceiling: Array, years: int, probability: float | None = None
) -> int | None:
    """How many whole years later the planned uptake must begin for every year to keep the ceiling; None where no start within
    the years does.

    >>> first_start(lambda later: np.array([[1.0], [2.0], [3.0]]) - later, np.array([2.0]), 3)
    1
    """
    return next((later for later in range(years) if keeps(net_at(later), ceiling, probability)), None)


def _over(net: Array, ceiling: Any) -> Any:
    """Where the net budget is above the ceiling by more than rounding."""
    return net > ceiling + _SLACK * np.maximum(np.abs(ceiling), 1.0)
