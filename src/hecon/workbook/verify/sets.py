"""Other inputs, tables and switches, and the modes of Control: what is typed for each, and every cell against the engine.

Sets are recalculated beside other work, some of them ahead, and compared in their order.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.perspectives import perspectives_of
from hecon.workbook.pages.beyond import dated, horizons_before
from hecon.workbook.pages.page import Source
from hecon.workbook.sheets.control import MODES
from hecon.workbook.sheets.results_plan import SHEET as RESULTS
from hecon.workbook.verify.certificate import Finding, finding
from hecon.workbook.verify.live_cells import TOTALS
from hecon.workbook.verify.perturbation import batches, turned_switches
from hecon.workbook.verify.trial import Trial
from hecon.workbook.xlsx.package import Cells, Place

_SWUNG = 3  # inputs tried in mode one-way
_SCENARIOS = 8  # scenarios tried at most; half as many as other inputs
_AHEAD = 60  # sets whose numbers wait in memory
_NOT = "cells are not the engine's"


@dataclass(frozen=True)
class OneSet:
    """Cells to set, the engine's numbers with the draw they are in, what the set is called, what was turned or chosen."""

    cells: Mapping[Place, float | str]
    values: Mapping[Source, Array]
    draw: int
    what: str
    turned: tuple[str, ...]
    mode: bool = False
    shortened: bool = False


class Sets:
    """All sets of a trial, `count` of other inputs and those of Control's modes, recalculated by `beside`."""

    def __init__(self, trial: Trial, count: int, seed: int, beside: Executor) -> None:
        self.trial, self.beside, self.count = trial, beside, count
        self.switches = _switches(trial)
        self._left = chain(_other_inputs(trial, self.switches, count, seed), _modes(trial, count, seed))
        self._waiting: deque[tuple[OneSet, Future[Mapping[str, Cells]]]] = deque()

    def begin(self) -> None:
        """Give out so many sets as may wait."""
        while len(self._waiting) < _AHEAD and (one := next(self._left, None)) is not None:
            later = self.beside.submit(self.trial.recalculated, one.cells, self.trial.sheets)
            self._waiting.append((one, later))

    def compare(self, step: Callable[[int], None]) -> list[Finding]:
        """Every cell under every set, in their order; `step` is called with 1 after each of other inputs."""
        trial = self.trial
        wrong: tuple[list[str], list[str]] = [], []
        turned: tuple[dict[str, None], dict[str, None]] = {}, {}
        self.begin()
        while self._waiting:
            one, later = self._waiting.popleft()
            already = len(trial.tally.wrong)
            trial.compare(later.result(), one.cells, one.values, one.draw, one.what, one.shortened)
            wrong[one.mode].extend(str(fault) for fault in trial.tally.wrong[already:])
            turned[one.mode].update(dict.fromkeys(one.turned))
            self.begin()
            step(int(not one.mode))
        trial.notes += [f"inputs the engine refuses were left out: {one}" for one in dict.fromkeys(trial.refused)]
        wrong[False].extend(_refusals(trial, self.switches if self.count else []))
        told = f"{trial.tried} sets; switches turned: {', '.join(turned[False]) or 'none'}"
        return [
            finding("other inputs", wrong[False], told, _NOT),
            finding("modes", wrong[True], "; ".join(turned[True]) or "none to try", _NOT),
        ]


def _switches(trial: Trial) -> list[dict[str, Any]]:
    """The switches to go through, each with what it means for the engine's settings."""
    made, twin = trial.made, trial.layout.twin
    years = [block.clock.cycles / block.clock.per_year for block in twin.program.blocks if block.clock]
    before = horizons_before(twin.program.blocks, [time for time, _ in dated(twin)])
    found = perspectives_of([item.sector for item in twin.program.items], made.book.settings.get("lost_work", ""))
    shortest = min(years, default=0.0)
    return turned_switches(made.book.settings, made.model, twin.open.offered, shortest, before, tuple(found))


