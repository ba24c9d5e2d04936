"""Individual survival data: times, events, late entry, weights and covariates, read from CSV and checked once.

Everything that fits or draws a curve takes SurvivalData; nothing after this file asks whether it is sound.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hecon.errors import Fault, InputError, raise_faults
from hecon.outcomes import Array
from hecon.survival.csv_files import listed, read_columns

_LEAST, _MOST = 1e-9, 1e9  # of times and weights in any unit: beyond them likelihoods leave the range of floats


@dataclass(frozen=True)
class SurvivalData:
    """Arrays (patient,): time, event (1 or 0 for censored), entry and weight, and named covariates.

    Times share one unit, which the fitted curves then have. A weight counts as that many equal rows.
    """

    time: Array
    event: Array
    entry: Array
    weight: Array
    covariates: Mapping[str, Array]

    @property
    def n(self) -> float:
        """Number of patients: the sum of the weights."""
        return float(self.weight.sum())

    @property
    def events(self) -> float:
        """Number of events: the sum of the weights of those who had one."""
        return float((self.weight * self.event).sum())

    def subset(self, rows: NDArray[np.bool_]) -> "SurvivalData":
        """The patients where `rows` (patient,) is true.

        >>> survival_data([1, 2, 3], [1, 0, 1]).subset(np.array([True, True, False])).time.tolist()
        [1.0, 2.0]
        """
        covariates = {name: values[rows] for name, values in self.covariates.items()}
        return SurvivalData(self.time[rows], self.event[rows], self.entry[rows], self.weight[rows], covariates)


def survival_data(
    time: ArrayLike,
    event: ArrayLike,
    entry: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    covariates: Mapping[str, ArrayLike] | None = None,
) -> SurvivalData:
    """SurvivalData from arrays (patient,); entry is 0 and weight 1 unless given.

    Raises:
        InputError: lengths that differ, times not above 0, events other than 0 or 1, entry not before time, weights
            not above 0, covariates that do not vary, no event at all; every fault at once, with its row (from 1).

    >>> survival_data([5, 8, 9], [1, 0, 1], weight=[1, 2, 1]).n
    4.0
    >>> survival_data([5, -8], [1, 0])
    Traceback (most recent call last):
    hecon.errors.InputError: survival data: 1 fault
      - row 2, time: times must be above 0; got -8
    """
    columns = {"time": np.asarray(time, dtype=float), "event": np.asarray(event, dtype=float)}
    columns["entry"] = np.zeros_like(columns["time"]) if entry is None else np.asarray(entry, dtype=float)
    columns["weight"] = np.ones_like(columns["time"]) if weight is None else np.asarray(weight, dtype=float)
    extra = {name: np.asarray(values, dtype=float) for name, values in (covariates or {}).items()}
    shapes = {name: values.shape for name, values in (columns | extra).items()}
    wrong = [Fault(name, f"shape {shape}; time has {shapes['time']}") for name, shape in shapes.items()]
    wrong = [fault for fault, shape in zip(wrong, shapes.values(), strict=True) if shape != shapes["time"]]
    raise_faults(wrong, InputError, "survival data")
    return _checked(columns, extra, lambda row, column: f"row {row + 1}, {column}", "survival data")


def read_survival(
    path: str | Path, covariates: Sequence[str] = (), where: Mapping[str, str] | None = None
) -> SurvivalData:
    r"""SurvivalData from a CSV file with columns time, event and, if wanted, entry, weight and covariates (numbers).

    `where` keeps the rows whose columns have these texts, such as {"arm": "chemo"}; other columns are not read.

    Raises:
        InputError: a file or column that is missing, a cell that is not a number, and all that survival_data refuses,
            with the address of each cell, such as trial.csv!B7 (event).

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "trial.csv").write_text("time,event\n5,1\n8,0\n")
    ...     read_survival(Path(folder, "trial.csv")).events
    1.0
    """
    columns = read_columns(path, ["time", "event", *covariates], optional=["entry", "weight"], where=where)
    numbers = {"entry": np.zeros(columns.rows), "weight": np.ones(columns.rows)} | dict(columns.values)
    return _checked(numbers, {name: numbers[name] for name in covariates}, columns.place, str(path))


def _checked(
    columns: Mapping[str, Array], covariates: Mapping[str, Array], place: Callable[[int, str], str], title: str
) -> SurvivalData:
    time, event, entry, weight = (columns[name] for name in ("time", "event", "entry", "weight"))
    faults: list[Fault] = []
    for name, values in (dict(columns) | dict(covariates)).items():
        faults += listed(~np.isfinite(values), name, values, "needs a finite number; got {}", place)
    faults += listed(time < 0, "time", time, "times must be above 0; got {}", place)
    faults += listed(time == 0, "time", time, "times must be above 0; write half a day for an event on day 0", place)
    for name, values in (("time", time), ("weight", weight)):
        far = np.isfinite(values) & (values > 0) & ((values < _LEAST) | (values > _MOST))
        faults += listed(far, name, values, f"must lie between {_LEAST:g} and {_MOST:g}; got {{}}", place)
    faults += listed((event != 0) & (event != 1), "event", event, "must be 1 (event) or 0 (censored); got {}", place)
    faults += listed(entry < 0, "entry", entry, "entry cannot be before time 0; got {}", place)
    faults += listed((entry >= time) & (time > 0), "entry", entry, "entry {} is not before the patient's time", place)
    faults += listed(weight <= 0, "weight", weight, "weights must be above 0; got {}", place)
    if not faults:
        if not event.any():
            message = f"all {len(event)} patients are censored; without an event no curve can be estimated"
            faults.append(Fault("event", message))
        faults += [
            Fault(name, f"is {values[0]:g} for every patient, so its effect cannot be estimated; leave it out")
            for name, values in covariates.items()
            if np.ptp(values) == 0
        ]
    raise_faults(faults, InputError, title)
    return SurvivalData(time, event, entry, weight, dict(covariates))
