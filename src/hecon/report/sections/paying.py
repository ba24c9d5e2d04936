"""Paying for it, for the report of a case whose inputs declare agreements or a population: agreements, cash, budget.

Sentences are made from the results. What cannot be shown is said in its place.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from hecon.errors import HeconError
from hecon.figures.budget_figure import budget_figure
from hecon.figures.paying_figures import agreement_figure, cash_figure
from hecon.grid import Grid
from hecon.report.sections.parts import Chapter, Heading, Lines, Part, Picture, Table, Text, chapter
from hecon.results.analysis import Analysis
from hecon.results.findings import Findings
from hecon.results.layouts.layout import layout

ANCHOR, TITLE = "paying", "Paying for it"
AGREEMENTS, POPULATION = "schemes", "population"
_PARTS = (  # of the table of agreements, which has more columns than a page has room for
    (
        "agreements", "Agreements at equal expected payment: price and decision",
        ("agreement", "price", "paid", "equivalent", "vbp", "inmb", "p_best", "hidden", "neutral"),
    ),
    (
        "agreements_risk", "Agreements at equal expected payment: risk and cash",
        ("agreement", "p_loss", "tail", "evpi", "revenue_sd", "peak", "peak_year", "owed", "owed_most", "administration"),
    ),
)  # fmt: skip


def paying(found: Findings) -> Chapter:
    """The section; without parts where the inputs declare neither.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> paying(Findings(study, (), None, (), (), None, (), (), {})).parts
    ()
    """
    study = found.study
    declared = study.book.records if study.book is not None and study.model is not None else {}
    parts: list[Part] = []
    if declared.get(AGREEMENTS):
        parts += [Heading("Agreements"), *_or_why(_agreements, study)]
    if declared.get(POPULATION):
        parts += [Heading("Budget"), *_or_why(_budget, study)]
    return chapter(ANCHOR, TITLE, parts)


def _or_why(make: Callable[[Analysis], Iterable[Part]], study: Analysis) -> list[Part]:
    """The parts, or why they are not there."""
    try:
        return list(make(study))
    except HeconError as error:
        return [Text(f"Not shown: {error}", "note")]


def _agreements(study: Analysis) -> Iterable[Part]:
    """The agreements at equal expected payment, what each changes, and when the money goes and comes back."""
    if in_force := study.about.get("agreement"):
        under = f"All results are under the agreement {in_force}: {study.agreement_label}."
        return [
            Text(f"{under} The agreements are compared in a report that pays as the model stands (without --scheme).")
        ]
    table, cash = study.agreements(), study.agreement_cash()
    names = [row.agreement for row in table.rows[1:]]
    told = tuple(text for name in names if (text := table.disguise(name)))
    return [
        Text(
            "Each price is scaled so that all agreements are expected to pay the same, discounted, per patient intended."
        ),
        *(Table(_part(layout(table), *one)) for one in _PARTS),
        Lines(tuple(f"{name}: {why}" for name, why in table.left_out)),
        Lines((*(table.decision(name) for name in names), *told)),
        _picture(agreement_figure(table), "Agreements at equal expected payment", layout(table)),
        Table(layout(cash)),
        _picture(cash_figure(cash), "Cash by year, per patient intended, undiscounted", layout(cash)),
    ]


def _part(whole: Grid, name: str, title: str, columns: tuple[str, ...]) -> Grid:
    """Some columns of a wide table, as a page has room for."""
    places = [k for k, one in enumerate(whole.columns) if one.name in columns]
    return replace(
        whole, name=name, title=f"{title} {whole.title.partition(' ')[2]}".strip(),
        columns=tuple(whole.columns[k] for k in places), rows=tuple(tuple(row[k] for k in places) for row in whole.rows),
        note=whole.note if name == _PARTS[0][0] else "",
    )  # fmt: skip


def _budget(study: Analysis) -> Iterable[Part]:
    """What the population costs in each year, with the new treatment and without."""
    found = study.budget()
    return [
        Text(found.in_words, "answer"),
        Table(layout(found)),
        _picture(budget_figure(found), "The budget by year, with the new treatment and without", layout(found)),
    ]


def _picture(figure: Any, caption: str, grid: Grid) -> Picture:
    return Picture(figure, f"{caption}: the numbers are those of the table {grid.title}", f"{caption}.")
