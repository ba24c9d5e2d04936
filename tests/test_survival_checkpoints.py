"""Curves through published check-points: solutions by hand, refusals with their reason, and what the PSA may sample."""

import numpy as np
import pytest

from hecon.errors import InputError
from hecon.survival.compare import survival_at
from hecon.survival.data import survival_data
from hecon.survival.kaplan_meier import kaplan_meier
from hecon.survival.landmarks import (
    checkpoints,
    conditional_survival,
    parameter_rows,
    read_checkpoints,
    require_below,
)
from hecon.survival.through_landmarks import solve_checkpoints


def solved(times, survival, name, **options):
    return solve_checkpoints(checkpoints("efs", times, survival), name, **options)


def test_exponential_cure_by_hand():
    """0.4375 + 0.5625 x is 0.625 at 2 and 0.5 at 4 with x = 1/3, that is rate log(3)/2."""
    curve = solved([2, 4], [0.625, 0.5], "exponential mixture cure")
    assert curve.natural == pytest.approx({"rate": np.log(3) / 2, "cure": 0.4375}, abs=1e-8)
    assert curve.provenance == "derived"
    assert curve.covariance.tolist() == [[0, 0], [0, 0]]
    assert np.isnan(curve.aic)


def test_weibull_and_log_normal_by_hand():
    # H = 0.1 at 1 and 0.4 at 4: shape 1, scale 10. Probits 0 at e and 1 at e^2: meanlog 1, sdlog 1
    weibull = solved([1, 4], np.exp([-0.1, -0.4]), "weibull").natural
    assert weibull == pytest.approx({"shape": 1, "scale": 10}, abs=1e-7)
    lnorm = solved([np.e, np.e**2], [0.5, 0.15865525393145707], "lnorm").natural
    assert lnorm == pytest.approx({"meanlog": 1, "sdlog": 1}, abs=1e-7)


@pytest.mark.parametrize(
    "name", ["gompertz", "llogis", "gamma", "weibullPH", "weibull mixture cure", "lnorm mixture cure"]
)
def test_solutions_pass_through_their_points(name):
    """Overall survival of a second-line trial: 0.76, 0.607 and 0.546 at 12, 24 and 48 months (the first assumed)."""
    times, survival = [12, 24, 48], [0.76, 0.607, 0.546]
    if "cure" not in name:
        times, survival = times[:2], survival[:2]
    np.testing.assert_allclose(survival_at(solved(times, survival, name), times), survival, atol=1e-7)


def test_fixed_parameters():
    curve = solved([24, 48], [0.6, 0.546], "weibull mixture cure", fixed={"cure": 0.5})
    assert curve.natural["cure"] == pytest.approx(0.5)
    np.testing.assert_allclose(survival_at(curve, [24, 48]), [0.6, 0.546], atol=1e-8)
    with pytest.raises(InputError, match="weibull mixture cure has no parameter 'cures'; did you mean 'cure'"):
        solved([24, 48], [0.6, 0.546], "weibull mixture cure", fixed={"cures": 0.5})
    with pytest.raises(InputError, match="fixed cure: must be between 0 and 1; got 50"):
        solved([24, 48], [0.6, 0.546], "weibull mixture cure", fixed={"cure": 50})
    everything = solved([10], [np.exp(-1)], "exponential", fixed={"rate": 0.1})
    assert survival_at(everything, 10)[0] == pytest.approx(np.exp(-1))


def test_mixture_cure_at_6_and_12_months_has_no_solution():
    """Event-free survival 0.73 and 0.50 (tisagenlecleucel): the hazard rises from 0.0525 to 0.0631 per month."""
    with pytest.raises(InputError) as caught:
        solved([6, 12], [0.73, 0.50], "exponential mixture cure")
    message = str(caught.value)
    assert "'efs' as exponential mixture cure: no solution" in message
    assert "with cure running to" in message
    assert "the hazard between check-points is 0.0525, 0.0631 per unit of time" in message
    assert "exponential with cure lets its hazard only fall" in message
    with pytest.raises(
        InputError, match=r"3 parameters \(shape, scale, cure\) and 2 check-points leave infinitely many"
    ):
        solved([6, 12], [0.73, 0.50], "weibull mixture cure")


def test_closest_curve_only_when_asked_for():
    with pytest.raises(InputError, match=r"exponential keeps its hazard constant.*with tolerance=0.016"):
        solved([6, 12], [0.73, 0.50], "exponential")
    curve = solved([6, 12], [0.73, 0.50], "exponential", tolerance=0.016)
    assert np.abs(survival_at(curve, [6, 12]) - [0.73, 0.5]).max() < 0.016


def test_plateau_does_not_determine_a_rate():
    with pytest.raises(InputError, match="check-points do not determine rate, cure"):
        solved([12, 24], [0.5, 0.5], "exponential mixture cure")


def test_standard_errors_weight_the_points():
    """With a hundredth of the error at the last point, the compromise moves to it."""
    points = checkpoints("efs", [6, 12], [0.73, 0.50], se=[0.05, 0.0005])
    curve = solve_checkpoints(points, "exponential", tolerance=0.05)
    assert survival_at(curve, 12)[0] == pytest.approx(0.5, abs=1e-4)


