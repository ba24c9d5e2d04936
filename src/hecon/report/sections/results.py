"""What came out, for the report of a case: the base case, where the difference comes from, and what price it allows.

What was not done is said in its place.
"""

from dataclasses import replace

from hecon.digits import money_text
from hecon.evaluate.keep.traces import traces
from hecon.figures.breakdown_figures import breakdown_figure, contribution_figure, over_time_figure
from hecon.figures.category_figure import category_figure
from hecon.figures.price_figure import price_figure
from hecon.figures.trace_figure import trace_figure
from hecon.report.sections.parts import Chapter, Heading, Lines, Part, Picture, Table, Text, chapter
from hecon.results.findings import Difference, Findings
from hecon.results.layouts.decision import incremental_by_basis, pairwise_by_basis
from hecon.results.layouts.layout import layout
from hecon.results.layouts.lost_work import lost_work_by_basis
from hecon.results.layouts.totals import by_perspective, results


def result_sections(found: Findings) -> tuple[Chapter, Chapter, Chapter]:
    """The sections Base case, Where the difference comes from, and Price.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [one.title for one in result_sections(Findings(study, (), None, (), (), None, (), (), {}))]
    ['Base case', 'Where the difference comes from', 'Price']
    """
    return _base(found), _difference(found), _price(found)


def _base(found: Findings) -> Chapter:
    """Costs, effects and the incremental analysis, deterministic and probabilistic; the cohort over time."""
    study = found.study
    parts: list[Part] = [
        Text(
            "Deterministic: every input at its value. Probabilistic: means over the draws of all uncertain inputs."
            if study.psa is not None
            else "Deterministic: every input at its value. No probabilistic analysis was run."
        ),
        Table(results(study)),
        Table(incremental_by_basis(study)),
        Table(pairwise_by_basis(study)),
        Table(by_perspective(study)),
        *([Table(lost_work)] if (lost_work := lost_work_by_basis(study)) else []),
        Picture(
            category_figure(study.base, study.perspective),
            "Stacked bars: cost per patient by category and strategy. "
            + "; ".join(
                f"{label} {money_text(cost)} in total"
                for label, cost in zip(study.base.labels, study.base.cost(study.perspective)[:, 0], strict=True)
            ),
            f"Deterministic cost per patient by category, {study.perspective} perspective ({study.money}).",
        ),
    ]
    if shown := traces(study.base):
        last = "; ".join(
            f"{one.title}: " + ", ".join(f"{state} {share[-1]:.0%}" for state, share in one.shares.items())
            for one in shown
        )
        alt = f"Share of the cohort in each state over time. At the end, {last}"
        parts.append(Picture(trace_figure(shown), alt, "Deterministic: share of the cohort in each state over time."))
    return chapter("base-case", "Base case", parts)


def _difference(found: Findings) -> Chapter:
    """Incremental cost and effect by part, over time, and the variance by input, for each comparison."""
    parts: list[Part] = [
        Text("Deterministic parts add up to the difference of the base case; shares of variance are of the draws."),
        Lines(found.remarks.get("difference", ())),
        *(part for one in found.differences for part in _comparison(found, one)),
    ]
    return chapter("difference", "Where the difference comes from", parts)


def _price(found: Findings) -> Chapter:
    """Price against threshold for the product's price; the value-based price of every price parameter."""
    study = found.study
    parts: list[Part] = []
    if first := found.product_prices:
        at = [row for one in first for row in one.rows if row.wtp == study.wtp]
        told = "; ".join(f"{row.basis}: {row.text}" for row in at)
        parts.append(
            Text(
                f"{found.label(first[0].price_parameter)}: now {money_text(first[0].current)} ({study.money}). At "
                f"{money_text(study.wtp)} per {study.effect_word} {first[0].strategy} is cost-effective at these prices: {told}."
            )
        )
        what = found.label(first[0].price_parameter)
        caption = f"Deterministic and probabilistic: highest {what} at which {first[0].strategy} is cost-effective."
        parts.append(
            Picture(
                price_figure(first, study.wtp), f"Price against threshold. At {money_text(study.wtp)}: {told}", caption
            )
        )
    if found.prices:
        grids = [layout(one).where("wtp", study.wtp) for tables in found.prices for one in tables]
        title = f"Value-based prices at {money_text(study.wtp)} per {study.effect_word}, one price at a time"
        note = f"Base case: deterministic; the others: probabilistic. {_against(found)}"
        every = replace(grids[0], title=title, note=note, rows=tuple(row for grid in grids for row in grid.rows))
        parts.append(
            Table(
                every.worded(
                    "price_parameter",
                    {tables[0].price_parameter: found.label(tables[0].price_parameter) for tables in found.prices},
                )
            )
        )
    parts.append(Lines(found.remarks.get("price", ())))
    return chapter("price", "Price", parts)


def _against(found: Findings) -> str:
    """With what each strategy of the table is compared, and which prices move in several strategies."""
    pairs = dict.fromkeys((one.strategy, ", ".join(one.against)) for tables in found.prices for one in tables)
    notes = [f"{found.label(tables[0].price_parameter)}: {tables[0].note}" for tables in found.prices if tables[0].note]
    return " ".join([*(f"{strategy} against {others}." for strategy, others in pairs), *notes])


def _comparison(found: Findings, one: Difference) -> list[Part]:
    study = found.study
    largest = sorted(one.cost.parts, key=lambda part: -abs(part.difference))[:3]
    words = "; ".join(f"{part.part} {money_text(part.difference, '+')}" for part in largest)
    parts: list[Part] = [
        Heading(f"{one.label} against {study.reference}"),
        Text(
            f"The largest parts of the incremental cost ({study.money}): {words}; in total {money_text(one.cost.total, '+')}."
        ),
        Text(one.years.text if one.years else ""),
        Picture(
            breakdown_figure(one.cost, one.effect),
            f"Waterfalls of incremental cost by {one.cost.by} and incremental {one.effect.unit} by {one.effect.by}. "
            f"Cost: {words}, total {money_text(one.cost.total, '+')}; {one.effect.unit} {one.effect.total:+,.2f}",
            f"Deterministic: incremental cost and {one.effect.unit}, part by part.",
        ),
    ]
    parts += [Table(layout(split)) for split in (one.cost, one.effect)]
    if one.years is not None:
        alt = f"Incremental cost and net benefit so far, by year. {one.years.text}"
        parts.append(Picture(over_time_figure(one.years), alt, "Deterministic: when the first payment comes back."))
    if one.inputs is not None:
        top = ", ".join(f"{row.label} {row.share:.0%}" for row in one.inputs.rows[:3])
        parts.append(
            Picture(
                contribution_figure(one.inputs),
                f"Shares of the variance of incremental net benefit by input; largest: {top}",
                "Probabilistic: which uncertain inputs make the incremental net benefit vary.",
            )
        )
    return parts
