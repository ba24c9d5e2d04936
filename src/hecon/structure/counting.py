"""How a structure's items become terms: amount of the interval x time spent in it (or transitions) x discount factor.

An amount belongs to its interval: it is taken at the interval's start, and the within-cycle method says how long the
state was occupied, never which amount holds. Events are not weighted, but for `darth-legacy` and `darth-none`, which
weight rows as the tables do that they reproduce.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from hecon.errors import Fault, ModelError, nearest
from hecon.formula.program import CheckFormula, Clock, Term
from hecon.formula.syntax import Call, Name, Node, Number, Text
from hecon.outcomes import Item
from hecon.perspectives import ITEM_METHODS, SECTORS, sector_of
from hecon.structure.clock import years
from hecon.structure.items import QALY, Check, Cost, LifeYears, Outcome, Utility
from hecon.structure.scope import Scene, product, read, total

# where in its cycle the mean flow of the cycle's two ends is discounted
MEAN_FLOWS = {"start": 0.0, "mid": 0.5, "end": 1.0}
_LEGACY = ("darth-legacy", "darth-none")
_CYCLE, _CYCLES, _ONE, _NOTHING = Name("cycle"), Name("cycles"), Number(1.0), Number(0.0)


class Counted(Protocol):
    """What a structure with a clock says about counting: its states and its method choices."""

    @property
    def states(self) -> Sequence[str]: ...
    @property
    def outcomes(self) -> Sequence[Outcome]: ...
    @property
    def checks(self) -> Sequence[Check]: ...
    @property
    def report(self) -> Mapping[str, str]: ...
    @property
    def within_cycle(self) -> str: ...
    @property
    def events(self) -> str: ...
    @property
    def flows(self) -> str: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def between_rows(self) -> str: ...
    def transitions_of(self, on: str, scene: Scene, place: str, faults: list[Fault]) -> list[str]:
        """The transitions that "a -> b", "a -> *" or "* -> b" stands for; none is a fault."""
        ...


def count_items(
    model: Counted, dead: Sequence[str], scene: Scene, place: str, faults: list[Fault]
) -> tuple[tuple[Term, ...], tuple[CheckFormula, ...], dict[str, Node]]:
    """Terms, checks and reports of a structure with states, played in a scene; in `dead` no life-years are lived.

    >>> from hecon.structure.discounting import Discounting
    >>> from hecon.structure.markov import MarkovModel
    >>> free = Discounting({"cost": "0", "effect": "0"}, "continuous")
    >>> scene = Scene("a", "a - cohort", "a", Number(1.0), {}, Number(0.0), None, free)
    >>> model = MarkovModel(("well", "dead"), "1 year", "10 years", "half-cycle", "mid")
    >>> [(term.item.kind, term.where) for term in count_items(model, ["dead"], scene, "demo", [])[0]]
    [('ly', 'well'), ('ly_undiscounted', 'well')]
    """
    terms: list[Term] = []
    for outcome in (*model.outcomes, *scene.outcomes):
        terms += _terms(outcome, model, scene, f"{place}, {outcome.name}", faults)
    for kind in ("ly", "ly_undiscounted"):
        item = Item("life_years", kind, unit="years")
        terms += [_flow(item, state, Number(1.0), "year", model, scene) for state in model.states if state not in dead]
    checks = tuple(read_check(check, place, faults) for check in model.checks)
    reports = {name: read(text, f"{place}, report {name}", faults) for name, text in model.report.items()}
    return tuple(terms), checks, reports


def make_item(outcome: Outcome, place: str, faults: list[Fault]) -> Item:
    """The row of Outcomes an item adds to; a cost without a category or with an unknown sector or method is a fault.

    A cost with a method of lost work has the sector of that method.

    >>> make_item(Cost("drug", "c_drug", category="upfront", sector="health care"), "demo", []).payer
    'health care'
    """
    if not isinstance(outcome, Cost):
        unit = {"ly": "years", "count": ""}.get(outcome.kind, "QALY")
        cause, of = (outcome.category, outcome.of) if isinstance(outcome, QALY | Utility) else ("", "")
        return Item(outcome.name, outcome.kind, cause, unit=unit, of=of)
    if outcome.sector not in SECTORS:
        faults.append(
            Fault(
                place, f"sector '{outcome.sector}' is not one of {', '.join(SECTORS)}{nearest(outcome.sector, SECTORS)}"
            )
        )
    if not outcome.category:
        faults.append(
            Fault(place, 'needs a category, its cause, such as category="product", "side effects" or "follow-up"')
        )
    sector = sector_of(outcome.method) if outcome.method else outcome.sector
    if outcome.method:
        faults += [Fault(place, told) for told in _method_faults(outcome)]
    return Item(outcome.name, "cost", outcome.category, sector, outcome.payer or outcome.sector, of=outcome.of)


def _method_faults(outcome: Cost) -> Iterator[str]:
    if outcome.method not in ITEM_METHODS:
        known = ", ".join(ITEM_METHODS)
        yield f"method '{outcome.method}' of lost work is not one of {known}{nearest(outcome.method, ITEM_METHODS)}"
    if outcome.sector != "productivity":
        yield f"a method of lost work belongs to sector \"productivity\"; got '{outcome.sector}'"


def read_check(check: Check, place: str, faults: list[Fault]) -> CheckFormula:
    """A check with its formulas read; exactly one of `equals` and `at_most` is needed.

    >>> read_check(Check("alive", "1", at_most="2"), "demo", []).at_most
    Number(value=2.0)
    """
    if bool(check.equals) == bool(check.at_most):
        faults.append(Fault(f"{place}, check {check.name}", "give either equals= or at_most="))
    texts = (check.value, check.equals, check.at_most, check.within)
    value, equals, at_most, within = (
        read(text, f"{place}, check {check.name}", faults) if text else None for text in texts
    )
    return CheckFormula(check.name, value or Number(0.0), equals, at_most, within or Number(0.0))


def _terms(outcome: Outcome, model: Counted, scene: Scene, place: str, faults: list[Fault]) -> list[Term]:
    item = make_item(outcome, place, faults)
    if isinstance(outcome, LifeYears):
        faults.append(Fault(place, "a structure with a clock counts its own life-years; LifeYears belongs in a tree"))
        return []
    on = getattr(outcome, "on", "")
    at = getattr(outcome, "at", "")
    per = "year" if isinstance(outcome, Utility) else getattr(outcome, "per", "")
    if not isinstance(outcome.amount, str):
        unknown = [state for state in outcome.amount if state not in model.states]
        faults += [Fault(place, f"unknown state '{state}'{nearest(state, model.states)}") for state in unknown]
        amounts = {s: read(text, f"{place}, {s}", faults) for s, text in outcome.amount.items() if s not in unknown}
        if on:
            faults.append(Fault(place, "on= takes one amount, not one per state"))
        elif at and getattr(outcome, "per", ""):
            faults.append(Fault(place, "at= is paid once, per= all the time: leave one of them out"))
        elif at:
            rule: str = getattr(outcome, "between", "")
            return [_at_time(item, s, amount, at, rule, model, scene, place, faults) for s, amount in amounts.items()]
        elif per not in ("year", "cycle"):
            faults.append(Fault(place, _no_flow(outcome, per)))
        return [_flow(item, state, amount, per, model, scene) for state, amount in amounts.items()]
    amount = read(outcome.amount, place, faults)
    if on and (at or getattr(outcome, "per", "")):
        faults.append(Fault(place, "on= is paid per transition: leave out per= and at="))
    if on:
        return [_event(item, move, amount, model, scene) for move in model.transitions_of(on, scene, place, faults)]
    if per and at:
        faults.append(Fault(place, "at= is paid once, per= all the time: leave one of them out"))
    if per and per not in ("year", "cycle"):
        faults.append(Fault(place, f"per='{per}' is neither 'year' nor 'cycle'"))
    if per:
        return [_flow(item, "", amount, per, model, scene)]
    if at:
        told = (
            "in a structure at= takes an amount for each state: {'state': 'formula'}; an item for all who are treated"
        )
        faults.append(Fault(place, f"{told} belongs in outcomes= of the strategy or leaf"))
    first = Call("at", (product(scene.mass, amount), Number(0.0)))
    discount = Number(1.0) if item.kind == "count" else scene.discounting.factor(item.kind, scene.offset)
    return [Term(item, "entry", product(first, discount), time=scene.offset, amount=first)]


def _no_flow(outcome: Outcome, per: str) -> str:
    """What to write in place of an amount per state that is no flow."""
    if isinstance(outcome, QALY):
        state, text = next(iter(outcome.amount.items())) if isinstance(outcome.amount, Mapping) else ("state", "u")
        return f'QALYs while in a state are a Utility({{"{state}": "{text}"}}), per year; QALY is for gains and losses at once'
    times = {"month": "12", "week": "52", "day": "365.25"}.get(per.removesuffix("s"))
    hint = f"; an amount per {per} is {times} times as much per year" if times else f"; got per='{per}'" if per else ""
    return f'a flow in states needs per="year" or per="cycle"{hint}'


def _flow(item: Item, state: str, amount: Node, per: str, model: Counted, scene: Scene) -> Term:
    """A flow while in a state, or (state "") for each of those who entered, wherever they are."""
    occupied = Call("occupancy", (Text(state),)) if state else scene.mass
    plain = item.kind in ("ly_undiscounted", "count")
    start, end = (_ONE, _ONE) if plain else _discounts(item.kind, model, scene)
    length = Name("cycle_years") if per == "year" else _ONE
    flow, present = (
        product(Call("time_in", (occupied, Text(model.within_cycle), *ends)), amount, length)
        for ends in ((_ONE, _ONE), (start, end))
    )
    by_year = scene.discounting.forward_rates(item.kind) if _across(model, scene) and not plain else ()
    return Term(item, state or "everyone", Call("sum", (present,)), flow, present, start, by_year=by_year)


def _discounts(kind: str, model: Counted, scene: Scene) -> tuple[Node, Node]:
    """The discount factors of an interval's two ends; the same for both where the interval has one."""
    if model.flows in MEAN_FLOWS:
        factor = scene.discounting.factor(kind, _shifted(scene, MEAN_FLOWS[model.flows]))
        return factor, factor
    if scene.discounting.timing == "whole_year":
        factor = scene.discounting.of_interval(kind, _now(scene), Name("cycle_years"), _across(model, scene))
        return factor, factor
    return scene.discounting.factor(kind, _now(scene)), scene.discounting.factor(kind, _shifted(scene, 1.0))


