"""A model made ready to run: lowered, bound, built, planned. The last few are remembered, so that a thousand runs of one
model (a price search, a one-way analysis) prepare it once.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.errors import ModelError, told_depth
from hecon.evaluate.compile.build import Builder, Built
from hecon.evaluate.compile.check_names import check_names
from hecon.evaluate.compile.fitted_curves import check_choices, with_curves
from hecon.evaluate.compile.graph import AFTER, CYCLE
from hecon.evaluate.engine.plan import Plan
from hecon.evaluate.engine.schedule import TilePlan, schedule
from hecon.evaluate.keep.checks_and_reports import flow_nodes
from hecon.evaluate.keep.collectors import Collector, collectors
from hecon.evaluate.keep.ledger import Ledger, LedgerPlan, ledger_of, plan_ledger
from hecon.formula.program import Program
from hecon.structure.lowering import Model, lower
from hecon.structure.unit_use import check_units
from hecon.structure.whole_text import whole_text

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws

_REMEMBERED = 8
_prepared: "OrderedDict[tuple[Any, ...], Prepared]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Prepared:
    """All that a run needs and that does not depend on the values of what varies.

    `wanted` holds the nodes each collector reads: {collector: {block: {name: node}}}; `origins` keeps alive the objects
    by whose identity it is remembered.
    """

    program: Program
    built: Built
    plan: Plan
    tiles: Mapping[int, list[TilePlan]]
    chosen: Sequence[Collector]
    wanted: Mapping[str, Mapping[str, Mapping[str, int]]]
    origins: tuple[Any, ...]
    ledger: LedgerPlan | None = None


def prepare(model: Model, draws: "Draws", keep: Sequence[str | Collector | Ledger]) -> Prepared:
    """A model ready for draws that differ from these only in the values of what varies.

    Raises:
        ModelError: what lowering, binding and building find wrong.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf())], {"cost": "0", "effect": "0"}, "continuous")
    >>> draws = make_book("demo", []).base()
    >>> prepare(tree, draws, ("totals",)) is prepare(tree, draws, ("totals",))
    True
    """
    with told_depth():
        return _remembered(model, draws, keep)


def _remembered(model: Model, draws: "Draws", keep: Sequence[str | Collector | Ledger]) -> Prepared:
    """The model made ready before, or now."""
    book = _book_of(draws)
    check_choices(draws)
    fixed = tuple((name, one.value) for name, one in book.parameters.items() if name not in draws.names)
    tables = tuple((name, id(table)) for name, table in book.tables.items())
    settings = tuple(sorted(book.settings.items()))
    key = (
        whole_text(model),
        settings,
        draws.names,
        fixed,
        tables,
        id(book.curves),
        tuple(one if isinstance(one, str | Ledger) else id(one) for one in keep),
    )
    with _lock:
        if key in _prepared:
            _prepared.move_to_end(key)
            return _prepared[key]
    with np.errstate(all="ignore"):  # what is not finite is refused by name, where it is used
        ready = _prepare(model, draws, keep)
    with _lock:
        _prepared[key] = ready
        while len(_prepared) > _REMEMBERED:
            _prepared.popitem(last=False)
    return ready


def check_order(plan: Plan) -> None:
    """Refuse a value per cycle that rests on a reduction, which is known only when the last cycle has passed.

    Raises:
        ModelError: what is to be done about it.

    >>> from hecon.evaluate.compile.graph import Graph
    >>> from hecon.inputs.book import make_book
    >>> graph = Graph()
    >>> row = graph.add("cycle", axes=CYCLE, cycles=4)
    >>> total = graph.sum([row])
    >>> check_order(Plan(Program("Demo", (), (), ()), graph, [total], [], make_book("demo", []).base()))
    >>> late = graph.apply("+", row, total)
    >>> check_order(Plan(Program("Demo", (), (), ()), graph, [graph.sum([late])], [], make_book("demo", []).base()))
    Traceback (most recent call last):
    hecon.errors.ModelError: a value per cycle rests on a sum over the cycles, known only after the last: take it out as a factor
    """
    if any(plan.graph.nodes[node].axes & AFTER for group in plan.groups for node in group.nodes):
        raise ModelError(
            "a value per cycle rests on a sum over the cycles, known only after the last: take it out as a factor"
        )


def _prepare(model: Model, draws: "Draws", keep: Sequence[str | Collector | Ledger]) -> Prepared:
    book = draws.book
    program = with_curves(lower(model, book.settings), book, draws.names)
    check_names(program, book)
    check_units(model, book)
    builder = Builder(program, draws)
    built = builder.build()
    chosen = collectors(keep)
    wanted = {
        collector.name: {
            block.name: {name: flow_nodes(builder, built, block, name) for name in collector.wants(block)}
            for block in program.blocks
            if block.clock
        }
        for collector in chosen
    }
    asked = ledger_of(keep)
    ledger = plan_ledger(builder, built, asked, draws) if asked else None
    outputs: list[int] = [node for *_, node in built.terms] + [node for *_, node in built.prices.quantities]
    outputs += ledger.nodes() if ledger else []
    outputs += [node for *_, node in built.reports] + [node for *_, node in built.probabilities]
    outputs += [node for one in built.checks for node in one[3:]]
    kept = [node for blocks in wanted.values() for names in blocks.values() for node in names.values()]
    assert all(built.graph.nodes[node].axes & CYCLE for node in kept)
    plan = Plan(program, built.graph, outputs, kept, draws)
    check_order(plan)
    tiles = {group.cycles: schedule(plan, group, draws) for group in plan.groups}
    return Prepared(
        program, built, plan, tiles, chosen, wanted, (model, dict(book.tables), book.curves, tuple(keep)), ledger
    )


def _book_of(draws: Any) -> "Book":
    """The book that draws carry; what is given in their place is told how to become draws."""
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws

    if isinstance(draws, Draws):
        return draws.book
    if isinstance(draws, Book):
        raise ModelError(
            "a model runs over draws of a book: give book.base() for the base case, or book.sample(1000, seed=1)"
        )
    raise ModelError(
        f"a model runs over draws, run(model, book.base()) with a book of read_inputs or make_book; got a {type(draws).__name__}"
    )
