"""The myeloma case: published medians, plain loops, one switch for crossover, derived and calibrated costs, Corso's identity."""

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
CASE, INPUTS = ROOT / "models" / "cell_therapy_myeloma", ROOT / "inputs" / "cell_therapy_myeloma"


@pytest.fixture(scope="module")
def book() -> Any:
    return hecon.read_inputs(INPUTS)


@pytest.fixture(scope="module")
def models() -> Any:
    return runpy.run_path(str(CASE / "model.py"))["MODELS"]


def value(outcomes: Any, kind: str, name: str, strategy: int) -> float:
    (k,) = outcomes.select(kind=kind, name=name)
    return float(outcomes.values[strategy, k, 0])


def report(outcomes: Any, strategy: str, name: str) -> float:
    return float(np.ravel(outcomes.kept["reports"][strategy, name])[0])


def test_published_medians_within_5_percent(book: Any, models: Any) -> None:
    """KarMMa-3: 13.8 months; CARTITUDE-4's standard arm 11.8; whole months are counted, so one may be added."""
    ide, cilta = (hecon.run(models[name], book.base()) for name in ("ide_cel", "cilta_cel"))
    progressed = "months until half have progressed"
    assert report(ide, "ide_cel", progressed) == 14
    assert report(ide, "standard", progressed) == 5  # 4.4
    assert report(cilta, "standard", progressed) == 12
    assert report(ide, "ide_cel", "months until half have died") == 42  # 41.4


class Population:
    """Those of a starting age who are alive; a constant hazard in each year of age."""

    def __init__(self, age: float, women: float) -> None:
        with open(INPUTS / "life_table.csv", newline="") as file:
            life = {int(row["age"]): (float(row["qx_female"]), float(row["qx_male"])) for row in csv.DictReader(file)}
        left = [women, 1 - women]
        self.whole = [1.0]
        for year in range(40):
            left = [x * (1 - q) for x, q in zip(left, life[int(age) + year], strict=True)]
            self.whole.append(sum(left))

    def alive(self, t: float) -> float:
        k = floor(t + 1e-9)
        return float(self.whole[k] * (self.whole[k + 1] / self.whole[k]) ** (t - k))


def years_of(population: Population, pfs: list[tuple[float, float]], excess: float) -> tuple[float, float]:
    """Discounted life-years progression-free and after progression, month by month, from two points and an excess mortality."""
    times = [log(-log(s / population.alive(t))) for t, s in pfs]
    shape = (times[1] - times[0]) / log(pfs[1][0] / pfs[0][0])
    scale = pfs[1][0] * exp(-times[1] / shape)
    rows = []
    for k in range(37 * 12 + 1):
        t = k / 12
        alive = population.alive(t) * exp(-excess * t)
        free = min(population.alive(t) * exp(-((t / scale) ** shape)), alive)
        rows.append((free, alive - free))
    factor = [1.03 ** -(k / 12) for k in range(len(rows))]
    return tuple(  # type: ignore[return-value]  # two numbers
        sum((one[j] * factor[k] + two[j] * factor[k + 1]) / 24 for k, (one, two) in enumerate(pairwise(rows)))
        for j in (0, 1)
    )


def test_cilta_cel_equals_plain_loops(book: Any, models: Any) -> None:
    p = {name: one.value for name, one in book.parameters.items()}
    population = Population(p["age_cilta"], p["p_female_cilta"])
    outcomes = hecon.run(models["cilta_cel"], book.base())
    points = (
        [(p["d_median_pfs_cilta_soc"] / 12, 0.5), (2.5, p["p_pfs_30_cilta_soc"])],
        [(1, p["p_pfs_12_cilta"]), (2.5, p["p_pfs_30_cilta"])],
    )
    for s, arm in enumerate(("cilta_soc", "cilta")):
        excess = -log(p[f"p_os_30_{arm}"] / population.alive(2.5)) / 2.5
        free, after = years_of(population, points[s], excess)
        assert outcomes.effect("ly")[s, 0] == pytest.approx(free + after, rel=1e-9)
        living = p["u_progression_free"] * free + (p["u_progression_free"] - p["du_progressed"]) * after
        assert value(outcomes, "qaly", "utility", s) == pytest.approx(living, rel=1e-9)
        assert value(outcomes, "cost", "drugs", s) == pytest.approx(
            (1 - s) * 12 * p["c_standard_month"] * free, rel=1e-9
        )


