"""Whether amounts change smoothly within a cycle: each flow once with the amount of the interval's start, once with its middle's.

A step that lasts whole cycles comes to the same both ways; what changes smoothly is of first order in the cycle's length
by the start and of second order by the middle (`t_mid`, `age_mid`, `state_time_mid`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.evaluate.compile.build import Builder
from hecon.evaluate.compile.fitted_curves import with_curves
from hecon.evaluate.explaining.single_values import values_of
from hecon.formula.macros import expand
from hecon.formula.program import Block, Program
from hecon.formula.syntax import Call, Name, Node, factors, names_in, substitute, walk
from hecon.structure.lowering import Model, lower

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

SMOOTH = 1e-3  # a total that differs by more is told
_MID = {"t": "t_mid", "age": "age_mid", "state_time": "state_time_mid"}


@dataclass(frozen=True)
class Smooth:
    """An item of a strategy whose amounts change within the cycle: its discounted total by their start and by their middle."""

    strategy: str
    item: str
    by_start: float
    by_middle: float

    def __str__(self) -> str:
        off = abs(self.by_middle / self.by_start - 1) if self.by_start else 1.0
        return (
            f"{self.item} (strategy {self.strategy}): {self.by_start:,.6g} with the amounts of each cycle's start,"
            f" {self.by_middle:,.6g} with those of its middle, {off:.2%} apart: what changes smoothly is written with t_mid,"
            " age_mid or state_time_mid"
        )


def smooth_amounts(model: Model, draws: "Draws") -> list[Smooth]:
    """The items whose base case (draw 0) differs by more than a thousandth between the two, by strategy.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import Cost, MarkovModel, Strategy
    >>> rising = Cost("care", {"alive": "100 * t"}, per="year", category="care", sector="health care")
    >>> model = MarkovModel(("alive", "dead"), "1 year", "2 years", "start", "mid", transitions={"alive -> dead": "0"},
    ...     outcomes=[rising], title="Demo", start="alive", strategies=[Strategy("a")], discount={"cost": "0", "effect": "0"},
    ...     discount_timing="continuous")
    >>> [(one.item, one.by_start, one.by_middle) for one in smooth_amounts(model, make_book("demo", []).base())]
    [('care', 100.0, 200.0)]
    """
    one = draws.take(slice(0, 1))
    program = with_curves(lower(model, one.book.settings), one.book, one.names)
    builder = Builder(program, one)
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for block in program.blocks:
        for term in block.terms:
            if term.present is not None and (middle := _middle(program, block, term.present)) != term.present:
                nodes = [
                    builder.node(block, expand(Call("sum", (tree,))), builder.tunnel(block, term.where))
                    for tree in (term.present, middle)
                ]
                pairs.setdefault((block.strategy, term.item.name), []).append((nodes[0], nodes[1]))
    wanted = {(node, -1) for some in pairs.values() for pair in some for node in pair}
    values = {node: float(x[0]) for (node, _), x in values_of(program, builder.graph, wanted, one).items()}
    found = [
        Smooth(strategy, item, sum(values[a] for a, _ in some), sum(values[b] for _, b in some))
        for (strategy, item), some in pairs.items()
    ]
    return [one for one in found if abs(one.by_middle - one.by_start) > SMOOTH * abs(one.by_start)]


def _middle(program: Program, block: Block, tree: Node) -> Node:
    """A flow with the amounts of the interval's middle; time spent and what minds the interval itself stay."""
    if not any(isinstance(node, Call) and node.op == "time_in" for node in walk(tree)):
        return tree  # not a flow

    def later(node: Node) -> Node | None:
        if isinstance(node, Call) and node.op in ("time_in", "cumulative", "next", "occupancy", "moves"):
            return node
        if not isinstance(node, Name):
            return None
        if node.name in _MID:
            return Name(_MID[node.name])
        formula = block.formulas.get(node.name)
        if formula is None or node.name in (*_MID.values(), "cycle_years", "mass", "cycles"):
            return None
        used = names_in(formula.tree)
        return node if "cycle_years" in used else substitute(formula.tree, later)

    parts = factors(tree)
    changed = [one if "cycle_years" in names_in(one) else substitute(one, later) for one in parts]
    if changed == parts:
        return tree
    product = changed[0]
    for one in changed[1:]:
        product = Call("*", (product, one))
    return product
