"""Dosing: vials, wastage, body size, dose intensity and the calendar of doses, each against numbers done by hand."""

from math import ceil, exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import lognorm, norm

import hecon
from hecon.errors import ModelError
from hecon.structure.dosing import BodySize, dose_cost, doses_in_cycle

WEIGHT = BodySize("w_mean", "w_sd", "normal")
PEOPLE = {"w_mean": 75.0, "w_sd": 15.0}


def value(lets: dict[str, str], name: str, **values: Any) -> float:
    """The formula `name` of a let, with the formulas it uses worked out first (they stand in their order)."""
    known = dict(values)
    for key, text in lets.items():
        known[key] = hecon.evaluate_formula(text, **known)
    return float(known[name])


def test_one_fixed_dose_in_whole_vials() -> None:
    lets = dose_cost("c_dose", "d_mg", {50: "p_vial"}, sharing=False)
    assert [value(lets, "c_dose", d_mg=d, p_vial=200.0) for d in (50, 51, 100, 120)] == [200, 400, 400, 600]
    shared = dose_cost("c_dose", "d_mg", {50: "p_vial"}, sharing=True)
    assert value(shared, "c_dose", d_mg=120, p_vial=200.0) == pytest.approx(480)


def test_expected_whole_vials_by_hand() -> None:
    # 3 mg/kg, 100 mg vials, 75 +- 15 kg: dose 225 +- 45; 1 + P(>100) + P(>200) + P(>300) + P(>400) vials
    tails = [0.9972634, 0.7107426, 0.0477904, 0.0000503]
    lets = dose_cost("c_dose", "3", {100: "p_vial"}, sharing=False, size=WEIGHT, most=800)
    assert value(lets, "c_dose", **PEOPLE, p_vial=10.0) == pytest.approx(10 * (1 + sum(tails)), abs=1e-5)
    assert value(lets, "c_dose_left_out", **PEOPLE, p_vial=10.0) < 1e-30
    shared = dose_cost("c_dose", "3", {100: "p_vial"}, sharing=True, size=WEIGHT)
    assert value(shared, "c_dose", **PEOPLE, p_vial=10.0) == pytest.approx(22.5)


@pytest.mark.parametrize("shape", ["normal", "lognormal"])
def test_expected_vials_equal_a_sum_over_patients(shape: str) -> None:
    sigma = sqrt(log(1 + (15 / 75) ** 2))
    law = norm(75, 15) if shape == "normal" else lognorm(sigma, scale=75 * exp(-(sigma**2) / 2))
    weights = law.ppf((np.arange(200_000) + 0.5) / 200_000)
    vials = np.maximum(np.ceil(3 * weights / 100), 1).mean()
    lets = dose_cost("c_dose", "3", {100: "1"}, sharing=False, size=BodySize("75", "15", shape), most=1000)
    assert value(lets, "c_dose") == pytest.approx(vials, abs=2e-5)


@pytest.mark.parametrize("shape", ["normal", "lognormal"])
def test_what_the_sum_leaves_out_is_said(shape: str) -> None:
    sigma = sqrt(log(1 + (15 / 75) ** 2))
    law = norm(75, 15) if shape == "normal" else lognorm(sigma, scale=75 * exp(-(sigma**2) / 2))
    lets = dose_cost("c_dose", "3", {100: "1"}, sharing=False, size=BodySize("75", "15", shape), most=200)
    beyond = law.expect(lambda w: 3 * w - 200, lb=200 / 3, ub=300)
    assert value(lets, "c_dose_left_out") == pytest.approx(beyond, rel=1e-6)
    assert value(lets, "c_dose") == pytest.approx(1 + law.sf(100 / 3), rel=1e-9)  # all above 200 mg cost two vials


def test_the_cheapest_combination_of_two_vials() -> None:
    # 100 mg at 50 and 400 mg at 120: 100 -> 50, 200 -> 100, 300 -> 120 (one large), 500 -> 170, 700 -> 240, 900 -> 290
    lets = dose_cost("c_dose", "d_mg", {100: "p_small", 400: "p_large"}, sharing=False, most=1000)
    prices = {"p_small": 50.0, "p_large": 120.0}
    costs = [value(lets, "c_dose", d_mg=d, **prices) for d in (100, 101, 300, 401, 700, 900)]
    assert costs == pytest.approx([50, 100, 120, 170, 240, 290])
    assert value(lets, "c_dose", d_mg=300, p_small=20.0, p_large=120.0) == pytest.approx(60)  # prices stay live
    shared = dose_cost("c_dose", "d_mg", {100: "p_small", 400: "p_large"}, sharing=True)
    assert value(shared, "c_dose", d_mg=300, **prices) == pytest.approx(300 * 0.3)  # 0.30 per mg in the large vial


