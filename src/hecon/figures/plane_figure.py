"""The cost-effectiveness plane: increments of every draw over the reference, their means and the base case."""

from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word
from hecon.digits import money_text
from hecon.figures.figure_style import canvas, legend_below, point, thousands
from hecon.outcomes import Outcomes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS = 2000  # points of the plane; more only blacken it


def plane_figure(
    base: Outcomes, psa: Outcomes | None, *, reference: str, perspective: str, wtp: float, effect: str = "qaly",
    ax: "Axes | None" = None,
) -> "Figure":  # fmt: skip
    """Cost-effectiveness plane against the reference: draws (at most 2,000 in all), their mean, and the base case.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> plane_figure(base, None, reference="a", perspective="payer", wtp=10.0).axes[0].get_xlabel()
    'Incremental QALYs against a'
    """
    figure, (axes,) = canvas(ax=ax)
    origin = base.strategies.index(reference)
    word = effect_word(effect)
    others = [k for k in range(len(base.strategies)) if k != origin]
    spots = [values - values[origin] for values in cost_and_effect(base, perspective, effect)]
    axes.axhline(0, color="0.6", linewidth=0.8)
    axes.axvline(0, color="0.6", linewidth=0.8)
    note = f"Dashed: {money_text(wtp)} {base.money} per {word}."
    if psa is not None:
        cost, gain = (x - x[origin] for x in cost_and_effect(psa, perspective, effect))
        n = cost.shape[1]
        shown = np.unique(np.linspace(0, n - 1, min(n, max(1, POINTS // len(others)))).astype(int))
        for k in others:
            axes.plot(gain[k, shown], cost[k, shown], **point(k, 2.5), alpha=0.35, mew=0)
        note += f" {shown.size:,} of {n:,} draws shown."
    for k in others:
        label = f"{base.labels[k]}, base case"
        axes.plot(spots[1][k], spots[0][k], **point(k, 9), mec="black", mew=1.2, label=label)
    if psa is not None:
        means = gain[others].mean(axis=1), cost[others].mean(axis=1)
        axes.plot(*means, "+", color="black", markersize=11, mew=1.6, label="mean of all draws")
    axes.axline((0, 0), slope=wtp, color="black", linestyle=(0, (5, 3)), linewidth=1)
    axes.set_xlabel(f"Incremental {word}s against {base.labels[origin]}")
    axes.set_ylabel(f"Incremental cost ({base.money})")
    thousands(axes.yaxis)
    legend_below(figure, [axes], note)
    return figure
