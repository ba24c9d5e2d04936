"""The Program: what every structure lowers to and every back end reads; blocks of named formulas, nothing else.

A formula sees its block's names, then its strategy's (the block named by `parent`), then the inputs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hecon.formula.syntax import Node, names_in
from hecon.outcomes import Item


@dataclass(frozen=True)
class Clock:
    """Cycle length and horizon: `per_year` cycles in a year, `cycles` of them, so rows 0 to `cycles`.

    >>> Clock(per_year=12, cycles=24).cycle_years
    0.08333333333333333
    """

    per_year: float
    cycles: int

    @property
    def cycle_years(self) -> float:
        """Length of a cycle in years."""
        return 1 / self.per_year


@dataclass(frozen=True)
class Formula:
    """A named formula: the text its author wrote and the tree it was read into."""

    name: str
    text: str
    tree: Node
    unit: str = ""


@dataclass(frozen=True)
class Tunnel:
    """A state that remembers how long its members have been in it: `length` sub-states of one cycle each.

    `last` says what happens to who would outlive the last one: "stay" there, or "error".

    >>> Tunnel(24, last="stay")
    Tunnel(length=24, last='stay')
    """

    length: int
    last: str


@dataclass(frozen=True)
class StateVector:
    """The recurrence of a cohort: occupancy in row k + 1 is that of row k moved by the entries of row k.

    `entries[a, b]` is a probability per cycle (`by = "probability"`, staying included) or a rate per year
    (`by = "rate"`, staying left out); `start[a]` is the share of the whole cohort that starts in a.
    """

    states: tuple[str, ...]
    by: str
    entries: Mapping[tuple[str, str], Formula]
    start: Mapping[str, Node]
    tunnels: Mapping[str, Tunnel] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """One piece of an item: `value` is its discounted total; the piece's state, move or node is `where`.

    For pieces with a clock, row k of `flow` is what happens in [k, k + 1] undiscounted and row k of `present` the same
    discounted; `discount` is the factor with which the row's interval (or event) begins, for print. A flow is spread over
    its cycle, what `falls` at a share of it (0.5 is mid-cycle) is an event. Pieces that fall at one time have it as `time`
    (years from the decision; None is the decision itself), as its author wrote it (`written`), their undiscounted total as
    `amount` (None where nothing is discounted) and, where a setting shortens the horizon, the time after which nothing
    counts (`ends`). Where each calendar year has one discount factor and a cycle may lie across a year's end, `by_year`
    holds the forward rates (from year, rate).
    """

    item: Item
    where: str
    value: Node
    flow: Node | None = None
    present: Node | None = None
    discount: Node | None = None
    time: Node | None = None
    amount: Node | None = None
    falls: float | None = None
    written: str = ""
    ends: Node | None = None
    by_year: tuple[tuple[float, Node], ...] = ()


@dataclass(frozen=True)
class CheckFormula:
    """A declared check: `value` must lie within `within` of `equals`, or be at most `at_most`; `must` refuses the run
    where it does not hold in every draw, and `remedy` says what the author may do then.
    """

    name: str
    value: Node
    equals: Node | None
    at_most: Node | None
    within: Node
    must: bool = False
    remedy: str = ""


@dataclass(frozen=True)
class Block:
    """Named formulas on one clock (none for a tree) with the share of the cohort that enters: one sheet of a workbook.

    `leaf` are the branches that lead to it, for one of several structures of a strategy. `between` says what holds between
    two rows, "error" or "interpolate"; `declared_cycles` is the horizon that the model itself declares, which a setting may
    have replaced.

    A cohort moves by its state vector (`states`); a partitioned one has none: `occupied` gives the share of those who
    enter that is in each state, `moved` the share that makes a move in a cycle, as formulas like any other.
    """

    name: str
    strategy: str
    parent: str | None
    clock: Clock | None
    mass: Node
    offset: Node
    formulas: Mapping[str, Formula]
    states: StateVector | None = None
    terms: tuple[Term, ...] = ()
    checks: tuple[CheckFormula, ...] = ()
    reports: Mapping[str, Node] = field(default_factory=dict)
    occupied: Mapping[str, Formula] = field(default_factory=dict)
    moved: Mapping[str, Formula] = field(default_factory=dict)
    leaf: str = ""
    between: str = "error"
    declared_cycles: int = 0

    @property
    def structure(self) -> str:
        """The name of the structure that is played here; "" for a tree."""
        return self.name.removeprefix(f"{self.strategy} - ").removesuffix(f", {self.leaf}") if self.parent else ""


@dataclass(frozen=True)
class Program:
    """A whole model: its strategies (name, label), its blocks in order and the items its results consist of."""

    title: str
    strategies: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    items: tuple[Item, ...]
    checks: Mapping[str, tuple[CheckFormula, ...]] = field(default_factory=dict)

    def block(self, name: str) -> Block:
        """The block of that name."""
        return next(block for block in self.blocks if block.name == name)

    def of(self, strategy: str) -> list[Block]:
        """The blocks of a strategy: its tree first, then those its leaves lead to."""
        return [block for block in self.blocks if block.strategy == strategy]

    def find(self, block: Block | None, name: str) -> Formula | None:
        """The formula a name stands for as seen from a block, or None when it must be an input."""
        while block is not None:
            if name in block.formulas:
                return block.formulas[name]
            block = self.block(block.parent) if block.parent else None
        return None


def trees_of(block: Block) -> Iterator[tuple[str, Node]]:
    """Every tree of a block with the place it stands, for checks of names and for printing.

    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> visits = Formula("visits", "2 * c_visit", parse("2 * c_visit"))
    >>> [place for place, _ in trees_of(Block("a", "a", None, None, Number(1.0), Number(0.0), {"visits": visits}))]
    ['start mass', 'offset', 'visits']
    """
    yield "start mass", block.mass
    yield "offset", block.offset
    for formula in block.formulas.values():
        yield formula.name, formula.tree
    if block.states:
        for state, start in block.states.start.items():
            yield f"start in {state}", start
        for (a, b), formula in block.states.entries.items():
            if formula.unit != "rest":  # its terms are those of its siblings
                yield f"{a} -> {b}", formula.tree
    for name, formula in {**block.occupied, **block.moved}.items():
        yield name, formula.tree
    for term in block.terms:
        place = f"{term.item.name} ({term.where})" if term.where else term.item.name
        yield place, term.value
        if term.time is not None:
            yield f"{place}, at", term.time
    yield from _check_trees(block.checks)
    yield from block.reports.items()


def inputs_of(program: Program) -> dict[str, None]:
    """The names a program takes from its inputs, in order of appearance (tables and curves not included).

    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> visits = Formula("visits", "2 * c_visit", parse("2 * c_visit"))
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), {"visits": visits})
    >>> list(inputs_of(Program("Demo", (("a", "A"),), (block,), ())))
    ['c_visit']
    """
    from hecon.names import RESERVED

    used: dict[str, None] = {}
    for block in program.blocks:
        for _, tree in trees_of(block):
            _collect(program, block, names_in(tree), used)
    for strategy, checks in program.checks.items():
        for _, tree in _check_trees(checks):
            _collect(program, program.of(strategy)[0], names_in(tree), used)
    return {name: None for name in used if name not in RESERVED}


def _collect(program: Program, block: Block, names: Iterable[str], used: dict[str, None]) -> None:
    used.update({name: None for name in names if program.find(block, name) is None})


def _check_trees(checks: tuple[CheckFormula, ...]) -> Iterator[tuple[str, Node]]:
    for check in checks:
        for tree in (check.value, check.equals, check.at_most, check.within):
            if tree is not None:
                yield f"check {check.name}", tree
