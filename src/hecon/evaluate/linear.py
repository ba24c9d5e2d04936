"""Which declared prices a model is linear in, whatever their value: a proof by its formulas, never a trial of prices.

A price parameter may be changed after a run only where everything that uses it is linear in it; the quantities of the
others are the derivatives of the costs. What is found is the same for every value of every input.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hecon.evaluate.compile.graph import CYCLE, VECTOR_OPS, Graph
from hecon.outcomes import Item

if TYPE_CHECKING:
    from hecon.evaluate.compile.build import Built

Quantity = tuple[str, str, Item, int]  # price, strategy, item, node

_CONDITIONS = ("<", "<=", ">", ">=", "==", "!=", "and", "or", "not")
_SHIFTS = ("at", "next", "cumulative")  # linear in their one argument
_WHY = {
    "*": "multiplies something that depends on it too",
    "sum": "multiplies something that depends on it too",
    "/": "stands in a denominator",
    "**": "stands in a power",
    **dict.fromkeys((*VECTOR_OPS, "time_in", "tunnel_time"), "moves the cohort"),
    **dict.fromkeys(_CONDITIONS, "decides a condition"),
    **dict.fromkeys(("lookup", "interp", "life_survivors"), "is looked up in a table"),
}

UNUSED = "no cost of the model depends on it"  # why a declared price may not be changed after the run


@dataclass(frozen=True)
class Prices:
    """The quantities (price, strategy, item, node) of the prices that everything is linear in.

    `not_linear` says of each other price where it is first used otherwise; `acts_with` names, per price, the others that
    its quantities depend on.
    """

    quantities: tuple[Quantity, ...] = ()
    not_linear: Mapping[str, str] = field(default_factory=dict)
    acts_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def linear_prices(
    built: "Built", names: Sequence[str], decided: Mapping[str, str], repriced: Collection[str] = ("cost",)
) -> Prices:
    """Sort the declared prices into those that everything is linear in and the others.

    `decided` are prices that a time of a look at the trace was taken from, with the place: for these the graph holds
    today's price only. `repriced` are the kinds of items that a price may move: costs; for the page,
    which computes counts anew as it does costs, counts too.

    >>> from hecon import Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, run
    >>> free, sector = {"cost": "0", "effect": "0"}, {"category": "drug", "sector": "health care"}
    >>> costs = [Cost("drug", "fee + 2 * price", **sector), Cost("rebate", "-max(0, price - 5)", **sector)]
    >>> book = make_book("demo", [Parameter(name="price", value=3.0), Parameter(name="fee", value=1.0)],
    ...                  settings={"price_parameters": ["price", "fee"]})
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=costs))], free, "continuous")
    >>> result = run(tree, book.base())
    >>> [one.name for one in result.price_parameters], dict(result.not_linear)
    (['fee'], {'price': 'a, rebate: it stands in max()'})
    """
    quantities: list[Quantity] = []
    not_linear: dict[str, str] = {}
    for name in names:
        used = _users(built.graph, name)
        mine: list[Quantity] = []
        why = f"{decided[name]}: it decides a time" if name in decided else ""
        why = why or next(_faults(built, name, used, mine, repriced), "")
        if not why and not mine:
            why = UNUSED
        if why:
            not_linear[name] = why
        else:
            quantities += mine
    good = [name for name in names if name not in not_linear]
    acts_with = {name: _inputs(built.graph, [q[3] for q in quantities if q[0] == name], good) for name in good}
    return Prices(tuple(quantities), not_linear, acts_with)


def derivative(graph: Graph, node: int, name: str, used: frozenset[int] | None = None) -> int | str:
    """The derivative of a node by an input it is linear in, as a node; else, in words, what the input does that is not linear.

    `used` are the nodes that depend on the input, where they are known already.

    >>> from hecon.evaluate.compile.graph import Graph
    >>> graph = Graph()
    >>> price, doses = graph.add("input", payload="price"), graph.add("input", payload="doses")
    >>> derivative(graph, graph.apply("*", price, doses), "price") == doses
    True
    >>> derivative(graph, graph.apply("max", price, doses), "price")
    'it stands in max()'
    """
    users = _users(graph, name) if used is None else used
    zero = graph.number(0.0)
    known: dict[int, int | str] = {}

    def by(k: int) -> int | str:
        if k not in users:
            return zero
        if k not in known:
            known[k] = rule(k)
        return known[k]

    def rule(k: int) -> int | str:
        op = graph.nodes[k]
        if op.op == "input":
            return graph.number(1.0)
        if any(one in users for one in graph.arguments(k) if one not in op.args):
            return _why(op.op)  # by the cohort's transitions or starts
        d = []
        for arg in op.args:
            one = by(arg)
            if isinstance(one, str):
                return one
            d.append(one)
        changed = [i for i, arg in enumerate(op.args) if arg in users]
        if op.op in ("+", "-"):
            return d[1] if op.op == "+" and d[0] == zero else graph.apply(op.op, *d)
        if op.op == "neg":
            return graph.apply("neg", d[0])
        if op.op == "*" and len(changed) == 1:
            return graph.apply("*", *(d[i] if i in changed else arg for i, arg in enumerate(op.args)))
        if op.op == "/" and changed == [0]:
            return graph.apply("/", d[0], op.args[1])
        if op.op == "where" and 0 not in changed:
            return graph.apply("where", op.args[0], d[1], d[2])
        if op.op in ("dwell", "dwell_next"):
            return graph.add(op.op, (d[0],), op.payload, axes=op.axes, cycles=op.cycles)
        if op.op == "tunnel_time" and 2 not in changed:
            return graph.add("tunnel_time", (d[0], d[1], op.args[2]), op.payload)
        if op.op in _SHIFTS:
            if graph.nodes[d[0]].axes & CYCLE or op.op == "cumulative":
                return graph.add(op.op, (d[0],), op.payload, axes=op.axes, cycles=op.cycles)
            return d[0]
        if op.op == "sum" and len(changed) == 1:
            args = [d[i] if i in changed else arg for i, arg in enumerate(op.args)]
            if not any(graph.nodes[arg].axes & CYCLE for arg in args):
                args.append(graph.rows(op.cycles))  # the same in every row
                return graph.product(args)
            return graph.sum(args)
        return _why(op.op)

    return by(node)


def _why(op: str) -> str:
    return f"it {_WHY.get(op, f'stands in {op}()')}"


def _faults(
    built: "Built", name: str, used: frozenset[int], quantities: list[Quantity], repriced: Collection[str]
) -> Iterator[str]:
    """Every use of a price that another price would not follow, in words; `quantities` takes those of the others."""
    graph = built.graph
    if not used:
        return
    for block in built.program.blocks:
        vector = built.vectors.get(block.name)
        if block.states is None or vector is None:
            continue
        entries = dict(graph.vectors[vector].entries)
        place = {state: k for k, state in enumerate(block.states.states)}
        for a, b in block.states.entries:
            if entries[place[a], place[b]] in used:
                yield f"{block.name}, {a} -> {b}: it moves the cohort"
        if any(start in used for start in graph.vectors[vector].start):
            yield f"{block.name}: it decides how many start there"
    for strategy, where, node in built.probabilities:
        if node in used:
            yield f"{strategy}, {where or 'the top'}: it decides the probability of a branch"
    for strategy, item, _, time in built.dated:
        if time in used:
            yield f"{strategy}, {item.name}: it decides a time"
    zero = graph.number(0.0)
    for strategy, item, _, block, node in built.terms:
        quantity = derivative(graph, node, name, used)
        if isinstance(quantity, str):
            yield f"{block.name}, {item.name}: {quantity}"
        elif quantity != zero and item.kind not in repriced:
            yield f"{block.name}, {item.name}: it moves an effect ({item.kind})"
        elif quantity != zero:
            quantities.append((name, strategy, item, quantity))
    for _, place_of_check, check, *nodes in built.checks:
        if check.must and any(node in used for node in nodes):
            yield f"{place_of_check}, check {check.name}: another price may be refused"
        for node in nodes:
            found = derivative(graph, node, name, used)
            if isinstance(found, str):
                yield f"{place_of_check}, check {check.name}: {found}"


def _users(graph: Graph, name: str) -> frozenset[int]:
    """The nodes that depend on an input."""
    found: set[int] = set()
    for k, op in enumerate(graph.nodes):
        if (op.op == "input" and op.payload == name) or any(arg in found for arg in graph.arguments(k)):
            found.add(k)
    return frozenset(found)


def _inputs(graph: Graph, nodes: Sequence[int], names: Sequence[str]) -> tuple[str, ...]:
    """Which of the inputs some nodes depend on."""
    found = {graph.nodes[k].payload for k in graph.needed(nodes) if graph.nodes[k].op == "input"}
    return tuple(name for name in names if name in found)
