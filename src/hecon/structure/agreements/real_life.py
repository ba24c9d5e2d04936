"""The model as real life may be: those treated lose a condition faster or never, or fare as under another strategy."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from hecon.errors import ModelError
from hecon.formula.parsing import parse
from hecon.formula.syntax import names_in
from hecon.structure.agreements.conditions import condition_states, dead_states
from hecon.structure.items import Cost
from hecon.structure.partitioned import PartitionedSurvival
from hecon.structure.tree import Chance, Decision, DecisionTree, Leaf, Strategy, paths_of


def losing_faster(tree: DecisionTree, strategy: str, item: str, condition: str, ratio: float) -> DecisionTree:
    """The model with the hazard of losing a condition multiplied by `ratio` for those who get a product; 0: nobody loses it.

    In a Markov model these are the transitions from the condition's states to other states in which people live (or to death,
    where there are no others); deaths stay as they are. In a partitioned model it is the curve of the condition, never above the
    next one.

    Raises:
        ModelError: states that the model does not have or that can be entered again, transitions written as the rest ("C").

    >>> from hecon.structure.markov import MarkovModel
    >>> moves = {"well -> ill": "0.1", "well -> dead": "0.1", "ill -> dead": "0.2"}
    >>> cohort = MarkovModel(("well", "ill", "dead"), "1 year", "9 years", "start", "end", transitions=moves)
    >>> drug = Cost("drug", "price", category="product", sector="health care")
    >>> tree = DecisionTree("Demo", [Strategy("drug", to=Leaf(to=cohort, start="well", outcomes=[drug]))], {}, "continuous")
    >>> losing_faster(tree, "drug", "drug", "well", 2).strategies[0].to.transitions
    {'well -> ill': 'hr_on_prob(0.1, 2)'}
    """

    def faster(leaf: Leaf) -> Leaf:
        to: Any = leaf.to
        if to is None:
            raise ModelError(
                f"real life: {strategy} gives the product in a leaf without a structure; nothing is lost over time"
            )
        states = condition_states(to, condition, "real life")
        if isinstance(to, PartitionedSurvival):
            return replace(leaf, to=replace(to, curves=_faster_curves(to, states, ratio)))
        by_rate = bool(to.rates)
        given: Mapping[str, str] = {
            **(to.rates or to.transitions or {}),
            **(leaf.rates if by_rate else leaf.transitions),
        }
        lost = _losses(given, states, dead_states(to))
        wrong = [move for move in lost if given[move].strip() == "C"]
        if wrong or not lost:
            why = f"{', '.join(wrong)} is written as the rest" if wrong else f"no transition leaves '{condition}'"
            raise ModelError(f"real life: {why}, so there is no hazard to multiply")
        changed = {
            move: f"({given[move]}) * {ratio!r}" if by_rate else f"hr_on_prob({given[move]}, {ratio!r})"
            for move in lost
        }
        if by_rate:
            return replace(leaf, rates={**leaf.rates, **changed})
        return replace(leaf, transitions={**leaf.transitions, **changed})

    return _with_leaves(tree, strategy, item, faster)


def faring_as(tree: DecisionTree, strategy: str, item: str, other: str) -> DecisionTree:
    """The model in which those who get a product fare over time as those of another strategy, and are paid for as before.

    Raises:
        ModelError: a strategy that is not known, or that ends in several leaves with a structure.

    >>> drug = Cost("drug", "price", category="product", sector="health care")
    >>> arms = [Strategy("usual", to=Leaf()), Strategy("drug", to=Leaf(outcomes=[drug]))]
    >>> faring_as(DecisionTree("Demo", arms, {}, "continuous"), "drug", "drug", "usual")
    Traceback (most recent call last):
    hecon.errors.ModelError: real life: usual leads to 0 structures; to fare as under it, it must lead to one
    """
    found = next((one for one in tree.strategies if one.name == other), None)
    if found is None:
        raise ModelError(
            f"real life: '{other}' is not a known strategy ({', '.join(one.name for one in tree.strategies)})"
        )
    leaves = [path.leaf for path in paths_of(found.to) if path.leaf.to is not None]
    if len(leaves) != 1:
        raise ModelError(
            f"real life: {other} leads to {len(leaves)} structures; to fare as under it, it must lead to one"
        )
    model = leaves[0]

    def as_other(leaf: Leaf) -> Leaf:
        let = _used(
            {**leaf.let, **found.let, **model.let},
            (model.to, model.start, model.transitions, model.rates, leaf.outcomes),
        )
        return replace(leaf, to=model.to, start=model.start, let=let, transitions=model.transitions, rates=model.rates)

    return _with_leaves(tree, strategy, item, as_other)


def _used(let: Mapping[str, str], by: Any) -> dict[str, str]:
    """The formulas that something uses, through each other too; others would change nothing, which lowering refuses."""
    seen: set[str] = set()
    left = list(_texts(by))
    while left:
        try:
            names = set(names_in(parse(left.pop()))) - seen
        except ModelError:
            continue  # no formula, or one whose fault is told where the model is lowered
        seen |= names
        left += [let[name] for name in names if name in let]
    return {name: text for name, text in let.items() if name in seen}


def _texts(part: Any) -> Iterator[str]:
    """Every text in a record, a mapping or a list."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from _texts(one)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _texts(one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _texts(getattr(part, field.name))


