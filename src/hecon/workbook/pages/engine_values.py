"""What the engine says each cell must hold: the same graph, plan and sweep as a run, with every quantity of a page kept."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.compile.arrays import flow_weight
from hecon.evaluate.compile.build import Builder
from hecon.evaluate.compile.graph import CYCLE, Graph
from hecon.evaluate.engine.plan import Plan
from hecon.evaluate.engine.schedule import schedule
from hecon.evaluate.engine.sweep import run_chunk
from hecon.evaluate.horizon import BeyondError
from hecon.formula.macros import expand
from hecon.formula.program import Block, Program
from hecon.formula.syntax import Call, Name, Node, Number, Text
from hecon.outcomes import Array
from hecon.structure.scope import total
from hecon.workbook.pages.open_choices import HORIZON, LEGACY, METHODS, WHOLE_YEAR
from hecon.workbook.pages.page import Source
from hecon.workbook.pages.rate_columns import step_values

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_SELF_MADE = ("live", "moving", "method", "time weight", "simpson place", "rate step")


class CellBuilder(Builder):
    """Builds the nodes of single cells: at one tunnel (`tunnel` below 0 counts them), with Control's switches decided."""

    def __init__(self, program: Program, draws: "Draws", methods: Mapping[str, str], whole_year: bool) -> None:
        super().__init__(program, draws)
        self.methods, self.whole_year = methods, whole_year

    def named(self, block: Block, name: str, tunnel: int) -> int:
        """The node of a name; `state_time` in a cell is that of its tunnel."""
        if name == WHOLE_YEAR:
            return self.graph.number(float(self.whole_year))
        if name == HORIZON:
            clocks = [one.clock for one in self.program.blocks if one.clock]
            return self.graph.number(max(clock.cycles / clock.per_year for clock in clocks))
        if name == "state_time" and block.clock and tunnel < 0:
            return self.graph.number((-tunnel - 1) / block.clock.per_year)
        return super().named(block, name, tunnel)

    def nodes(self, source: Source) -> list[int]:
        """The nodes of a cell, or of a row of cells by tunnel; what looks beyond the horizon is not a number, as #N/A is none."""
        try:
            return self._nodes(source)
        except BeyondError:
            return [self.graph.number(float("nan"))]

    def _nodes(self, source: Source) -> list[int]:
        block = self.program.block(source.block)
        key: Any = source.key
        match source.what:
            case "tree":
                return [self.node(block, expand(key))]
            case "past":
                return [self.node(block, Call("next", (expand(key),)))]
            case "at tunnel":
                tree, width = key
                return [self.node(block, expand(tree), -(j + 1)) for j in range(width)]
            case "substate":
                return [self.substate(block, key[0], j) for j in range(key[1])]
            case "state":
                return [self.occupancy(block, key)]
            case "all states":
                return [self.node(block, total([Call("occupancy", (Text(state),)) for state in key]))]
            case "present":
                return [self.added([self.term(block, k, "present") for k in key])]
            case "total":
                return [self.added([self.term(block, k, "value") for k in key])]
            case "time":
                occupied, start, end = key
                method = Text(self.methods[block.name] or "start")
                return [self.node(block, expand(Call("time_in", (occupied, method, start, end))))]
            case "event weight":
                return [self.weight(block, key) if self.methods[block.name] in LEGACY else self.graph.number(1.0)]
            case "across":
                return [self.across(self.program.of(block.strategy), expand(key), "check", [])]
        raise ValueError(source.what)

    def weight(self, block: Block, row: Node) -> int:
        """A within-cycle weight of the block's method."""
        return self.node(block, Call("flow_weight", (Text(self.methods[block.name] or "start"), row, Name("cycles"))))

    def term(self, block: Block, k: int, what: str) -> int:
        """What a term holds in each cycle, discounted, or its discounted total."""
        term = block.terms[k]
        if what == "value":
            return self.value(block, term)
        return self.node(block, expand(getattr(term, what)), self.tunnel(block, term.where))

    def substate(self, block: Block, state: str, j: int) -> int:
        """The share of the cohort in one tunnel of a state."""
        assert block.states is not None
        assert block.clock is not None
        here = Call("==", (Name("state_time"), Number(j / block.clock.per_year)))
        tree = Call("*", (Call("occupancy", (Text(state),)), here))
        return self.node(block, tree, block.states.tunnels[state].length)

    def added(self, nodes: list[int]) -> int:
        """Nodes added up."""
        result = nodes[0]
        for node in nodes[1:]:
            result = self.graph.apply("+", result, node)
        return result


