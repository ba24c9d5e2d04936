"""The cohort trace: share of the cohort in each state over time, a panel per strategy."""

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from hecon.evaluate.keep.traces import CohortTrace
from hecon.figures.figure_style import canvas, legend_below, line

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def trace_figure(shown: Sequence[CohortTrace]) -> "Figure":
    """Share of the cohort in each state over time, a panel per strategy (per structure, where it has several).

    >>> import numpy as np
    >>> shares = {"well": np.array([1.0, 0.5]), "dead": np.array([0.0, 0.5])}
    >>> figure = trace_figure([CohortTrace("a", 1, "Usual care", np.array([0.0, 1.0]), shares)])
    >>> figure.axes[0].get_title(loc="left"), figure.axes[0].get_xlabel()
    ('Usual care', 'Time (years)')
    """
    columns = min(len(shown), 3)
    rows = -(-len(shown) // columns)
    figure, panels = canvas(rows, columns, share=True)
    states = list(dict.fromkeys(state for trace in shown for state in trace.shares))
    for panel, trace in zip(panels, shown, strict=False):
        for state, share in trace.shares.items():
            panel.plot(trace.years, share, **line(states.index(state)), label=state.replace("_", " "))
        panel.set_title(fill(trace.title, 90 // columns), loc="left", fontsize=9.5)
        panel.set_ylim(0, 1)
        panel.set_xlim(0, max(float(one.years[-1]) for one in shown))
        panel.set_xlabel("Time (years)")
    for panel in panels[len(shown) :]:
        panel.set_visible(False)
    for panel in panels[::columns]:
        panel.set_ylabel("Share of the cohort")
    legend_below(figure, panels[: len(shown)])
    return figure
