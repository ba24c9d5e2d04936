"""The layouts of budgets: money by world, part and year; who starts what, who waits, per member, per region, ceilings, swings."""

from collections.abc import Sequence

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import estimate
from hecon.analysis.paying.budget_result import Budget, BudgetOneWay, BudgetSwing, Worlds
from hecon.analysis.paying.population import MONTHS
from hecon.arrays import Array
from hecon.digits import number_text
from hecon.grid import DATA, PAGE, ROOMY, SHEET, TERMINAL, Cell, Column, Grid
from hecon.results.layouts.words import layout, of_money

_QUARTER = 3  # months
_BASE, _MEAN, _LOW, _HIGH = "base case", "mean of draws", "2.5%", "97.5%"
_ALL = "all"


@layout.register
def _(found: Budget) -> Grid:
    """Money by world and part, a column per year: all parts in the base case, the totals over the draws too."""
    rows: list[tuple[Cell, ...]] = []
    few: list[int] = []
    for world in ("without", "with", "net"):
        parts = _parts(found.base, world)
        for name, values in zip(found.groups, parts, strict=True):
            few += [len(rows)] if world == "net" else []
            rows.append((world, name, _BASE, *_row(values[:, 0])))
        few.append(len(rows))
        rows.append((world, _ALL, _BASE, *_row(parts.sum(axis=0)[:, 0])))
        if found.psa is not None:
            drawn = _parts(found.psa, world).sum(axis=0)
            few += range(len(rows), len(rows) + 3) if world == "net" else []
            rows += [(world, _ALL, what, *_row(None, drawn, what)) for what in (_MEAN, _LOW, _HIGH)]
    columns = (
        Column("world", "World"),
        Column("part", found.by.capitalize()),
        Column("basis", "Basis"),
        *_years(found),
    )
    prices = "nominal" if found.nominal else "real"
    title = f"Budget, undiscounted, {prices}, {found.perspective} perspective{of_money(found.money)}"
    return Grid("budget", title, columns, tuple(rows), few=tuple(few))


def patients_grid(found: Budget) -> Grid:
    """Patients who start each strategy in each year, without and with the new treatment: who takes whose place.

    >>> from hecon.results.budget import budget_of
    >>> from hecon.results.budget_example import two_treatments
    >>> print(patients_grid(budget_of(two_treatments().run())))
    Strategy  World    Year 1  Year 2  All years
    care      without     600     600      1,200
    care      with        540     480      1,020
    care      net         -60    -120       -180
    drug      without       0       0          0
    drug      with         60     120        180
    drug      net          60     120        180
    """
    rows: list[tuple[Cell, ...]] = []
    for k, strategy in enumerate(found.strategies):
        without, new = found.base.starts_without[k, :, 0], found.base.starts_with[k, :, 0]
        rows += [
            (strategy, "without", *_row(without)),
            (strategy, "with", *_row(new)),
            (strategy, "net", *_row(new - without)),
        ]
    columns = (Column("strategy", "Strategy"), Column("world", "World"), *_years(found))
    return Grid("budget_patients", "Patients who start each strategy, base case", columns, tuple(rows))


def queue_grid(found: Budget) -> Grid:
    """Places and patients of the strategy whose treatments are limited, by quarter, with the new treatment; no rows without.

    >>> from hecon.results.budget import budget_of
    >>> from hecon.results.budget_example import two_treatments
    >>> queue_grid(budget_of(two_treatments().run())).rows
    ()
    """
    queue = found.shown.queue
    rows: list[tuple[Cell, ...]] = []
    if queue is not None:
        flows = [_quarters(one) for one in (queue.asked, queue.treated, queue.died, queue.waited)]
        for k, waiting in enumerate(queue.waiting[_QUARTER - 1 :: _QUARTER]):
            asked, treated, died, waited = (float(one[k].mean()) for one in flows)
            wait = waited / treated if treated > 0 else None
            rows.append((k + 1, asked, treated, died, estimate(waiting), wait))
    columns = (
        Column("quarter", "Quarter", 0), Column("asked", "Asked", 1), Column("treated", "Treated", 1),
        Column("died", "Died waiting", 1), Column("waiting", "Waiting at the end", 1), Column("wait", "Months waited", 1),
    )  # fmt: skip
    dies = "Who waits dies as under the comparator" if found.dies_waiting else "Nobody dies waiting"
    counted = "counted" if found.counts_waiting else "not counted"
    note = f"{dies}; care while waiting is {counted}; the wait that the model itself has is not changed."
    basis = _BASE if found.psa is None else _MEAN
    return Grid("budget_queue", f"The queue for {found.limited or 'no strategy'}, {basis}", columns, tuple(rows), note)


def members_grid(found: Budget) -> Grid:
    """Money per member of the insured and month, by year; no rows where no members are declared.

    >>> from hecon.results.budget import budget_of
    >>> from hecon.results.budget_example import two_treatments
    >>> members_grid(budget_of(two_treatments().run())).rows
    ()
    """
    rows: list[tuple[Cell, ...]] = []
    members = found.shown.members
    if members is not None:
        net = found.shown.net / members / MONTHS
        for year in range(found.years):
            new, without = (
                float((money[:, year].sum(axis=0) / members).mean() / MONTHS)
                for money in (found.shown.with_new, found.shown.without)
            )
            rows.append((year + 1, without, new, estimate(net[year])))
    columns = (
        Column("year", "Year", 0), Column("without", "Without", 4), Column("with", "With", 4), Column("net", "Net", 4),
    )  # fmt: skip
    basis = _BASE if found.psa is None else _MEAN
    return Grid("budget_members", f"Per member per month, {basis}{of_money(found.money)}", columns, tuple(rows))


