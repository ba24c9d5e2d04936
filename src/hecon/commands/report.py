"""`hecon report`: everything about a case on one HTML page that needs no network, and as sheets of its workbook."""

import json
import re
import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.commands.asked import AsJson, Asked, Perspective, Reference, Wtp, ask
from hecon.commands.run import CaseName, Draws, Scenario, Seed, Structure
from hecon.commands.screen import Force, refuse_to_replace, waiting
from hecon.errors import InputError
from hecon.files import whole_file

if TYPE_CHECKING:
    from hecon.analysis.scenarios import ScenarioTable
    from hecon.commands.voi_study import Valued
    from hecon.inputs.draws import Draws as Sampled
    from hecon.outcomes import Outcomes
    from hecon.report.findings import Findings

_SCENARIO_DRAWS = 2000  # of each scenario, where nothing is said; the page names the number


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
    from hecon.report.as_json import as_json
    from hecon.report.html_page import draft_words, html_page

    asked = ask(case, perspective, wtp, reference, scenario, structure, keep=("by_state", "ledger", "trace"))
    asked.comparisons()
    target = _target(asked, out)
    if out is not None:
        refuse_to_replace(force, target, *(() if no_workbook else (target.with_suffix(".xlsx"),)))
    sampled = _sampled(asked, draws, seed)
    found, valued = _find(asked, sampled, scenario_draws)
    command = shlex.join(["hecon", *sys.argv[1:]])
    written = datetime.now().astimezone().isoformat(timespec="minutes", sep=" ")
    with waiting("writing the page"):
        text = html_page(found, command=command, written=written)
        with whole_file(target) as draft:
            draft.write_text(text, encoding="utf-8")
    workbook = target.with_suffix(".xlsx")
    written_too = not no_workbook and write_report_workbook(workbook, asked, found, valued, gsa)
    if not as_one_json:
        if words := draft_words(found):
            typer.echo(words)
        typer.echo(f"Wrote {target}{f' and {workbook}' if written_too else ''}")
        return
    study = found.study
    result: dict[str, Any] = {
        **as_json(study, [target.name, *([workbook.name] if written_too else [])]),
        "analysis": "report",
        "reference": study.reference,
        "scenario": scenario or None,
        "structure": study.settings.get("structure"),
        "input_fingerprint": asked.book.fingerprint(),
        "program_fingerprint": study.program_fingerprint,
        "draft": draft_words(found) or None,
        "scenarios_run": []
        if found.scenarios is None
        else list(dict.fromkeys(r.scenario for r in found.scenarios.rows)),
        "scenario_draws": 0 if found.scenarios is None else found.scenarios.draws,
        "remarks": {section: list(texts) for section, texts in found.remarks.items()},
        "sections": re.findall('<section id="([^"]+)"', text),
        "file": str(target),
        "workbook": str(workbook) if written_too else None,
    }
    typer.echo(json.dumps(result, indent=2, allow_nan=False, ensure_ascii=False))


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("report")(write_report)


def _target(asked: Asked, out: Path | None) -> Path:
    """Where the page belongs; a scenario's and a structure's have files of their own.

    Raises:
        InputError: a folder in place of a file, a file whose folder is not there, a name that does not end in .html.
    """
    if out is None:
        parts = (asked.case.name, asked.options.structure, asked.options.scenario)
        return asked.case.outputs / asked.case.name / "report" / f"{'-'.join(filter(None, parts))}.html"
    if out.is_dir():
        raise InputError(f"{out} is a folder; --out names the file, such as {out / 'report.html'}")
    if not out.parent.is_dir():
        raise InputError(f"{out}: there is no folder {out.parent}")
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{out}: the page's name ends in .html; the workbook takes the same name and .xlsx")
    return out


def _sampled(asked: Asked, draws: int | None, seed: int | None) -> "Sampled | None":
    """The draws, sampled as the settings say; None where 0 are asked for or no input is uncertain."""
    one = asked.draws_if_any(draws, seed)
    if one is None:
        return None
    method = (asked.book.settings.get("sampling", "") or one.method).replace("-", " ")
    return one if method == one.method else asked.book.sample(one.n, one.seed or 0, method)


def _find(asked: Asked, sampled: "Sampled | None", scenario_draws: int | None) -> "tuple[Findings, Valued | None]":
    """Run what the page needs, in the order in which it is shown."""
    from dataclasses import replace

    from hecon.report.findings import find
    from hecon.report.study import Study

    model, settings = asked.model, asked.book.settings
    about = {
        "title": model.title or settings.get("title", ""),
        "structure": asked.options.structure or settings.get("structure", ""),
        "scenario": asked.options.scenario,
    }
    psa = None if sampled is None else asked.psa(sampled)
    study = Study(
        asked.case.name, asked.base, psa, asked.perspective, asked.wtp, asked.reference, asked.effect, asked.book, sampled,
        settings={what: text for what, text in about.items() if text}, model=model, structures=asked.structures,
    )  # fmt: skip
    scenarios, remarks = _scenarios(asked, sampled, scenario_draws)
    with waiting("sensitivity, prices, value of information"):
        found = find(study, model, scenarios, remarks)
    if psa is None or sampled is None:
        return found, None
    valued, evpi = _study_value(asked, sampled, psa)
    return replace(found, voi_texts=tuple(valued.texts), voi_figures=dict(valued.figures(evpi))), valued


def _scenarios(
    asked: Asked, sampled: "Sampled | None", wanted: int | None
) -> "tuple[ScenarioTable | None, dict[str, str]]":
    """Every scenario of the case, or the reason why none is shown."""
    from hecon.analysis.scenarios import scenarios

    if asked.options.scenario:
        return None, {
            "scenarios": f"This page shows scenario {asked.options.scenario}; the base case's has all others."
        }
    if not asked.book.scenarios:
        return None, {"scenarios": "The inputs declare no scenarios (scenarios.csv)."}
    full = 0 if sampled is None else sampled.n
    n = min(full, _SCENARIO_DRAWS) if wanted is None else wanted
    if n == 1:
        raise InputError("a probabilistic scenario needs at least 2 draws; with --scenario-draws 0 there is none")
    seed = 0 if sampled is None else sampled.seed or 0
    with waiting("scenarios", 1 + len(asked.book.scenarios)) as done:
        table = scenarios(asked.several, asked.book, **asked.reading, draws=n, seed=seed, progress=done)
    return table, {}


def _study_value(asked: Asked, sampled: "Sampled", psa: "Outcomes") -> "tuple[Valued, float]":
    """Population values and, where the settings declare a study, what it is worth; with the EVPI per patient."""
    from hecon.analysis.acceptability import acceptability
    from hecon.commands.voi_study import StudyAsked, value_study

    nothing = StudyAsked("", None, "regression", None, None, None, None, None, None)
    at = acceptability(psa, asked.wtp, asked.perspective, asked.effect)
    return value_study(asked, nothing, psa, sampled, at), float(at.evpi[0])
