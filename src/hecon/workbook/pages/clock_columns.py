"""The columns of a block with a clock that are not its formulas: rows that count, occupancy, moves.

Row k + 1 of a state is an explicit sum over the moves into it; a state that remembers its duration has a column per tunnel.
"""

from hecon.formula.program import Block, Formula, Tunnel
from hecon.formula.syntax import Call, Name, Node, Text
from hecon.workbook.pages.open_choices import METHODS
from hecon.workbook.pages.page import Column, Page, Ref, Scalar, Source
from hecon.workbook.pages.spelling import CYCLE, TUNNEL, Speller
from hecon.workbook.pages.time_columns import TimeColumns, legacy_weight

Cell = Scalar | Column


class ClockColumns:
    """Makes the columns of one block when a formula first asks for them."""

    def __init__(self, page: Page, block: Block, speller: Speller, method: str, choice: str) -> None:
        assert block.clock is not None
        self.page, self.block, self.speller, self.choice = page, block, speller, choice
        self.method = method
        self.made: dict[str, Cell] = {}
        self.states: dict[str, Column] = {}
        self.subs: dict[str, Column] = {}
        self.entries: dict[tuple[str, str], str] = {}
        self.bands: dict[tuple[str, str], str] = {}  # probabilities of all tunnels at once, where tunnels differ
        self.steps: dict[tuple[str, int], Column] = {}
        self.counted: dict[str, str] = {}  # under rates: time spent in a state within a cycle
        self.time = TimeColumns(self)
        speller.special |= {
            "occupancy": lambda call: self.cell(self.state(_word(call))),
            "moves": lambda call: self.cell(self.move(_word(call))),
            "time_in": lambda call: self.cell(self.time.spent(call)),
            "event_weight": lambda call: self.cell(self.event_weight(call.args[0])),
        }

    def cell(self, one: Cell, shift: int = 0) -> str:
        """A quantity in this row (or the one above)."""
        return self.page.register.token(Ref(self.page, one, "cell", shift))

    def _once(self, name: str, make: Cell) -> Cell:
        if name not in self.made:
            self.made[name] = make
            self.page.add(make)
        return self.made[name]

    def cycles(self) -> Scalar:
        """The live number of cycles: as many as are written, or fewer where Control shortens the horizon."""
        assert self.block.clock is not None
        per_year = f"{self.block.clock.per_year:.17g}"
        text = f"MIN({self.block.clock.cycles},ROUND({self.speller.twin.control('horizon')}*{per_year},0))"
        found = self._once("cycles", Scalar("cycles", text, Source(self.block.name, "tree", Name("cycles")),
                                            "live number of cycles, at most those written", "cycles"))  # fmt: skip
        assert isinstance(found, Scalar)
        return found

    def live(self) -> Column:
        """1 in the rows within the live horizon, else 0."""
        text = f"IF({self.row()}<={self.cell(self.cycles())},1,0)"
        written = "1 in rows within the horizon"
        return self.column("live row", text, Source(self.block.name, "live", None), written)

    def moving(self) -> Column:
        """1 in the rows from which the cohort still moves: all live rows but the last."""
        text = f"IF({self.row()}<{self.cell(self.cycles())},1,0)"
        return self.column("moving", text, Source(self.block.name, "moving", None), "1 in live rows but the last")

    def number(self) -> Scalar:
        """Which within-cycle method holds here: Control's, or the block's own."""
        own = METHODS.index(self.method) + 1 if self.method else 1
        text = f"IF({self.choice}>0,{self.choice},{own})" if self.choice else str(own)
        written = "1 start, 2 end, 3 half-cycle, 4 and 5 legacy, 6 simpson"
        found = self._once(
            "method", Scalar("within-cycle method", text, Source(self.block.name, "method", None), written)
        )
        assert isinstance(found, Scalar)
        return found

    def event_weight(self, row: Node) -> Column:
        """Weights of events: 1 except under the legacy methods, which weight events too."""
        here = self.row() if row == Name("cycle") else f"({self.row()}+1)"
        weight = legacy_weight(here, self.cell(self.cycles()))
        outside = f"OR({here}<0,{here}>{self.cell(self.cycles())})"
        text = f"CHOOSE({self.cell(self.number())},1,1,1,IF({outside},0,{weight}),IF({outside},0,1),1)"
        source = Source(self.block.name, "event weight", row)
        return self.column("weight of events", text, source, "1 but for the legacy methods")

    def row(self) -> str:
        """The number of this row."""
        return self.speller.name("cycle", "")

    def column(self, title: str, text: str, source: Source, written: str, group: str = "clock") -> Column:
        """A column by its title, made when first asked for."""
        found = self._once(title, Column(title, text, source, written, group))
        assert isinstance(found, Column)
        return found

    def state(self, state: str) -> Column:
        """Occupancy of a state."""
        self.all_states()
        return self.states[state]

    def all_states(self) -> None:
        """The columns of every state, once, in the order of declaration."""
        if self.states:
            return
        if self.block.occupied:
            self._partitioned()
            return
        vector = self.block.states
        assert vector is not None
        for state in vector.states:
            tunnel = vector.tunnels.get(state)
            if tunnel:
                self.subs[state] = Column(f"{state}, by tunnel", "", Source(self.block.name, "substate", (state, tunnel.length)),
                                          "share of the cohort, by cycles since entry", "states", width=tunnel.length)  # fmt: skip
                self.page.add(self.subs[state])
            self.states[state] = Column(
                state, "", Source(self.block.name, "state", state), "share of the cohort", "states"
            )
            self.page.add(self.states[state])
        if vector.by == "rate":
            from hecon.workbook.pages.rate_columns import write_rates

            write_rates(self)
            return
        for (a, b), entry in vector.entries.items():
            self.entry(a, b, entry)
        for state in vector.states:
            if state in vector.tunnels:
                self._tunnels(state, vector.tunnels[state])
            else:
                into = [self.flow(a, b, -1) for a, b in vector.entries if b == state]
                self.states[state].first = self.speller.text(vector.start[state])
                self.states[state].text = "+".join(into) or "0"
        self.add_up()

    def _partitioned(self) -> None:
        """Occupancy of a cohort split by curves: its share of those who enter."""
        mass = self.speller.name("mass", "")
        for state, formula in self.block.occupied.items():
            text = f"({self.speller.text(formula.tree)})*{mass}"
            column = Column(state, text, Source(self.block.name, "state", state), f"mass x {formula.text}", "states")
            self.states[state] = column
            self.page.add(column)
        self.add_up()

    def add_up(self) -> None:
        """The states added up: the mass of those who entered."""
        text = "+".join(self.cell(column) for column in self.states.values())
        column = Column(
            "all states",
            text,
            Source(self.block.name, "all states", tuple(self.states)),
            "adds up to the mass",
            "states",
        )
        self.made["all states"] = column
        self.page.add(column)

    def entry(self, a: str, b: str, formula: Formula) -> None:
        """The token of a transition's probability, in this row (and tunnel)."""
        vector = self.block.states
        assert vector is not None
        state = a if a in vector.tunnels else ""
        tree, source = formula.tree, Source(self.block.name, "tree", formula.tree)
        if isinstance(tree, Name) and not (state and self.speller.shape(tree, state) & TUNNEL):
            self.entries[a, b] = self.speller.name(tree.name, state)
            return
        rest = formula.unit == "rest"
        siblings = [e for e in vector.entries if e[0] == a and e != (a, b)]
        if rest:
            for other in siblings:
                if other not in self.entries:
                    self.entry(*other, vector.entries[other])
            text = "1-(" + "+".join(self.entries[one] for one in siblings) + ")" if siblings else "1"
        else:
            text = self.speller.text(tree, state)
        shape = self.speller.shape(tree, state)
        if rest and state and a == b and shape & TUNNEL:
            self.entries[a, b] = f"({text})"
            return
        title = f"{a} -> {b}"
        made: Cell
        if shape & TUNNEL:
            tunnelled = self.speller.make(title, tree, state, formula.text, formula.unit, tree, text)
            if isinstance(tunnelled, Column):
                tunnelled.group, tunnelled.last = "transitions", False
            self.entries[a, b] = self.page.register.token(Ref(self.page, tunnelled))
            self.bands[a, b] = self.page.band_of(tunnelled)
            return
        if shape & CYCLE:
            made = Column(title, text, source, " ".join(formula.text.split()), "transitions", last=False)
        else:
            made = Scalar(title, text, source, " ".join(formula.text.split()), "", "transitions")
        self.page.add(made)
        self.entries[a, b] = self.cell(made)

    def flow(self, a: str, b: str, shift: int = 0) -> str:
        """The share of the cohort that goes from a to b in a row's cycle."""
        vector = self.block.states
        assert vector is not None
        p = self.entries[a, b]
        up = self.page.register.shifted
        if a not in self.subs:
            return up(f"{self.cell(self.states[a])}*{_factor(p)}", shift)
        band = self.page.band_of(self.subs[a])
        entry = vector.entries[a, b].tree
        if (a, b) not in self.bands and self.speller.shape(entry, a) & TUNNEL:
            made = self.speller.make(f"{a} -> {b}", entry, a, "the rest", "", entry, p)
            self.bands[a, b] = self.page.band_of(made)
        if (a, b) in self.bands:
            return up(f"SUMPRODUCT({band},{self.bands[a, b]})", shift)
        return up(f"{self.cell(self.states[a])}*{_factor(p)}", shift)

    def move(self, move: str) -> Column:
        """The share that makes a move in a cycle; nothing in the last live row."""
        if move not in self.made:
            self.all_states()
            source = Source(self.block.name, "tree", Call("moves", (Text(move),)))
            if self.block.occupied:
                text = f"({self.speller.text(self.block.moved[move].tree)})*{self.speller.name('mass', '')}"
            else:
                a, b = move.split(" -> ")
                text = (
                    self.counted_move(a, b) if self.block.states and self.block.states.by == "rate" else self.flow(a, b)
                )
            text = f"IF({self.cell(self.moving())}=1,{text},0)"
            self._once(move, Column(move, text, source, "share of the cohort that moves in the cycle", "moves"))
        found = self.made[move]
        assert isinstance(found, Column)
        return found

    def counted_move(self, a: str, b: str) -> str:
        """Moves in a cycle under rates: the rate times the time spent in a within the cycle."""
        from hecon.workbook.pages.rate_columns import time_spent

        return f"{_factor(self.entries[a, b])}*{time_spent(self, a)}"

    def tunnels(self, state: str) -> Column:
        """The columns of a state's tunnels."""
        self.all_states()
        return self.subs[state]

    def _tunnels(self, state: str, tunnel: Tunnel) -> None:
        vector = self.block.states
        assert vector is not None
        subs, up = self.subs[state], self.page.register.shifted
        into = [self.flow(a, b, -1) for a, b in vector.entries if b == state and a != state]
        subs.first, subs.left = self.speller.text(vector.start[state]), "+".join(into) or "0"
        subs.first_right = "0"
        stay = _factor(self.entries.get((state, state), "0"))
        here = self.page.register.token(Ref(self.page, subs))
        aged = f"{here}*{stay}"
        subs.text = up(aged, -1, 1)
        subs.right = up(aged, -1, 1) + (f"+{up(aged, -1)}" if tunnel.last == "stay" else "")
        if tunnel.length == 1:
            subs.left = subs.left + (f"+{up(aged, -1)}" if tunnel.last == "stay" else "")
        self.states[state].text = f"SUM({self.page.band_of(subs)})"


def _factor(text: str) -> str:
    """A text as a factor of a product."""
    return text if text.startswith(("\x01", "(")) or text.replace(".", "").replace("_", "").isalnum() else f"({text})"


def _word(call: Call) -> str:
    word = call.args[0]
    assert isinstance(word, Text)
    return word.value
