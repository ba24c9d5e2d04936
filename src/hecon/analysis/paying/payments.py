"""What an agreement moves between payer and manufacturer, per patient intended, from milestones: no run of the model needed.

The same terms lowered into the model give the same money (a test); here a thousand agreements are priced in a second.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np

from hecon.analysis.paying.milestones import Milestones
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.formula.parsing import parse
from hecon.formula.syntax import Call, Name, Node, Number
from hecon.structure.agreements.dates import Payment, payments_due
from hecon.structure.agreements.terms import (
    Agreement,
    Annuity,
    Coverage,
    Discount,
    Instalments,
    PayForResponse,
    Refund,
    Timing,
)
from hecon.structure.clock import years

_ONCE = Instalments | Annuity | PayForResponse | Discount | Refund | Coverage  # terms of a price that is paid once


@dataclass(frozen=True, eq=False)
class Payments:
    """What one agreement moves: `paid` (payment, draw), positive from the payer to the manufacturer, negative for refunds.

    `times` (payment, draw) are years from the decision; `most` (payment, draw) is what the contract can ask at most, every
    condition holding for all who are treated. Of refunds it is at most 0: below 0 in the last interval of their time, what can come
    back at most, every condition being lost by all. `conditions` name what each payment hangs on ("" nothing). `patient`
    (payment, draw) is the part of `paid` that the patient pays. Undiscounted, in currency per patient intended.

    >>> one = Payments("x", np.zeros((1, 2)), np.array([[10.0, 20.0]]), np.array([[10.0, 20.0]]), ("",), np.zeros((1, 2)))
    >>> one.present_value(0.03).tolist()
    [10.0, 20.0]
    """

    name: str
    times: Array
    paid: Array
    most: Array
    conditions: tuple[str, ...]
    patient: Array

    def present_value(self, rate: "float | Array") -> Array:
        """(draw,) discounted to the decision at a rate per year, of what payer and patient pay."""
        return discounted(self.times, self.paid, rate)

    @property
    def patient_share(self) -> Array:
        """(draw,) the part of every payment that the patient pays, the same of each; 0 where nothing is paid."""
        paid = np.abs(self.paid).sum(axis=0)
        found: Array = np.divide(np.abs(self.patient).sum(axis=0), paid, out=np.zeros_like(paid), where=paid > 0)
        return found

    def times_price(self, scale: float) -> "Payments":
        """The same agreement at so many times its price.

        >>> one = Payments("x", np.zeros((1, 1)), np.full((1, 1), 10.0), np.full((1, 1), 10.0), ("",), np.zeros((1, 1)))
        >>> one.times_price(1.5).paid.tolist()
        [[15.0]]
        """
        return replace(self, paid=self.paid * scale, most=self.most * scale, patient=self.patient * scale)

    def by_period(self, until: float, a_year: int = 1) -> Array:
        """(period, draw) undiscounted; period p holds what falls in [p, p + 1). What falls at or after `until` is left out."""
        return in_periods(self.times, self.paid, until, a_year)


def discounted(times: Array, amounts: Array, rate: "float | Array") -> Array:
    """(draw,) of amounts (payment, draw) at times (payment, draw) in years, discounted at a rate per year.

    >>> discounted(np.array([[0.0], [1.0]]), np.array([[10.0], [11.0]]), 0.1).round(9).tolist()
    [20.0]
    """
    rate = one_number(rate)
    if np.ndim(rate) == 0 and (times == times[:, :1]).all():
        times = times[:, :1]
    total: Array = (amounts * np.exp(-np.log1p(rate) * times)).sum(axis=0)
    return total


def one_number(values: "float | Array") -> "float | Array":
    """A number where every draw has the same; the draws themselves otherwise.

    >>> one_number(np.array([0.03, 0.03]))
    0.03
    """
    known = np.asarray(values, dtype=float)
    return float(known.flat[0]) if (known == known.flat[0]).all() else known


def in_periods(times: Array, amounts: Array, until: float, a_year: int = 1) -> Array:
    """(period, draw) of amounts (payment, draw): period p, of which there are `a_year` a year, holds what falls in [p, p + 1).

    What falls at or after `until` years is left out.

    >>> in_periods(np.array([[0.0], [1.0]]), np.array([[10.0], [11.0]]), 2).tolist()
    [[10.0], [11.0]]
    """
    count, draws = round(until * a_year), amounts.shape[1]
    place = np.floor(times * a_year + 1e-9).astype(int)
    first = place[:, 0]
    found = np.zeros((count, draws))
    if (place == first[:, None]).all():
        for period, amount in zip(first, amounts, strict=True):
            if period < count:
                found[period] += amount
        return found
    draw = np.broadcast_to(np.arange(draws), place.shape)
    inside = place < count
    flat = np.bincount((place * draws + draw)[inside], weights=amounts[inside], minlength=count * draws)
    found[:] = flat.reshape(count, draws)
    return found


def payments(
    agreement: Agreement, milestones: Milestones, values: Mapping[str, Array | float] | None = None
) -> Payments:
    """The payments of an agreement about a price that is paid once. `values` are inputs by name, which shares may name.

    Refunds fall in the middle of the interval of the grid in which the transition happens, as events in mid-cycle do.

    Raises:
        HeconError: terms of a product that is paid per cycle, a refund on another transition than death or leaving the states
            that are paid for; names that `values` does not have.

    >>> from hecon.structure.agreements.terms import Refund
    >>> died = Milestones(np.array([10000.0]), ("well", "dead"), ("dead",), np.array([0.0, 1.0]),
    ...                   np.array([[[10000.0], [7000.0]], [[0.0], [3000.0]]]), np.array([0.0]), np.ones(1))
    >>> back = Agreement("back", "Half back on death within a year", (Refund("0.5", "* -> dead", "1 year"),))
    >>> payments(back, died).paid.sum(axis=0).tolist()
    [8500.0]
    """
    known, place = dict(values or {}), f"agreement {agreement.name}"
    other = [type(one).__name__ for one in agreement.terms if not isinstance(one, _ONCE)]
    if other:
        raise HeconError(
            f"{place}: {', '.join(other)} is for a product paid per cycle; it is priced by a run (--scheme)"
        )
    factor = number(agreement.price, known, place)
    covered: Any = 1.0
    for term in agreement.terms:
        if isinstance(term, Discount):
            factor = factor * (1.0 - number(term.rebate, known, place))
        if isinstance(term, Coverage):
            covered = covered * number(term.share, known, place)
    due = payments_due(timing_of(agreement))
    parts = [_part(one, agreement, milestones, factor * number(one.share, known, place)) for one in due]
    for term in agreement.terms:
        if isinstance(term, Refund):
            parts += _refunded(term, agreement, milestones, factor, known)
    times, paid, most, conditions = zip(*parts, strict=True)
    total = np.array(paid)
    patient = total * (1.0 - covered) if np.any(covered != 1.0) else np.zeros_like(total)
    return Payments(agreement.name, np.array(times), total, np.array(most), conditions, patient)


def timing_of(agreement: Agreement) -> Timing | None:
    """The term that says when an agreement pays; None where all is paid at treatment.

    >>> timing_of(Agreement("off", "", (Discount("0.1"),))) is None
    True
    """
    return next((one for one in agreement.terms if isinstance(one, Instalments | Annuity | PayForResponse)), None)


def number(text: str, values: Mapping[str, Array | float], place: str) -> "Array | float":
    """The value of a formula of plain arithmetic over named values; (draw,) where one of them is.

    Raises:
        HeconError: an unknown name, a function.

    >>> number("1 - (1/3) * p", {"p": 0.3}, "demo")
    0.9
    """

    def value(tree: Node) -> Any:
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Name):
            if tree.name not in values:
                raise HeconError(
                    f"{place}: '{tree.name}' in '{text}' has no value here; it is priced by a run (--scheme)"
                )
            return values[tree.name]
        if not isinstance(tree, Call) or tree.op not in (*_ARITHMETIC, "neg"):
            raise HeconError(f"{place}: '{text}' is not plain arithmetic; it is priced by a run (--scheme)")
        args = [value(one) for one in tree.args]
        return -args[0] if tree.op == "neg" else reduce(_ARITHMETIC[tree.op], args)

    found: Array | float = value(parse(text))
    return found


_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}
_Part = tuple[Array, Array, Array, str]


def _part(one: Payment, agreement: Agreement, milestones: Milestones, share: "Array | float") -> _Part:
    """Time, money paid, the most that may be asked, and the condition of one payment; what falls before treatment is paid then."""
    time, wait = float(one.time), milestones.wait
    if agreement.after == "infusion":
        since = np.full(milestones.draws, time)
        when = wait + time
    else:
        since = np.maximum(time - wait, 0.0)
        when = wait + since if one.while_in else np.full(milestones.draws, time)
    held = milestones.at(one.while_in, since) if one.while_in else milestones.treated
    return when, share * held, share * milestones.treated, one.while_in


def _refunded(
    refund: Refund,
    agreement: Agreement,
    milestones: Milestones,
    factor: "Array | float",
    known: Mapping[str, "Array | float"],
) -> list[_Part]:
    """A refund in each interval of the grid up to its time."""
    place = f"agreement {agreement.name}"
    start, _, end = (part.strip() for part in refund.on.partition("->"))
    if not (start == "*" and end in milestones.dead) and end != "*":
        raise HeconError(
            f"{place}: a refund on '{refund.on}' is priced by a run (--scheme); here only '* -> dead' and 'state -> *' are"
        )
    for one in payments_due(timing_of(agreement)):
        if one.while_in not in ("", "alive") and start not in one.while_in.split():
            raise HeconError(
                f"{place}: a refund on '{refund.on}' may be of payments that were never made: they are paid in '{one.while_in}'"
                " only; name a transition that leaves it"
            )
    left = milestones.row(start if end == "*" else "alive")
    shift: Array | float = 0.0 if agreement.after == "infusion" else milestones.wait
    limit = float(years(refund.before)) - shift
    share = number(refund.share, known, place) * factor
    found: list[_Part] = []
    for k, (begins, ends) in enumerate(pairwise(milestones.times)):
        part = np.clip((limit - begins) / (ends - begins), 0.0, 1.0)
        if not np.any(part > 0):
            break
        owed: Array | float = 0.0
        for one in payments_due(timing_of(agreement)):
            asked = 1.0 if one.time == 0 else np.where(begins + shift >= float(one.time) - 1e-9, 1.0, 0.0)
            owed = owed + number(one.share, known, place) * asked
        amount = -share * owed * part * (left[k] - left[k + 1])
        # the most that can come back is not yet due before the last interval, in which everyone may still lose the condition
        last = (part > 0) & ((limit <= ends + 1e-12) | (k + 2 == len(milestones.times)))
        most = np.where(last, -share * owed * milestones.treated, 0.0)
        found.append((milestones.wait + (begins + ends) / 2, amount, most, refund.on))
    return found
