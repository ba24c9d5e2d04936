"""What is tested: one structure of a case, with the runs that several tests read. Each run is made once, when it is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from hecon.evaluate.compile.fitted_curves import with_curves
from hecon.evaluate.run import run
from hecon.formula.dependence import followed
from hecon.formula.program import Block, Program, Term, trees_of
from hecon.formula.syntax import Call, Node, Text, names_in, walk
from hecon.formula.text import to_text
from hecon.inputs.distributions.groups import Dirichlet
from hecon.names import RESERVED
from hecon.structure.lowering import as_tree, lower
from hecon.verification.one_at_a_time import Swings
from hecon.verification.pieces import Key, amounts_of, pieces_of, place_of
from hecon.verification.roles import roles_of
from hecon.verification.verdict import DoesNotApplyError

__all__ = ["DRAWS", "Key", "Subject", "amounts_of", "pieces_of", "place_of"]

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.inputs.parameter import Table
    from hecon.outcomes import Outcomes
    from hecon.results.case import Case
    from hecon.structure.lowering import Model

DRAWS = 1000
STEP = 0.05  # by how much one input is raised at a time, as a share of its value


@dataclass(frozen=True, eq=False)
class Subject:
    """One structure of a case: `model` and `book`; `others` are all models of the case, of which some inputs may be."""

    case: "Case"
    structure: str
    model: "Model"
    book: "Book"
    draws_asked: int = DRAWS

    @cached_property
    def program(self) -> Program:
        """The model lowered, its curves written out."""
        return with_curves(lower(self.model, self.book.settings), self.book)

    @cached_property
    def roles(self) -> dict[str, str]:
        """Role by name of parameter or table."""
        return roles_of(self.book)

    def having(self, *roles: str) -> list[str]:
        """The parameters of some roles that outcomes follow from, in their order."""
        return [name for name in self.book.parameters if self.roles[name] in roles and name in self.followed]

    def needed(self, *roles: str) -> list[str]:
        """The same, of which there must be one."""
        names = self.having(*roles)
        if not names:
            raise DoesNotApplyError(f"no input that results follow from has the role {' or '.join(roles)}")
        return names

    @cached_property
    def followed(self) -> set[str]:
        """Inputs that some outcome follows from by the text of the formulas."""
        return followed(self.program)

    @cached_property
    def strategies(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(name for name, _ in self.program.strategies)

    @cached_property
    def base(self) -> "Outcomes":
        """The base case with its trace and pieces."""
        return run(self.model, self.book.base(), keep=("trace", "by_state", "occupancy"))

    @cached_property
    def pieces(self) -> dict[Key, float]:
        """What each piece came to in the base case."""
        return {key: float(x[0]) for key, x in pieces_of(self.base).items()}

    def changed(
        self,
        settings: Mapping[str, str] | None = None,
        tables: "Mapping[str, Table] | None" = None,
        values: Mapping[str, float] | None = None,
        keep: Sequence[str] = ("by_state",),
    ) -> "Outcomes":
        """A run of one draw with other settings, tables or values (held to their supports)."""
        book = replace(
            self.book,
            settings={**self.book.settings, **(settings or {})},
            tables={**self.book.tables, **(tables or {})},
        )
        return run(self.model, book.fix(**(values or {})), keep=keep)

    @cached_property
    def terms(self) -> dict[Key, list[tuple[Block, Term]]]:
        """The terms of each piece, by their block."""
        found: dict[Key, list[tuple[Block, Term]]] = {}
        for block in self.program.blocks:
            for term in block.terms:
                found.setdefault((block.strategy, term.item.kind, term.item.name, term.where), []).append((block, term))
        return found

    def formula(self, key: Key) -> str:
        """The formula of a piece as text: its amounts before discounting where it has them."""
        _, term = self.terms[key][0]
        return to_text(term.flow or term.amount or term.value)

    def cells(self, names: Iterable[str]) -> str:
        """The cells of some inputs, at most five."""
        known = [self.book.parameters[name].place("value") for name in names if name in self.book.parameters]
        return ", ".join(known[:5])

    def inputs_of(self, block: Block, *trees: Node | None) -> dict[str, None]:
        """The inputs that trees of a block name, through the formulas they name, in order of appearance."""
        found: dict[str, None] = {}
        seen: set[tuple[str, str]] = set()
        waiting = [tree for tree in trees if tree is not None]
        while waiting:
            tree = waiting.pop()
            found |= {
                n.args[0].value: None
                for n in walk(tree)
                if isinstance(n, Call) and n.op == "lookup" and isinstance(n.args[0], Text)
            }
            for name in names_in(tree):
                formula = self.program.find(block, name)
                if formula is None:
                    found[name] = None
                elif (block.name, name) not in seen:
                    seen.add((block.name, name))
                    waiting.append(formula.tree)
        return {name: None for name in found if name in self.book.parameters or name in self.book.tables}

    @cached_property
    def discount_rates(self) -> set[str]:
        """The inputs that the model discounts by."""
        tree = as_tree(self.model, [])
        rates = {**tree.discount}
        texts = [
            text for rate in rates.values() for text in ([rate] if isinstance(rate, str) else [t for _, t in rate])
        ]
        return {text for text in texts if text in self.book.parameters}

    @cached_property
    def alive(self) -> dict[str, list[str]]:
        """By block: the states in which life-years are lived."""
        return {
            block.name: [t.where for t in block.terms if t.item.kind == "ly_undiscounted" and t.flow is not None]
            for block in self.program.blocks
            if block.clock
        }

    @cached_property
    def names(self) -> set[str]:
        """Names that a finding may point to: inputs, tables, scenarios, correlation groups, items, formulas and transitions."""
        blocks = self.program.blocks
        formulas = {name for block in blocks for name in block.formulas if "[" not in name and name not in RESERVED}
        moves = {f"{a} -> {b}" for block in blocks for a, b in (block.states.entries if block.states else {})}
        items = {item.name for item in self.program.items} - {"life_years"}
        groups = {one.correlation_group for one in self.book.parameters.values()} - {""}
        inputs = {*self.book.parameters, *self.book.tables, *self.book.scenarios}
        return formulas | moves | items | groups | inputs

    @cached_property
    def timed(self) -> set[str]:
        """Inputs that say at which time something is looked at, which must be one time for all draws."""
        found: set[str] = set()
        for block in self.program.blocks:
            trees = [*(tree for _, tree in trees_of(block))]
            trees += [
                t for c in self.program.checks.get(block.strategy, ()) for t in (c.value, c.equals, c.at_most) if t
            ]
            for node in (node for tree in trees for node in walk(tree)):
                if isinstance(node, Call) and node.op == "at":
                    found |= set(self.inputs_of(block, node.args[1]))
        return found

    @cached_property
    def idle(self) -> set[str]:
        """Inputs that no outcome of any structure of the case follows from."""
        used: set[str] = set(self.followed)
        for model in self.case.models.values():
            if model is not self.model:
                used |= followed(with_curves(lower(model, self.book.settings), self.book))
        return {name for name in self.book.parameters if name not in used}

    @property
    def reference(self) -> str:
        """The strategy that others are compared with."""
        named = self.book.settings.get("reference", "")
        return named if named in self.strategies else self.strategies[0]

    # One input at a time

    @cached_property
    def swings(self) -> Swings:
        """Every input that outcomes follow from, raised by 5% and set to its low and high, one at a time, in one run."""
        names = [name for name in self.book.parameters if name in self.followed and self.roles[name] != "choice"]
        rows: list[tuple[str, dict[str, float]]] = []
        for name in names:
            one = self.book.parameters[name]
            support = self.book.supports[name]
            step = STEP * abs(one.value) or (STEP * max(abs(one.high), abs(one.low)) or STEP)
            up = next((x for x in (one.value + step, one.value - step) if support.holds(x)), one.value)
            for value in dict.fromkeys((up, one.low, one.high)):
                if value != one.value and value == value:
                    rows.append((name, self._with_shares(name, value)))
        return Swings(self, tuple(rows))

    def _with_shares(self, name: str, value: float) -> dict[str, float]:
        """An input at a value; the other shares of its Dirichlet group take up the rest."""
        found = {name: value}
        for group in self.book.margins.groups:
            if isinstance(group, Dirichlet) and name in group.members and self.book.parameters[name].value < 1:
                rest = (1 - value) / (1 - self.book.parameters[name].value)
                found |= {other: self.book.parameters[other].value * rest for other in group.members if other != name}
        return found

    # Draws

    @cached_property
    def draws(self) -> "Draws":
        """The draws of the probabilistic tests, as the settings sample them but fewer."""
        if not self.book.margins.varying:
            raise DoesNotApplyError("no input has a distribution")
        seed = int(float(self.book.settings.get("seed", "") or 1))
        return self.book.sample(self.draws_asked, seed)

    @cached_property
    def psa(self) -> "Outcomes":
        """The run over these draws, with occupancy at whole years and pieces."""
        return run(self.model, self.draws, keep=("occupancy",))
