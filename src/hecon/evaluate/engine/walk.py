"""A cohort's way through the tiles: each row's entries are gathered, checked and applied; only states that matter are walked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.compile.arrays import Array, add_rows
from hecon.evaluate.compile.graph import CYCLE, DRAW, TUNNEL
from hecon.evaluate.engine.check_probabilities import check_entries, check_mass, mixed_rows
from hecon.evaluate.engine.cohort import Cohort, uniformise, walk_rows
from hecon.evaluate.engine.plan import Plan

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws


class Walk:
    """One state vector for one chunk of draws."""

    def __init__(self, plan: Plan, number: int, values: Mapping[int, Any], draws: "Draws") -> None:
        vector = plan.graph.vectors[number]
        self.plan, self.number, self.vector, self.draws = plan, number, vector, draws
        followed = plan.followed(number)
        self.entries = [(pair, node) for pair, node in vector.entries if pair[0] in followed and pair[1] in followed]
        self.moves = list(vector.entries) if vector.by == "rate" else self.entries
        self.axes = {node: plan.graph.nodes[node].axes for _, node in vector.entries}
        width = draws.n if vector.varies else 1
        start = [values[node] for node in vector.start]
        self.complete = len(followed) == vector.size
        self.mass = sum(start[1:], start=start[0])
        self.cohort = Cohort(vector.size, start, {k: (n, last) for k, n, last in vector.tunnels}, width)
        self.width = width
        self.next = [
            np.broadcast_to(np.asarray(x, dtype=float), (width,)) for x in start
        ]  # the first row of the next tile

    def rows(
        self, first: int, count: int, values: Mapping[int, Any], tile: dict[int, Any], below: dict[int, Any]
    ) -> None:
        """Occupancy, sums over tunnels and counted moves of a tile's rows, put into `tile`; occupancy with one row more
        into `below` (past the horizon that row means nothing).
        """
        plan, vector = self.plan, self.vector
        last = first + count - 1 == vector.cycles
        occupied = [np.empty((count + 1, self.width)) for _ in range(vector.size)]
        for rows, x in zip(occupied, self.next, strict=True):
            rows[0] = x
        by_row_and_tunnel = {step.out for step in plan.inner[self.number]}
        given = {
            pair: tile[node] if node in tile else values[node]
            for pair, node in vector.entries
            if node not in by_row_and_tunnel
        }
        if first == 0 or vector.changes:
            check_entries(plan, self.number, given, first, count - last, self.draws)
        if self.cohort.tunnels or vector.by == "rate":
            self.row_by_row(occupied, given, first, count, values, tile)
        else:
            walk_rows(occupied, {pair: given[pair] for pair, _ in self.entries}, count - last)
        if self.complete:
            check_mass(plan, self.number, [rows[:count] for rows in occupied], self.mass, first, self.draws)
        self.next = [rows[count].copy() for rows in occupied]
        for node, k in plan.states.get(self.number, []):
            tile[node], below[node] = occupied[k][:count], occupied[k]

    def row_by_row(
        self, occupied: list[Array], given: Mapping[tuple[int, int], Any], first: int, count: int,
        values: Mapping[int, Any], tile: dict[int, Any],
    ) -> None:  # fmt: skip
        """The rows of a cohort with tunnels or rates, with its sums over tunnels and its counted moves."""
        plan, vector = self.plan, self.vector
        last = first + count - 1 == vector.cycles
        width = self.width
        if not self.cohort.tunnels:
            self.cohort.current = [rows[0] for rows in occupied]
        dwells, counts = plan.dwells.get(self.number, []), plan.counts.get(self.number, [])
        next_dwells = plan.next_dwells.get(self.number, [])
        inner = plan.inner[self.number]
        by_row = {pair for pair, node in self.moves if self.axes[node] & (CYCLE | TUNNEL) == CYCLE and pair in given}
        fixed = {pair: given[pair] for pair, _ in self.moves if pair in given and pair not in by_row}
        made_here = [(pair, node) for pair, node in self.moves if pair not in given]
        mixed = mixed_rows(plan, self.number)
        sums = {
            node: np.zeros((count, self.draws.n if plan.graph.nodes[node].axes & DRAW else width))
            for node, _, _ in plan.tunnel_sums(self.number)
        }
        tallies = {node: np.zeros((count, width)) for node, _ in counts}
        for r in range(count):
            here: dict[int, Any] = {}
            for step in inner:
                here[step.out] = step.function(*(self.seen(arg, r, here, values, tile) for arg in step.args))
            for node, state, weight in dwells:
                x = self.seen(weight, r, here, values, tile)
                sums[node][r] = add_rows(np.atleast_2d(self.cohort.current[state] * x))
            if r == count - 1 and last:
                break
            row = fixed | {pair: given[pair][min(r, len(given[pair]) - 1)] for pair in by_row}
            row |= {pair: here[node] for pair, node in made_here}
            row = {pair: row[pair] for pair, _ in self.moves}
            for state in mixed:
                leaving = {pair: x for pair, x in row.items() if pair[0] == state}
                check_entries(plan, self.number, leaving, first + r, 0, self.draws)
            if vector.by == "rate":
                self.step_rates(row, r, occupied, tallies)
            else:
                self.cohort.step(row, [rows[r + 1] for rows in occupied], vector.block)
            for node, state, weight in next_dwells:
                x = self.seen(weight, r, here, values, tile)
                sums[node][r] = self.reached(state, np.atleast_2d(x), first + r)
        tile.update(sums)
        tile.update(tallies)

    def reached(self, state: int, amount: Array, row: int) -> Array:
        """Amounts of an interval over the tunnels at its end. Who came during the run has that of the tunnel reached; who
        started the model here, and so is in a tunnel that nobody else has reached yet, has that of the interval's start.
        """
        there = self.cohort.current[state]
        total = add_rows(there * amount)
        if row + 1 < len(there) and len(amount) > 1:
            total = total + there[row + 1] * (amount[row] - amount[row + 1])
        return total

    def seen(
        self, node: int, r: int, here: Mapping[int, Any], values: Mapping[int, Any], tile: Mapping[int, Array]
    ) -> Any:
        """A value as row r sees it."""
        if node in here:
            return here[node]
        if node not in tile:
            return values[node]
        return tile[node] if self.plan.graph.nodes[node].axes & TUNNEL else tile[node][min(r, len(tile[node]) - 1)]

    def step_rates(
        self, row: Mapping[tuple[int, int], Any], r: int, occupied: list[Array], tallies: Mapping[int, Array]
    ) -> None:
        """One uniformised step; counted moves are written to the row."""
        counts = self.plan.counts.get(self.number, [])
        moves = {pair: rate / self.vector.per_year for pair, rate in row.items()}
        after, made = uniformise(self.cohort.current, moves, [pair for _, pair in counts], self.vector.block)
        for k, x in enumerate(after):
            occupied[k][r + 1] = x
            self.cohort.current[k] = occupied[k][r + 1]
        for node, pair in counts:
            tallies[node][r] = made[pair]
