"""The README: its thirty lines of Python print the answer it shows, and its commands and links exist."""

import contextlib
import io
import re
import runpy
from pathlib import Path

from hecon.report.atlas import readme_table
from hecon.results.atlas.comparison import side_effects

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
    assert [line.rstrip() for line in printed.getvalue().splitlines()] == [
        line.rstrip() for line in answer.group(1).splitlines()
    ]


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_its_commands_are_commands() -> None:
    from typer.main import get_command

    from hecon.cli import app

    known = set(get_command(app).commands)
    for line in re.findall(r"^\| `hecon (\w+)", README, re.M):
        assert line in known


def test_the_table_of_cases_is_the_atlas() -> None:
    """Written by scripts/update_readme; its sentence on payback holds in every row of a cell therapy."""
    table = README.split("<!-- atlas -->\n")[1].split("<!-- end of atlas -->")[0].strip()
    atlas = runpy.run_path(str(ROOT / "scripts" / "update_readme"))["atlas"]()
    assert readme_table(atlas) == table
    cells = [one for one in atlas.comparisons if one.about.cells]
    shares = [one.payback().p_both for one in cells if one.has_extra_cost()]
    costly = f"{len(shares)} have an extra upfront cost. In none of these {len(shares)} "
    assert f"Of {len(cells)} comparisons of a cell therapy, {costly}" in README
    assert all(share is None or share < 0.5 for share in shares)
    hidden = [one for one in atlas.comparisons if one.hatched(side_effects) or one.hatched(one.work)]
    assert len(hidden) > len(atlas.comparisons) / 2
