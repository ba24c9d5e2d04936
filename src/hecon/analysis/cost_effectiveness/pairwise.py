"""Each strategy against one reference, dominated or not: increments, quadrant, ratio.

The incremental table decides; this one answers "and compared with usual care?".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.cost_effectiveness.icer import Icer, icer
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word, position
from hecon.outcomes import Outcomes
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PairwiseRow:
    """One strategy minus the reference; `icer.status` is the quadrant of the mean increments, or equal effect."""

    strategy: str
    label: str
    inc_cost: Estimate
    inc_effect: Estimate
    icer: Icer


@dataclass(frozen=True, repr=False)
class PairwiseTable(Shown):
    """Rows in the order of declaration, without the reference; `basis` is deterministic or probabilistic."""

    rows: tuple[PairwiseRow, ...]
    reference: str
    basis: str
    draws: int
    perspective: str
    effect: str
    currency: str
    price_year: str

    def row(self, strategy: str) -> PairwiseRow:
        """The row of one strategy; KeyError if there is none."""
        return {row.strategy: row for row in self.rows}[strategy]

    def to_frame(self) -> "pd.DataFrame":
        """A pandas table: Strategy, Reference, Inc_Cost, Inc_Effect, ICER, ICER_text, Quadrant, then intervals."""
        import pandas as pd

        records = []
        for row in self.rows:
            cells = {"Inc_Cost": row.inc_cost, "Inc_Effect": row.inc_effect}
            record: dict[str, object] = {"Strategy": row.strategy, "Reference": self.reference}
            record |= {name: cell.mean for name, cell in cells.items()}
            record |= {"ICER": row.icer.value, "ICER_text": row.icer.text, "Quadrant": row.icer.status}
            if self.basis == "probabilistic":
                record |= {
                    f"{name}_{end}": getattr(cell, end) for name, cell in cells.items() for end in ("low", "high")
                }
            records.append(record)
        frame = pd.DataFrame.from_records(records)
        return frame.astype({"ICER": "float64"}) if records else frame


def pairwise(outcomes: Outcomes, reference: str, perspective: str, effect: str = "qaly") -> PairwiseTable:
    """Each strategy against `reference`: increments (with 95% intervals over many draws), quadrant and ratio of means.

    Raises:
        HeconError: an unknown reference, perspective or effect.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> three = from_totals(("care", "drug", "watch"), [[100.0], [300.0], [40.0]], [[1.0], [1.5], [0.8]])
    >>> print(pairwise(three, "care", "payer"))
    vs care  Inc_Cost  Inc_Effect                     ICER  Quadrant
    drug          200       0.500                      400        NE
    watch         -60      -0.200  300 saved per QALY lost        SW
    """
    base = position(outcomes, reference)
    cost, gain = cost_and_effect(outcomes, perspective, effect)
    rows = []
    for k, strategy in enumerate(outcomes.strategies):
        if k == base:
            continue
        inc_cost, inc_effect = estimate(cost[k] - cost[base]), estimate(gain[k] - gain[base])
        scale = float(np.abs(gain[[k, base]].mean(axis=1)).max())
        ratio = icer(inc_cost.mean, inc_effect.mean, effect_word(effect), scale)
        rows.append(PairwiseRow(strategy, outcomes.labels[k], inc_cost, inc_effect, ratio))
    basis = "deterministic" if cost.shape[1] == 1 else "probabilistic"
    return PairwiseTable(
        tuple(rows), reference, basis, cost.shape[1], perspective, effect, outcomes.currency, outcomes.price_year
    )
