"""EVSI against closed forms, by four methods, and the designs that can be declared."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, gamma, nbinom, norm

from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.voi.design import design
from hecon.analysis.voi.evsi import evsi, sample_sizes
from hecon.analysis.voi.study_data import observe, variance_of_one
from hecon.errors import HeconError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "voi.json").read_text())
GAUSSIAN = VECTORS["linear gaussian INB=500+800X1+600X2"]
WANTED = {1: GAUSSIAN["n=1"], 10: GAUSSIAN["EVSI X1 n=10, obs sd 2"], 50: GAUSSIAN["n=50"]}
BINOMIAL = {int(n): value for n, value in VECTORS["beta-binomial INB=20000p-9000, p~Beta(4,6)"]["EVSI"].items()}


def outcomes(inb):
    """Two strategies whose increment in net benefit at threshold 0 is `inb` (draw,)."""
    return from_totals(("care", "drug"), [0 * inb, -inb], np.zeros((2, inb.size)))


def linear(seed, n):
    x = np.random.default_rng(seed).standard_normal((2, n))
    return outcomes(500 + 800 * x[0] + 600 * x[1]), {"x": x[0], "other": x[1]}


def responders(seed, n):
    p = np.random.default_rng(seed).beta(4, 6, n)
    return outcomes(20000 * p - 9000), {"p": p}


@pytest.mark.parametrize("method", ["regression", "gaussian", "moments", "importance"])
def test_normal_data_and_a_linear_model(method):
    found = evsi(*linear(7, 20_000), "normal(x, sd=2)", tuple(WANTED), 0, "payer", method=method)
    assert (np.abs(found.estimates - [*WANTED.values()]) < 3 * found.se).all()
    assert (found.se < 6).all() or method == "importance"
    assert abs(found.perfect.value - GAUSSIAN["EVPPI X1"]) < 3 * found.perfect.se


@pytest.mark.parametrize("method", ["regression", "importance"])
def test_binomial_data_and_a_beta_prior(method):
    found = evsi(*responders(5, 20_000), "binomial(p)", tuple(BINOMIAL), 0, "payer", method=method)
    assert (np.abs(found.estimates - [*BINOMIAL.values()]) < 3 * found.se).all()


@pytest.mark.parametrize("method", ["gaussian", "moments"])
def test_approximations_hold_for_larger_studies(method):
    found = evsi(*responders(5, 20_000), "binomial(p)", (20, 50, 100), 0, "payer", method=method)
    assert (np.abs(found.estimates - [BINOMIAL[n] for n in (20, 50, 100)]) < 3 * found.se).all()


@pytest.mark.parametrize("method", ["regression", "gaussian", "moments"])
def test_standard_error_covers(method):
    inside = [
        np.abs((run := evsi(*linear(s, 1000), "normal(x, sd=2)", (10, 50), 0, "payer", method=method, seed=s)).estimates
               - [WANTED[10], WANTED[50]]) < 1.96 * run.se
        for s in range(200)
    ]  # fmt: skip
    assert ((np.mean(inside, axis=0) >= 0.90) & (np.mean(inside, axis=0) <= 0.99)).all()


def test_standard_error_covers_with_binomial_data():
    runs = [evsi(*responders(s, 1000), "binomial(p)", (10, 50), 0, "payer", seed=s) for s in range(200)]
    inside = [np.abs(run.estimates - [BINOMIAL[10], BINOMIAL[50]]) < 1.96 * run.se for run in runs]
    assert ((np.mean(inside, axis=0) >= 0.90) & (np.mean(inside, axis=0) <= 0.99)).all()


def test_importance_covers():
    runs = [
        evsi(*linear(s, 800), "normal(x, sd=2)", (10,), 0, "payer", method="importance", seed=s) for s in range(200)
    ]
    assert 0.90 <= np.mean([abs(run.estimates[0] - WANTED[10]) < 1.96 * run.se[0] for run in runs]) <= 0.99


def test_poisson_data_and_a_gamma_prior():
    # rate ~ gamma(8, rate 4); INB = 1000 - 600 rate; n patients for 2 years: posterior mean (8 + x) / (4 + 2 n)
    rate = np.random.default_rng(3).gamma(8, 1 / 4, 20_000)
    found = evsi(outcomes(1000 - 600 * rate), {"r": rate}, "poisson(r, years=2)", (1, 5, 20), 0, "payer")
    x = np.arange(2000)
    for n, value, se in zip(found.sizes, found.estimates, found.se, strict=True):
        chance = nbinom.pmf(x, 8, 4 / (4 + 2 * n))
        wanted = (chance * np.maximum(1000 - 600 * (8 + x) / (4 + 2 * n), 0)).sum()
        assert abs(value - wanted) < 3 * se


def test_uncensored_times_and_a_gamma_prior():
    # rate ~ gamma(20, rate 10); all n events seen: T / (10 + T) ~ beta(n, 20), posterior mean (20 + n) / 10 x (1 - B)
    rate = np.random.default_rng(6).gamma(20, 1 / 10, 20_000)
    found = evsi(outcomes(1000 - 600 * rate), {"r": rate}, "survival(r, years=200)", (5, 20, 80), 0, "payer")
    for n, value, se in zip(found.sizes, found.estimates, found.se, strict=True):
        wanted = quad(lambda b, n=n: max(0, 1000 - 60 * (20 + n) * (1 - b)) * beta.pdf(b, n, 20), 0, 1, limit=200)[0]
        assert abs(value - wanted) < 3 * se
    assert abs(found.perfect.value - quad(lambda r: max(0, 1000 - 600 * r) * gamma.pdf(r, 20, scale=0.1), 0, 9)[0]) < 20


def test_censoring_and_loss_make_a_study_worth_less():
    rate = np.random.default_rng(6).gamma(20, 1 / 10, 20_000)
    texts = ("survival(r, years=200)", "survival(r, years=0.3)", "survival(r, years=0.3, loss=3)")
    values = [evsi(outcomes(1000 - 600 * rate), {"r": rate}, text, (40,), 0, "payer").estimates[0] for text in texts]
    assert values[0] > values[1] + 2 > values[2] + 4


def test_two_arms_of_a_normal_model():
    # INB = 300 + 800 A - 500 B, each with prior sd 1 and data sd 3: preposterior variance (800^2 + 500^2) n / (n + 9)
    a, b = np.random.default_rng(2).standard_normal((2, 20_000))
    psa, draws = outcomes(300 + 800 * a - 500 * b), {"a": a, "b": b}
    for method in ("regression", "gaussian", "moments"):
        found = evsi(psa, draws, "two_arm(normal(a, sd=3), normal(b, sd=3))", (5, 30), 0, "payer", method=method)
        sd = np.sqrt((800**2 + 500**2) * np.array([5, 30]) / (np.array([5, 30]) + 9))
        wanted = sd * norm.pdf(300 / sd) - 300 * norm.cdf(-300 / sd)
        assert (np.abs(found.estimates - wanted) < 3 * found.se).all()


def test_one_set_of_patients_serves_all_sizes():
    arm = design("binomial(p)").arms[0]
    truth = np.full(50, 0.3)
    all_sizes = observe(arm, truth, (5, 20, 60), np.random.default_rng(1))
    assert (np.diff(all_sizes, axis=0) >= 0).all()
    assert all_sizes.sum(axis=1)[:, 0].tolist() == [5, 20, 60]
    found = evsi(*linear(7, 10_000), "normal(x, sd=2)", sample_sizes(300), 0, "payer")
    assert (np.diff(found.estimates) > -found.se[1:]).all()
    assert found.estimates[-1] < found.perfect.value + found.perfect.se


@pytest.mark.parametrize("text", ["binomial(p)", "poisson(p, years=2)", "survival(p, years=1.5, loss=0.4)"])
def test_information_of_one_patient(text):
    """The variance of an estimate from n patients is that of one over n."""
    arm = design(text).arms[0]
    truth = np.full(4000, 0.4)
    events, exposure = observe(arm, truth, (400,), np.random.default_rng(3))[0]
    estimate = events / (400 if arm.kind == "binomial" else exposure)
    assert 400 * estimate.var() == pytest.approx(variance_of_one(arm, truth[:1])[0], rel=0.08)
    assert estimate.mean() == pytest.approx(0.4, rel=0.01)


def test_formulas_of_inputs_are_measured():
    draws = {"r_die": np.array([0.1, 0.2]), "hr_drug": np.array([0.5, 1.0])}
    arms = design("two_arm(survival(r_die, years=3), survival(r_die * hr_drug, years=3))")
    assert arms.names == ("r_die", "hr_drug")
    assert arms.truths(draws, 2).tolist() == [[0.1, 0.2], [0.05, 0.2]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("binomial", "is not a design; write, for instance, binomial(p_response)"),
        ("binomial(", "is not a design"),
        ("binom(p)", "unknown design 'binom'; did you mean 'binomial'?"),
        ("normal(x)", "normal needs sd="),
        ("normal(x, sd=0)", "sd must be above 0; got 0"),
        ("normal(x, sd=x)", "sd must be a number"),
        ("binomial(p, q)", "binomial takes one formula, got 2"),
        ("poisson(r, n=3)", "poisson has no option 'n' (its options: years)"),
        ("two_arm(binomial(p))", "two_arm takes two designs"),
        ("binomial(p_dead)", "no value is given for 'p_dead'"),
        ("binomial(p + 1)", "p + 1 is 1.2 in draw 0, not a probability"),
        ("poisson(-p, years=1)", "-p is -0.2 in draw 0, not a rate"),
    ],
)
def test_messages_of_designs(text, message):
    with pytest.raises(HeconError) as caught:
        design(text).truths({"p": np.array([0.2, 0.3])}, 2)
    assert message in str(caught.value)


def test_messages():
    psa, draws = responders(1, 100)
    with pytest.raises(HeconError, match="unknown method 'gauss'; did you mean 'gaussian'"):
        evsi(psa, draws, "binomial(p)", (5,), 0, "payer", method="gauss")
    with pytest.raises(HeconError, match="sample sizes must be above 0 and increase"):
        evsi(psa, draws, "binomial(p)", (20, 5), 0, "payer")
    draws["p"] = draws["p"].copy()
    draws["p"][3] = 0.0
    with pytest.raises(HeconError, match="use method 'regression'"):
        evsi(psa, draws, "binomial(p)", (5,), 0, "payer", method="importance")
