"""Published survival probabilities at a few times: checked, and turned into what a probabilistic analysis may sample.

Check-points themselves are never sampled: independent draws of them rise or cross. The survival of each interval among
those alive at its start is, for these are nearly independent of each other and any draw of them falls.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from hecon.errors import Fault, InputError, raise_faults
from hecon.outcomes import Array
from hecon.survival.csv_files import listed, read_columns

INTERVAL_SCALES = ("plain", "log", "log-log")


@dataclass(frozen=True)
class Checkpoints:
    """A curve's check-points: times above 0 and survival (point,); perhaps standard errors of survival, or at_risk.

    `at_risk` is the number at risk at the start of the interval that ends at the check-point.
    """

    name: str
    time: Array
    survival: Array
    se: Array | None = None
    at_risk: Array | None = None


@dataclass(frozen=True)
class Interval:
    """Survival from `start` to `end` among those alive at `start`, with its beta distribution."""

    start: float
    end: float
    survival: float
    alpha: float
    beta: float


def checkpoints(
    name: str,
    time: ArrayLike,
    survival: ArrayLike,
    *,
    at_risk: ArrayLike | None = None,
    se: ArrayLike | None = None,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    scale: str = "",
) -> Checkpoints:
    """Checked Checkpoints; 95% intervals (low, high) become standard errors on a named scale.

    `scale` says how the interval was made and is required with one: "plain", "log" (R's default) or "log-log" (SAS's).

    Raises:
        InputError: a percent axis, times that do not rise, survival that rises, intervals that miss their value; all
            at once.

    >>> checkpoints("os", [12, 36], [0.50, 0.52])
    Traceback (most recent call last):
    hecon.errors.InputError: check-points of 'os': 1 fault
      - point 2, survival: survival rises from 0.5 at 12 to 0.52 at 36; a curve cannot rise, so check times and values
    """
    when, alive = np.asarray(time, dtype=float), np.asarray(survival, dtype=float)
    optional = {"at_risk": at_risk, "se": se, "low": low, "high": high}
    given = {key: np.asarray(values, dtype=float) for key, values in optional.items() if values is not None}
    title = f"check-points of '{name}'"
    shapes = {key: values.shape for key, values in ({"survival": alive} | given).items()}
    faults = [Fault(key, f"shape {s}; time has {when.shape}") for key, s in shapes.items() if s != when.shape]
    if when.ndim != 1 or not when.size:
        faults.append(Fault("time", "give at least one check-point"))
    raise_faults(faults, InputError, title)
    faults = _curve_faults(when, alive)
    for key, values in given.items():
        message = "must be above 0; got {}" if key in ("at_risk", "se") else "must be between 0 and 1; got {}"
        bad = ~(values > 0) if key in ("at_risk", "se") else ~((values >= 0) & (values <= 1))
        faults += listed(bad, key, values, message, _point)
    if ("low" in given) != ("high" in given):
        faults.append(Fault("low, high", "give both ends of the interval"))
    if "low" in given and scale not in INTERVAL_SCALES:
        told = f"say on which scale the intervals were made: {', '.join(INTERVAL_SCALES)}; got '{scale}'"
        faults.append(Fault("scale", told))
    if "low" in given and "high" in given:
        misses = ~((given["low"] <= alive) & (alive <= given["high"]))
        faults += listed(misses, "survival", alive, "{} lies outside its own interval", _point)
    raise_faults(faults, InputError, title)
    error = given.get("se")
    if error is None and "low" in given:
        error = _from_interval(alive, given["low"], given["high"], scale)
    return Checkpoints(name, when, alive, error, given.get("at_risk"))


def read_checkpoints(path: str | Path, name: str, scale: str = "") -> Checkpoints:
    r"""The check-points of one curve from a CSV: columns curve, time, survival, perhaps at_risk, se, low and high.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "points.csv").write_text("curve,time,survival\nos,1,0.8\npfs,1,0.5\n")
    ...     read_checkpoints(Path(folder, "points.csv"), "os").survival.tolist()
    [0.8]
    """
    optional = ("at_risk", "se", "low", "high")
    columns = read_columns(path, ["time", "survival"], optional, where={"curve": name}, blank=optional)
    values = {key: v for key, v in columns.values.items() if key in optional and not np.isnan(v).all()}
    time, survival = columns.values["time"], columns.values["survival"]
    return checkpoints(
        name,
        time,
        survival,
        at_risk=values.get("at_risk"),
        se=values.get("se"),
        low=values.get("low"),
        high=values.get("high"),
        scale=scale,
    )


def require_below(lower: Checkpoints, upper: Checkpoints) -> None:
    """Raise when one curve's check-points exceed another's at the same time, such as progression-free above overall.

    >>> os, pfs = checkpoints("os", [12, 24], [0.6, 0.4]), checkpoints("pfs", [12, 24], [0.5, 0.45])
    >>> require_below(pfs, os)
    Traceback (most recent call last):
    hecon.errors.InputError: check-points that cross: 1 fault
      - time 24: pfs 0.45 is above os 0.4; the first cannot exceed the second, so check both sources
    """
    faults = []
    for time, survival in zip(lower.time, lower.survival, strict=True):
        above = upper.survival[upper.time == time]
        if above.size and survival > above[0]:
            told = f"{lower.name} {survival:g} is above {upper.name} {above[0]:g}"
            told += "; the first cannot exceed the second, so check both sources"
            faults.append(Fault(f"time {time:g}", told))
    raise_faults(faults, InputError, "check-points that cross")


def conditional_survival(points: Checkpoints) -> list[Interval]:
    """Each interval's survival as a beta, from numbers at risk or from standard errors by Greenwood's formula.

    With n at risk, beta(n p, n (1 - p)); censoring inside an interval makes that too narrow. With standard errors, n is
    the one that makes Greenwood's variance grow as published: n = (1 - p) / (p (se_k^2 / S_k^2 - se_j^2 / S_j^2)).

    Raises:
        InputError: neither is given; no event in an interval; standard errors that do not grow as they must.

    >>> first, second = conditional_survival(checkpoints("os", [12, 36], [0.8, 0.6], at_risk=[100, 60]))
    >>> second.survival, first.alpha, round(second.alpha, 9), round(second.beta, 9)
    (0.7499999999999999, 80.0, 45.0, 15.0)
    """
    before = np.concatenate([[1.0], points.survival[:-1]])
    start = np.concatenate([[0.0], points.time[:-1]])
    p = points.survival / before
    faults = [
        Fault(f"{points.name}, {a:g} to {b:g}", "no one dies, so no beta describes it; join it with its neighbour")
        for a, b, one in zip(start, points.time, p, strict=True)
        if one >= 1
    ]
    raise_faults(faults, InputError, "conditional survival")
    if points.at_risk is not None:
        n = points.at_risk
    elif points.se is not None:
        relative = (points.se / points.survival) ** 2
        grows = np.diff(np.concatenate([[0.0], relative]))
        for a, b, growth in zip(start, points.time, grows, strict=True):
            if growth <= 0:
                told = "the relative standard error does not grow, as Greenwood's must; give numbers at risk instead"
                faults.append(Fault(f"{points.name}, {a:g} to {b:g}", told))
        raise_faults(faults, InputError, "conditional survival")
        n = (1 - p) / (p * grows)
    else:
        raise InputError(f"'{points.name}': give numbers at risk, standard errors or intervals of the check-points")
    columns = zip(start, points.time, p, n * p, n * (1 - p), strict=True)
    return [Interval(*(float(value) for value in row)) for row in columns]


def parameter_rows(points: Checkpoints, source: str, provenance: str = "derived") -> list[dict[str, str]]:
    """Rows for the table `parameters`, one beta per interval, named p_<curve>_<start>_<end>.

    >>> rows = parameter_rows(checkpoints("os", [12, 36], [0.8, 0.6], at_risk=[100, 60]), source="trial")
    >>> [(row["name"], row["distribution"], row["par1"], row["par2"]) for row in rows]
    [('p_os_0_12', 'beta', '80', '20'), ('p_os_12_36', 'beta', '45', '15')]
    """
    rows = []
    for one in conditional_survival(points):
        name = f"p_{points.name}_{one.start:g}_{one.end:g}".replace(".", "_")
        label = f"Survival from {one.start:g} to {one.end:g} of those alive at {one.start:g}, {points.name}"
        row = {"name": name, "label": label, "unit": "probability", "value": f"{one.survival:.10g}"}
        row |= {"distribution": "beta", "par1": f"{one.alpha:.10g}", "par2": f"{one.beta:.10g}"}
        rows.append(row | {"source": source, "provenance": provenance})
    return rows


def _curve_faults(time: Array, survival: Array) -> list[Fault]:
    faults = list(listed(~(time > 0), "time", time, "check-points lie after time 0; got {}", _point))
    later = np.append(False, np.diff(time) <= 0)
    faults += listed(later, "time", time, "{} is not after the check-point before it", _point)
    if survival.max() > 1.5:
        return [*faults, Fault("survival", f"goes up to {survival.max():g}, so it is in percent; divide by 100")]
    outside = ~((survival > 0) & (survival < 1))
    faults += listed(outside, "survival", survival, "{} is not between 0 and 1 (both excluded)", _point)
    for k in np.flatnonzero(np.diff(survival) > 0):
        told = f"survival rises from {survival[k]:g} at {time[k]:g} to {survival[k + 1]:g} at {time[k + 1]:g}"
        faults.append(Fault(_point(int(k) + 1, "survival"), f"{told}; a curve cannot rise, so check times and values"))
    return faults


def _from_interval(survival: Array, low: Array, high: Array, scale: str) -> Array:
    """Standard errors of survival (point,) from 95% intervals."""
    width = 2 * 1.959963984540054
    if scale == "plain":
        return (high - low) / width
    if scale == "log":
        return survival * np.log(high / low) / width
    return survival * np.abs(np.log(survival)) * np.log(np.log(low) / np.log(high)) / width


def _point(row: int, column: str) -> str:
    return f"point {row + 1}, {column}"
