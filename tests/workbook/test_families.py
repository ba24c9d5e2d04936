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
from hecon.workbook.xlsx.package import Place, read_package

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
NAME = "families"
FAMILIES = {"pfs_family": 4, "os_family": 3}


def test_each_curve_is_a_list_of_its_families(twins: Twins, layouts: Layouts) -> None:
    _, path = twins(NAME)
    layout = layouts(NAME)
    package = read_package(path)
    with zipfile.ZipFile(path) as archive:
        texts = [archive.read(part).decode() for part in archive.namelist() if part.startswith("xl/worksheets/sheet")]
    lists = dict(re.findall(r'sqref="(B\d+)"><formula1>(\$G\$\d+:\$\w+\$\d+)</formula1>', "".join(texts)))
    for name in FAMILIES:
        one = layout.named[name]
        row = one.row + 1
        assert package.word(("Control", one.row, 0)) == name
        assert lists[f"B{row}"] == one.offered
        assert [package.word(("Control", one.row, 6 + k)) for k in range(len(one.names))] == list(one.names.values())
        assert package.sheets["Inputs"].formulas[layout.inputs[name].row, BASE] == f"Control!$D${row}"
    assert layout.named["pfs_family"].names == {
        1.0: "weibull",
        2.0: "piecewise 2",
        3.0: "llogis",
        4.0: "weibull mixture cure",
    }
    assert package.word(("Control", *layout.named["os_family"].place)) == "gompertz"


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
        cells: dict[Place, float | str] = {
            ("Control", *layout.named[name].place): layout.named[name].names[k] for name, k in choice.items()
        }
        found = session.values(cells)
        values = expected_values(layout, made.model, made.book.fix(**choice), made.book.settings)
        tally = Tally()
        compare(tally, found, layout, values, 0, str(chosen))
        assert not tally.wrong, [str(one) for one in tally.wrong[:5]]
        assert tally.cells > 3000
        sheet, row, column = layout.results["effect", "new"]
        totals.append(round(float(found[sheet].numbers[row, column]), 9))
    assert len(set(totals)) == len(pairs)  # each choice is another result
