"""The page for all who read it: by keyboard alone, by a screen reader, on a narrow screen, in the dark and on paper."""

import re

import pytest

from in_browser import settled

SERIOUS = ("serious", "critical")
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


@pytest.fixture(scope="module")
def drawn(shown):
    """The page with every figure drawn, also those out of sight: it does not grow while it is read."""
    for kind in shown.locator("#figures figure").evaluate_all("all => all.map(one => one.dataset.figure)"):
        shown.wait_for_selector(f"[data-figure={kind}] svg", state="attached")
    return shown


def test_every_figure_has_a_name_and_a_table(drawn):
    figures = drawn.locator("#figures figure")
    assert figures.count() >= 6
    for figure in figures.all():
        picture = figure.locator("[role=img]")
        assert re.search(r"\d", picture.get_attribute("aria-label")), figure.get_attribute("data-figure")
        assert figure.locator("h3").inner_text() in picture.get_attribute("aria-label")
        assert figure.locator("details tbody tr").count() > 0


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(drawn, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    drawn.set_viewport_size({"width": width, "height": 900})
    drawn.emulate_media(color_scheme=scheme)
    drawn.wait_for_timeout(400)  # figures are drawn anew
    found = [
        (one["id"], one["help"], [node["html"][:120] for node in one["nodes"]][:4])
        for one in axe.run(drawn).response["violations"]
        if one["impact"] in SERIOUS
    ]
    assert found == []
    assert drawn.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_printed(drawn):
    drawn.set_viewport_size({"width": 1280, "height": 900})
    drawn.emulate_media(media="print", color_scheme="light")
    paper = drawn.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 12
    for hidden in ("#settings", "#search", "#keep", "#scenario-name", "#link", ".skip", ".strip"):
        assert drawn.is_hidden(hidden), hidden
    assert drawn.is_visible("#answer")
    assert drawn.is_visible("[data-figure=plane] svg")
    drawn.emulate_media(media="screen")


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
    press("Space")
    assert drawn.is_visible("#horizon")
    tab_to("scenario-name")
    drawn.keyboard.type("mine")
    tab_to("keep")
    press("Space")
    assert "mine" in drawn.inner_text("#scenarios-table")
    tab_to("download-scenario")
    with drawn.expect_download():
        press("Enter")
    assert [one for one in passed if not one["seen"]] == []
