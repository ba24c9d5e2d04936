"""Agreements per patient: ordinary items, equal to sums by hand, to no agreement where they change nothing, and to the workbook."""

from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book

import hecon
from hecon.errors import InputError, ModelError
from hecon.structure.agreements.lowering import with_agreements
from hecon.structure.agreements.reading import agreements_of, read_terms, scheme_faults
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
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify

THIRDS = Instalments(("0 months", "6 months", "12 months"), ("1/3", "1/3", "1/3"), "free")
SEVERAL = (
    Agreement("nothing", "No rebate", (Discount("0"),)),
    Agreement("at_once", "All at once", (Instalments(("0 months",), ("1",)),)),
    Agreement("thirds", "Thirds while free of relapse", (THIRDS,), after="infusion"),
    Agreement(
        "days",
        "180, 270 and 365 days",
        (Instalments(("180 days", "270 days", "365 days"), ("1/3", "1/3", "1/3"), "free"),),
    ),
    Agreement("response", "48% at 18 months", (PayForResponse("0.48", "18 months", "free"),), after="infusion"),
    Agreement("back", "Half back on death", (Refund("0.5", "* -> dead", "100 days"),)),
    Agreement(
        "yearly", "Five years", (Annuity("5", "0.03", "alive", due="end"),), administration="1000", per_assessment="50"
    ),
    Agreement("shared", "A tenth off, the patient pays a fifth", (Discount("0.1"), Coverage("0.8"))),
)


@pytest.fixture(scope="module")
def agreed() -> Any:
    return with_agreements(small(), small_book(), SEVERAL)


def paid(agreed: Any, name: str, draws: int = 50) -> Any:
    """Product cost (draw,) of the cell therapy under an agreement, discounted, and the trace of its leaf."""
    model, book = agreed
    number = [one.name for one in SEVERAL].index(name) + 1
    found = hecon.run(model, book.sample(draws, seed=1).fix(agreement=float(number)), keep=("ledger",))
    place = found.strategies.index("cell")
    return found.values[place, found.select(kind="cost", category="product")].sum(axis=0), found


def states(p: Any, months: int) -> Any:
    """(month, draw): free and alive of those infused, by plain products."""
    stay = 1 - p["p_relapse_cell"] - p["p_die"]
    free, relapsed = [np.ones_like(stay)], [np.zeros_like(stay)]
    for _ in range(months):
        relapsed.append(relapsed[-1] * (1 - p["p_die_relapsed"]) + free[-1] * p["p_relapse_cell"])
        free.append(free[-1] * stay)
    return np.array(free), np.array(free) + np.array(relapsed)


def between(rows: Any, month: Any) -> Any:
    """On the straight line between two rows, draw by draw."""
    low = np.floor(month).astype(int)
    k = np.arange(rows.shape[1])
    return rows[low, k] * (1 - (month - low)) + rows[low + 1, k] * (month - low)


def test_of_no_effect_equal_the_base_case(agreed: Any) -> None:
    """No rebate, and everything at once, pay what the model pays; so does the switch at 0. Sums may be added in another order."""
    model, book = agreed
    draws = book.sample(50, seed=1)
    plain = hecon.run(small(), small_book().sample(50, seed=1))
    for number in (0.0, 1.0, 2.0):
        found = hecon.run(model, draws.fix(agreement=number))
        for perspective in ("payer", "health care sector", "societal"):
            assert np.allclose(found.cost(perspective), plain.cost(perspective), rtol=1e-15), number
        assert np.allclose(found.effect(), plain.effect(), rtol=1e-13)


def test_thirds_by_hand(agreed: Any) -> None:
    """A third of the price at 0, 6 and 12 months after infusion, each for those still free, discounted from the decision."""
    found, _ = paid(agreed, "thirds")
    p = agreed[1].sample(50, seed=1)
    free, _ = states(p, 12)
    wait = p["d_wait"]
    wanted = p["p_made"] * sum(100_000 * free[m] * 1.03 ** -(wait + m / 12) for m in (0, 6, 12))
    assert found == pytest.approx(wanted, rel=1e-12)


def test_days_that_are_no_rows(agreed: Any) -> None:
    """180, 270 and 365 days from the decision fall between rows of a monthly model, elsewhere in each draw."""
    found, _ = paid(agreed, "days")
    p = agreed[1].sample(50, seed=1)
    free, _ = states(p, 14)
    wait = p["d_wait"]
    wanted = 0.0
    for days in (180, 270, 365):
        years = days / 365.25
        wanted = wanted + p["p_made"] * 100_000 * between(free, (years - wait) * 12) * 1.03**-years
    assert found == pytest.approx(wanted, rel=1e-12)


