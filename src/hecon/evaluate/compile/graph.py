"""The graph a program becomes when it meets its draws: every distinct operation once, shared by blocks and strategies.

A node's axes say how large its value is: a number, (draw,), (cycle, draw), (tunnel, draw); the draw axis is left out
where nothing uncertain is used, so that a fixed discount factor is computed once and not once per draw.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite, isnan, nan
from typing import Any

import numpy as np

from hecon.errors import ModelError
from hecon.evaluate.compile.algebra import log_of, merged
from hecon.formula.functions import PRIMITIVES

CYCLE, TUNNEL, DRAW, AFTER = 1, 2, 4, 8  # AFTER: known only when the last cycle has passed

REDUCING = ("sum", "periods", "at", "largest", "smallest")
VECTOR_OPS = ("state", "count", "dwell", "dwell_next")  # a cohort's own: their payload is (vector, position)
SURE = "sure"  # what an operation needs besides where its arguments are numbers for sure: the quicker spelling will do
# numbers as long as their arguments are; all others may be none (a look-up outside its table, 0 / 0, log(-1), exp(1000) * 0)
_NUMBERS = {
    "input",
    "cycle",
    "state_time",
    "weight",
    *VECTOR_OPS,
    "cumulative",
    "next",
    "time_in",
    "tunnel_time",
    *REDUCING,
}
_NUMBERS |= {"+", "-", "*", "neg", "abs", "min", "max", "floor", "ceil", "round", "where"}
_TRUTHS = {"<", "<=", ">", ">=", "==", "!=", "and", "or", "not"}  # 1 or 0
_NUMBERS |= _TRUTHS


@dataclass(frozen=True)
class Op:
    """One operation: its arguments (positions of earlier nodes), what it needs besides, its axes and its clock."""

    op: str
    args: tuple[int, ...]
    payload: object
    axes: int
    cycles: int


@dataclass(frozen=True)
class Vector:
    """A state vector in the graph: entries {(from, to): node}, start nodes, tunnel lengths by state, all by position.

    `block` names a block that has it, for error messages.
    """

    by: str
    size: int
    entries: tuple[tuple[tuple[int, int], int], ...]
    start: tuple[int, ...]
    tunnels: tuple[tuple[int, int, str], ...]
    cycles: int
    per_year: float
    varies: bool
    changes: bool
    block: str


class Graph:
    """Nodes in an order in which arguments come first; equal nodes are one node."""

    def __init__(self) -> None:
        self.nodes: list[Op] = []
        self.vectors: list[Vector] = []
        self._sure: list[bool] = []
        self._known: dict[tuple[object, ...], int] = {}
        self._known_vectors: dict[tuple[object, ...], int] = {}

    def add(self, op: str, args: tuple[int, ...] = (), payload: object = None, axes: int = 0, cycles: int = 0) -> int:
        """The position of a node, new or known; axes and clock of the arguments are taken over."""
        key = (op, args, payload, cycles if not args else 0)
        if key in self._known:
            return self._known[key]
        for arg in args:
            axes |= self.nodes[arg].axes
            cycles = cycles or self.nodes[arg].cycles
        if op in REDUCING:
            axes = axes & DRAW | AFTER
        elif op in ("dwell", "dwell_next"):
            axes &= ~TUNNEL
        self.nodes.append(Op(op, args, payload, axes, cycles))
        sure = op in _NUMBERS or (isinstance(payload, float) and isfinite(payload))
        self._sure.append(sure and all(self._sure[arg] for arg in args))
        self._known[key] = len(self.nodes) - 1
        return self._known[key]

    def number(self, value: float) -> int:
        """A constant; not a number is one node too, though it equals nothing."""
        return self.add("number", payload=nan if isnan(value) else float(value))

    def rows(self, cycles: int) -> int:
        """The node of the number of rows of a clock."""
        return self.number(cycles + 1.0)

    def apply(self, op: str, *args: int) -> int:
        """A primitive on nodes; numbers are computed at once, and x * 1, x + 0, x - 0, x / 1, x ** 1, 1 - (1 - x) are x; so is
        1 if x else 0 for a condition x. What algebra.py knows is spelled with fewer large operations.
        """
        values = [self.nodes[arg].payload if self.nodes[arg].op == "number" else None for arg in args]
        if all(value is not None for value in values):
            with np.errstate(all="ignore"):  # what is not finite is refused by name, where it is used
                return self.number(PRIMITIVES[op].numpy(*values))
        if op in "*+" and values[0] == (1.0 if op == "*" else 0.0):
            return args[1]
        if (op in ("*", "/", "**") and values[1] == 1.0) or (op in ("+", "-") and values[1] == 0.0):
            return args[0]
        if op == "where" and values[1:] == [1.0, 0.0] and self.nodes[args[0]].op in _TRUTHS:
            return args[0]
        if (
            op == "-"
            and values[0] is not None
            and self.nodes[args[1]].op == "-"
            and self.nodes[args[1]].args[0] == args[0]
        ):
            return self.nodes[args[1]].args[1]
        if op == "neg" and self.nodes[args[0]].op == "*":
            minus = self.number(-1.0)
            factors = merged(self, args[0], minus)
            return self.add(op, args) if minus in factors else self._times(*factors)
        if op == "*":
            return self._times(*args)
        if op == "**" and self.nodes[args[1]].op == "exp" and (log := log_of(self, args[0])) is not None:
            return self.apply(
                "exp", self.apply("*", args[1], log)
            )  # (t / exp(scale)) ** exp(shape), as in Weibull curves
        sure = PRIMITIVES[op].sure is not None and all(self._sure[arg] for arg in args)
        return self.add(op, args, SURE if sure else None)

    def certain(self, node: int) -> bool:
        """Whether a node is the same in every draw (and tunnel)."""
        return not self.nodes[node].axes & (DRAW | TUNNEL)

    def steady(self, node: int) -> bool:
        """Whether a node is the same in every cycle (and tunnel)."""
        return not self.nodes[node].axes & (CYCLE | TUNNEL)

    def product(self, factors: Iterable[int]) -> int:
        """The product of nodes, numbers that hold for every draw and cycle first."""
        result = self.number(1.0)
        for factor in factors:
            result = self.apply("*", result, factor)
        return result

    def state(self, vector: int, position: int) -> int:
        """Occupancy of a state, per cycle."""
        v = self.vectors[vector]
        return self.add("state", payload=(vector, position), axes=CYCLE | (DRAW if v.varies else 0), cycles=v.cycles)

    def time_in(self, occupied: int, factor: int, method: str, each_end: bool, cycles: int) -> int:
        """Time spent in a state during each interval, in cycles, discounted: `factor` is that of the row, with which
        each end is discounted at its own time (`each_end`), or that of the whole interval.
        """
        return self.add("time_in", (occupied, factor), (method, each_end, cycles), axes=CYCLE, cycles=cycles)

    def vector(self, vector: Vector) -> int:
        """The position of a state vector, new or known: equal cohorts of two strategies are computed once."""
        key = (vector.by, vector.size, vector.entries, vector.start, vector.tunnels, vector.cycles, vector.per_year)
        if key not in self._known_vectors:
            self.vectors.append(vector)
            self._known_vectors[key] = len(self.vectors) - 1
        return self._known_vectors[key]

    def factors(self, node: int) -> tuple[list[int], list[int]]:
        """A product taken apart: its numerator's and its denominator's factors that use the clock are kept apart
        from those that do not: (per cycle, constant over cycles).
        """
        op = self.nodes[node]
        if op.op == "*":
            parts = [self.factors(arg) for arg in op.args]
            return parts[0][0] + parts[1][0], parts[0][1] + parts[1][1]
        if op.op == "neg":
            cycle, constant = self.factors(op.args[0])
            return cycle, [*constant, self.number(-1.0)]
        if op.op == "/" and not self.nodes[op.args[1]].axes & CYCLE:
            cycle, constant = self.factors(op.args[0])
            return cycle, [*constant, self.apply("/", self.number(1.0), op.args[1])]
        return ([node], []) if op.axes & CYCLE else ([], [node])

    def linear_in_cycle(self, node: int) -> tuple[float, int] | None:
        """Slope and intercept (a node) of a node that is a straight line in the cycle, or None."""
        op = self.nodes[node]
        if op.op == "cycle":
            return 1.0, self.number(0.0)
        if not op.axes & CYCLE:
            return 0.0, node
        if op.op in ("+", "-"):
            left, right = self.linear_in_cycle(op.args[0]), self.linear_in_cycle(op.args[1])
            if left and right:
                sign = 1.0 if op.op == "+" else -1.0
                return left[0] + sign * right[0], self.apply(op.op, left[1], right[1])
        if op.op == "/" and self.nodes[op.args[1]].op == "number":
            left = self.linear_in_cycle(op.args[0])
            if left:
                value = self.nodes[op.args[1]].payload
                assert isinstance(value, float)
                return left[0] / value, self.apply("/", left[1], op.args[1])
        return None

    def sum(self, factors: Iterable[int]) -> int:
        """The sum over rows of a product: what is constant over cycles is taken out of it."""
        cycle: list[int] = []
        constant: list[int] = []
        for factor in factors:
            more, fixed = self.factors(factor)
            cycle += more
            constant += fixed
        if len(cycle) == 1 and (rows := self._rows_of(cycle[0])):
            return self.sum([*constant, *rows])
        core = self.add("sum", tuple(sorted(cycle)))
        return self.product([*constant, core])

    def _rows_of(self, node: int) -> list[int]:
        """Time spent in a state, added up by itself, as rows with weights: occupancy, weight, discount; [] if it is not that."""
        op = self.nodes[node]
        if op.op != "time_in":
            return []
        payload: Any = op.payload
        method, each_end, cycles = payload
        if not each_end and self.nodes[op.args[1]].axes & CYCLE:
            return []
        weight = self.add("weight", (self.add("cycle", axes=CYCLE, cycles=cycles),), (method, cycles))
        return [op.args[0], weight, op.args[1]]

    def by_period(self, node: int, layout: object, offset: int) -> Iterator[tuple[int, int]]:
        """The sums by period of a node per cycle, as (factor, sum): what is constant over cycles is taken out of them.

        `layout` says how rows lie over periods, `offset` is the node of the years to row 0.
        """
        op = self.nodes[node]
        if op.op in ("+", "-") and all(self.nodes[arg].axes & CYCLE for arg in op.args):
            yield from self.by_period(op.args[0], layout, offset)
            for factor, total in self.by_period(op.args[1], layout, offset):
                yield self.apply("*", factor, self.number(1.0 if op.op == "+" else -1.0)), total
            return
        cycle, constant = self.factors(node)
        axes = self.nodes[offset].axes & DRAW
        yield self.product(constant), self.add("periods", tuple(sorted(cycle)), layout, axes=axes)

    def arguments(self, node: int) -> Iterable[int]:
        """All nodes a node needs: its arguments and, for a state, its vector's entries and starts."""
        op = self.nodes[node]
        if op.op in VECTOR_OPS:
            vector = self.vectors[op.payload[0]]  # type: ignore[index]  # the payload of these is (vector, position)
            return (*op.args, *(entry for _, entry in vector.entries), *vector.start)
        return op.args

    def looks_ahead(self, node: int) -> bool:
        """Whether a node needs the row below: it stands on a `next` with no running sum in between."""
        seen: set[int] = set()  # a chain of formulas that each use the one before in two places has 2^n paths
        queue = [node]
        while queue:
            one = queue.pop()
            op = self.nodes[one]
            if op.op == "next":
                return True
            if one not in seen and op.op != "cumulative":
                seen.add(one)
                queue += op.args
        return False

    def needed(self, outputs: Iterable[int]) -> set[int]:
        """The nodes that must be computed for the outputs."""
        found: set[int] = set()
        queue = list(outputs)
        while queue:
            node = queue.pop()
            if node not in found:
                found.add(node)
                queue += self.arguments(node)
        return found

    def _times(self, x: int, y: int) -> int:
        """X * y; a tunnel state times something that depends on state_time is summed over its tunnels at once."""
        if (self.nodes[x].axes | self.nodes[y].axes) & TUNNEL:
            parts = [*self._parts(x), *self._parts(y)]
            held = self._held(parts)
            if held is not None:
                by_time = self.product([k for k in parts if self.nodes[k].axes & TUNNEL])
                rest = [k for k in parts if k != held and not self.nodes[k].axes & TUNNEL]
                return self.product([self._over_tunnels(held, by_time), *rest])
        else:
            x, y = merged(self, x, y)
        return self.add("*", (x, y))

    def _held(self, parts: list[int]) -> int | None:
        """The factor over whose tunnels a product is summed: the state's own time or transitions before any occupancy."""
        for ops in (("time_in", "tunnel_time"), ("dwell",), ("state",)):
            found = [k for k in parts if self.nodes[k].op in ops and self._tunnelled(k)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _tunnelled(self, node: int) -> bool:
        """Whether a node stands for a state that remembers its duration."""
        op = self.nodes[node]
        if op.op in ("time_in", "tunnel_time"):
            return self._tunnelled(op.args[0])
        if op.op not in ("state", "dwell"):
            return False
        payload: Any = op.payload
        vector, position = payload
        return any(position == one for one, _, _ in self.vectors[vector].tunnels)

    def _over_tunnels(self, held: int, by_time: int) -> int:
        """What a state's tunnels hold times what depends on them, added up; of a flow at both ends of each interval."""
        op = self.nodes[held]
        if op.op == "tunnel_time":
            return self.add(
                "tunnel_time", (*(self._over_tunnels(k, by_time) for k in op.args[:2]), op.args[2]), op.payload
            )
        if op.op == "time_in":
            if op.payload[0] == "simpson":  # type: ignore[index]  # the method
                raise ModelError(
                    "within_cycle='simpson' has no place for amounts that depend on state_time: use half-cycle"
                )
            state = self.nodes[op.args[0]]
            first, last = (self._dwell(which, state, [by_time]) for which in ("dwell", "dwell_next"))
            return self.add("tunnel_time", (first, last, op.args[1]), op.payload)
        return self._dwell("dwell_next" if op.op == "dwell_next" else "dwell", op, [*op.args, by_time])

    def _dwell(self, which: str, state: Op, factors: list[int]) -> int:
        by_time = self.product(factors)
        if any(self.nodes[k].op in VECTOR_OPS for k in self.needed([by_time])):
            raise ModelError(
                "what depends on state_time may not depend on the cohort too, unless as a factor of its own: write"
                ' occupancy["..."] * (...), with no state_time in the one and no occupancy in the other'
            )
        axes = CYCLE | (state.axes | self.nodes[by_time].axes) & DRAW
        return self.add(which, (by_time,), state.payload, axes=axes, cycles=state.cycles)

    def _parts(self, node: int) -> list[int]:
        """The factors of a product, all of them; a quotient's divisor that has no tunnels is one."""
        op = self.nodes[node]
        if op.op == "/" and self.nodes[op.args[0]].axes & TUNNEL and not self.nodes[op.args[1]].axes & TUNNEL:
            return [*self._parts(op.args[0]), self.apply("/", self.number(1.0), op.args[1])]
        return [part for arg in op.args for part in self._parts(arg)] if op.op == "*" else [node]
