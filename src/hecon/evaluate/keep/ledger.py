"""The ledger: what every item of a strategy comes to in each calendar period from the decision, draw by draw.

One clock for all: a tree's payoffs (at the decision, or when they say), dated amounts, flows, events; waits included.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.errors import ModelError, nearest
from hecon.evaluate.compile.arrays import constant
from hecon.evaluate.compile.build import Builder, Built
from hecon.evaluate.compile.graph import CYCLE
from hecon.evaluate.engine.plan import Plan
from hecon.evaluate.engine.sweep import run_chunk
from hecon.evaluate.keep.amounts import Amounts
from hecon.evaluate.keep.periods import Layout, period_of
from hecon.formula.functions import power
from hecon.formula.macros import expand
from hecon.formula.program import Block, Term
from hecon.formula.syntax import Node
from hecon.outcomes import Item

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

PERIODS = {"year": 1, "quarter": 4, "month": 12}
_MOST = 4_000_000_000  # bytes that are returned
_LARGE = 200_000_000  # bytes that are told before they are allocated
_log = logging.getLogger("hecon")


@dataclass(frozen=True)
class Ledger:
    """What `keep=` takes for the ledger: periods of a "year", "quarter" or "month", up to `until` years from the decision
    (None is the horizon); what falls later is not evaluated. `by_leaf` keeps the leaves of a strategy apart. More than
    `most_bytes` is refused before it is allocated.

    >>> Ledger("quarter", until=5).name
    'ledger'
    >>> Ledger("week")
    Traceback (most recent call last):
    hecon.errors.ModelError: ledger: period 'week' is none of year, quarter, month
    """

    period: str = "year"
    until: float | None = None
    by_leaf: bool = False
    most_bytes: int = _MOST

    def __post_init__(self) -> None:
        if self.period not in PERIODS:
            known = ", ".join(PERIODS)
            raise ModelError(f"ledger: period '{self.period}' is none of {known}{nearest(self.period, PERIODS)}")
        if self.until is not None:
            count = Fraction(self.until).limit_denominator(1_000_000) * self.a_year
            if count <= 0 or count.denominator != 1:
                raise ModelError(f"ledger: until={self.until:g} years is not a whole number of {self.period}s above 0")

    @property
    def name(self) -> str:
        """The key in `Outcomes.kept`."""
        return "ledger"

    @property
    def a_year(self) -> int:
        """Periods in a year."""
        return PERIODS[self.period]


@dataclass(frozen=True)
class Flow:
    """A term on a clock: its row of the ledger, its item, and for undiscounted and discounted amounts what each sum by
    period is multiplied by: (factor, sum) nodes. Where a cycle may lie across the end of a year and each year has one
    discount factor, its forward `rates` (from year, node) say which, and the discounted parts are the undiscounted.
    """

    place: tuple[str, str]
    item: Item
    parts: tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]
    rates: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True)
class Point:
    """A term that falls at one time: nodes of the time in years from the decision, of both amounts."""

    place: tuple[str, str]
    item: Item
    time: int
    amounts: tuple[int, int]


@dataclass(frozen=True)
class LedgerPlan:
    """All that a ledger needs of a run: its rows (strategy, leaf), its terms, the layouts and a plan of the times alone."""

    asked: Ledger
    places: tuple[tuple[str, str], ...]
    flows: tuple[Flow, ...]
    points: tuple[Point, ...]
    layouts: tuple[Layout, ...]
    times: Plan

    def nodes(self) -> Iterator[int]:
        """Every node that a chunk must yield."""
        for flow in self.flows:
            yield from (node for parts in flow.parts for pair in parts for node in pair)
            yield from (node for _, node in flow.rates)
        for point in self.points:
            yield from (point.time, *point.amounts)
        yield from (layout.offset for layout in self.layouts)


def ledger_of(keep: Iterable[Any]) -> Ledger | None:
    """The ledger that `keep=` asks for: "ledger" is by year to the horizon.

    >>> ledger_of(["totals", "ledger"]) == Ledger("year"), ledger_of(["totals"])
    (True, None)
    """
    asked = [Ledger() if isinstance(one, str) else one for one in keep if one == "ledger" or isinstance(one, Ledger)]
    if len(asked) > 1:
        raise ModelError("keep: a run keeps one ledger; ask for one period and one until=")
    return asked[0] if asked else None


def plan_ledger(builder: Builder, built: Built, asked: Ledger, draws: "Draws") -> LedgerPlan:
    """The nodes of a ledger, put into the graph of what is built already.

    >>> from hecon.evaluate.prepare import prepare
    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> scan = Cost("scan", "90", category="tests", sector="health care", at="18 months")
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[scan]))], {"cost": "0", "effect": "0"}, "continuous")
    >>> draws = make_book("demo", []).base()
    >>> prepare(tree, draws, ("ledger",)).ledger.places
    (('a', ''),)
    """
    flows: list[Flow] = []
    points: list[Point] = []
    layouts: dict[Layout, None] = {}
    places: dict[tuple[str, str], None] = {}
    for strategy, item, term, block, value in built.terms:
        leaf = term.where if block.clock is None else block.leaf
        place = (strategy, leaf if asked.by_leaf else "")
        places[place] = None
        if not builder.reached(block, term):
            continue
        if term.flow is None or term.time is not None:
            time = builder.node(block, expand(term.time)) if term.time is not None else builder.graph.number(0.0)
            tunnel = builder.tunnel(block, term.where)
            plain = builder.node(block, expand(term.amount), tunnel) if term.amount is not None else value
            points.append(Point(place, item, time, (plain, value)))
            continue
        layout = _layout(builder, block, term, asked, draws)
        if layout.rows > 0:
            layouts[layout] = None
            sums = _parts(builder, block, term, term.flow, layout)
            rates = tuple((start, builder.node(block, expand(rate))) for start, rate in term.by_year)
            present = sums if rates or term.present is None else _parts(builder, block, term, term.present, layout)
            flows.append(Flow(place, item, (sums, present), rates))
    times = dict.fromkeys([*(one.time for one in points), *(layout.offset for layout in layouts)])
    plan = Plan(built.program, built.graph, times, [], draws)
    return LedgerPlan(asked, tuple(places), tuple(flows), tuple(points), tuple(layouts), plan)


def periods_of(plan: LedgerPlan, draws: "Draws") -> int:
    """How many periods a ledger has, from the waits and times of every draw.

    Raises:
        ModelError: a time before the decision.

    >>> from hecon.evaluate.prepare import prepare
    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> scan = Cost("scan", "90", category="tests", sector="health care", at="18 months")
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[scan]))], {"cost": "0", "effect": "0"}, "continuous")
    >>> draws = make_book("demo", []).base()
    >>> periods_of(prepare(tree, draws, ("ledger",)).ledger, draws)
    2
    """
    values = run_chunk(plan.times, {}, draws, {})
    for point in plan.points:
        early = ~(np.atleast_1d(values[point.time]) >= 0)
        if early.any():
            k = int(np.flatnonzero(early)[0])
            when = np.atleast_1d(values[point.time])[k]
            raise ModelError(
                f"{point.item.name} (strategy {point.place[0]}, draw {draws.draw[min(k, draws.n - 1)]}) falls {when:g} years"
                " from the decision; nothing falls before it"
            )
    if plan.asked.until is not None:
        return round(plan.asked.until * plan.asked.a_year)
    ends = [layout.count(values[layout.offset]) for layout in plan.layouts]
    ends += [int(np.max(period_of(values[point.time], plan.asked.a_year))) + 1 for point in plan.points]
    return max(ends, default=1)


def empty(plan: LedgerPlan, items: tuple[Item, ...], periods: int, draws: int) -> Amounts:
    """Room for a ledger, all 0.

    Raises:
        ModelError: more than the ledger's `most_bytes`.

    >>> from hecon.evaluate.prepare import prepare
    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> scan = Cost("scan", "90", category="tests", sector="health care", at="18 months")
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[scan]))], {"cost": "0", "effect": "0"}, "continuous")
    >>> draws = make_book("demo", []).base()
    >>> empty(prepare(tree, draws, ("ledger",)).ledger, (Item("scan", "cost", "tests", "health care"),), 2, 5).discounted.shape
    (1, 1, 2, 5)
    """
    shape = (len(plan.places), len(items), periods, draws)
    size = 2 * 8 * int(np.prod(shape))
    words = (
        f"the ledger holds 2 x {shape[0]} x {shape[1]} x {shape[2]:,} x {shape[3]:,} numbers (strategy, item,"
        f" {plan.asked.period}, draw), {size / 1e9:.2f} GB"
    )
    if size > plan.asked.most_bytes:
        raise ModelError(
            f"{words}, more than the {plan.asked.most_bytes / 1e9:.2f} GB allowed: give until= years, a longer period or fewer"
            " draws, or allow more with most_bytes="
        )
    if size > _LARGE:
        _log.info(words)
    return Amounts(
        np.zeros(shape), np.zeros(shape), plan.places, items, plan.asked.period, plan.asked.a_year, plan.asked.until
    )


def fill(plan: LedgerPlan, amounts: Amounts, part: slice, found: Mapping[int, Any]) -> None:
    """Add a chunk's terms.

    >>> from hecon.evaluate.prepare import prepare
    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> scan = Cost("scan", "90", category="tests", sector="health care", at="18 months")
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[scan]))], {"cost": "0", "effect": "0"}, "continuous")
    >>> draws = make_book("demo", []).base()
    >>> from hecon.evaluate.run import run
    >>> run(tree, draws, keep=("ledger",)).kept["ledger"].of("a", "cost").ravel().tolist()
    [0.0, 90.0]
    """
    rows = {place: k for k, place in enumerate(plan.places)}
    columns = {(item.kind, item.name): k for k, item in enumerate(amounts.items)}
    arrays = (amounts.undiscounted, amounts.discounted)
    for flow in plan.flows:
        row, column = rows[flow.place], columns[flow.item.kind, flow.item.name]
        by_year = _by_year(flow.rates, amounts, found) if flow.rates else 1.0
        for array, parts, discount in zip(arrays, flow.parts, (1.0, by_year), strict=True):
            for factor, total in parts:
                array[row, column, :, part] += found[factor] * found[total] * discount
    width = part.stop - part.start
    draws = np.arange(part.start, part.stop)
    for point in plan.points:
        row, column = rows[point.place], columns[point.item.kind, point.item.name]
        period = np.broadcast_to(period_of(found[point.time], plan.asked.a_year), (width,))
        inside = period < arrays[0].shape[2]
        for array, node in zip(arrays, point.amounts, strict=True):
            value = np.broadcast_to(found[node], (width,))
            array[row, column, period[inside], draws[inside]] += value[inside]


def _layout(builder: Builder, block: Block, term: Term, asked: Ledger, draws: "Draws") -> Layout:
    """How a term's rows lie over the periods, without the rows that begin after the last of them in any draw."""
    assert block.clock is not None
    clock = block.clock
    offset = builder.node(block, expand(block.offset))
    rows = clock.cycles + 1
    if asked.until is not None:
        earliest = constant(builder.graph, offset, draws) or 0.0
        rows = min(rows, max(0, int(np.ceil((asked.until - earliest) * clock.per_year - 1e-9))))
    return Layout(clock.per_year, asked.a_year, clock.cycles, offset, term.falls, rows)


