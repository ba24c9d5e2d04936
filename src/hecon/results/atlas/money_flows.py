"""What two strategies cost by cause, from their ledger: at each horizon discounted, in each year undiscounted, draw by draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hecon.arrays import Array
from hecon.evaluate.keep.amounts import Amounts
from hecon.outcomes import Outcomes
from hecon.results.atlas.causes import Bar, bar_of, in_order

HORIZONS = (1, 5, 10)  # years at which totals are printed beside the lifetime's


@dataclass(frozen=True, eq=False)
class MoneyFlows:
    """Costs of two strategies by bar: `strategy` and `reference` are (bar, horizon, draw), discounted, up to each of HORIZONS and
    over the lifetime (last); `extra` is (bar, year, draw), strategy minus reference, undiscounted. Per patient, in the case's
    money. `effects` are the discounted increments by kind, (horizon, draw).

    >>> flows = MoneyFlows((Bar("product"),), np.full((1, 4, 2), 5.0), np.full((1, 4, 2), 2.0), np.zeros((1, 3, 2)))
    >>> flows.difference(lambda bar: bar.cause == "product").tolist()
    [3.0, 3.0]
    """

    bars: tuple[Bar, ...]
    strategy: Array
    reference: Array
    extra: Array
    effects: dict[str, Array] = field(default_factory=dict)

    def difference(self, chosen: Callable[[Bar], bool], horizon: int = -1) -> Array:
        """Discounted increment (draw,) of the bars chosen, up to a horizon by its place; the lifetime's if left out."""
        rows = self.rows(chosen)
        found: Array = self.strategy[rows, horizon].sum(axis=0) - self.reference[rows, horizon].sum(axis=0)
        return found

    def by_year(self, chosen: Callable[[Bar], bool]) -> Array:
        """Undiscounted increment (year, draw) of the bars chosen."""
        found: Array = self.extra[self.rows(chosen)].sum(axis=0)
        return found

    def rows(self, chosen: Callable[[Bar], bool]) -> list[int]:
        """Places of the bars chosen."""
        return [k for k, bar in enumerate(self.bars) if chosen(bar)]


def money_flows(amounts: Amounts, strategy: str, reference: str, by_sector: bool = False) -> MoneyFlows:
    """The flows of two strategies in a ledger by year; `by_sector` keeps the bars of each sector apart.

    >>> from hecon.outcomes import Item
    >>> drug = Item("drug", "cost", "product", "health care")
    >>> paid = np.array([[[[0.0], [0.0]]], [[[9.0], [1.0]]]])  # (place, item, year, draw)
    >>> ledger = Amounts(paid, paid, (("care", ""), ("drug", "")), (drug,), "year", 1)
    >>> flows = money_flows(ledger, "drug", "care")
    >>> flows.strategy[0, :, 0].tolist(), flows.extra[0, :, 0].tolist()
    ([9.0, 10.0, 10.0, 10.0], [9.0, 1.0])
    """
    costs = [(k, bar_of(item, by_sector)) for k, item in enumerate(amounts.items) if item.kind == "cost"]
    bars = in_order(bar for _, bar in costs)
    columns = [[k for k, bar in costs if bar == one] for one in bars]
    mine, other = ([k for k, place in enumerate(amounts.places) if place[0] == arm] for arm in (strategy, reference))
    years, draws = amounts.discounted.shape[2:]
    totals = [np.zeros((len(bars), len(HORIZONS) + 1, draws)) for _ in range(2)]
    extra = np.zeros((len(bars), years, draws))
    for b, items in enumerate(columns):
        for total, places in zip(totals, (mine, other), strict=True):
            total[b] = _up_to(_sum(amounts.discounted, places, items))
        extra[b] = _sum(amounts.undiscounted, mine, items) - _sum(amounts.undiscounted, other, items)
    kinds = dict.fromkeys(item.kind for item in amounts.items if item.kind != "cost")
    effects = {}
    for kind in kinds:
        items = [k for k, item in enumerate(amounts.items) if item.kind == kind]
        effects[kind] = _up_to(_sum(amounts.discounted, mine, items) - _sum(amounts.discounted, other, items))
    return MoneyFlows(bars, totals[0], totals[1], extra, effects)


def joined(parts: Sequence[MoneyFlows]) -> MoneyFlows:
    """Flows of several parts of the draws as one; where a part's last payment falls earlier its later years are 0.

    >>> one = MoneyFlows((Bar("product"),), np.ones((1, 4, 1)), np.zeros((1, 4, 1)), np.ones((1, 2, 1)))
    >>> two = MoneyFlows((Bar("product"),), np.ones((1, 4, 2)), np.zeros((1, 4, 2)), np.ones((1, 3, 2)))
    >>> joined([one, two]).extra[0].tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]]
    """
    years = max(part.extra.shape[1] for part in parts)
    padded = [np.pad(part.extra, ((0, 0), (0, years - part.extra.shape[1]), (0, 0))) for part in parts]
    return MoneyFlows(
        parts[0].bars,
        np.concatenate([part.strategy for part in parts], axis=-1),
        np.concatenate([part.reference for part in parts], axis=-1),
        np.concatenate(padded, axis=-1),
        {kind: np.concatenate([part.effects[kind] for part in parts], axis=-1) for kind in parts[0].effects},
    )


def gains_of(outcomes: Outcomes, arms: tuple[str, str]) -> dict[str, tuple[float, float]]:
    """QALYs (base case) of two strategies by cause; what is lived in states comes first.

    >>> from hecon.outcomes import Item
    >>> items = (Item("utility", "qaly"), Item("fever", "qaly", "side effects", of="product"))
    >>> gains_of(Outcomes(np.array([[[1.0], [0.0]], [[2.0], [-0.5]]]), ("a", "b"), items), ("b", "a"))
    {'life in states': (2.0, 1.0), 'side effects of product': (-0.5, 0.0)}
    """
    found: dict[str, tuple[float, float]] = {"life in states": (0.0, 0.0)}
    mine, other = (outcomes.strategies.index(arm) for arm in arms)
    for k in outcomes.select(kind="qaly"):
        item = outcomes.items[k]
        cause = Bar(item.category, item.of).text if item.category else "life in states"
        before = found.get(cause, (0.0, 0.0))
        values = outcomes.values[:, k, 0]
        found[cause] = (before[0] + float(values[mine]), before[1] + float(values[other]))
    return found


def _sum(values: Array, places: list[int], items: list[int]) -> Array:
    """(year, draw)."""
    found: Array = values[np.ix_(places, items)].sum(axis=(0, 1))
    return found


def _up_to(by_year: Array) -> Array:
    """Sums (horizon, draw) of yearly amounts (year, draw) up to each horizon and over all years."""
    ends = [*(min(years, by_year.shape[0]) for years in HORIZONS), by_year.shape[0]]
    return np.stack([by_year[:end].sum(axis=0) for end in ends])
