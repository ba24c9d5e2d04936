"""Who gains, as tables: each group's health, and the impact on the whole, split into more health and more equal health."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.fairness.distribution import Distribution, Groups
from hecon.analysis.fairness.slope import slope_index
from hecon.analysis.fairness.turning import turning_aversion
from hecon.analysis.fairness.welfare import (
    atkinson_ede,
    atkinson_gain,
    equity_weights,
    kolm_gain,
    mean_health,
)
from hecon.arrays import Array
from hecon.shown import Shown

QUADRANTS = {
    (True, True): "more health, more equal",
    (True, False): "more health, less equal",
    (False, True): "less health, more equal",
    (False, False): "less health, less equal",
}
_ROUNDING = 1e-12  # of the health moved: what is less is no impact


@dataclass(frozen=True)
class GroupRow:
    """One group under one strategy against the reference, on one basis; QALYs are of all patients of the run.

    `weight` is what a QALY of the group counts in QALYs that are shared equally, `p_gain` the probability that the group
    gains (None where deterministic).
    """

    strategy: str
    basis: str
    group: str
    label: str
    share: float
    qale: Estimate
    uptake: Estimate
    treated: Estimate
    gross: Estimate
    lost: Estimate
    net: Estimate
    weight: Estimate
    p_gain: float | None


@dataclass(frozen=True, eq=False)
class ImpactRow:
    """The whole under one strategy against the reference, on one basis, in QALYs of all patients of the run.

    `net` is health gained less health given up (efficiency). `ede` is the change of equally distributed equivalent health
    times the population; `equity` the difference: what more or less equality is worth. `kolm` is `ede` under absolute
    aversion, None where none is given. `slope` is the change of the slope index of inequality times the population; below 0
    the worst off gain more. `chances` are the probabilities of the four quadrants, in their order; `p_worth` that of
    `ede` above 0; None where deterministic. `points` are the draws of equity and net, (2, draw).
    `turns_at` is the least aversion at which `ede` changes its sign, None where there is none up to 30.
    """

    strategy: str
    basis: str
    net: Estimate
    ede: Estimate
    equity: Estimate
    kolm: Estimate | None
    slope: Estimate
    quadrant: str
    chances: tuple[float, ...] | None
    p_worth: float | None
    points: Array
    turns_at: float | None = None


@dataclass(frozen=True)
class Views:
    """What is judged and how: aversion and its source, absolute aversion (None: not asked), what a QALY costs elsewhere.

    `patients` are those for whom the decision is taken, `people` those over whom its effects are spread (None: so many
    that no one's health moves much).
    """

    aversion: float
    aversion_source: str
    opportunity_cost: float
    kolm: float | None = None
    patients: float = 1.0
    people: float | None = None


@dataclass(frozen=True, repr=False)
class GroupTable(Shown):
    """Groups from the worst off to the best off, for each strategy and basis; `remarks` say what was assumed."""

    rows: tuple[GroupRow, ...]
    reference: str
    perspective: str
    views: Views
    money: str
    draws: int
    remarks: tuple[str, ...] = ()

    def row(self, group: str, strategy: str, basis: str = "deterministic") -> GroupRow:
        """One row; KeyError if there is none."""
        return {(row.group, row.strategy, row.basis): row for row in self.rows}[group, strategy, basis]


@dataclass(frozen=True, repr=False)
class ImpactTable(Shown):
    """The impact on the whole, a row per strategy and basis.

    `index` is Atkinson's index of health without the decision, `worth` the mean health that could be given up for equality,
    `slope` the slope index of inequality, all in the base case (QALYs).
    """

    rows: tuple[ImpactRow, ...]
    reference: str
    perspective: str
    views: Views
    money: str
    draws: int
    index: float
    worth: float
    slope: float

    def row(self, strategy: str, basis: str = "deterministic") -> ImpactRow:
        """One row; KeyError if there is none."""
        return {(row.strategy, row.basis): row for row in self.rows}[strategy, basis]


def group_rows(
    groups: Groups, found: Distribution, aversion: float, strategy: str = "", basis: str = "deterministic"
) -> Iterable[GroupRow]:
    """A row for each group.

    >>> half, one = np.array([0.5, 0.5]), np.ones((2, 1))
    >>> two = Groups(("a", "b"), ("A", "B"), half, half, half, one, one, np.array([[1.0], [4.0]]))
    >>> [round(row.weight.mean, 9) for row in group_rows(two, Distribution(one, one, 0 * one), 1.0)]
    [2.0, 0.5]
    """
    weights = equity_weights(groups.health, groups.share, aversion)
    for k, name in enumerate(groups.names):
        net = found.net[k]
        yield GroupRow(
            strategy, basis, name, groups.labels[k], float(groups.share[k]), _told(groups.health[k]),
            _told(groups.uptake[k]), _told(found.treated[k]), _told(found.gross[k]), _told(found.lost[k]), _told(net),
            _told(weights[k]), None if net.size == 1 else float((net > 0).mean()),
        )  # fmt: skip


def impact_row(
    groups: Groups, found: Distribution, views: Views, strategy: str = "", basis: str = "deterministic"
) -> ImpactRow:
    """The impact on the whole; equity is the change of EDE that more health does not explain.

    >>> half, one = np.array([0.5, 0.5]), np.ones((2, 1))
    >>> two = Groups(("a", "b"), ("A", "B"), half, half, half, one, one, np.array([[1.0], [4.0]]))
    >>> row = impact_row(two, Distribution(one, np.array([[1.0], [0.0]]), 0 * one), Views(1.0, "", 20_000.0))
    >>> row.net.mean, round(row.ede.mean, 9), round(row.equity.mean, 9), row.quadrant
    (1.0, 2.0, 1.0, 'more health, more equal')
    """
    net, share = found.net, groups.share
    whole = net.sum(axis=0)
    ede = atkinson_gain(groups.health, net, share, views.aversion, views.people)
    equity = ede - whole
    equity = np.where(np.abs(equity) > _ROUNDING * np.abs(net).sum(axis=0), equity, 0.0)
    kolm = None if views.kolm is None else kolm_gain(groups.health, net, share, views.kolm, views.people)
    chances = None
    if whole.size > 1:
        chances = tuple(float((((whole > 0) == more) & ((equity > 0) == fairer)).mean()) for more, fairer in QUADRANTS)
    return ImpactRow(
        strategy, basis, estimate(whole), estimate(ede), estimate(equity), None if kolm is None else estimate(kolm),
        estimate(slope_index(net / share[:, None], share)),
        QUADRANTS[bool(whole.mean() > 0), bool(equity.mean() > 0)],
        chances, None if whole.size == 1 else float((ede > 0).mean()), np.stack([equity, whole]),
        turning_aversion(groups, net, views.people),
    )  # fmt: skip


def inequality(groups: Groups, aversion: float) -> tuple[float, float, float]:
    """Of health without the decision, on average over draws: Atkinson's index, what equality is worth, the slope index.

    >>> half, one = np.array([0.5, 0.5]), np.ones((2, 1))
    >>> two = Groups(("a", "b"), ("A", "B"), half, half, half, one, one, np.array([[1.0], [4.0]]))
    >>> [round(one, 9) for one in inequality(two, 1.0)]
    [0.2, 0.5, 6.0]
    """
    mean, ede = mean_health(groups.health, groups.share), atkinson_ede(groups.health, groups.share, aversion)
    return (
        float((1 - ede / mean).mean()),
        float((mean - ede).mean()),
        float(slope_index(groups.health, groups.share).mean()),
    )


def sentence(row: ImpactRow, reference: str, views: Views) -> str:
    """What a row says, for readers who do not know the words.

    >>> one, way = Estimate(1.0), "more health, more equal"
    >>> row = ImpactRow("drug", "deterministic", one, Estimate(2.0), one, None, one, way, None, None, np.zeros((2, 1)))
    >>> sentence(row, "usual", Views(1.0, "", 20_000.0, patients=10.0)).partition(". ")[0]
    'drug against usual, for 10 patients: the population gains 1.00 QALYs, and health becomes more equal'
    """
    verb = "gains" if row.net.mean > 0 else "loses"
    if row.equity.mean == 0:
        way = "inequality does not change"
    else:
        way = f"health becomes {'more' if row.equity.mean > 0 else 'less'} equal"
    worth = "is worth as much as" if row.ede.mean > 0 else "is as bad as a loss of"
    patients = f"{views.patients:,.10g} {'patient' if views.patients == 1 else 'patients'}"
    text = (
        f"{row.strategy} against {reference}, for {patients}: the population {verb} {_digits(abs(row.net.mean))} QALYs, and {way}. "
        f"At an aversion of {views.aversion:g} this {worth} {_digits(abs(row.ede.mean))} QALYs that are shared equally: "
        f"{_digits(row.net.mean)} from health itself and {_digits(row.equity.mean)} from how it is shared."
    )
    if row.turns_at is not None:
        text += f" The answer turns at an aversion of {row.turns_at:.2f}."
    if row.chances is not None:
        text += (
            f" The probability that the population gains health and inequality falls is {row.chances[0]:.2f}; that equally "
            f"distributed health rises, {row.p_worth:.2f}."
        )
    return text


def _digits(value: float) -> str:
    """Two decimals, and four digits where less would be lost.

    >>> _digits(37.0), _digits(-0.00123456)
    ('37.00', '-0.001235')
    """
    return f"{value:,.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.4g}"


def _told(values: Array) -> Estimate:
    """An estimate; one without interval where all draws are the same."""
    return estimate(values[:1]) if values.size and (values == values[0]).all() else estimate(values)
