"""What is collected, by hand; who owes and who gets after a move; from which capture rate on an agreement is better."""

from typing import Any

import numpy as np
import pytest
from tests.paying.test_payments import cohort

from hecon.analysis.paying.capture import WHO, Collection, capture_row, least_capture, shares_of
from hecon.analysis.paying.payments import payments
from hecon.errors import HeconError
from hecon.structure.agreements.terms import Agreement, PayForResponse, Refund

LATER = Agreement("later", "", (PayForResponse("0.4", "1 year", "alive_now"),))
BACK = Agreement("back", "", (Refund("0.5", "* -> dead", "1 year"),))
SURVIVAL = (1, 0.7)


def row(agreement: Agreement, how: Collection, run: float = 50.0, rate: float = 0.0, **choices: Any) -> Any:
    paid = payments(agreement, cohort(SURVIVAL))
    return capture_row("Later", paid, np.zeros(1), np.array([run]), 10_000.0, how, rate, **choices)


def test_what_nobody_records_is_not_saved() -> None:
    """4,000 after a year for the 70% alive saves 1,200; 80% recorded saves 960, so that 9,040 is paid; 9,090 with 50 to run it."""
    found = row(LATER, Collection(0.8))
    assert (found.expected, found.collected, found.paid) == pytest.approx((1200, 960, 9040))
    assert found.worth == pytest.approx(0.091)
    assert found.against == pytest.approx(8800)
    assert found.from_capture is None  # full capture pays 8,800, and 50 to run it
    assert found.from_this == pytest.approx(0.8 + 50 / 1200)
    assert row(LATER, Collection(0.8), run=0.0).from_capture == pytest.approx(1.0)
    assert row(LATER, Collection(0.8), against=9000.0).from_capture == pytest.approx((10_000 + 50 - 9000) / 1200)
    assert row(LATER, Collection(0.8), against=10_050.0).from_capture == 0.0


def test_refunds_lost_and_late() -> None:
    """Half of 10,000 for the 30% who die, in mid-year: 1,500. Lost at 10% a year: exp(-0.05) of it; half a year late at 4%."""
    assert row(BACK, Collection(1.0, lost=0.1)).collected == pytest.approx(1500 * np.exp(-0.05))
    late = row(BACK, Collection(0.9, late=6.0), rate=0.04)
    assert late.expected == pytest.approx(1500 * 1.04**-0.5)
    assert late.collected == pytest.approx(0.9 * 1500 / 1.04)
    found = row(LATER, Collection(1.0, late=6.0), rate=0.04)  # what does not fall due is not late
    assert (found.collected, found.paid) == pytest.approx((1200 / 1.04, 6000 + 2800 / 1.04))


@pytest.mark.parametrize("who", WHO)
def test_who_owes_after_a_move(who: str) -> None:
    """A tenth a year move: 1 - exp(-0.1) of the second payment, and of what it saves, is the old payer's, the new one's or gone."""
    moved = 1 - np.exp(-0.1)
    found = row(LATER, Collection(0.8, churn=0.1, next_instalment=who, refund_to="nobody"))
    second = 4000 - 0.8 * 1200
    assert found.paid == pytest.approx(6000 + second * (1.0 if who == "old payer" else 1 - moved))
    assert found.paid_elsewhere == pytest.approx(second * moved if who == "new payer" else 0.0)
    assert found.nobody == pytest.approx(second * moved if who == "nobody" else 0.0)
    assert found.elsewhere == pytest.approx(0.8 * 1200 * moved if who == "new payer" else 0.0)


@pytest.mark.parametrize("who", WHO)
def test_who_gets_the_refund_after_a_move(who: str) -> None:
    moved = 1 - np.exp(-0.05)
    found = row(BACK, Collection(1.0, churn=0.1, next_instalment="old payer", refund_to=who))
    assert found.paid == pytest.approx(10_000 - 1500 * (1.0 if who == "old payer" else 1 - moved))
    assert found.paid_elsewhere == pytest.approx(-1500 * moved if who == "new payer" else 0.0)
    assert found.nobody == pytest.approx(-1500 * moved if who == "nobody" else 0.0)


def test_the_payers_together_pay_the_contract() -> None:
    """Whoever owes and gets: the shares of old payer, new payer and nobody sum to the contract at that capture."""
    how = Collection(0.7, churn=0.2, next_instalment="new payer", refund_to="nobody")
    for agreement, asked, saved in ((LATER, 10_000, 1200), (BACK, 10_000, 1500)):
        found = shares_of(payments(agreement, cohort(SURVIVAL)), np.zeros(1), how, 0.0)
        total = sum(float(found.paid(who, 0.7)[0]) for who in WHO)
        assert total == pytest.approx(asked - 0.7 * saved)


def test_the_capture_from_which_it_is_better_is_where_both_pay_the_same() -> None:
    how = Collection(0.6, lost=0.05, late=3.0, churn=0.1, next_instalment="old payer", refund_to="new payer")
    at = row(BACK, how, rate=0.03, against=9400.0).from_capture
    again = Collection(at, lost=0.05, late=3.0, churn=0.1, next_instalment="old payer", refund_to="new payer")
    assert row(BACK, again, rate=0.03).paid + 50 == pytest.approx(9400.0)
    assert least_capture(100.0, 0.0, 1.0, 100.0) is None


def test_what_is_not_declared_is_refused_at_once() -> None:
    with pytest.raises(HeconError) as error:
        Collection(1.2, lost=-0.1, churn=0.1, refund_to="the state")
    for told in (
        "between 0 and 1; got 1.2",
        "must not be below 0; got -0.1",
        "'the state' is none of",
        "owes the next",
    ):
        assert told in str(error.value)
