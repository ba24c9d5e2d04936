"""The items that an agreement pays by: payments at their times, refunds on events, the patient's part, administration."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hecon.errors import ModelError
from hecon.structure.agreements.conditions import ALIVE, condition_states
from hecon.structure.agreements.dates import Payment, payments_due
from hecon.structure.agreements.terms import (
    Agreement,
    Annuity,
    Coverage,
    CycleCap,
    Discount,
    FreeInitiation,
    Instalments,
    PayForResponse,
    Refund,
)
from hecon.structure.clock import years
from hecon.structure.items import Cost, Outcome
from hecon.structure.tree import Leaf

SWITCH = "agreement"


@dataclass(frozen=True)
class InForce:
    """An agreement and its number: its items count while the switch has that number."""

    agreement: Agreement
    number: int

    @property
    def place(self) -> str:
        """How faults name it."""
        return f"agreement {self.agreement.name}"

    def gated(self, amount: str) -> str:
        """An amount that is paid only while this agreement is in force."""
        return f"({amount} if {SWITCH} == {self.number} else 0)"

    def named(self, item: str, what: str = "") -> str:
        """The name of one of its items."""
        return f"{item}, {self.agreement.name}" + (f", {what}" if what else "")

    @property
    def factor(self) -> str:
        """What each payment is multiplied by: the price agreed, less rebates."""
        rebates = [f"(1 - ({one.rebate}))" for one in self.agreement.terms if isinstance(one, Discount)]
        return " * ".join([f"({self.agreement.price})", *rebates])

    def of_kind(self, *kinds: type) -> list[Any]:
        """Its terms of some kinds."""
        return [one for one in self.agreement.terms if isinstance(one, kinds)]

    def timing(self) -> Instalments | Annuity | PayForResponse | None:
        """Its one timing term.

        Raises:
            ModelError: more than one.
        """
        found = self.of_kind(Instalments, Annuity, PayForResponse)
        if len(found) > 1:
            names = ", ".join(type(one).__name__ for one in found)
            raise ModelError(f"{self.place}: one term says when the price is paid; got {names}")
        return found[0] if found else None


def of_lump(force: InForce, item: Cost, leaf: Leaf, lasts: str) -> list[Outcome]:
    """What takes the place of a price paid once, for those who reach a leaf.

    Raises:
        ModelError: terms for a product paid per cycle; a condition that the leaf's structure does not hold; a refund of what may
            not have been paid.

    >>> from hecon.structure.agreements.terms import Discount
    >>> drug = Cost("drug", "price", category="product", sector="health care")
    >>> [one.amount for one in of_lump(InForce(Agreement("cheap", "", (Discount("0.2"),)), 1), drug, Leaf(), "0")]
    ['((price) * (1) * (1 - (0.2)) if agreement == 1 else 0)']
    """
    for one in force.of_kind(FreeInitiation, CycleCap):
        raise ModelError(
            f"{force.place}: {type(one).__name__} is for a product paid per cycle; '{item.name}' is paid once"
        )
    if not isinstance(item.amount, str):
        raise ModelError(f"{force.place}: '{item.name}' is paid per state at one time; an agreement needs one amount")
    base = f"({item.amount}) * {force.factor}"
    due = _due(force)
    paid = [_payment(force, item, base, one, leaf, lasts, len(due) > 1) for one in due]
    paid += [_refund(force, item, base, one, due, leaf, lasts) for one in force.of_kind(Refund)]
    return [*_shared(force, paid), *_administration(force, item, due, leaf, lasts)]


def of_flow(force: InForce, item: Cost) -> list[Outcome]:
    """What takes the place of a product that is paid per cycle.

    Raises:
        ModelError: terms about when a price paid once is paid or refunded.

    >>> from hecon.structure.agreements.terms import CycleCap
    >>> drug = Cost("drug", {"well": "price"}, category="product", sector="health care", per="cycle")
    >>> of_flow(InForce(Agreement("cap", "", (CycleCap("8"),)), 2), drug)[0].amount
    {'well': '((price) * (1) * (1 if cycle < 8 else 0) if agreement == 2 else 0)'}
    """
    for one in force.of_kind(Instalments, Annuity, PayForResponse, Refund):
        raise ModelError(
            f"{force.place}: {type(one).__name__} is for a price paid once; '{item.name}' is paid while in a state or per event"
        )
    stops = [f"(1 if cycle < {one.cycles} else 0)" for one in force.of_kind(CycleCap)]
    stops += [f"(0 if cycle < {one.cycles} else 1)" for one in force.of_kind(FreeInitiation)]
    factor = " * ".join([force.factor, *stops])
    texts = item.amount if isinstance(item.amount, Mapping) else {"": item.amount}
    wrapped = {state: force.gated(f"({text}) * {factor}") for state, text in texts.items()}
    amount = wrapped if isinstance(item.amount, Mapping) else wrapped[""]
    return _shared(force, [replace(item, name=force.named(item.name), amount=amount)])


def _due(force: InForce) -> tuple[Payment, ...]:
    try:
        return payments_due(force.timing())
    except ModelError as error:
        raise ModelError(f"{force.place}: {str(error).removeprefix(f'{force.place}: ')}") from None


def _payment(force: InForce, item: Cost, base: str, due: Payment, leaf: Leaf, lasts: str, several: bool) -> Cost:
    """One payment: a payoff of the leaf where nothing conditions it, an amount per state at its time elsewhere."""
    name = force.named(item.name, due.written if several else "")
    amount = force.gated(base if due.share == "1" else f"{base} * ({due.share})")
    if not due.while_in:
        return replace(item, name=name, amount=amount, at=_from_decision(force, due, lasts, item.at))
    states = condition_states(_structure(force, leaf, due.while_in), due.while_in, force.place)
    at = _in_structure(force, due, lasts)
    return replace(item, name=name, amount=dict.fromkeys(states, amount), at=at, between="interpolate")


def _refund(
    force: InForce, item: Cost, base: str, refund: Refund, due: tuple[Payment, ...], leaf: Leaf, lasts: str
) -> Cost:
    """A part of what was paid, on a transition: 0 after its time, in proportion in the cycle in which that time lies."""
    structure = _structure(force, leaf, refund.on)
    start = refund.on.split("->")[0].strip()
    for one in due:
        if not one.while_in or one.while_in == ALIVE:
            continue
        if start not in condition_states(structure, one.while_in, force.place):
            raise ModelError(
                f"{force.place}: a refund on '{refund.on}' may be of payments that were never made: they are paid in"
                f" '{one.while_in}' only; name a transition that leaves it"
            )
    shift = "" if force.agreement.after == "infusion" or lasts == "0" else " + lasts"
    left = f"max(0, min(1, ({float(years(refund.before))!r} - (t{shift})) / cycle_years))"
    paid = " + ".join(
        f"({one.share})" if one.time == 0 else f"(({one.share}) if t{shift} >= {float(one.time) - 1e-9!r} else 0)"
        for one in due
    )
    amount = force.gated(f"-{base} * ({refund.share}) * ({paid}) * {left}")
    return replace(item, name=force.named(item.name, "refund"), amount=amount, on=refund.on, at="")


def _shared(force: InForce, paid: list[Cost]) -> list[Outcome]:
    """The payments, each split between payer and patient where the agreement says so."""
    found = paid
    for cover in force.of_kind(Coverage):
        found = [
            *(_times(one, f"({cover.share})") for one in found),
            *(
                replace(
                    _times(one, f"(1 - ({cover.share}))"),
                    name=f"{one.name}, patient",
                    sector="out-of-pocket",
                    payer="patient",
                )
                for one in found
            ),
        ]
    return list(found)


def _times(item: Cost, factor: str) -> Cost:
    amount = item.amount
    by = (
        {state: f"{text} * {factor}" for state, text in amount.items()}
        if isinstance(amount, Mapping)
        else f"{amount} * {factor}"
    )
    return replace(item, amount=by)


def _administration(force: InForce, item: Cost, due: tuple[Payment, ...], leaf: Leaf, lasts: str) -> Iterator[Outcome]:
    """What running the agreement costs: once per patient treated, and at each assessment of those alive."""
    told = force.agreement
    if told.administration != "0":
        yield Cost(
            force.named(item.name, "administration"), force.gated(told.administration), "programme", "health care"
        )
    if told.per_assessment == "0":
        return
    for one in due:
        if one.while_in:
            structure = _structure(force, leaf, one.while_in)
            amount = force.gated(told.per_assessment)
            yield Cost(
                force.named(item.name, f"assessment, {one.written}"),
                dict.fromkeys(condition_states(structure, ALIVE, force.place), amount),
                "programme", "health care", at=_in_structure(force, one, lasts), between="interpolate",
            )  # fmt: skip


def _structure(force: InForce, leaf: Leaf, what: str) -> Any:
    if leaf.to is None:
        raise ModelError(
            f"{force.place}: the model does not hold '{what}': who is paid for ends in a leaf without a structure; it needs a"
            " structure with that state or curve"
        )
    return leaf.to


def _from_decision(force: InForce, due: Payment, lasts: str, own: str) -> str:
    """The `at` of a payoff: nothing at the decision itself, or what the item says of its own."""
    if due.time == 0 and (force.agreement.after != "infusion" or lasts == "0"):
        return own
    wait = " + lasts" if force.agreement.after == "infusion" and lasts != "0" else ""
    return f"{float(due.time)!r}{wait}"


def _in_structure(force: InForce, due: Payment, lasts: str) -> str:
    """The time of a payment from the start of the structure; what falls before the start is paid at the start."""
    time = repr(float(due.time))
    return time if force.agreement.after == "infusion" or lasts == "0" else f"max(0, {time} - lasts)"
