"""The sweep: blocks are evaluated tile by tile of cycles, for a chunk of draws at once; only what is asked for outlives a tile.

Sums over cycles add rows in order, so that results are the same bit for bit for any chunking and any number of threads.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.compile.arrays import Array, add_rows, weighted
from hecon.evaluate.compile.graph import DRAW
from hecon.evaluate.compile.spent import time_spent, tunnel_time
from hecon.evaluate.engine import constant_cohort as closed
from hecon.evaluate.engine.check_probabilities import check_entries
from hecon.evaluate.engine.plan import Group, Plan, Step
from hecon.evaluate.engine.schedule import TILE, TilePlan
from hecon.evaluate.engine.walk import Walk
from hecon.evaluate.keep.periods import ByPeriod, Layout, Stretch, stretches

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

Take = Callable[[int, int, Mapping[int, Any]], None]


def run_chunk(
    plan: Plan, tiles: Mapping[int, list[TilePlan]], draws: "Draws", takes: Mapping[int, Take], periods: int = 0
) -> dict[int, Any]:
    """All outputs of a plan for one chunk of draws: {node: a number or (draw,)}.

    `tiles[cycles]` is the schedule of the blocks with so many cycles; `takes[cycles]` is handed each of their tiles:
    first row, number of rows, values by node. Sums by period have so many `periods`: (period, draw).

    >>> from hecon.evaluate.engine.schedule import schedule
    >>> from hecon.evaluate.compile.graph import CYCLE, Graph
    >>> from hecon.formula.program import Program
    >>> from hecon.inputs.book import make_book
    >>> graph, draws = Graph(), make_book("demo", []).base()
    >>> total = graph.sum([graph.add("cycle", axes=CYCLE, cycles=20)])
    >>> plan = Plan(Program("Demo", (), (), ()), graph, [total], [], draws)
    >>> tiles = {20: schedule(plan, plan.groups[0], draws)}
    >>> run_chunk(plan, tiles, draws, {})[total].tolist()  # 0 + 1 + ... + 20
    [210.0]
    """
    values = dict(plan.fixed)
    with np.errstate(all="ignore"), _rows_apart():  # what is not finite is refused by name, not by a warning
        for step in plan.before:
            if step.op == "input":
                values[step.out] = draws[plan.graph.nodes[step.out].payload]  # type: ignore[index]  # an input's name
            else:
                values[step.out] = step.function(*(values[arg] for arg in step.args))
        for v, sums in plan.closed.items():
            moves = {pair: values[node] for pair, node in plan.graph.vectors[v].entries}
            check_entries(plan, v, moves, 0, 0, draws)
            values.update(closed.close(plan.graph, v, sums, values))
        for group in plan.groups:
            sweep = _Sweep(plan, group, values, draws, periods)
            kept = [node for node in plan.kept if plan.graph.nodes[node].cycles == group.cycles]
            take = takes.get(group.cycles)
            for planned in tiles[group.cycles]:
                sweep.tile(planned)
                if take is not None:
                    take(planned.first, planned.count, {node: sweep.rows(node) for node in kept})
            values.update(sweep.results())
        for step in plan.after:
            values[step.out] = step.function(*(values[arg] for arg in step.args))
    return {node: values[node] for node in plan.outputs}


@contextmanager
def _rows_apart() -> Iterator[None]:
    """Let numpy walk rows one by one: it would copy (cycle, 1) into a buffer of several rows, at the price of an operation."""
    before = np.setbufsize(16)
    try:
        yield
    finally:
        np.setbufsize(before)


class _Sweep:
    """One pass over the tiles of a group for one chunk of draws: what a tile holds, what is carried from tile to tile and
    what has been added up so far.
    """

    def __init__(self, plan: Plan, group: Group, values: dict[int, Any], draws: "Draws", periods: int) -> None:
        self.plan, self.group, self.values, self.periods = plan, group, values, periods
        self.nodes = plan.graph.nodes
        self.width = draws.n
        self.cohorts = {v: Walk(plan, v, values, draws) for v in group.vectors}
        self.scratch = np.empty((TILE, draws.n))
        self.carried: dict[int, Any] = {}
        self.found: dict[int, Any] = {node: 0.0 for node, _, _ in group.sums}
        self.spread = {
            node: ByPeriod(layout, periods, draws.n if self.nodes[node].axes & DRAW else 1)
            for node, _, _, layout in group.periods
        }
        self.by_hand = {
            "walk": self._walk, "cumulative": self._cumulative, "branch": self._branch, "next": self._next,
            "time_in": self._time_in, "tunnel_time": self._tunnel_time, "sum": self._sum, "periods": self._by_period,
            "at": self._at, "largest": self._extreme, "smallest": self._extreme,
        }  # fmt: skip

    def tile(self, planned: TilePlan) -> None:
        """Do the steps of a tile; what is kept of it is in `here` afterwards."""
        self.planned, self.count = planned, planned.count
        self.here: dict[int, Any] = dict(planned.known)
        self.below: dict[int, Any] = dict(planned.ahead)  # the same with one row more, where it is asked for
        self.lying: dict[Layout, Sequence[Stretch]] = {}  # how the rows lie over the periods
        values = self.values
        for step in planned.steps:
            by_hand = self.by_hand.get(step.op)
            if by_hand is not None:
                by_hand(step)
            else:
                seen = self.below if step.ahead else self.here
                args = [seen[arg] if arg in seen else values[arg] for arg in step.args]
                if step.into >= 0 and args[step.into].shape == (self.count + step.ahead, self.width):
                    self._put(step, step.function(*args, out=args[step.into]))
                else:
                    self._put(step, step.function(*args))
            for node in step.free:
                self.here.pop(node, None)
                self.below.pop(node, None)

    def results(self) -> dict[int, Any]:
        """What was added up, found in its row or largest, by node."""
        return self.found | {node: one.value for node, one in self.spread.items()}

    def rows(self, node: int) -> Array:
        """A value in each row of the tile: (cycle, draw or 1)."""
        x = self.here[node]
        return np.broadcast_to(x, (self.count, x.shape[1]))

    def _put(self, step: Step, x: Any) -> None:
        if step.ahead:
            self.below[step.out] = x
            x = x[: self.count]
        self.here[step.out] = x

    def _get(self, node: int) -> Any:
        return self.here[node] if node in self.here else self.values[node]

    def _in_all(self, node: int) -> Array:
        """A value in the rows of the tile and the one below: (count + 1, draw or 1)."""
        x = np.atleast_2d(self.below[node] if node in self.below else self.values[node])
        return x if len(x) == self.count + 1 else np.broadcast_to(x, (self.count + 1, x.shape[1]))

    def _walk(self, step: Step) -> None:
        self.cohorts[step.out].rows(self.planned.first, self.count, self.values, self.here, self.below)

    def _cumulative(self, step: Step) -> None:
        x = np.broadcast_to(self._get(step.args[0]), (self.count, self.width))
        found, self.carried[step.out] = _cumulate(x, self.carried.get(step.out, 0.0))
        self.here[step.out], self.below[step.out] = found[: self.count], found

    def _branch(self, step: Step) -> None:
        node = step.args[0]
        seen = self.below if step.ahead else self.here
        self._put(step, np.atleast_2d(seen[node] if node in seen else self.values[node]))

    def _next(self, step: Step) -> None:
        x = np.atleast_2d(self.below[step.args[0]] if step.args[0] in self.below else self.values[step.args[0]])
        self._put(step, x if len(x) == 1 else x[1:])

    def _time_in(self, step: Step) -> None:
        occupied, factor = (self._in_all(arg) for arg in step.args)
        self.here[step.out] = time_spent(occupied, factor, self.nodes[step.out].payload, self.planned.first)

    def _tunnel_time(self, step: Step) -> None:
        at_start, at_end = (self.here[arg] for arg in step.args[:2])
        factor = self._in_all(step.args[2])
        self.here[step.out] = tunnel_time(at_start, at_end, factor, self.nodes[step.out].payload, self.planned.first)

    def _sum(self, step: Step) -> None:
        spent = step.readers[0].weights[0] >= 0
        x = self._in_all(step.args[0]) if spent else self._product(step.args)
        known = None
        for one in step.readers:
            if one.weights != known:
                known, weights = one.weights, self.planned.weights[one.weights]
                added = add_rows(x) if weights is None else weighted(x[: len(weights)], weights)
            part = added
            for node in one.alike:
                part = part * self.here[node][0]
            self.found[one.node] = self.found[one.node] + part

    def _by_period(self, step: Step) -> None:
        product = self._product(step.args)
        for reader in step.readers:
            one = self.spread[reader.node]
            if one.layout not in self.lying:
                offset = self.values[one.layout.offset]
                self.lying[one.layout] = stretches(one.layout, self.planned.first, self.count, offset, self.periods)
            one.take(product, self.lying[one.layout])

    def _at(self, step: Step) -> None:
        x = self.here[step.args[0]]
        row: Any = self.nodes[step.out].payload
        self.found[step.out] = np.array(x[min(row - self.planned.first, len(x) - 1)])

    def _extreme(self, step: Step) -> None:
        x = self.here[step.args[0]]
        pick = np.maximum if step.op == "largest" else np.minimum
        best = pick.reduce(x, axis=0)
        self.found[step.out] = pick(self.found[step.out], best) if step.out in self.found else best

    def _product(self, nodes: tuple[int, ...]) -> Array:
        """The product of factors (cycle, draw), (cycle, 1) or (1, draw), in `scratch` when it is as wide as the draws."""
        factors = [self.here[node] for node in nodes]
        width = max(x.shape[1] for x in factors)
        if len(factors) == 1:
            return factors[0] if len(factors[0]) == self.count else np.repeat(factors[0], self.count, axis=0)
        out = self.scratch[: self.count] if width == self.width else np.empty((self.count, width))
        np.multiply(factors[0], factors[1], out=out)
        for x in factors[2:]:
            np.multiply(out, x, out=out)
        return out


def _cumulate(x: Array, carry: Any) -> tuple[Array, Array]:
    """The running sum of the rows before each row and before the row below, which is carried into the next tile."""
    out = np.empty((len(x) + 1, x.shape[1]))
    out[0] = carry
    for r in range(len(x)):
        out[r + 1] = out[r] + x[r]
    return out, out[-1]
