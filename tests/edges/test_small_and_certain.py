"""Small ratios and costs are printed to two digits; cost alone needs no threshold; a dummy stands beside delta and PAWN."""

import json
import shutil

import numpy as np
import openpyxl
import pytest
from typer.testing import CliRunner

from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
from hecon.analysis.cost_effectiveness.icer import icer
from hecon.analysis.cost_effectiveness.incremental import incremental
from hecon.analysis.cost_effectiveness.net_benefit import net_benefit
from hecon.analysis.cost_effectiveness.pairwise import pairwise
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.sensitivity.global_sensitivity import global_sensitivity
from hecon.cli import app
from hecon.grid import rich_table
from hecon.report.html.parts import table
from hecon.results.analysis import Analysis
from hecon.results.layouts.decision import incremental_by_basis, pairwise_by_basis
from hecon.workbook.sheets.decision_cells import quadrant
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made

SMALL = from_totals(("care", "net"), [[0.12], [0.40]], [[1.0], [2.0]])


def test_a_ratio_of_0_28_is_not_0():
    assert icer(0.28, 1.0).text == "0.28"
    assert icer(-0.28, -1.0).text == "0.28 saved per QALY lost"
    assert icer(0.004, 0.0).text == "equal effect: costs 0.0040 more"
    assert quadrant(0.28, 1.0, 2.0) == "0.28"
    told = str(incremental(SMALL, "payer")).split()
    assert told[told.index("care") + 1 :][:2] == ["0.12", "1.000"]
    assert "0.28" in told
    assert "0.28" in str(pairwise(SMALL, "care", "payer")).split()
    assert "0.60" in str(net_benefit(SMALL, 0.5, "payer")).split()  # 0.5 x 2 - 0.40
    assert "0.40" in str(SMALL)


def test_the_terminal_and_the_page_print_it():
    study = Analysis.of_outcomes("demo", SMALL, None, "payer", 0.5, "care")
    for grid in (incremental_by_basis(study), pairwise_by_basis(study)):
        assert '<td class="number">0.28</td>' in table(grid)
        cells = [str(cell) for column in rich_table(grid).columns for cell in column.cells]
        assert "0.28" in cells
    assert "0.50 currency units per QALY" in study.threshold


FREE = {"cost": "0", "effect": "0"}


def tree(**costs):
    leaves = {
        name: Leaf(outcomes=[Cost("all", text, category="product", sector="health care"), QALY("gain", gain)])
        for name, (text, gain) in costs.items()
    }
    return DecisionTree("Nets", [Strategy(name, to=leaf) for name, leaf in leaves.items()], FREE, "continuous")


@pytest.mark.parametrize("engine", ["formualizer", "libreoffice"])
@pytest.mark.parametrize(
    ("fee", "shown"), [(0.28, "0.28"), (0.0042, "0.0042"), (5.0, "5"), (9.97, "10"), (3.44, "3.4")]
)
def test_the_workbooks_texts_print_it(engine, fee, shown, tmp_path):
    if engine == "formualizer":
        pytest.importorskip("formualizer")
    elif not shutil.which("soffice"):
        pytest.skip("soffice is not installed")
    book = make_book("nets", [Parameter(name="fee", value=fee)])
    path = tmp_path / "nets.xlsx"
    Made(tree(care=("0", "0"), net=("fee", "1")), book, "payer", 0.5, "care").write(path)
    verdict = f"{'not ' if fee > 0.5 else ''}cost-effective at 0.50 per QALY"
    told = f"Against care, net costs {shown} more and gains 1.000 QALYs: {shown} per QALY gained; {verdict}."
    assert openpyxl.load_workbook(path, data_only=True)["Decision"]["A4"].value == told
    found = open_session(path, engine, tmp_path).values({})
    assert found["Decision"].words[3, 0] == told
    words = found["Results"].words.values()
    assert any("threshold 0.50 per QALY" in word for word in words)


def test_delta_and_pawn_show_a_dummy():
    """Three inputs, of which one does nothing: its index is the dummy's, which is not 0."""
    inputs = [
        Parameter(name=name, value=0.5, distribution="uniform", par1=0, par2=1) for name in ("fee", "price", "idle")
    ]
    model = tree(care=("0", "0"), net=("3 * fee + price + 0 * idle", "0"))
    for method, n in (("delta", 300), ("pawn", 2000)):
        found = global_sensitivity(
            model, make_book("demo", inputs), "net", reference="care", perspective="payer", wtp=0, method=method, n=n
        )
        assert [row.name for row in found.rows][:2] == ["fee", "price"]
        assert len(found.dummy) == len(found.columns)
        assert 0 < found.dummy[0] < 0.5 * found.row("fee")[found.columns[0]]
        if "idle" in {row.name for row in found.rows}:
            assert found.row("idle")[found.columns[0]] == pytest.approx(found.dummy[0], abs=0.06)
        assert "(dummy)" in str(found)
        assert f"A dummy that moves nothing has a {found.columns[0]} of {found.dummy[0]:.3g}" in found.note
        assert found.to_frame()["factor"].tolist()[-1] == "(dummy)"
    first = global_sensitivity(
        model, make_book("demo", inputs), "net", reference="care", perspective="payer", wtp=0, method="sobol", n=256
    )
    assert first.dummy == ()


def _called(*words):
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_cost_alone_needs_no_threshold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _called("new", "demo")
    settings = tmp_path / "inputs" / "demo" / "settings.csv"
    lines = [line for line in settings.read_text().splitlines() if not line.startswith("threshold")]
    settings.write_text("\n".join([*lines, "effect,none,"]) + "\n")
    found = json.loads(_called("run", "demo", "--draws", "40", "--name", "r", "--json"))
    cost = {one["name"]: one["cost"] for one in found["strategies"]}
    assert {row["strategy"]: row["status"] for row in found["incremental"]}[min(cost, key=cost.get)] == "ND"
    assert np.isfinite(list(cost.values())).all()
    assert "cost alone" in _called("run", "demo", "--draws", "40", "--name", "s", "--no-figures")
    for command in ("dsa", "ceac", "breakdown", "twoway"):
        draws = ("--draws", "40") if command in ("ceac", "breakdown") else ()
        _called(command, "demo", "--no-figures", "--name", "r", *draws)
    _called("report", "demo", "--draws", "120")
