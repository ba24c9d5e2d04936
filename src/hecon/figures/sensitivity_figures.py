"""Pictures of threshold and global sensitivity analyses."""

from textwrap import shorten
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.analysis.sensitivity.global_sensitivity import GlobalSensitivity
from hecon.analysis.sensitivity.threshold import ThresholdTable
from hecon.digits import money_text
from hecon.figures.figure_style import COLOURS, canvas, legend_below, thousands, tick_label
from hecon.figures.tornado_figure import limit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TITLES = {
    "sobol": "Share of the variance of incremental net benefit",
    "morris": "Mean absolute elementary effect",
    "delta": "Delta, moment-independent (0 none, 1 all)",
    "pawn": "PAWN index, median (0 none, 1 all)",
}


def threshold_figure(table: ThresholdTable, shown: int = 6, ax: "Axes | None" = None) -> "Figure":
    """Incremental net benefit over each input's range, a panel each, crossings of 0 marked; nearest crossings first.

    >>> from hecon.analysis.sensitivity.root_search import Crossing
    >>> from hecon.analysis.sensitivity.threshold import Threshold
    >>> grid, at = np.array([0.0, 20.0]), Crossing(10.0, 0.0, 20.0, False, False)
    >>> row = Threshold("price", "price", "USD", 5.0, 5.0, grid, 10 - grid, (at,))
    >>> threshold_figure(ThresholdTable((row,), "b", "a", "payer", 10.0, "qaly", "USD 2020")).axes[0].get_xlabel()
    'price (USD)'
    """
    rows = sorted(table.rows, key=lambda row: (not row.crossings, np.abs(row.inmb).min()))[:shown]
    columns = min(len(rows), 2)
    figure, panels = canvas(-(-len(rows) // columns), columns, height=3.4, ax=ax)
    for axes, row in zip(panels, rows, strict=False):
        axes.plot(row.values, row.inmb, color=COLOURS[0], linewidth=1.6)
        axes.axhline(0, color="0.2", linewidth=0.9)
        axes.plot([row.base_value], [row.base], "o", color="black", markersize=4.5)
        for one in row.crossings:
            axes.plot([one.value], [0], "D", color=COLOURS[1], markersize=5.5)
            axes.annotate(limit(one.value), (one.value, 0), (4, 5), textcoords="offset points", fontsize=7.5)
        unit = f" ({row.unit})" if row.unit else ""
        axes.set_xlabel(tick_label(row.label + unit))
        axes.ticklabel_format(axis="x", useOffset=False)
        axes.locator_params(axis="x", nbins=4)
        thousands(axes.yaxis)
    for axes in panels[len(rows) :]:
        axes.set_visible(False)
    for axes in panels[::columns]:
        axes.set_ylabel(f"INMB ({table.currency or 'currency units'})")
    note = f"{table.strategy} against {table.reference}, {table.perspective} perspective, {money_text(table.wtp)} per "
    note += f"{effect_word(table.effect)}. Dot: base case. Diamond: threshold."
    legend_below(figure, panels[: len(rows)], note)
    return figure


def global_figure(found: GlobalSensitivity, shown: int = 15, ax: "Axes | None" = None) -> "Figure":
    """Indices by factor, most influential on top; of Sobol's both first and total, with 95% intervals.

    >>> from hecon.analysis.sensitivity.global_sensitivity import METHODS, Factor
    >>> rows = (Factor("price", "price", ("price",), (0.8, 0.1, 0.7, 0.1)),)
    >>> one = GlobalSensitivity(rows, METHODS["sobol"], "sobol", "b", "a", "payer", 10.0, "qaly", 64, "Independent.")
    >>> global_figure(one).axes[0].get_xlabel()
    'Share of the variance of incremental net benefit'
    """
    rows = found.rows[:shown]
    figure, (axes,) = canvas(height=1.6 + 0.34 * len(rows), ax=ax)
    places = np.arange(len(rows))
    pair = (
        [("total", 0, 0.2, ""), ("first", 2, -0.2, "///")]
        if found.method == "sobol"
        else [(found.columns[0], 0, 0.0, "")]
    )
    for name, column, shift, hatch in pair:
        values = [row.values[column] for row in rows]
        has_error = found.columns[column + 1].endswith("_conf")
        error = [row.values[column + 1] for row in rows] if has_error else None
        height, colour = 0.38 if len(pair) > 1 else 0.62, COLOURS[0] if column == 0 else COLOURS[5]
        look: dict[str, Any] = {"color": colour, "hatch": hatch, "edgecolor": "white", "linewidth": 0.5}
        axes.barh(places - shift, values, height=height, xerr=error, error_kw={"elinewidth": 0.8}, label=name, **look)
    axes.set_yticks(places, [tick_label(row.label) for row in rows])
    axes.invert_yaxis()
    axes.axvline(0, color="0.2", linewidth=0.9)
    if found.dummy:
        axes.axvline(found.dummy[0], color="black", linestyle=":", linewidth=1, label="dummy, which moves nothing")
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(_TITLES[found.method])
    if found.method == "morris":
        thousands(axes.xaxis)
    note = f"{found.strategy} against {found.reference}, {found.perspective} perspective, {money_text(found.wtp)} per "
    note += f"{effect_word(found.effect)}; {found.runs:,} evaluations; whiskers: 95% intervals.\n"
    note += shorten(found.note, 240, placeholder=" ...")
    legend_below(figure, [axes], note)
    return figure
