"""Ctrl-C at any moment: exit code 130, one plain word, and what is written is old or new, with nothing left beside it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hecon.cli import app

sys.path.insert(0, str(Path(__file__).parent))
from killing import digest, interrupted

QUICK = ("--draws", "20", "--no-figures")
# what is run before, what is interrupted, and what it writes
COMMANDS = {
    "run": (
        ("run", "demo", *QUICK, "--name", "r"),
        ("run", "demo", *QUICK, "--seed", "2", "--name", "r"),
        ["outputs/demo/r"],
    ),
    "dsa": (("dsa", "demo", "--name", "r"), ("dsa", "demo", "--wtp", "9", "--name", "r"), ["outputs/demo/dsa-r"]),
    "report": (
        ("report", "demo", "--draws", "0", "--out", "a.html"),
        ("report", "demo", "--draws", "0", "--wtp", "9", "--out", "a.html", "--force"),
        ["a.html", "a.xlsx"],
    ),
    "unpack": (
        ("inputs", "pack", "changed", "changed.xlsx"),
        ("inputs", "unpack", "changed.xlsx", "inputs/demo", "--force"),
        ["inputs/demo"],
    ),
}
STEP = {"run": 4, "report": 2}  # of their many operations, every so many-th


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("name", COMMANDS)
def test_old_or_new_and_nothing_beside_it_wherever_ctrl_c_falls(home, call, tmp_path, name):
    first, then, written = COMMANDS[name]
    shutil.copytree("inputs/demo", "changed")
    settings = Path("changed/settings.csv")
    settings.write_text(settings.read_text().replace("20000", "30000") + "title,another\n")
    assert call(*first).exit_code == 0
    old = [(digest(home / path), names(home / path)) for path in written]
    seen, n = [], 1
    while True:
        here = tmp_path / str(n)
        shutil.copytree(home, here)
        os.chdir(here)
        stopped = interrupted(then, here, n)
        seen.append([(digest(here / path), names(here / path)) for path in written])
        assert not [path for path in here.rglob(".*") if path.name != ".gitignore"]
        if not stopped:
            break
        n += STEP.get(name, 1)
    new = seen.pop()
    assert len(seen) > 3
    for each in seen:
        for one, before, after in zip(each, old, new, strict=True):
            assert one == before or (one[0] != before[0] and one[1] == after[1])  # files tell when they were written
    assert seen[0] == old


def names(path):
    """The files at a path."""
    return sorted(str(file.relative_to(path)) for file in path.rglob("*")) if path.is_dir() else path.exists()


def _stop(*_, **__):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("hecon.inputs.book.Book.sample", ("run", "demo", *QUICK)),
        ("hecon.evaluate.run.run_chunk", ("run", "demo", *QUICK)),
        ("hecon.evaluate.run.run_chunk", ("dsa", "demo")),
        ("hecon.report.run_folder.write_grids", ("run", "demo", *QUICK)),
        ("hecon.report.answer.write_analysis", ("dsa", "demo")),
        ("xlsxwriter.workbook.Workbook.close", ("twin", "demo", "--draws", "0")),
        ("hecon.analysis.voi.until_stable._step", ("ceac", "demo", "--until-stable", "--precision", "1")),
    ],
)
def test_nothing_was_written(home, monkeypatch, where, words):
    before = digest(home)
    monkeypatch.setattr(where, _stop)
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 130, result.output
    assert result.stderr.splitlines()[-1] == "Stopped; nothing was written"
    assert digest(home) == before


def test_what_was_written_before_is_said(home, monkeypatch):
    monkeypatch.setattr("hecon.commands.run._print", _stop)
    result = CliRunner().invoke(app, ["run", "demo", *QUICK, "--name", "r"])
    assert result.exit_code == 130
    place = Path("outputs", "demo", "r")
    assert result.stderr.splitlines()[-1] == f"Stopped; {place}: written, and whole"
    assert (place / "run.json").exists()


SCRIPT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have told its children to ignore it
import hecon.evaluate.run as runs
chunk, done = runs.run_chunk, []
def pressed(*asked):
    done.append(1)
    if len(done) == 3:  # the base case is the first; this is among the draws, in a thread
        os.kill(os.getpid(), signal.SIGINT)
    return chunk(*asked)
runs.run_chunk = pressed
from hecon.cli import main
sys.argv = ["hecon", "run", "demo", "--draws", "100000", "--no-figures"]
main()
"""


def test_a_signal_in_the_middle_of_the_draws(home):
    before = digest(home)
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, cwd=home)
    assert done.returncode == 130, done.stderr
    assert done.stderr == "Stopped; nothing was written\n"
    assert done.stdout == ""
    assert digest(home) == before
