"""The glioblastoma case: published survival exactly, the published gain of 2.5 years, plain loops, README."""

import csv
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify

ROOT = Path(__file__).parents[1]
CASE, INPUTS = ROOT / "models" / "glioblastoma", ROOT / "inputs" / "glioblastoma"
ORACLE = runpy.run_path(str(ROOT / "tests" / "oracles" / "glioblastoma.py"))["run"]


@pytest.fixture(scope="module")
def book() -> Any:
    return hecon.read_inputs(INPUTS)


@pytest.fixture(scope="module")
def model() -> Any:
    return runpy.run_path(str(CASE / "model.py"))["MODEL"]


def agree(outcomes: Any, oracle: dict[str, Any], draw: int = 0) -> None:
    """Every item of health care and every QALY, to 1e-9 of its value."""
    for s, strategy in enumerate(outcomes.strategies):
        found = oracle[strategy]
        wanted = {("cost", name): value for name, value in found["cost"].items()}
        wanted |= {("qaly", name): value for name, value in found["qaly"].items()}
        wanted |= {(kind, "life_years"): found[kind] for kind in ("ly", "ly_undiscounted")}
        for k, item in enumerate(outcomes.items):
            if item.sector in ("", "health care"):
                value = wanted.pop((item.kind, item.name), 0.0)
                assert outcomes.values[s, k, draw] == pytest.approx(value, rel=1e-9, abs=1e-9), (strategy, item)
        assert not wanted, (strategy, wanted)


def gain(outcomes: Any) -> float:
    ly = outcomes.effect("ly_undiscounted")[:, 0]
    return float(ly[1] - ly[0])


def test_survival_exactly_as_published(book: Any, model: Any) -> None:
    """Stupp 2009: 27.2, 16.0, 12.1, 9.8 and 10.9, 4.4, 3.0, 1.9% at 2, 3, 4, 5 years."""
    reports = hecon.run(model, book.base()).kept["reports"]
    for strategy, shares in (
        ("radiation_temozolomide", (0.272, 0.160, 0.121, 0.098)),
        ("radiation", (0.109, 0.044, 0.030, 0.019)),
    ):
        found = [float(reports[strategy, f"alive at {year} years"][0]) for year in (2, 3, 4, 5)]
        assert found == pytest.approx(shares, abs=1e-12)


def test_one_trial_cut_at_different_times(book: Any, model: Any) -> None:
    """Lamers 2008: 0.25 life-years in 2.5 years. By hand, first interval of each arm: 0.5 / log 2 x 14.6 and 12.1 months."""
    gains = {
        name: gain(hecon.run(model, book.scenario(name).base())) for name in ("two_years", "published", "five_years")
    }
    assert gains["published"] == pytest.approx(0.25, rel=0.15)
    assert gains["five_years"] == pytest.approx(0.5, abs=0.03)
    assert gains["two_years"] < gains["published"] < gains["five_years"] < gain(hecon.run(model, book.base()))
    to_2 = [
        0.5 / np.log(2) * m + (0.5 - s) / np.log(0.5 / s) * (2 - m) for m, s in ((14.6 / 12, 0.272), (12.1 / 12, 0.109))
    ]
    assert gains["two_years"] == pytest.approx(to_2[0] - to_2[1], abs=0.002)


def test_the_effect_may_end_with_the_last_point(book: Any, model: Any) -> None:
    """By hand, after year 5: 0.098 / -log(.098 / .121) = 0.465 years at its own hazard, 0.098 / -log(.019 / .030) = 0.215."""
    ended = gain(hecon.run(model, book.scenario("effect_ends_at_5_years").base()))
    assert gain(hecon.run(model, book.base())) - ended == pytest.approx(0.465 - 0.215, abs=0.01)


def test_worth_it_at_every_cut_and_never_paying_back(book: Any, model: Any) -> None:
    for name in (None, *book.scenarios):
        found = hecon.run(model, (book.scenario(name) if name else book).base())
        cost, qaly = (float(x[1, 0] - x[0, 0]) for x in (found.cost("payer"), found.effect("qaly")))
        assert 0 < cost < 80_000 * qaly, name
        for perspective in ("societal", "societal: human capital"):
            social = found.cost(perspective)[:, 0]
            assert 0 < social[1] - social[0] < 80_000 * qaly, (name, perspective)
        ill = found.cost("societal: illness")[:, 0]
        above = float(ill[1] - ill[0]) / qaly
        assert (above > 80_000) == (name in ("published", "two_years")), name
        if above > 80_000:
            assert f"{above:,.0f}" in (CASE / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["", "late_hazard_quarter", "effect_ends_at_5_years", "discount_0"])
def test_the_run_equals_plain_loops(book: Any, model: Any, name: str) -> None:
    one = book.scenario(name) if name else book
    changes = {change.name: float(change.value) for change in book.scenarios[name].changes} if name else {}
    agree(hecon.run(model, one.base()), ORACLE(INPUTS, **changes))


def test_a_cut_equals_plain_loops(book: Any, model: Any) -> None:
    agree(hecon.run(model, book.scenario("published").base()), ORACLE(INPUTS, months=30, dr_cost=0, dr_effect=0))


def test_draws_equal_plain_loops_and_pass_the_checks(book: Any, model: Any) -> None:
    draws = book.sample(500, seed=5)
    outcomes = hecon.run(model, draws)
    for k in range(3):
        agree(outcomes, ORACLE(INPUTS, **{name: float(draws[name][k]) for name in draws.names}), k)
    for check in outcomes.kept["checks"]:
        assert np.all(check.passed), check.name


def test_causes_add_up(book: Any, model: Any) -> None:
    found = hecon.run(model, book.base())
    for perspective in ("payer", "societal", "societal: human capital with consumption"):
        assert sum(found.split("category", perspective).values()) == pytest.approx(found.cost(perspective), rel=1e-12)


def test_the_workbook_is_live(book: Any, model: Any, tmp_path: Path) -> None:
    """Its first year, in the base case and under other inputs and switches."""
    pytest.importorskip("formualizer")
    made = Made(model, replace(book, settings={**book.settings, "horizon": "1 year"}), "payer", 80_000.0, "radiation")
    made.write(tmp_path / "a.xlsx")
    certificate = verify(tmp_path / "a.xlsx", made, count=2, engine="formualizer", inputs=False)
    assert certificate.passed, certificate.text()


def test_derive_finds_the_numbers_that_stand_in_the_inputs() -> None:
    """By hand: 0.4 x (27,365 + 39,092) / 2 = 13,291.40."""
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    found = runpy.run_path(str(CASE / "derive.py"))["derived"]()
    assert set(found) == {name for name, row in rows.items() if row["provenance"] == "derived"}
    for name, cells in found.items():
        assert {column: rows[name][column] for column in cells} == cells
    assert float(rows["c_temozolomide"]["value"]) == pytest.approx(13_291.4)


def test_the_readme_says_what_the_case_gives(book: Any, model: Any) -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["tables"](book, lambda draws: hecon.run(model, draws))
