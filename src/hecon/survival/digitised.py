"""A Kaplan-Meier curve read off a published figure, with its risk table: read, checked, its common mistakes named.

docs/digitised-curves.md has the format and an example; survival_reconstruction rebuilds the individual data.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from hecon.errors import Fault, InputError, raise_faults
from hecon.outcomes import Array
from hecon.survival.csv_files import listed, read_columns

GAP = 0.02  # of survival, in a gap between points at a row of the risk table, beyond which it is remarked
_ONE_EVENT = 1.5  # patients at risk times the fall: what is less is one step, which has no points within


@dataclass(frozen=True)
class Digitised:
    """A curve read off a figure: time and survival (point,), and the risk table's time and at_risk (interval,).

    `events` is the published total, if any; `levelled` counts the points that were lowered to the curve before them.
    """

    time: Array
    survival: Array
    risk_time: Array
    at_risk: Array
    events: int | None = None
    levelled: int = 0

    def at(self, times: ArrayLike) -> Array:
        """Survival at any times: that of the last point at or before each.

        >>> digitised([0, 1, 2], [1, 0.9, 0.8], [0], [10]).at([0.5, 2]).tolist()
        [1.0, 0.8]
        """
        return np.asarray(self.survival[np.searchsorted(self.time, np.asarray(times, dtype=float), side="right") - 1])

    @property
    def remarks(self) -> tuple[str, ...]:
        """Gaps between points, at a row of the risk table, that hold more than 2% of survival and more than one event.

        >>> print(*digitised([0, 1, 4], [1, 0.9, 0.6], [0, 3], [100, 75]).remarks)
        risk table row 2 (time 3): survival falls by 0.3 between the points 1 and 4, before the row or after it: all of \
it is put after; digitise the curve at 3
        >>> print(*digitised([0, 3, 4], [1, 0.7, 0.6], [0, 3], [100, 70]).remarks)
        risk table row 2 (time 3): survival falls by 0.3 between the points 0 and 3, and all of it is put at 3, so that \
