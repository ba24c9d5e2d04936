"""The melanoma case: published QALYs by published conventions, plain loops, derived inputs, a README that keeps its word."""

import csv
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon

ROOT = Path(__file__).parents[1]
CASE, INPUTS = ROOT / "models" / "til_melanoma", ROOT / "inputs" / "til_melanoma"
ORACLE = runpy.run_path(str(ROOT / "tests" / "oracles" / "til_melanoma.py"))["run"]


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
    assert [f"{x:.2f}" for x in qaly] == ["0.38", "0.45"]
    assert qaly == pytest.approx([0.381, 0.448], abs=5e-4)


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
    assert table == pytest.approx([91_487.5, 62_000.0], abs=1e-6)
    ipilimumab, til = hecon.run(model, book.base()).cost("payer")[:, 0]
    assert ipilimumab == pytest.approx(94_705, abs=0.01)  # calibrated
    assert til == pytest.approx(81_140, rel=0.01)  # not calibrated


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


def test_the_readme_says_what_the_case_gives(book: Any, model: Any) -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["tables"](book, lambda draws: hecon.run(model, draws))