def _faster_curves(to: PartitionedSurvival, states: Sequence[str], ratio: float) -> dict[str, str]:
    """The curves with that of the condition raised to a power; earlier ones stay below it."""
    alive = [state for state in to.states if state in to.curves]
    last = len(states) - 1
    if list(states) != alive[: last + 1]:
        raise ModelError(f"real life: '{' '.join(states)}' are not the first states of the partitioned model")
    own = f"({to.curves[alive[last]]}) ** {ratio!r}"
    own = f"min({own}, {to.curves[alive[last + 1]]})" if last + 1 < len(alive) else own
    earlier = {state: f"min({to.curves[state]}, {own})" for state in alive[:last]}
    return {**to.curves, **earlier, alive[last]: own}


def _losses(given: Mapping[str, str], states: Sequence[str], dead: Sequence[str]) -> list[str]:
    """The transitions that leave a condition to states in which people live; to death where there are none."""
    ends = {move: tuple(part.strip() for part in move.split("->")) for move in given}
    out = [move for move, (start, *end) in ends.items() if start in states and end and end[0] not in states]
    return [move for move in out if ends[move][1] not in dead] or out


def _with_leaves(tree: DecisionTree, strategy: str, item: str, change: Callable[[Leaf], Leaf]) -> DecisionTree:
    """The tree with the leaves at or above which a product is paid changed."""
    found: list[Leaf] = []

    def pays(outcomes: Sequence[Any]) -> bool:
        return any(isinstance(one, Cost) and one.name == item for one in outcomes)

    def at(node: Any, paid: bool) -> Any:
        if isinstance(node, Chance):
            return Chance(*(replace(way, to=at(way.to, paid or pays(way.outcomes))) for way in node.branches))
        if isinstance(node, Decision):
            return Decision(*(replace(way, to=at(way.to, paid or pays(way.outcomes))) for way in node.options))
        leaf = node if isinstance(node, Leaf) else Leaf(to=node)
        inside = getattr(leaf.to, "outcomes", ())
        if not (paid or pays(leaf.outcomes) or pays(inside)):
            return node
        found.append(leaf)
        return change(leaf)

    def changed(one: Strategy) -> Strategy:
        return replace(one, to=at(one.to, pays(one.outcomes))) if one.name == strategy else one

    strategies = [changed(one) for one in tree.strategies]
    if not found:
        raise ModelError(f"real life: no leaf of '{strategy}' pays for '{item}'")
    return replace(tree, strategies=strategies)
