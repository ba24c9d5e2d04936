"""A workbook verified without its model: errors typed into it are found at their cells; what may be changed is no failure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hecon.cli import app
from hecon.names import letters
from hecon.verification.workbook.moves import moves_of
from hecon.verification.workbook.subject import WorkbookSubject, open_subject
from hecon.verification.workbook.verify import verify_file, verify_subject
from hecon.workbook.sheets.formulas_sheet import FORMULA, SHEET, place_of, read_list
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import Cells, Package, read_package, rewrite, set_cells
from hecon.workbook.xlsx.references import moved

Twins = Callable[[str], tuple[Made, Path]]
MARKOV, TUMOUR, FOUR = "starter", "til_melanoma_2018", "sick_sicker_age_dependent"


@dataclass(frozen=True)
class Typed:
    """An error: in the first run of `sheet` whose formula matches `old` it becomes `new`, in all rows or `rows` of them.

    A `new` that is a number is typed over the formula.
    """

    kind: str
    twin: str
    sheet: str
    old: str
    new: str | float
    rows: int = 10**6


TYPED = (
    Typed("discount twice", MARKOV, "Trace_treatment", r"\*c_diagnosis\*(L\d+)", r"*c_diagnosis*\1*\1"),
    Typed("a number over one cell of a trace", MARKOV, "Trace_treatment", r"^P6\*\$C\$15$", 0.8, 1),
    Typed("a probability typed over", MARKOV, "Trace_treatment", r"^1-\(\$C\$14\+p_die_well\)$", 0.9),
    Typed("length of the cycle", MARKOV, "Trace_treatment", r"^1/1$", "1/12"),
    Typed("the end of the rows left out", MARKOV, "Trace_treatment", r"\$AD\$6:\$AD\$46,\$G\$6:\$G\$46", "$AD$6:$AD$45,$G$6:$G$45"),
    Typed("the wrong column is summed", MARKOV, "Trace_treatment", r"\$AH\$6:\$AH\$46", "$AG$6:$AG$46"),
    Typed("a factor for half a column", MARKOV, "Trace_treatment", r"^\(X6\+Y6\)\*\$C\$9$", "(X6+Y6)*$C$9*1.1", 20),
    Typed("effects discounted as costs", MARKOV, "Trace_treatment", r"\(1\+dr_effect\)", "(1+dr_cost)"),
    Typed("a total of the other arm", MARKOV, "Items", r"^Trace_treatment!\$C\$23$", "Trace_usual_care!$C$23"),
    Typed("difference the wrong way round", MARKOV, "Results", r"^E10-INDEX", "-E10+INDEX"),
    Typed("a sum one row short", MARKOV, "Results", r"Items!\$K\$6:\$K\$19", "Items!$K$6:$K$18"),
    Typed("a result typed", MARKOV, "Results", r"^SUM\(C\d+:C\d+\)$", 123456.0),
    Typed("mean of the PSA over one draw too few", MARKOV, "Results", r"/100\+", "/99+"),
    Typed("net benefit with a threshold typed", MARKOV, "PSA_results", r"^Control!\$D\$10\*D10-B10$", "50000*D10-B10"),
    Typed("costs for effects in one draw", MARKOV, "PSA_results", r"^Control!\$D\$10\*E10-C10$", "Control!$D$10*C10-E10", 1),
    Typed("the sign of the CEAC", MARKOV, "CEAC", r">=\(", "<=("),
    Typed("the tornado's check typed over", MARKOV, "OneWay", r"^IF\(AND\(Inputs!\$E\$17", 0.0),
    Typed("a factor on Control", MARKOV, "Control", r"^IF\(OR\(B5=\"base case\"", 1.0),
    Typed("a live input typed over", MARKOV, "Inputs", r"^IF\(ISNUMBER\(D9\),CHOOSE", 0.5),
    Typed("a live input of the row below", MARKOV, "Inputs", r"D8\),CHOOSE\(Control!\$D\$5,D8", "D8),CHOOSE(Control!$D$5,D9"),
    Typed("a check switched off", MARKOV, "Checks", r"^1E-9$", 1000.0),
    Typed("an item counted under any perspective", MARKOV, "By_state", r"^Control!\$K\$23$", 1.0, 1),
    Typed("shares of a tree beyond 1", TUMOUR, "Tree_til", r"^1-\(p_failure\+p_non_compliance\)$", "1-p_failure"),
    Typed("a leaf's cost doubled", TUMOUR, "Tree_til", r"^\$I\$6\*\$C\$25", "2*$I$6*$C$25"),
    Typed("hours a week left out", TUMOUR, "Tree_til", r"\*hours_week\*", "*"),
    Typed("an event in the wrong year", TUMOUR, "PSM_til", r"ABS\(H6-1\)", "ABS(H6-2)"),
    Typed("survival of the row below", TUMOUR, "PSM_til", r"^O6$", "O7"),
    Typed("a drop in utility gained", TUMOUR, "PSM_til", r"^\(-p_fatigue_til\)", "(p_fatigue_til)"),
    Typed("a look-up one column off", FOUR, "Trace_strategy_b", r"Tables!\$B\$7:\$B\$82", "Tables!$A$7:$A$82"),
    Typed("a transition left out of a state", FOUR, "Trace_strategy_b", r"^AC6\*Y6\+AD6\*AA6", "AC6*Y6"),
    Typed("a rate taken for a probability", FOUR, "Trace_strategy_b", r"^1-EXP\(\(-\$C\$11\)\*\$C\$8\)$", "$C$11*$C$8"),
)  # fmt: skip


@pytest.fixture(scope="module")
def subjects(twins: Twins) -> Callable[[str], WorkbookSubject]:
    """A twin as it was read, once for all tests."""
    held: dict[str, WorkbookSubject] = {}

    def one(name: str) -> WorkbookSubject:
        if name not in held:
            held[name] = open_subject(twins(name)[1])
        return held[name]

    return one


def edited(subject: WorkbookSubject, sheet: str, cells: dict[tuple[int, int], str | float]) -> WorkbookSubject:
    """The same workbook with other cells: a formula begins with =; None is no cell."""
    old = subject.package.sheets[sheet]
    new = Cells(old.numbers.copy(), dict(old.words), dict(old.errors), dict(old.formulas))
    for place, value in cells.items():
        if isinstance(value, str) and value.startswith("="):
            new.formulas[place] = value[1:]
        elif isinstance(value, str):
            new.words[place] = value
        else:
            new.formulas.pop(place, None)
            new.numbers[place] = value
    return of(replace(subject.package, sheets={**subject.package.sheets, sheet: new}))


def of(package: Package) -> WorkbookSubject:
    lines = tuple(read_list(package))
    return WorkbookSubject(package, lines, moves_of(package, lines))


@pytest.mark.parametrize("typed", TYPED, ids=lambda one: one.kind)
def test_an_error_is_found_at_its_cells(typed: Typed, subjects: Callable[[str], WorkbookSubject]) -> None:
    subject = subjects(typed.twin)
    run = next(one for one in subject.runs[typed.sheet] if re.search(typed.old, one.text))
    last = min(run.last, run.first + typed.rows - 1)
    if isinstance(typed.new, str):
        text = re.sub(typed.old, typed.new if "\\1" in typed.new else lambda _: str(typed.new), run.text, count=1)
        cells = {(row, run.column): "=" + moved(text, row - run.first, 0) for row in range(run.first, last + 1)}
    else:
        cells = {(row, run.column): typed.new for row in range(run.first, last + 1)}
    certificate = verify_subject(edited(subject, typed.sheet, cells), "demo.xlsx")
    assert not certificate.passed
    end = f":{letters(run.column)}{last + 1}" if last > run.first else ""
    places = [one.cell for one in certificate.found][:3]
    assert f"{typed.sheet}!{letters(run.column)}{run.first + 1}{end}" in places, places


def test_of_a_column_only_the_cell_that_was_edited_is_told(subjects: Callable[[str], WorkbookSubject]) -> None:
    """A number in the middle of a column leaves two runs of the same formula; neither is told."""
    subject = subjects(MARKOV)
    run = max(subject.runs["Trace_treatment"], key=lambda one: one.last - one.first)
    row = (run.first + run.last) // 2
    certificate = verify_subject(edited(subject, "Trace_treatment", {(row, run.column): 0.5}), "demo.xlsx")
    told = {one.cell for result in certificate.results for one in result.findings if one.verdict == "fails"}
    assert told == {f"Trace_treatment!{letters(run.column)}{row + 1}"}


@pytest.mark.parametrize("twin", [MARKOV, TUMOUR, FOUR])
def test_a_workbook_as_written_has_no_finding(twin: str, subjects: Callable[[str], WorkbookSubject]) -> None:
    certificate = verify_subject(subjects(twin), "demo.xlsx")
    assert certificate.found == []
    assert certificate.counts["passes"] >= 12


@pytest.mark.parametrize("twin", [MARKOV, TUMOUR, FOUR])
def test_the_list_holds_every_run_of_the_file(twin: str, subjects: Callable[[str], WorkbookSubject]) -> None:
    """The writer looks at a few rows of a column that it filled; the file is read in full here."""
    subject = subjects(twin)
    listed = {}
    for one in subject.lines:
        if one.kind == FORMULA:
            first, last, column = place_of(one)
            listed |= {(one.sheet, row, column): moved(one.text, row - first, 0) for row in range(first, last + 1)}
    sheets = subject.package.sheets.items()
    assert listed == {(name, *place): text for name, cells in sheets for place, text in cells.formulas.items()}


def test_a_draw_typed_over_is_found_with_its_number(subjects: Callable[[str], WorkbookSubject]) -> None:
    subject = subjects(MARKOV)
    column, row = 2, 30
    before = subject.number("PSA_draws", row, column)
    certificate = verify_subject(edited(subject, "PSA_draws", {(row, column): before + 0.25}), "demo.xlsx")
    found = certificate.failures[0]
    assert (found.cell, round(found.wanted, 9)) == (f"PSA_draws!C{row + 1}", round(before, 9))


def test_a_name_that_stands_for_another_cell_is_found(subjects: Callable[[str], WorkbookSubject]) -> None:
    package = subjects(MARKOV).package
    name, other = sorted(package.names)[:2]
    certificate = verify_subject(of(replace(package, names={**package.names, name: package.names[other]})), "demo.xlsx")
    assert [one.where for one in certificate.failures] == [name]


def test_yellow_cells_only_inform(subjects: Callable[[str], WorkbookSubject]) -> None:
    subject = subjects(FOUR)
    other = edited(edited(subject, "Inputs", {(7, 3): 0.123}), "Control", {(4, 1): "PSA draw"})
    certificate = verify_subject(edited(other, "Tables", {(9, 1): 0.002}), "demo.xlsx")
    assert certificate.passed
    assert {one.cell for one in certificate.found} >= {"Inputs!D8", "Control!B5", "Tables!B10"}


def test_a_note_and_a_formula_beside_only_inform(subjects: Callable[[str], WorkbookSubject]) -> None:
    subject = subjects(MARKOV)
    certificate = verify_subject(edited(subject, "Results", {(1, 15): "why?", (2, 15): "=C10*2"}), "demo.xlsx")
    assert certificate.passed
    assert [one.cell for one in certificate.found] == ["Results!P3"]


def test_a_list_that_was_edited_or_taken_away_is_told(subjects: Callable[[str], WorkbookSubject]) -> None:
    subject = subjects(MARKOV)
    row = next(row for (row, column), word in subject.package.sheets[SHEET].words.items() if word == FORMULA)
    other = verify_subject(edited(subject, SHEET, {(row, 3): "1+1"}), "demo.xlsx")
    assert "was edited" in str(other.of("the list is whole").findings[0])
    less = {name: cells for name, cells in subject.package.sheets.items() if name != SHEET}
    certificate = verify_subject(of(replace(subject.package, sheets=less)), "demo.xlsx")
    assert "is missing" in str(certificate.failures[0])


def inserted(package: Package, sheet: str, at: int) -> Package:
    """A row inserted above row `at` (from 0) of a sheet, as a spreadsheet does it: every reference to a row below moves."""
    cell = re.compile(
        r"(?<![\w.$])(?:(?P<sheet>'[^']*'|[A-Za-z_]\w*)!)?(?P<area>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(.])"
    )

    def told(text: str, home: str) -> str:
        def one(match: re.Match[str]) -> str:
            named = (match["sheet"] or home).strip("'")
            if named != sheet:
                return match[0]
            area = re.sub(r"\d+", lambda m: str(int(m[0]) + (int(m[0]) - 1 >= at)), match["area"])
            return f"{match['sheet']}!{area}" if match["sheet"] else area

        parts = text.split('"')
        parts[::2] = [cell.sub(one, part) for part in parts[::2]]
        return '"'.join(parts)

    sheets = {}
    for name, cells in package.sheets.items():
        here = at if name == sheet else 10**9
        numbers = np.insert(cells.numbers, at, np.nan, axis=0) if name == sheet else cells.numbers
        formulas = {(r + (r >= here), c): told(text, name) for (r, c), text in cells.formulas.items()}
        sheets[name] = Cells(numbers, {(r + (r >= here), c): w for (r, c), w in cells.words.items()}, {}, formulas)
    return replace(package, sheets=sheets, names={name: told(text, "") for name, text in package.names.items()})


@pytest.mark.parametrize(
    ("sheet", "at"), [("Inputs", 3), ("Results", 0), ("Results", 14), ("Trace_treatment", 5), ("PSA_draws", 1)]
)
def test_a_row_inserted_is_no_failure(sheet: str, at: int, subjects: Callable[[str], WorkbookSubject]) -> None:
    certificate = verify_subject(of(inserted(subjects(MARKOV).package, sheet, at)), "demo.xlsx")
    assert certificate.passed, certificate.text()


def test_an_error_is_found_below_a_row_that_was_inserted(subjects: Callable[[str], WorkbookSubject]) -> None:
    subject = of(inserted(subjects(MARKOV).package, "Trace_treatment", 3))
    run = next(one for one in subject.runs["Trace_treatment"] if "*c_diagnosis*" in one.text)
    cells = {
        (row, run.column): "=" + subject.package.sheets["Trace_treatment"].formulas[row, run.column] + "*2"
        for row in range(run.first, run.last + 1)
    }
    found = verify_subject(edited(subject, "Trace_treatment", cells), "demo.xlsx").failures
    assert [one.cell for one in found] == [
        f"Trace_treatment!{letters(run.column)}{run.first + 1}:{letters(run.column)}{run.last + 1}"
    ]


def test_a_sheet_copied_or_renamed_is_no_failure(subjects: Callable[[str], WorkbookSubject]) -> None:
    package = subjects(MARKOV).package
    copied = replace(package, sheets={**package.sheets, "Results (2)": package.sheets["Results"]})
    assert verify_subject(of(copied), "demo.xlsx").passed
    sheets = {"Curve" if name == "CEAC" else name: cells for name, cells in package.sheets.items()}
    certificate = verify_subject(of(replace(package, sheets=sheets)), "demo.xlsx")
    assert certificate.passed, certificate.text()


def test_other_programs_save_it_without_a_failure(twins: Twins, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(twins(MARKOV)[1])
    book["Results"]["C10"].comment = openpyxl.comments.Comment("why?", "reviewer")
    book["Results"].column_dimensions["C"].width = 30
    book.save(tmp_path / "saved.xlsx")
    assert verify_file(tmp_path / "saved.xlsx").passed


def test_libreoffice_saves_it_without_a_failure(twins: Twins, tmp_path: Path, libreoffice: None) -> None:
    import subprocess

    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path),
        str(twins(TUMOUR)[1]),
    ]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    certificate = verify_file(tmp_path / f"{TUMOUR}.xlsx")
    assert certificate.found == [], certificate.text()


def test_the_command_verifies_a_file(twins: Twins, tmp_path: Path) -> None:
    _, path = twins(MARKOV)
    done = CliRunner().invoke(app, ["verify", str(path), "--html", str(tmp_path / "page.html")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "page.html").is_file()
    package = read_package(path, ["Trace_treatment"])
    row, column = next(
        place for place, text in package.sheets["Trace_treatment"].formulas.items() if "*c_diagnosis*" in text
    )
    set_cells(path, tmp_path / "typed.xlsx", {("Trace_treatment", row, column): 5.0}, over_formulas=True)
    done = CliRunner().invoke(app, ["verify", str(tmp_path / "typed.xlsx")])
    assert done.exit_code == 1
    assert f"1. Trace_treatment!{letters(column)}{row + 1} (" in done.output


def test_another_excel_file_is_refused(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "other.xlsx")
    book.add_worksheet("One").write_formula(0, 0, "=1+1")
    book.close()
    done = CliRunner().invoke(app, ["verify", str(tmp_path / "other.xlsx")])
    assert done.exit_code != 0
    assert "is neither an executable workbook" in " ".join(done.output.split())


def test_the_hidden_list_is_small(twins: Twins, tmp_path: Path) -> None:
    """Less than a twelfth of the smallest workbook; 2% of a large one."""
    _, path = twins(MARKOV)
    rewrite(path, tmp_path / "same.xlsx", lambda _, text: text, 3)
    rewrite(path, tmp_path / "less.xlsx", lambda name, text: "<worksheet/>" if name == SHEET else text, 3)
    size = (tmp_path / "same.xlsx").stat().st_size
    assert (size - (tmp_path / "less.xlsx").stat().st_size) / size < 0.08
