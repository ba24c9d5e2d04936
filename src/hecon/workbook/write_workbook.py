"""The executable workbook of an analysis: what its cover says of the run, and the sheets of results stored in it."""

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import HeconError
from hecon.report.sections.placeholders import filled_alone
from hecon.results.analysis import Analysis, ran_with
from hecon.results.layouts.layout import layout
from hecon.workbook.layout import Layout
from hecon.workbook.sheets.about_sheet import about_parts
from hecon.workbook.sheets.reimbursement_sheet import SHEET as REIMBURSEMENT
from hecon.workbook.stored.sensitivity import scenarios_sheet
from hecon.workbook.stored.sheet import Part, StoredSheet
from hecon.workbook.stored.validation import validation_sheet
from hecon.workbook.verify.trial import Made
from hecon.workbook.write import write_executable

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws


def write_workbook(
    analysis: Analysis,
    path: str | Path,
    *,
    stored: Sequence[StoredSheet] | None = None,
    allow_static: bool = False,
    agreements: bool = False,
    remark: Callable[[str], None] | None = None,
) -> Layout:
    """Write the executable workbook of an analysis: its model as live formulas, with its base case and PSA.

    `stored` are sheets of results that the engine computed, written as values; the scenarios' deterministic results are
    always there. A function without an Excel spelling is refused
    unless `allow_static`; its cells then hold values, in grey. With `agreements`, those of the inputs stand behind a switch on
    Control, and the sheet Reimbursement shows what the one in force pays. `remark` is told of scenarios that cannot be run;
    without it that is a warning. The same analysis gives the same bytes.

    Raises:
        HeconError: an analysis without a model; what a workbook cannot hold.

    >>> import tempfile
    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> layout = write_workbook(analysis, Path(tempfile.mkdtemp()) / "demo.xlsx")
    >>> layout.inputs["c_visit"].base
    (6, 3)
    """
    if analysis.model is None or analysis.book is None:
        raise HeconError(
            f"{analysis.case}: a workbook is written from a model and its inputs; these are outcomes alone"
        )
    texts = filled_alone(analysis)
    wtp = analysis.wtp  # there may be none, which is told before anything is computed
    sheets = _scenarios(analysis, remark) if stored is None else stored
    return write_executable(
        path, analysis.model, analysis.book, analysis.base, analysis.psa, analysis.draws,
        perspective=analysis.perspective, wtp=wtp, reference=analysis.reference, effect=analysis.effect,
        facts=facts_of(analysis), allow_static=allow_static,
        stored=[
            *sheets, *_validation(analysis, stored is not None, remark),
            *(_compared(analysis, remark) if agreements else []),
        ],
        about=about_parts(replace(analysis, texts=texts)), agreements=agreements,
        patients=texts.get("population", "") or texts.get("patients", ""),
    )  # fmt: skip


def stored_scenarios(analysis: Analysis) -> list[StoredSheet]:
    """The deterministic results of the case's scenarios where one is of another structure, which the live sheet has none of;
    none for a run of a scenario, or of some strategies only.

    Raises:
        HeconError: a scenario that cannot be run.
    """
    book, settings = analysis.book, analysis.settings
    if book is None or not book.scenarios or settings.scenario or settings.strategies:
        return []
    changes = [change for one in book.scenarios.values() for change in one.changes]
    if not any((change.target, change.name) == ("setting", "structure") for change in changes):
        return []
    return [scenarios_sheet(analysis.scenarios(draws=0), ran_with(analysis, draws=False))]


def made_of(analysis: Analysis, agreements: bool = False) -> Made:
    """What the workbook of an analysis is made of, for its verification."""
    assert analysis.book is not None
    return Made(
        analysis.model,
        analysis.book,
        analysis.perspective,
        analysis.wtp,
        analysis.reference,
        analysis.psa,
        analysis.draws,
        tuple(facts_of(analysis)),
        effect=analysis.effect,
        agreements=agreements,
    )


def facts_of(analysis: Analysis) -> list[tuple[str, str]]:
    """What the cover says of a run, so that the workbook can be read back and verified on its own."""
    settings = analysis.settings
    facts = [
        ("Structure", settings.structure),
        ("Scenario", settings.scenario),
        ("Strategies run", " ".join(settings.strategies)),
        ("PSA", psa_words(analysis.draws)),
    ]
    return [(what, words) for what, words in facts if words]


def psa_words(draws: "Draws | None") -> str:
    """Such as "1,000 draws, independent, seed 1".

    >>> psa_words(None)
    ''
    """
    if draws is None:
        return ""
    return f"{draws.n:,} draws, {draws.method}" + ("" if draws.seed is None else f", seed {draws.seed}")


def read_psa_words(words: str) -> tuple[int, str, int] | None:
    """Number, method and seed of draws that can be made again; None for none, or for draws made elsewhere.

    >>> read_psa_words("1,000 draws, latin hypercube, seed 1")
    (1000, 'latin hypercube', 1)
    """
    match = re.fullmatch(r"([\d,]+) draws, ([a-z ]+), seed (\d+)", words)
    return (int(match[1].replace(",", "")), match[2], int(match[3])) if match else None


def _validation(analysis: Analysis, compare: bool, remark: Callable[[str], None] | None) -> list[StoredSheet]:
    """How the model was validated, or nothing where a published figure cannot be set beside ours, which is told."""
    try:
        found = validation_sheet(analysis, ran_with(analysis), compare)
    except HeconError as error:
        words = f"The workbook has no sheet Validation: {error}"
        if remark is None:
            warnings.warn(words, stacklevel=3)
        else:
            remark(words)
        return []
    return [found] if found is not None else []


def _compared(analysis: Analysis, remark: Callable[[str], None] | None) -> list[StoredSheet]:
    """The agreements at equal expected payment, below the live ones; none where they cannot be compared, which is told."""
    if analysis.about.get("agreement") or analysis.book is None or not analysis.book.records.get("schemes"):
        return []
    try:
        table = analysis.agreements()
    except HeconError as error:
        words = f"Reimbursement has no comparison at equal expected payment: {error}"
        if remark is None:
            warnings.warn(words, stacklevel=3)
        else:
            remark(words)
        return []
    told = tuple(text for row in table.rows[1:] if (text := table.disguise(row.agreement)))
    return [StoredSheet(REIMBURSEMENT, "", ran_with(analysis), (Part(layout(table)),), told)]


def _scenarios(analysis: Analysis, remark: Callable[[str], None] | None) -> list[StoredSheet]:
    """The scenarios' sheet, or none where one of them cannot be run, which is told."""
    try:
        return stored_scenarios(analysis)
    except HeconError as error:
        words = f"Scenarios are listed without results: {error}"
        if remark is None:
            warnings.warn(words, stacklevel=3)
        else:
            remark(words)
        return []
