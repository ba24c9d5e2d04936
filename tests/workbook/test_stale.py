"""What is stored says so when it no longer stands for what is typed: the tornado, the draws and results of the PSA."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from hecon.workbook.layout import Layout
from hecon.workbook.read_back.read_back import read_back
from hecon.workbook.sheets.input_cells import BASE, HIGH, LOW
from hecon.workbook.sheets.psa_cells import DRAWS, FIRST, RESULTS
from hecon.workbook.sheets.sector_table import FIRST_ROW, SECTOR_COLUMN
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.structure_faults import edited_numbers
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import Cells, Place, read_package, set_cells

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
Retype = Callable[[Mapping[Place, float | str]], Mapping[str, Cells]]
NAME = "sick_sicker"


@pytest.fixture
def retype(twins: Twins, tmp_path: Path, formualizer: None) -> Retype:
    """Recalculate with some cells typed anew."""
    return open_session(twins(NAME)[1], "formualizer", tmp_path).values


def told(cells: Cells, word: str) -> list[str]:
    return [one for one in cells.words.values() if word in one]


def place(layout: Layout, name: str, column: int) -> Place:
    return ("Inputs", layout.inputs[name].row, column)


@pytest.mark.parametrize("column", [LOW, HIGH])
def test_another_low_or_high_makes_the_tornado_stale(layouts: Layouts, retype: Retype, column: int) -> None:
    assert not told(retype({})["OneWay"], "OUT OF DATE")
    found = retype({place(layouts(NAME), "c_H", column): 2111.0})
    assert told(found["OneWay"], "OUT OF DATE: the table below is stored and a low or high on Inputs was changed")
    assert not told(found["Results"], "OUT OF DATE")  # the PSA does not rest on it


@pytest.mark.parametrize(
    ("name", "typed"),
    [("perspective", "societal"), ("threshold", 50000.0), ("timing", "whole_year"), ("horizon", 10.0)],
)
def test_another_choice_makes_the_tornado_stale(
    layouts: Layouts, retype: Retype, name: str, typed: float | str
) -> None:
    layout = layouts(NAME)
    found = retype({("Control", *layout.controls[name]): typed})
    assert told(found["OneWay"], "OUT OF DATE: the table below is stored and an input or a choice was changed")


def test_other_sectors_make_what_is_stored_stale_and_are_told(twins: Twins, retype: Retype, tmp_path: Path) -> None:
    made, path = twins(NAME)
    edits: dict[Place, float | str] = {("Control", FIRST_ROW, SECTOR_COLUMN + 1): 0.0}
    found = retype(edits)
    assert told(found["OneWay"], "OUT OF DATE")
    assert told(found["Results"], "OUT OF DATE")
    assert not told(found["Checks"], "FAILED")
    set_cells(path, tmp_path / "edited.xlsx", edits)
    (note,) = read_back(tmp_path / "edited.xlsx", made.book).notes
    assert note == "Control counts other sectors (G23); what a perspective counts is not read back"


def test_looking_at_one_input_does_not_make_the_tornado_stale(layouts: Layouts, retype: Retype) -> None:
    layout = layouts(NAME)
    assert not told(retype({("Control", *layout.controls["mode"]): "one-way"})["OneWay"], "OUT OF DATE")
    assert told(retype({place(layouts(NAME), "c_H", BASE): 2111.0})["OneWay"], "OUT OF DATE")


def swapped(path: Path, sheet: str, column: int, rows: Iterable[int]) -> dict[Place, float | str]:
    """Two draws in each other's place: their sum stays."""
    a, b = rows
    numbers = read_package(path).sheets[sheet].numbers
    return {(sheet, a, column): float(numbers[b, column]), (sheet, b, column): float(numbers[a, column])}


@pytest.mark.parametrize("sheet", [DRAWS, RESULTS])
def test_edited_numbers_of_the_psa_fail_a_check(
    twins: Twins, layouts: Layouts, retype: Retype, tmp_path: Path, sheet: str
) -> None:
    _, path = twins(NAME)
    assert not told(retype({})["Checks"], "FAILED")
    column = 1 if sheet == DRAWS else 1 + len(layouts(NAME).twin.program.strategies)
    number = float(read_package(path).sheets[sheet].numbers[FIRST, column])
    one: dict[Place, float | str] = {(sheet, FIRST, column): number * (1 + 1e-6)}
    for edits in (one, swapped(path, sheet, column, (FIRST + 3, FIRST + 8))):
        checks = retype(edits)["Checks"]
        assert "1 FAILED" in checks.words.values()
        row = next(r for (r, c), word in checks.words.items() if c == 1 and word == sheet)
        assert checks.numbers[row, 4] == 0
    set_cells(path, tmp_path / "edited.xlsx", one)
    (fault,) = edited_numbers(read_package(tmp_path / "edited.xlsx"), read_package(path))
    assert fault.startswith(f"{sheet}!")
