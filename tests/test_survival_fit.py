"""Maximum likelihood: vectors, recovery of the truth for every family, covariates, late entry, weights, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from hecon.errors import InputError
from hecon.survival.compare import hazard_at, mean_survival, survival_at
from hecon.survival.data import survival_data
from hecon.survival.density import terms
from hecon.survival.family import BASES, STANDARD, family, to_transformed
from hecon.survival.fit import CurveFit, fit_all, fit_curve
from hecon.survival.incomplete_gamma import prentice
from hecon.survival.likelihood import likelihood

VECTORS = json.loads((Path(__file__).parent / "vectors" / "survival.json").read_text())
SMALL = VECTORS["mle data t=[1,2,2,3,4,5,6,7,8,10] d=[1,1,0,1,1,0,1,1,0,0]"]
TIME, EVENT = [1, 2, 2, 3, 4, 5, 6, 7, 8, 10], [1, 1, 0, 1, 1, 0, 1, 1, 0, 0]
KNOTS = (0.0, 1.0, 2.5)

# a truth per family, natural values, with survival at 10 years well above 0
TRUTH = {
    "exponential": [0.1],
    "weibull": [1.5, 8],
    "weibullPH": [1.5, 0.05],
    "gompertz": [0.1, 0.05],
    "gamma": [2, 0.3],
    "lnorm": [1.5, 0.8],
    "llogis": [2, 6],
    "gengamma": [1.8, 0.7, 0.5],
    "spline hazard": [-3, 1.2, 0.1],
    "spline odds": [-3, 1.5, 0.1],
    "spline normal": [-2, 0.9, 0.05],
    "weibull mixture cure": [1.2, 3, 0.3],
    "weibull non-mixture cure": [1.2, 3, 0.3],
    "lnorm mixture cure": [0.9, 0.7, 0.4],
}
MORE = [("gompertz", [-0.1, 0.15]), ("gengamma", [1.8, 0.7, -0.5]), ("gengamma", [1.8, 0.7, 0.0])]


def curve_of(name, natural):
    kind = family(name, KNOTS if "spline" in name else None)
    transformed = [to_transformed(how, value) for (_, how), value in zip(kind.parameters, natural, strict=True)]
    names = tuple(parameter for parameter, _ in kind.parameters)
    size = len(names)
    return CurveFit(kind.name, names, np.array(transformed), np.zeros((size, size)), knots=kind.knots)


def simulated(curve, rng, n, follow_up=14.0):
    """Times drawn from a curve by inverting its survival on a fine grid, censored uniformly over (0.3, 1) follow-up."""
    grid = np.geomspace(1e-5, follow_up, 20_000)
    event_time = np.interp(-rng.random(n), -survival_at(curve, grid), grid, right=np.inf)
    censoring = rng.uniform(0.3 * follow_up, follow_up, n)
    return np.minimum(event_time, censoring), event_time <= censoring


def within_three_errors(fit, truth):
    distance = (fit.estimates - truth) / np.sqrt(np.diag(fit.covariance))
    assert np.abs(distance).max() < 3, dict(zip(fit.names, distance, strict=True))


def test_maximum_likelihood_vectors():
    data = survival_data(TIME, EVENT)
    line, bent = fit_curve(data, "exponential"), fit_curve(data, "weibull")
    assert line.natural["rate"] == pytest.approx(SMALL["exp rate"], abs=1e-9)
    assert line.loglik == pytest.approx(SMALL["exp logL"], abs=1e-9)
    assert line.aic == pytest.approx(SMALL["exp AIC"], abs=1e-9)
    assert line.bic == pytest.approx(SMALL["exp BIC(n=10)"], abs=1e-9)
    assert line.bic_events == pytest.approx(SMALL["exp BIC(events=6)"], abs=1e-9)
    assert bent.natural["shape"] == pytest.approx(SMALL["weibull shape"], abs=1e-6)
    assert bent.natural["scale"] == pytest.approx(SMALL["weibull scale"], abs=1e-6)
    assert bent.loglik == pytest.approx(SMALL["weibull logL"], abs=1e-9)
    assert bent.aic == pytest.approx(SMALL["weibull AIC"], abs=1e-9)
    # rho, lambda and logL of an independent implementation, to its convergence
    theirs = SMALL["lifelines weibull (rho,lambda,logL)"]
    assert [bent.natural["shape"], bent.natural["scale"], bent.loglik] == pytest.approx(theirs, abs=1e-4)


def test_standard_error_by_hand():
    """The variance of a log rate is 1 over the events."""
    fit = fit_curve(survival_data(TIME, EVENT), "exponential")
    assert fit.se["rate"] == pytest.approx(6**-0.5, rel=1e-6)
    low, high = fit.interval("rate")
    assert (low * high) ** 0.5 == pytest.approx(0.125)
    assert high / low == pytest.approx(np.exp(2 * 1.959964 / 6**0.5), rel=1e-5)


@pytest.mark.parametrize(
    ("key", "name", "natural"),
    [
        ("exponential(rate=.1)", "exponential", [0.1]),
        ("weibull AFT(shape=1.5,scale=8)", "weibull", [1.5, 8]),
        ("weibull PH(shape=1.5,lambda=8^-1.5)", "weibullPH", [1.5, 8**-1.5]),
        ("gompertz(shape=.1,rate=.05)", "gompertz", [0.1, 0.05]),
        ("gompertz(shape=-.1,rate=.05)", "gompertz", [-0.1, 0.05]),
        ("lognormal(meanlog=1.5,sdlog=.8)", "lnorm", [1.5, 0.8]),
        ("loglogistic(shape=2,scale=6)", "llogis", [2, 6]),
        ("gamma(shape=2,rate=.3)", "gamma", [2, 0.3]),
        ("gengamma(mu=1.8,sigma=.7,Q=.5)", "gengamma", [1.8, 0.7, 0.5]),
        ("gengamma(mu=1.8,sigma=.7,Q=-.5)", "gengamma", [1.8, 0.7, -0.5]),
        ("gengamma(mu=1.8,sigma=.7,Q=0)=lnorm", "gengamma", [1.8, 0.7, 0]),
        ("gengamma(mu=ln8,sigma=1/1.5,Q=1)=weibull", "gengamma", [np.log(8), 1 / 1.5, 1]),
    ],
)
def test_family_vectors(key, name, natural):
    wanted, curve = VECTORS[key], curve_of(name, natural)
    survival = survival_at(curve, [1, 5, 20])
    assert survival.tolist() == pytest.approx([wanted["S(1)"], wanted["S(5)"], wanted["S(20)"]], abs=1e-12)
    assert hazard_at(curve, 5)[0] == pytest.approx(wanted["h(5)"], rel=1e-8)
    assert mean_survival(curve, 10) == pytest.approx(wanted["RMST(10)"], rel=1e-9)
    assert mean_survival(curve) == pytest.approx(float(wanted["mean"]), rel=1e-8)


def test_spline_and_cure_vectors():
    wanted = VECTORS["royston_parmar hazard scale knots(log t)=[0,1,2.5], gamma=[-3,1.2,.1]"]
    curve = curve_of("spline hazard", [-3, 1.2, 0.1])
    times = [0.5, 1, 5, 10, 20]
    assert survival_at(curve, times).tolist() == pytest.approx([wanted[f"S({time:g})"] for time in times], abs=1e-12)
    assert hazard_at(curve, 5)[0] == pytest.approx(wanted["h(5)=eta'*exp(eta)"], abs=1e-12)
    odds, normal = (curve_of(f"spline {scale}", [-3, 1.2, 0.1]) for scale in ("odds", "normal"))
    assert survival_at(odds, 5)[0] == pytest.approx(wanted["odds scale S(5)"], abs=1e-12)
    assert survival_at(normal, 5)[0] == pytest.approx(wanted["normal scale S(5)"], abs=1e-12)
    wanted = VECTORS["cure pi=.3, uncured weibull AFT shape 1.2 scale 3"]
    for kind, short in (("mixture", "mixture S(5)"), ("non-mixture", "nonmixture S(5)=pi^{F}")):
        curve = curve_of(f"weibull {kind} cure", [1.2, 3, 0.3])
        assert survival_at(curve, 5)[0] == pytest.approx(wanted[short], abs=1e-12)
        assert mean_survival(curve) == np.inf
    assert hazard_at(curve_of("weibull mixture cure", [1.2, 3, 0.3]), 5)[0] == pytest.approx(wanted["mixture h(5)"])
    hazard = hazard_at(curve_of("weibull non-mixture cure", [1.2, 3, 0.3]), 5)[0]
    assert hazard == pytest.approx(wanted["nonmixture h(5)=-ln(pi) f(5)"])


@pytest.mark.parametrize(
    "name", [*TRUTH, "gamma mixture cure", "gengamma non-mixture cure", "spline odds mixture cure"]
)
def test_gradients_are_the_slopes(name):
    rng = np.random.default_rng(3)
    base = next(key for key in TRUTH if name.startswith(key.split(" mix")[0].split(" non")[0]))
    natural = TRUTH[name] if name in TRUTH else [*TRUTH[base], 0.3]
    curve = curve_of(name, natural)
    time, event = simulated(curve_of(base, TRUTH[base]), rng, 60)
    arm = rng.integers(0, 2, 60)
    data = survival_data(time, event, entry=time * rng.uniform(0, 0.5, 60) * arm, covariates={"arm": arm})
    model = likelihood(curve.of, data)
    at = np.append(curve.estimates, 0.2)
    gradient = model.at(at)[1]
    for k in range(len(at)):
        step = np.zeros(len(at))
        step[k] = 1e-6
        slope = (model.at(at + step)[0] - model.at(at - step)[0]) / 2e-6
        assert gradient[k] == pytest.approx(slope, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(("name", "natural"), [*TRUTH.items(), *MORE])
def test_simulated_data_return_the_truth(name, natural):
    truth = curve_of(name, natural)
    time, event = simulated(truth, np.random.default_rng(11), 1500)
    fit = fit_curve(survival_data(time, event), truth.family, knots=truth.knots or None)
    within_three_errors(fit, truth.estimates)


@pytest.mark.parametrize("name", ["weibull", "gompertz", "lnorm", "gengamma", "spline odds"])
def test_covariates_return_the_truth(name):
    """Two arms and an age; effects add to the location parameter."""
    rng, base = np.random.default_rng(4), curve_of(name, TRUTH[name])
    kind = base.of
    arm, age = rng.integers(0, 2, 1600), rng.normal(0, 1, 1600)
    where = [parameter for parameter, _ in kind.parameters].index(kind.location)
    time, event = np.zeros(1600), np.zeros(1600)
    for one in (0, 1):  # age in two groups, so that each of the four has one curve
        for high in (False, True):
            rows = (arm == one) & ((age > 0) == high)
            moved = base.estimates.copy()
            moved[where] += 0.5 * one - 0.3 * high
            curve = CurveFit(base.family, base.names, moved, base.covariance, knots=base.knots)
            time[rows], event[rows] = simulated(curve, rng, int(rows.sum()))
    data = survival_data(time, event, covariates={"arm": arm, "old": age > 0})
    fit = fit_curve(data, base.family, knots=base.knots or None)
    assert fit.names[-2:] == (f"{kind.location}:arm", f"{kind.location}:old")
    within_three_errors(fit, np.append(base.estimates, [0.5, -0.3]))


def test_covariates_on_the_cure_fraction():
    """Over twelve data sets the distances in standard errors average to 0 within 3 of their own errors."""
    arms = [curve_of("weibull mixture cure", [1.2, 3, share]) for share in (0.2, 0.5)]
    truth = np.append(arms[0].estimates, arms[1].estimates[2] - arms[0].estimates[2])
    distances = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        time, event = (np.concatenate(c) for c in zip(*(simulated(curve, rng, 400) for curve in arms), strict=True))
        data = survival_data(time, event, covariates={"arm": np.repeat([0, 1], 400)})
        fit = fit_curve(data, "weibull mixture cure", covariates_on="cure")
        distances.append((fit.estimates - truth) / np.sqrt(np.diag(fit.covariance)))
    assert fit.names[-1] == "cure:arm"
    assert np.abs(np.mean(distances, axis=0)).max() < 3 / np.sqrt(12)
    assert 0.5 < np.std(distances) < 1.5
    assert survival_at(fit, 1e4, {"arm": 1})[0] == pytest.approx(0.5, abs=0.1)
    with pytest.raises(InputError, match="covariates act on scale or cure; got 'shape'"):
        fit_curve(data, "weibull mixture cure", covariates_on="shape")


@pytest.mark.parametrize("name", ["exponential", "weibull", "gompertz", "lnorm", "gengamma"])
def test_late_entry_returns_the_truth(name):
    """Those who die before they would have entered are never seen; ignoring that would bias the fit by many errors."""
    truth, rng = curve_of(name, TRUTH[name]), np.random.default_rng(12)
    time, event = simulated(truth, rng, 3000)
    entry = np.where(rng.random(3000) < 0.7, rng.uniform(0, 5, 3000), 0)
    seen = time > entry
    fit = fit_curve(survival_data(time[seen], event[seen], entry[seen]), name)
    within_three_errors(fit, truth.estimates)
    ignored = fit_curve(survival_data(time[seen], event[seen]), name)
    assert np.abs((ignored.estimates - truth.estimates) / np.sqrt(np.diag(ignored.covariance))).max() > 4


@pytest.mark.parametrize("name", [*STANDARD, "spline hazard 1", "exponential mixture cure"])
def test_weights_are_repeated_rows(name):
    rng = np.random.default_rng(5)
    time, event = simulated(curve_of("lnorm mixture cure", TRUTH["lnorm mixture cure"]), rng, 120)
    weight = rng.integers(1, 4, 120)
    once = fit_curve(survival_data(time, event, weight=weight), name)
    rows = fit_curve(survival_data(np.repeat(time, weight), np.repeat(event, weight)), name)
    np.testing.assert_allclose(once.estimates, rows.estimates, atol=2e-6)
    np.testing.assert_allclose(once.covariance, rows.covariance, rtol=1e-4, atol=1e-8)
    assert (once.n, once.events) == (rows.n, rows.events)
    assert once.bic == pytest.approx(rows.bic)


def test_special_cases_of_the_generalised_gamma():
    time = np.geomspace(1e-6, 200, 50)
    cases = [("weibull", [1 / 0.7, np.exp(1.8)], 1.0), ("lnorm", [1.8, 0.7], 0.0), ("gamma", [0.7**-2, None], 0.7)]
    for name, natural, q in cases:
        if name == "gamma":
            natural[1] = np.exp(-1.8) * 0.7**-2
        general = terms(family("gengamma"), curve_of("gengamma", [1.8, 0.7, q]).estimates[:, None], time)
        special_case = terms(family(name), curve_of(name, natural).estimates[:, None], time)
        np.testing.assert_allclose(general[0], special_case[0], rtol=1e-9, atol=1e-14)
        np.testing.assert_allclose(general[1], special_case[1], rtol=1e-9, atol=1e-9)


def test_generalised_gamma_has_no_seam_at_zero():
    w = np.linspace(-8, 8, 65)
    for q in (0.02, -0.02):
        one, two = prentice(w, q, like=0.0), prentice(w, q, like=1.0)
        np.testing.assert_allclose(one[0], two[0], rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(one[1], two[1], rtol=1e-12)
    np.testing.assert_allclose(prentice(w, 1e-9)[0], special.log_ndtr(-w), rtol=1e-7)


@pytest.mark.parametrize("name", [*BASES, "spline hazard", "spline odds", "spline normal"])
@pytest.mark.parametrize("cure", ["", " mixture cure", " non-mixture cure"])
def test_no_overflow_and_falling_survival(name, cure):
    natural = [*TRUTH[name], 0.3] if cure else TRUTH[name]
    curve = curve_of(name + cure, natural)
    survival = survival_at(curve, np.concatenate([[0], np.geomspace(1e-6, 200, 400)]))
    assert survival[0] == 1
    assert np.isfinite(survival).all()
    assert (np.diff(survival) <= 1e-15).all()


@pytest.mark.parametrize("unit", [1 / 12, 12, 365.25])
def test_unit_of_time_changes_nothing_but_the_unit(unit):
    time, event = simulated(curve_of("gompertz", [-0.1, 0.15]), np.random.default_rng(7), 200)
    for name in (*STANDARD, "spline odds 1"):
        years, other = (fit_curve(survival_data(time * u, event), name) for u in (1, unit))
        np.testing.assert_allclose(survival_at(other, [unit, 5 * unit]), survival_at(years, [1, 5]), atol=1e-6)
        assert other.loglik == pytest.approx(years.loglik - event.sum() * np.log(unit), abs=1e-5)


def test_faults_name_the_family_and_what_to_try():
    rng = np.random.default_rng(9)
    time = rng.weibull(2, 80) + 0.01
    data = survival_data(time, np.ones(80))
    with pytest.raises(
        InputError, match=r"exponential mixture cure: the covariance is not positive definite.*'cure' runs"
    ):
        fit_curve(data, "exponential mixture cure")
    with pytest.raises(InputError, match="3 parameters cannot be estimated from 2 events"):
        fit_curve(survival_data([1, 2, 3], [1, 1, 0]), "gengamma")
    with pytest.raises(InputError, match=r"knots 9 lie outside the data \(log times .*knots are logs of times"):
        fit_curve(data, "spline hazard", knots=[-1, 0, 9])
    with pytest.raises(InputError, match="knots must rise; got log times 1, 0, 2"):
        fit_curve(data, "spline hazard", knots=[1, 0, 2])
    with pytest.raises(InputError, match="say how many inner knots"):
        fit_curve(data, "spline hazard")
    with pytest.raises(InputError, match="'weibull' has no knots"):
        fit_curve(data, "weibull", knots=[0, 1])
    arm = (time > np.median(time)).astype(float)
    event = 1 - arm  # nobody dies in one arm
    with pytest.raises(InputError, match=r"'scale:arm'.*no events in one group"):
        fit_curve(survival_data(time, event, covariates={"arm": arm}), "weibull")
    twice = survival_data(time, np.ones(80), covariates={"age": time**2, "months": 12 * time**2})
    with pytest.raises(InputError, match="repeat another covariate"):
        fit_curve(twice, "weibull")
    with pytest.raises(InputError, match="no family could be fitted"):
        fit_all(data, ["exponential mixture cure"])
