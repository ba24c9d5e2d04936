"""Approve, reject, or wait for a study: the four answers a payer can give about a new technology, on one scale.

Claxton et al. 2012 and 2016; values are net benefit over current care for the whole population, in currency.
"""

from dataclasses import dataclass

from hecon.analysis.voi.population import Population
from hecon.errors import Fault, HeconError, raise_faults
from hecon.shown import Shown

ANSWERS = ("reject", "approve", "only in research", "approve with research")


@dataclass(frozen=True, repr=False)
class ResearchDecision(Shown):
    """Net benefit of each answer over rejecting outright, in currency; `best` is the highest, the first if tied.

    `now` and `later` are the discounted patients before and after the study reports.
    """

    values: dict[str, float]
    now: float
    later: float

    @property
    def best(self) -> str:
        """The answer with the highest net benefit."""
        return max(self.values, key=lambda answer: self.values[answer])


def research_decision(
    inmb: float,
    evsi: float,
    population: Population,
    *,
    study_cost: float,
    delay: float,
    irrecoverable: float = 0.0,
    reversal: float = 0.0,
    approved_later: float | None = None,
) -> ResearchDecision:
    """Compare reject, approve, only in research and approve with research.

    `inmb` is the expected incremental net benefit of the new technology per patient, `evsi` of the study per patient,
    `delay` the years until it reports. Data are worth E[max net benefit given data] = evsi + max(inmb, 0) to each later
    patient. `irrecoverable` is spent once on approval, `reversal` when an approval is withdrawn; either needs
    `approved_later`, the probability that the data will favour the technology (costs of the future discounted as the
    population is).

    Raises:
        HeconError: a delay beyond the population's years, costs below 0, a probability missing or outside 0..1.

    >>> ten = Population(1000, 10, 0.035, "whole_year")
    >>> found = research_decision(-1000, 682.722438444349, ten, study_cost=150_000, delay=2)
    >>> found.best, round(found.values["only in research"]), round(found.values["approve with research"])
    ('only in research', 4384303, 2418120)
    """
    faults = [
        Fault(name, f"must be from 0 up; got {amount}")
        for name, amount in (("study_cost", study_cost), ("irrecoverable", irrecoverable), ("reversal", reversal))
        if not amount >= 0
    ]
    if not 0 <= delay <= population.years:
        faults.append(Fault("delay", f"must lie within the population's {population.years:g} years; got {delay}"))
    if approved_later is None and (irrecoverable or reversal):
        faults.append(Fault("approved_later", "is needed where approval or its reversal costs something"))
    if approved_later is not None and not 0 <= approved_later <= 1:
        faults.append(Fault("approved_later", f"must be a probability; got {approved_later}"))
    raise_faults(faults, HeconError, "research decision")
    now, later = population.patients(0.0, delay), population.patients(delay)
    chance = 0.0 if approved_later is None else approved_later
    factor = _discount(population, delay)
    informed = (evsi + max(inmb, 0.0)) * later - study_cost
    values = {
        "reject": 0.0,
        "approve": inmb * (now + later) - irrecoverable,
        "only in research": informed - irrecoverable * chance * factor,
        "approve with research": inmb * now + informed - irrecoverable - reversal * (1 - chance) * factor,
    }
    return ResearchDecision(values, now, later)


def _discount(population: Population, time: float) -> float:
    exponent = int(time) if population.timing == "whole_year" else time
    return float((1 + population.rate) ** -exponent)
