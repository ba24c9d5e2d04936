"""Individual data rebuilt from a digitised Kaplan-Meier curve and its numbers at risk, and how well that went.

Guyot, Ades, Ouwens & Welton 2012, BMC Med Res Methodol 12:9, with two things said that the paper leaves open. A number at
risk is met after the events of a point at that time: what the curve has lost there happened before. Between two points
events and censorings are taken to mingle, as in a life table: censorings of the first half come before the events, which
stand at the second point, those of the other half after them.

Limits. Only what the figure shows comes back: no covariates, no link between two endpoints of one patient, censoring
spread evenly within each interval of the risk table. The last interval has no number at its end: without the total of
events its censoring is guessed from the earlier ones. Without a risk table between, all censoring is guessed. Rounding
to whole patients moves each step by up to one event. The shape is good where many are at risk, poor in the tail.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from hecon.errors import InputError
from hecon.outcomes import Array
from hecon.survival.data import SurvivalData, survival_data
from hecon.survival.digitised import Digitised
from hecon.survival.kaplan_meier import hazard_ratio, kaplan_meier, median_survival


@dataclass(frozen=True)
class Reconstruction:
    """Rebuilt data with how they came about: events and at_risk before them (point,), censored (interval,).

    `data` holds events at the digitised times; censorings where they were spread, or, in the second half between two
    points, at the second; those left at the end are censored at the last time.
    """

    data: SurvivalData
    source: Digitised
    events: Array
    at_risk: Array
    censored: Array


def reconstruct(source: Digitised) -> Reconstruction:
    """The individual data behind a digitised curve, by the algorithm of Guyot 2012; rounding is half to even.

    >>> from hecon.survival.digitised import digitised
    >>> rebuilt = reconstruct(digitised(range(6), [1, 0.9, 0.7, 0.6, 0.3, 0.1], [0], [10], events=9))
    >>> rebuilt.events.tolist(), rebuilt.data.n
    ([0.0, 1.0, 2.0, 1.0, 3.0, 2.0], 10.0)
    """
    table, rows = source.at_risk, source.risk_time
    grid = np.union1d(source.time, rows)  # a row between two points becomes one, at the height of the point before
    lower = np.searchsorted(grid, rows, side="right")
    lower[0] = 0
    curve, last, none = source.at(grid), len(table) - 1, np.zeros(len(grid))
    walk = _Walk(grid, curve, none, none, none, none, table[0], 1.0)
    times: list[Array] = []
    for i in range(last):
        first, stop = int(lower[i]), int(lower[i + 1])
        before = curve[first - 1] if first else 1.0
        guess = max(round(walk.alive * curve[stop - 1] / before - table[i + 1]), 0) if before > 0 else 0
        # censorings are added while too many remain at the next row of the table, removed while too few
        placed, walk = _search(walk, first, stop, guess, partial(_too_many, number=table[i + 1]))
        times.append(placed)
    first, end = int(lower[last]), len(grid)
    if first < end:
        span = rows[last] - rows[0] if last else 1.0
        done = sum(placed.size for placed in times)
        guess = min(round(done * (grid[-1] - rows[last]) / span), int(walk.alive)) if last else 0
        if source.events is None:
            placed, walk = _walked(walk, first, end, guess)
        elif walk.events.sum() < source.events:
            placed, walk = _search(walk, first, end, guess, partial(_too_many_events, number=source.events))
        else:  # the published total has been reached: everyone left is followed to the end
            placed, walk = (
                np.zeros(0),
                replace(walk, at_risk=np.where(np.arange(end) < first, walk.at_risk, walk.alive)),
            )
        times.append(placed)
    censored = np.zeros(last + 1)
    censored[: len(times)] = [placed.size for placed in times]
    kept = np.isin(grid, source.time)
    data = _individual(walk, np.concatenate([np.zeros(0), *times]))
    return Reconstruction(data, source, walk.events[kept], walk.at_risk[kept], censored)


def check_reconstruction(rebuilt: Reconstruction, median: float | None = None) -> list[dict[str, float | str]]:
    """Rows of (check, figure, rebuilt, difference): the curve's largest gap, median, numbers at risk, events, time at risk.

    `median` is the published one; without it the median is read from the digitised curve. Events and time at risk up to
    the last row of a table of several rows are those of a life table: of n and m at risk at two rows between which
    survival falls to a share r, (n + m) (1 - r) / (1 + r) had the event, and (n + m) / 2 times the time between were at risk.

    >>> from hecon.survival.digitised import digitised
    >>> source = digitised(range(6), [1, 0.9, 0.7, 0.6, 0.3, 0.1], [0, 3], [10, 6], events=9)
    >>> rows = check_reconstruction(reconstruct(source))
    >>> [(row["check"], row["figure"], row["rebuilt"]) for row in rows[3:5]]            # 16 x 0.4 / 1.6; 16 / 2 x 3
    [('at risk, time 3', 6.0, 6.0), ('events to time 3, by the table', 4.0, 4.0)]
    >>> rows[5]["check"], rows[5]["figure"], rows[5]["rebuilt"]                         # 18 + 1 + 2 x 2 + 1 x 3
    ('time at risk to time 3, by the table', 24.0, 26.0)
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
    had = np.array([rebuilt.events[source.time <= when].sum() for when in source.risk_time])
    left = source.at_risk[0] - had - np.append(0.0, rebuilt.censored[:-1].cumsum())
    for when, number, rebuilt_number in zip(source.risk_time, source.at_risk, left, strict=True):
        rows.append((f"at risk, time {when:g}", number, float(rebuilt_number)))
    if len(source.at_risk) > 1:
        to = f"to time {source.risk_time[-1]:g}, by the table"
        events, time = _life_table(source)
        rows.append((f"events {to}", events, float(had[-1])))
        rows.append((f"time at risk {to}", time, float(np.minimum(rebuilt.data.time, source.risk_time[-1]).sum())))
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

    >>> from hecon.survival.digitised import digitised
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
    """How far the reconstruction has come, all (point,) of the grid: events, at_risk before them, censored before the
    events of a point and after them; those alive, the curve so far.
    """

    time: Array
    curve: Array
    events: Array
    at_risk: Array
    before: Array
    after: Array
    alive: float
    survival: float


