"""EVPPI against closed forms, against cases of known truth, its error, and what it refuses."""

import json
import runpy
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

import hecon
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.voi.evppi import evppi, evppi_each, evppi_ranking
from hecon.analysis.voi.gain import increments
from hecon.analysis.voi.smooth import smooth
from hecon.errors import HeconError
from hecon.inputs.book import make_book
from hecon.inputs.parameter import Correlation, Parameter

VECTORS = json.loads((Path(__file__).parent / "vectors" / "voi.json").read_text())
SICK = Path(__file__).parent / "validation" / "sick_sicker"


def outcomes(*net):
    """Outcomes whose net benefit at threshold 0 is 0 for the first strategy and `net` (draw,) for the others."""
    rows = np.stack([np.zeros_like(net[0]), *net])
    return from_totals([f"s{k}" for k in range(len(rows))], -rows, np.zeros_like(rows))


def gaussian(seed, n, rho=0.0):
    """INB = 500 + 800 X1 + 600 X2 with standard normal inputs."""
    z = np.random.default_rng(seed).standard_normal((2, n))
    x = np.stack([z[0], rho * z[0] + np.sqrt(1 - rho**2) * z[1]])
    return outcomes(500 + 800 * x[0] + 600 * x[1]), {"x1": x[0], "x2": x[1]}


@pytest.mark.parametrize(
    ("rho", "vector"), [(0.0, "linear gaussian INB=500+800X1+600X2"), (0.5, "linear gaussian rho=.5")]
)
def test_closed_forms_of_a_linear_model(rho, vector):
    psa, draws = gaussian(3, 20_000, rho)
    wanted = VECTORS[vector]
    for name in ("x1", "x2"):
        found = evppi(psa, draws, name, 0, "payer")
        assert abs(found.value - value_of(wanted, name)) < 3 * found.se
        assert found.se < 0.05 * found.value
    both = evppi(psa, draws, ["x1", "x2"], 0, "payer")
    assert abs(both.value - wanted["EVPI"]) < 3 * both.se


def value_of(vector, name):
    return next(value for key, value in vector.items() if key.startswith(f"EVPPI {name.upper()}"))


def test_five_draws_in_two_known_groups():
    vector = VECTORS["discrete PSA 5x3 NB"]
    net = np.array(vector["NB"]).T
    psa = from_totals(("a", "b", "c"), -net, np.zeros_like(net))
    found = smooth(np.array([[0.0, 1.0, 0.0, 0.0, 1.0]]), increments(net))
    value = np.maximum(found.fitted.max(axis=0), 0).mean()  # without the correction, which 5 draws do not bear
    assert value == pytest.approx(vector["EVPPI theta known groups {rows 0,2,3},{1,4}"])
    known = evppi(psa, {"theta": [0.0, 1.0, 0.0, 0.0, 1.0]}, "theta", 0, "payer")
    assert known.estimate + known.correction == pytest.approx(2.4)


# cases of known truth: inputs (parameter, draw) from standard normals, then conditional means of the other strategies


def linear(z):
    return z[:1], [500 + 800 * z[0]]


def lognormal(z):
    x = np.exp(0.5 * z[0])
    return x[None], [900 - 600 * x]


def parabola(z):
    return z[:1], [400 * z[0] ** 2 - 500]


def logistic(z):
    return z[:1], [-300 + 1500 / (1 + np.exp(-4 * (z[0] - 0.8)))]


def wave(z):
    u = ndtr(z[0])
    return u[None], [200 + 500 * np.sin(8 * u), 500 * u]


def product_of_three(z):
    return z[:3], [200 + 300 * z[0] + 400 * z[0] * z[1] + 250 * (z[2] ** 2 - 1)]


def skewed_three(z):
    x = np.stack([np.exp(0.5 * z[0]), 1 / (1 + np.exp(-z[1])), z[2]])
    return x, [-700 + 900 * x[0] * x[1] * (1.5 + 0.5 * np.tanh(x[2])), -900 + 1500 * x[0] * x[1] - 200 * x[2]]


def exponential_of_eight(z):
    return z[:8], [1500 - 1300 * np.exp(0.5 * np.array([0.5, 0.4, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1]) @ z[:8])]


def mixed_eight(z):
    x = z[:8].copy()
    x[1], x[2] = np.exp(0.4 * x[1]), 1 / (1 + np.exp(-x[2]))
    first = -300 + 400 * x[0] * x[1] + 600 * (x[2] - 0.5) * x[3] + 200 * np.sin(1.5 * x[4]) + 150 * (x[5] ** 2 - 1)
    return x, [first + 100 * x[6] * x[7], -200 + 300 * x[0] + 500 * x[2] * x[1]]


CASES = [
    *((case, 1, 700.0, 0.03) for case in (linear, lognormal, parabola, logistic, wave)),
    *((case, 3, 900.0, 0.03) for case in (product_of_three, skewed_three)),
    *((case, 8, 1000.0, 0.05) for case in (exponential_of_eight, mixed_eight)),
]


