"""The sweep: blocks are evaluated tile by tile of cycles, for a chunk of draws at once; only what is asked for outlives a tile.

Sums over cycles add rows in order, so that results are the same bit for bit for any chunking and any number of threads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate import closed
from hecon.evaluate.arrays import Array, add_rows
from hecon.evaluate.cohort import Cohort, uniformise
from hecon.evaluate.entries import check_entries
from hecon.evaluate.graph import CYCLE, DRAW, TUNNEL, Graph
from hecon.evaluate.plan import Group, Plan

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

TILE = 16
Take = Callable[[int, int, Mapping[int, Any]], None]


def run_chunk(plan: Plan, draws: "Draws", takes: Mapping[int, Take]) -> dict[int, Any]:
    """All outputs of a plan for one chunk of draws: {node: a number or (draw,)}.

    `takes[cycles]` is handed each tile of the blocks with so many cycles: first row, number of rows, values by node.
    """
    values: dict[int, Any] = {}
    with np.errstate(all="ignore"):  # both branches of `where` are evaluated; what is not finite is refused by name
        for step in plan.before(draws):
            values[step.out] = step.function(*(values[arg] for arg in step.args))
        for v, sums in plan.closed.items():
            moves = {pair: values[node] for pair, node in plan.graph.vectors[v].entries}
            check_entries(plan, v, moves, 0, 0, draws)
            values.update(closed.close(plan.graph, v, sums, values))
        for group in plan.groups:
            _sweep(plan, group, values, draws, takes.get(group.cycles))
        for step in plan.after(draws):
            values[step.out] = step.function(*(values[arg] for arg in step.args))
    return {node: values[node] for node in plan.outputs}


@dataclass
class _Total:
    """A running sum over rows of a product of factors, at most one of which is as wide as the draws."""

    wide: list[int]
    narrow: int
    value: Any = 0.0


def _sweep(plan: Plan, group: Group, values: dict[int, Any], draws: "Draws", take: Take | None) -> None:
    graph = plan.graph
    rows = group.cycles + 1
    cohorts = {v: _Walk(graph, plan, v, values, draws) for v in group.vectors}
    totals = {node: _Total(wide, narrow) for node, wide, narrow in group.sums}
    extremes: dict[int, Any] = {}
    carried: dict[int, Any] = dict.fromkeys(group.cumulative, 0.0)
    steps = plan.tile(group, draws)
    for first in range(0, rows, TILE):
        count = min(TILE, rows - first)
        tile: dict[int, Any] = {group.cycle: np.arange(first, first + count, dtype=float)[:, None]}
        for step in steps:
            if step.op == "walk":
                cohorts[step.out].rows(first, count, values, tile)
            elif step.op == "cumulative":
                tile[step.out], carried[step.out] = _cumulate(tile[step.args[0]], carried[step.out], count)
            else:
                tile[step.out] = step.function(*(tile[a] if a in tile else values[a] for a in step.args))
            for node in step.free:
                del tile[node]
        for total in totals.values():
            factors = [tile[node] for node in ([total.narrow] if total.narrow >= 0 else []) + total.wide]
            total.value = total.value + add_rows(reduce(np.multiply, factors))
        for node, row in group.rows:
            if first <= row < first + count:
                values[node] = np.array(tile[graph.nodes[node].args[0]][row - first])
        for node in group.extremes:
            op = graph.nodes[node]
            x = tile[op.args[0]]
            best = np.max(x, axis=0) if op.op == "largest" else np.min(x, axis=0)
            pick = np.maximum if op.op == "largest" else np.minimum
            extremes[node] = pick(extremes[node], best) if node in extremes else best
        if take is not None:
            take(first, count, tile)
    values.update({node: total.value for node, total in totals.items()})
    values.update(extremes)


def _cumulate(x: Array, carry: Any, count: int) -> tuple[Array, Any]:
    """The running sum of the rows before each row, and what is carried into the next tile."""
    out = np.empty((count, x.shape[1]))
    for r in range(count):
        out[r] = carry
        carry = out[r] + x[r]
    return out, carry


class _Walk:
    """A state vector's way through the tiles."""

    def __init__(self, graph: Graph, plan: Plan, number: int, values: Mapping[int, Any], draws: "Draws") -> None:
        self.vector = graph.vectors[number]
        self.graph, self.plan, self.number = graph, plan, number
        self.draws = draws
        width = draws.n if self.vector.varies else 1
        start = [values[node] for node in self.vector.start]
        self.cohort = Cohort(self.vector.size, start, {k: (n, last) for k, n, last in self.vector.tunnels}, width)
        self.buffer = [np.empty((TILE + 1, width)) for _ in range(self.vector.size)]
        for k in range(self.vector.size):
            self.buffer[k][TILE] = np.broadcast_to(np.asarray(start[k], dtype=float), (width,))
        self.dwells = plan.dwells.get(number, [])
        self.inner = plan.inner(number, draws)
        self.counts = plan.counts.get(number, [])

    def rows(self, first: int, count: int, values: Mapping[int, Any], tile: dict[int, Any]) -> None:
        """Occupancy, dwell sums and counts of a tile's rows, put into `tile`."""
        vector, last = self.vector, first + count - 1 == self.vector.cycles
        width = self.buffer[0].shape[1]
        for buffer in self.buffer:
            buffer[0] = buffer[TILE]
        if not self.cohort.tunnels:
            self.cohort.current = [buffer[0] for buffer in self.buffer]
        lookup = {**values, **tile}
        entries = {pair: lookup[node] for pair, node in vector.entries if node in lookup}
        if first == 0 or vector.changes:
            check_entries(self.plan, self.number, entries, first, count - last, self.draws)
        by_row = {pair: self.graph.nodes[node].axes & (CYCLE | TUNNEL) == CYCLE for pair, node in vector.entries}
        inner_pairs = [(pair, node) for pair, node in vector.entries if node not in lookup]
        sums = {node: np.empty((count, self.dwell_width(node, width))) for node, _, _ in self.dwells}
        counts = {node: np.zeros((count, width)) for node, _ in self.counts}
        for r in range(count):
            here: dict[int, Any] = {}
            for step in self.inner:
                args = (here[a] if a in here else _row(lookup[a], self.graph.nodes[a].axes, r) for a in step.args)
                here[step.out] = step.function(*args)
            for node, state, weight in self.dwells:
                x = here[weight] if weight in here else lookup[weight]
                sums[node][r] = add_rows(np.atleast_2d(self.cohort.current[state] * x))
            if r == count - 1 and last:
                break
            row = {pair: entry[r] if by_row[pair] else entry for pair, entry in entries.items()}
            for pair, node in inner_pairs:
                row[pair] = here[node]
                check_entries(self.plan, self.number, {pair: here[node]}, first + r, 0, self.draws)
            if vector.by == "rate":
                self.step_rates(row, r, counts)
            else:
                self.cohort.step(row, [buffer[r + 1] for buffer in self.buffer], vector.block)
        for buffer in self.buffer:
            buffer[TILE] = buffer[count]
        for node, k in self.plan.states.get(self.number, []):
            tile[node] = self.buffer[k][:count]
        tile.update(sums)
        tile.update(counts)

    def step_rates(self, row: Mapping[tuple[int, int], Any], r: int, counts: Mapping[int, Array]) -> None:
        """One uniformised step; counted moves are written to the row."""
        moves = {pair: rate / self.vector.per_year for pair, rate in row.items()}
        after, made = uniformise(self.cohort.current, moves, [pair for _, pair in self.counts], self.vector.block)
        for k, x in enumerate(after):
            self.buffer[k][r + 1] = x
            self.cohort.current[k] = self.buffer[k][r + 1]
        for node, pair in self.counts:
            counts[node][r] = made[pair]

    def dwell_width(self, node: int, width: int) -> int:
        """Whether a dwell sum is as wide as the draws."""
        return self.draws.n if self.graph.nodes[node].axes & DRAW else width


def _row(value: Any, axes: int, r: int) -> Any:
    """A value as a row sees it."""
    return value[r] if axes & CYCLE and not axes & TUNNEL else value
