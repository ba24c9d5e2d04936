"""`hecon dsa`: one-way sensitivity and its tornado."""

from typing import Annotated, Any

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
    tell,
)
from hecon.commands.run import CaseName, Scenario, Structure
from hecon.errors import HeconError


def one_way_sensitivity(
    case: CaseName,
    perspective: Perspective = "",
    wtp: Wtp = None,
    reference: Reference = "",
    strategy: Strategies = None,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", metavar="NAME", help="Only this input; may be repeated.")
    ] = None,
    limits: Annotated[
        str, typer.Option(metavar="range|quantiles", help="Low and high, or of distributions.")
    ] = "range",
    points: Annotated[int, typer.Option(min=2, metavar="N", help="Values tried over each range.")] = 11,
    icer: Annotated[bool, typer.Option("--icer", help="On the ICER too, where that has a meaning.")] = False,
    scenario: Scenario = "",
    structure: Structure = "",
    name: Name = "",
    out: Out = None,
    as_one_json: AsJson = False,
    no_figures: NoFigures = False,
) -> None:
    """One-way sensitivity: each input over its range, on net benefit, widest first."""
    from hecon.analysis.sensitivity.one_way import OneWay, on_icer
    from hecon.figures.tornado_figure import tornado_figure
    from hecon.report.folder import records

    asked = ask(case, deterministic(perspective, wtp, reference, scenario, structure))
    analysis = asked.analysis
    compared = analysis.comparisons(strategy or ())
    found = analysis.one_way(inputs or (), limits=limits, points=points)
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
        f"{analysis.per} ({analysis.money})\n" + first_lines(_text(table, one), 21)
        for (_, one), table in shown.items()
    ]
    flips = [row.name for row in found.rows if row.changes_decision and row.strategy in compared]
    texts.append(f"Within its range changes the decision: {'; '.join(dict.fromkeys(flips)) or 'no input alone'}.")
    result: dict[str, Any] = {"limits": found.limits, "points": points, "left_out": list(found.left_out)}
    result |= {"rows": records(tables["one_way"]), "icer_refused": refused or None}
    result |= {
        "icer_rows": [row for key, table in tables.items() if key != "one_way" for row in records(table)] or None
    }
    answer(
        asked, "dsa", texts, tables,
        lambda: {f"{kind}_{one}": tornado_figure(table, one) for (kind, one), table in shown.items()}, result,
        name=name, out=out, as_json=as_one_json, no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("dsa")(one_way_sensitivity)


def _text(table: Any, strategy: str) -> str:
    from dataclasses import replace

    return str(replace(table, rows=table.of(strategy)))
