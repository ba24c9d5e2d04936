"""Collectors: what a run keeps besides its totals. Each is handed the tiles of the values it asks for.

A collector names what it wants of each block, makes a store for a chunk of draws, takes tiles, and joins the chunks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from hecon.arrays import Array
from hecon.errors import ModelError, nearest
from hecon.evaluate.horizon import BeyondError, TimeError, place_of
from hecon.evaluate.keep.ledger import Ledger
from hecon.formula.program import Block
from hecon.formula.syntax import names_in


class Collector(Protocol):
    """What `keep=` accepts besides the names of the collectors below.

    `wants(block)` lists names per cycle: a formula, `occupancy[state]`, `transitions[a -> b]`, `item[kind, name]` (the undiscounted
    flow of an item) or `present[kind, name]` (the discounted one). Arrays are (cycle, draw), or (cycle, 1) where certain.
    """

    @property
    def name(self) -> str:
        """The key in `Outcomes.kept`."""
        ...

    def wants(self, block: Block) -> Iterable[str]:
        """Names per cycle that this collector reads from a block."""
        ...

    def start(self, block: Block, draws: int) -> Any:
        """An empty store for one block and one chunk of draws."""
        ...

    def take(self, store: Any, block: Block, first: int, values: Mapping[str, Array]) -> None:
        """Put the rows from `first` on into the store."""
        ...

    def join(self, blocks: Sequence[Block], stores: Mapping[str, Sequence[Any]]) -> Any:
        """What is kept: stores by block, the chunks in the order of their draws."""
        ...


class Trace:
    """`trace`: {strategy: (years since the block's start (row,), {state: occupancy (row, draw)})}, a list where a
    strategy has several structures.
    """

    name = "trace"

    def wants(self, block: Block) -> list[str]:
        """Every state."""
        return [f"occupancy[{state}]" for state in _states(block)]

    def start(self, block: Block, draws: int) -> dict[str, Array]:
        """A full trace of a block."""
        rows = block.clock.cycles + 1 if block.clock else 0
        return {name: np.empty((rows, draws)) for name in self.wants(block)}

    def take(self, store: Any, block: Block, first: int, values: Mapping[str, Array]) -> None:
        """Copy the rows."""
        for name, x in values.items():
            store[name][first : first + len(x)] = x

    def join(self, blocks: Sequence[Block], stores: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        """By strategy; the one structure's trace, or a list of them."""
        kept: dict[str, list[Any]] = {}
        for block in blocks:
            if block.clock:
                whole = {
                    s: np.concatenate([c[f"occupancy[{s}]"] for c in stores[block.name]], axis=1)
                    for s in _states(block)
                }
                times = np.arange(block.clock.cycles + 1) / block.clock.per_year
                kept.setdefault(block.strategy, []).append((times, whole))
        return {strategy: traces[0] if len(traces) == 1 else traces for strategy, traces in kept.items()}


@dataclass(frozen=True)
class OccupancyAt:
    """Occupancy at given times: `shares[strategy, block, state]` (time, draw) at the `times[strategy, block]` that its horizon
    reaches; the others are `not_reached[strategy, block]`.
    """

    shares: Mapping[tuple[str, str, str], Array]
    times: Mapping[tuple[str, str], tuple[float, ...]]
    not_reached: Mapping[tuple[str, str], tuple[float, ...]]


class Occupancy:
    """`Occupancy(times)`: an `OccupancyAt` at these times in years since the block's start. A time between two rows is an
    "error", or (`between="interpolate"`) on the straight line between them.
    """

    def __init__(self, times: Sequence[float], name: str = "occupancy", between: str = "error") -> None:
        if between not in ("error", "interpolate"):
            raise ModelError(f"Occupancy: between='{between}' is neither 'error' nor 'interpolate'")
        self.times = tuple(times)
        self.name = name
        self.between = between

    def wants(self, block: Block) -> list[str]:
        """Every state."""
        self._rows(block)
        return [f"occupancy[{state}]" for state in _states(block)]

    def start(self, block: Block, draws: int) -> dict[str, Array]:
        """A row for each time that the horizon reaches."""
        return {name: np.zeros((len(self._rows(block)), draws)) for name in self.wants(block)}

    def take(self, store: Any, block: Block, first: int, values: Mapping[str, Array]) -> None:
        """Add the rows that are asked for, with their shares."""
        for k, (row, share) in enumerate(self._rows(block).values()):
            for at, weight in ((row - first, 1 - share), (row + 1 - first, share)):
                for name, x in values.items():
                    if weight and 0 <= at < len(x):
                        store[name][k] += weight * x[at]

    def join(self, blocks: Sequence[Block], stores: Mapping[str, Sequence[Any]]) -> OccupancyAt:
        """By strategy, block and state."""
        shares = {
            (block.strategy, block.name, state): np.concatenate([c[f"occupancy[{state}]"] for c in stores[block.name]], axis=1)
            for block in blocks for state in _states(block)
        }  # fmt: skip
        reached = {(block.strategy, block.name): tuple(self._rows(block)) for block in blocks}
        missed = {key: tuple(time for time in self.times if time not in times) for key, times in reached.items()}
        return OccupancyAt(shares, reached, missed)

    def _rows(self, block: Block) -> dict[float, tuple[int, float]]:
        """The row of each time within the horizon, and the share of the cycle after it."""
        found = {}
        for time in self.times:
            try:
                found[time] = place_of(replace(block, between=self.between), time)
            except BeyondError:
                continue
            except TimeError as error:
                raise ModelError(
                    f"{self.name}: {time:g} years are {error.row:g} cycles of {block.name}, no row of it: name the time of a row,"
                    ' or say between="interpolate"'
                ) from None
        return found


class OneDraw:
    """`one_draw`: {block: {name: values (row,)}} of every formula, occupancy and transition of a run of one draw, as explaining a
    number or checking a workbook needs them; what depends on `state_time` has a value per tunnel and is left out.
    """

    name = "one_draw"

    def wants(self, block: Block) -> list[str]:
        """Every name that has one value per cycle."""
        by_tunnel = {name for name, formula in block.formulas.items() if "state_time" in names_in(formula.tree)}
        while more := {n for n, f in block.formulas.items() if by_tunnel & set(names_in(f.tree))} - by_tunnel:
            by_tunnel |= more
        moves = [f"{a} -> {b}" for a, b in block.states.entries if a != b] if block.states else list(block.moved)
        names = [name for name in block.formulas if name not in by_tunnel]
        return [*names, *(f"occupancy[{s}]" for s in _states(block)), *(f"transitions[{move}]" for move in moves)]

    def start(self, block: Block, draws: int) -> dict[str, Array]:
        """Room for one value per row."""
        if draws != 1:
            raise ModelError(f"keep='one_draw' takes one draw, such as book.base(); got {draws}")
        rows = block.clock.cycles + 1 if block.clock else 1
        return {name: np.empty(rows) for name in self.wants(block)}

    def take(self, store: Any, block: Block, first: int, values: Mapping[str, Array]) -> None:
        """Copy the rows."""
        for name, x in values.items():
            store[name][first : first + len(x)] = x[:, 0]

    def join(self, blocks: Sequence[Block], stores: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, Array]]:
        """By block and name."""
        return {block.name: stores[block.name][0] for block in blocks}


class Yearly(Occupancy):
    """`occupancy`: as Occupancy, at every whole year up to 100 that the horizon reaches; between rows on a straight line."""

    def __init__(self) -> None:
        super().__init__([float(year) for year in range(101)], between="interpolate")


def collectors(keep: Sequence[str | Collector | Ledger]) -> list[Collector]:
    """The collectors that `keep=` names; `totals` is always kept, a ledger is no collector of rows.

    >>> [collector.name for collector in collectors(["totals", "trace"])]
    ['trace']
    """
    known: dict[str, Collector] = {"trace": Trace(), "occupancy": Yearly(), "one_draw": OneDraw()}
    found: list[Collector] = []
    for one in keep:
        if isinstance(one, str):
            if one in ("totals", "by_state", "items", "ledger"):
                continue
            if one not in known:
                raise ModelError(
                    f"keep: unknown collector '{one}'{nearest(one, known)} (known: totals, by_state, ledger, {', '.join(known)})"
                )
            found.append(known[one])
        elif not isinstance(one, Ledger):
            found.append(one)
    return found


def _states(block: Block) -> tuple[str, ...]:
    """The states of a block, in order."""
    return block.states.states if block.states else tuple(block.occupied)
