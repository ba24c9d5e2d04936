"""The agreements of the leukaemia and the second-line lymphoma case: complete, said what is assumed, and paid as by hand."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import hecon
from hecon.errors import HeconError, ModelError
from hecon.evaluate.keep.traces import traces
from hecon.results.agreements import agreement_table
from hecon.structure.agreements.lowering import with_agreements
from hecon.structure.agreements.reading import agreements_of
from hecon.structure.agreements.terms import Agreement, Instalments, PayForResponse

ROOT = Path(__file__).parents[2]
LEUKAEMIA, LYMPHOMA = CASES = ("car_t_paediatric_all", "axi_cel_second_line")
STRATEGY = {LEUKAEMIA: "tisagenlecleucel", LYMPHOMA: "axi_cel"}
START, END = "<!-- agreements: base case, a test holds them -->", "<!-- end of agreements -->"
LIST = {LEUKAEMIA: 475_000 * 79 / 97, LYMPHOMA: 399_000 * 170 / 180}  # list price x infused of enrolled, of randomised
EFS_3, EFS_18 = 65 / 79, 65 / 79 * 0.66  # event-free of the infused; the hazard between months 3 and 18 is constant


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def opened() -> Any:
    return {name: hecon.open_case(str(ROOT / "models" / name)) for name in CASES}


@pytest.fixture(scope="module")
def tables(opened: Any) -> Any:
    return {name: agreement_table(opened[name].run(draws=0), at="own") for name in CASES}


@pytest.fixture(scope="module")
def adults(opened: Any) -> Any:
    """Shares of the adults by month after infusion, (month,): event-free, alive. One curve for infused and not infused."""
    (one,) = (one for one in traces(opened[LYMPHOMA].run(draws=0).base) if one.strategy == STRATEGY[LYMPHOMA])
    return one.shares["event_free"], one.shares["event_free"] + one.shares["post_event"]


def event_free(month: float) -> float:
    """Event-free of the infused children, between months 3 and 18."""
    return float(EFS_3 * (EFS_18 / EFS_3) ** ((month - 3) / 15))


def between(row: Any, month: float) -> float:
    """On the straight line between two months."""
    low = int(month)
    return float(row[low] + (row[low + 1] - row[low]) * (month - low))


def test_each_says_what_is_read_and_what_is_assumed(case: str, opened: Any) -> None:
    """Shares add up to 1, sources are known, what hangs on a condition has an assessment; nothing is without a note."""
    book = opened[case].book
    for one in agreements_of(book):
        assert "ASSUMPTION" in one.note, one.name
        assert all(source in book.sources for source in one.source.split()), one.name
        assert (one.strategy, one.item, one.price) == (STRATEGY[case], "acquisition", "1"), one.name
        for term in one.terms:
            if isinstance(term, Instalments):
                assert sum(Fraction(share) for share in term.shares) == 1, one.name
            if isinstance(term, Instalments | PayForResponse):
                assert float(one.per_assessment) > 0, one.name


def test_italy_pays_thirds_for_the_children_still_event_free(tables: Any) -> None:
    """A third at infusion, 6 and 12 months at list price: by hand a rebate of 21.2%; with the first cut's points, 26.5%."""
    thirds = [event_free(6) * 1.03**-0.5, event_free(12) * 1.03**-1]
    row = tables[LEUKAEMIA].row("italy")
    assert row.paid == pytest.approx(LIST[LEUKAEMIA] * (1 + sum(thirds)) / 3, rel=1e-9)
    assert row.equivalent == pytest.approx(1 - (1 + sum(thirds)) / 3, rel=1e-9)
    assert round(1 - (1 + 0.73 * 1.03**-0.5 + 0.50 * 1.03**-1) / 3, 3) == 0.265


def test_italys_days_fall_between_the_rows_of_a_monthly_model(tables: Any, adults: Any) -> None:
    """180, 270 and 365 days after infusion: months 5.91, 8.87 and 11.99 of 365.25 / 12 days; nothing at infusion."""
    free, _ = adults
    months = [days * 12 / 365.25 for days in (180, 270, 365)]
    assert [round(month, 2) for month in months] == [5.91, 8.87, 11.99]
    parts = [between(free, month) * 1.03 ** -(month / 12) / 3 for month in months]
    row = tables[LYMPHOMA].row("italy")
    assert row.paid == pytest.approx(LIST[LYMPHOMA] * sum(parts), rel=1e-9)
    assert (
        row.equivalent > 0.5
    )  # three out of five have had an event by then: more than half of the price is never paid


def test_spain_pays_the_second_part_at_18_months(tables: Any, adults: Any) -> None:
    """48% for the children event-free, 209,000 of 327,000 for the adults alive, at 18 months."""
    _, alive = adults
    children = 0.52 + 0.48 * EFS_18 * 1.03**-1.5
    assert tables[LEUKAEMIA].row("spain").paid == pytest.approx(LIST[LEUKAEMIA] * children, rel=1e-9)
    both = (118 + 209 * alive[18] * 1.03**-1.5) / 327
    row = tables[LYMPHOMA].row("spain")
    assert row.paid == pytest.approx(LIST[LYMPHOMA] * both, rel=1e-9)
    assert row.owed_most == pytest.approx(LIST[LYMPHOMA] * 209 / 327, rel=1e-9)
    assert row.owed == pytest.approx(LIST[LYMPHOMA] * 209 / 327 * alive[18], rel=1e-9)


