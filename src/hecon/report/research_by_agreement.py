"""The decision to approve or to wait for research under each agreement of a case: one run and one study for each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hecon.analysis.paying.research import AS_IT_STANDS, ResearchByAgreement, ResearchRow
from hecon.errors import HeconError
from hecon.progress import tracked
from hecon.report.answer import Answer
from hecon.report.folder import records
from hecon.report.study_value import StudyAsked, value_study
from hecon.results.layouts.layout import layout

if TYPE_CHECKING:
    from hecon.results.case import Case
    from hecon.results.options import Options


def with_agreements_valued(answer: Answer, case: "Case", options: "Options", wanted: StudyAsked) -> Answer:
    """The answer of `hecon voi` with the decision under each agreement that the case declares.

    Each is run with the same draws, and valued with the study whose net benefit is highest under it.

    Raises:
        HeconError: a run under an agreement already; no study or population declared, or several strategies compared, so that
            there is no decision; what the runs raise.

    >>> from hecon.report.study_value import StudyAsked
    >>> from hecon.results.example import one_product
    >>> answer = Answer(one_product(), [], {}, {})
    >>> with_agreements_valued(answer, None, None, StudyAsked())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.HeconError: demo: there is no decision to compare: it needs a study with its costs, ...
    """
    from hecon.results.case import run_case, under_scheme
    from hecon.structure.agreements.reading import agreements_of

    analysis = answer.analysis
    if analysis.about.get("agreement"):
        raise HeconError("--every-scheme runs each agreement itself: leave out --scheme")
    first = answer.result.get("research")
    if first is None:
        raise HeconError(
            f"{analysis.case}: there is no decision to compare: it needs a study with its costs, a population, and one strategy"
            " compared with the reference"
        )
    rows, told = [_row(AS_IT_STANDS, "", first)], []
    for one in tracked(agreements_of(case.book), "Agreements"):
        run = run_case(under_scheme(case, one.name, options.structure), options, keep=("totals",))
        valued = value_study(run, wanted)
        if valued.result["research"] is None:
            told.append(f"No decision under {one.name}: {valued.texts[-1]}")
        else:
            rows.append(_row(one.name, one.label, valued.result["research"]))
    table = ResearchByAgreement(tuple(rows), first["strategy"], analysis.money)
    grid = layout(table)
    frame = table.to_frame()
    texts = [*answer.texts, f"{grid.title}\n{table}", " ".join(table.sentences), *told]
    result = {**answer.result, "by_agreement": records(frame), "sentences": list(table.sentences)}
    return replace(answer, texts=texts, tables={**answer.tables, "research_by_agreement": frame}, result=result)


def _row(name: str, label: str, found: Mapping[str, Any]) -> ResearchRow:
    return ResearchRow(name, label, found["inmb"], found["evsi"], found["size"], found["values"])
