"""Discounting vectors: factors at exact times and by whole years, schedules, two rates, annuities.

Numbers are in vectors/state_transition.json; each is a power of one plus the rate, or a sum of such.
"""

import json
from pathlib import Path
from typing import Any

import pytest

import hecon
from hecon import QALY, Cost, DecisionTree, Leaf, MarkovModel, Strategy

HERE = Path(__file__).parent
BOOK = hecon.read_inputs(HERE / "vectors" / "book")
WANT = json.loads((HERE / "vectors" / "state_transition.json").read_text())["discount"]
CARE = {"category": "care", "sector": "health care"}


def paid_once(at: str, cost_rate: Any, effect_rate: str, timing: str = "continuous") -> Any:
    """One unit of money and one QALY at a time, in a tree of one leaf."""
    leaf = Leaf(outcomes=[Cost("one", "1", at=at, **CARE), QALY("one", "1", at=at)])
    tree = DecisionTree(
        title="one payment",
        age="0",
        discount={"cost": cost_rate, "effect": effect_rate},
        discount_timing=timing,
        strategies=[Strategy("only", "Only", leaf)],
    )
    return hecon.run(tree, BOOK.base())


@pytest.mark.parametrize(
    ("at", "rate", "timing", "key"),
    [
        ("10 years", "0.035", "continuous", "factor_annual_t=10_3.5%"),
        ("6 months", "0.035", "continuous", "monthly_factor_t=6m"),
        ("6 months", "0.035", "whole_year", "first_year_undiscounted(floor): t=0.5"),
        ("15 months", "0.035", "whole_year", "t=1.25 floor"),
        ("15 months", "0.035", "continuous", "t=1.25 exact"),
        ("30 years", "0.015", "continuous", "nice_nonreference t=30 1.5%"),
        ("40 years", [(0, "0.035"), (30, "0.03"), (75, "0.025")], "continuous", "greenbook_declining t=40"),
        ("80 years", [(0, "0.035"), (30, "0.03"), (75, "0.025")], "continuous", "greenbook_declining t=80"),
    ],
)
def test_discount_factors(at: str, rate: Any, timing: str, key: str) -> None:
    result = paid_once(at, rate, "0", timing)
    assert result.cost("payer")[0, 0] == pytest.approx(WANT[key], rel=1e-12)
    assert result.effect()[0, 0] == 1


def test_costs_and_effects_have_rates_of_their_own() -> None:
    result = paid_once("20 years", "0.035", "0.015")
    found = [result.cost("payer")[0, 0], result.effect()[0, 0]]
    assert found == pytest.approx(WANT["diff: 1 cost and 1 QALY at t=20 with 3.5/1.5"], rel=1e-12)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("log(1.035)", "continuous_rate_equiv"),
        ("(1 - 1.035 ** -10) / log(1.035)", "annuity_continuous_10"),
        ("(1 + 0.035 / 12) ** -6", "darth_percycle_simple(d*cl,cl=1/12,cycle 6)"),
    ],
)
def test_conventions_that_hecon_does_not_offer(text: str, key: str) -> None:
    """A force of interest, a continuous annuity and a rate split by cycle can be written, and differ."""
    assert float(hecon.evaluate_formula(text)) == pytest.approx(WANT[key], rel=1e-12)
    assert WANT["annuity_continuous_10"] != pytest.approx(WANT["annuity_mid_10"], rel=1e-6)
    assert WANT["darth_percycle_simple(d*cl,cl=1/12,cycle 6)"] != pytest.approx(WANT["monthly_factor_t=6m"], rel=1e-6)


@pytest.mark.parametrize(
    ("method", "flows", "key"),
    [
        ("start", "boundaries", "annuity_start_10"),
        ("end", "boundaries", "annuity_end_10"),
        ("half-cycle", "mid", "annuity_mid_10"),
    ],
)
def test_annuities(method: str, flows: str, key: str) -> None:
    model = MarkovModel(
        title="ten years of rent",
        states=("alive", "dead"),
        start="alive",
        cycle="1 year",
        horizon="10 years",
        within_cycle=method,
        events="end",
        flows=flows,
        discount={"cost": "0.035", "effect": "0"},
        discount_timing="continuous",
        transitions={"alive -> dead": "0"},
        outcomes=[Cost("rent", {"alive": "1"}, per="year", **CARE)],
        strategies=[Strategy("only", "Only")],
    )
    assert hecon.run(model, BOOK.base()).cost("payer")[0, 0] == pytest.approx(WANT[key], rel=1e-12)
