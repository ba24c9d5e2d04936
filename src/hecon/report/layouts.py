"""The layout of every kind of result: one Grid each, which print, notebooks and files share."""

from functools import singledispatch
from typing import Any

import numpy as np

from hecon.analysis.cost_effectiveness.acceptability import Acceptability
from hecon.analysis.cost_effectiveness.breakdown import Breakdown
from hecon.analysis.cost_effectiveness.incremental import IncrementalTable
from hecon.analysis.cost_effectiveness.net_benefit import NetBenefitTable
from hecon.analysis.cost_effectiveness.over_time import OverTime
from hecon.analysis.cost_effectiveness.pairwise import PairwiseTable
from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.analysis.sensitivity.contribution import Contributions
from hecon.analysis.sensitivity.global_sensitivity import GlobalSensitivity
from hecon.analysis.sensitivity.horizons import HorizonTable
from hecon.analysis.sensitivity.one_way import OneWay
from hecon.analysis.sensitivity.price import PriceTable
from hecon.analysis.sensitivity.scenarios import ScenarioTable
from hecon.analysis.sensitivity.subgroups import SubgroupTable
from hecon.analysis.sensitivity.threshold import ThresholdTable
from hecon.analysis.sensitivity.two_way import TwoWay
from hecon.analysis.voi.convergence import Convergence
from hecon.analysis.voi.until_stable import Growth
from hecon.digits import money_text
from hecon.evaluate.explaining.explain import Explanation
from hecon.grid import Cell, Column, Grid
from hecon.outcomes import Outcomes

SHOWN = 50  # thresholds of a sweep that are shown; all are in the frame


@singledispatch
def layout(result: Any) -> Grid:
    """The layout of a result, a kind being a type.

    Raises:
        TypeError: a kind without a layout.

    >>> from hecon.analysis.cost_effectiveness.incremental import incremental
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> grid = layout(incremental(from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), "payer"))
    >>> grid.title, [column.heading for column in grid.columns][:3]
    ('Incremental analysis, payer perspective, deterministic', ['Strategy', 'Cost', 'Effect'])
    """
    raise TypeError(f"{type(result).__name__} has no layout: add one to report/layouts.py")


@layout.register
def _(table: IncrementalTable) -> Grid:
    columns = (
        Column("strategy", "Strategy"), Column("cost", "Cost", 0), Column("effect", "Effect", 3),
        Column("inc_cost", "Inc_Cost", 0), Column("inc_effect", "Inc_Effect", 3), Column("icer", "ICER", 0),
        Column("status", "Status"),
    )  # fmt: skip
    rows = tuple(
        (row.strategy, row.cost, row.effect, row.inc_cost, row.inc_effect, row.icer, row.status) for row in table.rows
    )
    basis = _basis(table.basis, table.draws)
    return Grid("incremental", f"Incremental analysis, {table.perspective} perspective, {basis}", columns, rows)


@layout.register
def _(table: PairwiseTable) -> Grid:
    columns = (
        Column("strategy", f"vs {table.reference}"), Column("inc_cost", "Inc_Cost", 0),
        Column("inc_effect", "Inc_Effect", 3), Column("icer", "ICER", 0), Column("quadrant", "Quadrant"),
    )  # fmt: skip
    rows = tuple((row.strategy, row.inc_cost, row.inc_effect, row.icer, row.icer.status) for row in table.rows)
    basis = _basis(table.basis, table.draws)
    return Grid("pairwise", f"Against {table.reference}, {table.perspective} perspective, {basis}", columns, rows)


@layout.register
def _(table: NetBenefitTable) -> Grid:
    columns = (Column("strategy", "Strategy"), Column("nmb", "NMB", 0), Column("nhb", "NHB", 3), Column("best", ""))
    rows = tuple((row.strategy, row.nmb, row.nhb, "best" if row.best else "") for row in table.rows)
    return Grid("net_benefit", f"Net benefit {_at(table)}, {table.perspective} perspective", columns, rows)


