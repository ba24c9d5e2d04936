"""The README: its thirty lines of Python print the answer it shows, and its commands and links exist."""

import contextlib
import io
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

import hecon

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


@pytest.mark.parametrize("case", ["car_t_paediatric_all", "axi_cel_second_line", "til_melanoma", "sipuleucel_t"])
def test_the_table_of_cases_is_what_they_give(case: str) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| [`{case}`]"))
    shown = [cell.strip() for cell in row.strip("|").split("|")]
    page = runpy.run_path(str(ROOT / "models" / case / "model.py"))
    book = hecon.read_inputs(ROOT / "inputs" / case)
    result = hecon.run(page["MODEL"], book.base())
    old = result.strategies.index(book.settings["reference"])
    new = 1 - old

    def more(values: Any) -> float:
        return float(values[new, 0] - values[old, 0])

    by_category = {name: more(values) for name, values in result.split("category", "societal").items()}
    by_sector = {name: more(values) for name, values in result.split("sector", "societal").items()}
    lost = sum(by_sector.get(sector, 0.0) for sector in ("productivity", "informal care", "patient time"))
    first, side = by_category["upfront"], by_category.get("side effects", 0.0)
    cost, effect = more(result.cost("societal")), more(result.effect())
    ratio = "dominant" if cost < 0 < effect else f"{cost / effect:,.0f}"
    figures = [f"{x:,.0f}" for x in (first, side, lost, cost - first - side - lost)]
    assert shown[1:] == [f"{book.settings['currency']} {book.settings['price_year']}", *figures, f"{effect:.2f}", ratio]
