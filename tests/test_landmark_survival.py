"""Curves solved by formulas of the model: equal to the solver's, refused without plateau, live in the workbook."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Check, Parameter, PartitionedSurvival, Strategy, Utility
from hecon.errors import ModelError
from hecon.evaluate.formula import evaluate_formula, evaluate_formulas
from hecon.parts.landmark_survival import FAMILIES, drawn_points, mixture_cure_through, survival_through, through_two
from hecon.survival.density import terms
from hecon.survival.landmark_covariance import landmark_covariance
from hecon.survival.landmarks import landmarks
from hecon.survival.through_landmarks import solve_landmarks
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify
from hecon.workbook.xlsx.package import read_package

POINTS = {"axi": ((1.0, 2.0, 4.0), (0.76, 0.61, 0.546)), "soc": ((2 / 12, 2.0, 4.0), (0.5, 0.16, 0.145))}
NAMES = {"weibull": "weibull", "log-normal": "lnorm", "log-logistic": "llogis"}
DISCOUNT = {"cost": "0", "effect": "0"}


def solved(times: tuple[float, ...], survival: Any, family: int, rule: str = "error") -> dict[str, Any]:
    points = [(repr(time), f"p_{k}") for k, time in enumerate(times)]
    values = {f"p_{k}": one for k, one in enumerate(survival)}
    return evaluate_formulas(mixture_cure_through("os", points, "family", rule), family=float(family), **values)


def at(curve: dict[str, Any], t: Any, family: int) -> Any:
    return evaluate_formula(survival_through("os", "t", "family"), t=t, family=float(family), **curve)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("arm", POINTS)
def test_three_points_give_the_solver_s_curve(arm: str, family: str) -> None:
    times, survival = POINTS[arm]
    curve = solved(times, survival, FAMILIES[family])
    assert at(curve, np.array(times), FAMILIES[family]) == pytest.approx(survival, abs=1e-11)
    fit = solve_landmarks(landmarks("os", times, survival), f"{NAMES[family]} mixture cure")
    assert curve["os_cure"] == pytest.approx(fit.natural["cure"], abs=1e-9)
    t = np.linspace(0.01, 40, 200)
    theirs = np.exp(terms(fit.of, fit.estimates[:, None], t)[0])
    assert at(curve, t, FAMILIES[family]) == pytest.approx(theirs, abs=1e-9)
    assert at(curve, 0.0, FAMILIES[family]) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("family", FAMILIES)
def test_thousands_of_curves_go_through_their_points(family: str) -> None:
    """Random points with a plateau are met to 1e-10; without one the first and last are, by the curve without cure."""
    rng, times = np.random.default_rng(1), (1.0, 2.0, 5.0)
    survival = np.cumprod(rng.uniform(0.3, 0.98, (3, 5000)), axis=0)
    curve = solved(times, survival, FAMILIES[family], "no cure")
    found = np.array([at(curve, time, FAMILIES[family]) for time in times])
    bent, solved_ones = curve["os_bend"] > 0, np.isfinite(curve["os_cure"])
    assert 0.2 < bent.mean() < 0.9
    assert solved_ones.mean() > 0.998  # deaths in the second year alone: no share alive that a number can hold
    none, bent = ~bent, bent & solved_ones
    assert found[:, bent] == pytest.approx(survival[:, bent], abs=1e-10)
    assert found[::2, none] == pytest.approx(survival[::2, none], abs=1e-10)
    assert (curve["os_cure"][bent] > 0).all()
    assert curve["os_cure"][none] == pytest.approx(0.0, abs=1e-15)


def test_points_without_a_plateau_are_refused_or_have_no_cure() -> None:
    """Hazards 0.1, 0.2, 0.4: they rise; a Weibull curve through 0.905 and 0.449 has no plateau."""
    survival = tuple(np.exp(-np.array([0.1, 0.3, 0.7])))
    assert np.isnan(solved((1.0, 2.0, 3.0), survival, 1)["os_cure"])
    assert solved((1.0, 2.0, 3.0), survival, 1, "no cure")["os_shape"] == pytest.approx(
        np.log(7) / np.log(3), rel=1e-12
    )
    book = hecon.make_book("flat", [Parameter(name=f"p_{k}", value=float(s)) for k, s in enumerate(survival)])
    with pytest.raises(
        ModelError, match=r"'os_refused_without_plateau' is not a number: .* with os_bend -0\.\d+; check"
    ):
        hecon.run(model(("1", "2", "3"), "1", "error"), book.base())


def test_points_that_rise_are_refused_by_name() -> None:
    """With a middle point above the first, the curve through the first and the last passed by it without a word."""
    assert np.isnan(solved((1.0, 2.0, 5.0), (0.6, 0.65, 0.35), 1, "no cure")["os_cure"])
    moved = drawn_points("os", ["p_0", "p_1", "p_2"], ["100", "60", "40"], ["0", "0", "0"])
    book = hecon.make_book("rise", [Parameter(name=f"p_{k}", value=s) for k, s in enumerate((0.6, 0.65, 0.35))])
    rising = model(("1", "2", "5"), "1", "no cure")
    with pytest.raises(ModelError, match="'os_no_cure_if_falling' is not a number"):
        hecon.run(rising, book.base())
    drawn = mixture_cure_through("os", [(str(k), f"os_drawn_{k}") for k in (1, 2, 3)], "1", "no cure")
    with pytest.raises(ModelError) as told:
        hecon.run(replace(rising, let={**moved, **drawn}), book.base())
    assert "'os_se_2' is not a number: 1 / sqrt((60) * os_q_2 * (1 - os_q_2)) with os_q_2 1.08333; check p_" in str(
        told.value
    )


@pytest.mark.parametrize("wrong", [{"points": [("1", "0.5")]}, {"without_plateau": "clip"}])
def test_what_is_no_declaration_is_refused(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"points": [("1", "0.7"), ("2", "0.6"), ("4", "0.55")], "without_plateau": "error"}
    with pytest.raises(ModelError, match="os: "):
        mixture_cure_through("os", family="1", **{**given, **wrong})


@pytest.mark.parametrize("family", FAMILIES)
def test_two_points_and_a_stated_cure(family: str) -> None:
    number = FAMILIES[family]
    curve = evaluate_formulas(through_two("os", [("0.525", "0.5"), ("2", "0.2")], f"{number}", cure="0.05"))
    assert at(curve, np.array([0.525, 2.0]), number) == pytest.approx([0.5, 0.2], abs=1e-14)
    assert at(curve, 1e9, number) == pytest.approx(0.05, abs=1e-6)


def test_drawn_points_spread_as_greenwood_says() -> None:
    """To first order the covariance of drawn points is Greenwood's: 180, 137 and 55 at risk."""
    survival, at_risk = [0.76, 0.61, 0.546], [180.0, 136.8, 54.9]
    formulas = drawn_points("os", ["p_1", "p_2", "p_3"], ["180", "136.8", "54.9"], ["z_1", "z_2", "z_3"])
    values = {f"p_{k}": one for k, one in enumerate(survival, start=1)}
    still = evaluate_formulas(formulas, **values, z_1=0.0, z_2=0.0, z_3=0.0)
    assert [still[f"os_drawn_{k}"] for k in (1, 2, 3)] == pytest.approx(survival, rel=1e-14)
    z = dict(zip(("z_1", "z_2", "z_3"), 0.05 * np.random.default_rng(3).normal(size=(3, 40_000)), strict=True))
    drawn = evaluate_formulas(formulas, **values, **z)
    found = np.cov(np.array([drawn[f"os_drawn_{k}"] for k in (1, 2, 3)])) / 0.05**2
    wanted = landmark_covariance(landmarks("os", [1.0, 2.0, 4.0], survival, at_risk=at_risk))
    assert found == pytest.approx(wanted, rel=0.03)


