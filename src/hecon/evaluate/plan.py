"""The plan of a run: which nodes are computed once, which tile by tile, which after the last cycle, and in what order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hecon.evaluate import closed
from hecon.evaluate.arrays import function_of
from hecon.evaluate.graph import AFTER, CYCLE, DRAW, REDUCING, TUNNEL, Graph
from hecon.formula.program import Program

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_VECTOR_OPS = ("state", "count", "dwell")


@dataclass(frozen=True)
class Step:
    """One operation to be done: its function, its arguments, where the result goes, what may be forgotten after it."""

    op: str
    out: int
    args: tuple[int, ...]
    function: Callable[..., Any]
    free: tuple[int, ...] = ()


@dataclass
class Group:
    """All that is swept together: blocks with the same number of cycles."""

    cycles: int
    cycle: int
    nodes: list[int] = field(default_factory=list)
    vectors: list[int] = field(default_factory=list)
    sums: list[tuple[int, list[int], int]] = field(default_factory=list)
    rows: list[tuple[int, int]] = field(default_factory=list)
    extremes: list[int] = field(default_factory=list)
    cumulative: list[int] = field(default_factory=list)


class Plan:
    """The order of evaluation for given outputs; `keep` are nodes per cycle that collectors want to see tile by tile."""

    def __init__(self, program: Program, graph: Graph, outputs: Iterable[int], keep: Iterable[int]) -> None:
        self.program = program
        self.graph = graph
        self.outputs = tuple(dict.fromkeys(outputs))
        self.kept = tuple(dict.fromkeys(keep))
        needed = graph.needed([*self.outputs, *self.kept])
        self.closed = self._closed(needed)
        self._done = {node: v for v, sums in self.closed.items() for node in sums}
        self._factors = {node: self._split(node) for node in needed if graph.nodes[node].op == "sum"}
        self.needed = self._reach([*self.outputs, *self.kept])
        self._sort()

    def before(self, draws: "Draws") -> list[Step]:
        """What does not depend on the cycle."""
        return [self._step(node, draws) for node in self._before]

    def after(self, draws: "Draws") -> list[Step]:
        """What is known when the last cycle has passed."""
        return [self._step(node, draws) for node in self._after]

    def tile(self, group: Group, draws: "Draws") -> list[Step]:
        """What is done for each tile, in order; `walk` moves a cohort through it."""
        order: list[tuple[str, int, tuple[int, ...]]] = []
        early = [node for node in group.nodes if not self._on_vector[node]]
        late = [node for node in group.nodes if self._on_vector[node]]
        order += [(self.graph.nodes[n].op, n, self.graph.nodes[n].args) for n in early]
        order += [("walk", v, ()) for v in group.vectors]
        order += [(self.graph.nodes[n].op, n, self.graph.nodes[n].args) for n in late]
        stay = self._outlive(group)
        last: dict[int, int] = {}
        for k, (_, _, args) in enumerate(order):
            last.update(dict.fromkeys(args, k))
        free: dict[int, list[int]] = {}
        for node, k in last.items():
            if node not in stay and node in set(group.nodes):
                free.setdefault(k, []).append(node)
        steps = []
        for k, (op, node, args) in enumerate(order):
            function = function_of(self.graph.nodes[node], draws) if op not in ("walk", "cumulative") else _nothing
            steps.append(Step(op, node, args, function, tuple(free.get(k, ()))))
        return steps

    def inner(self, vector: int, draws: "Draws") -> list[Step]:
        """What a vector needs for each row and each tunnel."""
        return [self._step(node, draws) for node in self._inner.get(vector, [])]

    def width(self) -> int:
        """How many arrays as wide as a tile, roughly, are alive at once; for the size of a chunk."""
        wide = sum(1 for group in self.groups for node in self._outlive(group) if self.graph.nodes[node].axes & DRAW)
        states = sum(self.graph.vectors[v].size for group in self.groups for v in group.vectors)
        return 4 + wide + states

    def _step(self, node: int, draws: "Draws") -> Step:
        op = self.graph.nodes[node]
        return Step(op.op, node, op.args, function_of(op, draws))

    def _outlive(self, group: Group) -> set[int]:
        """Nodes of a tile that are read after all its steps: by sums, reductions, collectors and walks."""
        stay = {n for _, wide, narrow in group.sums for n in (*wide, narrow)}
        stay |= {self.graph.nodes[node].args[0] for node, _ in group.rows}
        stay |= {self.graph.nodes[node].args[0] for node in group.extremes}
        stay |= set(self.kept) | {group.cycle}
        for v in group.vectors:
            stay |= {node for _, node in self.graph.vectors[v].entries}
            stay |= {arg for node in self._inner.get(v, []) for arg in self.graph.nodes[node].args}
            stay |= {arg for _, _, arg in self.dwells.get(v, [])}
        return stay

    def _closed(self, needed: set[int]) -> dict[int, dict[int, closed.Shape]]:
        """The vectors that need no walk: constant moves, and only sums of a known shape asked of them."""
        graph, found = self.graph, {}
        for v, vector in enumerate(graph.vectors):
            mine = {n for n in needed if graph.nodes[n].op in _VECTOR_OPS and graph.nodes[n].payload[0] == v}  # type: ignore[index]  # (vector, position)
            if vector.changes or vector.tunnels or not mine or mine & set(self.kept):
                continue
            users = [n for n in needed if mine & set(graph.nodes[n].args)]
            shapes = {n: closed.shape_of(graph, n, v) if graph.nodes[n].op == "sum" else None for n in users}
            known = {n: shape for n, shape in shapes.items() if shape is not None}
            discounts = len({shape.discount for shape in known.values()})
            if len(known) == len(shapes) and closed.worthwhile(
                vector.size, len(vector.entries), vector.cycles, discounts
            ):
                found[v] = known
        return found

    def _split(self, node: int) -> tuple[list[int], int]:
        """The factors of a sum: those as wide as the draws, and the product of the others (-1 for none)."""
        args = self.graph.nodes[node].args
        wide = [a for a in args if self.graph.nodes[a].axes & DRAW]
        narrow = [a for a in args if not self.graph.nodes[a].axes & DRAW]
        return wide, self.graph.product(narrow) if narrow else -1

    def _reach(self, outputs: Iterable[int]) -> set[int]:
        """The nodes to be computed: a sum's through its factors, a closed sum's through its cohort's moves."""
        found: set[int] = set()
        queue = list(outputs)
        while queue:
            node = queue.pop()
            if node in found:
                continue
            found.add(node)
            if node in self._done:
                vector = self.graph.vectors[self._done[node]]
                queue += [*(entry for _, entry in vector.entries), *vector.start]
                queue += [n for rate, _, zero in self.closed[self._done[node]][node].discount for n in (rate, zero)]
            elif self.graph.nodes[node].op == "sum":
                wide, narrow = self._factors[node]
                queue += [*wide, *([narrow] if narrow >= 0 else [])]
            else:
                queue += self.graph.arguments(node)
        return found

    def _sort(self) -> None:
        """Put every needed node where it is computed."""
        graph = self.graph
        groups: dict[int, Group] = {}
        self._before: list[int] = []
        self._after: list[int] = []
        self._inner: dict[int, list[int]] = {}
        self._on_vector: dict[int, bool] = {}
        self.dwells: dict[int, list[tuple[int, int, int]]] = {}
        self.counts: dict[int, list[tuple[int, tuple[int, int]]]] = {}
        self.states: dict[int, list[tuple[int, int]]] = {}
        inner = [n for n in sorted(self.needed) if graph.nodes[n].axes & CYCLE and graph.nodes[n].axes & TUNNEL]
        for node in sorted(self.needed):
            op = graph.nodes[node]
            payload: Any = op.payload
            if node in self._done or node in inner:
                continue
            if op.op in REDUCING or op.axes & CYCLE:
                cycles = op.cycles
                group = groups.setdefault(cycles, Group(cycles, graph.add("cycle", axes=CYCLE, cycles=cycles)))
            if op.op in REDUCING:
                if op.op == "sum":
                    group.sums.append((node, *self._factors[node]))
                elif op.op == "at":
                    group.rows.append((node, payload))
                else:
                    group.extremes.append(node)
            elif op.axes & CYCLE:
                if op.op in _VECTOR_OPS:
                    v = payload[0]
                    if v not in group.vectors:
                        group.vectors.append(v)
                    self._place(node, v, payload)
                elif op.op != "cycle":
                    group.nodes.append(node)
                    if op.op == "cumulative":
                        group.cumulative.append(node)
                self._on_vector[node] = op.op in _VECTOR_OPS or any(self._on_vector.get(arg, False) for arg in op.args)
            elif op.axes & AFTER:
                self._after.append(node)
            else:
                self._before.append(node)
        for v in [v for group in groups.values() for v in group.vectors]:
            ends = [entry for _, entry in graph.vectors[v].entries] + [arg for _, _, arg in self.dwells.get(v, [])]
            self._inner[v] = [node for node in inner if node in graph.needed(ends)]
        self.groups = list(groups.values())

    def _place(self, node: int, v: int, payload: Any) -> None:
        op = self.graph.nodes[node]
        if op.op == "state":
            self.states.setdefault(v, []).append((node, payload[1]))
        elif op.op == "count":
            self.counts.setdefault(v, []).append((node, payload[1]))
        else:
            self.dwells.setdefault(v, []).append((node, payload[1], op.args[0]))


def _nothing() -> None:
    """A step that the sweep does itself."""
