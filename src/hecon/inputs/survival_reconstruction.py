"""Individual data rebuilt from a digitised Kaplan-Meier curve and its numbers at risk, and how well that went.

Guyot, Ades, Ouwens & Welton 2012, BMC Med Res Methodol 12:9.

Limits. Only what the figure shows comes back: no covariates, no link between two endpoints of one patient, censoring
spread evenly within each interval of the risk table. The last interval has no number at its end: without the total of
events its censoring is guessed from the earlier ones. Without a risk table between, all censoring is guessed. Rounding
to whole patients moves each step by up to one event. The shape is good where many are at risk, poor in the tail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from hecon.errors import InputError
from hecon.inputs.survival_data import SurvivalData, survival_data
from hecon.inputs.survival_digitised import Digitised
from hecon.inputs.survival_nonparametric import hazard_ratio, kaplan_meier, median_survival
from hecon.outcomes import Array


@dataclass(frozen=True)
class Reconstruction:
    """Rebuilt data with how they came about: events and at_risk (point,), censored (interval,).

    `data` holds events at the digitised times and censorings midway between two; those left at the end are censored
    at the last time.
    """

    data: SurvivalData
    source: Digitised
    events: Array
    at_risk: Array
    censored: Array


def reconstruct(source: Digitised) -> Reconstruction:
    """The individual data behind a digitised curve, by the algorithm of Guyot 2012; rounding is half to even.

    >>> from hecon.inputs.survival_digitised import digitised
    >>> rebuilt = reconstruct(digitised(range(6), [1, 0.9, 0.7, 0.6, 0.3, 0.1], [0], [10], events=9))
    >>> rebuilt.events.tolist(), rebuilt.data.n
    ([0.0, 1.0, 2.0, 1.0, 3.0, 2.0], 10.0)
    """
    time, table = source.time, source.at_risk
    lower = np.searchsorted(time, source.risk_time)
    last, end = len(table) - 1, len(time) - 1
    walk = _Walk(source, np.zeros(end + 1), np.zeros(end + 1), np.zeros(end + 1), table[0], 1.0)
    censored = np.zeros(len(table))
    for i in range(last):
        first, stop = int(lower[i]), int(lower[i + 1])
        ratio = source.survival[stop] / source.survival[first] if source.survival[first] > 0 else 0.0
        guess = max(round(walk.alive * ratio - table[i + 1]), 0)
        # censorings are added while too many remain at the next row of the table, removed while too few
        censored[i], walk = _search(walk, first, stop, guess, partial(_too_many, number=table[i + 1]))
    first = int(lower[last])
    span = time[lower[last] - 1] - time[0] if last else 1.0
    guess = min(round(float(censored.sum()) * (time[end] - time[first]) / span), int(walk.alive)) if last else 0
    if source.events is None:
        walk = _walked(walk, first, end + 1, guess)
    elif walk.events.sum() < source.events:
        _, walk = _search(walk, first, end + 1, guess, partial(_too_many_events, number=source.events))
    else:
        walk = _stopped(walk, first)
    placed = np.add.reduceat(walk.censored, lower)
    return Reconstruction(_individual(walk), source, walk.events, walk.at_risk, placed)


def check_reconstruction(rebuilt: Reconstruction, median: float | None = None) -> list[dict[str, float | str]]:
    """Rows of (check, figure, rebuilt, difference): the curve's largest gap, medians, numbers at risk, events.

    `median` is the published one; without it the median is read from the digitised curve.

    >>> from hecon.inputs.survival_digitised import digitised
    >>> source = digitised(range(6), [1, 0.9, 0.7, 0.6, 0.3, 0.1], [0], [10], events=9)
    >>> check_reconstruction(reconstruct(source))[1]
    {'check': 'median', 'figure': 4.0, 'rebuilt': 4.0, 'difference': 0.0}
    """
    source, curve = rebuilt.source, kaplan_meier(rebuilt.data)
    after = curve.at(source.time)
    worst = int(np.argmax(np.abs(after - source.survival)))
    half = source.survival <= 0.5
    read = median if median is not None else (float(source.time[np.argmax(half)]) if half.any() else float("inf"))
    rows = [
        (f"survival, largest gap (time {source.time[worst]:g})", source.survival[worst], after[worst]),
        ("median", read, median_survival(curve)),
    ]
    for when, number in zip(source.risk_time, source.at_risk, strict=True):
        rows.append((f"at risk, time {when:g}", number, float((rebuilt.data.time >= when).sum())))
    if source.events is not None:
        rows.append(("events", float(source.events), rebuilt.data.events))
    return [_row(name, float(figure), float(value)) for name, figure, value in rows]


def check_hazard_ratio(
    reference: Reconstruction, other: Reconstruction, low: float, value: float, high: float
) -> dict[str, float | str]:
    """The published hazard ratio beside Cox's of the rebuilt arms; an InputError when it lies outside the interval.

    Raises:
        InputError: the rebuilt ratio lies outside the published 95% interval: the curves may be exchanged, or the
            published ratio adjusted or stratified.

    >>> from hecon.inputs.survival_digitised import digitised
    >>> arm = reconstruct(digitised(range(6), [1, 0.9, 0.7, 0.6, 0.3, 0.1], [0], [10], events=9))
    >>> check_hazard_ratio(arm, arm, 0.8, 1.0, 1.25)["rebuilt"]
    1.0
    """
    ratio, _ = hazard_ratio(reference.data, other.data)
    if not low <= ratio <= high:
        raise InputError(
            f"hazard ratio of the rebuilt arms is {ratio:.3f}, published {value:g} ({low:g} to {high:g}): are the "
            "curves or the arms exchanged, or is the published ratio adjusted or stratified?"
        )
    return _row("hazard ratio", value, ratio)


@dataclass(frozen=True)
class _Walk:
    """How far the reconstruction has come: events, at_risk and censored (point,), those alive, the curve so far."""

    source: Digitised
    events: Array
    at_risk: Array
    censored: Array
    alive: float
    survival: float


def _walked(walk: _Walk, first: int, stop: int, count: int) -> _Walk:
    """One pass over the points first..stop-1 with `count` censorings spread evenly over the interval."""
    time, curve = walk.source.time, walk.source.survival
    edge = time[min(stop, len(time) - 1)]
    placed = time[first] + np.arange(1, count + 1) * (edge - time[first]) / (count + 1)
    bins = np.bincount(np.searchsorted(time, placed, side="right") - 1, minlength=len(time))
    events, at_risk, censored = walk.events.copy(), walk.at_risk.copy(), walk.censored.copy()
    alive, survival = walk.alive, walk.survival
    for k in range(first, stop):
        at_risk[k] = alive
        events[k] = min(round(alive * (1 - curve[k] / survival)), alive) if survival > 0 and alive > 0 else 0
        survival *= 1 - events[k] / alive if alive > 0 else 1
        censored[k] = min(bins[k], alive - events[k])
        alive -= events[k] + censored[k]
    return _Walk(walk.source, events, at_risk, censored, alive, survival)


def _search(walk: _Walk, first: int, stop: int, count: int, excess: Callable[[_Walk], float]) -> tuple[int, _Walk]:
    """Step the number censored by one until `excess` is 0; where rounding forbids that, the nearest is taken."""
    best, nearest_gap, seen = (count, walk), np.inf, set()
    while count not in seen and 0 <= count <= 10 * walk.alive:
        seen.add(count)
        after = _walked(walk, first, stop, count)
        gap = float(excess(after))
        if abs(gap) < nearest_gap:
            best, nearest_gap = (count, after), abs(gap)
        count += int(np.sign(gap))
    return best


def _too_many(walk: _Walk, number: float) -> float:
    return walk.alive - number


def _too_many_events(walk: _Walk, number: float) -> float:
    return float(walk.events.sum()) - number


def _stopped(walk: _Walk, first: int) -> _Walk:
    """No event after `first`, for the published total has been reached: everyone left is followed to the end."""
    at_risk = walk.at_risk.copy()
    at_risk[first:] = walk.alive
    return _Walk(walk.source, walk.events, at_risk, walk.censored, walk.alive, walk.survival)


def _individual(walk: _Walk) -> SurvivalData:
    time, events, censored = walk.source.time, walk.events.astype(int), walk.censored.astype(int)
    middle = np.append((time[:-1] + time[1:]) / 2, time[-1])
    times = np.concatenate([np.repeat(time, events), np.repeat(middle, censored), np.full(int(walk.alive), time[-1])])
    died = np.concatenate([np.ones(events.sum()), np.zeros(censored.sum() + int(walk.alive))])
    return survival_data(times, died)


def _row(name: str, figure: float, value: float) -> dict[str, float | str]:
    difference = value - figure if np.isfinite(figure) or np.isfinite(value) else 0.0
    return {"check": name, "figure": figure, "rebuilt": value, "difference": difference}
