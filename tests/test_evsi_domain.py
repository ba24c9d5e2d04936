"""Where Gaussian approximation and moment matching may be trusted, against exact values of beta-binomial studies."""

import numpy as np
import pytest
from scipy.stats import beta, betabinom

from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.voi.design import design
from hecon.analysis.voi.evsi import evsi
from hecon.analysis.voi.evsi_domain import least_size, too_small

PRIORS = (
    (1, 1),
    (4, 6),
    (2, 8),
    (10, 10),
    (30, 20),
    (5, 95),
    (2, 18),
    (1, 19),
    (3, 297),
    (100, 100),
    (200, 20),
    (1000, 4000),
)
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
    least = round(least_size(arm, beta(a, b).ppf(UNIFORM)))
    assert least == pytest.approx(4 * (a + b) / min(a, b), abs=1)
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
    x = np.random.default_rng(1).standard_normal(1000)
    assert too_small(design("normal(x, sd=2)"), x[None], (1, 5), "moments") == ["", ""]


@pytest.mark.parametrize(
    ("text", "seen"),
    [("poisson(r, years=2)", 0.04), ("survival(r, years=2)", 0.0392), ("survival(r, years=2, loss=1)", 0.01706)],
)
def test_rates_expect_four_events(text, seen):
    rare = np.random.default_rng(1).gamma(50, 0.02 / 50, 20_000)  # 0.02 a year, observed for two years or until lost
    assert least_size(design(text).arms[0], rare) == pytest.approx(4 / seen, rel=0.01)
