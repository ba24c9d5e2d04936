"""`hecon gsa`: global sensitivity, all uncertain inputs at once."""

from typing import Annotated

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.commands.options import Seed
from hecon.commands.screen import waiting
from hecon.report.answer import Answer, first_lines
from hecon.report.folder import records


@analysis_command("gsa", comparisons=True)
def global_sensitivity_analysis(
    asked: Asked,
    method: Annotated[str, typer.Option(metavar="METHOD", help="sobol, morris, delta or pawn.")] = "sobol",
    n: Annotated[
        int | None,
        typer.Option("--n", min=2, metavar="N", help="Base sample of sobol (a power of 2), walks of morris, or draws."),
    ] = None,
    seed: Seed = None,
) -> Answer:
    """Global sensitivity of net benefit: Sobol indices by default, Morris, delta or PAWN."""
    from hecon.analysis.sensitivity.global_sensitivity import SIZES
    from hecon.figures.sensitivity_figures import global_figure

    analysis = asked.run(keep=("totals",))
    _, book = analysis.at_hand()
    chosen = int(book.settings.get("seed") or 1) if seed is None else seed
    size = SIZES.get(method, 0) if n is None else n
    found = {}
    with waiting(f"{method} indices"):
        for one in analysis.comparisons(asked.comparisons):
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
    return Answer(
        analysis, texts, frames, {**result, "evaluations": {one: table.runs for one, table in found.items()}},
        lambda: {f"{method}_{one}": global_figure(table) for one, table in found.items()},
    )  # fmt: skip
