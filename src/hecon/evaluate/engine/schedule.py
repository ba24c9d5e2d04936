"""What is done for each tile of cycles: what no draw changes is computed beforehand for all rows, weights of sums included,
and where such a condition decides for a whole tile, only the branch it takes is evaluated there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.compile.arrays import Array, function_of, weighted
from hecon.evaluate.compile.graph import DRAW
from hecon.evaluate.compile.spent import time_spent
from hecon.evaluate.engine.plan import Group, Plan, Step
from hecon.evaluate.engine.tile_steps import TileSteps

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

TILE = 16


@dataclass(frozen=True)
class TilePlan:
    """Rows `first` to `first + count - 1`: values known beforehand (cycle, 1) and the steps for the others.

    `ahead` holds the values known beforehand with one row more, for what next(x) needs of the row below; `weights` those of
    the sums (row,), None where each row counts once.
    """

    first: int
    count: int
    known: Mapping[int, Array]
    ahead: Mapping[int, Array]
    weights: Mapping[tuple[int, int], Array | None]
    steps: tuple[Step, ...]


def schedule(plan: Plan, group: Group, draws: "Draws") -> list[TilePlan]:
    """The tiles of a group in order.

    >>> from hecon.evaluate.compile.graph import CYCLE, Graph
    >>> from hecon.formula.program import Program
    >>> from hecon.inputs.book import make_book
    >>> graph, draws = Graph(), make_book("demo", []).base()
    >>> total = graph.sum([graph.add("cycle", axes=CYCLE, cycles=20)])
    >>> plan = Plan(Program("Demo", (), (), ()), graph, [total], [], draws)
    >>> [(tile.first, tile.count) for tile in schedule(plan, plan.groups[0], draws)]
    [(0, 16), (16, 5)]
    """
    graph = plan.graph
    with np.errstate(all="ignore"):
        known, on_vector = _known(plan, group, draws)
    last = group.cycles if _every_row(plan, group) else max(layout.rows for *_, layout in group.periods) - 1
    conditions = {node: graph.nodes[node].args[0] for node in group.nodes if graph.nodes[node].op == "where"}
    conditions = {node: test for node, test in conditions.items() if node not in known and test in known}
    memo: dict[tuple[Any, ...], tuple[Step, ...]] = {}
    tiles = []
    for first, count in _tiles(group.cycles, last):
        taken = {node: _decided(known[test][first : first + count + 1]) for node, test in conditions.items()}
        asked = [layout.rows > first for *_, layout in group.periods]
        key = (*taken.values(), *asked, *(first <= row < first + count for _, row in group.rows))
        if key not in memo:
            memo[key] = TileSteps(plan, group, taken, set(known), on_vector, draws).steps(first, count)
        steps = memo[key]
        read = {node for node in (*plan.kept, *(arg for step in steps for arg in step.needs)) if node in known}
        pairs = {reader.weights for step in steps if step.op == "sum" for reader in step.readers}
        tiles.append(
            TilePlan(
                first,
                count,
                {node: known[node][first : first + count] for node in read},
                {node: known[node][first : first + count + 1] for node in read},
                _weights(plan, known, pairs, first, count),
                steps,
            )
        )
    return tiles


def _weights(
    plan: Plan, known: Mapping[int, Array], pairs: set[tuple[int, int]], first: int, count: int
) -> dict[tuple[int, int], Array | None]:
    """How much each row of a tile counts in its sums. Time spent in a state is linear in its occupancy, so that what one unit
    in each row comes to says how much that row counts, the row below the tile included.
    """
    units: dict[tuple[Any, int], Array] = {}
    found: dict[tuple[int, int], Array | None] = {}
    for spent, narrow in pairs:
        amount = known[narrow][first : first + count, 0] if narrow >= 0 else None
        if spent < 0:
            found[spent, narrow] = None if amount is None else np.ascontiguousarray(amount)
            continue
        op = plan.graph.nodes[spent]
        key = (op.payload, op.args[1])
        if key not in units:
            factor = known[key[1]][first : first + count + 1] if key[1] in known else plan.fixed[key[1]]
            units[key] = time_spent(np.eye(count + 1), np.broadcast_to(factor, (count + 1, 1)), op.payload, first)
        past = first + count - 1 == op.cycles  # the row below the horizon means nothing
        whole = np.ones(count) if amount is None else amount
        found[spent, narrow] = weighted(units[key], whole)[: count if past else count + 1]
    return found


def _tiles(cycles: int, last: int) -> list[tuple[int, int]]:
    """First row and number of rows of each tile. The last four rows stay together and every tile but the last has an even
    number, because Simpson's rule takes intervals in pairs and at an odd end by threes. Tiles past row `last` are left out.

    >>> _tiles(17, 17), _tiles(18, 18)
    ([(0, 14), (14, 4)], [(0, 16), (16, 3)])
    """
    firsts = list(range(0, cycles + 1, TILE))
    if len(firsts) > 1 and cycles - firsts[-1] == 1:
        firsts[-1] -= 2
    tiles = [(first, after - first) for first, after in zip(firsts, [*firsts[1:], cycles + 1], strict=True)]
    return [(first, count) for first, count in tiles if first <= last]


def _every_row(plan: Plan, group: Group) -> bool:
    """Whether something besides sums by period reads the rows of a group, which may end early."""
    kept = any(plan.graph.nodes[node].cycles == group.cycles for node in plan.kept)
    return kept or bool(group.sums or group.rows or group.extremes or not group.periods)


def _known(plan: Plan, group: Group, draws: "Draws") -> tuple[dict[int, Array], set[int]]:
    """Nodes per cycle that neither draws nor cohorts change, for all rows and the one below; and those on a cohort."""
    graph = plan.graph
    rows = np.arange(group.cycles + 2, dtype=float)[:, None]
    known = {group.cycle: rows}
    on_vector = {node for v in group.vectors for table in (plan.states, plan.counts) for node, _ in table.get(v, [])}
    on_vector |= {node for v in group.vectors for node, _, _ in plan.tunnel_sums(v)}
    for node in group.nodes:
        op = graph.nodes[node]
        if any(arg in on_vector for arg in op.args):
            on_vector.add(node)
        elif not op.axes & DRAW:
            args = [known[arg] if arg in known else plan.fixed[arg] for arg in op.args]
            if op.op == "cumulative":
                x = np.broadcast_to(args[0], rows.shape)
                known[node] = np.concatenate([np.zeros((1, 1)), np.cumsum(x, axis=0)[:-1]])
            elif op.op == "next":
                known[node] = np.concatenate([args[0][1:], np.full((1, 1), np.nan)])
            elif op.op == "time_in":
                occupied, factor = (np.broadcast_to(x, rows.shape) for x in args)
                spent = time_spent(occupied, factor, op.payload, 0)
                known[node] = np.concatenate([spent, np.zeros((1, 1))])
            else:
                known[node] = np.asarray(function_of(op, draws)(*args), dtype=float) + np.zeros_like(rows)
    return known, on_vector


def _decided(condition: Array) -> int:
    """1 where a condition holds for all rows of a tile, 0 where for none, -1 where it changes within or is no number."""
    if np.isnan(condition).any():
        return -1
    held = condition.astype(bool)
    return 1 if held.all() else 0 if not held.any() else -1