the time at risk is too long; digitise more points before 3
        """
        found = []
        for k, when in enumerate(self.risk_time[1:], start=1):
            after = int(np.searchsorted(self.time, when))
            first, last = float(self.time[after - 1]), float(self.time[after])
            fall = float(self.survival[after - 1] - self.survival[after])
            if fall <= GAP or self.at_risk[k - 1] * fall / self.survival[after - 1] < _ONE_EVENT:
                continue
            head = f"risk table row {k + 1} (time {when:g}): survival falls by {fall:.2g} between the points {first:g} and "
            if last == when:
                words = (
                    f"{last:g}, and all of it is put at {last:g}, so that the time at risk is too long; digitise more "
                )
                found.append(f"{head}{words}points before {when:g}")
            else:
                words = f"{last:g}, before the row or after it: all of it is put after; digitise the curve at {when:g}"
                found.append(head + words)
        return tuple(found)


def digitised(
    time: ArrayLike,
    survival: ArrayLike,
    risk_time: ArrayLike,
    at_risk: ArrayLike,
    events: int | None = None,
    rise: float = 0.0,
) -> Digitised:
    """A checked Digitised; a risk table of one row (time 0, all patients) will do, better with the total of events.

    A rise of up to `rise` (a digitiser's tremor, for instance 0.005) is levelled to the lowest value so far and
    counted; more than that is an error.

    Raises:
        InputError: a percent axis, a rising curve, times that do not rise or do not begin at 0 with survival 1, a risk
            table that grows, is not whole, or goes beyond the curve; every fault at once.

    >>> digitised([0, 1, 2], [1, 0.9, 0.9], [0], [10]).levelled
    0
    >>> digitised([0, 1, 2], [100, 90, 70], [0], [10])
    Traceback (most recent call last):
    hecon.errors.InputError: digitised curve: 1 fault
      - survival: goes up to 100, so the axis is in percent; divide by 100
    """
    curve = {"time": np.asarray(time, dtype=float), "survival": np.asarray(survival, dtype=float)}
    table = {"time": np.asarray(risk_time, dtype=float), "at_risk": np.asarray(at_risk, dtype=float)}
    return _checked(curve, table, events, rise, _by_point, _by_interval, "digitised curve")


def read_digitised(
    curve_path: str | Path, risk_path: str | Path, events: int | None = None, rise: float = 0.0
) -> Digitised:
    r"""Digitised from two CSV files: the curve (time, survival) and the risk table (time, at_risk); see digitised.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "curve.csv").write_text("time,survival\n0,1\n1,0.9\n")
    ...     _ = Path(folder, "risk.csv").write_text("time,at_risk\n0,10\n")
    ...     read_digitised(Path(folder, "curve.csv"), Path(folder, "risk.csv")).survival.tolist()
    [1.0, 0.9]
    """
    curve = read_columns(curve_path, ["time", "survival"])
    table = read_columns(risk_path, ["time", "at_risk"])
    return _checked(curve.values, table.values, events, rise, curve.place, table.place, str(curve_path))


def _checked(
    curve: Mapping[str, Array],
    table: Mapping[str, Array],
    events: int | None,
    rise: float,
    place: Callable[[int, str], str],
    table_place: Callable[[int, str], str],
    title: str,
) -> Digitised:
    time, survival, risk_time, at_risk = curve["time"], curve["survival"], table["time"], table["at_risk"]
    if time.shape != survival.shape or risk_time.shape != at_risk.shape or time.ndim != 1 or len(time) < 2:
        raise InputError(f"{title}: need as many survival values as times (two or more), and at_risk as risk times")
    faults: list[Fault] = []
    for name, values, where in (("time", time, place), ("survival", survival, place), ("time", risk_time, table_place)):
        faults += listed(~np.isfinite(values), name, values, "needs a finite number; got {}", where)
    faults += listed(~(at_risk == np.round(at_risk)), "at_risk", at_risk, "needs a whole number; got {}", table_place)
    raise_faults(faults, InputError, title)
    if time[0] != 0:
        faults.append(Fault(place(0, "time"), f"the first time is {time[0]:g}, not 0; begin with time 0, survival 1"))
    repeated = np.append(False, np.diff(time) <= 0)
    message = "{} is not after the time before it; sort by time, and of two values at one time keep the lower"
    faults += listed(repeated, "time", time, message, place)
    if survival.max() > 1.5:
        faults.append(Fault("survival", f"goes up to {survival.max():g}, so the axis is in percent; divide by 100"))
    else:
        faults += _survival_faults(survival, rise, place)
    faults += _table_faults(time, risk_time, at_risk, events, table_place)
    raise_faults(faults, InputError, title)
    level = np.minimum.accumulate(survival)
    return Digitised(time, level, risk_time, at_risk, events, int((level < survival).sum()))


def _survival_faults(survival: Array, rise: float, place: Callable[[int, str], str]) -> list[Fault]:
    faults = list(listed((survival < 0) | (survival > 1), "survival", survival, "{} is not between 0 and 1", place))
    if not faults and survival[0] != 1:
        faults.append(Fault(place(0, "survival"), f"survival begins at {survival[0]:g}; begin with time 0, survival 1"))
    above = survival - np.minimum.accumulate(survival)
    message = f"{{}} rises above the curve before it by more than {rise:g}; correct it, or allow rise={above.max():.2g}"
    return faults + list(listed(above > rise, "survival", survival, message, place))


def _table_faults(
    time: Array, risk_time: Array, at_risk: Array, events: int | None, place: Callable[[int, str], str]
) -> list[Fault]:
    faults = []
    if risk_time[0] != 0:
        faults.append(
            Fault(place(0, "time"), f"the risk table begins at {risk_time[0]:g}; it must begin at 0 with everyone")
        )
    later = np.append(False, np.diff(risk_time) <= 0)
    faults += listed(later, "time", risk_time, "{} is not after the row before it", place)
    growing = np.append(False, np.diff(at_risk) > 0)
    faults += listed(
        growing, "at_risk", at_risk, "{} is more than in the row before it; numbers at risk never rise", place
    )
    faults += listed(at_risk < 0, "at_risk", at_risk, "{} is below 0", place)
    beyond = risk_time > time[-1]
    message = f"{{}} lies beyond the last digitised time {time[-1]:g}; digitise further, or leave the row out"
    faults += listed(beyond, "time", risk_time, message, place)
    if not faults and (np.diff(np.append(0, np.searchsorted(time, risk_time[1:], side="right"))) == 0).any():
        told = "some row has no digitised time between it and the next; digitise the curve at those times"
        faults.append(Fault("risk table", told))
    if events is not None and not 0 < events <= at_risk[0]:
        faults.append(Fault("events", f"{events} events are not between 1 and the {at_risk[0]:g} patients at time 0"))
    return faults


def _by_point(row: int, column: str) -> str:
    return f"point {row + 1}, {column}"


def _by_interval(row: int, column: str) -> str:
    return f"risk table row {row + 1}, {column}"
