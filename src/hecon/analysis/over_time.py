"""Incremental cost, effect and net benefit year by year: does what is paid at the start come back, and when?

Years count from the start of the long-term model; a tree's payoffs count at year 0, or, where they say when (from the
decision), in the year in which they fall.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.plain import plain_table
from hecon.analysis.totals import cost_and_effect, position
from hecon.errors import HeconError
from hecon.outcomes import Array, Outcomes
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class OverTime(Shown):
    """Discounted increments (year,), means over the draws: `years` 0, 1, ... are ends of years, 0 being the start.

    At 0 stands what is paid once; at y what the year from y - 1 to y brings.
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

    @property
    def cumulative_cost(self) -> Array:
        """Incremental cost up to each year."""
        return np.cumsum(self.cost)

    @property
    def cumulative_nmb(self) -> Array:
        """Incremental net monetary benefit up to each year."""
        return np.cumsum(self.wtp * self.effect - self.cost)

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
        if (cost == 0).all():
            told = f"{self.strategy} costs as much as {self.reference} at any time within the horizon"
        elif (cost <= 0).all():
            told = f"{self.strategy} costs no more than {self.reference} in sum at any time within the horizon"
        elif self.pays_back is not None:
            told = f"Within the horizon the extra cost of {self.strategy} is saved by year {self.pays_back}"
        elif (cost < 0).any() and cost[np.flatnonzero(cost)[0]] > 0:
            told = f"The extra cost of {self.strategy} is saved for a time, and not at the end of the horizon"
        elif (cost < 0).any():
            dearer = _from(cost > 0, self.years)
            told = f"In sum {self.strategy} costs less than {self.reference} at first, and more from year {dearer} on"
        else:
            told = f"Within the horizon the extra cost of {self.strategy} is never saved"
        if (net >= 0).all():
            worth = "its net benefit is at no time below 0"
        elif self.worth_from is None:
            worth = "it is not worth its cost" if cost[-1] > 0 else "its net benefit at the end is below 0"
        else:
            worth = f"it is worth its cost from year {self.worth_from} on"
            worth = worth if cost[-1] > 0 else f"its net benefit is not below 0 from year {self.worth_from} on"
        return f"{told}; with health valued at {self.wtp:,.0f} per unit {worth}."

    def to_frame(self) -> "pd.DataFrame":
        """One row per year."""
        import pandas as pd

        columns = {"year": self.years, "inc_cost": self.cost, "inc_effect": self.effect}
        return pd.DataFrame(
            {**columns, "cumulative_inc_cost": self.cumulative_cost, "cumulative_inmb": self.cumulative_nmb}
        )

    def __str__(self) -> str:
        shown = [k for k in range(self.years.size) if k in (0, 1, 2, 5, 10, 20, 40, self.years.size - 1)]
        cost, effect, net = self.cumulative_cost, np.cumsum(self.effect), self.cumulative_nmb
        rows = [[f"{self.years[k]:.0f}", f"{cost[k]:,.0f}", f"{effect[k]:,.3f}", f"{net[k]:,.0f}"] for k in shown]
        return plain_table(["year", "Inc_Cost", "Inc_Effect", "INMB"], rows) + "\n" + self.text


def over_time(
    outcomes: Outcomes, strategy: str, *, reference: str, perspective: str, wtp: float, effect: str = "qaly"
) -> OverTime:
    """Increments by year from a run with keep=("by_year",); their sums are the run's own totals.

    Raises:
        HeconError: years that were not kept; an unknown strategy, perspective or effect.

    >>> from hecon.outcomes import Item
    >>> items = (Item("drug", "cost", "upfront", "health care"), Item("care", "cost", "care", "health care"), Item("q", "qaly"))
    >>> values = np.array([[[0.0], [9.0], [1.0]], [[4.0], [3.0], [1.0]]])
    >>> care = {"none": np.array([[5.0], [4.0]]), "drug": np.array([[2.0], [1.0]])}
    >>> flows = {(name, "cost", "care"): (None, present) for name, present in care.items()}
    >>> two = Outcomes(values, ("none", "drug"), items, kept={"by_year": flows})
    >>> table = over_time(two, "drug", reference="none", perspective="payer", wtp=0)
    >>> table.cumulative_cost.tolist(), table.pays_back
    ([4.0, 1.0, -2.0], 2)
    """
    if "by_year" not in outcomes.kept:
        raise HeconError('results by year need a run that keeps them: run(model, draws, keep=("by_year",))')
    pair = (position(outcomes, strategy), position(outcomes, reference))
    totals = cost_and_effect(outcomes, perspective, effect)
    sectors, kinds = outcomes.sectors(perspective), [kind.strip() for kind in effect.split("+")]
    flows: dict[tuple[str, str, str], tuple[Array, Array]] = outcomes.kept["by_year"]
    length = 1 + _years(outcomes, max((len(present) for _, present in flows.values()), default=0))
    later = _later(outcomes, pair)
    length = max([length, *(int(ends.max()) + 1 for _, _, ends, _ in later)])
    found = []
    for total, counted in (
        (totals[0], {("cost", item.name) for item in outcomes.items if item.kind == "cost" and item.sector in sectors}),
        (totals[1], {(item.kind, item.name) for item in outcomes.items if item.kind in kinds}),
    ):
        yearly = np.zeros((2, length))
        for k, row in enumerate(pair):
            for (name, kind, item), (_, present) in flows.items():
                if name == outcomes.strategies[row] and (kind, item) in counted:
                    ends = np.minimum(np.arange(len(present)) + 1, length - 1)
                    np.add.at(yearly[k], ends, present.mean(axis=1))
            for where, key, ends, amounts in later:
                if where == row and key in counted:
                    np.add.at(yearly[k], ends, amounts / amounts.size)
            once = float(total[row].mean() - yearly[k].sum())
            yearly[k, 0] = once if abs(once) > 1e-9 * np.abs(yearly[k]).max() else 0.0  # less is rounding of the sum
        found.append(yearly[0] - yearly[1])
    money = f"{outcomes.currency} {outcomes.price_year}".strip() or "currency units"
    years = np.arange(length, dtype=np.float64)
    return OverTime(years, found[0], found[1], strategy, reference, perspective, wtp, effect, money)


def _later(outcomes: Outcomes, pair: tuple[int, int]) -> list[tuple[int, tuple[str, str], NDArray[np.intp], Array]]:
    """A tree's dated payoffs of two strategies: strategy, kind and item, the year in which they fall, amounts (draw,)."""
    kept: dict[tuple[str, str, str], list[tuple[Array, Array]]] = outcomes.kept.get("dated", {})
    return [
        (row, (kind, item), np.ceil(np.maximum(times, 0.0) - 1e-9).astype(np.intp), amounts)
        for row in dict.fromkeys(pair)
        for (name, kind, item), some in kept.items()
        for times, amounts in some
        if name == outcomes.strategies[row]
    ]


def _years(outcomes: Outcomes, kept: int) -> int:
    """Years shown: the horizon's own row, where it ends a whole year, counts in the year that it ends."""
    horizon = 0.0
    for traces in outcomes.kept.get("trace", {}).values():
        for times, _ in traces if isinstance(traces, list) else [traces]:
            horizon = max(horizon, float(times[-1]))
    return kept - 1 if kept > 1 and abs(horizon - (kept - 1)) < 1e-9 else kept


def _from(holds: NDArray[np.bool_], years: Array) -> int | None:
    """The first year from which on it holds to the end."""
    fails = np.flatnonzero(~holds)
    first = 0 if fails.size == 0 else int(fails[-1]) + 1
    return int(years[first]) if first < years.size else None
