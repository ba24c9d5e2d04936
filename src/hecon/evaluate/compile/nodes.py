"""Names and trees as nodes of the graph: a formula is looked up from its block outwards, macros are expanded, what a
structure knows of its cohort (occupancy, transitions, sums over cycles) is put in its place.
"""

from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import ModelError, nearest
from hecon.evaluate.compile.arrays import constant
from hecon.evaluate.compile.graph import AFTER, CYCLE, DRAW, TUNNEL, VECTOR_OPS, Graph, Vector
from hecon.evaluate.horizon import place_of
from hecon.formula.functions import PRIMITIVES
from hecon.formula.macros import expand
from hecon.formula.program import Block, Formula, Program
from hecon.formula.syntax import Call, Name, Node, Number, Text

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_PI = 3.141592653589793


class Nodes:
    """The nodes of one program with one set of draws."""

    def __init__(self, program: Program, draws: "Draws") -> None:
        self.program = program
        self.draws = draws
        self.graph = Graph()
        self.vectors: dict[str, int] = {}
        self.prices = tuple(draws.book.settings.get("price_parameters", "").split())
        self.decided: dict[str, str] = {}  # prices that a time was taken from, with the place
        self._known: dict[tuple[str, str, int], int] = {}

    def tunnel(self, block: Block, where: str) -> int:
        """The number of tunnels of the state a term stands for (of the state left, for a transition)."""
        state = where.split(" -> ")[0]
        return block.states.tunnels[state].length if block.states and state in block.states.tunnels else 0

    def named(self, block: Block, name: str, tunnel: int) -> int:
        """The node of a name as seen from a block: reserved, formula or input."""
        if name == "cycle" and block.clock:
            return self.graph.add("cycle", axes=CYCLE, cycles=block.clock.cycles)
        if name == "state_time" and block.clock:
            if not tunnel:
                raise ModelError("state_time is known only for states declared in tunnels=")
            return self.graph.add("state_time", payload=(tunnel, block.clock.per_year), axes=TUNNEL)
        home: Block | None = block
        while home is not None and name not in home.formulas:
            home = self.program.block(home.parent) if home.parent else None
        if home is not None:
            key = (home.name, name, tunnel)
            if key not in self._known:
                self._known[key] = self.node(home, expand(home.formulas[name].tree), tunnel)
            return self._known[key]
        if name == "pi":
            return self.graph.number(_PI)
        return self.input(name)

    def cycles(self, block: Block) -> int:
        """The node of a block's number of cycles."""
        assert block.clock is not None
        return self.graph.number(float(block.clock.cycles))

    def input(self, name: str) -> int:
        """The node of an input."""
        return self.graph.add("input", payload=name, axes=DRAW if np.ndim(self.draws[name]) else 0)

    def node(self, block: Block, tree: Node, tunnel: int = 0) -> int:
        """The node of a tree whose macros are expanded."""
        match tree:
            case Number(value=value):
                return self.graph.number(value)
            case Name(name=name):
                return self.named(block, name, tunnel)
            case Text(value=word):
                raise ModelError(f'"{word}" stands where a number is needed')
            case Call(op=("sum" | "at" | "largest" | "smallest" | "by_year") as op, args=args):
                return self.reduction(block, op, args, tunnel)
            case Call(op="cumulative", args=(inner,)):
                return self.cumulative(block, inner)
            case Call(op="next", args=(inner,)):
                return self.next(block, inner)
            case Call(op="occupancy", args=(Text(value=state),)):
                return self.occupancy(block, state)
            case Call(op="transitions", args=(Text(value=move),)):
                return self.move(block, move)
            case Call(op="time_in", args=(occupied, Text(value=method), start, end)):
                assert block.clock is not None
                first, last = self.node(block, start), self.node(block, end)
                here = self.node(block, occupied)
                return self.graph.time_in(here, first, method, first != last, block.clock.cycles)
            case Call(op="flow_weight", args=(Text(value=method), row, _)):
                assert block.clock is not None
                return self.graph.add("weight", (self.node(block, row),), (method, block.clock.cycles))
            case Call(op="lookup", args=(Text(value=table), Text(value=column), index)):
                return self.graph.add("lookup", (self.node(block, index, tunnel),), (table, self.column(table, column)))
            case Call(op="interp", args=(Name(name=table), *rest)):
                column = rest[0].value if isinstance(rest[0], Text) else ""
                return self.graph.add(
                    "interp", (self.node(block, rest[-1], tunnel),), (table, self.column(table, column))
                )
            case Call(op="life_survivors", args=(Name(name=table), Text(value=column), at)):
                return self.graph.add(
                    "life_survivors", (self.node(block, at, tunnel),), (table, self.column(table, column))
                )
            case Call(op="where", args=(condition, yes, no)):
                test = self.node(block, condition, tunnel)
                decided = constant(self.graph, test, self.draws)
                if decided is not None and isnan(decided):
                    return test
                if decided is not None and not self.prices_in(test):  # a switch, the same in every draw and cycle
                    return self.node(block, yes if decided else no, tunnel)
                return self.graph.apply("where", test, self.node(block, yes, tunnel), self.node(block, no, tunnel))
            case Call(op=op, args=args) if op in PRIMITIVES:
                return self.graph.apply(op, *(self.node(block, arg, tunnel) for arg in args))
            case Call(op=op):
                raise ModelError(f"{op} cannot be used here")

    def cumulative(self, block: Block, inner: Node) -> int:
        """The sum of a formula over the rows before each row."""
        node = self.node(block, inner)
        if self.graph.nodes[node].axes & TUNNEL or not block.clock:
            raise ModelError("cumulative(x) adds up over cycles; x may not depend on state_time")
        return self.graph.add("cumulative", (node,), axes=CYCLE, cycles=block.clock.cycles)

    def next(self, block: Block, inner: Node) -> int:
        """A formula's value in the row below."""
        node = self.node(block, inner)
        op = self.graph.nodes[node]
        if not op.axes & CYCLE:
            return node
        if op.axes & TUNNEL or any(self.graph.nodes[k].op in VECTOR_OPS for k in self.graph.needed([node])):
            raise ModelError(
                "next(x): x may depend neither on the cohort, which is known row by row, nor on state_time"
            )
        if self.graph.looks_ahead(node):
            raise ModelError("next(x): x stands on another next(); only cumulative() may come between them")
        return self.graph.add("next", (node,))

    def occupancy(self, block: Block, state: str) -> int:
        """The share of the cohort in a state, per cycle."""
        if block.occupied:
            if state not in block.occupied:
                raise ModelError(f"no state '{state}' here{nearest(state, block.occupied)}")
            share = self.node(block, expand(block.occupied[state].tree))
            return self.graph.apply("*", share, self.node(block, expand(block.mass)))
        return self.graph.state(self.vector(block), self.position(block, state))

    def column(self, table: str, column: str) -> str:
        """The column of a table that a look-up reads: the one named, or the only one."""
        columns = self.draws.book.tables[table].columns
        return column or next(iter(columns))

    def position(self, block: Block, state: str) -> int:
        """The place of a state in its block's vector."""
        states = block.states.states if block.states else ()
        if state not in states:
            raise ModelError(f"no state '{state}' here{nearest(state, states)}")
        return states.index(state)

    def vector(self, block: Block) -> int:
        """The state vector of a block, shared with every block whose cohort is the same."""
        if block.name in self.vectors:
            return self.vectors[block.name]
        states, clock = block.states, block.clock
        if states is None or clock is None:
            raise ModelError("only a structure with states has occupancy and transitions")
        place = {state: k for k, state in enumerate(states.states)}
        entries = tuple(
            ((place[a], place[b]), self.entry(block, formula, self.tunnel(block, a)))
            for (a, b), formula in states.entries.items()
        )
        start = tuple(self.node(block, expand(states.start[state])) for state in states.states)
        axes = 0
        for node in (*(entry for _, entry in entries), *start):
            axes |= self.graph.nodes[node].axes
        if axes & AFTER:
            raise ModelError("a transition depends on a reduction over cycles, which is known only after the last one")
        if states.by == "rate" and states.tunnels:
            raise ModelError(
                "tunnels need transitions=, probabilities per cycle; rates= has none: write each rate r of a state as"
                " competing_prob(r, r + the state's other rates, cycle_years)"
            )
        tunnels = tuple((place[state], tunnel.length, tunnel.last) for state, tunnel in states.tunnels.items())
        self.vectors[block.name] = self.graph.vector(Vector(
            states.by, len(place), entries, start, tunnels, clock.cycles, clock.per_year,
            varies=bool(axes & DRAW), changes=bool(axes & CYCLE), block=block.name,
        ))  # fmt: skip
        return self.vectors[block.name]

    def entry(self, block: Block, formula: Formula, tunnel: int) -> int:
        """The probability or rate of a transition; what is wrong with it is told with its name."""
        try:
            return self.node(block, expand(formula.tree), tunnel)
        except ModelError as error:
            raise ModelError(f"{formula.name}: {error}") from None

    def move(self, block: Block, move: str) -> int:
        """The share of the cohort that makes a move in a cycle; nothing in the last row."""
        if block.occupied:
            return self.moved(block, move)
        vector = self.vector(block)
        v = self.graph.vectors[vector]
        ends = [end.strip() for end in move.split("->")]
        if len(ends) != 2:
            raise ModelError(f"'{move}' is not a transition 'a -> b'")
        pair = (self.position(block, ends[0]), self.position(block, ends[1]))
        entry = dict(v.entries).get(pair)
        if entry is None:
            raise ModelError(f"there is no transition '{move}' in {block.name}")
        if v.by == "rate":
            axes = CYCLE | (DRAW if v.varies else 0)
            return self.graph.add("count", payload=(vector, pair), axes=axes, cycles=v.cycles)
        row = self.graph.add("cycle", axes=CYCLE, cycles=v.cycles)
        state = self.graph.state(vector, pair[0])
        if self.graph.nodes[entry].axes & CYCLE:
            used = self.graph.apply("<", row, self.cycles(block))
            return self.graph.apply("*", state, self.graph.apply("where", used, entry, self.graph.number(0.0)))
        weight = self.graph.add("weight", (row,), ("start", v.cycles))
        return self.graph.apply("*", self.graph.apply("*", state, entry), weight)

    def moved(self, block: Block, move: str) -> int:
        """A transition of a partitioned cohort, whose transitions are formulas."""
        if move not in block.moved or block.clock is None:
            raise ModelError(f"'{move}' is not known in {block.name} (known: {', '.join(block.moved) or 'none'})")
        row = self.graph.add("cycle", axes=CYCLE, cycles=block.clock.cycles)
        used = self.graph.apply("<", row, self.cycles(block))
        share = self.graph.apply(
            "*", self.node(block, expand(block.moved[move].tree)), self.node(block, expand(block.mass))
        )
        return self.graph.apply("where", used, share, self.graph.number(0.0))

    def reduction(self, block: Block, op: str, args: tuple[Node, ...], tunnel: int) -> int:
        """sum(x), sum(x, from, to), at(x, years), largest(x), smallest(x)."""
        if not block.clock:
            raise ModelError(f"{op}() adds up over cycles and needs a structure with a clock")
        if op == "by_year":
            raise ModelError("by_year(x) is a table: use it alone, in report={...}")
        place = self.place(block, args[1]) if op == "at" else (0, 0.0)
        node = self.node(block, args[0], tunnel)
        if self.graph.nodes[node].axes & TUNNEL:
            raise ModelError(
                f"{op}(x): x differs by the time since entry, and nothing says over whom it is added up: multiply it by the"
                " share in that state alone"
            )
        if op == "sum" and len(args) == 3:
            tiny = Number(1e-9)
            inside = Call("and", (
                Call(">=", (Name("t"), Call("-", (args[1], tiny)))), Call("<", (Name("t"), Call("-", (args[2], tiny)))),
            ))  # fmt: skip
            node = self.graph.apply("where", self.node(block, inside), node, self.graph.number(0.0))
        elif len(args) == 3 or (op == "sum" and len(args) == 2):
            raise ModelError("sum takes sum(x) or sum(x, from, to), from and to in years")
        if not self.graph.nodes[node].axes & CYCLE:
            if op != "sum":
                return node
            rows = self.graph.apply("+", self.cycles(block), self.graph.number(1.0))
            return self.graph.apply("*", node, rows)
        if op == "sum":
            return self.sum_of(node)
        if op == "at":
            return self.in_row(node, *place)
        return self.graph.add(op, (node,))

    def sum_of(self, node: int) -> int:
        """The sum over rows, taken apart into sums of products."""
        op = self.graph.nodes[node]
        if op.op in ("+", "-") and all(self.graph.nodes[arg].axes & CYCLE for arg in op.args):
            return self.graph.apply(op.op, self.sum_of(op.args[0]), self.sum_of(op.args[1]))
        return self.graph.sum((node,))

    def in_row(self, node: int, row: int, share: float) -> int:
        """The value in a row, or so far on the straight line to the next."""
        here = self.graph.add("at", (node,), row)
        if not share:
            return here
        after = self.graph.apply("*", self.graph.number(share), self.graph.add("at", (node,), row + 1))
        return self.graph.apply("+", self.graph.apply("*", self.graph.number(1 - share), here), after)

    def place(self, block: Block, years: Node) -> tuple[int, float]:
        """The row at a time in years, the same in all draws, and the share of the cycle after it."""
        time = self.node(block, years)
        value = constant(self.graph, time, self.draws)
        if value is None:
            raise ModelError("at(x, years): the time may not differ between draws")
        if isnan(value):
            raise ModelError("at(x, years): the time is not a number; a look-up outside its table gives none")
        self.decided |= dict.fromkeys(self.prices_in(time), f"{block.name}, at(x, years)")
        return place_of(block, value)

    def prices_in(self, node: int) -> set[str]:
        """The declared prices that a node depends on: they may change after the run, so nothing is decided by them."""
        if not self.prices:
            return set()
        inputs = {self.graph.nodes[k].payload for k in self.graph.needed([node]) if self.graph.nodes[k].op == "input"}
        return {name for name in self.prices if name in inputs}
