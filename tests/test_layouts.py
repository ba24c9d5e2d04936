"""One layout per analysis: terminal, page, workbook and files show the same headings and words; data hold codes and all rows."""

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from hecon.analysis.cost_effectiveness.acceptability import acceptability
from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.voi.population import NetBenefitOfSampling
from hecon.grid import DATA, PAGE, SHEET, TERMINAL, Column, Grid, flat, on, plain_text, rich_table, write_csv
from hecon.report.html.parts import table
from hecon.report.values_workbook import write_tables
from hecon.results.analysis import Analysis
from hecon.results.as_json import as_json
from hecon.results.layouts.arranged import across, stacked
from hecon.results.layouts.decision import incremental_by_basis
from hecon.results.layouts.layout import layout
from hecon.workbook.sheets.decision_cells import _values

NAMES = ("care", "worse", "middle", "best")
FOUR = from_totals(NAMES, [[100.0], [250.0], [300.0], [400.0]], [[1.0], [0.9], [1.2], [2.0]])
STUDY = Analysis.of_outcomes("demo", FOUR, None, "payer", 1000.0, "care")
WORDS = {"care": "on the frontier", "worse": "dominated", "middle": "extendedly dominated", "best": "on the frontier"}


def test_a_status_is_one_word_in_every_medium(tmp_path: Path) -> None:
    lines = {line.split()[0]: line for line in str(STUDY.incremental()).splitlines()}
    for name, words in WORDS.items():
        assert lines[name].endswith(words)
    terminal = [str(cell) for cell in rich_table(layout(STUDY.incremental())).columns[-1].cells]
    assert terminal == list(WORDS.values())
    page = table(incremental_by_basis(STUDY))
    write_tables(STUDY, tmp_path / "tables.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx")["Incremental"]
    values = list(sheet.iter_rows(min_row=5, values_only=True))
    for (name, words), row in zip(WORDS.items(), values, strict=True):
        assert f"<td>{words}</td>" in page
        assert (row[1], row[-1]) == (name, words)
    assert "extended dominance" not in page + str(values)


def test_files_and_json_keep_the_codes(tmp_path: Path) -> None:
    write_csv(incremental_by_basis(STUDY), tmp_path / "incremental.csv")
    with (tmp_path / "incremental.csv").open(encoding="utf-8") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["ND", "D", "ED", "ND"]
    assert [row["status"] for row in as_json(STUDY)["incremental"]] == ["ND", "D", "ED", "ND"]
    assert STUDY.incremental().to_frame()["Status"].tolist() == ["ND", "D", "ED", "ND"]


def test_headings_are_the_same_on_paper_and_screen() -> None:
    grid = layout(STUDY.pairwise())
    assert [column.heading for column in on(grid, TERMINAL).columns] == [c.heading for c in on(grid, PAGE).columns]
    assert [column.heading for column in on(grid, TERMINAL).columns] == [c.heading for c in on(grid, SHEET).columns]


def test_a_sweep_prints_some_rows_and_its_frame_has_all() -> None:
    sizes = tuple(range(10, 510))
    values = np.arange(500.0) - 480.0
    found = NetBenefitOfSampling(sizes, values, np.ones(500), np.ones(500), np.ones(500))
    assert len(str(found).splitlines()) < 60
    assert len(found.to_frame()) == 500
    assert "best with 509 patients" in str(found)
    assert any(line.split()[0] == "509" for line in str(found).splitlines())  # the best is among the rows shown
    draws = from_totals(("a", "b"), np.zeros((2, 4)), np.ones((2, 4)))
    assert len(layout(acceptability(draws, np.linspace(0, 10, 101), "payer")).few) == 34


def test_a_number_below_its_floor_is_printed_as_it_and_kept_in_data() -> None:
    grid = Grid("g", "G", (Column("x", "X", 0, least=0.0),), ((-3.0,), (4.0,)))
    assert plain_text(grid).split() == ["X", "0", "4"]
    assert flat(on(grid, SHEET))[1] == [[0.0], [4.0]]
    assert flat(on(grid, DATA))[1] == [[-3.0], [4.0]]


def test_limits_have_their_columns_in_data_alone() -> None:
    grid = Grid("g", "G", (Column("x", "X", 0, limits=True),), ((Estimate(1.0),),))
    assert flat(on(grid, DATA))[1] == [[1.0, None, None]]
    assert flat(on(grid, SHEET))[1] == [[1.0]]


def test_grids_are_put_under_and_beside_one_another() -> None:
    columns = (Column("wtp", "Threshold", 0), Column("price", "Price", 0), Column("text", "In words"))
    one = Grid("g", "G", columns, ((10, 5.0, None), (20, 6.0, None)))
    two = Grid("g", "G", columns, ((20, None, "at any price"),))
    both = stacked(Column("basis", "Basis"), {"mean": one, "median": two})
    wide = across(both, "basis", ["wtp"])
    assert [column.name for column in wide.columns] == ["wtp", "price 0", "text 1"]
    assert wide.rows == ((10, 5.0, None), (20, 6.0, "at any price"))


def test_a_kind_without_a_layout_is_refused() -> None:
    with pytest.raises(TypeError, match="int has no layout"):
        layout(1)


def test_the_live_sheets_of_the_workbook_say_the_same() -> None:
    cost, gain = FOUR.cost("payer")[:, 0], FOUR.effect()[:, 0]
    assert _values(cost, gain)["status"] == ["reference", *list(WORDS.values())[1:]]  # the first has no ratio


def test_every_result_prints_its_layout() -> None:
    import importlib
    import pkgutil

    import hecon
    from hecon.shown import Shown

    for module in pkgutil.walk_packages(hecon.__path__, "hecon."):
        if "starter" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, waiting = set(), [Shown]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        found |= set(below)
    short = {
        "Case",
        "Outcomes",
        "Draws",
        "Book",
        "Record",
        "Analysis",
        "Certificate",
        "WorkbookCertificate",  # as a Certificate
        "Paying",  # the methods of an Analysis, between Record and Analysis
    }  # named in a line, printed as a table
    assert {one.__name__ for one in found if one.__repr__ is not Shown.__repr__} == short
