"""Distributions: published fits, what is refused, and properties that hold for every family."""

import json
from math import isfinite, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hecon.errors import InputError
from hecon.inputs.distributions import fits
from hecon.inputs.distributions.bounded import Empirical, Pert, Triangular, Uniform
from hecon.inputs.distributions.distribution import Distribution
from hecon.inputs.distributions.families import Beta, Gamma, GammaOnDecrement, LogitNormal, LogNormal, Normal
from hecon.inputs.distributions.names_of_distributions import SPELLINGS, from_spelling

VECTORS = json.loads((Path(__file__).parent / "vectors" / "uncertainty.json").read_text())
FAMILIES = [
    Beta(14, 6),
    Gamma(25, 40),
    Gamma(0.5, 3),
    Normal(3.5, 0.7),
    LogNormal(-0.29, 0.1),
    LogitNormal(-1.0, 0.8),
    Uniform(-1, 4),
    Triangular(1, 3, 8),
    Triangular(1, 1, 8),
    Triangular(1, 8, 8),
    Pert(1, 3, 8),
    GammaOnDecrement(4, 0.3),
]


def close(got: object, wanted: object) -> bool:
    return bool(np.allclose(np.asarray(got, float), np.asarray(wanted, float), rtol=1e-9, atol=0))


def test_beta_from_mean_and_se() -> None:
    wanted = VECTORS["beta mean .7 sd .1"]
    fit = fits.beta_from_mean_se(0.7, 0.1)
    assert isinstance(fit, Beta)
    assert close([fit.alpha, fit.beta], [wanted["alpha"], wanted["beta"]])
    assert close(fit.limits(), wanted["q2.5,q97.5"])


def test_gamma_from_mean_and_se() -> None:
    wanted = VECTORS["gamma mean 1000 se 200"]
    fit = fits.gamma_from_mean_se(1000, 200)
    assert fit == Gamma(wanted["shape"], wanted["scale"])
    assert close(fit.limits(), wanted["q"])
    assert from_spelling("gamma shape rate", 1000, 25, wanted["rate"]) == fit


def test_lognormal_from_mean_and_sd() -> None:
    wanted = VECTORS["lognormal mean 1000 sd 200"]
    fit = fits.lognormal_from_mean_se(1000, 200)
    assert isinstance(fit, LogNormal)
    assert close([fit.location, fit.scale], [wanted["mu"], wanted["sigma"]])
    assert close(fit.limits(), wanted["q"])


def test_hazard_ratio_with_interval_as_median_or_as_mean() -> None:
    wanted = VECTORS["lognormal HR .75 CI .6-.9"]
    median, mean = (fits.lognormal_from_ci(0.75, 0.6, 0.9, which) for which in ("median", "mean"))
    assert close(median.location, wanted["mu_if_point_is_median=ln .75"])
    assert close(mean.location, wanted["mu_if_point_is_mean"])
    assert close([median.scale, mean.scale], wanted["sigma"])
    assert close(median.mean, wanted["mean if median .75"])
    assert close([median.median, mean.mean], 0.75)


def test_normal_pert_triangular_vectors() -> None:
    wanted = VECTORS["normal se from CI 2.1-4.9"]
    assert close(fits.normal_from_mean_ci(wanted["mean"], 2.1, 4.9).sd, wanted["se"])
    pert, wanted = Pert(1, 3, 8), VECTORS["pert 1,3,8 lambda 4"]
    assert close([pert.beta.alpha, pert.beta.beta], [wanted["alpha"], wanted["beta"]])
    assert close([pert.mean, pert.sd**2], [wanted["mean=(a+4m+b)/6"], wanted["var"]])
    triangular, wanted = Triangular(1, 3, 8), VECTORS["triangular 1,3,8"]
    assert close(
        [triangular.mean, triangular.sd**2, triangular.median], [wanted["mean"], wanted["var"], wanted["median"]]
    )


