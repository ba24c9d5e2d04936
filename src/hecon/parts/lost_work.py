"""LostWork: one declaration of who works, who is absent and what a year of work is worth; the items of every method follow.

Illness counts the living who cannot work. Human capital adds what the dead would have worked. Friction counts one friction
period for each job that is left, whatever the reason. Every item belongs to one method, so no perspective adds two of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hecon.errors import Fault, ModelError, raise_faults
from hecon.parts.absence import DEAD, ILL, WHOLE, lost_work_item
from hecon.parts.written_numbers import share_faults
from hecon.perspectives import LOWER, UPPER
from hecon.structure.items import Cost

BOUNDS = (UPPER, LOWER)


@dataclass(frozen=True)
class LostWork:
    """The patient's lost work in a structure of states, and that of those who care for them.

    `value_of_year` is what the average person of this age earns in a year: wage x hours x employment by age x (1 up to the
    retirement age, 0 after it), such as "wage_year * employment[age]". `absent` gives for each living state the share of
    those with work who cannot do it. `dead` is the dead state; `alive_in_population` the share of the population of this
    age at the start that is alive in a row.

    Friction: `absences` gives the transitions at which a long absence begins, each with the share of jobs that are left
    there, or with (share, years it lasts) for one that may be shorter than the friction period. `since` gives, for states
    in which the absence's length is known, the years since it began: "t" for who was absent at the start, "state_time" in a
    tunnel; there friction is the flow of illness up to the friction period, and never above it. `deaths_at_work` are the
    transitions of dying. A death costs one period for the share of its state that is at work, none for those absent longer.
    "* -> dead" does not say from which state (partitioned survival knows no more): then the items are "friction upper bound"
    and "friction lower bound" over all states that the deaths may come from. The method friction counts the upper one.

    `compensation` multiplies illness and friction where colleagues make up for a part (1 is none), `vacancy_chain` friction
    where a filled job opens another (1 is none). `unpaid_of_year` is the value of a year of unpaid work, lost like paid
    work in illness: patient time. `carers` are days of care per year in each state, from parents or others, which use
    `day_of_care_work` and `day_of_care` (see `family`). `name` begins the items' names.

    >>> work = LostWork("output_year", {"well": "0", "ill": "p_off"}, alive_in_population="s_population",
    ...                 friction_years="d_friction / 12", absences={"well -> ill": "p_off"}, deaths_at_work=("well -> dead",))
    >>> for item in work.items():
    ...     print(item.method, "|", item.category, "|", item.amount)
    illness | lost work, illness | {'ill': '(p_off) * (output_year)'}
    human capital | lost work, illness | {'ill': '(p_off) * (output_year)'}
    human capital | lost work, death | {'dead': '(output_year)'}
    human capital | lost work, death | -(1 - (s_population)) * (output_year)
    friction | lost work, illness | (p_off) * (d_friction / 12) * (output_year)
    friction | lost work, death | (d_friction / 12) * (output_year)
    """

    value_of_year: str
    absent: Mapping[str, str]
    alive_in_population: str
    friction_years: str
    dead: str = "dead"
    absences: Mapping[str, str | tuple[str, str]] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)
    deaths_at_work: Sequence[str] = ()
    compensation: str = "1"
    vacancy_chain: str = "1"
    unpaid_of_year: str = ""
    carers: Mapping[str, str] = field(default_factory=dict)
    name: str = "lost_work"

    def items(self) -> list[Cost]:
        """The items of all methods, for the `outcomes` of the structure.

        Raises:
            ModelError: all at once: transitions that are none or of unknown states, `since` of a state where nobody is absent.
        """
        raise_faults(self._faults(), ModelError, f"lost work '{self.name}'")
        return [*self._illness(), *self._human_capital(), *self._friction(), *self._others()]

    @property
    def bounded(self) -> bool:
        """Whether the deaths' state is not known, so that friction has two bounds.

        >>> LostWork("v", {"a": "0", "b": "p"}, "s", "0.25", deaths_at_work=("* -> dead",)).bounded
        True
        """
        return any(move.split("->")[0].strip() == "*" for move in self.deaths_at_work)

    def _illness(self) -> Iterator[Cost]:
        for method in WHOLE:
            factor = "" if method == "human capital" else _times(self.compensation)
            flow = {s: f"({share}) * ({self.value_of_year}){factor}" for s, share in self._away.items()}
            if flow:
                yield self._flow("ill", flow, ILL, method)

    def _human_capital(self) -> Iterator[Cost]:
        """What the dead would have earned, less what the population's own dead would have: for everyone, in every strategy."""
        yield self._flow("dead", {self.dead: f"({self.value_of_year})"}, DEAD, "human capital")
        own = f"-(1 - ({self.alive_in_population})) * ({self.value_of_year})"
        yield self._flow("dead_in_population", own, DEAD, "human capital")

    def _friction(self) -> Iterator[Cost]:
        factor = _times(self.compensation) + _times(self.vacancy_chain)
        year = f"({self.value_of_year}){factor}"
        for method in BOUNDS if self.bounded else ("friction",):
            flow = {s: f"({self._away[s]}) * {self._part(clock)} * {year}" for s, clock in self.since.items()}
            if flow:
                yield self._flow("ill_since", flow, ILL, method)
            for move, given in self.absences.items():
                share, lasts = given if isinstance(given, tuple) else (given, "")
                period = f"min({lasts}, {self.friction_years})" if lasts else f"({self.friction_years})"
                yield lost_work_item(f"{self.name}_ill", f"({share}) * {period} * {year}", ILL, method, on=move)
            for move in self.deaths_at_work:
                amount = f"{self._jobs(move, method)} * {year}"
                yield lost_work_item(f"{self.name}_dead", amount, DEAD, method, on=move)

    def _others(self) -> Iterator[Cost]:
        if self.unpaid_of_year and self._away:
            flow = {s: f"({share}) * ({self.unpaid_of_year})" for s, share in self._away.items()}
            yield Cost(f"{self.name}_unpaid", flow, "patient time", "patient time", per="year")
        lines = (
            ("carers_work", "day_of_care_work", "lost work of carers", "productivity"),
            ("carers_time", "day_of_care", "informal care", "informal care"),
        )
        for name, day, category, sector in lines if self.carers else ():
            days = {state: f"({count}) * {day}" for state, count in self.carers.items()}
            yield Cost(f"{self.name}_{name}", days, category, sector, per="year")

    @property
    def _away(self) -> dict[str, str]:
        """The states in which somebody is absent."""
        return {state: share for state, share in self.absent.items() if share != "0"}

    def _flow(self, what: str, amount: str | dict[str, str], category: str, method: str) -> Cost:
        named = f"{self.name}_{what}_{method.replace(' ', '_')}"
        return Cost(named, amount, category, sector="productivity", method=method, per="year")

    def _part(self, clock: str) -> str:
        """The part of a cycle that lies within the friction period of an absence that began so long ago."""
        return f"min(1, max(0, (({self.friction_years}) - ({clock})) / cycle_years))"

    def _jobs(self, move: str, method: str) -> str:
        """Years of friction of a death: of one whose state is known, or the most or least over the states it may come from."""
        state = move.split("->")[0].strip()
        if state != "*":
            return self._left(state)
        first = next((one for one in self.absences if one.split("->")[1].strip() == "*"), "")
        left = [self._left(s, first if s == first.split("->")[0].strip() else "") for s in self.absent]
        most = "max" if method == UPPER else "min"
        return left[0] if len(left) == 1 else f"{most}({', '.join(left)})"

    def _left(self, state: str, paid: str = "") -> str:
        """Years of friction that a death from a state leaves to count, less what its leaving of the state (`paid`) has counted."""
        away, years = self.absent[state], f"({self.friction_years})"
        at_work = years if away == "0" else f"(1 - ({away})) * {years}"
        if state in self.since and away != "0":
            at_work = f"({at_work} + ({away}) * max(0, {years} - ({self.since[state]})))"
        if not paid:
            return at_work
        given = self.absences[paid]
        share, lasts = given if isinstance(given, tuple) else (given, "")
        period = f"min({lasts}, {self.friction_years})" if lasts else years
        return f"({at_work} - ({share}) * {period})"

    def _faults(self) -> list[Fault]:
        faults = []
        states = (*self.absent, self.dead, "*")
        if self.dead in self.absent:
            faults.append(Fault("absent", f"'{self.dead}' is the dead state: leave it out"))
        faults += share_faults({f"absent, {state}": share for state, share in self.absent.items()})
        left = {move: one if isinstance(one, str) else one[0] for move, one in self.absences.items()}
        faults += share_faults({f"absences, {move}": share for move, share in left.items()})
        for what, moves in (("absences", self.absences), ("deaths_at_work", self.deaths_at_work)):
            for move in moves:
                ends = [end.strip() for end in move.split("->")]
                unknown = [end for end in ends if end not in states]
                if len(ends) != 2:
                    faults.append(Fault(what, f"'{move}' is no transition: write 'a -> b'"))
                elif unknown:
                    told = f"'{move}': state '{unknown[0]}' has no share in absent= (\"0\" where all can work)"
                    faults.append(Fault(what, told))
        for move in self.deaths_at_work:
            if move.split("->")[-1].strip() != self.dead:
                faults.append(Fault("deaths_at_work", f"'{move}' does not lead to '{self.dead}'"))
        for state in self.since:
            if state not in self._away:
                faults.append(Fault("since", f"nobody is absent in '{state}': give its share in absent="))
        return faults


def _times(factor: str) -> str:
    return "" if factor == "1" else f" * ({factor})"
