"""Payments from milestones: the vectors of reimbursement, and the same money as the terms lowered into a model."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book
from tests.paying.test_agreements import SEVERAL

import hecon
from hecon.analysis.paying.milestones import Milestones
from hecon.analysis.paying.payments import payments
from hecon.errors import HeconError
from hecon.results.paying import milestones_of
from hecon.structure.agreements.lowering import with_agreements
from hecon.structure.agreements.terms import Agreement, Annuity, CycleCap, Discount, Instalments, PayForResponse, Refund

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "agreements.json").read_text())["schemes"]


def cohort(survival: Any, price: float = 10_000.0) -> Milestones:
    """A cohort of which a share is alive at each whole year, one draw, treated at the decision."""
    alive = np.array(survival, dtype=float)[:, None] * price
    return Milestones(np.array([price]), ("alive_now", "dead"), ("dead",), np.arange(len(survival), dtype=float),
                      np.array([alive, price - alive]), np.zeros(1), np.ones(1))  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "survival", "price", "rate", "times", "vector"),
    [
        ((Discount("0.2"),), (1, 1), 10_000, 0.0, 100, "simple 20%"),
        ((PayForResponse("1", "1 year", "alive_now"),), (1, 0.4), 10_000, 0.0, 100,
         "response rebate: full refund non-responders (r=.4)"),
        ((Refund("0.5", "* -> dead", "1 year"),), (1, 0.7), 10_000, 0.0, 100, "50% refund if dead by 12m (S=.7)"),
        ((Annuity("5", "0.03", due="end"),), (1,) * 6, 10_000, 0.0, 1 / 5, "annuity 10000 over 5 yr 3% paid end-year"),
        ((Annuity("5", "0.03"),), (1,) * 6, 10_000, 0.0, 1 / 5, "annuity-due"),
    ],
)  # fmt: skip
def test_schemes_by_the_vectors(
    terms: Any, survival: Any, price: float, rate: float, times: float, vector: str
) -> None:
    """100 patients at 10,000 each; an annuity is a fifth of what it pays in all."""
    found = payments(Agreement("x", "", terms), cohort(survival, price))
    assert found.present_value(rate)[0] * times == pytest.approx(VECTORS[vector], rel=1e-9)


def test_an_annuity_is_worth_its_price() -> None:
    """At the rate of its interest, paid at the end of each year or at its start."""
    for due in ("start", "end"):
        found = payments(Agreement("x", "", (Annuity("5", "0.03", due=due),)), cohort((1,) * 6))
        assert found.present_value(0.03)[0] == pytest.approx(10_000.0, rel=1e-12)


def test_instalments_tied_to_survival() -> None:
    """2,500 a year at the start, survival 1, .9, .8, .72, .65, 3.5%: 9,580.52; break-even with 10,000 at 2,609.46."""
    survival = (1, 0.9, 0.8, 0.72, 0.65)
    at, shares = [f"{k} years" for k in range(5)], ["1/5"] * 5
    found = payments(Agreement("x", "", (Instalments(at, shares, "alive"),), price="1.25"), cohort(survival))
    wanted = VECTORS["instalment survival-linked 2500/yr at start, S=[1,.9,.8,.72,.65], 3.5%"]
    assert found.present_value(0.035)[0] == pytest.approx(wanted, rel=1e-12)
    per_unit = float(found.present_value(0.035)[0]) / 2500
    assert 10_000 / per_unit == pytest.approx(VECTORS["break-even instalment for PV 10000"], rel=1e-12)
    price = f"1.25 * {10_000 / per_unit / 2500!r}"
    even = payments(Agreement("x", "", (Instalments(at, shares, "alive"),), price=price), cohort(survival))
    assert even.present_value(0.035)[0] == pytest.approx(10_000, rel=1e-12)
    assert (even.paid <= even.most + 1e-9).all()


def test_both_layers_pay_the_same() -> None:
    """Every agreement about a price paid once, from milestones and lowered into the model: the same money in every draw."""
    book = small_book()
    found, strategy = milestones_of(small(), book.sample(50, seed=1))
    assert strategy == "cell"
    model, agreed = with_agreements(small(), book, SEVERAL)
    draws = agreed.sample(50, seed=1)
    for number, agreement in enumerate(SEVERAL, start=1):
        outcomes = hecon.run(model, draws.fix(agreement=float(number)), keep=("ledger",))
        place = outcomes.strategies.index("cell")
        lowered = outcomes.values[place, outcomes.select(kind="cost", category="product")].sum(axis=0)
        ours = payments(agreement, found, {})
        assert ours.present_value(0.03) == pytest.approx(lowered, rel=1e-9), agreement.name
        ledger = outcomes.kept["ledger"]
        names = [one.name for one in outcomes.items if one.category == "product"]
        years = sum(ledger.of("cell", "cost", name, discounted=False) for name in names)[:6]
        assert ours.by_period(6) == pytest.approx(years, rel=1e-9, abs=1e-6), agreement.name


def test_a_refund_never_exceeds_what_was_paid() -> None:
    """All back on death within five years, after thirds while alive: never more than was paid, in any draw."""
    found, _ = milestones_of(small(), small_book().sample(200, seed=1))
    thirds = Instalments(("0 months", "6 months", "12 months"), ("1/3", "1/3", "1/3"), "alive")
    paid = payments(Agreement("x", "", (thirds, Refund("1", "* -> dead", "4 years")), after="infusion"), found)
    running = np.cumsum(np.take_along_axis(paid.paid, np.argsort(paid.times, axis=0), axis=0), axis=0)
    assert (running > -1e-6).all()


def test_what_milestones_cannot_price_is_refused() -> None:
    with pytest.raises(HeconError, match="paid per cycle; it is priced by a run"):
        payments(Agreement("x", "", (CycleCap("8"),)), cohort((1, 1)))
    with pytest.raises(HeconError, match="does not hold 'free'"):
        payments(Agreement("x", "", (PayForResponse("1", "1 year", "free"),)), cohort((1, 1)))
    never = (PayForResponse("1", "1 year", "alive_now"), Refund("1", "* -> dead", "2 years"))
    with pytest.raises(HeconError, match="payments that were never made"):
        payments(Agreement("x", "", never), cohort((1, 1, 0.5)))
    with pytest.raises(HeconError, match="asked for 5"):
        payments(Agreement("x", "", (PayForResponse("1", "5 years", "alive"),)), cohort((1, 1)))
    with pytest.raises(HeconError, match="'p' in 'p' has no value here"):
        payments(Agreement("x", "", (Discount("p"),)), cohort((1, 1)))
