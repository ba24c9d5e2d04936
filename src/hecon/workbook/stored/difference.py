"""Stored sheets Breakdown and Price: where the difference comes from and when it comes back, and what price it allows."""

from dataclasses import replace

from hecon.analysis.cost_effectiveness.breakdown import Breakdown, cost_breakdown, effect_breakdown
from hecon.analysis.cost_effectiveness.over_time import OverTime
from hecon.analysis.sensitivity.contribution import Contributions
from hecon.analysis.sensitivity.price import PriceTable
from hecon.digits import money_text
from hecon.figures.price_figure import is_drawn
from hecon.grid import SHEET, on
from hecon.results.findings import Difference, Findings
from hecon.results.layouts.arranged import across
from hecon.results.layouts.layout import layout
from hecon.workbook.stored.sheet import Chart, Part, StoredSheet

_SHOWN = 15  # bars


def breakdown_sheet(found: Findings, ran_with: str) -> StoredSheet:
    """Cumulative incremental cost and net benefit by year; increments by category, sector and state; variance by input.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> breakdown_sheet(Findings(study, (), None, (), (), None, (), (), {}), "base case").parts
    ()
    """
    parts: list[Part] = []
    words: list[str] = list(found.remarks.get("difference", ()))
    for one in found.differences:
        if one.years is not None:
            words.append(one.years.text)
            parts.append(_years(one.years))
        parts += map(_split, _splits(found, one))
        if one.inputs is not None:
            parts.append(_inputs(one.inputs))
    return StoredSheet("Breakdown", "Where the difference comes from", ran_with, tuple(parts), tuple(words))


def price_sheet(found: Findings, ran_with: str) -> StoredSheet:
    """For each price parameter, the highest price at which its main user is cost-effective, over thresholds.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> price_sheet(Findings(study, (), None, (), (), None, (), (), {"price": ("None.",)}), "base case").words
    ('None.',)
    """
    parts = [
        _price(found.label(tables[0].price_parameter), tables, found.study.money, found.study.effect_word)
        for tables in found.prices
    ]
    return StoredSheet(
        "Price", "Price against threshold", ran_with, tuple(parts), tuple(found.remarks.get("price", ()))
    )


def _years(years: OverTime) -> Part:
    """The cumulative increments by year, and a picture of cost and net benefit."""
    note = (
        "Discounted, deterministic; years count from the decision, with what is paid at once in year 1; net benefit at"
    )
    chart = Chart(
        "lines", "Incremental cost and net benefit so far", "year", ("cumulative_inc_cost", "cumulative_inmb"),
        "Years since the decision", years.unit,
    )  # fmt: skip
    return Part(replace(layout(years), note=f"{note} {money_text(years.wtp)} per unit of effect."), chart)


def _splits(found: Findings, one: Difference) -> list[Breakdown]:
    """Cost by category, sector and state; effect by state, where states were kept."""
    study = found.study
    kept = {"by_state", "trace"} <= set(study.base.kept)
    ways = ("category", "sector", "state") if kept else ("category", "sector")
    pair = {"reference": study.reference, "perspective": study.perspective}
    costs = [cost_breakdown(study.base, one.strategy, by=by, **pair) for by in ways]
    by = "state" if kept else "name"
    return [*costs, effect_breakdown(study.base, one.strategy, reference=study.reference, effect=study.effect, by=by)]


def _split(split: Breakdown) -> Part:
    grid = replace(layout(split), note="Discounted, deterministic.")
    chart = Chart(
        "bars", grid.title, "part", ("difference",), split.by.capitalize(), f"Difference ({split.unit})",
        len(split.parts),
    )  # fmt: skip
    return Part(grid, chart)


def _inputs(inputs: Contributions) -> Part:
    grid = replace(layout(inputs), note="Probabilistic.")
    title = "Inputs that make the net benefit vary"
    shown = min(_SHOWN, len(inputs.rows))
    return Part(grid, Chart("bars", title, "label", ("share",), "Input", "Share of the variance (%)", shown))


def _price(label: str, tables: tuple[PriceTable, ...], money: str, unit: str) -> Part:
    """A row per threshold, a price for each basis side by side; in words where no price is the bound."""
    grids, first = [on(layout(one), SHEET) for one in tables], tables[0]
    rows = tuple(
        (basis, wtp, price, text if price is None else None) for grid in grids for basis, wtp, price, text in grid.rows
    )
    bases = list(dict.fromkeys(row.basis for one in tables for row in one.rows))
    note = f"Now {money_text(first.current)} ({money}); against {', '.join(first.against)}; {first.method}. {first.note}".rstrip()
    wide = across(replace(grids[0], rows=rows, note=note), "basis", ["wtp"])
    drawn = {f"price {k}" for k, basis in enumerate(bases) if is_drawn(basis)}
    ys = tuple(column.name for column in wide.columns if column.name in drawn)
    axes = (f"Threshold ({money} per {unit})", f"Price ({money})")
    return Part(wide, Chart("lines", f"Price against threshold: {label}", "wtp", ys, *axes))
