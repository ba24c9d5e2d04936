"""`hecon gsa`: global sensitivity, all uncertain inputs at once."""

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
from hecon.commands.run import CaseName, Scenario, Seed, Structure
from hecon.commands.screen import waiting


def global_sensitivity_analysis(
    case: CaseName,
    method: Annotated[str, typer.Option(metavar="METHOD", help="sobol, morris, delta or pawn.")] = "sobol",
    n: Annotated[
        int | None,
        typer.Option("--n", min=2, metavar="N", help="Base sample of sobol (a power of 2), walks, or draws."),
    ] = None,
    seed: Seed = None,
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
    """Global sensitivity of net benefit: Sobol indices by default, Morris, delta or PAWN."""
    from hecon.analysis.sensitivity.global_sensitivity import SIZES
    from hecon.figures.sensitivity_figures import global_figure
    from hecon.report.folder import records

    asked = ask(case, deterministic(perspective, wtp, reference, scenario, structure))
    analysis = asked.analysis
    chosen = int(asked.book.settings.get("seed") or 1) if seed is None else seed
    size = SIZES.get(method, 0) if n is None else n
    found = {}
    with waiting(f"{method} indices"):
        for one in analysis.comparisons(strategy or ()):
            found[one] = analysis.global_sensitivity(method, one, size, chosen)
    frames = {f"{method}_{one}": table.to_frame() for one, table in found.items()}
    texts = [
        f"INMB of {one} against {analysis.reference}, {analysis.perspective} perspective, {analysis.per}; "
        f"{table.runs:,} evaluations, seed {chosen}\n{first_lines(str(table).rpartition(chr(10))[0], 16)}\n{table.note}"
        for one, table in found.items()
    ]
    rows = [row for frame in frames.values() for row in records(frame)]
    notes = {one: table.note for one, table in found.items()}
    result = {"method": method, "n": size, "seed": chosen, "notes": notes, "rows": rows}
    answer(
        asked, "gsa", texts, frames,
        lambda: {f"{method}_{one}": global_figure(table) for one, table in found.items()},
        {**result, "evaluations": {one: table.runs for one, table in found.items()}},
        name=name, out=out, as_json=as_one_json, no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("gsa")(global_sensitivity_analysis)
