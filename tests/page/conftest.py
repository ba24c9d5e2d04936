"""What the tests in a browser share: the system's Chromium, which may ask for nothing, and the page of one case."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import hecon

pytest.register_assert_rewrite("in_browser")
from in_browser import CASE, DRAWS, QUICK, ROOT, Watched, ran, settled  # noqa: E402

BROWSERS = ("chromium", "google-chrome", "chromium-browser")


@pytest.fixture(scope="session")
def case_page(tmp_path_factory) -> Path:
    """The page of the case, as the command line writes it."""
    target = tmp_path_factory.mktemp("page") / "case.html"
    assert ran("page", CASE, "--draws", DRAWS, "--out", str(target)).startswith("Wrote")
    return target


@pytest.fixture(scope="session")
def hecon_run(tmp_path_factory):
    """What `hecon run CASE` prints, under a scenario in a file.

    It runs on the command line's draws as the 32-bit numbers that a page holds; on its own, one printed digit in some hundred
    differs by one. An input that the scenario sets is not drawn, so that it has no column.
    """
    draws = hecon.read_inputs(ROOT / "inputs" / CASE).sample(int(DRAWS), seed=1)
    columns = dict(zip(draws.names, draws.values.astype(np.float32).astype(np.float64).tolist(), strict=True))
    folder = tmp_path_factory.mktemp("run")

    def hecon_run(scenario: Path) -> str:
        rows = list(csv.DictReader(scenario.read_text().splitlines()))
        fixed = [row["name"] for row in rows if row["target"] == "parameter"]
        kept = {name: column for name, column in columns.items() if name not in fixed}
        lines = [kept, *zip(*kept.values(), strict=True)]
        (folder / "draws.csv").write_text("".join(",".join(map(str, line)) + "\n" for line in lines))
        words = (*QUICK, str(folder), "--draws-file", str(folder / "draws.csv"))
        return ran("run", CASE, *words, "--scenario-file", str(scenario))

    return hecon_run


@pytest.fixture(scope="module")  # not longer: while it is open, asyncio belongs to it
def browser() -> Iterator:
    """The system's Chromium; nothing is downloaded."""
    sync_api = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: install one of {', '.join(BROWSERS)} (Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def watched() -> Watched:
    """What the pages of these tests asked for and complained of."""
    return Watched()


@pytest.fixture(scope="module")
def new_page(browser, watched):
    """A new page in a browser that has no memory, watched, without network."""

    def new_page(width: int = 1280):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, accept_downloads=True, color_scheme="light"
        )
        context.set_default_timeout(20_000)
        watched.watch(context)
        return context.new_page()

    return new_page


@pytest.fixture(scope="module")
def shown(new_page, case_page):
    """The page of the case, opened from its file, with its draws computed."""
    page = new_page()
    page.goto(case_page.as_uri())
    settled(page)
    return page


@pytest.fixture(autouse=True)
def quiet(request) -> Iterator[None]:
    """After each test that opens a page: nothing was asked for, and no page complained."""
    yield
    if "watched" in request.fixturenames:
        found = request.getfixturevalue("watched")
        assert (found.asked, found.said) == ([], [])
