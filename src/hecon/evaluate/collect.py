"""Collectors: what a run keeps besides its totals. Each is handed the tiles of the values it asks for.

A collector names what it wants of each block, makes a store for a chunk of draws, takes tiles, and joins the chunks.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from hecon.errors import ModelError, nearest
from hecon.evaluate.ledger import Ledger
from hecon.formula.program import Block
from hecon.formula.syntax import names_in
from hecon.outcomes import Array


class Collector(Protocol):
    """What `keep=` accepts besides the names of the collectors below.

    `wants(block)` lists names per cycle: a formula, `occupancy[state]`, `moves[a -> b]`, `item[kind, name]` (the undiscounted
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


class Occupancy:
    """`Occupancy(times)`: {(strategy, block, state): (time, draw)} at given times in years since the block's start."""

    def __init__(self, times: Sequence[float], name: str = "occupancy") -> None:
        self.times = tuple(times)
        self.name = name

    def wants(self, block: Block) -> list[str]:
        """Every state."""
        return [f"occupancy[{state}]" for state in _states(block)]

    def start(self, block: Block, draws: int) -> dict[str, Array]:
        """A row for each time; a time past the horizon stays not a number."""
        return {name: np.full((len(self.times), draws), np.nan) for name in self.wants(block)}

    def take(self, store: Any, block: Block, first: int, values: Mapping[str, Array]) -> None:
        """Copy the rows that are asked for."""
        assert block.clock is not None
        for k, time in enumerate(self.times):
            row = round(time * block.clock.per_year) - first
            for name, x in values.items():
                if 0 <= row < len(x):
                    store[name][k] = x[row]

    def join(self, blocks: Sequence[Block], stores: Mapping[str, Sequence[Any]]) -> dict[tuple[str, str, str], Array]:
        """By strategy, block and state."""
        return {
            (block.strategy, block.name, state): np.concatenate([c[f"occupancy[{state}]"] for c in stores[block.name]], axis=1)
            for block in blocks for state in _states(block)
        }  # fmt: skip


class OneDraw:
    """`one_draw`: {block: {name: values (row,)}} of every formula, occupancy and move of a run of one draw, as explaining a
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
        return [*names, *(f"occupancy[{s}]" for s in _states(block)), *(f"moves[{move}]" for move in moves)]

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
    """`occupancy`: as Occupancy, at every whole year up to 100; years past a block's horizon are not numbers."""

    def __init__(self) -> None:
        super().__init__([float(year) for year in range(101)])


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
