"""Everything that a document can hold, by the names that data/outlines.csv places."""

from collections.abc import Sequence
from dataclasses import replace

from hecon.errors import HeconError
from hecon.grid import Grid
from hecon.report.appendix import appendix
from hecon.report.sections.author import author_parts
from hecon.report.sections.brief import brief
from hecon.report.sections.closing import about, limits
from hecon.report.sections.fairness import fairness_parts
from hecon.report.sections.inputs import assumptions, checks, methods_grid
from hecon.report.sections.markdown_parts import parts_of
from hecon.report.sections.parts import Part, Table, Text
from hecon.report.sections.results import result_sections
from hecon.report.sections.uncertainty import uncertainty_sections
from hecon.report.word.methods import methods
from hecon.report.word.references import references
from hecon.results.analysis import Analysis
from hecon.results.findings import Findings
from hecon.results.layouts.layout import layout
from hecon.results.texts import headings

UNVERIFIED = (
    "The tests of the model were not asked for. hecon verify {case} runs them; hecon report {case} --word --verify puts their "
    "certificate here."
)


def contents(
    found: Findings, command: str = "", written: str = "", verification: Sequence[Part] = ()
) -> dict[str, tuple[Part, ...]]:
    """The parts of everything but the checklist, which needs to know where all else stands.

    `verification` are the parts of a certificate of the model, where one was asked for.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> whole = contents(Findings(study, (), None, (), (), None, (), (), {}))
    >>> len(whole), whole["appendix"]
    (49, (Text(text='The model is not at hand; these results came from elsewhere.', look=''),))
    """
    study = found.study
    chapters = (*result_sections(found), *uncertainty_sections(found), brief(found), checks(found), limits(found))
    return {
        **{f"text:{key}": author_parts(study.texts, key) for key in headings()},
        **methods(found),
        **{one.anchor: one.parts for one in chapters},
        "assumptions": tuple(part for part in assumptions(found).parts if not _same(part, methods_grid(found))),
        "subgroups": _subgroups(study),
        "fairness": fairness_parts(study),
        "references": references(study.book),
        "verification": tuple(verification) or (Text(UNVERIFIED.format(case=study.case)),),
        "appendix": _appendix(study),
        "about": about(study, command, written).parts,
    }


def _same(part: Part, grid: Grid) -> bool:
    """Whether a part is a table that stands elsewhere in the document."""
    return isinstance(part, Table) and part.grid.name == grid.name


def _subgroups(study: Analysis) -> tuple[Part, ...]:
    """Every subgroup that the inputs declare and all together, deterministic."""
    if study.model is None or study.book is None or not study.book.subgroups:
        return (Text("The inputs declare no subgroups (subgroups.csv)."),)
    try:
        return (Table(layout(replace(study, psa=None, draws=None).subgroups())),)
    except HeconError as error:
        return (Text(f"Not shown: {error}"),)


def _appendix(study: Analysis) -> tuple[Part, ...]:
    """The whole model, as `hecon appendix` prints it, without its title."""
    if study.model is None or study.book is None:
        return (Text("The model is not at hand; these results came from elsewhere."),)
    return tuple(parts_of(appendix(study.model, study.book)))[1:]
