"""The answer in a sentence, made by formula of the numbers beside it, and the same sentence in Python as it is stored.

Words that a person wrote (labels) come from cells and never stand within a formula.
"""

import math
import re
from dataclasses import dataclass

from hecon.digits import money_text
from hecon.workbook.sheets.control import flag, number
from hecon.workbook.sheets.decision_cells import money_formula

NO_ANSWER = "No answer: a number is withheld, missing or not valid; the status line says more"
_EQUAL = "equal effect"
_NOT_KNOWN = "the PSA is out of date"


@dataclass(frozen=True)
class Answer:
    """One comparison: labels, increments, ratio ("" for none) with its status, net benefit, share of draws best (or None)."""

    reference: str
    strategy: str
    inc_cost: float
    inc_effect: float
    icer: float | str
    status: str
    inmb: float
    share: float | None
    wtp: float
    per: str  # one unit of effect, such as QALY
    gained: str  # an amount of it, such as QALYs
    currency: str = ""


@dataclass(frozen=True)
class AnswerCells:
    """The cells that hold the same; `share` is "" without a PSA, which is out of date while `stale` is above 0."""

    reference: str
    strategy: str
    inc_cost: str
    inc_effect: str
    icer: str
    status: str
    inmb: str
    share: str


def answer_text(one: Answer) -> str:
    """The sentence.

    >>> print(answer_text(Answer("care", "drug", -13604.2, 0.067, "", "dominant", 18964.0, 0.91, 80000.0, "QALY", "QALYs", "EUR")))
    Against care, drug costs EUR 13,604 less and gains 0.067 QALYs: dominant; cost-effective at EUR 80,000 per QALY (91% likely).
    """
    more, unit = "more" if one.inc_cost > 0 else "less", currency_words(one.currency)
    cost = (
        "costs the same" if money_text(one.inc_cost) == "0" else f"costs {unit}{money_text(abs(one.inc_cost))} {more}"
    )
    verb = "gains" if one.inc_effect > 0 else "loses"
    amount = f"{one.inc_effect and abs(one.inc_effect):,.{_decimals(one.inc_effect)}f}"
    effect = f"has the same {one.gained}" if one.status == _EQUAL else f"{verb} {amount} {one.gained}"
    ratio = one.status if isinstance(one.icer, str) else f"{unit}{money_text(one.icer)} {one.status}"
    good = round(one.inmb, 6) >= 0
    likely = "" if one.share is None else f" ({share_text(one.share)} likely{'' if good else ' to be'})"
    verdict = f"{'' if good else 'not '}cost-effective at {unit}{money_text(one.wtp)} per {one.per}{likely}"
    return f"Against {one.reference}, {one.strategy} {cost} and {effect}: {ratio}; {verdict}."


def answer_formula(cells: AnswerCells, per: str, gained: str, currency: str = "") -> str:
    """The formula of the sentence."""
    unit = currency_words(currency)
    cost, effect, size = cells.inc_cost, cells.inc_effect, f"ABS({cells.inc_effect})"
    money = money_formula(f"ABS({cost})")
    same = f'IF({money}="0","costs the same","costs {unit}"&{money}&IF({cost}>0," more"," less"))'
    decimals = f"IF({size}>=100,1,IF(OR({size}>=0.0095,{size}<1E-9),3,1-INT(LN(MAX(1E-9,{size})*1.005)/LN(10))))"
    amount = f'IF({effect}>0,"gains ","loses ")&FIXED({size},{decimals})&" {gained}"'
    gain = f'IF({cells.status}="{_EQUAL}","has the same {gained}",{amount})'
    ratio = f'IF(ISNUMBER({cells.icer}),"{unit}"&{money_formula(cells.icer)}&" ","")&{cells.status}'
    at = f'"cost-effective at {unit}"&{money_formula(number("threshold"))}&" per {per}"'
    good = f"ROUND({cells.inmb},6)>=0"
    likely = f'" ("&{share_formula(cells.share)}&" likely"&IF({good},""," to be")&")"'
    stale = f'IF({flag("stale")}>0," ({_NOT_KNOWN})",{likely})'
    verdict = f'IF({good},"","not ")&{at}' + (f"&{stale}" if cells.share else "")
    text = (
        f'"Against "&{cells.reference}&", "&{cells.strategy}&" "&{same}&" and "&{gain}&": "&{ratio}&"; "&{verdict}&"."'
    )
    return f'IFERROR({text},"{NO_ANSWER}")'


def currency_words(currency: str) -> str:
    """A currency's code before an amount; other words are left out, since no text of a person stands in a formula.

    >>> currency_words("EUR"), currency_words('units", "')
    ('EUR ', '')
    """
    return f"{currency} " if re.fullmatch("[A-Z]{3}", currency) else ""


def best_text(count: int, label: str, share: float | None, wtp: float, per: str, currency: str = "") -> str:
    """Which of several strategies has the highest net benefit.

    >>> best_text(4, "A", 0.5, 20000.0, "QALY")
    'Of all 4 strategies, A has the highest net benefit at 20,000 per QALY; it is the best in 50% of draws.'
    """
    draws = "" if share is None else f"; it is the best in {share_text(share)} of draws"
    at = f"{currency_words(currency)}{money_text(wtp)} per {per}"
    return f"Of all {count} strategies, {label} has the highest net benefit at {at}{draws}."


def best_formula(count: int, label: str, share: str, per: str, currency: str = "") -> str:
    """The same as a formula; `label` and `share` give the best strategy's."""
    draws = f'"; it is the best in "&{share_formula(share)}&" of draws"'
    stale = f'IF({flag("stale")}>0,"; {_NOT_KNOWN}",{draws})'
    at = f'" has the highest net benefit at {currency_words(currency)}"&{money_formula(number("threshold"))}&" per {per}"'
    text = f'"Of all {count} strategies, "&{label}&{at}' + (f"&{stale}" if share else "") + '&"."'
    return f'IFERROR({text},"{NO_ANSWER}")'


def share_text(share: float) -> str:
    """A share in whole per cent that is never rounded to certainty.

    >>> share_text(0.914), share_text(0.9999), share_text(1.0), share_text(0.001)
    ('91%', 'over 99%', '100%', 'under 1%')
    """
    share = round(share, 9)
    if 0.995 <= share < 1:
        return "over 99%"
    return "under 1%" if 0 < share < 0.005 else f"{math.floor(100 * share + 0.5)}%"


def share_formula(cell: str) -> str:
    """The same as a formula; a sum of shares that is 1 but for rounding is 1."""
    whole = f"ROUND({cell},9)"
    return (
        f'IF(AND({whole}>=0.995,{whole}<1),"over 99%",IF(AND({whole}>0,{whole}<0.005),"under 1%",'
        f'INT(100*{whole}+0.5)&"%"))'
    )


def _decimals(value: float) -> int:
    size = abs(value)
    if size >= 100:
        return 1
    return 3 if size >= 0.0095 or size < 1e-9 else 1 - math.floor(math.log10(size * 1.005))
