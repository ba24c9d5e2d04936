"""The steps of a tile: what is evaluated there, in which order, and what may be forgotten after each.

Each sum, reduction and collected value brings what it needs with it, so that little is alive at a time. What is the same in
all rows of a tile, because a condition decides so, has one row; time spent in a state, whose amounts no draw changes, is
never evaluated: the amounts become weights of the occupancy.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hecon.evaluate.compile.arrays import function_of
from hecon.evaluate.compile.graph import CYCLE, DRAW
from hecon.evaluate.engine.plan import Group, Plan, Reader, Step

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

BY_HAND = (  # what the sweep does itself
    "walk", "cumulative", "branch", "next", "time_in", "tunnel_time", "sum", "periods", "at", "largest", "smallest",
)  # fmt: skip


class TileSteps:
    """The steps of one tile whose conditions are decided as `taken` says {where: 1 yes, 0 no, -1 open}; `known` are the
    nodes computed beforehand, `late` those that stand on a cohort, both by their place in the graph.
    """

    def __init__(
        self, plan: Plan, group: Group, taken: Mapping[int, int], known: set[int], late: set[int], draws: "Draws"
    ) -> None:
        self.plan, self.group, self.taken, self.draws = plan, group, taken, draws
        self.nodes = plan.graph.nodes
        self.late = late
        self.mine = {node for node in group.nodes if node not in known}
        self.known = known
        self.alike = self._alike()
        self.order: list[Step] = []
        self._owner: dict[int, int] = {}  # the vector whose walk yields a node
        self._feeds: dict[int, set[int]] = {}  # what a walk reads
        self._done: set[int] = set()
        self._walked: set[int] = set()

    def steps(self, first: int, count: int) -> tuple[Step, ...]:
        """The steps of the tile of `count` rows from row `first` on."""
        walks = self.plan.walked(self.group, first)
        self._owner = {node: v for v in walks for node in self.plan.of_vector(v)}
        self._feeds = {v: self.plan.feeds(v) for v in walks}
        running = [n for n in self._reach(self.plan.read(self.group, first)) if self.nodes[n].op == "cumulative"]
        for step in sorted(self._sinks(first, count), key=_place):
            self._bring(step.needs)
            self.order.append(step)
        kept = {node for node in self.plan.kept if self.nodes[node].cycles == self.group.cycles}
        self._bring([*kept, *running])
        for v in walks:
            self._walk(v)
        return tuple(self._finished(kept))

    def _args(self, node: int) -> tuple[int, ...]:
        """The arguments of a node here: of a decided condition, the side that is taken."""
        choice = self.taken.get(node, -1)
        return self.nodes[node].args if choice < 0 else (self.nodes[node].args[2 - choice],)

    def _op(self, node: int) -> str:
        return self.nodes[node].op if self.taken.get(node, -1) < 0 else "branch"

    def _alike(self) -> set[int]:
        """The nodes that are the same in all rows of the tile."""
        found: set[int] = set()
        for node in sorted(self.mine):
            args = self._args(node)
            same = all(arg in found or not self.nodes[arg].axes & CYCLE for arg in args)
            if same and self._op(node) not in ("cumulative", "time_in", "tunnel_time"):
                found.add(node)
        return found

    def _sinks(self, first: int, count: int) -> Iterator[Step]:
        """What takes a value from the tile: sums by the product they read, sums by period, rows and extremes."""
        group = self.group
        products: dict[tuple[int, ...], list[Reader]] = {}
        for node, wide, narrow in group.sums:
            if narrow >= 0 and (not wide or narrow not in self.known):  # a cohort that is the same in every draw
                wide, narrow = [*wide, narrow], -1
            alike = tuple(k for k in wide if k in self.alike)
            factors = tuple(k for k in wide if k not in self.alike) or alike
            spent = self._as_weights(factors)
            read = (self.nodes[spent].args[0],) if spent >= 0 else factors
            reader = Reader(node, (spent, narrow), alike if factors != alike else ())
            products.setdefault((spent, *read), []).append(reader)
        for (_, *args), readers in products.items():
            readers.sort(key=lambda one: one.weights)
            yield Step("sum", -1, tuple(args), _nothing, readers=tuple(readers))
        by_period: dict[tuple[int, ...], list[Reader]] = {}
        for node, wide, narrow, layout in group.periods:
            if layout.rows > first:
                factors = (*([narrow] if narrow >= 0 else []), *wide)
                by_period.setdefault(factors, []).append(Reader(node, (-1, -1), ()))
        for factors, readers in by_period.items():
            yield Step("periods", -1, factors, _nothing, readers=tuple(readers))
        for node, row in group.rows:
            if first <= row < first + count:
                yield Step("at", node, (self.nodes[node].args[0],), _nothing)
        for node in group.extremes:
            yield Step(self.nodes[node].op, node, self.nodes[node].args, _nothing)

    def _as_weights(self, factors: tuple[int, ...]) -> int:
        """The one factor that is time spent in a state, discounted by what no draw changes; -1 where there is none."""
        if len(factors) != 1 or self.nodes[factors[0]].op != "time_in":
            return -1
        discount = self.nodes[factors[0]].args[1]
        return factors[0] if discount in self.known or discount in self.plan.fixed else -1

    def _bring(self, nodes: Iterable[int]) -> None:
        """Put the steps that nodes need before what comes next: what no cohort changes, the walks, what stands on them."""
        wanted = self._reach(nodes)
        self._evaluate(node for node in wanted if node not in self.late)
        for v in sorted({self._owner[node] for node in wanted if node in self._owner}):
            self._walk(v)
        self._evaluate(node for node in wanted if node in self.late)

    def _walk(self, v: int) -> None:
        if v not in self._walked:
            self._walked.add(v)
            self._evaluate(self._reach(self._feeds[v]))
            self.order.append(Step("walk", v, tuple(sorted(self._feeds[v])), _nothing))

    def _evaluate(self, nodes: Iterable[int]) -> None:
        for node in sorted(one for one in nodes if one in self.mine and one not in self._done):
            op = self._op(node)
            function = _nothing if op in BY_HAND else function_of(self.nodes[node], self.draws)
            self.order.append(Step(op, node, self._args(node), function))
            self._done.add(node)

    def _reach(self, nodes: Iterable[int]) -> set[int]:
        """The nodes that some nodes still need here, those that feed their walks included."""
        found: set[int] = set()
        queue = list(nodes)
        while queue:
            node = queue.pop()
            if node not in found and node not in self._done:
                found.add(node)
                queue += self._args(node) if node in self.mine else ()
                queue += self._feeds[self._owner[node]] if node in self._owner else ()
        return found

    def _finished(self, kept: set[int]) -> Iterator[Step]:
        """The steps with what is needed in the row below the tile too and what may be forgotten after each."""
        ahead: set[int] = set()
        for step in reversed(self.order):
            if step.op in ("next", "time_in") or (step.op == "sum" and step.readers[0].weights[0] >= 0):
                ahead.update(step.args)
            elif step.op == "tunnel_time":
                ahead.add(step.args[2])
            elif step.out in ahead and step.op not in ("cumulative", "walk"):
                ahead.update(step.args)
        last = {arg: k for k, step in enumerate(self.order) for arg in step.needs}
        free: dict[int, list[int]] = {}
        for node, k in last.items():
            if node not in kept and node not in self.known and self.nodes[node].axes & CYCLE:
                free.setdefault(k, []).append(node)
        own = self._own()
        for k, step in enumerate(self.order):
            looks = step.op != "walk" and step.out in ahead
            gone = [
                i
                for i, arg in enumerate(step.args)
                if arg in own and arg in free.get(k, ()) and looks == (arg in ahead)
            ]
            into = gone[0] if gone and step.out in own else -1
            yield replace(step, free=tuple(free.get(k, ())), ahead=looks, into=into)

    def _own(self) -> set[int]:
        """The nodes whose memory is nobody else's, so that an operation may write over them when they are read last."""
        made = {step.out for step in self.order if isinstance(step.function, np.ufunc)} - self.alike
        return made - {arg for step in self.order if step.op in ("branch", "next") for arg in step.args}


def most_alive(plan: Plan, steps: Iterable[Step]) -> int:
    """How many arrays (cycle, draw) are alive at once, roughly; for the size of a chunk.

    >>> from hecon.evaluate.example import two_years
    >>> from hecon.evaluate.prepare import prepare
    >>> model, draws = two_years("0.2")
    >>> most_alive(prepare(model, draws, ("totals",)).plan, ())  # what is being made takes as much again
    3
    """
    alive, most = 0, 0
    for step in steps:
        if step.op == "walk":
            alive += plan.graph.vectors[step.out].size
        elif step.out >= 0:
            alive += step.op not in ("branch", "next", "at") and bool(plan.graph.nodes[step.out].axes & DRAW)
        most = max(most, alive)
        alive -= sum(1 for node in step.free if plan.graph.nodes[node].axes & DRAW)
    return most + 3  # with what is being made


def _place(step: Step) -> int:
    """Where in the graph a step belongs, so that what belongs together is near."""
    return min((reader.node for reader in step.readers), default=step.out)


def _nothing() -> None:
    """The function of a step that the sweep does itself."""
