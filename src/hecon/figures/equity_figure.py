"""The equity-impact plane: more equal health against more health, draw by draw."""

from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.fairness.impact import ImpactTable
from hecon.figures.figure_style import canvas, legend_below, point

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS = 2000  # points of the plane; more only blacken it
_CORNERS = (
    (0.99, 0.99, "right", "top", "more health, more equal"),
    (0.01, 0.99, "left", "top", "more health, less equal"),
    (0.99, 0.01, "right", "bottom", "less health, more equal"),
    (0.01, 0.01, "left", "bottom", "less health, less equal"),
)


def equity_figure(table: ImpactTable, ax: "Axes | None" = None) -> "Figure":
    """Net health (up) against the worth of more equality (right), in QALYs; draws, their means, and the base case.

    Dashed: where more of one just makes up for less of the other.

    >>> from hecon.analysis.fairness.impact import Views
    >>> table = ImpactTable((), "a", "payer", Views(1.0, "", 20_000.0), "", 0, 0.0, 0.0, 0.0)
    >>> equity_figure(table).axes[0].get_ylabel()
    'Net health (QALYs)'
    """
    figure, (axes,) = canvas(ax=ax)
    axes.axhline(0, color="0.6", linewidth=0.8)
    axes.axvline(0, color="0.6", linewidth=0.8)
    names = list(dict.fromkeys(row.strategy for row in table.rows))
    for row in (one for one in table.rows if one.basis == "probabilistic"):
        k, n = names.index(row.strategy), row.points.shape[1]
        shown = np.unique(np.linspace(0, n - 1, min(n, max(1, POINTS // len(names)))).astype(int))
        axes.plot(row.points[0, shown], row.points[1, shown], **point(k, 2.5), alpha=0.35, mew=0)
        axes.plot([row.equity.mean], [row.net.mean], "+", color="black", markersize=11, mew=1.6, label="mean of draws")
    for row in (one for one in table.rows if one.basis == "deterministic"):
        k = names.index(row.strategy)
        label = f"{row.strategy}, base case"
        axes.plot([row.equity.mean], [row.net.mean], **point(k, 9), mec="black", mew=1.2, label=label)
    for x, y, side, height, words in _CORNERS:
        axes.text(x, y, words, transform=axes.transAxes, ha=side, va=height, fontsize=7.5, color="0.35")
    axes.margins(0.15)
    axes.axline((0, 0), slope=-1, color="black", linestyle=(0, (5, 3)), linewidth=1)
    axes.set_xlabel("More equal health (QALYs shared equally)")
    axes.set_ylabel("Net health (QALYs)")
    note = f"Against {table.reference}; aversion {table.views.aversion:g}. Dashed: more of one makes up for less of the other."
    legend_below(figure, [axes], note + (f" {table.draws:,} draws." if table.draws else ""))
    return figure
