"""The page of the leukaemia case with 10,000 draws in headless Chromium: how long what a reader does takes, beside what is wanted.

Needs Playwright and a Chromium on the machine; two workers run the draws. `--keep FILE` also keeps the page.
"""

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import hecon

CASE, DRAWS, WORKERS = "car_t_paediatric_all", 10_000, 2
WANTED = {  # the most that each may be
    "first_answer_seconds": 1.5,
    "base_case_milliseconds": 50.0,
    "repricing_milliseconds": 300.0,
    "psa_seconds": 5.0,
    "file_megabytes": 6.0,
}
_DATA = "const DATA = JSON.parse(document.getElementById('data').textContent);"
_BASE_CASE = """() => { %(data)s
  const name = DATA.inputs.find((one) => one.drawn && !DATA.prices.includes(one.name)).name, times = [];
  for (let k = 1; k <= 15; k++) {
    const state = { ...State.get(), values: { [name]: State.value_of(name) * (1 - 0.001 * k) } };
    const begin = performance.now();
    Model.evaluate(state);
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[7];
}"""
_DRAWS = """async (workers) => { %(data)s
  const draws = await Model.read_draws(), M = Model.M, x = State.vector(M.inputs, State.get());
  M.set_horizon(DATA.own_horizon);
  M.prepare(x);
  let begin = performance.now();
  const stored = await Engine.psa(Model.text, M, draws, x, new Set(), DATA.own_horizon, { workers });
  const psa = performance.now() - begin, price = DATA.product_price || DATA.prices[0];
  begin = performance.now();
  Engine.repriced(M, draws, stored, { [price]: 0.8 * State.value_of(price) });
  return { psa, repricing: performance.now() - begin, faults: stored.faults };
}"""
_SEEN = """(name) => new Promise((done) => {
  const field = document.querySelector(name), headline = document.getElementById("headline");
  const begin = performance.now();
  new MutationObserver(() => requestAnimationFrame(() => done(performance.now() - begin)))
    .observe(headline, { childList: true, characterData: true, subtree: true });
  field.value = String(0.8 * Number(field.value));
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
})"""


def measured(file: Path) -> dict[str, float]:
    """Open the page from its file and do what a reader does."""
    with sync_playwright() as play:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        begin = time.perf_counter()
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-draws=current]", timeout=120_000)
        opened = time.perf_counter() - begin
        first = page.evaluate("performance.getEntriesByName('first answer')[0].startTime") / 1000
        drawn = page.evaluate(_DRAWS % {"data": _DATA}, WORKERS)
        found = {
            "first_answer_seconds": first,
            "base_case_milliseconds": page.evaluate(_BASE_CASE % {"data": _DATA}),
            "repricing_milliseconds": drawn["repricing"],
            "psa_seconds": drawn["psa"] / 1000,
            "file_megabytes": file.stat().st_size / 1e6,
            "draws_at_hand_after_opening_seconds": opened,
            "price_typed_to_headline_milliseconds": _seen(page),
        }
        assert drawn["faults"] == []
        browser.close()
    return found


def _seen(page: Page) -> float:
    """From the price typed to the headline in sight."""
    return float(page.evaluate(_SEEN, "#price"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the page there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = asked.keep.absolute() if asked.keep else Path(folder) / "page.html"
        begin = time.perf_counter()
        hecon.write_page(hecon.open_case(CASE).run(draws=DRAWS), file)
        figures = {"written_seconds": time.perf_counter() - begin, **measured(file)}
    for name, value in figures.items():
        wanted = f"   wanted {WANTED[name]:g}: {'yes' if value <= WANTED[name] else 'NO'}" if name in WANTED else ""
        print(f"{name:38s} {value:10.3f}{wanted}")
    if asked.json:
        print(json.dumps(figures))
