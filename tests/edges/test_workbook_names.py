"""Names of inputs in the workbook: those that it cannot hold are refused where they are declared, the others work everywhere."""

from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hecon
from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy
from hecon.errors import HeconError, InputError
from hecon.names import name_fault
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify
from hecon.workbook.xlsx.pen import Pen, open_workbook

CELLS = {
    "p0": "p_0",
    "u0": "u_0",
    "t0": "t_0",
    "hr0": "hr_0",
    "HR00": "HR_00",
    "a1048577": "a_1048577",
    "XFE1": "XFE_1",
}
GOOD = ("p_0", "t_0", "rr", "abcd0", "rc_1", "r1c1_x", "c_", "cr", "e", "sum", "row", "NA", "rate0")


@pytest.mark.parametrize("name", CELLS)
def test_a_name_that_reads_as_a_cell_is_refused_with_another(name: str) -> None:
    with pytest.raises(InputError, match=f"'{name}' reads as an Excel cell; write '{CELLS[name]}'"):
        hecon.make_book("demo", [Parameter(name=name, value=0.5)])
    assert not name_fault(CELLS[name])


@pytest.mark.parametrize("name", ["r", "C", "rc", "r1c1", "R2C", "rc7", "c3", "c1r1", "r1r2"])
def test_a_name_that_reads_as_a_place_in_rows_and_columns_is_refused(name: str) -> None:
    assert name_fault(name)


@given(st.from_regex(r"[A-Za-z]{1,3}[A-Za-z0-9_]{0,8}", fullmatch=True))
def test_what_may_be_declared_may_be_a_name_of_the_workbook(name: str) -> None:
    """XlsxWriter warns and leaves a name out that it takes for a cell; a warning is an error in tests."""
    if not name_fault(name):
        pen = Pen(open_workbook(""))
        pen.define_name(name, "Inputs!$C$7")
        assert pen.workbook.defined_names[0][0] == name


@pytest.mark.filterwarnings("ignore:Name looks like a cell")
def test_a_name_that_is_left_out_stops_the_workbook() -> None:
    with pytest.raises(HeconError, match="'p0' cannot be a name in a workbook"):
        Pen(open_workbook("")).define_name("p0", "Inputs!$C$7")


@pytest.mark.parametrize(("engine", "count"), [("formualizer", 2), ("libreoffice", 0)])
def test_names_that_look_odd_work_in_every_cell(tmp_path: Path, engine: str, count: int) -> None:
    if not (find_spec("formualizer") if engine == "formualizer" else which("soffice")):
        pytest.skip(f"{engine} is not installed")
    book = hecon.make_book("odd", [Parameter(name=name, value=0.5 + k / 64) for k, name in enumerate(GOOD)])
    items = [Cost(f"item {k}", f"2 * {name}", category="x", sector="health care") for k, name in enumerate(GOOD)]
    tree = DecisionTree(
        "Odd", [Strategy("a", to=Leaf(outcomes=items)), Strategy("b", to=Leaf(outcomes=[QALY("q", "1")]))],
        {"cost": "0", "effect": "0"}, "continuous",
    )  # fmt: skip
    made = Made(tree, book, "payer", 100.0, "b")
    layout = made.write(tmp_path / "odd.xlsx")
    sheet, row, column = layout.results["cost", "a"]
    found = open_session(tmp_path / "odd.xlsx", engine, tmp_path).values({})[sheet]
    assert found.numbers[row, column] == sum(1 + k / 32 for k in range(len(GOOD)))
    assert verify(tmp_path / "odd.xlsx", made, count=count, engine=engine, inputs=False).passed
