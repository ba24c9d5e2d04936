"""Amounts of money converted: by hand, in the right order, with their distributions, through a run and its workbook."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Cost, DecisionTree, InputError, Leaf, Parameter, Strategy
from hecon.cases import made_of
from hecon.inputs.distributions.names_of_distributions import SPELLINGS
from hecon.inputs.distributions.scaling import SCALED, scaled_pars
from hecon.inputs.money_factor import Money, money_factor
from hecon.inputs.parameter import Change, Correlation, Scenario
from hecon.workbook.verify.verify import verify

ROOT = Path(__file__).parents[1]
DOLLARS = {"currency": "USD", "price_year": "2021"}
US_2022, US_2023, DUTCH_2022, DUTCH_2023 = 1.0800279982052121, 1.0411633838374488, 1.100012078753473, 1.0383839354342808
PARITY_2021, PARITY_2023 = 0.733515, 0.739454
FACTOR = US_2022 * US_2023 * PARITY_2023  # USD 2021 to EUR 2023


def book_of(*parameters: Parameter, settings: Mapping[str, str] = DOLLARS, **rest: Any) -> hecon.Book:
    return hecon.make_book("demo", parameters, settings=settings, **rest)


def fee(value: float = 100.0, **rest: Any) -> Parameter:
    return Parameter(name="fee", value=value, **{"unit": "USD", **rest})


def test_a_factor_is_that_by_hand() -> None:
    assert money_factor(Money("USD", 2021), Money("EUR", 2023)).value == pytest.approx(FACTOR, rel=1e-14)
    assert money_factor(Money("EUR", 2023), Money("USD", 2021), "NLD").value == pytest.approx(
        1 / (DUTCH_2022 * DUTCH_2023 * PARITY_2021), rel=1e-9
    )


def test_prices_first_purchasing_power_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vector of the methods: 1000 at index 100 to 120, purchasing power of the target year 0.7: 1714.2857, not 1692.3."""
    tables = {
        "countries.csv": ({"country": "NLD", "name": "Netherlands", "currency": "EUR"}, {"country": "USA", "currency": "USD"}),
        "consumer_prices.csv": (
            {"country": "NLD", "year": "2020", "change_percent": "20"}, {"country": "USA", "year": "2020", "change_percent": "10"},
        ),
        "purchasing_power.csv": (
            {"country": "NLD", "year": "2019", "per_usd": "0.65"}, {"country": "NLD", "year": "2020", "per_usd": "0.7"},
        ),
    }  # fmt: skip
    monkeypatch.setattr("hecon.inputs.price_data.package_table", tables.__getitem__)
    factor = money_factor(Money("EUR", 2019), Money("USD", 2020), "NLD").value
    assert 1000 * factor == pytest.approx(1714.2857142857144, rel=1e-12)
    assert 1000 * factor != pytest.approx(1000 / 0.65 * 1.1, rel=1e-3)


def test_every_spelling_is_scaled_or_refused() -> None:
    refused = {"beta", "beta mean se", "beta mean ci", "beta counts", "logit-normal", "logit-normal median"}
    refused |= {"logit-normal median ci", "gamma on 1-u", "gamma on 1-u mean se", "dirichlet", "choice"}
    assert set(SCALED) | refused == set(SPELLINGS)
    for words in refused:
        with pytest.raises(InputError, match="cannot be scaled"):
            scaled_pars(words, 1.0, 1.0, 2.0)


@pytest.mark.parametrize(
    ("distribution", "par1", "par2"),
    [
        ("gamma", 25, 4), ("gamma shape rate", 25, 0.25), ("gamma mean se", 100, 20), ("gamma mean ci", 60, 140),
        ("lognormal", np.log(100) - 0.02, 0.2), ("lognormal median", np.log(100), 0.2), ("lognormal mean se", 100, 20),
        ("lognormal median ci", 70, 140), ("lognormal mean ci", 70, 140), ("normal", 100, 10), ("normal mean ci", 80, 120),
        ("uniform", 50, 150), ("triangular", 50, 150), ("pert", 50, 150),
    ],
)  # fmt: skip
def test_a_distribution_is_scaled(distribution: str, par1: float, par2: float) -> None:
    before = book_of(fee(distribution=distribution, par1=par1, par2=par2))
    after = hecon.convert_money(before, "EUR", 2023)
    old, new = before.margins.distributions["fee"], after.margins.distributions["fee"]
    assert new.mean == pytest.approx(old.mean * FACTOR, rel=1e-12)
    assert new.sd == pytest.approx(old.sd * FACTOR, rel=1e-12)
    np.testing.assert_allclose(after.sample(50, seed=1)["fee"], before.sample(50, seed=1)["fee"] * FACTOR, rtol=1e-9)


