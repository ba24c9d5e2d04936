"""Several runs that differ in some inputs or settings, evaluated as one: what they have in common is computed once.

Every run is lowered and built into one graph, in which equal operations are one node. Where two runs differ in a price
alone, its cohort, its times and all other costs are the same nodes, and the second run is a few sums.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import nan
from os import cpu_count
from typing import Any

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError, ModelError
from hecon.evaluate.compile.build import Builder, Built
from hecon.evaluate.compile.check_names import check_names
from hecon.evaluate.compile.fitted_curves import check_choices, with_curves
from hecon.evaluate.compile.graph import VECTOR_OPS, Graph
from hecon.evaluate.engine.plan import Plan
from hecon.evaluate.engine.schedule import TilePlan, schedule
from hecon.evaluate.engine.sweep import run_chunk
from hecon.evaluate.prepare import check_order
from hecon.evaluate.run import check_musts, check_probabilities, chunk_size, run
from hecon.formula.program import Program
from hecon.inputs.draws import Draws
from hecon.inputs.parameter import Parameter
from hecon.memory import NUMBER
from hecon.outcomes import Item, Outcomes
from hecon.perspectives import perspectives_of
from hecon.progress import Step
from hecon.structure.lowering import Model, lower
from hecon.structure.unit_use import check_units

_AT_ONCE = 200_000_000  # bytes of the totals that are filled in together


@dataclass(frozen=True)
class Variant:
    """A run: a model, its draws, and which items are asked for."""

    model: Model
    draws: Draws
    wanted: Callable[[Item], bool]


@dataclass(frozen=True)
class _Member:
    """A variant in the graph: its place in what was asked, the items asked for, where each term goes (strategy, item, node),
    the nodes it needs and the cohorts these stand on.
    """

    place: int
    built: Built
    items: tuple[Item, ...]
    terms: list[tuple[int, int, int]]
    outputs: list[int]
    cohorts: frozenset[int]


@dataclass(frozen=True)
class _Planned:
    """A batch of variants made ready for draws that differ in the values of what varies."""

    batch: list[_Member]
    plan: Plan
    tiles: dict[int, list[TilePlan]]


def run_together(variants: Sequence[Variant], step: Step | None = None) -> list[Outcomes]:
    """The outcomes of each variant, over the same number of draws; they hold the items asked for alone.

    What a run keeps besides (checks, reports, prices) is left out too. Totals differ from those of `run` by rounding at most,
    since factors that are shared may be multiplied in another order. `step` is told how many draws are done, in all
    `len(variants)` times their number.

    Raises:
        HeconError: as `run`, of the first variant that cannot be run.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> visit = Cost("visit", "2 * c_visit", category="follow-up", sector="health care")
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[visit]))], {"cost": "0", "effect": "0"}, "continuous")
    >>> books = [make_book("demo", [Parameter(name="c_visit", value=price)]) for price in (50.0, 60.0)]
    >>> both = run_together([Variant(tree, book.base(), lambda item: item.kind == "cost") for book in books])
    >>> [one.cost("payer").tolist() for one in both]
    [[[100.0]], [[120.0]]]
    """
    found: dict[int, Outcomes] = {}
    try:
        for members, draws in _graphs(variants):
            for batch in _batches(members, draws):
                values = _swept(_planned(batch, draws), draws, step)
                found |= {
                    one.place: _outcomes(one, total, variants[one.place].draws)
                    for one, total in zip(batch, values, strict=True)
                }
    except HeconError:  # told as a run by itself tells it, with its own names and cells
        return [_by_itself(one) for one in variants]
    return [found[k] for k in range(len(variants))]


def run_counted(model: Model, wanted: Callable[[Item], bool]) -> Callable[[Draws, Step | None], Outcomes]:
    """A function that evaluates a model over draws, the items asked for alone; made ready once for draws of one book.

    Raises:
        HeconError: the function, as `run`.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import DecisionTree, Leaf, QALY, Strategy
    >>> arm = Strategy("a", to=Leaf(outcomes=[QALY("gain", "2")]))
    >>> tree = DecisionTree("Demo", [arm], {"cost": "0", "effect": "0"}, "continuous")
    >>> run_counted(tree, lambda item: item.kind == "qaly")(make_book("demo", []).base(), None).effect().tolist()
    [[2.0]]
    """
    ready: list[tuple[object, _Planned]] = []

    def counted(draws: Draws, step: Step | None) -> Outcomes:
        variant, key = Variant(model, draws, wanted), (id(draws.book), draws.names)
        try:
            if not ready or ready[0][0] != key:
                ((members, _),) = _graphs([variant])
                ready[:] = [(key, _planned(members, draws))]
            (total,) = _swept(ready[0][1], draws, step)
            return _outcomes(ready[0][1].batch[0], total, draws)
        except HeconError:
            return _by_itself(variant)

    return counted


def freed(parameter: Parameter, name: str) -> Parameter:
    """A parameter under a name, in no group and at any value: one whose values were held to its support elsewhere.

    >>> freed(Parameter(name="p", value=0.5, distribution="beta", par1=2, par2=2), "p of 1")
    <Parameter p of 1 = 0.5, fixed>
    """
    alone: dict[str, Any] = {"distribution": "fixed", "par1": nan, "par2": nan, "correlation_group": ""}
    return replace(parameter, name=name, support="any", **alone)


class _Shared(Builder):
    """Builds a variant into a graph that has others in it; inputs that differ from theirs go by another name."""

    def __init__(self, program: Program, graph: Graph, draws: Draws, renamed: dict[str, str]) -> None:
        super().__init__(program, draws)
        self.graph, self.prices, self.renamed = graph, (), renamed

    def input(self, name: str) -> int:
        """The node of an input, under the name it has here."""
        return super().input(self.renamed.get(name, name))


def _graphs(variants: Sequence[Variant]) -> "Iterable[tuple[list[_Member], Draws]]":
    """For each set of tables and curves, the variants that use it in one graph, and draws that hold all their inputs."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for k, one in enumerate(variants):
        check_choices(one.draws)
        book = one.draws.book
        key = (id(book.curves), *((name, id(table)) for name, table in book.tables.items()), one.draws.n)
        groups.setdefault(key, []).append(k)
    for places in groups.values():
        draws, renamed = _all_inputs([variants[k].draws for k in places])
        graph, programs = Graph(), _Programs()
        members = []
        with np.errstate(all="ignore"):  # what is not finite is refused by name, where it is used
            for k, names in zip(places, renamed, strict=True):
                members.append(_member(k, variants[k], programs.of(variants[k]), graph, draws, names))
        yield members, draws


