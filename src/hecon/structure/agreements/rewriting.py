"""A strategy with its product items replaced where they stand, and with further items at the leaves that pay a price once."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hecon.structure.items import Cost, Outcome
from hecon.structure.payoffs import on_a_clock
from hecon.structure.tree import Chance, Decision, Leaf, Strategy


@dataclass(frozen=True)
class Rewriting:
    """What to do with the product items called `items`: `instead` gives what takes the place of one, `added` what each leaf
    pays in addition for a price that is paid once at it or above it; `structure` changes the structure of such a leaf.

    >>> drug = Cost("drug", "price", category="product", sector="health care")
    >>> twice = Rewriting({"drug"}, lambda one: [one], lambda one, leaf: [replace(one, name="again")])
    >>> [one.name for one in twice.strategy(Strategy("a", to=Leaf(outcomes=[drug]))).to.outcomes]
    ['drug', 'again']
    """

    items: Collection[str]
    instead: Callable[[Cost], list[Outcome]]
    added: Callable[[Cost, Leaf], list[Outcome]]
    structure: Callable[[Any], Any] = lambda structure: structure

    def strategy(self, strategy: Strategy) -> Strategy:
        """The strategy rewritten; prices paid above a leaf are paid for at the leaf."""
        to = self._node(strategy.to, self._lumps(strategy.outcomes))
        return replace(strategy, outcomes=self._replaced(strategy.outcomes), to=to)

    def _node(self, node: Any, above: list[Cost]) -> Any:
        if isinstance(node, Chance):
            return Chance(*(self._way(branch, above) for branch in node.branches))
        if isinstance(node, Decision):
            return Decision(*(self._way(option, above) for option in node.options))
        return self._leaf(node if isinstance(node, Leaf) else Leaf(to=node), above)

    def _way(self, way: Any, above: list[Cost]) -> Any:
        lumps = [*above, *self._lumps(way.outcomes)]
        return replace(way, outcomes=self._replaced(way.outcomes), to=self._node(way.to, lumps))

    def _leaf(self, leaf: Leaf, above: list[Cost]) -> Leaf:
        to: Any = leaf.to
        inside = list(getattr(to, "outcomes", ()))
        lumps = [*above, *self._lumps(leaf.outcomes), *self._lumps(inside)]
        added = [one for item in lumps for one in self.added(item, leaf)]
        if any(one.name in self.items for one in inside):
            to = replace(to, outcomes=self._replaced(inside))
        if lumps and to is not None:
            to = self.structure(to)
        return replace(leaf, to=to, outcomes=[*self._replaced(leaf.outcomes), *added])

    def _lumps(self, outcomes: Sequence[Outcome]) -> list[Cost]:
        return [one for one in outcomes if isinstance(one, Cost) and one.name in self.items and not on_a_clock(one)]

    def _replaced(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        return [
            new
            for one in outcomes
            for new in (self.instead(one) if isinstance(one, Cost) and one.name in self.items else [one])
        ]
