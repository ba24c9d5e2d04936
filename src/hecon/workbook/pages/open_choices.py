"""Terms whose method choices stay open: a program is lowered once for each choice, and where the trees differ a switch decides.

The switches are names of cells on Control, so that within-cycle method and discount timing can be changed in the workbook.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from hecon.errors import ModelError
from hecon.evaluate.compile.fitted_curves import with_curves
from hecon.formula.program import Block, Program
from hecon.formula.syntax import Call, Name, Node, Number, Text, walk
from hecon.outcomes import Item
from hecon.structure.lowering import lower as lowered
from hecon.structure.payoffs import within

if TYPE_CHECKING:
    from hecon.inputs.book import Book

METHODS = ("start", "end", "half-cycle", "darth-legacy", "darth-none", "simpson")  # as Control numbers them, from 1
LEGACY = ("darth-legacy", "darth-none")
TIMINGS = ("continuous", "whole_year")
WHOLE_YEAR = "_whole_year"  # 1 where Control says whole years
HORIZON = "_horizon"  # in years, as Control says
EVENT_WEIGHT = "event_weight"


@dataclass(frozen=True)
class LiveTerm:
    """A term as the workbook prints it: time spent in a state is a column, its discount factor follows Control's timing."""

    item: Item
    where: str
    value: Node
    present: Node | None
    discount: Node | None


@dataclass(frozen=True)
class LiveProgram:
    """The program of the declared choices and, block by block, its terms with the choices left open.

    `methods[block]` is the declared within-cycle method ("" where nothing is weighted); `switchable` says whether Control
    may replace it.
    """

    program: Program
    terms: Mapping[str, tuple[LiveTerm, ...]]
    methods: Mapping[str, str]
    switchable: bool

    @property
    def offered(self) -> tuple[str, ...]:
        """The methods that Control offers: Simpson's, whose columns look several rows up and down, only where all structures
        declare it.
        """
        if not self.switchable:
            return ()
        return METHODS if set(self.methods.values()) - {""} == {"simpson"} else METHODS[:-1]


def as_chosen(model: Any, settings: Mapping[str, str], book: "Book") -> tuple[Program, dict[str, str]]:
    """The program of these settings alone, curves filled in, and the within-cycle method of each of its blocks.

    >>> from hecon.workbook.example import one_visit
    >>> program, methods = as_chosen(*one_visit()[:1], {}, one_visit()[1])
    >>> methods == {block.name: "" for block in program.blocks}
    True
    """
    program = with_curves(lowered(model, settings), book)
    return program, {block.name: _method(block) for block in program.blocks}


def open_choices(model: Any, settings: Mapping[str, str], book: "Book | None" = None) -> LiveProgram:
    """Lower a model for every choice that a workbook leaves open, the families of a book's curves among them."""

    def lower(model: Any, settings: Mapping[str, str]) -> Program:
        program = lowered(model, settings)
        return program if book is None else with_curves(program, book)

    program = lower(model, settings)
    methods = {block.name: _method(block) for block in program.blocks}
    plain = _possible(lower, model, settings, "start")
    legacy = _possible(lower, model, settings, "darth-legacy")
    switchable = plain is not None and legacy is not None and any(methods.values())
    own = {} if switchable else {"within_cycle": settings.get("within_cycle", "")}
    one = (
        plain
        if plain is not None and switchable
        else lower(model, {**settings, **own, "discount_timing": "continuous"})
    )
    whole = lower(
        model, {**settings, **own, "discount_timing": "whole_year", **({"within_cycle": "start"} if switchable else {})}
    )
    terms = {
        block.name: tuple(
            _open(term, late, weighted, 0.0 if block.clock else _years(program.of(block.strategy)))
            for term, late, weighted in zip_longest(
                one.block(block.name).terms,
                whole.block(block.name).terms,
                legacy.block(block.name).terms if switchable and legacy is not None else (),
            )
        )
        for block in program.blocks
    }
    return LiveProgram(program, terms, methods, switchable)


def merged(now: Node, other: Node, switch: Node) -> Node:
    """One tree for two: where they differ, `other` holds where the switch is on.

    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.text import to_text
    >>> to_text(merged(parse("a * exp(t)"), parse("a * exp(floor(t))"), Name("on")))
    'a * exp(where(on, floor(t), t))'
    """
    if now == other:
        return now
    if isinstance(now, Call) and isinstance(other, Call) and now.op == other.op and len(now.args) == len(other.args):
        return Call(now.op, tuple(merged(a, b, switch) for a, b in zip(now.args, other.args, strict=True)))
    return Call("where", (switch, other, now))


def _possible(lower: Callable[..., Program], model: Any, settings: Mapping[str, str], method: str) -> Program | None:
    """The program under a within-cycle method, or None where the model does not allow it."""
    try:
        return lower(model, {**settings, "within_cycle": method, "discount_timing": "continuous"})
    except ModelError:
        return None


def _years(blocks: Sequence[Block]) -> float:
    """The longest horizon of a strategy's structures, in years; 0 without one."""
    return max((block.clock.cycles / block.clock.per_year for block in blocks if block.clock), default=0.0)


def _open(term: Any, late: Any, weighted: Any, years: float) -> LiveTerm:
    """A term with its choices open; what a tree pays later counts up to the horizon where Control makes that shorter than
    the `years` of the structures it leads to.
    """
    switch = Call("==", (Name(WHOLE_YEAR), Number(1.0)))
    value = merged(term.value, late.value, switch)
    if years and term.written:
        shorter = Call("<", (Name(HORIZON), Number(years - 1e-9)))
        counts = within(term.time, Call("+", (Name("lasts"), Name(HORIZON))))
        value = Call("*", (value, Call("where", (shorter, counts, Number(1.0)))))
    if term.flow is None:
        return LiveTerm(term.item, term.where, value, None, None)
    present = merged(term.present, late.present, switch)
    discount = merged(term.discount, late.discount, switch)
    if weighted is not None and isinstance(weighted.flow, Call) and weighted.flow.op == "*":
        body, last = weighted.flow.args
        if body == term.flow and isinstance(last, Call) and last.op == "flow_weight":
            present = Call("*", (present, Call(EVENT_WEIGHT, (last.args[1],))))
    return LiveTerm(term.item, term.where, value, present, discount)


def _method(block: Block) -> str:
    """The within-cycle method a block declares, as its flows carry it."""
    for term in block.terms:
        for node in walk(term.flow) if term.flow is not None else ():
            if isinstance(node, Call) and node.op == "time_in" and isinstance(node.args[1], Text):
                return node.args[1].value
    return ""
