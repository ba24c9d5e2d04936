"""The product of a strategy: its cost items whose category is "product" and whose amount uses a product's price."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hecon.errors import ModelError, nearest
from hecon.formula.parsing import parse
from hecon.formula.syntax import names_in
from hecon.structure.items import Cost, Outcome
from hecon.structure.tree import DecisionTree, Strategy, enumerate_decisions, paths_of

PRODUCT = "product"


def product_items(tree: DecisionTree, strategy: Strategy, prices: Sequence[str]) -> tuple[str, ...]:
    """Names of the product items of a strategy, in order; of those that use one of `prices`, where any are given.

    >>> from hecon.structure.tree import Leaf
    >>> drug = Cost("drug", "n * price", category="product", sector="health care")
    >>> one = Strategy("a", to=Leaf(outcomes=[drug, Cost("pump", "c_pump", category="product", sector="health care")]))
    >>> tree = DecisionTree("Demo", [one], {"cost": "0", "effect": "0"}, "continuous")
    >>> product_items(tree, one, ["price"]), product_items(tree, one, [])
    (('drug',), ('drug', 'pump'))
    """
    found = [
        (item, lets) for item, lets in _items(tree, strategy) if isinstance(item, Cost) and item.category == PRODUCT
    ]
    priced = [
        item.name for item, lets in found if not prices or any(_uses(text, lets, prices) for text in _texts(item))
    ]
    return tuple(dict.fromkeys(priced))


def chosen_item(names: Sequence[str], asked: str, place: str) -> str:
    """The one item that an agreement is about.

    Raises:
        ModelError: no product item, several of which none is named, a name that is none of them.

    >>> chosen_item(["drug"], "", "thirds")
    'drug'
    """
    if not names:
        raise ModelError(f"{place}: the strategy has no cost with category 'product', so there is nothing to agree on")
    if asked and asked not in names:
        raise ModelError(
            f"{place}: item '{asked}' is not a product item{nearest(asked, names)} (known: {', '.join(names)})"
        )
    if not asked and len(names) > 1:
        raise ModelError(f"{place}: the strategy has several product items ({', '.join(names)}): name one as item")
    return asked or names[0]


def _items(tree: DecisionTree, strategy: Strategy) -> Iterator[tuple[Outcome, Mapping[str, str]]]:
    """Every item of a strategy with the formulas it sees."""
    outer = {**tree.let, **strategy.let}
    yield from ((item, outer) for item in strategy.outcomes)
    for one in enumerate_decisions(strategy):
        for path in paths_of(one.to):
            for branch in path.branches:
                yield from ((item, outer) for item in branch.outcomes)
            structure: Any = path.leaf.to
            lets = {**outer, **getattr(structure, "let", {}), **outer, **path.leaf.let}
            yield from ((item, lets) for item in (*path.leaf.outcomes, *getattr(structure, "outcomes", ())))


def _texts(item: Cost) -> tuple[str, ...]:
    return (item.amount,) if isinstance(item.amount, str) else tuple(item.amount.values())


def _uses(text: str, lets: Mapping[str, str], prices: Sequence[str]) -> bool:
    """Whether a formula uses one of the prices, through whatever it names."""
    seen: set[str] = set()
    left = [text]
    while left:
        try:
            names = set(names_in(parse(left.pop()))) - seen
        except ModelError:
            continue  # told where the model is lowered
        if names & set(prices):
            return True
        seen |= names
        left += [lets[name] for name in names if name in lets]
    return False
