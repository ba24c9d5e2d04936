"""What a written twin is made of: sheets, names, functions, text that stays text, the same bytes, limits; small recalculations."""

import hashlib
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

import hecon
from hecon import QALY, Branch, Chance, Check, Cost, DecisionTree, Leaf, MarkovModel, Parameter, Strategy, Utility
from hecon.errors import HeconError, ModelError
from hecon.inputs.parameter import Source as Citation
from hecon.names import letters
from hecon.workbook.layout import Layout
from hecon.workbook.pages.engine_values import engine_values
from hecon.workbook.pages.open_choices import METHODS
from hecon.workbook.pages.rate_columns import step_values, steps_for
from hecon.workbook.write import write_executable
from hecon.workbook.xlsx import quick_sheet
from hecon.workbook.xlsx.pen import OPTIONS, Pen

SAFE = set(
    """AND CHOOSE COUNT COUNTIF EXP FIXED GAMMADIST GAMMALN IF IFERROR INDEX INT ISNUMBER LN MATCH MAX MIN MOD NA NORMSDIST
    NORMSINV NOT OR PERCENTILE ROUND SQRT SUM SUMIFS SUMPRODUCT ABS""".split()  # noqa: SIM905
)
CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
HOSTILE = (
    '=HYPERLINK("http://x.invalid","y")', "+cmd|calc", "@x", "-1+1", "{=1+1}", "quote\"s and 'apostrophes'", "L" * 300,
    "emoji \U0001f600 é", "line\nbreak\ttab", "*?~[]:/\\", "=1+1",
)  # fmt: skip


def markov(**changes: Any) -> MarkovModel:
    """Three states, yearly, two strategies."""
    given: dict[str, Any] = {
        "states": ("well", "ill", "dead"), "start": "well", "cycle": "1 year", "horizon": "12 years",
        "within_cycle": "half-cycle", "events": "mid", "title": "Small", "age": "50",
        "let": {"p_fall": "p_ill * (1 + 0.02 * t)"},
        "transitions": {"well -> ill": "p_fall", "well -> dead": "p_die", "ill -> dead": "2 * p_die"},
        "outcomes": [
            Cost("care", {"well": "c_well", "ill": "3 * c_well"}, per="year", **CARE),
            Cost("event", "c_event", on="well -> ill", category="events", sector="out-of-pocket"),
            Utility({"well": "0.9", "ill": "u_ill"}),
        ],
        "strategies": [Strategy("old", "Old care"), Strategy("new", "New care", let={"p_fall": "p_ill * hr"})],
        "discount": {"cost": "dr", "effect": "dr"}, "discount_timing": "continuous",
    }  # fmt: skip
    return MarkovModel(**{**given, **changes})


BOOK = hecon.make_book(
    "small",
    [
        Parameter(
            name="p_ill", value=0.1, low=0.05, high=0.2, distribution="beta", par1=20, par2=180, unit="probability"
        ),
        Parameter(name="p_die", value=0.02, unit="probability"),
        Parameter(name="hr", value=0.7, low=0.5, high=0.9),
        Parameter(name="c_well", value=100.0, distribution="gamma", par1=25, par2=4),
        Parameter(name="c_event", value=5000.0),
        Parameter(name="u_ill", value=0.6),
        Parameter(name="dr", value=0.03),
        Parameter(name="idle", value=1.0, note="no formula uses it"),
    ],
    settings={"price_parameters": "c_event", "currency": "EUR", "price_year": "2020"},
)


def write(path: Path, model: Any, book: hecon.Book, draws: int = 0, reference: str = "", **more: Any) -> Layout:
    """A twin with its base case and a PSA of so many draws."""
    base = hecon.run(model, book.base())
    if draws:
        drawn = book.sample(draws, seed=1)
        more |= {"psa": hecon.run(model, drawn), "draws": drawn}
    return write_executable(
        path, model, book, base, perspective="payer", wtp=20_000.0, reference=reference or base.strategies[0], **more
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, Path]:
    path = tmp_path_factory.mktemp("small") / "small.xlsx"
    return write(path, markov(), BOOK, 30), path


@pytest.fixture(scope="module")
def by_simpson(tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, Path]:
    """The same by Simpson's rule, which Control offers only where it is declared."""
    path = tmp_path_factory.mktemp("simpson") / "simpson.xlsx"
    return write(path, markov(within_cycle="simpson"), BOOK), path


def formulas(path: Path) -> dict[tuple[str, str], str]:
    """Every formula by sheet and cell."""
    book = openpyxl.load_workbook(path)
    return {(s.title, c.coordinate): c.value for s in book for row in s.iter_rows() for c in row if c.data_type == "f"}


