"""MarkovModel: a cohort among states, by probabilities or by rates, lowered to one block of named formulas.

Row k holds cycle k; the entries of row k act on [k, k + 1]; the last row's entries are not used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hecon.errors import Fault, nearest
from hecon.formula.program import Block, Formula, StateVector, Tunnel
from hecon.formula.syntax import Call, Node, Number, names_in, walk
from hecon.structure.cohort_model import CohortModel
from hecon.structure.counting import count_items
from hecon.structure.items import Outcome
from hecon.structure.scope import Scene, clock_formulas, read, total


@dataclass(frozen=True, repr=False)
class MarkovModel(CohortModel):
    """A cohort state-transition model.

    `transitions` are probabilities per cycle ("C" is the rest of the row; staying left out is the rest too), `rates` are
    per year: give one of the two. `within_cycle` says how long a state is occupied in a cycle: start, end, half-cycle,
    simpson (darth-legacy and darth-none only to reproduce published tables). `events` says when in its cycle a transition's cost
    falls. `flows` of "start", "mid" or "end" discounts the mean flow of a cycle's two ends at that point of the cycle, in
    place of each end at its own time ("boundaries"). `between_rows` says what a time between two rows means where one is
    looked at (`at(x, years)`, `at="270 days"`): an "error", or the straight line between them ("interpolate"). `dead` names
    the states in which no life-years are lived; left out, it is the one state without a way out. Standing alone, the model
    also takes `title`, `strategies`, `start`, `age`, `discount` and `discount_timing`.

    >>> model = MarkovModel(("well", "dead"), "1 year", "10 years", "half-cycle", "mid", transitions={"well -> dead": "0.1"})
    >>> model.clock
    Clock(per_year=1.0, cycles=10)
    """

    states: Sequence[str]
    cycle: str
    horizon: str
    within_cycle: str
    events: str
    let: Mapping[str, str] = field(default_factory=dict)
    transitions: Mapping[str, str] | None = None
    rates: Mapping[str, str] | None = None
    outcomes: Sequence[Outcome] = ()
    tunnels: Mapping[str, Tunnel] = field(default_factory=dict)
    name: str = "cohort"
    start: str | Mapping[str, str] | None = None

    def lower(self, scene: Scene, faults: list[Fault]) -> Block:
        """One block: the cohort of a strategy (or of the leaves that lead here) from its start to the horizon."""
        place = f"strategy {scene.strategy}, {self.name}"
        when = self.clock
        faults += self._faults(place)
        outer, local = self.formulas(scene, place, faults)
        names = {**clock_formulas(scene, when), **local}
        entries = self._entries(scene, place, faults)
        start = {state: scene.start.get(state, Number(0.0)) for state in self.states}
        vector = StateVector(tuple(self.states), self._by, entries, start, dict(self.tunnels))
        faults += _linear(vector, {**outer, **local}, place)
        terms, checks, reports = count_items(self, self._dead(vector, place, faults), scene, place, faults)
        return Block(
            scene.block,
            scene.strategy,
            scene.parent,
            when,
            scene.mass,
            scene.offset,
            names,
            vector,
            terms,
            checks,
            reports,
        )

    def transitions_of(self, on: str, scene: Scene, place: str, faults: list[Fault]) -> list[str]:
        """The transitions that "a -> b", "a -> *" or "* -> b" stands for, as declared; none is a fault."""
        ends = [end.strip() for end in on.split("->")]
        unknown = [end for end in ends if end not in (*self.states, "*")]
        if len(ends) != 2 or unknown:
            hint = nearest(unknown[0], self.states) if unknown else ""
            faults.append(Fault(place, f"on='{on}' is not a transition between declared states{hint}"))
            return []
        declared = [
            [end.strip() for end in move.split("->")]
            for move in {**(self.transitions or self.rates or {}), **scene.entries}
        ]
        declared += [[a, a] for a in self.states if self._by == "probability" and [a, a] not in declared]
        found = [
            f"{a} -> {b}" for a, b in (pair for pair in declared if len(pair) == 2)
            if (a != b or ends == [a, b]) and ends[0] in (a, "*") and ends[1] in (b, "*")
        ]  # fmt: skip
        if not found:
            faults.append(Fault(place, f"on='{on}': there is no such transition in the model"))
        return found

    def _dead(self, vector: StateVector, place: str, faults: list[Fault]) -> Sequence[str]:
        """The states without life-years: those named, or the one state without a way out."""
        if self.dead is not None:
            return self.dead
        final = [s for s in vector.states if not any(a == s and a != b for a, b in vector.entries)]
        if len(final) > 1:
            faults.append(Fault(place, f"{' and '.join(final)} have no way out: say which are dead with dead=(...)"))
        return final

    @property
    def _by(self) -> str:
        return "rate" if self.rates is not None else "probability"

    def _faults(self, place: str) -> list[Fault]:
        faults = []
        if (self.transitions is None) == (self.rates is None):
            faults.append(Fault(place, "give either transitions= (probabilities per cycle) or rates= (per year)"))
        faults += self.unknown_choices(place)
        repeated = sorted({state for state in self.states if list(self.states).count(state) > 1})
        faults += [Fault(place, f"state '{state}' is declared more than once") for state in repeated]
        for state, tunnel in self.tunnels.items():
            if state not in self.states:
                faults.append(Fault(place, f"tunnels: unknown state '{state}'{nearest(state, self.states)}"))
            whole = isinstance(tunnel.length, int) and tunnel.length >= 1
            if tunnel.last not in ("stay", "error") or not whole:
                words = f'needs a whole number of cycles, at least 1, and last="stay" or "error"; got Tunnel({tunnel.length!r})'
                faults.append(Fault(place, f"tunnel of {state}: {words}"))
        for state in self.dead or ():
            if state not in self.states:
                faults.append(Fault(place, f"dead: unknown state '{state}'{nearest(state, self.states)}"))
        return faults

    def _entries(self, scene: Scene, place: str, faults: list[Fault]) -> dict[tuple[str, str], Formula]:
        """The transitions of the state vector; under probabilities each row is completed by its rest."""
        texts = {**(self.transitions or self.rates or {}), **scene.entries}
        rows: dict[str, dict[str, str]] = {state: {} for state in self.states}
        for move, text in texts.items():
            ends = [end.strip() for end in move.split("->")]
            unknown = [end for end in ends if end not in self.states]
            if not isinstance(text, str):
                faults.append(Fault(f"{place}, {move}", f"a formula is written as text: '{text}', in quotes"))
            elif len(ends) != 2 or unknown:
                hint = nearest(unknown[0], self.states) if unknown else ""
                faults.append(Fault(place, f"'{move}' is not a transition 'a -> b' between declared states{hint}"))
            else:
                rows[ends[0]][ends[1]] = text
        entries: dict[tuple[str, str], Formula] = {}
        for a, row in rows.items():
            if self._by == "rate":
                if a in row or "C" in row.values():
                    faults.append(Fault(place, f"rates from {a}: staying has no rate, and there is no rest"))
                row = {b: text for b, text in row.items() if b != a and text != "C"}
            elif "C" not in row.values() and a not in row:
                row = {**row, a: "C"}
            if list(row.values()).count("C") > 1:
                faults.append(Fault(place, f"leaving '{a}': only one entry can be C, the rest of the row"))
            known = {b: read(text, f"{place}, {a} -> {b}", faults) for b, text in row.items() if text != "C"}
            for b, text in row.items():
                move = f"{a} -> {b}"
                if text == "C":
                    tree: Node = Call("-", (Number(1.0), total(known.values()))) if known else Number(1.0)
                    text = "1 - (" + " + ".join(row[c] for c in known) + ")" if known else "1"
                else:
                    tree = known[b]
                unit = "per year" if self._by == "rate" else ("rest" if row[b] == "C" else "probability")
                entries[a, b] = Formula(move, text, tree, unit)
        return entries


def _linear(vector: StateVector, formulas: Mapping[str, Formula], place: str) -> list[Fault]:
    """Entries may not depend on occupancy: a cohort's transitions are the same however many make them."""
    faults = []
    for formula in vector.entries.values():
        seen: set[str] = set()
        queue: list[Node] = [formula.tree]
        while queue:
            tree = queue.pop()
            if any(isinstance(node, Call) and node.op in ("occupancy", "transitions") for node in walk(tree)):
                faults.append(
                    Fault(place, f"{formula.name} depends on occupancy; a cohort model's transitions may not")
                )
                break
            new = [name for name in names_in(tree) if name in formulas and name not in seen]
            seen.update(new)
            queue += [formulas[name].tree for name in new]
    return faults