class _Programs:
    """The programs of variants, each made once; a program with fitted curves depends on more than its settings."""

    def __init__(self) -> None:
        self.known: dict[tuple[Any, ...], Program] = {}

    def of(self, variant: Variant) -> Program:
        """The checked program of a variant."""
        book = variant.draws.book
        key = (id(variant.model), *sorted(book.settings.items()), *book.parameters)
        if key in self.known:
            return self.known[key]
        lowered = lower(variant.model, book.settings)
        program = with_curves(lowered, book, variant.draws.names)
        check_names(program, book)
        check_units(variant.model, book)
        if program is lowered:
            self.known[key] = program
        return program


def _member(
    place: int, variant: Variant, program: Program, graph: Graph, draws: Draws, renamed: dict[str, str]
) -> _Member:
    built = _Shared(program, graph, draws, renamed).build()
    items = tuple(item for item in built.program.items if variant.wanted(item))
    place_of = {(item.kind, item.name): k for k, item in enumerate(items)}
    rows = {name: k for k, (name, _) in enumerate(built.program.strategies)}
    terms = [
        (rows[strategy], place_of[item.kind, item.name], node)
        for strategy, item, _, _, node in built.terms
        if variant.wanted(item)
    ]
    outputs = [node for *_, node in terms] + [node for *_, node in built.probabilities]
    outputs += [node for one in built.checks if one[2].must for node in one[3:]]
    cohorts = {graph.nodes[node].payload[0] for node in graph.needed(outputs) if graph.nodes[node].op in VECTOR_OPS}  # type: ignore[index]  # the payload of these is (vector, position)
    return _Member(place, built, items, terms, outputs, frozenset(cohorts))


