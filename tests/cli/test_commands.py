"""The commands beside run: check, list, explain, tree, appendix, inputs and new."""

import runpy
import shutil
from pathlib import Path

import pytest

import hecon


def test_check_tells_what_is_no_fault_but_should_be_known(home, call):
    with open("inputs/demo/parameters.csv", "a") as file:
        file.write("c_old,no longer used,costs,EUR,5,,,,,,,made_up,assumption,2024,EUR,,\n")
    result = call("check", "demo")
    assert result.exit_code == 0
    assert "models/demo/model.py with inputs/demo; 14 parameters, 0 tables, 3 scenarios; no fault" in result.stdout
    assert "note: parameters!E15 (c_old): no formula uses it" in result.stdout
    assert "2 of 2 checks hold" in result.stdout


def test_check_lists_faults_of_inputs_and_model_together(home, refused, edit):
    edit("inputs/demo/parameters.csv", "0.1,,,beta,40,360", "1.2,,,beta,40,360")
    edit("inputs/demo/parameters.csv", "utility,0.6", "utility,six")
    edit("models/demo/model.py", '"well -> dead"', '"wel -> dead"')
    edit("models/demo/model.py", '"c_treatment_now": "0"', '"c_treatment_now": "0 +"')
    said = refused("check", "demo")
    for place in ("parameters!E2 (p_ill)", "parameters!E11 (u_ill)", "'wel -> dead'", "c_treatment_now"):
        assert place in said


def test_check_looks_into_every_scenario(home, refused, edit):
    edit("inputs/demo/scenarios.csv", "horizon,20 years", "horizon,20.5 years")
    said = refused("check", "demo")
    assert "scenario horizon_20_years (Horizon of 20 years): horizon '20.5 years' is 20.5 cycles" in said


def test_check_looks_into_every_structure(home, call, refused, ran, edit):
    with open("models/demo/model.py", "a") as file:
        file.write("\nfrom dataclasses import replace\n")
        file.write('MODELS = {"long": MODEL, "short": replace(MODEL, horizon="20 years")}\ndel MODEL\n')
    assert call("check", "demo").stdout.count("2 of 2 checks hold") == 2
    assert call("check", "demo", "--structure", "short").stdout.count("2 of 2 checks hold") == 1
    said = refused("run", "demo")
    assert "demo has several structures (long, short): name one with --structure or in its settings" in said
    assert "no structure 'shrt'; did you mean 'short'?" in refused("run", "demo", "--structure", "shrt")
    qaly = [ran("--structure", name)["strategies"][0]["qaly"] for name in ("long", "short")]
    assert qaly[0] > qaly[1]
    edit("inputs/demo/settings.csv", "draws,1000,", "structure,short,\ndraws,1000,")
    assert ran()["strategies"][0]["qaly"] == qaly[1]


def test_list_names_every_case_whole_or_not(home, call):
    assert call("new", "second").exit_code == 0
    Path("models/second/model.py").write_text("MODEL = ")
    Path("inputs/third").mkdir()
    shutil.copy("inputs/demo/parameters.csv", "inputs/third/parameters.csv")
    stdout = call("list").stdout
    for words in (
        "demo: usual care or a new treatment",
        "usual_care, treatment",
        "line 1",
        "third has inputs but no model",
    ):
        assert words in stdout


def test_a_case_is_found_from_below_and_by_its_paths(home, monkeypatch, call, refused, edit):
    monkeypatch.chdir(home / "models" / "demo")
    assert call("check", "demo").exit_code == 0
    monkeypatch.chdir(home)
    call("inputs", "pack", "inputs/demo", "edited.xlsx")
    assert "its model models/edited/model.py is missing" in refused("check", "edited.xlsx")
    edit("inputs/demo/settings.csv", "draws,1000,", "case,demo,\ndraws,1000,")
    call("inputs", "pack", "inputs/demo", "edited.xlsx", "--force")
    for path in (
        "models/demo",
        "models/demo/model.py",
        "inputs/demo",
        "inputs/demo/",
        "edited.xlsx",
        home / "inputs/demo",
    ):
        assert "demo: models/demo/model.py with " in call("check", path).stdout
    shutil.move("inputs/demo", "models/demo/inputs")
    assert "models/demo/model.py with models/demo/inputs" in call("check", "models/demo").stdout
    assert "models/demo/model.py with models/demo/inputs" in call("check", "models/demo/inputs").stdout


def test_explain_goes_down_to_the_source(home, call):
    stdout = call("explain", "demo", "well -> ill", "--strategy", "treatment", "--cycle", 3).stdout
    for words in ("(1 - p_die_well) * hr_on_prob(p_ill, hr_ill)", "hr_on_prob(0.1, 0.7)", "parameters!E5", "Made up"):
        assert words in stdout
    drawn = hecon.read_inputs("inputs/demo").sample(1000, seed=1)["c_ill"][7]
    assert f"c_ill = {drawn:.6g} " in call("explain", "demo", "c_ill", "--draw", 7).stdout


def test_tree_and_appendix(home, call, refused):
    pytest.importorskip("hecon.figures.tree_drawing")
    pytest.importorskip("hecon.report.appendix")
    assert "treatment" in call("tree", "demo").stdout
    assert call("tree", "demo", "--out", "tree.png").stdout == "Wrote tree.png\n"
    assert Path("tree.png").read_bytes()[:4] == b"\x89PNG"
    page = call("appendix", "demo").stdout
    assert "p_die_well" in page
    assert call("appendix", "demo", "--out", "page.md").exit_code == 0
    assert Path("page.md").read_text().strip() == page.strip()
    assert "there is no folder no" in refused("appendix", "demo", "--out", "no/page.md")


def test_inputs_go_to_a_workbook_and_back(home, call, refused):
    assert call("inputs", "pack", "demo").stdout == "Wrote demo.xlsx\n"
    assert "demo.xlsx: is there already; give another name, or --force to replace it" in refused(
        "inputs", "pack", "demo"
    )
    assert call("inputs", "unpack", "demo.xlsx", "again").exit_code == 0
    for path in Path("inputs/demo").iterdir():
        assert (Path("again") / path.name).read_text() == path.read_text()
    assert "again: holds CSV files already" in refused("inputs", "unpack", "demo.xlsx", "again")
    assert call("inputs", "unpack", "demo.xlsx", "again", "--force").exit_code == 0
    stdout = call("inputs", "check", "demo.xlsx").stdout
    assert "demo.xlsx: 13 parameters (13 assumption), 9 of them uncertain" in stdout
    assert call("inputs", "check", "demo").exit_code == 0


def test_new_never_overwrites(home, refused):
    said = refused("new", "demo")
    assert said == "hecon: models/demo, inputs/demo, tests/test_demo.py: already there; choose another name\n"


def test_new_is_written_whole_or_not_at_all(home, monkeypatch, refused):
    rename = Path.rename

    def stubborn(self, target):
        if self.name == "model":
            raise OSError("disk full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stubborn)
    assert "disk full" in refused("new", "second")
    assert not [path for path in home.rglob("*") if "second" in path.name]


def test_the_tests_of_a_new_case_pass(home):
    tests = runpy.run_path("tests/test_demo.py")
    names = [name for name in tests if name.startswith("test_")]
    assert len(names) == 3
    for name in names:
        tests[name]()
    assert "$" not in Path("models/demo/README.md").read_text() + Path("models/demo/model.py").read_text()
