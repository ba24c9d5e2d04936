"""What a declared study is worth: EVSI by size, population values, net benefit of sampling, who decides when.

What is left open, the settings say; parts whose numbers neither gives are left out and named.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.digits import money_text
from hecon.errors import HeconError, InputError
from hecon.grid import Grid, plain_text, to_frame
from hecon.results.analysis import Analysis
from hecon.results.layouts.layout import layout

if TYPE_CHECKING:
    import pandas as pd

    from hecon.analysis.voi.evsi import EvsiCurve
    from hecon.analysis.voi.population import NetBenefitOfSampling, Population
    from hecon.outcomes import Outcomes

_LARGEST = 500  # patients per arm, where nothing is said
_POPULATION = ("incidence", "decision_years", "population_rate")
_COSTS = ("study_fixed", "study_per_patient", "study_years")


@dataclass(frozen=True)
class StudyAsked:
    """What is asked of a study and its population; "" or None leaves it to the settings.

    The last four are as `research_decision` takes them: what approval and its reversal cost, the probability that the data will
    favour the technology, and that others do the study.
    """

    design: str = ""
    largest: int | None = None
    method: str = "regression"
    incidence: float | None = None
    years: float | None = None
    rate: float | None = None
    fixed: float | None = None
    per_patient: float | None = None
    delay: float | None = None
    irrecoverable: float = 0.0
    reversal: float = 0.0
    approved_later: float | None = None
    elsewhere: float | None = None


@dataclass(frozen=True)
class Valued:
    """Texts, JSON, grids (evsi, enbs, research) and figures of a study; all empty where none is declared."""

    texts: list[str] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    grids: Mapping[str, Grid] = field(default_factory=dict)
    figures: Callable[[float], Mapping[str, Any]] = lambda evpi: {}

    @property
    def tables(self) -> "dict[str, pd.DataFrame]":
        """The grids of the study's sizes as pandas tables, every size a row."""
        return {name: to_frame(grid) for name, grid in self.grids.items() if name != "research"}

    @property
    def patients(self) -> float | None:
        """The discounted patients of the population; None where none is declared."""
        known: Mapping[str, float] = self.result.get("population") or {}
        return known.get("patients")


def value_study(analysis: Analysis, wanted: StudyAsked | None = None) -> Valued:
    """Value the population's EVPI, the study at 20 sizes, and, where all costs are given, its net benefit.

    Raises:
        InputError: some but not all of a population's or of a study's numbers.
        HeconError: an analysis without a PSA; as `evsi` and `enbs`.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.inputs.book import make_book
    >>> draws = make_book("demo", []).sample(2)
    >>> base, psa = (from_totals(("a", "b"), [[1.0] * n, [3.0] * n], [[1.0] * n, [2.0] * n]) for n in (1, 2))
    >>> value_study(Analysis.of_outcomes("demo", base, psa, "payer", 10.0, "a", draws=draws)).texts[1][:22]
    'No study is declared; '
    """
    from hecon.analysis.voi.evsi import evsi, sample_sizes

    wanted, psa, draws, at = wanted or StudyAsked(), analysis.psa, analysis.draws, analysis.at_threshold()
    if psa is None or draws is None:
        raise HeconError("the value of a study needs a probabilistic analysis and its draws; run with draws")

    settings = _settings(analysis)
    population = _population(analysis, wanted)
    texts: list[str] = []
    empty = {"population": None, "evsi": None, "enbs": None, "research": None}
    result: dict[str, Any] = dict(empty)
    if population is not None:
        patients = population.patients()
        result["population"] = {"patients": patients, "evpi": float(at.evpi[0]) * patients}
        texts.append(
            f"Population: {patients:,.0f} discounted patients; EVPI {money_text(result['population']['evpi'])}"
        )
    else:
        texts.append("No population is declared; for population values set incidence, decision_years, population_rate")
    text = wanted.design or settings.get("study", "")
    if not text:
        texts.append("No study is declared; to value one, set study in the settings or give --study 'binomial(p_...)'")
        return Valued(texts, result)
    largest = wanted.largest or int(float(settings.get("study_largest", "") or _LARGEST))
    curve = evsi(
        psa, draws, text, sample_sizes(largest), analysis.wtp, analysis.perspective, method=wanted.method,
        effect=analysis.effect, seed=draws.seed or 0,
    )  # fmt: skip
    result["evsi"] = _curve_json(curve)
    grids = {"evsi": layout(curve)}
    texts.append(f"{grids['evsi'].title}\n{plain_text(grids['evsi'])}")
    costs = _numbers(analysis, _COSTS, (wanted.fixed, wanted.per_patient, wanted.delay), "a study's net benefit")
    found = None
    told = [k for k, why in enumerate(curve.refused) if not why]
    if population is not None and costs is not None and len(told) < 2:
        why = next(why for why in curve.refused if why)
        texts.append(f"No net benefit of sampling: EVSI is refused at nearly every size; {why}")
    elif population is not None and costs is not None:
        found = _net_benefit(curve, population, costs)
        result["enbs"] = {"best": found.best, "value": found.highest, "se": _se_at_best(found)}
        texts.append(
            f"Net benefit of sampling: best with {found.best:,} patients{' per arm' if len(curve.study.arms) > 1 else ''}"
            f", {money_text(found.highest)} for the population (standard error {money_text(result['enbs']['se'])})"
            if found.best
            else "Net benefit of sampling: no size is worth its cost"
        )
        grids["enbs"] = layout(found)
        decision = _research(analysis, psa, population, costs, found, wanted)
        if decision is None:
            texts.append(
                "The best time to decide is shown only where one strategy is compared with the reference; here are several."
            )
        else:
            result["research"], grids["research"], words = decision
            texts.append(words)

    def figures(evpi: float) -> Mapping[str, Any]:
        from hecon.figures.voi_figures import enbs_figure, evsi_figure

        drawn = {"evsi": evsi_figure(curve, evpi, analysis.money)}
        return drawn | ({"enbs": enbs_figure(found, len(curve.study.arms), analysis.money)} if found else {})

    return Valued(texts, result, grids, figures)


