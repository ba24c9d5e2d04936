"""Which formula a name stands for in a block: the structure's, overridden by its strategy's and its leaf's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hecon.errors import Fault, ModelError
from hecon.formula.parsing import parse
from hecon.formula.program import Clock, Formula
from hecon.formula.syntax import Call, Name, Node, Number, names_in, walk
from hecon.formula.vocabulary import REDUCTIONS
from hecon.names import RESERVED, name_fault
from hecon.structure.discounting import Discounting
from hecon.structure.items import Outcome

_CLOCK_NAMES = {"cycle", "cycles", "t", "t_mid", "cycle_years", "state_time", "state_time_mid", "mass"}
_LONG = 50  # terms of a sum that is not halved; each nests one operation deeper
_CLOCK_CALLS = {"occupancy", "transitions", "cumulative", "next", *REDUCTIONS}


@dataclass(frozen=True)
class Scene:
    """Where a structure is played: its strategy and block, who enters (`start`, as shares of the cohort), when, how old.

    `let`, `entries` and `outcomes` are the overrides and additions of strategy and leaf; `outer` the strategy's own names.
    """

    strategy: str
    block: str
    parent: str
    mass: Node
    start: Mapping[str, Node]
    offset: Node
    age: Node | None
    discounting: Discounting
    let: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[str, str] = field(default_factory=dict)
    outer: Mapping[str, str] = field(default_factory=dict)
    outcomes: Sequence[Outcome] = ()


def read(text: str, place: str, faults: list[Fault]) -> Node:
    """Parse one formula; a fault is noted with its place and 0 stands in for it.

    >>> faults: list[Fault] = []
    >>> read("p.x", "model, p_die", faults), len(faults)
    (Number(value=0.0), 1)
    """
    if not isinstance(text, str):
        faults.append(Fault(place, f"a formula is written as text: '{text}', in quotes"))
        return Number(0.0)
    try:
        return parse(text)
    except ModelError as error:
        faults.append(Fault(place, str(error)))
        return Number(0.0)


def read_all(texts: Mapping[str, str], place: str, faults: list[Fault]) -> dict[str, Formula]:
    """Named formulas from their texts; bad names and bad formulas are noted as faults.

    >>> faults: list[Fault] = []
    >>> list(read_all({"r_die": "0.1", "hr1": "2"}, "model", faults)), str(faults[0])
    (['r_die', 'hr1'], "model: 'hr1' is an Excel cell; write 'hr_1'")
    """
    found = {}
    for name, text in texts.items():
        fault = name_fault(name)
        if fault:
            faults.append(Fault(place, fault))
        found[name] = Formula(name, text, read(text, f"{place}, {name}", faults))
    return found


def split_scope(
    declared: Mapping[str, Formula], outer: Mapping[str, Formula]
) -> tuple[dict[str, Formula], dict[str, Formula]]:
    """The formulas that belong on the block's clock, and the rest, which stay with the strategy.

    A name of the strategy moves into the block when it overrides one of the block's, uses the clock, or uses a name
    that does.

    >>> outer = read_all({"x": "2 * t", "y": "2 * p"}, "model", [])
    >>> local, rest = split_scope({}, outer)
    >>> list(local), list(rest)
    (['x'], ['y'])
    """
    local = {name: outer.get(name, formula) for name, formula in declared.items()}
    moved = True
    rest = {name: formula for name, formula in outer.items() if name not in local}
    while moved:
        moved = False
        for name, formula in list(rest.items()):
            if uses_clock(formula.tree) or any(
                used in local or used in ("age", "age_mid") for used in names_in(formula.tree)
            ):
                local[name] = rest.pop(name)
                moved = True
    return local, rest


def uses_clock(tree: Node) -> bool:
    """Whether a tree itself names the clock, the cohort or a reduction over cycles.

    >>> uses_clock(parse("a * t")), uses_clock(parse("a * b"))
    (True, False)
    """
    return any(
        (isinstance(node, Name) and node.name in _CLOCK_NAMES) or (isinstance(node, Call) and node.op in _CLOCK_CALLS)
        for node in walk(tree)
    )


def clock_formulas(scene: Scene, when: Clock) -> dict[str, Formula]:
    """The reserved names of a block, as formulas like any other.

    >>> free = Discounting({"cost": "0", "effect": "0"}, "continuous")
    >>> scene = Scene("a", "a - cohort", "a", Number(1.0), {}, Number(0.0), Name("age_start"), free)
    >>> list(clock_formulas(scene, Clock(12.0, 24)))
    ['cycles', 'cycle_years', 't', 't_mid', 'mass', 'state_time_mid', 'age', 'age_mid']
    """
    trees: dict[str, Node] = {
        "cycles": Number(float(when.cycles)),
        "cycle_years": Call("/", (Number(1.0), Number(when.per_year))),
        "t": Call("/", (Name("cycle"), Number(when.per_year))),
        "t_mid": _mid("t"),
        "mass": scene.mass,
        "state_time_mid": _mid("state_time"),
    }
    if scene.age is not None:
        start = scene.age if scene.offset == Number(0.0) else Call("+", (scene.age, scene.offset))
        trees |= {"age": Call("+", (start, Name("t"))), "age_mid": _mid("age")}
    return {name: Formula(name, RESERVED[name], tree) for name, tree in trees.items()}


def _mid(name: str) -> Node:
    """Half a cycle later."""
    return Call("+", (Name(name), Call("/", (Name("cycle_years"), Number(2.0)))))


def circles(formulas: Mapping[str, Formula], place: str) -> list[Fault]:
    """A fault for each circular definition, told as the path that closes it.

    >>> loop = {name: Formula(name, text, parse(text)) for name, text in {"a": "b + 1", "b": "a * 2"}.items()}
    >>> print(circles(loop, "model")[0])
    model: circular definition: a -> b -> a
    """
    faults: list[Fault] = []
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        if name in path:
            faults.append(Fault(place, "circular definition: " + " -> ".join([*path[path.index(name) :], name])))
            return
        if name in done or name not in formulas:
            return
        for used in names_in(formulas[name].tree):
            visit(used, [*path, name])
        done.add(name)

    for name in formulas:
        visit(name, [])
    return faults


def product(*factors: Node) -> Node:
    """The product of trees, without needless ones.

    >>> product(Number(1.0), Name("a"), Name("b"))
    Call(op='*', args=(Name(name='a'), Name(name='b')))
    """
    return _fold("*", [factor for factor in factors if factor != Number(1.0)], Number(1.0))


def total(terms: Iterable[Node]) -> Node:
    """The sum of trees; nothing adds up to 0.

    >>> total([])
    Number(value=0.0)
    """
    return _fold("+", list(terms), Number(0.0))


def _fold(op: str, trees: list[Node], empty: Node) -> Node:
    if not trees:
        return empty
    if len(trees) > _LONG:
        half = len(trees) // 2
        return Call(op, (_fold(op, trees[:half], empty), _fold(op, trees[half:], empty)))
    result = trees[0]
    for tree in trees[1:]:
        result = Call(op, (result, tree))
    return result
