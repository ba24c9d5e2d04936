"""DecisionTree: the outermost structure; strategies whose branches end in payoffs or lead into another structure.

What a user writes stands here; lowering.py turns it into blocks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Union

from hecon.errors import Fault, ModelError
from hecon.formula.program import Block, Clock
from hecon.structure.discounting import Rate
from hecon.structure.given import refuse_other_forms
from hecon.structure.items import Check, Outcome
from hecon.structure.scope import Scene


class Structure(Protocol):
    """What a leaf may lead to: anything that lowers to a block on a clock."""

    @property
    def name(self) -> str: ...  # a protocol's member says what the class does
    @property
    def states(self) -> Sequence[str]: ...
    @property
    def clock(self) -> Clock: ...
    def lower(self, scene: Scene, faults: list[Fault]) -> Block: ...


@dataclass(frozen=True)
class Leaf:
    """The end of a path: payoffs, or (`to`) a structure entered in `start` with overrides of its formulas.

    `start` is a state or a formula per state (their sum is 1). Payoffs are paid at the decision unless `at=` says when.

    >>> Leaf().to is None
    True
    """

    to: Structure | None = None
    start: str | Mapping[str, str] | None = None
    let: Mapping[str, str] = field(default_factory=dict)
    transitions: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, str] = field(default_factory=dict)
    outcomes: Sequence[Outcome] = ()
    checks: Sequence[Check] = ()

    def __post_init__(self) -> None:
        refuse_other_forms(self)


@dataclass(frozen=True)
class Branch:
    """One way out of a chance node: its label, its probability ("C" is the rest) and where it leads.

    >>> Branch("cured", "p_cure", Leaf()).probability
    'p_cure'
    """

    label: str
    probability: str
    to: "Node"
    outcomes: Sequence[Outcome] = ()

    def __post_init__(self) -> None:
        refuse_other_forms(self)


class Chance:
    """A chance node: its branches' probabilities add up to 1, one of them may be "C".

    >>> Chance(Branch("cured", "p_cure", Leaf()), Branch("not cured", "C", Leaf())).branches[1].label
    'not cured'
    """

    def __init__(self, *branches: Branch) -> None:
        if any(not isinstance(one, Branch) for one in branches):
            raise ModelError("a chance node takes branches one by one: Chance(Branch(...), Branch(...))")
        self.branches = branches

    def __repr__(self) -> str:
        return f"Chance({', '.join(map(repr, self.branches))})"


@dataclass(frozen=True)
class Option:
    """One choice at a decision node inside a tree.

    >>> Option("treat", Leaf()).label
    'treat'
    """

    label: str
    to: "Node"
    outcomes: Sequence[Outcome] = ()

    def __post_init__(self) -> None:
        refuse_other_forms(self)


class Decision:
    """A decision inside a tree. It is enumerated: each combination of options becomes a strategy of its own, because
    the best option depends on the threshold.

    >>> Decision(Option("treat", Leaf()), Option("wait", Leaf())).options[0].label
    'treat'
    """

    def __init__(self, *options: Option) -> None:
        if any(not isinstance(one, Option) for one in options):
            raise ModelError("a decision takes options one by one: Decision(Option(...), Option(...))")
        self.options = options

    def __repr__(self) -> str:
        return f"Decision({', '.join(map(repr, self.options))})"


Node = Union[Chance, Decision, Leaf]  # noqa: UP007  # the classes are not unions at run time


@dataclass(frozen=True)
class Strategy:
    """One thing that can be done: its tree, leaf or structure, and what it overrides.

    `lasts` is the time from the decision to the structures its leaves lead to: "6 months", or a formula in years, so it may
    be uncertain. Under a model that stands alone `to` is left out and `let`, `start`, `transitions`, `rates` override it.

    >>> Strategy("watch", "Watchful waiting").label
    'Watchful waiting'
    """

    name: str
    label: str = ""
    to: Node | Structure | None = None
    let: Mapping[str, str] = field(default_factory=dict)
    start: str | Mapping[str, str] | None = None
    transitions: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, str] = field(default_factory=dict)
    lasts: str = "0"
    outcomes: Sequence[Outcome] = ()
    checks: Sequence[Check] = ()

    def __post_init__(self) -> None:
        refuse_other_forms(self)


@dataclass(frozen=True)
class DecisionTree:
    """A decision and its strategies.

    `discount` needs two rates, each a formula or a schedule ((from year, rate), ...); `age` is the age at the decision.
    `let` holds formulas that every strategy sees and may override.

    >>> tree = DecisionTree("Watch or treat", [Strategy("watch", to=Leaf())], {"cost": "0", "effect": "0"}, "continuous")
    >>> tree.strategies[0].name
    'watch'
    """

    title: str
    strategies: Sequence[Strategy]
    discount: Mapping[str, Rate]
    discount_timing: str
    age: str | None = None
    let: Mapping[str, str] = field(default_factory=dict)
    checks: Sequence[Check] = ()

    def __post_init__(self) -> None:
        refuse_other_forms(self)

    def __repr__(self) -> str:
        return f"<DecisionTree '{self.title}': {', '.join(one.name for one in self.strategies)}>"


@dataclass(frozen=True)
class Path:
    """One way through a strategy's tree: the branches taken and the leaf at its end."""

    branches: tuple[Branch, ...]
    leaf: Leaf


