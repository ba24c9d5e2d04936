"""Stored sheets Breakdown and Price: where the difference comes from and when it comes back, and what price it allows."""

import numpy as np

from hecon.analysis.cost_effectiveness.breakdown import Breakdown, cost_breakdown, effect_breakdown
from hecon.analysis.cost_effectiveness.over_time import OverTime
from hecon.analysis.sensitivity.contribution import Contributions
from hecon.analysis.sensitivity.price import PriceTable
from hecon.digits import money_text
from hecon.figures.price_figure import is_drawn
from hecon.grid import Cell, Column, Grid
from hecon.results.findings import Difference, Findings
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
        versus = f"{one.label} against {found.study.reference}"
        if one.years is not None:
            words.append(one.years.text)
            parts += _years(one.years, versus)
        parts += [_split(split, versus) for split in _splits(found, one)]
        if one.inputs is not None:
            parts.append(_inputs(one.inputs, versus))
    return StoredSheet("Breakdown", "Where the difference comes from", ran_with, tuple(parts), tuple(words))


def price_sheet(found: Findings, ran_with: str) -> StoredSheet:
    """For each price parameter, the highest price at which its main user is cost-effective, over thresholds.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> price_sheet(Findings(study, (), None, (), (), None, (), (), {"price": ("None.",)}), "base case").words
    ('None.',)
    """
    money = found.study.money
    parts = [_price(found.label(tables[0].lever), tables, money, found.study.effect_word) for tables in found.prices]
    return StoredSheet(
        "Price", "Price against threshold", ran_with, tuple(parts), tuple(found.remarks.get("price", ()))
    )


def _years(years: OverTime, versus: str) -> list[Part]:
    """The cumulative increments by year, and a picture of cost and net benefit."""
    columns = (
        Column("year", "Year", 0),
        Column("cost", f"Incremental cost in the year ({years.unit})", 0),
        Column("effect", "Incremental effect in the year", 3),
        Column("cumulative_cost", f"Incremental cost so far ({years.unit})", 0),
        Column("cumulative_nmb", f"Net benefit so far ({years.unit})", 0),
    )
    values = (years.years, years.cost, years.effect, years.cumulative_cost, years.cumulative_nmb)
    rows = tuple(tuple(map(float, row)) for row in zip(*values, strict=True))
    title = f"{versus}: incremental cost and net benefit so far, by year"
    note = (
        "Discounted, deterministic; years count from the decision, with what is paid at once in year 1; net benefit at"
    )
    note += f" {money_text(years.wtp)} per unit of effect."
    chart = Chart(
        "lines",
        "Incremental cost and net benefit so far",
        "year",
        ("cumulative_cost", "cumulative_nmb"),
        "Years since the decision",
        years.unit,
    )
    return [Part(Grid("years", title, columns, rows, note), chart)]


def _splits(found: Findings, one: Difference) -> list[Breakdown]:
    """Cost by category, sector and state; effect by state, where states were kept."""
    study = found.study
    kept = {"by_state", "trace"} <= set(study.base.kept)
    ways = ("category", "sector", "state") if kept else ("category", "sector")
    pair = {"reference": study.reference, "perspective": study.perspective}
    costs = [cost_breakdown(study.base, one.strategy, by=by, **pair) for by in ways]
    by = "state" if kept else "name"
    return [*costs, effect_breakdown(study.base, one.strategy, reference=study.reference, effect=study.effect, by=by)]


def _split(split: Breakdown, versus: str) -> Part:
    digits = 0 if split.measure == "cost" else 3
    columns = (
        Column("part", split.by.capitalize()),
        Column("strategy", split.strategy, digits),
        Column("reference", split.reference, digits),
        Column("difference", f"Difference ({split.unit})", digits),
    )
    rows: list[tuple[Cell, ...]] = [
        (part.part.replace("_", " "), part.strategy, part.reference, part.difference) for part in split.parts
    ]
    sums = (sum(part.strategy for part in split.parts), sum(part.reference for part in split.parts), split.total)
    what = "cost" if split.measure == "cost" else split.unit
    title = f"{versus}: incremental {what} by {split.by}"
    chart = Chart(
        "bars", title, "part", ("difference",), split.by.capitalize(), f"Difference ({split.unit})", len(rows)
    )
    return Part(Grid("parts", title, columns, (*rows, ("total", *sums)), "Discounted, deterministic."), chart)


def _inputs(inputs: Contributions, versus: str) -> Part:
    columns = (
        Column("label", "Input"),
        Column("share", "Share of the variance of net benefit (%)", 1),
        Column("raises", "More of it"),
    )
    told = {True: "raises net benefit", False: "lowers net benefit", None: ""}
    rows = tuple((row.label or row.name, 100 * row.share, told[row.raises]) for row in inputs.rows)
    title = f"{versus}: which uncertain inputs make the net benefit vary"
    note = (
        f"Probabilistic, {inputs.draws:,} draws; in a straight line the inputs explain {inputs.explained:.1%} together."
    )
    chart = Chart(
        "bars",
        "Inputs that make the net benefit vary",
        "label",
        ("share",),
        "Input",
        "Share of the variance (%)",
        min(_SHOWN, len(rows)),
    )
    return Part(Grid("inputs", title, columns, rows, note), chart)


def _price(label: str, tables: tuple[PriceTable, ...], money: str, unit: str) -> Part:
    """A row per threshold, a column per basis; in words too where no price is the bound."""
    first = tables[0]
    bases = list(dict.fromkeys(row.basis for one in tables for row in one.rows))
    at = {(row.basis, row.wtp): row for one in tables for row in one.rows}
    thresholds = np.unique([row.wtp for one in tables for row in one.rows]).tolist()
    unbound = [basis for basis in bases if any(row.price is None for (name, _), row in at.items() if name == basis)]
    columns = (
        Column("wtp", f"Threshold ({money} per {unit})", 0),
        *(Column(f"price {k}", f"{basis} ({money})", 0) for k, basis in enumerate(bases)),
        *(Column(f"text {k}", f"{basis}: cost-effective") for k, basis in enumerate(unbound)),
    )
    rows = tuple(
        (
            wtp,
            *(at[basis, wtp].price if (basis, wtp) in at else None for basis in bases),
            *(at[basis, wtp].text if (basis, wtp) in at else "" for basis in unbound),
        )
        for wtp in thresholds
    )
    title = f"{label}: highest price at which {first.strategy} is cost-effective"
    note = f"Now {money_text(first.current)} ({money}); against {', '.join(first.against)}; {first.method}. {first.note}".rstrip()
    ys = tuple(f"price {k}" for k, basis in enumerate(bases) if is_drawn(basis))
    chart = Chart(
        "lines", f"Price against threshold: {label}", "wtp", ys, f"Threshold ({money} per {unit})", f"Price ({money})"
    )
    return Part(Grid("price", title, columns, rows, note), chart)
