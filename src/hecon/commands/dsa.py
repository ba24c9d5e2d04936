"""`hecon dsa`: one-way sensitivity and its tornado."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.commands.options import Inputs
from hecon.commands.screen import tell
from hecon.errors import HeconError, InputError
from hecon.report.answer import Answer, first_lines
from hecon.report.folder import records


@analysis_command("dsa", comparisons=True)
def one_way_sensitivity(
    asked: Asked,
    inputs: Inputs = None,
    limits: Annotated[
        str, typer.Option(metavar="range|quantiles", help="Ends of a swing: low and high, or quantiles.")
    ] = "range",
    points: Annotated[int, typer.Option(min=2, metavar="N", help="Values tried over each range.")] = 11,
    icer: Annotated[bool, typer.Option("--icer", help="Show the ICER too, if it has a meaning.")] = False,
) -> Answer:
    """One-way sensitivity: each input over its range, on net benefit, widest first."""
    from hecon.analysis.sensitivity.one_way import OneWay, on_icer
    from hecon.figures.tornado_figure import tornado_figure

    analysis = asked.run()
    compared = analysis.comparisons(asked.comparisons)
    found = analysis.one_way(inputs or (), limits=limits, points=points)
    if not found.rows:
        raise InputError(f"{analysis.case}: no input has a low and a high to vary it over; give them in the inputs")
    shown: dict[tuple[str, str], OneWay] = {("tornado", one): found for one in compared}
    refused: dict[str, str] = {}
    for one in compared if icer else ():
        try:
            shown["tornado_icer", one] = on_icer(found, one)
        except HeconError as error:
            refused[one] = str(error)
            tell(str(error))
    tables = {"one_way": found.to_frame()}
    tables |= {f"one_way_icer_{one}": table.to_frame() for (kind, one), table in shown.items() if kind != "tornado"}
    texts = [
        f"{table.measure} of {one} against {analysis.reference}, {analysis.perspective} perspective, "
        f"{analysis.per} ({analysis.money})\n" + first_lines(str(replace(table, rows=table.of(one))), 21)
        for (_, one), table in shown.items()
    ]
    flips = [row.name for row in found.rows if row.changes_decision and row.strategy in compared]
    texts.append(f"Within its range changes the decision: {'; '.join(dict.fromkeys(flips)) or 'no input alone'}.")
    result: dict[str, Any] = {"limits": found.limits, "points": points, "left_out": list(found.left_out)}
    result |= {"rows": records(tables["one_way"]), "icer_refused": refused or None}
    result |= {
        "icer_rows": [row for key, table in tables.items() if key != "one_way" for row in records(table)] or None
    }
    return Answer(
        analysis, texts, tables, result,
        lambda: {f"{kind}_{one}": tornado_figure(table, one) for (kind, one), table in shown.items()},
    )  # fmt: skip
