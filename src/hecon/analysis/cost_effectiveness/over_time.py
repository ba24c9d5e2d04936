"""Incremental cost, effect and net benefit year by year: does what is paid at the start come back, and when?

Years count from the decision: year 1 is the first, with what is paid at once. All is read from the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.cost_effectiveness.plain import plain_table
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, position
from hecon.digits import money_text
from hecon.errors import HeconError
from hecon.outcomes import Array, Outcomes
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from hecon.evaluate.keep.amounts import Amounts

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False, repr=False)
class OverTime(Shown):
    """Discounted increments (year,), means over the draws: `years` are 1, 2, ... from the decision.

    What falls exactly at the end of a year counts in the next. `until` is where the ledger ends, None at the horizon.
    """

    years: Array
    cost: Array
    effect: Array
    strategy: str
    reference: str
    perspective: str
    wtp: float
    effect_kind: str
    unit: str
    until: float | None = None

    @property
    def cumulative_cost(self) -> Array:
        """Incremental cost up to the end of each year."""
        return _added_up(self.cost)

    @property
    def cumulative_nmb(self) -> Array:
        """Incremental net monetary benefit up to the end of each year."""
        return _added_up(self.wtp * self.effect - self.cost)

    @property
    def pays_back(self) -> int | None:
        """The year from which on the strategy has cost no more in sum than the reference; None if never."""
        return _from(self.cumulative_cost <= 0, self.years)

    @property
    def worth_from(self) -> int | None:
        """The year from which on the incremental net benefit in sum is not negative; None if never."""
        return _from(self.cumulative_nmb >= 0, self.years)

    @property
    def text(self) -> str:
        """Both years in words, whichever of the two costs more and when."""
        cost, net = self.cumulative_cost, self.cumulative_nmb
        span = "the horizon" if self.until is None else f"{self.until:g} years"
        if (cost == 0).all():
            told = f"{self.strategy} costs as much as {self.reference} at any time within {span}"
        elif (cost <= 0).all():
            told = f"{self.strategy} costs no more than {self.reference} in sum at any time within {span}"
        elif self.pays_back is not None:
            told = f"Within {span} the extra cost of {self.strategy} is saved by year {self.pays_back}"
        elif (cost < 0).any() and cost[np.flatnonzero(cost)[0]] > 0:
            told = f"The extra cost of {self.strategy} is saved for a time, and not at the end of {span}"
        elif (cost < 0).any():
            dearer = _from(cost > 0, self.years)
            told = f"In sum {self.strategy} costs less than {self.reference} at first, and more from year {dearer} on"
        else:
            told = f"Within {span} the extra cost of {self.strategy} is never saved"
        if (net >= 0).all():
            worth = "its net benefit is at no time below 0"
        elif self.worth_from is None:
            worth = "it is not worth its cost" if cost[-1] > 0 else "its net benefit at the end is below 0"
        else:
            worth = f"it is worth its cost from year {self.worth_from} on"
            worth = worth if cost[-1] > 0 else f"its net benefit is not below 0 from year {self.worth_from} on"
        return f"{told}; with health valued at {money_text(self.wtp)} per unit {worth}."

    def to_frame(self) -> "pd.DataFrame":
        """One row per year."""
        import pandas as pd

        columns = {"year": self.years, "inc_cost": self.cost, "inc_effect": self.effect}
        return pd.DataFrame(
            {**columns, "cumulative_inc_cost": self.cumulative_cost, "cumulative_inmb": self.cumulative_nmb}
        )

    def __str__(self) -> str:
        shown = [k for k in range(self.years.size) if k in (0, 1, 2, 4, 9, 19, 39, self.years.size - 1)]
        cost, effect, net = self.cumulative_cost, _added_up(self.effect), self.cumulative_nmb
        rows = [[f"{self.years[k]:.0f}", money_text(cost[k]), f"{effect[k]:,.3f}", money_text(net[k])] for k in shown]
        return plain_table(["year", "Inc_Cost", "Inc_Effect", "INMB"], rows) + "\n" + self.text


def over_time(
    outcomes: Outcomes, strategy: str, *, reference: str, perspective: str, wtp: float, effect: str = "qaly"
) -> OverTime:
    """Increments by year from a run with keep=("ledger",); over the horizon their sums are the run's own totals.

    Raises:
        HeconError: a ledger that was not kept; an unknown strategy, perspective or effect.

    >>> from hecon.evaluate.keep.amounts import Amounts
    >>> from hecon.outcomes import Item
    >>> items = (Item("drug", "cost", "product", "health care"), Item("q", "qaly"))
    >>> paid = np.array([[[[5.0], [4.0]], [[1.0], [0.0]]], [[[6.0], [1.0]], [[1.0], [0.0]]]])  # (strategy, item, year, draw)
    >>> ledger = Amounts(paid, paid, (("none", ""), ("drug", "")), items, "year", 1)
    >>> two = Outcomes(paid.sum(axis=2), ("none", "drug"), items, kept={"ledger": ledger})
    >>> table = over_time(two, "drug", reference="none", perspective="payer", wtp=0)
    >>> table.cumulative_cost.tolist(), table.pays_back
    ([1.0, -2.0], 2)
    """
    position(outcomes, strategy), position(outcomes, reference)
    cost_and_effect(outcomes, perspective, effect)  # refuses an effect that is not there
    ledger = ledger_of(outcomes)
    found = [
        _difference(*(yearly(ledger, name, kind, sectors).mean(axis=1) for name in (strategy, reference)))
        for kind, sectors in (("cost", outcomes.sectors(perspective)), (effect, None))
    ]
    money = f"{outcomes.currency} {outcomes.price_year}".strip() or "currency units"
    years = 1 + np.arange(found[0].size, dtype=np.float64)
    return OverTime(years, found[0], found[1], strategy, reference, perspective, wtp, effect, money, until=ledger.until)


def ledger_of(outcomes: Outcomes) -> "Amounts":
    """The ledger that a run kept.

    Raises:
        HeconError: none was kept.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> ledger_of(from_totals(("a",), [[1.0]], [[1.0]]))
    Traceback (most recent call last):
    hecon.errors.HeconError: results by year need a run that keeps the ledger: run(model, draws, keep=("ledger",))
    """
    if "ledger" not in outcomes.kept:
        raise HeconError('results by year need a run that keeps the ledger: run(model, draws, keep=("ledger",))')
    ledger: Amounts = outcomes.kept["ledger"]
    return ledger


def yearly(ledger: "Amounts", strategy: str, kinds: str, sectors: Sequence[str] | None = None) -> Array:
    """Discounted (year, draw) of a strategy's items of a kind, or of a sum of kinds; of costs in these sectors alone.

    >>> from hecon.evaluate.keep.amounts import Amounts
    >>> from hecon.outcomes import Item
    >>> quarters = np.ones((1, 1, 6, 1))
    >>> yearly(Amounts(quarters, quarters, (("a", ""),), (Item("q", "qaly"),), "quarter", 4), "a", "qaly").tolist()
    [[4.0], [2.0]]
    """
    wanted = [kind.strip() for kind in kinds.split("+")]
    columns = [
        k for k, item in enumerate(ledger.items)
        if item.kind in wanted and (sectors is None or item.sector in sectors)
    ]  # fmt: skip
    rows = [k for k, place in enumerate(ledger.places) if place[0] == strategy]
    periods = np.zeros(ledger.discounted.shape[2:])
    for row in rows:
        for column in columns:
            periods += ledger.discounted[row, column]
    return np.add.reduceat(periods, np.arange(0, len(periods), ledger.a_year), axis=0)


def _difference(one: Array, other: Array) -> Array:
    """One less the other; less than rounding can tell is 0."""
    found = one - other
    return np.where(np.abs(found) <= _ROUNDING * np.maximum(np.abs(one), np.abs(other)), 0.0, found)


def _added_up(x: Array) -> Array:
    """The running sum; what rounding leaves of amounts that cancel is 0."""
    found = np.cumsum(x)
    return np.where(np.abs(found) <= _ROUNDING * np.cumsum(np.abs(x)), 0.0, found)


def _from(holds: NDArray[np.bool_], years: Array) -> int | None:
    """The first year from which on it holds to the end."""
    fails = np.flatnonzero(~holds)
    first = 0 if fails.size == 0 else int(fails[-1]) + 1
    return int(years[first]) if first < years.size else None
