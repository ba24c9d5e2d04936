"""Real life other than predicted: by hand, and equal to a run of the model with other inputs."""

from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book
from tests.paying.test_comparison import ROWS
from tests.paying.test_payments import cohort

import hecon
from hecon.analysis.paying.lives import COMPARATOR, FULL, PREDICTED, UNSTABLE, lives_of
from hecon.analysis.paying.payments import payments
from hecon.errors import HeconError
from hecon.results.paying import milestones_of, shares_in_states
from hecon.structure.agreements.terms import Agreement, PayForResponse, Refund


@pytest.fixture(scope="module")
def analysis() -> Any:
    book = small_book()
    book = type(book)(**{**vars(book), "records": {"schemes": ROWS}})
    return hecon.open_case(small(), book).run(draws=50, seed=1)


def test_by_hand() -> None:
    """Half of 10,000 after a year for the 70% alive: 8,500; 10,000 if all live, 7,450 at twice the hazard (0.7 squared)."""
    lives = lives_of(cohort((1, 0.7)), 2.0)
    later = Agreement("later", "", (PayForResponse("0.5", "1 year", "alive"),))
    paid = {life: payments(later, held).paid.sum() for life, held in lives.items()}
    assert paid == pytest.approx({FULL: 10_000, PREDICTED: 8500, UNSTABLE: 7450})
    back = Agreement("back", "", (Refund("0.5", "* -> dead", "1 year"),))
    paid = {life: payments(back, held).paid.sum() for life, held in lives.items()}
    assert paid == pytest.approx({FULL: 10_000, PREDICTED: 8500, UNSTABLE: 7450})


def test_of_the_comparators_patients_those_count_who_enter() -> None:
    """Half of them enter its structure, and 30% are still in it: 60% of those, so that half of 10,000 is paid for 60%."""
    usual = {"alive_now": np.array([[0.5], [0.3]]), "dead": np.array([[0.0], [0.2]])}
    later = Agreement("later", "", (PayForResponse("0.5", "1 year", "alive"),))
    assert payments(later, lives_of(cohort((1, 0.7)), 2.0, usual)[COMPARATOR]).paid.sum() == pytest.approx(8000)


def test_like_the_comparator_is_the_model_with_its_inputs() -> None:
    """The infused relapse as under usual care: the same milestones as a model in which they do."""
    draws = small_book().sample(50, seed=1)
    held, _ = milestones_of(small(), draws)
    usual = shares_in_states(small(), draws, held.times, "usual")
    found = lives_of(held, 2.0, usual)[COMPARATOR]
    other = draws.fix(p_relapse_cell=draws["p_relapse_usual"])
    wanted, _ = milestones_of(small(), other)
    for condition in ("free", "alive"):
        assert found.row(condition) == pytest.approx(wanted.row(condition), rel=1e-9)
    assert sum(usual.values()) == pytest.approx(np.ones_like(usual["free"]))


def test_the_table(analysis: Any) -> None:
    """As predicted at equal payment; the price needed times what is then paid is what was predicted; a discount feels nothing."""
    table = analysis.agreement_lives(payment=180_000.0)
    assert table.row("thirds", PREDICTED).paid == pytest.approx(180_000.0)
    assert table.row("shared", PREDICTED).paid == pytest.approx(180_000.0 / 0.8)  # with the patient's fifth
    prices = {row.agreement: row.price for row in analysis.agreements(payment=180_000.0).rows}
    for row in table.rows:
        predicted = table.row(row.agreement, PREDICTED).paid
        assert row.needed * row.paid == pytest.approx(predicted * prices[row.agreement])
        if row.agreement == "off":
            assert (row.of_predicted, row.refund) == pytest.approx((1.0, 0.0))
    thirds = [table.row("thirds", life).paid for life in (FULL, PREDICTED, UNSTABLE, COMPARATOR)]
    assert thirds == sorted(thirds, reverse=True)
    same = analysis.agreement_lives(["thirds"], hazard=1.0)
    assert same.row("thirds", UNSTABLE).paid == pytest.approx(same.row("thirds", PREDICTED).paid)
    assert table.row("back", FULL).refund == 0
    assert table.row("back", COMPARATOR).refund > table.row("back", PREDICTED).refund > 0


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(HeconError, match="above 0; got 0"):
        lives_of(cohort((1, 0.7)), 0.0)
