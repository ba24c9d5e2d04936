"""The neuroblastoma case: the open model's printed curves, our sums of them, doses by hand, a README that keeps its word."""

import math
import re
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.results.evidence.case_evidence import case_evidence
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify

ROOT = Path(__file__).parents[1]
CASE = ROOT / "models" / "neuroblastoma"
README = (CASE / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def case() -> Any:
    return hecon.open_case(str(CASE))


@pytest.fixture(scope="module")
def base(case: Any) -> Any:
    return hecon.run(case.model, case.book.base())


def item(outcomes: Any, name: str) -> np.ndarray:
    return outcomes.values[:, [one.name for one in outcomes.items].index(name), 0]


def test_every_published_figure_with_a_tolerance_is_met(case: Any) -> None:
    found = [one for one in case_evidence(case, CASE).rows if one.within is not None]
    assert len(found) == 7
    assert [one.published.id for one in found if not one.within] == []


def test_ten_years_by_plain_loops(case: Any) -> None:
    """The trapezoid of both Gompertz curves, written out: 5.163 and 4.760 QALYs."""
    p = {name: one.value for name, one in case.book.parameters.items()}

    def alive(curve: str, t: float) -> float:
        a, b = p[f"shape_{curve}"], p[f"rate_{curve}"]
        return math.exp(-b * (math.exp(a * t) - 1) / a)

    totals = []
    for arm in ("tt", "gd2"):
        total = 0.0
        for k in range(121):
            free, os = alive(f"efs_{arm}", k / 12), alive(f"os_{arm}", k / 12)
            now = 0.84 * free + 0.56 * (os - free)
            total += (0.5 if k in (0, 120) else 1) * now * 1.015 ** (-k / 12) / 12
        totals.append(total)
    found = hecon.run(case.model, case.book.scenario("ten_years").base()).effect("qaly")[:, 0]
    assert found == pytest.approx(totals, rel=1e-12)
    assert found == pytest.approx([4.760, 5.163], abs=5e-4)


def test_a_lifetime_by_plain_loops(case: Any) -> None:
    """After ten years those alive die by boys' mortality times 5.6 and 10.64; 96 years, both ends of each month."""
    p = {name: one.value for name, one in case.book.parameters.items()}
    qx = case.book.tables["life_table"].columns["qx_male"]

    def alive(curve: str, t: float) -> float:
        a, b = p[f"shape_{curve}"], p[f"rate_{curve}"]
        return math.exp(-b * (math.exp(a * t) - 1) / a)

    totals = []
    for arm in ("tt", "gd2"):
        total, late = 0.0, 0.0
        for k in range(1153):
            free, relapsed = alive(f"efs_{arm}", min(k, 120) / 12), alive(f"os_{arm}", min(k, 120) / 12)
            relapsed -= free
            now = 0.84 * free * math.exp(-5.6 * late) + 0.56 * relapsed * math.exp(-10.64 * late)
            total += (0.5 if k in (0, 1152) else 1) * now * 1.015 ** (-k / 12) / 12
            if k >= 120:
                late -= math.log(1 - qx[4 + k // 12]) / 12
        totals.append(total)
    found = hecon.run(case.model, case.book.fix(p_female=0.0)).effect("qaly")[:, 0]
    assert found == pytest.approx(totals, rel=1e-9)


def test_doses_by_hand(case: Any) -> None:
    """15 kg are 0.625 m2: 12.5 mg a day is one vial; 25 of them, were nobody to have an event and nothing discounted."""
    everyone = {"rate_efs_gd2": 1e-9, "rate_os_gd2": 1e-9, "dr_cost": 0.0}
    found = hecon.run(case.model, case.book.fix(**everyone))
    assert item(found, "dinutuximab")[1] == pytest.approx(25 * 8790.26, rel=1e-7)
    assert item(found, "stay")[1] == pytest.approx(25 * 3763.62, rel=1e-7)
    assert item(found, "isotretinoin")[1] == pytest.approx(6 * 14 * 5 * 0.24, rel=1e-7)
    four = hecon.run(case.model, case.book.scenario("four_vials").base())
    assert item(four, "dinutuximab")[1] == pytest.approx(
        4 * item(hecon.run(case.model, case.book.base()), "dinutuximab")[1]
    )


def test_side_effects_by_hand(base: Any) -> None:
    wanted = 0.18 * 1.98 + 0.07 * 3.2 + 0.06 * 8.45 + 0.25 * 222.33 + 0.08 * 4.13 + 0.1 * 307.37
    assert base.split("category", "payer")["side effects"][:, 0] == pytest.approx([0, wanted], rel=1e-12)


def test_every_draw_runs_and_no_curve_rises(case: Any) -> None:
    found = hecon.run(case.model, case.book.sample(200, seed=3))
    for check in found.kept["checks"]:
        assert np.all(check.passed), check.name


def test_the_workbook_is_live(case: Any, tmp_path: Path) -> None:
    """A year of it with the threshold at half a year: published curves, then the life table."""
    pytest.importorskip("formualizer")
    early = replace(case.book.parameters["d_cure"], value=0.5, low=0.25)
    short = replace(
        case.book,
        parameters={**case.book.parameters, "d_cure": early},
        settings={**case.book.settings, "horizon": "1 year"},
    )
    made = Made(case.model, short, "societal", 30_000.0, "isotretinoin")
    made.write(tmp_path / "a.xlsx")
    certificate = verify(tmp_path / "a.xlsx", made, count=1, engine="formualizer", inputs=False)
    assert certificate.passed, certificate.text()


def test_the_readme_says_what_the_case_gives(case: Any, base: Any) -> None:
    def qalys(scenario: str) -> np.ndarray:
        return hecon.run(case.model, case.book.scenario(scenario).base()).effect("qaly")[:, 0]

    table = README.split("<!-- figures -->")[1].split("<!-- end of figures -->")[0]
    written = [float(row.split("|")[-2]) for row in table.splitlines() if re.search(r"\d \|$", row)]
    (tt, gd2), (tt_start, gd2_start) = qalys("ten_years"), qalys("ten_years_start")
    assert written == [0.5469, *(round(float(x), 3) for x in (gd2, tt, gd2_start, tt_start))]
    gain = float(np.diff(base.effect("qaly")[:, 0])[0])
    for value in (
        gd2 - tt,
        gain,
        *(
            np.diff(qalys(s))[0]
            for s in ("survivors_as_population", "discount_same", "harm_counts", "cohorts_differ", "five_years")
        ),
    ):
        assert f"{value:.2f}" in README, value
    by_cause = {cause: float(np.diff(x[:, 0])[0]) for cause, x in base.split("category", "payer").items()}
    work = float(
        np.diff(base.cost("societal: human capital")[:, 0])[0] - np.diff(base.cost("societal: illness")[:, 0])[0]
    )
    work += float(np.diff(item(base, "lost_work_ill_illness"))[0])
    stay = by_cause["not separable"]
    upfront = by_cause["product"] + stay
    half = float(np.diff(hecon.run(case.model, case.book.scenario("price_half").base()).cost("payer")[:, 0])[0])
    free = hecon.run(case.model, case.book.fix(price_vial=0.0))
    gift = float(np.diff(free.cost("payer")[:, 0])[0]) / gain
    ratio = float(np.diff(base.cost("payer")[:, 0])[0]) / gain
    for value in (-by_cause["subsequent treatment"], upfront, stay, by_cause["side effects"], -work, half, gift, ratio):
        assert f"{value:,.0f}" in README, value


def test_what_the_draws_say(case: Any) -> None:
    """The README's interval of the gain, and how often it is a loss or worth 150,000 USD per QALY."""
    found = hecon.run(case.model, case.book.sample(1_000, seed=1))
    gain, more = (np.diff(x, axis=0)[0] for x in (found.effect("qaly"), found.cost("payer")))
    low, high = np.quantile(gain, [0.025, 0.975])
    assert f"{gain.mean():.2f} ({low:.2f} to {high:.2f}); in {np.mean(gain < 0):.0%} of the draws" in README
    assert f"worth it in {np.mean(150_000 * gain > more):.0%} of the draws" in README
    assert not np.any(30_000 * gain > more)


def test_a_difference_of_the_cohorts_takes_the_gain_away(case: Any) -> None:
    def gain(ratio: float) -> float:
        return float(np.diff(hecon.run(case.model, case.book.fix(hr_cohorts=ratio)).effect("qaly")[:, 0])[0])

    assert gain(0.79) < 0 < gain(0.795)
    assert gain(0.85) == pytest.approx(0.66, abs=5e-3)


def test_the_two_standard_errors_of_a_curve_imply_their_correlation(case: Any) -> None:
    """Event-free and overall survival of an arm imply the same patients and follow-up; the files are what derive.py gives."""
    derive = runpy.run_path(str(CASE / "derive.py"))
    fits = derive["fits"](case.book)
    for arm, patients in (("gd2", 205), ("tt", 116)):
        for curve in (f"efs_{arm}", f"os_{arm}"):
            assert fits[curve][1] == pytest.approx(patients, rel=0.03)
    written = [(one.group, one.kind, one.name_1, one.name_2, one.value) for one in case.book.correlations]
    assert written == derive["correlations"](case.book)
    (cells,) = derive["derived"]().values()
    assert case.book.parameters["c_oop_day"].value == float(cells["value"])


def test_an_exponential_fit_has_the_information_of_its_events() -> None:
    """Shape near 0 and everyone followed to the event: E t = 1/b and E t2 = 2/b2, so the correlation is -1 over root 2."""
    moments = runpy.run_path(str(CASE / "derive.py"))["moments"]
    zero, one, two = moments(1e-9, 2.0, 20.0)
    assert -one / np.sqrt(zero * two) == pytest.approx(-1 / math.sqrt(2), rel=1e-4)