def test_observed_values_and_a_covariance_are_scaled() -> None:
    seen = fee(3.0, distribution="empirical seen.paid")
    pair = [
        Parameter(name=name, value=100.0, unit="USD", distribution="multivariate normal", correlation_group="g")
        for name in ("c_a", "c_b")
    ]
    entries = [("c_a", "c_a", 9.0), ("c_a", "c_b", 3.0), ("c_b", "c_b", 4.0)]
    before = book_of(
        seen, *pair, tables={"seen": {"k": [1, 2, 3], "paid": [1.0, 2.0, 6.0]}},
        correlations=tuple(Correlation("g", a, b, value, "covariance") for a, b, value in entries),
    )  # fmt: skip
    after = hecon.convert_money(before, "EUR", 2023)
    assert after.margins.distributions["fee"].mean == pytest.approx(3.0 * FACTOR)
    assert after.tables["seen"].columns["paid"].tolist() == [1.0, 2.0, 6.0]
    for name in ("fee", "c_a", "c_b"):
        np.testing.assert_allclose(after.sample(20, seed=1)[name], before.sample(20, seed=1)[name] * FACTOR, rtol=1e-12)


def test_whatever_holds_an_amount_is_converted() -> None:
    """Limits, support, unit, scenarios, subgroups, tables of money, threshold; nothing else."""
    one = fee(low=50.0, high=150.0, unit="USD 2021 per day", support="10 to 200", note="of a list")
    other = Parameter(name="p_ill", value=0.5, low=0.4, high=0.6)
    changes = (("parameter", "fee", "120"), ("setting", "threshold", "1000"), ("parameter", "p_ill", "0.45"))
    dearer = Scenario("dearer", "", tuple(Change(*one) for one in changes))
    settings = {**DOLLARS, "threshold": "50000", "money_tables": "earned.year", "draws": "10"}
    before = book_of(
        one, other, settings=settings, scenarios={"dearer": dearer},
        tables={"earned": {"age": [20, 30], "year": [10.0, 20.0], "share": [0.5, 0.6]}},
        subgroups=({"subgroup": "a", "weight": "1", "parameter": "fee", "value": "80"},),
    )  # fmt: skip
    after = hecon.convert_money(before, "EUR", 2023)
    new = after.parameters["fee"]
    assert (new.low, new.high) == pytest.approx((50 * FACTOR, 150 * FACTOR))
    assert (new.unit, new.note) == ("EUR 2023 per day", "of a list; 100 USD of 2021 before conversion")
    assert after.supports["fee"].high == pytest.approx(200 * FACTOR)
    assert after.parameters["p_ill"] == before.parameters["p_ill"]
    changed = after.scenario("dearer")
    assert changed.parameters["fee"].value == pytest.approx(120 * FACTOR)
    assert float(changed.settings["threshold"]) == pytest.approx(1000 * FACTOR)
    assert changed.parameters["p_ill"].value == 0.45
    assert float(after.subgroups[0]["value"]) == pytest.approx(80 * FACTOR)
    assert after.tables["earned"].columns["year"].tolist() == pytest.approx([10 * FACTOR, 20 * FACTOR])
    assert after.tables["earned"].columns["share"].tolist() == [0.5, 0.6]
    assert float(after.settings["threshold"]) == pytest.approx(50_000 * FACTOR)
    assert (after.settings["currency"], after.settings["price_year"], after.settings["draws"]) == ("EUR", "2023", "10")
    assert after.settings["converted"].startswith(
        "from USD 2021: x 1.1245 (consumer prices, United States, 2021 to 2023) x 0.7395"
    )
    assert after.settings["converted"].endswith("the threshold of the case with them, from 50,000 USD 2021")
    assert hecon.convert_money(after, "EUR", 2023) is after


def test_a_mix_is_refused_until_it_is_converted() -> None:
    """Dollars of 2021 and euro of 2022, each by the prices of its own country."""
    parts = [
        fee(currency="USD", price_year="2021"),
        Parameter(name="c_bed", value=10.0, currency="EUR", price_year="2022"),
    ]
    settings = {"country": "USA NLD"}
    with pytest.raises(InputError, match="currency is EUR, but other costs are in USD"):
        book_of(*parts, settings=settings)
    after = hecon.convert_money(book_of(*parts, settings=settings, mixed=True), "EUR", 2023)
    assert after.base()["c_bed"] == pytest.approx(10 * DUTCH_2023, rel=1e-9)
    assert after.base()["fee"] == pytest.approx(100 * FACTOR)
    paid = Leaf(outcomes=[Cost("fee", "fee + c_bed", category="product", sector="health care")])
    tree = DecisionTree("Demo", [Strategy("a", to=paid)], {"cost": "0", "effect": "0"}, "continuous")
    case = hecon.open_case(tree, book_of(*parts, settings=settings, mixed=True))
    reading = {"draws": 0, "perspective": "payer", "wtp": 1.0, "effect": "none"}
    with pytest.raises(InputError, match="run with --currency"):
        case.run(**reading)
    base = case.run(**reading, currency="EUR", price_year=2023).base
    assert (base.cost("payer")[0, 0], base.money) == (pytest.approx(100 * FACTOR + 10 * DUTCH_2023), "EUR 2023")


