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
    same(submitted, hecon_run(file))
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
    same(submitted, hecon_run(file))
    changed = submitted.locator("#changes-body tbody th").all_inner_texts()
    assert len(changed) == 7, changed


def test_an_agreement_is_the_same_as_on_the_command_line(submitted, hecon_run, tmp_path):
    submitted.locator("#agreement").select_option(index=5)
    settled(submitted)
    file = downloaded(submitted, tmp_path)
    assert ",setting,agreement," in file.read_text()
    same(submitted, hecon_run(file))


def test_two_scenarios_stand_side_by_side_and_a_link_opens_them_elsewhere(submitted, new_page):
    ratios = [submitted.inner_text("#headline").split()[0]]
    for name, price in (("half", "199500"), ("quarter", "99750")):
        entered(submitted, "#price", price)
        settled(submitted)
        ratios.append(submitted.inner_text("#headline").split()[0])
        submitted.fill("#scenario-name", name)
        submitted.click("#keep")
    headline, link = submitted.inner_text("#headline"), submitted.input_value("#link")
    rows = [ratios[0], *ratios[2:], *ratios[1:]]  # submitted, shown now, both that are kept

    def versions(page):
        page.wait_for_selector("#scenarios-table tbody tr:nth-child(4)")
        return page.locator("#scenarios-table tbody tr td:nth-child(4)").all_inner_texts()

    assert versions(submitted) == rows
    assert "99,750" in submitted.inner_text("#changes-body")
    elsewhere = new_page()
    elsewhere.goto(link)
    settled(elsewhere)
    assert (elsewhere.inner_text("#headline"), versions(elsewhere)) == (headline, rows)
    assert on_page(elsewhere, "Probabilistic") == on_page(submitted, "Probabilistic")
    elsewhere.click("button[aria-label='Open half']")
    settled(elsewhere)
    assert elsewhere.input_value("#price") == "199500"
    assert elsewhere.inner_text("#headline").startswith(ratios[1])
    elsewhere.context.close()
    for name in ("half", "quarter"):
        submitted.click(f"button[aria-label='Remove {name}']")


def test_draws_that_are_stopped_are_said_to_be_of_the_former_inputs(submitted):
    before = on_page(submitted, "Probabilistic")
    submitted.evaluate(
        """() => {
          const stop = document.getElementById("stop");
          new MutationObserver((_, seen) => { if (!stop.hidden) { seen.disconnect(); stop.click(); } }).observe(stop, { attributes: true });
        }"""
    )
    box = input_shown(submitted, "p_crossover")
    box.fill("0.31")
    box.press("Enter")
    submitted.wait_for_selector("body[data-draws=old]", state="attached")
    assert submitted.inner_text("#status").startswith("Stopped. The draws are not of these inputs")
    assert on_page(submitted, "draws of the inputs before the last change") == before
    assert submitted.is_hidden("#stop")
    assert submitted.is_hidden("#progress")
    assert "likely" not in submitted.inner_text("#headline")
    assert "Likely to be cost-effective\nnot run" in submitted.inner_text("#tiles")
    assert submitted.evaluate("document.activeElement.id") == "main"
    assert "likelihood from" not in submitted.inner_text("#answer")


def test_what_is_open_or_in_focus_stays_so_when_numbers_change(submitted):
    submitted.click("#comparison-tables summary >> nth=0")
    for room in ("#comparison-tables [role=region] >> nth=1", "[data-figure=plane] summary"):
        submitted.locator(room).focus()
        submitted.evaluate("State.set('p_crossover', State.value_of('p_crossover') - 0.1)")
        settled(submitted)
        assert submitted.locator(room).evaluate("one => one === document.activeElement"), room
    assert submitted.locator("#comparison-tables details").first.get_attribute("open") is not None


def test_a_probability_above_one_is_refused_beside_its_field(submitted):
    before = submitted.inner_text("#headline"), on_page(submitted, "Base case")
    box = input_shown(submitted, "p_crossover")
    box.fill("1.2")
    box.press("Enter")
    told = submitted.locator(f"#{box.get_attribute('aria-describedby').split()[0]}")
    assert told.inner_text() == "1.2 is not taken: a probability lies between 0 and 1. The result still rests on 0.57."
    assert box.get_attribute("aria-invalid") == "true"
    settled(submitted)
    assert (submitted.inner_text("#headline"), on_page(submitted, "Base case")) == before
    assert submitted.is_disabled("#reset-all")
    box.fill("0.57")
    box.press("Enter")
    assert (box.get_attribute("aria-invalid"), told.inner_text()) == (None, "")


def test_a_request_would_have_been_seen(new_page, watched):
    page = new_page()
    page.goto("about:blank")
    page.set_content('<img src="http://localhost:9/a.png">')
    assert watched.asked == ["http://localhost:9/a.png"]
    page.context.close()
    watched.asked.clear()
    watched.said.clear()
