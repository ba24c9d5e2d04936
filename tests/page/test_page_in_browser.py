"""The page in a browser: what it shows is what the command line prints, before and after its reader changes something."""


import pytest

from in_browser import on_page, same, settled


@pytest.fixture
def submitted(shown):
    """The page as it was submitted, and so again after the test."""
    yield shown
    if shown.is_enabled("#reset-all"):
        shown.click("#reset-all")
    settled(shown)


def test_the_submitted_case_is_as_the_command_line_prints_it(submitted, hecon_run):
    same(submitted, hecon_run())
    assert "Nothing: you see the submitted base case." in submitted.inner_text("#changes-body")


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


def test_another_price_is_the_same_as_its_scenario_on_the_command_line(submitted, hecon_run, tmp_path):
    before = on_page(submitted, "Probabilistic")
    entered(submitted, "#price", "300,000")
    settled(submitted)
    file = downloaded(submitted, tmp_path)
    assert "parameter,price_axi_cel,300000," in file.read_text()
    same(submitted, hecon_run("--scenario-file", str(file)))
    assert on_page(submitted, "Probabilistic") != before


def test_curve_switch_input_horizon_rate_perspective_and_threshold_are_live(submitted, hecon_run, tmp_path):
    input_shown(submitted, "family_os").select_option("log-normal")
    input_shown(submitted, "survivors_recover").select_option("no")
    box = input_shown(submitted, "p_crossover")
    box.fill("0.31")
    box.press("Enter")
    submitted.click("#time summary")
    entered(submitted, "#horizon", 20)
    entered(submitted, "#discount-cost", "0.05")
    submitted.select_option("#perspective", "societal: friction")
    entered(submitted, "#threshold", "100000")
    settled(submitted)
    file = downloaded(submitted, tmp_path)
    same(submitted, hecon_run("--scenario-file", str(file)))
    changed = submitted.locator("#changes-body tbody th").all_inner_texts()
    assert len(changed) == 7, changed
