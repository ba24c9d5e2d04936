"""Where the difference comes from: incremental cost and effect taken apart by category, state, item or year.

The parts of every breakdown add up to the difference between the two strategies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.over_time import ledger_of, yearly
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word, position
from hecon.arrays import Array
from hecon.errors import HeconError, nearest
from hecon.outcomes import Outcomes
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

COST_TAGS = ("category", "of", "sector", "method", "payer", "name")
EFFECT_TAGS = ("category", "of", "name")
BY = (*COST_TAGS, "state", "year")
AT_ONCE = "at once (tree)"  # what no state or transition brings about


@dataclass(frozen=True)
class Part:
    """One part: what it is in the strategy, in the reference, and the difference; means over the draws."""

    part: str
    strategy: float
    reference: float

    @property
    def difference(self) -> float:
        """Strategy minus reference."""
        return self.strategy - self.reference


@dataclass(frozen=True, repr=False)
class Breakdown(Shown):
    """Parts that add up to `total`; `measure` is "cost" or the effect's kind, `by` what it was split by."""

    parts: tuple[Part, ...]
    measure: str
    by: str
    strategy: str
    reference: str
    perspective: str
    unit: str

    @property
    def total(self) -> float:
        """The whole difference."""
        return float(sum(part.difference for part in self.parts))

    def part(self, name: str) -> Part:
        """One part; KeyError if there is none."""
        return {part.part: part for part in self.parts}[name]

    def to_frame(self) -> "pd.DataFrame":
        """One row per part."""
        import pandas as pd

        about = {"measure": self.measure, "by": self.by}
        return pd.DataFrame.from_records([about | vars(part) | {"difference": part.difference} for part in self.parts])


def cost_breakdown(outcomes: Outcomes, strategy: str, *, reference: str, perspective: str, by: str) -> Breakdown:
    """Incremental cost by `category`, `of`, `sector`, `method`, `payer`, `name`, `state` or `year`, in order of declaration.

    `state` needs a run with keep=("by_state", "trace"): costs in a state or on a transition by that state or transition, and what
    the tree brings as "at once (tree)". `year` needs keep=("ledger",): years from the decision, "year 1" the first.

    Raises:
        HeconError: an unknown strategy, perspective or way of splitting; states or years that were not kept.

    >>> from hecon.outcomes import Item
    >>> items = (Item("drug", "cost", "upfront", "health care"), Item("care", "cost", "follow-up", "health care"))
    >>> two = Outcomes(np.array([[[0.0], [7.0]], [[10.0], [4.0]]]), ("none", "drug"), items)
    >>> print(cost_breakdown(two, "drug", reference="none", perspective="payer", by="category"))
    cost by category  drug  none  difference
    upfront             10     0          10
    follow-up            4     7          -3
    total               14     7           7
    """
    if by not in BY:
        raise HeconError(f"unknown breakdown '{by}'{nearest(by, BY)} (known: {', '.join(BY)})")
    me, other = position(outcomes, strategy), position(outcomes, reference)
    if by == "state":
        sectors = outcomes.sectors(perspective)
        counted = {item.name for item in outcomes.items if item.kind == "cost" and item.sector in sectors}
        parts = _by_state(outcomes, strategy, reference, {("cost", name) for name in counted})
    elif by == "year":
        parts = _by_year(outcomes, strategy, reference, "cost", outcomes.sectors(perspective))
    else:
        groups = outcomes.split(by, perspective)
        parts = [
            Part(name or f"(no {by})", float(cost[me].mean()), float(cost[other].mean()))
            for name, cost in groups.items()
        ]
    unit = f"{outcomes.currency} {outcomes.price_year}".strip() or "currency units"
    return Breakdown(tuple(parts), "cost", by, strategy, reference, perspective, unit)


def effect_breakdown(
    outcomes: Outcomes, strategy: str, *, reference: str, effect: str = "qaly", by: str = "state"
) -> Breakdown:
    """Incremental effect by `state` (needs keep=("by_state", "trace")), by `year` (keep=("ledger",)), or by `name`,
    `category` or `of` of the items that count it.

    Raises:
        HeconError: an unknown strategy, effect or way of splitting; states or years that were not kept.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> two = from_totals(("none", "drug"), [[0.0], [9.0]], [[1.0], [1.5]])
    >>> effect_breakdown(two, "drug", reference="none", by="name").total
    0.5
    """
    if by not in (*EFFECT_TAGS, "state", "year"):
        raise HeconError(f"an effect is broken down by state, {', '.join(EFFECT_TAGS)} or year; got '{by}'")
    me, other = position(outcomes, strategy), position(outcomes, reference)
    kinds = [kind.strip() for kind in effect.split("+")]
    cost_and_effect(outcomes, next(iter(outcomes.perspectives)), effect)  # refuses an effect that is not there
    items = [(k, item) for k, item in enumerate(outcomes.items) if item.kind in kinds]
    if by == "state":
        parts = _by_state(outcomes, strategy, reference, {(item.kind, item.name) for _, item in items})
    elif by == "year":
        parts = _by_year(outcomes, strategy, reference, effect, None)
    else:
        found: dict[str, Array] = {}
        for k, item in items:
            part = getattr(item, by) or f"(no {by})"
            found[part] = found.get(part, np.zeros(2)) + outcomes.values[[me, other], k].mean(axis=1)
        parts = [Part(name, float(pair[0]), float(pair[1])) for name, pair in found.items()]
    return Breakdown(tuple(parts), effect, by, strategy, reference, "", f"{effect_word(effect)}s")


def _by_state(outcomes: Outcomes, strategy: str, reference: str, counted: set[tuple[str, str]]) -> list[Part]:
    """Parts by state or transition, from what a run kept; what the tree brings is together."""
    if not {"by_state", "trace"} <= set(outcomes.kept):
        raise HeconError(
            'a breakdown by state needs a run that keeps it: run(model, draws, keep=("by_state", "trace"))'
        )
    states: set[str] = set()
    for traces in outcomes.kept["trace"].values():
        for _, shares in traces if isinstance(traces, list) else [traces]:
            states |= set(shares)
    found: dict[str, list[float]] = {AT_ONCE: [0.0, 0.0]}
    for piece in outcomes.kept["by_state"]:
        if (piece.kind, piece.item) in counted and piece.strategy in (strategy, reference):
            lasting = piece.where in states or set(piece.where.split(" -> ")) <= states
            pair = found.setdefault(piece.where if lasting else AT_ONCE, [0.0, 0.0])
            pair[piece.strategy == reference] += float(np.mean(piece.value))
    return [Part(name, *pair) for name, pair in found.items() if name != AT_ONCE or any(pair)]


def _by_year(
    outcomes: Outcomes, strategy: str, reference: str, kinds: str, sectors: Sequence[str] | None
) -> list[Part]:
    """Parts by year from the decision; years in which neither strategy has anything are left out."""
    ledger = ledger_of(outcomes)
    if ledger.until is not None:
        raise HeconError(
            f"the ledger ends at {ledger.until:g} years, so its years do not add up to the difference: keep it to the horizon,"
            ' with keep=("ledger",)'
        )
    pair = [yearly(ledger, name, kinds, sectors).mean(axis=1).tolist() for name in (strategy, reference)]
    years = enumerate(zip(*pair, strict=True), start=1)
    return [Part(f"year {year}", one, other) for year, (one, other) in years if one or other]


def _total(parts: tuple[Part, ...]) -> Part:
    return Part("total", sum(one.strategy for one in parts), sum(one.reference for one in parts))
