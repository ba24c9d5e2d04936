"""`hecon scenarios`: every scenario of a case, deterministic and probabilistic."""

from dataclasses import replace
from typing import Annotated

import typer

from hecon.commands.asked import AsJson, Name, NoFigures, Out, Perspective, Reference, Wtp, answer, ask
from hecon.commands.run import CaseName, Draws, Seed, Structure
from hecon.commands.screen import waiting
from hecon.errors import InputError
from hecon.results.options import Options, complete, sampling_of


def run_scenarios(
    case: CaseName,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Only this scenario; may be repeated.")
    ] = None,
    draws: Draws = None,
    seed: Seed = None,
    perspective: Perspective = "",
    wtp: Wtp = None,
    reference: Reference = "",
    structure: Structure = "",
    name: Name = "",
    out: Out = None,
    as_one_json: AsJson = False,
    no_figures: NoFigures = False,
) -> None:
    """Scenarios: the base case and every scenario, deterministic and with the draws of the settings."""
    from hecon.figures.scenario_figure import scenario_figure
    from hecon.report.folder import records

    options = Options(perspective, wtp, reference, 0, structure=structure, as_flags=True)
    asked = ask(case, options)
    analysis = asked.analysis
    if not asked.book.scenarios:
        raise InputError(f"{asked.book.case} declares no scenarios; write them in scenarios.csv")
    compared = analysis.comparisons()
    sample = sampling_of(asked.book, complete(asked.book, replace(options, draws=draws, seed=seed)))
    n, chosen = (0, seed or 1) if sample is None else sample[:2]
    names = tuple(only or ())
    with waiting("scenarios", 1 + len(names or asked.book.scenarios)) as done:
        table = analysis.scenarios(names, n, chosen, progress=done)
    frame = table.to_frame()
    head = f"Against {analysis.reference}, {analysis.perspective} perspective, {analysis.per} ({analysis.money})"
    head += f"; prob: {n:,} draws, seed {chosen}" if n else ""
    answer(
        asked, "scenarios", [f"{head}\n{table}"], {"scenarios": frame},
        lambda: {f"scenarios_{one}": scenario_figure(table, one) for one in compared},
        {"draws": n, "seed": chosen if n else None, "rows": records(frame)},
        name=name, out=out, as_json=as_one_json, no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("scenarios")(run_scenarios)