def test_two_vials_over_body_sizes_equal_a_sum_over_patients() -> None:
    lets = dose_cost(
        "c_dose", "5", {100: "50", 400: "120"}, sharing=False, size=BodySize("75", "15", "normal"), most=900
    )
    doses = 5 * norm(75, 15).ppf((np.arange(100_000) + 0.5) / 100_000)
    table = np.array([50, 100, 120, 120, 170, 220, 240, 240, 290])
    steps = np.clip(np.ceil(doses / 100), 1, 9).astype(int)
    assert value(lets, "c_dose") == pytest.approx(table[steps - 1].mean(), abs=2e-3)


def test_intensity_by_skipping_or_by_reduction() -> None:
    # 120 mg in 50 mg vials: 3 vials; at 80%: by skipping 0.8 x 3 = 2.4 vials, by reduction 96 mg = 2 vials
    for way, vials in (("skipping", 2.4), ("reduction", 2.0)):
        lets = dose_cost("c_dose", "120", {50: "1"}, sharing=False, intensity="rdi", less_by=way)
        assert value(lets, "c_dose", rdi=0.8) == pytest.approx(vials)
        shared = dose_cost("c_dose", "120", {50: "1"}, sharing=True, intensity="rdi", less_by=way)
        assert value(shared, "c_dose", rdi=0.8) == pytest.approx(1.92)


def doses(formula: str, cycle: float, cycles: int) -> list[float]:
    return [float(hecon.evaluate_formula(formula, t=k * cycle, cycle_years=cycle)) for k in range(cycles)]


def test_loading_then_maintenance() -> None:
    # weeks 0, 2 and 6, then every 8 weeks from week 14: in 4-week cycles
    formula = doses_in_cycle(loading=["0 weeks", "2 weeks", "6 weeks"], first="14 weeks", every="8 weeks")
    assert doses(formula, 4 / 52, 8) == [2, 1, 0, 1, 0, 1, 0, 1]


def test_the_same_doses_whatever_the_cycle() -> None:
    formula = doses_in_cycle(first="0 weeks", every="3 weeks", number="17")
    for weeks in (1, 2, 3, 4, 6, 13):
        counts = doses(formula, weeks / 52, ceil(120 / weeks))
        assert sum(counts) == 17
        assert counts[0] == ceil(weeks / 3)
    assert sum(doses(doses_in_cycle(loading=["1 month"]), 1 / 12, 12)) == 1
    assert doses(doses_in_cycle(loading=["1 month"]), 1 / 12, 3) == [0, 1, 0]


def test_a_schedule_prices_a_model() -> None:
    """Two years of 3-weekly doses for a tenth who stop each year, counted at the start of weekly cycles."""
    zero = {"cost": "0", "effect": "0"}
    model = hecon.MarkovModel(
        states=("on", "dead"), cycle="1 week", horizon="104 cycles", within_cycle="start", events="start",
        let={"doses": doses_in_cycle(first="0 weeks", every="3 weeks")} | dose_cost("c_dose", "120", {50: "10"}, False),
        transitions={"on -> dead": "1 - 0.9 ** (1 / 52)"}, start="on",
        outcomes=[hecon.Cost("drug", {"on": "doses * c_dose"}, per="cycle", category="drug", sector="health care")],
        title="Doses", strategies=[hecon.Strategy("one")], discount=zero, discount_timing="continuous",
    )  # fmt: skip
    book = hecon.make_book("doses", [])
    wanted = 30 * sum(0.9 ** (week / 52) for week in range(0, 104, 3))
    assert float(hecon.run(model, book.base()).cost("payer")[0, 0]) == pytest.approx(wanted, rel=1e-12)


def test_faults_come_all_at_once() -> None:
    with pytest.raises(ModelError, match="2 faults") as caught:
        dose_cost("c_dose", "3", {100: "1"}, sharing=False, size=BodySize("75", "15", "gamma"))
    assert "shape 'gamma' is not one of normal, lognormal" in str(caught.value)
    assert "give most=" in str(caught.value)
    with pytest.raises(ModelError, match="less_by"):
        dose_cost("c_dose", "3", {100: "1"}, sharing=True, intensity="0.9")
    with pytest.raises(ModelError, match="too long"):
        dose_cost("c_dose", "3", {1: "1"}, sharing=False, size=WEIGHT, most=1000)
    with pytest.raises(ModelError, match="at least one"):
        dose_cost("c_dose", "3", {}, sharing=True)
    with pytest.raises(ModelError, match="both first= and every="):
        doses_in_cycle(every="3 weeks")
    with pytest.raises(ModelError, match="loading doses, or maintenance"):
        doses_in_cycle()
    with pytest.raises(ModelError, match="not a length of time"):
        doses_in_cycle(loading=["week 2"])
