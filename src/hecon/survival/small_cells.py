"""What may be shown of individual data: counts below 5 are not told, and an observed curve has a point for every 5 events.

Individual data enter hecon for fitting alone (`read_survival`). What leaves are estimates with their covariance, criteria,
counts of 5 and more, and this curve: no time of a patient, and no row.
"""

from dataclasses import replace

import numpy as np

from hecon.arrays import Array
from hecon.survival.kaplan_meier import KaplanMeier

SMALL = 5  # the least count of people that is told
_GRID = 200  # times of the drawn curve are rounded to this part of the follow-up


def told_count(count: float) -> str:
    """A count of people in print.

    >>> told_count(12.0), told_count(3.0), told_count(0.0)
    ('12', '<5', '0')
    """
    return f"<{SMALL}" if 0 < count < SMALL else f"{count:g}"


def shown_count(count: float) -> float | None:
    """The same as a number; None where it is not told.

    >>> shown_count(12.0), shown_count(3.0)
    (12.0, None)
    """
    return None if 0 < count < SMALL else count


def in_steps(curve: KaplanMeier) -> KaplanMeier:
    """The curve as it may be drawn: up to where 5 are still followed, a point for 5 events or more, at rounded times.

    At the end of a step survival is that of the data. Where fewer than 5 events can be drawn, survival at time 0 is all that
    is left.

    >>> from hecon.survival.data import survival_data
    >>> from hecon.survival.kaplan_meier import kaplan_meier
    >>> drawn = in_steps(kaplan_meier(survival_data(range(1, 21), [1] * 20)))
    >>> drawn.time.tolist(), drawn.survival.round(9).tolist(), drawn.events.tolist()       # 16 are followed to time 16
    ([0.0, 5.04, 10.0, 16.0], [1.0, 0.75, 0.5, 0.2], [0.0, 5.0, 5.0, 6.0])
    """
    last = _last(curve)
    total = np.cumsum(curve.events[: last + 1])
    ends = np.unique(np.searchsorted(total, SMALL * np.arange(1, int(total[-1] // SMALL) + 1)))
    if ends.size:  # what is left over belongs to the last step
        ends[-1] = np.flatnonzero(curve.events[: last + 1])[-1]
    kept = np.concatenate([[0], ends]).astype(int)
    events, censored = (np.diff(np.cumsum(one)[kept], prepend=0.0) for one in (curve.events, curve.censored))
    return replace(
        curve, time=_rounded(curve.time[kept], float(curve.time[last])), survival=curve.survival[kept], at_risk=curve.at_risk[kept],
        events=events, censored=censored, se=curve.se[kept],
    )  # fmt: skip


def followed_to(curve: KaplanMeier) -> float:
    """The time to which at least 5 were followed, rounded up.

    >>> from hecon.survival.data import survival_data
    >>> from hecon.survival.kaplan_meier import kaplan_meier
    >>> followed_to(kaplan_meier(survival_data(range(1, 21), [1] * 20)))
    16.0
    """
    end = float(curve.time[_last(curve)])
    return float(_rounded(np.array([end]), end)[0])


def _last(curve: KaplanMeier) -> int:
    """The place of the last time at which 5 are still followed."""
    followed = np.flatnonzero(curve.at_risk >= SMALL)
    return int(followed[-1]) if followed.size else 0


def _rounded(time: Array, end: float) -> Array:
    """Times rounded up to a grid of at most 200 parts of the follow-up, whose width has one digit."""
    if end == 0:
        return np.zeros_like(time)
    power = 10.0 ** np.floor(np.log10(end / _GRID))
    unit = np.ceil(end / _GRID / power - 1e-9) * power
    return np.asarray(np.maximum(np.ceil(time / unit - 1e-9), 0) * unit)
