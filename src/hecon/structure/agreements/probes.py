"""Counts that say what would be paid: the list price of a product times who is in each state, at a grid of times.

With them one run prices any number of agreements: see `hecon.analysis.paying.payments`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hecon.errors import ModelError
from hecon.structure.agreements.items import InForce
from hecon.structure.agreements.lowering import subject
from hecon.structure.agreements.rewriting import Rewriting
from hecon.structure.agreements.terms import Agreement
from hecon.structure.items import Cost, Count, Outcome
from hecon.structure.lowering import as_tree
from hecon.structure.tree import DecisionTree, Leaf

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

TREATED, WAIT, SHARE = "list price of the treated", "wait of the treated", "share treated"


def probe(state: str, k: int) -> str:
    """The name of the count of a state at the k-th time.

    >>> probe("free", 6)
    'list price of free, 6'
    """
    return f"list price of {state}, {k}"


def with_probes(
    model: "Model", book: "Book", times: Sequence[float], strategy: str = "", item: str = ""
) -> tuple[DecisionTree, str, tuple[str, ...]]:
    """The strategy alone with the counts, its name, and the states that they know, the dead included.

    `times` are years from the start of the structure that the treated enter; a time between two rows lies on the straight line
    between them. `strategy` and `item` are found as an agreement finds them.

    Raises:
        ModelError: what an agreement about this product would raise; a product that is not paid once.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure.tree import Strategy
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    >>> tree = DecisionTree("Demo", [Strategy("drug", to=drug)], {"cost": "0", "effect": "0"}, "continuous")
    >>> with_probes(tree, make_book("demo", []), [0.0])[1:]
    ('drug', ())
    """
    tree = as_tree(model, [])
    force = InForce(Agreement("probe", "", (), strategy, item), 0)
    name, product = subject(tree, force, book.settings.get("product_price", "").split())
    states: dict[str, None] = {}
    lasts = next(one.lasts for one in tree.strategies if one.name == name)

    def added(one: Cost, leaf: Leaf) -> list[Outcome]:
        if not isinstance(one.amount, str):
            raise ModelError(f"{one.name} is paid per state; only a price paid once can be counted")
        base = one.amount
        wait = f"({base}) * ({'lasts' if lasts != '0' else '0'})"
        found: list[Outcome] = [Count(TREATED, base), Count(WAIT, wait), Count(SHARE, "1")]
        if leaf.to is None:
            return found
        states.update(dict.fromkeys(leaf.to.states))
        return found + [
            Count(probe(state, k), {state: base}, at=f"{time:.12f} years")
            for state in leaf.to.states
            for k, time in enumerate(times)
        ]

    rewriting = Rewriting({product}, lambda one: [one], added, _between)
    strategies = [rewriting.strategy(one) for one in tree.strategies if one.name == name]
    return replace(tree, strategies=strategies), name, tuple(states)


def _between(structure: Any) -> Any:
    return replace(structure, between_rows="interpolate")
