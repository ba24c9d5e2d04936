"""An edited workbook read back and run in Python equals the workbook; what changed is told; faults carry the cell's address."""

from collections.abc import Callable
from pathlib import Path

import pytest

import hecon
from hecon.errors import InputError
from hecon.inputs.reading import read_inputs
from hecon.workbook.layout import Layout
from hecon.workbook.read_back.edited_inputs import write_inputs_folder
from hecon.workbook.read_back.read_back import edited_formulas, is_executable, read_back, read_facts
from hecon.workbook.sheets.control import CHANGED_ROW
from hecon.workbook.sheets.input_cells import BASE, LOW
from hecon.workbook.verify.recalculate import convert, open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import Place, set_cells

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
ROOT = Path(__file__).parents[2]
STARTER = ROOT / "src" / "hecon" / "commands" / "starter" / "inputs"


def cells(layout: Layout, **values: float) -> dict[Place, float | str]:
    return {("Inputs", layout.inputs[name].row, BASE): value for name, value in values.items()}


@pytest.mark.usefixtures("formualizer")
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("sick_sicker", {"c_trtA": 9000.0, "hr_S1S2_trtB": 0.7, "u_S1": 0.8}),
        ("starter", {"hr_treatment": 0.6}),
        ("sumatriptan", {}),
        ("til_melanoma_2018", {}),
    ],
)
def test_an_edited_workbook_runs_as_it_stands(
    twins: Twins, layouts: Layouts, tmp_path: Path, name: str, changes: dict[str, float]
) -> None:
    made, path = twins(name)
    layout = layouts(name)
    if not changes:
        costs = [one for one in layout.inputs if one.startswith("c_")][:2]
        changes = {one: 1.25 * made.book.parameters[one].value for one in costs}
    control = layout.controls
    edits: dict[Place, float | str] = {("Inputs", layout.inputs[one].row, BASE): x for one, x in changes.items()}
    edits["Control", *control["perspective"]] = "societal"
    edits["Control", *control["timing"]] = "whole_year"
    file = tmp_path / "edited.xlsx"
    set_cells(path, file, edits)
    found = read_back(file, made.book)
    assert len(found.changes) == len(changes) + 1 + (made.perspective != "societal")
    run = hecon.run(made.model, found.book.base())
    assert found.book.settings["perspective"] == "societal"
    recalculated = open_session(file, "formualizer", tmp_path).values({})
    for k, strategy in enumerate(run.strategies):
        for what, values in (("cost", run.cost("societal")), ("effect", run.effect()), ("ly", run.effect("ly"))):
            sheet, row, column = layout.results[what, strategy]
            assert recalculated[sheet].numbers[row, column] == pytest.approx(values[k, 0], rel=1e-12)


