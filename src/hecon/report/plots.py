"""The picture of every kind of result, on axes that are given."""

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.acceptability import Acceptability
from hecon.analysis.cost_effectiveness.breakdown import Breakdown
from hecon.analysis.cost_effectiveness.incremental import IncrementalTable
from hecon.analysis.cost_effectiveness.net_benefit import NetBenefitTable
from hecon.analysis.cost_effectiveness.over_time import OverTime
from hecon.analysis.cost_effectiveness.pairwise import PairwiseTable
from hecon.analysis.cost_effectiveness.totals import effect_words
from hecon.analysis.fairness.impact import ImpactTable
from hecon.analysis.paying.budget_result import Budget, BudgetOneWay
from hecon.analysis.sensitivity.contribution import Contributions
from hecon.analysis.sensitivity.global_sensitivity import GlobalSensitivity
from hecon.analysis.sensitivity.horizons import HorizonTable
from hecon.analysis.sensitivity.one_way import OneWay
from hecon.analysis.sensitivity.price import PriceTable
from hecon.analysis.sensitivity.scenarios import ScenarioTable
from hecon.analysis.sensitivity.subgroups import SubgroupTable
from hecon.analysis.sensitivity.threshold import ThresholdTable
from hecon.analysis.sensitivity.two_way import TwoWay
from hecon.analysis.voi.convergence import Convergence, Z
from hecon.analysis.voi.until_stable import Growth
from hecon.errors import HeconError, nearest
from hecon.figures.breakdown_figures import contribution_figure, waterfall
from hecon.figures.budget_figure import budget_figure, budget_tornado
from hecon.figures.ceac_figures import acceptability_lines
from hecon.figures.equity_figure import equity_figure
from hecon.figures.figure_style import COLOURS, canvas, line, point, thousands
from hecon.figures.price_figure import price_figure
from hecon.figures.scenario_figure import scenario_figure, subgroup_figure
from hecon.figures.sensitivity_figures import global_figure, threshold_figure
from hecon.figures.tornado_figure import tornado_figure
from hecon.figures.two_way_figure import two_way_figure
from hecon.results.fairness import Fairness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from hecon.analysis.cost_effectiveness.estimate import Estimate


@singledispatch
def plot(result: Any, ax: "Axes") -> None:
    """Draw a result on `ax`; a kind may take choices, such as which strategy.

    Raises:
        HeconError: a kind without a picture.

    >>> from hecon.analysis.cost_effectiveness.net_benefit import net_benefit
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> _, (ax,) = canvas()
    >>> plot(net_benefit(from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), 10, "payer"), ax)
    >>> ax.get_xlabel()
    'Net monetary benefit at 10'
    """
    raise HeconError(f"a {type(result).__name__} has no picture; it prints as a table")


@plot.register(IncrementalTable)
def _(table: IncrementalTable, ax: "Axes") -> None:
    """Cost against effect, the frontier as a line."""
    _, (ax,) = canvas(ax=ax)
    on = [row for row in table.rows if row.status == "ND"]
    ax.plot(
        [row.effect.mean for row in on], [row.cost.mean for row in on], color="0.4", linewidth=1.2, label="frontier"
    )
    for k, row in enumerate(table.rows):
        ax.plot([row.effect.mean], [row.cost.mean], **point(k, 8), label=row.label)
    ax.set_xlabel(effect_words(table.effect))
    ax.set_ylabel(f"Cost ({_money(table)})")
    thousands(ax.yaxis)
    ax.legend(frameon=False, fontsize=8)


@plot.register(PairwiseTable)
def _(table: PairwiseTable, ax: "Axes") -> None:
    """The cost-effectiveness plane: increments over the reference, with 95% intervals where there are draws."""
    _, (ax,) = canvas(ax=ax)
    ax.axhline(0, color="0.6", linewidth=0.8)
    ax.axvline(0, color="0.6", linewidth=0.8)
    for k, row in enumerate(table.rows):
        ax.errorbar(
            [row.inc_effect.mean], [row.inc_cost.mean], xerr=_arms(row.inc_effect), yerr=_arms(row.inc_cost),
            **point(k, 8), elinewidth=1, capsize=2.5, label=row.label,
        )  # fmt: skip
    ax.set_xlabel(f"Incremental {effect_words(table.effect)} against {table.reference}")
    ax.set_ylabel(f"Incremental cost ({_money(table)})")
    thousands(ax.yaxis)
    ax.legend(frameon=False, fontsize=8)


