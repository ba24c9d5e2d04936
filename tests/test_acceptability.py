"""Acceptability curves, their frontier, expected loss and the value of perfect information."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hecon.analysis.cost_effectiveness.acceptability import acceptability, ceac, evpi, thresholds_around
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.errors import HeconError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "results.json").read_text())


def from_net_benefit(net):
    """Outcomes whose net benefit at threshold 0 is `net` (strategy, draw)."""
    net = np.asarray(net, dtype=float)
    return from_totals([f"s{k}" for k in range(len(net))], -net, np.zeros_like(net))


def test_bivariate_normal_curve():
    expected = dict(VECTORS["CEAC bivariate normal dC~N(5000,3000) dE~N(.3,.15) rho .2"])
    limit = expected.pop("k->inf")
    n = 200_000
    z = np.random.default_rng(7).standard_normal((2, n))
    d_cost = 5000 + 3000 * z[0]
    d_effect = 0.3 + 0.15 * (0.2 * z[0] + np.sqrt(1 - 0.2**2) * z[1])
    zero = np.zeros(n)
    psa = from_totals(("care", "drug"), [zero, d_cost], [zero, d_effect])
    curves = acceptability(psa, [*map(float, expected), 1e12], "payer")
    assert (np.abs(curves.ceac[1] - [*expected.values(), limit]) < 3 * curves.ceac_se[1]).all()
    assert (curves.ceac_se[1] == np.sqrt(curves.ceac[1] * (1 - curves.ceac[1]) / n)).all()


@pytest.mark.parametrize("case", VECTORS["evpi normal INMB"])
def test_evpi_of_a_normal_increment(case):
    mean, sd = (float(part.split("=")[1]) for part in case.split(","))
    expected = VECTORS["evpi normal INMB"][case]
    draws = mean + sd * np.random.default_rng(11).standard_normal(400_000)
    curves = acceptability(from_net_benefit([np.zeros_like(draws), draws]), 0.0, "payer")
    assert abs(curves.evpi[0] - expected["EVPI"]) < 3 * curves.evpi_se[0]
    assert abs(curves.ceac[1, 0] - expected["P(CE)"]) < 3 * curves.ceac_se[1, 0]


def test_evpi_standard_error_is_that_of_many_repetitions():
    net = 500 + 1000 * np.random.default_rng(3).standard_normal((400, 500))
    runs = [acceptability(from_net_benefit([np.zeros(500), row]), 0.0, "payer") for row in net]
    assert np.mean([run.evpi_se[0] for run in runs]) == pytest.approx(np.std([run.evpi[0] for run in runs]), rel=0.1)


@pytest.mark.parametrize(("mean", "rivals"), [(500, 1), (-200, 1), (300, 3)])
def test_evpi_standard_error_covers(mean, rivals):
    """200 analyses of 1,000 draws; rivals are independent normals with sd 1,000, so the mean of their highest is an integral."""
    from scipy.integrate import quad
    from scipy.stats import norm

    highest = quad(lambda x: 1 - norm.cdf((x - mean) / 1000) ** rivals, 0, mean + 9000)[0]  # of max(0, rivals)
    inside = []
    for seed in range(200):
        net = mean + 1000 * np.random.default_rng(seed).standard_normal((rivals, 1000))
        found = acceptability(from_net_benefit([np.zeros(1000), *net]), 0.0, "payer")
        inside.append(abs(found.evpi[0] - (highest - max(mean, 0))) < 1.96 * found.evpi_se[0])
    assert 0.90 <= np.mean(inside) <= 0.99


def test_five_draws_by_hand():
    vector = VECTORS["discrete PSA 5x3 NB"]
    curves = acceptability(from_net_benefit(np.array(vector["NB"]).T), 0.0, "payer")
    assert curves.ceac[:, 0].tolist() == vector["CEAC"]
    assert curves.elc[:, 0] == pytest.approx(vector["ELC"])
    assert curves.evpi[0] == pytest.approx(vector["EVPI"])
    assert curves.best.tolist() == [0]  # means of the first two are tied: the first declared
    assert curves.ceaf.tolist() == [0.0]


def test_best_on_average_need_not_be_most_often_best():
    vector = VECTORS["CEAF vs CEAC skew"]
    draws = np.array([10000.0] * 3 + [-2000.0] * 7)
    curves = acceptability(from_net_benefit([np.zeros(10), draws]), 0.0, "payer")
    assert draws.mean() == vector["E[INB]"]
    assert curves.best.tolist() == [1]
    assert curves.ceaf.tolist() == [vector["P(INB>0)"]]
    assert curves.evpi[0] == pytest.approx(vector["EVPI"])


def test_ties_are_split_equally():
    net = np.array([[1.0, 5.0, 3.0], [1.0, 5.0, 2.0], [0.0, 5.0, 1.0]])
    shares = ceac(from_net_benefit(net), 0.0, "payer")[:, 0]
    assert shares == pytest.approx([(1 / 2 + 1 / 3 + 1) / 3, (1 / 2 + 1 / 3) / 3, (1 / 3) / 3])


NETS = arrays(float, st.tuples(st.integers(1, 5), st.integers(2, 30)), elements=st.integers(-1000, 1000).map(float))


@given(NETS, NETS)
@settings(max_examples=60)
def test_properties(cost, gain):
    n, draws = min(len(cost), len(gain)), min(cost.shape[1], gain.shape[1])
    psa = from_totals([f"s{k}" for k in range(n)], cost[:n, :draws], gain[:n, :draws])
    curves = acceptability(psa, [0, 1, 7.5, 1e4], "payer")
    assert curves.ceac.sum(axis=0) == pytest.approx(np.ones(4))
    assert (curves.evpi >= 0).all()
    assert (curves.elc.min(axis=0) == curves.evpi).all()
    net = curves.wtp[:, None, None] * gain[:n, :draws] - cost[:n, :draws]
    means = net.mean(axis=2)
    assert curves.evpi == pytest.approx(net.max(axis=1).mean(axis=1) - means.max(axis=1), abs=1e-6)
    assert means[np.arange(4), curves.best] == pytest.approx(means.max(axis=1))


@given(NETS)
@settings(max_examples=30)
def test_order_of_strategies_does_not_matter(net):
    forwards = acceptability(from_net_benefit(net), 0.0, "payer")
    backwards = acceptability(from_net_benefit(net[::-1]), 0.0, "payer")
    assert forwards.ceac[::-1] == pytest.approx(backwards.ceac)
    assert forwards.evpi == pytest.approx(backwards.evpi)


def test_table_of_curves():
    psa = from_totals(("care", "drug"), [[0.0, 0.0], [50.0, 50.0]], [[0.0, 0.0], [0.0, 1.0]])
    frame = acceptability(psa, [0, 200], "payer").to_frame()
    assert frame["strategy"].tolist() == ["care", "drug", "care", "drug"]
    assert frame["ceac"].tolist() == [1.0, 0.0, 0.5, 0.5]
    assert frame["best"].tolist() == [True, False, False, True]
    assert evpi(psa, [0, 200], "payer").tolist() == [0.0, 25.0]


def test_grid_holds_the_threshold_itself():
    for wtp in (100_000.0, 20_000.0, 33_333.0, 0.7):
        assert thresholds_around(wtp)[80] == pytest.approx(wtp, rel=1e-15)


def test_messages():
    one = from_totals(("a",), [[1.0]], [[1.0]])
    with pytest.raises(HeconError, match="at least 2 draws; these outcomes have 1"):
        acceptability(one, 0.0, "payer")
    with pytest.raises(HeconError, match="wtp must be numbers from 0 up"):
        evpi(from_net_benefit([[1.0, 2.0]]), [-1.0], "payer")


def test_201_thresholds_of_four_strategies_and_10000_draws_are_quick():
    rng = np.random.default_rng(5)
    psa = from_totals(tuple("abcd"), rng.normal(1e5, 2e4, (4, 10_000)), rng.normal(10, 1, (4, 10_000)))
    spent = []
    for _ in range(5):
        start = time.process_time()
        acceptability(psa, thresholds_around(1e5), "payer")
        spent.append(time.process_time() - start)
    assert min(spent) < 0.1
