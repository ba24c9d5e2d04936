"""From a run to what paying needs of it: the milestones of a product, and who of a comparator is where, from runs with counts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.paying.milestones import Milestones
from hecon.analysis.paying.payments import number
from hecon.errors import HeconError

if TYPE_CHECKING:
    from hecon.arrays import Array
    from hecon.inputs.draws import Draws


def milestones_of(
    model: Any, draws: "Draws", until: float = 5.0, strategy: str = "", item: str = ""
) -> tuple[Milestones, str]:
    """The milestones of a product up to `until` years after treatment, at the model's own rows, and the strategy it is of.

    Where cycles are shorter than a week, every so many rows are taken, about 52 a year.

    Raises:
        HeconError: no product, several of which none is named, a product that nobody gets.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    >>> tree = DecisionTree("Demo", [Strategy("drug", to=drug)], {"cost": "0", "effect": "0"}, "continuous")
    >>> found, strategy = milestones_of(tree, make_book("demo", [Parameter(name="price", value=100.0)]).base())
    >>> found.treated.tolist(), found.states, strategy
    ([100.0], (), 'drug')
    """
    from hecon.evaluate.run import run
    from hecon.structure.agreements.conditions import dead_states
    from hecon.structure.agreements.probes import SHARE, TREATED, WAIT, probe, with_probes
    from hecon.structure.lowering import as_tree
    from hecon.structure.tree import paths_of

    times = _rows(model, until)
    probed, name, states = with_probes(model, draws.book, times.tolist(), strategy, item)
    outcomes = run(probed, draws)
    place = outcomes.strategies.index(name)
    counts = {one.name: k for k, one in enumerate(outcomes.items) if one.kind == "count"}

    def values(of: str) -> Any:
        return outcomes.values[place, counts[of]]

    treated = values(TREATED)
    if not (treated > 0).all():
        raise HeconError(f"the product of {name} is not given, or free, in {int((treated <= 0).sum()):,} draws")
    dead: Sequence[str] = ()
    for one in as_tree(model, []).strategies:
        if one.name == name:
            structures = [path.leaf.to for path in paths_of(one.to) if path.leaf.to is not None]
            dead = tuple(dict.fromkeys(state for to in structures for state in dead_states(to)))
    held = np.array([[values(probe(state, k)) for k in range(len(times))] for state in states])
    held = held.reshape(len(states), len(times), treated.size)
    known = tuple(one for one in dead if one in states)
    return Milestones(treated, states, known, times, held, values(WAIT) / treated, values(SHARE)), name


def values_of_rate(model: Any, values: "Mapping[str, Array | float]") -> "float | Array":
    """The model's rate of discount of costs, a number or one per draw.

    Raises:
        HeconError: a schedule of rates.

    >>> from hecon.structure import DecisionTree
    >>> values_of_rate(DecisionTree("Demo", [], {"cost": "dr", "effect": "0"}, "continuous"), {"dr": 0.04})
    0.04
    """
    text = model.discount["cost"]
    if not isinstance(text, str):
        raise HeconError("payments need one rate of discount of costs; the model has a schedule of rates")
    return number(text, values, "discount")


def _rows(model: Any, until: float) -> "Array":
    """Times from 0 to the first row of the model at or after `until`; monthly where no strategy leads into a structure."""
    from fractions import Fraction

    from hecon.structure.clock import years
    from hecon.structure.lowering import as_tree
    from hecon.structure.tree import paths_of

    found: list[Any] = [path.leaf.to for one in as_tree(model, []).strategies for path in paths_of(one.to)]
    step = min((years(to.cycle) for to in found if to is not None), default=Fraction(1, 12))
    step *= max(1, -(-Fraction(1, 53) // step))
    count = int(np.ceil(until / float(step) - 1e-9)) + 1
    return np.arange(count, dtype=float) * float(step)