def paths_of(node: Node | Structure | None) -> Iterator[Path]:
    """Every path of a tree without decisions, from the top.

    >>> tree = Chance(Branch("a", "0.4", Leaf()), Branch("b", "C", Chance(Branch("c", "1", Leaf()))))
    >>> [[branch.label for branch in path.branches] for path in paths_of(tree)]
    [['a'], ['b', 'c']]
    """
    if isinstance(node, Chance):
        for branch in node.branches:
            for path in paths_of(branch.to):
                yield Path((branch, *path.branches), path.leaf)
    elif isinstance(node, Leaf):
        yield Path((), node)
    elif node is not None and not isinstance(node, Decision):
        yield Path((), Leaf(to=node))


def tree_faults(strategy: Strategy) -> list[Fault]:
    """What is wrong with the shape of a strategy's tree: nodes without branches, labels that repeat, ends that are none.

    >>> print(tree_faults(Strategy("a", to=Chance(Branch("ill", "0.1", Leaf()), Branch("ill", "C", Leaf()))))[0])
    strategy a: two branches of a node are called 'ill'; a path could not be told from another
    """
    faults: list[Fault] = []

    def visit(node: object, path: tuple[str, ...]) -> None:
        place = " / ".join((f"strategy {strategy.name}", *path))
        ways = getattr(node, "branches", ()) or getattr(node, "options", ())
        if isinstance(node, Chance | Decision):
            what = "branches" if isinstance(node, Chance) else "options"
            labels = [way.label for way in ways]
            if not ways:
                faults.append(Fault(place, f"this node has no {what}"))
            for label in sorted({label for label in labels if labels.count(label) > 1}):
                faults.append(
                    Fault(place, f"two {what} of a node are called '{label}'; a path could not be told from another")
                )
            for way in ways:
                if " / " in way.label:
                    faults.append(
                        Fault(place, f"the label '{way.label}' holds ' / ', which stands between the labels of a path")
                    )
                if isinstance(way, Branch) and not isinstance(way.probability, str):
                    faults.append(
                        Fault(f"{place} / {way.label}", f"a probability is a formula: '{way.probability}', in quotes")
                    )
                visit(way.to, (*path, way.label))
        elif isinstance(node, Leaf):
            given = [word for word in ("let", "transitions", "rates", "start", "checks") if getattr(node, word)]
            if node.to is None and given:
                faults.append(Fault(place, f"this leaf leads to no structure, so {', '.join(given)}= change nothing"))
        elif not hasattr(node, "lower"):
            faults.append(Fault(place, f"leads to {node!r}: write a Chance, a Decision, a Leaf or a structure"))

    visit(strategy.to, ())
    return faults


def enumerate_decisions(strategy: Strategy) -> list[Strategy]:
    """A strategy for each combination of the options in its tree, named `strategy: option, option`.

    >>> choice = Strategy("test", to=Decision(Option("treat", Leaf()), Option("wait", Leaf())))
    >>> [one.name for one in enumerate_decisions(choice)]
    ['test: treat', 'test: wait']
    """
    found = []
    for labels, node in _choices(strategy.to):
        name = f"{strategy.name}: {', '.join(labels)}" if labels else strategy.name
        label = f"{strategy.label or strategy.name}: {', '.join(labels)}" if labels else strategy.label
        found.append(replace(strategy, name=name, label=label, to=node))
    return found


def _choices(node: Node | Structure | None) -> Iterator[tuple[tuple[str, ...], Node | Structure | None]]:
    if isinstance(node, Decision):
        for option in node.options:
            for labels, to in _choices(option.to):
                yield (option.label, *labels), Chance(Branch(option.label, "1", _node(to), option.outcomes))
    elif isinstance(node, Chance):
        combinations: list[tuple[tuple[str, ...], tuple[Branch, ...]]] = [((), ())]
        for branch in node.branches:
            ways = list(_choices(branch.to))
            combinations = [
                ((*labels, *more), (*branches, replace(branch, to=_node(to))))
                for labels, branches in combinations
                for more, to in ways
            ]
        for labels, branches in combinations:
            yield labels, Chance(*branches)
    else:
        yield (), node


def _node(to: Node | Structure | None) -> Node:
    """What a branch leads to, as a node of the tree."""
    return to if isinstance(to, Chance | Decision | Leaf) else Leaf(to=to)
