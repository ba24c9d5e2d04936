"""PartitionedSurvival: a cohort split by survival curves, lowered to one block of named formulas.

The curves are ordered and cumulative: each is the probability of being in its state or an earlier one; the last state is
what the last curve leaves. What such a model cannot know (who dies before progression) it takes as a declared proxy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from hecon.errors import Fault, nearest
from hecon.formula.program import Block, CheckFormula, Formula
from hecon.formula.syntax import Call, Name, Node, Number
from hecon.structure.cohort_model import CohortModel
from hecon.structure.counting import count_items
from hecon.structure.items import Outcome
from hecon.structure.scope import Scene, clock_formulas, product, read, total

CROSSING = ("cap", "raise", "error")
RISING = ("error", "keep")
COUNTED = ("crossings", "rises")  # reports of the structure itself: in how many rows
_TINY = 1e-12
_ROUNDING = 1e-9  # a curve may miss its range, or rise, by rounding and by the tolerance of its special functions


@dataclass(frozen=True, repr=False)
class PartitionedSurvival(CohortModel):
    """A partitioned survival model.

    `states` in order, the last being what the curves leave (dead); `curves` gives for every other state a formula per
    cycle, the probability of being in it or an earlier one. Everyone begins within the first curve. `crossing` says what
    happens where an earlier curve lies above a later one: "cap" lowers the earlier, "raise" lifts the later, "error" refuses;
    how many rows crossed is reported as `crossings` either way. `rising` says what happens where a curve is higher than a
    cycle before, so that people return: "error" refuses, "keep" takes it as it stands and reports how many cycles rose as
    `rises`. `dying` gives, for states whose leavers may die, the share of them that do: without it only "first -> *" and
    "* -> dead" are known as transitions. Other arguments are those of MarkovModel.

    >>> curves = {"stable": "exp(-0.2 * t)", "progressed": "exp(-0.1 * t)"}
    >>> model = PartitionedSurvival(("stable", "progressed", "dead"), curves, "cap", "1 month", "10 years", "half-cycle", "mid")
    >>> model.clock.cycles
    120
    """

    states: Sequence[str]
    curves: Mapping[str, str]
    crossing: str
    cycle: str
    horizon: str
    within_cycle: str
    events: str
    let: Mapping[str, str] = field(default_factory=dict)
    outcomes: Sequence[Outcome] = ()
    rising: str = "error"
    dying: Mapping[str, str] = field(default_factory=dict)
    name: str = "partitioned"

    def lower(self, scene: Scene, faults: list[Fault]) -> Block:
        """One block: curves, occupancy and transitions as formulas."""
        place = f"strategy {scene.strategy}, {self.name}"
        when = self.clock
        faults += self._faults(place)
        _, local = self.formulas(scene, place, faults)
        alive = list(self.states[:-1])
        raw = {
            s: Formula(f"curve[{s}]", self.curves.get(s, "0"), read(self.curves.get(s, "0"), f"{place}, {s}", faults))
            for s in alive
        }
        names = {
            **clock_formulas(scene, when),
            **local,
            **{one.name: one for one in raw.values()},
            **self._ordered(alive),
        }
        terms, checks, reports = count_items(
            self, self.dead if self.dead is not None else self.states[-1:], scene, place, faults
        )
        crossed = self._crossed(alive)
        if self.crossing == "error":
            rule = CheckFormula(
                "rows in which a curve lies above a later one", crossed, Number(0.0), None, Number(0.0), must=True,
                remedy='declare crossing="cap" or "raise" to choose which curve gives way',
            )  # fmt: skip
            checks = (*checks, rule)
        checks = (*checks, *(self._bounded(state) for state in alive))
        counts = {"crossings": crossed}
        if self.rising == "error":
            checks = (*checks, *(self._falling(state) for state in alive))
        else:
            counts["rises"] = self._rises(alive)
        return Block(
            scene.block, scene.strategy, scene.parent, when, scene.mass, scene.offset, names, None, terms, checks,
            {**reports, **counts}, self._occupied(alive), self._moved(alive, place, faults),
        )  # fmt: skip

    def transitions_of(self, on: str, scene: Scene, place: str, faults: list[Fault]) -> list[str]:
        """The transition that `on` names, if the curves or a declared proxy tell it; otherwise a fault that says how."""
        known = self._moved(list(self.states[:-1]), place, [])
        move = " -> ".join(end.strip() for end in on.split("->"))
        if move in known:
            return [move]
        first = self.states[0]
        faults.append(Fault(place, f"on='{on}': a partitioned model does not know this transition (known: {', '.join(known)}); "
                            f"to tell deaths from progressions declare dying={{'{first}': 'share that dies'}}"))  # fmt: skip
        return []

    def _faults(self, place: str) -> list[Fault]:
        more = (("crossing", self.crossing, CROSSING), ("rising", self.rising, RISING))
        faults = self.unknown_choices(place, *more)
        if len(self.states) < 2 or len(set(self.states)) < len(self.states):
            faults.append(Fault(place, "needs at least two states, each named once"))
        for what, given in (("curves", self.curves), ("dying", self.dying)):
            unknown = [state for state in given if state not in self.states[:-1]]
            faults += [Fault(place, f"{what}: unknown state '{s}'{nearest(s, self.states[:-1])}") for s in unknown]
        faults += [
            Fault(place, f"report '{n}' is counted by the model itself; take another name")
            for n in COUNTED
            if n in self.report
        ]
        missing = [state for state in self.states[:-1] if state not in self.curves]
        faults += [
            Fault(place, f"curves: '{state}' has none; only the last state is what the others leave")
            for state in missing
        ]
        return faults

    def _ordered(self, alive: list[str]) -> dict[str, Formula]:
        """The curves after the crossing rule, as `within[state]`."""
        trees: dict[str, tuple[str, Node]] = {}
        sequence = reversed(alive) if self.crossing == "cap" else alive
        before: str | None = None
        for state in sequence:
            own = Name(f"curve[{state}]")
            if before is None or self.crossing == "error":
                trees[state] = (f"curve[{state}]", own)
            else:
                rule = "min" if self.crossing == "cap" else "max"
                trees[state] = (
                    f"{rule}(curve[{state}], within[{before}])",
                    Call(rule, (own, Name(f"within[{before}]"))),
                )
            before = state
        return {f"within[{s}]": Formula(f"within[{s}]", *trees[s], "probability") for s in alive}

    def _occupied(self, alive: list[str]) -> dict[str, Formula]:
        """The share of those who entered that is in each state."""
        found: dict[str, Formula] = {}
        before: Node | None = None
        for state in alive:
            own = Name(f"within[{state}]")
            found[state] = Formula(
                state, f"share in {state}", own if before is None else Call("-", (own, before)), "probability"
            )
            before = own
        assert before is not None
        found[self.states[-1]] = Formula(self.states[-1], "the rest", Call("-", (Number(1.0), before)), "probability")
        return found

    def _moved(self, alive: list[str], place: str, faults: list[Fault]) -> dict[str, Formula]:
        """The moves in a cycle that the curves or the declared shares tell."""

        def fall(state: str) -> Node:
            own = Name(f"within[{state}]")
            return Call("-", (own, Call("next", (own,))))

        dead = self.states[-1]
        trees: dict[str, Node] = {f"{alive[0]} -> *": fall(alive[0]), f"* -> {dead}": fall(alive[-1])}
        if len(alive) == 2 and alive[0] in self.dying:
            share = read(self.dying[alive[0]], f"{place}, dying", faults)
            died = product(fall(alive[0]), share)
            trees[f"{alive[0]} -> {dead}"] = died
            trees[f"{alive[0]} -> {alive[1]}"] = Call("-", (fall(alive[0]), died))
            trees[f"* -> {alive[1]}"] = trees[f"{alive[0]} -> {alive[1]}"]
            trees[f"{alive[1]} -> {dead}"] = Call("-", (fall(alive[1]), died))
        elif self.dying and len(alive) != 2:
            faults.append(Fault(place, "dying= tells transitions apart in a model of three states only"))
        return {move: Formula(move, move, tree, "probability") for move, tree in trees.items()}

    def _bounded(self, state: str) -> CheckFormula:
        """A curve is a probability in every row; where it never rises, its ends tell."""
        curve = Name(f"curve[{state}]")
        if self.rising == "error":
            end = Call("*", (Name("cycles"), Name("cycle_years")))
            ends: tuple[Node, Node] = (Call("at", (curve, Number(0.0))), Call("at", (curve, end)))
            highest, lowest = Call("max", ends), Call("min", ends)
        else:
            highest, lowest = Call("largest", (curve,)), Call("smallest", (curve,))
        outside = Call("max", (Call("-", (highest, Number(1.0))), Call("neg", (lowest,))))
        what = f"how far the curve of {state} lies outside 0 to 1"
        return CheckFormula(what, outside, None, Number(0.0), Number(_ROUNDING), must=True)

    def _falling(self, state: str) -> CheckFormula:
        """A curve rises in no cycle."""
        rise = Call("neg", (Call("smallest", (_fall(f"curve[{state}]"),)),))
        what = f"how far the curve of {state} rises within a cycle"
        remedy = 'a curve that falls and rises is written as such on purpose: declare rising="keep"'
        return CheckFormula(what, rise, None, Number(0.0), Number(_ROUNDING), must=True, remedy=remedy)

    def _rises(self, alive: list[str]) -> Node:
        """In how many cycles a curve rises."""
        rises = [Call("<", (_fall(f"curve[{state}]"), Number(-_ROUNDING))) for state in alive]
        return Call("sum", (total([Call("where", (rise, Number(1.0), Number(0.0))) for rise in rises]),))

    def _crossed(self, alive: list[str]) -> Node:
        """In how many rows an earlier curve lies above a later one."""
        pairs = [
            Call(">", (Call("-", (Name(f"curve[{a}]"), Name(f"curve[{b}]"))), Number(_TINY)))
            for a, b in pairwise(alive)
        ]
        return Call("sum", (total([Call("where", (pair, Number(1.0), Number(0.0))) for pair in pairs]),))


def _fall(curve: str) -> Node:
    """What a curve loses in the cycle that begins with a row; nothing in the last row, where none begins."""
    own = Name(curve)
    fall = Call("-", (own, Call("next", (own,))))
    return Call("where", (Call("<", (Name("cycle"), Name("cycles"))), fall, Number(0.0)))
