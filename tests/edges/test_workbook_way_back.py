"""What a person types into a workbook: read back by headings and names, refused where it is no choice, told in one line."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

import hecon
from hecon.errors import InputError
from hecon.workbook.read_back.read_back import read_back
from hecon.workbook.sheets import input_cells
from hecon.workbook.sheets.changes_sheet import FREE_HEAD
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import Cells, Package, Place, read_package

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
COLUMNS = {name: k for k, name in enumerate(input_cells.COLUMNS, start=1)}
LINES = {"Cover": 4, "Results": 2, "Inputs": 4, "Assumptions": 2, "Charts": 1, "PSA_draws": 3, "PSA_results": 3, "CEAC": 2,
         "Checks": 1}  # fmt: skip


def parameters() -> list[hecon.Parameter]:
    return [
        hecon.Parameter(name="p_die", value=0.10000123456789048, low=0.05, high=0.2, unit="probability", provenance="read"),
        hecon.Parameter(
            name="c_care", value=500.0, low=400.0, high=600.0, distribution="gamma mean se", par1=500.0, par2=50.0,
            provenance="unverified", currency="EUR", price_year="2020",
        ),
        hecon.Parameter(name="c_home", value=90.0, provenance="unverified", currency="EUR", price_year="2020"),
        hecon.Parameter(name="c_drug", value=700.0, provenance="unverified", currency="EUR", price_year="2020"),
        hecon.Parameter(name="way", value=2.0, unit="choice", label="way of care: 1 short, 2 long, 3 longer"),
        hecon.Parameter(name="alive_5", value=0.6, unit="probability"),
    ]  # fmt: skip


def model() -> hecon.MarkovModel:
    return hecon.MarkovModel(
        ("well", "dead"), "1 year", "10 years", "half-cycle", "mid", transitions={"well -> dead": "p_die * rr"}, start="well",
        title="Two ways", strategies=[hecon.Strategy("a"), hecon.Strategy("b", let={"rr": "0.5", "drug": "c_drug"})],
        let={"rr": "1", "drug": "0"}, discount={"cost": "0.03", "effect": "0.03"}, discount_timing="continuous",
        outcomes=[
            hecon.Cost("care", {"well": "c_care * way"}, per="year", **CARE),
            hecon.Cost("drug", {"well": "drug"}, per="year", **CARE),
            hecon.Cost("home", {"well": "c_home"}, per="year", category="informal care", sector="informal care"),
            hecon.Utility({"well": "0.8"}),
        ],
        checks=[hecon.Check("alive at 5 years", 'at(occupancy["well"], 5)', equals="alive_5", within="0.2")],
    )  # fmt: skip


def made(draws: int = 0) -> Made:
    book = hecon.make_book("two_ways", parameters(), settings={"currency": "EUR", "price_year": "2020"})
    one, some = model(), book.sample(draws, seed=1) if draws else None
    psa = hecon.run(one, some) if some is not None else None
    return Made(one, book, "payer", 20000.0, "a", psa, some)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("way_back") / "two_ways.xlsx"
    made(30).write(path)
    return path


def row(file: Path, name: str) -> int:
    """The row of an input, counted from 1."""
    words = read_package(file, only=("Inputs",)).sheets["Inputs"].words
    return next(r + 1 for (r, c), word in words.items() if c == 0 and word == name)


def placed(file: Path, cells: Mapping[Any, float | str]) -> dict[Place, float | str]:
    """Cells by place; an input's cell is given by its name and column."""
    return {
        (("Inputs", row(file, at[0]) - 1, COLUMNS[at[1]] - 1) if len(at) == 2 else at): value
        for at, value in cells.items()
    }


def swapped(book: Any) -> None:
    """Two rows in each other's place, as sorting does it."""
    at = [next(one.row for one in book["Inputs"]["A"] if one.value == name) for name in ("c_care", "c_home")]
    for column in (COLUMNS["name"], COLUMNS["value"]):
        one, two = (book["Inputs"].cell(k, column) for k in at)
        one.value, two.value = two.value, one.value


