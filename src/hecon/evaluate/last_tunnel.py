"""Formulas that still change where a tunnel state has no more tunnels: `state_time >= 6` is never true in six of a year."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from hecon.evaluate.compile.fitted_curves import with_curves
from hecon.evaluate.explaining.operands import AtTunnel
from hecon.evaluate.explaining.single_values import values_of
from hecon.formula.macros import expand
from hecon.formula.program import Block
from hecon.formula.syntax import Call, Node, factors, walk
from hecon.formula.text import to_text
from hecon.structure.lowering import Model, lower

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_TOLD = 1e-3  # relative to what holds in the last tunnel


def cut_short(model: Model, draws: "Draws") -> list[str]:
    """What depends on the time since entry beyond the last tunnel of a state in which people stay, in the first cycle of the
    base case (draw 0): one sentence each.

    >>> from hecon.formula.program import Tunnel
    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import MarkovModel, Strategy
    >>> model = MarkovModel(("ill", "dead"), "1 year", "9 years", "start", "mid", title="Demo", start="ill",
    ...     transitions={"ill -> dead": "where(state_time >= 6, 0.5, 0.1)"}, tunnels={"ill": Tunnel(6, "stay")},
    ...     strategies=[Strategy("a")], discount={"cost": "0", "effect": "0"}, discount_timing="continuous")
    >>> cut_short(model, make_book("demo", []).base())[0].partition(":")[0]
    'ill -> dead (a - cohort) is 0.1 in the last of 6 tunnels of ill and 0.5 for a longer stay'
    """
    one = draws.take(slice(0, 1))
    program = with_curves(lower(model, one.book.settings), one.book, one.names)
    found: dict[str, None] = {}
    for block in program.blocks:
        for state, tunnel in (block.states.tunnels if block.states else {}).items():
            if tunnel.last != "stay":
                continue
            trees = list(_of_state(block, state))
            values = []
            for at in (tunnel.length - 1, tunnel.length, 10 * tunnel.length):
                builder = AtTunnel(program, one, at)
                nodes = [builder.node(block, expand(tree)) for _, tree in trees]
                rows = [builder.graph.nodes[node].axes & 1 for node in nodes]
                pairs = [(node, 0 if by_row else -1) for node, by_row in zip(nodes, rows, strict=True)]
                known = values_of(program, builder.graph, pairs, one)
                values.append([float(known[pair][0]) for pair in pairs])
            last, *later = np.array(values)
            for k, (name, tree) in enumerate(trees):
                beyond = [x[k] for x in later if abs(x[k] - last[k]) > _TOLD * abs(last[k])]
                if beyond:
                    found[
                        f"{name} ({block.name}) is {last[k]:.6g} in the last of {tunnel.length} tunnels of {state} and"
                        f" {beyond[0]:.6g} for a longer stay: who stays longer keeps the first ({' '.join(to_text(tree).split())});"
                        " lengthen the tunnel if that matters"
                    ] = None
    return list(found)


def _of_state(block: Block, state: str) -> Iterator[tuple[str, Node]]:
    """The moves out of a state and the amounts in it."""
    assert block.states is not None
    for (a, b), entry in block.states.entries.items():
        if a == state and entry.unit != "rest":
            yield f"{a} -> {b}", entry.tree
    for term in block.terms:
        if term.flow is not None and term.where.split(" -> ")[0] == state:
            for one in factors(term.flow):
                if not any(
                    isinstance(node, Call) and node.op in ("time_in", "moves", "occupancy") for node in walk(one)
                ):
                    yield f"{term.item.name} in {term.where}", one