def regions_grid(found: Budget) -> Grid:
    """The net budget of each region by its share of the patients; no rows where no regions are declared.

    >>> from hecon.results.budget import budget_of
    >>> from hecon.results.budget_example import two_treatments
    >>> regions_grid(budget_of(two_treatments().run())).rows
    ()
    """
    regions = found.shown.regions or {}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *_row(None, found.shown.net * share, _MEAN)) for name, share in regions.items()
    )
    basis = _BASE if found.psa is None else _MEAN
    columns = (Column("region", "Region"), *_years(found))
    return Grid("budget_regions", f"Net budget by region, {basis}{of_money(found.money)}", columns, rows)


def ceiling_grid(found: Budget) -> Grid:
    """The net budget of each year beside the ceiling, and how likely it is broken; no rows without a ceiling.

    >>> from hecon.results.budget import budget_of
    >>> from hecon.results.budget_example import two_treatments
    >>> print(ceiling_grid(budget_of(two_treatments().run())))
    Year      Net  Ceiling  Over
    1     420,000  500,000     0
    2     840,000  500,000     1
    """
    held = found.ceilings
    rows: list[tuple[Cell, ...]] = []
    if held is not None:
        for k, (one, chance) in enumerate(zip(found.net, held.chances, strict=True)):
            rows.append((k + 1, one, held.ceiling, float(chance)))
    drawn = found.psa is not None
    columns = (
        Column("year", "Year", 0), Column("net", "Net", 0), Column("ceiling", "Ceiling", 0),
        Column("over", "P(net > ceiling)" if drawn else "Over", 3 if drawn else 0),
    )  # fmt: skip
    basis = _MEAN if drawn else _BASE
    return Grid("budget_ceiling", f"Net budget and ceiling, {basis}{of_money(found.money)}", columns, tuple(rows))


@layout.register
def _(table: BudgetOneWay) -> Grid:
    """Every input with a range, widest first."""
    columns = (
        Column("parameter", "Input"), Column("label", "Label", media=ROOMY), Column("unit", "Unit", media=ROOMY),
        Column("of", "Of"), Column("low", "Low", -6, media=(SHEET, DATA)), Column("high", "High", -6, media=(SHEET, DATA)),
        Column("range", "Range", media=(TERMINAL, PAGE)), Column("at_low", "Net at low", 0), Column("at_high", "Net at high", 0),
        Column("width", "Width", 0),
    )  # fmt: skip

    def cells(row: BudgetSwing) -> tuple[Cell, ...]:
        between = f"{number_text(row.low, -4)} to {number_text(row.high, -4)}"
        label = row.label or row.name
        return (row.name, label, row.unit, row.of, row.low, row.high, between, row.at_low, row.at_high, row.width)

    title = f"Net budget of {table.years} years over the range of each input, {table.perspective} perspective"
    note = f"In the base case {number_text(table.base, 0)}."
    return Grid("budget_one_way", f"{title}{of_money(table.money)}", columns, tuple(map(cells, table.rows)), note)


def tables_of(found: Budget) -> Sequence[Grid]:
    """Every table of a budget that has rows, the budget itself first.

    >>> from hecon.results.budget import budget_of
    >>> from hecon.results.budget_example import two_treatments
    >>> [grid.name for grid in tables_of(budget_of(two_treatments().run()))]
    ['budget', 'budget_ceiling', 'budget_patients']
    """
    makers = (layout, ceiling_grid, patients_grid, queue_grid, members_grid, regions_grid)
    return [grid for grid in (make(found) for make in makers) if grid.rows]


def _parts(worlds: Worlds, world: str) -> Array:
    """(group, year, draw) of a world, or of the difference."""
    return {"with": worlds.with_new, "without": worlds.without}.get(world, worlds.with_new - worlds.without)


def _years(found: Budget) -> tuple[Column, ...]:
    return (
        *(Column(f"year_{k + 1}", f"Year {k + 1}", 0) for k in range(found.years)),
        Column("all_years", "All years", 0),
    )


def _row(values: Array | None, drawn: Array | None = None, what: str = "") -> tuple[float, ...]:
    """A cell per year and one of all years: of numbers (year,), or of the mean or a limit of draws (year, draw)."""
    if values is not None:
        return (*map(float, values), float(values.sum()))
    assert drawn is not None
    whole = np.concatenate([drawn, drawn.sum(axis=0, keepdims=True)])
    if what == _MEAN:
        return tuple(map(float, whole.mean(axis=1)))
    return tuple(map(float, np.quantile(whole, 0.025 if what == _LOW else 0.975, axis=1)))


def _quarters(counts: Array) -> Array:
    """(quarter, draw) of counts by month."""
    quarters: Array = counts.reshape(-1, _QUARTER, counts.shape[-1]).sum(axis=1)
    return quarters
