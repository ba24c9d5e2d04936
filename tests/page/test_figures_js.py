"""The page's figures: their words and tables against numpy, what the page carries packed, and all of them drawn in a browser."""

import json
import shutil
from importlib.resources import files
from itertools import product

import numpy as np
import pytest
from tests.page.made_up_result import N, made_up

from hecon.errors import HeconError
from hecon.page.library import library
from hecon.page.packing import pack_draws, packed
from hecon.page.run_javascript import run_javascript

FOLDER = files("hecon.page") / "javascript"
NAMES = ("plane", "ceac", "waterfall", "tornado", "trace", "over_time", "budget", "cash")


def scripts():
    """Decide, Figures and Packing, each global's own file before those that add to it."""
    every = sorted(one.name for one in FOLDER.iterdir() if one.name.startswith(("decide", "figures", "packing")))
    every.sort(key=lambda name: ("decide" not in name, "_" in name))
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in every)


WITH_CURVES = "r.ceac = Decide.acceptability(r.psa.cost, r.psa.effect, r.wtp, r.strategies);"


@pytest.fixture(scope="module")
def told():
    """Title, text, note and table of every figure of the made-up result."""
    script = f"""{scripts()}
      const r = data.result; {WITH_CURVES}
      const three = {{ ...r, compared: 2 }};
      const found = Object.fromEntries(data.names.map((name) => [name, Figures[name](three)]));
      const none = Object.fromEntries([...data.names, "psa", "causes"].map((name) => [name, null]));
      const bare = {{ ...r, ...none }};
      const withheld = {{ ...r, base: {{ cost: [NaN, 1, 2], effect: [1, 2, 3] }} }};
      const copy = JSON.stringify(found);
      const narrow = data.names.map((name) => Figures.fitted(found[name].spec, 280, true));
      return {{ found, narrow, same: JSON.stringify(found) === copy, stale: Figures.plane({{ ...r, stale: true }}).text,
        bare: data.names.map((name) => Figures[name](bare)), withheld: Figures.plane(withheld) }};"""
    return run_javascript(script, {"result": made_up(), "names": NAMES})


def test_the_plane_and_the_curves_say_what_numpy_gives(told):
    result = made_up()
    cost, effect = (np.reshape(result["psa"][name], (3, N)) for name in ("cost", "effect"))
    gain, more = effect[2] - effect[0], cost[2] - cost[0]
    plane, ceac = told["found"]["plane"], told["found"]["ceac"]
    worth = np.mean(50_000 * gain - more > 0)
    assert f"In {worth:.0%} of 10,000 draws it is cost-effective at 50,000 EUR 2023 per QALY." in plane["text"]
    assert f"on average {gain.mean():+,.3f} QALYs and {more.mean():+,.0f} EUR 2023" in plane["text"]
    low, high = np.quantile(more, [0.025, 0.975])
    assert plane["table"]["rows"][1][4] == f"{more.mean():,.0f} ({low:,.0f} to {high:,.0f})"
    assert len(plane["spec"]["datasets"]["draws"]) == 2000
    assert "1,000 of 10,000 draws shown" in plane["note"]
    # the ellipse that would hold 95% of normal draws holds them here, which are normal
    corner = np.array(
        [[at["x"], at["y"]] for at in plane["spec"]["datasets"]["ellipses"] if at["name"].startswith("CAR")]
    )
    spread = np.array([gain.std(ddof=1), more.std(ddof=1)])
    assert np.ptp(corner, axis=0) == pytest.approx(2 * spread * 5.991464547**0.5, rel=0.01)
    best = (50_000 * effect - cost).argmax(axis=0)
    shares = [f"{np.floor(100 * np.mean(best == k) + 0.5):.0f}%" for k in range(3)]
    assert (
        f"transplantation {shares[0]}; Blinatumomab {shares[1]}; CAR-T, as intended at leukapheresis {shares[2]}."
        in ceac["text"]
    )
    at = next(row for row in ceac["table"]["rows"] if row[0] == "50,000")
    assert at[1:4] == [f"{np.mean(best == k):.3f}" for k in range(3)]
    assert told["stale"].startswith("The draws are not yet of these inputs.")


def test_costs_by_cause_stand_in_their_groups_and_add_up(told):
    found = told["found"]["waterfall"]
    assert found["text"].endswith(  # by hand: 300,000 + 0; -5,000; -30,000; 15,000
        "costs 280,000 EUR 2023 more per patient: upfront +300,000; side effects -5,000; lost work -30,000; others +15,000."
    )
    assert [row[1] for row in found["table"]["rows"]] == [
        "Upfront",
        "Upfront",
        "Side effects",
        "Lost work",
        "Others",
        "",
    ]
    assert found["table"]["rows"][-1] == ["All costs", "", "430,000", "150,000", "+280,000"]
    bars = found["spec"]["datasets"]["rows"]
    assert [(bar["from"], bar["to"]) for bar in bars] == [
        (0, 300_000), (300_000, 295_000), (295_000, 265_000), (265_000, 280_000), (0, 280_000),
    ]  # fmt: skip


