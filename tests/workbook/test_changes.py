"""The sheet Changes lists just what a person changed; the walk adds up and ends where the workbook stands; comments are read."""

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from openpyxl.comments import Comment as Note

import hecon
from hecon.errors import InputError
from hecon.inputs.reading import read_inputs
from hecon.workbook.read_back.comments import comments_of
from hecon.workbook.read_back.edited_formulas import formulas_edited
from hecon.workbook.read_back.edited_inputs import write_inputs_folder
from hecon.workbook.read_back.log_of_changes import refuse_the_log
from hecon.workbook.read_back.read_back import read_back
from hecon.workbook.read_back.typed_elsewhere import typed_elsewhere
from hecon.workbook.read_back.walk import Change, Walk, walk, walk_of
from hecon.workbook.read_back.walk_grids import walk_grids, walk_table
from hecon.workbook.read_back.walk_sheet import walk_row, write_walk
from hecon.workbook.sheets.changes_sheet import FREE_HEAD, HEADS, ROWS, SHEET
from hecon.workbook.sheets.input_cells import COLUMNS
from hecon.workbook.verify.recalculate import convert, open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.notes import notes_of
from hecon.workbook.xlsx.package import Cells, Place, read_package, set_cells

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
NAMES = ("p_die", "rr_drug", "c_care", "c_drug", "u_well")


def model() -> hecon.MarkovModel:
    return hecon.MarkovModel(
        ("well", "dead"), "1 year", "10 years", "half-cycle", "mid",
        transitions={"well -> dead": "p_die * rr + life[age]"}, start="well", title="Two ways", age="50",
        strategies=[hecon.Strategy("a"), hecon.Strategy("b", let={"rr": "rr_drug", "drug": "c_drug"})],
        let={"rr": "1", "drug": "0"}, discount={"cost": "0.03", "effect": "0.03"}, discount_timing="continuous",
        outcomes=[
            hecon.Cost("care", {"well": "c_care"}, per="year", **CARE), hecon.Cost("drug", {"well": "drug"}, per="year", **CARE),
            hecon.Cost("home", {"well": "90"}, per="year", category="informal care", sector="informal care"),
            hecon.Utility({"well": "u_well"}),
        ],
    )  # fmt: skip


def book() -> hecon.Book:
    values = (0.1, 0.5, 500.0, 700.0, 0.8)
    parameters = [hecon.Parameter(name=name, value=value) for name, value in zip(NAMES, values, strict=True)]
    parameters[2] = replace(
        parameters[2],
        low=400.0,
        high=600.0,
        distribution="gamma mean se",
        par1=500.0,
        par2=50.0,
        label="a year of care",
    )
    life = {"age": list(range(50, 71)), "qx": [0.01 + 0.001 * k for k in range(21)]}
    settings = {"currency": "EUR", "price_year": "2020"}
    return hecon.make_book("two_ways", parameters, settings=settings, tables={"life": life})


@pytest.fixture(scope="module")
def made() -> Made:
    return Made(model(), book(), "payer", 20000.0, "a")