def _other_inputs(trial: Trial, switches: Sequence[Mapping[str, Any]], count: int, seed: int) -> Iterator[OneSet]:
    """Other inputs, tables and switches, as far as the engine accepts them."""
    used, tables = tuple(trial.layout.inputs), sorted(trial.layout.twin.tables.used)
    for batch in batches(trial.made.book, used, tables, switches, count, seed) if count else []:
        turned = tuple(f"{name} {x}" for name, x in batch.switches.items())
        for inputs, values, k in trial.sets(batch):
            trial.tried += 1
            if not batch.switches and len(trial.points) < _SWUNG:
                trial.points.append(inputs)
            cells = trial.typed(inputs, batch.switches, batch.draws.book)
            yield OneSet(cells, values, k, ", ".join((f"inputs {trial.tried}", *turned)), turned)


def _modes(trial: Trial, count: int, seed: int) -> Iterator[OneSet]:
    """Control's modes: a draw of the PSA, single inputs at their high, and scenarios, as the engine has them."""
    made, book = trial.made, trial.made.book
    random = np.random.default_rng(seed + 2)
    if made.draws is not None:
        k = int(random.integers(0, min(made.draws.n, 1000)))
        cells = trial.typed({}, {"mode": MODES[1], "draw": float(k + 1)})
        what = f"PSA draw {k + 1}"
        yield OneSet(cells, trial.engine(made.draws.take(slice(k, k + 1))), 0, what, (what,), True)
    swung = [name for name in trial.layout.inputs if book.parameters[name].low < book.parameters[name].high]
    one_way = book.one_way()
    for name in random.permutation(swung)[:_SWUNG].tolist():
        column = 2 + 2 * one_way.names.index(name)
        try:
            values = trial.engine(one_way.take(slice(column, column + 1)))
        except HeconError as error:
            trial.notes.append(f"{name} at its high is refused by the engine: {str(error).splitlines()[0][:200]}")
            continue
        cells = trial.typed({}, {"mode": MODES[2], "one_way": name, "side": "high"})
        yield OneSet(cells, values, 0, f"one-way, {name} high", (f"{name} at its high",), True)

    yield from _scenarios(trial, min(_SCENARIOS, max(2, count // 2)), random)


def _scenarios(trial: Trial, count: int, random: np.random.Generator) -> Iterator[OneSet]:
    """So many scenarios: those that make other choices first, and then some of the others."""
    lines = trial.layout.scenarios.live[1:]
    order = [lines[k] for k in random.permutation(len(lines)).tolist()]
    for line in sorted(order, key=lambda one: -len(one.choices))[:count]:
        try:
            book = trial.made.book.scenario(line.name)
            values = trial.engine(book.base(), book.settings)
        except HeconError as error:
            trial.notes.append(f"scenario {line.name} is refused by the engine: {str(error).splitlines()[0][:200]}")
            continue
        cells = trial.typed({}, {"mode": MODES[3], "scenario": line.name})
        what = f"scenario {line.name}"
        yield OneSet(cells, values, 0, what, (what,), True, "horizon" in line.choices)


def _refusals(trial: Trial, switches: Sequence[Mapping[str, Any]]) -> list[str]:
    """Switches under which the engine refuses the base case and the workbook shows totals as if nothing were wrong."""
    faults, book = [], trial.made.book
    for turned in switches:
        if "settings" not in turned:
            continue
        settings = {**book.settings, **turned["settings"]}
        try:
            trial.engine(replace(book, settings=settings).base(), settings, "total")
        except HeconError as error:
            typed = {name: choice for name, choice in turned.items() if name != "settings"}
            found = trial.recalculated(trial.typed({}, typed), (RESULTS,))
            places = [place for (what, _), place in trial.layout.results.items() if what in TOTALS]
            totals = [found[sheet].numbers[row, column] for sheet, row, column in places]
            if np.isfinite(totals).all():
                said = ", ".join(f"{name} {choice}" for name, choice in typed.items())
                faults.append(f"{said}: the engine refuses ({str(error).splitlines()[0][:200]}), the workbook does not")
    return faults
