"""TIL against ipilimumab as published in 2018: QALYs to the printed digit, costs as far as the table goes, plain loops.

The published share of draws in which TIL is worth 80,000 EUR per QALY (86%) lies between what two readings of "25% either
side" give; it does not settle which was meant.
"""

import csv
import json
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon

HERE = Path(__file__).parent
CASE = HERE / "til_melanoma_2018"
INPUTS = CASE / "inputs"
PUBLISHED = json.loads((CASE / "expected.json").read_text())["expected"]
ORACLE = runpy.run_path(str(HERE.parent / "oracles" / "til_melanoma_2018.py"))["run"]


@pytest.fixture(scope="module")
def book() -> Any:
    return hecon.read_inputs(INPUTS)


@pytest.fixture(scope="module")
def model() -> Any:
    return runpy.run_path(str(CASE / "model.py"))["MODEL"]


def agree(outcomes: Any, oracle: dict[str, Any], draw: int = 0) -> None:
    """Every item of every strategy, to 1e-9 of its value."""
    for s, strategy in enumerate(outcomes.strategies):
        found = oracle[strategy]
        wanted = {("cost", name): value for name, value in found["cost"].items()}
        wanted |= {("qaly", name): value for name, value in found["qaly"].items()}
        wanted |= {(kind, "life_years"): found[kind] for kind in ("ly", "ly_undiscounted")}
        for k, item in enumerate(outcomes.items):
            value = wanted.pop((item.kind, item.name), 0.0)
            assert outcomes.values[s, k, draw] == pytest.approx(value, rel=1e-9, abs=1e-9), (strategy, item)
        assert not wanted, (strategy, wanted)


def test_qalys_as_published(book: Any, model: Any) -> None:
    """Retel 2018: 0.38 and 0.45, to the printed digit; 0.381 and 0.448 by an independent rebuild (the case file)."""
    qaly = hecon.run(model, book.base()).effect("qaly")[:, 0]
    assert [round(x, 2) for x in qaly] == PUBLISHED["qaly"]
    assert qaly == pytest.approx([0.381, 0.448], abs=5e-4)


def test_the_gain_is_the_convention_for_events(book: Any, model: Any) -> None:
    """By hand: 0.1432 and 0.0340 a year. On all treated for that year they take away 0.109 of a gain of 0.094."""
    gain = 0.0
    loss = dict.fromkeys(("ipi", "til"), 0.0)
    base = {name: one.value for name, one in book.parameters.items()}
    for name, value in base.items():
        event, _, arm = name.removeprefix("p_").rpartition("_")
        if f"du_{event}" in base:
            loss[arm] += value * base[f"du_{event}"]
    assert loss["ipi"] == pytest.approx(0.0340, abs=5e-5)
    assert loss["til"] == pytest.approx(0.14315, abs=5e-5)
    before = hecon.run(model, book.scenario("no_adverse_event_loss").base()).effect("qaly")[:, 0]
    gain = float(before[1] - before[0])
    assert gain == pytest.approx(0.094, abs=5e-4)
    assert gain - (loss["til"] - loss["ipi"]) == pytest.approx(-0.015, abs=5e-4)


def test_two_readings_of_the_spread_of_costs_lie_either_side_of_the_published_share(book: Any, model: Any) -> None:
    """25% either side: as a 95% interval TIL is best in 91% of draws, as a standard error in 81%; published 86%."""
    wide = {
        name: replace(one, par2=0.25 * one.value) if name.startswith("c_") and one.distribution else one
        for name, one in book.parameters.items()
    }
    shares = []
    for one in (book, replace(book, parameters=wide)):
        psa = hecon.run(model, one.sample(10_000, seed=1))
        benefit = 80_000 * psa.effect("qaly") - psa.cost("payer")
        shares.append(float(np.mean(benefit[1] > benefit[0])))
    assert shares == pytest.approx([0.913, 0.811], abs=0.015)
    assert shares[1] < PUBLISHED["best_at_80000"] < shares[0]


@pytest.mark.parametrize(
    ("scenario", "qalys"),
    [
        ("no_adverse_event_loss", (0.387, 0.481)),
        ("half_cycle", (0.806, 0.873)),  # 0.812 and 0.906 without the loss to adverse events
        ("start_of_cycle", (1.231, 1.298)),
    ],
)
def test_what_other_counting_gives(book: Any, model: Any, scenario: str, qalys: tuple[float, float]) -> None:
    assert hecon.run(model, book.scenario(scenario).base()).effect("qaly")[:, 0] == pytest.approx(qalys, abs=5e-4)


def test_costs_as_far_as_the_published_table_goes(book: Any, model: Any) -> None:
    table = hecon.run(model, book.scenario("table_only").base()).cost("payer")[:, 0]
    assert table == pytest.approx(PUBLISHED["treatment"], abs=1e-6)
    ipilimumab, til = hecon.run(model, book.base()).cost("payer")[:, 0]
    assert ipilimumab == pytest.approx(PUBLISHED["cost"][0], abs=0.01)  # calibrated
    assert til == pytest.approx(PUBLISHED["cost"][1], rel=0.01)  # not calibrated, under a hypothesis on who fails


def test_the_same_side_of_the_threshold_as_published(book: Any, model: Any) -> None:
    table = hecon.pairwise(hecon.run(model, book.base()), reference="ipilimumab", perspective="payer")
    assert "dominant" in str(table)


@pytest.mark.parametrize("counting", ["end", "half-cycle", "start"])
def test_the_run_equals_plain_loops(book: Any, model: Any, counting: str) -> None:
    scenario = {"half-cycle": "half_cycle", "start": "start_of_cycle"}.get(counting)
    one = book.scenario(scenario) if scenario else book
    agree(hecon.run(model, one.base()), ORACLE(INPUTS, counting))


@pytest.mark.parametrize("name", ["table_only", "no_adverse_event_loss", "commercial_price", "discount_0"])
def test_scenarios_equal_plain_loops(book: Any, model: Any, name: str) -> None:
    changes = {change.name: float(change.value) for change in book.scenarios[name].changes}
    agree(hecon.run(model, book.scenario(name).base()), ORACLE(INPUTS, **changes))


def test_draws_equal_plain_loops_where_curves_cross_too(book: Any, model: Any) -> None:
    draws = book.sample(40, seed=2)
    outcomes = hecon.run(model, draws)
    crossed = np.flatnonzero(draws["p_pfs_til"] > draws["p_os_til"])
    assert crossed.size
    assert (outcomes.kept["reports"]["til", "crossings"] > 0).nonzero()[0].tolist() == crossed.tolist()
    for k in (0, 1, int(crossed[0])):
        agree(outcomes, ORACLE(INPUTS, **{name: float(draws[name][k]) for name in draws.names}), k)


def test_derive_finds_the_numbers_that_stand_in_the_inputs() -> None:
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    derive = runpy.run_path(str(CASE / "derive.py"))
    found = derive["derived"]()
    assert set(found) == {name for name, row in rows.items() if row["provenance"] == "derived"}
    for name, cells in found.items():
        assert {column: rows[name][column] for column in cells} == cells
    # by hand: 0.366 / 1.04 = 0.351923, / 0.648077 = 0.543027; 0.175 / 1.04 = 0.168269, / 0.831731 = 0.202312
    assert derive["years_in_progression"](0.175, 0.366, 0.04) == pytest.approx(0.340715, abs=1e-6)


def test_the_checks_of_the_model_hold(book: Any, model: Any) -> None:
    for check in hecon.run(model, book.base()).kept["checks"]:
        assert np.all(check.passed), check.name