def test_sheets_in_order_and_defined_names_for_used_inputs_only(small: tuple[Layout, Path]) -> None:
    layout, path = small
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Decision", "Cover", "ReadMe", "Structure", "Control", "Results", "Inputs", "Assumptions", "Transitions", "Trace_old",
        "Trace_new", "Items", "By_state", "Charts", "OneWay", "PSA_draws", "PSA_results", "CEAC", "Sources", "Checks", "Changes",
        "Formulas",
    ]  # fmt: skip
    names = {name for name in book.defined_names if not name.startswith("_xlnm")}
    assert names == set(layout.inputs) == set(BOOK.parameters) - {"idle"}
    assert all(
        book.defined_names[name].attr_text == f"Inputs!$C${place.row + 1}" for name, place in layout.inputs.items()
    )
    hidden = [sheet.title for sheet in book if sheet.sheet_state != "visible"]
    assert hidden == []
    assert not any(sheet.protection.sheet for sheet in book)


def test_the_layout_knows_every_formula_and_no_other(small: tuple[Layout, Path]) -> None:
    layout, path = small
    known = {(c.sheet, f"{letters(c.column)}{r + 1}") for c in layout.columns for r in range(c.first, c.last + 1)}
    known |= {(c.sheet, f"{letters(c.column)}{c.row + 1}") for c in layout.cells}
    known |= {(sheet, f"{letters(column)}{row + 1}") for sheet, row, column in layout.helpers}
    assert set(formulas(path)) == known
    assert layout.formulas == len(known)


def test_only_functions_that_every_engine_has_and_no_links(small: tuple[Layout, Path]) -> None:
    _, path = small
    used = {word for text in formulas(path).values() for word in re.findall(r"([A-Z][A-Z0-9.]*)\(", text)}
    assert used <= SAFE
    assert not any("[" in text or len(text) > 8192 for text in formulas(path).values())
    with zipfile.ZipFile(path) as packed:
        assert not [name for name in packed.namelist() if "external" in name.lower() or "vba" in name.lower()]


def test_one_formula_down_each_column(small: tuple[Layout, Path]) -> None:
    """Relative to its row a column holds one formula, but for its first row."""
    layout, path = small
    found = formulas(path)
    for column in layout.columns:
        texts = []
        for row in range(column.first, column.last + 1):
            text = found[column.sheet, f"{letters(column.column)}{row + 1}"]
            near = {str(row): "{-1}", str(row + 1): "{0}", str(row + 2): "{1}"}
            texts.append(re.sub(r"(?<=[A-Z])(\d+)", lambda m, near=near: near.get(m[1], m[1]), text))
        assert len(set(texts[2:])) <= 1, (column.sheet, letters(column.column), set(texts[2:]))


def test_the_same_run_writes_the_same_bytes(small: tuple[Layout, Path], tmp_path: Path) -> None:
    _, path = small
    write(tmp_path / "again.xlsx", markov(), BOOK, 30)
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256((tmp_path / "again.xlsx").read_bytes()).digest()


def test_bypassing_xlsxwriters_preparation_changes_no_byte(tmp_path: Path) -> None:
    """The pen writes formulas past XlsxWriter's search for newer functions; the public call gives the same file."""
    import xlsxwriter

    texts = ["IF(A1<=$C$9,1,0)", "SUMPRODUCT($A$1:$A$9,$B$1:$B$9)*c_x", '"a & b"&TEXT(1,"#,##0")', "-INT(-A1)^2"]
    for name in ("pen", "public"):
        book = xlsxwriter.Workbook(str(tmp_path / f"{name}.xlsx"), OPTIONS)
        pen = Pen(book)
        sheet = pen.sheet("S")
        for row, text in enumerate(texts):
            if name == "pen":
                sheet.formula(row, 0, text, 1.5)
            else:
                sheet.worksheet.write_formula(row, 0, f"={text}", pen.format("general"), 1.5)
        book.set_properties({"created": __import__("datetime").datetime(2000, 1, 1)})
        pen.close()
    assert (tmp_path / "pen.xlsx").read_bytes() == (tmp_path / "public.xlsx").read_bytes()


