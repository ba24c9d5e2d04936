"""Where a value stops being a number: the first formula that is none, of those a faulty value stands on.

Formulas that do not change with time are evaluated again for the one draw; what needs the cohort or the clock is passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import ModelError
from hecon.evaluate.formula import evaluate_formula
from hecon.formula.macros import expand
from hecon.formula.program import Block, Formula, Program
from hecon.formula.syntax import Call, Name, Node, names_in

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

MOST = 6  # operands told


@dataclass(frozen=True)
class NotANumber:
    """A formula that is not a number though all it uses is, and that, by name."""

    formula: Formula
    uses: dict[str, float]

    def __str__(self) -> str:
        """Its text and the values in it, for the end of a message."""
        values = ", ".join(f"{name} {value:.6g}" for name, value in list(self.uses.items())[:MOST])
        return f"'{self.formula.name}' is not a number: {self.formula.text}{f' with {values}' if values else ''}"


def first_not_a_number(
    program: Program, block: Block, trees: list[Node], draws: "Draws", draw: int
) -> NotANumber | None:
    """The first formula behind `trees` that is not a number in the draw numbered `draw`; None where none is found.

    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> formulas = {name: Formula(name, text, parse(text)) for name, text in {"twice": "2 * x", "root": "sqrt(twice)"}.items()}
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), formulas)
    >>> book = make_book("demo", [Parameter(name="x", value=-1.0)])
    >>> print(first_not_a_number(Program("Demo", (), (block,), ()), block, [parse("1 + root")], book.base(), 0))
    'root' is not a number: sqrt(twice) with twice -2
    """
    known = _Known(program, block, draws, int(np.flatnonzero(draws.draw == draw)[0]))
    for tree in trees:
        for name in names_in(tree):
            known.value(name)
    return known.first


@dataclass
class _Known:
    """The values found so far, None for what one draw alone does not tell."""

    program: Program
    block: Block
    draws: "Draws"
    at: int
    values: dict[str, float | None] = field(default_factory=dict)
    first: NotANumber | None = None

    def value(self, name: str) -> float | None:
        if name not in self.values:
            self.values[name] = None  # until it is known, so that a recurrence ends
            self.values[name] = self._found(name)
        return self.values[name]

    def _found(self, name: str) -> float | None:
        formula = self.program.find(self.block, name)
        if formula is None:
            if name not in self.draws.book.parameters:
                return None
            return float(np.broadcast_to(np.asarray(self.draws[name]), (self.draws.n,))[self.at])
        used = {one: self.value(one) for one in dict.fromkeys(self._taken(expand(formula.tree))) if one != "pi"}
        given = {one: value for one, value in used.items() if value is not None}
        if len(given) < len(used):
            return None
        value = self._evaluated(
            formula.tree, {**given, **{name: nan for name in names_in(formula.tree) if name not in used}}
        )
        if value is not None and isnan(value) and self.first is None and not any(map(isnan, given.values())):
            self.first = NotANumber(formula, given)
        return value

    def _taken(self, tree: Node) -> Iterator[str]:
        """The names that a tree uses in the branches that its conditions take."""
        if isinstance(tree, Name):
            yield tree.name
        if not isinstance(tree, Call):
            return
        if tree.op != "where":
            for arg in tree.args:
                yield from self._taken(arg)
            return
        condition, one, other = tree.args
        names = list(self._taken(condition))
        yield from names
        known = {name: value for name in names if (value := self.value(name)) is not None}
        met = self._evaluated(condition, known)
        if met is not None and not isnan(met):
            yield from self._taken(one if met else other)

    def _evaluated(self, tree: Node, given: dict[str, float]) -> float | None:
        try:
            return float(evaluate_formula(tree, dict(self.draws.book.tables), **given))
        except (ModelError, TypeError, ValueError):
            return None
