"""A model's graph with everything left open that a page lets its reader change: every input, the curves' families, the
horizon, the times of dated items. The engine's own graph holds these fixed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hecon.errors import Fault
from hecon.evaluate.compile.build import Builder, Built
from hecon.evaluate.compile.fitted_curves import with_curves
from hecon.evaluate.compile.graph import DRAW, Graph
from hecon.evaluate.horizon import LeftOut
from hecon.evaluate.linear import linear_prices
from hecon.formula.macros import expand
from hecon.formula.program import Block, Program, Term
from hecon.formula.syntax import Call, Name, Node, Number
from hecon.structure.lowering import Model, as_tree, lower
from hecon.structure.payoffs import within

if TYPE_CHECKING:
    from hecon.inputs.book import Book

HORIZON = "_horizon"  # in years; more than any structure's where the reader has set none
RATES = {
    "cost": "_dr_cost",
    "effect": "_dr_effect",
}  # inputs in place of discount rates that the model writes as numbers
_TINY = 1e-9


@dataclass(frozen=True)
class Clock:
    """A clock of the page: its number, cycles a year, the cycles that the model declares."""

    number: int
    per_year: float
    cycles: int


@dataclass(frozen=True)
class When:
    """The payload of a look at one row: the node of the time in years, the clock and what holds between rows and beyond the
    horizon: "none" (it is not reached) or "nothing" (an item beyond it is not paid).
    """

    time: int
    clock: int
    between: str
    beyond: str


@dataclass(frozen=True)
class Opened:
    """A program, its open graph with what is asked of it, its clocks by number and the inputs that stand in for numbers."""

    program: Program
    built: Built
    builder: "OpenBuilder"
    clocks: Mapping[int, Clock]
    extra: Mapping[str, float]


def open_graph(model: Model, book: "Book") -> Opened:
    """The graph of a model in which nothing is decided that an input or the horizon decides.

    >>> from hecon.workbook.example import one_visit
    >>> opened = open_graph(*one_visit())
    >>> opened.extra, [item.name for _, item, *_ in opened.built.terms][:1]
    ({'_dr_cost': 0.0, '_dr_effect': 0.0}, ['visits'])
    """
    settings, extra = _with_rates(model, book.settings)
    settings.pop("horizon", None)
    program = with_curves(lower(model, settings), book)
    program, clocks = _with_own_clocks(program)
    builder = OpenBuilder(program, replace(book, settings={**book.settings, **settings}).base())
    built = builder.build()
    built.prices = linear_prices(built, builder.prices, builder.decided, ("cost", "count"))
    return Opened(program, built, builder, clocks, extra)


class OpenGraph(Graph):
    """A graph whose clocks have as many rows as the horizon says."""

    def cycles(self, clock: int) -> int:
        """The node of a clock's number of cycles."""
        return self.add("cycles", payload=clock, axes=DRAW)

    def rows(self, cycles: int) -> int:
        return self.apply("+", self.cycles(cycles), self.number(1.0))


