"""Simulated studies: what each arm would observe in every draw, for all sample sizes from one set of patients.

An arm's data enter its likelihood through two numbers (exponential families), so two numbers are all that is kept.
"""

from collections.abc import Sequence

import numpy as np

from hecon.analysis.voi.design import Arm
from hecon.errors import HeconError
from hecon.outcomes import Array

_CELLS = 4_000_000  # patients times draws held at a time


def observe(arm: Arm, truth: Array, sizes: Sequence[int], rng: np.random.Generator) -> Array:
    """The arm's statistics (size, 2, draw) when its true value is truth (draw,), for increasing sample sizes.

    The first patients of a larger study are those of the smaller. Statistics: events and non-events (binomial), sum and
    number (normal), events and years of observation (poisson, survival).

    >>> found = observe(Arm("poisson", "r", years=2.0), np.zeros(1), [5, 10], np.random.default_rng(1))
    >>> found[:, :, 0].tolist()
    [[0.0, 10.0], [0.0, 20.0]]
    """
    steps = np.diff([0, *sizes])
    if len(steps) == 0 or (steps <= 0).any():
        raise HeconError(f"sample sizes must be above 0 and increase; got {list(sizes)}")
    parts = np.array([_more(arm, truth, int(step), rng) for step in steps])
    return np.asarray(parts.cumsum(axis=0))


def summary(arm: Arm, statistics: Array) -> Array:
    """The number (draw,) a study would report: a share, a mean, a rate, the log of a rate; from statistics (2, draw).

    >>> summary(Arm("binomial", "p"), np.array([[3.0], [7.0]])).tolist()
    [0.3]
    """
    first, second = statistics
    if arm.kind == "binomial":
        return np.asarray(first / (first + second))
    if arm.kind == "survival":
        return np.asarray(np.log((first + 0.5) / second))  # half an event, as no event has no logarithm
    return np.asarray(first / second)


def likelihood(arm: Arm, truth: Array) -> Array:
    """What each statistic is multiplied by in the log-likelihood, (2, draw); constants are left out.

    Raises:
        HeconError: a probability of 0 or 1, or a rate of 0, which no data could change.

    >>> likelihood(Arm("normal", "m", sd=2.0), np.array([1.0])).tolist()  # (m x sum - m^2 / 2 x n) / sd^2
    [[0.25], [-0.125]]
    """
    if arm.kind == "normal":
        return np.stack([truth, -(truth**2) / 2]) / arm.sd**2
    if not ((truth > 0) & (truth < (1 if arm.kind == "binomial" else np.inf))).all():
        raise HeconError(
            f"{arm.formula} reaches 0 or 1 in some draws; its likelihood is 0 there: use method 'regression'"
        )
    if arm.kind == "binomial":
        return np.stack([np.log(truth), np.log1p(-truth)])
    return np.stack([np.log(truth), -truth])


def variance_of_one(arm: Arm, truth: Array) -> Array:
    """Variance (draw,) of what one patient tells about the true value: the inverse of the Fisher information.

    >>> variance_of_one(Arm("binomial", "p"), np.array([0.5])).tolist()
    [0.25]
    """
    if arm.kind == "binomial":
        return np.asarray(truth * (1 - truth))
    if arm.kind == "normal":
        return np.full_like(truth, arm.sd**2)
    if arm.kind == "poisson":
        return np.asarray(truth / arm.years)
    leaving = truth + arm.loss
    seen = truth * -np.expm1(-leaving * arm.years) / np.where(leaving > 0, leaving, 1.0)
    return np.divide(truth**2, seen, out=np.zeros_like(truth), where=seen > 0)


def _more(arm: Arm, truth: Array, patients: int, rng: np.random.Generator) -> Array:
    """Statistics (2, draw) of so many further patients."""
    if arm.kind == "binomial":
        events = rng.binomial(patients, truth)
        return np.stack([events, patients - events]).astype(np.float64)
    number = np.full_like(truth, patients)
    if arm.kind == "normal":
        return np.stack([patients * truth + arm.sd * np.sqrt(patients) * rng.standard_normal(truth.size), number])
    if arm.kind == "poisson":
        years = number * arm.years
        return np.stack([rng.poisson(truth * years).astype(np.float64), years])
    total = np.zeros((2, truth.size))
    mean = np.divide(1.0, truth, out=np.full_like(truth, np.inf), where=truth > 0)
    block = max(1, _CELLS // truth.size)
    for first in range(0, patients, block):
        shape = (min(block, patients - first), truth.size)
        time = rng.standard_exponential(shape) * mean
        end = np.full(shape, arm.years)
        if arm.loss > 0:
            np.minimum(end, rng.standard_exponential(shape) / arm.loss, out=end)
        total += [(time <= end).sum(axis=0), np.minimum(time, end).sum(axis=0)]
    return total