def model(times: tuple[str, ...], family: str, rule: str) -> PartitionedSurvival:
    points = [(time, f"p_{k}") for k, time in enumerate(times)]
    return PartitionedSurvival(
        states=("alive", "dead"), curves={"alive": survival_through("os", "t", family)}, crossing="error",
        cycle="1 month", horizon="10 years", within_cycle="half-cycle", events="mid",
        let=mixture_cure_through("os", points, family, rule), outcomes=[Utility({"alive": "0.8"})],
        title="Landmarks", strategies=[Strategy("one")], discount=DISCOUNT, discount_timing="continuous",
        checks=[Check("alive at 4 years", 'at(occupancy["alive"], 4)', equals="p_2", within="1e-9")],
    )  # fmt: skip


def test_the_workbook_solves_the_curve_again(tmp_path: Path) -> None:
    """Every point and the family move the recalculated workbook as they move the engine."""
    points = [Parameter(name=f"p_{k}", value=s, low=0.97 * s, high=1.03 * s) for k, s in enumerate((0.76, 0.61, 0.546))]
    book = hecon.make_book(
        "landmarks",
        [
            *points,
            Parameter(name="family", value=1.0, unit="choice", label="family: 1 Weibull, 2 log-normal, 3 log-logistic"),
        ],
    )
    curve = model(("1", "2", "4"), "family", "no cure")
    base, other = hecon.run(curve, book.base()), hecon.run(curve, book.fix(p_2=0.5))
    assert other.effect("qaly")[0, 0] < base.effect("qaly")[0, 0] - 0.1
    assert all(np.all(check.passed) for check in other.kept["checks"])
    made = Made(curve, book, "payer", 50_000.0, "one")
    made.write(tmp_path / "landmarks.xlsx")
    found = verify(tmp_path / "landmarks.xlsx", made, count=3, engine="formualizer")
    assert found.passed, found.text()
    words = [
        text for sheet in read_package(tmp_path / "landmarks.xlsx").sheets.values() for text in sheet.words.values()
    ]
    assert "os_score_1, family = 3" in words  # a row for each family says whose it is: all were called "family = 3"
    assert "family = 3" not in words


