"""The folder of a run: complete or not there, safe to open, and the same numbers in every file."""

import csv
import io
import json
import math
import os
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from rich.console import Console

from hecon import files
from hecon.analysis.exchange.storage import load_outcomes, load_parameters
from hecon.errors import HeconError
from hecon.evaluate.keep.checks_and_reports import Piece
from hecon.grid import Column, Grid, rich_table, write_csv
from hecon.inputs.book import Book
from hecon.inputs.draws import Draws
from hecon.inputs.parameter import Parameter, Source
from hecon.outcomes import Item, Outcomes
from hecon.report import run_folder
from hecon.report.run_folder import run_files, write_run
from hecon.report.terminal import terminal_tables
from hecon.results.analysis import Analysis
from hecon.results.as_json import as_json

ITEMS = (
    Item("drug", "cost", "upfront", "health care", unit="EUR 2020"),
    Item("fees", "cost", "=upfront", "out-of-pocket", unit="EUR 2020"),
    Item("work", "cost", "productivity", "productivity", unit="EUR 2020"),
    Item("qaly", "qaly"),
    Item("ly", "ly"),
    Item("ly", "ly_undiscounted"),
)
MEANS = np.array([[[100.0], [10.0], [50.0], [1.0], [1.2], [1.3]], [[900.0], [20.0], [20.0], [1.5], [1.7], [1.9]]])


def outcomes(n, kept=None):
    values = MEANS * np.ones((1, 1, n))
    if n > 1:
        values = values * np.random.default_rng(1).lognormal(-0.005, 0.1, values.shape)
    labels = ("Usual care", "@drug")
    return Outcomes(values, ("care", "drug"), ITEMS, labels=labels, currency="EUR", price_year="2020", kept=kept or {})


@pytest.fixture
def study():
    years = np.array([0.0, 1.0, 2.0])
    alive = np.array([1.0, 0.5, 0.25])
    kept = {
        "trace": {name: (years, {"well": alive, "dead": 1 - alive}) for name in ("care", "drug")},
        "by_state": [
            Piece(name, "cost", "drug", "well", np.array([value])) for name, value in (("care", 100.0), ("drug", 900.0))
        ],
    }
    parameter = Parameter(
        name="p_die", label="=1+1", value=0.5, distribution="beta", par1=2, par2=2, source="s", provenance="read"
    )
    book = Book("demo", {"p_die": parameter}, sources={"s": Source("s", "Someone 2020, table 2")})
    draws = Draws(book, ("p_die",), np.random.default_rng(1).beta(2, 2, (1, 500)), "independent", 1)
    return Analysis.of_outcomes(
        "demo", outcomes(1, kept), outcomes(500), "societal", 2000.0, "care", book=book, draws=draws
    )


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_all_files_are_there_and_listed(study, tmp_path):
    folder = write_run(study, tmp_path, name="first", command="hecon run demo", psa_csv=True)
    assert folder == tmp_path / "demo" / "first"
    expected = """acceptability.csv base.npz by_category.csv by_perspective.csv by_sector.csv by_state.csv checks.csv
        figures/acceptability.png figures/acceptability.svg figures/cost_by_category.png figures/cost_by_category.svg
        figures/plane.png figures/plane.svg figures/trace.png figures/trace.svg incremental.csv
            inputs/parameters.csv inputs/sources.csv items.csv pairwise.csv
        parameters.csv psa.npz psa_draws.csv psa_outcomes.csv psa_summary.csv results.csv results.json run.json
        tables.xlsx trace.csv"""
    assert run_files(folder) == expected.split()
    assert sorted(json.loads((folder / "results.json").read_text())["files"]) == expected.split()
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["first"]


def test_run_json_says_how_to_do_it_again(study, tmp_path):
    folder = write_run(study, tmp_path, name="first", command="hecon run demo --seed 1", figures=False, workbook=False)
    about = json.loads((folder / "run.json").read_text())
    assert about["command"] == "hecon run demo --seed 1"
    assert about["input_fingerprint"] == study.book.fingerprint()
    assert (about["draws"], about["seed"], about["sampling"]) == (500, 1, "independent")
    assert about["versions"]["numpy"] == np.__version__


def test_an_interrupted_run_leaves_nothing_and_spares_the_earlier_one(study, tmp_path, monkeypatch):
    folder = write_run(study, tmp_path, name="first", figures=False, workbook=False)
    before = {path: (folder / path).read_bytes() for path in run_files(folder)}

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_folder, "figure_files", interrupted)
    for name in ("first", "second"):
        with pytest.raises(KeyboardInterrupt):
            write_run(study, tmp_path, name=name)
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["first"]
    assert {path: (folder / path).read_bytes() for path in run_files(folder)} == before


