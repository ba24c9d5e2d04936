"""Every mistake a user can make at the command line: one message, exit code 1; wrong usage is 2; a bug is neither."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hecon.cli import app
from hecon.report import run_folder

QUICK = ("--draws", "40", "--no-figures", "--name", "r")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "dmo"], "there is no case 'dmo'; did you mean 'demo'? (known: demo)"),
        (["run", "inputs/dem"], "inputs/dem: not found; did you mean 'demo'?"),
        (
            ["run", "demo", "--scenario", "price_haf"],
            "no scenario 'price_haf'; did you mean 'price_half'? (known: price_",
        ),
        (["run", "demo", "--strategy", "treatmnt"], "no strategy 'treatmnt'; did you mean 'treatment'? (known: usual_"),
        (
            ["run", "demo", "--perspective", "payr"],
            "unknown perspective 'payr'; did you mean 'payer'? (known: payer, h",
        ),
        (["run", "demo", "--structure", "markov"], "demo has one MODEL; it cannot be run as structure 'markov'"),
        (
            ["run", "demo", "--reference", "usual"],
            "the reference 'usual' is not a known strategy; did you mean 'usual_care'?",
        ),
        (["run", "demo", "--sampling", "sobl"], "unknown method 'sobl'; did you mean 'sobol'?"),
        (["run", "demo", "--draws", "1"], "a probabilistic analysis needs at least 2 draws"),
        (["run", "demo", "--wtp", "0"], "the threshold must be above 0"),
        (["run", "demo", "--draws-file", "no.csv"], "no.csv: not found"),
        (["check", "dmo"], "did you mean 'demo'?"),
        (["check", "demo", "--structure", "x"], "demo has no structure 'x' (known: none)"),
        (["explain", "demo", "p_il"], "did you mean 'p_ill'?"),
        (["explain", "demo", "p_ill", "--strategy", "x"], "'x'"),
        (["explain", "demo", "p_ill", "--draw", "1000"], "there is no draw 1000: there are 1000, counted from 0"),
        (["inputs", "check", "inputs/dem"], "inputs/dem: not found; did you mean 'demo'?"),
        (["inputs", "pack", "dem", "a.xlsx"], "dem: is not a folder of CSV files"),
        (["inputs", "unpack", "a.xlsx"], "a.xlsx: not found"),
        (["new", "2nd"], "'2nd' cannot name a case"),
    ],
)
def test_a_mistake_is_one_message_and_exit_code_1(home, words, message, refused):
    said = refused(*words)
    assert message in said
    assert said.startswith("hecon: ")
    assert not (home / "outputs").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["rnu", "demo"],
        ["run", "demo", "--frobnicate"],
        ["run", "demo", "--draws", "-1"],
        ["run", "demo", "--draws", "many"],
        ["run", "demo", "--draws-file", "a.csv", "--seed", "1"],
        ["run", "demo", "--name", "../up"],
    ],
)
def test_wrong_usage_is_exit_code_2(home, words, call):
    result = call(*words)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def test_a_workbook_that_cannot_be_read(home, refused):
    Path("demo.xlsx").write_text("not a workbook")
    assert "demo.xlsx: cannot be read as a workbook" in refused("run", "demo.xlsx")
    Path("notes.txt").write_text("")
    assert "notes.txt: is neither a case's folder nor an .xlsx workbook of inputs" in refused("run", "notes.txt")


def test_a_misspelt_name_in_a_formula(home, refused, edit):
    edit("models/demo/model.py", "hr_on_prob(p_ill, hr_ill)", "hr_on_prob(p_il, hr_ill)")
    for command in ("run", "check"):
        assert "unknown name 'p_il'; did you mean 'p_ill'?" in refused(command, "demo")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("MODEL = 1 +", "models/demo/model.py, line 1: invalid syntax: MODEL = 1 +"),
        ("import hecon\nx = hecom.run", "models/demo/model.py, line 2: NameError: name 'hecom' is not defined"),
        ("import pandaz", "models/demo/model.py, line 1: ModuleNotFoundError: No module named 'pandaz'"),
        ("Model = 1", "defines neither MODEL nor MODELS"),
        ("MODEL = 1", "a model is a DecisionTree or a structure with strategies; got int"),
    ],
)
def test_a_model_file_that_fails_is_told_with_its_line(home, text, message, refused):
    Path("models/demo/model.py").write_text(text)
    assert message in refused("run", "demo")
    assert message in refused("check", "demo")


def test_a_model_error_made_while_importing_is_told_with_its_line(home, refused):
    Path("models/demo/model.py").write_text("from hecon.structure.clock import years\n\nyears('2 moons')\nMODEL = 0\n")
    said = refused("run", "demo")
    assert "models/demo/model.py, line 3: '2 moons' is not a length of time" in said


def test_a_case_must_be_whole_and_unambiguous(home, call, refused):
    call("inputs", "pack", "demo", "inputs/demo.xlsx")
    assert "inputs/demo and inputs/demo.xlsx are both there" in refused("run", "demo")
    assert call("run", "inputs/demo.xlsx", *QUICK).exit_code == 0
    shutil.rmtree("inputs/demo")
    assert call("run", "demo", *QUICK).exit_code == 0
    Path("inputs/demo.xlsx").rename("inputs/other.xlsx")
    assert "there are no inputs: neither inputs/demo nor inputs/demo.xlsx" in refused("run", "demo")
    assert "other has inputs but no model: models/other/model.py is missing" in refused("run", "other")
    assert "name its case in settings" in refused("run", "inputs/other.xlsx")


def test_nothing_to_run_here(tmp_path, monkeypatch, refused):
    monkeypatch.chdir(tmp_path)
    remedy = "begin with: hecon new my_case, or with an example: hecon new my_case --from car_t_paediatric_all"
    assert f"there is no case 'demo': no folder with models/ and inputs/ is here or above; {remedy}" in refused(
        "run", "demo"
    )
    assert remedy in refused("list")


def test_what_neither_settings_nor_options_say_is_asked_for_at_once(home, call, refused):
    Path("inputs/demo/settings.csv").write_text("name,value\ncurrency,EUR\nprice_year,2024\n")
    said = refused("run", "demo")
    for name in ("perspective is not given", "threshold is not given", "draws is not given", "seed is not given"):
        assert name in said
    assert "--perspective" in said
    words = ("--perspective", "payer", "--wtp", 1000, "--draws", 0, "--no-figures")
    assert call("run", "demo", *words).exit_code == 0


def test_a_reference_that_is_not_run_is_refused(home, refused, edit):
    edit(
        "models/demo/model.py",
        '        Strategy("treatment"',
        '        Strategy("third"),\n        Strategy("treatment"',
    )
    said = refused("run", "demo", "--strategy", "treatment", "--strategy", "third")
    assert "the reference 'usual_care' is not run: add --strategy usual_care, or give another --reference" in said


def test_a_folder_that_cannot_be_written(home, refused):
    Path("taken").write_text("")
    assert "taken/demo/r: cannot be written (Not a directory" in refused("run", "demo", "--out", "taken", *QUICK)


def test_a_bug_is_not_a_message(home, monkeypatch, call):
    def broken(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr("hecon.evaluate.run.run", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        call("run", "demo")


def test_an_interrupted_run_leaves_nothing(home, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_folder, "write_grids", interrupted)
    result = CliRunner().invoke(app, ["run", "demo", *QUICK])
    assert result.exit_code != 0
    assert not (home / "outputs").exists()
