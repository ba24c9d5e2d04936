"""The page of the atlas: what it shows in its first view is the atlas to the printed digit, and in the others the same run."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest

from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, open_case
from hecon.grid import shown_cell
from hecon.page.atlas.atlas_contents import atlas_contents
from hecon.page.atlas.atlas_views import at_view
from hecon.page.atlas.write_atlas_page import atlas_page_text, scripts
from hecon.page.run_javascript import run_javascript
from hecon.results.atlas.atlas import Atlas
from hecon.results.atlas.build import Choices, comparisons_of
from hecon.results.atlas.comparison import side_effects
from hecon.results.atlas.sentences import sentences
from hecon.results.atlas.tables import horizons, lost_work, payback, summary
from hecon.results.atlas.waterfall import waterfall
from hecon.results.case import Case

FREE = Choices(draws=40, currency="USD", cost_rate="0", effect_rate="0")
PAGE = replace(FREE, by_sector=True, also=("EUR",))
PURE = ("atlas.js", "atlas_parts.js")  # what draws; the rest is asked in Node
TABLES = {
    "summary": summary,
    "waterfall": lambda found: waterfall(found, every_cause=False),
    "payback": payback,
    "horizons": horizons,
}


def drawn(name, value, provenance="read"):
    return Parameter(
        name=name,
        value=value,
        unit="USD",
        distribution="gamma mean se",
        par1=value,
        par2=value / 10,
        provenance=provenance,
    )


def case(name="cells", provenance="read", **settings):
    """Cells cost 1,000 against 200; harm 100 against 400, of which patients pay a quarter; lost work 300 (friction) or 900."""

    def care(share, sector):
        return [
            Cost(f"fever_{share}", f"{share} * c_fever", "side effects", sector, of="product", at="1 year"),
            Cost(f"nausea_{share}", f"{share} * c_nausea", "side effects", sector, of="chemotherapy", at="1 year"),
        ]

    parts = [care("0.75", "health care"), care("0.25", "out-of-pocket")]
    work = [
        Cost(
            f"absent_{method[:1]}",
            f"{times} * c_absent",
            "lost work, illness",
            "productivity",
            method=method,
            at="3 years",
        )
        for method, times in (("friction", 1), ("human capital", 3))
    ]
    cells = [Cost("cells", "price", "product", "health care"), *(pair[0] for pair in parts), QALY("life", "1")]
    old = [Cost("drug", "200", "product", "health care"), *(pair[1] for pair in parts), *work]
    old.append(Cost("eaten", "50", "consumption of survivors", "consumption"))
    tree = DecisionTree(
        "Cells or care", [Strategy("care", "Care", Leaf(outcomes=old)), Strategy("cells", "Cells", Leaf(outcomes=cells))],
        {"cost": "0", "effect": "0"}, "continuous",
    )  # fmt: skip
    told = {
        "perspective": "payer", "threshold": 2000, "currency": "USD", "price_year": 2023, "lost_work": "friction", "seed": 1,
        "grade": "rebuilt", "product_price": "price", "price_parameters": "price", "opponent": "The price.", **settings,
    }  # fmt: skip
    harm = [drawn("c_fever", 100.0, provenance), drawn("c_nausea", 400.0, provenance), drawn("c_absent", 300.0)]
    price = Parameter(name="price", value=1000.0, unit="USD", low=500, high=2000, provenance="read")
    return Case(name, {"": tree}, make_book(name, [price, *harm], settings=told))


def no_index():
    """Another in a currency without an index, of no cell therapy, with one method of lost work and a published lump."""
    outcomes = [
        Cost("drug", "c_drug", "product", "health care"),
        Cost("stay", "30", "not separable", "health care"),
        QALY("life", "2"),
    ]
    work = Cost("absent", "5", "lost work, illness", "productivity", method="friction")
    arms = [Strategy("none", "Nothing", Leaf(outcomes=[work])), Strategy("drug", "Drug", Leaf(outcomes=outcomes))]
    told = {
        "perspective": "payer", "threshold": 90, "currency": "XYZ", "price_year": 2023, "lost_work": "friction", "seed": 1,
        "cell_therapy": "no", "grade": "recalled",
    }  # fmt: skip
    cost = Parameter(
        name="c_drug", value=70.0, unit="XYZ", distribution="gamma mean se", par1=70, par2=7, provenance="read"
    )
    return open_case(
        DecisionTree("Drug", arms, {"cost": "0", "effect": "0"}, "continuous"),
        make_book("plain", [cost], settings=told),
    )


def atlas(choices, *cases):
    return Atlas(tuple(one for case in cases for one in comparisons_of(case, choices)), (), choices)


@pytest.fixture(scope="module")
def contents():
    return atlas_contents(atlas(PAGE, case(), no_index()))


def asked(script, **data):
    return run_javascript(scripts(*PURE) + script, data)


PRINTED = """
const state = {...AtlasChoice.start(data.page), ...data.state};
const print = (grid, rows, factor) =>
  rows.map(row => row.map((cell, k) => AtlasChoice.cell_text(cell, grid.columns[k], factor)));
