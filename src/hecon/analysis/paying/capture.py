"""How much of an agreement's saving is collected, and from which capture rate on it beats a plain discount.

What an agreement saves are payments that do not fall due because a condition was lost, and refunds. A loss that nobody records
saves nothing: the instalment is paid, the refund is not.
"""

from dataclasses import dataclass

import numpy as np

from hecon.analysis.paying.payments import Payments, discounted
from hecon.arrays import Array
from hecon.digits import money_text
from hecon.errors import Fault, HeconError, raise_faults
from hecon.shown import Shown

WHO = ("old payer", "new payer", "nobody")
_MONTHS = 12.0
_SMALL, _CENT = 1e-9, 0.005


@dataclass(frozen=True)
class Collection:
    """How an agreement is run: `capture` is the share of losses of a condition that is recorded among those who are followed,
    `lost` the rate a year at which patients are lost to follow-up, `late` the months by which refunds come late, `churn` the rate
    a year at which patients move to another payer. Rates are constant: exp(-rate x years) are still there.

    Of patients who moved, `next_instalment` and `refund_to` say who owes and who gets: "old payer", "new payer" or "nobody".

    Raises:
        HeconError: all at once: shares and rates out of range; churn without saying who owes and who gets.

    >>> Collection(0.8, churn=0.1, next_instalment="old payer", refund_to="nobody").capture
    0.8
    """

    capture: float
    lost: float = 0.0
    late: float = 0.0
    churn: float = 0.0
    next_instalment: str = ""
    refund_to: str = ""

    def __post_init__(self) -> None:
        faults = []
        if not 0 <= self.capture <= 1:
            faults.append(Fault("capture", f"must lie between 0 and 1; got {self.capture:g}"))
        faults += [
            Fault(name, f"must not be below 0; got {getattr(self, name):g}")
            for name in ("lost", "late", "churn")
            if not getattr(self, name) >= 0
        ]
        for name, asks in (("next_instalment", "owes the next instalment"), ("refund_to", "gets the refund")):
            given, known = getattr(self, name), ", ".join(WHO)
            if given and given not in WHO:
                faults.append(Fault(name, f"'{given}' is none of {known}"))
            if self.churn > 0 and not given:
                told = f"patients move to another payer (churn {self.churn:g} a year): say who {asks} then ({known})"
                faults.append(Fault(name, told))
        raise_faults(faults, HeconError, "collection")


@dataclass(frozen=True)
class CaptureRow:
    """One agreement, discounted, per patient intended: `expected` is what it saves against paying all that the contract can ask,
    were everything recorded; `collected` what the payer saves and `elsewhere` what another payer saves of it.

    `paid` is what the payer pays, `paid_elsewhere` the other payer; `nobody` is what falls away with patients who moved: the
    instalments that nobody pays, less the refunds that nobody gets. `administration` is what running the agreement costs. `worth`
    is the plain rebate on the list price that leaves the payer with the same after capture and administration. `from_capture` is
    the capture rate from which on the agreement beats a plain discount whose payment is `against`; None where it never does, 0
    where it always does. `from_this` is the same against a plain discount that pays what the agreement pays at this capture.
    """

    agreement: str
    label: str
    expected: float
    collected: float
    elsewhere: float
    paid: float
    paid_elsewhere: float
    nobody: float
    administration: float
    worth: float
    against: float
    from_capture: float | None
    from_this: float | None


@dataclass(frozen=True, repr=False)
class CaptureTable(Shown):
    """What is collected of each agreement's saving, under one `collection`."""

    rows: tuple[CaptureRow, ...]
    collection: Collection
    strategy: str
    money: str
    draws: int

    def sentence(self, agreement: str) -> str:
        """Whether and from which capture rate on an agreement beats its plain discount.

        Raises:
            HeconError: an agreement that is not in the table.
        """
        row = next((one for one in self.rows if one.agreement == agreement), None)
        if row is None:
            raise HeconError(f"there is no agreement '{agreement}' in the table")
        if row.expected < _CENT:
            return f"{row.label} hangs on no condition: nothing needs to be recorded."
        discount = f"a plain discount that pays {money_text(row.against)} per patient"
        if row.from_capture is None:
            told = f"{row.label} never beats {discount}, not even if every loss is recorded"
        else:
            told = f"{row.label} beats {discount} from a capture of {row.from_capture:.1%} on"
        when = "never" if row.from_this is None else f"from {row.from_this:.1%} on"
        return f"{told}. Against one that pays what it pays itself at this capture ({money_text(row.paid)}), {when}."


