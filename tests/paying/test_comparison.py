"""Agreements compared: the discrete vector, the linear price, and a run under each agreement at the prices found."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book

import hecon
from hecon.analysis.paying.comparison import Decision, Paid, compare
from hecon.analysis.paying.milestones import Milestones
from hecon.analysis.paying.payments import Payments, payments
from hecon.errors import HeconError
from hecon.results.agreements import agreement_table
from hecon.structure.agreements.lowering import with_agreements
from hecon.structure.agreements.reading import agreements_of
from hecon.structure.agreements.terms import Agreement, Instalments

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
    {"name": "shared", "terms": "Discount('0.1'); Coverage('0.8')"},
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
    path = Path(__file__).parents[1] / "vectors" / "agreements.json"
    (vector,) = json.loads(path.read_text())["schemes psa discrete"].values()
    response = np.array([0.2, 0.6])
    net = np.array([[0.0, 0.0], 30_000 * response - 10_000])
    rows, _ = compare(
        [Paid(one(10_000 * response, "refund"), 1.0, np.zeros(2))],
        one([1e4, 1e4], ""),
        Decision(net, 1, 0, 0.0, True, ("none", "drug")),
        "own",
    )
    plain, with_it = rows
    assert (plain.evpi, with_it.evpi) == (vector["EVPI none"], vector["EVPI scheme"])
    assert [with_it.paid, with_it.revenue_sd] == vector["revenue scheme mean, sd"]
    assert (plain.paid, plain.revenue_sd) == (vector["revenue none"], 0.0)
    assert [plain.inmb, with_it.inmb] == [np.mean(vector[f"{one}scheme INMB"]) for one in ("no ", "")]
    assert (plain.p_loss, with_it.p_loss) == (0.5, 0.0)


def test_at_equal_payment_all_pay_the_same(analysis: Any) -> None:
    """Each agreement pays the target; the equivalent rebate is 1 - target / list; a discount then differs from none in nothing."""
    table = agreement_table(analysis, at="equal", payment=200_000.0)
    assert [row.paid for row in table.rows] == pytest.approx([200_000.0] * 6, rel=1e-12)
    assert {round(row.equivalent, 9) for row in table.rows} == {round(1 - 200_000 / table.list_price, 9)}
    plain, off = table.rows[0], table.row("off")
    assert off.inmb == pytest.approx(plain.inmb - off.administration, rel=1e-9)
    assert off.revenue_sd == pytest.approx(plain.revenue_sd, rel=1e-9)
    assert (
        table.row("thirds").revenue_sd > plain.revenue_sd
    )  # whether patients relapse is now the manufacturer's chance too


@pytest.mark.parametrize("perspective", ["payer", "health care sector"])
def test_a_run_at_the_price_found_says_the_same(analysis: Any, perspective: str) -> None:
    """The model run under an agreement at the price found: the same net benefit and chance of loss; 0 at the value-based price.

    What the patient pays counts where the perspective counts out-of-pocket, and only there.
    """
    from dataclasses import replace

    table = analysis.agreements(payment=180_000.0, perspective=perspective)
    declared = {agreement.name: agreement for agreement in agreements_of(analysis.book)}
    for name in declared:
        row = table.row(name)
        for price, wanted in ((row.price, row.inmb), (row.vbp, 0.0)):
            model, book = with_agreements(small(), analysis.book, [replace(declared[name], price=repr(price))], name)
            found = hecon.run(model, book.sample(400, seed=1))
            net = hecon.analysis.cost_effectiveness.net_benefit.nmb(found, 50_000.0, perspective)
            gain = net[1] - net[0]
            assert gain.mean() == pytest.approx(wanted, rel=1e-6, abs=1e-3), name
            if price == row.price:
                assert (gain < 0).mean() == row.p_loss
                assert net.max(axis=0).mean() - net.mean(axis=1).max() == pytest.approx(row.evpi, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("cycle", "horizon"), [("1 week", "10 years"), ("1 year", "10 years"), ("1 month", "2 years")])
def test_a_run_says_the_same_whatever_the_cycle(cycle: str, horizon: str) -> None:
    """Milestones stand at the model's own rows, and reach no further than the agreements look."""
    from dataclasses import replace

    book = small_book()
    unbound = {
        name: replace(one, unit="probability" if "per month" in one.unit else one.unit)
        for name, one in book.parameters.items()
    }
    book = type(book)(**{**vars(book), "records": {"schemes": ROWS}, "parameters": unbound})
    model = small(cycle=cycle, horizon=horizon)
    table = hecon.open_case(model, book).run(draws=20, seed=1).agreements(at="own")
    for one in agreements_of(book):
        agreed, made = with_agreements(model, book, [one], one.name)
        net = hecon.analysis.cost_effectiveness.net_benefit.nmb(
            hecon.run(agreed, made.sample(20, seed=1)), 50_000.0, "payer"
        )
        assert (net[1] - net[0]).mean() == pytest.approx(table.row(one.name).inmb, rel=1e-9), one.name


