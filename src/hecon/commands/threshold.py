"""`hecon threshold`: where an input would change the decision."""

from typing import Annotated

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.commands.options import Inputs
from hecon.errors import InputError
from hecon.report.answer import Answer, first_lines
from hecon.report.folder import records


@analysis_command("threshold", comparisons=True)
def find_thresholds(
    asked: Asked,
    inputs: Inputs = None,
    search: Annotated[
        tuple[float, float] | None,
        typer.Option("--range", metavar="LOW HIGH", help="Range in which to search one input."),
    ] = None,
    points: Annotated[int, typer.Option(min=2, metavar="N", help="Values tried before the search narrows.")] = 41,
) -> Answer:
    """Thresholds: the value of each input at which net benefit crosses zero, within its range or the one given."""
    from hecon.figures.sensitivity_figures import threshold_figure

    analysis = asked.run()
    names = tuple(inputs or ())
    if search is not None and len(names) != 1:
        raise InputError("--range is where one input is searched; name it with --input")
    ranges = {} if search is None else {names[0]: search}
    tables = {
        one: analysis.thresholds(names, one, ranges=ranges, points=points)
        for one in analysis.comparisons(asked.comparisons)
    }
    if not all(table.rows for table in tables.values()):
        raise InputError(f"{analysis.case}: no input has a low and a high to search between; name one, with --range")
    frames = {f"thresholds_{one}": table.to_frame() for one, table in tables.items()}
    texts = []
    for one, table in tables.items():
        crossing = sum(bool(row.crossings) for row in table.rows)
        head = f"{one} against {analysis.reference}, {analysis.perspective} perspective ({analysis.money}): "
        texts.append(f"{head}{crossing} of {len(table.rows)} inputs cross\n{first_lines(str(table), 16)}")
    rows = [{"strategy": one, **row} for one in tables for row in records(frames[f"thresholds_{one}"])]
    return Answer(
        analysis, texts, frames, {"rows": rows},
        lambda: {f"thresholds_{one}": threshold_figure(table) for one, table in tables.items()},
    )  # fmt: skip