def refusal(one: Parameter, currency: str = "EUR", year: int | None = 2023, **rest: Any) -> str:
    with pytest.raises(InputError) as caught:
        hecon.convert_money(book_of(one, **rest), currency, year)
    return str(caught.value)


def test_what_is_missing_is_named() -> None:
    euro = {"currency": "EUR", "price_year": "2018"}
    assert "fee): purchasing power of Netherlands reaches from 1995 to 2023; 2024 lies outside" in refusal(
        fee(), year=2024
    )
    assert "consumer prices of United States reach from 1999 to 2024; 2031 lies outside" in refusal(fee(), "USD", 2031)
    assert "EUR is the currency of several countries: name one in the setting country" in refusal(
        fee(unit="EUR"), "EUR", 2020, settings=euro
    )
    assert "there are no consumer prices of France" in refusal(fee(unit="EUR"), settings={**euro, "country": "FRA"})
    assert "there is no purchasing power of United Kingdom" in refusal(fee(), "GBP", 2023)
    assert "no country with the currency XYZ is known here" in refusal(fee(), "XYZ", 2023)
    assert "the target has no price_year" in refusal(fee(), "EUR", None, settings={"currency": "USD"})
    assert "a currency is a code such as EUR; got 'euro'" in refusal(fee(), "euro")
    unknown = fee(currency="USD", price_year="unknown")
    assert "fee: has the price year 'unknown'; one year is needed" in refusal(unknown, settings={})
    told = refusal(fee(0.5, distribution="beta", par1=2, par2=2))
    assert "fee: its distribution 'beta' cannot be scaled; choose one that can" in told
    said = Scenario("euro", "", (Change("setting", "currency", "EUR"),))
    assert "scenario euro sets currency: it cannot be converted" in refusal(fee(), scenarios={"euro": said})
    assert "there is no table 'wages'" in refusal(fee(), settings={**DOLLARS, "money_tables": "wages.year"})


@pytest.fixture(scope="module")
def runs() -> tuple[Any, Any]:
    """A landed case as it is, and in euro of 2023."""
    case = hecon.open_case(str(ROOT / "models" / "sipuleucel_t"))
    return tuple(case.run(draws=60, **more) for more in ({}, {"currency": "EUR", "price_year": 2023}))


def test_a_converted_run_is_the_run_multiplied(runs: tuple[Any, Any]) -> None:
    plain, euro = runs
    year = int(plain.base.price_year)
    factor = money_factor(Money("USD", year), Money("EUR", 2023)).value
    for before, after in ((plain.base, euro.base), (plain.psa, euro.psa)):
        costs = before.select(kind="cost")
        np.testing.assert_allclose(after.values[:, costs], before.values[:, costs] * factor, rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(after.effect("qaly"), before.effect("qaly"))
    np.testing.assert_allclose(euro.base.cost("payer"), plain.base.cost("payer") * factor, rtol=1e-13)
    assert euro.wtp == pytest.approx(plain.wtp * factor)
    assert euro.pairwise().rows[0].icer.value == pytest.approx(plain.pairwise().rows[0].icer.value * factor)
    np.testing.assert_allclose(euro.at_threshold().ceac, plain.at_threshold().ceac)


def test_it_is_remembered(runs: tuple[Any, Any], tmp_path: Path) -> None:
    _, euro = runs
    again = hecon.load_analysis(hecon.save_analysis(euro, tmp_path / "kept"), model=euro.model)
    assert (again.money, again.converted) == ("EUR 2023", euro.converted)
    assert again.input_fingerprint == euro.input_fingerprint
    assert '"converted": "from USD' in (tmp_path / "kept" / "run.json").read_text()


def test_its_workbook_tells_and_verifies(
    runs: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("formualizer")
    monkeypatch.chdir(ROOT)
    file = tmp_path / "sipuleucel_t.xlsx"
    euro = replace(runs[1], draws=None, psa=None)
    hecon.write_workbook(euro, file, stored=())
    made = made_of(file)  # by its cover alone
    assert made.book.fingerprint() == euro.book.fingerprint()
    certificate = verify(file, made, count=1, engine="formualizer", inputs=False)
    assert certificate.passed, certificate.text()
