"""`hecon twin`, `verify-workbook`, `inputs from-workbook` and `run FILE.xlsx`, from one end to the other."""

import json
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.verify.recalculate import convert, open_session
from hecon.workbook.xlsx.package import read_package, set_cells

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None and not os.environ.get("CI"), reason="LibreOffice is not installed"
)
needs_formualizer = pytest.mark.skipif(find_spec("formualizer") is None, reason="formualizer is not installed")


def saved(file: Path, out: Path) -> None:
    """The workbook as LibreOffice saves it: recalculated."""
    open_session(file, "libreoffice", file.parent)  # makes the profile
    convert(file, file.parent / "saved", file.parent / "profile").rename(out)


def row_of(file: Path, name: str) -> int:
    words = read_package(file).sheets["Inputs"].words
    return next(row for (row, column), word in words.items() if column == 0 and word == name)


def edited(file: Path, out: Path) -> None:
    set_cells(file, out, {("Inputs", row_of(file, "c_treatment"), BASE): 1200.0})


def test_a_run_writes_the_workbook(home, ran):
    found = ran()
    assert "demo.xlsx" in found["files"]
    assert (home / found["folder"] / "demo.xlsx").is_file()
    scenarios = read_package(home / found["folder"] / "demo.xlsx").sheets["Scenarios"]
    assert "engine, stored" in scenarios.words.values()  # deterministic results of every scenario, as values
    assert np.isfinite(scenarios.numbers).sum() >= 6
    assert "demo.xlsx" not in ran("--no-workbook")["files"]


@needs_libreoffice
def test_an_edited_twin_is_read_back_and_run(home, call, refused):
    assert call("twin", "demo", "--draws", "40").exit_code == 0
    edited(home / "demo.xlsx", home / "typed.xlsx")
    told = refused("run", "typed.xlsx", "--draws", "0")
    assert "recalculate and save" in told  # Results still has the numbers of before
    saved(home / "typed.xlsx", home / "edited.xlsx")
    told = call("inputs", "from-workbook", "edited.xlsx", "--out", "other", "--log", "log.xlsx").stdout
    assert "ICER walk" in told
    assert "not read back" not in told
    assert (home / "log_walk.csv").read_text().count("c_treatment") == 2  # a line for each strategy
    assert "there already" in refused("inputs", "from-workbook", "edited.xlsx", "--log", "log.xlsx")
    assert "edited.xlsx: demo, 1 change" in told
    assert "treatment 900 -> 1,200" in told
    assert "Formulas were edited" not in told
    one = json.loads(call("run", "edited.xlsx", "--json", "--draws", "0", "--no-figures", "--no-workbook").stdout)
    (home / "inputs" / "demo").rename(home / "inputs" / "before")
    (home / "other").rename(home / "inputs" / "demo")
    two = json.loads(call("run", "demo", "--json", "--draws", "0", "--no-figures", "--no-workbook").stdout)
    assert one["strategies"] == two["strategies"]


@needs_formualizer
def test_verifying_a_twin(home, call):
    call("twin", "demo", "--draws", "40")
    found = call("verify-workbook", "demo.xlsx", "--perturbations", "2")
    assert found.exit_code == 0, found.stdout
    assert found.stdout.startswith("demo.xlsx: verified")
    edited(home / "demo.xlsx", home / "edited.xlsx")
    certificate = json.loads(call("verify-workbook", "edited.xlsx", "--perturbations", "1", "--json").stdout)
    failed = [one["name"] for one in certificate["tests"] if not one["passed"]]
    assert failed == ["stored results"]  # the price was typed and nothing recalculated since
    assert certificate["cells_compared"] > 1000


@needs_formualizer
def test_a_twin_of_settings_that_had_another_price_parameter_is_not_verified(home, call, edit):
    call("twin", "demo", "--draws", "40")
    edit("inputs/demo/settings.csv", "price_parameters,c_treatment", "price_parameters,c_treatment c_ill")
    found = call("verify-workbook", "demo.xlsx", "--perturbations", "0")
    assert found.exit_code == 1
    assert found.stdout.startswith("demo.xlsx: NOT VERIFIED")
    assert "PSA_results!" in found.stdout


