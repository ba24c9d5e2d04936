"""The one way to run a model: bind it to its draws, sweep it chunk by chunk, collect the outcomes."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.arrays import Array
from hecon.errors import ModelError, told_sum
from hecon.evaluate.compile.build import Built
from hecon.evaluate.engine.plan import Plan
from hecon.evaluate.engine.refusal import behind, draw_told, missed, refuse_not_finite
from hecon.evaluate.engine.schedule import TILE, TilePlan
from hecon.evaluate.engine.sweep import Take, run_chunk
from hecon.evaluate.engine.tile_steps import most_alive
from hecon.evaluate.keep.checks_and_reports import checks, reports, states
from hecon.evaluate.keep.collectors import Collector, Trace
from hecon.evaluate.keep.ledger import Ledger, empty, fill, periods_of
from hecon.evaluate.prepare import Prepared, prepare
from hecon.formula.program import Block
from hecon.memory import NUMBER, refuse_what_cannot_fit
from hecon.outcomes import Outcomes, PriceParameter
from hecon.perspectives import perspectives_of
from hecon.structure.lowering import Model

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_BUDGET = 48_000_000  # bytes of a chunk's tile arrays; larger ones leave the cache, smaller ones cost calls
_SUMS = 100_000_000  # bytes of a chunk's sums by period
_SLACK = 1e-9
_KEPT = 32_000_000  # bytes of freed memory that the C library may keep


def run(
    model: Model,
    draws: "Draws",
    keep: str | Ledger | Sequence[str | Collector | Ledger] = ("totals",),
    *,
    chunk: int | None = None,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Outcomes:
    """Evaluate a model for every draw.

    `keep` names what is kept besides the totals, one or several: "ledger" (or a `Ledger`), "trace", "by_state", or collectors;
    reports, checks and what lies beyond the horizon ("left_out") are always kept (`Outcomes.kept`). `chunk` is the number
    of draws evaluated together and `threads` how many chunks at a time; neither changes any result.
    `progress` is told how many draws are done.

    Raises:
        ModelError: names that are unknown, probabilities that are none, results that are not finite.

    Returns:
        Outcomes (strategy, item, draw) with the quantities of price parameters.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.structure import Leaf, Cost, DecisionTree, Strategy
    >>> visit = Cost("visit", "2 * c_visit", category="follow-up", sector="health care")
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[visit]))], {"cost": "0", "effect": "0"}, "continuous")
    >>> book = make_book("demo", [Parameter(name="c_visit", value=50.0)])
    >>> run(tree, book.base()).cost("payer").tolist()
    [[100.0]]
    """
    keep = (keep,) if isinstance(keep, str | Ledger) else keep
    ready = prepare(model, draws, keep)
    _keep_freed_memory()
    book = draws.book
    program, built, chosen, wanted = ready.program, ready.built, ready.chosen, ready.wanted
    ledger = ready.ledger
    periods = periods_of(ledger, draws) if ledger else 0
    kept_ledger = empty(ledger, program.items, periods, draws.n) if ledger else None
    size = max(chunk or chunk_size(ready.plan, ready.tiles, draws.n, periods), 1)
    parts = [slice(first, min(first + size, draws.n)) for first in range(0, draws.n, size)]
    items = {(item.kind, item.name): k for k, item in enumerate(program.items)}
    rows = {name: k for k, (name, _) in enumerate(program.strategies)}
    _refuse_what_cannot_fit(draws.n, len(rows) * (len(items) + len(built.prices.quantities)), ready)
    values = np.zeros((len(rows), len(items), draws.n))
    amounts = {(q[0], q[2].name): np.zeros((len(rows), draws.n)) for q in built.prices.quantities}

    def one(part: slice) -> tuple[dict[int, Any], dict[str, dict[str, Any]]]:
        mine = draws.take(part) if len(parts) > 1 else draws
        stores = {c.name: {b: c.start(program.block(b), mine.n) for b in wanted[c.name]} for c in chosen}
        found = run_chunk(ready.plan, ready.tiles, mine, _takes(chosen, wanted, stores, program.block), periods)
        for strategy, item, _, _, node in built.terms:
            values[rows[strategy], items[item.kind, item.name], part] += found[node]
        for price_parameter, strategy, item, node in built.prices.quantities:
            amounts[price_parameter, item.name][rows[strategy], part] += found[node]
        if ledger and kept_ledger:
            fill(ledger, kept_ledger, part, found)
        check_probabilities(built, found, mine)
        check_musts(built, found, mine)
        if progress is not None:
            progress(mine.n)
        small = {n: found[n] for n in _small(built, keep)}
        return small, stores

    workers = min(threads or os.cpu_count() or 1, len(parts))
    if workers > 1:
        with ThreadPoolExecutor(workers) as pool:
            results = list(pool.map(one, parts))
    else:
        results = [one(part) for part in parts]
    whole = _Joined([small for small, _ in results], [part.stop - part.start for part in parts])
    extra: dict[str, Any] = {
        c.name: c.join(
            [program.block(b) for b in wanted[c.name]], {b: [s[c.name][b] for _, s in results] for b in wanted[c.name]}
        )
        for c in chosen
    }
    extra["checks"] = checks(built, whole)
    extra["reports"] = reports(built, whole)
    extra["left_out"] = tuple(dict.fromkeys(built.left_out))
    if kept_ledger:
        extra["ledger"] = kept_ledger
    if "by_state" in keep:
        extra["by_state"] = states(built, whole)
    refuse_not_finite(program, values, draws)
    quantities = tuple(
        PriceParameter(name, item, np.asarray(draws[name], dtype=float), quantity, built.prices.acts_with[name])
        for (name, item), quantity in amounts.items()
    )
    perspectives = perspectives_of([item.sector for item in program.items], book.settings.get("lost_work", ""))
    return Outcomes(
        values, tuple(rows), program.items, tuple(label for _, label in program.strategies), draws.draw,
        book.settings.get("currency", ""), book.settings.get("price_year", ""), quantities, extra, perspectives,
        built.prices.not_linear,
        draws.fingerprints,
    )  # fmt: skip


def _refuse_what_cannot_fit(n: int, numbers: int, ready: Prepared) -> None:
    """Refuse totals, and what collectors keep for every row of every draw, that no memory holds.

    Kept rows are there twice, once by chunk and once joined.
    """
    kept = 0
    for collector in ready.chosen:
        if isinstance(collector, Trace):
            for name, wanted in ready.wanted[collector.name].items():
                clock = ready.program.block(name).clock
                kept += 2 * len(wanted) * (clock.cycles + 1 if clock else 0)
    what = f"{n:,} draws, with {numbers:,} totals{f' and {kept // 2:,} rows of the trace' if kept else ''} of each,"
    remedy = "run fewer draws" + (", or leave the trace out of keep=" if kept else "")
    refuse_what_cannot_fit(what, NUMBER * n * (numbers + kept), remedy)


@dataclass
class _Joined:
    """Values of nodes over all chunks: `joined[node]` is (draw,)."""

    chunks: list[dict[int, Any]]
    sizes: list[int]

    def __getitem__(self, node: int) -> Array:
        return np.concatenate(
            [
                np.broadcast_to(np.asarray(c[node], dtype=float), (n,))
                for c, n in zip(self.chunks, self.sizes, strict=True)
            ]
        )


def _small(built: Built, keep: Sequence[Any]) -> list[int]:
    """Nodes whose values are kept draw by draw: checks, reports and, when asked for, each term."""
    nodes = [node for one in built.checks for node in one[3:]] + [node for *_, node in built.reports]
    return nodes + ([node for *_, node in built.terms] if "by_state" in keep else [])


def chunk_size(plan: Plan, tiles: Mapping[int, list[TilePlan]], draws: int, periods: int) -> int:
    """Draws in a chunk: as many as keep a tile's arrays and the sums by period within their budgets, evenly shared out.

    >>> from hecon.evaluate.example import two_years
    >>> model, draws = two_years("0.2")
    >>> chunk_size(prepare(model, draws, ("totals",)).plan, {}, 20_000, 0)
    10000
    """
    alive = max(
        (most_alive(plan, steps) for steps in {tile.steps for some in tiles.values() for tile in some}), default=0
    )
    most = int(np.clip(_BUDGET // (8 * TILE * alive), 1024, 8192)) if alive else 16384
    if sums := periods * sum(len(group.periods) for group in plan.groups):
        most = min(most, max(_SUMS // (8 * sums), 128))
    return -(-draws // -(-draws // most))


def _keep_freed_memory() -> None:
    """Take and free a large block, unused: after that the C library keeps freed memory for the next tile, where it would
    hand it back after each and ask for it anew, which is a fifth of the time of a wide model (benchmarks/partitioned.py).
    """
    np.empty(_KEPT // 8)


def _takes(
    chosen: Sequence[Collector],
    wanted: Mapping[str, Mapping[str, Mapping[str, int]]],
    stores: Mapping[str, Mapping[str, Any]],
    block_of: Callable[[str], Block],
) -> dict[int, Take]:
    """For each number of cycles, the function that hands a tile to the collectors."""
    groups: dict[int, list[tuple[Collector, Block, Mapping[str, int]]]] = {}
    for collector in chosen:
        for name, nodes in wanted[collector.name].items():
            block = block_of(name)
            assert block.clock is not None
            groups.setdefault(block.clock.cycles, []).append((collector, block, nodes))

    def take_of(readers: list[tuple[Collector, Block, Mapping[str, int]]]) -> Take:
        def take(first: int, count: int, tile: Mapping[int, Any]) -> None:
            for collector, block, nodes in readers:
                values = {name: np.atleast_2d(tile[node]) for name, node in nodes.items()}
                collector.take(stores[collector.name][block.name], block, first, values)

        return take

    return {cycles: take_of(readers) for cycles, readers in groups.items()}


def check_probabilities(built: Built, found: Mapping[int, Any], draws: "Draws") -> None:
    """Refuse a branch whose probability is none, of the values {node: number or (draw,)} of some draws.

    Raises:
        ModelError: the first such branch, with its formula.

    >>> from hecon.formula.program import Program
    >>> from hecon.evaluate.compile.graph import Graph
    >>> from hecon.inputs.book import make_book
    >>> check_probabilities(Built(Graph(), Program("Demo", (), (), ())), {}, make_book("demo", []).base())
    """
    for strategy, where, node in built.probabilities:
        p = np.atleast_1d(found[node])
        together = where.startswith("all ")
        good = (np.abs(p - 1) <= _SLACK) if together else (p >= -_SLACK) & (p <= 1 + _SLACK)
        if good.all():
            continue
        k = int(np.flatnonzero(~good)[0])
        block = built.program.block(strategy)
        formula = block.formulas[f"all[{where[4:]}]" if together else f"p[{where}]"]
        what = (
            f"the branches at '{where[4:] or 'the top'}' add up to"
            if together
            else f"the probability of branch '{where}' is"
        )
        draw = int(draws.draw[min(k, draws.n - 1)])
        raise ModelError(
            f"{what} {told_sum(p[k])} (strategy {strategy}, {draw_told(draws, draw)}): {formula.text}"
            f"{behind(built.program, block, [formula.tree], float(p[k]), draws, draw)}"
            + ('; one branch may be "C", the rest' if together else "")
        )


def check_musts(built: Built, found: Mapping[int, Any], draws: "Draws") -> None:
    """Refuse the run where a check that must hold does not, of the values {node: number or (draw,)} of some draws.

    Raises:
        ModelError: the first such check, with what it came to.

    >>> from hecon.formula.program import Program
    >>> from hecon.evaluate.compile.graph import Graph
    >>> from hecon.inputs.book import make_book
    >>> check_musts(Built(Graph(), Program("Demo", (), (), ())), {}, make_book("demo", []).base())
    """
    for strategy, place, check, value, target, within in built.checks:
        if not check.must:
            continue
        gap = np.atleast_1d(found[value] - found[target])
        good = (gap if check.at_most is not None else np.abs(gap)) <= found[within]
        if not good.all():
            k = int(np.flatnonzero(~good)[0])
            x = float(np.broadcast_to(np.atleast_1d(found[value]), gap.shape)[k])
            trees = [tree for tree in (check.value, check.equals, check.at_most) if tree is not None]
            homes = [b for b in built.program.of(strategy) if b.name == place] or built.program.of(strategy)
            draw = int(draws.draw[min(k, draws.n - 1)])
            why = next(filter(None, (missed(built.program, b, trees, float(gap[k]), draws, draw) for b in homes)), "")
            rule = "at most" if check.at_most is not None else "equal to"
            wanted = float(np.broadcast_to(np.atleast_1d(found[target]), gap.shape)[k])
            raise ModelError(
                f"{check.name} is {told_sum(x, wanted)} and must be {rule} {wanted:.6g} (strategy {strategy}, {place}, "
                f"{draw_told(draws, draw)}; {int((~good).sum())} of {good.size} draws)"
                f"{why}{f'; {check.remedy}' if check.remedy else ''}"
            )
