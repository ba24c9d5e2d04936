"""What the tests of the command line share: a folder with a new case, and ways to call a command in it."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hecon.cli import app

QUICK = ("--draws", "40", "--no-figures", "--name", "r")


def _call(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def call():
    """The result of `hecon <words>`; a bug is raised, as a shell would show it."""
    return _call


@pytest.fixture
def refused():
    """The one message of a command that ends with exit code 1."""

    def refused(*words):
        result = _call(*words)
        assert result.exit_code == 1, result.output
        assert "Traceback" not in result.output
        return result.stderr

    return refused


@pytest.fixture
def ran():
    """What `hecon run demo --json <words>` prints, with few draws."""
    return lambda *words: json.loads(_call("run", "demo", "--json", *QUICK, *words).stdout)


@pytest.fixture
def edit():
    """Replace a text that must be there in a file."""

    def edit(path, old, new):
        text = Path(path).read_text()
        assert old in text
        Path(path).write_text(text.replace(old, new))

    return edit


@pytest.fixture(scope="session")
def starter(tmp_path_factory):
    """A folder with the case that `hecon new demo` writes."""
    home = tmp_path_factory.mktemp("starter")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        assert _call("new", "demo").exit_code == 0
    return home


@pytest.fixture
def home(starter, tmp_path, monkeypatch):
    """A copy of that folder, as the current one."""
    shutil.copytree(starter, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