def _all_inputs(several: Sequence[Draws]) -> tuple[Draws, list[dict[str, str]]]:
    """Draws with the inputs of all: those of the first, and under a name of its own each that differs from the first's;
    and for each of them {its name: that name}.
    """
    first = several[0]
    parameters, names, rows = dict(first.book.parameters), list(first.names), list(first.values)
    renamed: list[dict[str, str]] = []
    for k, one in enumerate(several):
        changed: dict[str, str] = {}
        for name, parameter in one.book.parameters.items():
            value = one[name]
            if name in first.book.parameters and _same(value, first[name]):
                continue
            changed[name] = f"{name} of {k}"  # which no input can be called
            parameters[changed[name]] = freed(parameter, changed[name])
            if isinstance(value, np.ndarray):
                names.append(changed[name])
                rows.append(value)
        renamed.append(changed)
    values = np.array(rows).reshape(len(rows), first.n)
    book = replace(first.book, parameters=parameters)
    return Draws(book, tuple(names), values, first.method, first.seed, first.draw), renamed


def _same(one: float | Array, other: float | Array) -> bool:
    return one is other or (np.ndim(one) == np.ndim(other) and bool(np.array_equal(one, other)))


def _batches(members: list[_Member], draws: Draws) -> Iterable[list[_Member]]:
    """Members that share a cohort are swept together, the others apart, which keeps what is alive at once small; of many
    draws no more than have room for their totals.
    """
    clusters: list[tuple[set[int], list[_Member]]] = []
    for one in members:
        mine, together = set(one.cohorts), [one]
        for known in [known for known in clusters if known[0] & mine]:
            clusters.remove(known)
            mine, together = mine | known[0], [*known[1], *together]
        clusters.append((mine, together))
    for _, together in clusters:
        each = NUMBER * draws.n * len(together[0].built.program.strategies) * max(len(one.items) for one in together)
        most = max(1, _AT_ONCE // max(each, 1))
        yield from (together[k : k + most] for k in range(0, len(together), most))


def _planned(batch: list[_Member], draws: Draws) -> _Planned:
    graph = batch[0].built.graph
    plan = Plan(batch[0].built.program, graph, [node for one in batch for node in one.outputs], [], draws)
    check_order(plan)
    return _Planned(batch, plan, {group.cycles: schedule(plan, group, draws) for group in plan.groups})


def _swept(planned: _Planned, draws: Draws, step: Step | None) -> list[Array]:
    """Totals (strategy, item, draw) of each member of a batch, from one sweep."""
    batch, plan = planned.batch, planned.plan
    size = chunk_size(plan, planned.tiles, draws.n, 0)
    parts = [slice(first, min(first + size, draws.n)) for first in range(0, draws.n, size)]
    values = [np.zeros((len(one.built.program.strategies), len(one.items), draws.n)) for one in batch]

    def one(part: slice) -> None:
        mine = draws.take(part) if len(parts) > 1 else draws
        found = run_chunk(plan, planned.tiles, mine, {})
        for member, total in zip(batch, values, strict=True):
            for row, item, node in member.terms:
                total[row, item, part] += found[node]
            check_probabilities(member.built, found, mine)
            check_musts(member.built, found, mine)
        if step is not None:
            step(mine.n * len(batch))

    with ThreadPoolExecutor(min(cpu_count() or 1, len(parts))) as pool:
        list(pool.map(one, parts))
    return values


def _outcomes(member: _Member, values: Array, draws: Draws) -> Outcomes:
    if not np.isfinite(values).all():
        raise ModelError("some total is not finite")  # told by the variant's own run
    program, settings = member.built.program, draws.book.settings
    perspectives = perspectives_of([item.sector for item in program.items], settings.get("lost_work", ""))
    return Outcomes(
        values, tuple(name for name, _ in program.strategies), member.items,
        tuple(label for _, label in program.strategies), draws.draw, settings.get("currency", ""),
        settings.get("price_year", ""), perspectives=perspectives, fingerprints=draws.fingerprints,
    )  # fmt: skip


def _by_itself(one: Variant) -> Outcomes:
    """A variant through the one way to run a model."""
    whole = run(one.model, one.draws)
    rows = [k for k, item in enumerate(whole.items) if one.wanted(item)]
    items = tuple(whole.items[k] for k in rows)
    return replace(whole, values=whole.values[:, rows], items=items, price_parameters=(), kept={})