def test_a_tornado_that_makes_points_rise_says_which_input_does() -> None:
    """It said "draw 5"; a reader of a tornado knows inputs, not draws."""
    given = [Parameter(name=f"p_{k}", value=s, low=s - 0.07, high=s + 0.01) for k, s in enumerate((0.76, 0.61, 0.546))]
    moved = drawn_points("os", ["p_0", "p_1", "p_2"], ["100", "60", "40"], ["0", "0", "0"])
    drawn = mixture_cure_through("os", [(str(k), f"os_drawn_{k}") for k in (1, 2, 3)], "1", "no cure")
    curve = replace(model(("1", "2", "4"), "1", "no cure"), let={**moved, **drawn})
    with pytest.raises(ModelError, match=r"draw 3, p_1 at 0\.54; .*'os_se_3' is not a number"):
        hecon.run(curve, hecon.make_book("wide", given).one_way())


@pytest.mark.parametrize(
    ("points", "family", "told"),
    [
        (
            [("1", "0.6"), ("2", "0.65"), ("5", "0.35")],
            "1",
            "survival falls from point to point; got 0.6 at 1 and 0.65 at 2",
        ),
        ([("1", "0.6"), ("5", "0.5"), ("2", "0.35")], "1", "times rise from point to point; got 5 and then 2"),
        ([("1", "60"), ("2", "50"), ("5", "35")], "1", "survival at 1 years: a share lies between 0 and 1; got 60"),
        ([("1", "0.6"), ("2", "0.5"), ("5", "0.35")], "log-normal", 'for log-normal write "2"'),
    ],
)
def test_written_points_are_checked_where_they_are_written(points: Any, family: str, told: str) -> None:
    with pytest.raises(ModelError, match=re.escape(told)):
        mixture_cure_through("os", points, family, "no cure")
