"""`hecon threshold`: where an input would change the decision."""

from typing import Annotated

import typer

from hecon.commands.asked import (
    AsJson,
    Name,
    NoFigures,
    Out,
    Perspective,
    Reference,
    Strategies,
    Wtp,
    answer,
    ask,
    deterministic,
    first_lines,
)
from hecon.commands.run import CaseName, Scenario, Structure
from hecon.errors import InputError


def find_thresholds(
    case: CaseName,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", metavar="NAME", help="Only this input; may be repeated.")
    ] = None,
    search: Annotated[
        tuple[float, float] | None, typer.Option("--range", metavar="LOW HIGH", help="Where to search one input.")
    ] = None,
    points: Annotated[int, typer.Option(min=2, metavar="N", help="Values tried before the search narrows.")] = 41,
    perspective: Perspective = "",
    wtp: Wtp = None,
    reference: Reference = "",
    strategy: Strategies = None,
    scenario: Scenario = "",
    structure: Structure = "",
    name: Name = "",
    out: Out = None,
    as_one_json: AsJson = False,
    no_figures: NoFigures = False,
) -> None:
    """Thresholds: the value of each input at which net benefit crosses zero, within its range or the one given."""
    from hecon.figures.sensitivity_figures import threshold_figure
    from hecon.report.folder import records

    asked = ask(case, deterministic(perspective, wtp, reference, scenario, structure))
    analysis = asked.analysis
    names = tuple(inputs or ())
    if search is not None and len(names) != 1:
        raise InputError("--range is where one input is searched; name it with --input")
    ranges = {} if search is None else {names[0]: search}
    tables = {
        one: analysis.thresholds(names, one, ranges=ranges, points=points)
        for one in analysis.comparisons(strategy or ())
    }
    frames = {f"thresholds_{one}": table.to_frame() for one, table in tables.items()}
    texts = []
    for one, table in tables.items():
        crossing = sum(bool(row.crossings) for row in table.rows)
        head = f"{one} against {analysis.reference}, {analysis.perspective} perspective ({analysis.money}): "
        texts.append(f"{head}{crossing} of {len(table.rows)} inputs cross\n{first_lines(str(table), 16)}")
    rows = [{"strategy": one, **row} for one in tables for row in records(frames[f"thresholds_{one}"])]
    answer(
        asked, "threshold", texts, frames,
        lambda: {f"thresholds_{one}": threshold_figure(table) for one, table in tables.items()}, {"rows": rows},
        name=name, out=out, as_json=as_one_json, no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("threshold")(find_thresholds)