def test_a_failed_rename_restores_the_earlier_run(study, tmp_path, monkeypatch):
    folder = write_run(study, tmp_path, name="first", figures=False, workbook=False)
    rename = os.rename

    def stubborn(one, target):
        if Path(one).name == "new":
            raise OSError("disk full")
        return rename(one, target)

    monkeypatch.setattr(os, "rename", stubborn)
    monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    with pytest.raises(HeconError, match="disk full"):
        write_run(study, tmp_path, name="first", figures=False, workbook=False)
    assert (folder / "run.json").is_file()
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["first"]


def test_same_name_replaces_a_run_but_nothing_else(study, tmp_path):
    for _ in range(2):
        folder = write_run(study, tmp_path, name="first", figures=False, workbook=False)
    assert (folder / "run.json").is_file()
    (tmp_path / "demo" / "mine").mkdir()
    with pytest.raises(HeconError, match="is not a run of hecon; choose another name"):
        write_run(study, tmp_path, name="mine")
    for name in ("../up", "a/b", ".hidden"):
        with pytest.raises(HeconError, match="cannot name a folder"):
            write_run(study, tmp_path, name=name)


def test_psa_file_gives_the_outcomes_and_draws_back(study, tmp_path):
    folder = write_run(study, tmp_path, name="first", figures=False, workbook=False, psa_csv=True)
    assert (load_outcomes(folder / "psa.npz").values == study.psa.values).all()
    assert (load_parameters(folder / "psa.npz")["p_die"] == study.draws["p_die"]).all()
    draws, totals = rows_of(folder / "psa_draws.csv"), rows_of(folder / "psa_outcomes.csv")
    assert float(draws[17]["p_die"]) == study.draws["p_die"][17]
    assert float(totals[17]["cost_drug"]) == study.psa.cost("societal")[1, 17]


def test_costs_in_files_add_up_under_every_perspective(study, tmp_path):
    folder = write_run(study, tmp_path, name="first", figures=False, workbook=False)
    for tag in ("category", "sector"):
        rows = [row for row in rows_of(folder / f"by_{tag}.csv") if row["basis"] == "deterministic"]
        for perspective, total in (("payer", 900), ("health care sector", 920), ("societal", 940)):
            parts = [float(row["drug"]) for row in rows if row["perspective"] == perspective and row[tag] != "total"]
            ends = [float(row["drug"]) for row in rows if row["perspective"] == perspective and row[tag] == "total"]
            assert sum(parts) == pytest.approx(total)
            assert ends == [pytest.approx(total)]
    trace = rows_of(folder / "trace.csv")
    assert trace[1] == {"strategy": "care", "structure": "1", "years": "1.0", "state": "well", "share": "0.5"}
    assert rows_of(folder / "by_state.csv")[1]["value"] == "900.0"


def test_texts_that_look_like_formulas_are_disarmed_in_csv_and_are_texts_in_the_workbook(study, tmp_path):
    folder = write_run(study, tmp_path, name="first", figures=False)
    assert {row["category"] for row in rows_of(folder / "by_category.csv")} >= {"'=upfront"}
    assert rows_of(folder / "results.csv")[1]["label"] == "'@drug"
    assert rows_of(folder / "parameters.csv")[0]["label"] == "'=1+1"
    sheets = openpyxl.load_workbook(folder / "tables.xlsx")
    assert sheets.sheetnames[:3] == ["Results", "By category", "By sector"]
    assert {"Incremental", "Pairwise", "PSA summary", "Parameters"} <= set(sheets.sheetnames)
    assert all(cell.data_type != "f" for sheet in sheets for row in sheet.iter_rows() for cell in row)
    parameters = [[cell.value for cell in row] for row in sheets["Parameters"].iter_rows(min_row=4)]
    named = dict(zip(parameters[0], parameters[1], strict=True))
    assert (named["Name"], named["Label"], named["Value"]) == ("p_die", "=1+1", 0.5)
    assert (named["Citation"], named["Provenance"], named["Low"]) == ("Someone 2020, table 2", "read", None)


def test_negative_numbers_stay_numbers_in_csv(tmp_path):
    cells = (("-", -1.5), ("\tx", np.float64(0.1)))
    write_csv(Grid("g", "G", (Column("a", "A"), Column("b", "B", 0)), cells), tmp_path / "g.csv")
    assert (tmp_path / "g.csv").read_text() == "a,b\n'-,-1.5\n'\tx,0.1\n"


