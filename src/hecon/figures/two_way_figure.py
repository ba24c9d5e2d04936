"""The decision map: which strategy is best over two inputs, and by how much."""

from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.analysis.sensitivity.two_way import TwoWay
from hecon.digits import money_text
from hecon.figures.figure_style import canvas, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

_HATCHES = ("", "//", "..", "\\\\", "xx", "--")
_TINTS = ("#9ecae1", "#fdd0a2", "#a1d9b5", "#e7c3dc", "#d9d9d9", "#fff0b3")  # light, so that hatches and lines show


def two_way_figure(result: TwoWay, x_label: str, y_label: str, money: str, ax: "Axes | None" = None) -> "Figure":
    """Areas by the strategy that is best there, lines of equal margin over the second best, a cross at the base case.

    `x_label` and `y_label` carry the inputs' units; `money` is the currency and price year.

    >>> grid = np.array([[[0.0, 0.0], [0.0, 0.0]], [[1.0, -1.0], [2.0, 1.0]]])
    >>> two = TwoWay("p", "u", 1.0, 1.0, np.arange(2.0), np.arange(2.0), ("a", "b"), ("A", "B"), grid, np.argmax(grid, 0), 1,
    ...              "payer", 1.0, "qaly")
    >>> two_way_figure(two, "price (USD)", "utility", "USD 2020").axes[0].get_xlabel()
    'price (USD)'
    """
    from matplotlib.patches import Patch

    figure, (axes,) = canvas(height=5, ax=ax)
    x, y = result.x_values, result.y_values
    met = np.unique(result.best).tolist()
    twins = {k: np.abs(result.nmb - result.nmb[k]).max(axis=(1, 2)) <= result.within for k in met}  # tied everywhere
    for k in met:
        rivals = result.nmb[~twins[k]]
        lead = (
            result.nmb[k] - rivals.max(axis=0) if len(rivals) else np.zeros(result.best.shape)
        )  # above 0 where k is best
        if lead.min() < 0 < lead.max():
            area = axes.contourf(x, y, lead, levels=[0, lead.max()], colors=[_TINTS[k % 6]], hatches=[_HATCHES[k % 6]])
            area.set(edgecolor="0.6", linewidth=0)
            axes.contour(x, y, lead, levels=[0], colors="black", linewidths=1.4)
        else:
            axes.set_facecolor(_TINTS[k % 6])
    if np.ptp(result.margin) > 0:
        lines = axes.contour(x, y, result.margin, levels=6, colors="0.35", linewidths=0.6)
        axes.clabel(lines, fmt=lambda value: f"{value:,.0f}", fontsize=7)
    axes.plot([result.x_base], [result.y_base], "P", color="black", mec="white", markersize=10, clip_on=False, zorder=5)
    axes.set_xlim(float(x[0]), float(x[-1]))
    axes.set_ylim(float(y[0]), float(y[-1]))
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.grid(visible=False)
    for axis, values in ((axes.xaxis, x), (axes.yaxis, y)):
        if values[-1] >= 10_000:
            thousands(axis)
    handles = [
        Patch(
            facecolor=_TINTS[k % 6], hatch=_HATCHES[k % 6], edgecolor="0.3", label=f"best: {_joined(result, twins[k])}"
        )
        for k in met
    ]
    note = f"Lines: margin over the second best, {money} per patient at {money_text(result.wtp)} per "
    note += f"{effect_word(result.effect)}, {result.perspective} perspective. Cross: base case."
    if ax is not None:
        ax.legend(handles=handles, fontsize=8)
        return figure
    figure.legend(
        handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=8.5, title=note,
        title_fontproperties={"size": 7.5},
    )  # fmt: skip
    return figure


def _joined(result: TwoWay, twins: "NDArray[np.bool_]") -> str:
    """Labels of strategies that tie everywhere."""
    return " = ".join(label for label, twin in zip(result.labels, twins, strict=True) if twin)
