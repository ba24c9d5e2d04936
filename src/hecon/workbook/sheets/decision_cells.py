"""Pairwise and incremental tables as formulas: dominance without sorting, from a table of slopes between every two strategies.

A strategy is extendedly dominated if its steepest slope from a less effective one exceeds its flattest to a more effective
one; on the frontier that steepest slope is its ICER. Equal means within 1e-9 of the largest.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from hecon.analysis.cost_effectiveness.frontier import frontier
from hecon.arrays import Array
from hecon.digits import ROUND_FROM, money_text
from hecon.names import letters
from hecon.workbook.xlsx.pen import Sheet

NONE = "none"  # no other strategy to take a slope to
_HEADS = ("No.", "Strategy", "Cost", "{gained}", "Dominated", "Equal to an earlier one", "Steepest slope from less effective",
          "Flattest slope to more effective", "Extendedly dominated", "On the frontier", "Place", "Compared with no.",
          "Incremental cost", "Incremental {gained}", "ICER", "Status")  # fmt: skip


def incremental_rows(
    sheet: Sheet, first: int, strategies: Sequence[str], cost_cells: Sequence[str], effect_cells: Sequence[str],
    cost: Array, effect: Array, gained: str,
) -> None:  # fmt: skip
    """The fully incremental table from row `first` (its headings) with the slopes to its right; cost, effect (strategy,).

    `gained` is the word for an amount of effect, such as QALYs.
    """
    k = len(strategies)
    for place, words in enumerate(_HEADS):
        words = words.format(gained=gained)
        sheet.text(first, place, words[0].upper() + words[1:], "head right" if place > 1 else "head")
    slopes = len(_HEADS) + 2
    for j in range(k):
        sheet.text(first, slopes + j, f"slope to {j + 1}", "head right")
    top, last = first + 1, first + k
    span = {name: f"${c}${top + 1}:${c}${last + 1}" for name, c in zip("CEDQXYFNP", "CDEFGHIJK", strict=True)}
    tol_c = f"1E-9*MAX(MAX({span['C']}),-MIN({span['C']}))"
    tol_e = f"1E-9*MAX(MAX({span['E']}),-MIN({span['E']}))"
    values = _values(cost, effect)
    for r in range(k):
        row = top + r
        n = row + 1
        sheet.number(row, 0, r + 1.0, "centre")
        sheet.text(row, 1, strategies[r], "wrap")
        sheet.formula(row, 2, cost_cells[r], cost[r], "money")
        sheet.formula(row, 3, effect_cells[r], effect[r], "effect")
        better = f"(({span['C']}<C{n}-{tol_c})+({span['E']}>D{n}+{tol_e}))>0"
        worse = f"({span['C']}<=C{n}+{tol_c})*({span['E']}>=D{n}-{tol_e})*({better})"
        sheet.formula(row, 4, f"IF(SUMPRODUCT({worse})>0,1,0)", values["dominated"][r], "count")
        if r:
            before = [f"${c}${top + 1}:${c}${row}" for c in "CD"]
            close = [
                f"({x}<={c}{n}+{tol})*({x}>={c}{n}-{tol})"
                for x, c, tol in zip(before, "CD", (tol_c, tol_e), strict=True)
            ]
            same = f"SUMPRODUCT({'*'.join(close)})"
            sheet.formula(row, 5, f"IF(AND(E{n}=0,{same}>0),1,0)", values["equal"][r], "count")
        else:
            sheet.formula(row, 5, "0", 0.0, "count")
        column, line = letters(slopes + r), f"${letters(slopes)}{n}:${letters(slopes + k - 1)}{n}"
        down = f"{column}${top + 1}:{column}${last + 1}"
        sheet.formula(row, 6, f'IF(COUNT({down})=0,"none",MAX({down}))', values["steepest"][r], "slope")
        sheet.formula(row, 7, f'IF(COUNT({line})=0,"none",MIN({line}))', values["flattest"][r], "slope")
        steeper = f"IF(AND(E{n}=0,F{n}=0,G{n}>H{n}+1E-9*MAX(H{n},-H{n})),1,0)"
        sheet.formula(row, 8, f"IF(COUNT(G{n}:H{n})=2,{steeper},0)", values["extended"][r], "count")
        sheet.formula(row, 9, f"IF(AND(E{n}=0,F{n}=0,I{n}=0),1,0)", values["member"][r], "count")
        order = f"IF(J{n}=1,1+SUMPRODUCT(({span['N']}=1)*({span['E']}<D{n})),0)"
        sheet.formula(row, 10, order, values["place"][r], "count")
        sheet.formula(row, 11, f"IF(K{n}>1,MATCH(K{n}-1,{span['P']},0),0)", values["previous"][r], "count")
        for column_number, source, name, style in ((12, "C", "C", "money"), (13, "D", "E", "effect")):
            before_it = f"INDEX({span[name]},L{n})"
            key = "inc_cost" if name == "C" else "inc_effect"
            sheet.formula(row, column_number, f'IF(L{n}>0,{source}{n}-{before_it},"")', values[key][r], style)
        sheet.formula(row, 14, f'IF(L{n}>0,M{n}/N{n},"")', values["icer"][r], "money")
        on = f'IF(L{n}=0,"reference","on the frontier")'
        status = f'IF(E{n}=1,"dominated",IF(F{n}=1,"equivalent",IF(I{n}=1,"extendedly dominated",{on})))'
        sheet.formula(row, 15, status, values["status"][r], "right")
        for j in range(k):
            other = top + j + 1
            text = f'IF($D${other}>D{n}+{tol_e},($C${other}-C{n})/($D${other}-D{n}),"")'
            sheet.formula(row, slopes + j, text, values["slopes"][r][j], "slope")


def _values(cost: Array, effect: Array) -> dict[str, Any]:
    """What the formulas come to."""
    k = len(cost)
    tol_c, tol_e = 1e-9 * float(np.abs(cost).max()), 1e-9 * float(np.abs(effect).max())
    slopes: list[list[object]] = [
        [(cost[j] - cost[i]) / (effect[j] - effect[i]) if effect[j] > effect[i] + tol_e else "" for j in range(k)]
        for i in range(k)
    ]
    found = frontier(cost, effect)
    dominated = [float(status == "D") for status in found.status]
    equal = [
        float(
            not dominated[r]
            and any(abs(cost[j] - cost[r]) <= tol_c and abs(effect[j] - effect[r]) <= tol_e for j in range(r))
        )
        for r in range(k)
    ]
    steepest = [max([x for i in range(k) if isinstance(x := slopes[i][r], float)], default=NONE) for r in range(k)]
    flattest = [min([x for x in slopes[r] if isinstance(x, float)], default=NONE) for r in range(k)]
    extended = [
        float(
            not dominated[r] and not equal[r] and isinstance(one := steepest[r], float)
            and isinstance(other := flattest[r], float) and one > other + 1e-9 * abs(other)
        )
        for r in range(k)
    ]  # fmt: skip
    member = [float(not dominated[r] and not equal[r] and not extended[r]) for r in range(k)]
    place = [
        1.0 + sum(member[j] == 1 and effect[j] < effect[r] for j in range(k)) if member[r] else 0.0 for r in range(k)
    ]
    previous = [place.index(p - 1) if p > 1 else -1 for p in place]
    words = []
    for r in range(k):
        on = "reference" if previous[r] < 0 else "on the frontier"
        words.append(
            "dominated" if dominated[r] else "equivalent" if equal[r] else "extendedly dominated" if extended[r] else on
        )
    return {
        "dominated": dominated, "equal": equal, "steepest": steepest, "flattest": flattest, "extended": extended,
        "member": member, "place": place, "previous": [p + 1.0 for p in previous], "slopes": slopes, "status": words,
        "inc_cost": [cost[r] - cost[p] if p >= 0 else "" for r, p in enumerate(previous)],
        "inc_effect": [effect[r] - effect[p] if p >= 0 else "" for r, p in enumerate(previous)],
        "icer": [(cost[r] - cost[p]) / (effect[r] - effect[p]) if p >= 0 else "" for r, p in enumerate(previous)],
    }  # fmt: skip


def ratio(inc_cost: float, inc_effect: float, scale: float, word: str = "QALY") -> tuple[float | str, str]:
    """A pairwise comparison: its ratio, empty where it has none, and the words that stand beside it.

    >>> ratio(100.0, 0.5, 1.0), ratio(-100.0, 0.5, 1.0), ratio(-100.0, -0.5, 1.0)
    ((200.0, 'per QALY gained'), ('', 'dominant'), (200.0, 'saved per QALY lost'))
    """
    if abs(inc_effect) <= 1e-9 * scale:
        return "", "equal effect"
    if inc_effect > 0 and inc_cost <= 0:
        return "", "dominant"
    if inc_effect < 0 and inc_cost >= 0:
        return "", "dominated"
    gained, lost = _ratio_words(word)
    return inc_cost / inc_effect, gained if inc_effect > 0 else lost


def ratio_formulas(
    inc_cost: str, inc_effect: str, effects: Sequence[str], status: str, word: str = "QALY"
) -> tuple[str, str]:
    """The same as two formulas, of the increments' cells and those of the two effects compared, which may both be below 0:
    the ratio, which reads the cell `status`, and the words that go into that cell.

    >>> ratio_formulas("C1", "D1", ("E1", "E2"), "G1")[0]
    'IF(OR(G1="per QALY gained",G1="saved per QALY lost"),C1/D1,"")'
    """
    scale = f"MAX({','.join(f'{one},-{one}' for one in effects)})"
    gained, lost = _ratio_words(word)
    words = (
        f'IF(MAX({inc_effect},-{inc_effect})<=1E-9*{scale},"equal effect",IF(AND({inc_effect}>0,{inc_cost}<=0),"dominant",'
        f'IF(AND({inc_effect}<0,{inc_cost}>=0),"dominated",IF({inc_effect}>0,"{gained}","{lost}"))))'
    )
    return f'IF(OR({status}="{gained}",{status}="{lost}"),{inc_cost}/{inc_effect},"")', words


def quadrant(inc_cost: float, inc_effect: float, scale: float, word: str = "QALY") -> str:
    """The same as one text, for stored tables.

    >>> quadrant(100.0, 0.5, 1.0), quadrant(-100.0, 0.5, 1.0)
    ('200', 'dominant')
    """
    value, words = ratio(inc_cost, inc_effect, scale, word)
    gained = _ratio_words(word)[0]
    return words if isinstance(value, str) else money_text(value) + ("" if words == gained else f" {words}")


def money_formula(value: str) -> str:
    """Money as a text, with as many decimals as `money_text` prints.

    >>> money_formula("C1")[:52]
    'FIXED(C1,IF(OR(ABS(C1)>=9.95,ABS(C1)<1E-6,ABS(C1-ROU'
    """
    size = f"ABS({value})"
    whole = f"OR({size}>={ROUND_FROM},{size}<1E-6,ABS({value}-ROUND({value},0))<1E-9)"
    # TEXT's pattern would mean something else where a comma is decimal
    return f"FIXED({value},IF({whole},0,1-INT(LN(MAX(1E-6,{size})*1.005)/LN(10))))"


def _ratio_words(word: str) -> tuple[str, str]:
    return f"per {word} gained", f"saved per {word} lost"
