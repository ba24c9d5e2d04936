"""What makes verification short must not make it blind: runs of cells, sheets left blank, sheets read once."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hecon.names import letters
from hecon.workbook.layout import Layout
from hecon.workbook.sheets.input_cells import SHEET
from hecon.workbook.verify.expected import stretches
from hecon.workbook.verify.formula_runs import formula_runs
from hecon.workbook.verify.live_cells import live_cells
from hecon.workbook.verify.moving_inputs import moving_inputs
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made, Trial
from hecon.workbook.verify.verify import steps, verify
from hecon.workbook.xlsx.package import Package, read_package, rewrite
from hecon.workbook.xlsx.references import relative

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
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


@pytest.mark.parametrize("name", [NAME, "til_melanoma_2018"])
def test_live_cells_are_all_that_the_engines_cells_rest_on(
    twins: Twins, layouts: Layouts, tmp_path: Path, name: str
) -> None:
    """Recalculated without all others, every cell of the engine is the same; also where a formula is led to another sheet."""
    _, path = twins(name)
    layout = layouts(name)
    package = read_package(path)
    live = live_cells(package, layout, formula_runs(package))
    assert live is not None
    assert {"Inputs", "Control"} < live.keys()
    assert {"CEAC", "PSA_results", "Charts"}.isdisjoint(live)
    changes = {(SHEET, *one.base): package.number((SHEET, *one.base)) * 0.99 for one in layout.inputs.values()}
    (tmp_path / "live").mkdir()
    whole = open_session(path, "formualizer", tmp_path).values(changes)
    some = open_session(path, "formualizer", tmp_path / "live", package, live).values(changes)
    for one in stretches(layout):
        rows = slice(one.first, one.last + 1)
        found, wanted = (sheets[one.sheet].numbers[rows, one.column] for sheets in (some, whole))
        assert np.array_equal(found, wanted, equal_nan=True)
    places = [place for (what, _), place in layout.results.items() if what == "cost"]
    assert len(places) > 1
    assert {place[1:] for place in places} <= live["Results"]


@pytest.mark.parametrize(
    ("formula", "sheets"),
    [
        ("SUM('CEAC'!$B$4:$C$30)", {"CEAC", "PSA_results"}),
        ("CEAC!$C12", {"CEAC", "PSA_results"}),
        ("INDIRECT(A1)", None),
        ("SUM(CEAC!A:A)", None),
        ("SUM(CEAC!$4:$9)", None),
        ("[1]CEAC!A1", None),
    ],
)
def test_live_cells_follow_a_formula_or_give_up(
    twins: Twins, layouts: Layouts, tmp_path: Path, formula: str, sheets: set[str] | None
) -> None:
    _, path = twins(NAME)
    layout = layouts(NAME)
    package = read_package(path)
    sheet = next(one.sheet for one in layout.columns)
    cells = package.sheets[sheet]
    led = replace(cells, formulas={**cells.formulas, next(iter(cells.formulas)): formula})
    mutant = Package({**package.sheets, sheet: led}, package.names, package.parts)
    live = live_cells(mutant, layout, formula_runs(mutant))
    assert (live is None) is (sheets is None)
    assert sheets is None or live is None or sheets < live.keys()


def test_cells_set_in_runs_are_taken_back_and_formulas_typed_over_too(
    twins: Twins, layouts: Layouts, tmp_path: Path
) -> None:
    _, path = twins(NAME)
    layout = layouts(NAME)
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
    last = session.values({**typed, (SHEET, *rows[-1]): 0.25, (sheet, *formula): 7.0})  # one of a run that stays
    assert last[SHEET].numbers[rows[-1]] == 0.25
    assert last[SHEET].numbers[rows[0]] == other[SHEET].numbers[rows[0]]
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
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(tmp_path / "two.xlsx", "w") as target:
        for part in archive.namelist():
            data = archive.read(part)
            if part == "xl/sharedStrings.xml":
                data = re.sub(rb"<t>Control</t>", b"<t>Kontrol</t>", data, count=1)
            target.writestr(part, data)
    renamed = read_package(tmp_path / "two.xlsx", like=(path, package))
    assert any("Kontrol" in cells.words.values() for cells in renamed.sheets.values())


def test_only_the_input_that_is_not_followed_is_named(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    """All inputs are moved at once; one whose live cell is frozen is found among them."""
    made, path = twins(NAME)
    layout = layouts(NAME)
    row, column = layout.inputs["c_H"].live
    cell = f"{letters(column)}{row + 1}"
    pattern = re.compile(rf'(<c r="{cell}"[^>]*>)<f>.*?</f>(<v>.*?</v>)</c>')
    mutant = tmp_path / "mutant.xlsx"
    rewrite(path, mutant, lambda name, text: pattern.sub(r"\1\2</c>", text) if name == SHEET else text)
    package = read_package(mutant)
    trial = Trial(made, layout, package, read_package(path), open_session(mutant, "formualizer", tmp_path), tmp_path)
    assert moving_inputs(trial).faults == ("c_H moves the engine, not the workbook",)


def test_an_input_that_moves_nothing_is_told(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins(NAME)
    layout = layouts(NAME)
    package = read_package(path)
    session = open_session(path, "formualizer", tmp_path, package)
    trial = Trial(made, layout, package, package, session, tmp_path)
    found = moving_inputs(trial)
    assert found.passed
    assert found.words == "18 of 19 move a total"
    assert trial.notes == ["moving no total of the engine at 1 points: age_start"]


def test_steps_are_told_up_to_all_of_them(twins: Twins) -> None:
    made, path = twins("sumatriptan")
    told: list[int] = []
    certificate = verify(path, made, count=3, engine="formualizer", step=told.append)
    assert certificate.passed
    assert sum(told) == steps(3)
    assert "recalculated" in dict(certificate.rows())
