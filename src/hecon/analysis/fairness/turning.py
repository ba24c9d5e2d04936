"""At which aversion to inequality a decision stops, or starts, being worth it: aversion is the number that is known least."""

from collections.abc import Callable

import numpy as np

from hecon.analysis.fairness.distribution import Groups
from hecon.analysis.fairness.welfare import atkinson_gain
from hecon.arrays import Array

MOST = 30.0  # the highest aversion that is looked at
_STEP = 0.5


def turning_aversion(groups: Groups, net: Array, people: float | None = None) -> float | None:
    """The least aversion at which mean equally distributed health (of `net`, (group, draw)) changes its sign; None up to 30.

    >>> half, one = np.array([0.5, 0.5]), np.ones((2, 1))
    >>> two = Groups(("a", "b"), ("A", "B"), half, half, half, one, one, np.array([[1.0], [4.0]]))
    >>> round(turning_aversion(two, np.array([[-1.0], [8.0]])), 6)                                # 4 ** 1.5 is 8
    1.5
    >>> turning_aversion(two, np.array([[1.0], [1.0]]))
    """

    def worth(aversion: float) -> float:
        return float(atkinson_gain(groups.health, net, groups.share, aversion, people).mean())

    before, at = worth(0.0), 0.0
    for aversion in np.arange(_STEP, MOST + _STEP / 2, _STEP):
        now = worth(float(aversion))
        if before != 0 and before * now <= 0:
            return _between(worth, at, float(aversion))
        before, at = now, float(aversion)
    return None


def _between(worth: Callable[[float], float], low: float, high: float) -> float:
    """Where the sign changes, halving 40 times."""
    sign = np.sign(worth(low))
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if np.sign(worth(middle)) == sign else (low, middle)
    return (low + high) / 2
