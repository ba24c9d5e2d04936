"""Cases whose effect is not the QALY: life-years, or cost alone; the settings say so, and every command follows."""

import json
from importlib.util import find_spec

import pytest

from hecon.workbook.xlsx.package import read_package

ANALYSES = {
    "dsa": ("--points", "3"),
    "twoway": ("--points", "3"),
    "scenarios": ("--draws", "0"),
    "threshold": ("--input", "c_ill"),
    "price": ("--draws", "40"),
    "breakdown": ("--draws", "40"),
    "ceac": ("--draws", "40"),
    "voi": ("--draws", "300"),
}


def _without_utilities(home, edit, effect):
    edit(home / "models/demo/model.py", '        Utility({"well": "u_well", "ill": "u_ill"}),\n', "")
    settings = home / "inputs/demo/settings.csv"
    settings.write_text(settings.read_text() + (f"effect,{effect},\n" if effect else ""))


def test_a_model_without_qalys_is_told_what_it_counts(home, edit, refused):
    _without_utilities(home, edit, "")
    told = refused("run", "demo")
    assert "the model counts no 'qaly'" in told
    assert "ly, ly_undiscounted, none" in " ".join(told.split())


def test_life_years_as_effect(home, edit, ran):
    _without_utilities(home, edit, "ly")
    found = ran()
    gain = {row["strategy"]: row["inc_effect"] for row in found["incremental"]}["treatment"]
    years = {row["name"]: row["ly"] for row in found["strategies"]}
    assert gain == pytest.approx(years["treatment"] - years["usual_care"])
    assert gain > 0


@pytest.mark.parametrize("effect", ["ly", "none"])
@pytest.mark.parametrize("command", ANALYSES)
def test_every_analysis_follows(command, effect, home, edit, call):
    _without_utilities(home, edit, effect)
    result = call(command, "demo", "--json", "--name", "r", "--no-figures", *ANALYSES[command])
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["effect"] == effect


def test_cost_alone_finds_the_cheapest(home, edit, ran):
    _without_utilities(home, edit, "none")
    found = ran()
    cost = {one["name"]: one["cost"] for one in found["strategies"]}
    status = {row["strategy"]: row["status"] for row in found["incremental"]}
    cheapest = min(cost, key=cost.get)
    assert status == {name: "ND" if name == cheapest else "D" for name in cost}


def test_an_unknown_effect_is_refused_with_the_known(home, edit, refused):
    _without_utilities(home, edit, "qualy")
    assert "unknown effect 'qualy'; did you mean 'qaly'?" in refused("run", "demo")


@pytest.mark.skipif(find_spec("formualizer") is None, reason="formualizer is not installed")
@pytest.mark.parametrize("effect", ["ly", "none"])
def test_the_workbook_follows(effect, home, edit, call):
    _without_utilities(home, edit, effect)
    found = call("report", "demo", "--draws", "60", "--scenario-draws", "0", "--out", "demo.html")
    assert found.exit_code == 0, found.stderr
    assert "No executable workbook" not in found.stderr
    assert "no changes" in call("inputs", "from-workbook", "demo.xlsx").stdout
    found = call("verify-workbook", "demo.xlsx", "--perturbations", "1")
    assert found.exit_code == 0, found.stdout
    told = " ".join(word for sheet in read_package(home / "demo.xlsx").sheets.values() for word in sheet.words.values())
    assert "QALY" not in told