def edited(file: Path, out: Path, change: Callable[[Any], None]) -> Path:
    book = openpyxl.load_workbook(file)
    change(book)
    book.save(out / "edited.xlsx")
    return out / "edited.xlsx"


def put(cells: Mapping[tuple[str, str], Any]) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for (name, column), value in cells.items():
            at = next(one.row for one in book["Inputs"]["A"] if one.value == name)
            book["Inputs"].cell(at, COLUMNS[column]).value = value

    return change


def test_fifteen_digits_are_no_change(file: Path, tmp_path: Path) -> None:
    path = edited(file, tmp_path, put({("p_die", "value"): 0.100001234567890}))
    assert read_back(path, made().book).changes == ()


def test_columns_are_found_by_their_headings(file: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        put({("c_care", "value"): 550.0})(book)
        book["Inputs"].delete_cols(COLUMNS["unit"])

    found = read_back(edited(file, tmp_path, change), made().book)
    assert found.book.parameters["c_care"].value == 550.0
    assert "Inputs has no column 'unit': it keeps what the case's inputs say" in found.notes


def test_an_input_that_is_not_found_is_a_fault(file: Path, tmp_path: Path) -> None:
    path = edited(file, tmp_path, put({("c_care", "name"): None}))
    with pytest.raises(InputError, match=r"Inputs \(c_care\): is not found: its row was deleted or its name changed"):
        read_back(path, made().book)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({("c_home", "name"): "c_care"}, "stands twice"),
        ({("way", "value"): 4}, "is 4, which is not one of its choices (1, 2, 3)"),
        ({("way", "value"): 1.5}, "is 1.5, which is not one of its choices (1, 2, 3)"),
        ({("c_care", "value"): True}, "value is not a number: 'TRUE'"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_cell(
    file: Path, tmp_path: Path, cells: Mapping[tuple[str, str], Any], told: str
) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        read_back(edited(file, tmp_path, put(cells)), made().book)


def test_sorted_rows_are_told(file: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the rows were sorted or moved"):
        read_back(edited(file, tmp_path, swapped), made().book)


def test_a_distribution_alone_is_taken_as_its_row_has_it(file: Path, tmp_path: Path) -> None:
    path = edited(file, tmp_path, put({("c_care", "distribution"): "lognormal mean se"}))
    found = read_back(path, made().book)
    one = found.book.parameters["c_care"]
    assert (one.distribution, one.par1, one.par2, one.value) == ("lognormal mean se", 500.0, 50.0, 500.0)
    assert found.changes == ("c_care, distribution gamma mean se -> lognormal mean se",)


def test_words_and_free_lines_are_read(file: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        put({("c_care", "note"): "asked", ("c_care", "provenance"): "expert", ("c_care", "unit"): "EUR"})(book)
        free = next(cell.row for cell in book["Changes"]["A"] if cell.value == FREE_HEAD)
        book["Changes"].cell(free + 2, 2).value = "the reviewer"

    found = read_back(edited(file, tmp_path, change), made().book)
    one = found.book.parameters["c_care"]
    assert (one.note, one.provenance, one.unit) == ("asked", "expert", "EUR")
    assert "c_care, provenance unverified -> expert" in found.changes
    assert [(one.text, one.name) for one in found.comments] == [("the reviewer", "")]


def test_a_workbook_without_items_is_told(file: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        del book["Items"]

    with pytest.raises(InputError, match="has no sheet Items: it was deleted or renamed"):
        read_back(edited(file, tmp_path, change), made().book)


Retype = Callable[[Mapping[Place, float | str]], Mapping[str, Cells]]


@pytest.fixture
def retype(file: Path, tmp_path: Path) -> Retype:
    pytest.importorskip("formualizer")
    return open_session(file, "formualizer", tmp_path).values


PERSPECTIVE, HORIZON, THRESHOLD, REFERENCE = (("Control", at, 1) for at in (10, 13, 9, 11))


@pytest.mark.parametrize(
    "cells",
    [
        {PERSPECTIVE: ""}, {PERSPECTIVE: "societal "}, {HORIZON: ""}, {HORIZON: 15.0}, {HORIZON: 5.5}, {THRESHOLD: ""},
        {REFERENCE: "c"}, {("Control", 14, 1): "middle"}, {("Control", 22, 6): 0.5}, {("way", "value"): 1.5},
        {("c_care", "value"): ""}, {("c_care", "low"): ""},
        {("Control", 4, 1): "PSA draw", ("Control", 5, 1): 2.5}, {("c_care", "name"): "c_home"},
    ],
)  # fmt: skip
def test_an_invalid_choice_gives_no_number_anywhere(
    file: Path, retype: Retype, cells: Mapping[Any, float | str]
) -> None:
    found = retype(placed(file, cells))
    totals = found["Results"].numbers[8:10, 2:7]
    assert np.isnan(totals).all()
    if next(iter(cells))[0] == "Control":
        assert np.isnan(found["Results"].numbers[8:10, 9:16]).all()  # the means of the PSA and their limits
        assert np.isnan(found["CEAC"].numbers[6:47, 1:6]).all()
    line = found["Results"].words[2, 0]
    assert re.search("invalid or blank|NOT IN THEIR ROWS", line)
    assert "IN ERROR" in line
    assert "IN ERROR" in found["Checks"].words[3, 0]


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({}, "As submitted: base case, nothing changed, 21 of 21 checks hold"),
        ({("c_drug", "value"): 800.0}, "1 inputs or tables changed. PSA OUT OF DATE: "),
        ({PERSPECTIVE: "societal", HORIZON: 5.0}, "Changed on Control: perspective horizon. PSA OUT OF DATE: "),
        ({("c_care", "distribution"): "normal mean se"}, "1 distributions changed. PSA OUT OF DATE: "),
        ({("Control", 4, 1): "PSA draw", ("Control", 5, 1): 7.0}, "Shows PSA draw 7. "),
        (
            {("p_die", "value"): 1.2},
            "1 inputs are invalid or blank (Inputs, column valid?). 1 inputs or tables",
        ),
    ],
)
def test_one_line_says_how_the_workbook_stands(
    file: Path, retype: Retype, cells: Mapping[Any, float | str], line: str
) -> None:
    found = retype(placed(file, cells))
    shown = {found[sheet].words[at, 0] for sheet, at in LINES.items()}
    assert len(shown) == 1
    assert shown.pop().startswith(line.partition("21 of")[0])


def test_expected_loss_is_a_mean_of_losses(tmp_path: Path) -> None:
    """Costs of 600,000 that differ by cents, at a threshold of 0: the exact mean of the shipped numbers, to 12 digits."""
    tree = hecon.DecisionTree(
        "Close", [hecon.Strategy(name, to=hecon.Leaf(outcomes=[hecon.Cost("all", text, **CARE)])) for name, text in
                  (("a", "600000"), ("b", "600000 + x"))], {"cost": "0", "effect": "0"}, "continuous",
    )  # fmt: skip
    book = hecon.make_book("close", [hecon.Parameter(name="x", value=0.1, distribution="normal", par1=0.1, par2=0.3)])
    draws = book.sample(1000, seed=1)
    made = Made(tree, book, "payer", 100.0, "a", hecon.run(tree, draws), draws, effect="none")
    made.write(tmp_path / "close.xlsx")
    package = read_package(tmp_path / "close.xlsx")
    costs = package.sheets["PSA_results"].numbers[9:1009, 1:3]
    gaps = [Fraction(float(b)) - Fraction(float(a)) for a, b in costs]
    least = min(Fraction(0), sum(gaps, Fraction(0)) / 1000)
    exact = float(least - sum((min(Fraction(0), gap) for gap in gaps), Fraction(0)) / 1000)
    assert package.number(("CEAC", 6, 5)) == pytest.approx(exact, rel=1e-12)


def spelled(package: Package) -> list[str]:
    """Formulas that some spreadsheets read otherwise than Excel: a row indexed by one number, an array inside MAX."""
    found = []
    for cells in package.sheets.values():
        for text in cells.formulas.values():
            ranges = re.findall(r"INDEX\([^,()]*?\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+),([^()]*)\)", text)
            for left, first, right, last, rest in ranges:
                if first == last and left != right and rest.count(",") == 0:
                    found.append(text)
            if "SUMPRODUCT(MAX(" in text or "SUMPRODUCT(MIN(" in text:
                found.append(text)
    return found


def test_every_spreadsheet_reads_the_spelling(file: Path, tmp_path: Path) -> None:
    assert spelled(read_package(file)) == []
    one = hecon.MarkovModel(
        ("well", "dead"), "1 year", "10 years", "half-cycle", "mid", transitions={"well -> dead": "0.1"}, start="well",
        title="Peak", strategies=[hecon.Strategy("a")], discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
        outcomes=[hecon.Utility({"well": "0.8"}), hecon.Cost("all", {"well": "fee"}, per="year", **CARE)],
        report={"most alive": 'largest(occupancy["well"] * fee)', "least": 'smallest(occupancy["well"] * fee)'},
    )  # fmt: skip
    book = hecon.make_book("peak", [hecon.Parameter(name="fee", value=2.0)])
    Made(one, book, "payer", 1.0, "a").write(tmp_path / "peak.xlsx")
    assert spelled(read_package(tmp_path / "peak.xlsx")) == []


def test_inputs_that_move_only_a_check_are_not_yellow(file: Path) -> None:
    sheet = openpyxl.load_workbook(file)["Inputs"]
    assert sheet.cell(row(file, "c_care"), 4).fill.fgColor.rgb == "FFFFF9C4"
    assert sheet.cell(row(file, "alive_5"), 4).fill.fgColor.rgb == "FFFFFFFF"


def test_a_draft_names_what_moves_the_result_the_furthest_first(file: Path) -> None:
    """Under the payer's perspective hours at home count nothing; the drug moves the result further than care does."""
    line = read_package(file, only=("Cover",)).word(("Cover", 3, 0))
    assert line == "DRAFT: 2 unverified inputs drive the result (c_drug, c_care)"


def test_nothing_is_typed_over_a_live_cell(file: Path) -> None:
    rules = openpyxl.load_workbook(file)["Inputs"].data_validations.dataValidation
    (rule,) = [one for one in rules if one.type == "custom" and "C7" in one.sqref]
    assert (rule.formula1, rule.errorStyle or "stop", rule.error) == (
        "FALSE",
        "stop",
        "a formula: change the yellow cell",
    )


def test_a_tunnel_of_one_cycle_with_an_amount_by_state_time(tmp_path: Path) -> None:
    pytest.importorskip("formualizer")
    from hecon.workbook.verify.verify import verify

    one = hecon.MarkovModel(
        ("ill", "dead"), "1 year", "5 years", "half-cycle", "mid", transitions={"ill -> dead": "p_die"}, start="ill", title="T",
        strategies=[hecon.Strategy("a")], discount={"cost": "0.03", "effect": "0.03"}, discount_timing="continuous",
        tunnels={"ill": hecon.Tunnel(1, last="stay")},
        outcomes=[hecon.Cost("care", {"ill": "100 if state_time < 1 else 50"}, per="year", **CARE), hecon.Utility({"ill": "1"})],
    )  # fmt: skip
    made = Made(one, hecon.make_book("t", [hecon.Parameter(name="p_die", value=0.1)]), "payer", 1.0, "a")
    made.write(tmp_path / "t.xlsx")
    certificate = verify(tmp_path / "t.xlsx", made, count=2, engine="formualizer")
    assert certificate.passed, certificate.text()


def test_a_link_to_another_workbook_is_told(file: Path, tmp_path: Path) -> None:
    pytest.importorskip("formualizer")
    from hecon.workbook.verify.verify import verify

    def change(book: Any) -> None:
        book["Results"]["C9"] = "='[other.xlsx]Sheet1'!A1"

    certificate = verify(edited(file, tmp_path, change), made(30), count=0, engine="formualizer")
    assert not certificate.passed
    assert "Results!C9 refers to another workbook" in certificate.text()
