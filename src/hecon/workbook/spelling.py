"""How a block's formulas are spelled on its sheet: names become cells, columns or defined names; look-ups INDEX and MATCH.

What Excel cannot say within a formula (a running sum, a sum over rows, a long term) gets a column or a cell of its own.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hecon.errors import ModelError
from hecon.formula.excel import to_excel
from hecon.formula.functions import PRIMITIVES
from hecon.formula.macros import expand
from hecon.formula.program import Block, Formula
from hecon.formula.syntax import Call, Name, Node, Number, Text
from hecon.formula.text import to_text
from hecon.workbook.page import Column, Page, Ref, Scalar, Source, Strip

if TYPE_CHECKING:
    from hecon.workbook.twin import Twin

CYCLE, TUNNEL = 1, 2
LONG = 900  # characters, roughly, beyond which a formula's longest term is given a cell of its own
_SPELLED = "\x06"  # marks a name that is already an address
_REDUCING = ("sum", "at", "largest", "smallest")


class Speller:
    """Spells the formulas of one block; `state` arguments say which tunnel state's clock `state_time` is."""

    def __init__(self, twin: "Twin", page: Page, block: Block) -> None:
        self.twin, self.page, self.block = twin, page, block
        self.known: dict[tuple[str, object, str], Scalar | Column | Strip] = {}
        self.special: dict[str, Callable[[Call], str]] = {}
        self._shapes: dict[tuple[Node, str], int] = {}

    def text(self, tree: Node, state: str = "") -> str:
        """A formula with tokens for what it refers to, in the row (and tunnel) it is for."""
        return to_excel(self.atoms(expand(tree), state), lambda node: self.reference(node, state))

    def reference(self, node: Name | Call, state: str) -> str:
        """What a name stands for."""
        assert isinstance(node, Name)
        return node.name[1:] if node.name.startswith(_SPELLED) else self.name(node.name, state)

    def shape(self, tree: Node, state: str = "") -> int:
        """Whether a tree changes from row to row (CYCLE) and from tunnel to tunnel (TUNNEL)."""
        key = (tree, state)
        if key not in self._shapes:
            self._shapes[key] = self._shape(expand(tree), state)
        return self._shapes[key]

    def _shape(self, tree: Node, state: str) -> int:
        match tree:
            case Name(name="cycle"):
                return CYCLE if self.block.clock else 0
            case Name(name="state_time"):
                return TUNNEL
            case Name(name=name):
                formula = self.block.formulas.get(name)
                return self.shape(formula.tree, state) if formula is not None and name != "cycles" else 0
            case Call(op=op) if op in _REDUCING:
                return 0
            case Call(op=("occupancy" | "moves" | "cumulative" | "flow_weight" | "event_weight")):
                return CYCLE
            case Call(args=args):
                shape = 0
                for arg in args:
                    shape |= self.shape(arg, state)
                return shape
            case _:
                return 0

    def name(self, name: str, state: str) -> str:
        """A name of the block, of its strategy, of the controls or of the inputs."""
        if name in self.block.formulas or name == "cycle":
            return self.cell(self.named(name, state))
        if self.block.parent:
            parent = self.twin.program.block(self.block.parent)
            if name in parent.formulas:
                return self.twin.spellers[parent.name].name(name, "")
        if name == "pi":
            return "3.141592653589793"
        return self.twin.outside(name)

    def named(self, name: str, state: str = "") -> Scalar | Column | Strip:
        """The quantity of a name of this block, made when first used."""
        formula = Formula("cycle", "", Name("cycle")) if name == "cycle" else self.block.formulas[name]
        where = state if self.shape(formula.tree, state) & TUNNEL else ""
        key = ("name", name, where)
        if key not in self.known:
            self.known[key] = self.make(name, formula.tree, where, _written(formula), formula.unit, Name(name))
        return self.known[key]

    def hoist(self, tree: Node, state: str = "", title: str = "") -> Scalar | Column | Strip:
        """A quantity of its own for a part of a formula."""
        if isinstance(tree, Name) and (tree.name in self.block.formulas or tree.name == "cycle"):
            return self.named(tree.name, state)
        where = state if self.shape(tree, state) & TUNNEL else ""
        key = ("tree", tree, where)
        if key not in self.known:
            told = " ".join(to_text(tree).split())
            short = told if len(told) <= 60 else told[:57] + "..."
            self.known[key] = self.make(title or short, tree, where, told, "", tree)
        return self.known[key]

    def make(self, title: str, tree: Node, state: str, written: str, unit: str, key: Node) -> Scalar | Column | Strip:
        """A cell, a column, a strip or a matrix for a tree, by its shape."""
        shape = self.shape(tree, state)
        text = self.text(tree, state)
        source = Source(self.block.name, "tree", key)
        if not shape & TUNNEL:
            if not shape & CYCLE:
                scalar = Scalar(title, text, source, written, unit)
                self.page.add(scalar)
                return scalar
            reserved = title in ("cycle", "t", "age")
            column = Column(title, text, source, written, "clock" if reserved else "formulas")
            column.last = not self.looks_below(tree)
            self.page.add(column)
            return column
        tunnels = self.twin.tunnels(self.page, state)
        source = Source(self.block.name, "at tunnel", (key, tunnels.width))
        if shape & CYCLE:
            matrix = Column(f"{title} by tunnel", text, source, written, "formulas", width=tunnels.width)
            self.page.add(matrix)
            return matrix
        strip = Strip(title, text, source, tunnels, written)
        self.page.add(strip)
        return strip

    def cell(self, one: Scalar | Column | Strip) -> str:
        """The token of a quantity in this row and tunnel."""
        return self.page.register.token(Ref(self.page, one))

    def looks_below(self, tree: Node) -> bool:
        """Whether a formula needs the row below, so that its last row stays blank."""
        match expand(tree):
            case Call(op="next", args=(inner,)):
                return bool(self.shape(inner) & CYCLE)
            case Call(op=op, args=args) if op not in ("cumulative", *_REDUCING):
                return any(self.looks_below(arg) for arg in args)
            case Name(name=name) if name in self.block.formulas:
                return self.looks_below(self.block.formulas[name].tree)
            case _:
                return False

    def atoms(self, tree: Node, state: str) -> Node:
        """The tree with everything that is not a primitive replaced by where it stands, and no formula too long."""
        return self._atoms(tree, state)[0]

    def _atoms(self, tree: Node, state: str) -> tuple[Node, int]:
        if not isinstance(tree, Call):
            return tree, 12
        if tree.op not in PRIMITIVES:
            text = self.call(tree, state)
            return Name(_SPELLED + text), len(text)
        parts = [self._atoms(arg, state) for arg in tree.args]
        sizes = [size for _, size in parts]
        nodes = [node for node, _ in parts]
        most = LONG // (2 if tree.op == "where" else 1)
        while sum(sizes) > most:
            k = max((k for k, node in enumerate(nodes) if isinstance(node, Call)), key=lambda k: sizes[k], default=-1)
            if k < 0:
                break
            nodes[k] = Name(_SPELLED + self.cell(self.hoist(tree.args[k], state)))
            sizes[k] = 8
        return Call(tree.op, tuple(nodes)), sum(sizes) + 6

    def call(self, tree: Call, state: str) -> str:
        """A call that is no primitive: where its value stands, or how Excel looks it up."""
        if tree.op in self.special:
            return self.special[tree.op](tree)
        match tree:
            case Call(op="lookup", args=(Text(value=table), Text(value=column), index)):
                return self.twin.tables.look_up(table, column, self.simple(index, state))
            case Call(op="interp", args=(Name(name=table), *rest)):
                column = rest[0].value if isinstance(rest[0], Text) else ""
                return self.twin.tables.interpolate(table, column, self.simple(rest[-1], state))
            case Call(op="life_survivors", args=(Name(name=table), Text(value=column), age)):
                if isinstance(age, Name | Number):
                    text = self.twin.tables.survivors(table, column, self.text(age, state))
                    return f"({text})"
                return self.cell(self.survivors(tree, state))
            case Call(op=op) if op in _REDUCING:
                return self.reduction(tree)
            case Call(op="cumulative"):
                return self.cell(self.running(tree))
            case Call(op="next", args=(inner,)):
                return self.page.register.shifted(self.cell(self.hoist(inner)), 1)
        raise ModelError(f"{self.block.name}: {tree.op} has no place in the workbook")

    def simple(self, tree: Node, state: str) -> str:
        """The text of an argument that is used more than once: a name or a number, or a cell of its own."""
        return self.text(tree, state) if isinstance(tree, Name | Number) else self.cell(self.hoist(tree, state))

    def survivors(self, tree: Call, state: str) -> Scalar | Column | Strip:
        """A cell for survivors to an age that is itself a formula."""
        key = ("tree", tree, state if self.shape(tree, state) & TUNNEL else "")
        if key not in self.known:
            age = _SPELLED + self.cell(self.hoist(tree.args[2], state))
            inner = Call(tree.op, (*tree.args[:2], Name(age)))
            made = self.make(to_text(tree)[:60], _Same(tree, inner), key[2], to_text(tree), "", tree)
            self.known[key] = made
        return self.known[key]

    def running(self, tree: Call) -> Column:
        """The sum of a formula over the rows before each row."""
        key = ("tree", tree, "")
        if key not in self.known:
            inner = tree.args[0]
            source = Source(self.block.name, "tree", tree)
            column = Column(_title(tree), "", source, to_text(tree), "formulas", first="0")
            self.known[key] = column
            self.page.add(column)
            added = self.cell(self.hoist(inner)) if self.looks_below(inner) else self.text(inner)
            up = self.page.register.shifted
            column.text = f"{up(self.cell(column), -1)}+{up(f'({added})', -1)}"
        found = self.known[key]
        assert isinstance(found, Column)
        return found

    def reduction(self, tree: Call) -> str:
        """A sum over rows, a value at a time, a largest or smallest value: a cell of the list."""
        key = ("tree", tree, "")
        if key not in self.known:
            source = Source(self.block.name, "tree", tree)
            scalar = Scalar(_title(tree), self.reduced(tree.op, tree.args), source, to_text(tree), section="sums over rows")
            self.known[key] = scalar
            self.page.add(scalar)
        return self.cell(self.known[key])

    def reduced(self, op: str, args: tuple[Node, ...]) -> str:
        """The formula of a reduction."""
        clock = self.block.clock
        if clock is None:
            raise ModelError(f"{self.block.name}: {op}() needs a structure with a clock")
        if not self.shape(args[0]) & CYCLE and op != "sum":
            return self.text(args[0])
        live = self.page.range_of(self.twin.live(self.page))
        if not self.shape(args[0]) & CYCLE:
            rows = self.text(args[0])
            column = "" if len(args) == 1 else "," + self._within(args)
            return f"({rows})*SUMPRODUCT({live}{column})"
        values = self.page.range_of(self.hoist(args[0]))
        match op:
            case "sum" if len(args) == 1:
                return f"SUMPRODUCT({values},{live})"
            case "sum":
                return f"SUMPRODUCT({values},{live},{self._within(args)})"
            case "at":
                return f"INDEX({values},ROUND(({self.text(args[1])})*{_plain(clock.per_year)},0)+1)"
            case "largest":
                return f"SUMPRODUCT(MAX({live}*{values}-(1-{live})*1E+300))"
            case _:
                return f"-SUMPRODUCT(MAX(-{live}*{values}-(1-{live})*1E+300))"

    def _within(self, args: tuple[Node, ...]) -> str:
        times = self.page.range_of(self.named("t"))
        return f"({times}>=({self.text(args[1])})-1E-9)*({times}<({self.text(args[2])})-1E-9)"


def _written(formula: Formula) -> str:
    return " ".join(formula.text.split())


def _title(tree: Node) -> str:
    text = " ".join(to_text(tree).split())
    return text if len(text) <= 60 else text[:57] + "..."


def _plain(number: float) -> str:
    return to_excel(Number(number))
