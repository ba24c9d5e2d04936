"""What a reviewer needs besides results: the structure drawn and listed, covariances, the author's text, validation, the key."""

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import hecon
from hecon import Branch, Chance, Cost, DecisionTree, Leaf, MarkovModel, Parameter, Strategy, Tunnel, Utility
from hecon.inputs.parameter import Correlation
from hecon.structure import PartitionedSurvival
from hecon.workbook.write import write_executable

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
GREY = "FF7F7F7F"


def model() -> DecisionTree:
    """A chance node that leads into a cohort, and a strategy with another transition there."""
    cohort = MarkovModel(
        ("well", "ill", "dead"), "1 year", "5 years", "half-cycle", "mid", name="cohort",
        transitions={"well -> ill": "p_ill", "well -> dead": "p_die", "ill -> dead": "2 * p_die"},
        tunnels={"ill": Tunnel(2, "stay")}, outcomes=[Cost("care", {"ill": "c_ill"}, per="year", **CARE), Utility({"well": "1"})],
    )  # fmt: skip
    split = Chance(
        Branch("works", "p_works", Leaf(to=cohort, start="well", transitions={"well -> ill": "p_ill / 2"})),
        Branch("fails", "C", Leaf(to=cohort, start="ill")),
    )
    old = Strategy("old", "Old care", Leaf(to=cohort, start="well"))
    return DecisionTree(
        "Small", [old, Strategy("new", "New care", split)], {"cost": "0.03", "effect": "0.03"}, "continuous"
    )


BOOK = hecon.make_book(
    "small",
    [
        Parameter(name="p_ill", value=0.1, unit="probability"),
        Parameter(name="p_die", value=0.02, unit="probability"),
        Parameter(name="c_ill", value=100.0, distribution="gamma mean se", par1=100.0, par2=10.0),
        Parameter(name="x_other", value=0.5, distribution="multivariate normal", correlation_group="curve", support="any"),
        Parameter(name="p_works", value=0.4, distribution="multivariate normal", correlation_group="curve"),
    ],
    settings={"currency": "EUR", "price_year": "2020"},
    correlations=(
        Correlation("curve", "x_other", "x_other", 0.04, "covariance"),
        Correlation("curve", "x_other", "p_works", 0.0003, "covariance"),
        Correlation("curve", "p_works", "p_works", 0.0001, "covariance"),
    ),
    tables={"price_index": {"year": [2010, 2011], "index": [100, 102]}},
)  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, tree = tmp_path_factory.mktemp("story") / "small.xlsx", model()
    draws = BOOK.sample(20, seed=1)
    write_executable(
        path, tree, BOOK, hecon.run(tree, BOOK.base()), hecon.run(tree, draws), draws,
        perspective="payer", wtp=20_000.0, reference="old",
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def shown(small: Path) -> Any:
    return openpyxl.load_workbook(small, data_only=True)


def rows_of(sheet: Any) -> list[tuple[Any, ...]]:
    return [row for row in sheet.iter_rows(values_only=True) if any(cell not in (None, "") for cell in row)]


def test_structure_lists_branches_and_transitions_with_their_first_values(shown: Any) -> None:
    rows = {row[:2]: row for row in rows_of(shown["Structure"])}
    assert rows["decision: new", "works"][2:4] == ("p_works", 0.4)
    assert rows["well", "ill"][2] == "p_ill | p_ill / 2"
    assert rows["well", "ill"][3:6] == (0.1, 0.05, 0.1)  # old care, works, fails
    assert rows["well", "dead"][3:6] == (0.02, 0.02, 0.02)


def test_live_values_on_structure_lead_to_where_they_are_read(small: Path) -> None:
    sheet = openpyxl.load_workbook(small)["Structure"]
    linked = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.hyperlink is not None]
    assert len(linked) >= 8
    for cell in linked:
        assert cell.data_type == "f"
        where = cell.hyperlink.location.replace("$", "")
        assert cell.value.replace("$", "") in (f"={where}", "=p_ill", "=p_die"), cell.coordinate


def test_the_pictures_have_words_for_those_who_do_not_see_them(small: Path) -> None:
    with zipfile.ZipFile(small) as archive:
        drawings = [
            archive.read(name).decode() for name in archive.namelist() if re.match(r"xl/drawings/drawing\d", name)
        ]
    told = " ".join(re.findall(r'descr="([^"]*)"', " ".join(drawings)))
    assert "Decision tree. Ways: old: ; new: works; new: fails" in told
    assert "well -&gt; ill (by strategy); well -&gt; dead (p_die)" in told


