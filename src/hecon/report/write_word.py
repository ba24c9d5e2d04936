"""The report of an analysis as a Word document: title, methods from the model, every result, checklist, the whole model."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from hecon.errors import InputError
from hecon.files import whole_file
from hecon.report.sections.brief import notices
from hecon.report.sections.cheers import cheers_grid
from hecon.report.sections.parts import Part, Table
from hecon.report.sections.reported_facts import reported_facts
from hecon.report.word.contents import contents
from hecon.report.word.document import turn, write_footer, write_front, write_stretches
from hecon.report.word.numbering import Arranged, arrange
from hecon.report.word.outline import Head, outline
from hecon.report.word.styles import empty_document
from hecon.report.word.tables import allowed
from hecon.report.write_report import everything
from hecon.results.analysis import Analysis, ran_with
from hecon.results.findings import Findings
from hecon.results.texts import TITLE
from hecon.version import VERSION

if TYPE_CHECKING:
    from docx.document import Document


def write_word(
    analysis: Analysis,
    path: str | Path,
    template: str | Path = "",
    *,
    outline: str = "",
    scenario_draws: int | None = None,
    command: str = "",
    verification: Sequence[Part] = (),
) -> Path:
    """Write everything about a case as a Word document (.docx); returns its path. Needs `pip install 'hecon[word]'`.

    `template` is a .docx whose styles, page set-up, headers and footers are taken; its contents are left out. `outline` is
    whose headings it has: paper, nice, zin or cda. `scenario_draws` and `command` are as in `write_report`. `verification`
    are the parts of a certificate of the model (`verify(case).parts()`), which an appendix then shows.

    Raises:
        HeconError: python-docx is not installed; an analysis without a model or of one strategy; a file that cannot be
            written.
        InputError: a name that does not end in .docx, an unknown outline, a template that is not there or is none.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> write_word(analysis, "demo.doc")
    Traceback (most recent call last):
    hecon.errors.InputError: demo.doc: a Word document's name ends in .docx
    """
    ready(path, template, outline)
    found, _ = everything(analysis, scenario_draws)
    return write_document(found, path, template, outline, command, verification)


def ready(path: str | Path, template: str | Path = "", named: str = "") -> None:
    """Refuse what cannot be written, before anything is computed.

    Raises:
        HeconError: python-docx is not installed. InputError: as `write_word`.

    >>> ready("demo.docx", named="nize")
    Traceback (most recent call last):
    hecon.errors.InputError: there is no outline 'nize'; did you mean 'nice'? (known: paper, nice, zin, cda)
    """
    if Path(path).suffix.lower() != ".docx":
        raise InputError(f"{path}: a Word document's name ends in .docx")
    outline(named)
    empty_document(template)


def write_document(
    found: Findings,
    path: str | Path,
    template: str | Path = "",
    named: str = "",
    command: str = "",
    verification: Sequence[Part] = (),
) -> Path:
    """Write what was found as a Word document, whole or not at all.

    Raises:
        HeconError: python-docx is not installed; a file that cannot be written.

    >>> import tempfile
    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Strategy, make_book, open_case
    >>> drug = Leaf(outcomes=[Cost("fee", "3", category="product", sector="health care"), QALY("gain", "1")])
    >>> arms = [Strategy("care", to=Leaf()), Strategy("drug", to=drug)]
    >>> tree = DecisionTree("Demo", arms, {"cost": "0", "effect": "0"}, "continuous")
    >>> analysis = open_case(tree, make_book("demo", [])).run(draws=0, perspective="payer", wtp=10, reference="care")
    >>> write_document(everything(analysis, None)[0], Path(tempfile.mkdtemp()) / "demo.docx").name
    'demo.docx'
    """
    import matplotlib as mpl

    study = found.study
    document = empty_document(template)
    title = study.texts.get(TITLE) or study.title or study.case
    now = datetime.now().astimezone()
    written = now.isoformat(timespec="minutes", sep=" ")
    with mpl.rc_context({"text.parse_math": False}):  # a label with two dollar signs is no formula
        arranged = arranged_report(found, named, command, written, verification)
        write_front(document, title, reported_facts(study)["title"], notices(found), arranged)
        write_stretches(document, arranged)
    write_footer(document, _marks(study))
    return _saved(document, path, title, ran_with(study), now)


def write_parts(title: str, parts: Sequence[Part], path: str | Path) -> Path:
    """Write a few parts as a Word document of their own, on pages that lie on their side, whole or not at all.

    Raises:
        HeconError: python-docx is not installed; a file that cannot be written.

    >>> import tempfile
    >>> from hecon.report.sections.parts import Text
    >>> write_parts("Verification", [Text("All pass.")], Path(tempfile.mkdtemp()) / "demo.docx").name
    'demo.docx'
    """
    document = empty_document()
    document.add_paragraph(allowed(title), style="Title")
    turn(document, new=False)
    write_stretches(document, arrange([Head(1, title, ("all",), wide=True)], {"all": parts}), headings=False)
    write_footer(document, f"hecon {VERSION}")
    return _saved(document, path, title, "", datetime.now().astimezone())


def _saved(document: "Document", path: str | Path, title: str, words: str, now: datetime) -> Path:
    about = document.core_properties
    about.title, about.author, about.comments = _short(title), "", _short(words)
    about.created = about.modified = now.astimezone(UTC).replace(tzinfo=None)
    with whole_file(path) as draft:
        document.save(str(draft))
    return Path(path)


def _marks(study: Analysis) -> str:
    """By what a page can be told from one of another run: version, inputs, model, draws."""
    marks = (("inputs", study.input_fingerprint), ("model", study.program_fingerprint))
    told = [f"hecon {VERSION}", *(f"{what} {mark[:12]}" for what, mark in marks if mark)]
    return ", ".join(told)


def _short(text: str) -> str:
    """A text as a property of a document, which has room for 255 letters."""
    return shorten(allowed(text), 255, placeholder=" ...")


def arranged_report(
    found: Findings, named: str = "", command: str = "", written: str = "", verification: Sequence[Part] = ()
) -> Arranged:
    """The document in order, numbered; the checklist says where all else stands.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> arranged_report(Findings(study, (), None, (), (), None, (), (), {})).places["base-case"]
    '4.1 Base case (Tables 4 to 7, Figure 1)'
    """
    heads, whole = outline(named), contents(found, command, written, verification)
    first: tuple[Part, ...] = (Table(cheers_grid(found.study, {})),)
    places = arrange(heads, {**whole, "cheers": first}).places
    return arrange(heads, {**whole, "cheers": (Table(cheers_grid(found.study, places)),)})
