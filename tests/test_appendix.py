"""The appendix and the drawing of a tree: everything is in them once, and no label can break them."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

import hecon
from hecon import Branch, Chance, Cost, Decision, DecisionTree, Leaf, Option, Parameter, Strategy, Tunnel
from hecon.errors import HeconError
from hecon.figures.tree_drawing import draw_tree, draw_tree_text
from hecon.inputs.parameter import Source
from hecon.report.appendix import appendix

HERE = Path(__file__).parent
HARD: Any = runpy.run_path(str(HERE / "hard" / "model.py"))["MODEL"]
BOOK = hecon.read_inputs(HERE / "hard" / "inputs")
FREE = {"cost": "0", "effect": "0"}


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a Markdown text as a reader sees them: rows of cells, as many in each row as in its header."""
    found: list[list[list[str]]] = []
    tokens = MarkdownIt().enable("table").parse(text)
    for k, token in enumerate(tokens):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("th_open", "td_open"):
            found[-1][-1].append("".join(part.content for part in tokens[k + 1].children or []))
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in block.splitlines()}) == 1, block
    return found


def test_everything_is_in_it() -> None:
    text = appendix(HARD, BOOK)
    cells = {cell for one in tables(text) for row in one for cell in row}
    for name in BOOK.parameters:
        assert name in cells
    for words in (
        "r_relapse * hr_arm * exp(-decay * t)",  # a formula
        "0.02 * exp(-state_time)",  # a move
        "1 - (p_made + p_died)",  # a branch
        "path[late] * 0.3",  # a start
        "discount_factor(dr_effect, time)",
        "-log(1 - life_table[age, \"qx_male\"]) * 0.8",
        "half-cycle", "simpson", "1 week", "20 years", "New treatment", "qx_male, qx_female",
    ):  # fmt: skip
        assert words in cells, words
    for line in ("relapsed (60 tunnels)", "Rates per year", "`dr_cost` from year 0, `dr_cost_later` from year 5",
                 "Age at the decision: `age_start`", "└── brief [the rest] ◁ to brief (well)"):  # fmt: skip
        assert line in text


def test_a_second_block_shows_what_differs() -> None:
    text = appendix(HARD, BOOK)
    part = text.split("### new - episodes, made / mild")[1].split("###")[0]
    assert "All else is as in usual - episodes, early." in part
    assert "`0.5 * c_care + 10 * t`" in part
    assert "r_event" not in part
    assert "relapsed -> dead" not in part.replace("end_of_life", "")
    again = text.split("### new - decline, made / late")[1].split("###")[0]
    assert "`2 * r_recover`" in again  # a move is overridden, so the matrix stands again


def test_counts_by_provenance_assumptions_and_sources() -> None:
    book = hecon.make_book(
        "demo",
        [
            Parameter(name="c_visit", value=50.0, provenance="read", source="smith"),
            Parameter(name="c_scan", value=20.5, unit="EUR", provenance="assumption", note="as a visit"),
            Parameter(name="c_idle", value=1.0, provenance="expert", label="not used by any formula"),
        ],
        sources={"smith": Source("smith", "Smith 2020", "table 3", "2020", "UK", "doi:1")},
    )
    visit = Cost("visit", "c_visit + c_scan", category="care", sector="health care")
    text = appendix(DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[visit]))], FREE, "continuous"), book)
    assert "| read | 1 |\n| assumption | 1 |\n| expert | 1 |" in text
    assert "- `c_scan` = 20.5 EUR: as a visit\n- `c_idle` = 1 : not used by any formula" in text
    assert "| `smith` | Smith 2020 | table 3 | 2020 | UK | doi:1 |" in text
    assert "(not used)" in text.split("`c_idle`")[1].splitlines()[0]
    assert "(not used)" not in text.split("`c_visit`")[1].splitlines()[0]


HOSTILE = "a | b\n# c `d` *e* <script> [x](y) \\ | \\"