def test_changes_are_told_in_plain_words(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins("sick_sicker")
    layout = layouts("sick_sicker")
    edits = cells(layout, c_trtA=9000.0)
    edits["Control", *layout.controls["horizon"]] = 30.0
    edits["Control", *layout.controls["method"]] = "start"
    edits["Control", *layout.controls["threshold"]] = 50000.0
    set_cells(path, tmp_path / "edited.xlsx", edits)
    found = read_back(tmp_path / "edited.xlsx", made.book)
    label = made.book.parameters["c_trtA"].label
    assert found.changes == (
        f"{label} 12,000 -> 9,000",
        "within cycle as declared -> start",
        "threshold 100,000 -> 50,000",
        "horizon 75 -> 30",
    )
    assert found.settings == {"within_cycle": "start", "threshold": "50000", "horizon": "30 years"}
    assert found.notes == ("c_trtA is fixed at its new value: its distribution was made for the old one",)
    assert read_facts(tmp_path / "edited.xlsx")["Perspective"] == "payer"


def test_nothing_changed_reads_back_the_same_inputs(twins: Twins) -> None:
    for name in ("sick_sicker", "hard"):
        made, path = twins(name)
        found = read_back(path, made.book)
        assert (found.changes, found.edits, found.tables, found.settings) == ((), (), (), {})
        assert found.book.fingerprint() == made.book.fingerprint()


def test_faults_carry_the_cell(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins("sick_sicker")
    layout = layouts("sick_sicker")
    edits: dict[Place, float | str] = {
        ("Inputs", layout.inputs["u_S1"].row, BASE): 1.5,
        ("Inputs", layout.inputs["c_H"].row, BASE): "two thousand",
        ("Inputs", layout.inputs["c_S1"].row, LOW): 99999.0,
        ("Control", *layout.controls["perspective"]): "sociatal",
    }
    set_cells(path, tmp_path / "edited.xlsx", edits)
    with pytest.raises(InputError) as caught:
        read_back(tmp_path / "edited.xlsx", made.book)
    told = str(caught.value)
    row = {name: layout.inputs[name].row + 1 for name in ("u_S1", "c_H", "c_S1")}
    assert f"Inputs!D{row['c_H']} (c_H): value is not a number: 'two thousand'" in told
    assert f"Inputs!D{row['u_S1']} (u_S1)" in told
    assert f"Inputs!E{row['c_S1']} (c_S1)" in told
    assert "Control!B11: unknown perspective 'sociatal'; did you mean 'societal'?" in told


def test_a_table_that_was_changed(twins: Twins, tmp_path: Path) -> None:
    made, path = twins("sick_sicker_age_dependent")
    name, table = next(iter(made.book.tables.items()))
    column = next(iter(table.columns))
    new = float(table.columns[column][2]) * 1.5
    set_cells(path, tmp_path / "edited.xlsx", {("Tables", 8, 1): new})
    found = read_back(tmp_path / "edited.xlsx", made.book)
    assert found.tables == (name,)
    assert found.book.tables[name].columns[column][2] == new
    assert found.changes[0].startswith(f"{name}, {column} at {table.index_name} {table.index[2]:g}: ")


def test_edited_inputs_as_a_folder(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins("starter")
    set_cells(path, tmp_path / "edited.xlsx", cells(layouts("starter"), hr_treatment=0.6))
    found = read_back(tmp_path / "edited.xlsx", made.book)
    folder = write_inputs_folder(found, STARTER, tmp_path / "inputs")
    again = read_inputs(folder)
    assert again.parameters["hr_treatment"].value == 0.6
    assert again.parameters["p_ill"] == made.book.parameters["p_ill"]
    before = (STARTER / "sources.csv").read_text()
    assert (folder / "sources.csv").read_text() == before
    with pytest.raises(InputError, match="holds CSV files already"):
        write_inputs_folder(found, STARTER, folder)


def test_edited_formulas_are_named(twins: Twins, tmp_path: Path) -> None:
    from hecon.workbook.xlsx.package import rewrite

    made, path = twins("sumatriptan")
    layout = made.write(tmp_path / "fresh.xlsx")
    one = next(cell for cell in layout.cells if cell.source.what == "total")
    assert edited_formulas(path, tmp_path / "fresh.xlsx") == []
    rewrite(
        path,
        tmp_path / "edited.xlsx",
        lambda name, text: text.replace("<f>", "<f>1+", 1) if name == one.sheet else text,
    )
    (told,) = edited_formulas(tmp_path / "edited.xlsx", tmp_path / "fresh.xlsx")
    assert told.startswith(f"{one.sheet}!")
    assert "in place of" in told


@pytest.mark.usefixtures("libreoffice")
def test_a_workbook_saved_by_another_program_reads_the_same(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins("starter")
    set_cells(path, tmp_path / "edited.xlsx", cells(layouts("starter"), hr_treatment=0.6))
    open_session(path, "libreoffice", tmp_path)  # makes the profile
    saved = convert(tmp_path / "edited.xlsx", tmp_path / "saved", tmp_path / "profile")
    assert is_executable(saved)
    found = read_back(saved, made.book)
    assert [change.name for change in found.edits] == ["hr_treatment"]
    made.write(tmp_path / "fresh.xlsx")
    assert edited_formulas(saved, tmp_path / "fresh.xlsx") == []


def test_other_workbooks_are_no_twins(tmp_path: Path) -> None:
    from hecon.inputs.tables.packing import pack

    file = pack(STARTER, tmp_path / "inputs.xlsx")
    assert not is_executable(file)
    with pytest.raises(InputError, match="no sheet Cover"):
        read_facts(file)
    with pytest.raises(InputError, match="no sheet Cover, Control, Results, Inputs, Items"):
        read_back(file, read_inputs(STARTER))


@pytest.mark.usefixtures("formualizer")
def test_a_horizon_in_weeks_is_not_taken_for_a_changed_one(tmp_path: Path) -> None:
    """60 weeks are a number of years that no decimal holds."""
    model = hecon.MarkovModel(
        ("well", "dead"), "1 week", "60 weeks", "half-cycle", "mid", transitions={"well -> dead": "p_die"}, start="well",
        title="Weeks", strategies=[hecon.Strategy("a"), hecon.Strategy("b", let={"rr": "0.5"})], discount_timing="continuous",
        let={"rr": "1"}, outcomes=[hecon.Utility({"well": "0.8 * rr"})], discount={"cost": "0.03", "effect": "0.03"},
    )  # fmt: skip
    book = hecon.make_book("weeks", [hecon.Parameter(name="p_die", value=0.01)])
    made = Made(model, book, "payer", 20_000.0, "a")
    layout = made.write(tmp_path / "weeks.xlsx")
    changed = (
        open_session(tmp_path / "weeks.xlsx", "formualizer", tmp_path).values({})["Control"].numbers[CHANGED_ROW, 1]
    )
    assert changed == 0
    assert not [one for one in read_back(tmp_path / "weeks.xlsx", book).changes if "horizon" in str(one)]
    set_cells(tmp_path / "weeks.xlsx", tmp_path / "shorter.xlsx", {("Control", *layout.controls["horizon"]): 35 / 52})
    shorter = read_back(tmp_path / "shorter.xlsx", book)
    assert any("horizon" in str(one) for one in shorter.changes)
    assert hecon.run(model, shorter.book.base()).effect()[0, 0] < hecon.run(model, book.base()).effect()[0, 0]