@pytest.mark.parametrize(
    ("family", "twin"),
    [
        (Beta(14, 6), stats.beta(14, 6)),
        (Gamma(25, 40), stats.gamma(25, scale=40)),
        (Normal(3.5, 0.7), stats.norm(3.5, 0.7)),
        (LogNormal(-0.29, 0.1), stats.lognorm(0.1, scale=np.exp(-0.29))),
        (Uniform(-1, 4), stats.uniform(-1, 5)),
        (Triangular(1, 3, 8), stats.triang(2 / 7, 1, 7)),
    ],
)
def test_families_agree_with_scipy(family: Distribution, twin: "stats.rv_frozen") -> None:
    u = np.linspace(0.001, 0.999, 99)
    assert close(family.ppf(u), twin.ppf(u))
    assert np.allclose(family.cdf(twin.ppf(u)), u, rtol=1e-9)
    assert close([family.mean, family.sd], [twin.mean(), twin.std()])


def test_logit_normal_moments_by_another_quadrature() -> None:
    family = LogitNormal(-1.0, 0.8)
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    p = 1 / (1 + np.exp(-(-1.0 + 0.8 * nodes)))
    mean = float(weights @ p / weights.sum())
    assert family.mean == pytest.approx(mean, rel=1e-9)
    assert family.sd == pytest.approx(sqrt(float(weights @ p**2 / weights.sum()) - mean**2), rel=1e-8)


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_native_samples_have_the_stated_mean_and_sd(family: Distribution) -> None:
    draws = family.sample(np.random.default_rng(20), 40_000)
    assert abs(draws.mean() - family.mean) < 4 * family.sd / 200
    assert draws.std() == pytest.approx(family.sd, rel=0.05)


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
@given(u=st.floats(0.0001, 0.9999))
@settings(max_examples=25, deadline=None)
def test_quantile_and_probability_undo_each_other(family: Distribution, u: float) -> None:
    x = family.ppf(np.array([u]))
    assert family.cdf(x)[0] == pytest.approx(u, rel=1e-7)
    assert family.ppf(np.array([min(u + 1e-5, 0.99999)]))[0] >= x[0]


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_ranks_are_those_of_the_native_draws(family: Distribution) -> None:
    draws = family.sample(np.random.default_rng(3), 100)
    ranks = family.ranks(np.random.default_rng(3), 100)
    assert np.allclose(family.ppf(ranks), draws, rtol=1e-6)


@given(mean=st.floats(0.01, 0.99), share=st.floats(0.01, 0.95))
def test_beta_fit_returns_its_mean_and_se(mean: float, share: float) -> None:
    se = share * sqrt(mean * (1 - mean))
    fit = fits.beta_from_mean_se(mean, se)
    assert close([fit.mean, fit.sd], [mean, se])


@given(mean=st.floats(-2.0, 0.99), se=st.floats(0.001, 2))
def test_decrement_fit_returns_its_mean_and_se(mean: float, se: float) -> None:
    fit = fits.decrement_from_mean_se(mean, se)
    assert np.allclose([fit.mean, fit.sd], [mean, se], rtol=1e-9, atol=1e-12)
    assert fit.ppf(np.array([0.999]))[0] <= 1


@given(low=st.floats(-5, 5), width=st.floats(0.1, 10), share=st.floats(0, 1))
def test_triangular_and_pert_from_mean_return_it(low: float, width: float, share: float) -> None:
    for weight, fit in ((3, fits.triangular_from_mean), (6, fits.pert_from_mean)):
        mean = low + width * (1 + share * (weight - 2)) / weight
        assert fit(mean, low, low + width).mean == pytest.approx(mean, abs=1e-9)


def test_empirical_draws_only_observed_values() -> None:
    draws = Empirical((1.0, 2.0, 6.0)).sample(np.random.default_rng(1), 300)
    assert set(draws) == {1.0, 2.0, 6.0}
    assert draws.mean() == pytest.approx(3.0, abs=0.5)


def test_no_spread_gives_a_fixed_number() -> None:
    for text, value in (("beta mean se", 0.7), ("gamma mean se", 70), ("lognormal mean se", 7)):
        built = from_spelling(text, value, value, 0)
        assert (built.family, built.mean, built.sd) == ("fixed", value, 0)