@plot.register(NetBenefitTable)
def _(table: NetBenefitTable, ax: "Axes") -> None:
    """A bar per strategy, with its 95% interval where there are draws."""
    bars(ax, [row.strategy for row in table.rows], [row.nmb.mean for row in table.rows])
    for k, row in enumerate(table.rows):
        if row.nmb.low is not None:
            ax.errorbar([row.nmb.mean], [k], xerr=_arms(row.nmb), fmt="none", ecolor="black", elinewidth=1, capsize=2.5)
    ax.set_xlabel(f"Net monetary benefit at {table.wtp:,.0f}")
    thousands(ax.xaxis)


@plot.register(Acceptability)
def _(curves: Acceptability, ax: "Axes") -> None:
    """Acceptability curves and their frontier."""
    _, (ax,) = canvas(ax=ax)
    acceptability_lines(ax, curves, curves.strategies)
    ax.legend(frameon=False, fontsize=8)


@plot.register(Convergence)
def _(found: Convergence, ax: "Axes") -> None:
    """The running mean of each incremental net benefit with its 95% band."""
    _, (ax,) = canvas(ax=ax)
    for k, name in enumerate(found.strategies):
        if name != found.reference:
            half = Z * found.inmb_se[k]
            ax.fill_between(found.draws, found.inmb[k] - half, found.inmb[k] + half, color="0.88", linewidth=0)
            ax.plot(found.draws, found.inmb[k], **line(k), label=name)
    ax.set_xlabel("Draws")
    ax.set_ylabel(f"INMB over {found.reference}")
    thousands(ax.xaxis)
    thousands(ax.yaxis)
    ax.legend(frameon=False, fontsize=8)


@plot.register(Growth)
def _(found: Growth, ax: "Axes") -> None:
    """95% half-widths as draws grow, with the one wanted."""
    _, (ax,) = canvas(ax=ax)
    draws = [step.draws for step in found.steps]
    ax.plot(draws, [step.inmb for step in found.steps], **line(0), marker="o", label="INMB")
    ax.plot(draws, [step.evpi for step in found.steps], **line(1), marker="s", label="EVPI")
    ax.axhline(found.within, color="black", linestyle=":", linewidth=1, label="wanted")
    ax.set_xscale("log")
    ax.set_xlabel("Draws")
    ax.set_ylabel("95% half-width (currency)")
    ax.legend(frameon=False, fontsize=8)


@plot.register(Breakdown)
def _(found: Breakdown, ax: "Axes") -> None:
    """A waterfall of the parts."""
    _, (ax,) = canvas(ax=ax)
    cost = found.measure == "cost"
    waterfall(ax, found, 0 if cost else 2)
    ax.set_xlabel(f"Incremental cost ({found.unit})" if cost else f"Incremental {found.unit}")
    if cost:
        thousands(ax.xaxis)


@plot.register(OverTime)
def _(found: OverTime, ax: "Axes") -> None:
    """What has been paid and what it has been worth, up to the end of each year."""
    _, (ax,) = canvas(ax=ax)
    ax.axhline(0, color="0.2", linewidth=0.9)
    ax.plot(found.years, found.cumulative_cost, **line(0), label="incremental cost so far")
    ax.plot(found.years, found.cumulative_nmb, **line(1), label="net benefit so far")
    ax.set_xlabel("Years")
    ax.set_ylabel(found.unit)
    thousands(ax.yaxis)
    ax.legend(frameon=False, fontsize=8)


@plot.register(Contributions)
def _(found: Contributions, ax: "Axes", shown: int = 15) -> None:
    contribution_figure(found, shown, ax)


@plot.register(OneWay)
def _(table: OneWay, ax: "Axes", strategy: str = "", shown: int = 15) -> None:
    tornado_figure(table, _one(strategy, table.strategies), shown, ax)


