"""What is done for each tile of cycles: what no draw changes is computed beforehand for all rows, and where such a
condition decides for a whole tile, only the branch it takes is evaluated there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.compile.arrays import Array, function_of
from hecon.evaluate.compile.graph import DRAW
from hecon.evaluate.compile.spent import time_spent
from hecon.evaluate.engine.plan import Group, Plan, Step

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

TILE = 16
SPENT = ("time_in", "tunnel_time")
BY_HAND = ("walk", "cumulative", "branch", "next", *SPENT)  # what the sweep does itself


@dataclass(frozen=True)
class TilePlan:
    """Rows `first` to `first + count - 1`: values known beforehand (cycle, 1) and the steps for the others.

    `ahead` holds the values known beforehand with one row more, for what next(x) needs of the row below.
    """

    first: int
    count: int
    known: Mapping[int, Array]
    ahead: Mapping[int, Array]
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
    late = [node for node in group.nodes if node in on_vector]
    early = [node for node in group.nodes if node not in on_vector and node not in known]
    conditions = {node: graph.nodes[node].args[0] for node in (*early, *late) if graph.nodes[node].op == "where"}
    conditions = {node: condition for node, condition in conditions.items() if condition in known}
    memo: dict[tuple[Any, ...], tuple[Step, ...]] = {}
    tiles = []
    for first, count in _tiles(group.cycles, last):
        here = {node: x[first : first + count] for node, x in known.items()}
        below = {node: x[first : first + count + 1] for node, x in known.items()}
        taken = {node: _decided(below[condition]) for node, condition in conditions.items()}
        key = (*taken.values(), *(layout.rows > first for *_, layout in group.periods))
        if key not in memo:
            wanted, walked = plan.outlive(group, first), plan.walked(group, first)
            memo[key] = _steps(plan, group, early, late, taken, wanted, walked, set(known), draws)
        tiles.append(TilePlan(first, count, here, below, memo[key]))
    return tiles


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


def _steps(
    plan: Plan,
    group: Group,
    early: list[int],
    late: list[int],
    taken: Mapping[int, int],
    wanted: set[int],
    walked: list[int],
    known: set[int],
    draws: "Draws",
) -> tuple[Step, ...]:
    """The steps of a tile whose conditions are decided as `taken` says, with what may be forgotten after each."""
    graph = plan.graph

    def args_of(node: int) -> tuple[int, ...]:
        choice = taken.get(node, -1)
        return graph.nodes[node].args if choice < 0 else (graph.nodes[node].args[2 - choice],)

    def op_of(node: int) -> str:
        return graph.nodes[node].op if taken.get(node, -1) < 0 else "branch"

    mine = {*early, *late}
    needed: set[int] = set()
    queue = [node for node in wanted if node in mine]
    while queue:
        node = queue.pop()
        if node not in needed:
            needed.add(node)
            queue += [arg for arg in args_of(node) if arg in mine]
    order: list[tuple[str, int, tuple[int, ...]]] = [
        *((op_of(node), node, args_of(node)) for node in early if node in needed),
        *(("walk", v, ()) for v in walked),
        *((op_of(node), node, args_of(node)) for node in late if node in needed),
    ]
    ahead: set[int] = set()
    for node in reversed([*early, *late]):
        op = graph.nodes[node].op
        if node in needed and (op in ("next", "time_in") or (node in ahead and op != "cumulative")):
            ahead.update(arg for arg in args_of(node) if arg in mine)
        elif node in needed and op == "tunnel_time" and args_of(node)[2] in mine:
            ahead.add(args_of(node)[2])
    last = {arg: k for k, (_, _, args) in enumerate(order) for arg in args}
    free: dict[int, list[int]] = {}
    for node, k in last.items():
        if node not in wanted and node in mine and node not in known:
            free.setdefault(k, []).append(node)
    return tuple(
        Step(
            op,
            node,
            args,
            function_of(graph.nodes[node], draws) if op not in BY_HAND else _nothing,
            tuple(free.get(k, ())),
            op != "walk" and node in ahead,
        )
        for k, (op, node, args) in enumerate(order)
    )


def _nothing() -> None:
    """The function of a step that the sweep does itself."""
