"""`hecon report`: everything about a case on one HTML page that needs no network, and as sheets of its workbook."""

import json
import re
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hecon.commands.asked import AsJson, Asked, Perspective, Reference, Wtp, ask
from hecon.commands.run import CaseName, Draws, Scenario, Seed, Structure
from hecon.commands.screen import Force, refuse_to_replace, waiting
from hecon.errors import InputError
from hecon.results.options import Options


def write_report(
    case: CaseName,
    draws: Draws = None,
    seed: Seed = None,
    scenario_draws: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Draws of each scenario; at most 2,000 if left out.")
    ] = None,
    perspective: Perspective = "",
    wtp: Wtp = None,
    reference: Reference = "",
    scenario: Scenario = "",
    structure: Structure = "",
    gsa: Annotated[
        str, typer.Option(metavar="METHOD", help="Add a sheet GSA to the workbook: sobol, morris, delta or pawn.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="In place of outputs/<case>/report/<case>.html; the workbook goes beside it."
        ),
    ] = None,
    no_workbook: Annotated[bool, typer.Option("--no-workbook", help="Write the page alone.")] = False,
    force: Force = False,
    as_one_json: AsJson = False,
) -> None:
    """Report: base case, breakdown, sensitivity, draws, value of information, price and scenarios on one HTML page.

    Beside it the executable workbook, with all of them as sheets of stored results.
    """
    from hecon.commands.report_workbook import write_report_workbook
    from hecon.report.html.page import draft_words
    from hecon.report.write_report import everything, write_page
    from hecon.results.as_json import as_json

    options = Options(perspective, wtp, reference, draws, seed, scenario=scenario, structure=structure, as_flags=True)
    asked = ask(case, options)
    study = asked.analysis
    study.comparisons()
    target = _target(asked, structure, out)
    if out is not None:
        refuse_to_replace(force, target, *(() if no_workbook else (target.with_suffix(".xlsx"),)))
    found, valued = everything(study, scenario_draws, waiting)
    with waiting("writing the page"):
        write_page(found, target, shlex.join(["hecon", *sys.argv[1:]]))
    workbook = target.with_suffix(".xlsx")
    written_too = not no_workbook and write_report_workbook(workbook, found, valued, gsa)
    if not as_one_json:
        if words := draft_words(found):
            typer.echo(words)
        typer.echo(f"Wrote {target}{f' and {workbook}' if written_too else ''}")
        return
    result: dict[str, Any] = {
        **as_json(study, [target.name, *([workbook.name] if written_too else [])]),
        "analysis": "report",
        "reference": study.reference,
        "scenario": scenario or None,
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
    }
    typer.echo(json.dumps(result, indent=2, allow_nan=False, ensure_ascii=False))


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("report")(write_report)


def _target(asked: Asked, structure: str, out: Path | None) -> Path:
    """Where the page belongs; a scenario's and a structure's have files of their own.

    Raises:
        InputError: a folder in place of a file, a file whose folder is not there, a name that does not end in .html.
    """
    if out is None:
        parts = (asked.case.name, structure, asked.analysis.settings.scenario)
        return asked.files.outputs / asked.case.name / "report" / f"{'-'.join(filter(None, parts))}.html"
    if out.is_dir():
        raise InputError(f"{out} is a folder; --out names the file, such as {out / 'report.html'}")
    if not out.parent.is_dir():
        raise InputError(f"{out}: there is no folder {out.parent}")
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{out}: the page's name ends in .html; the workbook takes the same name and .xlsx")
    return out
