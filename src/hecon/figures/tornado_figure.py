"""The tornado: one-way swings of one comparison, widest on top, with each input's limits printed by its bar."""

from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.analysis.sensitivity.one_way import OneWay, Swing
from hecon.digits import money_text
from hecon.figures.figure_style import COLOURS, canvas, legend_below, thousands, tick_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 15  # bars; the rest are in the table


def tornado_figure(result: OneWay, strategy: str, shown: int = SHOWN, ax: "Axes | None" = None) -> "Figure":
    """Swings of `strategy` against the reference: dark to the input's high, light to its low, from the base case.

    Where an input turns within its range, a line with caps shows how far the outcome goes in between.

    >>> import numpy as np
    >>> swing = Swing("drug", "price", "price", "USD", 5.0, 5.0, np.array([4.0, 8.0]), np.array([6.0, 2.0]),
    ...               np.array([4.0, 8.0]), np.array([1.0, 1.0]), (5.0, 1.0), np.array([1, 1]), 1)
    >>> axes = tornado_figure(OneWay((swing,), "INMB", "none", "payer", 10.0, "qaly", "USD 2020", "range"), "drug").axes[0]
    >>> axes.get_xlabel(), [text.get_text() for text in axes.texts]
    ('Incremental net monetary benefit (USD 2020)', ['8', '4'])
    """
    every = result.of(strategy)
    rows = every[:shown]
    figure, (axes,) = canvas(height=1.5 + 0.33 * len(rows), ax=ax)
    base = rows[0].base
    for k, row in enumerate(rows):
        _bars(axes, k, row)
    axes.axvline(base, color="0.2", linewidth=0.9)
    ends = [base, *(row.least for row in rows), *(row.most for row in rows)]
    if result.measure == "INMB" and min(ends) < 0 < max(ends):
        axes.axvline(0, color="0.2", linestyle=(0, (5, 3)), linewidth=1)
    axes.set_yticks(range(len(rows)), [tick_label(row.label) for row in rows])
    axes.invert_yaxis()
    axes.margins(x=0.14)
    axes.grid(axis="y", visible=False)
    money = result.currency or "currency units"
    word = effect_word(result.effect)
    axes.set_xlabel(
        f"Incremental net monetary benefit ({money})" if result.measure == "INMB" else f"ICER ({money} per {word})"
    )
    thousands(axes.xaxis)
    axes.barh([0], [0], color=COLOURS[0], label="input at its high")
    axes.barh([0], [0], color=COLOURS[6], hatch="///", edgecolor="white", label="input at its low")
    note = (
        f"{strategy} against {result.reference}, {result.perspective} perspective, {money_text(result.wtp)} per {word}."
    )
    note += f" Line: base case, {money_text(base)}."
    if len(every) > len(rows):
        note += f" {len(rows)} of {len(every)} inputs."
    legend_below(figure, [axes], note)
    return figure


def _bars(axes: "Axes", k: int, row: Swing) -> None:
    """One input: a bar to either end, the limits beside them, a capped line where it turns in between."""
    at_low, at_high = float(row.outcome[0]), float(row.outcome[-1])
    left, right = min(at_low, at_high, row.base), max(at_low, at_high, row.base)
    axes.barh([k], [at_high - row.base], left=row.base, height=0.62, color=COLOURS[0])
    look: dict[str, Any] = {"height": 0.62, "color": COLOURS[6], "hatch": "///", "edgecolor": "white", "linewidth": 0.5}
    axes.barh([k], [at_low - row.base], left=row.base, **look)
    if not row.monotone:
        axes.plot([row.least, row.most], [k, k], color="black", marker="|", markersize=7, linewidth=0.9)
        left, right = min(left, row.least), max(right, row.most)
    same_side = (at_low - row.base) * (at_high - row.base) > 0
    for value, end in ((row.values[-1], at_high), (row.values[0], at_low)):
        if same_side:  # both bars lie over each other: their limits stand at the end that is theirs
            place, side = (right, 1) if end >= row.base else (left, -1)
            text = f"{limit(float(row.values[0]))}; {limit(float(row.values[-1]))}"
        else:
            place, side = (right, 1) if end > row.base or (end == row.base and left < row.base) else (left, -1)
            text = limit(float(value))
        where: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 7}
        axes.annotate(text, (place, k), (4 * side, 0), ha="left" if side > 0 else "right", **where)
        if same_side:
            break


def limit(value: float) -> str:
    """A number in few digits, as it stands beside a bar.

    >>> limit(475000.0), limit(0.0521462), limit(8.0)
    ('475,000', '0.052', '8')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.2g}"
