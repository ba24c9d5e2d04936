"""A full disk and a closed pipe: told in one sentence, what was there before stays, and what was asked for is written."""

import os
import resource
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hecon.cli import app
from hecon.files import whole_file, whole_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
DATA = "time,event\n" + "".join(f"{1 + k % 7},{k % 3 // 2}\n" for k in range(30))
WRITERS = (
    ("run", "demo", "--draws", "20", "--name", "r"),
    ("run", "demo", "--draws", "20", "--redact", "c_treatment", "--no-figures", "--no-workbook"),
    ("dsa", "demo", "--name", "r"),
    ("twin", "demo", "--draws", "0", "--out", "r.xlsx"),
    ("report", "demo", "--draws", "0", "--no-workbook", "--out", "r.html"),
    ("inputs", "pack", "demo", "r.xlsx"),
    ("inputs", "unpack", "packed.xlsx", "r"),
    ("new", "r"),
    ("survival", "fit", "patients.csv", "--families", "exponential", "--out", "r", "--into", "r.csv"),
    ("appendix", "demo", "--out", "r.md"),
    ("tree", "demo", "--out", "r.svg"),
)


def on_a_full_disk(words, most):
    """Exit code and stderr of a command whose files may not grow beyond so many bytes, as on a disk that is full."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
        pid = os.fork()
    if pid == 0:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            done = CliRunner().invoke(app, list(words))
            text = done.stderr if isinstance(done.exception, SystemExit | None) else repr(done.exception)
            os.write(write, f"{done.exit_code} {text}".encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read) as stream:
        code, _, text = stream.read().partition(" ")
    return int(code), text


@pytest.mark.parametrize("words", WRITERS, ids=lambda words: " ".join(words[:2]))
def test_a_full_disk_is_told_and_leaves_nothing(home, call, words):
    Path("patients.csv").write_text(DATA)
    assert call("inputs", "pack", "demo", "packed.xlsx").exit_code == 0
    before = sorted(home.rglob("*"))
    code, said = on_a_full_disk(words, 100)
    assert code == 1
    assert "cannot be written (File too large); make room, or write elsewhere" in said.replace("\n", " ")
    assert "Traceback" not in said
    assert "/new/" not in said
    assert sorted(home.rglob("*")) == before


def test_what_was_there_stays(home, call):
    words = ("inputs", "pack", "demo", "r.xlsx", "--force")
    Path("r.xlsx").write_bytes(b"old")
    assert on_a_full_disk(words, 100)[0] == 1
    assert Path("r.xlsx").read_bytes() == b"old"


def hecon(words, stdout):
    """Run in a process of its own; (exit code, stderr)."""
    done = subprocess.run([sys.executable, "-m", "hecon", *words], stdout=stdout, stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_that_is_full_is_told_and_the_files_are_written(home):
    with open("/dev/full", "w") as full:
        code, said = hecon(("run", "demo", "--draws", "20", "--no-figures", "--no-workbook", "--name", "r"), full)
    assert (code, said) == (1, "hecon: the output: cannot be written (No space left on device)\n")
    assert Path("outputs/demo/r/run.json").is_file()


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_closed_pipe_is_told_and_the_files_are_written(home, more):
    read, write = os.pipe()
    os.close(read)
    words = ("run", "demo", "--draws", "20", "--no-figures", "--no-workbook", "--name", "r", *more)
    code, said = hecon(words, write)
    os.close(write)
    assert code == 1
    assert said.startswith("hecon: the reader of the output closed it early; the files of the command are written")
    assert Path("outputs/demo/r/run.json").is_file()


def test_a_link_is_followed_and_modes_are_the_users_own(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    with whole_file(tmp_path / "link.txt") as draft:
        draft.write_text("new")
    assert (tmp_path / "real.txt").read_text() == "new"
    assert (tmp_path / "link.txt").is_symlink()
    mask = os.umask(0o022)
    with whole_folder(tmp_path / "made"):
        pass
    os.umask(mask)
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o755
