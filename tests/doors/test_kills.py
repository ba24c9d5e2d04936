"""kill -9 at each file operation of every command that writes: what it writes is old or new, never half, never neither."""

import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from hecon import files

sys.path.insert(0, str(Path(__file__).parent))
from killing import clean, digest, killed, snapshots

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
QUICK = ("--draws", "20", "--no-figures")
DATA = "time,event\n" + "".join(f"{1 + k % 7},{k % 3 // 2}\n" for k in range(30))
# what is run before, what is killed, and what it writes
COMMANDS = {
    "run": (
        ("run", "demo", *QUICK, "--name", "r"),
        ("run", "demo", *QUICK, "--seed", "2", "--name", "r"),
        ["outputs/demo/r"],
    ),
    "dsa": (("dsa", "demo", "--name", "r"), ("dsa", "demo", "--wtp", "9", "--name", "r"), ["outputs/demo/dsa-r"]),
    "twin": (
        ("twin", "demo", "--draws", "0"),
        ("twin", "demo", "--draws", "0", "--wtp", "9", "--force"),
        ["demo.xlsx"],
    ),
    "report": (
        ("report", "demo", "--draws", "0", "--out", "a.html"),
        ("report", "demo", "--draws", "0", "--wtp", "9", "--out", "a.html", "--force"),
        ["a.html", "a.xlsx"],
    ),
    "pack": (("inputs", "pack", "demo", "a.xlsx"), ("inputs", "pack", "changed", "a.xlsx", "--force"), ["a.xlsx"]),
    "unpack": (
        ("inputs", "pack", "changed", "changed.xlsx"),
        ("inputs", "unpack", "changed.xlsx", "inputs/demo", "--force"),
        ["inputs/demo"],
    ),
    "appendix": (("list",), ("appendix", "demo", "--out", "a.md", "--force"), ["a.md"]),
    "tree": (("list",), ("tree", "demo", "--out", "a.svg", "--force"), ["a.svg"]),
    "survival": (
        ("survival", "fit", "patients.csv", "--families", "exponential", "--into", "curves.csv", "--out", "s"),
        ("survival", "fit", "patients.csv", "--families", "weibull", "--into", "curves.csv", "--out", "s"),
        ["s", "curves.csv"],
    ),
}


@pytest.fixture
def project(home, call):
    """The project with inputs that differ a little, and data of survival."""
    shutil.copytree("inputs/demo", "changed")
    settings = Path("changed/settings.csv")
    settings.write_text(settings.read_text().replace("20000", "30000") + "title,another\n")
    Path("patients.csv").write_text(DATA)
    for path in ("a.md", "a.svg"):
        Path(path).write_text("old")
    return home


@pytest.mark.parametrize(
    ("name", "exchange"), [*((name, True) for name in COMMANDS), ("dsa", False), ("unpack", False)]
)
def test_old_or_new_at_every_operation(project, call, tmp_path, monkeypatch, name, exchange):
    first, then, written = COMMANDS[name]
    if not exchange:  # as on a system that cannot exchange two folders in one step
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    assert call(*first).exit_code == 0
    old = [digest(project / path) for path in written]
    seen = snapshots(then, project, tmp_path / "seen")
    new = [digest(project / path) for path in written]
    assert all(one != other for one, other in zip(old, new, strict=True))
    assert len(seen) > 4
    for home in seen:
        at_once = [digest(home / path) for path in written]
        assert clean(home) == []
        after = [digest(home / path) for path in written]
        for k, path in enumerate(written):
            assert after[k] in (old[k], new[k]), f"{path} is half-written at {home.name}"
            assert at_once[k] == after[k] or not exchange, f"{path} is not there at {home.name}"


def test_a_run_named_by_its_time_is_whole_or_not_there(project, call, tmp_path):
    seen = snapshots(("run", "demo", *QUICK), project, tmp_path / "seen")
    whole = {digest(project / "outputs" / "demo")}
    assert len(seen) > 15
    for home in seen:
        assert clean(home) == []
        runs = list((home / "outputs" / "demo").glob("*")) if (home / "outputs" / "demo").exists() else []
        assert not runs or digest(home / "outputs" / "demo") in whole


def test_new_is_whole_once_its_model_is_there_and_goes_on_where_it_was_killed(project, call, tmp_path, monkeypatch):
    places = ("models/second", "inputs/second", "tests/test_second.py")
    seen = snapshots(("new", "second"), project, tmp_path / "seen")
    whole = [digest(project / path) for path in places]
    assert None not in whole
    for home in seen:
        monkeypatch.chdir(home)
        if digest(home / "models" / "second") is None:
            assert call("new", "second").exit_code == 0
        assert [digest(home / path) for path in places] == whole
        assert clean(home) == []


@pytest.mark.parametrize("name", ["run", "pack", "unpack"])
def test_killed_in_earnest(project, call, name):
    first, then, written = COMMANDS[name]
    assert call(*first).exit_code == 0
    whole = names(project / written[0])
    kills = 0
    for n in (2, 3, 5, 7, 9, 12, 20, 30, 40):
        kills += killed(then, project, n)
        assert names(project / written[0]) == whole
    assert kills > 2
    assert call(*then).exit_code == 0
    assert not list(project.rglob(".*-????????")), "the next run removes what killed ones left"


def names(path):
    """The files at a path, all of them readable."""
    found = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    assert all(zipfile.ZipFile(one).testzip() is None for one in found if one.suffix in (".xlsx", ".npz"))
    return [one.name for one in found]


def test_rooms_of_the_living_and_folders_of_others_stay(tmp_path):
    (tmp_path / ".mine-0123abcd" / "notes").mkdir(parents=True)
    (tmp_path / ".left-0123abcd" / "new").mkdir(parents=True)
    with files.whole_folder(tmp_path / "a") as draft:
        files.remove_leftovers(tmp_path)
        assert draft.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".mine-0123abcd", "a"]
