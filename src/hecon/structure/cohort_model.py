"""What every structure of states on a clock has in common: how it stands alone, and how its formulas are read in a scene."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hecon.errors import Fault, nearest
from hecon.formula.program import Clock, Formula
from hecon.structure.clock import clock
from hecon.structure.counting import MEAN_FLOWS
from hecon.structure.given import refuse_other_forms
from hecon.structure.items import Check
from hecon.structure.scope import Scene, circles, read, read_all, split_scope

if TYPE_CHECKING:
    from hecon.structure.discounting import Rate
    from hecon.structure.tree import Strategy

WITHIN_CYCLE = ("start", "end", "half-cycle", "simpson", "darth-legacy", "darth-none")
EVENTS = ("start", "mid", "end")
BETWEEN_ROWS = ("error", "interpolate")


class _Declared:
    """What a structure declares itself, each in its own order."""

    states: Sequence[str]
    cycle: str
    horizon: str
    within_cycle: str
    events: str
    let: Mapping[str, str]
    name: str


@dataclass(frozen=True, kw_only=True)
class CohortModel(_Declared):
    """A cohort among states on a clock; the arguments are told at MarkovModel, and are given by their names.

    >>> from hecon.structure.markov import MarkovModel
    >>> MarkovModel(("well", "dead"), "1 month", "1 year", "start", "end", title="Demo")
    <MarkovModel cohort 'Demo': well, dead; 1 month cycles, 1 year>
    """

    checks: Sequence[Check] = ()
    report: Mapping[str, str] = field(default_factory=dict)
    flows: str = "boundaries"
    between_rows: str = "error"
    dead: Sequence[str] | None = None
    title: str = ""
    strategies: Sequence["Strategy"] = ()
    age: str | None = None
    discount: "Mapping[str, Rate] | None" = None
    discount_timing: str | None = None

    def __post_init__(self) -> None:
        refuse_other_forms(self)

    def __repr__(self) -> str:
        title = f" '{self.title}'" if self.title else ""
        states = ", ".join(self.states)
        return f"<{type(self).__name__} {self.name}{title}: {states}; {self.cycle} cycles, {self.horizon}>"

    @property
    def clock(self) -> Clock:
        """Cycle length and number of cycles; an error when the horizon is not a whole number of cycles."""
        return clock(self.cycle, self.horizon)

    def formulas(self, scene: Scene, place: str, faults: list[Fault]) -> tuple[dict[str, Formula], dict[str, Formula]]:
        """The formulas by name of the strategy, and those of this structure in a scene."""
        declared = read_all({**self.let, **scene.let}, place, faults)
        outer = {name: Formula(name, text, read(text, place, [])) for name, text in scene.outer.items()}
        local, _ = split_scope(declared, {n: f for n, f in outer.items() if n not in scene.let})
        faults += circles({**outer, **local}, place)
        return outer, local

    def unknown_choices(self, place: str, *more: tuple[str, str, Sequence[str]]) -> list[Fault]:
        """Choices of method that are not known: those of every structure, and `more` (what, value, known)."""
        options = (
            ("within_cycle", self.within_cycle, WITHIN_CYCLE),
            ("events", self.events, EVENTS),
            ("flows", self.flows, ("boundaries", *MEAN_FLOWS)),
            ("between_rows", self.between_rows, BETWEEN_ROWS),
            *more,
        )
        faults = [
            Fault(place, f"{what} '{value}' is not one of {', '.join(known)}{nearest(value, known)}")
            for what, value, known in options
            if value not in known
        ]
        if self.flows in MEAN_FLOWS and self.within_cycle != "half-cycle":
            faults.append(
                Fault(place, f'flows="{self.flows}" averages a cycle\'s two ends: it needs within_cycle="half-cycle"')
            )
        return faults
