"""Costs by category, a stacked bar per strategy."""

from typing import TYPE_CHECKING

import numpy as np

from hecon.digits import money_text
from hecon.figures.figure_style import bar, canvas, legend_below, thousands
from hecon.outcomes import Outcomes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def category_figure(base: Outcomes, perspective: str, ax: "Axes | None" = None) -> "Figure":
    """Deterministic cost by category, a stacked bar per strategy; savings stand left of zero, the total at the end.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> category_figure(from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), "payer").axes[0].get_xlabel()
    'Cost per patient (currency units), payer perspective'
    """
    figure, (axes,) = canvas(height=1.9 + 0.55 * len(base.strategies), ax=ax)
    rows = np.arange(len(base.strategies))
    right, left = np.zeros(rows.size), np.zeros(rows.size)
    for k, (category, values) in enumerate(base.split("category", perspective).items()):
        cost = values[:, 0]
        start = np.where(cost >= 0, right, left)
        axes.barh(rows, cost, left=start, **bar(k), label=category or "(no category)")
        right, left = right + np.maximum(cost, 0), left + np.minimum(cost, 0)
    for row, total in enumerate(base.cost(perspective)[:, 0]):
        axes.annotate(
            money_text(total), (right[row], row), (5, 0), textcoords="offset points", va="center", fontsize=8.5
        )
    axes.axvline(0, color="0.3", linewidth=0.8)
    axes.set_yticks(rows, base.labels)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel(f"Cost per patient ({base.money}), {perspective} perspective")
    thousands(axes.xaxis)
    axes.grid(axis="y", visible=False)
    legend_below(figure, [axes])
    return figure