@plot.register(TwoWay)
def _(found: TwoWay, ax: "Axes") -> None:
    two_way_figure(found, found.x, found.y, "currency units", ax)


@plot.register(ThresholdTable)
def _(table: ThresholdTable, ax: "Axes", name: str = "") -> None:
    """The net benefit over one input, the one whose threshold is nearest if none is named."""
    threshold_figure(table if not name else _only(table, name), 1, ax)


@plot.register(GlobalSensitivity)
def _(found: GlobalSensitivity, ax: "Axes", shown: int = 15) -> None:
    global_figure(found, shown, ax)


@plot.register(ScenarioTable)
def _(table: ScenarioTable, ax: "Axes", strategy: str = "") -> None:
    scenario_figure(table, _one(strategy, [row.strategy for row in table.rows]), ax)


@plot.register(HorizonTable)
def _(table: HorizonTable, ax: "Axes") -> None:
    """The incremental net benefit at each horizon, a line per strategy."""
    _, (ax,) = canvas(ax=ax)
    for k, strategy in enumerate(dict.fromkeys(row.strategy for row in table.rows)):
        mine = [row for row in table.rows if row.strategy == strategy]
        ax.plot([row.horizon for row in mine], [row.inmb for row in mine], **line(k), marker="o", label=strategy)
    ax.axhline(0, color="0.6", linewidth=0.8)
    ax.set_xlabel("Horizon")
    ax.set_ylabel(f"Incremental net monetary benefit over {table.reference}")
    thousands(ax.yaxis)
    ax.legend(frameon=False, fontsize=8)


@plot.register(SubgroupTable)
def _(table: SubgroupTable, ax: "Axes", strategy: str = "") -> None:
    subgroup_figure(table, _one(strategy, [row.strategy for row in table.rows]), ax)


@plot.register(Budget)
def _(found: Budget, ax: "Axes") -> None:
    budget_figure(found, ax)


@plot.register(BudgetOneWay)
def _(table: BudgetOneWay, ax: "Axes", shown: int = 15) -> None:
    budget_tornado(table, shown, ax)


@plot.register(ImpactTable)
def _(table: ImpactTable, ax: "Axes") -> None:
    equity_figure(table, ax)


@plot.register(Fairness)
def _(found: Fairness, ax: "Axes") -> None:
    """The equity-impact plane."""
    equity_figure(found.impact, ax)


@plot.register(PriceTable)
def _(table: PriceTable, ax: "Axes") -> None:
    price_figure([table], None, ax)


def _one(strategy: str, known: "Sequence[str]") -> str:
    """The strategy that is drawn: the one named, or the only one."""
    names = list(dict.fromkeys(known))
    if strategy and strategy not in names:
        raise HeconError(f"'{strategy}' is not a known strategy{nearest(strategy, names)} (known: {', '.join(names)})")
    if not strategy and len(names) != 1:
        raise HeconError(f"several strategies are compared: give strategy= ({', '.join(names)})")
    return strategy or names[0]


def _only(table: ThresholdTable, name: str) -> ThresholdTable:
    from dataclasses import replace

    rows = tuple(row for row in table.rows if row.name == name)
    if not rows:
        known = [row.name for row in table.rows]
        raise HeconError(f"'{name}' was not searched{nearest(name, known)} (searched: {', '.join(known)})")
    return replace(table, rows=rows)


def bars(ax: "Axes", names: "Sequence[str]", values: "Sequence[float]") -> None:
    """A bar for each name, the first on top.

    >>> _, (ax,) = canvas()
    >>> bars(ax, ["a", "b"], [1.0, 2.0])
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['a', 'b']
    """
    canvas(ax=ax)
    ax.barh(range(len(names)), values, height=0.62, color=COLOURS[0])
    ax.set_yticks(range(len(names)), list(names))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)


def _arms(found: "Estimate") -> "list[list[float]] | None":
    """The 95% interval as matplotlib takes it: below and above the mean."""
    if found.low is None or found.high is None:
        return None
    return [[found.mean - found.low], [found.high - found.mean]]


def _money(table: Any) -> str:
    return f"{table.currency} {table.price_year}".strip() or "currency units"
