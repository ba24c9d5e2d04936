"""`hecon run`: run a case, print its results, write its files."""

import json
import shlex
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hecon.cases import find_case, open_case
from hecon.commands.screen import messages, results, waiting
from hecon.errors import HeconError
from hecon.results.case import run_case as run_opened
from hecon.results.options import Options

if TYPE_CHECKING:
    from hecon.analysis.sensitivity.horizons import HorizonTable
    from hecon.results.analysis import Analysis

CaseName = Annotated[str, typer.Argument(metavar="CASE|PATH", help="A case's name, or its model folder or inputs.")]
Scenario = Annotated[str, typer.Option(metavar="NAME", help="Change the inputs as this scenario says.")]
Structure = Annotated[str, typer.Option(metavar="NAME", help="Which of the case's structures.")]
Redact = Annotated[str, typer.Option(metavar="NAMES", help="Withhold these inputs and all that depends on them.")]
Show = Annotated[str, typer.Option(metavar="NAMES", help="With --redact: results to show all the same, as cost:car_t.")]
Draws = Annotated[int | None, typer.Option(min=0, metavar="N", help="Draws of the PSA; 0 runs the base case only.")]
Seed = Annotated[int | None, typer.Option(min=0, metavar="S", help="Seed of the draws.")]
Sampling = Annotated[str, typer.Option(metavar="METHOD", help="independent, latin-hypercube or sobol.")]
DrawsFile = Annotated[Path | None, typer.Option(metavar="CSV", help="Draws made elsewhere, in place of sampling.")]


def run_case(
    case: CaseName,
    draws: Draws = None,
    seed: Seed = None,
    perspective: Annotated[str, typer.Option(metavar="P", help="payer, health care sector or societal.")] = "",
    wtp: Annotated[float | None, typer.Option(metavar="K", help="Threshold, in currency per QALY.")] = None,
    strategy: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this strategy; may be repeated.")
    ] = None,
    reference: Annotated[
        str, typer.Option(metavar="NAME", help="What the others are compared with, pair by pair.")
    ] = "",
    scenario: Scenario = "",
    structure: Structure = "",
    sampling: Sampling = "",
    draws_file: DrawsFile = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="The folder's name; the time if left out.")] = "",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="In place of outputs/.")] = None,
    as_one_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Write no figures.")] = False,
    no_workbook: Annotated[bool, typer.Option("--no-workbook", help="Write no executable workbook.")] = False,
    horizons: Annotated[
        str, typer.Option(metavar="YEARS", help="Increments at these horizons too, as 1,5,10,lifetime.")
    ] = "",
    csv_draws: Annotated[bool, typer.Option("--csv-draws", help="Write the draws as CSV too.")] = False,
    redact: Redact = "",
    show: Show = "",
) -> None:
    """Run a case: base case and PSA, printed and written to outputs/<case>/.

    What is not given here, the case's settings say.
    """
    if draws_file is not None and (draws is not None or seed is not None or sampling):
        raise typer.BadParameter("--draws-file takes the place of --draws, --seed and --sampling")
    if name and Path(name).name != name:
        raise typer.BadParameter("--name is the name of a folder, not a path; --out says where it goes")
    found = find_case(case)
    options = Options(
        perspective, wtp, reference, draws, seed, sampling, draws_file, tuple(strategy or ()), scenario, structure,
        as_flags=True,
    )  # fmt: skip
    command = shlex.join(["hecon", *sys.argv[1:]])
    target = out or found.outputs
    if (redact or show) and horizons:
        raise typer.BadParameter("--horizons prints increments that --redact may withhold: leave one of them out")
    if redact or show:
        from hecon.commands.redact import run_confidential

        if show and not redact:
            raise typer.BadParameter("--show says what --redact may show all the same: give --redact too")
        if csv_draws:
            raise typer.BadParameter(
                "--csv-draws is not written with --redact; psa.npz has the draws that may be shown"
            )
        run_confidential(
            found, options, redact, show, outputs=target, name=name, command=command,
            as_one_json=as_one_json, figures=not no_figures, workbook=not no_workbook,
        )  # fmt: skip
        return
    from hecon.report.folder import run_place
    from hecon.report.run_folder import write_run

    with run_place(target, found.name, name, datetime.now().astimezone()) as place:
        study = run_opened(open_case(found), options, watch=waiting)
        over = study.horizons(horizons.split(",")) if horizons else None
        with waiting("writing files"):
            write_run(
                study, target, command=command, figures=not no_figures, psa_csv=csv_draws, place=place,
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
        from hecon.commands.twin import write_twin

        try:
            write_twin(folder / f"{study.case}.xlsx", study)
        except HeconError as error:
            messages().print(f"No executable workbook: {error}", style="yellow", markup=False, soft_wrap=True)
        except Exception as error:  # a fault of ours in the workbook must not take the results with it
            words = (
                f"No executable workbook, for a fault in hecon, which please report: {type(error).__name__}: {error}"
            )
            messages().print(words, style="bold red", markup=False, soft_wrap=True)

    return write


def _print(study: "Analysis") -> None:
    from rich.text import Text

    from hecon.report.reported import curve_lines
    from hecon.report.terminal import terminal_tables
    from hecon.results.checks import check_summary
    from hecon.results.record import CERTAIN

    console = results()
    console.print(Text(study.title, style="bold"))
    if (scenario := study.settings.scenario) and study.book is not None:
        label = study.book.scenarios[scenario].label
        console.print(Text(f"Scenario {scenario}{f': {label}' if label else ''}"))
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
    typer.echo(json.dumps(found, indent=2, allow_nan=False, ensure_ascii=False))
    for line in check_summary(study.base, None).failed:
        messages().print(line, style="bold red", markup=False)
    for line in _questions(study):
        messages().print(line, markup=False, soft_wrap=True)