def engine_values(
    program: Program,
    draws: "Draws",
    sources: Iterable[Source],
    methods: Mapping[str, str],
    whole_year: bool,
    steps: Mapping[str, int],
) -> dict[Source, Array]:
    """The engine's number for each source: (draw,) for a cell, (row, draw) for a column, (tunnel, draw) for a strip,
    (row, tunnel, draw) for a matrix.

    `methods` are the within-cycle methods by block, `steps` how many steps each block by rates has in the workbook.
    """
    builder = CellBuilder(program, draws, methods, whole_year)
    wanted = dict.fromkeys(sources)
    rates = {b: _rate_sources(program.block(b)) for b in {s.block for s in wanted if s.what == "rate step"}}
    made = {
        s: builder.nodes(s)
        for s in [*wanted, *(r for more in rates.values() for r in more.values())]
        if s.what not in _SELF_MADE
    }
    numbers = node_values(program, builder.graph, {node for nodes in made.values() for node in nodes}, draws)
    found = {
        source: _by_tunnel([numbers[node] for node in nodes])
        if source.what in ("substate", "at tunnel")
        else numbers[nodes[0]]
        for source, nodes in made.items()
    }
    found |= {source: x[-1] for source, x in found.items() if source.what == "past" and x.ndim == 2}
    stepped = {}
    for name, more in rates.items():
        block = program.block(name)
        assert block.states is not None
        assert block.clock is not None
        n = block.clock.cycles + 1
        values = {
            key: np.broadcast_to(np.atleast_2d(found[one]) if found[one].ndim == 2 else found[one][None], (n, draws.n))
            for key, one in more.items()
        }
        occupancy = {key: x for key, x in values.items() if isinstance(key, str)}
        moves = {key: x for key, x in values.items() if not isinstance(key, str)}
        stepped[name] = step_values(block.states.states, occupancy, moves, block.clock.cycle_years, steps[name])
    for source in wanted:
        if source.what in _SELF_MADE:
            found[source] = (
                stepped[source.block][source.key] if source.what == "rate step" else _own(program, source, methods)
            )
    return {source: found[source] for source in wanted}


def node_values(program: Program, graph: Graph, nodes: Iterable[int], draws: "Draws") -> dict[int, Array]:
    """Values of nodes: (draw,), or (row, draw) where there is one per cycle."""
    wanted = list(nodes)
    rows = [node for node in wanted if graph.nodes[node].axes & CYCLE]
    plan = Plan(program, graph, [node for node in wanted if not graph.nodes[node].axes & CYCLE], rows, draws)
    found: dict[int, Array] = {node: np.empty((graph.nodes[node].cycles + 1, draws.n)) for node in rows}
    by_clock = {
        group.cycles: [node for node in rows if graph.nodes[node].cycles == group.cycles] for group in plan.groups
    }

    def take_of(mine: list[int]) -> Any:
        def take(first: int, count: int, tile: Mapping[int, Any]) -> None:
            for node in mine:
                found[node][first : first + count] = np.atleast_2d(tile[node])

        return take

    tiles = {group.cycles: schedule(plan, group, draws) for group in plan.groups}
    whole = run_chunk(plan, tiles, draws, {cycles: take_of(mine) for cycles, mine in by_clock.items()})
    for node, value in whole.items():
        found[node] = np.array(np.broadcast_to(np.asarray(value, dtype=float), (draws.n,)))
    return found


def _by_tunnel(values: list[Array]) -> Array:
    """A tunnel's values side by side; a single tunnel has an axis too."""
    if any(x.ndim == 2 for x in values):
        rows = max(len(x) for x in values if x.ndim == 2)
        return np.stack([np.broadcast_to(x, (rows, x.shape[-1])) for x in values], axis=1)
    return np.stack(values)


def _rate_sources(block: Block) -> dict[Any, Source]:
    assert block.states is not None
    found: dict[Any, Source] = {state: Source(block.name, "state", state) for state in block.states.states}
    return found | {pair: Source(block.name, "tree", entry.tree) for pair, entry in block.states.entries.items()}


def _own(program: Program, source: Source, methods: Mapping[str, str]) -> Array:
    """Numbers that the engine has no node for: which rows are live, how much of a cycle counts as spent at each end."""
    block = program.block(source.block)
    if source.what == "method":
        return np.array([float(METHODS.index(methods[block.name] or "start") + 1)])
    assert block.clock is not None
    rows = np.ones((block.clock.cycles + 1, 1))
    if source.what == "simpson place":
        n, row = block.clock.cycles, np.arange(block.clock.cycles + 1)
        place = np.where((n % 2 == 1) & (row >= n - 3), row - n + 6, 1 + row % 2)
        return np.where(row >= n, 7.0, 6.0 if n == 1 else place)[:, None]
    if source.what == "time weight":
        method = methods[block.name] or "start"
        if method in LEGACY:
            count = np.arange(block.clock.cycles + 1.0)[:, None]
            return flow_weight(method, count, block.clock.cycles) if source.key == "this" else 0.0 * rows
        ends = {"start": (1.0, 0.0), "end": (0.0, 1.0), "half-cycle": (0.5, 0.5), "simpson": (0.0, 0.0)}[method]
        rows *= ends[0] if source.key == "this" else ends[1]
    if source.what in ("moving", "time weight"):
        rows[-1] = 0.0
    return rows
