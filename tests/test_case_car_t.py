"""The leukaemia case: derived inputs, agreement with plain loops, published results, a README that keeps its word."""

import csv
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.inputs.curves_table import curve_rows

ROOT = Path(__file__).parents[1]
CASE = ROOT / "models" / "car_t_paediatric_all"
INPUTS = ROOT / "inputs" / "car_t_paediatric_all"
ORACLE = runpy.run_path(str(ROOT / "tests" / "oracles" / "car_t_paediatric_all.py"))
PARTITIONED = runpy.run_path(str(ROOT / "tests" / "oracles" / "car_t_paediatric_all_partitioned.py"))
DERIVE = runpy.run_path(str(CASE / "derive.py"))

# Whittington 2018 = ICER 2018: PMC8051992 table T2 (life-years recalled)
PUBLISHED = {"salvage": {"qaly": 2.10, "ly": 2.43}, "tisagenlecleucel": {"qaly": 9.28, "ly": 10.34}}


@pytest.fixture(scope="module")
def book() -> Any:
    return hecon.read_inputs(INPUTS)


@pytest.fixture(scope="module")
def models() -> Any:
    return runpy.run_path(str(CASE / "model.py"))["MODELS"]


@pytest.fixture(scope="module")
def model(models: Any) -> Any:
    return models["markov"]


def plain(**changes: float) -> dict[str, Any]:
    result: dict[str, Any] = ORACLE["run"](INPUTS, **changes)
    return result


def agree(outcomes: Any, oracle: Mapping[str, Any]) -> None:
    """Every item of every strategy, to 1e-9 of its value."""
    for s, strategy in enumerate(outcomes.strategies):
        wanted = {("cost", item): value for item, value in oracle[strategy]["cost"].items()}
        wanted |= {("qaly", item): value for item, value in oracle[strategy]["qaly_items"].items()}
        wanted |= {("count", item): value for item, value in oracle[strategy]["count"].items()}
        wanted[("ly", "life_years")] = oracle[strategy]["ly"]
        wanted[("ly_undiscounted", "life_years")] = oracle[strategy]["ly_undiscounted"]
        for k, item in enumerate(outcomes.items):
            value = wanted.pop((item.kind, item.name), 0.0)
            assert outcomes.values[s, k, 0] == pytest.approx(value, rel=1e-9, abs=1e-9), (strategy, item)
        assert not wanted, (strategy, wanted)


# derived inputs


def test_derive_finds_the_numbers_that_stand_in_the_inputs() -> None:
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    derived = DERIVE["derived"]()
    assert set(derived) == {name for name, row in rows.items() if row["provenance"] == "derived"}
    for name, cells in derived.items():
        assert {column: rows[name][column] for column in cells} == cells


def test_one_hazard_by_hand() -> None:
    # one month, everyone event-free at first: deaths after an event begin in the second month only
    rate = DERIVE["hazards_after_event"]([1.0, 0.73, 0.50, 0.44, 0.42], [1.0, 0.90, 0.76, 0.63, 0.55])[0][0]
    p_event = 1 - 0.73 ** (1 / 6)
    left = sum(0.9 * p_event * (1 - p_event) ** k * np.exp(-rate / 12 * (5 - k)) for k in range(6))
    assert 0.73 + left == pytest.approx(0.90, abs=1e-12)


def test_a_check_point_that_no_hazard_can_meet_is_refused() -> None:
    with pytest.raises(ValueError, match=r"month 6: no hazard after an event gives overall survival 0\.99"):
        DERIVE["hazards_after_event"]([1.0, 0.73, 0.50, 0.44, 0.42], [1.0, 0.99, 0.76, 0.63, 0.55])


def test_amounts_move_in_their_own_currency_first() -> None:
    # 71,020 EUR of 2018; Dutch prices rose 1.7034979% in 2018; 1.13 USD per EUR
    assert float(DERIVE["derived"]()["c_clofarabine"]["value"]) == pytest.approx(
        71020 / 1.017034979474 * 1.13, rel=1e-9
    )
    # 683,099 USD of 2016; US prices rose 2.1301100% in 2017
    assert float(DERIVE["derived"]()["c_transplant"]["value"]) == pytest.approx(683099 * 1.0213011, rel=1e-7)


