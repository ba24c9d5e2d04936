"""What a ledger holds: amounts by strategy, item, calendar period and draw, undiscounted and discounted."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError, nearest
from hecon.outcomes import Item

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Amounts:
    """Both arrays are (place, item, period, draw); a place is a strategy, or one of its leaves where leaves are kept apart.

    Period p is [p, p + 1) periods of a `period` ("year", "quarter", "month"; `a_year` of them in a year) from the decision.
    `until` is the year at which the ledger ends, None where it holds everything.

    >>> drug = Item("drug", "cost", "product", "health care")
    >>> paid = Amounts(np.array([[[[12.0], [6.0]]]]), np.array([[[[12.0], [5.0]]]]), (("a", ""),), (drug,), "year", 1)
    >>> paid.of("a", "cost", "drug")[:, 0].tolist(), paid.of("a", "cost", discounted=False)[:, 0].tolist()
    ([12.0, 5.0], [12.0, 6.0])
    """

    undiscounted: Array
    discounted: Array
    places: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    period: str
    a_year: int
    until: float | None = None
    starts: Array = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", np.arange(self.discounted.shape[2]) / self.a_year)

    def of(
        self, strategy: str, kind: str, name: str | None = None, *, leaf: str | None = None, discounted: bool = True
    ) -> Array:
        """(period, draw) of a strategy's items of a kind, or of the one named; of one leaf, where leaves are kept apart.

        Raises:
            HeconError: a strategy, leaf or item that the ledger does not have.
        """
        rows = [k for k, place in enumerate(self.places) if place[0] == strategy and leaf in (None, place[1])]
        if not rows:
            known = dict.fromkeys(place[0] if leaf is None else " at ".join(place) for place in self.places)
            asked = strategy if leaf is None else f"{strategy} at {leaf}"
            raise HeconError(f"ledger: unknown strategy '{asked}'{nearest(asked, known)} (known: {', '.join(known)})")
        columns = [k for k, item in enumerate(self.items) if item.kind == kind and name in (None, item.name)]
        if not columns and name is not None:
            known = {item.name: None for item in self.items if item.kind == kind}
            raise HeconError(f"ledger: unknown {kind} '{name}'{nearest(name, known)} (known: {', '.join(known)})")
        values = self.discounted if discounted else self.undiscounted
        total = np.zeros(values.shape[2:])
        for row in rows:
            for column in columns:
                total += values[row, column]
        return total

    def to_frame(self) -> "pd.DataFrame":
        """One row per strategy, leaf, item and period; means over the draws."""
        import pandas as pd

        means = [values.mean(axis=3) for values in (self.undiscounted, self.discounted)]
        records = [
            {
                "strategy": strategy, "leaf": leaf, "kind": item.kind, "item": item.name, "category": item.category,
                "of": item.of, "sector": item.sector,
                self.period: period + 1, "undiscounted": means[0][r, c, period], "discounted": means[1][r, c, period],
            }
            for r, (strategy, leaf) in enumerate(self.places)
            for c, item in enumerate(self.items)
            for period in range(self.starts.size)
        ]  # fmt: skip
        return pd.DataFrame.from_records(records)