return data.page.comparisons.map(one => {
  const {view, money, why, sentences} = AtlasChoice.shown(data.page, one, state);
  if (!view) return {why};
  const tables = Object.fromEntries(["waterfall", "payback", "horizons"].map(name =>
    [name, print(data.page.tables[name], view[name], money.factor)]));
  const columns = data.page.tables.summary.columns;
  tables.summary = [columns.map(column => AtlasChoice.cell_text(view.summary[column.name], column, money.factor))];
  tables.lost_work = print(one.lost_work, one.lost_work.rows, money.factor);
  return {tables, sentences, why, money: money.printed};
});
"""


def in_print(grid):
    """A table of one comparison as the terminal and the page of the atlas print its cells."""
    kept = [k for k, column in enumerate(grid.columns) if column.name not in ("comparison", "money")]
    return [[list(shown_cell(row[k], grid.columns[k])) for k in kept] for row in grid.rows]


def test_the_first_view_is_the_atlas_to_the_printed_digit(contents):
    told = asked(PRINTED, page=contents, state={})
    for one, page in zip(atlas(FREE, case(), no_index()).comparisons, told, strict=True):
        assert page["sentences"] == list(sentences(one))
        assert page["money"] == one.money.printed
        for name, table in {**TABLES, "lost_work": lost_work}.items():
            assert page["tables"][name] == in_print(table([one])), name
    assert told[0]["tables"]["summary"][0][1] == ["800", "800 to 800"]


def test_another_currency_is_the_atlas_in_that_currency(contents):
    told = asked(PRINTED, page=contents, state={"currency": "EUR"})
    first, second = atlas(replace(FREE, currency="EUR"), case(), no_index()).comparisons
    for name, table in TABLES.items():
        assert told[0]["tables"][name] == in_print(table([first])), name
    assert told[0]["sentences"] == list(sentences(first))
    assert (told[0]["money"], told[1]["money"], second.money.factor) == ("EUR 2023", "XYZ 2023", None)
    assert [one["apart"] for one in contents["comparisons"][1]["money"]] == [True, True, False]
    own = asked(PRINTED, page=contents, state={"currency": "own"})
    assert [one["money"] for one in own] == ["USD 2023", "XYZ 2023"]


@pytest.mark.parametrize(
    ("perspective", "method", "total", "share"),
    [
        ("payer", "own", 800 - 225, 225 / 800),  # three quarters of 300 less harm
        ("health care sector", "human capital", 800 - 300, 300 / 800),
        ("societal", "own", 800 - 300 - 300, 300 / 800),
        ("societal", "human capital", 800 - 300 - 900, 300 / 800),
    ],
)
def test_a_view_by_hand(perspective, method, total, share):
    (one,) = comparisons_of(case(), replace(PAGE, draws=0))
    found = at_view(one, perspective, method)
    assert found.amount(found.counted).mean == pytest.approx(total)
    assert found.payback().side_effects.mean == pytest.approx(share)
    assert found.pays_back["all"] == pytest.approx(1000 - total)  # the price falls by what is short


def test_a_view_is_the_perspective_of_the_run():
    (one,) = comparisons_of(case(), PAGE)
    psa = case().run(draws=40).psa
    names = {
        ("payer", "own"): "payer",
        ("health care sector", "own"): "health care sector",
        ("societal", "human capital"): "societal: human capital",
    }
    for (perspective, method), name in names.items():
        found, cost = at_view(one, perspective, method), psa.cost(name)
        assert found.increment(found.counted) == pytest.approx(cost[1] - cost[0], rel=1e-12)


def test_what_a_view_does_not_count_is_said_and_is_no_0(contents):
    payer, plain = asked(PRINTED, page=contents, state={"perspective": "payer"})
    row = dict(
        zip(
            [one["name"] for one in contents["tables"]["summary"]["columns"]],
            payer["tables"]["summary"][0],
            strict=True,
        )
    )
    assert row["work"] == ["not in this perspective", ""]
    assert "Lost work is not counted from the perspective of the payer." in payer["sentences"]
    assert any(line.startswith("Side effects cover the extra upfront cost in") for line in payer["sentences"])
    assert payer["tables"]["waterfall"][-1][0] == ["all costs of the payer", ""]
    assert plain["tables"]["waterfall"][-1][0] == ["all costs of the payer", ""]
    _, missing = asked(PRINTED, page=contents, state={"method": "human capital"})
    assert missing == {"why": "no lost work by human capital (it has friction)"}
    assert contents["overall"]["societal | human capital"].endswith(
        "1 of 2 comparisons have no lost work by human capital and stand apart."
    )


def test_no_view_summarises_assumed_money():
    found = atlas(PAGE, case(provenance="assumption"))
    page = atlas_contents(found)
    (one,) = page["comparisons"]
    for view in one["seen"]:
        assert view["assumed"]["side_effects"]
        assert view["assumed"]["p_both"]
        assert not view["assumed"]["upfront"]
        for lines in view["sentences"]:
            assert (
                "Care of side effects: over half of this money rests on assumptions, so it is not summarised." in lines
            )
            assert not any("cover the extra upfront cost" in line for line in lines)
    lines = [line for name, line in page["overall"].items() if not name.endswith("illness") or "societal" not in name]
    assert all("In 1 of these over half" in line for line in lines)
    assert page["overall"]["societal | illness"] == "No comparison has lost work by illness."
    amount = f"{abs(found.comparisons[0].amount(side_effects).mean):,.0f}"
    assert not any(re.search(rf"\b{amount}\b", line) for view in one["seen"] for line in view["sentences"][0])


def test_links_groups_and_sorting(contents):
    told = asked(
        """
        const start = AtlasChoice.start(data.page);
        const titles = state => AtlasChoice.groups(data.page, {...start, ...state}).map(one => one.title);
        const other = {...start, currency: "EUR", method: "human capital", sort: "upfront down"};
        const two = {...data.page, comparisons: [1, 3, 2].map(factor => ({...data.page.comparisons[0], short: factor,
          money: data.page.comparisons[0].money.map(one => ({...one, factor}))}))};
        const names = sort => AtlasChoice.groups(two, {...start, sort})[0].rows.map(row => row.one.short);
        return {
          again: AtlasChoice.from_link(data.page, AtlasChoice.link(other, "x-y")), other,
          wrong: AtlasChoice.from_link(data.page, "currency=ABC&colour=red&perspective=payer"),
          groups: [{}, {show: "others"}, {currency: "own"}, {method: "illness"}, {grade: "rebuilt"}].map(titles),
          sorted: ["project", "upfront up", "upfront down"].map(names),
        };
        """,
        page=contents,
    )
    assert told["again"] == {"state": told["other"], "at": "x-y", "unknown": []}
    assert told["wrong"]["unknown"] == ["currency ABC", "colour red"]
    assert (told["wrong"]["state"]["currency"], told["wrong"]["state"]["perspective"]) == ("USD", "payer")
    apart, others = "In their own money, for want of an index (XYZ 2023)", f"{contents['others']} (XYZ 2023)"
    assert told["groups"] == [
        ["Cell therapies (USD 2023)", apart], [apart], ["Cell therapies (USD 2023)", others], ["No lost work by this method"],
        ["Cell therapies (USD 2023)"],
    ]  # fmt: skip
    assert told["sorted"] == [[1, 3, 2], [1, 2, 3], [3, 2, 1]]


def test_the_waterfall_by_hand():
    bars = [
        {"label": "product", "cell": [800.0]}, {"label": "delivery", "cell": "in the lump"}, {"label": "care", "cell": [-1000.0]},
        {"label": "small", "cell": [0.2]},
    ]  # fmt: skip
    view = {"bars": bars, "total": {"label": "all", "cell": [-200.0]}}
    told = asked("return AtlasFigures.waterfall(data.view, 1);", view=view)
    assert told["zero"] == 20
    assert [(one["label"], one["left"], one["width"], one["kind"]) for one in told["steps"]] == [
        ("product", 20, 80, "more"), ("delivery", 100, 0, "more"), ("care", 0, 100, "less"), ("all", 0, 20, "total"),
    ]  # fmt: skip


def test_cells_are_printed_as_the_terminal_prints_them():
    rng = np.random.default_rng(1)
    numbers = [
        *(rng.normal(size=300) * 10.0 ** rng.integers(-7, 9, size=300)),
        0.5,
        1.5,
        2.5,
        -0.4,
        9.95,
        9.949,
        0.0996,
        1e-7,
        -0.0,
    ]
    columns = [{"decimals": one, "money": False} for one in (None, 0, 2, 3)]
    script = "return data.numbers.map(x => data.columns.map(column => AtlasChoice.cell_text(x, column, 7)[0]));"
    told = asked(script, numbers=numbers, columns=columns)
    from hecon.digits import number_text

    assert told == [[number_text(x, column["decimals"]) for column in columns] for x in numbers]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on the path")
def test_the_page_in_a_browser(contents, tmp_path):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    path = tmp_path / "atlas.html"
    path.write_text(atlas_page_text(contents), encoding="utf-8")
    asked_for, wrong = [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 320, "height": 700})
        page.on("request", lambda one: asked_for.append(one.url))
        page.on("console", lambda one: wrong.append(one.text))
        page.on("pageerror", lambda one: wrong.append(str(one)))
        page.goto(path.as_uri())
        assert "costs 800 USD 2023 more than Care" in page.inner_text("article >> nth=0")
        assert "The price." in page.inner_text("article >> nth=0")
        page.focus("input[name=currency]:checked")  # by the keyboard: the next currency, then the perspective before
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowLeft")
        assert page.inner_text("#status").startswith(
            "2 of 2 comparisons: money EUR 2023, health care sector perspective."
        )
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        again = browser.new_page(color_scheme="dark")
        again.goto(page.url)
        assert again.inner_text("#tables") != ""
        assert again.inner_text("#status") == page.inner_text("#status")
        serious = [
            one["id"] for each in (page, again) for one in Axe().run(each).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]  # fmt: skip
        browser.close()
    assert (serious, wrong, asked_for) == ([], [], [path.as_uri()])


def test_the_page_holds_a_hostile_text_as_text(contents):
    hostile = "</script><script>alert(1)</script>"
    text = atlas_page_text({**contents, "title": hostile})
    assert hostile not in text
    data = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert json.loads(data[1])["title"] == hostile