def _population(analysis: Analysis, wanted: StudyAsked) -> "Population | None":
    from hecon.analysis.voi.population import Population

    found = _numbers(analysis, _POPULATION, (wanted.incidence, wanted.years, wanted.rate), "population values")
    timing = _settings(analysis).get("discount_timing", "") or "whole_year"
    return None if found is None else Population(found[0], found[1], found[2], timing)


def _numbers(
    analysis: Analysis, names: tuple[str, ...], given: tuple[float | None, ...], what: str
) -> list[float] | None:
    """Numbers from the command line or the settings; None where none is given, an error where only some are."""
    settings = _settings(analysis)
    texts = [settings.get(name, "") if value is None else value for name, value in zip(names, given, strict=True)]
    missing = [name for name, text in zip(names, texts, strict=True) if text == ""]
    if len(missing) == len(names):
        return None
    if missing:
        raise InputError(f"{analysis.case}: {what} need {', '.join(names)}; {', '.join(missing)} is not given")
    return [float(text) for text in texts]


def _net_benefit(curve: "EvsiCurve", population: "Population", costs: list[float]) -> "NetBenefitOfSampling":
    """ENBS at every whole size between those simulated."""
    from hecon.analysis.voi.population import enbs, every_size

    kept = [k for k, why in enumerate(curve.refused) if not why]
    simulated = [curve.sizes[k] for k in kept]
    sizes, values = every_size(simulated, curve.estimates[kept])
    errors = np.interp(sizes, simulated, curve.se[kept])
    fixed, per_patient, delay = costs
    return enbs(
        sizes, values, population, fixed=fixed, per_patient=per_patient, arms=len(curve.study.arms), delay=delay,
        se=errors,
    )  # fmt: skip


def _research(
    analysis: Analysis,
    psa: "Outcomes",
    population: "Population",
    costs: list[float],
    found: "NetBenefitOfSampling",
    wanted: StudyAsked,
) -> tuple[dict[str, Any], Grid, str] | None:
    """Reject, approve, only in research, approve with research, for the one strategy compared with the reference.

    With the study of the highest net benefit, be that below 0: then research is not the best of the four.
    """
    from hecon.analysis.cost_effectiveness.net_benefit import inmb
    from hecon.analysis.voi.research import research_decision

    others = analysis.comparisons()
    if len(others) != 1:
        return None
    gained = inmb(psa, analysis.reference, analysis.wtp, analysis.perspective, analysis.effect)[
        psa.strategies.index(others[0])
    ]
    k = int(found.values.argmax())
    worth = max(0.0, float((found.values[k] + found.costs[k]) / found.patients[k]))
    decision = research_decision(
        float(gained.mean()), worth, population, study_cost=float(found.costs[k]), delay=costs[2],
        irrecoverable=wanted.irrecoverable, reversal=wanted.reversal, approved_later=wanted.approved_later,
        elsewhere=wanted.elsewhere,
    )  # fmt: skip
    lines = "; ".join(f"{answer} {money_text(value)}" for answer, value in decision.values.items())
    result = {
        "strategy": others[0],
        "size": found.sizes[k],
        "best": decision.best,
        "values": decision.values,
        "inmb": float(gained.mean()),
        "evsi": worth,
    }
    title = f"{others[0]}: decide now or with research ({found.sizes[k]:,} patients), over rejecting it outright"
    paid = f", paid under the agreement {analysis.agreement_label}" if analysis.about.get("agreement") else ""
    words = f"For the population, over rejecting {others[0]} outright{paid}: {lines}. Best: {decision.best}"
    return result, replace(layout(decision), title=title), words


def _se_at_best(found: "NetBenefitOfSampling") -> float:
    return float(found.se[int(found.values.argmax())])


def _curve_json(curve: "EvsiCurve") -> dict[str, Any]:
    return {
        "study": curve.study.text,
        "method": curve.method,
        "evppi": curve.perfect.value,
        "evppi_se": curve.perfect.se,
        "sizes": list(curve.sizes),
        "values": list(curve.values),
        "se": curve.se.tolist(),
        "refused": list(curve.refused),
    }


def _settings(analysis: Analysis) -> Mapping[str, str]:
    return {} if analysis.book is None else analysis.book.settings
