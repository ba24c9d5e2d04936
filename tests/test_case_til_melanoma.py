"""The melanoma case on the randomised trial: published life-years and QALYs, plain loops, derived inputs, its README."""

import csv
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.inputs.parameter import Change, Scenario
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify

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
    """Every item that the loops compute, to 1e-9 of its value; health care and QALYs whole."""
    for s, strategy in enumerate(outcomes.strategies):
        found = oracle[strategy]
        wanted = {("cost", name): value for name, value in found["cost"].items()}
        wanted |= {("qaly", name): value for name, value in found["qaly"].items()}
        wanted |= {(kind, "life_years"): found[kind] for kind in ("ly", "ly_undiscounted")}
        for k, item in enumerate(outcomes.items):
            if (item.kind, item.name) in wanted or item.sector in ("", "health care"):
                value = wanted.pop((item.kind, item.name), 0.0)
                assert outcomes.values[s, k, draw] == pytest.approx(value, rel=1e-9, abs=1e-9), (strategy, item)
        assert not wanted, (strategy, wanted)


def test_life_years_and_qalys_as_published(book: Any, model: Any) -> None:
    """Ten Ham 2024, undiscounted: 3.33 and 4.47 life-years, 2.46 and 3.52 QALYs."""
    found = hecon.run(model, book.scenario("undiscounted").base())
    assert found.effect("ly_undiscounted")[:, 0] == pytest.approx([3.33, 4.47], rel=0.02)
    assert found.effect("qaly")[:, 0] == pytest.approx([2.46, 3.52], rel=0.05)


def test_curves_by_hand() -> None:
    """Shape log(log .21 / log .5) / log(60 / 18.9) = 0.7026; the medians then give a hazard ratio of 0.804 (trial: 0.83)."""
    curves = runpy.run_path(str(ROOT / "tests" / "oracles" / "til_melanoma.py"))
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    found = curves["curves"](p)
    shape = np.log(np.log(0.21) / np.log(0.5)) / np.log(60 / 18.9)
    assert shape == pytest.approx(0.7026, abs=5e-5)
    assert found["os_ipi"][1] == pytest.approx(shape)
    assert (found["os_ipi"][2] / found["os_til"][2]) ** shape == pytest.approx(0.804, abs=5e-4)
    assert curves["alive"](found["os_ipi"], 2.0) == pytest.approx(0.441, abs=0.003)  # recalled of the trial
    assert curves["alive"](found["pfs_til"], 0.5) == pytest.approx(0.527, abs=0.003)


def test_what_of_the_published_costs_is_not_rebuilt(book: Any, model: Any) -> None:
    """433,634 and 347,168 EUR hold later lines; one yearly amount meets the first and leaves a tenth of the second."""
    ours = hecon.run(model, book.scenario("undiscounted").base()).cost("societal")[:, 0]
    assert (ours < np.array([0.5 * 433_634, 0.6 * 347_168])).all()
    ipilimumab, til = hecon.run(model, book.scenario("later_lines_calibrated").base()).cost("societal")[:, 0]
    assert ipilimumab == pytest.approx(433_634, abs=1)
    assert til == pytest.approx(347_168, rel=0.15)


def test_what_carries_the_answer(book: Any, model: Any) -> None:
    """Dominant as published; not at half the price of ipilimumab; not worth it at a commercial price."""

    def more(scenario: str = "") -> tuple[float, float]:
        found = hecon.run(model, (book.scenario(scenario) if scenario else book).base())
        cost, qaly = (float(x[1, 0] - x[0, 0]) for x in (found.cost("societal"), found.effect("qaly")))
        return cost, qaly

    cost, qaly = more()
    assert cost < 0 < qaly
    cost, qaly = more("ipilimumab_half_price")
    assert 0 < cost < 80_000 * qaly
    cost, qaly = more("commercial_price")
    assert cost > 80_000 * qaly
    cost, qaly = more("survival_equal")
    assert 0 < qaly < 0.2


def test_the_price_of_ipilimumab_carries_the_saving(book: Any, model: Any) -> None:
    """Cost falls by one EUR per EUR of its price: the added cost is 0 at 84,674, a rebate of 6.0%, and not 0 at 3 doses."""
    cost = hecon.run(model, book.base()).cost("societal")[:, 0]
    even = 90_100 + float(cost[1] - cost[0])
    page = (CASE / "README.md").read_text(encoding="utf-8")
    assert f"costs more than {even:,.0f} EUR" in page
    assert 0.05 < 1 - even / 90_100 < 0.07
    level = hecon.run(model, book.fix(c_ipi_drug=even)).cost("societal")[:, 0]
    assert level[0] == pytest.approx(level[1], abs=1e-6)
    for name in ("ipilimumab_three_doses", "os_60_keynote_006"):
        found = hecon.run(model, book.scenario(name).base())
        more, gain = (float(x[1, 0] - x[0, 0]) for x in (found.cost("societal"), found.effect("qaly")))
        assert 0 < more < 80_000 * gain
    draws = hecon.run(model, book.sample(4000, seed=1)).cost("societal")
    assert 0 < -float((draws[1] - draws[0]).mean()) < (90_100 - even) / 3  # "less than a third"


