"""What an agreement may say: its terms, each a frozen record of formulas as text.

An agreement is about the product of one strategy. A share is of the list price times `price`; times count from the decision, or
with after="infusion" from the start of the structure that the treated enter.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Discount:
    """A rebate on every payment: `rebate` is a formula, a share of the price.

    >>> Discount("0.2").rebate
    '0.2'
    """

    rebate: str


@dataclass(frozen=True)
class Instalments:
    """Parts of the price (`shares`, formulas) paid at times (`at`, such as "6 months") while a condition holds.

    `while_in` names states by blanks, or "alive"; left out, every part is paid for whoever was treated.

    >>> Instalments(("0 months", "6 months"), ("0.5", "0.5"), "event_free").while_in
    'event_free'
    """

    at: Sequence[str]
    shares: Sequence[str]
    while_in: str = ""


@dataclass(frozen=True)
class Annuity:
    """The price in equal yearly payments over `years` (a whole number), with `interest` (a formula), while a condition holds.

    `due` says when in its year a payment falls: "start" or "end".

    >>> Annuity("5", "0.03", "alive", due="end").years
    '5'
    """

    years: str
    interest: str = "0"
    while_in: str = ""
    due: str = "start"


@dataclass(frozen=True)
class PayForResponse:
    """A `share` of the price is paid at the time `at` for those in `while_in` then, the rest at treatment.

    >>> PayForResponse("0.48", "18 months", "event_free").share
    '0.48'
    """

    share: str
    at: str
    while_in: str


@dataclass(frozen=True)
class Refund:
    """A `share` of what was paid comes back when a transition (`on`, such as "* -> dead") happens before a time.

    In the cycle in which that time lies, the part of the cycle before it counts.

    >>> Refund("0.5", "* -> dead", "12 months").before
    '12 months'
    """

    share: str
    on: str
    before: str


@dataclass(frozen=True)
class FreeInitiation:
    """The first `cycles` of a product that is paid per cycle are free.

    >>> FreeInitiation("2").cycles
    '2'
    """

    cycles: str


@dataclass(frozen=True)
class CycleCap:
    """No more than `cycles` of a product that is paid per cycle are paid for.

    >>> CycleCap("8").cycles
    '8'
    """

    cycles: str


@dataclass(frozen=True)
class Coverage:
    """The payer pays this `share` of every payment, the patient the rest (out-of-pocket).

    >>> Coverage("0.8").share
    '0.8'
    """

    share: str


Timing = Instalments | Annuity | PayForResponse
Term = Discount | Timing | Refund | FreeInitiation | CycleCap | Coverage
TERMS = {
    one.__name__: one
    for one in (Discount, Instalments, Annuity, PayForResponse, Refund, FreeInitiation, CycleCap, Coverage)
}
AFTER = ("", "infusion")


@dataclass(frozen=True)
class Agreement:
    """An agreement about the product of a strategy.

    `strategy` and `item` name the strategy and its cost item, where the model leaves a choice. `price` is the multiple of the
    list price at which it is agreed. `administration` is what it costs to run per patient treated, `per_assessment` each time
    that a condition is assessed in a patient alive; both are formulas in money. All are formulas of the model's names.

    >>> Agreement("half_back", "Half back on death", (Refund("0.5", "* -> dead", "12 months"),)).price
    '1'
    """

    name: str
    label: str
    terms: Sequence[Term]
    strategy: str = ""
    item: str = ""
    after: str = ""
    price: str = "1"
    administration: str = "0"
    per_assessment: str = "0"
    source: str = ""
    note: str = ""