@pytest.mark.parametrize(("case", "inputs", "noise", "limit"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_bias_at_10000_draws(case, inputs, noise, limit):
    sobol = qmc.Sobol(inputs, rng=np.random.default_rng(5)).random_base2(17)
    means = np.stack(list(case(ndtri(np.clip(sobol.T, 1e-9, 1 - 1e-9)))[1]))
    truth = np.maximum(means.max(axis=0), 0).mean() - max(0.0, means.mean(axis=1).max())
    errors = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        x, known = case(rng.standard_normal((inputs, 10_000)))
        unknown = noise * rng.standard_normal(10_000)
        rows = [mean + unknown * (1, -0.3)[k] for k, mean in enumerate(known)]
        names = [f"x{k}" for k in range(inputs)]
        found = evppi(outcomes(*rows), dict(zip(names, x, strict=True)), names, 0, "payer")
        net, best = np.stack([0 * unknown, *rows]), np.stack([0 * unknown, *known]).argmax(axis=0)
        luck = np.take_along_axis(net, best[None], axis=0).mean() - net.mean(axis=1).max()  # unbiased for the truth
        errors.append(found.value - luck)
    assert abs(np.mean(errors)) < limit * truth


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_standard_error_covers(rho):
    truth = value_of(VECTORS["linear gaussian rho=.5" if rho else "linear gaussian INB=500+800X1+600X2"], "x1")
    runs = [evppi(*gaussian(seed, 1000, rho), "x1", 0, "payer") for seed in range(200)]
    inside = [abs(run.value - truth) < 1.96 * run.se for run in runs]
    assert 0.90 <= np.mean(inside) <= 0.99


def test_order_of_values():
    psa, draws = gaussian(1, 5000)
    draws["noise"] = np.random.default_rng(9).standard_normal(5000)
    one, irrelevant, both, evpi = evppi_each(psa, draws, [["x1"], ["noise"], ["x1", "noise"], ["x1", "x2"]], 0, "payer")
    assert abs(irrelevant.value) < 3 * irrelevant.se + 0.5
    assert both.value > one.value - both.se
    assert both.value == pytest.approx(one.value, abs=3 * one.se)
    assert both.value < evpi.value + evpi.se
    ranked = evppi_ranking(psa, draws, 0, "payer")
    assert [one.parameters for one in ranked] == [("x1",), ("x2",), ("noise",)]


def test_joint_is_never_below_single_beyond_its_error():
    rng = np.random.default_rng(4)
    x = rng.standard_normal((8, 4000))
    psa = outcomes(200 + 600 * np.sin(2 * x[0]) + 300 * x[1] * x[2] + 800 * rng.standard_normal(4000))
    draws = {f"x{k}": row for k, row in enumerate(x)}
    found = evppi_each(psa, draws, [[f"x{k}" for k in range(n)] for n in (1, 2, 3, 5, 8)], 0, "payer")
    for less, more in pairwise(found):
        assert more.estimate > less.estimate - more.se


def test_negative_values_are_reported():
    rng = np.random.default_rng(0)
    found = [
        evppi(outcomes(5 + 100 * rng.standard_normal(200)), {"x": rng.standard_normal(200)}, "x", 0, "payer")
        for _ in range(30)
    ]
    values = np.array([one.estimate for one in found])
    assert (values < 0).any()
    assert [one.value for one in found if not one.check.poor and one.estimate < 0]
    assert abs(values.mean()) < 3 * np.mean([one.se for one in found])


def test_labels_order_and_shares_that_add_up_do_not_matter():
    rng = np.random.default_rng(2)
    share = rng.dirichlet([8, 3, 2], 3000).T
    net = np.stack([0 * share[0], 900 * share[0] - 400, 700 * share[1] - 200])
    draws = dict(zip("abc", share, strict=True))
    forwards = from_totals(("p", "q", "r"), -net, np.zeros_like(net))
    backwards = from_totals(("r", "q", "p"), -net[::-1], np.zeros_like(net))
    one, other = (evppi(psa, draws, ["a", "b", "c"], 0, "payer").value for psa in (forwards, backwards))
    assert one == pytest.approx(other)
    two = evppi(forwards, draws, ["a", "b"], 0, "payer")
    assert two.value == pytest.approx(one, abs=two.se)


@pytest.mark.parametrize("seed", [1, 2])
def test_poor_fits_are_refused(seed):
    rng = np.random.default_rng(seed)
    x = rng.random((2, 4000))
    waves = evppi(outcomes(np.sin(400 * x[0]) + x[0] - 0.3), {"x": x[0]}, "x", 0, "payer")
    boards = outcomes(10 * np.sign(np.sin(20 * x[0])) * np.sign(np.sin(20 * x[1])))
    board = evppi(boards, dict(zip("xy", x, strict=True)), ["x", "y"], 0, "payer")
    for found in (waves, board):
        assert found.value is None
        assert "not estimated, the fit misses" in str(found)
    good = evppi(outcomes(x[0] - 0.3 + 0.1 * rng.standard_normal(4000)), {"x": x[0]}, "x", 0, "payer")
    assert good.value == pytest.approx(0.045, abs=4 * good.se)  # E[max(0, 0.3 - u)] = 0.3 squared / 2
    assert ranked_last(x)


def ranked_last(x):
    psa = outcomes(np.sin(400 * x[0]) + x[1] - 0.3)
    ranking = evppi_ranking(psa, dict(zip("xy", x, strict=True)), 0, "payer")
    return [one.parameters for one in ranking] == [("y",), ("x",)] and ranking[1].value is None


def sampled(seed, n, correlated=False):
    """INB = 500 + 800 X1 + 600 X2 with the inputs drawn from a book."""
    rows = [Parameter(name=f"x_{k}", value=0.0, distribution="normal", par1=0, par2=1, correlation_group="g" * correlated)
            for k in (1, 2)]  # fmt: skip
    pairs = {"correlations": (Correlation("g", "x_1", "x_2", 0.5),)} if correlated else {}
    draws = make_book("demo", rows, **pairs).sample(n, seed)
    return outcomes(500 + 800 * draws["x_1"] + 600 * draws["x_2"]), draws


def test_known_means_lessen_chance_and_leave_the_value():
    truth = VECTORS["linear gaussian INB=500+800X1+600X2"]["EVPPI X1"]
    runs = [
        [evppi(*sampled(seed, 1000), "x_1", 0, "payer", known_means=known) for known in (True, False)]
        for seed in range(100)
    ]
    values, errors = (np.array([[getattr(one, what) for one in pair] for pair in runs]) for what in ("estimate", "se"))
    assert values.mean(axis=0) == pytest.approx([truth, truth], abs=4)
    assert values[:, 0].std() < 0.6 * values[:, 1].std()
    assert errors[:, 0].mean() == pytest.approx(values[:, 0].std(), rel=0.3)
    assert (np.abs(values - truth) < 1.96 * errors).mean(axis=0) == pytest.approx([0.95, 0.95], abs=0.06)


def test_correlated_inputs_have_no_known_means():
    psa, draws = sampled(1, 20_000, correlated=True)
    found = evppi(psa, draws, "x_1", 0, "payer")
    assert abs(found.value - value_of(VECTORS["linear gaussian rho=.5"], "x1")) < 3 * found.se
    assert found == evppi(psa, draws, "x_1", 0, "payer", known_means=False)


def test_sick_sicker():
    # long-run values from 8 million draws, by cell means without a fitted curve: benchmarks/voi.py
    book = hecon.read_inputs(SICK / "inputs")
    draws = book.sample(10_000, seed=4)
    model = runpy.run_path(str(SICK / "model.py"))["model"]("half-cycle")
    ranked = evppi_ranking(hecon.run(model, draws), draws, 100_000, "payer")
    assert [one.parameters[0] for one in ranked[:3]] == ["u_S1", "c_trtA", "c_trtB"]
    for one, wanted in zip(ranked, [862.0, 371.0, 62.0], strict=False):
        assert abs(one.value - wanted) < 3.5 * one.se
    assert all(abs(one.value) < 5 for one in ranked[3:])
    assert len(ranked) == 16


def test_boosting_takes_more_than_eight():
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(1)
    x = rng.standard_normal((10, 2500))
    psa = outcomes(300 + 500 * x[0] + 400 * x[1] * x[2] + 300 * rng.standard_normal(2500))
    draws = {f"x{k}": row for k, row in enumerate(x)}
    found = evppi(psa, draws, list(draws), 0, "payer", method="boosting")
    truth = evppi(psa, draws, ["x0", "x1", "x2"], 0, "payer")
    assert found.value == pytest.approx(truth.value, abs=3 * found.se)


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["x1", "x12"], {}, "x12: did not vary in these draws; did you mean 'x2'?"),
        (["x1", "x1"], {}, "x1: is named more than once"),
        ([], {}, "name at least one parameter"),
        ("x1", {"method": "boost"}, "unknown method 'boost'; did you mean 'boosting'?"),
        ([f"p{k}" for k in range(9)], {}, "regression takes up to 8 parameters, got 9; use method='boosting'"),
    ],
)
def test_messages(names, options, message):
    psa, draws = gaussian(1, 50)
    draws |= {f"p{k}": draws["x1"] for k in range(9)}
    with pytest.raises(HeconError) as caught:
        evppi(psa, draws, names, 0, "payer", **options)
    assert message in str(caught.value)


def test_draws_of_another_run_are_refused():
    psa, draws = sampled(1, 100)
    with pytest.raises(HeconError, match="not of the same run"):
        evppi(psa, draws.take(slice(0, 50)), "x_1", 0, "payer")
    with pytest.raises(HeconError, match=r"has shape \(3,\); the outcomes have 100 draws"):
        evppi(psa, {"x": [1.0, 2.0, 3.0]}, "x", 0, "payer")
    with pytest.raises(HeconError, match="at least 2 strategies"):
        evppi(from_totals(("a",), [[1.0, 2.0]], [[0.0, 0.0]]), {"x": [1.0, 2.0]}, "x", 0, "payer")