def _across(model: Counted, scene: Scene) -> bool:
    """Whether a cycle may lie across a year's end and takes both years' factors; a longer one keeps that of its start."""
    whole = scene.discounting.timing == "whole_year" and model.flows not in MEAN_FLOWS
    return whole and scene.offset != _NOTHING and model.clock.cycle_years <= 1


def _event(item: Item, move: str, amount: Node, model: Counted, scene: Scene) -> Term:
    """A payment per transition, discounted at its time in the cycle."""
    shift = {"start": 0.0, "mid": 0.5, "end": 1.0}[model.events] if model.events in ("start", "mid", "end") else 0.0
    discount = Number(1.0) if item.kind == "count" else scene.discounting.factor(item.kind, _shifted(scene, shift))
    flow = product(Call("transitions", (Text(move),)), amount)
    if model.within_cycle in _LEGACY:
        row = Call("+", (_CYCLE, Number(1.0))) if model.events == "end" else _CYCLE
        flow = product(flow, Call("flow_weight", (Text(model.within_cycle), row, _CYCLES)))
    present = product(flow, discount)
    return Term(item, move, Call("sum", (present,)), flow, present, discount, falls=shift)


def _at_time(
    item: Item, state: str, amount: Node, at: str, between: str, model: Counted, scene: Scene, place: str,
    faults: list[Fault],
) -> Term:  # fmt: skip
    """A payment at one time to those in a state then; a time that is a formula is looked for among the rows."""
    written: Node | None = None
    try:
        when: Node = Number(float(years(at)))
    except ModelError as error:
        wrong: list[Fault] = []
        when = written = read(at, place, wrong)
        faults += [Fault(place, str(error))] if wrong else []
    interpolate = "interpolate" in (between, model.between_rows)
    if written is not None and not interpolate:
        faults.append(
            Fault(
                place,
                f"at='{at}' may lie between two rows: say between=\"interpolate\", or write a time such as '6 months'",
            )
        )
    time = total([scene.offset, when]) if scene.offset != Number(0.0) else when
    discount = Number(1.0) if item.kind == "count" else scene.discounting.factor(item.kind, time)
    away = Call("abs", (Call("-", (Name("t"), when)),))
    here: Node = Call("where", (Call("<", (away, Number(1e-9))), Number(1.0), Number(0.0)))
    if interpolate:  # shares of the rows before and after, none where the horizon is shorter
        horizon = product(_CYCLES, Name("cycle_years"))
        near = Call("max", (Number(0.0), Call("-", (Number(1.0), Call("/", (away, Name("cycle_years")))))))
        here = Call("where", (Call("<=", (when, Call("+", (horizon, Number(1e-9))))), near, Number(0.0)))
    flow = product(Call("occupancy", (Text(state),)), amount, here)
    present = product(flow, discount)
    value = Call("at", (product(Call("occupancy", (Text(state),)), amount), when))
    if between or written is not None:  # the structure's own rule does not hold
        value = Call("sum", (flow,))
    return Term(item, state, product(value, discount), flow, present, discount, time=time, amount=value, written=at)


def _shifted(scene: Scene, cycles: float) -> Node:
    """Years since the decision, so many cycles after a row."""
    return Call("+", (_now(scene), product(Number(cycles), Name("cycle_years")))) if cycles else _now(scene)


def _now(scene: Scene) -> Node:
    """Years since the decision in a row."""
    return Name("t") if scene.offset == Number(0.0) else Call("+", (scene.offset, Name("t")))
