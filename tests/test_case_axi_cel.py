"""The lymphoma case: published QALYs within tolerance, plain loops, derived curves, a README that keeps its word."""

import csv
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.inputs.curves_table import curve_rows

ROOT = Path(__file__).parents[1]
CASE, INPUTS = ROOT / "models" / "axi_cel_second_line", ROOT / "inputs" / "axi_cel_second_line"
ORACLE = runpy.run_path(str(ROOT / "tests" / "oracles" / "axi_cel_second_line.py"))["run"]


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
        wanted = {(kind, name): value for kind in ("cost", "qaly", "count") for name, value in found[kind].items()}
        wanted |= {(kind, "life_years"): found[kind] for kind in ("ly", "ly_undiscounted")}
        for k, item in enumerate(outcomes.items):
            value = wanted.pop((item.kind, item.name), 0.0)
            assert outcomes.values[s, k, draw] == pytest.approx(value, rel=1e-9, abs=1e-9), (strategy, item)
        assert not wanted, (strategy, wanted)


def test_incremental_qalys_within_10_percent_of_the_published(book: Any, model: Any) -> None:
    """Perales 2022: 7.08 and 5.56 QALYs; each arm within 8% (the case file's tolerance), the increment within 10%."""
    standard, axi_cel = hecon.run(model, book.base()).effect("qaly")[:, 0]
    assert axi_cel - standard == pytest.approx(7.08 - 5.56, rel=0.10)
    assert (standard, axi_cel) == pytest.approx((5.56, 7.08), rel=0.08)


def test_the_ratio_within_20_percent_of_the_published(book: Any, model: Any) -> None:
    base = hecon.run(model, book.base())
    (standard, axi_cel), (less, more) = base.cost("payer")[:, 0], base.effect("qaly")[:, 0]
    assert (axi_cel - standard) / (more - less) == pytest.approx(66_381, rel=0.20)


@pytest.mark.parametrize(
    "name", ["", "os_lognormal", "os_loglogistic", "smr_1_5", "age_65", "survivors_recover", "crossover_not_costed"]
)
def test_the_run_equals_plain_loops(book: Any, model: Any, name: str) -> None:
    one = book.scenario(name) if name else book
    changes = book.scenarios[name].changes if name else ()
    numbers = {change.name: float(change.value) for change in changes if change.target == "parameter"}
    families = {change.name: change.value for change in changes if change.target == "curve"}
    agree(hecon.run(model, one.base()), ORACLE(INPUTS, families, **numbers))


def test_a_shorter_horizon_equals_plain_loops(book: Any, model: Any) -> None:
    agree(hecon.run(model, book.scenario("horizon_10_years").base()), ORACLE(INPUTS, months=120))


def test_draws_equal_plain_loops(book: Any, model: Any) -> None:
    draws = book.sample(3, seed=8)
    outcomes = hecon.run(model, draws)
    for k in range(3):
        agree(outcomes, ORACLE(INPUTS, **{name: float(draws[name][k]) for name in draws.names}), k)


def test_a_curve_s_family_changes_only_what_depends_on_it(book: Any, model: Any) -> None:
    base, other = hecon.run(model, book.base()), hecon.run(model, book.scenario("efs_lognormal").base())
    assert other.effect("ly") == pytest.approx(base.effect("ly"), rel=1e-12)  # event-free survival only
    assert not np.allclose(other.effect("qaly"), base.effect("qaly"), rtol=1e-6)
    for name in ("acquisition", "acquisition_crossover", "transplant", "end_of_life"):
        (k,) = base.select(kind="cost", name=name)
        assert other.values[:, k] == pytest.approx(base.values[:, k], rel=1e-12)


def test_the_crossover_is_costed(book: Any, model: Any) -> None:
    base = hecon.run(model, book.base())
    (k,) = base.select(kind="cost", name="acquisition_crossover")
    assert base.values[0, k, 0] == pytest.approx(0.57 * 399_000 / 1.03**0.5, rel=1e-9)
    assert base.values[1, k, 0] == 0.0
    (transplants,) = base.select(kind="count", name="transplants")
    assert base.values[0, transplants, 0] == pytest.approx(0.32 * 0.80 + 0.18 * 0.54, rel=1e-9)


def test_the_price_acts_in_both_arms(book: Any, model: Any) -> None:
    base = hecon.run(model, book.base())
    again = hecon.run(model, book.fix(price_axi_cel=300_000.0))
    assert base.at_price("price_axi_cel", 300_000.0).cost("payer") == pytest.approx(again.cost("payer"), rel=1e-9)


def test_derive_finds_the_numbers_that_stand_in_the_inputs() -> None:
    derive = runpy.run_path(str(CASE / "derive.py"))
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    found = derive["derived"]()
    assert set(found) == {name for name, row in rows.items() if row["provenance"] == "derived"}
    for name, cells in found.items():
        assert {column: rows[name][column] for column in cells} == cells
    # 89,535 USD of 2019; US prices rose 1.2335844% in 2020 and 4.6978589% in 2021
    assert float(found["c_post_infusion"]["value"]) == pytest.approx(89535 * 1.012335844 * 1.046978589, rel=1e-8)
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


def test_the_checks_of_the_model_hold(book: Any, model: Any) -> None:
    checks = hecon.run(model, book.base()).kept["checks"]
    assert {check.name for check in checks} >= {f"overall survival at month {month}" for month in (12, 24, 48)}
    for check in checks:
        assert np.all(check.passed), check.name


def test_the_readme_says_what_the_case_gives(book: Any, model: Any) -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["tables"](book, lambda draws: hecon.run(model, draws))
