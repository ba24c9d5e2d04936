"""The sheet Budget: the budget of `hecon budget` in the base case, and of other populations, uptakes and prices typed in it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book

import hecon
from hecon.workbook.sheets.budget_sheet import SHEET
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.verify import verify
from hecon.workbook.write_workbook import made_of, write_workbook
from hecon.workbook.xlsx.package import read_package

PEOPLE = (
    {"name": "incident", "value": "120", "unit": "patients a year", "provenance": "assumption"},
    {"name": "there", "value": "60", "unit": "patients", "provenance": "assumption"},
    {"name": "fit", "value": "0.5", "unit": "share", "provenance": "assumption"},
    {"name": "growth", "value": "0.02", "unit": "growth a year", "provenance": "assumption"},
    {"name": "ceiling", "value": "5000000", "unit": "money a year", "provenance": "assumption"},
    {"name": "places", "value": "900", "unit": "treatments a year", "provenance": "assumption"},
)
UPTAKE = (
    {"world": "with", "strategy": "cell", "year_1": "0.2", "year_2": "0.4", "year_3": "0.5"},
    {"world": "with", "strategy": "usual", "year_1": "0.8", "year_2": "0.6", "year_3": "0.5"},
    {"world": "without", "strategy": "usual", "year_1": "1", "year_2": "1", "year_3": "1"},
)


def book_with(**values: str) -> Any:
    people = tuple({**row, "value": values.get(row["name"], row["value"])} for row in PEOPLE)
    return replace(small_book(), records={"population": people, "uptake": UPTAKE})


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Any:
    analysis = hecon.open_case(small(), book_with()).run(draws=0)
    path = tmp_path_factory.mktemp("budget") / "small.xlsx"
    layout = write_workbook(analysis, path, agreements=True)
    return analysis, path, layout, open_session(path, "formualizer", path.parent, read_package(path))


def row_of(sheet: Any, label: str) -> Any:
    """The numbers by year in the row of a label."""
    row = next(row for (row, column), word in sheet.words.items() if column == 0 and word == label)
    return sheet.numbers[row, 3:6]


def place_of(path: Any, label: str, column: int) -> tuple[str, int, int]:
    words = read_package(path).sheets[SHEET].words
    return SHEET, next(row for (row, c), word in words.items() if c == 0 and word == label), column


def test_it_is_the_budget_of_the_engine(written: Any) -> None:
    analysis, path, _, session = written
    sheet = session.values({}, (SHEET,))[SHEET]
    budget = analysis.budget()
    assert row_of(sheet, "Net budget") == pytest.approx(budget.base.net[:, 0], rel=1e-11)
    assert row_of(sheet, "Breaks the ceiling (1)").tolist() == budget.ceilings.chances.tolist()
    assert not row_of(sheet, "More start in a month than there are places for (1): hecon budget counts the queue").any()
    stored = read_package(path).sheets[SHEET]
    assert row_of(stored, "Net budget") == pytest.approx(row_of(sheet, "Net budget"), rel=1e-12)


def test_typed_population_and_price_give_the_budget_of_that_case(written: Any) -> None:
    """200 patients a year who grow by a tenth, and half the price, typed in yellow cells."""
    _, path, layout, session = written
    place = layout.inputs["price"]
    cells = {
        place_of(path, "incident", 1): 200.0,
        place_of(path, "growth", 1): 0.1,
        (place.sheet, *place.base): 150_000.0,
    }
    sheet = session.values(cells, (SHEET,))[SHEET]
    book = book_with(incident="200", growth="0.1")
    price = replace(book.parameters["price"], value=150_000.0, low=150_000.0, high=150_000.0)
    book = replace(book, parameters={**book.parameters, "price": price})
    wanted = hecon.open_case(small(), book).run(draws=0).budget().base.net[:, 0]
    assert row_of(sheet, "Net budget") == pytest.approx(wanted, rel=1e-10)
    assert (2, 0) not in sheet.words or not sheet.words[2, 0]


def test_it_says_when_its_costs_are_out_of_date_and_when_there_is_a_queue(written: Any) -> None:
    _, path, layout, session = written
    place = layout.inputs["c_care"]
    sheet = session.values({(place.sheet, *place.base): 1.0, place_of(path, "places", 1): 12.0}, (SHEET,))[SHEET]
    assert sheet.words[2, 0].startswith("OUT OF DATE")
    assert row_of(sheet, "More start in a month than there are places for (1): hecon budget counts the queue").all()


def test_it_is_verified_with_the_workbook(written: Any) -> None:
    analysis, path, _, _ = written
    certificate = verify(path, made_of(analysis, agreements=True), count=1, engine="formualizer", inputs=False)
    assert certificate.passed, str(certificate.text())
    assert np.isfinite(row_of(read_package(path).sheets[SHEET], "Net budget")).all()
