"""Formulas spelled so that fewer of their operations are as large as cycles times draws; equal but for rounding."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hecon.evaluate.compile.graph import Graph

_NEVER_NEGATIVE = ("+", "*", "/", "min", "max")  # where no argument is


def merged(graph: "Graph", x: int, y: int) -> tuple[int, int]:
    """The two factors of x * y, where y joins a factor of x that changes as little as y: (a * b) * c is a * (b * c).

    >>> from hecon.evaluate.compile.graph import CYCLE, DRAW, Graph
    >>> graph = Graph()
    >>> rate, row = graph.add("input", payload="r", axes=DRAW), graph.add("cycle", axes=CYCLE, cycles=4)
    >>> product = graph.apply("*", graph.apply("*", rate, row), graph.number(-1.0))  # rate * (row * -1)
    >>> [graph.nodes[arg].axes for arg in graph.nodes[product].args] == [DRAW, CYCLE]
    True
    """
    for whole, other in ((x, y), (y, x)):
        op = graph.nodes[whole]
        if op.op != "*" or graph.certain(whole) or graph.steady(whole):
            continue
        for as_little in (
            graph.certain,
            graph.steady,
        ):  # what is certain first, for it is computed once and not by draw
            for stays, joins in (op.args, op.args[::-1]):
                if as_little(joins) and as_little(other):
                    return stays, graph.apply("*", joins, other)
    return x, y


def log_of(graph: "Graph", node: int) -> int | None:
    """The logarithm of a node as a node, where its formula says that it is no less than 0 and no draw needs a logarithm.

    >>> from hecon.evaluate.compile.graph import CYCLE, DRAW, Graph
    >>> graph = Graph()
    >>> scale, row = graph.add("input", payload="scale", axes=DRAW), graph.add("cycle", axes=CYCLE, cycles=4)
    >>> found = log_of(graph, graph.apply("/", row, graph.apply("exp", scale)))  # log(row) - scale
    >>> graph.nodes[found].args == (graph.apply("log", row), scale), log_of(graph, scale)
    (True, None)
    """
    op = graph.nodes[node]
    if op.op == "exp":
        return op.args[0]
    if not graph.certain(node) and op.op in ("*", "/"):
        first, second = (log_of(graph, arg) for arg in op.args)
        if first is None or second is None:
            return None
        return graph.apply("+" if op.op == "*" else "-", first, second)
    if not graph.certain(node) or not _never_negative(graph, node):
        return None
    return graph.apply("log", node)


def _never_negative(graph: "Graph", node: int) -> bool:
    op = graph.nodes[node]
    if op.op in _NEVER_NEGATIVE:
        return all(_never_negative(graph, arg) for arg in op.args)
    return op.op in ("cycle", "exp", "abs", "sqrt") or (isinstance(op.payload, float) and op.payload >= 0.0)
