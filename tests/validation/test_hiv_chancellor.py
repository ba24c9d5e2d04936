"""Lamivudine in HIV against the book (Briggs 2006, exercise 2.5), its reproductions and plain loops.

Numbers are in hiv_chancellor/expected.json: totals at three prices of lamivudine, and printed traces per 1,000.
"""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon

HERE = Path(__file__).parent
CASE = HERE / "hiv_chancellor"
MODEL: Any = runpy.run_path(str(CASE / "model.py"))["model"]
ORACLE = runpy.run_path(str(HERE.parent / "oracles" / "hiv_chancellor.py"))
EXPECTED = json.loads((CASE / "expected.json").read_text())["expected"]
PRICES = EXPECTED["combination_by_lamivudine_price"]
BOOK = hecon.read_inputs(CASE / "inputs")


@pytest.mark.parametrize("row", PRICES, ids=lambda row: str(row["lamivudine_cost"]))
def test_totals_at_each_price(row: dict[str, float]) -> None:
    result = hecon.run(MODEL(), BOOK.fix(c_lamivudine=row["lamivudine_cost"]))
    mono = EXPECTED["monotherapy"]
    assert result.cost("payer")[:, 0] == pytest.approx([mono["cost"], row["cost_comb"]], rel=1e-6)
    assert result.effect("ly")[:, 0] == pytest.approx([mono["LY"], row["LY_comb"]], rel=1e-6)
    assert result.effect("qaly")[:, 0] == pytest.approx([mono["LY"], row["LY_comb"]], rel=1e-6)
    table = hecon.incremental(result, perspective="payer", effect="ly")
    assert table.row("combination").icer.value == pytest.approx(row["icer"], rel=1e-6)


def test_the_books_printed_values() -> None:
    """All but the 7.996 life-years of monotherapy, which no recomputation returns."""
    result = hecon.run(MODEL(), BOOK.base())
    book = EXPECTED["book"]
    assert np.round(result.cost("payer")[:, 0]).tolist() == [book["cost_mono"], book["cost_comb"]]
    assert round(float(result.effect("ly")[1, 0]), 3) == book["LY_comb"]
    table = hecon.incremental(result, perspective="payer", effect="ly")
    assert round(table.row("combination").icer.value or 0) == book["icer"]


@pytest.mark.parametrize("scenario", ["lamivudine_2087", "lamivudine_2086"])
def test_prices_as_scenarios(scenario: str) -> None:
    result = hecon.run(MODEL(), BOOK.scenario(scenario).base())
    price = float(scenario.removeprefix("lamivudine_"))
    (want,) = [row for row in PRICES if row["lamivudine_cost"] == price]
    assert result.cost("payer")[1, 0] == pytest.approx(want["cost_comb"], rel=1e-6)


@pytest.mark.parametrize(("strategy", "key"), [("mono", "trace_mono_per_1000"), ("combination", "trace_comb_per_1000")])
def test_printed_traces(strategy: str, key: str) -> None:
    """The printed combination trace divides the treated move from A to C by the count of C (1749, not 1734)."""
    as_printed = MODEL(treated_a_to_c="p_AC * 1734 / 1749")
    result = hecon.run(as_printed, BOOK.fix(c_lamivudine=2087), keep=("totals", "trace"))
    times, occupancy = result.kept["trace"][strategy]
    assert times == pytest.approx(np.arange(21.0))
    for want in EXPECTED[key]:
        found = [1000 * float(np.squeeze(occupancy[state][want["Years"]])) for state in "ABCD"]
        assert found == pytest.approx([want[state] for state in "ABCD"], rel=1e-6, abs=1e-9)
    printed = EXPECTED["rdecision_as_published"]
    assert result.cost("payer")[:, 0] == pytest.approx([printed["cost_mono"], printed["cost_comb"]], rel=1e-6)


def test_draws_equal_plain_loops() -> None:
    draws = BOOK.sample(5, seed=7)
    result = hecon.run(MODEL(), draws)
    for draw in range(5):
        p = {name: float(np.broadcast_to(draws[name], 5)[draw]) for name in BOOK.parameters}
        for k, want in enumerate(ORACLE["totals"](p).values()):
            found = (result.cost("payer")[k, draw], result.effect("ly")[k, draw])
            assert found == pytest.approx(want, rel=1e-10)
