"""The lymphoma case, third line: published figures, points given and left out, a live workbook, a README that keeps its word."""

import csv
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.results.evidence.case_evidence import case_evidence
from hecon.workbook.verify.expected import compare
from hecon.workbook.verify.perturbation import batches
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made, Trial
from hecon.workbook.xlsx.package import read_package

ROOT = Path(__file__).parents[1]
CASE, INPUTS = ROOT / "models" / "axi_cel_third_line", ROOT / "inputs" / "axi_cel_third_line"


@pytest.fixture(scope="module")
def case() -> Any:
    return hecon.open_case(str(CASE))


def test_published_figures_are_within_their_tolerance(case: Any) -> None:
    rows = {row.published.id: row for row in case_evidence(case, CASE).rows}
    assert {name for name, row in rows.items() if row.within is not None} == {"icer_ly_axi", "zuma_1", "zuma_4"}
    assert all(row.within is not False for row in rows.values())
    assert len(rows) >= 25


def test_survival_of_both_arms(case: Any) -> None:
    """The infused meet 60.4, 50.5 and 42.6%; salvage 20% at two years; the arm is 101 / 111 of one and the rest of the other."""
    base, infused = (hecon.run(case.model, book.base()) for book in (case.book, case.book.scenario("all_infused")))
    alive = {
        (arm, year): one.kept["reports"][arm, f"alive at {year} years"][0]
        for one in (base, infused)
        for arm in ("salvage", "axi_cel")
        for year in (1, 2, 5)
        if (arm == "axi_cel") == (one is infused)
    }
    assert [alive["axi_cel", year] for year in (1, 2, 5)] == pytest.approx([0.604, 0.505, 0.426], abs=1e-9)
    assert alive["salvage", 2] == pytest.approx(0.2, abs=1e-9)
    mixed = 101 / 111 * 0.505 + 10 / 111 * 0.2
    assert base.kept["reports"]["axi_cel", "alive at 2 years"][0] == pytest.approx(mixed, abs=1e-9)
    for check in base.kept["checks"]:
        assert np.all(check.passed), check.name


def test_life_years_of_both_curves_by_plain_loops(case: Any) -> None:
    """Salvage: cure 0.5 x S(24), a Weibull curve through 6.3 and 24 months; the infused: cure by bisection. Half-cycle sums."""
    oracle = runpy.run_path(str(ROOT / "tests" / "oracles" / "axi_cel_second_line.py"))
    p, life = oracle["read"](INPUTS)
    own = [oracle["alive"](month / 12, p, life) ** 1.5 for month in range(505)]
    first, second = 0.5 / oracle["alive"](6.3 / 12, p, life) ** 1.5, 0.2 / own[24]
    cure = 0.5 * second
    dead = [-np.log((point - cure) / (1 - cure)) for point in (first, second)]
    shape = np.log(dead[1] / dead[0]) / np.log(24 / 6.3)
    scale = 2 * dead[1] ** (-1 / shape)
    salvage = [cure + (1 - cure) * np.exp(-((month / 12 / scale) ** shape)) for month in range(505)]
    points = [0.604 / own[12], 0.505 / own[24], 0.426 / own[60]]
    infused = oracle["solve"]([1.0, 2.0, 5.0], points, 1)
    years = []
    for relative in (salvage, [infused(month / 12) for month in range(505)]):
        alive = np.array(own) * relative
        present = alive * 1.03 ** (-np.arange(505) / 12)
        years.append((present[:-1] + present[1:]).sum() / 24)
    found = hecon.run(case.model, case.book.base()).effect("ly")[:, 0]
    assert found == pytest.approx([years[0], 101 / 111 * years[1] + 10 / 111 * years[0]], rel=1e-9)


def test_event_free_salvage_is_its_responders_after_three_months(case: Any) -> None:
    """26% of the population's survival are without event at three months; the cured stay, half of those alive at 24 months."""
    found = hecon.run(case.model, case.book.fix(smr_excess=0.0))
    (k,) = found.select(kind="count", name="courses_later")
    alive = float(hecon.evaluate_formula("alive_mix(life_table, 60, 0.33, 58)", case.book.tables))
    cure = 0.5 * 0.2 / alive
    event_free = alive * (cure + (1 - cure) * ((0.26 - cure) / (1 - cure)) ** 8)
    assert found.values[0, k, 0] == pytest.approx(0.5 * (1 - event_free), rel=1e-9)


def test_the_infused_and_later_treatment(case: Any) -> None:
    base = hecon.run(case.model, case.book.base())
    (k,) = base.select(kind="cost", name="acquisition")
    assert base.values[:, k, 0] == pytest.approx([0.0, 399_000 * 101 / 111], rel=1e-9)
    (k,) = base.select(kind="cost", name="transplant")
    assert base.values[0, k, 0] == pytest.approx(
        0.29 * case.book.parameters["c_transplant"].value / 1.03**0.25, rel=1e-9
    )


@pytest.mark.parametrize(
    "name", [f"p_{c}_{w}_axi" for c in ("os", "efs") for w in ("early", "middle", "late")] + ["p_os_24_soc"]
)
def test_every_point_moves_the_result(case: Any, name: str) -> None:
    value = case.book.parameters[name].value
    base, other = (hecon.run(case.model, one) for one in (case.book.base(), case.book.fix(**{name: 0.97 * value})))
    assert abs(other.effect("qaly") - base.effect("qaly")).max() > 1e-4


def test_derive_finds_the_numbers_that_stand_in_the_inputs() -> None:
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    found = runpy.run_path(str(CASE / "derive.py"))["derived"]()
    assert set(found) == {name for name, row in rows.items() if row["provenance"] == "derived"}
    for name, cells in found.items():
        assert {column: rows[name][column] for column in cells} == cells


def test_the_workbook_solves_the_curves_again(case: Any, tmp_path: Path) -> None:
    """Every cell, recalculated with other points and other everything, is the engine's."""
    made = Made(case.model, case.book, "payer", 150_000.0, "salvage")
    layout = made.write(tmp_path / "axi.xlsx")
    package = read_package(tmp_path / "axi.xlsx")
    trial = Trial(
        made, layout, package, package, open_session(tmp_path / "axi.xlsx", "formualizer", tmp_path), tmp_path
    )
    (batch,) = batches(made.book, tuple(layout.inputs), [], [{}], 1, seed=3)
    ((inputs, values, draw),) = trial.sets(batch)
    compare(trial.tally, trial.session.values(trial.typed(inputs, {})), layout, values, draw, "formualizer")
    assert not trial.tally.wrong, [str(one) for one in trial.tally.wrong[:5]]
    assert trial.tally.cells > 10_000


def test_the_readme_says_what_the_case_gives() -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    assert page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip() == bridge["tables"](CASE)
