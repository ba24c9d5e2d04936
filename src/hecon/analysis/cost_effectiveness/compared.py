"""Each strategy beside a reference at one threshold, as scenarios and subgroups tell it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.cost_effectiveness.icer import Icer, icer
from hecon.analysis.cost_effectiveness.ties import shares, tie_within, tied
from hecon.arrays import Array


@dataclass(frozen=True)
class Compared:
    """One strategy against a reference, on one basis (deterministic or probabilistic).

    `best` tells whether it has the highest mean net benefit of all; `p_best` is its probability of being best, None
    where deterministic.
    """

    basis: str
    strategy: str
    cost: Estimate
    effect: Estimate
    inc_cost: Estimate
    inc_effect: Estimate
    icer: Icer
    inmb: Estimate
    best: bool
    p_best: float | None


def compared(
    strategies: Sequence[str], cost: Array, gain: Array, origin: int, wtp: float, word: str, basis: str
) -> Iterator[Compared]:
    """Every strategy but the one at `origin`, from costs and effects (strategy, draw); `word` is a unit of effect.

    >>> (one,) = compared(("none", "drug"), np.array([[0.0], [8.0]]), np.array([[0.0], [1.0]]), 0, 7.0, "QALY", "deterministic")
    >>> one.strategy, one.icer.value, one.inmb.mean, one.best
    ('drug', 8.0, -1.0, False)
    """
    net = wtp * gain - cost
    within = tie_within(cost, gain, wtp)
    best, chances = tied(net.mean(axis=1), within), shares(tied(net, within))
    scale = float(np.abs(gain.mean(axis=1)).max())
    for k, strategy in enumerate(strategies):
        if k == origin:
            continue
        inc_cost, inc_effect = estimate(cost[k] - cost[origin]), estimate(gain[k] - gain[origin])
        yield Compared(
            basis, strategy, estimate(cost[k]), estimate(gain[k]), inc_cost, inc_effect,
            icer(inc_cost.mean, inc_effect.mean, word, scale), estimate(net[k] - net[origin]), bool(best[k]),
            float(chances[k]) if basis == "probabilistic" else None,
        )  # fmt: skip
