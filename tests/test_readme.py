"""The README: its thirty lines of Python print the answer it shows, and its commands and links exist."""

import contextlib
import io
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_its_answer() -> None:
    code = re.search(r"```python\n(.*?)```", README, re.S)
    answer = re.search(r"prints\n\n```text\n(.*?)```", README, re.S)
    assert code
    assert answer
    assert len(code.group(1).splitlines()) <= 30
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code.group(1), "README.md", "exec"), {"__name__": "readme"})
    assert [line.rstrip() for line in printed.getvalue().splitlines()] == [line.rstrip() for line in answer.group(1).splitlines()]


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_its_commands_are_commands() -> None:
    from typer.main import get_command

    from hecon.cli import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    for line in re.findall(r"^\| `hecon (\w+)", README, re.M):
        assert line in known
