"""What came out, for the page of a case: the base case, where the difference comes from, and what price it allows.

What was not done is said in its place.
"""

from dataclasses import replace

from hecon.digits import money_text
from hecon.evaluate.keep.traces import traces
from hecon.figures.breakdown_figures import breakdown_figure, contribution_figure, over_time_figure
from hecon.figures.category_figure import category_figure
from hecon.figures.price_figure import price_figure
from hecon.figures.trace_figure import trace_figure
from hecon.report.html.parts import Section, heading, listing, paragraph, picture, table
from hecon.results.findings import Difference, Findings
from hecon.results.layouts.decision import incremental_by_basis, pairwise_by_basis
from hecon.results.layouts.layout import layout
from hecon.results.layouts.lost_work import lost_work_by_basis
from hecon.results.layouts.totals import by_perspective, results


def result_sections(found: Findings) -> tuple[Section, Section, Section]:
    """The sections Base case, Where the difference comes from, and Price.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [one.title for one in result_sections(Findings(study, (), None, (), (), None, (), (), {}))]
    ['Base case', 'Where the difference comes from', 'Price']
    """
    return _base(found), _difference(found), _price(found)


def _base(found: Findings) -> Section:
    """Costs, effects and the incremental analysis, deterministic and probabilistic; the cohort over time."""
    study = found.study
    parts = [
        paragraph(
            "Deterministic: every input at its value. Probabilistic: means over the draws of all uncertain inputs."
            if study.psa is not None
            else "Deterministic: every input at its value. No probabilistic analysis was run."
        ),
        table(results(study)),
        table(incremental_by_basis(study)),
        table(pairwise_by_basis(study)),
        table(by_perspective(study)),
        table(lost_work) if (lost_work := lost_work_by_basis(study)) else "",
        picture(
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
        parts.append(picture(trace_figure(shown), alt, "Deterministic: share of the cohort in each state over time."))
    return Section("base-case", "Base case", "\n".join(parts))


def _difference(found: Findings) -> Section:
    """Incremental cost and effect by part, over time, and the variance by input, for each comparison."""
    parts = [
        paragraph(
            "Deterministic parts add up to the difference of the base case; shares of variance are of the draws."
        ),
        listing(found.remarks.get("difference", ())),
        *(_comparison(found, one) for one in found.differences),
    ]
    return Section("difference", "Where the difference comes from", "\n".join(parts))


def _price(found: Findings) -> Section:
    """Price against threshold for the product's price; the value-based price of every price parameter."""
    study = found.study
    parts = []
    if first := found.product_prices:
        at = [row for one in first for row in one.rows if row.wtp == study.wtp]
        told = "; ".join(f"{row.basis}: {row.text}" for row in at)
        parts.append(
            paragraph(
                f"{found.label(first[0].price_parameter)}: now {money_text(first[0].current)} ({study.money}). At "
                f"{money_text(study.wtp)} per {study.effect_word} {first[0].strategy} is cost-effective at these prices: {told}."
            )
        )
        what = found.label(first[0].price_parameter)
        caption = f"Deterministic and probabilistic: highest {what} at which {first[0].strategy} is cost-effective."
        parts.append(
            picture(
                price_figure(first, study.wtp), f"Price against threshold. At {money_text(study.wtp)}: {told}", caption
            )
        )
    if found.prices:
        grids = [layout(one).where("wtp", study.wtp) for tables in found.prices for one in tables]
        title = f"Value-based prices at {money_text(study.wtp)} per {study.effect_word}, one price at a time"
        note = f"Base case: deterministic; the others: probabilistic. {_against(found)}"
        every = replace(grids[0], title=title, note=note, rows=tuple(row for grid in grids for row in grid.rows))
        parts.append(
            table(
                every.worded(
                    "price_parameter",
                    {tables[0].price_parameter: found.label(tables[0].price_parameter) for tables in found.prices},
                )
            )
        )
    parts.append(listing(found.remarks.get("price", ())))
    return Section("price", "Price", "\n".join(parts))


def _against(found: Findings) -> str:
    """With what each strategy of the table is compared, and which prices move in several strategies."""
    pairs = dict.fromkeys((one.strategy, ", ".join(one.against)) for tables in found.prices for one in tables)
    notes = [f"{found.label(tables[0].price_parameter)}: {tables[0].note}" for tables in found.prices if tables[0].note]
    return " ".join([*(f"{strategy} against {others}." for strategy, others in pairs), *notes])


def _comparison(found: Findings, one: Difference) -> str:
    study = found.study
    largest = sorted(one.cost.parts, key=lambda part: -abs(part.difference))[:3]
    words = "; ".join(f"{part.part} {money_text(part.difference, '+')}" for part in largest)
    parts = [
        heading(f"{one.label} against {study.reference}"),
        paragraph(
            f"The largest parts of the incremental cost ({study.money}): {words}; in total {money_text(one.cost.total, '+')}."
        ),
        paragraph(one.years.text if one.years else ""),
        picture(
            breakdown_figure(one.cost, one.effect),
            f"Waterfalls of incremental cost by {one.cost.by} and incremental {one.effect.unit} by {one.effect.by}. "
            f"Cost: {words}, total {money_text(one.cost.total, '+')}; {one.effect.unit} {one.effect.total:+,.2f}",
            f"Deterministic: incremental cost and {one.effect.unit}, part by part.",
        ),
    ]
    parts += [table(layout(split)) for split in (one.cost, one.effect)]
    if one.years is not None:
        alt = f"Incremental cost and net benefit so far, by year. {one.years.text}"
        parts.append(picture(over_time_figure(one.years), alt, "Deterministic: when the first payment comes back."))
    if one.inputs is not None:
        top = ", ".join(f"{row.label} {row.share:.0%}" for row in one.inputs.rows[:3])
        parts.append(
            picture(
                contribution_figure(one.inputs),
                f"Shares of the variance of incremental net benefit by input; largest: {top}",
                "Probabilistic: which uncertain inputs make the incremental net benefit vary.",
            )
        )
    return "\n".join(parts)
