"""`hecon twoway`: two inputs over a grid, and which strategy is best where."""

from typing import Annotated

import typer

from hecon.commands.asked import (
    AsJson,
    Asked,
    Name,
    NoFigures,
    Out,
    Perspective,
    Reference,
    Wtp,
    answer,
    ask,
    deterministic,
)
from hecon.commands.run import CaseName, Scenario, Structure

Range = Annotated[tuple[float, float] | None, typer.Option(metavar="LOW HIGH", help="In place of the input's range.")]


def two_way_sensitivity(
    case: CaseName,
    x: Annotated[str, typer.Option(metavar="NAME", help="Input across; the widest of the tornado.")] = "",
    y: Annotated[str, typer.Option(metavar="NAME", help="Input up; the next widest.")] = "",
    x_range: Range = None,
    y_range: Range = None,
    points: Annotated[int, typer.Option(min=2, metavar="N", help="Values of each input.")] = 21,
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
    """Two-way sensitivity: the decision over a grid of two inputs."""
    import numpy as np

    from hecon.figures.two_way_figure import two_way_figure
    from hecon.report.folder import records

    asked = ask(case, deterministic(perspective, wtp, reference, scenario, structure))
    analysis = asked.analysis
    across, up = _inputs(asked, x, y)
    found = analysis.two_way(
        across, up, points=points,
        x_values=None if x_range is None else np.linspace(*x_range, points),
        y_values=None if y_range is None else np.linspace(*y_range, points),
    )  # fmt: skip
    frame = found.to_frame()
    shares = {strategy: found.share(strategy) for strategy in found.strategies}
    labels = [_label(asked, one) for one in (across, up)]
    text = f"{labels[0]} and {labels[1]}, {analysis.perspective} perspective, {analysis.per} ({analysis.money})\n"
    text += "\n".join(f"best on {share:6.1%} of the grid: {strategy}" for strategy, share in shares.items())
    text += f"\nin the base case: {found.strategies[found.base_best]}"
    result = {"x": across, "y": up, "base_best": found.strategies[found.base_best]}
    answer(
        asked, "twoway", [text], {"two_way": frame},
        lambda: {"two_way": two_way_figure(found, labels[0], labels[1], analysis.money)},
        {**result, "share_of_grid": shares, "rows": records(frame)},
        name=name, out=out, as_json=as_one_json, no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("twoway")(two_way_sensitivity)


def _inputs(asked: Asked, x: str, y: str) -> tuple[str, str]:
    """The two inputs: those named, the rest by the width of their swings."""
    if x and y:
        return x, y
    found = asked.analysis.one_way(points=2)
    widest = [row.name for row in sorted(found.rows, key=lambda row: (-row.width, row.name))]
    rest = [name for name in dict.fromkeys(widest) if name not in (x, y)]
    return x or rest[0], y or rest[0 if x else 1]


def _label(asked: Asked, name: str) -> str:
    one = asked.book.parameter(name)
    return f"{one.label or name}{f' ({one.unit})' if one.unit else ''}"
