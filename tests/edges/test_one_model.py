"""One command loads a model once, its files name that model, and a workbook of another model is told as such."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from hecon.cli import app
from hecon.workbook.sheets.items_sheet import COUNTED as COUNTED_COLUMN
from hecon.workbook.sheets.items_sheet import VALUE
from hecon.workbook.xlsx.package import read_package

COUNTED = """from pathlib import Path as _Path
with _Path("loads.txt").open("a") as _file:
    _ = _file.write("x")
LOADS = len(_Path("loads.txt").read_text())
"""
COMMANDS = {
    "run": ("run", "demo", "--draws", "40", "--no-figures"),
    "confidential run": ("run", "demo", "--draws", "40", "--no-figures", "--redact", "c_treatment"),
    "twin": ("twin", "demo", "--draws", "40"),
    "report": ("report", "demo", "--draws", "60", "--scenario-draws", "0"),
    "scenarios": ("scenarios", "demo", "--draws", "0", "--no-figures"),
    "dsa": ("dsa", "demo", "--points", "3", "--no-figures"),
    "ceac": ("ceac", "demo", "--draws", "40", "--no-figures"),
    "check": ("check", "demo"),
    "explain": ("explain", "demo", "c_ill"),
    "appendix": ("appendix", "demo"),
    "verify-workbook": ("verify-workbook", "first.xlsx", "--perturbations", "0"),
    "from-workbook": ("inputs", "from-workbook", "first.xlsx"),
    "run of a workbook": ("run", "first.xlsx", "--draws", "0", "--no-figures"),
}
needs_formualizer = pytest.mark.skipif(find_spec("formualizer") is None, reason="formualizer is not installed")
Call = Callable[..., Any]


@pytest.fixture
def call() -> Call:
    def call(*words: str) -> Any:
        result = CliRunner().invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> Path:
    """A folder with the starting case and its workbook first.xlsx."""
    monkeypatch.chdir(tmp_path)
    assert call("new", "demo").exit_code == 0
    assert call("twin", "demo", "--draws", "40", "--out", "first.xlsx").exit_code == 0
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_loads_the_model_once(home: Path, call: Call, command: str) -> None:
    if command == "verify-workbook" and find_spec("formualizer") is None:
        pytest.skip("formualizer is not installed")
    model = home / "models/demo/model.py"
    model.write_text(COUNTED + model.read_text())
    found = call(*COMMANDS[command])
    assert found.exit_code == 0, found.output
    assert (home / "loads.txt").read_text() == "x"


def test_a_model_saved_in_between_does_not_mix(home: Path, call: Call) -> None:
    """Each load of this model doubles a cost: results and live workbook of one run are of one load."""
    model = home / "models/demo/model.py"
    model.write_text(COUNTED + model.read_text().replace('"c_diagnosis", on', 'f"{2 ** LOADS} * c_diagnosis", on'))
    found = json.loads(call("run", "demo", "--json", "--draws", "40", "--no-figures", "--name", "r").stdout)
    items = read_package(home / found["folder"] / "demo.xlsx").sheets["Items"]
    rows = [row for (row, column), word in items.words.items() if (column, word) == (0, "usual_care")]
    costs = sum(
        items.numbers[row, VALUE]
        for row in rows
        if items.words[row, 2] == "cost" and items.numbers[row, COUNTED_COLUMN] == 1
    )
    assert costs == pytest.approx(found["strategies"][0]["cost"], rel=1e-12)
    about = json.loads((home / found["folder"] / "run.json").read_text())
    cover = read_package(home / found["folder"] / "demo.xlsx").sheets["Cover"].words.values()
    assert {about["input_fingerprint"], about["program_fingerprint"]} <= set(cover)


@needs_formualizer
@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({'"40 years"': '"30 years"'}, "Clock of the workbook: 40 cycles, 1 a year; of the model: 30 cycles"),
        ({'"40 years"': '"60 years"'}, "Trace_treatment has 46 rows, the model's has 66"),
        (
            {
                '"ill", "dead")': '"ill", "cured", "dead"), dead=("dead",)',
                '"ill -> dead"': '"ill -> cured": "0.1", "ill -> dead"',
            },
            "Trace_treatment has no state cured",
        ),
        ({'Cost("care"': 'Cost("nursing"'}, "Items: treatment, Trace_treatment, cost, nursing, all: the model's"),
    ],
)
def test_a_workbook_of_another_shape_is_told_as_such(home: Path, call: Call, edits: dict[str, str], told: str) -> None:
    for old, new in edits.items():
        edit(home / "models/demo/model.py", old, new)
    found = call("verify-workbook", "first.xlsx", "--perturbations", "1")
    assert found.exit_code == 1
    assert found.stdout.startswith("first.xlsx: NOT VERIFIED")
    assert "FAILED: the workbook is of ANOTHER model" in found.stdout
    assert told in found.stdout
    assert "no cell was compared" in found.stdout


@needs_formualizer
def test_another_formula_is_told_by_fingerprint_and_by_cell(home: Path, call: Call) -> None:
    edit(home / "models/demo/model.py", '"well -> dead": "p_die_well"', '"well -> dead": "1.1 * p_die_well"')
    found = json.loads(call("verify-workbook", "first.xlsx", "--perturbations", "0", "--json").stdout)
    failed = {one["name"]: one["faults"] for one in found["tests"] if not one["passed"]}
    assert "was written from a model of fingerprint" in failed["the same model"][0]
    assert failed["formulas"]
    assert failed["base case"]
    assert len(found["input_fingerprint"]) == len(found["program_fingerprint"]) == 64
    told = call("inputs", "from-workbook", "first.xlsx").stdout
    assert "formulas were not compared: the workbook was written from a model of fingerprint" in told
    assert "Formulas were edited" not in told


@needs_formualizer
def test_a_label_alone_makes_no_other_model(home: Path, call: Call) -> None:
    edit(home / "models/demo/model.py", 'title="demo', 'title="Demo, again')
    assert call("verify-workbook", "first.xlsx", "--perturbations", "0").exit_code == 0


@needs_formualizer
@pytest.mark.parametrize(("old", "new"), [('"usual_care",', '"care",'), ("p_die_well", "p_gone")])
def test_a_model_that_refuses_the_workbook_is_told_as_another(home: Path, call: Call, old: str, new: str) -> None:
    edit(home / "models/demo/model.py", old, new)
    found = call("verify-workbook", "first.xlsx", "--perturbations", "0")
    assert found.exit_code == 1
    assert "first.xlsx: was written from another model than this one:" in " ".join(found.stderr.split())


def test_runs_name_inputs_and_program(home: Path, call: Call) -> None:
    marks = []
    for horizon in ("40 years", "40 years", "30 years"):
        edit(home / "models/demo/model.py", 'horizon="40 years"', f'horizon="{horizon}"')
        found = json.loads(call("dsa", "demo", "--json", "--points", "3", "--no-figures", "--name", "r").stdout)
        marks.append(json.loads((home / found["folder"] / "run.json").read_text()))
    assert len({one["input_fingerprint"] for one in marks}) == 1
    assert [one["program_fingerprint"] == marks[0]["program_fingerprint"] for one in marks] == [True, True, False]
    assert np.all([len(one["program_fingerprint"]) == 64 for one in marks])
