"""Inputs and workbooks are data: whatever a stranger writes in them, no program of the stranger's runs."""

import shutil
from pathlib import Path

import pytest

from hecon.cases import find_case
from hecon.errors import InputError
from hecon.workbook.xlsx.package import set_cells

ODD = ("../../evil", "/evil", "..", ".", "", "a/b", "a\\b", "..\\evil", "C:evil", "demo/../../evil", "\n", "demo\n")
COMMANDS = (("run",), ("check",), ("twin",), ("dsa",), ("verify-workbook",), ("inputs", "from-workbook"))


@pytest.fixture
def evil(home):
    """A stranger's folder beside the project, whose model leaves a mark when it runs."""
    place = home.parent / "evil"
    (place / "models" / "demo").mkdir(parents=True)
    text = f"open({str(home.parent / 'ran')!r}, 'w').close()\n" + Path("models/demo/model.py").read_text()
    for model in (place / "model.py", place / "models" / "demo" / "model.py"):
        model.write_text(text)
    shutil.copytree(home / "inputs" / "demo", place / "inputs")
    shutil.copytree(home / "inputs" / "demo", place / "inputs" / "demo")
    yield place
    assert not (home.parent / "ran").exists(), "a stranger's program ran"


def named(path, name):
    """Let the settings of a folder of inputs name a case."""
    settings = path / "settings.csv"
    head, *rows = settings.read_text().splitlines()
    row = ["" for _ in head.split(",")]
    row[head.split(",").index("name")], row[head.split(",").index("value")] = "case", name
    rows = [one for one in rows if not one.startswith("case,")]
    settings.write_text("\n".join([head, ",".join(row), *rows]) + "\n")


@pytest.mark.parametrize("path", ["../../evil", "absolute", "../evil"])
def test_settings_name_a_case_and_no_path(home, evil, refused, call, path):
    shutil.copytree("inputs/demo", "sent")
    named(Path("sent"), str(evil) if path == "absolute" else path)
    call("inputs", "pack", "sent", "sent.xlsx")
    for words in (("run", "sent"), ("check", "sent"), ("run", "sent.xlsx"), ("dsa", "sent.xlsx")):
        assert "cannot name a case" in refused(*words)


def test_the_cover_of_a_workbook_names_a_case_and_no_path(home, evil, refused, call):
    assert call("twin", "demo", "--draws", "0", "--out", "own.xlsx").exit_code == 0
    set_cells("own.xlsx", "sent.xlsx", {("Cover", 5, 1): "../../evil"})
    for words in COMMANDS:
        assert "cannot name a case" in refused(*words, "sent.xlsx")


def test_inputs_of_another_project_meet_our_models_alone(home, evil, refused, call):
    assert find_case(str(evil / "inputs" / "demo")).model == Path("models/demo/model.py")
    assert call("check", evil / "inputs" / "demo").exit_code == 0
    assert "is a program that does not stand in models" in refused("run", evil / "inputs")
    shutil.rmtree("models/demo")
    assert "its model models/demo/model.py is missing" in refused("run", evil / "inputs" / "demo")


def test_a_link_out_of_models_is_not_followed(home, evil, refused):
    Path("models/lent").symlink_to(evil)
    shutil.copytree("inputs/demo", "sent")
    named(Path("sent"), "lent")
    assert "is a program that does not stand in models" in refused("run", "sent")


def test_outside_every_project_inputs_run_nothing(home, evil, refused, monkeypatch):
    monkeypatch.chdir(home.parent)
    assert "inputs run none of another project" in refused("run", "evil/inputs/demo")


@pytest.mark.parametrize("name", [one for one in ODD if one.strip()])
def test_odd_names_are_refused(home, name):
    shutil.copytree("inputs/demo", "sent")
    (Path("sent") / "settings.csv").write_text(f'name,value\ncase,"{name}"\n')
    if name.strip() != "demo":  # blanks around a cell are not part of it
        with pytest.raises(InputError, match="cannot name a case"):
            find_case("sent")
