"""The page in a browser: its numbers are those that the command line prints, and everybody can read and work it."""

import re

import pytest

from in_browser import CASE, FOCUS, QUICK, downloaded, entered, input_shown, on_page, ran, same, settled

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def submitted(shown):
    """The page as it was submitted, and so again after the test."""
    yield shown
    if shown.is_enabled("#reset-all"):
        shown.click("#reset-all")
    settled(shown)


@pytest.fixture(scope="module")
def drawn(shown):
    """The page with every figure drawn, also those out of sight: it does not grow while it is read."""
    for kind in shown.locator("#figures figure").evaluate_all("all => all.map(one => one.dataset.figure)"):
        shown.wait_for_selector(f"[data-figure={kind}] svg", state="attached")
    return shown


def test_the_submitted_case_is_as_the_command_line_prints_it(submitted, tmp_path):
    program, *words = submitted.inner_text("#command").partition(": ")[2].split()
    assert (program, words[:2], words[-2:]) == ("hecon", ["run", CASE], ["--scenario-file", "page.csv"])
    same(submitted, ran(*words[:-2], *QUICK, str(tmp_path)), off=1)
    assert "Nothing: you see the submitted base case." in submitted.inner_text("#changes-body")


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
    budget = submitted.inner_text("#budget-told")
    submitted.locator("#agreement").select_option("Germany: half back on death within 12 months")
    settled(submitted)
    assert "Cash flow: Germany: half back" in submitted.inner_text("#agreements-tables")
    assert submitted.inner_text("#budget-told") != budget
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
          const once = new MutationObserver(() => { if (!stop.hidden) { once.disconnect(); stop.click(); } });
          once.observe(stop, { attributes: true });
        }"""
    )
    box = input_shown(submitted, "p_crossover")
    box.fill("0.31")
    box.press("Enter")
    submitted.wait_for_selector("body[data-draws=old]", state="attached")
    assert submitted.inner_text("#status").startswith("Stopped. The draws are not of these inputs")
    assert on_page(submitted, "draws of the inputs before the last change") == before
    assert submitted.inner_text("#stop") == "Run the draws"
    assert submitted.is_hidden("#progress")
    assert "likely" not in submitted.inner_text("#headline")
    assert "Likely to be cost-effective\nnot run" in submitted.inner_text("#tiles")
    assert "likelihood from" not in submitted.inner_text("#answer")
    submitted.click("#stop")
    submitted.wait_for_selector("body[data-draws=current]", state="attached")
    assert submitted.is_hidden("#stop")


def test_what_is_open_or_in_focus_stays_so_when_numbers_change_and_figures_out_of_sight_follow(submitted):
    names = [
        submitted.locator(f"[data-figure={kind}] [role=img]") for kind in ("plane", "waterfall", "over_time", "budget")
    ]
    before = [one.get_attribute("aria-label") for one in names]
    opened = ("#comparison-tables", "#budget-tables", "#paying-refused")
    for room in opened:
        submitted.click(f"{room} summary >> nth=0")
    region = submitted.locator("#comparison-tables [role=region]").nth(1)
    region.focus()
    kept = submitted.locator("[data-figure=plane] summary").element_handle()
    submitted.evaluate("State.set('p_crossover', 0.4)")
    settled(submitted)
    assert region.evaluate("one => one === document.activeElement")
    for room in opened:
        assert submitted.locator(f"{room} details").first.get_attribute("open") is not None, room
    assert kept.evaluate("one => one.isConnected")
    for one, label in zip(names, before, strict=True):
        one.and_(submitted.locator(f":not([aria-label='{label}'])")).wait_for(state="attached")


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


def test_inputs_that_the_model_refuses_give_no_numbers(submitted):
    submitted.evaluate("State.set('p_os_late_axi', 0.9)")  # more than were alive before
    submitted.wait_for_selector("#faults:not([hidden])")
    told = [one for one in submitted.inner_text("#faults").splitlines() if one]
    assert told[0] == "No result for these inputs."
    assert any("post_event" in one for one in told)
    assert len(set(told)) == len(told)
    assert submitted.inner_text("#headline") == "No result"
    for numbers in ("#comparison-tables table", "#budget-tables table", "figure:not([hidden])"):
        submitted.locator(numbers).first.wait_for(state="detached")


def test_a_request_would_have_been_seen(new_page, watched):
    page = new_page()
    page.goto("about:blank")
    page.set_content('<img src="http://localhost:9/a.png">')
    assert watched.asked == ["http://localhost:9/a.png"]
    page.context.close()
    watched.asked.clear()
    watched.said.clear()


def test_every_figure_has_a_name_and_a_table(drawn):
    figures = drawn.locator("#figures figure")
    assert figures.count() >= 6
    for figure in figures.all():
        picture = figure.locator("[role=img]")
        assert re.search(r"\d", picture.get_attribute("aria-label")), figure.get_attribute("data-figure")
        assert figure.locator("h3").inner_text() in picture.get_attribute("aria-label")
        assert figure.locator("details tbody tr").count() > 0


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 320)]
)  # a colour is of a scheme, a layout of a width
def test_axe_finds_nothing_serious(drawn, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    drawn.set_viewport_size({"width": width, "height": 900})
    drawn.emulate_media(color_scheme=scheme)
    drawn.wait_for_timeout(300)  # figures in sight are drawn anew
    found = axe.run(drawn, options={"resultTypes": ["violations"], "preload": False, "runOnly": RULES}).response
    assert [
        (one["id"], one["help"], [node["html"][:120] for node in one["nodes"][:4]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ] == []
    assert drawn.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_printed(drawn):
    drawn.set_viewport_size({"width": 1280, "height": 900})
    drawn.emulate_media(media="print", color_scheme="light")
    paper = drawn.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 12
    for hidden in ("#settings", "#search", "#keep", "#scenario-name", "#link", ".skip", ".strip"):
        assert drawn.is_hidden(hidden), hidden
    assert drawn.is_visible("#answer")
    picture = drawn.locator("[data-figure=plane] svg")
    assert picture.is_visible()
    drawn.emulate_media(media="print", color_scheme="dark")  # there is no time to draw in light
    drawn.wait_for_selector("[data-figure=plane] .dark")
    assert "invert(1)" in picture.evaluate("one => getComputedStyle(one).filter")
    drawn.emulate_media(media="screen", color_scheme="light")


def test_the_keyboard_reaches_and_works_everything(drawn):
    drawn.set_viewport_size({"width": 1280, "height": 900})
    drawn.emulate_media(color_scheme="light")
    drawn.evaluate(
        "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); }"
    )
    press = drawn.keyboard.press
    press("Tab")
    assert drawn.evaluate(FOCUS) == {"name": "Skip to the answer", "tag": "a", "seen": True}
    press("Enter")
    assert drawn.evaluate("document.activeElement.id") == "main"
    answer, passed = drawn.inner_text("#headline"), []

    def tab_to(name):
        for _ in range(150):
            press("Tab")
            passed.append(drawn.evaluate(FOCUS))
            if not passed[-1]["seen"]:  # a figure that comes into sight is drawn anew
                drawn.wait_for_timeout(300)
                passed[-1] = drawn.evaluate(FOCUS)
            if passed[-1]["name"] == name:
                return
        raise AssertionError(f"{name} is not reached: {[one['name'] for one in passed]}")

    tab_to("price")
    drawn.keyboard.type("350000")
    press("Enter")
    settled(drawn)
    assert drawn.inner_text("#headline") != answer
    tab_to("price_axi_cel")  # its slider
    press("ArrowRight")
    settled(drawn)
    assert float(drawn.input_value("#price")) > 350000
    tab_to("threshold")
    drawn.keyboard.type("90000")
    press("Enter")
    tab_to("perspective")
    press("ArrowDown")
    settled(drawn)
    assert {"Threshold", "Perspective"} <= set(drawn.locator("#changes-body tbody th").all_inner_texts())
    tab_to("Horizon and discounting")
    open_before = drawn.is_visible("#horizon")
    press("Space")
    assert drawn.is_visible("#horizon") is not open_before
    tab_to("scenario-name")
    drawn.keyboard.type("mine")
    tab_to("keep")
    press("Space")
    assert "mine" in drawn.inner_text("#scenarios-table")
    tab_to("download-scenario")
    with drawn.expect_download():
        press("Enter")
    assert [one for one in passed if not one["seen"]] == []
