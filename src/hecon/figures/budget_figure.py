"""The net budget of each year: a bar with its 95% interval, and the ceiling as a line."""

from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.digits import money_text
from hecon.figures.figure_style import COLOURS, HATCHES, canvas, legend_below, thousands, tick_label
from hecon.figures.tornado_figure import limit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hecon.analysis.paying.budget_result import Budget, BudgetOneWay


def budget_figure(found: "Budget", ax: "Axes | None" = None) -> "Figure":
    """Bars of the net budget by year, stacked by part above and below 0, the whole with its 95% interval over the draws; a
    dashed line at the ceiling, with the probability of breaking it above each bar.

    >>> from hecon.analysis.paying.budget_result import Budget, Worlds
    >>> none = np.zeros((1, 2, 1))
    >>> one = Worlds(np.array([[[5.0], [7.0]]]), none, none, none)
    >>> figure = budget_figure(Budget(("product",), "cause", ("drug",), one, None, "payer", "EUR 2023"))
    >>> [label.get_text() for label in figure.axes[0].get_xticklabels()]
    ['1', '2']
    """
    figure, (axes,) = canvas(ax=ax)
    years = np.arange(found.years)
    shown = found.shown
    net = (shown.with_new - shown.without).mean(axis=2)
    for above in (True, False):
        level = np.zeros(found.years)
        for k, name in enumerate(found.groups):
            part = np.where((net[k] > 0) == above, net[k], 0.0)
            look: dict[str, Any] = {
                "color": COLOURS[k % len(COLOURS)],
                "hatch": HATCHES[k % len(HATCHES)],
                "edgecolor": "white",
            }
            if part.any():
                axes.bar(years, part, bottom=level, width=0.62, linewidth=0.6, label=name, **look)
            level = level + part
    ends = found.net
    middle = [one.mean for one in ends]
    axes.plot(years, middle, linestyle="", marker="D", color="black", markersize=4, label="net")
    tops = [max(net[:, k].clip(0).sum(), one.high or one.mean) for k, one in enumerate(ends)]
    arms = [(one.mean - one.low, one.high - one.mean) for one in ends if one.low is not None and one.high is not None]
    if arms:
        axes.errorbar(years, middle, yerr=np.transpose(arms), fmt="none", ecolor="black", elinewidth=1, capsize=3)
    held = found.ceilings
    if held is not None:
        axes.axhline(held.ceiling, color="black", linestyle=(0, (5, 3)), linewidth=1, label="ceiling")
        for year, chance in enumerate(held.chances if found.psa is not None else []):
            where: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": 7}
            axes.annotate(f"P = {chance:.2f}", (year, tops[year]), (0, 4), **where)
    axes.axhline(0, color="0.2", linewidth=0.9)
    axes.set_xticks(years, [str(year + 1) for year in years])
    axes.set_xlabel("Year")
    axes.set_ylabel(f"Net budget ({found.money})")
    axes.margins(y=0.12)
    axes.grid(axis="x", visible=False)
    thousands(axes.yaxis)
    basis = "Base case" if found.psa is None else "Means of the draws, with 95% intervals of the net"
    note = f"{basis}; undiscounted, {'nominal' if found.nominal else 'real'}, {found.perspective} perspective."
    if held is not None:
        note += f" Ceiling {money_text(held.ceiling)} a year{'; P: of breaking it' if found.psa is not None else ''}."
    legend_below(figure, [axes], note)
    return figure


def budget_tornado(table: "BudgetOneWay", shown: int = 15, ax: "Axes | None" = None) -> "Figure":
    """The net budget of all years over the range of each input, the widest `shown` of them, with the ends of each range.

    >>> from hecon.analysis.paying.budget_result import BudgetOneWay, BudgetSwing
    >>> one = BudgetSwing("new", "new patients", "patients a year", "population", 50.0, 150.0, 5.0, 15.0, 10.0)
    >>> figure = budget_tornado(BudgetOneWay((one,), 5, 10.0, "payer", "EUR 2023"))
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['new patients']
    """
    rows = table.rows[:shown]
    figure, (axes,) = canvas(height=1.3 + 0.32 * len(rows), ax=ax)
    for k, row in enumerate(rows):
        axes.barh([k], [row.at_high - table.base], left=table.base, height=0.62, color=COLOURS[0])
        look: dict[str, Any] = {"color": COLOURS[6], "hatch": "///", "edgecolor": "white", "linewidth": 0.5}
        axes.barh([k], [row.at_low - table.base], left=table.base, height=0.62, **look)
        ends = ((row.at_low, row.low), (row.at_high, row.high))
        for side, (place, value) in zip((-1, 1), sorted(ends), strict=True):
            where: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 7}
            axes.annotate(limit(value), (place, k), (4 * side, 0), ha="left" if side > 0 else "right", **where)
    axes.axvline(table.base, color="0.2", linewidth=0.9)
    axes.set_yticks(range(len(rows)), [tick_label(row.label or row.name) for row in rows])
    axes.invert_yaxis()
    axes.margins(x=0.14)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"Net budget of {table.years} years ({table.money})")
    thousands(axes.xaxis)
    axes.barh([0], [0], color=COLOURS[0], label="input at its high")
    axes.barh([0], [0], color=COLOURS[6], hatch="///", edgecolor="white", label="input at its low")
    more = f" {len(rows)} of {len(table.rows)} inputs." if len(table.rows) > len(rows) else ""
    note = f"Undiscounted, {table.perspective} perspective. Line: base case, {money_text(table.base)}.{more}"
    legend_below(figure, [axes], note)
    return figure
