"""Monte Carlo errors, running means, and growing an analysis until it is precise enough."""

import numpy as np
import pytest

import hecon
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.voi.convergence import convergence, mistake
from hecon.analysis.voi.until_stable import until_stable
from hecon.errors import HeconError
from hecon.inputs.book import make_book
from hecon.inputs.parameter import Parameter

READING = {"wtp": 0.0, "perspective": "payer", "reference": "care"}
BOOK = make_book(
    "demo",
    [
        Parameter(name="gain", value=500.0, distribution="normal", par1=500, par2=800),
        Parameter(name="cost", value=100.0, distribution="gamma", par1=4, par2=25),
        Parameter(name="p_well", value=0.4, distribution="beta", par1=4, par2=6),
    ],
)


def inb(draws):
    return draws["gain"] - draws["cost"] + 500 * draws["p_well"]


def run(draws):
    """Two strategies; INB has mean 600."""
    value = inb(draws)
    return from_totals(("care", "drug"), [0 * value, -value], np.zeros((2, value.size)))


def test_errors_of_every_figure():
    rng = np.random.default_rng(1)
    value = rng.normal(100, 400, 5000)
    psa = from_totals(("care", "drug"), [0 * value, -value], np.zeros((2, 5000)))
    found = convergence(psa, 0.0, "payer", "care", within=5.0)
    figures = {(one.quantity, one.strategy): one for one in found.figures}
    gain = figures["INMB", "drug"]
    assert gain.se == pytest.approx(value.std(ddof=1) / np.sqrt(5000))
    assert gain.needed == int(np.ceil((1.959963984540054 * value.std(ddof=1) / 5) ** 2))
    p = (value > 0).mean()
    assert figures["acceptability", "drug"].se == pytest.approx(np.sqrt(p * (1 - p) / 5000))
    assert figures["EVPI", ""].se == pytest.approx(np.maximum(-value, 0).std(ddof=1) / np.sqrt(5000))
    assert ("INMB", "care") not in figures
    # methods 4.4: p = 0.8 with 1,000 draws has a standard error of 0.0126
    assert np.sqrt(0.8 * 0.2 / 1000) == pytest.approx(0.0126, abs=5e-5)


def test_running_means_end_at_the_means():
    rng = np.random.default_rng(2)
    net = rng.normal([[0.0], [30.0], [20.0]], 100, (3, 777))
    psa = from_totals(("a", "b", "c"), -net, np.zeros_like(net))
    found = convergence(psa, 0.0, "payer", "a")
    over = net - net[0]
    assert found.draws[-1] == 777
    assert found.inmb[:, -1] == pytest.approx(over.mean(axis=1))
    assert found.inmb_se[1:, -1] == pytest.approx(over[1:].std(axis=1, ddof=1) / np.sqrt(777))
    assert found.evpi[-1] == pytest.approx(net.max(axis=0).mean() - net.mean(axis=1).max())
    k = 40
    n = found.draws[k]
    assert found.inmb[1, k] == pytest.approx(over[1, :n].mean())
    assert found.best[k] == net[:, :n].mean(axis=1).argmax()


def test_a_settled_decision_has_no_mistake_left():
    net = np.stack([np.zeros(1000), np.random.default_rng(1).normal(500, 100, 1000)])
    assert mistake(net) < 1e-12
    assert mistake(net[:1]) == 0.0


@pytest.mark.parametrize("method", ["independent", "sobol"])
def test_growth_meets_its_precision(method):
    grown = until_stable(run, BOOK, within=20.0, method=method, seed=3, **READING)
    assert grown.stable
    assert grown.steps[-1].inmb <= 20
    assert all(max(step.inmb, step.evpi, step.mistake) > 20 for step in grown.steps[:-1])
    assert [step.draws for step in grown.steps] == [1024 * 2**k for k in range(len(grown.steps))]
    assert grown.draws.n == grown.outcomes.draw.size == grown.steps[-1].draws
    value = grown.outcomes.cost("payer")
    assert (value[0] - value[1] == inb(grown.draws)).all()  # outcomes belong to the draws beside them
    assert (value[0] - value[1]).mean() == pytest.approx(600, abs=30)


def test_sobol_needs_fewer_draws():
    grown = [until_stable(run, BOOK, within=5.0, method=method, **READING) for method in ("independent", "sobol")]
    assert grown[1].draws.n < grown[0].draws.n / 4


@pytest.mark.parametrize("method", ["independent", "sobol"])
def test_precision_is_what_it_says(method):
    errors = [
        (-until_stable(run, BOOK, within=60.0, method=method, seed=s, first=256, **READING).outcomes.cost("payer")[1])
        .mean() - 600 for s in range(120)
    ]  # fmt: skip
    assert np.mean(np.abs(errors) <= 60) >= 0.90


def test_draws_are_kept_as_they_grow():
    for method in ("independent", "sobol"):
        less, more = (BOOK.sample(n, 5, method) for n in (512, 1024))
        assert (more.values[:, :512] == less.values).all()


def test_growing_a_model_equals_running_it_at_once():
    tree = hecon.DecisionTree(
        "Demo",
        [
            hecon.Strategy("care", to=hecon.Leaf()),
            hecon.Strategy(
                "drug",
                to=hecon.Leaf(
                    outcomes=[
                        hecon.Cost("drug", "cost", category="drug", sector="health care"),
                        hecon.QALY("gain", "gain / 1000"),
                    ]
                ),
            ),
        ],
        {"cost": "0", "effect": "0"},
        "continuous",
    )
    asked = {**READING, "wtp": 1000.0}
    grown = until_stable(lambda draws: hecon.run(tree, draws), BOOK, within=25.0, **asked)
    at_once = hecon.run(tree, BOOK.sample(grown.draws.n, 1))
    assert grown.steps[0].draws < grown.draws.n
    assert (grown.outcomes.values == at_once.values).all()
    assert (grown.outcomes.draw == at_once.draw).all()


def test_growth_stops_where_it_must():
    grown = until_stable(run, BOOK, within=0.01, most=4096, **READING)
    assert not grown.stable
    assert grown.draws.n == 4096


def test_messages():
    with pytest.raises(HeconError, match="a Latin hypercube cannot be enlarged and has no valid error"):
        until_stable(run, BOOK, within=1.0, method="latin hypercube", **READING)
    with pytest.raises(HeconError, match="cannot grow draws by 'sobel'; did you mean 'sobol'"):
        until_stable(run, BOOK, within=1.0, method="sobel", **READING)
    with pytest.raises(HeconError, match="half-width above 0"):
        until_stable(run, BOOK, within=0.0, **READING)
    with pytest.raises(HeconError, match="half-width must be above 0"):
        convergence(run(BOOK.sample(10)), 0.0, "payer", "care", within=-1)
