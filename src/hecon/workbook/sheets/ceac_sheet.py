"""CEAC: how often each strategy is best, the frontier and the value of perfect information over thresholds, from the stored draws.

Everything follows the price parameters, the perspective and the highest threshold typed here.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from hecon.analysis.cost_effectiveness.ties import first_best, shares, tie_within, tied
from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.arrays import Array
from hecon.names import letters
from hecon.workbook.sheets.psa_cells import PsaCells
from hecon.workbook.xlsx.pen import Pen

SHEET = "CEAC"
STEPS = 40
GAP = 8  # columns under the chart
FIRST = 6
TOP_CELL = "$C$4"  # the highest threshold where it is a number above 0, else #N/A


def write_ceac(pen: Pen, cells: PsaCells, strategies: Sequence[str], wtp: float, money: str, effect: str) -> None:
    """The sheet with its chart."""
    sheet = pen.sheet(SHEET)
    k = cells.strategies
    sheet.head(
        "Cost-effectiveness acceptability",
        f"Shares of {cells.n:,} draws in which each strategy has the highest net benefit; strategies that tie in a draw share it.",
    )
    sheet.text(3, 0, "Highest threshold", "bold")
    sheet.number(3, 1, 2.5 * wtp, "input")
    sheet.worksheet.data_validation(3, 1, 3, 1, {"validate": "decimal", "criteria": ">", "value": 0})
    sheet.formula(3, 2, "IF(ISNUMBER(B4),IF(B4>0,B4,NA()),NA())", 2.5 * wtp, "static money")
    unit = f"{money} per {effect_word(effect)}"
    heads = [f"threshold, {unit}", *(f"best: {one}"[:60] for one in strategies), "frontier: strategy no.",
             "frontier: share", "EVPI per patient", *[""] * GAP, *(f"mean net benefit: {one}"[:70] for one in strategies),
             *(f"expected loss where best: {one}"[:70] for one in strategies), "tie within"]  # fmt: skip
    for column, words in enumerate(heads):
        if words:
            sheet.text(FIRST - 1, column, words, "head right")
    thresholds = 2.5 * wtp * np.arange(STEPS + 1) / STEPS
    won, means, losses, close = _curves(cells, thresholds)
    best, frontier, evpi = k + 1, k + 2, k + 3
    left = evpi + 1 + GAP
    for r, threshold in enumerate(thresholds):
        row = FIRST + r
        here = f"$A{row + 1}"
        sheet.formula(row, 0, f"{TOP_CELL}*{r}/{STEPS}", threshold, "money")
        within = f"${letters(left + 2 * k)}{row + 1}"
        sheet.formula(row, left + 2 * k, cells.within(here), close[r], "small")
        benefit = partial(_benefit, cells, here)
        for s in range(k):
            share = cells.share(s, benefit, within)
            sheet.formula(row, 1 + s, f"SUMPRODUCT({share})/{cells.n}", won[s, r], "share")
            c, e = cells.span(cells.cost_column(s)), cells.span(cells.effect_column(s))
            sheet.formula(row, left + s, f"({here}*SUM({e})-SUM({c}))/{cells.n}", means[s, r], "money")
            lost = ",".join(_lost(cells, share, s, one, here) for one in range(k))
            picked = f"CHOOSE({letters(best)}{row + 1},{lost})"
            sheet.formula(row, left + k + s, picked, losses[s, r], "money")
        mean = [f"{letters(left + j * (k - 1))}{row + 1}" for j in range(2)]
        span = f"{mean[0]}:{mean[1]}"
        chosen = int(first_best(means[:, r], close[r]))
        sheet.formula(row, best, _first(row, left, k, f"MAX({span})-{within}"), chosen + 1.0, "count")
        curves = f"B{row + 1}:{letters(k)}{row + 1}"
        sheet.formula(row, frontier, f"INDEX({curves},1,{letters(best)}{row + 1})", won[chosen, r], "share")
        lost_span = f"{letters(left + k)}{row + 1}:{letters(left + 2 * k - 1)}{row + 1}"
        sheet.formula(row, evpi, f"SUM({lost_span})", float(losses[:, r].sum()), "money")
    sheet.width(0, left + 2 * k + 1, 15)
    sheet.worksheet.print_area(0, 0, FIRST + STEPS, left - 1)
    sheet.worksheet.freeze_panes(FIRST, 1)
    chart = acceptability_chart(pen, strategies, unit, (760, 420))
    sheet.worksheet.insert_chart(FIRST, frontier + 2, chart, {"x_offset": 20})


def _benefit(cells: PsaCells, threshold: str, k: int) -> str:
    """Net benefit of a strategy in every draw at a threshold."""
    return f"({threshold}*{cells.span(cells.effect_column(k))}-{cells.span(cells.cost_column(k))})"


def _lost(cells: PsaCells, share: str, s: int, chosen: int, threshold: str) -> str:
    """The mean of what is lost with `chosen` where strategy s is best: each draw's difference, so that no digits are lost."""
    if s == chosen:
        return "0"
    effects, costs = (
        f"({cells.span(column(s))}-{cells.span(column(chosen))})" for column in (cells.effect_column, cells.cost_column)
    )
    return f"SUMPRODUCT(({share})*({threshold}*{effects}-{costs}))/{cells.n}"