def test_crossover_and_its_ratio_are_switched_together(book: Any, models: Any) -> None:
    itt, adjusted = (hecon.run(models["ide_cel"], b.base()) for b in (book, book.scenario("crossover_adjusted")))
    paid = 0.56 * 419_500 * 1.03 ** (-8 / 12)
    assert value(itt, "cost", "acquisition_crossover", 0) == pytest.approx(paid, rel=1e-9)
    assert value(adjusted, "cost", "acquisition_crossover", 0) == 0
    gains = [float(x.effect("ly")[1, 0] - x.effect("ly")[0, 0]) for x in (itt, adjusted)]
    assert -0.1 < gains[0] < 0 < gains[1]  # a ratio of 1.01 gains no life
    assert itt.effect("ly")[1] == pytest.approx(adjusted.effect("ly")[1], rel=1e-12)  # ide-cel's own curve stands
    harms = [item for item in itt.items if item.of == "later treatment"]
    assert {item.category for item in harms} == {"side effects"}


def test_derive_finds_what_stands_in_the_inputs(book: Any) -> None:
    derive = runpy.run_path(str(CASE / "derive.py"))
    found = derive["derived"]()
    assert set(found) == {name for name, one in book.parameters.items() if one.provenance == "derived"}
    for name, cells in found.items():
        assert float(cells["value"]) == pytest.approx(book.parameters[name].value, rel=1e-7), name
    calibrated = derive["calibrated"]()
    assert calibrated["c_imid_month"] == pytest.approx(book.parameters["c_imid_month"].value, rel=1e-5)
    implied = {one.name: float(one.value) for one in book.scenarios["published_utilities"].changes}
    for name, number in implied.items():
        assert calibrated[name] == pytest.approx(number, abs=5e-4)


def test_the_maker_s_25_months(book: Any, models: Any) -> None:
    """Hansen 2024: 529,795 and 265,167 USD are put in; 451,318 before progression with cilta-cel comes out within 1%."""
    outcomes = hecon.run(models["cilta_cel"], book.scenario("trial_25_months").base())
    assert value(outcomes, "cost", "drugs", 0) == pytest.approx(529_795, abs=1)
    assert value(outcomes, "cost", "next_line", 0) == pytest.approx(265_167, abs=1)
    before = value(outcomes, "cost", "acquisition", 1) + value(outcomes, "cost", "bridging", 1)
    assert before == pytest.approx(451_318, rel=0.01)
    page = (CASE / "README.md").read_text(encoding="utf-8")
    for number in (before, *outcomes.cost("payer")[:, 0]):
        assert f"{number:,.0f}" in page


def test_early_transplantation_by_hand(book: Any, models: Any) -> None:
    """Undiscounted years of two exponential pieces: 3 (1 - s) / -log(s), then 2 (s - e) / log(s / e)."""
    outcomes = hecon.run(models["transplantation"], book.base())
    for s, (three, five) in enumerate(((0.82, 0.63), (0.90, 0.63))):
        years = 3 * (1 - three) / -log(three) + 2 * (three - five) / log(three / five)
        assert outcomes.effect("ly_undiscounted")[s, 0] == pytest.approx(years, rel=1e-4)
    cost, qaly = outcomes.cost("payer")[:, 0], outcomes.effect("qaly")[:, 0]
    assert cost[1] < cost[0]  # early is dominant, as published
    assert qaly[1] > qaly[0]


def test_corso_s_identity() -> None:
    """Corso 2013: 102,373 and 23,825 EUR, +1.73 QALYs, printed as 45,460 per QALY; medians 5.4 and 3.2 years."""
    ratio = (102_373 - 23_825) / 1.73
    assert ratio == pytest.approx(45_403, abs=1)
    assert ratio == pytest.approx(45_460, rel=0.002)
    assert (5.4 - 3.2) / log(2) == pytest.approx(3.17, abs=0.005)  # mean years, if both were exponential


