"""From a run to who gains: the groups of its inputs, increments of each, and what is judged by which aversion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, counted, kinds_of
from hecon.analysis.fairness.distribution import Groups, distribution, with_copayment
from hecon.analysis.fairness.impact import (
    GroupTable,
    ImpactTable,
    Views,
    group_rows,
    impact_row,
    inequality,
    sentence,
)
from hecon.arrays import Array
from hecon.errors import Fault, HeconError, raise_faults
from hecon.inputs.attributes import Attribute, attributes_of
from hecon.inputs.groups import Group, Value, groups_of
from hecon.shown import Shown

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws
    from hecon.outcomes import Outcomes
    from hecon.results.analysis import Analysis

GIVEN = "as given"
HINT = (
    "aversion to inequality is never assumed: give aversion=, --aversion E, or write the settings aversion and aversion_source "
    "(0: all QALYs count the same; 10.95 is the median of a survey in England, Robson 2017, as recalled)"
)


@dataclass(frozen=True, repr=False)
class AttributeTable(Shown):
    """Attributes of a therapy as declared; nothing is computed from them."""

    rows: tuple[Attribute, ...]


@dataclass(frozen=True, repr=False)
class Fairness(Shown):
    """Who gains by a decision: `groups` and the `impact` on the whole, `attributes` of the therapy; it prints as the impact."""

    groups: GroupTable
    impact: ImpactTable
    attributes: AttributeTable

    @property
    def sentences(self) -> tuple[str, ...]:
        """What each strategy does, in words: on the draws, where there are some."""
        last = {row.strategy: row for row in self.impact.rows}
        return tuple(sentence(row, self.impact.reference, self.impact.views) for row in last.values())


def fairness_of(
    analysis: "Analysis", aversion: float | None = None, opportunity_cost: float | None = None, *,
    kolm: float | None = None, patients: float = 1.0, people: float | None = None,
) -> Fairness:  # fmt: skip
    """Health gained and given up by each group of groups.csv, and the impact on the whole, on base case and draws.

    `aversion` (Atkinson) and `opportunity_cost`, currency per QALY elsewhere, are those of the settings if left out; the
    opportunity cost is the threshold of the run where neither says it. `kolm` adds absolute aversion. `patients` face the
    decision and `people` are the population over which its effects are spread; without `people` they are taken to be so many
    that no one's health moves much.

    Raises:
        HeconError: no aversion, an aversion without its source in the settings, an effect that counts no QALYs, faults of
            groups.csv and attributes.csv, values outside their range in some draw.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Strategy, make_book, open_case
    >>> drug = Leaf(outcomes=[Cost("drug", "5", category="product", sector="health care"), QALY("gain", "1")])
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], free, "continuous")
    >>> row = {"group": "all", "share": "1", "uptake": "0.5", "benefit": "1", "qale": "60", "cost_share": "1"}
    >>> book = make_book("demo", [], records={"groups": ({**row, "provenance": "assumption"},)})
    >>> run = open_case(tree, book).run(draws=0, perspective="payer", wtp=10, reference="none")
    >>> fairness_of(run, aversion=1, patients=10).impact.row("drug").net.mean                     # 5 - 5 x 5 / 10
    2.5
    """
    _, book = analysis.at_hand()
    if "qaly" not in kinds_of(analysis.effect):
        raise HeconError(f"who gains is counted in QALYs; this run counts '{analysis.effect}'")
    groups, attributes = groups_of(book), attributes_of(book)
    chosen, source = _aversion(book.settings, aversion)
    declared = book.settings.get("opportunity_cost", "")
    cost = opportunity_cost if opportunity_cost is not None else float(declared) if declared else analysis.wtp
    views = Views(chosen, source, cost, kolm, patients, people)
    remarks = _remarks(groups, views, said=opportunity_cost is not None or bool(declared))
    every, impacts = [], []
    index = (0.0, 0.0, 0.0)
    runs = [("deterministic", analysis.base, book.base())]
    if analysis.psa is not None:
        if analysis.draws is None:
            raise HeconError(f"{analysis.case}: the draws of its inputs are not at hand; run it to see who gains")
        runs.append(("probabilistic", analysis.psa, analysis.draws))
    for basis, outcomes, draws in runs:
        made = arrays(groups, draws, outcomes.draw.size)
        if basis == "deterministic":
            index = inequality(made, chosen)
        costs, gains = _increments(analysis, groups, outcomes, draws)
        for name in analysis.comparisons():
            k = outcomes.strategies.index(name)
            found = distribution(made, costs[:, k], gains[:, k], cost, patients)
            every += list(group_rows(made, found, chosen, name, basis))
            impacts.append(impact_row(made, found, views, name, basis))
    about = (analysis.reference, analysis.perspective, views, analysis.money)
    count = 0 if analysis.psa is None else int(analysis.psa.draw.size)
    order = {name: k for k, name in enumerate(analysis.comparisons())}
    every.sort(key=lambda row: order[row.strategy])
    impacts.sort(key=lambda row: order[row.strategy])
    return Fairness(
        GroupTable(tuple(every), *about, count, remarks), ImpactTable(tuple(impacts), *about, count, *index),
        AttributeTable(attributes),
    )  # fmt: skip


def arrays(groups: Sequence[Group], draws: "Draws", count: int) -> Groups:
    """The groups as arrays over draws; uptake is that after co-payment.

    Raises:
        HeconError: values outside their range in some draw.

    >>> from hecon.inputs.book import make_book
    >>> two = [Group("a", "A", 0.5, 0.5, 0.5, 0.8, 1.0, 60.0, copayment=0.1, elasticity=-2.0)]
    >>> arrays(two, make_book("demo", []).base(), 1).uptake.round(12).tolist()
    [[0.64]]
    """

    def values(column: str) -> Array:
        return np.stack([_drawn(getattr(one, column), draws, count) for one in groups])

    return Groups(
        tuple(one.name for one in groups), tuple(one.label for one in groups),
        np.array([one.share for one in groups]), np.array([one.patients for one in groups]),
        np.array([one.cost_share for one in groups]),
        with_copayment(values("uptake"), values("copayment"), values("elasticity")), values("benefit"), values("qale"),
    )  # fmt: skip


def _drawn(value: Value, draws: "Draws", count: int) -> Array:
    """A value over draws (draw,)."""
    found = draws[value] if isinstance(value, str) else value
    return np.broadcast_to(np.asarray(found, dtype=float), (count,))


def _aversion(settings: Mapping[str, str], given: float | None) -> tuple[float, str]:
    """Aversion and where it comes from."""
    if given is not None:
        return given, GIVEN
    text, source = settings.get("aversion", ""), settings.get("aversion_source", "")
    if not text:
        raise HeconError(HINT)
    faults = [] if source else [Fault("settings", "aversion needs its source: write aversion_source")]
    raise_faults(faults, HeconError, "fairness")
    return float(text), source


def _increments(
    analysis: "Analysis", groups: Sequence[Group], outcomes: "Outcomes", draws: "Draws"
) -> tuple[Array, Array]:
    """Incremental cost and QALYs per patient (group, strategy, draw): of a group's subgroup, or of the run."""
    from hecon.evaluate.together import Variant, run_together
    from hecon.inputs.subgroups import subgroups_of

    model, book = analysis.at_hand()
    origin = outcomes.strategies.index(analysis.reference)
    totals = {"": cost_and_effect(outcomes, analysis.perspective, analysis.effect)}
    names = list(dict.fromkeys(one.subgroup for one in groups if one.subgroup))
    if names:
        parts = {one.name: one for one in subgroups_of(book)}
        wanted = counted(outcomes.sectors(analysis.perspective), analysis.effect)
        variants = [Variant(model, draws.fix(**parts[name].values), wanted) for name in names]
        for name, one in zip(names, run_together(variants), strict=True):
            places = [one.strategies.index(strategy) for strategy in outcomes.strategies]
            cost, gain = cost_and_effect(one, analysis.perspective, analysis.effect)
            totals[name] = cost[places], gain[places]
    pairs = [totals[one.subgroup] for one in groups]
    costs, gains = (np.stack([pair[k] - pair[k][origin] for pair in pairs]) for k in (0, 1))
    return costs, gains


def _remarks(groups: Sequence[Group], views: Views, *, said: bool) -> tuple[str, ...]:
    """What was taken for granted, in sentences."""
    lines = []
    if not said:
        lines.append(f"A QALY costs {views.opportunity_cost:,.10g} elsewhere: the threshold of the run.")
    if all(one.patients == one.share for one in groups):
        lines.append("Patients are spread over the groups as the population is.")
    if not any(one.subgroup for one in groups):
        lines.append("Costs and QALYs per patient are the average ones; groups differ by uptake and benefit alone.")
    if views.people is None:
        lines.append("The population is taken to be so large that no one's health moves much.")
    assumed = [one.name for one in groups if one.provenance in ("assumption", "unverified")]
    if assumed:
        lines.append(f"Assumed or unverified: {', '.join(assumed)}.")
    return tuple(lines)
