"""Faults planted in a sound twin: the verifier must find each, or it verifies nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hecon.names import letters
from hecon.workbook.layout import Layout
from hecon.workbook.sheets.input_cells import LIVE
from hecon.workbook.verify.certificate import Certificate
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify
from hecon.workbook.xlsx.package import read_package, rewrite

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
NAME = "sick_sicker"
pytestmark = pytest.mark.usefixtures("formualizer")


def cell_of(sheet: str, path: Path, row: int, column: int) -> str:
    assert (row, column) in read_package(path).sheets[sheet].formulas
    return f"{letters(column)}{row + 1}"


def plant(path: Path, out: Path, sheet: str, cell: str, change: Callable[[str, str], str]) -> None:
    """Replace one cell's formula and value: `change(formula, value)` gives the new XML of the cell's inside."""
    count = 0

    def edit(name: str, text: str) -> str:
        nonlocal count
        if name != sheet:
            return text
        pattern = re.compile(rf'(<c r="{cell}"[^>]*>)<f>(.*?)</f><v>(.*?)</v></c>')
        text, found = pattern.subn(lambda m: f"{m[1]}{change(m[2], m[3])}</c>", text)
        count += found
        return text

    rewrite(path, out, edit)
    assert count == 1


def failed(path: Path, made: Made, count: int = 2) -> tuple[set[str], Certificate]:
    certificate = verify(path, made, count=count, engine="formualizer", inputs=False)
    return {one.name for one in certificate.findings if not one.passed}, certificate


def trace(layout: Layout) -> tuple[str, int, int, int]:
    """The first state's column of the first trace: sheet, first and last row, column."""
    one = next(c for c in layout.columns if c.source.what == "state" and c.last - c.first > 20)
    return one.sheet, one.first, one.last, one.column


def test_a_frozen_cell(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins(NAME)
    sheet, _, last, column = trace(layouts(NAME))
    cell = cell_of(sheet, path, last - 5, column)
    plant(path, tmp_path / "mutant.xlsx", sheet, cell, lambda formula, value: f"<v>{value}</v>")
    found, certificate = failed(tmp_path / "mutant.xlsx", made)
    assert {"formulas", "one formula a column", "other inputs"} <= found, certificate.text()
    assert "base case" not in found  # a frozen cell agrees in the base case: only other inputs show it


def test_a_cell_frozen_within_a_formula(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins(NAME)
    sheet, _, last, column = trace(layouts(NAME))
    cell = cell_of(sheet, path, last - 5, column)
    plant(path, tmp_path / "mutant.xlsx", sheet, cell, lambda formula, value: f"<f>{value}*1</f><v>{value}</v>")
    found, _ = failed(tmp_path / "mutant.xlsx", made)
    assert {"formulas", "one formula a column", "other inputs"} <= found


def test_a_wrong_parameter_in_one_late_row(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins(NAME)
    layout = layouts(NAME)
    formulas = read_package(path).sheets
    wanted = [
        (one, text)
        for one in layout.columns
        if one.source.what in ("tree", "present") and one.last - one.first > 20
        for text in [formulas[one.sheet].formulas[one.last - 2, one.column]]
        if re.search(r"\$C\$\d+", text)
    ]
    one, text = wanted[0]
    old = re.search(r"\$C\$\d+", text)
    assert old is not None
    cell = f"{letters(one.column)}{one.last - 1}"
    wrong = text.replace(old[0], f"({old[0]}*1.00001)", 1)
    plant(path, tmp_path / "mutant.xlsx", one.sheet, cell, lambda formula, value: f"<f>{wrong}</f><v>{value}</v>")
    found, certificate = failed(tmp_path / "mutant.xlsx", made)
    assert {"formulas", "one formula a column", "base case", "other inputs"} <= found
    assert any(cell in fault for one in certificate.findings for fault in one.faults)


def test_a_frozen_live_cell(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins(NAME)
    layout = layouts(NAME)
    place = layout.inputs["c_H"]
    cell = f"{letters(LIVE)}{place.row + 1}"
    plant(path, tmp_path / "mutant.xlsx", "Inputs", cell, lambda formula, value: f"<v>{value}</v>")
    found, certificate = failed(tmp_path / "mutant.xlsx", made)
    assert {"formulas", "other inputs"} <= found, certificate.text()
    assert "base case" not in found


def test_a_stale_stored_result(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    made, path = twins(NAME)
    sheet, first, _, column = trace(layouts(NAME))
    cell = cell_of(sheet, path, first + 3, column)
    plant(path, tmp_path / "mutant.xlsx", sheet, cell, lambda formula, value: f"<f>{formula}</f><v>0.123</v>")
    found, certificate = failed(tmp_path / "mutant.xlsx", made, count=0)
    assert found == {"stored results"}, certificate.text()


@pytest.mark.parametrize(
    ("formula", "word"),
    [
        ("[1]Sheet1!A1", "another workbook"),
        ("RAND()", "RAND"),
        ("p_unknown*2", "not defined"),
        ("1/0", "#DIV/0!"),
    ],
)
def test_formulas_that_do_not_belong(twins: Twins, layouts: Layouts, tmp_path: Path, formula: str, word: str) -> None:
    _, path = twins("sumatriptan")
    layout = layouts("sumatriptan")
    sheet, row, column = layout.results[next(iter(layout.results))]
    value = "<v>#DIV/0!</v>" if "/0" in formula else "<v>1</v>"
    out = tmp_path / "mutant.xlsx"
    plant(path, out, sheet, f"{letters(column)}{row + 1}", lambda *_: f"<f>{formula}</f>{value}")
    if "/0" in formula:
        pattern = rf'<c r="{letters(column)}{row + 1}"([^>]*)>'
        rewrite(
            out,
            tmp_path / "error.xlsx",
            lambda name, text: re.sub(pattern, lambda m: m[0][:-1] + ' t="e">', text) if name == sheet else text,
        )
        out = tmp_path / "error.xlsx"
    from hecon.workbook.verify.structure_faults import edited, formal_faults

    package = read_package(out)
    assert any(word in fault for fault in formal_faults(package, layout))
    assert len(edited(package, read_package(path))) == 1


def test_a_frozen_result(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    """A total on Results that no longer follows: caught against a workbook written anew."""
    made, path = twins("sumatriptan")
    layout = layouts("sumatriptan")
    helpers = set(layout.helpers)
    sheet, row, column = next(place for place in layout.results.values() if place in helpers)
    cell = f"{letters(column)}{row + 1}"
    plant(path, tmp_path / "mutant.xlsx", sheet, cell, lambda formula, value: f"<f>{value}*1</f><v>{value}</v>")
    found, _ = failed(tmp_path / "mutant.xlsx", made)
    assert {"formulas", "results and flags"} <= found