@dataclass(frozen=True, eq=False)
class Shares:
    """Discounted money (draw,) at full contract and saved by a perfect record, each of the old payer, the new one and nobody.

    `asked` is what is paid if no loss is recorded, `saved` what every recorded loss saves: paid = asked - capture x saved.
    """

    asked: dict[str, Array]
    saved: dict[str, Array]

    def paid(self, who: str, capture: float) -> Array:
        """(draw,) what one of them pays at a capture rate."""
        found: Array = self.asked[who] - capture * self.saved[who]
        return found


def shares_of(paid: Payments, treated_at: Array, how: Collection, rate: "float | Array") -> Shares:
    """Each payment shared between the payers, and its saving, linear in the capture rate.

    `treated_at` (draw,) are the years from the decision to treatment, from when patients are lost and move.

    >>> two = Payments("x", np.array([[0.0], [1.0]]), np.array([[60.0], [30.0]]), np.array([[60.0], [40.0]]), ("", "free"),
    ...                np.zeros((2, 1)))
    >>> found = shares_of(two, np.zeros(1), Collection(1.0), 0.0)
    >>> float(found.asked["old payer"][0]), float(found.saved["old payer"][0])
    (100.0, 10.0)
    """
    refunds = paid.most <= 0
    payer = 1.0 - paid.patient_share
    since = np.maximum(paid.times - treated_at, 0.0)
    followed, moved = np.exp(-how.lost * since), 1.0 - np.exp(-how.churn * since)
    asked = np.where(refunds, 0.0, paid.most) * payer
    saved = np.where(refunds, -paid.paid, paid.most - paid.paid) * payer * followed
    when = paid.times + np.where(refunds, how.late / _MONTHS, 0.0)
    who_owes = np.where(refunds, how.refund_to or WHO[0], how.next_instalment or WHO[0])
    found: dict[str, tuple[Array, Array]] = {}
    for who in WHO:
        part = np.where(who_owes == who, moved, 0.0) + (1.0 - moved if who == WHO[0] else 0.0)
        found[who] = discounted(when, asked * part, rate), discounted(when, saved * part, rate)
    return Shares({who: one for who, (one, _) in found.items()}, {who: two for who, (_, two) in found.items()})


def capture_row(
    label: str, paid: Payments, treated_at: Array, administration: Array, listed: float, how: Collection,
    rate: "float | Array", against: float | None = None,
) -> CaptureRow:  # fmt: skip
    """One agreement under a collection; `administration` (draw,) is discounted, `listed` the expected list price.

    `against` is the payment of the plain discount that it is held against: that of the agreement with every loss recorded and
    nobody lost, late or moved, if left out.

    >>> two = Payments("x", np.array([[0.0], [1.0]]), np.array([[60.0], [30.0]]), np.array([[60.0], [40.0]]), ("", "free"),
    ...                np.zeros((2, 1)))
    >>> found = capture_row("X", two, np.zeros(1), np.full(1, 1.0), 100.0, Collection(0.5), 0.0)
    >>> found.expected, found.collected, found.paid, found.from_capture
    (10.0, 5.0, 95.0, None)
    """
    whole = shares_of(paid, treated_at, Collection(1.0), rate)
    mine = shares_of(paid, treated_at, how, rate)
    first, second, third = WHO
    run = float(administration.mean())
    rival = float(whole.paid(first, 1.0).mean()) if against is None else against
    pays = float(mine.paid(first, how.capture).mean())
    asked, saved = float(mine.asked[first].mean()), float(mine.saved[first].mean())
    return CaptureRow(
        agreement=paid.name, label=label, expected=float(whole.saved[first].mean()),
        collected=how.capture * saved,
        elsewhere=how.capture * float(mine.saved[second].mean()), paid=pays,
        paid_elsewhere=float(mine.paid(second, how.capture).mean()), nobody=float(mine.paid(third, how.capture).mean()),
        administration=run, worth=1.0 - (pays + run) / listed, against=rival,
        from_capture=least_capture(asked, saved, run, rival), from_this=least_capture(asked, saved, run, pays),
    )  # fmt: skip


def least_capture(asked: float, saved: float, administration: float, against: float) -> float | None:
    """The capture rate c at which asked - c x saved + administration equals `against`; None where that is above 1.

    >>> least_capture(100.0, 40.0, 2.0, 70.0), least_capture(100.0, 20.0, 2.0, 70.0), least_capture(60.0, 20.0, 2.0, 70.0)
    (0.8, None, 0.0)
    """
    missing = asked + administration - against
    if missing <= 0:
        return 0.0
    if saved <= 0 or missing > saved * (1.0 + _SMALL):
        return None
    return min(missing / saved, 1.0)
