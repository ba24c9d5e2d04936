"""Where a number comes from: its formula, the formula with numbers, then its operands down to the inputs and their sources.

The numbers are those of the run: the same graph is built for one draw and swept by the same engine.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import ModelError, nearest
from hecon.evaluate.compile.check_names import check_names
from hecon.evaluate.compile.fitted_curves import with_curves
from hecon.evaluate.explaining.operands import Draft
from hecon.evaluate.explaining.outline import Outline
from hecon.evaluate.explaining.single_values import values_of
from hecon.formula.syntax import Name, Node, substitute
from hecon.formula.text import to_text
from hecon.shown import Shown
from hecon.structure.lowering import Model, lower

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hecon.inputs.draws import Draws


@dataclass(frozen=True)
class Line:
    """One number of an explanation: its formula as written and with numbers (both "" for an input), value and unit.

    `depth` says how far down it stands; `cycle` is its row, or -1 where it is the same in every cycle; `source` tells
    where an input is from: its cell, its provenance, the citation with table or page.
    """

    depth: int
    name: str
    value: float
    unit: str
    cycle: int
    formula: str
    numbers: str
    source: str


@dataclass(frozen=True, repr=False)
class Explanation(Shown):
    """A number and all that it stands on, seen in the row `cycle`; `str()` prints it, `value` is the number itself.

    >>> number = Line(0, "c_visit", 50.0, "EUR", -1, "", "", "parameters!E2, assumption")
    >>> print(Explanation("strategy a, draw 0", 0, (number,)))
    strategy a, draw 0
    c_visit = 50 EUR  [parameters!E2, assumption]
    """

    title: str
    cycle: int
    lines: tuple[Line, ...]

    @property
    def value(self) -> float:
        """The number that was asked for."""
        return self.lines[0].value

    def __str__(self) -> str:
        return "\n".join([self.title, *(text for line in self.lines for text in _printed(line, self.cycle))])


def explain(
    model: Model,
    draws: "Draws",
    name: str,
    *,
    strategy: str,
    cycle: int = 0,
    draw: int = 0,
    block: str | None = None,
    tunnel: int = 0,
) -> Explanation:
    """Explain a number of a model: a named formula, an input, a move ("well -> ill"), a state (its share of the cohort), an
    item (its discounted total, piece by piece), a branch's label (its probability) or a report.

    `cycle` is the row at which what changes over time is shown, `draw` the number of the draw, `tunnel` the position
    (0 first) at which what depends on `state_time` is shown. A name that several structures of a strategy have is taken
    from the first, unless `block` says which.

    Raises:
        ModelError: an unknown strategy, block or name, each with the nearest known one; a cycle, tunnel or draw there
            is not; and all that a run refuses.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> visits = Cost("visits", "c_visits", category="follow-up", sector="health care")
    >>> watch = Strategy("watch", to=Leaf(outcomes=[visits]), let={"c_visits": "2 * c_visit"})
    >>> tree = DecisionTree("Demo", [watch], {"cost": "0", "effect": "0"}, "continuous")
    >>> book = make_book("demo", [Parameter(name="c_visit", value=50.0, unit="EUR", provenance="assumption")])
    >>> print(explain(tree, book.base(), "c_visits", strategy="watch"))
    strategy watch, block watch, draw 0
    c_visits = 100
      = 2 * c_visit
      = 2 * 50
      c_visit = 50 EUR  [assumption]
    """
    program = with_curves(lower(model, draws.book.settings), draws.book, draws.names)
    check_names(program, draws.book)
    names = [known for known, _ in program.strategies]
    if strategy not in names:
        raise ModelError(f"unknown strategy '{strategy}'{nearest(strategy, names)} (known: {', '.join(names)})")
    if draw not in draws.draw:
        raise ModelError(f"draw {draw} is none of these draws ({draws.draw[0]} to {draws.draw[-1]})")
    at = int(np.flatnonzero(draws.draw == draw)[0])
    one = draws.take(slice(at, at + 1))
    outline = Outline(program, one, strategy, cycle, tunnel, block)
    drafts = outline.of(name)
    wanted = {pair for draft in drafts for pair in (draft.at, *draft.operands.values())}
    values = {pair: float(x[0]) for pair, x in values_of(program, outline.graph, wanted, one).items()}
    home = outline.home
    when = f", cycle {cycle} (t = {cycle / home.clock.per_year:g} years)" if home.clock else ""
    inside = f", tunnel {tunnel}" if outline.used_tunnel else ""
    return Explanation(
        f"strategy {strategy}, block {home.name}{when}{inside}, draw {draw}",
        cycle,
        tuple(_line(draft, values) for draft in drafts),
    )


def _line(draft: Draft, values: "Mapping[tuple[int, int], float]") -> Line:
    known = {tree: values[pair] for tree, pair in draft.operands.items()}

    def number(tree: Node) -> Node | None:
        if tree not in known:
            return None
        text = _short(known[tree])
        return Name(f"({text})" if text.startswith("-") else text)

    numbers = to_text(substitute(draft.tree, number)) if draft.tree is not None and known else ""
    value = values[draft.at]
    numbers = "" if numbers in (draft.text, _short(value)) else numbers
    text = "" if draft.text in (_short(value), draft.name) else draft.text
    return Line(draft.depth, draft.name, value, draft.unit, draft.row, text, numbers, draft.source)


def _printed(line: Line, cycle: int) -> list[str]:
    indent = "  " * line.depth
    head = f"{indent}{line.name} = {_short(line.value)}" + (f" {line.unit}" if line.unit else "")
    head += f" in cycle {line.cycle}" if line.cycle not in (-1, cycle) else ""
    head += f"  [{line.source}]" if line.source else ""
    return [head, *(f"{indent}  = {text}" for text in (line.formula, line.numbers) if text)]


def _short(value: float) -> str:
    """A number to six digits, whole numbers in full."""
    whole = np.isfinite(value) and value == round(value) and abs(value) < 1e15
    return f"{value:.0f}" if whole else f"{value:.6g}"