def test_the_quick_classes_write_what_xlsxwriter_writes(
    small: tuple[Layout, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole workbook by XlsxWriter's own classes and public calls has the same parts, byte for byte."""
    assert quick_sheet.quick_is_safe()
    monkeypatch.setattr(quick_sheet, "quick_is_safe", lambda: False)
    write(tmp_path / "plain.xlsx", markov(), BOOK, 30)
    one, two = (zipfile.ZipFile(path) for path in (small[1], tmp_path / "plain.xlsx"))
    with one, two:
        assert one.namelist() == two.namelist()
        assert [name for name in one.namelist() if one.read(name) != two.read(name)] == []


def test_a_version_with_other_insides_is_written_with_by_its_own_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_sheet.QuickSheet, "_write_rows", lambda self: self.no_such_method())
    assert not quick_sheet.quick_is_safe.__wrapped__()


def hostile_model() -> tuple[DecisionTree, hecon.Book]:
    h = HOSTILE
    states = (h[0], h[5], h[7])
    life = MarkovModel(
        states, "1 year", "5 years", "half-cycle", "mid", name=h[4],
        transitions={f"{h[0]} -> {h[5]}": "0.1", f"{h[5]} -> {h[7]}": "0.2"},
        outcomes=[
            Cost(h[3], {h[0]: "c_x"}, per="year", category=h[0], sector="health care", payer=h[1]),
            Utility({h[0]: "0.8"}),
        ],
        checks=[Check(h[8], f'at(occupancy["{h[7]}"], 1)', at_most="1")],
    )  # fmt: skip
    rest = Leaf(outcomes=[QALY("q", "0.1"), Cost(h[1], "3", category=h[2], sector="other")])
    strategies = [
        Strategy(
            h[k], h[(k + 3) % len(h)], Chance(Branch(h[k], "p_a", Leaf(life, start=h[0])), Branch(h[6], "C", rest))
        )
        for k in (0, 1, 2, 8)
    ]
    tree = DecisionTree(h[0], strategies, {"cost": "0.03", "effect": "0.03"}, "continuous")
    book = hecon.make_book(
        "case '=1+1'&",
        [
            Parameter(
                name="p_a",
                value=0.5,
                label=h[0],
                unit=h[1],
                source=h[2],
                note=h[6],
                group=h[8],
                provenance="unverified",
            ),
            Parameter(name="c_x", value=10.0, label=h[9], note=h[4], source=h[2]),
        ],
        sources={h[2]: Citation(id=h[2], citation=h[0], place=h[1], address=h[5])},
        settings={"currency": "=X", "population": h[0]},
    )
    return tree, book


def test_labels_stay_text(tmp_path: Path) -> None:
    tree, book = hostile_model()
    path = tmp_path / "hostile.xlsx"
    layout = write(path, tree, book, reference=HOSTILE[1])
    found = formulas(path)
    known = len(layout.cells) + len(layout.helpers) + sum(c.last - c.first + 1 for c in layout.columns)
    assert len(found) == known
    cells = [
        c for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for c in row if c.value is not None
    ]
    for label in (HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[4], HOSTILE[5], HOSTILE[6]):
        assert any(c.value == label and c.data_type == "s" for c in cells), label
    names = openpyxl.load_workbook(path).sheetnames
    assert all(re.fullmatch(r"\w{1,31}", name) for name in names)
    assert len({name.lower() for name in names}) == len(names)
    with zipfile.ZipFile(path) as packed:
        for name in (one for one in packed.namelist() if one.startswith("xl/charts/chart")):
            assert not re.search(r"<c:f>[^<]*(HYPERLINK\(|1\+1)", packed.read(name).decode())


def test_a_function_without_an_excel_spelling_is_refused_unless_allowed(tmp_path: Path) -> None:
    from hecon.formula.functions import PRIMITIVES
    from hecon.formula.vocabulary import FUNCTIONS

    hecon.primitive("wave", numpy=lambda x: 2 + np.sin(x))
    try:
        model = markov(let={"p_fall": "p_ill * wave(t) / 4"})
        with pytest.raises(ModelError, match="wave has no Excel spelling"):
            write(tmp_path / "no.xlsx", model, BOOK)
        layout = write(tmp_path / "yes.xlsx", model, BOOK, allow_static=True)
        assert layout.not_live == ("Trace_old: wave(t)",)
    finally:
        del PRIMITIVES["wave"], FUNCTIONS["wave"]


def test_what_a_workbook_cannot_bear_is_refused_with_numbers(tmp_path: Path) -> None:
    with pytest.raises(HeconError, match=r"3,500 cycles, more than 3,200: lengthen the cycle"):
        write(tmp_path / "long.xlsx", markov(horizon="3500 years", let={"p_fall": "p_ill"}), BOOK)
    base, drawn = hecon.run(markov(), BOOK.base()), BOOK.sample(5, seed=1)
    with pytest.raises(HeconError, match="give both psa= and draws="):
        write_executable(
            tmp_path / "x.xlsx",
            markov(),
            BOOK,
            base,
            hecon.run(markov(), drawn),
            perspective="payer",
            wtp=1.0,
            reference="old",
        )
    with pytest.raises(HeconError, match="reference 'olt' is not a strategy"):
        write_executable(tmp_path / "x.xlsx", markov(), BOOK, base, perspective="payer", wtp=1.0, reference="olt")


RATES = {"let": {}, "transitions": None,
         "rates": {"well -> ill": "p_ill * (1 + 0.02 * t)", "well -> dead": "p_die", "ill -> dead": "2 * p_die"},
         "strategies": [Strategy("old"), Strategy("new", rates={"well -> ill": "p_ill * hr"})]}  # fmt: skip


@pytest.mark.parametrize("changes", [{}, RATES], ids=["probabilities", "rates"])
def test_recalculated_every_cell_is_the_engines_also_with_other_inputs(changes: dict[str, Any], tmp_path: Path) -> None:
    formualizer = pytest.importorskip("formualizer")
    path = tmp_path / "twin.xlsx"
    model = markov(**changes)
    layout = write(path, model, BOOK)
    poisoned = tmp_path / "poisoned.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(poisoned, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name, re.sub(rb"</f><v>[^<]*</v>", b"</f><v>123.456</v>", content) if "worksheets/" in name else content
            )
    book = formualizer.Workbook.load_path(str(poisoned))
    changed = {"p_ill": 0.17, "hr": 0.55, "c_well": 140.0, "u_ill": 0.4, "dr": 0.05}
    for inputs in ({}, changed):
        for name, value in inputs.items():
            row, column = layout.inputs[name].base
            book.set_value("Inputs", row + 1, column + 1, value)
        book.evaluate_all()
        values = engine_values(
            layout.twin.program,
            BOOK.fix(**inputs),
            layout.twin.sources(),
            layout.methods,
            layout.whole_year,
            layout.steps,
        )
        for one in layout.columns:
            found = [book.get_value(one.sheet, row + 1, one.column + 1) for row in range(one.first, one.last + 1)]
            wanted = np.broadcast_to(values[one.source][..., 0], (one.last - one.first + 1,)) if values[one.source].ndim < 2 else (
                values[one.source][: len(found), 0]
            )  # fmt: skip
            assert found == pytest.approx(wanted, rel=1e-10, abs=1e-15), (one.sheet, letters(one.column), one.source)
        for cell in layout.cells:
            got = book.get_value(cell.sheet, cell.row + 1, cell.column + 1)
            assert got == pytest.approx(float(values[cell.source].ravel()[cell.tunnel]), rel=1e-10, abs=1e-15), cell
        result = hecon.run(model, BOOK.fix(**inputs))
        for k, strategy in enumerate(result.strategies):
            for what, wanted_total in (("cost", result.cost("payer")[k, 0]), ("effect", result.effect()[k, 0])):
                sheet, row, column = layout.results[what, strategy]
                assert book.get_value(sheet, row + 1, column + 1) == pytest.approx(wanted_total, rel=1e-12)