def test_hostile_labels_break_nothing() -> None:
    item = Cost(HOSTILE, "c_visit", category=HOSTILE, sector="health care", payer=HOSTILE)
    tree = DecisionTree(
        HOSTILE,
        [Strategy("a", HOSTILE, Chance(Branch(HOSTILE, "1", Leaf(outcomes=[item]))))],
        FREE,
        "continuous",
        checks=[hecon.Check(HOSTILE, "c_visit", at_most="100")],
    )
    book = hecon.make_book(
        "demo",
        [Parameter(name="c_visit", value=50.0, label=HOSTILE, unit=HOSTILE, note=HOSTILE, provenance="assumption")],
        settings={"population": HOSTILE},
        sources={"s": Source("s", HOSTILE, HOSTILE)},
    )
    text = appendix(tree, book)
    shown = tables(text)
    as_read = " ".join(HOSTILE.split())
    for column in ("setting", "strategy", "item", "check", "parameter", "source"):
        mine = [one for one in shown if one[0][0] == column]
        assert any(as_read in cell for one in mine for row in one for cell in row), column
    html = MarkdownIt().enable("table").render(text)
    assert "<script>" not in html
    assert "<a href" not in html
    assert "<em>" not in html
    assert html.count("<h1>") == 1
    assert "\n" not in draw_tree_text(tree).splitlines()[1]


def test_a_tree_in_characters() -> None:
    choice = Decision(Option("treat", Leaf()), Option("wait", Leaf()))
    model = hecon.MarkovModel(
        ("well", "ill"), "1 month", "1 year", "start", "end", name="long term", tunnels={"ill": Tunnel(2, last="stay")}
    )
    tree = DecisionTree(
        "What to do",
        [
            Strategy("none", to=model, start="well"),
            Strategy("test", "Test first", Chance(
                Branch("ill", "p_ill", choice),
                Branch("well", "C", Leaf(model, start={"well": "0.9", "ill": "0.1"})),
            )),
        ],
        FREE,
        "continuous",
    )  # fmt: skip
    assert draw_tree_text(tree).splitlines() == [
        "□ What to do",
        "├── none ◁ to long term (well)",
        "└── test: Test first ○",
        "    ├── ill [p_ill] □",
        "    │   ├── treat ◁",
        "    │   └── wait ◁",
        "    └── well [the rest] ◁ to long term (well, ill)",
    ]


def test_a_tree_as_a_picture(tmp_path: Path) -> None:
    for name in ("tree.png", "tree.svg", "tree.pdf"):
        draw_tree(HARD, tmp_path / name)
        first = (tmp_path / name).read_bytes()
        draw_tree(HARD, str(tmp_path / name))
        assert (tmp_path / name).read_bytes() == first, "the same bytes each time"
    svg = (tmp_path / "tree.svg").read_text()
    for label in ("Three structures under one tree", "died waiting", "p_made", "the rest", "to episodes (well)"):
        assert label in svg
    with pytest.raises(HeconError, match=r"drawn as \.png, \.svg or \.pdf; got 'tree\.jpg'"):
        draw_tree(HARD, tmp_path / "tree.jpg")


def test_labels_do_not_meet(tmp_path: Path) -> None:
    """Long labels are wrapped and their rows made higher: no two texts of the picture overlap."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    long = "a branch whose label goes on for much longer than a line can hold"
    tree = DecisionTree("Long " * 20, [
        Strategy(f"s{k}_", long, Chance(*(Branch(f"{long} {i}", "p_one * p_two / (p_three + p_four)", Leaf()) for i in "ab")))
        for k in range(3)
    ], FREE, "continuous")  # fmt: skip
    kept: list[Figure] = []
    save = Figure.savefig
    try:
        Figure.savefig = lambda self, path, **more: (kept.append(self), Path(path).touch())
        draw_tree(tree, tmp_path / "long.png")
    finally:
        Figure.savefig = save
    canvas = FigureCanvasAgg(kept[0])
    canvas.draw()
    boxes = [text.get_window_extent() for text in kept[0].axes[0].texts if text.get_text()]
    assert len(boxes) == 1 + 3 + 6 * 2
    for k, one in enumerate(boxes):
        assert all(not one.overlaps(other) for other in boxes[:k])
