"""Who gains, and what is declared of the therapy; nothing where the case declares neither groups nor attributes."""

from hecon.errors import HeconError
from hecon.figures.equity_figure import equity_figure
from hecon.inputs import attributes, groups
from hecon.report.sections.parts import Chapter, Lines, Part, Picture, Table, Text, chapter
from hecon.results.analysis import Analysis
from hecon.results.fairness import AttributeTable
from hecon.results.layouts.layout import layout


def who_gains(study: Analysis) -> tuple[Chapter, ...]:
    """The section, where there is something to say.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> who_gains(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a"))
    ()
    """
    parts = fairness_parts(study)
    return (chapter("fairness", "Who gains", parts),) if parts else ()


def fairness_parts(study: Analysis) -> tuple[Part, ...]:
    """Groups, the impact on the whole and its picture, where groups.csv is declared; the attributes of the therapy.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.inputs.book import make_book
    >>> row = {"attribute": "cell source", "value": "the patient", "source": "label"}
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> book = make_book("demo", [], records={"attributes": (row,)})
    >>> one = Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a", book=book)
    >>> fairness_parts(one)[0].grid.rows
    (('cell source', 'the patient', 'label', ''),)
    """
    book = study.book
    if book is None:
        return ()
    parts: list[Part] = []
    if book.records.get(groups.SHEET):
        try:
            found = study.fairness()
        except HeconError as error:
            parts.append(Text(f"Who gains is not shown: {error}"))
        else:
            told = " ".join(found.sentences)
            parts += [
                Lines(found.sentences), Table(layout(found.impact)), Table(layout(found.groups)),
                Picture(
                    equity_figure(found.impact), f"Equity-impact plane. {told}",
                    "More equal health against more health, in QALYs of all patients.",
                ),
            ]  # fmt: skip
    if book.records.get(attributes.SHEET):
        parts.append(Table(layout(AttributeTable(attributes.attributes_of(book)))))
    return tuple(parts)