class OpenBuilder(Builder):
    """Builds nodes in which every input may change."""

    graph: OpenGraph

    def __init__(self, program: Program, draws: Any) -> None:
        super().__init__(program, draws)
        self.graph = OpenGraph()
        self.beyond = "none"
        self.looks: list[When] = []

    def named(self, block: Block, name: str, tunnel: int) -> int:
        if name == "cycles" and block.clock:
            return self.cycles(block)
        if name == HORIZON:
            return self.graph.add("horizon", axes=DRAW)
        before, self.beyond = self.beyond, "none"  # a named formula means the same wherever it is used
        try:
            return super().named(block, name, tunnel)
        finally:
            self.beyond = before

    def input(self, name: str) -> int:
        return self.graph.add("input", payload=name, axes=DRAW)

    def cycles(self, block: Block) -> int:
        assert block.clock is not None
        return self.graph.cycles(block.clock.cycles)

    def place(self, block: Block, years: Node) -> tuple[int, float]:
        """A look at one row, by the number of its When, for its time may change."""
        assert block.clock is not None
        time = self.node(block, years)
        self.decided |= dict.fromkeys(self.prices_in(time), f"{block.name}, at(x, years)")
        self.looks.append(When(time, block.clock.cycles, block.between, self.beyond))
        return len(self.looks) - 1, 0.0

    def in_row(self, node: int, row: int, share: float) -> int:
        return self.graph.add("at", (node,), self.looks[row])

    def amount(self, built: Built, block: Block, term: Term, faults: list[Fault]) -> int:
        """A term's discounted total; an item that its author dates is not paid beyond the horizon."""
        if not term.written:
            return super().amount(built, block, term, faults)
        self.beyond = "nothing"
        try:
            node, counts = super().amount(built, block, term, faults), self.paid(block, term)
            return self.graph.apply("*", node, self.node(block, expand(counts))) if counts else node
        finally:
            self.beyond = "none"

    def undiscounted(self, block: Block, term: Term) -> int:
        """What falls at one time, undiscounted, within the same limits."""
        assert term.amount is not None
        self.beyond = "nothing" if term.written else "none"
        try:
            node = self.node(block, expand(term.amount), self.tunnel(block, term.where))
            counts = self.paid(block, term)
            return self.graph.apply("*", node, self.node(block, expand(counts))) if counts else node
        finally:
            self.beyond = "none"

    def paid(self, block: Block, term: Term) -> Node | None:
        """1 where what a tree pays at a time falls within a horizon shorter than its structures', else 0; None where nothing
        limits it.
        """
        longest = _longest(self.program, block.strategy)
        if block.clock is not None or term.time is None or not longest:
            return None
        inside = within(term.time, Call("+", (Name("lasts"), Name(HORIZON))))
        return Call("where", (Call("<", (Name(HORIZON), Number(longest - _TINY))), inside, Number(1.0)))

    def report(self, built: Built, block: Block, name: str, tree: Node, faults: list[Fault]) -> None:
        """A report of one number; one by years is left to the tables over time."""
        if not (isinstance(tree, Call) and tree.op == "by_year"):
            super().report(built, block, name, tree, faults)

    def past(self, block: Block, term: Term) -> tuple[float, float] | None:
        return None  # the page looks at its own horizon

    def left_out(self) -> list[LeftOut]:
        """Nothing is left out before the horizon is known."""
        return []


def _longest(program: Program, strategy: str) -> float:
    """The longest horizon of a strategy's structures, in years; 0 without one."""
    blocks = [(block.declared_cycles, block.clock) for block in program.of(strategy)]
    return max((cycles / clock.per_year for cycles, clock in blocks if clock), default=0.0)


def _with_rates(model: Model, settings: Mapping[str, str]) -> tuple[dict[str, str], dict[str, float]]:
    """Settings in which a discount rate that is a plain number is an input, and those inputs with their values."""
    found, extra = dict(settings), {}
    declared = as_tree(model, []).discount
    for kind, name in RATES.items():
        text = settings.get(f"discount_{kind}", "") or (declared or {}).get(kind, "")
        if isinstance(text, str) and (value := _plain(text)) is not None:
            found[f"discount_{kind}"] = name
            extra[name] = value
    return found, extra


def _plain(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _with_own_clocks(program: Program) -> tuple[Program, dict[int, Clock]]:
    """The program with a number of its own in each distinct clock's place of cycles, and the clocks by it: two clocks of as
    many cycles but of other lengths part when the horizon changes.
    """
    numbers: dict[tuple[float, int], int] = {}
    clocks: dict[int, Clock] = {}
    blocks = []
    for block in program.blocks:
        if block.clock is None:
            blocks.append(block)
            continue
        key = (block.clock.per_year, block.clock.cycles)
        if key not in numbers:
            numbers[key] = len(numbers) + 1
            clocks[numbers[key]] = Clock(numbers[key], *key)
        blocks.append(replace(block, clock=replace(block.clock, cycles=numbers[key])))
    return replace(program, blocks=tuple(blocks)), clocks
