"""Net monetary and net health benefit: decisions are taken on these, ratios are only reported.

`wtp` is what one more unit of effect is worth, in the outcomes' currency.
"""

from dataclasses import dataclass

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.cost_effectiveness.ties import tie_within, tied
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, position
from hecon.errors import HeconError
from hecon.outcomes import Array, Outcomes
from hecon.shown import Shown


@dataclass(frozen=True)
class NetBenefitRow:
    """One strategy's net monetary benefit, net health benefit (None at wtp 0) and whether its mean is the highest."""

    strategy: str
    nmb: Estimate
    nhb: Estimate | None
    best: bool


@dataclass(frozen=True, repr=False)
class NetBenefitTable(Shown):
    """Rows in the order of declaration, at one `wtp`; strategies tied for the highest mean are all marked best."""

    rows: tuple[NetBenefitRow, ...]
    wtp: float
    perspective: str
    effect: str


def net_benefit(outcomes: Outcomes, wtp: float, perspective: str, effect: str = "qaly") -> NetBenefitTable:
    """Net benefit of every strategy at one threshold, and which is best.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> two = from_totals(("care", "drug"), [[100.0], [300.0]], [[1.0], [1.5]])
    >>> print(net_benefit(two, 1000, "payer"))
    Strategy    NMB    NHB
    care        900  0.900
    drug      1,200  1.200  best
    """
    values = nmb(outcomes, wtp, perspective, effect)
    cost, gain = cost_and_effect(outcomes, perspective, effect)
    best = tied(values.mean(axis=1), tie_within(cost, gain, wtp))
    rows = tuple(
        NetBenefitRow(strategy, estimate(values[k]), estimate(values[k] / wtp) if wtp > 0 else None, bool(best[k]))
        for k, strategy in enumerate(outcomes.strategies)
    )
    return NetBenefitTable(rows, wtp, perspective, effect)


def nmb(outcomes: Outcomes, wtp: float, perspective: str, effect: str = "qaly") -> Array:
    """Net monetary benefit wtp x effect - cost, (strategy, draw), in the outcomes' currency.

    Raises:
        HeconError: a threshold below 0 or not finite.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> nmb(from_totals(("new",), [[12000.0]], [[0.4]]), 30000, "payer").tolist()
    [[0.0]]
    """
    if not 0 <= wtp < float("inf"):
        raise HeconError(f"wtp must be a number from 0 up; got {wtp}")
    cost, gain = cost_and_effect(outcomes, perspective, effect)
    return wtp * gain - cost


def nhb(outcomes: Outcomes, wtp: float, perspective: str, effect: str = "qaly") -> Array:
    """Net health benefit effect - cost / wtp, (strategy, draw), in units of effect.

    Raises:
        HeconError: a threshold that is not above 0 (money buys no health there).

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> nhb(from_totals(("new",), [[15000.0]], [[1.0]]), 30000, "payer").tolist()
    [[0.5]]
    """
    if not 0 < wtp < float("inf"):
        raise HeconError(f"net health benefit needs wtp above 0; got {wtp}")
    cost, gain = cost_and_effect(outcomes, perspective, effect)
    return gain - cost / wtp


def inmb(outcomes: Outcomes, reference: str, wtp: float, perspective: str, effect: str = "qaly") -> Array:
    """Incremental net monetary benefit over `reference`, (strategy, draw); the reference's own row is 0.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> inmb(from_totals(("care", "drug"), [[100.0], [300.0]], [[1.0], [1.5]]), "care", 1000, "payer").tolist()
    [[0.0], [300.0]]
    """
    values = nmb(outcomes, wtp, perspective, effect)
    base = position(outcomes, reference)
    return values - values[base : base + 1]
