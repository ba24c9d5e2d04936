"""Probabilities and rates as met while running: what cannot be one stops the run (refusal.py has the words)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hecon.errors import ModelError
from hecon.evaluate.compile.arrays import Array
from hecon.evaluate.compile.graph import CYCLE, TUNNEL
from hecon.evaluate.engine.plan import Plan
from hecon.evaluate.engine.refusal import Met, refuse
from hecon.formula.program import Block

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_SLACK = 1e-9  # a row of probabilities may miss 1 by rounding, not by more
Pair = tuple[int, int]


def check_entries(plan: Plan, number: int, entries: Mapping[Pair, Any], first: int, count: int, draws: "Draws") -> None:
    """Refuse a probability outside 0 to 1, a rate below 0, or a row that does not add up to 1.

    `entries` holds numbers, (draw,), (tunnel, draw) or (cycle, draw) from row `first` on, of which `count` rows are
    used (0 when the values are those of the one row `first`).

    Raises:
        ModelError: the first entry at fault, with its strategy, cycle, draw, terms and the cells of its inputs.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import MarkovModel, Strategy
    >>> model = MarkovModel(("well", "dead"), "1 year", "2 years", "start", "end", title="Demo", strategies=[Strategy("a")],
    ...                     start="well", transitions={"well -> dead": "1.2"}, discount={"cost": "0", "effect": "0"},
    ...                     discount_timing="continuous")
    >>> draws = make_book("demo", []).base()
    >>> from hecon.evaluate.prepare import prepare
    >>> check_entries(prepare(model, draws, ("totals",)).plan, 0, {(0, 0): -0.2, (0, 1): 1.2}, 0, 0, draws)
    Traceback (most recent call last):
    hecon.errors.ModelError: leaving 'well' adds up to 1.2 (strategy a, a - cohort, cycle 0, draw 0): 1.2 1.2
    """
    vector = plan.graph.vectors[number]
    nodes = dict(vector.entries)
    tiled = {pair: bool(count > 0 and plan.graph.nodes[nodes[pair]].axes & CYCLE) for pair in entries}
    used = {pair: np.asarray(x[:count] if tiled[pair] else x, dtype=float) for pair, x in entries.items()}
    top = np.inf if vector.by == "rate" else 1 + _SLACK
    block = plan.program.block(vector.block)
    if number not in plan.in_full:
        plan.in_full[number] = _given_in_full(block)
    whole = plan.in_full[number]  # in the other rows a rest above 0 says that no entry is above 1

    met = (first, any(tiled.values()))
    again = first > 0 and count > 0  # what no cycle changes was looked at in the first
    good: set[tuple[int, bool]] = set()
    for pair, x in used.items():
        looked_at = (nodes[pair], pair[0] in whole)
        if looked_at in good or (again and not tiled[pair]):
            continue
        good.add(looked_at)
        if x.size and not (x.min() >= -_SLACK and (pair[0] not in whole or x.max() <= top)):
            _stop(~((x >= -_SLACK) & (x <= top)), pair[0], pair, block, used, met, plan, draws)
    for a in whole if vector.by == "probability" else ():
        row = [x for pair, x in used.items() if pair[0] == a]
        alone = not (count and a in mixed_rows(plan, number))  # those are added up row by row
        if alone and len(row) == sum(1 for pair in nodes if pair[0] == a):
            off = np.abs(np.asarray(sum(row)) - 1.0)
            if off.size and not off.max() <= _SLACK:
                _stop(~(off <= _SLACK), a, None, block, used, met, plan, draws)


def mixed_rows(plan: Plan, number: int) -> set[int]:
    """States whose moves depend some on the clock and some on the tunnel, so that only row by row they add up.

    >>> from hecon.evaluate.compile.graph import Graph
    >>> from hecon.formula.program import Program
    >>> from hecon.inputs.book import make_book
    >>> graph = Graph()
    >>> by_both = graph.add("state_time", payload=(2, 1.0), axes=CYCLE | TUNNEL)
    >>> from hecon.evaluate.compile.graph import Vector
    >>> v = graph.vector(Vector("probability", 1, (((0, 0), by_both),), (), (), 3, 1.0, varies=False, changes=True, block="demo"))
    >>> mixed_rows(Plan(Program("Demo", (), (), ()), graph, [], [], make_book("demo", []).base()), v)
    {0}
    """
    axes: dict[int, int] = {}
    for (a, _), node in plan.graph.vectors[number].entries:
        axes[a] = axes.get(a, 0) | plan.graph.nodes[node].axes & (CYCLE | TUNNEL)
    return {a for a, found in axes.items() if found == CYCLE | TUNNEL}


def check_mass(plan: Plan, number: int, occupied: Sequence[Array], mass: Any, first: int, draws: "Draws") -> None:
    """Refuse a cohort that does not add up to those who started, whatever the reason: `occupied` holds each state's
    share, (row, draw), from row `first` on.

    Raises:
        ModelError: the first row in which some are lost or double, with its structure and draw.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import MarkovModel, Strategy
    >>> model = MarkovModel(("well", "dead"), "1 year", "2 years", "start", "end", title="Demo", strategies=[Strategy("a")],
    ...                     start="well", transitions={"well -> dead": "0.2"}, discount={"cost": "0", "effect": "0"},
    ...                     discount_timing="continuous")
    >>> draws = make_book("demo", []).base()
    >>> from hecon.evaluate.prepare import prepare
    >>> row = [np.array([[0.5]]), np.array([[0.4]])]
    >>> check_mass(prepare(model, draws, ("trace",)).plan, 0, row, 1.0, 3, draws)
    Traceback (most recent call last):
    hecon.errors.ModelError: the states of a - cohort add up to 0.9 in cycle 3, draw 0, not to the 1 that started: a row is not 1
    """
    if _off(occupied, mass, -1).max() <= _SLACK:
        return  # what is lost or double in a row is so in all rows after it
    off = _off(occupied, mass, slice(None))
    if not off.max() <= _SLACK:
        row, draw = (int(axis[0]) for axis in np.nonzero(~(off <= _SLACK)))
        block = plan.program.block(plan.graph.vectors[number].block)
        raise ModelError(
            f"the states of {block.name} add up to {sum(float(x[row, draw]) for x in occupied):.9g} in cycle {first + row}, draw"
            f" {draws.draw[min(draw, draws.n - 1)]}, not to the {float(np.ravel(mass)[min(draw, np.size(mass) - 1)]):.9g} that"
            " started: a row is not 1"
        )


def _stop(
    bad: NDArray[np.bool_], state: int, pair: Pair | None, block: Block, used: Mapping[Pair, Array],
    met: tuple[int, bool], plan: Plan, draws: "Draws",
) -> NoReturn:  # fmt: skip
    """Refuse the first entry at fault; `met` is the first row and whether there is one for each cycle."""
    spot = tuple(int(axis[0]) for axis in np.nonzero(np.atleast_2d(bad)))
    cycle = met[0] + (spot[0] if met[1] and bad.ndim == 2 else 0)
    values = {one: _at(x, spot) for one, x in used.items() if one[0] == state}
    refuse(plan.program, Met(block, state, pair, values, cycle, int(draws.draw[min(spot[1], draws.n - 1)])), draws)


def _off(occupied: Sequence[Array], mass: Any, rows: int | slice) -> Array:
    return np.asarray(np.abs(sum((x[rows] for x in occupied[1:]), start=occupied[0][rows]) - mass))


def _at(x: Array, spot: tuple[int, ...]) -> float:
    """The value at a (row, draw), of an array that may lack either axis."""
    table = np.atleast_2d(x)
    return float(table[min(spot[0], table.shape[0] - 1), min(spot[1], table.shape[1] - 1)])


def _given_in_full(block: Block) -> set[int]:
    """Rows without a rest, for whose sum the author answers."""
    assert block.states is not None
    rows = {a: [] for a in block.states.states}  # type: dict[str, list[str]]
    for (a, _), formula in block.states.entries.items():
        rows[a].append(formula.unit)
    return {block.states.states.index(a) for a, units in rows.items() if units and "rest" not in units}