def test_what_the_patient_pays_is_not_the_payers(analysis: Any) -> None:
    """Of 90% of the price the payer pays 80%: 72% of the list price, the patient 18%; receipts are of both."""
    table = analysis.agreements(["shared"], at="own")
    row = table.row("shared")
    assert (row.paid / table.list_price, row.patient / table.list_price) == pytest.approx((0.72, 0.18), rel=1e-9)
    assert row.equivalent == pytest.approx(0.28, rel=1e-9)
    assert row.revenue_sd == pytest.approx(0.9 * table.rows[0].revenue_sd, rel=1e-9)
    both = analysis.agreements(["shared"], at="own", perspective="health care sector").row("shared")
    assert row.inmb - both.inmb == pytest.approx(row.patient, rel=1e-9)


def test_the_decision_or_only_the_cash(analysis: Any) -> None:
    """A rebate that is large enough changes the decision; at equal payment thirds change the chance of it alone."""
    table = analysis.agreements(["thirds"])
    told, before, after = table.decision("thirds"), table.rows[0], table.row("thirds")
    assert told.startswith("thirds changes only the cash, not the decision")
    assert f"goes from {before.p_best:.3f} to {after.p_best:.3f}" in told
    own = analysis.agreements(["thirds"], at="own", wtp=300_000.0)
    assert (own.rows[0].best, own.row("thirds").best) == ("usual", "cell")
    assert "changes the decision: cell is best on average, in place of usual" in own.decision("thirds")


def test_a_rebate_in_disguise(analysis: Any) -> None:
    """Thirds at the list price pay less than it; at the neutral price they pay it. A discount hides nothing."""
    table = analysis.agreements(["thirds", "off"], at="own")
    row = table.row("thirds")
    assert row.hidden == pytest.approx(1 - row.own / table.list_price, rel=1e-12)
    assert row.neutral * row.own == pytest.approx(table.list_price, rel=1e-12)
    assert f"at the list price, is a rebate of {row.hidden:.1%} in disguise" in table.disguise("thirds")
    assert table.disguise("off") == ""
    assert analysis.agreements(["thirds"], payment=table.list_price).row("thirds").price == pytest.approx(row.neutral)


def test_thirds_of_the_leukaemia_trial() -> None:
    """Event-free 73% at 6 months and 50% at 12, at 3%: thirds of 475,000 are a rebate of 26.5%; neutral at 215,446 each."""
    free = 475_000 * np.array([[1.0], [0.73], [0.50]])
    held = Milestones(np.array([475_000.0]), ("free", "lost"), ("lost",), np.array([0.0, 0.5, 1.0]),
                      np.array([free, 475_000 - free]), np.zeros(1), np.ones(1))  # fmt: skip
    terms = (Instalments(("0 months", "6 months", "12 months"), ("1/3", "1/3", "1/3"), "free"),)
    thirds, base = payments(Agreement("thirds", "", terms), held), payments(Agreement("", "", ()), held)
    decision = Decision(np.zeros((2, 1)), 1, 0, 0.03, True, ("usual", "cell"))
    row = compare([Paid(thirds, 1.0, np.zeros(1))], base, decision, "own")[0][1]
    assert round(row.hidden, 3) == 0.265
    assert row.neutral * 475_000 / 3 == pytest.approx(475_000 / (1 + 0.73 * 1.03**-0.5 + 0.5 / 1.03))


def test_agreements_of_no_effect_equal_none() -> None:
    """No rebate, and everything at once: every figure of the row is that of the model's own way of paying."""
    rows = (
        {"name": "none", "terms": "Discount('0')"},
        {"name": "at once", "terms": "Instalments(at=['0 months'], shares=['1'])"},
    )
    book = small_book()
    book = type(book)(**{**vars(book), "records": {"schemes": rows}})
    table = hecon.open_case(small(), book).run(draws=100, seed=1).agreements(at="own")
    figures = [{k: v for k, v in vars(row).items() if k not in ("agreement", "label")} for row in table.rows]
    assert figures[1] == figures[0]
    assert figures[2] == figures[0]


def test_what_milestones_cannot_price_is_left_out_and_said() -> None:
    rows = ({"name": "cap", "terms": "CycleCap('8')"}, {"name": "off", "terms": "Discount('0.3')"})
    book = small_book()
    book = type(book)(**{**vars(book), "records": {"schemes": rows}})
    analysis = hecon.open_case(small(), book).run(draws=0)
    table = analysis.agreements()
    assert [row.agreement for row in table.rows] == ["plain rebate", "off"]
    assert "left out: agreement cap: CycleCap is for a product paid per cycle" in str(table)
    with pytest.raises(HeconError, match="CycleCap is for a product paid per cycle"):
        analysis.agreements(["cap"])


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
