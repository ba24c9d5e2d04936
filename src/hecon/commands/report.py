"""`hecon report`: everything about a case on one HTML page that needs no network, in its workbook, and as a Word document."""

import re
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.beside import beside
from hecon.cases import CaseFiles, find_case, open_case
from hecon.commands.options import AsJson, CaseName, Force, takes
from hecon.commands.screen import command_line, print_json, refuse_to_replace, tell, waiting
from hecon.errors import InputError
from hecon.results.case import run_case
from hecon.results.options import Options

if TYPE_CHECKING:
    from hecon.report.sections.parts import Part
    from hecon.results.case import Case


@takes(
    "draws",
    "seed",
    "perspective",
    "wtp",
    "reference",
    "scenario",
    "scenario_file",
    "structure",
    "currency",
    "price_year",
    "jurisdiction",
    "scheme",
)
def write_report(
    case: CaseName,
    *,
    options: Options,
    scenario_draws: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Draws of each scenario; at most 2,000 by default.")
    ] = None,
    gsa: Annotated[
        str, typer.Option(metavar="METHOD", help="Add a sheet GSA to the workbook: sobol, morris, delta or pawn.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The page; outputs/<case>/report/<case>.html by default. The workbook is written beside it.",
        ),
    ] = None,
    word: Annotated[bool, typer.Option("--word", help="Write a Word document beside the page.")] = False,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --word: a .docx whose styles and page set-up are taken.")
    ] = None,
    outline: Annotated[
        str, typer.Option(metavar="NAME", help="With --word: whose headings it has: paper, nice, zin or cda.")
    ] = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="With --word: test the model and add its certificate as an appendix.")
    ] = False,
    no_workbook: Annotated[bool, typer.Option("--no-workbook", help="Write the page without the workbook.")] = False,
    force: Force = False,
    as_one_json: AsJson = False,
) -> None:
    """Report: base case, breakdown, sensitivity, draws, value of information, price and scenarios on one HTML page.

    Beside it the executable workbook, with all of them as sheets of stored results, and with --word a Word document.
    """
    from hecon.report.sections.brief import draft_words
    from hecon.report.write_report import everything, page_text, write_text
    from hecon.report.write_word import ready, write_document
    from hecon.results.as_json import as_json
    from hecon.workbook.report_workbook import write_report_workbook

    files = find_case(case)
    target = _target(files, options, out)
    document = target.with_suffix(".docx") if word else None
    if (template or outline or verify) and document is None:
        raise InputError("--template, --outline and --verify say how the Word document is written; give --word too")
    if document is not None:
        ready(document, template or "", outline)
    if out is not None:
        beside_it = [*(() if no_workbook else (target.with_suffix(".xlsx"),)), *filter(None, [document])]
        refuse_to_replace(force, target, *beside_it)
    opened = open_case(files, mixed=options.converts)
    study = run_case(opened, options, watch=waiting)
    study.comparisons()
    found, valued = everything(study, scenario_draws, waiting)
    workbook = target.with_suffix(".xlsx")
    text = partial(page_text, found, command_line())
    with nullcontext(text) if no_workbook else beside(text) as page:
        try:
            with waiting("writing the workbook"):
                written_too = not no_workbook and write_report_workbook(workbook, found, valued, gsa, tell)
        except Exception:  # whatever becomes of the workbook, the page stands
            write_text(page(), target)
            raise
        with waiting("writing the page"):
            write_text(page(), target)
    if document is not None:
        tested = _tested(opened, options.structure) if verify else ()
        with waiting("writing the Word document"):
            write_document(found, document, template or "", outline, command_line(), tested)
    if not as_one_json:
        if words := draft_words(found):
            typer.echo(words)
        wrote = [target, *([document] if document else []), *([workbook] if written_too else [])]
        typer.echo(f"Wrote {' and '.join(map(str, wrote))}")
        return
    result: dict[str, Any] = {
        **as_json(
            study, [one.name for one in (target, *([workbook] if written_too else []), *filter(None, [document]))]
        ),
        "analysis": "report",
        "reference": study.reference,
        "scenario": options.scenario or None,
        "structure": study.about.get("structure"),
        "input_fingerprint": study.input_fingerprint,
        "program_fingerprint": study.program_fingerprint,
        "draft": draft_words(found) or None,
        "scenarios_run": []
        if found.scenarios is None
        else list(dict.fromkeys(r.scenario for r in found.scenarios.rows)),
        "scenario_draws": 0 if found.scenarios is None else found.scenarios.draws,
        "remarks": {section: list(texts) for section, texts in found.remarks.items()},
        "sections": re.findall('<section id="([^"]+)"', target.read_text(encoding="utf-8")),
        "file": str(target),
        "workbook": str(workbook) if written_too else None,
        "word": str(document) if document else None,
    }
    print_json(result)


def _tested(case: "Case", structure: str) -> "tuple[Part, ...]":
    """The certificate of the case's model, as parts of the document."""
    from hecon.verification.tests import TESTS
    from hecon.verification.verify import verify

    with waiting("tests of the model", len(TESTS)) as step:
        return verify(case, structure, step=step).parts()


def _target(files: CaseFiles, options: Options, out: Path | None) -> Path:
    """Where the page belongs; a scenario's and a structure's have files of their own.

    Raises:
        InputError: a folder in place of a file, a file whose folder is not there, a name that does not end in .html.
    """
    if out is None:
        parts = (files.name, options.structure, options.scenario, options.scheme)
        return files.outputs / files.name / "report" / f"{'-'.join(filter(None, parts))}.html"
    if out.is_dir():
        raise InputError(f"{out} is a folder; --out names the file, such as {out / 'report.html'}")
    if not out.parent.is_dir():
        raise InputError(f"{out}: there is no folder {out.parent}")
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{out}: the page's name ends in .html; the workbook takes the same name and .xlsx")
    return out
