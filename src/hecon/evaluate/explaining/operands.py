"""The lines of an explanation before they have numbers: a formula and, below it, what it uses, each name once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hecon.errors import ModelError
from hecon.evaluate.compile.build import Builder
from hecon.evaluate.compile.graph import CYCLE
from hecon.formula.macros import expand
from hecon.formula.program import Block, Formula, Program
from hecon.formula.syntax import REDUCTIONS, Call, Name, Node, Number, Text, asks_for_curve, parse
from hecon.formula.text import to_text
from hecon.names import RESERVED

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_SHOWN_WHOLE = ("lookup", "occupancy", "moves", "time_in", "flow_weight", "cumulative", "next", *REDUCTIONS)
_UNITS = dict.fromkeys(("t", "t_mid", "cycle_years", "age", "age_mid", "state_time", "state_time_mid"), "years")


@dataclass(frozen=True)
class Draft:
    """A line without its numbers: `at` and `operands` say where they will be found, as (node, row); row -1 is no row."""

    depth: int
    name: str
    at: tuple[int, int]
    unit: str = ""
    text: str = ""
    tree: Node | None = None
    source: str = ""
    operands: dict[Node, tuple[int, int]] = field(default_factory=dict)

    @property
    def row(self) -> int:
        """The row at which it is shown, -1 where it is the same in all."""
        return self.at[1]


class Lines:
    """Lines as they are drawn up, for one draw and one tunnel: `drafts` holds those that stand so far."""

    def __init__(self, program: Program, draws: "Draws", tunnel: int) -> None:
        self.program, self.draws = program, draws
        self.builder = AtTunnel(program, draws, tunnel)
        self.graph = self.builder.graph
        self.drafts: list[Draft] = []
        self._seen: set[tuple[str, str, int]] = set()

    def at(self, node: int, row: int) -> tuple[int, int]:
        """Where a value will be found: the row counts only for what changes from cycle to cycle."""
        return node, row if self.graph.nodes[node].axes & CYCLE else -1

    def node(self, block: Block, tree: Node) -> int:
        """The node of a tree as seen from a block."""
        return self.builder.node(block, expand(tree))

    def formula(
        self, depth: int, block: Block, name: str, tree: Node, text: str, unit: str, row: int, node: int = -1
    ) -> None:
        """A line with a formula, and below it the lines of what it uses."""
        whole = tree.args if isinstance(tree, Call) and self._reads_table(block, tree) else (tree,)
        parts = dict.fromkeys(part for one in whole for part in self._parts(block, one))
        operands = {part: self.at(self.node(block, part), row) for part in parts}
        at = self.at(node if node >= 0 else self.node(block, tree), row)
        self.drafts.append(Draft(depth, name, at, unit, text, tree, "", operands))
        for part in parts:
            self.operand(depth + 1, block, part, row)

    def operand(self, depth: int, block: Block, tree: Node, row: int) -> None:
        """A part of a formula: a name, or what is shown whole (a look-up, an occupancy, a reduction)."""
        if isinstance(tree, Name):
            if tree.name != "cycle":
                self.named(depth, block, tree.name, row)
            return
        assert isinstance(tree, Call)
        name = to_text(tree)
        at = self.at(self.node(block, tree), row)
        if self._once(block.name, name, at[1]):
            return
        table = tree.args[0]
        source = f"table {table.value}" if tree.op == "lookup" and isinstance(table, Text) else ""
        self.drafts.append(Draft(depth, name, at, source=source))
        if tree.op == "moves" and isinstance(table, Text):
            if block.states:
                self.operand(depth + 1, block, Call("occupancy", (Text(table.value.split(" -> ")[0]),)), row)
            self.entry(depth + 1, block, table.value, row)
        elif tree.op == "time_in":
            self.spent(depth + 1, block, tree, row)
        elif tree.op in ("cumulative", *REDUCTIONS) and not isinstance(tree.args[0], Name):
            self.formula(depth + 1, block, "its term", tree.args[0], to_text(tree.args[0]), "", row)
        elif tree.op not in ("occupancy", "flow_weight", "next"):
            for part in (part for arg in tree.args for part in self._parts(block, arg)):
                self.operand(depth + 1, block, part, row)

    def spent(self, depth: int, block: Block, tree: Call, row: int) -> None:
        """The occupancy at both ends of the cycle, and the discount factors with which they count."""
        occupied, _, start, end = tree.args
        last = row + 1 if block.clock and row < block.clock.cycles else row
        for factor, at in ((start, row), (end, last)):
            for part in self._parts(block, occupied):
                self.operand(depth, block, part, at)
            if factor != Number(1.0) and (at == row or factor != start):
                self.formula(
                    depth, block, "discount" if at == row else "discount at its end", factor, to_text(factor), "", row
                )

    def named(self, depth: int, block: Block, name: str, row: int) -> None:
        """A formula or an input by its name."""
        at = self.at(self.builder.named(block, name, 0), row)
        formula = self.program.find(block, name)
        while formula is not None and name not in block.formulas and block.parent:
            block = self.program.block(block.parent)
        if self._once(block.name if formula else "", name, at[1]):
            return
        if formula is None or name in ("t", "cycles", "cycle_years"):
            parameter = self.draws.book.parameters.get(name)
            unit = parameter.unit if parameter else _UNITS.get(name, "")
            self.drafts.append(Draft(depth, name, at, unit, source=_source(self.draws, name)))
        else:
            unit = _UNITS.get(name, formula.unit)
            self.formula(
                depth, block, name, formula.tree, _text(formula), "probability" if unit == "rest" else unit, row
            )

    def entry(self, depth: int, block: Block, move: str, row: int) -> None:
        """The probability or rate of a move; of a partitioned cohort the share of those who entered that makes it."""
        if self._once(block.name, move, row):
            return
        if block.states is None:
            entry, unit = block.moved[move], "of those who entered"
        else:
            a, b = move.split(" -> ")
            entry = block.states.entries[a, b]
            unit = "per year" if block.states.by == "rate" else "probability per cycle"
        self.formula(depth, block, move, entry.tree, _text(entry), unit, row)

    def _parts(self, block: Block, tree: Node) -> Iterator[Node]:
        """The outermost parts of a tree that have a line of their own."""
        if isinstance(tree, Name) or (isinstance(tree, Call) and self._whole(block, tree)):
            if not self._is_table(block, tree):
                yield tree
        elif isinstance(tree, Call):
            for arg in tree.args:
                yield from self._parts(block, arg)

    def _whole(self, block: Block, tree: Call) -> bool:
        return tree.op in _SHOWN_WHOLE or self._reads_table(block, tree)

    def _reads_table(self, block: Block, tree: Call) -> bool:
        return tree.op == "lookup" or bool(tree.args and self._is_table(block, tree.args[0]))

    def _is_table(self, block: Block, tree: Node) -> bool:
        """Whether a name is that of a table or a curve."""
        if not isinstance(tree, Name) or tree.name in RESERVED or tree.name in self.draws.book.parameters:
            return False
        return self.program.find(block, tree.name) is None

    def _once(self, *key: str | int) -> bool:
        """Whether a line stands already; from now on it does."""
        known = key in self._seen
        self._seen.add(key)  # type: ignore[arg-type]  # (block, name, row)
        return known


class AtTunnel(Builder):
    """Builds nodes with `state_time` fixed at one tunnel, where a formula is looked at outside its state's sum."""

    def __init__(self, program: Program, draws: "Draws", at: int) -> None:
        super().__init__(program, draws)
        self.at, self.used = at, False

    def named(self, block: Block, name: str, tunnel: int) -> int:
        """The node of a name; `state_time` outside a tunnel state is that of the tunnel looked at."""
        if name == "state_time" and block.clock and not tunnel:
            self.used = True
            return self.graph.number(self.at / block.clock.per_year)
        return super().named(block, name, tunnel)


def _text(formula: Formula) -> str:
    """A formula as its author wrote it, on one line; those of the structure itself as printed from their trees."""
    try:
        written = parse(formula.text)
        same = written == formula.tree or asks_for_curve(written)
        return " ".join(formula.text.split()) if same else to_text(formula.tree)
    except ModelError:
        return to_text(formula.tree)


def _source(draws: "Draws", name: str) -> str:
    """Where an input is from: its cell, how it was found, the citation with its place."""
    parameter = draws.book.parameters.get(name)
    if parameter is None:
        return ""
    source = draws.book.sources.get(parameter.source)
    cited = [source.citation, source.place] if source else [parameter.source]
    return "; ".join(part for part in (parameter.cell, parameter.provenance, ", ".join(filter(None, cited))) if part)
