"""The plain-loop oracles give the published numbers by themselves, before any engine is asked.

Each reads the case's CSV inputs (column `value`) and is held against the case's expected.json.
"""

import csv
import json
import runpy
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CASES = HERE.parent / "validation"


def oracle(case: str) -> dict[str, Any]:
    return runpy.run_path(str(HERE / f"{case}.py"))


def values(case: str) -> dict[str, float]:
    with open(CASES / case / "inputs" / "parameters.csv", newline="") as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}


def expected(case: str) -> dict[str, Any]:
    out: dict[str, Any] = json.loads((CASES / case / "expected.json").read_text())["expected"]
    return out


@pytest.mark.parametrize("method", ["darth-legacy", "half-cycle", "darth-none"])
def test_sick_sicker(method: str) -> None:
    found = oracle("sick_sicker")["totals"](values("sick_sicker"), method)
    for row, (cost, qaly, _) in zip(expected("sick_sicker")[method], found.values(), strict=True):
        assert (cost, qaly) == pytest.approx((row["cost"], row["qaly"]), rel=1e-12)


@pytest.mark.parametrize(("strategy", "key"), [("strategy_a", "trace_SoC_and_A"), ("strategy_b", "trace_B_and_AB")])
def test_sick_sicker_trace(strategy: str, key: str) -> None:
    rows = oracle("sick_sicker")["trace"](values("sick_sicker"), strategy)
    for cycle, row in expected("sick_sicker")[key].items():
        assert rows[int(cycle.removeprefix("cycle_"))] == pytest.approx(list(row.values()), rel=1e-12)


def test_sick_sicker_age_dependent() -> None:
    case = "sick_sicker_age_dependent"
    with open(CASES / case / "inputs" / "life_table.csv", newline="") as file:
        rates = {int(row["age"]): float(row["mx"]) for row in csv.DictReader(file)}
    found = oracle(case)["totals"](values(case), rates)
    for row, pair in zip(expected(case)["base_case"], found.values(), strict=True):
        assert pair == pytest.approx((row["Cost"], row["Effect"]), rel=1e-12)
    unweighted = oracle(case)["totals"](values(case), rates, legacy_events=False)
    assert abs(unweighted["standard"][0] - 116_374.45) > 1  # so the published total needs the weights on transitions
    for strategy, key in (("standard", "trace_SoC"), ("strategy_b", "trace_B")):
        rows = oracle(case)["trace"](values(case), rates, strategy)
        for cycle, row in expected(case)[key].items():
            assert rows[int(cycle.removeprefix("cycle_"))] == pytest.approx(list(row.values()), rel=1e-12)


def test_hiv_chancellor() -> None:
    p, module, want = values("hiv_chancellor"), oracle("hiv_chancellor"), expected("hiv_chancellor")
    for row in want["combination_by_lamivudine_price"]:
        found = module["totals"]({**p, "c_lamivudine": row["lamivudine_cost"]})
        assert found["mono"] == pytest.approx((want["monotherapy"]["cost"], want["monotherapy"]["LY"]), rel=1e-12)
        assert found["combination"] == pytest.approx((row["cost_comb"], row["LY_comb"]), rel=1e-12)
    for strategy, key in (("mono", "trace_mono_per_1000"), ("combination", "trace_comb_per_1000")):
        # rdecision prints its traces at a price of 2087 and divides the treated move from A to C by C's count
        at_2087, slip = {**p, "c_lamivudine": 2087.0}, 1734 / 1749
        rows, costs = module["trace"](at_2087, strategy, slip), module["cost_by_row"](at_2087, strategy, slip)
        printed = want["rdecision_as_published"]
        assert sum(costs) == pytest.approx(printed["cost_comb" if strategy == "combination" else "cost_mono"], rel=1e-9)
        for row in want[key]:
            found = [1000 * share for share in rows[row["Years"]]]
            assert found == pytest.approx([row[state] for state in "ABCD"], rel=1e-9)
            assert costs[row["Years"]] == pytest.approx(row["Cost"], rel=1e-9)


def test_sumatriptan() -> None:
    p, module, want = values("sumatriptan"), oracle("sumatriptan"), expected("sumatriptan")
    ends = dict(zip("FGHIJABCDE", list(module["ENDS"]) * 2, strict=True))
    for row in want["paths"]:
        drug = "sumatriptan" if row["d1"] == "Sumatriptan" else "caffeine"
        found = module["paths"](p, drug)[ends[row["Leaf"]]]
        assert found == pytest.approx((row["Probability"], row["Cost"], row["Utility"]), rel=1e-9)
    for key, change in (("icer", 0.0), ("icer_relief_plus_26.8pp", 0.268), ("icer_relief_plus_9.1pp", 0.091)):
        changed = {**p, "p_relief_sumatriptan": p["p_relief_caffeine"] + change} if change else p
        (cost_0, qaly_0), (cost_1, qaly_1) = module["totals"](changed).values()
        assert (cost_1 - cost_0) / (qaly_1 - qaly_0) == pytest.approx(want[key], rel=1e-9)


@pytest.mark.parametrize(
    ("strategy", "key"), [("conventional", "table4_conventional"), ("computer_assisted", "table4_CAS")]
)
def test_knee_replacement(strategy: str, key: str) -> None:
    found = oracle("knee_replacement")["by_year"](values("knee_replacement"), strategy)
    for have, row in zip(found, expected("knee_replacement")[key], strict=True):
        assert 1000 * have["cost"] == pytest.approx(row["Discounted costs (£)"], rel=1e-5)
        assert 1000 * have["qaly"] == pytest.approx(row["Discounted QALYs"], rel=1e-5)
        named = (("serious", "serious complication"), ("minor", "minor complication"), ("complex", "complex revision"))
        for state, label in (*named, ("simple", "simple revision"), ("dead", "death")):
            assert 100 * have[state] == pytest.approx(row[f"Cumulative {label} (%)"], abs=0.005001)