@layout.register
def _(curves: Acceptability) -> Grid:
    shares = (Column(f"p_{name}", f"P({name})", 3) for name in curves.strategies)
    columns = (
        Column("wtp", "wtp", 0), Column("best", "best on average"), *shares, Column("evpi", "EVPI", 0),
        Column("evpi_se", "SE", 0),
    )  # fmt: skip
    step = max(1, -(-len(curves.wtp) // SHOWN))

    def row(k: int) -> tuple[Cell, ...]:
        shares = curves.ceac[:, k].tolist()
        return (
            float(curves.wtp[k]),
            curves.strategies[curves.best[k]],
            *shares,
            float(curves.evpi[k]),
            float(curves.evpi_se[k]),
        )

    rows = tuple(row(k) for k in range(0, len(curves.wtp), step))
    note = f"every {step}th of {len(curves.wtp)} thresholds" if step > 1 else ""
    return Grid("acceptability", f"Acceptability and EVPI, {curves.draws:,} draws", columns, rows, note)


@layout.register
def _(found: Convergence) -> Grid:
    columns = (
        Column("quantity", "quantity"), Column("strategy", "strategy"), Column("estimate", "estimate", 3),
        Column("se", "SE", 3), Column("within", "within", 0), Column("needed", "draws needed", 0),
    )  # fmt: skip
    rows = tuple((x.quantity, x.strategy, x.estimate, x.se, x.within, x.needed) for x in found.figures)
    note = f"choosing the best of these means loses {found.mistake:,.1f} per patient on average"
    title = f"Monte Carlo errors after {int(found.draws[-1]):,} draws"
    return Grid("convergence", title, columns, rows, note)


@layout.register
def _(found: Growth) -> Grid:
    columns = (
        Column("draws", "draws", 0), Column("inmb", "half-width of INMB", 1), Column("evpi", "half-width of EVPI", 1),
        Column("mistake", "mistake", 1),
    )  # fmt: skip
    rows = tuple((x.draws, x.inmb, x.evpi, x.mistake) for x in found.steps)
    note = f"{'stable' if found.stable else 'NOT stable'} within {found.within:,.0f}"
    return Grid("growth", "95% half-widths as draws grow", columns, rows, note)


@layout.register
def _(found: Breakdown) -> Grid:
    digits = 0 if found.measure == "cost" else 3
    columns = (
        Column("part", f"{found.measure} by {found.by}"), Column("strategy", found.strategy, digits),
        Column("reference", found.reference, digits), Column("difference", "difference", digits),
    )  # fmt: skip
    rows = [(one.part, one.strategy, one.reference, one.difference) for one in found.parts]
    mine, other = (sum(getattr(one, arm) for one in found.parts) for arm in ("strategy", "reference"))
    rows.append(("total", mine, other, mine - other))
    where = f", {found.perspective} perspective" if found.perspective else ""
    title = f"{found.measure} by {found.by} of {found.strategy} against {found.reference} ({found.unit}){where}"
    return Grid("breakdown", title, columns, tuple(rows))


@layout.register
def _(found: OverTime) -> Grid:
    columns = (
        Column("year", "year", 0), Column("cumulative_inc_cost", "Inc_Cost", 0),
        Column("cumulative_inc_effect", "Inc_Effect", 3), Column("cumulative_inmb", "INMB", 0),
    )  # fmt: skip
    last = found.years.size - 1
    effect = np.cumsum(found.effect)
    rows = tuple(
        (float(found.years[k]), float(found.cumulative_cost[k]), float(effect[k]), float(found.cumulative_nmb[k]))
        for k in range(found.years.size)
        if k in (0, 1, 2, 4, 9, 19, 39, last)
    )
    title = f"Up to the end of each year: {found.strategy} against {found.reference}, {found.perspective} perspective"
    return Grid("over_time", title, columns, rows, found.text)


@layout.register
def _(found: Contributions) -> Grid:
    columns = (Column("input", "Input"), Column("share", "% of variance", 1))
    rows: list[tuple[Cell, ...]] = [(row.name, 100 * row.share) for row in found.rows]
    rows.append(("all, linear", 100 * found.explained))
    title = f"What makes the net benefit of {found.strategy} against {found.reference} vary, {found.draws:,} draws"
    return Grid("contributions", title, columns, tuple(rows))


@layout.register
def _(table: OneWay) -> Grid:
    several = len(table.strategies) > 1
    columns = (
        *((Column("strategy", "Strategy"),) if several else ()),
        Column("parameter", table.measure), Column("range", "range"), Column("at_low", "at low", 0),
        Column("at_high", "at high", 0), Column("width", "width", 0), Column("turns", ""), Column("decision", "decision"),
    )  # fmt: skip
    rows = tuple(
        (
            *((row.strategy,) if several else ()), row.name, f"{row.values[0]:g} to {row.values[-1]:g}",
            float(row.outcome[0]), float(row.outcome[-1]), row.width, "" if row.monotone else "turns",
            "changes" if row.changes_decision else "",
        )
        for row in table.rows
    )  # fmt: skip
    title = f"One-way sensitivity against {table.reference} {_at(table)}, {table.perspective} perspective"
    return Grid("one_way", title, columns, rows)


@layout.register
def _(found: TwoWay) -> Grid:
    columns = (Column(found.y, f"{found.y} by {found.x}"), *(Column(f"{x:g}", f"{x:g}", 0) for x in found.x_values))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{y:g}", *map(str, row)) for y, row in zip(found.y_values, found.best_names(), strict=True)
    )
    return Grid("two_way", f"Best strategy over {found.x} and {found.y} {_at(found)}", columns, rows[::-1])


@layout.register
def _(table: ThresholdTable) -> Grid:
    words = f"against {table.reference} at {money_text(table.wtp)}"
    columns = (Column("parameter", "Input"), Column("base_value", "base"), Column("found", words))
    rows = tuple((row.name, f"{row.base_value:g}", row.in_words(table.strategy)) for row in table.rows)
    return Grid("thresholds", f"Where inputs change the decision, {table.perspective} perspective", columns, rows)


@layout.register
def _(found: GlobalSensitivity) -> Grid:
    columns = (Column("factor", found.method), *(Column(name, name, -3) for name in found.columns))
    rows: tuple[tuple[Cell, ...], ...] = tuple((row.name, *row.values) for row in found.with_dummy())
    title = f"Global sensitivity of the net benefit of {found.strategy} against {found.reference}, {found.runs:,} runs"
    return Grid("global_sensitivity", title, columns, rows, found.note)


@layout.register
def _(table: ScenarioTable) -> Grid:
    rows = tuple((row.scenario, row.basis[:4], row.strategy, *_increments(row)) for row in table.rows)
    columns = (Column("scenario", "Scenario"), Column("basis", ""), Column("strategy", "Strategy"), *_INCREMENTS)
    title = f"Scenarios{f', prob: {table.draws:,} draws' if table.draws else ''} ({table.currency or 'currency units'})"
    return Grid("scenarios", title, columns, rows)


@layout.register
def _(table: HorizonTable) -> Grid:
    columns = (Column("horizon", "Horizon"), Column("strategy", "Strategy"), *_INCREMENTS[:-1])
    rows = tuple((x.horizon, x.strategy, x.inc_cost, x.inc_effect, x.icer, x.inmb) for x in table.rows)
    told = dict.fromkeys(f"Left out at {row.horizon}: {one}." for row in table.rows for one in row.left_out)
    return Grid(
        "horizons", f"Increments over {table.reference} by horizon, deterministic", columns, rows, "\n".join(told)
    )


@layout.register
def _(table: SubgroupTable) -> Grid:
    rows = tuple((row.subgroup, row.basis[:4], row.strategy, row.weight, *_increments(row)) for row in table.rows)
    columns = (
        Column("subgroup", "Subgroup"), Column("basis", ""), Column("strategy", "Strategy"),
        Column("weight", "weight", 3), *_INCREMENTS,
    )  # fmt: skip
    note = f"Choosing the best strategy in each subgroup is worth {money_text(table.value_of_choice)} per patient."
    return Grid("subgroups", f"Subgroups against {table.reference} {_at(table)}", columns, rows, note)


@layout.register
def _(table: PriceTable) -> Grid:
    what = f"{table.lever}: {table.strategy} is cost-effective"
    columns = (Column("basis", what), Column("wtp", "threshold", 0), Column("price", ""))
    rows = tuple((row.basis, row.wtp, row.text) for row in table.rows)
    return Grid("price", f"Price of {table.lever}, {table.perspective} perspective", columns, rows, table.note)


@layout.register
def _(found: Explanation) -> Grid:
    columns = (
        Column("name", "name"), Column("value", "value", -6), Column("unit", "unit"), Column("formula", "formula"),
        Column("numbers", "with numbers"), Column("source", "source"),
    )  # fmt: skip
    rows = tuple(
        ("\u2003" * line.depth + line.name, line.value, line.unit, line.formula, line.numbers, line.source)
        for line in found.lines
    )
    return Grid("explanation", found.title, columns, rows)


@layout.register
def _(outcomes: Outcomes) -> Grid:
    columns = (
        Column("kind", "kind"), Column("item", "item"), Column("category", "category"), Column("sector", "sector"),
        *(Column(name, name, 3) for name in outcomes.strategies),
    )  # fmt: skip
    means = outcomes.values.mean(axis=2).T
    rows = tuple(
        (item.kind, item.name, item.category, item.sector, *values.tolist())
        for item, values in zip(outcomes.items, means, strict=True)
    )
    n = int(outcomes.draw.size)
    return Grid("outcomes", f"Outcomes per patient, mean over {n:,} draw{'' if n == 1 else 's'}", columns, rows)


_INCREMENTS = (
    Column("inc_cost", "Inc_Cost", 0), Column("inc_effect", "Inc_Effect", 3), Column("icer", "ICER", 0),
    Column("inmb", "INMB", 0), Column("best", ""),
)  # fmt: skip


def _increments(row: Any) -> tuple[Cell, ...]:
    return row.inc_cost, row.inc_effect, row.icer, row.inmb, "best" if row.best else ""


def _basis(basis: str, draws: int) -> str:
    return basis if draws == 1 else f"{basis}, {draws:,} draws"


def _at(table: Any) -> str:
    """The threshold in words."""
    return (
        f"at {money_text(table.wtp)} per {effect_word(table.effect) if hasattr(table, 'effect') else 'unit of effect'}"
    )
