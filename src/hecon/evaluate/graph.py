"""The graph a program becomes when it meets its draws: every distinct operation once, shared by blocks and strategies.

A node's axes say how large its value is: a number, (draw,), (cycle, draw), (tunnel, draw); the draw axis is left out
where nothing uncertain is used, so that a fixed discount factor is computed once and not once per draw.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hecon.formula.functions import PRIMITIVES

CYCLE, TUNNEL, DRAW, AFTER = 1, 2, 4, 8  # AFTER: known only when the last cycle has passed

REDUCING = ("sum", "periods", "at", "largest", "smallest")


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
        elif op == "dwell":
            axes &= ~TUNNEL
        self.nodes.append(Op(op, args, payload, axes, cycles))
        self._known[key] = len(self.nodes) - 1
        return self._known[key]

    def number(self, value: float) -> int:
        """A constant."""
        return self.add("number", payload=float(value))

    def apply(self, op: str, *args: int) -> int:
        """A primitive on nodes; numbers are computed at once, and x * 1, x + 0, x - 0, x / 1 and x ** 1 are x."""
        values = [self.nodes[arg].payload if self.nodes[arg].op == "number" else None for arg in args]
        if all(value is not None for value in values):
            return self.number(PRIMITIVES[op].numpy(*values))
        if op in "*+" and values[0] == (1.0 if op == "*" else 0.0):
            return args[1]
        if (op in ("*", "/", "**") and values[1] == 1.0) or (op in ("+", "-") and values[1] == 0.0):
            return args[0]
        if op == "*":
            return self._times(*args)
        return self.add(op, args)

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

    def derivative(self, node: int, name: str) -> int | None:
        """The derivative of a node by an input it is linear in, as a node; None when it is not linear in it."""
        memo: dict[int, int | None] = {}
        zero = self.number(0.0)

        def uses(k: int, seen: dict[int, bool]) -> bool:
            if k not in seen:
                op = self.nodes[k]
                seen[k] = (op.op == "input" and op.payload == name) or any(uses(arg, seen) for arg in self.arguments(k))
            return seen[k]

        used: dict[int, bool] = {}

        def by(k: int) -> int | None:
            if k not in memo:
                memo[k] = rule(k)
            return memo[k]

        def rule(k: int) -> int | None:
            op = self.nodes[k]
            if not uses(k, used):
                return zero
            if op.op == "input":
                return self.number(1.0)
            inner = [by(arg) for arg in op.args]
            if any(one is None for one in inner):
                return None
            d = [one for one in inner if one is not None]
            if op.op in ("+", "-"):
                return self.apply(op.op, d[0], d[1]) if d[0] != zero or op.op == "-" else d[1]
            if op.op == "neg":
                return self.apply("neg", d[0])
            if op.op == "*" and (d[0] == zero or d[1] == zero):
                return self.apply("*", op.args[0], d[1]) if d[0] == zero else self.apply("*", d[0], op.args[1])
            if op.op == "/" and d[1] == zero:
                return self.apply("/", d[0], op.args[1])
            if op.op == "where" and d[0] == zero:
                return self.apply("where", op.args[0], d[1], d[2])
            if op.op == "dwell":
                return self.add("dwell", (d[0],), op.payload, axes=op.axes, cycles=op.cycles)
            if op.op in ("at", "next"):
                return self.add(op.op, (d[0],), op.payload, axes=op.axes)
            if op.op == "sum":
                changed = [i for i, one in enumerate(d) if one != zero]
                if len(changed) == 1:
                    args = tuple(d[i] if i == changed[0] else arg for i, arg in enumerate(op.args))
                    return self.sum(args)
            return None

        return by(node)

    def sum(self, factors: Iterable[int]) -> int:
        """The sum over rows of a product: what is constant over cycles is taken out of it."""
        cycle: list[int] = []
        constant: list[int] = []
        for factor in factors:
            more, fixed = self.factors(factor)
            cycle += more
            constant += fixed
        core = self.add("sum", tuple(sorted(cycle)))
        return self.product([*constant, core])

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
        if op.op in ("state", "count", "dwell"):
            vector = self.vectors[op.payload[0]]  # type: ignore[index]  # the payload of these is (vector, position)
            return (*op.args, *(entry for _, entry in vector.entries), *vector.start)
        return op.args

    def looks_ahead(self, node: int) -> bool:
        """Whether a node needs the row below: it stands on a `next` with no running sum in between."""
        op = self.nodes[node]
        return op.op == "next" or (op.op != "cumulative" and any(self.looks_ahead(arg) for arg in op.args))

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
            held = [k for k in parts if self.nodes[k].op in ("state", "dwell")]
            if len(held) == 1:
                op = self.nodes[held[0]]
                by_time = self.product([*op.args, *(k for k in parts if self.nodes[k].axes & TUNNEL)])
                axes = CYCLE | (op.axes | self.nodes[by_time].axes) & DRAW
                dwell = self.add("dwell", (by_time,), op.payload, axes=axes, cycles=op.cycles)
                return self.product([dwell, *(k for k in parts if k != held[0] and not self.nodes[k].axes & TUNNEL)])
        return self.add("*", (x, y))

    def _parts(self, node: int) -> list[int]:
        """The factors of a product, all of them."""
        op = self.nodes[node]
        return [part for arg in op.args for part in self._parts(arg)] if op.op == "*" else [node]
