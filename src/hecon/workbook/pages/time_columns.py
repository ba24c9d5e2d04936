"""Time spent in each state during a cycle, as columns: occupancy at both ends of the cycle, each with its weight and discount.

Row k holds the cycle from k to k + 1, so each column looks one row down; Simpson's rule looks up to three rows around.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hecon.formula.syntax import Call, Node, Number, Text
from hecon.workbook.pages.open_choices import METHODS
from hecon.workbook.pages.page import Column, Source

if TYPE_CHECKING:
    from hecon.workbook.pages.clock_columns import ClockColumns

_SIMPSON = METHODS.index("simpson") + 1
_CYCLE = 1  # a shape that changes from row to row


class TimeColumns:
    """Makes the time columns of one block when an item first asks for them."""

    def __init__(self, columns: "ClockColumns") -> None:
        self.columns = columns
        self.known: dict[tuple[Node, ...], Column] = {}

    def spent(self, call: Call, kind: str = "") -> Column:
        """The column of time spent in a state (or by all who entered), in cycles, discounted as costs or effects are."""
        occupied, _, start, end = call.args
        key = (occupied, start, end)
        if key not in self.known:
            words = f", discounted ({kind})" if start != Number(1.0) else ""
            source = Source(self.columns.block.name, "time", key)
            self.known[key] = Column(
                f"time {self.where(occupied)}{words}", "", source, "in cycles, from one row to the next", "time"
            )
            self.known[key].text = self.text(occupied, start, end, kind)
            self.columns.page.add(self.known[key])
        return self.known[key]

    def where(self, occupied: Node) -> str:
        """Whose time it is."""
        if isinstance(occupied, Call) and occupied.op == "occupancy" and isinstance(occupied.args[0], Text):
            return f"in {occupied.args[0].value}"
        return "of everyone"

    def text(self, occupied: Node, start: Node, end: Node, kind: str) -> str:
        """Weighted occupancy at the cycle's start and end."""
        up = self.columns.page.register.shifted
        here = self.occupied(occupied)
        first, last = self.ends(start, end, kind)
        plain = f"{self.weight('this')}*{here}{first}+{self.weight('next')}*{up(here, 1)}{last}"
        if "simpson" not in (self.columns.method, *self.columns.speller.twin.open.offered):
            return plain
        return (
            f"IF({self.columns.cell(self.columns.number())}={_SIMPSON},{self.simpson(here, first, start, end)},{plain})"
        )

    def occupied(self, tree: Node) -> str:
        """The share of the cohort whose time it is, in this row."""
        if isinstance(tree, Call) and tree.op == "occupancy" and isinstance(tree.args[0], Text):
            return self.columns.cell(self.columns.state(tree.args[0].value))
        return self.columns.speller.name("mass", "")

    def ends(self, start: Node, end: Node, kind: str) -> tuple[str, str]:
        """The discount factors of a cycle's two ends, as factors that follow an amount."""
        return self.factor(start, kind, ""), self.factor(end, kind, " at the cycle's end")

    def factor(self, tree: Node, kind: str, words: str) -> str:
        """A discount factor of an end."""
        if tree == Number(1.0):
            return ""
        if not self.columns.speller.shape(tree) & _CYCLE:
            return f"*({self.columns.speller.text(tree)})"
        return f"*{self.columns.cell(self.discount(tree, kind, words))}"

    def discount(self, tree: Node, kind: str, words: str = "") -> Column:
        """The column of a discount factor."""
        key = ("tree", tree, "")
        known = self.columns.speller.known
        if key not in known:
            title = f"discount, {kind}{words}"
            others = [one for one in self.columns.page.columns if one.title.startswith(title)]
            title += f" ({len(others) + 1})" if others else ""
            source = Source(self.columns.block.name, "tree", tree)
            known[key] = Column(title, self.columns.speller.text(tree), source, "present value of 1", "clock")
            self.columns.page.add(known[key])
        found = known[key]
        assert isinstance(found, Column)
        return found

    def weight(self, which: str) -> str:
        """How much of a cycle counts as spent where its start (`this` row) or its end (the `next`) says."""
        c = self.columns
        row, n, method = c.row(), c.cell(c.cycles()), c.cell(c.number())
        if which == "this":
            text = (
                f"IF({row}>{n},0,CHOOSE({method},IF({row}<{n},1,0),0,IF({row}<{n},0.5,0),{legacy_weight(row, n)},1,0))"
            )
        else:
            text = f"IF({row}<{n},CHOOSE({method},0,1,0.5,0,0,0),0)"
        title = "weight of this row" if which == "this" else "weight of the next row"
        return c.cell(c.column(title, text, Source(c.block.name, "time weight", which), "within-cycle method", "time"))

    def simpson(self, here: str, factor: str, start: Node, end: Node) -> str:
        """Simpson's rule over pairs of cycles, the cubic over the last three of an odd number."""
        whole = self.columns.speller.twin.controls["whole_year"]
        each = self._rule(lambda shift: self.columns.page.register.shifted(f"{here}{factor}", shift))
        if start == end or not factor:
            return each if not factor else f"({self._rule(lambda shift: self._up(here, shift))}){factor}"
        return f"IF({whole}=1,({self._rule(lambda shift: self._up(here, shift))}){factor},{each})"

    def _up(self, here: str, shift: int) -> str:
        return self.columns.page.register.shifted(here, shift)

    def _rule(self, x: Callable[[int], str]) -> str:
        c = self.columns
        row, n = c.row(), c.cell(c.cycles())
        odd = f"IF(AND(MOD({n},2)=1,{row}>={n}-3),{row}-{n}+6,IF(MOD({row},2)=0,1,2))"
        text = f"IF({row}>={n},7,IF({n}=1,6,{odd}))"
        written = "1, 2 of a pair; 3, 4, 5 the last three of an odd number"
        source = Source(c.block.name, "simpson place", None)
        place = c.cell(c.column("place in Simpson's rule", text, source, written, "time"))
        ways = (
            f"(5*{x(0)}+8*{x(1)}-{x(2)})/12",
            f"(8*{x(0)}-{x(-1)}+5*{x(1)})/12",
            f"(9*{x(0)}+19*{x(1)}-5*{x(2)}+{x(3)})/24",
            f"(13*({x(0)}+{x(1)})-{x(-1)}-{x(2)})/24",
            f"({x(-2)}-5*{x(-1)}+19*{x(0)}+9*{x(1)})/24",
            f"0.5*({x(0)}+{x(1)})",
        )
        return f"CHOOSE({place},{','.join(ways)},0)"


def legacy_weight(row: str, cycles: str) -> str:
    """The weight of a row under darth-legacy.

    >>> legacy_weight("A5", "C1")
    'IF(OR(A5=0,A5=C1),1/3,IF(MOD(A5,2)=1,2/3,4/3))'
    """
    return f"IF(OR({row}=0,{row}={cycles}),1/3,IF(MOD({row},2)=1,2/3,4/3))"