# plain loops


def test_plain_loops_meet_the_check_points() -> None:
    infused = plain(p_infused=1, p_manufacturing_failure=0, p_died_waiting=0)["tisagenlecleucel"]["trace"]
    for month, efs, overall in ((6, 0.73, 0.90), (12, 0.50, 0.76), (36, 0.44, 0.63), (60, 0.42, 0.55)):
        assert infused[month][0] == pytest.approx(efs, abs=1e-9)
        assert 1 - infused[month][3] == pytest.approx(overall, abs=1e-9)
    salvage = plain()["salvage"]["trace"]
    assert 1 - salvage[3][3] == pytest.approx(0.5, abs=1e-12)
    assert salvage[12][0] == pytest.approx((1 - salvage[12][3]) ** (1 / 0.69), abs=1e-12)


def test_effects_are_within_15_percent_of_the_published_ones() -> None:
    ours = plain()
    for strategy, published in PUBLISHED.items():
        for effect, value in published.items():
            assert ours[strategy][effect] == pytest.approx(value, rel=0.15)
    for effect in ("qaly", "ly"):
        more = {
            name: found["tisagenlecleucel"][effect] - found["salvage"][effect]
            for name, found in (("o", ours), ("p", PUBLISHED))
        }
        assert more["o"] == pytest.approx(more["p"], rel=0.15)


# hecon


def test_the_run_equals_plain_loops(book: Any, model: Any) -> None:
    agree(hecon.run(model, book.base()), plain())


@pytest.mark.parametrize(
    "name",
    [
        "cured_event_free_only",
        "smr_1",
        "smr_by_attained_age",
        "cure_month_36",
        "infused_only",
        "pay_on_response",
        "comparator_tail_high",
        "premature_death_on",
        "age_adjusted_utilities",
        "age_adjusted_additive",
        "age_adjusted_minimum",
        "discount_0",
    ],
)
def test_scenarios_equal_plain_loops(book: Any, model: Any, name: str) -> None:
    changes = {change.name: float(change.value) for change in book.scenarios[name].changes}
    agree(hecon.run(model, book.scenario(name).base()), plain(**changes))


def test_a_shorter_horizon_equals_plain_loops(book: Any, model: Any) -> None:
    agree(hecon.run(model, book.scenario("horizon_20_years").base()), ORACLE["run"](INPUTS, months=240))


def test_draws_equal_plain_loops(book: Any, model: Any) -> None:
    draws = book.sample(3, seed=4)
    outcomes = hecon.run(model, draws)
    names = [name for name in draws.names if "_infused_" not in name]  # coefficients of the other structure's curves
    for k in range(3):
        oracle = plain(**{name: float(draws[name][k]) for name in names})
        for s, strategy in enumerate(outcomes.strategies):
            assert outcomes.effect("qaly")[s, k] == pytest.approx(oracle[strategy]["qaly"], rel=1e-9)
            assert outcomes.cost("societal")[s, k] == pytest.approx(sum(oracle[strategy]["cost"].values()), rel=1e-9)


def test_parts_that_must_be_zero_or_missing(book: Any, model: Any) -> None:
    base = hecon.run(model, book.base())
    salvage, car_t = range(2)
    (crs,) = base.select(kind="cost", name="cytokine_release")
    (death,) = base.select(kind="cost", name="output_lost_premature_death")
    assert base.values[salvage, crs, 0] == 0.0
    assert base.values[car_t, crs, 0] > 0.0
    assert not base.values[:, death].any()
    only_effects = base.cost("societal") - base.cost("payer")
    parts = base.split("sector", "societal")
    outside = sum(values for sector, values in parts.items() if sector != "health care")
    assert only_effects == pytest.approx(outside, rel=1e-9)


