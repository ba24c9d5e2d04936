"""The commands of sensitivity, price and breakdown on the leukaemia case: they answer, print JSON and write files."""

import csv
import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASE = "car_t_paediatric_all"
COMMANDS = {
    "dsa": ("--points", "3", "--icer"),
    "twoway": ("--points", "5"),
    "scenarios": ("--draws", "40", "--only", "price_200000", "--only", "horizon_20_years"),
    "threshold": ("--input", "price_tisagenlecleucel", "--range", "100000", "2000000"),
    "price": ("--draws", "40"),
    "gsa": ("--n", "2"),
    "subgroups": ("--draws", "40"),
    "breakdown": ("--draws", "300"),
}


@pytest.fixture
def leukaemia(tmp_path, monkeypatch):
    """A folder with the leukaemia case, as the current one."""
    for part in ("models", "inputs"):
        shutil.copytree(ROOT / part / CASE, tmp_path / part / CASE, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_each_answers_with_json_and_files(command, leukaemia, call):
    result = call(command, CASE, "--json", "--name", "r", "--no-figures", *COMMANDS[command])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    folder = leukaemia / "outputs" / CASE / f"{command}-r"
    assert (found["case"], found["analysis"], Path(found["folder"]).name) == (CASE, command, f"{command}-r")
    assert found["wtp"] == 100_000
    assert sorted(path.name for path in folder.iterdir()) == found["files"]
    assert any(name.endswith(".csv") for name in found["files"])
    again = json.loads((folder / "results.json").read_text())
    assert {key: value for key, value in found.items() if key != "folder"} == again
    assert not [path for path in folder.parent.iterdir() if path.name.startswith(".")]


def test_a_picture_of_each_kind_and_plain_text(leukaemia, call):
    result = call("breakdown", CASE, "--name", "r", "--draws", "300")
    assert "cost by category" in result.stdout
    assert "Share of variance" in result.stdout
    pictures = {path.name for path in (leukaemia / "outputs" / CASE / "breakdown-r").glob("*.png")}
    assert pictures == {f"{kind}_tisagenlecleucel.png" for kind in ("parts", "years", "inputs")}


def test_price_and_threshold_agree(leukaemia, call):
    price = json.loads(call("price", CASE, "--json", "--draws", "0", "--no-figures").stdout)
    (row,) = price["at_wtp"]
    assert (price["price_parameter"], price["strategy"], row["method"]) == (
        "price_tisagenlecleucel",
        "tisagenlecleucel",
        "closed form",
    )
    words = ("--input", "price_tisagenlecleucel", "--range", "100000", "2000000")
    threshold = json.loads(call("threshold", CASE, "--json", "--no-figures", *words).stdout)
    assert threshold["rows"][0]["threshold"] == pytest.approx(row["price"], rel=1e-9)
    searched = json.loads(
        call("price", CASE, "--json", "--draws", "0", "--no-figures", "--price", "price_tisagenlecleucel",
             "--range", "100000", "2000000").stdout
    )  # fmt: skip
    assert searched["at_wtp"][0]["price"] == pytest.approx(row["price"], rel=1e-7)


def test_the_same_name_is_replaced_and_other_folders_are_left_alone(leukaemia, call, refused):
    words = ("subgroups", CASE, "--draws", "0", "--no-figures", "--name", "r")
    assert call(*words).exit_code == call(*words).exit_code == 0
    mine = leukaemia / "outputs" / CASE / "subgroups-mine"
    mine.mkdir()
    assert "is not a run of hecon" in refused(*words[:-1], "mine")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("dsa", CASE, "--input", "price"), "price"),
        (("twoway", CASE, "--x", "smr", "--y", "smr"), "needs two inputs"),
        (("threshold", CASE, "--range", "0", "1"), "name it with --input"),
        (("price", CASE, "--price", "smr"), "not a declared price parameter"),
        (("gsa", CASE, "--n", "100"), "power of 2"),
        (("dsa", CASE, "--reference", "nothing"), "the reference 'nothing' is not a known strategy"),
        (("dsa", CASE, "--strategy", "salvag"), "there is no comparison"),
        (("scenarios", CASE, "--only", "discount"), "did you mean 'discount_0'"),
    ],
)
def test_mistakes_end_with_one_message(words, why, leukaemia, refused):
    assert why in refused(*words)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("dsa", "no input has a low and a high to vary it over"),
        ("threshold", "no input has a low and a high to search between"),
        ("twoway", "a two-way analysis needs two inputs with a low and a high"),
    ],
)
def test_inputs_without_ranges_are_a_mistake(command, why, home, refused):
    path = home / "inputs" / "demo" / "parameters.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row | dict.fromkeys(("low", "high", "distribution", "par1", "par2"), "") for row in rows)
    assert f"demo: {why}" in refused(command, "demo")
