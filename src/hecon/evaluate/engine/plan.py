"""The plan of a run: which nodes are computed once, which tile by tile, which after the last cycle, and in what order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.compile.arrays import function_of
from hecon.evaluate.compile.graph import AFTER, CYCLE, DRAW, REDUCING, TUNNEL, VECTOR_OPS, Graph
from hecon.evaluate.engine import constant_cohort as closed
from hecon.evaluate.keep.periods import Layout
from hecon.formula.program import Program

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws


@dataclass(frozen=True)
class Reader:
    """A sum over rows of a product with weights that no draw changes: `weights` is (the `time_in` that they stand for or -1,
    the node of the weights or -1), `alike` are its factors that are the same in all rows of the tile.
    """

    node: int
    weights: tuple[int, int]
    alike: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """One operation to be done: its function, its arguments, where the result goes, what may be forgotten after it;
    `ahead` when it is also needed in the row below the tile, `into` which argument may be written over (-1 for none).

    `walk` moves a cohort through a tile, `cumulative` carries over from tile to tile, `branch` is the side of a `where`
    that is taken throughout; `sum`, `periods`, `at`, `largest` and `smallest` take what a tile holds: the sweep does these
    itself. The `readers` of a `sum` add up the product of its arguments.
    """

    op: str
    out: int
    args: tuple[int, ...]
    function: Callable[..., Any]
    free: tuple[int, ...] = ()
    ahead: bool = False
    into: int = -1
    readers: tuple[Reader, ...] = ()

    @property
    def needs(self) -> tuple[int, ...]:
        """The nodes that it reads."""
        return (*self.args, *(node for reader in self.readers for node in reader.alike))


@dataclass
class Group:
    """All that is swept together: blocks with the same number of cycles."""

    cycles: int
    cycle: int
    nodes: list[int] = field(default_factory=list)
    vectors: list[int] = field(default_factory=list)
    sums: list[tuple[int, list[int], int]] = field(default_factory=list)
    periods: list[tuple[int, list[int], int, Layout]] = field(default_factory=list)
    rows: list[tuple[int, int]] = field(default_factory=list)
    extremes: list[int] = field(default_factory=list)


class Plan:
    """The order of evaluation for given outputs; `keep` are nodes per cycle that collectors want to see tile by tile.

    What the same in every draw is computed here, once (`fixed`); it holds for draws that differ in what varies only.
    """

    def __init__(
        self, program: Program, graph: Graph, outputs: Iterable[int], keep: Iterable[int], draws: "Draws"
    ) -> None:
        self.program = program
        self.graph = graph
        self.outputs = tuple(dict.fromkeys(outputs))
        self.kept = tuple(dict.fromkeys(keep))
        needed = graph.needed([*self.outputs, *self.kept])
        self.closed = self._closed(graph.needed(self._without_periods()))
        self._done = {node: v for v, sums in self.closed.items() for node in sums}
        self._factors = {node: self._split(node) for node in needed if graph.nodes[node].op in ("sum", "periods")}
        self.needed = self._reach([*self.outputs, *self.kept])
        self.fixed: dict[int, Any] = {}
        self.before: list[Step] = []
        self.after: list[Step] = []
        self.dwells: dict[int, list[tuple[int, int, int]]] = {}  # (node, state, what is added up over its tunnels)
        self.next_dwells: dict[int, list[tuple[int, int, int]]] = {}  # the same of those there in the next row
        self.counts: dict[int, list[tuple[int, tuple[int, int]]]] = {}
        self.states: dict[int, list[tuple[int, int]]] = {}
        self.inner: dict[int, list[Step]] = {}
        self.in_full: dict[int, set[int]] = {}  # the states of a vector whose row is written without a rest, once known
        self._walked: dict[tuple[int, tuple[bool, ...]], list[list[int]]] = {}
        with np.errstate(all="ignore"):  # what is not finite is refused by name, where it is used
            self.groups = self._sort(draws)

    def feeds(self, v: int) -> set[int]:
        """The nodes that the walk of a vector reads in a tile."""
        found = {node for _, node in self.graph.vectors[v].entries}
        found |= {arg for step in self.inner.get(v, []) for arg in step.args}
        return found | {arg for _, _, arg in self.tunnel_sums(v)}

    def tunnel_sums(self, vector: int) -> list[tuple[int, int, int]]:
        """All sums over tunnels that are asked of a vector."""
        return [*self.dwells.get(vector, []), *self.next_dwells.get(vector, [])]

    def walked(self, group: Group, first: int) -> list[int]:
        """The vectors that are walked in the tile from row `first` on: those that something read there stands on."""
        if all(layout.rows > group.cycles for *_, layout in group.periods):
            return group.vectors
        known = self._walked.setdefault((group.cycles, tuple(layout.rows > first for *_, layout in group.periods)), [])
        if not known:
            needed = self.graph.needed(self.read(group, first))
            known.append([v for v in group.vectors if needed & self.of_vector(v)])
        return known[0]

    def of_vector(self, v: int) -> set[int]:
        """The nodes that a walk of a vector yields."""
        found = {node for table in (self.states, self.counts) for node, _ in table.get(v, [])}
        return found | {node for node, _, _ in self.tunnel_sums(v)}

    def _without_periods(self) -> list[int]:
        """What is asked for besides sums by period, which never stop a cohort from being closed: they walk it apart."""
        return [node for node in (*self.outputs, *self.kept) if self.graph.nodes[node].op != "periods"]

    def read(self, group: Group, first: int) -> set[int]:
        """Nodes that sums, reductions and collectors read in the tile from row `first` on."""
        stay = {n for _, wide, narrow in group.sums for n in (*wide, narrow) if n >= 0}
        stay |= {
            n for _, wide, narrow, layout in group.periods if layout.rows > first for n in (*wide, narrow) if n >= 0
        }
        stay |= {self.graph.nodes[node].args[0] for node, _ in group.rows}
        stay |= {self.graph.nodes[node].args[0] for node in group.extremes}
        return stay | {node for node in self.kept if self.graph.nodes[node].cycles == group.cycles}

    def followed(self, vector: int) -> set[int]:
        """The states of a vector that must be walked: those asked for and all that lead there."""
        asked = {k for _, k in self.states.get(vector, [])} | {k for _, k, _ in self.tunnel_sums(vector)}
        asked |= {pair[0] for _, pair in self.counts.get(vector, [])}
        return closed.ancestors(asked, dict(self.graph.vectors[vector].entries))

    def _closed(self, needed: set[int]) -> dict[int, dict[int, closed.Shape]]:
        """The vectors that need no walk: constant moves, and only sums of a known shape asked of them."""
        graph, found = self.graph, {}
        for v, vector in enumerate(graph.vectors):
            mine = {n for n in needed if graph.nodes[n].op in VECTOR_OPS and graph.nodes[n].payload[0] == v}  # type: ignore[index]  # (vector, position)
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
            elif self.graph.nodes[node].op in ("sum", "periods"):
                wide, narrow = self._factors[node]
                queue += [*wide, *([narrow] if narrow >= 0 else [])]
            else:
                queue += self.graph.arguments(node)
        return found

    def _sort(self, draws: "Draws") -> list[Group]:
        """Put every needed node where it is computed."""
        graph = self.graph
        groups: dict[int, Group] = {}
        inner = [n for n in sorted(self.needed) if graph.nodes[n].axes & CYCLE and graph.nodes[n].axes & TUNNEL]
        for node in sorted(self.needed):
            op = graph.nodes[node]
            if node in self._done or node in inner:
                continue
            if op.op in REDUCING or op.axes & CYCLE:
                group = groups.setdefault(op.cycles, Group(op.cycles, graph.add("cycle", axes=CYCLE, cycles=op.cycles)))
                self._place(group, node)
            elif op.axes & AFTER:
                self.after.append(self._step(node, draws))
            elif op.axes & DRAW:
                self.before.append(self._step(node, draws))
            else:
                self.fixed[node] = function_of(op, draws)(*(self.fixed[arg] for arg in op.args))
        for v in [v for group in groups.values() for v in group.vectors]:
            ends = [entry for _, entry in graph.vectors[v].entries] + [arg for _, _, arg in self.tunnel_sums(v)]
            needed = graph.needed(ends)
            self.inner[v] = [self._step(node, draws) for node in inner if node in needed]
        return list(groups.values())

    def _step(self, node: int, draws: "Draws") -> Step:
        op = self.graph.nodes[node]
        return Step(op.op, node, op.args, function_of(op, draws))

    def _place(self, group: Group, node: int) -> None:
        """A node that has to do with cycles, in the group of its clock."""
        op = self.graph.nodes[node]
        payload: Any = op.payload
        if op.op == "sum":
            group.sums.append((node, *self._factors[node]))
        elif op.op == "periods":
            group.periods.append((node, *self._factors[node], payload))
        elif op.op == "at":
            group.rows.append((node, payload))
        elif op.op in REDUCING:
            group.extremes.append(node)
        elif op.op in VECTOR_OPS:
            if payload[0] not in group.vectors:
                group.vectors.append(payload[0])
            if op.op == "state":
                self.states.setdefault(payload[0], []).append((node, payload[1]))
            elif op.op == "count":
                self.counts.setdefault(payload[0], []).append((node, payload[1]))
            else:
                kept = self.dwells if op.op == "dwell" else self.next_dwells
                kept.setdefault(payload[0], []).append((node, payload[1], op.args[0]))
        elif op.op != "cycle":
            group.nodes.append(node)
