"""The edits of a person's hands: a workbook edited, recalculated by LibreOffice and run gives the numbers that it shows, or stops
and says why. The edits that went unseen are made on every case, the others on one.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from hecon.cli import app
from hecon.inputs.reading import read_inputs
from hecon.workbook.verify.recalculate import LibreOffice
from hecon.workbook.xlsx.package import read_package

ROOT = Path(__file__).parents[2]
TIL = "til_melanoma_2018"  # yearly, so that a recalculation is quick; stands among the validations
QUICK = (TIL, "sipuleucel_t")  # a recalculation of the others takes ten seconds and more
FAMILIES = "axi_cel_second_line"  # the quickest case with a choice of curve family
REFERENCE = re.compile(
    r'"[^"]*"|((?:\'[^\']+\'|\w+)!)?(?<![\w.$])(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(])'
)
CORNER = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")
Edit = Callable[[Any, str], None]


def row_of(book: Any, name: str) -> int:
    return next(cell.row for cell in book["Inputs"]["A"] if cell.value == name)


def column_of(book: Any, head: str) -> int:
    sheet = book["Inputs"]
    return next(c.column for row in sheet.iter_rows(max_row=9) for c in row if c.value == head)


def cell(book: Any, name: str, head: str = "value") -> Any:
    return book["Inputs"].cell(row_of(book, name), column_of(book, head))


def choice(book: Any, label: str) -> Any:
    sheet = book["Control"]
    return next(sheet.cell(one.row, 2) for one in sheet["A"] if one.value == label)


def inputs_of(case: str) -> Path:
    return ROOT / "tests" / "validation" / case / "inputs" if case == TIL else ROOT / "inputs" / case


def price_of(case: str) -> str:
    return read_inputs(inputs_of(case)).settings["price_parameters"].split()[0]


def shift(book: Any, rows: tuple[int, int] = (0, 0), columns: tuple[int, int] = (0, 0)) -> None:
    """References to Inputs as a spreadsheet moves them: from row or column `at` (from 1) on, `by` further."""

    def corner(match: re.Match[str]) -> str:
        column, row = openpyxl.utils.column_index_from_string(match[2]), int(match[4])
        column += columns[1] if columns[1] and column >= columns[0] else 0
        row += rows[1] if rows[1] and row >= rows[0] else 0
        return f"{match[1]}{openpyxl.utils.get_column_letter(column)}{match[3]}{row}"

    def moved(text: str, home: str) -> str:
        def one(match: re.Match[str]) -> str:
            sheet = (match[1] or f"{home}!").strip("!").strip("'")
            return match[0] if not match[2] or sheet != "Inputs" else (match[1] or "") + CORNER.sub(corner, match[2])

        return REFERENCE.sub(one, text)

    for sheet in book:
        for row in sheet.iter_rows():
            for one in row:
                if isinstance(one.value, str) and one.value.startswith("="):
                    one.value = moved(one.value, sheet.title)
    for name in book.defined_names.values():
        name.attr_text = moved(name.attr_text, "")


def nothing(book: Any, case: str) -> None:
    """Only saved by LibreOffice."""


def dearer(book: Any, case: str) -> None:
    cell(book, price_of(case)).value *= 2


def dearer_without_the_unit(book: Any, case: str) -> None:
    dearer(book, case)
    at = column_of(book, "unit")
    shift(book, columns=(at + 1, -1))
    book["Inputs"].delete_cols(at)


def over_live(book: Any, case: str) -> None:
    cell(book, price_of(case), "live").value = 39750


def no_perspective(book: Any, case: str) -> None:
    choice(book, "Perspective").value = None


def no_horizon(book: Any, case: str) -> None:
    choice(book, "Horizon, years").value = None


def sorted_rows(book: Any, case: str) -> None:
    """Rows sorted by name: what was typed moves, the formulas stay."""
    sheet, names = book["Inputs"], list(read_inputs(inputs_of(case)).parameters)
    rows = [c.row for c in sheet["A"] if c.value in names and str(sheet.cell(c.row, 3).value).startswith("=")]
    held = sorted(([c.value for c in sheet[row]] for row in rows), key=lambda line: line[0])
    for row, line in zip(rows, held, strict=True):
        for c, value in zip(sheet[row], line, strict=True):
            if not str(c.value).startswith("="):
                c.value = value


def societal_and_dearer(book: Any, case: str) -> None:
    dearer(book, case)
    choice(book, "Perspective").value = "societal"
    choice(book, "Discount timing").value = "whole_year"


def row_above(book: Any, case: str) -> None:
    shift(book, rows=(1, 2))
    book["Inputs"].insert_rows(1, 2)
    book["Inputs"]["A1"] = "A word of the reviewer"
    dearer(book, case)


def comment_column(book: Any, case: str) -> None:
    shift(book, columns=(4, 1))
    book["Inputs"].insert_cols(4)
    book["Inputs"].cell(row_of(book, price_of(case)), 4).value = "too low?"
    dearer(book, case)


def sector(book: Any, case: str) -> None:
    book["Control"]["G26"] = 1


def trace(book: Any, case: str) -> None:
    book["PSM_ipilimumab"]["M9"] = 0.5


def text_choice(book: Any, case: str) -> None:
    choice(book, "Perspective").value = "societal "


def long_horizon(book: Any, case: str) -> None:
    choice(book, "Horizon, years").value += 20


def short_horizon(book: Any, case: str) -> None:
    choice(book, "Horizon, years").value = 5


def a_draw(book: Any, case: str) -> None:
    choice(book, "Inputs are taken from").value = "PSA draw"
    choice(book, "PSA draw").value = 7


def blank_input(book: Any, case: str) -> None:
    cell(book, "p_os_til").value = None


def past_one(book: Any, case: str) -> None:
    cell(book, "p_os_til").value = 1.2


def word(book: Any, case: str) -> None:
    cell(book, "p_os_til").value = "50%"


def true(book: Any, case: str) -> None:
    cell(book, "p_os_til").value = True


def twice(book: Any, case: str) -> None:
    cell(book, "p_os_til", "name").value = "c_til_hospital"


def no_row(book: Any, case: str) -> None:
    for one in book["Inputs"][row_of(book, "p_os_til")]:
        one.value = None


def distribution(book: Any, case: str) -> None:
    cell(book, "c_til_hospital", "distribution").value = "lognormal mean se"
    cell(book, "c_til_hospital", "par1").value = cell(book, "c_til_hospital").value
    cell(book, "c_til_hospital", "par2").value = 2000


def words(book: Any, case: str) -> None:
    cell(book, "c_til_hospital", "note").value = "the hospital's own tariff"
    cell(book, "c_til_hospital", "provenance").value = "expert"
    changes = book["Changes"]
    free = next(one.row for one in changes["A"] if one.value == "What no formula finds: note it here")
    changes.cell(free + 2, 2).value, changes.cell(free + 2, 8).value = "28 November", "asked for by the committee"


def typed_formula(book: Any, case: str) -> None:
    cell(book, "c_til_hospital").value = "=26500*1.1"


def reference(book: Any, case: str) -> None:
    choice(book, "Compared with").value = book["Control"]["B24"].value
    choice(book, "Threshold").value = 50000


def no_column(book: Any, case: str) -> None:
    cell(book, "p_os_til", "value").parent.cell(6, column_of(book, "value")).value = "base"


def family(number: float) -> Edit:
    def edit(book: Any, case: str) -> None:
        cell(book, "family_os").value = number

    return edit


SAME: dict[str, tuple[Edit, tuple[str, ...]]] = {
    "saved": (nothing, QUICK), "unit deleted": (dearer_without_the_unit, (TIL,)), "societal": (societal_and_dearer, QUICK),
    "rows above": (row_above, (TIL,)), "comment column": (comment_column, (TIL,)), "horizon 5": (short_horizon, (TIL,)),
    "distribution": (distribution, (TIL,)), "words": (words, (TIL,)), "formula": (typed_formula, (TIL,)),
    "reference": (reference, (TIL,)), "family 1": (family(1), (FAMILIES,)), "true": (true, (TIL,)),
}  # fmt: skip
STOP: dict[str, tuple[Edit, tuple[str, ...], str]] = {  # and what is said
    "live": (over_live, QUICK, "shows .*, hecon computes"),
    "no perspective": (no_perspective, (TIL,), "unknown perspective ''"),
    "no horizon": (no_horizon, (TIL,), "horizon is blank"),
    "sorted": (sorted_rows, (TIL, "sipuleucel_t"), "the rows were sorted or moved"),
    "sector": (sector, (TIL,), "Control counts other sectors"),
    "trace": (trace, (TIL,), "PSM_ipilimumab!M9: no formula in place of"),
    "text": (text_choice, (TIL,), "unknown perspective 'societal '"),
    "long horizon": (long_horizon, (TIL,), "the sheets have rows for more than 0 and at most"),
    "draw": (a_draw, (TIL,), "Control shows 'PSA draw'"),
    "blank": (blank_input, (TIL,), "p_os_til.*has no value"),
    "1.2": (past_one, (TIL,), "a probability lies between 0 and 1"),
    "50%": (word, (TIL,), "value is not a number: '50%'"),
    "twice": (twice, (TIL,), "stands twice"),
    "no row": (no_row, (TIL,), "is not found: its row was deleted or its name changed"),
    "no column": (no_column, (TIL,), "no row with the headings name, live, value"),
    "family 4": (family(4), (FAMILIES,), "is 4, which is not one of its choices"),
    "family 1.5": (family(1.5), (FAMILIES,), "is 1.5, which is not one of its choices"),
}
NEVER_A_NUMBER = (
    "no perspective",
    "no horizon",
    "sorted",
    "text",
    "long horizon",
    "blank",
    "50%",
    "family 4",
    "family 1.5",
)
EDITS = {**SAME, **STOP}


def hecon(*words: str) -> Any:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with models/ and inputs/ of every case that is edited here."""
    there = tmp_path_factory.mktemp("home")
    for case in (*QUICK, FAMILIES):
        model = inputs_of(case).parent / "model.py" if case == TIL else ROOT / "models" / case / "model.py"
        shutil.copytree(inputs_of(case), there / "inputs" / case)
        (there / "models" / case).mkdir(parents=True)
        shutil.copy(model, there / "models" / case)
    return there


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Callable[[str], Path]:
    """The folder of a case's workbooks, each with one edit, as LibreOffice saves them: all of them in one session."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    done: dict[str, Path] = {}

    def make(case: str) -> Path:
        if case in done:
            return done[case]
        folder = done[case] = tmp_path_factory.mktemp(case)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(home)
            assert hecon("twin", case, "--draws", "20", "--out", str(folder / "made.xlsx")).exit_code == 0
        names = [name for name, (_, cases, *_) in EDITS.items() if case in cases]
        for name in names:
            if EDITS[name][0] is nothing:
                shutil.copy(folder / "made.xlsx", folder / f"{name}.xlsx")
                continue
            book = openpyxl.load_workbook(folder / "made.xlsx")
            EDITS[name][0](book, case)
            book.save(folder / f"{name}.xlsx")
        session = LibreOffice(folder / "made.xlsx", folder)
        command = [
            "soffice",
            f"-env:UserInstallation=file://{session.profile}",
            "--headless",
            "--norestore",
            "--convert-to",
        ]
        command += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "saved")]
        command += [str(folder / f"{name}.xlsx") for name in names]
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "SAL_USE_VCLPLUGIN": "svp"})
        return folder

    return make


def shown(file: Path) -> list[tuple[float, float]]:
    """Cost and effect of each strategy as Results shows them; nan where it shows none."""
    cells = read_package(file, only=("Results",)).sheets["Results"]
    rows = [row for row in range(9, cells.numbers.shape[0]) if (row, 1) in cells.words and cells.numbers[row, 0] > 0]
    count = next(k for k, row in enumerate(rows) if row != 9 + k)
    return [(float(cells.numbers[row, 2]), float(cells.numbers[row, 5])) for row in rows[:count]]


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, (_, cases) in SAME.items() for case in cases])
def test_what_can_be_read_back_runs_as_the_workbook_shows_it(
    name: str, case: str, edited: Callable[[str], Path], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    file = edited(case) / "saved" / f"{name}.xlsx"
    quick = ("--draws", "0", "--json", "--no-figures", "--no-workbook", "--out", str(tmp_path))
    done = hecon("run", str(file), *quick)
    assert done.exit_code == 0, done.stderr
    run = json.loads(done.stdout)
    for one, (cost, effect) in zip(run["strategies"], shown(file), strict=True):
        assert (one["cost"], one["qaly"]) == (pytest.approx(cost, rel=1e-9), pytest.approx(effect, rel=1e-9))
    if name == "saved":
        assert "->" not in done.stderr
    if name == "words":
        assert "note" in done.stderr
        assert "the hospital's own tariff" in done.stderr
        assert "asked for by the committee" in done.stderr


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, (_, cases, _) in STOP.items() for case in cases])
def test_what_cannot_be_read_back_stops_and_says_why(
    name: str, case: str, edited: Callable[[str], Path], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    file = edited(case) / "saved" / f"{name}.xlsx"
    done = hecon("run", str(file), "--draws", "0", "--no-figures", "--no-workbook", "--out", str(tmp_path))
    assert done.exit_code == 1, done.stdout
    assert re.search(STOP[name][2], done.stderr), done.stderr
    told = hecon("inputs", "from-workbook", str(file), "--out", str(tmp_path / "inputs"))
    assert told.exit_code == 1
    assert not (tmp_path / "inputs").exists()
    if name in NEVER_A_NUMBER:
        assert all(cost != cost and effect != effect for cost, effect in shown(file))
    status = read_package(file, only=("Results",)).word(("Results", 2, 0))
    if name not in ("live", "trace", "sorted", "no row", "no column"):
        assert not status.startswith("As submitted"), status
