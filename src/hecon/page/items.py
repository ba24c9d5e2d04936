"""What the page says of items and perspectives: which costs each perspective counts, and what each amount rests on.

The page adds up what this says and decides nothing by itself.
"""

from collections.abc import Mapping
from typing import Any

from hecon.outcomes import Outcomes
from hecon.perspectives import further


def items_of(outcomes: Outcomes, facts: Mapping[tuple[str, str], str] | None = None) -> list[dict[str, Any]]:
    """Each item with its tags, in the order of the outcomes (and so of the Program): the entry `items` of the page's data.

    `facts` are those of `item_facts`, the worst provenance by (strategy, item); with them a cost has `facts`, one for each
    strategy ("" where its amount names no input).

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> one = items_of(from_totals(("care", "drug"), [[1.0], [2.0]], [[1.0], [1.0]]), {("drug", "cost"): "assumption"})[0]
    >>> one["kind"], one["label"], one["sector"], one["facts"]
    ('cost', 'cost', 'health care', ['', 'assumption'])
    """
    found: list[dict[str, Any]] = []
    for item in outcomes.items:
        tags = {
            name: getattr(item, name)
            for name in ("kind", "name", "category", "of", "sector", "payer", "unit", "method")
        }
        entry: dict[str, Any] = {**tags, "label": item.name.replace("_", " ")}
        if facts is not None and item.kind == "cost":
            entry["facts"] = [facts.get((strategy, item.name), "") for strategy in outcomes.strategies]
        found.append(entry)
    return found


def perspectives_of_items(outcomes: Outcomes) -> list[dict[str, Any]]:
    """Each perspective with 1 for each item that is a cost it counts: the entry `perspectives` of the page's data.

    `usual` tells those that the tables of a run show from those by another method of lost work or with consumption.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> found = perspectives_of_items(from_totals(("care",), [[1.0]], [[1.0]], sector="out-of-pocket"))
    >>> [(one["name"], one["counts"]) for one in found]
    [('payer', [0, 0]), ('health care sector', [1, 0]), ('societal', [1, 0])]
    """
    return [
        {
            "name": name,
            "counts": [int(item.kind == "cost" and item.sector in sectors) for item in outcomes.items],
            "usual": not further(name),
        }
        for name, sectors in outcomes.perspectives.items()
    ]
