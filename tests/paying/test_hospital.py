"""The hospital's side: a case by hand, spread between patients, cash by month, who pays for what is not used, refusals."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book

import hecon
from hecon.analysis.paying.hospital import Cases, NotTreated, StayCost, Terms, case_rows, cases, factors
from hecon.analysis.paying.hospital_year import years
from hecon.analysis.paying.working_capital import PARTIES, PassedOn, flows, working_capital
from hecon.errors import HeconError, InputError
from hecon.inputs.stay import Spread, stay_of

PRICE, MADE = 300_000.0, 0.9
ROWS = (
    ("fee", "9000", "tariff"),
    ("extra", "290000", "add-on"),
    ("product", "", "acquisition"),
    ("d_ward", "10", "days"),
    ("c_ward", "800", "money a day"),
    ("p_icu", "0.25", "share", "intensive care"),
    ("c_icu", "20000", "money a stay", "intensive care"),
    ("wait", "73.05", "days to payment"),
    ("lost", "0.5", "invoiced share", "", "hospital"),
)


def records(*rows: Any, **columns: str) -> tuple[dict[str, str], ...]:
    names = ("name", "value", "unit", "group", "carried_by")
    made = [dict(zip(names, (*row, "", ""), strict=False)) | {"provenance": "assumption"} for row in rows]
    return tuple(row | {k: v for k, v in columns.items() if row["name"] == "d_ward"} for row in made)


def run(rows: Any, draws: int = 0, **options: Any) -> Any:
    book = small_book()
    book = replace(book, records={"stay": rows, "schemes": SCHEMES})
    return hecon.open_case(small(), book).run(draws=draws, seed=1, **options)


SCHEMES = (
    {"name": "off", "terms": "Discount('0.2')"},
    {
        "name": "thirds",
        "after": "infusion",
        "terms": "Instalments(at=['0 months', '6 months', '12 months'], shares=['1/3', '1/3', '1/3'], while_in='free')",
    },
    {
        "name": "shared",
        "after": "infusion",
        "terms": "Instalments(at=['6 months'], shares=['1'], while_in='free'); Coverage('0.9')",
    },
    {"name": "back", "after": "infusion", "terms": "Refund('0.5', '* -> dead', '13 months')"},
)


def test_an_average_case_by_hand() -> None:
    """9,000 + 290,000 - 300,000 - 10 x 800 = -9,000; with intensive care 20,000 less; a failure costs half the price."""
    table = run(records(*ROWS)).hospital(4000)
    lines = {what: amount.mean for what, amount in table.account.lines}
    share = -lines["intensive care"] / 20_000
    assert share == pytest.approx(0.25, abs=0.02)
    assert lines["acquisition"] == pytest.approx(-PRICE, rel=1e-12)
    assert table.row("without intensive care").margin.mean == pytest.approx(-9000, abs=1e-6)
    assert table.row("with intensive care").margin.mean == pytest.approx(-29_000, abs=1e-6)
    assert table.row("not made").margin.mean == pytest.approx(-PRICE / 2)
    assert table.row("not made").share == pytest.approx(1 - MADE)
    infused, intended = table.row("all infused"), table.row("all intended")
    assert infused.margin.mean == pytest.approx(-9000 - 20_000 * share)
    assert intended.margin.mean == pytest.approx(MADE * infused.margin.mean - (1 - MADE) * PRICE / 2)
    assert intended.share == pytest.approx(1.0)
    assert (infused.p_loss, infused.p_5, infused.p_50) == (1.0, pytest.approx(-29_000), pytest.approx(-9000))
    assert "carried by the hospital" in " ".join(table.sentences)


def test_cash_by_hand() -> None:
    """Paid at treatment, received 73.05 days (0.2 years, so in the third month) later; parties sum to zero in every month."""
    table = run(records(*ROWS)).hospital(50)
    icu = -dict(table.account.lines)["intensive care"].mean
    spent = MADE * (PRICE + 8000 + icu) + (1 - MADE) * PRICE / 2
    assert [one.mean for one in table.cash.cash[:3]] == pytest.approx([-spent] * 3)
    assert table.cash.cash[3].mean == pytest.approx(MADE * 299_000 - spent)
    assert table.cash.owed.mean == pytest.approx(MADE * 299_000 * 0.2)
    assert np.abs(table.cash.parties.sum(axis=0)).max() < 1e-6
    assert table.cash.cash[-1].mean == pytest.approx(table.row("all intended").margin.mean)


@pytest.mark.parametrize(("by", "loss"), [("payer", 0.0), ("manufacturer", 0.0), ("hospital", PRICE / 2)])
def test_who_pays_for_what_is_not_used(by: str, loss: float) -> None:
    rows = records(*ROWS[:-1], ("lost", "0.5", "invoiced share", "not made", by))
    table = run(rows, 20).hospital(10)
    assert table.row("not made").margin.mean == pytest.approx(-loss)
    paid = table.cash.parties[PARTIES.index("manufacturer")].sum(axis=0)
    share = table.cash.parties.shape[2]
    assert share == 20
    made = run(rows, 20).draws["p_made"]
    assert paid == pytest.approx(PRICE * (made + (by != "manufacturer") * (1 - made) / 2))
    assert np.abs(table.cash.parties.sum(axis=0)).max() < 1e-6


@pytest.mark.parametrize("between", ["gamma", "lognormal"])
def test_patients_differ_by_the_declared_spread(between: str) -> None:
    found = factors("ward", Spread(0.6, between), (50_000, 2), seed=3)
    assert found.mean() == pytest.approx(1.0, abs=0.01)
    assert found.std() == pytest.approx(0.6, abs=0.02)
    rows = records(*ROWS, spread="6", between=between)  # 6 of 10 days
    table = run(rows).hospital(20_000)
    ward = table.margin[table.margin > -1e9] + 9000 + 8000
    assert dict(table.account.lines)["stay"].mean == pytest.approx(-8000, rel=0.02)
    assert ward.size == 20_000
    assert table.row("without intensive care").p_5 < -9000 < table.row("without intensive care").p_95


def test_outlier_payment_by_hand() -> None:
    """Costs of 400 exceed 250 + 20 + 50 by 80; 80% of it is 64: 250 + 20 + 64 - 400 = -66. Below the threshold nothing is paid."""
    one = Terms(*(np.array([x]) for x in (250.0, 300.0, 30.0, 20.0, 50.0, 0.8)))
    assert cases(one, [StayCost("ward", np.array([100.0]))], {}, 1, 1).margin.tolist() == [[-66.0]]
    assert cases(one, [StayCost("ward", np.array([20.0]))], {}, 1, 1).margin.tolist() == [[-50.0]]


def test_no_spread_gives_the_mean_and_a_zero_margin_is_no_loss() -> None:
    one = Terms(*(np.array([x, x]) for x in (100.0, 60.0, 30.0)))
    found = cases(one, [StayCost("ward", np.array([40.0, 50.0]))], {"x": np.array([0.0, 1.0])}, 3, 1)
    assert found.margin.tolist() == [[0.0, -10.0]] * 3
    rows = {row.group: row for row in case_rows(found, np.ones(2), [])}
    assert rows["all infused"].p_loss == pytest.approx(0.5)
    assert (rows["with x"].p_loss, rows["without x"].p_loss) == (1.0, 0.0)


def test_a_discount_lowers_what_the_hospital_pays() -> None:
    plain, off = run(records(*ROWS)), run(records(*ROWS), scheme="off")
    gain = off.hospital(20).row("all infused").margin.mean - plain.hospital(20).row("all infused").margin.mean
    assert gain == pytest.approx(0.2 * PRICE)


def test_a_tariff_that_holds_the_product_is_cut_by_it() -> None:
    """A tariff of 299,000 of which 290,000 are for the product is, under thirds, one of 9,000; without saying so it is refused."""
    rest = (*ROWS[2:], ("parts", "1", "instalments", "", "payer"))
    apart = run(records(*ROWS[:2], *rest), scheme="thirds").hospital(5)
    held = ("fee", "299000", "tariff")
    within = run(records(held, ("part", "290000", "product in tariff"), *rest), scheme="thirds").hospital(5)
    assert within.row("all infused").margin.mean == pytest.approx(apart.row("all infused").margin.mean)
    with pytest.raises(InputError, match="or it would be paid twice"):
        run(records(held, *rest), scheme="thirds").hospital(5)
    with pytest.raises(InputError, match="is more than the tariff"):
        run(records(held, ("part", "300000", "product in tariff"), *rest), scheme="thirds").hospital(5)
    assert run(records(held, *rest)).hospital(5).row("all infused").p_loss == 1.0


@pytest.mark.parametrize("by", ["hospital", "payer"])
def test_the_patient_pays_a_tenth(by: str) -> None:
    rows = records(*ROWS[:-1], ("lost", "0", "invoiced share", "", "payer"), ("parts", "1", "instalments", "", by))
    cash = run(rows, 20, scheme="shared").hospital(10).cash
    paid = dict(zip(cash.names, cash.parties.sum(axis=1), strict=True))
    assert paid["patient"] == pytest.approx(-0.1 * paid["manufacturer"])
    assert np.abs(cash.parties.sum(axis=0)).max() < 1e-6
    assert "patient" in cash.to_frame().columns
    assert "patient" not in run(records(*ROWS)).hospital(5).cash.to_frame().columns


@pytest.mark.parametrize("scheme", ["thirds", "back"])
def test_instalments_are_carried_by_whom_it_says(scheme: str) -> None:
    """The product is no part of the margin; who carries moves cash, not totals."""
    found = {}
    for by in ("hospital", "payer"):
        rows = records(
            *ROWS[:-1], ("lost", "0.5", "invoiced share", "", "manufacturer"), ("parts", "1", "instalments", "", by)
        )
        found[by] = run(rows, 20, scheme=scheme).hospital(10)
    mine, theirs = found["hospital"], found["payer"]
    assert mine.row("all infused").margin.mean == pytest.approx(theirs.row("all infused").margin.mean)
    assert dict(mine.account.lines)["acquisition"].mean == 0.0
    total = {by: table.cash.parties.sum(axis=1) for by, table in found.items()}
    assert total["hospital"] == pytest.approx(total["payer"], abs=1e-6)
    assert np.abs(mine.cash.parties.sum(axis=0)).max() < 1e-6
    assert mine.cash.cash[0].mean < theirs.cash.cash[0].mean - 200_000
    assert mine.cash.owed.mean > theirs.cash.owed.mean


def test_thirds_while_free_by_hand() -> None:
    """Two of three patients still free at the second payment: the hospital carries the wait and gets back what is not paid."""
    when = np.array([[0.0], [0.5]])
    passed = PassedOn(
        "halves", when, np.array([[50.0], [30.0]]), np.array([[50.0], [50.0]]), np.zeros((2, 1)), "hospital"
    )
    one = Terms(np.zeros(1), np.zeros(1), np.array([36.525]))
    made = Cases({"": np.zeros((1, 1))}, {}, np.zeros((1, 1)), np.zeros((1, 1)))
    cash = working_capital(flows(one, made, np.ones(1), [], passed, 1), 1, "hospital", "EUR").cash
    assert [one.mean for one in cash] == pytest.approx([-100.0, -100.0, -50, -50, -50, -50, -30, -30, 0])


def test_what_is_not_declared_is_refused() -> None:
    with pytest.raises(InputError, match=r"write inputs/small/stay.csv with the columns name, value, unit, provenance"):
        run(()).hospital()
    with pytest.raises(InputError, match=r"not treated \('not made'\), and nobody is declared to pay"):
        run(records(*ROWS[:-1])).hospital()
    with pytest.raises(InputError, match="does not say who carries it"):
        run(records(*ROWS), scheme="thirds").hospital()
    with pytest.raises(InputError, match="no patient of the model is 'not mad'; did you mean 'not made'"):
        run(records(*ROWS, ("other", "1", "invoiced share", "not mad", "payer"))).hospital()
    with pytest.raises(HeconError, match="at least 1 patient"):
        run(records(*ROWS)).hospital(0)


def test_faults_are_told_together_with_their_cells() -> None:
    rows = records(
        ("fee", "9000", "tarif"), ("d_ward", "10", "days"), ("c_icu", "5", "money a stay", "icu"),
        ("lost", "2", "invoiced share", "", "nobody"), spread="3", between="normal",
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        stay_of(replace(small_book(), records={"stay": rows}), "cell")
    told = str(caught.value)
    for part in (
        "stay!C2 (fee): 'tarif' is not a unit of a stay; did you mean 'tariff'?",
        "stay!H3 (d_ward): says how patients differ: write gamma or lognormal; got 'normal'",
        "there is no row in 'share' of group 'icu'",
        "stay!E5 (lost): 'nobody' is none of those who can carry it",
        "stay!B5 (lost): its stated support lies between 0 and 1; its value is 2",
        "no row in 'days to payment'",
        "needs one row in 'days' with one in 'money a day'",
        "no row in 'acquisition'",
    ):
        assert part in told, told


def test_rows_of_another_strategy_are_left_out() -> None:
    rows = (*records(*ROWS), records(("fee_usual", "1", "tariff"))[0] | {"strategy": "usual"})
    assert stay_of(replace(small_book(), records={"stay": rows}), "cell").one("tariff").name == "fee"


def test_not_treated_of_an_unused_product_by_the_manufacturer() -> None:
    lost = NotTreated("failed", np.array([0.5]), np.array([90.0]), "manufacturer")
    one = Terms(np.array([100.0]), np.array([90.0]), np.array([30.0]))
    made = cases(one, [StayCost("ward", np.array([5.0]))], {}, 1, 1)
    got = flows(one, made, np.array([0.5]), [lost], None, 1)
    assert sum(float(flow.amount.sum()) for flow in got if flow.taker == "manufacturer") == 45.0


def test_a_year_by_hand() -> None:
    """Nobody differs: 10 patients lose 10 times a case. Where half are not treated and their product is lost, both weigh in."""
    one = Terms(*(np.array([x, x]) for x in (100.0, 60.0, 30.0)))
    found = cases(one, [StayCost("ward", np.array([30.0, 50.0]))], {}, 400, 1)
    row = years(found, np.ones(2), [], 1, "EUR", sizes=(10,)).rows[0]
    assert (row.margin, row.p_loss, row.p_5, row.p_95) == (0.0, 0.5, -100.0, 100.0)
    lost = NotTreated("failed", np.array([0.5, 0.5]), np.array([60.0, 60.0]), "hospital")
    row = years(found, np.array([0.5, 0.5]), [lost], 1, "EUR", sizes=(10,)).rows[0]
    assert row.margin == pytest.approx(10 * -30.0, abs=25)
    free = replace(lost, carried_by="payer")
    assert years(found, np.array([0.5, 0.5]), [free], 1, "EUR", sizes=(1,)).rows[0].margin == pytest.approx(0.0, abs=1)


def test_a_year_of_many_is_the_mean_case() -> None:
    """More patients, less chance: the year's median per patient nears the mean of those intended."""
    table = run(records(*ROWS, spread="6", between="gamma"), 30).hospital(200)
    small_year, *_, large = table.year.rows
    mean = table.row("all intended").margin.mean
    assert large.p_50 / large.cases == pytest.approx(mean, rel=0.1)
    width = {row.cases: (row.p_95 - row.p_5) / row.cases for row in table.year.rows}
    assert width[small_year.cases] > 2 * width[large.cases]
    assert run(records(*ROWS)).hospital(4).year.rows == ()
