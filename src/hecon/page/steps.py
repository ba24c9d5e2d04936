"""The functions of a printed model, in order: which nodes each computes, before any of them is printed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from hecon.evaluate.compile.graph import VECTOR_OPS
from hecon.page.placing import ROW_KERNELS, Placing, after_rows, needs

MOST = 240  # nodes in one function; a browser leaves much longer ones uncompiled
_LOOKS = ("sum", "at", "largest", "smallest")


@dataclass(frozen=True)
class Step:
    """One function: `kind` is "numbers" (one value each, or one per tunnel), "rows" (a loop over the rows of a `clock`),
    "cohort" (a `vector` goes through its rows), "whole" (one node, all its rows at once) or "looks" (single rows). `ahead`
    steps also compute the row after the last.
    """

    kind: str
    nodes: tuple[int, ...]
    clock: int = 0
    ahead: bool = False
    vector: int = -1


def steps_of(placing: Placing, clocks: Iterable[int], part: int) -> list[Step]:
    """The steps of one part: numbers, then clock by clock pass after pass over the rows, then numbers that rest on them.

    >>> from hecon.evaluate.compile.graph import CYCLE, Graph
    >>> from hecon.page.placing import place
    >>> graph = Graph()
    >>> fee, row = graph.add("input", payload="fee", axes=4), graph.add("cycle", axes=CYCLE, cycles=1)
    >>> total = graph.sum([graph.apply("*", fee, row)])
    >>> [step.kind for step in steps_of(place(graph, [total], [], {"fee"}), [1], 1)]
    ['numbers', 'numbers']
    """
    graph = placing.graph
    mine = sorted(k for k, one in placing.part.items() if one == part)
    numbers = [k for k in mine if not (placing.has_rows(k) or graph.nodes[k].op in ("number", *_LOOKS))]
    found = list(_chunks("numbers", [k for k in numbers if not after_rows(graph, k)]))
    for clock in clocks:
        here = [
            k for k in mine if graph.nodes[k].cycles == clock and (placing.has_rows(k) or graph.nodes[k].op in _LOOKS)
        ]
        looks = tuple(k for k in here if graph.nodes[k].op == "at")
        for which in sorted({placing.passes[k] for k in here if k not in looks}):
            found += _one_pass(placing, [k for k in here if placing.passes[k] == which], clock, (part, which))
        found += [Step("looks", looks, clock)] if looks else []
    return found + list(_chunks("numbers", [k for k in numbers if after_rows(graph, k)]))


def kept_of(placing: Placing, steps: Iterable[Step], outputs: Collection[int]) -> set[int]:
    """The nodes that must be kept in memory: what is asked for, and what a node of another function reads.

    >>> from hecon.evaluate.compile.graph import Graph
    >>> from hecon.page.placing import place
    >>> graph = Graph()
    >>> fee = graph.add("input", payload="fee", axes=4)
    >>> double = graph.apply("*", fee, graph.number(2.0))
    >>> placing = place(graph, [double], [], {"fee"})
    >>> fee in kept_of(placing, steps_of(placing, [], 1), [double])
    False
    """
    steps = list(steps)
    place_of = {node: k for k, step in enumerate(steps) for node in step.nodes}
    together = {k for k, step in enumerate(steps) if step.kind in ("numbers", "rows")}
    found = set(outputs) | placing.ahead
    for node in placing.part:
        mine = place_of.get(node, -1)
        found.update(arg for arg in needs(placing.graph, node) if mine not in together or place_of.get(arg, -1) != mine)
    return found


def _one_pass(placing: Placing, nodes: list[int], clock: int, place: tuple[int, int]) -> Iterator[Step]:
    """The steps of one pass: cohorts and what needs other rows first, then everything in the same row."""
    graph = placing.graph
    for v, place_of in placing.vectors.items():
        if place_of == place and graph.vectors[v].cycles == clock:
            members = (k for k in nodes if graph.nodes[k].op in VECTOR_OPS)
            mine = tuple(k for k in members if graph.nodes[k].payload[0] == v)  # type: ignore[index]  # (vector, position)
            yield Step("cohort", mine, clock, vector=v)
    for node in nodes:
        if graph.nodes[node].op in ROW_KERNELS and graph.nodes[node].op not in VECTOR_OPS:
            yield Step("whole", (node,), clock)
    apart = (*ROW_KERNELS, "cycle", "at")
    rest = [k for k in nodes if graph.nodes[k].op not in apart and not placing.has_tunnels(k)]
    for ahead in (True, False):
        yield from _chunks("rows", [k for k in rest if (k in placing.ahead) == ahead], clock, ahead)


def _chunks(kind: str, nodes: list[int], clock: int = 0, ahead: bool = False) -> Iterator[Step]:
    for first in range(0, len(nodes), MOST):
        yield Step(kind, tuple(nodes[first : first + MOST]), clock, ahead)