def test_json_has_the_promised_keys_and_numbers(study):
    made = json.loads(json.dumps(as_json(study, ["results.csv"]), allow_nan=False))
    promised = (
        "case perspective wtp currency price_year strategies incremental incremental_probabilistic pairwise psa files"
    )
    assert set(promised.split()) <= set(made)
    drug = made["strategies"][1]
    assert set(drug) == {"name", "label", "cost", "qaly", "ly", "ly_undiscounted", "cost_by_category", "cost_by_sector"}
    assert (drug["cost"], drug["qaly"], drug["ly"], drug["ly_undiscounted"]) == (940, 1.5, 1.7, 1.9)
    assert drug["cost_by_category"] == {"upfront": 900, "=upfront": 20, "productivity": 20}
    assert drug["cost_by_sector"] == {"health care": 900, "out-of-pocket": 20, "productivity": 20}
    assert made["incremental"][0] == {
        "strategy": "care",
        "cost": 160,
        "effect": 1,
        "inc_cost": None,
        "inc_effect": None,
        "icer": None,
        "status": "ND",
    }
    assert (made["incremental"][1]["icer"], made["incremental"][1]["status"]) == (pytest.approx(1560), "ND")
    low, high = made["incremental_probabilistic"][1]["inc_cost_interval"]
    assert low < made["incremental_probabilistic"][1]["inc_cost"] < high
    assert (made["pairwise"][0]["status"], made["pairwise"][0]["reference"]) == ("NE", "care")
    assert (made["psa"]["draws"], made["psa"]["seed"]) == (500, 1)
    assert sum(made["psa"]["ceac_at_wtp"].values()) == pytest.approx(1)
    assert made["psa"]["mean"]["drug"]["qaly"] == pytest.approx(study.psa.effect()[1].mean())
    assert made["psa"]["evpi_at_wtp"] == pytest.approx(min(made["psa"]["elc_at_wtp"].values()))
    assert made["files"] == ["results.csv"]
    bare = as_json(Analysis.of_outcomes("demo", outcomes(1), None, "payer", 2000.0, "care"))
    assert bare["psa"] is None
    assert bare["incremental_probabilistic"] is None


def test_json_and_tables_give_the_same_numbers(study, tmp_path):
    folder = write_run(study, tmp_path, name="first", figures=False, workbook=False)
    made = json.loads((folder / "results.json").read_text())
    rows = [row for row in rows_of(folder / "incremental.csv") if row["basis"] == "probabilistic"]
    for row, record in zip(rows, made["incremental_probabilistic"], strict=True):
        assert float(row["cost"]) == record["cost"]
        assert [float(row["cost_low"]), float(row["cost_high"])] == record["cost_interval"]
        assert "icer_low" not in row


def test_terminal_tables_show_costs_by_category_effects_and_both_bases(study):
    console = Console(file=io.StringIO(), width=200)
    for table in terminal_tables(study):
        console.print(table)
    text = console.file.getvalue()
    for wanted in (
        "productivity",
        "Total cost",
        "940",
        "QALYs",
        "1.500",
        "Difference",
        "deterministic",
        "probabilistic",
    ):
        assert wanted in text
    assert "1,560" in text
    assert "EVPI" in text


def test_a_label_cannot_style_the_terminal():
    console = Console(file=io.StringIO(), width=80)
    console.print(rich_table(Grid("g", "[red]G", (Column("a", "A"),), (("[bold]x",),))))
    assert "[bold]x" in console.file.getvalue()
    assert "[red]G" in console.file.getvalue()


def test_a_terminal_cuts_no_name() -> None:
    """Of axi_cel_second_line and axi_cel_third_line 120 columns of the atlas showed "axi_cel_sec…"."""
    console = Console(width=16, file=io.StringIO())
    console.print(rich_table(Grid("g", "G", (Column("a", "A"), Column("b", "B", 0)), (("axi_cel_second_line", 5.0),))))
    text = console.file.getvalue()
    assert "…" not in text
    assert (
        "".join(line.split()[0] for line in text.splitlines() if any(x in line for x in "_abcdefil"))
        == "axi_cel_second_line"
    )


def test_study_faults_come_together():
    with pytest.raises(HeconError) as caught:
        Analysis.of_outcomes("demo", outcomes(3), outcomes(1), "payer", math.nan, "cre")
    for wanted in (
        "base: the base case is one draw; got 3",
        "at least 2 draws",
        "reference: 'cre'",
        "wtp: must be above 0",
    ):
        assert wanted in str(caught.value)


def test_a_gap_is_said_in_the_summary():
    shifted = Outcomes(MEANS * np.random.default_rng(1).normal(1.1, 0.01, (1, 1, 200)), ("care", "drug"), ITEMS)
    study = Analysis.of_outcomes("demo", outcomes(1), shifted, "payer", 2000.0, "care")
    assert any("drug: cost is 900.000 deterministic" in gap for gap in as_json(study)["psa"]["gaps"])
