"""What all comparisons together come to, and the published ICERs of one beside ours, each in a line."""

from collections.abc import Sequence

from hecon.digits import money_text
from hecon.results.atlas.comparison import Comparison, side_effects, upfront


def overall(found: Sequence[Comparison]) -> str:
    """How many comparisons of cell therapies have an extra upfront cost, and in how many both channels cover it in most draws.

    What rests on assumptions is counted and not summarised.

    >>> overall([])
    'There is no comparison.'
    """
    cells = [one for one in found if one.about.cells]
    told = [one for one in cells if one.filed]
    if not told:
        return "There is no comparison." if not found else "No comparison of a cell therapy files its costs by cause."
    costly = [one for one in told if one.has_extra_cost()]
    others = len(found) - len(cells)
    last = f" {_count(others, 'more comparison')} {_have(others, 'is', 'are')} of no cell therapy." if others else ""
    of = f"Of {_count(len(told), 'comparison')} of a cell therapy, {len(costly)} {_have(len(costly))} an extra upfront cost."
    return of + (_paid(costly) if costly else "") + last


def _paid(costly: Sequence[Comparison]) -> str:
    """In how many of these both channels cover the extra cost, and how many cannot be answered from what was read."""
    sure = [one for one in costly if not any(one.hatched(chosen) for chosen in (upfront(), side_effects, one.work))]
    rest = len(costly) - len(sure)
    alone = all(one.outside(one.work) or not one.flows.rows(one.work) for one in costly)
    narrow = alone and any(one.outside(one.work) for one in costly)
    what = "upfront or side effects" if narrow else "upfront, side effects or lost work"
    assumed = f"over half of the money of {what} is assumed"
    left = (
        f" In {rest} of these {assumed}, so no sentence says what comes back; the tables do, and mark it."
        if rest
        else ""
    )
    if not sure:
        return left
    paid = [one for one in sure if (one.payback().p_both or 0.0) > 0.5]
    which = "these" if not rest else "the others" if len(sure) > 1 else "the other"
    channels = "Side effects alone" if narrow else "Side effects and lost work together"
    return f"{left} {channels} cover it in most draws in {len(paid)} of {which} ({len(sure)})."


def published_line(one: Comparison) -> str:
    """The published ICERs of a comparison as a range, with ours; "" where none is published.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> published_line(cells_v_care())
    ''
    """
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


def _have(n: int, one: str = "has", many: str = "have") -> str:
    return one if n == 1 else many
