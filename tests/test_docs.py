"""The pages of docs/: their Python runs, block by block, and prints what they show; links and commands exist."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
BLOCK = re.compile(r"```python\n(?P<code>.*?)```(?:\n\nprints\n\n```text\n(?P<shown>.*?)```)?", re.S)

FILE = re.compile(r"`(?P<name>\w+\.csv)`(?:(?!```).)*?```csv\n(?P<rows>.*?)```", re.S)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip("\n").splitlines()]


def _name(page: Path) -> str:
    return page.stem


def test_there_are_pages_with_blocks() -> None:
    assert sum(len(BLOCK.findall(page.read_text(encoding="utf-8"))) for page in PAGES) > 15


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_its_python_prints_what_it_shows(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    for folder in ("models", "inputs"):  # the cases are found by name
        (tmp_path / folder).symlink_to(ROOT / folder)
    text = page.read_text(encoding="utf-8")
    for file in FILE.finditer(text):  # a file that the page shows is there for what follows
        (tmp_path / file["name"]).write_text(file["rows"], encoding="utf-8")
    names: dict[str, Any] = {"__name__": page.stem}
    for block in BLOCK.finditer(text):
        line = text[: block.start()].count("\n") + 1
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * line + block["code"], page.name, "exec"), names)
        assert _lines(printed.getvalue()) == _lines(block["shown"] or ""), f"{page.name}, line {line}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_its_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert link.startswith("http") or (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_its_commands_are_commands(page: Path) -> None:
    from typer.main import get_command

    from hecon.cli import app

    known = set(get_command(app).commands)
    for command in re.findall(r"(?:^|`)hecon ([a-z-]+)", page.read_text(encoding="utf-8"), re.M):
        assert command in known, command


def test_the_curves_it_shows_can_be_read(tmp_path: Path) -> None:
    from hecon.inputs.curves_table import read_curves

    shown = next(one for one in FILE.finditer((ROOT / "docs" / "survival.md").read_text(encoding="utf-8")))
    (tmp_path / shown["name"]).write_text(shown["rows"], encoding="utf-8")
    curve = read_curves(tmp_path / shown["name"])["os"]
    assert curve.selected == "weibull"
    assert list(curve.fits) == ["weibull", "exponential"]
