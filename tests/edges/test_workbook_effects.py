"""The workbook reads the effect that the analyses read: counts, life-years, QALYs with those of carers, cost alone."""

from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import QALY, Book, Cost, Count, MarkovModel, Parameter, Strategy, Utility
from hecon.analysis.cost_effectiveness.acceptability import acceptability
from hecon.analysis.cost_effectiveness.incremental import incremental
from hecon.analysis.cost_effectiveness.pairwise import pairwise
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.errors import HeconError
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify
from hecon.workbook.write import write_executable
from hecon.workbook.xlsx.package import read_package

ENGINES = ("formualizer", "libreoffice")
EFFECTS = ("count", "ly", "ly_undiscounted", "qaly + carer_qaly", "none", "qaly")


def model(qalys: bool = True) -> MarkovModel:
    """Screening finds one case more than care, for 1,000; the anxiety costs QALYs, which call care the best."""
    items: list[Any] = [
        Cost("ill", {"ill": "c_ill"}, per="year", category="disease care", sector="health care"),
        Cost("test", "c_test", category="product", sector="health care"),
        Count("found", "n_found"),
    ]
    if qalys:
        items += [Utility({"well": "0.9", "ill": "u_ill"}), QALY("anxiety", "-0.01 * n_found")]
        items += [QALY("carers", "-0.001 * n_found", carer=True)]
    return MarkovModel(
        title="Screening", states=("well", "ill", "dead"), cycle="1 year", horizon="4 years", within_cycle="half-cycle",
        events="mid", let={"c_test": "0", "n_found": "1"},
        transitions={"well -> ill": "0.2", "well -> dead": "0.1", "ill -> dead": "0.3"}, outcomes=items,
        discount={"cost": "0.03", "effect": "0.03"}, discount_timing="continuous",
        strategies=[Strategy("care", start="well"),
                    Strategy("screening", start="well", let={"c_test": "1000", "n_found": "1 + more"})],
    )  # fmt: skip


def book(effect: str) -> Book:
    return hecon.make_book(
        "screening",
        [
            Parameter(
                name="c_ill", value=100.0, low=50.0, high=200.0, distribution="gamma mean se", par1=100.0, par2=20.0
            ),
            Parameter(name="u_ill", value=0.5, low=0.4, high=0.6),
            Parameter(name="more", value=1.0, low=0.5, high=1.5, distribution="gamma mean se", par1=1.0, par2=0.4),
        ],
        settings={"perspective": "payer", "threshold": "1100", "reference": "care", "effect": effect},
    )


def made(effect: str, qalys: bool = True) -> Made:
    inputs, one = book(effect), model(qalys)
    draws = inputs.sample(40, seed=1)
    return Made(one, inputs, "payer", 1_100.0, "care", hecon.run(one, draws), draws)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    if not (find_spec("formualizer") if request.param == "formualizer" else which("soffice")):
        pytest.skip(f"{request.param} is not installed")
    return str(request.param)


@pytest.mark.parametrize("effect", EFFECTS)
def test_results_are_those_of_the_analyses(tmp_path: Path, engine: str, effect: str) -> None:
    one = made(effect)
    assert one.psa is not None
    layout = one.write(tmp_path / "a.xlsx")
    found = open_session(tmp_path / "a.xlsx", engine, tmp_path).values({})
    base = hecon.run(one.model, one.book.base())
    cost, effects = (x[:, 0] for x in cost_and_effect(base, "payer", effect))
    _, drawn = cost_and_effect(one.psa, "payer", effect)
    table = incremental(base, "payer", effect)
    for k, name in enumerate(base.strategies):
        wanted = {
            "cost": cost[k],
            "effect": effects[k],
            "nmb": 1100 * effects[k] - cost[k],
            "effect mean": drawn[k].mean(),
        }
        for what, number in wanted.items():
            sheet, row, column = layout.results[what, name]
            assert found[sheet].numbers[row, column] == pytest.approx(number, rel=1e-12, abs=1e-12), (what, name)
    sheet, row, column = layout.results["icer", "screening"]
    ratio = pairwise(base, "care", "payer", effect).row("screening").icer
    status = found[sheet].words[layout.results["icer status", "screening"][1:]]
    if ratio.value is None:
        assert status == ("equal effect" if ratio.text.startswith("equal effect") else ratio.text)
    else:
        assert found[sheet].numbers[row, column] == pytest.approx(ratio.value, rel=1e-12)
    words = set(found[sheet].words.values())
    assert {"dominated", "on the frontier"} & words == (
        {"dominated"} if table.row("screening").status == "D" else {"on the frontier"}
    )
    shares = acceptability(one.psa, 1100.0 * 2.5 * 16 / 40, "payer", effect).ceac[:, 0]  # at the threshold itself
    assert found["CEAC"].numbers[6 + 16, 1:3] == pytest.approx(shares, abs=1e-12)
    assert not any(cells.errors for cells in found.values())


def test_the_count_calls_the_strategy_best_that_finds_more(tmp_path: Path) -> None:
    """One case more for 1,000 at 1,100 a case: 100 more net benefit; by QALYs screening is dominated."""
    layout = made("count").write(tmp_path / "a.xlsx")
    package = read_package(tmp_path / "a.xlsx")
    sheet, row, column = layout.results["inmb", "screening"]
    assert package.number((sheet, row, column)) == pytest.approx(100.0, rel=1e-12)
    assert package.number(layout.results["icer", "screening"]) == pytest.approx(1000.0, rel=1e-12)
    heads = set(package.sheets["Results"].words.values())
    assert "Incremental units" in heads
    assert not any(
        "QALY" in word
        for name in ("Decision", "Control", "CEAC", "Charts", "PSA_results")
        for word in package.sheets[name].words.values()
    )


@pytest.mark.parametrize("effect", ["count", "none"])
@pytest.mark.parametrize("qalys", [True, False])
def test_such_a_workbook_is_verified(tmp_path: Path, effect: str, qalys: bool) -> None:
    pytest.importorskip("formualizer")
    one = made(effect, qalys)
    one.write(tmp_path / "a.xlsx")
    certificate = verify(tmp_path / "a.xlsx", one, count=4, engine="formualizer")
    assert certificate.passed, certificate.text()


def test_an_effect_that_is_not_counted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeconError, match="the model counts no 'qaly'"):
        made("", qalys=False).write(tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


def test_the_argument_goes_before_the_settings(tmp_path: Path) -> None:
    one = made("count")
    base = hecon.run(one.model, one.book.base())
    layout = write_executable(tmp_path / "a.xlsx", one.model, one.book, base, effect="ly")
    years = read_package(tmp_path / "a.xlsx").number(layout.results["effect", "care"])
    assert years == float(base.effect("ly")[0, 0])
    assert np.isfinite(years)