def test_the_others_say_their_numbers(told):
    found = told["found"]
    tornado = found["tornado"]
    assert "is -30,000 EUR 2023 in the base case" in tornado["text"]  # 50,000 * 5 - 280,000
    assert "(-110,000 to 50,000)" in tornado["text"]
    assert tornado["table"]["rows"][1] == ["Probability of being cured", "0.31", "0.52", "-60,000", "20,000"]
    assert f"at 5 years: event free {np.exp(-0.5):.1%}" in found["trace"]["text"]
    assert ["Blinatumomab", "10", f"{np.exp(-2.5):.1%}"] in [row[:3] for row in found["trace"]["table"]["rows"]]
    assert found["over_time"]["note"].startswith("Dots: cost saved from year 35 on and worth its cost from year 19 on.")
    assert found["over_time"]["table"]["rows"][34] == ["35", "-9,000", "-6,000", "268,500"]
    assert "in all 47,000,000. It is above the ceiling of 12,000,000 in 1 of 5 years." in found["budget"]["text"]
    assert found["budget"]["table"]["rows"][4][1:] == ["15,000,000", "2,000,000", "-4,000,000", "13,000,000"]
    assert "100,000 in year 1, 91,000 in year 2" in found["cash"]["text"]
    assert "in all 410,000 EUR 2023" in found["cash"]["text"]


def test_what_is_missing_or_withheld_is_said(told):
    assert told["same"]  # fitting a figure to a width leaves it as it was
    drawn = [one["spec"] is not None for one in told["bare"]]
    assert drawn == [True, *[False] * 7]  # the base case has its plane
    assert all(one["text"] for one in told["bare"])
    assert told["withheld"]["spec"] is None
    assert "withheld" in told["withheld"]["text"]


def test_draws_and_scripts_come_out_as_they_went_in():
    rng = np.random.default_rng(3)
    draws = np.column_stack([rng.normal(size=257), rng.gamma(2, 1e-9, 257), np.repeat([1e30, -0.0], [200, 57])])
    text = "const π = '</script>';\n" * 50
    script = f"""{scripts()}
      const columns = await Packing.draws(data.draws, 257, 3);
      const short = await Packing.draws(data.draws, 256, 3).catch((error) => error.message);
      return [columns.map((one) => one.constructor.name), columns, await Packing.text(data.text), short];"""
    kinds, columns, again, short = run_javascript(script, {"draws": pack_draws(draws), "text": packed(text)})
    assert kinds == ["Float32Array"] * 3
    assert np.array(columns, dtype=np.float32).T.tobytes() == draws.astype(np.float32).tobytes()  # bit for bit
    assert again == text
    assert short == "draws: 3084 bytes, not those of 256 draws of 3 inputs"
    with pytest.raises(HeconError, match=r"1e\+300 \(draw 0, input 1\)"):
        pack_draws(np.array([[1.0, 1e300]]))


def test_without_its_package_the_library_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    with pytest.raises(HeconError, match=r"pip install 'hecon\[page\]'"):
        library.__wrapped__()


PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>figures</title>
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'">
<body><script>{library}</script><script>{scripts}</script><script>const DATA = {data};</script></body></html>"""

DRAW = """async ([names, width, dark]) => {
  const found = {};
  const every = (inside, what) => [...inside.querySelectorAll(what)];
  for (const name of names) {
    const element = document.getElementById(name) || document.createElement("div");
    element.id = name;
    document.body.append(element);
    const figure = Figures[name](DATA.result);
    await Figures.draw(element, figure, { width, dark });
    const before = element.querySelector("svg");
    await Figures.draw(element, { ...figure, text: "again" }, { width, dark });
    const shown = element.querySelector("svg");
    const box = shown.getBoundingClientRect();
    const outside = every(shown, "text").filter((one) => {
      const at = one.getBoundingClientRect();
      return at.width && (at.left < box.left - 1 || at.right > box.right + 1 || at.bottom > box.bottom + 1);
    });
    found[name] = {
      outside: outside.map((one) => one.textContent), kept: before === shown, width: box.width,
      label: element.querySelector("[role=img]").getAttribute("aria-label"), svgs: every(element, "svg").length,
      scopes: [...new Set(every(element, "details th").map((one) => one.scope))], rows: every(element, "tbody tr").length,
      file: Figures.svg(element), marks: every(shown, "path").length,
    };
  }
  return found;
}"""


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_all_are_drawn_without_network_eval_or_clipped_words(tmp_path):
    from playwright.sync_api import sync_playwright

    file = tmp_path / "figures.html"
    parts = {"library": library(), "scripts": scripts(), "data": json.dumps({"result": made_up(n=500)})}
    file.write_text(PAGE.format(**parts), encoding="utf-8")
    said, asked = [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.route("**/*", lambda route: route.continue_() if route.request.url == file.as_uri() else route.abort())
        page.goto(file.as_uri())
        seen = {}
        page.evaluate(f"() => {{ const r = DATA.result; {WITH_CURVES} }}")
        for width, dark in product((320, 1000), (False, True)):
            page.set_viewport_size({"width": width, "height": 800})
            seen[width, dark] = page.evaluate(DRAW, [NAMES, width, dark])
        browser.close()
    assert said == []
    assert asked == [file.as_uri()]
    for (width, dark), figures in seen.items():
        for name, one in figures.items():
            assert one["outside"] == [], (width, name)
            assert width - 8 <= one["width"] <= width, (width, name)
            assert one["kept"], name  # the same view with other data: nothing flickers
            assert one["svgs"] == 1
            assert one["label"].endswith(". again")
            assert one["scopes"] == ["col", "row"]
            assert one["rows"] > 1
            assert one["marks"] > 2
            assert one["file"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
            assert "<title>" in one["file"]
            assert ("#16181C" in one["file"]) == dark  # its paper
