"""The incremental table: strategies by rising cost, each on the frontier compared with the one before it.

From one draw it is deterministic; from many it is made of their means and says so.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.cost_effectiveness.frontier import Frontier, frontier
from hecon.analysis.cost_effectiveness.icer import Icer
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.digits import money_text
from hecon.outcomes import Outcomes
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class IncrementalRow:
    """One strategy: cost, effect, and the increments over `compared_with`, the frontier strategy before it.

    Strategies off the frontier have no increments here (a ratio that involves one misleads); `pairwise` has them.
    """

    strategy: str
    label: str
    cost: Estimate
    effect: Estimate
    inc_cost: Estimate | None
    inc_effect: Estimate | None
    icer: Icer
    status: str
    compared_with: str | None


@dataclass(frozen=True, repr=False)
class IncrementalTable(Shown):
    """Rows sorted by cost. `basis` is deterministic (one draw) or probabilistic (means of draws, 95% intervals)."""

    rows: tuple[IncrementalRow, ...]
    basis: str
    draws: int
    perspective: str
    effect: str
    currency: str
    price_year: str

    @property
    def frontier(self) -> tuple[str, ...]:
        """Names of the strategies on the frontier, by rising cost, equivalents included."""
        return tuple(row.strategy for row in self.rows if row.status in ("ND", "equivalent"))

    def row(self, strategy: str) -> IncrementalRow:
        """The row of one strategy; KeyError if there is none."""
        return {row.strategy: row for row in self.rows}[strategy]

    def to_frame(self) -> "pd.DataFrame":
        """A pandas table; interval columns only if probabilistic, no interval for the ratio.

        Columns Strategy, Cost, Effect, Inc_Cost, Inc_Effect, ICER, ICER_text, Status, then *_low and *_high.
        """
        import pandas as pd

        records = []
        for row in self.rows:
            cells = {"Cost": row.cost, "Effect": row.effect, "Inc_Cost": row.inc_cost, "Inc_Effect": row.inc_effect}
            record: dict[str, object] = {"Strategy": row.strategy} | {
                k: v.mean if v else None for k, v in cells.items()
            }
            record |= {"ICER": row.icer.value, "ICER_text": row.icer.text, "Status": row.status}
            if self.basis == "probabilistic":
                record |= {
                    f"{name}_{end}": getattr(v, end) if v else None
                    for name, v in cells.items()
                    for end in ("low", "high")
                }
            records.append(record)
        numbers = [name for name in records[0] if name not in ("Strategy", "ICER_text", "Status")]
        return pd.DataFrame.from_records(records).astype(dict.fromkeys(numbers, "float64"))


def incremental(outcomes: Outcomes, perspective: str, effect: str = "qaly") -> IncrementalTable:
    """Compare all strategies: strong and extended dominance, increments and ratios along the frontier.

    With many draws everything is computed on means (a ratio of means, never a mean of ratios); costs, effects and
    increments carry 95% intervals, the ratio none. Rules of ties are those of `frontier`.

    Raises:
        HeconError: an unknown perspective or effect.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> three = from_totals(("care", "drug", "surgery"), [[100.0], [300.0], [250.0]], [[1.0], [1.5], [0.9]])
    >>> print(incremental(three, "payer"))
    Strategy  Cost  Effect  Inc_Cost  Inc_Effect       ICER  Status
    care       100   1.000                        reference      ND
    surgery    250   0.900                        dominated       D
    drug       300   1.500       200       0.500        400      ND
    """
    cost, gain = cost_and_effect(outcomes, perspective, effect)
    placed = frontier(cost.mean(axis=1), gain.mean(axis=1))
    rows = []
    for k in placed.order:
        before = placed.previous[k] if placed.status[k] == "ND" else None
        twin = placed.previous[k] if placed.status[k] == "equivalent" else None
        inc_cost = None if before is None else estimate(cost[k] - cost[before])
        inc_effect = None if before is None else estimate(gain[k] - gain[before])
        compared = before if twin is None else twin
        rows.append(
            IncrementalRow(
                outcomes.strategies[k],
                outcomes.labels[k],
                estimate(cost[k]),
                estimate(gain[k]),
                inc_cost,
                inc_effect,
                _ratio(placed, k, inc_cost, inc_effect, "" if twin is None else outcomes.strategies[twin]),
                placed.status[k],
                None if compared is None else outcomes.strategies[compared],
            )
        )
    basis = "deterministic" if cost.shape[1] == 1 else "probabilistic"
    return IncrementalTable(
        tuple(rows), basis, cost.shape[1], perspective, effect, outcomes.currency, outcomes.price_year
    )


def _ratio(placed: Frontier, k: int, inc_cost: Estimate | None, inc_effect: Estimate | None, twin: str) -> Icer:
    """The ratio of an ND strategy over the one before it; for the others the reason why there is none."""
    status = placed.status[k]
    if inc_cost and inc_effect:
        value = inc_cost.mean / inc_effect.mean
        return Icer(value, status, money_text(value))
    texts = {"ND": "reference", "D": "dominated", "ED": "extended dominance", "equivalent": f"equivalent to {twin}"}
    return Icer(None, status, texts[status])
