"""One comparison from every perspective and by every method of lost work, as the page carries it: all numbers are of one run.

Amounts are in the case's own money; the page multiplies them by the factor of the money chosen. Sentences are written here, once
for each money.
"""

from collections.abc import Callable, Sequence
from typing import Any

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.page.atlas.atlas_tables import cell, rows
from hecon.perspectives import PERSPECTIVES
from hecon.results.atlas.causes import SIDE_EFFECTS, Bar
from hecon.results.atlas.comparison import Comparison, InMoney, only, side_effects, upfront
from hecon.results.atlas.payback import returned
from hecon.results.atlas.seen import seen
from hecon.results.atlas.sentences import sentences
from hecon.results.atlas.tables import horizons, payback, summary
from hecon.results.atlas.waterfall import bars_shown, not_counted, waterfall

OWN = "own"  # each case's own money, and each case's own method
SOCIETAL = "societal"


def key(perspective: str, method: str) -> str:
    """The name of a view.

    >>> key("payer", "own")
    'payer | own'
    """
    return f"{perspective} | {method}"


def views(
    one: Comparison, methods: Sequence[str], monies: Sequence[InMoney]
) -> tuple[dict[str, int | str], list[dict[str, Any]]]:
    """By name of a view its place among those that differ, or why the comparison has none; and the views that differ.

    >>> from hecon.results.atlas.build import Choices, comparisons_of
    >>> from hecon.results.atlas.example import cells_or_care
    >>> (found,) = comparisons_of(cells_or_care(), Choices(0, "USD", by_sector=True))
    >>> places, told = views(found, ("friction",), (found.money,))
    >>> places["payer | own"], places["payer | friction"], len(told)
    (0, 0, 3)
    """
    places: dict[str, int | str] = {}
    met: dict[tuple[str, str], int] = {}
    told: list[dict[str, Any]] = []
    for perspective in PERSPECTIVES:
        for name in (OWN, *methods):
            method = one.about.method if name == OWN or not one.methods or perspective != SOCIETAL else name
            if one.methods and method not in one.methods:
                places[key(perspective, name)] = f"no lost work by {method} (it has {', '.join(one.methods)})"
                continue
            if (perspective, method) not in met:
                met[perspective, method] = len(told)
                told.append(_view(one, perspective, method, monies))
            places[key(perspective, name)] = met[perspective, method]
    return places, told


def at_view(one: Comparison, perspective: str, method: str) -> Comparison | None:
    """The comparison as a view counts it, in its own money; None where it has no lost work by the method.

    >>> from hecon.results.atlas.build import Choices, comparisons_of
    >>> from hecon.results.atlas.example import cells_or_care
    >>> (found,) = comparisons_of(cells_or_care(), Choices(0, "USD", by_sector=True))
    >>> at_view(found, "payer", OWN).perspective
    'payer'
    """
    name = one.about.method if method == OWN or not one.methods or perspective != SOCIETAL else method
    return None if one.methods and name not in one.methods else seen(one, perspective, name, InMoney(one.money.own))


def _view(one: Comparison, perspective: str, method: str, monies: Sequence[InMoney]) -> dict[str, Any]:
    found = seen(one, perspective, method, InMoney(one.money.own))
    table = summary([found])
    return {
        "whose": found.whose,
        "method": method if perspective == SOCIETAL and one.methods else "",
        "summary": {column.name: cell(value) for column, value in zip(table.columns, table.rows[0], strict=True)},
        "assumed": _assumed(found),
        "filed": found.filed,
        "shares": _shares(found),
        "bars": [_bar(found, bar, amount) for bar, amount in bars_shown(found)],
        "total": {
            "label": f"all costs of {found.whose}", "cell": cell(found.amount(found.counted)),
            "assumed": found.hatched(found.counted),
        },
        "waterfall": rows(waterfall([found], every_cause=False)),
        "payback": rows(payback([found])),
        "horizons": rows(horizons([found])),
        "none": list(not_counted(found)),
        "outside": list(dict.fromkeys(bar.text for bar in found.left_out)),
        "sentences": [list(sentences(seen(one, perspective, method, money))) for money in monies],
    }  # fmt: skip


def _assumed(one: Comparison) -> dict[str, bool]:
    """The cells of the summary of which over half of the money is assumed; a probability rests on all that it is of."""
    marked: dict[str, Callable[[Bar], bool]] = {
        "upfront": upfront(), "upfront_lump": upfront(lump=True), "side_effects": side_effects, "work": one.work,
        "all_costs": one.counted, "p_all": one.counted,
    }  # fmt: skip
    found = {name: one.hatched(chosen) for name, chosen in marked.items()}
    return {**found, "p_both": found["upfront"] or found["side_effects"] or found["work"]}


def _shares(one: Comparison) -> list[dict[str, Any]]:
    """What comes back of the extra upfront cost, by channel and in all; nothing where there is no such cost."""
    back = one.payback()
    if not one.filed or back.side_effects is None or back.work is None:
        return []
    cost = one.increment(upfront())
    everything = returned(cost, one.increment(one.counted) - cost)
    each: tuple[tuple[str, Estimate, Callable[[Bar], bool]], ...] = (
        (SIDE_EFFECTS, back.side_effects, side_effects), ("lost work", back.work, one.work),
        ("all offsets", everything, one.counted),
    )  # fmt: skip
    return [
        {"text": text, "cell": cell(share), "assumed": one.hatched(chosen)}
        for text, share, chosen in each
        if one.flows.rows(chosen) and not (text == SIDE_EFFECTS and one.hidden(SIDE_EFFECTS))
    ]


def _bar(one: Comparison, bar: Bar, amount: Estimate | str) -> dict[str, Any]:
    """A bar of the waterfall: a channel's is side effects or lost work."""
    channel = side_effects(bar) or one.work(bar)
    return {"label": bar.text, "cell": cell(amount), "assumed": one.hatched(only(bar)), "channel": channel}
