"""A curve with several families is a drop-down: another family chosen, the recalculated workbook is the engine's."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hecon.workbook.layout import Layout
from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.verify.expected import Tally, compare, expected_values
from hecon.workbook.verify.perturbation import random_inputs
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import Place

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
NAME = "families"
FAMILIES = {"pfs_family": 4, "os_family": 3}


def test_each_curve_is_a_list_of_its_families(twins: Twins, layouts: Layouts, tmp_path: Path) -> None:
    _, path = twins(NAME)
    layout = layouts(NAME)
    with zipfile.ZipFile(path) as archive:
        texts = [archive.read(part).decode() for part in archive.namelist() if part.startswith("xl/worksheets/sheet")]
    rules = dict(re.findall(r'<dataValidation ([^>]*)sqref="(D\d+)">', "".join(texts)))
    lists = dict(re.findall(r'sqref="(D\d+)"><formula1>"([\d,]+)"', "".join(texts)))
    assert len(rules) > 10
    for name, count in FAMILIES.items():
        cell = f"D{layout.inputs[name].row + 1}"
        assert lists[cell] == ",".join(str(k) for k in range(1, count + 1))
    rule = next(one for one, cell in rules.items() if cell == f"D{layout.inputs['pfs_family'].row + 1}")
    assert "family of pfs: 1 weibull, 2 piecewise 2, 3 llogis, 4 weibull mixture cure" in rule


def test_other_inputs_take_every_family(twins: Twins) -> None:
    book = twins(NAME)[0].book
    found = random_inputs(book, tuple(FAMILIES), 60, np.random.default_rng(1))
    for name, count in FAMILIES.items():
        assert set(found[name]) == set(range(1, count + 1))


@pytest.mark.parametrize("engine", ["formualizer", "libreoffice"])
def test_another_family_chosen_is_the_engines(
    twins: Twins, layouts: Layouts, tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(engine)
    made, path = twins(NAME)
    layout = layouts(NAME)
    session = open_session(path, engine, tmp_path)
    pairs = [(1, 1), (2, 2), (3, 1), (4, 3), (2, 3)] if engine == "formualizer" else [(2, 2), (4, 1)]
    totals = []
    for chosen in pairs:
        choice = dict(zip(FAMILIES, map(float, chosen), strict=True))
        cells: dict[Place, float | str] = {("Inputs", layout.inputs[name].row, BASE): k for name, k in choice.items()}
        found = session.values(cells)
        values = expected_values(layout, made.model, made.book.fix(**choice), made.book.settings)
        tally = Tally()
        compare(tally, found, layout, values, 0, str(chosen))
        assert not tally.wrong, [str(one) for one in tally.wrong[:5]]
        assert tally.cells > 3000
        sheet, row, column = layout.results["effect", "new"]
        totals.append(round(float(found[sheet].numbers[row, column]), 9))
    assert len(set(totals)) == len(pairs)  # each choice is another result
