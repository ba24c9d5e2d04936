"""The prostate-cancer case: the published scenario within its tolerance, plain loops, derived curves, README."""

import csv
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.inputs.curves_table import curve_rows

ROOT = Path(__file__).parents[1]
CASE, INPUTS = ROOT / "models" / "sipuleucel_t", ROOT / "inputs" / "sipuleucel_t"
ORACLE = runpy.run_path(str(ROOT / "tests" / "oracles" / "sipuleucel_t.py"))["run"]
EXPONENTIAL = {"os_sip": "exponential", "os_std": "exponential"}


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


def more(outcomes: Any) -> tuple[float, float, float]:
    values = (outcomes.cost("payer"), outcomes.effect("qaly"), outcomes.effect("ly"))
    cost, qaly, ly = (float(x[1, 0] - x[0, 0]) for x in values)
    return cost, qaly, ly


def test_the_published_scenario(book: Any, model: Any) -> None:
    """Holko 2014: +104,536 USD, +0.37 QALY, 283,000 per QALY; exponentials on the medians gain 0.419 life-years."""
    cost, qaly, ly = more(hecon.run(model, book.scenario("published").base()))
    assert cost == pytest.approx(104_536, abs=0.01)
    assert ly == pytest.approx(0.419, abs=5e-4)
    assert qaly == pytest.approx(0.37, abs=0.05)
    assert cost / qaly == pytest.approx(283_000, rel=0.20)


def test_the_base_case(book: Any, model: Any) -> None:
    """Weibull curves through both points gain 0.342 life-years, 0.376 undiscounted (the case file)."""
    for arm, median, alive in (("sip", 25.8, 0.317), ("std", 21.7, 0.230)):
        shape = np.log(np.log(alive) / np.log(0.5)) / np.log(36 / median)  # 1.517 and 1.485 by hand
        assert np.exp(book.parameters[f"os_{arm}_weibull_shape"].value) == pytest.approx(shape, rel=1e-8)
    base = hecon.run(model, book.base())
    cost, qaly, ly = more(base)
    assert ly == pytest.approx(0.342, abs=5e-4)
    undiscounted = base.effect("ly_undiscounted")[:, 0]
    assert undiscounted[1] - undiscounted[0] == pytest.approx(0.376, abs=5e-4)
    assert 0.24 < qaly < 0.31
    cost, qaly, _ = more(hecon.run(model, book.scenario("weibull_published_cost").base()))
    assert 340_000 < cost / qaly < 430_000


def test_not_cost_effective_under_either(book: Any, model: Any) -> None:
    for name in (None, *book.scenarios):
        cost, qaly, _ = more(hecon.run(model, (book.scenario(name) if name else book).base()))
        assert 150_000 * qaly < cost, name


@pytest.mark.parametrize("name", ["", "published", "utility_falls", "progression_slower", "discount_0"])
def test_the_run_equals_plain_loops(book: Any, model: Any, name: str) -> None:
    one = book.scenario(name) if name else book
    changes = book.scenarios[name].changes if name else ()
    numbers = {change.name: float(change.value) for change in changes if change.target == "parameter"}
    agree(hecon.run(model, one.base()), ORACLE(INPUTS, EXPONENTIAL if name == "published" else None, **numbers))


def test_draws_equal_plain_loops(book: Any, model: Any) -> None:
    draws = book.sample(3, seed=5)
    outcomes = hecon.run(model, draws)
    for k in range(3):
        agree(outcomes, ORACLE(INPUTS, **{name: float(draws[name][k]) for name in draws.names}), k)


def test_drawn_curves_spread_as_their_check_points(book: Any) -> None:
    """At the median, survival 0.5 with 341 at risk has a standard error of sqrt(0.25 / 341) = 0.0271."""
    draws = book.sample(20_000, seed=1)
    shape, scale = (np.exp(draws[f"os_sip_weibull_{name}"]) for name in ("shape", "scale"))
    alive = np.exp(-((25.8 / 12 / scale) ** shape))
    assert alive.mean() == pytest.approx(0.5, abs=0.002)
    assert alive.std() == pytest.approx(0.0271, rel=0.05)


def test_derive_finds_the_numbers_that_stand_in_the_inputs() -> None:
    derive = runpy.run_path(str(CASE / "derive.py"))
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    found = derive["derived"]()
    assert set(found) == {name for name, row in rows.items() if row["provenance"] == "derived"}
    for name, cells in found.items():
        assert {column: rows[name][column] for column in cells} == cells
    with open(INPUTS / "curves.csv", newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    computed = curve_rows(derive["curves"]())
    assert len(written) == len(computed)
    for one, other in zip(written, computed, strict=True):
        for column, cell in other.items():
            if column.startswith(("estimate", "cov_")) and cell:
                assert float(one[column]) == pytest.approx(float(cell), rel=1e-5), (one["curve"], one["family"], column)
            else:
                assert one[column] == cell


def test_checks_hold_in_the_base_case_and_36_months_fails_when_exponential(book: Any, model: Any) -> None:
    for check in hecon.run(model, book.base()).kept["checks"]:
        assert np.all(check.passed), check.name
    failed = [
        c.name for c in hecon.run(model, book.scenario("published").base()).kept["checks"] if not np.all(c.passed)
    ]
    assert set(failed) == {"overall survival at 36 months"}


def test_the_readme_says_what_the_case_gives(book: Any, model: Any) -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["tables"](book, lambda draws: hecon.run(model, draws))
