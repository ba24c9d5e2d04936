"""`hecon scheme` on the starter's shape: it answers, prints JSON, writes tables and figures, and refuses what is not declared."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.paying.test_comparison import ROWS
from typer.testing import CliRunner

from hecon.cli import app

MODEL = """
from tests.paying.small_model import small

MODEL = small()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small case and its agreements, as the current one."""
    from tests.paying.small_model import small_book

    from hecon.inputs.writing import write_inputs

    book = small_book()
    book = type(book)(**{**vars(book), "records": {"schemes": ROWS}})
    (tmp_path / "models" / "small").mkdir(parents=True)
    (tmp_path / "models" / "small" / "model.py").write_text(MODEL)
    write_inputs(book, tmp_path / "inputs" / "small")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words: str) -> Any:
    return CliRunner().invoke(app, ["scheme", "small", "--draws", "40", "--name", "r", *words])


def test_it_answers_with_tables_and_figures(home: Path) -> None:
    result = call("--only", "thirds", "--only", "back", "--enrolment", "20", "--capture", "0.8")
    assert result.exit_code == 0, result.output
    assert "changes only the cash, not the decision" in result.stdout
    assert "in disguise" in result.stdout
    folder = home / "outputs" / "small" / "scheme-r"
    names = {path.name for path in folder.iterdir()}
    assert {"agreements.csv", "cash_flow.csv", "capture.csv"} < names
    assert {"agreements.png", "cash_flow.png"} < names


def test_each_table_shows_itself(home: Path) -> None:
    """The pictures on axes that are given, the tables in a notebook."""
    import hecon
    from hecon.figures.figure_style import canvas

    analysis = hecon.open_case("small").run(draws=0)
    table, cash = analysis.agreements(["thirds"]), analysis.agreement_cash(["thirds"], by="month")
    _, axes = canvas(1, 2)
    assert table.plot(axes[0]).get_xlabel() == "Payer pays per patient intended (EUR 2023)"
    assert cash.plot(axes[1]).get_xlabel() == "Month"
    frame = table.to_frame()
    assert frame["uncertainty_burden"].tolist() == (frame["evpi"] + frame["burden"]).tolist()
    assert len(str(cash).splitlines()) == 1 + 2 * 12 + 1  # the first year is printed, all five are in the frame
    assert len(cash.to_frame()) == 2 * 60


def test_json_has_every_row(home: Path) -> None:
    found = json.loads(call("--json", "--no-figures", "--at", "own", "--by", "quarter", "--years", "5").stdout)
    assert [row["agreement"] for row in found["agreements"]] == ["as the model stands", *(row["name"] for row in ROWS)]
    assert len(found["cash_flow"]) == 6 * 20
    assert (found["at"], found["payment"], found["strategy"], found["draws"]) == ("own", None, "cell", 40)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--lost", "0.1"), "give --capture"),
        (("--capture", "0.8", "--churn", "0.1"), "say who owes the next instalment"),
        (("--only", "third"), "did you mean 'thirds'"),
        (("--at", "list"), "equal or own prices"),
        (("--payment", "-5"), "must be above 0; got -5"),
        (("--reference", "cell"), "which is the reference"),
    ],
)
def test_what_is_not_declared_is_refused(home: Path, words: tuple[str, ...], told: str) -> None:
    result = call(*words)
    assert result.exit_code == 1
    assert told in result.stderr