def test_a_twin_of_a_scenario_knows_it(home, call):
    scenario = (home / "inputs" / "demo" / "scenarios.csv").read_text().splitlines()[1].split(",")[0]
    call("twin", "demo", "--draws", "0", "--scenario", scenario, "--out", "other.xlsx")
    told = call("inputs", "from-workbook", "other.xlsx").stdout
    assert told.startswith("other.xlsx: demo, no changes")
    assert "Formulas were edited" not in told


@needs_formualizer
def test_a_twin_verified_when_written_carries_its_certificate(home, call, refused):
    found = call("twin", "demo", "--draws", "40", "--verify")
    assert found.exit_code == 0, found.stdout
    assert "demo.xlsx: verified" in found.stdout
    words = read_package(home / "demo.xlsx").sheets["Certificate"].words.values()
    certificate = json.loads(call("verify-workbook", "demo.xlsx", "--perturbations", "0", "--json").stdout)
    assert certificate["sha256_of_parts"] in words
    call("twin", "demo", "--draws", "0", "--force")
    call("verify-workbook", "demo.xlsx", "--perturbations", "1", "--sheet", "certified.xlsx")
    assert "Certificate" in read_package(home / "certified.xlsx").sheets
    assert "is there already" in refused("verify-workbook", "demo.xlsx", "--perturbations", "0", "--sheet", "demo.xlsx")


def draws_made_elsewhere(home: Path, count: int) -> None:
    book = hecon.read_inputs(home / "inputs" / "demo")
    draws = book.sample(count, seed=7)
    lines = [",".join(draws.names), *(",".join(map(repr, row)) for row in draws.values.T.tolist())]
    (home / "draws.csv").write_text("\n".join(lines))


@needs_formualizer
def test_a_psa_with_draws_made_elsewhere_is_run_again_from_the_workbook(home, call):
    draws_made_elsewhere(home, 30)
    assert call("twin", "demo", "--draws-file", "draws.csv").exit_code == 0
    (home / "draws.csv").unlink()
    found = call("verify-workbook", "demo.xlsx", "--perturbations", "1")
    assert found.exit_code == 0, found.stdout
    assert "PSA draw" in found.stdout
    assert "note: the PSA's draws were made elsewhere" in found.stdout
    told = call("inputs", "from-workbook", "demo.xlsx").stdout
    assert "no changes" in told
    assert "Formulas were" not in told


@needs_formualizer
def test_draws_made_elsewhere_beyond_those_kept_are_asked_for(home, call, refused):
    draws_made_elsewhere(home, 1010)
    assert call("twin", "demo", "--draws-file", "draws.csv").exit_code == 0
    assert "1,010 draws made elsewhere" in refused("verify-workbook", "demo.xlsx", "--perturbations", "1")
    found = call("verify-workbook", "demo.xlsx", "--perturbations", "0", "--draws-file", "draws.csv")
    assert found.exit_code == 0, found.stdout
    told = call("inputs", "from-workbook", "demo.xlsx").stdout
    assert "no changes" in told
    assert "note: formulas were not compared with those of a fresh workbook" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("twin", "demo", "--out", "demo.xls"), "ends in .xlsx"),
        (("verify-workbook", "nothing.xlsx"), "nothing.xlsx: not found"),
        (("verify-workbook", "inputs/demo/parameters.csv"), "is not an executable workbook"),
        (("inputs", "from-workbook", "inputs/demo/parameters.csv"), "is not an executable workbook"),
    ],
)
def test_refusals(home, refused, words, message):
    assert message in refused(*words)


def test_a_twin_is_not_replaced_unasked(home, call, refused):
    call("twin", "demo", "--draws", "0")
    assert "is there already" in refused("twin", "demo", "--draws", "0")
    assert call("twin", "demo", "--draws", "0", "--force").exit_code == 0
