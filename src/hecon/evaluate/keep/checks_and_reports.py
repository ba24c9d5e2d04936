"""What a run keeps beside its totals: checks with their verdicts, reports, pieces by state, and the nodes collectors ask for."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from hecon.errors import ModelError, nearest
from hecon.evaluate.compile.build import Builder, Built
from hecon.evaluate.compile.graph import CYCLE
from hecon.formula.macros import expand
from hecon.formula.program import Block
from hecon.formula.syntax import Call, Name, Number, Text
from hecon.outcomes import Array


class Values(Protocol):
    """Values of nodes, (draw,) each."""

    def __getitem__(self, node: int) -> Array: ...


@dataclass(frozen=True)
class CheckResult:
    """A declared check as it came out: `value`, `target` and `within` are (draw,); `passed` is true where it held."""

    name: str
    strategy: str
    place: str
    value: Array
    target: Array
    within: Array
    at_most: bool

    @property
    def passed(self) -> Any:
        """(draw,) of booleans."""
        gap = self.value - self.target
        return gap <= self.within if self.at_most else np.abs(gap) <= self.within


@dataclass(frozen=True)
class Piece:
    """A part of an item: what it came to in one state, move or node of a strategy, (draw,)."""

    strategy: str
    kind: str
    item: str
    where: str
    value: Array


def checks(built: Built, values: Values) -> list[CheckResult]:
    """Every declared check with its values.

    >>> from hecon.formula.program import CheckFormula
    >>> from hecon.formula.syntax import Number
    >>> from hecon.formula.program import Program
    >>> from hecon.evaluate.compile.graph import Graph
    >>> built = Built(Graph(), Program("Demo", (), (), ()))
    >>> rule = CheckFormula("alive", Number(0.0), None, Number(0.0), Number(0.0))
    >>> built.checks.append(("a", "a", rule, 0, 1, 2))
    >>> checks(built, {0: np.array([0.4, 0.6]), 1: np.array([0.5, 0.5]), 2: np.zeros(2)})[0].passed.tolist()
    [True, False]
    """
    return [
        CheckResult(
            check.name, strategy, place, values[value], values[target], values[within], check.at_most is not None
        )
        for strategy, place, check, value, target, within in built.checks
    ]


def reports(built: Built, values: Values) -> dict[tuple[str, str], Array]:
    """Reports by (strategy, name): (draw,), or (year, draw) for by_year(x); over the blocks of a strategy they add up.

    >>> from hecon.formula.program import Program
    >>> from hecon.evaluate.compile.graph import Graph
    >>> built = Built(Graph(), Program("Demo", (), (), ()))
    >>> built.reports += [("a", "years", -1, 0), ("a", "years", -1, 1)]
    >>> reports(built, {0: np.array([2.0]), 1: np.array([3.0])})["a", "years"].tolist()
    [5.0]
    """
    found: dict[tuple[str, str], dict[int, Array]] = {}
    for strategy, name, year, node in built.reports:
        years = found.setdefault((strategy, name), {})
        years[year] = years[year] + values[node] if year in years else values[node]
    return {key: years[-1] if -1 in years else np.stack([*years.values()]) for key, years in found.items()}


def states(built: Built, values: Values) -> list[Piece]:
    """Each item of each strategy, state by state.

    >>> from hecon.formula.program import Term
    >>> from hecon.formula.syntax import Number
    >>> from hecon.outcomes import Item
    >>> from hecon.formula.program import Program
    >>> from hecon.evaluate.compile.graph import Graph
    >>> built = Built(Graph(), Program("Demo", (), (), ()))
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), {})
    >>> item = Item("care", "cost", "care", "health care")
    >>> built.terms.append(("a", item, Term(item, "well", Number(0.0)), block, 0))
    >>> [(piece.where, piece.value.tolist()) for piece in states(built, {0: np.array([7.0])})]
    [('well', [7.0])]
    """
    found: dict[tuple[str, str, str, str], Array] = {}
    for strategy, item, term, _, node in built.terms:
        key = (strategy, item.kind, item.name, term.where)
        found[key] = found[key] + values[node] if key in found else values[node]
    return [Piece(*key, value) for key, value in found.items()]


def flow_nodes(builder: Builder, built: Built, block: Block, name: str) -> int:
    """The node per cycle behind a name that a collector asks for; what is the same in every cycle is repeated.

    Raises:
        ModelError: a name the block does not have.

    >>> from hecon.formula.program import Clock, Formula, Program
    >>> from hecon.formula.syntax import Number, parse
    >>> from hecon.inputs.book import make_book
    >>> block = Block("a", "a", None, Clock(1.0, 4), Number(1.0), Number(0.0), {"x": Formula("x", "2 * cycle", parse("2 * cycle"))})
    >>> program = Program("Demo", (("a", "A"),), (block,), ())
    >>> builder = Builder(program, make_book("demo", []).base())
    >>> builder.graph.nodes[flow_nodes(builder, Built(builder.graph, program), block, "x")].op
    '*'
    """
    node = _node_of(builder, built, block, name)
    if built.graph.nodes[node].axes & CYCLE:
        return node
    row = builder.node(block, Name("cycle"))
    return built.graph.apply("+", node, built.graph.apply("*", row, built.graph.number(0.0)))


def _node_of(builder: Builder, built: Built, block: Block, name: str) -> int:
    head, _, rest = name.partition("[")
    inner = rest.rstrip("]")
    if head in ("occupancy", "moves") and rest:
        return builder.node(block, Call(head, (Text(inner),)))
    if head in ("item", "present") and rest:
        kind, _, item = inner.partition(", ")
        terms = [t for t in block.terms if (t.item.kind, t.item.name) == (kind, item) and t.flow is not None]
        if not terms:
            raise ModelError(f"{block.name} has no {kind} '{item}' that flows")
        trees = [(t.present if head == "present" else t.flow) or Number(0.0) for t in terms]
        nodes = [
            builder.node(block, expand(x), builder.tunnel(block, t.where)) for x, t in zip(trees, terms, strict=True)
        ]
        result = nodes[0]
        for node in nodes[1:]:
            result = built.graph.apply("+", result, node)
        return result
    if name in block.formulas or name == "cycle":
        return builder.node(block, Name(name))
    raise ModelError(f"{block.name} has no '{name}'{nearest(name, block.formulas)}")
