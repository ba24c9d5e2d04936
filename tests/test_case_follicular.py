"""The follicular-lymphoma case: against, as published; plain loops; the calibrated cost; a README that keeps its word."""

import csv
import runpy
from itertools import pairwise
from math import exp, floor, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon

ROOT = Path(__file__).parents[1]
CASE, INPUTS = ROOT / "models" / "car_t_follicular", ROOT / "inputs" / "car_t_follicular"


@pytest.fixture(scope="module")
def book() -> Any:
    return hecon.read_inputs(INPUTS)


@pytest.fixture(scope="module")
def model() -> Any:
    return runpy.run_path(str(CASE / "model.py"))["MODEL"]


def more(outcomes: Any) -> tuple[float, float]:
    """Added cost to the payer and QALYs."""
    cost, qaly = outcomes.cost("payer"), outcomes.effect("qaly")
    return float(cost[1, 0] - cost[0, 0]), float(qaly[1, 0] - qaly[0, 0])


def test_the_published_gain_and_its_verdict(book: Any, model: Any) -> None:
    """Potnis 2023: +1.50 QALYs (within 15%), 182,127 per QALY: not worth it at 150,000."""
    cost, gain = more(hecon.run(model, book.base()))
    assert gain == pytest.approx(1.50, rel=0.15)
    assert 150_000 * gain - cost < 0


def test_a_plateau_turns_the_verdict(book: Any, model: Any) -> None:
    for name, worth in (("plateau_25", True), ("plateau_45", True), ("nonrelapse_deaths", False), ("scholar_5", False)):
        cost, gain = more(hecon.run(model, book.scenario(name).base()))
        assert (150_000 * gain > cost) == worth, name


def test_standard_care_costs_what_was_published_because_it_was_calibrated(book: Any, model: Any) -> None:
    derive = runpy.run_path(str(CASE / "derive.py"))
    assert hecon.run(model, book.base()).cost("payer")[0, 0] == pytest.approx(458_490, abs=1)
    assert derive["calibrated"]() == pytest.approx(book.parameters["c_later_lines_year"].value, abs=0.1)
    assert float(derive["derived"]()["wage_hour"]["value"]) == pytest.approx(book.parameters["wage_hour"].value)


def loops(p: dict[str, float], months: int = 456) -> dict[str, tuple[float, float, float]]:
    """Strategy -> QALYs of living, life-years, cost of later lines; survival month by month."""
    with open(INPUTS / "life_table.csv", newline="") as file:
        life = {int(row["age"]): {k: float(v) for k, v in row.items()} for row in csv.DictReader(file)}
    alive, women, men = [1.0], p["p_female"], 1 - p["p_female"]
    for year in range(40):
        women *= 1 - life[int(p["age_start"]) + year]["qx_female"]
        men *= 1 - life[int(p["age_start"]) + year]["qx_male"]
        alive.append(women + men)

    def population(t: float) -> float:
        k = floor(t + 1e-9)
        return float((alive[k] * (alive[k + 1] / alive[k]) ** (t - k)) ** p["smr"])

    def relative(survival: float, t: float) -> float:
        return survival / population(t)

    last, t_os = p["d_median_pfs_axi"] / 12, p["years_os_soc"]
    rate = -log(relative(0.5, p["d_median_pfs_soc"] / 12)) / (p["d_median_pfs_soc"] / 12)
    low, high = 1e-4, 0.4
    for _ in range(60):
        h = (low + high) / 2
        at = exp(-rate * t_os) + rate / (rate - h) * (exp(-h * t_os) - exp(-rate * t_os))
        low, high = (h, high) if at > relative(p["p_os_soc"], t_os) else (low, h)
    one, two, cured = relative(p["p_pfs_48_axi"], 4), relative(0.5, last), p["p_cured"]
    dead = [-log((s - cured) / (1 - cured)) for s in (one, two)]
    shape = log(dead[1] / dead[0]) / log(last / 4)
    scale = 4 / dead[0] ** (1 / shape)

    def axi(t: float) -> float:
        return one ** (t / 4) if p["course"] == 1 else cured + (1 - cured) * exp(-((t / scale) ** shape))

    found = {}
    for name, curve in (("standard", lambda t: exp(-rate * t)), ("axi_cel", axi)):
        fatal = p["p_infused"] * p["p_nonrelapse_death"] / (1 - curve(2)) if name == "axi_cel" else 0.0
        exposed, rows = 0.0, []
        for k in range(months + 1):
            t = k / 12
            progressed = exposed * exp(-h * t)
            if name == "standard":
                progressed = rate / (rate - h) * (exp(-h * t) - exp(-rate * t))
            rows.append((population(t) * curve(t), population(t) * progressed))
            falls = (curve(t) - curve(t + 1 / 12)) * (1 - (fatal if k < 24 else 0))
            exposed += falls * exp(h * (t + 1 / 24))
        factor = [1.03 ** -(k / 12) for k in range(months + 1)]
        years = [
            sum((x[j] * factor[k] + y[j] * factor[k + 1]) / 24 for k, (x, y) in enumerate(pairwise(rows)))
            for j in (0, 1)
        ]
        utility = p["u_remission"]
        living = utility * years[0] + (utility - p["du_active_treatment"]) * years[1]
        found[name] = (living, sum(years), p["c_later_lines_year"] * years[1])
    return found