@pytest.mark.parametrize(
    ("declared", "method"),
    [("small", method) for method in METHODS if method != "simpson"] + [("by_simpson", method) for method in METHODS],
)
def test_control_switches_method_timing_and_horizon(declared: str, method: str, request: pytest.FixtureRequest) -> None:
    """The events too under the legacy methods, as an engine run with those settings."""
    formualizer = pytest.importorskip("formualizer")
    layout, path = request.getfixturevalue(declared)
    book = formualizer.Workbook.load_path(str(path))
    settings = {"within_cycle": method, "discount_timing": "whole_year", "horizon": "7 years"}
    for choice, value in (("method", method), ("timing", "whole_year"), ("horizon", 7.0)):
        row, column = layout.controls[choice]
        book.set_value("Control", row + 1, column + 1, value)
    book.evaluate_all()
    other = hecon.make_book("small", BOOK.parameters.values(), settings={**BOOK.settings, **settings})
    result = hecon.run(markov(), other.base())
    for k, strategy in enumerate(result.strategies):
        for what, wanted in (
            ("cost", result.cost("payer")[k, 0]),
            ("effect", result.effect()[k, 0]),
            ("ly", result.effect("ly")[k, 0]),
        ):
            sheet, row, column = layout.results[what, strategy]
            assert book.get_value(sheet, row + 1, column + 1) == pytest.approx(wanted, rel=1e-12)


def test_steps_of_rates_leave_nothing_out() -> None:
    """Uniformisation with the steps written for twice the rate: exp(-0.5) stay, 1 - exp(-0.5) move, by hand."""
    one = np.ones((2, 1))
    found = step_values(("a", "b"), {"a": one, "b": 0 * one}, {("a", "b"): 0.5 * one}, 1.0, steps_for(0.5))
    after = sum(found["a", j][0, 0] for j in range(1, steps_for(0.5) + 1)) + 1.0
    assert np.exp(-0.5) * after == pytest.approx(np.exp(-0.5), rel=1e-15)
    assert 0.5 * found["time a", 0][0, 0] == pytest.approx(1 - np.exp(-0.5), rel=1e-14)
