"""What Excel computes otherwise than numpy or LibreOffice is spelled so that all give the same: a test for each such trap."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Cost, MarkovModel, Parameter, Strategy, Utility
from hecon.errors import HeconError
from hecon.inputs.parameter import Table
from hecon.workbook.layout import Layout
from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.verify.expected import Tally, compare, expected_values
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.structure_faults import DEEPEST, formal_faults
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import Cells, Package, Place, read_package, rewrite

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
ENGINES = ("formualizer", "libreoffice")
BOOK = hecon.make_book(
    "hazards",
    [
        Parameter(name="p_off", value=0.1),
        Parameter(name="rise", value=1.0),
        Parameter(name="dose", value=4.1),
        Parameter(name="age_start", value=40.0),
        Parameter(name="c_vial", value=10.0),
    ],
    tables={"norms": Table("norms", "age", np.arange(40.0, 44.0), {"u": np.array([0.9, 0.8, 0.7, 0.6])})},
)
MODEL = MarkovModel(
    title="Hazards", states=("well", "dead"), cycle="1 week", horizon="156 cycles", within_cycle="start", events="start",
    let={"on_drug": "(1 - p_off) ** (rise * cycle)", "norm": 'max(norms[age, "u"], 0.5)'},
    transitions={"well -> dead": "0.01"},
    outcomes=[
        Cost("vials", {"well": "c_vial * floor(dose * 100) * on_drug"}, per="cycle", category="drug", sector="health care"),
        Cost("packs", "c_vial * ceil(dose * 100)", category="drug", sector="health care"),
        Utility({"well": "norm"}),
    ],
    age="age_start", discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
    strategies=[Strategy("a", start="well"), Strategy("b", start="well", let={"on_drug": "1"})],
)  # fmt: skip
MADE = Made(MODEL, BOOK, "payer", 20_000.0, "a")


@cache
def where() -> Layout:
    """Where the cells of its workbook are."""
    with TemporaryDirectory() as folder:
        return MADE.write(Path(folder, "hazards.xlsx"))


def typed(path: Path, folder: Path, engine: str, **inputs: float) -> tuple[dict[str, Cells], Tally]:
    """The recalculated sheets with these inputs, and how they compare with the engine's."""
    layout = where()
    cells: dict[Place, float | str] = {("Inputs", layout.inputs[k].row, BASE): x for k, x in inputs.items()}
    found = dict(open_session(path, engine, folder).values(cells))
    tally = Tally()
    try:
        values = expected_values(layout, MODEL, BOOK.fix(**inputs), {})
    except HeconError:
        return found, tally
    compare(tally, found, layout, values, 0, str(inputs))
    return found, tally


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue(request.param)
    return str(request.param)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("hazards") / "hazards.xlsx"
    MADE.write(file)
    return file


def formulas(package: Package) -> Iterator[tuple[str, str]]:
    for name, cells in package.sheets.items():
        yield from ((name, text) for text in cells.formulas.values())


@pytest.mark.parametrize("inputs", [{"p_off": 1.0}, {"p_off": 1.0, "rise": 0.0}])
def test_nothing_to_the_power_of_nothing_is_one(
    path: Path, tmp_path: Path, engine: str, inputs: dict[str, float]
) -> None:
    """An error in Excel, so the formula must ask; row 0 has 0 ** 0."""
    powers = [text for _, text in formulas(read_package(path)) if "^" in text and "p_off" in text]
    assert powers
    assert all("=0),1," in text for text in powers)
    _, tally = typed(path, tmp_path, engine, **inputs)
    assert tally.cells > 1000
    assert not tally.wrong


