"""Fitted curves as inputs: coefficients in the PSA, families as scenarios, choices that differ between draws, faults."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.errors import InputError, ModelError
from hecon.evaluate.explaining.explain import explain
from hecon.inputs.curves_table import Curve, curve_rows, write_curves
from hecon.inputs.parameter import Change, Scenario
from hecon.survival.compare import model_weights
from hecon.survival.fit import CurveFit

COVARIANCE = np.array([[0.04, 0.01], [0.01, 0.09]])
WEIBULL = CurveFit("weibull", ("shape", "scale"), np.log([1.5, 8.0]), COVARIANCE, -100.0, 50.0, 30.0)
LNORM = CurveFit("lnorm", ("meanlog", "sdlog"), np.array([1.5, np.log(0.8)]), COVARIANCE / 4, -101.0, 50.0, 30.0)
OS = Curve("os", {"weibull": WEIBULL, "lnorm": LNORM}, "weibull")
PFS = Curve(
    "pfs", {"exponential": CurveFit("exponential", ("rate",), np.log([0.4]), np.array([[0.02]]))}, "exponential"
)
SCENARIOS = {"log_normal": Scenario("log_normal", "Log-normal survival", (Change("curve", "os", "lnorm"),))}
LIFE: dict[str, Any] = {
    "states": ("free", "progressed", "dead"),
    "curves": {"free": "survival(pfs, t)", "progressed": "survival(os, t)"},
    "crossing": "cap", "cycle": "1 month", "horizon": "20 years", "within_cycle": "half-cycle", "events": "mid",
    "report": {"alive_5": "at(occupancy[\"free\"], 5) + at(occupancy[\"progressed\"], 5)", "free_5": "at(survival(pfs, t), 5)"},
    "outcomes": [hecon.Utility({"free": "0.8", "progressed": "0.6"})],
    "title": "Curves", "discount": {"cost": "0", "effect": "0"}, "discount_timing": "continuous",
}  # fmt: skip


def book(*curves: Curve, parameters: tuple[hecon.Parameter, ...] = (), **rest: Any) -> hecon.Book:
    return hecon.make_book("demo", parameters, curves=tuple(curve_rows(curves)), **rest)


def model(**changes: Any) -> hecon.PartitionedSurvival:
    return hecon.PartitionedSurvival(**{**LIFE, "strategies": [hecon.Strategy("one")], **changes})


def weibull(t: float, shape: Any = 1.5, scale: Any = 8.0) -> Any:
    return np.exp(-((t / scale) ** shape))


def test_a_coefficient_is_a_parameter_like_any_other() -> None:
    found = book(OS, PFS).parameters
    assert list(found)[:3] == ["os_family", "os_weibull_shape", "os_weibull_scale"]
    shape = found["os_weibull_shape"]
    assert (shape.unit, shape.group, shape.provenance, shape.label) == (
        "log",
        "curve os",
        "derived",
        "os, weibull: shape",
    )
    assert shape.value == pytest.approx(np.log(1.5))
    assert (shape.low, shape.high) == pytest.approx((np.log(1.5) - 1.96 * 0.2, np.log(1.5) + 1.96 * 0.2), abs=1e-4)
    assert shape.cell == "curves!E2"
    choice = found["os_family"]
    assert (choice.value, choice.unit, choice.label) == (1, "choice", "family of os: 1 weibull, 2 lnorm")


def test_draws_follow_the_covariance_and_reach_the_results() -> None:
    draws = book(OS, PFS).sample(40_000, seed=5)
    both = np.array([draws["os_weibull_shape"], draws["os_weibull_scale"]])
    assert both.mean(axis=1) == pytest.approx(np.log([1.5, 8.0]), abs=0.006)
    assert np.cov(both) == pytest.approx(COVARIANCE, abs=0.002)
    assert np.var(draws["pfs_exponential_rate"]) == pytest.approx(0.02, rel=0.03)
    few = book(OS, PFS).sample(200, seed=5)
    found = hecon.run(model(), few).kept["reports"]["one", "alive_5"]
    alive = weibull(5, np.exp(few["os_weibull_shape"]), np.exp(few["os_weibull_scale"]))
    assert found == pytest.approx(alive, rel=1e-12)


def test_no_covariance_gives_the_base_case() -> None:
    flat = CurveFit("weibull", WEIBULL.names, WEIBULL.estimates, np.zeros((2, 2)))
    certain = book(Curve("os", {"weibull": flat}, "weibull"), PFS)
    assert certain.margins.varying == ("pfs_exponential_rate",)
    draws = certain.sample(5, seed=1)
    assert draws["os_weibull_shape"] == np.log(1.5)
    assert hecon.run(model(), draws).kept["reports"]["one", "alive_5"] == pytest.approx([weibull(5)] * 5, rel=1e-12)


def test_one_way_analysis_swings_coefficients() -> None:
    draws = book(OS, PFS).one_way()
    assert "os_weibull_scale" in draws.names
    assert "os_family" not in draws.names


def test_another_family_changes_only_what_depends_on_it() -> None:
    base = book(OS, PFS, scenarios=SCENARIOS)
    other = base.scenario("log_normal")
    assert other.parameters["os_family"].value == 2
    one, two = (hecon.run(model(), one.sample(100, seed=2)) for one in (base, other))
    assert two.kept["reports"]["one", "free_5"].tolist() == one.kept["reports"]["one", "free_5"].tolist()
    assert (two.kept["reports"]["one", "alive_5"] != one.kept["reports"]["one", "alive_5"]).all()
    same = base.sample(100, seed=2).names
    assert all(
        (base.sample(100, seed=2)[n] == other.sample(100, seed=2)[n]).all() for n in same
    )  # common random numbers
    from scipy.stats import norm

    alive = hecon.run(model(), other.base()).kept["reports"]["one", "alive_5"]
    assert alive == pytest.approx([norm.sf((np.log(5) - 1.5) / 0.8)], rel=1e-12)


def test_a_choice_may_differ_between_draws() -> None:
    base = book(OS, PFS)
    draws = base.sample(6, seed=3)
    mixed = draws.fix(os_family=np.array([1, 2, 2, 1, 2, 1]))
    found = hecon.run(model(), mixed).values
    first, second = (hecon.run(model(), draws.fix(os_family=k)).values for k in (1, 2))
    picked = np.where(mixed["os_family"] == 1, first, second)
    assert found == pytest.approx(picked, rel=1e-13)


def test_weights_in_the_table_average_over_families() -> None:
    weights = model_weights(OS.fits.values())
    assert weights["weibull"] == pytest.approx(1 / (1 + np.exp(-1)))
    averaged = book(Curve("os", OS.fits, "weibull", weights), PFS)
    assert averaged.parameters["os_family"].value == 1
    chosen = averaged.sample(20_000, seed=1)["os_family"]
    assert set(np.unique(chosen)) == {1.0, 2.0}
    assert (chosen == 1).mean() == pytest.approx(weights["weibull"], abs=0.01)
    assert (
        hecon.run(model(), averaged.base()).values.tolist() == hecon.run(model(), book(OS, PFS).base()).values.tolist()
    )


def test_a_family_that_there_is_not_is_refused() -> None:
    changes = (Change("parameter", "os_family", "3"),)
    wrong = book(OS, PFS, scenarios={"third": Scenario("third", "", changes)}).scenario("third")
    with pytest.raises(ModelError, match=r"os_family\) is 3; it must be one of 1 \(weibull\), 2 \(lnorm\)"):
        hecon.run(model(), wrong.base())
    with pytest.raises(ModelError, match=r"os_family\), draw 1: is 1\.5; it must be one of 1 \(weibull\), 2 \(lnorm\)"):
        hecon.run(model(), book(OS, PFS).sample(3, seed=1).fix(os_family=np.array([1, 1.5, 2])))


def test_covariates_are_names_in_scope() -> None:
    effect = CurveFit(
        "weibull", ("shape", "scale", "scale:arm"), np.array([0.3, 2.0, 0.4]), np.diag([0.01, 0.01, 0.04])
    )
    arms = [hecon.Strategy("control", let={"arm": "0"}), hecon.Strategy("treated", let={"arm": "1"})]
    inputs = book(Curve("os", {"weibull": effect}, "weibull"), PFS)
    assert "os_weibull_scale_arm" in inputs.parameters
    found = hecon.run(model(strategies=arms), inputs.base()).kept["reports"]
    for name, scale in (("control", 2.0), ("treated", 2.4)):
        assert found[name, "alive_5"] == pytest.approx([weibull(5, np.exp(0.3), np.exp(scale))], rel=1e-12)
    with pytest.raises(ModelError, match="unknown name 'arm'"):
        hecon.run(model(), inputs.base())


def test_a_spline_that_rises_is_refused_and_can_be_watched_by_a_check() -> None:
    rule = hecon.Check(
        "os never rises", "largest(survival(os, t + cycle_years) - survival(os, t))", at_most="0", within="1e-12"
    )
    for bend, holds in ((0.05, True), (-0.3, False)):
        names, knots = ("gamma0", "gamma1", "gamma2"), (-1.0, 0.5, 2.0)
        spline = CurveFit("spline hazard 1", names, np.array([-2.0, 1.0, -bend]), np.zeros((3, 3)), knots=knots)
        inputs = book(Curve("os", {"spline hazard 1": spline}, "spline hazard 1"), PFS)
        found = hecon.run(model(checks=[rule], rising="keep"), inputs.base()).kept
        assert [bool(one.passed.all()) for one in found["checks"] if "os never rises" in one.name] == [holds]
        assert (found["reports"]["one", "rises"][0] == 0) == holds
        if not holds:
            with pytest.raises(ModelError, match="the curve of progressed rises"):
                hecon.run(model(), inputs.base())


def test_explanations_go_down_to_the_coefficients() -> None:
    told = str(explain(model(let={"s_os": "survival(os, t)"}), book(OS, PFS).base(), "s_os", strategy="one", cycle=60))
    assert f"s_os = {weibull(5):.6g}" in told
    assert "survival(os, t)" in told
    assert "os_weibull_scale = 2.07944" in told
    assert "curves!E3; derived" in told
    assert "lnorm" not in told


def test_read_from_a_folder(tmp_path: Path) -> None:
    write_curves(tmp_path / "curves.csv", [OS, PFS])
    (tmp_path / "parameters.csv").write_text("name,value,provenance\nu_free,0.8,assumption\n")
    (tmp_path / "scenarios.csv").write_text("scenario,target,name,value\nlog_normal,curve,os,lnorm\n")
    found = hecon.read_inputs(tmp_path)
    assert found.parameters["os_lnorm_meanlog"].value == 1.5
    assert found.scenario("log_normal").parameters["os_family"].value == 2
    assert found.margins.groups[0].members == ("os_weibull_scale", "os_weibull_shape")


def test_faults_name_the_cell(tmp_path: Path) -> None:
    write_curves(tmp_path / "curves.csv", [OS])
    (tmp_path / "parameters.csv").write_text("name,value,provenance\nos_weibull_shape,0.8,assumption\n")
    with pytest.raises(InputError, match=r"parameters!A2 \(os_weibull_shape\): is made from curves; leave it out here"):
        hecon.read_inputs(tmp_path)
    (tmp_path / "parameters.csv").write_text("name,value,provenance\nu_free,0.8,assumption\n")
    (tmp_path / "scenarios.csv").write_text("scenario,target,name,value\na,curve,os,weibul\nb,curve,ozz,lnorm\n")
    with pytest.raises(InputError) as error:
        hecon.read_inputs(tmp_path)
    assert (
        "scenarios!D2 (os): curve 'os' has no family 'weibul'; did you mean 'weibull'? (fitted: weibull, lnorm)"
        in str(error.value)
    )
    assert "scenarios!D3 (ozz): there is no curve 'ozz'" in str(error.value)
    (tmp_path / "scenarios.csv").unlink()
    rows = (tmp_path / "curves.csv").read_text().replace(",yes,", ",0.7,").replace(",no,", ",0.7,")
    (tmp_path / "curves.csv").write_text(rows)
    with pytest.raises(InputError, match=r"curves \(os\): the weights of its families must .* add up to 1; got 1\.4"):
        hecon.read_inputs(tmp_path)
