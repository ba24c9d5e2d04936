"""A case of one's own in a project, beside what a stranger sends: what every test of the doors starts from."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hecon.cli import app


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


@pytest.fixture(scope="session")
def starter(tmp_path_factory):
    """A project with the case `demo` as `hecon new` writes it."""
    home = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        assert _call("new", "demo").exit_code == 0
    return home


@pytest.fixture
def home(starter, tmp_path, monkeypatch):
    """A copy of that project, as the current folder."""
    place = tmp_path / "project"
    shutil.copytree(starter, place)
    monkeypatch.chdir(place)
    return Path(place)
