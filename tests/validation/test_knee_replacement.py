"""Knee replacement against its recomputed table by year (Dong and Buxton 2006, table 4) and against plain loops.

Numbers are in knee_replacement/expected.json, per 1,000 patients and to two decimals.
"""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

import hecon

HERE = Path(__file__).parent
CASE = HERE / "knee_replacement"
MODEL: Any = runpy.run_path(str(CASE / "model.py"))["model"]
ORACLE = runpy.run_path(str(HERE.parent / "oracles" / "knee_replacement.py"))
EXPECTED = json.loads((CASE / "expected.json").read_text())["expected"]
BOOK = hecon.read_inputs(CASE / "inputs")
VALUES = {name: parameter.value for name, parameter in BOOK.parameters.items()}
TABLES = {"conventional": "table4_conventional", "computer_assisted": "table4_CAS"}


@pytest.mark.parametrize("year", range(1, 11))
def test_table_by_year(year: int) -> None:
    result = hecon.run(MODEL(year), BOOK.base())
    for k, strategy in enumerate(result.strategies):
        want = EXPECTED[TABLES[strategy]][year - 1]
        assert 1000 * result.cost("payer")[k, 0] == pytest.approx(want["Discounted costs (£)"], rel=1e-5)
        assert 1000 * result.effect()[k, 0] == pytest.approx(want["Discounted QALYs"], rel=1e-5)
        counts = {name: float(result.effect("count", name)[k, 0]) for name in ("serious", "complex", "simple", "dead")}
        # a second minor complication in a row is a transition from minor to minor
        counts["minor"] = float(result.effect("count", "minor")[k, 0] + result.effect("count", "minor_again")[k, 0])
        labels = {"serious": "serious complication", "minor": "minor complication", "complex": "complex revision"}
        for name, label in (labels | {"simple": "simple revision", "dead": "death"}).items():
            assert 100 * counts[name] == pytest.approx(want[f"Cumulative {label} (%)"], abs=0.005001)


def test_ten_years_equal_plain_loops() -> None:
    result = hecon.run(MODEL(), BOOK.base())
    for k, strategy in enumerate(result.strategies):
        want = ORACLE["by_year"](VALUES, strategy)[-1]
        found = (result.cost("payer")[k, 0], result.effect()[k, 0])
        assert found == pytest.approx((want["cost"], want["qaly"]), rel=1e-10)
    cost, qaly = (values[1, 0] - values[0, 0] for values in (result.cost("payer"), result.effect()))
    assert cost == pytest.approx(EXPECTED["delta_cost_per_patient"], rel=1e-5)
    assert qaly == pytest.approx(EXPECTED["delta_qaly_per_patient"], abs=1e-5)


def test_boundary_discounting_gives_another_answer() -> None:
    """Half-cycle weights with discounting at the boundaries give 5309.00 per 1,000, not the published 5308.98."""
    from dataclasses import replace

    result = hecon.run(replace(MODEL(), flows="boundaries"), BOOK.base())
    assert 1000 * result.effect()[0, 0] == pytest.approx(5309.00, abs=0.005)