def test_the_checks_of_the_model_hold(book: Any, model: Any) -> None:
    checks = hecon.run(model, book.base()).kept["checks"]
    assert len({check.name for check in checks}) == 12
    for check in checks:
        assert np.all(check.passed), check.name


def test_prices_are_levers(book: Any, model: Any) -> None:
    base = hecon.run(model, book.base())
    for name, value in (("price_tisagenlecleucel", 350_000.0), ("c_transplant", 400_000.0), ("c_ivig_month", 1_000.0)):
        run_again = hecon.run(model, book.fix(**{name: value}))
        assert base.at_price(name, value).cost("payer") == pytest.approx(run_again.cost("payer"), rel=1e-9)


def test_the_readme_says_what_the_case_gives(book: Any, models: Any) -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["all_tables"](book, models)


def test_the_curves_of_the_partitioned_structure_are_those_of_derive() -> None:
    with open(INPUTS / "curves.csv", newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    found = curve_rows(DERIVE["curves"]())
    assert len(written) == len(found)
    for one, other in zip(written, found, strict=True):
        for column, cell in other.items():
            if column.startswith(("estimate", "cov_")) and cell:
                assert float(one[column]) == pytest.approx(float(cell), rel=1e-5), (one["curve"], one["family"], column)
            else:
                assert one[column] == cell


@pytest.mark.parametrize(
    "name",
    [
        "",
        "cured_event_free_only",
        "smr_1",
        "smr_by_attained_age",
        "cure_month_36",
        "premature_death_on",
        "comparator_tail_low",
        "age_adjusted_minimum",
        "discount_0",
    ],
)
def test_the_partitioned_structure_equals_plain_loops(book: Any, models: Any, name: str) -> None:
    one = book.scenario(name) if name else book
    changes = {change.name: float(change.value) for change in book.scenarios[name].changes} if name else {}
    agree(hecon.run(models["partitioned"], one.base()), PARTITIONED["run"](INPUTS, **changes))


def test_partitioned_draws_equal_plain_loops(book: Any, models: Any) -> None:
    draws = book.sample(2, seed=6)
    outcomes = hecon.run(models["partitioned"], draws)
    for k in range(2):
        oracle = PARTITIONED["run"](INPUTS, **{name: float(draws[name][k]) for name in draws.names})
        for s, strategy in enumerate(outcomes.strategies):
            assert outcomes.effect("qaly")[s, k] == pytest.approx(oracle[strategy]["qaly"], rel=1e-9)
            assert outcomes.cost("societal")[s, k] == pytest.approx(sum(oracle[strategy]["cost"].values()), rel=1e-9)


def test_two_structures_agree_where_they_share_their_curves(book: Any, models: Any) -> None:
    """The salvage arm has the same curves in both; only the month of the cure differs.

    The Markov structure has moved everyone to survivors by that month's end, so that half of it is lived as one; in the
    partitioned structure the month's amounts are still those before the cure, at both of its ends.
    """
    markov, partitioned = (hecon.run(models[name], book.base()) for name in ("markov", "partitioned"))
    assert partitioned.effect("qaly")[0, 0] == pytest.approx(markov.effect("qaly")[0, 0], rel=1e-3)
    assert partitioned.cost("payer")[0, 0] == pytest.approx(markov.cost("payer")[0, 0], rel=5e-4)
    assert partitioned.effect("qaly")[1, 0] == pytest.approx(markov.effect("qaly")[1, 0], rel=0.03)
    for check in partitioned.kept["checks"]:
        assert np.all(check.passed), check.name


def test_no_scenario_costs_more_than_100000_per_qaly(book: Any, model: Any) -> None:
    for name in book.scenarios:
        outcomes = hecon.run(model, book.scenario(name).base())
        (salvage, car_t), (less, more) = outcomes.cost("health care sector")[:, 0], outcomes.effect("qaly")[:, 0]
        assert 0 < (car_t - salvage) / (more - less) < 100_000, name
