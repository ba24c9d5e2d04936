"""The incremental table: strategies by rising cost, each on the frontier compared with the one before it.

From one draw it is deterministic; from many it is made of their means and says so.
"""

from dataclasses import dataclass

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.cost_effectiveness.frontier import Frontier, frontier
from hecon.analysis.cost_effectiveness.icer import Icer
from hecon.analysis.cost_effectiveness.increments import Increments
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.digits import money_text
from hecon.outcomes import Outcomes


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
class IncrementalTable(Increments[IncrementalRow]):
    """Rows sorted by cost. `basis` is deterministic (one draw) or probabilistic (means of draws, 95% intervals)."""

    @property
    def frontier(self) -> tuple[str, ...]:
        """Names of the strategies on the frontier, by rising cost, equivalents included."""
        return tuple(row.strategy for row in self.rows if row.status in ("ND", "equivalent"))


def incremental(outcomes: Outcomes, perspective: str, effect: str = "qaly") -> IncrementalTable:
    """Compare all strategies: strong and extended dominance, increments and ratios along the frontier.

    With many draws everything is computed on means (a ratio of means, never a mean of ratios); costs, effects and
    increments carry 95% intervals, the ratio none. Rules of ties are those of `frontier`.

    Raises:
        HeconError: an unknown perspective or effect.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> three = from_totals(("care", "drug", "surgery"), [[100.0], [300.0], [250.0]], [[1.0], [1.5], [0.9]])
    >>> print(incremental(three, "payer"))
    Strategy  Cost  QALYs  Inc. cost  Inc. QALYs  ICER per QALY           Status
    care       100  1.000                             reference  on the frontier
    surgery    250  0.900                             dominated        dominated
    drug       300  1.500        200       0.500            400  on the frontier
    Increments and ICER are over the strategy above that is on the frontier.
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
    texts = {"ND": "reference", "D": "dominated", "ED": "extendedly dominated", "equivalent": f"equivalent to {twin}"}
    return Icer(None, status, texts[status])
