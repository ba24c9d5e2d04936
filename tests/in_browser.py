"""What tests in a browser share: a watch over what pages ask and say, and the command line's tables beside a page's."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from hecon.cli import app

CASE = "axi_cel_second_line"  # two families of curves, switches, agreements, one clock
DRAWS = "100"
QUICK = ("--no-figures", "--no-workbook", "--out")
ROOT = Path(__file__).parents[1]

FOCUS = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const strip = document.querySelector(".strip").getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const under = at.closest(".strip, .skip") ? 0 : strip.bottom;
  return {
    name: at.id || at.dataset.slider || at.getAttribute("aria-label") || at.innerText, tag: at.tagName.toLowerCase(),
    seen: ring && box.bottom > under && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


@dataclass(frozen=True)
class Watched:
    """What pages asked of a network, and what they complained of."""

    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def watch(self, context) -> None:
        """Refuse and note every request that is not of a file; note warnings, errors and what was thrown."""
        context.route("**/*", lambda route: self._route(route))  # Playwright writes on what it is given
        context.on("console", lambda one: one.type in ("error", "warning") and self.said.append(one.text))
        context.on("weberror", lambda one: self.said.append(str(one.error)))

    def _route(self, route) -> None:
        if route.request.url.startswith(("file:", "blob:", "data:")):
            route.continue_()
            return
        self.asked.append(route.request.url)
        route.abort()


def ran(*words: str) -> str:
    """What `hecon <words>` prints on a wide terminal, run in the checkout."""
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        result = CliRunner().invoke(app, [*words], env={"COLUMNS": "400"})
    finally:
        os.chdir(here)
    assert result.exit_code == 0, result.output
    return result.stdout


def settled(page):
    """Wait until a change has been taken up and the draws are of the inputs shown."""
    page.evaluate("() => new Promise(done => setTimeout(() => setTimeout(done, 5), 5))")
    page.wait_for_selector("body[data-draws=current]", state="attached")


def printed(text, title):
    """The rows of a table of the command line, by heading; an interval stands behind its mean."""
    lines = text[text.index(title) :].splitlines()
    head = next(line for line in lines if line.startswith("  Strategy"))
    columns = [(one.group(), one.start(), one.end()) for one in re.finditer(r"\S+(?: \S+)*", head)]
    rows = []
    for line in lines[lines.index(head) + 2 :]:
        if not line.strip():
            return rows
        if line[2] != " ":
            rows.append({})
        for cell in re.finditer(r"\S+(?: \S+)*", line):
            name = min(columns, key=lambda one: min(abs(one[1] - cell.start()), abs(one[2] - cell.end())))[0]
            rows[-1][name] = f"{rows[-1].get(name, '')} {cell.group()}".strip()
    raise AssertionError(f"the table does not end: {title}")


def comparison(text, basis):
    """Cost, effect, both increments, ratio and net benefit of each strategy, as the command line prints them."""
    rows = printed(text, f"Incremental analysis, {perspective(text)} perspective, {basis}")
    names = [name for name in rows[-1] if name not in ("Strategy", "Status")]
    return [[row.get(name, "") for name in names] for row in rows]


def perspective(text):
    return re.search(r"Incremental analysis, (.*?) perspective, deterministic", text).group(1)


def on_page(page, basis):
    """The same of the page: the deterministic or the probabilistic table."""
    table = page.locator("#comparison-tables table", has=page.locator(f"caption:has-text('{basis}')")).first
    rows = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.innerText.split('\\n')))"
    )
    return [[f"{cell[0]} ({cell[1]})" if len(cell) > 1 else cell[0] for cell in row[:5]] for row in rows]


def same(page, text, off=0):
    """What the page shows is what the command line printed, base case and draws, in tables, brief and heading.

    Numbers of the draws may be `off` by so many of their last digit.
    """
    assert on_page(page, "Base case") == comparison(text, "deterministic")
    shown, found = on_page(page, "Probabilistic"), comparison(text, "probabilistic")
    assert max(abs(a - b) for a, b in zip(last_digits(shown), last_digits(found), strict=True)) <= off, (shown, found)
    assert off or shown == found
    ratio = comparison(text, "deterministic")[1][4]
    assert ratio in page.inner_text("#answer")
    assert page.inner_text("#headline").startswith(ratio)
    summary = printed(text, "Probabilistic summary")
    assert f"{100 * float(summary[1]['P(best)']):.0f}%" in page.inner_text("#tiles")
    benefit = page.locator("#comparison-tables table").nth(1).locator("tbody td:nth-child(7)").all_inner_texts()
    assert off or [one.replace("\n", " (") + ")" for one in benefit] == [one["NMB (USD 2021)"] for one in summary]


def last_digits(rows):
    """The numbers of a table, each in units of its last digit."""
    cells = " ".join(cell for row in rows for cell in row)
    return [int(re.sub(r"[,.]", "", one)) for one in re.findall(r"-?\d[\d,.]*", cells)]


def entered(page, selector, value):
    """A number typed into a field and taken with Enter, by keyboard."""
    box = page.locator(selector)
    box.fill(str(value))
    box.press("Enter")


def downloaded(page, folder):
    """The scenario that the page gives for the command line."""
    with page.expect_download() as file:
        page.click("#download-scenario")
    target = folder / file.value.suggested_filename
    file.value.save_as(target)
    return target


def input_shown(page, name):
    """The field of an input, found by the search."""
    page.fill("#search", name)
    return page.locator(f"#input-list [data-input='{name}'] [data-name='{name}']")
