"""`--redact` and `--show` from the command line: what is printed, what is written, and how it is verified and read back."""

import json
from importlib.util import find_spec

import pytest

from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.xlsx.package import read_package, set_cells

needs_formualizer = pytest.mark.skipif(find_spec("formualizer") is None, reason="formualizer is not installed")
QUICK = ("--draws", "40", "--no-figures", "--name", "r")


def test_a_confidential_run_prints_and_writes_no_withheld_number(home, call):
    done = call("run", "demo", "--redact", "c_treatment", *QUICK)
    assert done.exit_code == 0, done.output
    assert "withheld" in done.stdout
    assert "900" not in done.stdout
    folder = home / "outputs" / "demo" / "r"
    names = {path.name for path in folder.iterdir()}
    expected = {
        "outcomes.csv",
        "totals.csv",
        "by_state.csv",
        "trace.csv",
        "psa.npz",
        "demo.xlsx",
        "results.json",
        "run.json",
    }
    assert names == expected
    salt = (home / "outputs" / "demo" / "r.salt").read_text().split()[0]
    assert len(bytes.fromhex(salt)) == 32
    assert done.stderr.count(salt) == 1
    assert salt not in done.stdout
    about = json.loads((folder / "run.json").read_text())
    assert about["withheld"] == ["c_treatment"]
    assert "input_fingerprint" not in about


def test_json_says_withheld(home, call):
    found = json.loads(call("run", "demo", "--redact", "c_treatment", "--json", *QUICK).stdout)
    new, usual = (
        next(one for one in found["strategies"] if (one["name"] == "usual_care") == usual) for usual in (0, 1)
    )
    assert new["outcomes"]["total cost"] == "withheld"
    assert isinstance(usual["outcomes"]["total cost"], float)
    assert isinstance(new["outcomes"]["QALYs"], float)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--redact", "c_treatmnt"), "did you mean 'c_treatment'"),
        (("--redact", "c_treatment", "--show", "cost:treatment"), "c_treatment: is withheld and would follow from"),
        (("--redact", "c_treatment", "--draws-file", "draws.csv"), "--draws-file may reveal"),
    ],
)
def test_refusals(home, refused, words, told):
    assert told in refused("run", "demo", *words)
    assert not (home / "outputs").exists() or not list((home / "outputs").rglob("*.xlsx"))


def test_show_without_redact(home, call):
    assert call("run", "demo", "--show", "cost:treatment").exit_code == 2
    assert call("twin", "demo", "--show", "cost:treatment").exit_code == 2
    assert call("page", "demo", "--show", "cost:treatment").exit_code == 2


def test_a_confidential_page_is_told_as_the_workbook_is(home, call):
    done = call("page", "demo", "--redact", "c_treatment", "--draws", "40")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Wrote demo.html")
    assert "Withheld: c_treatment, and all that depends on them." in done.stderr
    salt = (home / "demo.html.salt").read_text().split()[0]
    assert done.stderr.count(salt) == 1
    page = (home / "demo.html").read_text()
    assert "CONFIDENTIAL VERSION: 1 input is withheld" in page
    assert salt not in page
    found = call("verify-page", "demo.html", "--perturbations", "1")
    assert found.exit_code == 0, found.stdout
    assert "filled in from the case: c_treatment; the fingerprint" in " ".join(found.stdout.split())
    (home / "other.html").write_text(page.replace('"effect_word":"QALY"', '"effect_word":"DALY"'))
    assert "effect_word is 'DALY'" in call("verify-page", "other.html", "--perturbations", "0").stdout
    assert call("page", "demo", "--redact", "c_treatment", "--verify", "--force").exit_code == 2


@needs_formualizer
def test_a_confidential_twin_is_verified_from_the_case(home, call):
    assert call("twin", "demo", "--redact", "c_treatment", "--draws", "40").exit_code == 0
    assert (home / "demo.xlsx.salt").is_file()
    found = call("verify-workbook", "demo.xlsx", "--perturbations", "2")
    assert found.exit_code == 0, found.stdout
    assert "filled in from the case: c_treatment" in found.stdout


@needs_formualizer
def test_a_wrong_formula_in_a_confidential_twin_is_found(home, call):
    call("twin", "demo", "--redact", "c_treatment", "--draws", "40")
    place = next(
        ("Results", *place)
        for place, text in read_package("demo.xlsx").sheets["Results"].formulas.items()
        if "F10" in text
    )
    set_cells("demo.xlsx", "mutant.xlsx", {place: 1.0}, over_formulas=True)
    found = call("verify-workbook", "mutant.xlsx", "--perturbations", "1")
    assert found.exit_code == 1
    assert "no formula in place of" in found.stdout


def test_a_confidential_twin_is_read_back(home, call):
    call("twin", "demo", "--redact", "c_treatment", "--draws", "40")
    told = call("inputs", "from-workbook", "demo.xlsx").stdout
    assert "demo.xlsx: demo, no changes" in told
    assert (
        "c_treatment is withheld in the workbook and nothing was typed for it; it keeps the value of the case" in told
    )
    words = read_package("demo.xlsx").sheets["Inputs"].words
    row = next(row for (row, column), word in words.items() if column == 0 and word == "c_treatment")
    set_cells("demo.xlsx", "typed.xlsx", {("Inputs", row, BASE): 1200.0}, over_formulas=True)
    told = call("inputs", "from-workbook", "typed.xlsx").stdout
    assert "typed.xlsx: demo, 1 change" in told
    assert "900 -> 1,200" in told
    assert "edited" not in told
    assert "keeps the value" not in told
    one = json.loads(call("run", "typed.xlsx", "--json", "--draws", "0", "--no-figures", "--no-workbook").stdout)
    assert one["strategies"][1]["cost"] > 0