def test_refund_by_hand(agreed: Any) -> None:
    """Half back on death before 100 days from the decision: whole months, and the part of the month in which that day lies."""
    found, _ = paid(agreed, "back")
    p = agreed[1].sample(50, seed=1)
    _, alive = states(p, 6)
    wait, price = p["d_wait"], 300_000.0
    wanted = p["p_made"] * price
    for k in range(6):
        died = alive[k] - alive[k + 1]
        part = np.clip((100 / 365.25 - wait - k / 12) * 12, 0, 1)
        wanted = wanted - p["p_made"] * price * 0.5 * died * part * 1.03 ** -(wait + (k + 0.5) / 12)
    assert found == pytest.approx(wanted, rel=1e-12)


def test_annuity_by_hand(agreed: Any) -> None:
    """300,000 over five years at 3%, at the end of each: 65,506.37 a year, for those alive; 1,000 at treatment, 50 a check."""
    found, outcomes = paid(agreed, "yearly")
    p = agreed[1].sample(50, seed=1)
    _, alive = states(p, 61)
    yearly = 300_000 * 0.03 / (1 - 1.03**-5)
    assert yearly == pytest.approx(65_506.37, abs=0.01)
    at = [between(alive, (years - p["d_wait"]) * 12) * 1.03**-years for years in (1, 2, 3, 4, 5)]
    assert found == pytest.approx(p["p_made"] * yearly * sum(at), rel=1e-12)
    programme = outcomes.values[
        outcomes.strategies.index("cell"), outcomes.select(kind="cost", category="programme")
    ].sum(axis=0)
    assert programme == pytest.approx(p["p_made"] * (1000 + 50 * sum(at)), rel=1e-12)


def test_patient_and_payer_share(agreed: Any) -> None:
    """A tenth off, then a fifth from the patient: 216,000 and 54,000 for each infused."""
    _, outcomes = paid(agreed, "shared")
    place = outcomes.strategies.index("cell")
    p_made = agreed[1].sample(50, seed=1)["p_made"]
    for payer, wanted in (("health care", 216_000), ("patient", 54_000)):
        found = outcomes.values[place, outcomes.select(kind="cost", category="product", payer=payer)].sum(axis=0)
        assert found == pytest.approx(p_made * wanted, rel=1e-12)


def test_ledger_dates_each_payment(agreed: Any) -> None:
    """What is paid in each year adds up to the total; the third third falls in the second year, after the wait."""
    found, outcomes = paid(agreed, "thirds")
    ledger = outcomes.kept["ledger"]
    by_year = sum(ledger.of("cell", "cost", item.name) for item in outcomes.items if item.category == "product")
    assert by_year.sum(axis=0) == pytest.approx(found, rel=1e-12)
    assert (by_year[1] > 0).all()
    assert (by_year[2:] == 0).all()


def test_per_cycle_terms_by_hand() -> None:
    """1,000 a cycle while 95% stay: the first two free, 7,242.80 of 9,192.80 in 12 cycles; a cap at 8 pays 6,731.59."""
    from tests.paying.test_payments import VECTORS

    from hecon import Cost, MarkovModel, Parameter, Strategy, make_book

    model = MarkovModel(
        ("on", "off"), "1 year", "12 years", "start", "start", transitions={"on -> off": "0.05"},
        outcomes=[Cost("drug", {"on": "price"}, "product", "health care", per="cycle")], title="Drug", start="on",
        strategies=[Strategy("drug")], discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
    )  # fmt: skip
    book = make_book("drug", [Parameter(name="price", value=1000.0)])
    agreements = [Agreement("free", "", (FreeInitiation("2"),)), Agreement("cap", "", (CycleCap("8"),))]
    agreed_model, agreed_book = with_agreements(model, book, agreements)
    costs = [hecon.run(agreed_model, agreed_book.fix(agreement=k)).cost("payer")[0, 0] for k in (0, 1, 2)]
    free = "free first 2 of 12 cycles, survival on tx .95^k (k=0..11), 1000/cycle: pay"
    wanted = [VECTORS[one] for one in (" ... without", free, "cost cap 8 cycles")]
    assert costs == pytest.approx(wanted, rel=1e-12)


