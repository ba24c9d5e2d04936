"""OneWay: the stored tornado (each input at its low and high, others at base) and the live value of the input Control picks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word
from hecon.arrays import Array
from hecon.evaluate.run import run
from hecon.inputs.withheld import WITHHELD
from hecon.names import letters
from hecon.outcomes import Outcomes
from hecon.workbook.sheets.control import chosen, number
from hecon.workbook.sheets.decision_cells import quadrant
from hecon.workbook.sheets.input_cells import HIGH, LOW, cell
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.inputs.book import Book

SHEET = "OneWay"
FIRST = 9
CHART, DIFFERENCES, BOUNDS_CHANGED = 8, 20, 22  # columns: the chart stands beside the table, its numbers after it
STALE = (2, 0)  # the cell that says that the table is out of date
SHOWN = 15  # inputs in the chart


@dataclass(frozen=True)
class Tornado:
    """Incremental net benefit of one strategy over the reference: base, and per input (name, label, low, high) at both bounds;
    `icers` says in words what the ICER is there.

    `hidden` where net benefit follows from what is withheld: then there are no inputs, and `base` is not shown.
    """

    strategy: int
    base: float
    names: tuple[str, ...]
    labels: tuple[str, ...]
    bounds: Array
    benefit: Array
    icers: tuple[tuple[str, str], ...] = ()
    hidden: bool = False

    def swing(self, name: str) -> float:
        """How far an input moves the outcome; 0 for one without a range."""
        if name not in self.names:
            return 0.0
        low, high = self.benefit[self.names.index(name)]
        return abs(float(high - low))


def tornado(
    model: Any, book: "Book", perspective: str, wtp: float, reference: int, used: Sequence[str], effect: str = "qaly",
    outcomes: Outcomes | None = None,
) -> Tornado:  # fmt: skip
    """Every input at its low and high: one run of 2k + 1 draws, which may be given as `outcomes`."""
    draws = book.one_way()
    outcomes = run(model, draws) if outcomes is None else outcomes
    cost, effects = cost_and_effect(outcomes, perspective, effect)
    benefit = wtp * effects - cost
    others = [k for k in range(len(benefit)) if k != reference] or [reference]
    best = max(others, key=lambda k: float(benefit[k, 0]))
    gain = benefit[best] - benefit[reference]
    kept = [i for i, name in enumerate(draws.names) if name in used]
    names = [draws.names[i] for i in kept]
    parameters = [book.parameters[name] for name in names]
    bounds = np.array([[one.low, one.high] for one in parameters]).reshape(len(names), 2)
    swings = np.array([[gain[1 + 2 * i], gain[2 + 2 * i]] for i in kept]).reshape(len(names), 2)
    order = sorted(range(len(names)), key=lambda i: -abs(swings[i, 1] - swings[i, 0]))
    more, gained = cost[best] - cost[reference], effects[best] - effects[reference]
    scale = np.maximum(np.abs(effects[best]), np.abs(effects[reference]))
    word = effect_word(effect)
    icers = [quadrant(float(more[d]), float(gained[d]), float(scale[d]), word) for d in range(draws.n)]
    return Tornado(
        best,
        float(gain[0]),
        tuple(names[i] for i in order),
        tuple(parameters[i].label or names[i] for i in order),
        bounds[order],
        swings[order],
        tuple((icers[1 + 2 * kept[i]], icers[2 + 2 * kept[i]]) for i in order),
    )


def hidden_tornado(base: Outcomes, perspective: str, wtp: float, reference: int, effect: str = "qaly") -> Tornado:
    """What stands in its place where net benefit is withheld: the first other strategy, without inputs.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> hidden_tornado(from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), "payer", 10.0, 0).base
    8.0
    """
    cost, effects = cost_and_effect(base, perspective, effect)
    benefit = (wtp * effects - cost)[:, 0]
    other = next((k for k in range(len(benefit)) if k != reference), reference)
    none = np.zeros((0, 2))
    return Tornado(other, float(benefit[other] - benefit[reference]), (), (), none, none, hidden=True)


def write_one_way(
    pen: Pen, found: Tornado, strategies: Sequence[str], reference: int, used: Sequence[str], live: str, changed: str,
    money: str,
) -> None:  # fmt: skip
    """The sheet; `used` are the inputs in their order on Inputs, `live` is the cell of the strategy's incremental net
    benefit on Results, `changed` a number above 0 where inputs or choices are not those the table was made with.
    """
    first = used[0] if used else ""
    sheet = pen.sheet(SHEET)
    versus = f"{strategies[found.strategy]} over {strategies[reference]}"
    sheet.head(
        "One-way sensitivity",
        f"Incremental net benefit of {versus}, {money}; each input at its low and high, all others at base.",
    )
    _stale(sheet, found, used, changed)
    sheet.text(4, 0, "Live: the input picked on Control", "bold")
    mode = f'IF({number("mode")}=3,""," (set the mode to one-way on Control)")'
    sheet.formula(4, 1, f'{chosen("one_way")}&" at its "&{chosen("side")}&{mode}',
                  f"{first} at its low (set the mode to one-way on Control)", "plain")  # fmt: skip
    sheet.text(5, 0, "Incremental net benefit now", "bold")
    sheet.formula(5, 1, live, found.base, "money")
    sheet.text(6, 0, "Base case, stored", "bold")
    if found.hidden:
        sheet.text(6, 1, WITHHELD, "static")
        sheet.text(FIRST - 2, 0, "The stored table is withheld: net benefit depends on what is withheld.", "note")
    else:
        sheet.number(6, 1, found.base, "static money")
    heads = ("Input", "Label", "Low", "High", "At low", "At high", "Width")
    sheet.heads(FIRST - 1, heads, right=2)
    sheet.heads(FIRST - 1, ("At low less base", "At high less base"), right=DIFFERENCES, first=DIFFERENCES)
    for r, name in enumerate(found.names):
        row = FIRST + r
        sheet.text(row, 0, name)
        sheet.text(row, 1, found.labels[r])
        low, high = found.benefit[r]
        for k, value in enumerate((*found.bounds[r], low, high, abs(high - low)), start=2):
            sheet.number(row, k, float(value), "static" if k < 4 else "static money")
        for k, value in enumerate((low - found.base, high - found.base), start=DIFFERENCES):
            sheet.number(row, k, float(value), "static money")
    sheet.width(0, 0, 24)
    sheet.width(1, 1, 40)
    sheet.width(2, 6, 11)
    sheet.width(7, 7, 2)
    sheet.width(DIFFERENCES, BOUNDS_CHANGED, 14)
    sheet.worksheet.freeze_panes(FIRST, 1)
    sheet.worksheet.print_area(0, 0, FIRST + max(len(found.names), SHOWN + 5), DIFFERENCES - 1)
    if found.names:
        shown = min(SHOWN, len(found.names))
        chart = tornado_chart(pen, shown, money, (700, 130 + 28 * shown))
        sheet.worksheet.insert_chart(3, CHART, chart)


def _stale(sheet: Sheet, found: Tornado, used: Sequence[str], changed: str) -> None:
    """The banner: the table is stored, so it no longer stands for other inputs and choices, or for other lows and highs."""
    last = FIRST + max(len(found.names), 1)
    for r, name in enumerate(found.names, start=FIRST):
        low, high = (cell(column, used.index(name)) for column in (LOW, HIGH))
        sheet.formula(r, BOUNDS_CHANGED, f"IF(AND({low}=C{r + 1},{high}=D{r + 1}),0,1)", 0.0, "count")
    sheet.text(FIRST - 1, BOUNDS_CHANGED, "Low or high changed (1)", "head right")
    span = f"${letters(BOUNDS_CHANGED)}${FIRST + 1}:${letters(BOUNDS_CHANGED)}${last}"
    bounds = '"OUT OF DATE: the table below is stored and a low or high on Inputs was changed; the live value is not"'
    inputs = '"OUT OF DATE: the table below is stored and an input or a choice was changed; the live value is not"'
    sheet.formula(*STALE, f'IF({changed}>0,{inputs},IF(SUM({span})>0,{bounds},""))', "", "banner")


def tornado_chart(pen: Pen, shown: int, money: str, size: tuple[int, int]) -> Any:
    """The widest inputs of the table as a chart of so many pixels."""
    chart = pen.workbook.add_chart({"type": "bar"})
    for column, words, colour in ((DIFFERENCES, "at low", "#4472C4"), (DIFFERENCES + 1, "at high", "#ED7D31")):
        chart.add_series({
            "name": words, "categories": [SHEET, FIRST, 1, FIRST + shown - 1, 1],
            "values": [SHEET, FIRST, column, FIRST + shown - 1, column], "overlap": 100, "gap": 40, "fill": {"color": colour},
        })  # fmt: skip
    chart.set_title({"name": f"Change in incremental net benefit, {shown} widest", "name_font": {"size": 12}})
    chart.set_x_axis({"name": f"Difference to the base case, {money}", "num_format": "#,##0", "label_position": "high"})
    chart.set_y_axis({"name": "Input", "reverse": True, "label_position": "low"})
    chart.set_legend({"position": "bottom"})
    chart.set_size(dict(zip(("width", "height"), size, strict=True)))
    return chart
