"""`hecon twoway`: two inputs over a grid, and which strategy is best where."""

from typing import TYPE_CHECKING, Annotated

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.report.answer import Answer
from hecon.report.folder import records

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

Range = Annotated[
    tuple[float, float] | None, typer.Option(metavar="LOW HIGH", help="Low and high; the input's range by default.")
]


@analysis_command("twoway")
def two_way_sensitivity(
    asked: Asked,
    x: Annotated[
        str, typer.Option(metavar="NAME", help="Input on the horizontal axis; by default the widest of the tornado.")
    ] = "",
    y: Annotated[
        str, typer.Option(metavar="NAME", help="Input on the vertical axis; by default the next widest.")
    ] = "",
    x_range: Range = None,
    y_range: Range = None,
    points: Annotated[int, typer.Option(min=2, metavar="N", help="Values of each input.")] = 21,
) -> Answer:
    """Two-way sensitivity: the decision over a grid of two inputs."""
    import numpy as np

    from hecon.figures.two_way_figure import two_way_figure

    analysis = asked.run()
    found = analysis.two_way(
        x, y, points=points,
        x_values=None if x_range is None else np.linspace(*x_range, points),
        y_values=None if y_range is None else np.linspace(*y_range, points),
    )  # fmt: skip
    frame = found.to_frame()
    shares = {strategy: found.share(strategy) for strategy in found.strategies}
    _, book = analysis.at_hand()
    across, up = (_label(book.parameter(name)) for name in (found.x, found.y))
    text = f"{across} and {up}, {analysis.perspective} perspective, {analysis.per} ({analysis.money})\n"
    text += "\n".join(f"best on {share:6.1%} of the grid: {strategy}" for strategy, share in shares.items())
    text += f"\nin the base case: {found.strategies[found.base_best]}"
    result = {"x": found.x, "y": found.y, "base_best": found.strategies[found.base_best]}
    return Answer(
        analysis, [text], {"two_way": frame}, {**result, "share_of_grid": shares, "rows": records(frame)},
        lambda: {"two_way": two_way_figure(found, across, up, analysis.money)},
    )  # fmt: skip


def _label(one: "Parameter") -> str:
    return f"{one.label or one.name}{f' ({one.unit})' if one.unit else ''}"
