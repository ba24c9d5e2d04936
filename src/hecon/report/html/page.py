"""The page of a case: one HTML file that holds every result with its pictures, and asks the network for nothing.

From the answer in brief through all analyses to assumptions, sources and what it cannot say.
"""

from hecon.report.html.parts import facts, page, paragraph
from hecon.report.html.printer import section
from hecon.report.sections.author import author_chapter
from hecon.report.sections.brief import brief, notices, study_facts
from hecon.report.sections.cheers import cheers_grid, page_places
from hecon.report.sections.closing import about, limits
from hecon.report.sections.fairness import who_gains
from hecon.report.sections.inputs import assumptions, checks, sources
from hecon.report.sections.parts import Chapter, Table, chapter
from hecon.report.sections.results import result_sections
from hecon.report.sections.uncertainty import uncertainty_sections
from hecon.results.findings import Findings
from hecon.results.texts import TITLE


def html_page(found: Findings, *, command: str = "", written: str = "") -> str:
    """The whole page; `command` made it, `written` is when.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("a<b", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> text = html_page(Findings(study, (), None, (), (), None, (), (), {}))
    >>> text.count("<section"), "<h1>a&lt;b</h1>" in text, "http:" in text
    (15, True, False)
    """
    study = found.study
    title = study.texts.get(TITLE) or study.title or study.case
    head = [*(paragraph(words, "notice") for words in notices(found)), facts(study_facts(study, written))]
    import matplotlib as mpl

    with mpl.rc_context({"text.parse_math": False}):  # a label with two dollar signs is no formula
        return page(title, "\n".join(head), [section(one) for one in chapters(found, command)])


def chapters(found: Findings, command: str = "") -> tuple[Chapter, ...]:
    """The sections in their order.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [one.anchor for one in chapters(Findings(study, (), None, (), (), None, (), (), {}))][:3]
    ['brief', 'base-case', 'difference']
    """
    base, difference, price = result_sections(found)
    one_way, drawn, value, scenarios = uncertainty_sections(found)
    first = (
        brief(found), base, difference, one_way, drawn, value, price, scenarios, *who_gains(found.study), checks(found),
        assumptions(found), sources(found), author_chapter(found.study.texts), limits(found),
    )  # fmt: skip
    last = about(found.study, command)
    places = page_places({one.anchor: one.title for one in (*first, last)})
    return (*first, chapter("cheers", "Reporting checklist", [Table(cheers_grid(found.study, places))]), last)
