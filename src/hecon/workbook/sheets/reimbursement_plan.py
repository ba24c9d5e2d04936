"""What Reimbursement is made of: the agreements that a workbook carries, and of which the price enters in proportion."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.arrays import Array
from hecon.evaluate.run import run
from hecon.inputs.draws import Draws
from hecon.outcomes import Outcomes
from hecon.structure.agreements.carried import MANUFACTURER, Carried
from hecon.structure.agreements.items import SWITCH

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEAR = 1e-9  # relative


@dataclass(frozen=True)
class Reimbursement:
    """The agreements (`carried`), the `place` of their strategy, the one price parameter of the product ("" for none or several),
    and for each number of the switch whether the strategy's cost follows that price through its payments alone.
    """

    carried: Carried
    place: int
    price: str
    linear: tuple[bool, ...]


def plan_reimbursement(
    found: Carried, base: Outcomes, used: "Sequence[str]", perspective: str, effect: str
) -> Reimbursement | None:
    """The plan, or None where the strategy is not among those of the run; one run of two draws for each agreement.

    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> from hecon.structure.agreements.carried import carried
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    >>> tree = DecisionTree("Demo", [Strategy("drug", to=drug)], {"cost": "0", "effect": "0"}, "continuous")
    >>> records = {"schemes": ({"name": "cheap", "terms": "Discount('0.2')"},)}
    >>> settings = {"product_price": "price"}
    >>> book = make_book("demo", [Parameter(name="price", value=100.0)], records=records, settings=settings)
    >>> found = carried(tree, book)
    >>> plan_reimbursement(found, run(found.model, found.book.base()), ["price"], "payer", "none").linear
    (True, True)
    """
    if found.strategy not in base.strategies:
        return None
    place, book = base.strategies.index(found.strategy), found.book
    prices = [name for name in book.settings.get("product_price", "").split() if name in used]
    count = len(found.agreements) + 1
    if len(prices) != 1 or not book.parameters[prices[0]].value > 0:
        return Reimbursement(found, place, "", (False,) * count)
    now = book.parameters[prices[0]].value
    numbers = np.repeat(np.arange(count, dtype=float), 2)
    design = np.array([numbers, np.tile([now, 0.9 * now], count)])
    outcomes = run(found.model, Draws(book, (SWITCH, prices[0]), design, "fixed"))
    cost, effects = cost_and_effect(outcomes, perspective, effect)
    paid = _paid(found, outcomes, perspective)[::2]
    more = cost[:, ::2] - cost[:, 1::2]
    others = np.delete(more, place, axis=0)
    still = np.abs(effects[:, ::2] - effects[:, 1::2]).max(axis=0) == 0
    size = np.maximum(1.0, np.abs(cost[place, ::2])) * _NEAR
    same = np.abs(more[place] - 0.1 * paid) <= size
    alone = np.abs(others).max(axis=0, initial=0.0) <= size
    return Reimbursement(found, place, prices[0], tuple(bool(one) for one in still & same & alone & (paid > 0)))


def _paid(found: Carried, outcomes: Outcomes, perspective: str) -> Array:
    """(draw,) what the perspective counts of the payments to the manufacturer, discounted."""
    names = {name for one in found.flows if one.to == MANUFACTURER for name in one.items}
    included = outcomes.sectors(perspective)
    rows = [
        k
        for k, item in enumerate(outcomes.items)
        if item.kind == "cost" and item.name in names and item.sector in included
    ]
    total: Array = outcomes.values[outcomes.strategies.index(found.strategy), rows].sum(axis=0)
    return total