@pytest.mark.parametrize(
    ("text", "value", "par1", "par2", "message"),
    [
        ("beta mean se", 1.2, 1.2, 0.1, "beta needs 0 < mean < 1; got 1.2"),
        ("beta mean se", 0.7, 0.7, 0.5, "beta needs SE below sqrt(m (1 - m)) = 0.4583 for a mean of 0.7; got 0.5"),
        ("beta mean se", 0.7, 0.7, -0.1, "beta needs SE >= 0; got -0.1"),
        ("beta mean ci", 0.7, 0.6, 1.1, "beta needs an interval inside 0..1; got 0.6 to 1.1"),
        ("beta counts", 0, 0, 12, "beta counts needs 0 < events < total"),
        ("beta", 0.5, -1, 3, "beta needs alpha > 0 and beta > 0; got -1 and 3"),
        ("gamma", 5, 0, 3, "gamma needs shape > 0 and scale > 0; got 0, 3"),
        ("gamma mean se", -5, -5, 1, "gamma needs mean > 0; got -5"),
        ("lognormal median ci", 0.75, 0.8, 0.9, "lognormal needs lower < value < upper; got 0.8, 0.75, 0.9"),
        ("lognormal mean ci", 0.75, 0.0, 0.9, "lognormal needs an interval above 0; got 0 to 0.9"),
        ("uniform", 1, 2, 2, "uniform needs low < high; got 2 and 2"),
        ("triangular", 2, 1, 8, "triangular needs a mean from 3.33333 to 5.66667 over 1..8; got 2"),
        ("pert", 7.5, 1, 8, "pert needs a mean from 2.16667 to 6.83333 over 1..8; got 7.5"),
        ("normal", 1, 1, -2, "normal needs sd >= 0; got -2"),
        ("gamma on 1-u mean se", 1.0, 1.0, 0.1, "gamma on 1-u needs mean < 1; got 1"),
        ("gamma", 5, 25, float("nan"), "gamma needs par2 (scale)"),
        ("", 5, 25, float("nan"), "par1 is 25, but a blank distribution does not use it"),
        ("betta", 5, 1, 2, "unknown distribution 'betta'; did you mean 'beta'?"),
    ],
)
def test_the_impossible_is_refused(text: str, value: float, par1: float, par2: float, message: str) -> None:
    with pytest.raises(InputError) as raised:
        from_spelling(text, value, par1, par2)
    assert message in str(raised.value)


def test_every_spelling_alone_builds_a_distribution_with_finite_moments() -> None:
    examples = {"mean": 0.4, "SE": 0.1, "lower": 0.3, "upper": 0.5, "low": 0.1, "high": 0.8, "events": 4, "total": 10}
    for text, row in SPELLINGS.items():
        if text in ("dirichlet", "multivariate normal", "mvn", "empirical", "choice"):
            continue
        pars = [examples.get(one, 0.5) if one else float("nan") for one in (row.par1, row.par2)]
        built = from_spelling(text, 0.4, *pars)
        assert isfinite(built.mean + built.sd), text


def test_the_documented_examples_are_right_and_complete() -> None:
    text = (Path(__file__).parents[1] / "docs" / "inputs.md").read_text(encoding="utf-8")
    lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines() if line[:1] == "|"]
    examples = [line for line in lines if len(line) == 7 and line[0] in SPELLINGS]
    assert {line[0] for line in examples} == set(SPELLINGS) - {
        "",
        "dirichlet",
        "multivariate normal",
        "mvn",
        "empirical",
        "choice",
    }
    for name, par1, par2, value_is, *numbers in examples:
        value, *pars = (float(number) if number else float("nan") for number in numbers)
        row, built = SPELLINGS[name], from_spelling(name, value, *pars)
        assert (row.par1, row.par2, row.value_is) == (par1, par2, value_is)
        assert getattr(built, value_is) == pytest.approx(value, rel=0.001), name