def test_a_longer_median_of_ipilimumab_turns_the_decision(book: Any, model: Any) -> None:
    """31.8 months, inside its confidence interval (to 32.6); the product's price at 2.2 times its cost."""

    def benefit(**changes: float) -> float:
        found = hecon.run(model, book.fix(**changes))
        cost, qaly = (x[1, 0] - x[0, 0] for x in (found.cost("societal"), found.effect("qaly")))
        return float(80_000 * qaly - cost)

    assert benefit(d_median_os_ipi=31.7) > 0 > benefit(d_median_os_ipi=31.9)
    assert benefit(production_factor=2.2) > 0 > benefit(production_factor=2.25)


def test_seven_years_of_another_trial_by_hand(book: Any) -> None:
    """Median 18.9 and 25.3% at 84 months: shape 0.459; alive at 60 months 0.5 ** ((60 / 18.9) ** 0.459) = 0.308."""
    shape = np.log(np.log(0.253) / np.log(0.5)) / np.log(84 / 18.9)
    assert shape == pytest.approx(0.459, abs=5e-4)
    assert 0.5 ** ((60 / 18.9) ** shape) == pytest.approx(0.308, abs=5e-4)
    assert float(book.scenarios["os_60_keynote_006"].changes[0].value) == 0.308


def test_the_causes_of_both_arms(book: Any, model: Any) -> None:
    """Causes add up to the total; the hospital's lump is not separable; severe events are of the conditioning or the drug."""
    found = hecon.run(model, book.base())
    for perspective in ("payer", "societal", "societal: human capital with consumption"):
        parts = found.split("category", perspective)
        assert sum(parts.values()) == pytest.approx(found.cost(perspective), rel=1e-12)
    causes = found.split("category", "payer")
    assert causes["not separable"][:, 0] == pytest.approx([0, book.parameters["c_til_hospital"].value])
    assert causes["product"][:, 0] == pytest.approx([90_100, 67_547])
    of = {item.name: item.of for item in found.items if item.kind == "qaly" and item.category == "side effects"}
    assert set(of.values()) == {"product", "conditioning"}


@pytest.mark.parametrize("name", ["", "effect_ends_at_3_years", "complete_responders_cured", "utility_by_arm"])
def test_the_run_equals_plain_loops(book: Any, model: Any, name: str) -> None:
    one = book.scenario(name) if name else book
    changes = {change.name: float(change.value) for change in book.scenarios[name].changes} if name else {}
    agree(hecon.run(model, one.base()), ORACLE(INPUTS, **changes))


def test_draws_equal_plain_loops(book: Any, model: Any) -> None:
    draws = book.sample(3, seed=5)
    outcomes = hecon.run(model, draws)
    for k in range(3):
        agree(outcomes, ORACLE(INPUTS, **{name: float(draws[name][k]) for name in draws.names}), k)


def test_how_often_progression_free_survival_is_lowered(book: Any) -> None:
    """The README says 16% of draws for TIL by five years: progression and death are drawn independently."""
    loops = runpy.run_path(str(ROOT / "tests" / "oracles" / "til_melanoma.py"))
    fixed = {name: one.value for name, one in book.parameters.items()}
    draws = book.sample(4000, seed=1)
    above = 0
    for k in range(draws.n):
        found = loops["curves"](fixed | {name: float(draws[name][k]) for name in draws.names})
        above += loops["alive"](found["pfs_til"], 5) > loops["alive"](found["os_til"], 5)
    assert above / draws.n == pytest.approx(0.16, abs=0.01)


def test_a_thousand_draws_run_and_stay_below_the_life_table(book: Any, model: Any) -> None:
    found = hecon.run(model, book.sample(1000, seed=3))
    for check in found.kept["checks"]:
        assert np.all(check.passed), check.name


@pytest.mark.parametrize("years", ["1 year", "5 years"])
def test_short_horizons(book: Any, model: Any, years: str) -> None:
    short = replace(book, scenarios={"h": Scenario("h", "", (Change("setting", "horizon", years),))}).scenario("h")
    found = hecon.run(model, short.base())
    assert (found.effect("ly_undiscounted") < float(years.split()[0])).all()


def test_the_workbook_is_live(book: Any, model: Any, tmp_path: Path) -> None:
    """Its first year, in the base case and under other inputs and switches."""
    pytest.importorskip("formualizer")
    made = Made(
        model, replace(book, settings={**book.settings, "horizon": "1 year"}), "societal", 80_000.0, "ipilimumab"
    )
    made.write(tmp_path / "a.xlsx")
    certificate = verify(tmp_path / "a.xlsx", made, count=2, engine="formualizer", inputs=False)
    assert certificate.passed, certificate.text()


def test_derive_finds_the_numbers_that_stand_in_the_inputs() -> None:
    """By hand: 26,500 x 1.0263 x 1.0127 x 1.0268 = 28,281; 39.88 / 1.1000 = 36.25."""
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    found = runpy.run_path(str(CASE / "derive.py"))["derived"]()
    assert set(found) == {name for name, row in rows.items() if row["provenance"] == "derived"}
    for name, cells in found.items():
        assert {column: rows[name][column] for column in cells} == cells
    assert float(rows["c_til_hospital"]["value"]) == pytest.approx(28_281, abs=1)
    assert float(rows["wage_hour"]["value"]) == pytest.approx(36.25, abs=0.01)


def test_the_readme_says_what_the_case_gives(book: Any, model: Any) -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["tables"](book, lambda draws: hecon.run(model, draws))