@pytest.fixture(scope="module")
def file(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("changes") / "two_ways.xlsx"
    made.write(path)
    return path


def place(file: Path, name: str, column: str = "value") -> Place:
    words = read_package(file, only=("Inputs",)).sheets["Inputs"].words
    row = next(r for (r, c), word in words.items() if c == 0 and word == name)
    return "Inputs", row, COLUMNS.index(column)


def hands(file: Path) -> dict[Place, float | str]:
    """Three inputs, one choice, one cell of a table."""
    return {
        place(file, "c_drug"): 900.0, place(file, "c_care", "high"): 650.0, place(file, "c_care", "distribution"): "normal",
        ("Control", 10, 1): "societal", ("Tables", 8, 1): 0.05,
    }  # fmt: skip


def listed(cells: Cells) -> list[tuple[Any, ...]]:
    """The lines of the list: name, what, submitted, now, difference."""
    head = next(row for (row, _), word in cells.words.items() if word == HEADS[-1])

    def of(row: int, column: int) -> Any:
        return cells.words.get((row, column)) or float(cells.numbers[row, column])

    rows = range(head + 1, head + 1 + ROWS)
    return [(of(r, 1), of(r, 2), of(r, 4), of(r, 5), of(r, 6)) for r in rows if cells.words.get((r, 1))]


BY_HAND = [
    ("perspective", "Control", "payer", "societal"), ("c_care", "high", 600.0, 650.0),
    ("c_care", "distribution", "gamma mean se", "normal"), ("c_drug", "value", 700.0, 900.0),
    ("life", "qx at age 52", 0.012, 0.05),
]  # fmt: skip


@pytest.mark.usefixtures("formualizer")
def test_the_sheet_lists_just_what_was_changed(file: Path, tmp_path: Path) -> None:
    session = open_session(file, "formualizer", tmp_path)
    cells = session.values({})[SHEET]
    assert listed(cells) == []
    assert cells.words[2, 0] == "Nothing differs from the submitted base case"
    cells = session.values(hands(file))[SHEET]
    found = listed(cells)
    assert [one[:4] for one in found] == BY_HAND
    assert [one[4] for one in found][1::2] == [50.0, 200.0]
    assert cells.words[2, 0] == "5 cells differ from the submitted base case"


@pytest.mark.usefixtures("formualizer")
def test_base_case_and_now_stand_side_by_side(made: Made, file: Path, tmp_path: Path) -> None:
    cells = open_session(file, "formualizer", tmp_path).values({place(file, "c_drug"): 0.0})[SHEET]
    was, now = (hecon.run(made.model, one) for one in (made.book.base(), made.book.fix(c_drug=0.0)))
    rows = {
        cells.words[r, 2]: r for (r, c), word in cells.words.items() if c == 1 and word == "b" and (r, 2) in cells.words
    }
    for column, one in ((4, was), (5, now)):
        cost, effect = one.cost("payer")[:, 0], one.effect()[:, 0]
        assert cells.numbers[rows["Incremental cost"], column] == pytest.approx(cost[1] - cost[0], rel=1e-12)
        assert cells.numbers[rows["ICER"], column] == pytest.approx(
            (cost[1] - cost[0]) / (effect[1] - effect[0]), rel=1e-12
        )
    assert cells.words[rows["Status"], 5] == "costs and gains more"


@pytest.mark.usefixtures("formualizer")
def test_more_than_forty_are_counted(file: Path, tmp_path: Path) -> None:
    """5 inputs and 21 ages with their 21 probabilities: 47 cells, of which 40 are listed."""
    cells: dict[Place, float | str] = {place(file, name): 0.3 for name in NAMES}
    cells |= {("Tables", 6 + r, c): 49.5 + r if c == 0 else 0.002 for r in range(21) for c in (0, 1)}
    found = open_session(file, "formualizer", tmp_path).values(cells)[SHEET]
    assert len(listed(found)) == ROWS
    assert any(word.startswith("and 7 more") for word in found.words.values())


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_lists_the_same(file: Path, tmp_path: Path) -> None:
    set_cells(file, tmp_path / "edited.xlsx", hands(file))
    shutil.copy(tmp_path / "edited.xlsx", tmp_path / "one.xlsx")
    open_session(tmp_path / "one.xlsx", "libreoffice", tmp_path)
    saved = convert(tmp_path / "edited.xlsx", tmp_path / "saved", tmp_path / "profile")
    assert [one[:4] for one in listed(read_package(saved).sheets[SHEET])] == BY_HAND


def walked(made: Made, file: Path, cells: Mapping[Place, float | str], out: Path) -> tuple[Walk, Path]:
    set_cells(file, out, cells)
    return walk(out, read_back(out, made.book), made.book, made.model), out


def test_the_walk_adds_up_and_ends_at_what_the_workbook_holds(made: Made, file: Path, tmp_path: Path) -> None:
    cells = {**hands(file), place(file, "c_care", "distribution"): "gamma mean se", ("Control", 13, 1): 5.0,
             ("Control", 9, 1): 50000.0, place(file, "u_well"): 0.7}  # fmt: skip
    found, edited = walked(made, file, cells, tmp_path / "edited.xlsx")
    names = [change.name for change in found.changes]
    assert names == ["threshold", "perspective", "horizon", "c_care", "u_well", "c_drug", "life"]
    book = read_back(edited, made.book).book
    end = hecon.run(made.model, book.base())
    start, last = (found.increment(point, 1)[3] for point in (found.points[0], found.points[-1]))
    gain, cost = (x[1, 0] - x[0, 0] for x in (end.effect(), end.cost("societal")))
    assert last == pytest.approx(50000.0 * gain - cost, rel=1e-12)
    assert sum(found.steps(1)) == pytest.approx(last - start, rel=1e-12)
    assert found.steps(1)[3] == 0  # a range moves no base case
    (grid,) = walk_grids(found)
    assert [row[0] for row in grid.rows] == ["0", "1", "2", "3", "4", "5", "6", "7"]


def test_each_change_alone_and_in_order(made: Made, file: Path, tmp_path: Path) -> None:
    """Each state is a run of its own by hand; the order matters, so the last change alone does not do what it adds."""
    cells = {place(file, "c_drug"): 900.0, place(file, "rr_drug"): 0.4}
    found, _ = walked(made, file, cells, tmp_path / "edited.xlsx")
    runs = [
        hecon.run(made.model, made.book.fix(**values))
        for values in ({"rr_drug": 0.4}, {"rr_drug": 0.4, "c_drug": 900.0})
    ]
    for point, one in zip(found.points[1:], runs, strict=True):
        assert point.cost.tolist() == one.cost("payer")[:, 0].tolist()
        assert point.effect.tolist() == one.effect()[:, 0].tolist()
    alone = hecon.run(made.model, made.book.fix(c_drug=900.0))
    assert found.alone[1].cost.tolist() == alone.cost("payer")[:, 0].tolist()
    base = found.increment(found.points[0], 1)[3]
    assert found.increment(found.alone[1], 1)[3] - base != pytest.approx(found.steps(1)[1], rel=1e-3)


def test_a_step_that_the_model_refuses_is_told_and_the_next_one_has_both(made: Made) -> None:
    """0.98 + 0.05 dies: refused; with the second change the model takes it again."""
    changes = (Change("1", "p_die", "value", "", {"p_die": 0.995}), Change("2", "p_die", "value", "", {"p_die": 0.2}))
    start = {"perspective": "payer", "threshold": "20000", "reference": "a"}
    found = walk_of(made.model, made.book, changes, start, {})
    assert found.points[1].refused
    steps = found.steps(1)
    assert np.isnan(steps[0])
    assert steps[1] == pytest.approx(found.increment(found.points[2], 1)[3] - found.increment(found.points[0], 1)[3])
    assert [row[5] for row in walk_grids(found)[0].rows][1] == "not computed"
    assert "Not computed: " in walk_grids(found)[0].note
    assert sum("not computed" in str(one) for one in walk_table(found).column("status")) == 2


def test_the_walk_stands_on_the_sheet_and_is_written_again_in_its_place(made: Made, file: Path, tmp_path: Path) -> None:
    found, edited = walked(
        made, file, {place(file, "c_drug"): 900.0, place(file, "u_well"): 0.7}, tmp_path / "edited.xlsx"
    )
    write_walk(edited, tmp_path / "log.xlsx", found)
    write_walk(tmp_path / "log.xlsx", tmp_path / "again.xlsx", found)
    assert (tmp_path / "log.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    package, before = read_package(tmp_path / "log.xlsx"), read_package(edited)
    row = walk_row(package)
    assert row is not None
    top = row + 4  # below words, strategy and headings
    assert [package.word((SHEET, top + k, 1)) for k in range(3)] == ["", "u_well", "c_drug"]
    assert package.number((SHEET, top + 2, 8)) == found.increment(found.points[2], 1)[3]
    assert package.number((SHEET, top + 1, 9)) == found.steps(1)[0]
    assert package.sheets[SHEET].formulas == before.sheets[SHEET].formulas
    assert read_back(tmp_path / "log.xlsx", made.book).changes == read_back(edited, made.book).changes
    assert typed_elsewhere(package, before) == []
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx")[SHEET]
    assert sheet.cell(top + 1, 5).font.color.rgb == "FF7F7F7F"  # grey, as what is stored


def test_a_log_replaces_no_workbook_and_no_other_kind_of_file(file: Path) -> None:
    with pytest.raises(InputError, match="is the workbook itself"):
        refuse_the_log(file, file)
    with pytest.raises(InputError, match="a log is a folder, or a workbook"):
        refuse_the_log(file, Path("log.csv"))


def person(file: Path, out: Path, edits: Sequence[tuple[Place, Any]] = ()) -> Path:
    """A workbook saved by openpyxl, with comments in three places."""
    workbook = openpyxl.load_workbook(file)
    for (sheet, row, column), value in edits:
        workbook[sheet].cell(row + 1, column + 1).value = value
    _, row, column = place(file, "c_drug")
    workbook["Inputs"].cell(row + 1, column + 1).comment = Note("=too low?", "A. Reviewer")
    workbook["Control"]["B11"].comment = Note("why payer?", "B")
    sheet = workbook[SHEET]
    head = next(one.row for one in sheet["H"] if one.value == HEADS[-1])
    free = next(one.row for one in sheet["A"] if one.value == FREE_HEAD)
    sheet.cell(head + 1, 8).value = "agreed"
    sheet.cell(free + 2, 2).value, sheet.cell(free + 2, 8).value = "Results!C10", "typed over"
    workbook.save(out)
    return out


def test_comments_are_read_and_written_beside_the_inputs(made: Made, file: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    lines = ["name,value,provenance,source,note,unit,label", *(f"{name},1,read,,,," for name in NAMES)]
    (own / "parameters.csv").write_text("\n".join(lines) + "\n")
    words = [(place(file, "c_drug", "note"), "asked"), (place(file, "c_drug", "unit"), "EUR"),
             (place(file, "c_drug", "label"), "the drug"), (place(file, "c_drug", "provenance"), "expert")]  # fmt: skip
    path = person(file, tmp_path / "edited.xlsx", words)
    found = read_back(path, made.book)
    told = {(one.name, one.text, one.author) for one in found.comments}
    assert told == {
        ("c_drug, value", "=too low?", "A. Reviewer"), ("Perspective", "why payer?", "B"), ("", "agreed", ""),
        ("", "Results!C10; typed over", ""),
    }  # fmt: skip
    folder = write_inputs_folder(found, own, tmp_path / "out")
    assert '"c_drug, value",\'=too low?,A. Reviewer' in (folder / "comments.csv").read_text()
    one = read_inputs(folder).parameters["c_drug"]
    assert (one.note, one.unit, one.label, one.provenance) == ("asked", "EUR", "the drug", "expert")
    assert "comments" not in read_inputs(folder).tables


def test_a_source_that_is_not_there_is_refused(made: Made, file: Path, tmp_path: Path) -> None:
    path = person(file, tmp_path / "edited.xlsx", [(place(file, "c_drug", "source"), "smith_2020")])
    with pytest.raises(InputError, match="there is no source 'smith_2020'"):
        read_back(path, made.book)


def test_a_threaded_comment_is_read_with_its_reply(file: Path, tmp_path: Path) -> None:
    """As Excel stores it: parts of their own, and a note for old programs that begins '[Threaded comment]'."""
    path, out = person(file, tmp_path / "noted.xlsx"), tmp_path / "threaded.xlsx"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    threads = (
        '<ThreadedComments><threadedComment ref="D10" personId="{1}" id="{7}"><text>is it &lt; 900?</text></threadedComment>'
        '<threadedComment ref="D10" personId="{2}" id="{8}" parentId="{7}"><text>yes</text></threadedComment></ThreadedComments>'
    )
    people = '<personList><person displayName="Ann" id="{1}"/><person displayName="Ben" id="{2}"/></personList>'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        number = old.read("xl/workbook.xml").decode().split('name="Inputs"')[0].count("<sheet ") or 1
        relations = f"xl/worksheets/_rels/sheet{number}.xml.rels"
        for name in old.namelist():
            data = old.read(name)
            if name == relations:
                more = f'<Relationship Id="t" Type="{kind}" Target="../threadedComments/t1.xml"/></Relationships>'
                data = data.decode().replace("</Relationships>", more).encode()
            new.writestr(name, data)
        new.writestr("xl/threadedComments/t1.xml", threads)
        new.writestr("xl/persons/person.xml", people)
    assert [(one.author, one.text) for one in notes_of(out) if (one.row, one.column) == (9, 3)] == [
        ("Ann", "is it < 900?"), ("Ben", "yes")
    ]  # fmt: skip
    assert {one.name for one in comments_of(out, read_package(out)) if one.author == "Ben"} == {_name_in_row(file, 9)}


def _name_in_row(file: Path, row: int) -> str:
    return f"{read_package(file).sheets['Inputs'].words[row, 0]}, value"


def test_an_inserted_row_is_no_edit_and_alike_ones_are_one(made: Made, file: Path, tmp_path: Path) -> None:
    """LibreOffice's way of inserting a row, by hand: rows below move, and so do references to them."""
    package = read_package(file)
    moved = read_package(file)
    sheet = moved.sheets["Tables"]
    shifted = Cells(
        np.insert(sheet.numbers, 1, np.nan, axis=0),
        {(r + (r >= 1), c): word for (r, c), word in sheet.words.items()},
        {},
        {(r + (r >= 1), c): _down(text, "") for (r, c), text in sheet.formulas.items()},
    )
    sheets: dict[str, Cells] = {**moved.sheets, "Tables": shifted}
    for name in sheets:
        if name != "Tables":
            cells = sheets[name]
            sheets[name] = replace(cells, formulas={at: _down(text, "Tables!") for at, text in cells.formulas.items()})
    assert formulas_edited(replace(moved, sheets=sheets), package) == []
    trace = next(name for name in sheets if name.startswith("Trace"))
    column = max(c for (r, c) in sheets[trace].formulas if r == 12)
    typed = {at: "1" if at[1] == column and 10 <= at[0] < 13 else text for at, text in sheets[trace].formulas.items()}
    sheets[trace] = replace(sheets[trace], formulas=typed)
    (told,) = formulas_edited(replace(moved, sheets=sheets), package)
    assert "(3 cells): =1 in place of =" in told


def _down(text: str, sheet: str) -> str:
    """References to a sheet moved down by a row, below its first row."""
    import re

    def one(match: re.Match[str]) -> str:
        ends = [f"{a}{int(n) + (int(n) > 1)}" for a, n in re.findall(r"(\$?[A-Z]{1,2}\$?)(\d+)", match[2])]
        return match[1] + ":".join(ends)

    head = re.escape(sheet) if sheet else r"(?<![\w!$:.])"
    return re.sub(rf"({head})(\$?[A-Z]{{1,2}}\$?\d+(?::\$?[A-Z]{{1,2}}\$?\d+)?)(?![\w(])", one, text)


def test_what_is_typed_where_nothing_is_read_is_told(made: Made, file: Path, tmp_path: Path) -> None:
    path = person(
        file, tmp_path / "edited.xlsx", [(("Sources", 20, 3), "see below"), (("Results", 0, 0), "Our results")]
    )
    told = typed_elsewhere(read_package(path), read_package(file))
    assert told == [
        "Results!A1 holds 'Our results' in place of 'Results'",
        "Sources!D21 holds 'see below' in place of nothing",
    ]