def _first(row: int, left: int, strategies: int, least: str) -> str:
    """The number of the first strategy whose mean net benefit reaches the least that ties with the highest."""
    text = f"{strategies}"
    for k in reversed(range(strategies - 1)):
        text = f"IF({letters(left + k)}{row + 1}>={least},{k + 1},{text})"
    return text


def _curves(cells: PsaCells, thresholds: Array) -> tuple[Array, Array, Array, Array]:
    """Shares, mean net benefit, and the mean of what the strategy best on average loses where each is best, ties shared:
    (strategy, threshold) each; and what ties (threshold,).
    """
    won, means, losses = (np.zeros((cells.strategies, thresholds.size)) for _ in range(3))
    close = np.array([tie_within(cells.cost, cells.effects, threshold) for threshold in thresholds])
    for r, threshold in enumerate(thresholds):
        benefit = threshold * cells.effects - cells.cost
        best = tied(benefit, close[r])
        won[:, r], means[:, r] = shares(best), benefit.mean(axis=1)
        chosen = int(first_best(means[:, r], close[r]))
        gap = threshold * (cells.effects - cells.effects[chosen]) - (cells.cost - cells.cost[chosen])
        losses[:, r] = (gap * best / best.sum(axis=0)).sum(axis=1) / cells.n
    return won, means, losses, close


def acceptability_chart(pen: Pen, strategies: Sequence[str], unit: str, size: tuple[int, int]) -> Any:
    """The curves and their frontier as a chart of so many pixels; `unit` is that of the threshold."""
    chart, frontier = pen.workbook.add_chart({"type": "scatter", "subtype": "straight"}), len(strategies) + 2
    last = FIRST + STEPS
    for k, _ in enumerate(strategies):
        chart.add_series({
            "name": [SHEET, FIRST - 1, 1 + k], "categories": [SHEET, FIRST, 0, last, 0],
            "values": [SHEET, FIRST, 1 + k, last, 1 + k], "line": {"width": 1.75},
        })  # fmt: skip
    chart.add_series({
        "name": "frontier", "categories": [SHEET, FIRST, 0, last, 0], "values": [SHEET, FIRST, frontier, last, frontier],
        "line": {"width": 3, "color": "#000000", "dash_type": "round_dot"},
    })  # fmt: skip
    chart.set_title({"name": "Acceptability and its frontier", "name_font": {"size": 12}})
    chart.set_x_axis(
        {"name": f"Threshold, {unit}", "num_format": "#,##0", "min": 0, "major_gridlines": {"visible": False}}
    )
    chart.set_y_axis({"name": "Share of draws in which best", "min": 0, "max": 1, "num_format": "0%"})
    chart.set_legend({"position": "bottom"})
    chart.set_size(dict(zip(("width", "height"), size, strict=True)))
    return chart