def test_partitioned_survival_is_listed_with_its_curves(tmp_path: Path) -> None:
    survival = PartitionedSurvival(
        ("stable", "dead"), {"stable": "exp(-0.1 * t)"}, "cap", "1 year", "3 years", "half-cycle", "mid", name="long",
        outcomes=[Utility({"stable": "1"})],
    )  # fmt: skip
    tree = DecisionTree("PSM", [Strategy("a", to=Leaf(to=survival))], {"cost": "0", "effect": "0"}, "continuous")
    book = hecon.make_book("psm", [])
    path = tmp_path / "psm.xlsx"
    write_executable(path, tree, book, hecon.run(tree, book.base()), perspective="payer", wtp=1.0, reference="a")
    rows = {row[1]: row for row in rows_of(openpyxl.load_workbook(path, data_only=True)["Structure"])}
    assert rows["stable"][2] == "exp(-0.1 * t)"
    assert rows["stable"][3] == pytest.approx(0.904837418)  # exp(-0.1)


def test_covariances_are_in_the_workbook_and_grey(shown: Any) -> None:
    sheet = shown["Correlations"]
    rows = {row[0]: row for row in rows_of(sheet)}
    assert rows["Covariance"][1:3] == ("p_works", "x_other")
    found = [row for row in rows_of(sheet) if row[0] == "p_works"]
    assert found[0][1:3] == (0.4, pytest.approx(0.01))  # value, standard deviation
    assert found[1][1:3] == (0.0001, 0.0003)
    assert found[2][2] == pytest.approx(0.15)  # 0.0003 / (0.2 x 0.01)
    numbers = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float | int)]
    assert {cell.font.color.rgb for cell in numbers} == {GREY}


def test_stored_numbers_are_grey_as_the_key_says(shown: Any) -> None:
    draws = shown["PSA_draws"]
    assert draws["B12"].font.color.rgb == draws["A12"].font.color.rgb == GREY
    inputs = shown["Inputs"]
    heads = {cell.value: cell.column for cell in inputs[6]}
    row = next(r for r in range(7, 12) if inputs.cell(r, 1).value == "c_ill")
    assert inputs.cell(row, heads["par1"]).font.color.rgb == GREY
    assert "PSA_draws" in str([cell.value for cell in shown["Cover"]["B"]])


def test_years_are_written_without_a_thousands_separator(shown: Any) -> None:
    cells = {cell.value: cell for row in shown["Tables"].iter_rows() for cell in row}
    assert cells[2010].number_format == "0"
    assert cells[102].number_format != "0"


def test_every_sheet_prints_on_landscape_pages_with_its_name(shown: Any) -> None:
    for sheet in shown:
        assert sheet.page_setup.orientation == "landscape", sheet.title
        assert "&A" in (sheet.oddFooter.center.text or ""), sheet.title
        assert sheet.sheet_properties.tabColor is not None, sheet.title
    trace = next(sheet for sheet in shown if sheet.title.startswith("Trace"))
    assert trace.print_title_rows is not None
    assert trace.freeze_panes == f"B{int(trace.print_title_rows.split('$')[-1])}"  # all headings but what was written
    assert shown.properties.title == "Small"


def test_the_authors_text_and_the_validation_come_from_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("models/demo", "inputs/demo"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "models/demo/model.py").write_text(
        "from hecon import *\n"
        'MODEL = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[Cost("v", "c_v", category="x", sector="health care")]))],'
        ' {"cost": "0", "effect": "0"}, "continuous")\n'
    )
    long = "word " * 400
    (tmp_path / "models/demo/README.md").write_text(
        f"# Demo\n\n## Limits\n\n=1+1 is *text*. {long}end.\n\n| a | b | c |\n|---|---|---|\n| 1 | 2 | {long}last |\n"
    )
    (tmp_path / "models/demo/text.md").write_text("## Population\n\nAdults.\n")
    (tmp_path / "inputs/demo/parameters.csv").write_text("name,value,provenance\nc_v,50,assumption\n")
    (tmp_path / "inputs/demo/settings.csv").write_text(
        "name,value\nperspective,payer\nthreshold,1000\nreference,a\neffect,none\n"
    )
    (tmp_path / "models/demo/published.csv").write_text(
        "id,study,what,published,unit,strategy,outcome,structure,scenario,perspective,tolerance,tag,note\n"
        "cost,,cost,52,EUR,a,cost,,,,10%,read,\n"
    )
    monkeypatch.chdir(tmp_path)
    run = hecon.open_case("demo").run(draws=0)
    hecon.write_workbook(run, "demo.xlsx", stored=())
    book = openpyxl.load_workbook("demo.xlsx")
    told = " ".join(str(cell) for row in rows_of(book["About"]) for cell in row if cell)
    assert told.count("word") == 800
    assert all(words in told for words in ("Limits", "=1+1 is text.", "end.", "last", "Population", "Adults."))
    assert not any(cell.data_type == "f" for row in book["About"].iter_rows() for cell in row)
    rows = rows_of(book["Validation"])
    assert any(row[1:4] == ("cost (EUR)", "52.0", "50.0") for row in rows), rows
    assert any(row[0] == "AdViSHE D4" and row[2].startswith("not done") for row in rows)


def test_a_model_made_in_python_has_no_page_about_it(small: Path, shown: Any) -> None:
    assert "About" not in shown.sheetnames
    assert "Validation" not in shown.sheetnames
