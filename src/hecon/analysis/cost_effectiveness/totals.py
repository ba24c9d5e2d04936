"""Cost and effect of every strategy in every draw, as all analyses take them from Outcomes.

An effect is a kind (`qaly`) or a sum of kinds (`qaly + carer_qaly`), so that carers' QALYs count only when asked for;
`none` compares strategies on cost alone.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from hecon.errors import HeconError, nearest
from hecon.outcomes import KINDS, Array, Item, Outcomes

NONE = "none"
EFFECT_WORDS: Mapping[str, str] = {
    "qaly": "QALY",
    "ly": "life-year",
    "ly_undiscounted": "undiscounted life-year",
    "carer_qaly": "carer QALY",
    "count": "unit",
    "none": "unit",
}


def cost_and_effect(outcomes: Outcomes, perspective: str, effect: str = "qaly") -> tuple[Array, Array]:
    """Discounted cost under a perspective and effect, both (strategy, draw); the effect `none` is 0 for all.

    Raises:
        HeconError: an unknown perspective or effect, or an effect of which these outcomes have no item.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> two = from_totals(("care", "drug"), [[100.0], [300.0]], [[1.0], [1.5]])
    >>> cost, effect = cost_and_effect(two, "payer")
    >>> cost[:, 0].tolist(), effect[:, 0].tolist()
    ([100.0, 300.0], [1.0, 1.5])
    """
    cost = outcomes.cost(perspective)
    total = np.zeros_like(cost)
    for kind in kinds_of(effect):
        if kind not in KINDS[1:]:
            known = ", ".join(KINDS[1:]) + f", a sum such as 'qaly + carer_qaly', or {NONE}"
            raise HeconError(f"unknown effect '{kind}'{nearest(kind, KINDS[1:])} (known: {known})")
        if outcomes.select(kind=kind).size == 0:
            counted = [one for one in KINDS[1:] if outcomes.select(kind=one).size]
            raise HeconError(
                f"the model counts no '{kind}': give it one (Utility, QALY), or choose another effect, as argument effect= or"
                f" in the settings: {', '.join([*counted, NONE])} ({NONE} compares strategies on cost alone)"
            )
        total += outcomes.effect(kind)
    return cost, total


def kinds_of(effect: str) -> tuple[str, ...]:
    """The kinds of items that an effect adds up; none of them for cost alone.

    >>> kinds_of("qaly + carer_qaly"), kinds_of("none")
    (('qaly', 'carer_qaly'), ())
    """
    return () if effect == NONE else tuple(kind.strip() for kind in effect.split("+"))


def from_totals(
    strategies: Sequence[str],
    cost: ArrayLike,
    effect: ArrayLike,
    *,
    kind: str = "qaly",
    currency: str = "",
    price_year: str = "",
    sector: str = "health care",
) -> Outcomes:
    """Outcomes from totals: `cost` and `effect` (strategy, draw), in the order of `strategies`.

    All costs are one item of one sector, so a perspective without that sector counts nothing.

    Raises:
        HeconError: shapes that disagree, values that are not finite, repeated strategies.

    >>> two = from_totals(("care", "drug"), [[100.0, 120.0], [300.0, 280.0]], [[1.0, 1.1], [1.5, 1.4]])
    >>> two.cost("payer").mean(axis=1).tolist()
    [110.0, 290.0]
    """
    values = np.stack([np.asarray(cost, dtype=np.float64), np.asarray(effect, dtype=np.float64)], axis=1)
    items = (Item("cost", "cost", "all", sector, unit=f"{currency} {price_year}".strip()), Item(kind, kind))
    return Outcomes(values, tuple(strategies), items, currency=currency, price_year=price_year)


def effect_word(effect: str) -> str:
    """The word for one unit of an effect, as printed after "per".

    >>> effect_word("qaly"), effect_word("qaly + carer_qaly")
    ('QALY', 'QALY + carer QALY')
    """
    return " + ".join(EFFECT_WORDS.get(kind.strip(), kind.strip()) for kind in effect.split("+"))


def effect_words(effect: str) -> str:
    """The word for an amount of an effect, as it heads a column.

    >>> effect_words("qaly"), effect_words("ly"), effect_words("none")
    ('QALYs', 'life-years', 'effect (none)')
    """
    if effect == NONE:
        return "effect (none)"
    return " + ".join(f"{effect_word(kind)}s" for kind in effect.split("+"))


def position(outcomes: Outcomes, strategy: str) -> int:
    """Where a strategy stands on the strategy axis; an unknown one is an error that names the nearest.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> position(from_totals(("care", "drug"), [[0.0], [1.0]], [[0.0], [1.0]]), "drug")
    1
    """
    if strategy not in outcomes.strategies:
        known = ", ".join(outcomes.strategies)
        raise HeconError(f"unknown strategy '{strategy}'{nearest(strategy, outcomes.strategies)} (known: {known})")
    return outcomes.strategies.index(strategy)
