"""A comparison seen from a perspective, by a method of lost work, in a money: the same run, other sums of its items."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from hecon.arrays import Array
from hecon.causes import LUMP
from hecon.perspectives import PERSPECTIVES
from hecon.results.atlas.causes import Bar, in_order
from hecon.results.atlas.comparison import Comparison, InMoney
from hecon.results.atlas.money_flows import MoneyFlows

T = TypeVar("T")


def seen(one: Comparison, perspective: str, method: str, money: InMoney | None = None) -> Comparison:
    """A comparison whose bars are kept apart by sector, as a perspective and a method of lost work count them.

    What survivors consume stands apart in a societal view, as in the atlas. A method that no item of the case has counts no
    lost work: ask `methods` first.

    >>> from hecon.results.atlas.example import cells_or_care
    >>> from hecon.results.atlas.build import Choices, comparisons_of
    >>> (found,) = comparisons_of(cells_or_care(), Choices(0, "USD", by_sector=True))
    >>> [bar.text for bar in seen(found, "payer", "").flows.bars]
    ['product', 'delivery', 'side effects of chemotherapy']
    """
    kept = [bar for bar in one.flows.bars if _counts(perspective, bar)]
    left = tuple(in_order(_whole(bar) for bar in one.flows.bars if bar not in kept))
    flows = _merged(one.flows, kept)
    lumps = one.lumps if any(bar.cause == LUMP for bar in flows.bars) else (False, False)
    return replace(
        one, about=replace(one.about, method=method), money=money or one.money, flows=flows, lumps=lumps,
        money_by_fact=_facts(one.money_by_fact, kept), product=_added(one.product, kept, lambda a, b: (a[0] + b[0], a[1] + b[1])),
        own_rates=_added(one.own_rates, kept, lambda a, b: a + b), perspective=perspective, left_out=left,
    )  # fmt: skip


def _counts(perspective: str, bar: Bar) -> bool:
    """Whether a perspective shows a bar; a societal one shows every sector, of which its method chooses."""
    return perspective == "societal" or bar.sector in PERSPECTIVES[perspective]


def _whole(bar: Bar) -> Bar:
    return replace(bar, sector="")


def _merged(flows: MoneyFlows, kept: list[Bar]) -> MoneyFlows:
    """The flows of the bars kept, those that differ by sector alone added up."""
    bars = in_order(map(_whole, kept))
    rows = [[k for k, bar in enumerate(flows.bars) if bar in kept and _whole(bar) == one] for one in bars]
    mine, other, extra = (_sums(values, rows) for values in (flows.strategy, flows.reference, flows.extra))
    return MoneyFlows(bars, mine, other, extra, flows.effects)


def _sums(values: Array, rows: list[list[int]]) -> Array:
    """The rows added up group by group (group, ...)."""
    found: Array = np.zeros((len(rows), *values.shape[1:]))
    for k, places in enumerate(rows):
        found[k] = values[places].sum(axis=0)
    return found


def _added(values: Mapping[Bar, T], kept: list[Bar], add: Callable[[T, T], T]) -> dict[Bar, T]:
    found: dict[Bar, T] = {}
    for bar, value in values.items():
        if bar in kept:
            whole = _whole(bar)
            found[whole] = add(found[whole], value) if whole in found else value
    return found


def _facts(money: Mapping[Bar, Mapping[str, float]], kept: list[Bar]) -> dict[Bar, dict[str, float]]:
    found: dict[Bar, dict[str, float]] = {}
    for bar, by_fact in money.items():
        if bar in kept:
            mine = found.setdefault(_whole(bar), {})
            for fact, size in by_fact.items():
                mine[fact] = mine.get(fact, 0.0) + size
    return found
