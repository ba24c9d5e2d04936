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
from hecon.formula.syntax import Call, Name, Node, Number, Text, walk
from hecon.formula.text import to_text
from hecon.workbook.pages.fitting import SPELLED, fitted
from hecon.workbook.pages.page import STATIC, TUNNEL_NUMBER, Column, Page, Ref, Scalar, Source, Strip
from hecon.workbook.pages.reductions import reduced
from hecon.workbook.pages.table_cells import plain

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin

CYCLE, TUNNEL = 1, 2
_REDUCING = ("sum", "at", "largest", "smallest")


class Speller:
    """Spells the formulas of one block; `state` arguments say which tunnel state's clock `state_time` is."""

    def __init__(self, twin: "Twin", page: Page, block: Block) -> None:
        self.twin, self.page, self.block = twin, page, block
        self.known: dict[tuple[str, object, str], Scalar | Column | Strip] = {}
        self.special: dict[str, Callable[[Call], str]] = {}
        self._shapes: dict[tuple[Node, str], int] = {}
        self._within: list[str] = []  # the names whose formulas are being spelled, the innermost last

    def text(self, tree: Node, state: str = "") -> str:
        """A formula with tokens for what it refers to, in the row (and tunnel) it is for."""
        return to_excel(fitted(self, expand(tree), state), lambda node: self.reference(node, state))

    def reference(self, node: Name | Call, state: str) -> str:
        """What a name stands for."""
        assert isinstance(node, Name)
        return node.name[1:] if node.name.startswith(SPELLED) else self.name(node.name, state)

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
            case Call(op=("occupancy" | "transitions" | "cumulative" | "time_in" | "event_weight")):
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
        if name == "state_time" and state:
            return self.cell(self.timer(state))
        if name == "cycles":
            return self.cell(self.twin.cycles(self.page))
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
        if name == "cycle":
            return self.counter()
        formula = self.block.formulas[name]
        where = state if self.shape(formula.tree, state) & TUNNEL else ""
        key = ("name", name, where)
        if key not in self.known:
            self._within.append(name)
            self.known[key] = self.make(name, formula.tree, where, _written(formula), formula.unit, Name(name))
            self._within.pop()
        return self.known[key]

    def counter(self) -> Column:
        """The number of the row: 0, then one more than above."""
        if ("name", "cycle", "") not in self.known:
            column = Column("cycle", "", Source(self.block.name, "tree", Name("cycle")), "", "clock", first="0")
            self.known["name", "cycle", ""] = column
            column.text = self.page.register.shifted(self.page.add(column), -1) + "+1"
        found = self.known["name", "cycle", ""]
        assert isinstance(found, Column)
        return found

    def timer(self, state: str) -> Strip:
        """Years since entry at each tunnel of a state."""
        assert self.block.clock is not None
        if ("name", "state_time", state) not in self.known:
            tunnels = self.twin.tunnels(self.page, state)
            source = Source(self.block.name, "at tunnel", (Name("state_time"), tunnels.width))
            strip = Strip("state_time", "", source, tunnels, "years since entry")
            self.known["name", "state_time", state] = strip
            strip.text = f"{TUNNEL_NUMBER}/{plain(self.block.clock.per_year)}"
            self.page.add(strip)
        found = self.known["name", "state_time", state]
        assert isinstance(found, Strip)
        return found

    def hoist(self, tree: Node, state: str = "", title: str = "") -> Scalar | Column | Strip:
        """A quantity of its own for a part of a formula; a `title` is put behind the name of that formula."""
        if isinstance(tree, Name) and (tree.name in self.block.formulas or tree.name == "cycle"):
            return self.named(tree.name, state)
        where = state if self.shape(tree, state) & TUNNEL else ""
        key = ("tree", tree, where)
        if key not in self.known:
            titled = ", ".join([*self._within[-1:], title]) if title else _title(tree)
            self.known[key] = self.make(titled, tree, where, to_text(tree), "", tree)
        return self.known[key]

    def make(
        self, title: str, tree: Node, state: str, written: str, unit: str, key: Node, text: str = ""
    ) -> Scalar | Column | Strip:
        """A cell, a column, a strip or a matrix for a tree, by its shape."""
        shape = self.shape(tree, state)
        text = text or self.text(tree, state)
        source = Source(self.block.name, "tree", key)
        if not shape & TUNNEL:
            if not shape & CYCLE:
                scalar = Scalar(title, text, source, written, unit)
                self.page.add(scalar)
                return scalar
            reserved = title in ("cycle", "t", "t_mid", "age", "age_mid")
            column = Column(title, text, source, written, "clock" if reserved else "formulas")
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
            case Call(op="life_survivors"):
                return self.cell(self.survivors(tree, state))
            case Call(op=op) if op in _REDUCING:
                return self.reduction(tree)
            case Call(op="cumulative"):
                return self.cell(self.running(tree))
            case Call(op=op) if op in PRIMITIVES:
                return self.cell(self.static(tree, state))
            case Call(op="next", args=(inner,)):
                ahead = self.hoist(inner)
                if isinstance(ahead, Column):
                    ahead.below = True
                return self.page.register.shifted(self.cell(ahead), 1)
        raise ModelError(f"{self.block.name}: {tree.op} has no place in the workbook")

    def static(self, tree: Call, state: str) -> Scalar | Column | Strip:
        """A quantity that Excel cannot compute: the engine's values, where they are allowed."""
        key = ("tree", tree, state if self.shape(tree, state) & TUNNEL else "")
        if key not in self.known:
            if not self.twin.allow_static:
                raise ModelError(
                    f"{self.block.name}: {tree.op} has no Excel spelling, so '{_title(tree)}' would not be live: give it one with"
                    " primitive(..., excel=...), or allow values with allow_static=True"
                )
            self.twin.not_live.append(f"{self.page.name}: {_title(tree)}")
            self.known[key] = self.make(_title(tree), tree, key[2], "not live: values of the engine", "", tree, STATIC)
        return self.known[key]

    def simple(self, tree: Node, state: str) -> str:
        """The text of an argument that is used more than once: a name or a number, or a cell of its own."""
        return self.text(tree, state) if isinstance(tree, Name | Number) else self.cell(self.hoist(tree, state))

    def survivors(self, tree: Call, state: str) -> Scalar | Column | Strip:
        """A cell of its own for survivors to an age: its formula is long."""
        key = ("tree", tree, state if self.shape(tree, state) & TUNNEL else "")
        if key not in self.known:
            table, column, age = tree.args
            assert isinstance(table, Name)
            assert isinstance(column, Text)
            text = self.twin.tables.survivors(table.name, column.value, self.simple(age, state))
            self.known[key] = self.make(_title(tree), tree, key[2], to_text(tree), "", tree, text)
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
            ahead = any(isinstance(node, Call) and node.op == "next" for node in walk(expand(inner)))
            added = self.cell(self.hoist(inner)) if ahead else self.text(inner)
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
            scalar = Scalar(
                _title(tree), reduced(self, tree.op, tree.args), source, to_text(tree), section="sums over rows"
            )
            self.known[key] = scalar
            self.page.add(scalar)
        return self.cell(self.known[key])


def _written(formula: Formula) -> str:
    return " ".join(formula.text.split())


def _title(tree: Node) -> str:
    text = " ".join(to_text(tree).split())
    return text if len(text) <= 60 else text[:57] + "..."
