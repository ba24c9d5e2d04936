"""The waterfall of a comparison's costs by cause: each bar begins where the one above ended; what is assumed is hatched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hecon.digits import money_text
from hecon.figures.figure_style import COLOURS, canvas, legend_below, thousands, tick_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MORE, _LESS, _TOTAL = COLOURS[0], COLOURS[2], "0.25"
_HATCH: dict[str, Any] = {"hatch": "/////", "edgecolor": "white", "linewidth": 0.0}


@dataclass(frozen=True)
class Step:
    """One bar: its label, its value with 95% limits where there are draws, whether over half of it is assumed; `words` stand in
    place of a value; the label of a claimed `channel` is bold.
    """

    label: str
    value: float = 0.0
    low: float | None = None
    high: float | None = None
    assumed: bool = False
    words: str = ""
    channel: bool = False


def payback_figure(steps: Sequence[Step], total: Step, unit: str, note: str) -> "Figure":
    """Steps from the first to the total, in money.

    >>> figure = payback_figure([Step("product", 10.0), Step("delivery", words="in the lump")], Step("all", 10.0), "EUR", "")
    >>> [text.get_text() for text in figure.axes[0].get_yticklabels()]
    ['product', 'delivery', 'all']
    """
    from matplotlib.ticker import MaxNLocator

    figure, (axes,) = canvas(height=1.3 + 0.32 * (len(steps) + 1))
    level = 0.0
    for k, step in enumerate(steps):
        if step.words:
            axes.annotate(
                step.words, (level, k), (4, 0), textcoords="offset points", va="center", fontsize=7, color="0.35"
            )
            continue
        _bar(axes, k, step, level, _MORE if step.value >= 0 else _LESS)
        end = level + step.value
        axes.plot([end, end], [k, k + 1], color="0.6", linewidth=0.7)
        level = end
    _bar(axes, len(steps), total, 0.0, _TOTAL)
    axes.axvline(0, color="0.2", linewidth=0.9)
    axes.set_yticks(range(len(steps) + 1), [tick_label(one.label) for one in (*steps, total)])
    axes.tick_params(axis="y", labelsize=8)
    for text, step in zip(axes.get_yticklabels(), (*steps, total), strict=True):
        text.set_fontweight("bold" if step.channel else "normal")
    axes.invert_yaxis()
    axes.margins(x=0.28)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"Difference per patient ({unit})")
    thousands(axes.xaxis)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))  # beside long labels there is little room
    for colour, words in ((_MORE, "more"), (_LESS, "less"), (_TOTAL, "all costs of society")):
        axes.barh([0], [0], color=colour, label=words)
    axes.barh([0], [0], color="0.6", label="over half of the money is assumed", **_HATCH)
    legend_below(figure, [axes], note)
    return figure


def _bar(axes: "Axes", k: int, step: Step, start: float, colour: str) -> None:
    axes.barh([k], [step.value], left=start, height=0.66, color=colour, **(_HATCH if step.assumed else {}))
    limits = [] if step.low is None or step.high is None else [money_text(step.low), money_text(step.high)]
    interval = f"  ({' to '.join(limits)})" if len(set(limits)) > 1 else ""
    right = max(start, start + step.value)
    text = f"{money_text(step.value, '+')}{interval}"
    axes.annotate(text, (right, k), (4, 0), textcoords="offset points", va="center", fontsize=7)
