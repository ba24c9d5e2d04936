"""Validation: published figures beside ours, and under the headings of TECH-VER and AdViSHE what was done and what was not."""

from typing import TYPE_CHECKING

from hecon.grid import Column, Grid
from hecon.results.case import Case
from hecon.results.evidence.case_evidence import CaseEvidence, case_evidence, evidence_grid
from hecon.results.evidence.published import FILE, read_published
from hecon.workbook.stored.sheet import Part, StoredSheet

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis

SHEET = "Validation"
NOT_DONE = "not done, or not recorded here"


def validation_sheet(analysis: "Analysis", ran: str, compare: bool = True) -> StoredSheet | None:
    """How the model was validated; None for a model made in Python, and for a run of a scenario, of some strategies or one
    structure alone, which published figures are not about. `compare` runs what the published figures are of, which takes time.

    Raises:
        InputError: published figures that cannot be read or have no counterpart.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> run = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=1.0, effect="none")
    >>> validation_sheet(run, "base case") is None
    True
    """
    read, book = analysis.settings, analysis.book
    if analysis.folder is None or book is None or analysis.model is None:
        return None
    other = read.structure not in ("", book.settings.get("structure", ""))
    if read.scenario or read.strategies or other or analysis.converted or book.settings.get("rules"):
        return None
    case = Case(analysis.case, analysis.models, book)
    path = analysis.folder / FILE
    found = case_evidence(case, analysis.folder) if compare and path.is_file() else None
    left = len(read_published(path, book.sources)) if path.is_file() and found is None else 0
    parts = [Part(validation_grid(analysis, found, left))]
    if found is not None and found.rows:
        parts.insert(0, Part(evidence_grid(found)))
    return StoredSheet(SHEET, "How this model was validated", ran, tuple(parts))


def validation_grid(analysis: "Analysis", found: CaseEvidence | None, left: int = 0) -> Grid:
    """A row for each thing that TECH-VER and AdViSHE ask for: where it is shown, or that it was not done.

    `left` published figures are not set beside ours in this workbook.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> run = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=1.0, effect="none")
    >>> validation_grid(run, None).rows[-1][2]
    'not done, or not recorded here'
    """
    book = analysis.book
    assert book is not None
    sourced = sum(bool(one.source) for one in book.parameters.values())
    published = (
        f"{len(found.rows)} published figures beside ours, above; {found.targets} with a tolerance, {len(found.missed)} not met"
        if found is not None and found.rows
        else f"{left} published figures: beside ours in the workbook of hecon report, and by hecon evidence {analysis.case}"
        if left
        else NOT_DONE
    )
    draws = f"{analysis.draws.n:,} draws" if analysis.draws is not None else ""
    verified = (
        "on the sheet Certificate, if there is one (hecon twin --verify, hecon verify-workbook); otherwise not done"
    )
    rows = (
        ("TECH-VER 1", "Model inputs", f"{sourced} of {len(book.parameters)} inputs name a source; see Sources"),
        ("TECH-VER 2", "Event and state calculations", "Checks: states and branches add up; live"),
        ("TECH-VER 3", "Results", "Checks: totals agree with the engine's; live"),
        ("TECH-VER 4", "Uncertainty", f"OneWay; a PSA of {draws}" if draws else "OneWay; no PSA"),
        ("TECH-VER 5", "Overall: every cell recomputed by a second program", verified),
        ("AdViSHE A1", "Conceptual model: face validity, by experts", NOT_DONE),
        ("AdViSHE A2", "Conceptual model: against other models", f"{NOT_DONE}, unless About tells of it"),
        ("AdViSHE B1", "Input data: face validity, by experts", NOT_DONE),
        ("AdViSHE B2", "Input data: fit of curves", "Survival: published points beside the curves, if the sheet is there"),
        ("AdViSHE C1", "Computer model: external review", NOT_DONE),
        ("AdViSHE C2", "Computer model: extreme values", f"{NOT_DONE}; hecon verify does it, outside this workbook"),
        ("AdViSHE C3", "Computer model: traces of patients", "the Trace, PSM and Tree sheets, in full; live"),
        ("AdViSHE C4", "Computer model: parts tested one by one", verified),
        ("AdViSHE D1", "Outcomes: face validity, by experts", NOT_DONE),
        ("AdViSHE D2", "Outcomes: against other models and published results", published),
        ("AdViSHE D3", "Outcomes: with other input data", "Scenarios" if book.scenarios else NOT_DONE),
        ("AdViSHE D4", "Outcomes: against data not used to build it", NOT_DONE),
    )  # fmt: skip
    columns = (Column("asked", "Asked by"), Column("what", "What"), Column("done", "What there is"))
    return Grid("validation", "What was done, as TECH-VER and AdViSHE ask", columns, rows)