def test_whole_numbers_missed_by_rounding_count_as_whole(path: Path, tmp_path: Path, engine: str) -> None:
    """4.1 * 100 is 409.99999999999994: INT gives 409 in Excel, 410 in LibreOffice."""
    run = hecon.run(MODEL, BOOK.fix(p_off=0.0))
    assert run.select(kind="cost", name="packs").size
    assert run.values[0, run.select(kind="cost", name="packs")[0], 0] == pytest.approx(4100.0, rel=1e-15)
    _, tally = typed(path, tmp_path, engine, dose=4.1, p_off=0.0)
    assert not tally.wrong
    _, tally = typed(path, tmp_path, engine, dose=0.57)  # 0.57 * 100 is 56.99999999999999
    assert not tally.wrong


def test_past_the_end_of_a_table_is_an_error_not_the_least(path: Path, tmp_path: Path, engine: str) -> None:
    """MAX leaves out a word it is referred to, and a word is more than any number."""
    found, _ = typed(path, tmp_path, engine, age_start=42.0)
    with pytest.raises(HeconError):
        hecon.run(MODEL, BOOK.fix(age_start=42.0))
    assert len(found["Items"].errors) == 2  # the QALYs of both strategies, and of nothing else
    if engine == "libreoffice":  # formualizer's SUMIFS passes over errors
        layout = where()
        for strategy in ("a", "b"):
            sheet, row, column = layout.results["effect", strategy]
            assert (row, column) in found[sheet].errors


def test_fifteen_digits_of_a_constant_are_enough(path: Path, tmp_path: Path, engine: str) -> None:
    """Excel keeps 15 digits of a number within a formula; 156 weeks are 2.989733059548255 years."""
    number = re.compile(r"(?<![\w.$])\d+\.\d+(?:E[+-]?\d+)?(?![\w.])")

    def shorter(_: str, text: str) -> str:
        return re.sub(
            r"<f>.*?</f>", lambda one: number.sub(lambda x: f"{float(x[0]):.15g}".replace("e", "E"), one[0]), text
        )

    rewrite(path, tmp_path / "short.xlsx", shorter)
    assert list(formulas(read_package(path))) != list(formulas(read_package(tmp_path / "short.xlsx")))
    found, tally = typed(tmp_path / "short.xlsx", tmp_path, engine)
    assert not tally.wrong
    words = [word for name, cells in found.items() if name != "Formulas" for word in cells.words.values()]
    assert not [word for word in words if "OUT OF DATE" in word or "FAILED" in word]


def arguments(text: str, call: str) -> Iterator[str]:
    """The arguments of every call of a function in a formula."""
    for match in re.finditer(rf"\b{call}\(", text):
        depth, start = 0, match.end()
        for k in range(start, len(text)):
            depth += {"(": 1, ")": -1}.get(text[k], 0)
            if depth < 0 or (depth == 0 and text[k] == ","):
                yield text[start:k]
                start = k + 1
            if depth < 0:
                break


@pytest.mark.parametrize("name", ["sick_sicker", "starter", "families", "hard"])
def test_sumproduct_is_given_numbers_not_conditions(twins: Twins, name: str) -> None:
    """A lone condition counts 0 in Excel; a product of conditions is a number. IF is not taken row by row there."""
    seen: set[str] = set()
    for _, text in formulas(read_package(twins(name)[1])):
        seen |= {re.sub(r"\d+", "#", one) for one in arguments(re.sub(r'"[^"]*"', '""', text), "SUMPRODUCT")}
    assert len(seen) > 5
    for one in seen:
        assert not re.search(r"[<>=]", one) or ")*" in one or "*(" in one, one
        assert "IF(" not in one, one


def test_formulas_that_nest_too_deep_for_excel_are_a_fault(twins: Twins, layouts: Layouts) -> None:
    _, path = twins("sumatriptan")
    package = read_package(path)
    layout: Any = layouts("sumatriptan")
    one = next(cell for cell in layout.cells if cell.source.what == "total")
    cells = package.sheets[one.sheet]
    assert not list(formal_faults(package, layout))
    cells.formulas[one.row, one.column] = "ABS(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1)
    (fault,) = formal_faults(package, layout)
    assert f"nests {DEEPEST + 1} levels" in fault
