"""Budget and agreements in the browser: the numbers of `hecon budget` and `hecon scheme`, and figures that follow."""

import csv

import pytest

import hecon
from hecon.page.write_page import write_page
from in_browser import CASE, entered, ran, settled


def words(text: str) -> list[str]:
    return text.split("\t")


def test_budget_and_agreements_are_those_of_the_command_line(shown, tmp_path):
    printed = ran("budget", CASE, "--draws", "0", "--out", str(tmp_path)).splitlines()
    lines = {
        tuple(line.split()[:2]): line.split()[-6:]
        for line in printed
        if line.partition(" ")[0] in ("without", "with", "net") and "base case " in line
    }
    on_page = {
        tuple((world + " " + cause).split()[:2]): numbers
        for world, cause, *numbers in map(
            words, shown.locator("#budget-tables table").first.inner_text().splitlines()[2:]
        )
    }
    assert len(lines) > 10
    assert {key: on_page[key] for key in lines} == lines

    told = shown.locator("#agreements-tables table").first.inner_text()
    # hecon scheme: "... at the list price, is a rebate of 51.2% in disguise: it is expected to pay 183,906 of 376,833 per patient"
    assert "Italy: thirds at 180, 270 and 365 days after infusion\t1.000\t183,906\t0\t51.2%" in told


def test_figures_and_tables_of_paying_follow_a_change_and_are_taken_along(shown, tmp_path):
    figure = shown.locator("[data-figure=budget]")
    figure.scroll_into_view_if_needed()
    shown.wait_for_selector("[data-figure=budget] svg")
    before = figure.locator("[role=img]").get_attribute("aria-label")
    assert "49,796,006" in before
    entered(shown, "#price", 300_000)
    shown.wait_for_selector("[data-figure=budget] [role=img]:not([aria-label*='49,796,006'])")
    settled(shown)
    with shown.expect_download() as download:
        shown.click("#download-tables")
    file = tmp_path / "tables.csv"
    download.value.save_as(file)
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    total = next(row for row in rows if row[:2] == ["net", "all"])
    label = figure.locator("[role=img]").get_attribute("aria-label")
    assert f"in all {total[-1]}." in label
    assert any(row and row[0].startswith("Cash flow") for row in rows)


def test_a_case_without_patients_and_agreements_says_what_is_missing(new_page, tmp_path):
    from hecon.workbook.example import one_visit

    analysis = hecon.open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    page = new_page()
    page.goto(write_page(analysis, tmp_path / "visit.html").as_uri())
    told = page.inner_text("#budget")
    assert "population.csv" in told
    assert "schemes.csv" in told


@pytest.mark.parametrize("width", [1280, 320])
def test_the_name_of_a_table_is_never_cut(shown, width):
    shown.set_viewport_size({"width": width, "height": 900})
    shown.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
    cut = shown.evaluate(
        "() => [...document.querySelectorAll('.wide caption span')].filter(one => "
        "one.getBoundingClientRect().right > one.closest('.wide').getBoundingClientRect().right + 1).map(one => one.textContent)"
    )
    assert cut == []
