"""Where the difference comes from, as pictures: parts that build it up, years that pay it back, inputs that make it vary."""

from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.breakdown import Breakdown
from hecon.analysis.cost_effectiveness.over_time import OverTime
from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.analysis.sensitivity.contribution import Contributions
from hecon.digits import money_text
from hecon.figures.figure_style import COLOURS, canvas, legend_below, thousands, tick_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MORE: dict[str, Any] = {"color": COLOURS[0]}
_LESS: dict[str, Any] = {"color": COLOURS[5], "hatch": "///", "edgecolor": "white"}
_TOTAL: dict[str, Any] = {"color": "0.25"}


def breakdown_figure(cost: Breakdown, effect: Breakdown) -> "Figure":
    """Two waterfalls: the incremental cost part by part, and below it the incremental effect.

    Each bar begins where the one above it ended; parts that are zero are left out.

    >>> from hecon.analysis.cost_effectiveness.breakdown import Part
    >>> cost = Breakdown((Part("drug", 10.0, 0.0), Part("care", 4.0, 7.0)), "cost", "category", "b", "a", "payer", "USD 2020")
    >>> gain = Breakdown((Part("well", 2.0, 1.0),), "qaly", "state", "b", "a", "", "QALYs")
    >>> [axes.get_xlabel() for axes in breakdown_figure(cost, gain).axes]
    ['Incremental cost (USD 2020)', 'Incremental QALYs']
    """
    figure, panels = canvas(2, 1, height=4.6)
    waterfall(panels[0], cost, 0)
    panels[0].set_xlabel(f"Incremental cost ({cost.unit})")
    thousands(panels[0].xaxis)
    waterfall(panels[1], effect, 2)
    panels[1].set_xlabel(f"Incremental {effect.unit}")
    panels[0].barh([0], [0], **_MORE, label="more")
    panels[0].barh([0], [0], **_LESS, label="less")
    panels[0].barh([0], [0], **_TOTAL, label="difference")
    note = f"{cost.strategy} against {cost.reference}, {cost.perspective} perspective, discounted, per patient."
    legend_below(figure, panels, note)
    return figure


def over_time_figure(found: OverTime) -> "Figure":
    """Cumulative incremental cost, and cumulative net benefit, at the end of each year; the crossings of 0 marked.

    >>> import numpy as np
    >>> years, cost = np.array([1.0, 2.0, 3.0]), np.array([4.0, -3.0, -3.0])
    >>> found = OverTime(years, cost, np.zeros(3), "b", "a", "payer", 10.0, "qaly", "USD 2020")
    >>> over_time_figure(found).axes[0].get_ylabel()
    'Incremental cost so far (USD 2020)'
    """
    figure, panels = canvas(2, 1, height=4.2, share=False)
    word = effect_word(found.effect_kind)
    pairs = (
        (panels[0], found.cumulative_cost, found.pays_back, "Incremental cost so far", "cost saved"),
        (panels[1], found.cumulative_nmb, found.worth_from, "Net benefit so far", "worth its cost"),
    )
    for axes, values, year, title, word_at in pairs:
        axes.plot([0, *found.years], [0, *values], color=COLOURS[0], linewidth=1.8)
        axes.axhline(0, color="0.2", linewidth=0.9)
        if year is not None:
            axes.plot([year], [values[year - 1]], "o", color="black", markersize=6)
            axes.annotate(
                f"{word_at} from year {year}",
                (year, values[year - 1]),
                (8, -12),
                textcoords="offset points",
                fontsize=8,
            )
        axes.annotate(
            money_text(values[-1]),
            (found.years[-1], values[-1]),
            (0, 4),
            textcoords="offset points",
            ha="right",
            fontsize=8,
        )
        axes.set_ylabel(f"{title} ({found.unit})")
        axes.set_xlim(0, float(found.years[-1]))
        thousands(axes.yaxis)
    panels[1].set_xlabel("Years since the decision")
    note = f"{found.text}\n{found.strategy} against {found.reference}, {found.perspective} perspective, discounted; "
    note += f"net benefit at {money_text(found.wtp)} per {word}."
    legend_below(figure, panels, note)
    return figure


def contribution_figure(found: Contributions, shown: int = 15, ax: "Axes | None" = None) -> "Figure":
    """Shares of the variance of net benefit by input, largest on top.

    >>> from hecon.analysis.sensitivity.contribution import Contribution
    >>> rows = (Contribution("price", "price", ("price",), 0.8, False),)
    >>> contribution_figure(Contributions(rows, 0.8, "b", "a", 10.0, 100)).axes[0].get_xlabel()
    'Share of the variance of incremental net benefit (%)'
    """
    rows = found.rows[:shown]
    figure, (axes,) = canvas(height=1.5 + 0.33 * len(rows), ax=ax)
    axes.barh(range(len(rows)), [100 * row.share for row in rows], height=0.62, **_MORE)
    for k, row in enumerate(rows):
        sign = {True: " (raises)", False: " (lowers)", None: ""}[row.raises]
        axes.annotate(
            f"{row.share:.1%}{sign}", (100 * row.share, k), (4, 0), textcoords="offset points", va="center", fontsize=7
        )
    axes.set_yticks(range(len(rows)), [tick_label(row.label) for row in rows])
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("Share of the variance of incremental net benefit (%)")
    rest = 1 - found.explained
    note = f"{found.strategy} against {found.reference} at {money_text(found.wtp)}; {found.draws:,} draws. Raises: more of the "
    note += f"input, more net benefit. Not explained in a straight line: {rest:.1%}."
    legend_below(figure, [axes], note)
    return figure


def waterfall(axes: "Axes", found: Breakdown, digits: int) -> None:
    """Parts from the first to the total, each from where the one before ended; parts below half a digit are left out.

    >>> from hecon.figures.figure_style import canvas
    >>> from hecon.analysis.cost_effectiveness.breakdown import Part
    >>> _, (axes,) = canvas()
    >>> waterfall(axes, Breakdown((Part("drug", 10.0, 4.0),), "cost", "category", "b", "a", "payer", "USD"), 0)
    >>> [text.get_text() for text in axes.get_yticklabels()]
    ['drug', 'difference']
    """
    smallest = 0.5 * 10.0**-digits
    parts = [part for part in found.parts if abs(part.difference) >= smallest]
    level = 0.0
    for k, part in enumerate(parts):
        look = _MORE if part.difference >= 0 else _LESS
        axes.barh([k], [part.difference], left=level, height=0.66, **look)
        end = level + part.difference
        axes.plot([end, end], [k, k + 1], color="0.5", linewidth=0.7)
        _print(axes, max(level, end), k, part.difference, digits)
        level = end
    axes.barh([len(parts)], [found.total], height=0.66, **_TOTAL)
    _print(axes, max(found.total, 0.0), len(parts), found.total, digits)
    axes.axvline(0, color="0.2", linewidth=0.9)
    axes.set_yticks(range(len(parts) + 1), [*(tick_label(part.part.replace("_", " ")) for part in parts), "difference"])
    axes.invert_yaxis()
    axes.margins(x=0.14)
    axes.grid(axis="y", visible=False)


def _print(axes: "Axes", x: float, k: int, value: float, digits: int) -> None:
    axes.annotate(f"{value:+,.{digits}f}", (x, k), (4, 0), textcoords="offset points", va="center", fontsize=7.5)
