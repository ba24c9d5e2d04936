"""What all comparisons together come to, and the published ICERs of one beside ours, each in a line."""

from collections.abc import Sequence

from hecon.digits import money_text
from hecon.results.atlas.comparison import Comparison, side_effects, upfront


def overall(found: Sequence[Comparison]) -> str:
    """How many comparisons have an extra upfront cost, and in how many both channels cover it in most draws.

    >>> overall([])
    'There is no comparison.'
    """
    told = [one for one in found if one.filed]
    if not told:
        return "There is no comparison." if not found else "No comparison files its costs by cause."
    costly = [one for one in told if one.has_extra_cost()]
    sure = [one for one in costly if not any(one.hatched(chosen) for chosen in (upfront(), side_effects, one.work))]
    paid = [one for one in sure if (one.payback().p_both or 0.0) > 0.5]
    first = f"Of {_count(len(told), 'comparison')}, {len(costly)} {_have(len(costly))} an extra upfront cost."
    if not costly:
        return first
    rest = len(costly) - len(sure)
    they = "it is" if rest == 1 else "they are"
    why = "over half of the money of upfront, side effects or lost work is assumed"
    left = f" In {rest} of these {why}: {they} not summarised; the tables mark it."
    left = left if rest else ""
    if not sure:
        return first + left
    which = "these" if not rest else "the others" if len(sure) > 1 else "the other"
    return f"{first}{left} Side effects and lost work together cover it in most draws in {len(paid)} of {which} ({len(sure)})."


def published_line(one: Comparison) -> str:
    """The published ICERs of a comparison as a range, with ours; "" where none is published."""
    rows = [row.published for row in one.evidence if row.published.outcome == "icer"]
    numbers = [value for row in rows for value in (row.low, row.high) if value is not None]
    words = sorted({row.word for row in rows if row.word})
    if not numbers and not words:
        return ""
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 0.0)
    span = "" if not numbers else money_text(low) if low == high else f"{money_text(low)} to {money_text(high)}"
    studies = len(dict.fromkeys(row.study for row in rows))
    counts = f"{_count(len(rows), 'figure')} of {_count(studies, 'study', 'studies')}"
    return f"{', '.join(filter(None, (span, *words)))} per QALY ({counts}); ours {one.decision.icer.text}"


def _count(n: int, word: str, many: str = "") -> str:
    return f"{n} {word if n == 1 else many or f'{word}s'}"


def _have(n: int) -> str:
    return "has" if n == 1 else "have"
