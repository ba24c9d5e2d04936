"""What makes verification short must not make it blind: runs of cells, sheets left blank, sheets read once."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hecon.workbook.pages.page import letters
from hecon.workbook.sheets.input_cells import BASE, SHEET
from hecon.workbook.verify.expected import stretches
from hecon.workbook.verify.formula_runs import formula_runs
from hecon.workbook.verify.live_cells import live_sheets
from hecon.workbook.verify.moving_inputs import moving_inputs
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made, Trial
from hecon.workbook.xlsx.package import Package, read_package, rewrite
from hecon.workbook.xlsx.references import relative

Twins = Callable[[str], tuple[Made, Path]]
NAME = "sick_sicker"
pytestmark = pytest.mark.usefixtures("formualizer")


@pytest.mark.parametrize("name", [NAME, "hard", "families"])
def test_a_run_holds_every_formula_once_and_each_reads_as_its_first(twins: Twins, name: str) -> None:
    package = read_package(twins(name)[1])
    for sheet, runs in formula_runs(package).items():
        formulas = package.sheets[sheet].formulas
        seen = [(row, run.column) for run in runs for row in range(run.first, run.last + 1)]
        assert sorted(seen) == sorted(formulas)
        for run in runs:
            first = relative(run.text, run.first, run.column)
            texts = {relative(formulas[row, run.column], row, run.column) for row in range(run.first, run.last + 1)}
            assert texts == {first}
            assert (run.text, run.end) == (formulas[run.first, run.column], formulas[run.last, run.column])


def test_live_sheets_hold_all_that_the_engines_cells_rest_on(twins: Twins, tmp_path: Path) -> None:
    """The blank sheets change no cell of the engine, also where a formula is led to one of them."""
    made, path = twins(NAME)
    layout = made.write(tmp_path / "fresh.xlsx")
    package = read_package(path)
    live = live_sheets(package, layout, formula_runs(package))
    assert {"Inputs", "Control"} < set(live)
    assert {"CEAC", "PSA_results", "Charts"}.isdisjoint(live)
    changes = {("Inputs", *layout.inputs["c_H"].base): 2500.0}
    (tmp_path / "live").mkdir()
    whole = open_session(path, "formualizer", tmp_path).values(changes)
    some = open_session(path, "formualizer", tmp_path / "live", package, live).values(changes)
    for one in stretches(layout):
        rows = slice(one.first, one.last + 1)
        assert np.array_equal(
            whole[one.sheet].numbers[rows, one.column], some[one.sheet].numbers[rows, one.column], equal_nan=True
        )
    sheet = next(one.sheet for one in layout.columns)
    place = next(iter(package.sheets[sheet].formulas))
    cells = package.sheets[sheet]
    led = replace(cells, formulas={**cells.formulas, place: "SUM('CEAC'!$A$1:$A$9)"})
    mutant = Package({**package.sheets, sheet: led}, package.names, package.parts)
    assert {"CEAC", "PSA_results"} < set(live_sheets(mutant, layout, formula_runs(mutant)))


def test_cells_set_in_runs_are_taken_back_and_formulas_typed_over_too(twins: Twins, tmp_path: Path) -> None:
    made, path = twins(NAME)
    layout = made.write(tmp_path / "fresh.xlsx")
    package = read_package(path)
    session = open_session(path, "formualizer", tmp_path, package)
    before = session.values({})
    rows = [place.base for place in layout.inputs.values()]
    typed = {(SHEET, *place): package.number((SHEET, *place)) * 0.9 for place in rows}
    sheet = next(one.sheet for one in layout.columns)
    formula = next(iter(package.sheets[sheet].formulas))
    other = session.values({**typed, (sheet, *formula): 7.0})
    for place in rows:
        assert other[SHEET].numbers[place] == pytest.approx(package.number((SHEET, *place)) * 0.9)
    assert other[sheet].numbers[formula] == 7.0
    again = session.values({})
    for name, cells in before.items():
        assert np.array_equal(cells.numbers, again[name].numbers, equal_nan=True), name
        assert (cells.words, cells.errors) == (again[name].words, again[name].errors)


def test_a_sheet_is_shared_only_if_its_xml_and_its_texts_are_the_same(twins: Twins, tmp_path: Path) -> None:
    _, path = twins(NAME)
    package = read_package(path)
    rewrite(path, tmp_path / "one.xlsx", lambda name, text: text.replace("<v>0.5</v>", "<v>0.6</v>", 1))
    other = read_package(tmp_path / "one.xlsx", like=(path, package))
    changed = {name for name, cells in other.sheets.items() if cells is not package.sheets[name]}
    assert 0 < len(changed) < len(package.sheets)
    fresh = read_package(tmp_path / "one.xlsx")
    for name, cells in fresh.sheets.items():
        mine = other.sheets[name]
        assert np.array_equal(cells.numbers, mine.numbers, equal_nan=True)
        assert (cells.words, cells.errors, cells.formulas) == (mine.words, mine.errors, mine.formulas)
    import zipfile

    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(tmp_path / "two.xlsx", "w") as target:
        for part in archive.namelist():
            data = archive.read(part)
            if part == "xl/sharedStrings.xml":
                data = re.sub(rb"<t>Control</t>", b"<t>Kontrol</t>", data, count=1)
            target.writestr(part, data)
    renamed = read_package(tmp_path / "two.xlsx", like=(path, package))
    assert any("Kontrol" in cells.words.values() for cells in renamed.sheets.values())


def test_only_the_input_that_is_not_followed_is_named(twins: Twins, tmp_path: Path) -> None:
    """All inputs are moved at once; one whose live cell is frozen is found among them."""
    made, path = twins(NAME)
    layout = made.write(tmp_path / "fresh.xlsx")
    row, column = layout.inputs["c_H"].live
    cell = f"{letters(column)}{row + 1}"
    pattern = re.compile(rf'(<c r="{cell}"[^>]*>)<f>.*?</f>(<v>.*?</v>)</c>')
    mutant = tmp_path / "mutant.xlsx"
    rewrite(path, mutant, lambda name, text: pattern.sub(r"\1\2</c>", text) if name == SHEET else text)
    package = read_package(mutant)
    trial = Trial(made, layout, package, read_package(path), open_session(mutant, "formualizer", tmp_path), tmp_path)
    assert moving_inputs(trial).faults == ("c_H moves the engine, not the workbook",)


def test_an_input_that_moves_nothing_is_told(twins: Twins, tmp_path: Path) -> None:
    made, path = twins(NAME)
    layout = made.write(tmp_path / "fresh.xlsx")
    package = read_package(path)
    session = open_session(path, "formualizer", tmp_path, package)
    found = moving_inputs(Trial(made, layout, package, package, session, tmp_path))
    assert found.passed
    assert found.words == f"{len(layout.inputs)} of {len(layout.inputs)} move a total"
    assert next(iter(layout.inputs.values())).base[1] == BASE
