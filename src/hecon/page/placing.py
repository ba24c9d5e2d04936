"""Where each node of an open graph is computed by the printed model: once for all draws, once per draw, or only when looked at;
before the rows, in a pass over the rows of its clock, or after them.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from hecon.evaluate.compile.graph import AFTER, CYCLE, REDUCING, TUNNEL, VECTOR_OPS, Graph, Op
from hecon.page.open_graph import When

FIXED, DRAWN, LOOKED = 0, 1, 2  # what no drawn input touches; the rest of the totals; tables over time, checks, reports
ROW_KERNELS = (
    *VECTOR_OPS,
    "cumulative",
    "time_in",
    "tunnel_time",
)  # computed for all rows at once, by a function of their own


@dataclass
class Placing:
    """The parts of a printed model: `part[node]`, the pass of a node with rows, and the nodes that are kept in memory."""

    graph: Graph
    part: dict[int, int] = field(default_factory=dict)
    passes: dict[int, int] = field(default_factory=dict)
    vectors: dict[int, tuple[int, int]] = field(default_factory=dict)  # vector: (part, pass)
    ahead: set[int] = field(default_factory=set)  # nodes also wanted in the row after the last
    lengths: dict[int, int] = field(default_factory=dict)  # tunnels of a node with one value per tunnel

    def has_rows(self, node: int) -> bool:
        """Whether a node has one value per row."""
        return bool(self.graph.nodes[node].axes & CYCLE)

    def has_tunnels(self, node: int) -> bool:
        """Whether a node has one value per tunnel."""
        return bool(self.graph.nodes[node].axes & TUNNEL)


def place(graph: Graph, main: Iterable[int], looked: Iterable[int], drawn: Collection[str]) -> Placing:
    """Place every node that the totals (`main`) and what is only looked at need; `drawn` are the inputs that have draws.

    >>> graph = Graph()
    >>> fee, row = graph.add("input", payload="fee", axes=4), graph.add("cycle", axes=CYCLE, cycles=1)
    >>> total = graph.sum([graph.apply("*", fee, row)])
    >>> placing = place(graph, [total], [], {"fee"})
    >>> placing.part[fee], placing.part[row], placing.part[total]
    (1, 0, 1)
    """
    placing = Placing(graph)
    main, looked = list(main), list(looked)
    everything = _closure(graph, [*main, *looked])
    members = {v: [k for k in everything if _vector_of(graph.nodes[k]) == v] for v in range(len(graph.vectors))}
    needed = _closure(graph, [*main, *(k for some in members.values() for k in some)])
    varies = _varying(graph, sorted(everything), drawn)
    for some in members.values():
        if any(varies[k] for k in some):  # a cohort is walked once: with all that is asked of it
            varies.update(dict.fromkeys(some, True))
    varies = _varying(graph, sorted(everything), drawn, varies)
    for node in sorted(everything):
        placing.part[node] = LOOKED if node not in needed else DRAWN if varies[node] else FIXED
    for node in sorted(everything):
        if placing.has_tunnels(node):
            op = graph.nodes[node]
            own = op.payload[0] if op.op == "state_time" else 0  # type: ignore[index]  # (tunnels, cycles a year)
            placing.lengths[node] = own or max(placing.lengths.get(arg, 0) for arg in op.args)
    at_least: dict[int, int] = {}
    while True:  # a cohort is walked in the pass of the latest thing that is asked of it
        placing.passes.clear()
        for node in sorted(everything):
            _pass_of(placing, node, at_least)
        latest = {v: max(placing.passes[k] for k in some) for v, some in members.items() if some}
        if latest == at_least:
            break
        at_least = latest
    placing.vectors = {v: (placing.part[members[v][0]], last) for v, last in at_least.items()}
    placing.ahead = _ahead(graph, everything)
    return placing


def needs(graph: Graph, node: int) -> Iterator[int]:
    """What a node needs: its arguments, its cohort's entries and starts, the time that it looks at.

    >>> graph = Graph()
    >>> list(needs(graph, graph.apply("exp", graph.add("input", payload="x", axes=4))))
    [0]
    """
    yield from graph.arguments(node)
    payload = graph.nodes[node].payload
    if isinstance(payload, When):
        yield payload.time


def _closure(graph: Graph, outputs: Iterable[int]) -> set[int]:
    found: set[int] = set()
    queue = list(outputs)
    while queue:
        node = queue.pop()
        if node not in found:
            found.add(node)
            queue += needs(graph, node)
    return found


def _vector_of(op: Op) -> int:
    return op.payload[0] if op.op in VECTOR_OPS else -1  # type: ignore[index]  # (vector, position)


def _varying(
    graph: Graph, nodes: list[int], drawn: Collection[str], known: dict[int, bool] | None = None
) -> dict[int, bool]:
    """Whether each node depends on an input that has draws, or on a node known to vary."""
    found: dict[int, bool] = {}
    for node in nodes:
        op = graph.nodes[node]
        found[node] = bool(known and known[node]) or (op.op == "input" and op.payload in drawn)
        found[node] = found[node] or any(found[one] for one in needs(graph, node))
    return found


def _pass_of(placing: Placing, node: int, at_least: dict[int, int]) -> None:
    """The pass over the rows in which a node is computed: after what it needs in other rows."""
    graph = placing.graph
    op = graph.nodes[node]
    if not (op.axes & CYCLE or op.op in REDUCING):
        return
    beside = [one for one in needs(graph, node) if placing.part[one] == placing.part[node] and one in placing.passes]
    later = op.op in ROW_KERNELS or op.op == "next"
    found = max((placing.passes[one] for one in beside), default=0) + later
    placing.passes[node] = max(found, at_least.get(_vector_of(op), 0))


def _ahead(graph: Graph, nodes: Iterable[int]) -> set[int]:
    """The nodes that some `next` wants in the row after the last; a running sum has that row by itself."""
    found: set[int] = set()
    queue = [arg for node in nodes if graph.nodes[node].op == "next" for arg in graph.nodes[node].args]
    while queue:
        node = queue.pop()
        op = graph.nodes[node]
        if node not in found and op.axes & CYCLE and op.op != "cumulative":
            found.add(node)
            queue += op.args
    return found


def after_rows(graph: Graph, node: int) -> bool:
    """Whether a number is known only when the last row has passed.

    >>> graph = Graph()
    >>> row = graph.add("cycle", axes=CYCLE, cycles=1)
    >>> after_rows(graph, graph.sum([row])), after_rows(graph, row)
    (True, False)
    """
    return bool(graph.nodes[node].axes & AFTER)
