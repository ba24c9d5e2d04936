"""Sumatriptan for migraine against its recomputed paths and totals (Evans 1997; Briggs 2006, box 2.3).

Numbers are in sumatriptan/expected.json. Its leaves A to E and F to J are the five ends of the two strategies.
"""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

import hecon

HERE = Path(__file__).parent
CASE = HERE / "sumatriptan"
MODEL: Any = runpy.run_path(str(CASE / "model.py"))["MODEL"]
ORACLE = runpy.run_path(str(HERE.parent / "oracles" / "sumatriptan.py"))
EXPECTED = json.loads((CASE / "expected.json").read_text())["expected"]
BOOK = hecon.read_inputs(CASE / "inputs")
ENDS = dict(zip("FGHIJABCDE", ["relief", "recurrence", "endures", "emergency", "admitted"] * 2, strict=True))


def icer_of(book: Any) -> float:
    table = hecon.incremental(hecon.run(MODEL, book.base()), perspective="payer")
    value = table.row("sumatriptan").icer.value
    assert value is not None
    return value


def test_totals_and_ratio() -> None:
    result = hecon.run(MODEL, BOOK.base())
    assert result.strategies == ("caffeine", "sumatriptan")
    want = [EXPECTED["cost"]["Caffeine"], EXPECTED["cost"]["Sumatriptan"]]
    assert result.cost("payer")[:, 0] == pytest.approx(want, rel=1e-6)
    want = [EXPECTED["qaly"]["Caffeine"], EXPECTED["qaly"]["Sumatriptan"]]
    assert result.effect()[:, 0] == pytest.approx(want, rel=1e-6)
    assert icer_of(BOOK) == pytest.approx(EXPECTED["icer"], rel=1e-6)


@pytest.mark.parametrize(
    ("scenario", "key"), [("relief_high", "icer_relief_plus_26.8pp"), ("relief_low", "icer_relief_plus_9.1pp")]
)
def test_ratio_when_relief_changes(scenario: str, key: str) -> None:
    assert icer_of(BOOK.scenario(scenario)) == pytest.approx(EXPECTED[key], rel=1e-6)


def test_paths() -> None:
    """Each end's probability is its count, its QALYs an item; its costs are what its path meets."""
    result = hecon.run(MODEL, BOOK.base())
    met = {end: {"first_dose": 1, "second_dose": 0, "emergency_visit": 0, "admission": 0} for end in ENDS.values()}
    met["recurrence"]["second_dose"] = 1
    met["emergency"]["emergency_visit"] = met["admitted"]["emergency_visit"] = met["admitted"]["admission"] = 1
    for row in EXPECTED["paths"]:
        drug, end = ("sumatriptan" if row["d1"] == "Sumatriptan" else "caffeine"), ENDS[row["Leaf"]]
        k = result.strategies.index(drug)
        chance = float(result.effect("count", end)[k, 0])
        dose = BOOK.parameters[f"c_{drug}"].value
        prices = (dose, dose, BOOK.parameters["c_ed"].value, BOOK.parameters["c_admission"].value)
        cost = sum(price * times for price, times in zip(prices, met[end].values(), strict=True))
        assert chance == pytest.approx(row["Probability"], rel=1e-6)
        assert chance * cost == pytest.approx(row["Cost"], rel=1e-6)
        assert result.effect("qaly", end)[k, 0] * 365.25 == pytest.approx(row["Utility"], rel=1e-6)


def test_changed_inputs_equal_the_sum_of_paths() -> None:
    changes = {"p_relief_sumatriptan": 0.61, "p_ed": 0.2, "p_admitted": 0.3, "u_ed": -0.1, "c_admission": 2500.0}
    result = hecon.run(MODEL, BOOK.fix(**changes))
    p = {name: parameter.value for name, parameter in BOOK.parameters.items()} | changes
    for k, want in enumerate(ORACLE["totals"](p).values()):
        assert (result.cost("payer")[k, 0], result.effect()[k, 0]) == pytest.approx(want, rel=1e-12)