def _parts(builder: Builder, block: Block, term: Term, tree: Node, layout: Layout) -> tuple[tuple[int, int], ...]:
    """A flow as sums by period, each with the factor that is the same in every row; equal sums are one."""
    graph = builder.graph
    node = builder.node(block, expand(tree), builder.tunnel(block, term.where))
    if not graph.nodes[node].axes & CYCLE:
        row = graph.add("cycle", axes=CYCLE, cycles=layout.cycles)
        inside = graph.apply("<", row, graph.number(float(layout.cycles)))
        node = graph.add("*", (node, inside))
    found: dict[int, int] = {}
    for factor, total in graph.by_period(node, layout, layout.offset):
        found[total] = graph.apply("+", found[total], factor) if total in found else factor
    return tuple((factor, total) for total, factor in found.items())


def _by_year(rates: tuple[tuple[float, int], ...], amounts: Amounts, found: Mapping[int, Any]) -> Any:
    """The discount factor of the calendar year of each period: (period, draw or 1)."""
    year = np.floor(np.arange(amounts.undiscounted.shape[2]) / amounts.a_year)[:, None]
    factor: Any = 1.0
    for k, (start, rate) in enumerate(rates):
        end = rates[k + 1][0] if k + 1 < len(rates) else np.inf
        factor = factor * power(1.0 + found[rate], -np.maximum(np.minimum(year, end) - start, 0.0))
    return factor
