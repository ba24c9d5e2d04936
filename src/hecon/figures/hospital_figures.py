"""What cases leave a hospital, as a histogram, its cash by month, its year, and payment by volume."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.figures.figure_style import COLOURS, canvas, line, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hecon.arrays import Array
    from hecon.grid import Interval


_BINS = 60
_TAILS = (0.2, 99.8)  # percentiles between which the bins lie


def margin_figure(margin: "Array", money: str, ax: "Axes | None" = None) -> "Figure":
    """How many cases leave how much; losses in the other colour. `margin` is of any shape, in currency.

    What lies beyond the middle 99.6% of cases stands in the first and last bar.

    >>> figure = margin_figure(np.array([-1.0, 1.0, 2.0]), "EUR")
    >>> figure.axes[0].get_xlabel()
    'Margin of an infused case (EUR)'
    """
    figure, (axes,) = canvas(ax=ax)
    low, high = np.percentile(margin, _TAILS).tolist()
    width = (high - low) / _BINS if high > low else 1.0
    edges = width * np.arange(np.floor(low / width), np.ceil(high / width) + 1.5)  # one of them is 0
    inside = np.clip(margin.ravel(), edges[0], edges[-1])
    counts, _ = np.histogram(inside, edges)
    middles = (edges[1:] + edges[:-1]) / 2
    for colour, label, part in ((COLOURS[1], "loss", middles < 0), (COLOURS[2], "no loss", middles >= 0)):
        axes.bar(middles[part], 100 * counts[part] / margin.size, width=width, color=colour, label=label)
    axes.axvline(float(margin.mean()), color="0.2", linewidth=1.2, linestyle="--", label="mean")
    axes.set_xlabel(f"Margin of an infused case ({money})")
    axes.set_ylabel("% of cases")
    thousands(axes.xaxis)
    axes.legend(frameon=False, fontsize=8)
    return figure


def cash_figure(months: Sequence[int], cash: "Sequence[Interval]", money: str, ax: "Axes | None" = None) -> "Figure":
    """The hospital's cash after each month, with its 95% band over draws.

    >>> from hecon.analysis.cost_effectiveness.estimate import Estimate
    >>> cash_figure([0, 1], [Estimate(-5.0), Estimate(1.0)], "EUR").axes[0].get_ylabel()
    "Hospital's cash per patient intended (EUR)"
    """
    figure, (axes,) = canvas(ax=ax)
    means = [one.mean for one in cash]
    lows = [one.mean if one.low is None else one.low for one in cash]
    highs = [one.mean if one.high is None else one.high for one in cash]
    ends = [*months, months[-1] + 1]
    axes.fill_between(ends, [*lows, lows[-1]], [*highs, highs[-1]], step="post", color="0.88", linewidth=0)
    axes.step(ends, [*means, means[-1]], where="post", **line(0))
    axes.axhline(0, color="0.2", linewidth=0.9)
    axes.set_xlabel("Months since treatment")
    axes.set_ylabel(f"Hospital's cash per patient intended ({money})")
    thousands(axes.yaxis)
    return figure


def year_figure(rows: "Sequence[Any]", money: str, ax: "Axes | None" = None) -> "Figure":
    """The margin per patient of a year by its number of patients, 5th to 95th percentile; `rows` have `cases` and `p_5` to `p_95`.

    >>> from types import SimpleNamespace as Row
    >>> rows = [Row(cases=n, margin=0.0, p_5=-n, p_50=0.0, p_95=n) for n in (5, 50)]
    >>> year_figure(rows, "EUR").axes[0].get_xscale()
    'log'
    """
    figure, (axes,) = canvas(ax=ax)
    cases = [row.cases for row in rows]
    low, middle, high = ([getattr(row, name) / row.cases for row in rows] for name in ("p_5", "p_50", "p_95"))
    axes.fill_between(cases, low, high, color="0.88", linewidth=0, label="5th to 95th percentile")
    axes.plot(cases, middle, **line(0), marker="o", label="median")
    axes.axhline(0, color="0.2", linewidth=0.9)
    axes.set_xscale("log")
    axes.set_xticks(cases, [str(one) for one in cases])
    axes.minorticks_off()
    axes.set_xlabel("Patients intended in a year")
    axes.set_ylabel(f"Margin of the year per patient ({money})")
    thousands(axes.yaxis)
    axes.legend(frameon=False, fontsize=8)
    return figure


def volume_figure(rows: "Sequence[Any]", money: str, ax: "Axes | None" = None) -> "Figure":
    """What each way of paying costs per patient, by the number of patients; `rows` have `terms`, `patients` and `each`.

    >>> from types import SimpleNamespace as Row
    >>> volume_figure([Row(terms="list price", patients=n, each=9.0) for n in (1, 10)], "EUR").axes[0].get_xscale()
    'log'
    """
    figure, (axes,) = canvas(ax=ax)
    for k, name in enumerate(dict.fromkeys(row.terms for row in rows)):
        mine = [row for row in rows if row.terms == name]
        axes.plot([row.patients for row in mine], [row.each for row in mine], **line(k), marker="o", label=name)
    axes.set_xscale("log")
    axes.set_xlabel("Patients intended a year")
    axes.set_ylabel(f"Paid per patient ({money})")
    thousands(axes.yaxis)
    axes.legend(frameon=False, fontsize=8)
    return figure
