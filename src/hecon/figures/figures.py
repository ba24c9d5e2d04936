"""The figures of a study: occupancy over time, cost-effectiveness plane, acceptability curves, costs by category.

Each function returns a matplotlib Figure made without pyplot; all can be read in grey (line styles, markers, hatches).
"""

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.acceptability import Acceptability
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.digits import money_text
from hecon.figures.figure_style import MARKERS, bar, canvas, legend_below, line, point, thousands
from hecon.results.analysis import Analysis
from hecon.results.trace import CohortTrace, traces

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS = 2000  # points of the plane; more only blacken it


def study_figures(study: Analysis) -> "dict[str, Figure]":
    """Every figure the study has results for, by name: trace (if kept), plane, acceptability (with a PSA), categories.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> list(study_figures(study))
    ['plane', 'cost_by_category']
    """
    figures = {}
    if found := traces(study.base):
        figures["trace"] = trace_figure(found)
    if len(study.base.strategies) > 1:
        figures["plane"] = plane_figure(study)
    if study.psa is not None:
        figures["acceptability"] = acceptability_figure(study)
    figures["cost_by_category"] = category_figure(study)
    return figures


def trace_figure(shown: Sequence[CohortTrace]) -> "Figure":
    """Share of the cohort in each state over time, a panel per strategy (per structure, where it has several).

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


def plane_figure(study: Analysis, ax: "Axes | None" = None) -> "Figure":
    """Cost-effectiveness plane against the reference: draws (at most 2,000 in all), their mean, and the base case.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> plane_figure(study).axes[0].get_xlabel()
    'Incremental QALYs against a'
    """
    figure, (axes,) = canvas(ax=ax)
    reference = study.base.strategies.index(study.reference)
    others = [k for k in range(len(study.base.strategies)) if k != reference]
    base = [values - values[reference] for values in cost_and_effect(study.base, study.perspective, study.effect)]
    axes.axhline(0, color="0.6", linewidth=0.8)
    axes.axvline(0, color="0.6", linewidth=0.8)
    note = f"Dashed: {money_text(study.wtp)} {study.money} per {study.effect_word}."
    if study.psa is not None:
        cost, effect = (x - x[reference] for x in cost_and_effect(study.psa, study.perspective, study.effect))
        n = cost.shape[1]
        shown = np.unique(np.linspace(0, n - 1, min(n, max(1, POINTS // len(others)))).astype(int))
        for k in others:
            axes.plot(effect[k, shown], cost[k, shown], **point(k, 2.5), alpha=0.35, mew=0)
        note += f" {shown.size:,} of {n:,} draws shown."
    for k in others:
        label = f"{study.base.labels[k]}, base case"
        axes.plot(base[1][k], base[0][k], **point(k, 9), mec="black", mew=1.2, label=label)
    if study.psa is not None:
        means = effect[others].mean(axis=1), cost[others].mean(axis=1)
        axes.plot(*means, "+", color="black", markersize=11, mew=1.6, label="mean of all draws")
    axes.axline((0, 0), slope=study.wtp, color="black", linestyle=(0, (5, 3)), linewidth=1)
    axes.set_xlabel(f"Incremental {study.effect_word}s against {study.base.labels[reference]}")
    axes.set_ylabel(f"Incremental cost ({study.money})")
    thousands(axes.yaxis)
    legend_below(figure, [axes], note)
    return figure


def acceptability_figure(study: Analysis, ax: "Axes | None" = None) -> "Figure":
    """Acceptability curves from 0 to 1 with their frontier as a wide grey band; the study's threshold dotted.

    Raises:
        HeconError: a study without a PSA.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> psa = from_totals(("a", "b"), [[1.0, 1.0], [3.0, 3.0]], [[1.0, 1.0], [2.0, 2.0]])
    >>> acceptability_figure(Analysis.of_outcomes("demo", base, psa, "payer", 10.0, "a")).axes[0].get_ylabel()
    'Probability of being cost-effective'
    """
    curves = study.acceptability()
    figure, (axes,) = canvas(ax=ax)
    acceptability_lines(axes, curves, study.base.labels)
    axes.axvline(study.wtp, color="black", linestyle=":", linewidth=1)
    axes.set_xlabel(f"Willingness to pay ({study.money} per {study.effect_word})")
    legend_below(figure, [axes], f"{curves.draws:,} draws. Dotted: threshold {money_text(study.wtp)}.")
    return figure


def acceptability_lines(axes: "Axes", curves: Acceptability, labels: Sequence[str]) -> None:
    """Acceptability curves on `axes`, their frontier as a wide grey band.

    >>> from hecon.analysis.cost_effectiveness.acceptability import acceptability
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> _, (axes,) = canvas()
    >>> psa = from_totals(("a", "b"), [[1.0, 1.0], [3.0, 3.0]], [[1.0, 1.0], [2.0, 2.0]])
    >>> acceptability_lines(axes, acceptability(psa, [0, 10], "payer"), psa.labels)
    >>> axes.get_ylabel()
    'Probability of being cost-effective'
    """
    for k, label in enumerate(labels):
        on = np.where(curves.best == k, curves.ceac[k], np.nan)
        axes.plot(curves.wtp, on, color="0.8", linewidth=7, solid_capstyle="butt", zorder=1, clip_on=False)
        axes.plot(curves.wtp, curves.ceac[k], **line(k), marker=MARKERS[k % 6], markevery=(10 + 5 * k, 40), label=label)
    axes.plot([], [], color="0.8", linewidth=7, label="frontier (best on average)")
    axes.set_xlim(float(curves.wtp[0]), float(curves.wtp[-1]))
    axes.set_ylim(0, 1)
    axes.set_xlabel("Willingness to pay")
    axes.set_ylabel("Probability of being cost-effective")
    thousands(axes.xaxis)


def category_figure(study: Analysis, ax: "Axes | None" = None) -> "Figure":
    """Deterministic cost by category, a stacked bar per strategy; savings stand left of zero, the total at the end.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> category_figure(study).axes[0].get_xlabel()
    'Cost per patient (currency units), payer perspective'
    """
    figure, (axes,) = canvas(height=1.9 + 0.55 * len(study.base.strategies), ax=ax)
    rows = np.arange(len(study.base.strategies))
    right, left = np.zeros(rows.size), np.zeros(rows.size)
    for k, (category, values) in enumerate(study.base.split("category", study.perspective).items()):
        cost = values[:, 0]
        start = np.where(cost >= 0, right, left)
        axes.barh(rows, cost, left=start, **bar(k), label=category or "(no category)")
        right, left = right + np.maximum(cost, 0), left + np.minimum(cost, 0)
    for row, total in enumerate(study.base.cost(study.perspective)[:, 0]):
        axes.annotate(
            money_text(total), (right[row], row), (5, 0), textcoords="offset points", va="center", fontsize=8.5
        )
    axes.axvline(0, color="0.3", linewidth=0.8)
    axes.set_yticks(rows, study.base.labels)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel(f"Cost per patient ({study.money}), {study.perspective} perspective")
    thousands(axes.xaxis)
    axes.grid(axis="y", visible=False)
    legend_below(figure, [axes])
    return figure
