"""Effects below zero on both sides: equal is equal in the workbook too, not a division by nothing."""

from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

import hecon
from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made

BOOK = hecon.make_book("carers", [Parameter(name="c_drug", value=100.0), Parameter(name="du_carer", value=0.0002)])
LOSS = QALY("carers", "-du_carer")
DRUG = Cost("drug", "c_drug", category="product", sector="health care")
TREE = DecisionTree(
    "Carers", [Strategy("care", to=Leaf(outcomes=[LOSS])), Strategy("drug", to=Leaf(outcomes=[LOSS, DRUG])),
    Strategy("less", to=Leaf(outcomes=[QALY("carers", "-2 * du_carer")]))],
    {"cost": "0", "effect": "0"}, "continuous",
)  # fmt: skip


@pytest.mark.parametrize("engine", ["formualizer", "libreoffice"])
def test_equal_losses_are_an_equal_effect(tmp_path: Path, engine: str) -> None:
    if not (find_spec("formualizer") if engine == "formualizer" else which("soffice")):
        pytest.skip(f"{engine} is not installed")
    draws = BOOK.fix(c_drug=100.0).take([0, 0])
    layout = Made(TREE, BOOK, "payer", 20_000.0, "care", hecon.run(TREE, draws), draws).write(tmp_path / "carers.xlsx")
    sheets = open_session(tmp_path / "carers.xlsx", engine, tmp_path).values({})
    sheet, row, column = layout.results["icer status", "drug"]
    assert sheets[sheet].words[row, column] == "equal effect"  # 0 QALYs for 100 more; was #DIV/0!
    assert sheets[sheet].words[row, column + 6] == "equal effect"  # of the means of the PSA
    assert sheets[sheet].words[layout.results["icer status", "less"][1], column] == "dominated"
    assert not any(cells.errors for cells in sheets.values())
