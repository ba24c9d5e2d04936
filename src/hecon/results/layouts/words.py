"""What layouts share: how one is found by the kind of result, the words of codes, columns that many tables have."""

from functools import singledispatch
from typing import Any

from hecon.analysis.cost_effectiveness.totals import effect_word, effect_words
from hecon.digits import money_text
from hecon.grid import Column, Grid

STATUS: dict[str | bool, str] = {"ND": "on the frontier", "ED": "extendedly dominated", "D": "dominated"}
BASIS = Column("basis", "Basis")
BEST = Column("best", "Best", words={True: "best", False: ""})


@singledispatch
def layout(result: Any) -> Grid:
    """The layout of a result, a kind being a type; `hecon.results.layouts.layout` has them all registered.

    Raises:
        TypeError: a kind without a layout.

    >>> layout("a text")
    Traceback (most recent call last):
    TypeError: str has no layout: register one in hecon/results/layouts
    """
    raise TypeError(f"{type(result).__name__} has no layout: register one in hecon/results/layouts")


@layout.register
def _(grid: Grid) -> Grid:
    """A grid is its own layout."""
    return grid


def increments(effect: str = "", money: str = "", limits: bool = False) -> tuple[Column, ...]:
    """The columns of increments over something, and of their ratio; `effect` is a kind, where it is known.

    >>> [column.heading for column in increments("qaly", "EUR 2020")]
    ['Inc. cost (EUR 2020)', 'Inc. QALYs', 'ICER per QALY']
    """
    ratio = f"ICER per {effect_word(effect)}" if effect else "ICER"
    return (
        Column("inc_cost", f"Inc. cost{of_money(money)}", 0, limits=limits),
        Column("inc_effect", f"Inc. {effect_words(effect) if effect else 'effect'}", 3, limits=limits),
        Column("icer", ratio, 0),
    )


def best_of(found: bool) -> str:
    """The word for what is best, in data too.

    >>> best_of(True), best_of(False)
    ('best', '')
    """
    return "best" if found else ""


def of_money(money: str) -> str:
    """The money that a heading is in, in brackets; nothing where none is known.

    >>> of_money("EUR 2020"), of_money("")
    (' (EUR 2020)', '')
    """
    return f" ({money})" if money else ""


def at_threshold(table: Any) -> str:
    """The threshold of a table in words.

    >>> from hecon.analysis.cost_effectiveness.net_benefit import NetBenefitTable
    >>> at_threshold(NetBenefitTable((), 20_000.0, "payer", "qaly"))
    'at 20,000 per QALY'
    """
    unit = effect_word(table.effect) if hasattr(table, "effect") else "unit of effect"
    return f"at {money_text(table.wtp)} per {unit}"


def thinned(rows: int, most: int) -> tuple[int, ...]:
    """Every so many rows, at most so many of them; empty where all are few enough.

    >>> thinned(5, 3), thinned(3, 3)
    ((0, 2, 4), ())
    """
    step = -(-rows // most)
    return tuple(range(0, rows, step)) if step > 1 else ()
