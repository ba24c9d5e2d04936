"""Values of single nodes of a graph, as the engine computes them: for explanations and for the paths of a tree."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.compile.graph import CYCLE, Graph
from hecon.evaluate.engine.plan import Plan
from hecon.evaluate.engine.schedule import schedule
from hecon.evaluate.engine.sweep import run_chunk
from hecon.evaluate.prepare import check_order
from hecon.formula.program import Program
from hecon.outcomes import Array

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws


def values_of(
    program: Program, graph: Graph, wanted: Iterable[tuple[int, int]], draws: "Draws"
) -> dict[tuple[int, int], Array]:
    """The value (draw,) of each (node, row) asked for; the row counts only for nodes that have one value per cycle.

    Raises:
        ModelError: probabilities that are none; a value per cycle that rests on a sum over all cycles.

    >>> from hecon.inputs.book import make_book
    >>> graph = Graph()
    >>> double = graph.apply("*", graph.number(2.0), graph.add("cycle", axes=CYCLE, cycles=4))
    >>> values_of(Program("Demo", (), (), ()), graph, [(double, 3)], make_book("demo", []).base())[double, 3].tolist()
    [6.0]
    """
    pairs = dict.fromkeys(wanted)
    rows = [pair for pair in pairs if graph.nodes[pair[0]].axes & CYCLE]
    flat = [pair for pair in pairs if not graph.nodes[pair[0]].axes & CYCLE]
    plan = Plan(program, graph, [node for node, _ in flat], [node for node, _ in rows], draws)
    check_order(plan)
    found: dict[tuple[int, int], Array] = {}

    def wide(value: Any) -> Array:
        return np.array(np.broadcast_to(np.asarray(value, dtype=float), (draws.n,)))

    def take(first: int, count: int, tile: Mapping[int, Any]) -> None:
        for node, row in rows:
            if node in tile and first <= row < first + count:
                found[node, row] = wide(np.atleast_2d(tile[node])[row - first])

    tiles = {group.cycles: schedule(plan, group, draws) for group in plan.groups}
    whole = run_chunk(plan, tiles, draws, dict.fromkeys(tiles, take))
    found.update({pair: wide(whole[pair[0]]) for pair in flat})
    assert len(found) == len(pairs), "every node asked for has a value in its row"
    return found