@pytest.mark.parametrize("name", ["", "plateau_35", "plateau_careful", "nonrelapse_deaths", "age_55"])
def test_the_run_equals_plain_loops(book: Any, model: Any, name: str) -> None:
    changes = book.scenarios[name].changes if name else ()
    p = {key: one.value for key, one in book.parameters.items()}
    p |= {one.name: float(one.value) for one in changes}
    outcomes = hecon.run(model, (book.scenario(name) if name else book).base())
    wanted = loops(p)
    for s, strategy in enumerate(outcomes.strategies):
        living, years, later = wanted[strategy]
        (k,) = outcomes.select(kind="qaly", name="utility")
        assert outcomes.values[s, k, 0] == pytest.approx(living, rel=1e-9)
        assert outcomes.effect("ly")[s, 0] == pytest.approx(years, rel=1e-9)
        (k,) = outcomes.select(kind="cost", name="later_lines")
        assert outcomes.values[s, k, 0] == pytest.approx(later, rel=1e-9)


def test_curves_do_not_rise_or_cross_in_draws_of_both_courses(book: Any, model: Any) -> None:
    outcomes = hecon.run(model, book.scenario("plateau_unknown").sample(300, seed=2))
    assert np.all(np.isfinite(outcomes.values))
    assert np.all(outcomes.kept["reports"]["axi_cel", "crossings"] == 0)
    for check in outcomes.kept["checks"]:
        assert np.all(check.passed), check.name


def test_harms_are_filed_by_what_they_are_of(book: Any, model: Any) -> None:
    base = hecon.run(model, book.base())
    of = {item.of for item in base.items if item.category == "side effects"}
    assert of == {"product", "chemotherapy"}
    (k,) = base.select(kind="cost", name="B_cell_aplasia_immunoglobulin_product")
    assert base.values[1, k, 0] == pytest.approx(124 / 127 * 0.306 * 12 * 35 * 140, rel=1e-8)


def test_the_readme_says_what_the_case_gives(book: Any, model: Any) -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["tables"](book, lambda draws: hecon.run(model, draws))


def test_the_price_at_which_it_would_be_worth_it(book: Any, model: Any) -> None:
    base = hecon.run(model, book.base()).at_price("price_axi_cel", 262_399.0)
    cost, gain = more(base)
    assert cost == pytest.approx(150_000 * gain, abs=2)
    assert "262,399" in (CASE / "README.md").read_text(encoding="utf-8")
