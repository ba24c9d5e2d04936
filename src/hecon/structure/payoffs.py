"""Payoffs of a tree: what is paid or gained at a strategy, a branch or a leaf, with the probability of getting there."""

from dataclasses import replace

from hecon.errors import Fault, ModelError
from hecon.formula.program import Term
from hecon.formula.syntax import Call, Node, Number
from hecon.structure.clock import years
from hecon.structure.counting import make_item
from hecon.structure.discounting import Discounting
from hecon.structure.items import LifeYears, Outcome
from hecon.structure.scope import product, read


def payoff(
    outcome: Outcome,
    reach: Node,
    where: str,
    discounting: Discounting,
    place: str,
    faults: list[Fault],
    ends: Node | None = None,
) -> list[Term]:
    """An item of a tree: its amount times `reach`, the probability of getting to `where`; discounted only where `at`
    says when; nothing after a shortened horizon (`ends`). Amounts per state, per cycle or per transition are faults there, noted
    with `place`.

    >>> from hecon.formula.syntax import Name
    >>> from hecon.formula.text import to_text
    >>> from hecon.structure.items import Cost
    >>> scan = Cost("scan", "c_scan", category="tests", sector="health care", at="6 months")
    >>> later = Discounting({"cost": "0.03", "effect": "0.03"}, "continuous")
    >>> to_text(payoff(scan, Name("p_ill"), "ill", later, "strategy a", [])[0].value)
    'p_ill * c_scan * discount_factor(0.03, 0.5)'
    """
    place = f"{place.removesuffix(', ')}, {outcome.name}"
    item = make_item(outcome, place, faults)
    at: str = getattr(outcome, "at", "")
    if on_a_clock(outcome) or not isinstance(outcome.amount, str):
        faults.append(Fault(place, "in a tree an item has one amount; states, per= and on= belong in a structure"))
        return []
    amount = product(reach, read(outcome.amount, place, faults))
    if isinstance(outcome, LifeYears):
        return [Term(replace(item, kind=kind), where, amount) for kind in ("ly", "ly_undiscounted")]
    if at:
        try:
            time: Node = Number(float(years(at)))
        except ModelError:
            time = read(at, f"{place}, at", faults)
        discount = Number(1.0) if item.kind == "count" else discounting.factor(item.kind, time)
        amount = product(amount, within(time, ends)) if ends is not None else amount
        return [Term(item, where, product(amount, discount), time=time, amount=amount, written=at, ends=ends)]
    return [Term(item, where, amount)]


def within(time: Node, ends: Node) -> Node:
    """1 up to the end of a horizon, 0 after it.

    >>> from hecon.formula.syntax import Name
    >>> from hecon.formula.text import to_text
    >>> to_text(within(Number(0.5), Name("ends")))
    'where(0.5 <= ends + 1e-09, 1, 0)'
    """
    inside = Call("<=", (time, Call("+", (ends, Number(1e-9)))))
    return Call("where", (inside, Number(1.0), Number(0.0)))


def on_a_clock(outcome: Outcome) -> bool:
    """Whether an item needs a structure: it is counted in states, per year or cycle, or per transition.

    >>> from hecon.structure.items import Cost
    >>> on_a_clock(Cost("visits", {"ill": "c_visit"}, per="year")), on_a_clock(Cost("scan", "c_scan", at="6 months"))
    (True, False)
    """
    return not isinstance(outcome.amount, str) or bool(getattr(outcome, "on", "") or getattr(outcome, "per", ""))