def test_the_workbook_has_them_live(agreed: Any, tmp_path: Any) -> None:
    """Every cell of the workbook equals the engine's under other inputs, the switch among them."""
    from hecon.workbook.write import write_executable

    model, book = agreed
    draws = book.sample(20, seed=1)
    psa = hecon.run(model, draws)
    made = Made(model, book, "payer", 50_000.0, "usual", psa, draws)
    write_executable(
        tmp_path / "a.xlsx", model, book, hecon.run(model, book.base()), psa, draws,
        perspective="payer", wtp=50_000.0, reference="usual",
    )  # fmt: skip
    certificate = verify(tmp_path / "a.xlsx", made, count=4, engine="formualizer", inputs=False)
    assert certificate.passed, str(certificate)


@pytest.mark.parametrize(
    ("agreement", "told"),
    [
        (
            Agreement("x", "", (PayForResponse("0.5", "1 year", "complete_response"),)),
            "does not hold 'complete_response'",
        ),
        (Agreement("x", "", (PayForResponse("0.5", "1 year", "fre"),)), "did you mean 'free'"),
        (Agreement("x", "", (CycleCap("8"),)), "is for a product paid per cycle"),
        (Agreement("x", "", (THIRDS, Annuity("5"))), "one term says when"),
        (Agreement("x", "", (THIRDS, Refund("0.5", "* -> dead", "1 year"))), "payments that were never made"),
        (Agreement("x", "", (Instalments(("0 months", "1 year"), ("0.5", "0.4"), "free"),)), "add up to 0.9, not to 1"),
        (Agreement("x", "", (Instalments(("1 year", "0 months"), ("0.5", "0.5"), "free"),)), "must increase"),
        (Agreement("x", "", (Discount("0.1"),), strategy="cells"), "did you mean 'cell'"),
        (Agreement("x", "", (Discount("0.1"),), item="drug"), "with a product"),
        (Agreement("x", "", (Discount("0.1"),), after="approval"), "neither '' (the decision) nor 'infusion'"),
        (Agreement("x", "", (Annuity("2.5"),)), "whole number above 0"),
    ],
)
def test_what_cannot_be_agreed_is_refused(agreement: Agreement, told: str) -> None:
    with pytest.raises(ModelError, match="agreement x") as error:
        with_agreements(small(), small_book(), [agreement])
    assert told in str(error.value)


def test_money_written_as_a_number_is_refused_where_inputs_were_converted() -> None:
    """Parameters are converted, a number in the table is not: 100 EUR would be taken for 100 USD."""
    rows = ({"name": "off", "terms": "Discount('0.1')", "administration": "100", "per_assessment": "c_care / 100"},)
    book = small_book()
    made = type(book)(**{**vars(book), "records": {"schemes": rows}})
    assert agreements_of(made)[0].administration == "100"
    converted = type(book)(**{**vars(made), "settings": {**book.settings, "converted": "to USD 2023"}})
    (told,) = map(str, scheme_faults(converted))
    assert told.startswith("schemes!C2 (off): '100' is money that was not converted")


def test_the_table_is_read_with_all_its_faults() -> None:
    """A row per agreement; every fault with its cell, at once."""
    rows = (
        {
            "name": "thirds",
            "terms": "Instalments(at=['0 months', '6 months'], shares=['0.5', '0.5'], while_in='free')",
            "after": "",
        },
        {"name": "two", "terms": "Discount(0.1); Refund('0.5', '* -> dead', '12 months')", "after": "infusion"},
    )
    found = agreements_of(small_book().__class__("small", {}, records={"schemes": rows}))
    assert found[0].terms[0] == Instalments(("0 months", "6 months"), ("0.5", "0.5"), "free")
    assert [type(one).__name__ for one in found[1].terms] == ["Discount", "Refund"]
    bad = (
        {"name": "a", "terms": "Discont('0.1')", "after": ""},
        {"name": "a", "terms": "Discount(rebat='0.1')", "after": "approval"},
        {"name": "b", "terms": "__import__('os')", "after": ""},
    )
    told = [str(one) for one in scheme_faults(small_book().__class__("small", {}, records={"schemes": bad}))]
    assert [one.split(" ")[0] for one in told] == ["schemes!B2", "schemes!C3", "schemes!B3", "schemes!B4"]
    with pytest.raises(InputError, match=r"declares no agreements: write schemes\.csv"):
        agreements_of(small_book())
    with pytest.raises(InputError, match="has no terms"):
        read_terms(" ")