def test_draws_of_all_decisions_are_numbers_and_meet_the_checks(book: Any, models: Any) -> None:
    draws = book.sample(300, seed=2)
    for name, model in models.items():
        outcomes = hecon.run(model, draws)
        assert np.all(np.isfinite(outcomes.values)), name
        for check in outcomes.kept["checks"]:
            assert np.all(check.passed), (name, check.name)


def test_the_readme_says_what_the_case_gives(book: Any, models: Any) -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["tables"](book, models)
    base = {name: hecon.run(model, book.base()) for name, model in models.items()}
    for name, price in (("cilta_cel", 10_376), ("ide_cel", 34_667)):  # where standard drugs make CAR-T worth it
        at = base[name].at_price("c_standard_month", price)
        worth = 150_000 * at.effect("qaly")[:, 0] - at.cost("payer")[:, 0]
        assert worth[1] == pytest.approx(worth[0], abs=60), name
        assert f"{price:,}" in page


def test_one_price_carries_the_sign_of_cilta_cel(book: Any, models: Any) -> None:
    """Where standard drugs cost less than 22,910 USD a month cilta-cel costs more; the Chinese ratio is met at 18,146."""
    page = (CASE / "README.md").read_text(encoding="utf-8")
    base = hecon.run(models["cilta_cel"], book.base())
    same = base.at_price("c_standard_month", 22_910.0).cost("payer")[:, 0]
    assert same[1] == pytest.approx(same[0], abs=60)
    china = hecon.run(models["cilta_cel"], book.scenario("cured_30").base()).at_price("c_standard_month", 18_146.0)
    more, gain = (float(np.diff(x[:, 0])[0]) for x in (china.cost("payer"), china.effect("qaly")))
    assert more / gain == pytest.approx(33_547, abs=20)
    later = hecon.run(models["cilta_cel"], book.scenario("later_drugs_cheaper").base())
    saved = [float(np.diff(x.cost("payer")[:, 0])[0]) for x in (base, later)]
    assert 1 - saved[1] / saved[0] == pytest.approx(0.4, abs=0.05)
    assert all(text in page for text in ("22,910", "18,146", "two fifths"))


def test_the_maker_s_months_are_ours(book: Any, models: Any) -> None:
    """Hansen 2024: (840,730 - 265,167) / 42,520 a month are 13.5 months progression-free; 529,795 over our drug cost 13.2."""
    published = (840_730 - 265_167) / 42_520
    ours = 529_795 / book.parameters["c_standard_month"].value
    assert (round(published, 1), round(ours, 1)) == (13.5, 13.2)
    outcomes = hecon.run(models["cilta_cel"], book.scenario("trial_25_months").base())
    (category,) = (x for name, x in outcomes.split("category", "payer").items() if name == "subsequent treatment")
    assert category[1, 0] == pytest.approx(190_404, abs=1)


def test_maintenance_turns_the_sign_of_early_transplantation(book: Any, models: Any) -> None:
    """With drugs until relapse both arms pay for 36 months of them, early transplantation 24 more after it."""
    outcomes = hecon.run(models["transplantation"], book.scenario("maintenance").base())
    more = float(np.diff(outcomes.cost("payer")[:, 0])[0])
    assert more == pytest.approx(184_359, abs=1)
    assert f"{more:,.0f} USD more" in (CASE / "README.md").read_text(encoding="utf-8")


def test_where_progression_free_survival_is_lowered(book: Any, models: Any) -> None:
    page = (CASE / "README.md").read_text(encoding="utf-8")
    base, drawn = (hecon.run(models["cilta_cel"], x) for x in (book.base(), book.sample(1_000, seed=1)))
    crossed = np.mean(np.ravel(drawn.kept["reports"]["cilta_cel", "crossings"]) > 0)
    assert f"last {report(base, 'cilta_cel', 'crossings'):.0f} of 444 months" in page
    assert f"in {crossed:.0%} of the draws" in page
