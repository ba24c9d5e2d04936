"""The decision tables as formulas: recalculated, they place strategies where the engine's frontier places them."""

import math
from pathlib import Path

import numpy as np
import pytest

from hecon.analysis.cost_effectiveness.frontier import frontier
from hecon.workbook.sheets.decision_cells import incremental_rows, quadrant, ratio, ratio_formulas
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.xlsx.pen import Pen, open_workbook

pytestmark = pytest.mark.usefixtures("formualizer")
WORDS = {"ND": "on the frontier", "D": "dominated", "ED": "extendedly dominated", "equivalent": "equivalent"}
SETS = {
    "every place": ([0, 60, 120, 130, 120], [0.0, 1.0, 2.5, 2.0, 2.5]),
    "one straight line": ([300, 0, 100, 200], [3.0, 0.0, 1.0, 2.0]),
    "less for less": ([50, 10, 20], [1.0, 0.4, 0.2]),
    "equal effects": ([5, 3, 9], [1.0, 1.0, 1.0]),
    "equal costs": ([5, 5, 9], [1.0, 1.2, 1.0]),
    "all below 0": ([-5, -3, -9], [-1.0, -0.5, -2.0]),
    **{
        f"at random {k}": (
            np.random.default_rng(k).integers(0, 30, 7).tolist(),
            np.random.default_rng(k + 90).integers(0, 9, 7).tolist(),
        )
        for k in range(6)
    },
}


def test_the_incremental_tables_are_the_frontier(tmp_path: Path) -> None:
    pen = Pen(open_workbook(str(tmp_path / "tables.xlsx")))
    for number, (costs, effects) in enumerate(SETS.values()):
        sheet, names = pen.sheet(f"T{number}"), [f"s{k}" for k in range(len(costs))]
        for k, (cost, effect) in enumerate(zip(costs, effects, strict=True)):
            sheet.number(k, 0, float(cost))
            sheet.number(k, 1, float(effect))
        cells = [[f"${c}${k + 1}" for k in range(len(costs))] for c in "AB"]
        incremental_rows(sheet, 20, names, *cells, np.array(costs, float), np.array(effects, float), "QALYs")
    pen.workbook.close()
    found = open_session(tmp_path / "tables.xlsx", "formualizer", tmp_path).values({})
    for number, (name, (costs, effects)) in enumerate(SETS.items()):
        placed, cells_now = frontier(costs, effects), found[f"T{number}"]
        for k, status in enumerate(placed.status):
            before = placed.previous[k] if status == "ND" else None
            words = "reference" if status == "ND" and before is None else WORDS[status]
            assert cells_now.words[21 + k, 15] == words, (name, k)
            if before is None:
                assert not cells_now.words.get((21 + k, 14), "")
                continue
            wanted = (costs[k] - costs[before]) / (effects[k] - effects[before])
            assert cells_now.numbers[21 + k, 11] == before + 1
            assert cells_now.numbers[21 + k, 12] == pytest.approx(costs[k] - costs[before])
            assert cells_now.numbers[21 + k, 13] == pytest.approx(effects[k] - effects[before])
            assert cells_now.numbers[21 + k, 14] == pytest.approx(wanted)


def test_a_pairwise_comparison_says_the_quadrant_in_every_direction(tmp_path: Path) -> None:
    pairs = [
        (100.0, 0.5),
        (-100.0, 0.5),
        (100.0, -0.5),
        (-100.0, -0.5),
        (0.0, 0.5),
        (0.0, -0.5),
        (7.0, 0.0),
        (7.0, 1e-12),
    ]
    pen = Pen(open_workbook(str(tmp_path / "pairs.xlsx")))
    sheet = pen.sheet("Pairs")
    for row, (cost, effect) in enumerate(pairs):
        for column, x in enumerate((cost, effect, -1.0, effect - 1.0)):
            sheet.number(row, column, x)
        n = row + 1
        texts = ratio_formulas(f"A{n}", f"B{n}", (f"C{n}", f"D{n}"), f"F{n}")
        for column, text, value in zip((4, 5), texts, ratio(cost, effect, 1.0), strict=True):
            sheet.formula(row, column, text, value, "ratio")
        sheet.formula(row, 6, f"E{n}*0.9", 0.0, "money")  # what a reviewer does with a ratio
    pen.workbook.close()
    found = open_session(tmp_path / "pairs.xlsx", "formualizer", tmp_path).values({})["Pairs"]
    wanted = [
        "200",
        "dominant",
        "dominated",
        "200 saved per QALY lost",
        "dominant",
        "dominated",
        "equal effect",
        "equal effect",
    ]
    assert [quadrant(cost, effect, 1.0) for cost, effect in pairs] == wanted
    status = [words.replace("200 ", "").replace("200", "per QALY gained") for words in wanted]
    assert [found.words[row, 5] for row in range(len(pairs))] == status
    for row, words in enumerate(wanted):
        has = words.startswith("200")
        assert found.numbers[row, 4] == pytest.approx(200.0 if has else math.nan, nan_ok=True)
        assert found.numbers[row, 6] == pytest.approx(180.0 if has else math.nan, nan_ok=True)
        assert ((row, 6) in found.errors) is not has  # never a number that no ratio stands behind
