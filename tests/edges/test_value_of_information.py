"""The value of information: draws of the same run only, nothing where nothing varies, no group left out without a word."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from typer.testing import CliRunner

from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, run
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.exchange.storage import load_outcomes, load_parameters, save_outcomes
from hecon.analysis.voi.evppi import evppi, evppi_ranking
from hecon.analysis.voi.evsi import evsi
from hecon.analysis.voi.until_stable import until_stable
from hecon.cli import app
from hecon.errors import HeconError

ROOT = Path(__file__).parents[2]
BOOK = make_book(
    "demo",
    [
        Parameter(name="p_cure", value=0.4, distribution="beta", par1=4, par2=6),
        Parameter(name="price", value=8000.0, distribution="uniform", par1=7000, par2=9000),
    ],
)
CURE = Leaf(
    outcomes=[Cost("drug", "price", category="product", sector="health care"), QALY("cure", "p_cure")],
)
TREE = DecisionTree(
    "Demo", [Strategy("care", to=Leaf(outcomes=[QALY("cure", "0")])), Strategy("drug", to=CURE)],
    {"cost": "0", "effect": "0"}, "continuous",
)  # fmt: skip
READ = (20_000.0, "payer")
NOT_OF_THE_RUN = "not of the same run: the outcomes were computed with other values of"


@pytest.fixture(scope="module")
def draws():
    return BOOK.sample(2000, seed=1)


@pytest.fixture(scope="module")
def psa(draws):
    return run(TREE, draws)


def test_draws_of_another_run_are_refused(draws, psa):
    """With the draws of another seed p_cure, worth several hundred, came out at nothing."""
    other = BOOK.sample(2000, seed=2)
    assert evppi(psa, draws, "p_cure", *READ).estimate > 300
    for names in ("p_cure", ["p_cure", "price"]):
        with pytest.raises(HeconError, match=f"{NOT_OF_THE_RUN} p_cure"):
            evppi(psa, other, names, *READ)
    with pytest.raises(HeconError, match=f"{NOT_OF_THE_RUN} p_cure"):
        evppi(psa, {"p_cure": other["p_cure"]}, "p_cure", *READ)
    with pytest.raises(HeconError, match=f"{NOT_OF_THE_RUN} price, p_cure|{NOT_OF_THE_RUN} p_cure, price"):
        evppi(psa, draws.take(slice(0, 2000)).fix(**{n: draws[n][::-1] for n in draws.names}), draws.names, *READ)
    with pytest.raises(HeconError, match=NOT_OF_THE_RUN):
        evsi(psa, other, "binomial(p_cure)", [10, 50], *READ)
    with pytest.raises(HeconError, match="draw numbers differ"):
        evsi(psa, draws.take(slice(0, 1000)), "binomial(p_cure)", [10, 50], *READ)


def test_fingerprints_go_with_the_outcomes(draws, psa, tmp_path):
    wanted = dict(draws.fingerprints)
    assert dict(psa.fingerprints) == wanted
    cheaper = replace(psa, values=psa.values * 1.0)
    assert dict(cheaper.fingerprints) == wanted
    assert dict(run(TREE, draws, chunk=300, threads=2).fingerprints) == wanted
    save_outcomes(tmp_path / "psa.npz", psa, {name: draws[name] for name in draws.names})
    kept = load_outcomes(tmp_path / "psa.npz")
    found = evppi(kept, load_parameters(tmp_path / "psa.npz"), "p_cure", *READ)
    assert found.value == pytest.approx(evppi(psa, draws, "p_cure", *READ, known_means=False).value)
    with pytest.raises(HeconError, match=NOT_OF_THE_RUN):
        evppi(kept, BOOK.sample(2000, seed=3), "p_cure", *READ)
    grown = until_stable(
        lambda some: run(TREE, some), BOOK, within=200.0, wtp=20_000.0, perspective="payer", reference="care"
    )
    assert evppi(grown.outcomes, grown.draws, "p_cure", *READ).value


def test_at_another_price_the_draws_are_still_those_of_the_run():
    draws = replace(BOOK, settings={**BOOK.settings, "price_parameters": "price"}).sample(2000, seed=1)
    changed = run(TREE, draws).at_price("price", 7500.0)
    assert evppi(changed, draws, "p_cure", *READ).value
    with pytest.raises(HeconError, match=NOT_OF_THE_RUN):
        evppi(changed, BOOK.sample(2000, seed=2), "p_cure", *READ)


def test_what_does_not_vary_is_worth_nothing(draws):
    """It was -6.0 with a standard error of 8.2: the control variates alone."""
    fixed = draws.fix(p_cure=0.4)
    psa = run(TREE, fixed)
    found = evppi(psa, fixed, "p_cure", *READ)
    assert (found.value, found.se, str(found)) == (0.0, 0.0, "p_cure: 0 (does not vary)")
    x = draws["price"]
    plain = from_totals(("care", "drug"), [0 * x, x - 8000], np.zeros((2, 2000)))
    assert str(evppi(plain, {"c": np.ones(2000)}, "c", 0, "payer")) == "c: 0 (does not vary)"
    study = evsi(psa, fixed, "binomial(p_cure)", [10, 50], *READ)
    assert (study.estimates.tolist(), study.perfect.value) == ([0.0, 0.0], 0.0)


def test_few_draws_tell_nothing(draws):
    few = BOOK.sample(10, seed=1)
    psa = run(TREE, few)
    found = evppi(psa, few, "price", *READ)
    assert found.value is None
    assert str(found) == "price: not estimated, 10 draws are too few to estimate it; take at least 100"
    assert set(evsi(psa, few, "binomial(p_cure)", [10, 50], *READ).values) == {None}


def test_estimates_below_zero_are_printed_as_zero(psa, draws):
    one = replace(evppi(psa, draws, "price", *READ), estimate=-3.25, se=4.5)
    assert str(one) == "price: 0 (standard error 4.5, below 0, taken as 0)"
    assert one.estimate == -3.25
    assert evppi_ranking(psa, draws, *READ)[0].remark == ""


def test_a_group_of_nine_is_valued_or_its_reason_given(monkeypatch):
    """Nine shares that add up to 1 are eight that tell; nine that do not are boosted, or listed without scikit-learn."""
    from hecon.analysis.voi.evppi import evppi_any

    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.ones(9), 1000).T
    named = dict(zip("abcdefghi", shares, strict=True))
    psa = from_totals(("care", "drug"), [0 * shares[0], 1000 * (shares[0] - 0.11)], np.zeros((2, 1000)))
    found = evppi_any(psa, named, tuple(named), 0, "payer")
    assert (found.parameters, found.check.basis[:7]) == (tuple("abcdefghi"), "splines")
    free = dict(zip("abcdefghi", rng.random((9, 1000)), strict=True))
    psa = from_totals(("care", "drug"), [0 * free["a"], 1000 * (free["a"] - 0.5)], np.zeros((2, 1000)))
    boosted = evppi_any(psa, free, tuple(free), 0, "payer")
    assert boosted.value == pytest.approx(125, abs=12)  # E max(0, 500 - 1000 u)

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr("hecon.analysis.voi.boosting.import_module", missing)
    told = evppi_any(psa, free, tuple(free), 0, "payer")
    assert told.value is None
    assert told.remark.startswith("9 inputs are more than the 8 that regression takes, and boosting needs scikit-learn")


def _called(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_plateaux_of_axi_cel_are_listed(tmp_path, monkeypatch):
    """Half of EVPI; every group with two uncertain members stands in the list, those of the landmarks' errors among them."""
    monkeypatch.chdir(ROOT)
    told = json.loads(
        _called("voi", "axi_cel_second_line", "--draws", "2000", "--json", "--no-figures", "--out", str(tmp_path))
    )
    rows = {row["group"]: row for row in told["groups"]}
    errors = {
        f"sampling error of {c} survival, {arm}"
        for c in ("overall", "event-free")
        for arm in ("axi-cel", "standard care")
    }
    assert {"tree", "side effects", *errors} <= set(rows)
    (study,) = (row for group, row in rows.items() if group.startswith("measured by the study"))
    assert set(study["parameters"].split()) == {"z_os_3_soc", "z_os_3_axi"}
    assert 0.4 < study["share_of_evpi"] < 0.65


