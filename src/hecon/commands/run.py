"""`hecon run`: run a case, print its results, write its files."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hecon.cases import find_case, open_case
from hecon.commands.options import AsJson, CaseName, NoFigures, NoWorkbook, Out, Redact, Show, takes
from hecon.commands.screen import command_line, print_json, results, tell, waiting
from hecon.errors import HeconError
from hecon.results.case import run_case as run_opened
from hecon.results.options import CERTAIN, Options

if TYPE_CHECKING:
    from hecon.analysis.sensitivity.horizons import HorizonTable
    from hecon.results.analysis import Analysis


@takes()
def run_case(
    case: CaseName,
    *,
    options: Options,
    name: Annotated[str, typer.Option(metavar="NAME", help="The folder's name; the time by default.")] = "",
    out: Out = None,
    as_one_json: AsJson = False,
    no_figures: NoFigures = False,
    no_workbook: NoWorkbook = False,
    horizons: Annotated[
        str, typer.Option(metavar="YEARS", help="Show increments at these horizons too, such as 1,5,10,lifetime.")
    ] = "",
    csv_draws: Annotated[bool, typer.Option("--csv-draws", help="Write the draws as CSV too.")] = False,
    redact: Redact = "",
    show: Show = "",
) -> None:
    """Run a case: base case and PSA, printed and written to outputs/<case>/.

    An option that is not given comes from the case's settings.
    """
    sampled = options.draws is not None or options.seed is not None or options.sampling
    if options.draws_file is not None and sampled:
        raise typer.BadParameter("--draws-file takes the place of --draws, --seed and --sampling")
    if name and Path(name).name != name:
        raise typer.BadParameter("--name is the name of a folder, not a path; --out says where it goes")
    found = find_case(case)
    target = out or found.outputs
    if (redact or show) and horizons:
        raise typer.BadParameter("--horizons prints increments that --redact may withhold: leave one of them out")
    if redact or show:
        from hecon.commands.redact import run_confidential

        if redact and csv_draws:
            raise typer.BadParameter(
                "--csv-draws is not written with --redact; psa.npz has the draws that may be shown"
            )
        run_confidential(
            found, options, redact, show, outputs=target, name=name, as_one_json=as_one_json,
            figures=not no_figures, workbook=not no_workbook,
        )  # fmt: skip
        return
    from hecon.report.folder import run_place
    from hecon.report.run_folder import write_run

    with run_place(target, found.name, name, datetime.now().astimezone()) as place:
        study = run_opened(open_case(found, mixed=options.converts), options, watch=waiting)
        over = study.horizons(horizons.split(",")) if horizons else None
        with waiting("writing files"):
            write_run(
                study, target, command=command_line(), figures=not no_figures, psa_csv=csv_draws, place=place,
                executable=None if no_workbook else _executable(study),
            )  # fmt: skip
    # Printed after all is written: whoever stops reading the output, as `head` does, has the files all the same.
    if as_one_json:
        _print_json(study, place.target, over)
    else:
        _print(study)
        if over is not None:
            told = f"\nIncrements over {over.reference} by horizon, deterministic\n{over}"
            results().print(told, markup=False, soft_wrap=True)
        results().print(f"Files: {place.target}", markup=False, soft_wrap=True)


def _executable(study: "Analysis") -> Callable[[Path], None]:
    """Writes <case>.xlsx into a folder; what a workbook cannot hold is told, and the run goes on without it."""

    def write(folder: Path) -> None:
        from hecon.workbook.write_workbook import write_workbook

        try:
            write_workbook(study, folder / f"{study.case}.xlsx", remark=lambda words: tell(words, "yellow"))
        except HeconError as error:
            tell(f"No executable workbook: {error}", "yellow")
        except Exception as error:  # a fault of ours in the workbook must not take the results with it
            fault = f"{type(error).__name__}: {error}"
            tell(f"No executable workbook, for a fault in hecon, which please report: {fault}", "bold red")

    return write


def _print(study: "Analysis") -> None:
    from rich.text import Text

    from hecon.report.reported import curve_lines
    from hecon.report.terminal import terminal_tables
    from hecon.results.checks import check_summary
    from hecon.results.jurisdiction_rules import told_changes
    from hecon.results.severity_line import severity_line

    console = results()
    console.print(Text(study.title, style="bold"))
    if (scenario := study.settings.scenario) and study.book is not None:
        label = study.book.scenarios[scenario].label
        console.print(Text(f"Scenario {scenario}{f': {label}' if label else ''}"))
    if agreement := study.about.get("agreement"):
        console.print(Text(f"Paid under the agreement {agreement}: {study.agreement_label}"))
    severity = severity_line(study)
    for line in told_changes(study.book, *([severity] if severity else [])) if study.book is not None else ():
        console.print(Text(line))
    if study.draws is not None:
        seed = "" if study.draws.seed is None else f", seed {study.draws.seed}"
        console.print(
            Text(f"Deterministic: the base case. Probabilistic: {study.draws.n:,} draws, {study.draws.method}{seed}.")
        )
    elif study.without_draws == CERTAIN:
        console.print(Text(f"Deterministic: {CERTAIN}."))
    for table in terminal_tables(study):
        console.print(table)
    summary = check_summary(study.base, study.psa)
    for line in summary.failed:
        console.print(Text(line, style="bold red"))
    for line in (*summary.notes, *curve_lines(study.base, study.psa), *_questions(study)):
        console.print(Text(line))


def _questions(study: "Analysis") -> list[str]:
    """What is implausible in the inputs and draws, as lines."""
    from hecon.inputs.checks import plausibility

    return [] if study.book is None else [f"note: {one}" for one in plausibility(study.book, study.draws)]


def _print_json(study: "Analysis", folder: Path, over: "HorizonTable | None") -> None:
    from hecon.report.reported import report_records
    from hecon.report.run_folder import run_files
    from hecon.results.as_json import as_json
    from hecon.results.checks import check_records, check_summary

    found = as_json(study, run_files(folder)) | {
        "folder": str(folder), "checks": check_records(study.base), "reports": report_records(study.base)
    }  # fmt: skip
    found["left_out"] = list(dict.fromkeys(map(str, study.base.kept.get("left_out", ()))))
    if over is not None:
        found["horizons"] = over.records
    print_json(found)
    for line in check_summary(study.base, None).failed:
        tell(line, "bold red")
    for line in _questions(study):
        tell(line)
