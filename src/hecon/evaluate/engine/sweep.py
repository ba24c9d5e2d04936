"""The sweep: blocks are evaluated tile by tile of cycles, for a chunk of draws at once; only what is asked for outlives a tile.

Sums over cycles add rows in order, so that results are the same bit for bit for any chunking and any number of threads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.compile.arrays import Array, add_rows
from hecon.evaluate.compile.graph import DRAW
from hecon.evaluate.compile.spent import time_spent, tunnel_time
from hecon.evaluate.engine import constant_cohort as closed
from hecon.evaluate.engine.check_probabilities import check_entries
from hecon.evaluate.engine.plan import Group, Plan, Step
from hecon.evaluate.engine.schedule import SPENT, TILE, TilePlan
from hecon.evaluate.engine.walk import Walk
from hecon.evaluate.keep.periods import ByPeriod, stretches

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
    with np.errstate(all="ignore"):  # what is not finite is refused by name, not by a warning
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
            _sweep(plan, group, tiles[group.cycles], values, draws, takes.get(group.cycles), periods)
        for step in plan.after:
            values[step.out] = step.function(*(values[arg] for arg in step.args))
    return {node: values[node] for node in plan.outputs}


@dataclass
class _Total:
    """A running sum over rows of a product of factors."""

    value: Any = 0.0


def _sweep(
    plan: Plan, group: Group, tiles: list[TilePlan], values: dict[int, Any], draws: "Draws",
    take: Take | None, periods: int,
) -> None:  # fmt: skip
    graph = plan.graph
    cohorts = {v: Walk(plan, v, values, draws) for v in group.vectors}
    totals = {node: _Total() for node, _, _ in group.sums}
    spread = {
        node: ByPeriod(layout, periods, draws.n if graph.nodes[node].axes & DRAW else 1)
        for node, _, _, layout in group.periods
    }
    products: dict[tuple[int, ...], list[_Total | ByPeriod]] = {}
    for node, wide, narrow in group.sums:
        products.setdefault(_factors(wide, narrow), []).append(totals[node])
    for node, wide, narrow, _ in group.periods:
        products.setdefault(_factors(wide, narrow), []).append(spread[node])
    layouts = {one.layout for one in spread.values()}
    extremes: dict[int, Any] = {}
    carried: dict[int, Any] = {}
    scratch = np.empty((TILE, draws.n))
    for planned in tiles:
        first, count = planned.first, planned.count
        tile: dict[int, Any] = dict(planned.known)
        below: dict[int, Any] = dict(planned.ahead)  # the same with one row more, where next(x) asks for it
        for step in planned.steps:
            if step.op == "walk":
                cohorts[step.out].rows(first, count, values, tile, below)
            elif step.op in SPENT:
                tile[step.out] = _spent(step, graph.nodes[step.out].payload, first, count, values, tile, below)
            else:
                _do(step, count, values, tile, below, carried, draws.n)
            for node in step.free:
                del tile[node]
                below.pop(node, None)
        live = {one: stretches(one, first, count, values[one.offset], periods) for one in layouts if one.rows > first}
        for nodes, readers in products.items():
            readers = [one for one in readers if isinstance(one, _Total) or one.layout in live]
            if readers:
                product = _product([tile[node] if node in tile else values[node] for node in nodes], scratch)
            for one in readers:
                if isinstance(one, _Total):
                    one.value = one.value + add_rows(product)
                else:
                    one.take(product, live[one.layout])
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
    values.update({node: one.value for node, one in spread.items()})
    values.update(extremes)


def _spent(
    step: Step, payload: Any, first: int, count: int, values: Mapping[int, Any], tile: Mapping[int, Any],
    below: Mapping[int, Any],
) -> Array:  # fmt: skip
    """Time spent in a state in each interval of a tile."""
    if step.op == "tunnel_time":
        at_start, at_end = (tile[arg] for arg in step.args[:2])
        return tunnel_time(at_start, at_end, _seen(step.args[2], count, values, below), payload, first)
    occupied, factor = (_seen(arg, count, values, below) for arg in step.args)
    return time_spent(occupied, factor, payload, first)


def _seen(node: int, count: int, values: Mapping[int, Any], below: Mapping[int, Any]) -> Array:
    """A value in the rows of a tile and the one below: (count + 1, draw or 1)."""
    x = np.atleast_2d(below[node] if node in below else values[node])
    return x if len(x) == count + 1 else np.broadcast_to(x, (count + 1, x.shape[1]))


def _do(
    step: Step,
    count: int,
    values: Mapping[int, Any],
    tile: dict[int, Any],
    below: dict[int, Any],
    carried: dict[int, Any],
    draws: int,
) -> None:
    """One operation on a tile, and on the row below it where that is needed."""
    looks = step.op == "next" or (step.ahead and step.op != "cumulative")
    rows, seen = (count + 1, below) if looks else (count, tile)
    args = [seen[arg] if arg in seen else values[arg] for arg in step.args]
    if step.op == "cumulative":
        x = args[0] if np.ndim(args[0]) == 2 else np.broadcast_to(args[0], (rows, draws))
        found, carried[step.out] = _cumulate(x, carried.get(step.out, 0.0))
    elif step.op == "branch":
        found = args[0] if np.ndim(args[0]) == 2 else np.broadcast_to(args[0], (rows, np.size(args[0])))
    elif step.op == "next":
        found = args[0][1:]
    else:
        found = step.function(*args)
    if step.ahead:
        below[step.out] = found
    tile[step.out] = found[:count]


def _factors(wide: list[int], narrow: int) -> tuple[int, ...]:
    return (*([narrow] if narrow >= 0 else []), *wide)


def _product(factors: list[Array], scratch: Array) -> Array:
    """The product of factors (cycle, draw) or (cycle, 1), in `scratch` when it is as wide as the draws."""
    if len(factors) == 1:
        return factors[0]
    width = max(x.shape[1] for x in factors)
    out = scratch[: len(factors[0])] if width == scratch.shape[1] else None
    product = np.multiply(factors[0], factors[1], out=out)
    for x in factors[2:]:
        product = np.multiply(product, x, out=out)
    return product


def _cumulate(x: Array, carry: Any) -> tuple[Array, Array]:
    """The running sum of the rows before each row and before the row below, which is carried into the next tile."""
    out = np.empty((len(x) + 1, x.shape[1]))
    out[0] = carry
    for r in range(len(x)):
        out[r + 1] = out[r] + x[r]
    return out, out[-1]
