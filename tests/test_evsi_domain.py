"""Where Gaussian approximation and moment matching may be trusted, against exact values of beta-binomial studies."""

import numpy as np
import pytest
from scipy.stats import beta, betabinom

from hecon.analysis.design import design
from hecon.analysis.evsi import evsi
from hecon.analysis.evsi_domain import least_size, prior_size, too_small
from hecon.analysis.totals import from_totals

PRIORS = ((1, 1), (4, 6), (2, 8), (10, 10), (30, 20), (5, 95), (2, 18), (1, 19))
PLACES = np.arange(-15, 16) / 10  # of the break-even value, in standard deviations of the prior
UNIFORM = (np.arange(40_000) + 0.5) / 40_000


def errors(a: float, b: float, n: int) -> list[float]:
    """The approximations' error where net benefit is linear, as a share of EVPPI with the decision on edge, for break-even
    values at each place.
    """
    prior = beta(a, b)
    p, mean = prior.ppf(UNIFORM), prior.mean()
    events = np.arange(n + 1)
    chance = betabinom.pmf(events, n, a, b)
    most = np.maximum(p - mean, 0).mean()
    found = []
    for even in mean + PLACES * prior.std():
        stretched = np.maximum(mean + np.sqrt(n / (n + a + b)) * (p - mean) - even, 0).mean()
        exact = (chance * np.maximum((a + events) / (a + b + n) - even, 0)).sum()
        found.append((stretched - exact) / most)
    return found


@pytest.mark.parametrize(("a", "b"), PRIORS)
def test_from_the_bound_on_the_error_is_small(a, b):
    arm = design("binomial(p)").arms[0]
    least = int(np.ceil(least_size(arm, beta(a, b).ppf(UNIFORM)) - 1e-6))
    for n in (least, 2 * least, 5 * least):
        assert max(map(abs, errors(a, b, n))) < 0.015, n


def test_below_it_the_error_is_larger():
    assert max(map(abs, errors(4, 6, 1))) > 0.05
    assert max(map(abs, errors(2, 8, 1))) > 0.05


@pytest.mark.parametrize("method", ["gaussian", "moments"])
def test_smaller_studies_are_refused_and_larger_ones_are_not(method):
    p = np.random.default_rng(5).beta(4, 6, 5000)
    psa = from_totals(("care", "drug"), [0 * p, 9000 - 20000 * p], np.zeros((2, p.size)))
    found = evsi(psa, {"p": p}, "binomial(p)", (2, 5, 12, 50), 0, "payer", method=method)
    assert [value is None for value in found.values] == [True, True, False, False]
    assert found.refused[0].startswith(f"2 patients are too few for method '{method}', which holds from 1")
    assert "use method 'regression'" in found.refused[0]
    assert not any(evsi(psa, {"p": p}, "binomial(p)", (2, 5), 0, "payer").refused)


def test_what_is_known_and_normal_data_have_no_bound():
    known = np.full(100, 0.3)
    assert least_size(design("binomial(p)").arms[0], known) == 0
    assert prior_size(design("binomial(p)").arms[0], known) == 0
    x = np.random.default_rng(1).standard_normal(1000)
    assert too_small(design("normal(x, sd=2)"), x[None], (1, 5), "moments") == ["", ""]


@pytest.mark.parametrize("text", ["poisson(r, years=2)", "survival(r, years=2)", "survival(r, years=2, loss=0.1)"])
def test_rates_expect_four_events(text):
    arm = design(text).arms[0]
    rare = np.random.default_rng(1).gamma(50, 0.02 / 50, 20_000)  # 0.02 a year: 4 events are 100 patients for two years
    least = least_size(arm, rare)
    assert least >= 4 / (0.02 * 2) * 0.99
    assert least == pytest.approx(max(prior_size(arm, rare), 4 / (0.02 * 2)), rel=0.15)
