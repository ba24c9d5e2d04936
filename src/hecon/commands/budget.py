"""`hecon budget`: what treating a population costs, net, in each year."""

from typing import Annotated

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.report.answer import Answer, first_lines
from hecon.report.folder import records
from hecon.results.budget import PROBABILITY

_SWINGS = 16  # lines of the tornado that a terminal shows


@analysis_command("budget", "draws", "seed")
def budget_impact(
    asked: Asked,
    years: Annotated[int | None, typer.Option(metavar="N", help="Years; those of uptake.csv by default.")] = None,
    by: Annotated[str, typer.Option(metavar="cause|item|payer", help="What the money is split by.")] = "cause",
    ceiling: Annotated[
        float | None,
        typer.Option(metavar="X", help="Ceiling of a year's net budget; that of population.csv by default."),
    ] = None,
    probability: Annotated[
        float, typer.Option(metavar="P", help="Probability with which each year is to keep the ceiling.")
    ] = PROBABILITY,
    nominal: Annotated[
        bool, typer.Option("--nominal", help="At each year's own prices, by the inflation declared.")
    ] = False,
) -> Answer:
    """Budget impact: net cost by year with and without the new treatment, ceilings, queue, per member, per region."""
    from hecon.figures.budget_figure import budget_figure, budget_tornado
    from hecon.grid import to_frame
    from hecon.results.layouts.budget import tables_of
    from hecon.results.layouts.layout import layout

    analysis = asked.run()
    found = analysis.budget(years, by=by, ceiling=ceiling, nominal=nominal, probability=probability)
    swings = analysis.budget_one_way(years)
    grids = tables_of(found)
    texts = [f"{grid.title}\n{grid}" for grid in grids]
    texts.append(f"{layout(swings).title}\n{first_lines(str(swings), _SWINGS)}")
    texts.append(found.in_words)
    tables = {grid.name: to_frame(grid) for grid in grids} | {"budget_one_way": swings.to_frame()}
    result = {"years": found.years, "by": by, "nominal": nominal, "in_words": found.in_words}
    result |= {name: records(frame) for name, frame in tables.items()}
    result["kept"] = [vars(one) for one in found.ceilings.kept] if found.ceilings is not None else None
    return Answer(
        analysis, texts, tables, result,
        lambda: {"budget": budget_figure(found), "budget_one_way": budget_tornado(swings)},
    )  # fmt: skip
