"""Agreements compared: the discrete vector, the linear price, and a run under each agreement at the prices found."""

from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book

import hecon
from hecon.analysis.paying.comparison import Decision, Paid, compare
from hecon.analysis.paying.payments import Payments
from hecon.errors import HeconError
from hecon.results.agreements import agreement_table
from hecon.structure.agreements.lowering import with_agreements
from hecon.structure.agreements.reading import agreements_of

ROWS = (
    {
        "name": "thirds",
        "terms": "Instalments(at=['0 months', '6 months', '12 months'], shares=['1/3', '1/3', '1/3'], while_in='free')",
    },
    {"name": "off", "terms": "Discount('0.3')", "administration": "100"},
    {"name": "back", "terms": "Refund('0.5', '* -> dead', '12 months')", "after": "infusion", "per_assessment": "10"},
    {
        "name": "late",
        "terms": "PayForResponse('0.48', '18 months', 'free')",
        "after": "infusion",
        "per_assessment": "10",
    },
)


@pytest.fixture(scope="module")
def analysis() -> Any:
    book = small_book()
    book = type(book)(**{**vars(book), "records": {"schemes": ROWS}})
    return hecon.open_case(small(), book).run(draws=400, seed=1)


def one(paid: Any, name: str) -> Payments:
    paid = np.array([paid], dtype=float)
    return Payments(name, np.zeros_like(paid), paid, np.full_like(paid, 10_000.0), ("",), np.zeros_like(paid))


def test_response_refund_by_the_vector() -> None:
    """Response 0.2 or 0.6, 30,000 a unit, list 10,000, refund of non-responders: EVPI 2,000 then 0; revenue 4,000, SD 2,000."""
    response = np.array([0.2, 0.6])
    net = np.array([[0.0, 0.0], 30_000 * response - 10_000])
    rows, _ = compare(
        [Paid(one(10_000 * response, "refund"), 1.0, np.zeros(2))],
        one([1e4, 1e4], ""),
        Decision(net, 1, 0, 0.0, True, ("none", "drug")),
        "own",
    )
    plain, with_it = rows
    assert (plain.evpi, with_it.evpi) == (2000.0, 0.0)
    assert (with_it.paid, with_it.revenue_sd) == (4000.0, 2000.0)
    assert (plain.inmb, with_it.inmb) == (2000.0, 8000.0)
    assert (plain.p_loss, with_it.p_loss) == (0.5, 0.0)


def test_at_equal_payment_all_pay_the_same(analysis: Any) -> None:
    """Each agreement pays the target; the equivalent rebate is 1 - target / list; a discount then differs from none in nothing."""
    table = agreement_table(analysis, at="equal", payment=200_000.0)
    assert [row.paid for row in table.rows] == pytest.approx([200_000.0] * 5, rel=1e-12)
    assert {round(row.equivalent, 9) for row in table.rows} == {round(1 - 200_000 / table.list_price, 9)}
    plain, off = table.rows[0], table.row("off")
    assert off.inmb == pytest.approx(plain.inmb - off.administration, rel=1e-9)
    assert off.revenue_sd == pytest.approx(plain.revenue_sd, rel=1e-9)
    assert (
        table.row("thirds").revenue_sd > plain.revenue_sd
    )  # whether patients relapse is now the manufacturer's chance too


def test_a_run_at_the_price_found_says_the_same(analysis: Any) -> None:
    """The model run under an agreement at the price found: the same net benefit and chance of loss; 0 at the value-based price."""
    from dataclasses import replace

    table = agreement_table(analysis, at="equal", payment=180_000.0)
    declared = {agreement.name: agreement for agreement in agreements_of(analysis.book)}
    for name in declared:
        row = table.row(name)
        for price, wanted in ((row.price, row.inmb), (row.vbp, 0.0)):
            model, book = with_agreements(small(), analysis.book, [replace(declared[name], price=repr(price))], name)
            found = hecon.run(model, book.sample(400, seed=1))
            net = hecon.analysis.cost_effectiveness.net_benefit.nmb(found, 50_000.0, "payer")
            gain = net[1] - net[0]
            assert gain.mean() == pytest.approx(wanted, rel=1e-6, abs=1e-3), name
            if price == row.price:
                assert (gain < 0).mean() == row.p_loss


def test_liability_at_the_end_of_the_first_year(analysis: Any) -> None:
    """48% at 18 months is owed when the first year ends, for all by the contract, for those still free as expected."""
    row = agreement_table(analysis, ["late"], at="own").row("late")
    p_made = analysis.draws["p_made"].mean()
    assert row.owed_most == pytest.approx(0.48 * 300_000 * p_made, rel=1e-9)
    assert 0 < row.owed < row.owed_most


def test_what_cannot_be_compared_is_refused(analysis: Any) -> None:
    with pytest.raises(HeconError, match="did you mean 'thirds'"):
        agreement_table(analysis, ["third"])
    with pytest.raises(HeconError, match="equal or own prices; got 'list'"):
        agreement_table(analysis, at="list")
    under = hecon.open_case(small(), analysis.book).run(draws=0, scheme="off")
    with pytest.raises(HeconError, match="leave out --scheme"):
        agreement_table(under)
