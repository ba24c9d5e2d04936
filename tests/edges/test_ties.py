"""Strategies that cost the same but for rounding share every draw, in the engine, the workbook, maps and studies."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, run
from hecon.analysis.cost_effectiveness.acceptability import acceptability, ceac
from hecon.analysis.cost_effectiveness.net_benefit import net_benefit
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.sensitivity.scenarios import scenarios
from hecon.analysis.sensitivity.two_way import two_way
from hecon.analysis.voi.convergence import convergence
from hecon.analysis.voi.evppi import evppi
from hecon.analysis.voi.evsi import evsi
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made

N = 400
FREE = {"cost": "0", "effect": "0"}


def drug(formula: str) -> Leaf:
    return Leaf(outcomes=[Cost("drug", formula, category="product", sector="health care"), QALY("gain", "gain")])


TWINS = [Strategy("whole", to=drug("fee * 0.3")), Strategy("parts", to=drug("fee * 0.1 + fee * 0.2"))]
BOOK = make_book(
    "twins",
    [
        Parameter(name="fee", value=50.0, low=10.0, high=90.0, distribution="uniform", par1=0, par2=100),
        Parameter(name="gain", value=1.0, low=0.5, high=1.5, distribution="uniform", par1=0.5, par2=1.5),
    ],
)


def twins(*more: Strategy) -> DecisionTree:
    return DecisionTree("Twins", [*TWINS, *more], FREE, "continuous")


def test_each_has_half_of_the_draws() -> None:
    """Exact comparison gives 0.761 and 0.238: how often 0.3 is not 0.1 + 0.2."""
    fee = np.random.default_rng(1).random((2, 5000)) * 100
    psa = from_totals(("whole", "parts"), [fee[0] * 0.3, fee[0] * 0.1 + fee[0] * 0.2], fee[1] * [[1.0], [1.0]])
    assert ceac(psa, [0.0, 1.0, 50_000.0], "payer").tolist() == [[0.5] * 3, [0.5] * 3]
    assert acceptability(psa, 0.0, "payer").best.tolist() == [0]
    assert [row.best for row in net_benefit(psa, 0.0, "payer").rows] == [True, True]
    found = convergence(psa, 0.0, "payer", "whole")
    assert not found.best.any()


def test_three_that_tie_have_a_third_and_a_near_tie_is_none() -> None:
    cost = np.array([[0.3] * 4, [0.1 + 0.2] * 4, [0.3 * (1 + 1e-12)] * 4, [0.3 * (1 + 1e-6)] * 4])
    assert ceac(from_totals(tuple("abcd"), cost, 0 * cost), 0.0, "payer")[:, 0] == pytest.approx([1 / 3] * 3 + [0])


def test_scenarios_and_maps_share_too() -> None:
    found = scenarios(twins(), BOOK, reference="whole", perspective="payer", wtp=10, draws=N)
    assert [row.p_best for row in found.rows] == [None, 0.5]
    assert [row.best for row in found.rows] == [True, True]
    grid = two_way(twins(), BOOK, "fee", "gain", perspective="payer", wtp=10, points=11)
    assert (grid.share("whole"), grid.share("parts")) == (0.5, 0.5)
    assert set(grid.to_frame()["best"]) == {"whole = parts"}


def test_knowing_more_is_worth_nothing_between_twins() -> None:
    draws = BOOK.sample(1000, seed=1)
    psa = run(twins(), draws)
    found = evppi(psa, draws, "fee", 10, "payer")
    assert (found.estimate, found.se) == (0.0, 0.0)
    assert evsi(psa, draws, "normal(fee, sd=20)", [10, 100], 10, "payer").estimates.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("method", ["regression", "gaussian", "moments", "importance"])
def test_a_twin_changes_no_value_of_information(method: str) -> None:
    """Care, a drug, and the drug once more: as if it stood there once, the noise of the fit included."""
    rng = np.random.default_rng(2)
    p, cost = rng.beta(4, 6, 600), rng.normal(0, 4000, 600)
    net = 8500 - 20000 * p + cost
    one, two = (from_totals(tuple(rows), -net * np.array(list(rows.values()))[:, None], np.zeros((len(rows), 600)))
                for rows in ({"care": 0.0, "drug": 1.0}, {"care": 0.0, "drug": 1.0, "again": 1.0 + 1e-15}))  # fmt: skip
    alone, again = (evsi(psa, {"p": p}, "binomial(p)", [20, 80], 0, "payer", method=method) for psa in (one, two))
    assert again.estimates == pytest.approx(alone.estimates)
    assert again.se == pytest.approx(alone.se)
    assert evppi(two, {"p": p}, "p", 0, "payer").estimate == pytest.approx(
        evppi(one, {"p": p}, "p", 0, "payer").estimate
    )


@pytest.mark.parametrize("engine", ["formualizer", "libreoffice"])
@pytest.mark.parametrize("third", [False, True])
def test_the_workbook_shares_them_under_recalculation(engine: str, third: bool, tmp_path: Path) -> None:
    """CEAC and Results, whose formulas are worked out by another program; stored results are poisoned first."""
    if engine == "formualizer":
        pytest.importorskip("formualizer")
    elif not shutil.which("soffice"):
        pytest.skip("soffice is not installed")
    model = twins(*([Strategy("none", to=Leaf(outcomes=[QALY("gain", "0.6")]))] if third else []))
    draws = BOOK.sample(N, seed=1)
    psa = run(model, draws)
    layout = Made(model, BOOK, "payer", 20.0, "whole", psa, draws).write(tmp_path / "twins.xlsx")
    assert layout
    found = open_session(tmp_path / "twins.xlsx", engine, tmp_path).values({})
    curves = found["CEAC"].numbers
    strategies = len(psa.strategies)
    first = next(row for row in range(20) if np.isfinite(curves[row, 0]) and np.isfinite(curves[row, strategies + 1]))
    thresholds = 50.0 * np.arange(41) / 40
    wanted = acceptability(psa, thresholds, "payer")
    shown = curves[first : first + 41]
    assert shown[:, 0] == pytest.approx(thresholds)
    assert shown[:, 1 : 1 + strategies] == pytest.approx(wanted.ceac.T)
    assert shown[:, 1] == pytest.approx(shown[:, 2])
    assert shown[:, 1 + strategies] == pytest.approx(wanted.best + 1)
    assert shown[:, 3 + strategies] == pytest.approx(wanted.evpi, abs=1e-9)
    results = found["Results"].numbers
    rows = [row for row in range(12) if results[row, 0] in range(1, strategies + 1) and np.isfinite(results[row, 16])]
    assert results[rows[:strategies], 16] == pytest.approx(acceptability(psa, 20.0, "payer").ceac[:, 0])
    assert results[rows[:2], 7].tolist() == ([0.0, 0.0] if third else [1.0, 1.0])  # in the base case 20 - 15 < 12
