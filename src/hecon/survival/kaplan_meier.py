"""What the data say without a model: the Kaplan-Meier curve, its restricted mean and median, a hazard ratio.

Fitted and reconstructed curves are held against these.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hecon.errors import InputError
from hecon.outcomes import Array
from hecon.survival.data import SurvivalData


@dataclass(frozen=True)
class KaplanMeier:
    """Arrays (time,) at 0 and at every distinct time: survival just after it, numbers, Greenwood's standard error."""

    time: Array
    survival: Array
    at_risk: Array
    events: Array
    censored: Array
    se: Array

    def at(self, times: ArrayLike) -> Array:
        """Survival at any times; beyond the last time it stays at the last value (ask `last` before trusting that).

        >>> kaplan_meier(SurvivalData(*np.array([[1.0, 2], [1, 1], [0, 0], [1, 1]]), {})).at([0.5, 1, 3]).tolist()
        [1.0, 0.5, 0.0]
        """
        return self.survival[np.searchsorted(self.time, np.asarray(times, dtype=float), side="right") - 1]

    @property
    def last(self) -> float:
        """The last time anyone was followed to."""
        return float(self.time[-1])


def kaplan_meier(data: SurvivalData) -> KaplanMeier:
    """The product-limit estimate; with late entry a patient is at risk in (entry, time]; weights count as rows.

    Kaplan & Meier 1958; Greenwood 1926 for the standard error. With late entry an early time with few at risk can
    take the curve to 0 for good: look at `at_risk`.

    >>> from hecon.survival.data import survival_data
    >>> kaplan_meier(survival_data([1, 2, 2, 3], [1, 1, 0, 0])).survival.tolist()
    [1.0, 0.75, 0.5, 0.5]
    """
    time, position = np.unique(data.time, return_inverse=True)
    events = np.bincount(position, weights=data.weight * data.event)
    censored = np.bincount(position, weights=data.weight * (1 - data.event))
    at_risk = _weight_from(data.time, data.weight, time) - _weight_from(data.entry, data.weight, time)
    at_risk = np.maximum(at_risk, events)  # equal but for the rounding of fractional weights
    survival = np.cumprod(1 - events / at_risk)
    left = np.where(at_risk > events, at_risk - events, 1.0)
    greenwood = np.cumsum(np.where(at_risk > events, events / (at_risk * left), 0.0))
    everyone = float(data.weight[data.entry == 0].sum())
    return KaplanMeier(
        np.concatenate([[0.0], time]),
        np.concatenate([[1.0], survival]),
        np.concatenate([[everyone], at_risk]),
        np.concatenate([[0.0], events]),
        np.concatenate([[0.0], censored]),
        np.concatenate([[0.0], survival * np.sqrt(greenwood)]),
    )


def restricted_mean(curve: KaplanMeier, until: float) -> float:
    """Mean time lived up to `until`: the area under the curve, in the data's unit.

    Raises:
        InputError: `until` lies beyond follow-up while patients are still alive, where the curve says nothing.

    >>> from hecon.survival.data import survival_data
    >>> restricted_mean(kaplan_meier(survival_data([1, 2, 2, 3], [1, 1, 0, 0])), 3)
    2.25
    """
    if until < 0 or (until > curve.last and curve.survival[-1] > 0):
        raise InputError(
            f"restricted mean to {until:g}: follow-up ends at {curve.last:g} with survival {curve.survival[-1]:.3f}; "
            "restrict to follow-up, or fit a curve and extrapolate"
        )
    edges = np.minimum(np.append(curve.time, max(until, curve.last)), until)
    return float((np.diff(edges) * curve.survival).sum())


def median_survival(curve: KaplanMeier) -> float:
    """The first time at which survival is 0.5 or less; infinite when the curve never falls so far.

    >>> from hecon.survival.data import survival_data
    >>> median_survival(kaplan_meier(survival_data([1, 2, 2, 3], [1, 1, 0, 0])))
    2.0
    """
    reached = curve.survival <= 0.5 + 1e-12
    return float(curve.time[np.argmax(reached)]) if reached.any() else float("inf")


def hazard_ratio(reference: SurvivalData, other: SurvivalData) -> tuple[float, float]:
    """Cox's hazard ratio of `other` to `reference`, and the standard error of its logarithm; ties by Efron 1977.

    Two arms without covariates; weights count the rows at risk and the events. Raises InputError when one arm has no
    event before the other arm's follow-up, for the ratio is then 0 or infinite.

    >>> from hecon.survival.data import survival_data
    >>> arm = survival_data([1, 2, 3, 4], [1, 1, 0, 1])
    >>> round(hazard_ratio(arm, arm)[0], 12)
    1.0
    """
    times = np.unique(np.concatenate([arm.time[arm.event == 1] for arm in (reference, other)]))
    at_risk, events = np.zeros((2, len(times))), np.zeros((2, len(times)))
    for k, arm in enumerate((reference, other)):
        at_risk[k] = _weight_from(arm.time, arm.weight, times) - _weight_from(arm.entry, arm.weight, times)
        died = arm.event == 1
        events[k] = np.bincount(np.searchsorted(times, arm.time[died]), arm.weight[died], len(times))
    total = events.sum(axis=0)
    steps = np.maximum(np.round(total), 1).astype(int)  # Efron's sum takes one term per tied event
    row = np.repeat(np.arange(len(times)), steps)
    share = np.concatenate([np.arange(d) / d for d in steps])
    weight = (total / steps)[row]
    risk_0, risk_1 = at_risk[:, row] - share * events[:, row]
    log_hr, information = 0.0, 0.0
    for _ in range(50):
        p = risk_1 * np.exp(log_hr) / (risk_0 + risk_1 * np.exp(log_hr))
        score, information = float(events[1].sum() - (weight * p).sum()), float((weight * p * (1 - p)).sum())
        if information <= 1e-9 or abs(log_hr) > 15:
            break
        step = score / information
        log_hr += float(np.clip(step, -1, 1))
        if abs(step) < 1e-10:
            return float(np.exp(log_hr)), float(information**-0.5)
    raise InputError("hazard ratio: one arm has no event while the other is at risk, so it is 0 or infinite")


def _weight_from(values: Array, weight: Array, times: Array) -> Array:
    """Weight of the patients whose value is at least each time, (time,)."""
    order = np.argsort(values)
    below = np.concatenate([[0.0], np.cumsum(weight[order])])
    return np.asarray(below[-1] - below[np.searchsorted(values[order], times, side="left")])