@pytest.fixture
def certain(tmp_path, monkeypatch):
    """A new case of which no input is uncertain."""
    monkeypatch.chdir(tmp_path)
    _called("new", "demo")
    path = tmp_path / "inputs" / "demo" / "parameters.csv"
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    for row in rows:
        for name in ("distribution", "par1", "par2", "correlation_group"):
            if name in head:
                row[head.index(name)] = ""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return tmp_path


def test_without_uncertainty_nothing_is_probabilistic(certain):
    told = _called("run", "demo", "--no-figures", "--name", "r")
    assert "no input is uncertain, so there is no probabilistic analysis" in told
    assert "robabilistic summary" not in told
    found = json.loads(_called("run", "demo", "--no-figures", "--name", "j", "--json"))
    assert not found.get("draws")
    sheets = openpyxl.load_workbook(certain / "outputs" / "demo" / "r" / "demo.xlsx").sheetnames
    assert not {"CEAC", "PSA_draws", "PSA_results"} & set(sheets)
    _called("report", "demo", "--no-workbook")
    page = (certain / "outputs" / "demo" / "report" / "demo.html").read_text()
    assert "Not run: no input is uncertain, so there is no probabilistic analysis." in page
    assert "EVPI" not in page
    for command in (["voi"], ["ceac"], ["ceac", "--until-stable", "--precision", "100"]):
        result = CliRunner().invoke(app, [*command, "demo", "--no-figures"])
        assert result.exit_code == 1
        assert "no input is uncertain" in " ".join(result.output.split())
