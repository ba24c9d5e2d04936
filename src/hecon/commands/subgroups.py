"""`hecon subgroups`: results of each part of the population and of all together."""

import typer

from hecon.commands.asked import AsJson, Name, NoFigures, Out, Perspective, Reference, Wtp, answer, ask
from hecon.commands.run import CaseName, Draws, Scenario, Seed, Structure
from hecon.commands.screen import waiting
from hecon.results.options import Options


def run_subgroups(
    case: CaseName,
    draws: Draws = None,
    seed: Seed = None,
    perspective: Perspective = "",
    wtp: Wtp = None,
    reference: Reference = "",
    scenario: Scenario = "",
    structure: Structure = "",
    name: Name = "",
    out: Out = None,
    as_one_json: AsJson = False,
    no_figures: NoFigures = False,
) -> None:
    """Subgroups as subgroups.csv declares them: each one, and all together by their weights."""
    from hecon.figures.scenario_figure import subgroup_figure
    from hecon.report.folder import records

    options = Options(perspective, wtp, reference, draws, seed, scenario=scenario, structure=structure, as_flags=True)
    asked = ask(case, options)
    analysis = asked.analysis
    sampled = analysis.draws
    with waiting("subgroups"):
        table = analysis.subgroups()
    frame = table.to_frame()
    text = f"Against {analysis.reference}, {analysis.perspective} perspective, {analysis.per} ({analysis.money})"
    text += f"\n{table}"
    if sampled is not None:
        text += f" prob: {sampled.n:,} draws, seed {sampled.seed}."
    answer(
        asked, "subgroups", [text], {"subgroups": frame},
        lambda: {f"subgroups_{one}": subgroup_figure(table, one) for one in analysis.comparisons()},
        {"draws": table.draws, "value_of_choice": table.value_of_choice, "rows": records(frame)},
        name=name, out=out, as_json=as_one_json, no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("subgroups")(run_subgroups)
