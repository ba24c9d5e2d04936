"""What comes back of extra upfront costs: shares with their intervals, a line of points per comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.figures.figure_style import COLOURS, MARKERS, canvas, legend_below, tick_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEAST, _MOST = -1.0, 2.0  # what lies beyond is drawn at the edge, with its number


@dataclass(frozen=True)
class Share:
    """The share of an extra upfront cost that one thing returns; `assumed` says whether over half of its money is."""

    text: str
    share: Estimate
    assumed: bool


@dataclass(frozen=True)
class Returns:
    """A comparison and what it gets back."""

    label: str
    parts: tuple[Share, ...]


def returns_figure(found: Sequence[Returns]) -> "Figure":
    """A row per comparison; in it a point per part, hollow where it is assumed, on a scale where 100% covers the cost.

    >>> one = Returns("drug v care", (Share("side effects", Estimate(0.1, 0.0, 0.2), False),))
    >>> [text.get_text() for text in returns_figure([one]).axes[0].get_yticklabels()]
    ['drug v care']
    """
    figure, (axes,) = canvas(height=1.4 + 0.5 * len(found))
    names = list(dict.fromkeys(part.text for one in found for part in one.parts))
    for k, one in enumerate(found):
        for part in one.parts:
            j = names.index(part.text)
            y = k + 0.24 * (j - (len(names) - 1) / 2)
            mean, *limits = (
                min(max(x, _LEAST), _MOST) for x in (part.share.mean, part.share.low, part.share.high) if x is not None
            )
            colour = COLOURS[j]
            if limits:
                axes.plot(limits, [y, y], color=colour, linewidth=1.4)
            face = "white" if part.assumed else colour
            axes.plot([mean], [y], MARKERS[j], color=colour, markerfacecolor=face, markersize=6)
            if mean != part.share.mean:
                axes.annotate(f"{part.share.mean:.0%}", (mean, y), (7, -3), textcoords="offset points", fontsize=7)
    for j, name in enumerate(names):
        axes.plot([], [], MARKERS[j], color=COLOURS[j], markersize=6, label=name)
    axes.axvline(0, color="0.2", linewidth=0.9)
    axes.axvline(1, color="0.2", linewidth=0.9, linestyle="--")
    axes.set_yticks(range(len(found)), [tick_label(one.label.replace("_", " ")) for one in found])
    axes.tick_params(axis="y", labelsize=8)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}%")
    axes.set_xlabel("Share of the extra upfront cost that comes back")
    axes.grid(axis="y", visible=False)
    legend_below(figure, [axes])
    return figure