def test_germany_takes_back_for_the_adults_who_die(tables: Any, adults: Any) -> None:
    """Half for deaths of the first twelve months, in the middle of theirs; the range that is assumed is wide."""
    _, alive = adults
    back = sum(0.5 * (alive[k] - alive[k + 1]) * 1.03 ** -((k + 0.5) / 12) for k in range(12))
    assert tables[LYMPHOMA].row("germany").paid == pytest.approx(LIST[LYMPHOMA] * (1 - back), rel=1e-9)
    for name in CASES:
        low, middle, high = (tables[name].row(f"germany{end}").equivalent for end in ("_low", "", "_high"))
        assert low < 0.03 < middle < 0.15 < 0.29 < high, name


def test_payment_on_response_is_payment_for_remission_at_month_3(opened: Any, tables: Any) -> None:
    """What is held in place of response at one month: 65 of 79, paid at month 3. A condition 'response' is refused."""
    paid = LIST[LEUKAEMIA] * EFS_3 * 1.03**-0.25
    assert tables[LEUKAEMIA].row("usa_response").paid == pytest.approx(paid, rel=1e-9)
    case = opened[LEUKAEMIA]
    own = Instalments(("1 month",), ("1",), "response")
    asked = Agreement("usa", "", (own,), strategy="tisagenlecleucel", item="acquisition")
    with pytest.raises(ModelError, match="does not hold 'response' as a state or a curve"):
        with_agreements(case.models["markov"], case.book, [asked])


def test_an_annuity_at_the_rate_of_the_case_moves_cash_alone(case: str, tables: Any) -> None:
    rows = {name: tables[case].row(name) for name in ("as the model stands", "annuity", "annuity_alive")}
    assert rows["annuity"].paid == pytest.approx(LIST[case], rel=1e-9)
    assert rows["annuity"].peak < LIST[case] / 4 < rows["annuity"].owed
    assert rows["annuity_alive"].equivalent > 0.2


def test_a_run_under_an_agreement_pays_what_the_table_says(case: str, opened: Any, tables: Any) -> None:
    under = opened[case].run(draws=0, scheme="italy").base
    place = under.strategies.index(STRATEGY[case])
    found = under.values[place, under.select(kind="cost", category="product")].sum()
    kept = 0.0 if case == LYMPHOMA else 100_000 * 8 / 97  # clofarabine of those whose product could not be made
    assert found == pytest.approx(tables[case].row("italy").paid + kept, rel=1e-9)
    with pytest.raises(HeconError, match="did you mean 'italy'"):
        opened[case].run(draws=0, scheme="itali")


def test_the_later_product_is_outside_of_the_agreement(opened: Any) -> None:
    """Standard care buys it at its price: under Italy's plan axi-cel costs less, as the README says, and not at list price."""
    for scheme, cheaper in (("italy", True), ("", False)):
        found = opened[LYMPHOMA].run(draws=0, scheme=scheme).base
        cost = dict(zip(found.strategies, found.cost("payer")[:, 0], strict=True))
        assert (cost["axi_cel"] < cost["standard"]) == cheaper


def test_what_was_not_read_is_called_an_assumption(case: str, opened: Any) -> None:
    """Every row of population, stay and groups; uptake adds up to 1 in each world and year."""
    book = opened[case].book
    for table, rows in ((name, book.records[name]) for name in ("population", "stay", "groups")):
        for row in rows:
            said = {
                "read": row["source"] in book.sources,
                "assumption": "ASSUMPTION" in row["note"] or "a choice" in row["note"],
            }
            assert said.get(row["provenance"], row["note"] or row["unit"] == "acquisition"), (table, row)
    for world in ("with", "without"):
        shares = [row for row in book.records["uptake"] if row["world"] == world]
        assert [sum(float(row[f"year_{k}"]) for row in shares) for k in range(1, 6)] == pytest.approx([1.0] * 5)


def test_the_readme_prints_the_table(case: str, tables: Any) -> None:
    readme = (ROOT / "models" / case / "README.md").read_text(encoding="utf-8")
    printed = readme[readme.index(START) + len(START) : readme.index(END)].strip()
    assert printed == table(tables[case])


def table(found: Any) -> str:
    """The agreements as the READMEs print them, money per patient intended."""
    lines = [
        "| `--scheme` | paid | a rebate of | highest year | owed after year 1 | at most |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in found.rows:
        name = f"`{row.agreement}`: {row.label}" if row.agreement != found.rows[0].agreement else row.label
        year = f"{row.peak:,.0f} (year {row.peak_year})"
        cells = (name, f"{row.paid:,.0f}", f"{row.equivalent:.1%}", year, f"{row.owed:,.0f}", f"{row.owed_most:,.0f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines).strip()
