"""Cash by period: by hand, all parties sum to zero, an enrolment is its cohorts put after one another."""

from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book
from tests.paying.test_agreements import SEVERAL
from tests.paying.test_payments import cohort

from hecon.analysis.paying.administration import administration
from hecon.analysis.paying.cash_flow import flows_of
from hecon.analysis.paying.payments import payments
from hecon.errors import HeconError
from hecon.results.paying import milestones_of
from hecon.structure.agreements.terms import Agreement, Coverage, Instalments, Refund

HALVES = Agreement(
    "halves", "", (Instalments(("0 years", "1 year"), ("1/2", "1/2"), "alive_now"), Coverage("0.8")),
    administration="100", per_assessment="10",
)  # fmt: skip


def flows(agreement: Agreement, survival: Any, years: float = 3, **choices: Any) -> Any:
    held = cohort(survival)
    return flows_of(payments(agreement, held), administration(agreement, held), years, **choices)


def test_one_patient_by_hand() -> None:
    """Half of 10,000 now and half after a year to the 60% still alive; the patient pays a fifth, an assessment costs 10."""
    found = flows(HALVES, (1, 0.6, 0.5, 0.4))
    payer, patient, manufacturer, administrator = found.cash[:, :, 0].tolist()
    assert payer == pytest.approx([-4000 - 110, -2400 - 6, 0])
    assert patient == pytest.approx([-1000, -600, 0])
    assert manufacturer == pytest.approx([5000, 3000, 0])
    assert administrator == pytest.approx([110, 6, 0])
    assert found.owed[:, 0].tolist() == pytest.approx([3000, 0, 0])
    assert found.owed_most[:, 0].tolist() == pytest.approx([5000, 0, 0])


def test_an_enrolment_by_hand() -> None:
    """24 a year, 2 at the start of each month: the second halves begin in year 2; what is owed stays, at 24 second halves."""
    found = flows(HALVES, (1, 0.6, 0.5, 0.4), enrolment=24.0)
    assert found.cash[2, :, 0].tolist() == pytest.approx([24 * 5000, 24 * 8000, 24 * 8000])
    assert found.owed[:, 0].tolist() == pytest.approx([24 * 3000] * 3)
    assert found.owed_most[:, 0].tolist() == pytest.approx([24 * 5000] * 3)
    by_quarter = flows(HALVES, (1, 0.6, 0.5, 0.4), enrolment=24.0, by="quarter")
    assert by_quarter.cash.reshape(4, 3, 4, -1).sum(axis=2) == pytest.approx(found.cash)
    assert by_quarter.owed[:4, 0].tolist() == pytest.approx([6 * 3000, 12 * 3000, 18 * 3000, 24 * 3000])


def test_a_refund_is_owed_by_the_manufacturer() -> None:
    """Half back on death within two years: 30% die in the first and 20% in the second; in mid-year each."""
    back = Agreement("back", "", (Refund("0.5", "* -> dead", "2 years"),))
    found = flows(back, (1, 0.7, 0.5, 0.5))
    assert found.cash[0, :, 0].tolist() == pytest.approx([-10_000 + 1500, 1000, 0])
    assert found.back[:, 0].tolist() == pytest.approx([1000, 0, 0])
    assert found.back_most[:, 0].tolist() == pytest.approx([5000, 0, 0])  # all may still die in the second year


def test_all_parties_sum_to_zero_in_each_draw_and_period() -> None:
    held, _ = milestones_of(small(), small_book().sample(50, seed=1))
    for agreement in SEVERAL:
        paid, run = payments(agreement, held), administration(agreement, held)
        for by in ("year", "month"):
            for enrolment in (None, 30.0):
                found = flows_of(paid, run, 7, by, enrolment)
                assert np.abs(found.cash.sum(axis=0)).max() < 1e-6, agreement.name
                assert (found.owed <= found.owed_most + 1e-6).all()
                assert (found.back <= found.back_most + 1e-6).all()
        whole = flows_of(paid, run, 7).cash
        assert whole[2].sum(axis=0) == pytest.approx(paid.paid.sum(axis=0)), agreement.name
        assert whole[1].sum(axis=0) == pytest.approx(-paid.patient.sum(axis=0)), agreement.name


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(HeconError, match="by year, quarter, month; got 'week'"):
        flows(HALVES, (1, 0.6), by="week")
    with pytest.raises(HeconError, match=r"whole number of years above 0; got 1\.5"):
        flows(HALVES, (1, 0.6), years=1.5)
    with pytest.raises(HeconError, match="above 0 patients a year; got -1"):
        flows(HALVES, (1, 0.6), enrolment=-1.0)