def _walked(walk: _Walk, first: int, stop: int, count: int) -> tuple[Array, _Walk]:
    """One pass over the points first..stop-1 with `count` censorings spread evenly from the point before them to the last;
    the times of those who could be censored.
    """
    time, curve = walk.time, walk.curve
    start = time[first - 1] if first else time[0]
    spread = start + np.arange(1, count + 1) * (time[stop - 1] - start) / (count + 1)
    point = np.maximum(np.searchsorted(time, spread), 1)
    early = spread < (time[point - 1] + time[point]) / 2
    wanted = [np.bincount(point[one], minlength=len(time)) for one in (early, ~early)]
    events, at_risk, before, after = walk.events.copy(), walk.at_risk.copy(), walk.before.copy(), walk.after.copy()
    alive, survival = walk.alive, walk.survival
    for k in range(first, stop):
        before[k] = min(wanted[0][k], alive)
        alive -= before[k]
        at_risk[k] = alive
        events[k] = min(round(alive * (1 - curve[k] / survival)), alive) if survival > 0 and alive > 0 else 0
        survival *= 1 - events[k] / alive if alive > 0 else 1
        after[k] = min(wanted[1][k], alive - events[k])
        alive -= events[k] + after[k]
    times = [
        np.concatenate([spread[early & (point == k)][: int(before[k])], np.full(int(after[k]), time[k])])
        for k in range(first, stop)
    ]
    placed = np.concatenate([np.zeros(0), *times])
    return placed, _Walk(time, curve, events, at_risk, before, after, alive, survival)


def _search(walk: _Walk, first: int, stop: int, count: int, excess: Callable[[_Walk], float]) -> tuple[Array, _Walk]:
    """Step the number censored by one until `excess` is 0; where rounding forbids that, the nearest is taken."""
    best, nearest_gap, seen = _walked(walk, first, stop, count), np.inf, set()
    while count not in seen and 0 <= count <= 10 * walk.alive:
        seen.add(count)
        after = _walked(walk, first, stop, count)
        gap = float(excess(after[1]))
        if abs(gap) < nearest_gap:
            best, nearest_gap = after, abs(gap)
        count += int(np.sign(gap))
    return best


def _too_many(walk: _Walk, number: float) -> float:
    return walk.alive - number


def _too_many_events(walk: _Walk, number: float) -> float:
    return float(walk.events.sum()) - number


def _individual(walk: _Walk, censored: Array) -> SurvivalData:
    events = walk.events.astype(int)
    left = np.full(int(walk.alive), walk.time[-1])
    times = np.concatenate([np.repeat(walk.time, events), censored, left])
    died = np.concatenate([np.ones(events.sum()), np.zeros(len(censored) + len(left))])
    return survival_data(times, died)


def _life_table(source: Digitised) -> tuple[float, float]:
    """Events and time at risk up to the last row of the table."""
    curve, both = source.at(source.risk_time), source.at_risk[:-1] + source.at_risk[1:]
    ratio = np.divide(curve[1:], curve[:-1], out=np.ones(len(both)), where=curve[:-1] > 0)
    return float((both * (1 - ratio) / (1 + ratio)).sum()), float((both / 2 * np.diff(source.risk_time)).sum())


def _row(name: str, figure: float, value: float) -> dict[str, float | str]:
    difference = value - figure if np.isfinite(figure) or np.isfinite(value) else 0.0
    return {"check": name, "figure": figure, "rebuilt": value, "difference": difference}
