"""Probabilities and rates as met while running: what cannot be one is refused with strategy, cycle, draw, terms and cells."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from hecon.errors import ModelError
from hecon.evaluate.graph import CYCLE
from hecon.evaluate.plan import Plan
from hecon.formula.program import Block, Program
from hecon.formula.syntax import Call, Node, Text, names_in, walk

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_SLACK = 1e-9  # a row of probabilities may miss 1 by rounding, not by more


def check_entries(
    plan: Plan, number: int, entries: Mapping[tuple[int, int], Any], first: int, count: int, draws: "Draws"
) -> None:
    """Refuse a probability outside 0 to 1, a rate below 0, or a row that does not add up to 1.

    `entries` holds numbers, (draw,), (tunnel, draw) or (cycle, draw) from row `first` on, of which `count` rows are used
    (0 when the values are those of the one row `first`).

    Raises:
        ModelError: the first entry at fault, with its strategy, cycle, draw, terms and the cells of its inputs.
    """
    vector = plan.graph.vectors[number]
    nodes = dict(vector.entries)
    tiled = {pair: bool(count > 0 and plan.graph.nodes[nodes[pair]].axes & CYCLE) for pair in entries}
    used = {pair: np.asarray(x[:count] if tiled[pair] else x, dtype=float) for pair, x in entries.items()}
    top = np.inf if vector.by == "rate" else 1 + _SLACK
    block = plan.program.block(vector.block)
    whole = set(_incomplete(block))  # in the other rows a rest above 0 says that none is above 1
    for pair, x in used.items():
        if x.size and not (x.min() >= -_SLACK and (pair[0] not in whole or x.max() <= top)):
            bad = ~((x >= -_SLACK) & (x <= top))
            _refuse(plan, number, pair, used, tiled, bad, first, draws)
    if vector.by == "rate":
        return
    for a in whole:
        rows = [pair for pair in used if pair[0] == a]
        if len(rows) == sum(1 for pair in nodes if pair[0] == a):
            total = np.asarray(sum(used[pair] for pair in rows))
            if total.size and not np.abs(total - 1.0).max() <= _SLACK:
                _refuse(plan, number, (a, a), used, tiled, ~(np.abs(total - 1.0) <= _SLACK), first, draws)


def cells(program: Program, block: Block, tree: Node, draws: "Draws") -> str:
    """The cells of the inputs a tree stands on, for the end of a message.

    Names are followed through the block's formulas, at most six inputs are named.
    """
    found: dict[str, None] = {}
    queue, seen = list(names_in(tree)), set()
    while queue:
        name = queue.pop(0)
        if name in seen:
            continue
        seen.add(name)
        formula = program.find(block, name)
        if formula is not None:
            queue += names_in(formula.tree)
        elif name in draws.book.parameters:
            found[f"{draws.book.parameters[name].cell} ({name})"] = None
    return "; check " + ", ".join(list(found)[:6]) if found else ""


def _incomplete(block: Block) -> list[int]:
    """Rows given in full, without a rest, whose sum the author answers for."""
    assert block.states is not None
    states = block.states.states
    whole = {a for (a, _), formula in block.states.entries.items() if formula.unit != "rest"}
    whole -= {a for (a, _), formula in block.states.entries.items() if formula.unit == "rest"}
    return [states.index(a) for a in states if a in whole]


def _refuse(
    plan: Plan,
    number: int,
    pair: tuple[int, int],
    used: Mapping[tuple[int, int], Any],
    tiled: Mapping[tuple[int, int], bool],
    bad: Any,
    first: int,
    draws: "Draws",
) -> NoReturn:
    vector = plan.graph.vectors[number]
    block = plan.program.block(vector.block)
    assert block.states is not None
    states = block.states.states
    place = tuple(int(axis[0]) for axis in np.nonzero(np.atleast_1d(bad)))
    column = place[-1] if bad.ndim and bad.shape[-1] > 1 else 0
    row = place[0] if bad.ndim == 2 and tiled.get(pair, any(tiled.values())) else 0
    draw = draws.draw[column] if draws.n > column else 0

    def at(one: tuple[int, int]) -> float:
        x = np.atleast_1d(used[one])
        if x.ndim == 2:
            x = x[min(row if tiled[one] else place[0], x.shape[0] - 1)]
        return float(x[column] if x.shape[0] > 1 else x[0])

    here = f"strategy {block.strategy}, {block.name}, cycle {first + row}, draw {draw}"
    a = states[pair[0]]
    formulas = {one: block.states.entries[states[one[0]], states[one[1]]] for one in used if one[0] == pair[0]}
    mine = formulas[pair] if pair in formulas else next(iter(formulas.values()))
    rest = mine.unit == "rest"
    others = {one: formula for one, formula in formulas.items() if formula.unit != "rest"}
    terms = " + ".join(f"{formula.text} {at(one):.6g}" for one, formula in others.items())
    trees = Call("max", tuple(formula.tree for formula in others.values()) or (mine.tree,))
    if rest or (pair[0] == pair[1] and bool(others) and not bad_alone(used.get(pair), vector.by)):
        total = sum(at(one) for one in others)
        raise ModelError(
            f"leaving '{a}' adds up to {total:.6g} ({here}): {terms}{cells(plan.program, block, trees, draws)}"
        )
    value = at(pair)
    what = "rate" if vector.by == "rate" else "probability"
    why = "is not a number" if np.isnan(value) else f"is {value:.6g}, " + ("below 0" if value < 0 else "above 1")
    tables = sorted(
        {
            n.args[0].value
            for n in _followed(plan.program, block, mine.tree)
            if isinstance(n, Call) and n.op == "lookup" and isinstance(n.args[0], Text)
        }
    )
    hint = f"; outside their range these tables give nothing: {', '.join(tables)}" if np.isnan(value) and tables else ""
    raise ModelError(
        f"the {what} {a} -> {states[pair[1]]} {why} ({here}): {mine.text}{hint}{cells(plan.program, block, mine.tree, draws)}"
    )


def bad_alone(x: Any, by: str) -> bool:
    """Whether an entry is at fault by itself and not only in its row's sum.

    >>> bad_alone(np.array([0.4]), "probability"), bad_alone(np.array([1.2]), "probability")
    (False, True)
    """
    top = np.inf if by == "rate" else 1 + _SLACK
    return x is not None and not bool(np.all((np.asarray(x) >= -_SLACK) & (np.asarray(x) <= top)))


def _followed(program: Program, block: Block, tree: Node) -> list[Node]:
    """The nodes of a tree and of the formulas it names."""
    found: list[Node] = []
    seen: set[str] = set()
    queue = [tree]
    while queue:
        one = queue.pop()
        found += list(walk(one))
        for name in names_in(one):
            formula = program.find(block, name)
            if formula is not None and name not in seen:
                seen.add(name)
                queue.append(formula.tree)
    return found
