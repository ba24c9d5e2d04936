"""From one patient to all who will face the decision: discounted population, population values, net benefit of sampling.

The population counts patients over the years the decision is expected to stand (methods 5.7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf, log1p

import numpy as np
from numpy.typing import ArrayLike

from hecon.errors import Fault, HeconError, raise_faults
from hecon.outcomes import Array
from hecon.shown import Shown

TIMINGS = ("whole_year", "continuous")


@dataclass(frozen=True)
class Population:
    """Patients per year (`incidence`, a number or one per year), for how many `years`, discounted at `rate` per year.

    `timing` is "whole_year" (the first year undiscounted) or "continuous" ((1 + rate)^-t at exact times).

    Raises:
        HeconError: numbers out of range, fewer yearly incidences than years, an unknown timing; all at once.
    """

    incidence: float | Sequence[float]
    years: float
    rate: float
    timing: str

    def __post_init__(self) -> None:
        faults = []
        each = [self.incidence] if isinstance(self.incidence, int | float) else list(self.incidence)
        if not each or not all(0 <= one < inf for one in each):
            faults.append(Fault("incidence", f"must be numbers from 0 up, per year; got {self.incidence}"))
        if not 0 < self.years < inf:
            faults.append(Fault("years", f"must be above 0; got {self.years}"))
        elif not isinstance(self.incidence, int | float) and len(each) < ceil(self.years):
            faults.append(Fault("incidence", f"has {len(each)} yearly numbers for {self.years:g} years"))
        if not 0 <= self.rate < 1:
            faults.append(Fault("rate", f"must lie in 0 to 1 per year; got {self.rate}"))
        if self.timing not in TIMINGS:
            faults.append(Fault("timing", f"must be one of {', '.join(TIMINGS)}; got '{self.timing}'"))
        raise_faults(faults, HeconError, "population")

    def patients(self, start: float = 0.0, stop: float | None = None) -> float:
        """Discounted patients between two times, in years from now; all by default.

        >>> round(Population(1000, 10, 0.035, "whole_year").patients(), 4)
        8607.6865
        >>> round(Population(1000, 10, 0.035, "continuous").patients(), 4)
        8461.3115
        """
        stop = self.years if stop is None else min(stop, self.years)
        total = 0.0
        for year in range(ceil(self.years)):
            first, last = max(start, year), min(stop, year + 1)
            if first < last:
                yearly = self.incidence if isinstance(self.incidence, int | float) else self.incidence[year]
                total += yearly * self._span(first, last, year)
        return total

    def _span(self, first: float, last: float, year: int) -> float:
        if self.timing == "whole_year":
            return (last - first) / (1 + self.rate) ** year
        if self.rate == 0:
            return last - first
        return float(((1 + self.rate) ** -first - (1 + self.rate) ** -last) / log1p(self.rate))


@dataclass(frozen=True, repr=False)
class NetBenefitOfSampling(Shown):
    """ENBS in currency over sample sizes: `values` and `se` (size,); what it costs; and how many patients benefit.

    `best` is the sample size with the highest ENBS; 0 when no study is worth its cost.
    """

    sizes: tuple[int, ...]
    values: Array
    se: Array
    costs: Array
    patients: Array

    @property
    def best(self) -> int:
        """The sample size (per arm) with the highest ENBS, or 0 when none is above 0."""
        k = int(self.values.argmax())
        return self.sizes[k] if self.values[k] > 0 else 0

    @property
    def highest(self) -> float:
        """ENBS at the best size; 0 where no study is done."""
        return max(float(self.values.max()), 0.0)


def enbs(
    sizes: Sequence[int],
    evsi: ArrayLike,
    population: Population,
    *,
    fixed: float,
    per_patient: float,
    arms: int = 1,
    delay: float = 0.0,
    enrolled_benefit: bool = True,
    opportunity: float = 0.0,
    se: ArrayLike = 0.0,
) -> NetBenefitOfSampling:
    """Expected net benefit of sampling: EVSI (size,) x patients who benefit - what the study costs, in currency.

    `sizes` are patients per arm; `fixed` and `per_patient` costs of the study, `opportunity` any other cost of doing
    it; patients of the first `delay` years, before it reports, do not benefit, nor do those enrolled where
    `enrolled_benefit` is False.

    Raises:
        HeconError: sizes and EVSI that disagree, costs or a delay below 0.

    >>> ten = Population(1000, 10, 0.035, "whole_year")
    >>> enbs([50], [682.722438444349], ten, fixed=50000, per_patient=2000).values.round(2).tolist()
    [5726660.72]
    """
    n, value = np.asarray(sizes, dtype=np.float64), np.asarray(evsi, dtype=np.float64)
    faults = []
    if n.ndim != 1 or n.size == 0 or n.shape != value.shape:
        faults.append(Fault("evsi", f"has shape {value.shape}; the sizes have {n.shape}"))
    amounts = {"fixed": fixed, "per_patient": per_patient, "delay": delay, "opportunity": opportunity}
    faults += [Fault(name, f"must be from 0 up; got {amount}") for name, amount in amounts.items() if not amount >= 0]
    raise_faults(faults, HeconError, "net benefit of sampling")
    costs = fixed + per_patient * arms * n + opportunity
    patients = np.full_like(n, population.patients(delay))
    if not enrolled_benefit:
        patients = patients - arms * n
    errors = patients * np.broadcast_to(np.asarray(se, dtype=np.float64), n.shape)
    return NetBenefitOfSampling(tuple(int(one) for one in sizes), value * patients - costs, errors, costs, patients)


def every_size(sizes: Sequence[int], evsi: ArrayLike) -> tuple[tuple[int, ...], Array]:
    """All whole sample sizes between the first and the last, with EVSI read off a curve that keeps its shape.

    Piecewise cubic in the logarithm of the size (Fritsch and Carlson 1980): no size gets a value outside its neighbours'.

    >>> sizes, values = every_size([1, 2, 4], [0.0, 10.0, 20.0])
    >>> sizes, round(float(values[1]), 6)
    ((1, 2, 3, 4), 10.0)
    """
    from scipy.interpolate import PchipInterpolator

    whole = np.arange(sizes[0], sizes[-1] + 1)
    curve = PchipInterpolator(np.log(np.asarray(sizes, dtype=np.float64)), np.asarray(evsi, dtype=np.float64))
    return tuple(whole.tolist()), np.asarray(curve(np.log(whole)))
