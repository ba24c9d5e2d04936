"""Approve, reject, or wait for a study: the answers a payer can give about a new technology, on one scale.

Claxton et al. 2012 and 2016; values are net benefit over current care for the whole population, in currency.
"""

from dataclasses import dataclass

from hecon.analysis.voi.population import Population
from hecon.errors import Fault, HeconError, raise_faults
from hecon.shown import Shown

ANSWERS = ("reject", "approve", "only in research", "approve with research", "wait")


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
    inmb: float, evsi: float, population: Population, *, study_cost: float, delay: float, irrecoverable: float = 0.0,
    reversal: float = 0.0, approved_later: float | None = None, agreed: float | None = None,
    elsewhere: float | None = None,
) -> ResearchDecision:  # fmt: skip
    """Compare reject, approve, only in research and approve with research; and wait, where `elsewhere` is given.

    `inmb` is the expected incremental net benefit of the new technology per patient, `evsi` of the study per patient,
    `delay` the years until it reports. Data are worth E[max net benefit given data] = evsi + max(inmb, 0) to each later
    patient. `irrecoverable` is spent once on approval, `reversal` when an approval is withdrawn; either needs
    `approved_later`, the probability that the data will favour the technology (costs of the future discounted as the
    population is).

    `agreed` is the incremental net benefit at a price that holds only until the study reports, for those who are treated while
    research goes on; `inmb` if left out. `elsewhere` is the probability that others do the study and bear its cost: to wait is
    current care until it would report, then a decision with the data or, where nobody has made them, without.

    Raises:
        HeconError: a delay beyond the population's years, costs below 0, a probability missing or outside 0..1.

    >>> ten = Population(1000, 10, 0.035, "whole_year")
    >>> found = research_decision(-1000, 682.722438444349, ten, study_cost=150_000, delay=2)
    >>> found.best, round(found.values["only in research"]), round(found.values["approve with research"])
    ('only in research', 4384303, 2418120)
    >>> waits = research_decision(-1000, 682.722438444349, ten, study_cost=150_000, delay=2, elsewhere=0.5)
    >>> round(waits.values["wait"])  # half of what research is worth to later patients, at no cost
    2267152
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
    if elsewhere is not None and not 0 <= elsewhere <= 1:
        faults.append(Fault("elsewhere", f"must be a probability; got {elsewhere}"))
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
        "approve with research": (inmb if agreed is None else agreed) * now
        + informed
        - irrecoverable
        - reversal * (1 - chance) * factor,
    }
    if elsewhere is not None:
        with_data = informed + study_cost - irrecoverable * chance * factor
        without = max(inmb * later - irrecoverable * factor, 0.0)
        values["wait"] = elsewhere * with_data + (1 - elsewhere) * without
    return ResearchDecision(values, now, later)


def _discount(population: Population, time: float) -> float:
    exponent = int(time) if population.timing == "whole_year" else time
    return float((1 + population.rate) ** -exponent)