def test_splines_need_knots_and_must_fall():
    with pytest.raises(InputError, match="give the knots"):
        solved([6, 12, 36], [0.73, 0.5, 0.44], "spline hazard 1")
    with pytest.raises(InputError, match="rises near"):
        solved([6, 12, 36], [0.73, 0.4, 0.395], "spline hazard", knots=[1.8, 2.5, 3.6])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"survival": [0.5, 0.52]}, "survival rises from 0.5 at 12 to 0.52 at 36; a curve cannot rise"),
        ({"survival": [50, 40]}, "goes up to 50, so it is in percent; divide by 100"),
        ({"time": [36, 12]}, "12 is not after the check-point before it"),
        ({"time": [0, 12]}, "check-points lie after time 0; got 0"),
        ({"survival": [1.0, 0.4]}, r"1 is not between 0 and 1 \(both excluded\)"),
        ({"low": [0.4, 0.3]}, "give both ends of the interval"),
        (
            {"low": [0.4, 0.3], "high": [0.6, 0.5]},
            "say on which scale the intervals were made: plain, log, log-log; got ''",
        ),
        ({"low": [0.6, 0.3], "high": [0.7, 0.5], "scale": "plain"}, "0.5 lies outside its own interval"),
        ({"se": [0.05, 0.0]}, "must be above 0; got 0"),
        ({"se": [0.05]}, r"se: shape \(1,\); time has \(2,\)"),
    ],
)
def test_refused_checkpoints(options, message):
    with pytest.raises(InputError, match=message):
        checkpoints("os", **({"time": [12, 36], "survival": [0.5, 0.4]} | options))


def test_crossing_curves():
    upper, lower = checkpoints("os", [12, 24], [0.6, 0.4]), checkpoints("pfs", [6, 24], [0.7, 0.41])
    with pytest.raises(InputError, match=r"time 24: pfs 0.41 is above os 0.4"):
        require_below(lower, upper)
    require_below(checkpoints("pfs", [12, 24], [0.5, 0.4]), upper)


def test_beta_from_numbers_at_risk():
    one, two = conditional_survival(checkpoints("os", [12, 36], [0.8, 0.6], at_risk=[100, 60]))
    assert (one.alpha, one.beta) == pytest.approx((80, 20))
    assert (two.survival, two.alpha, two.beta) == pytest.approx((0.75, 45, 15))


def test_beta_from_greenwood_returns_the_numbers_at_risk():
    """Without censoring, Greenwood's errors at two times give back how many were alive at the start of each interval."""
    curve = kaplan_meier(survival_data(np.arange(1, 101), np.ones(100)))
    se = curve.se[[20, 60]]
    one, two = conditional_survival(checkpoints("os", [20, 60], [0.8, 0.4], se=se))
    assert one.alpha + one.beta == pytest.approx(100)
    assert two.alpha + two.beta == pytest.approx(80)


@pytest.mark.parametrize("scale", ["plain", "log", "log-log"])
def test_intervals_become_standard_errors(scale):
    value, se = 0.6, 0.05
    reach = 1.959963984540054 * se
    if scale == "plain":
        low, high = value - reach, value + reach
    elif scale == "log":
        low, high = value * np.exp([-reach / value, reach / value])
    else:
        spread = reach / (value * -np.log(value))
        low, high = value ** np.exp(spread), value ** np.exp(-spread)
    points = checkpoints("os", [12], [value], low=[low], high=[high], scale=scale)
    assert points.se[0] == pytest.approx(se)


def test_sampled_curves_never_rise():
    """Draws of the intervals fall always; independent draws of the check-points rise in a large share."""
    points = checkpoints("efs", [6, 12, 36, 60], [0.73, 0.50, 0.44, 0.42], at_risk=[75, 50, 30, 15])
    rng = np.random.default_rng(1)
    intervals = conditional_survival(points)
    drawn = np.cumprod([rng.beta(one.alpha, one.beta, 5000) for one in intervals], axis=0)
    assert (np.diff(drawn, axis=0) <= 0).all()
    np.testing.assert_allclose(drawn.mean(axis=1), points.survival, atol=0.005)
    alone = np.array([rng.beta(75 * s, 75 * (1 - s), 5000) for s in points.survival])
    assert (np.diff(alone, axis=0) > 0).any(axis=0).mean() > 0.4


def test_what_cannot_be_sampled():
    with pytest.raises(InputError, match="give numbers at risk, standard errors or intervals"):
        conditional_survival(checkpoints("os", [12], [0.5]))
    with pytest.raises(InputError, match="os, 12 to 24: no one dies, so no beta describes it"):
        conditional_survival(checkpoints("os", [12, 24], [0.5, 0.5], at_risk=[50, 25]))
    with pytest.raises(InputError, match="the relative standard error does not grow"):
        conditional_survival(checkpoints("os", [12, 24], [0.5, 0.4], se=[0.05, 0.03]))


def test_rows_for_parameters(tmp_path):
    (tmp_path / "points.csv").write_text(
        "curve,time,survival,low,high\nos,12,0.8,0.7,0.9\nos,36,0.6,0.45,0.75\nefs,12,0.5,,\n"
    )
    points = read_checkpoints(tmp_path / "points.csv", "os", scale="plain")
    rows = parameter_rows(points, source="trial_2020")
    assert [row["name"] for row in rows] == ["p_os_0_12", "p_os_12_36"]
    for row in rows:
        alpha, beta = float(row["par1"]), float(row["par2"])
        assert float(row["value"]) == pytest.approx(alpha / (alpha + beta), rel=1e-9)
    assert read_checkpoints(tmp_path / "points.csv", "efs").se is None
