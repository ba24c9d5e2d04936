"""Fifty of the random models as workbooks, recalculated elsewhere from spoiled results: each item is the plain loops', each
cell the engine's, with the base inputs and with a draw of them typed in.
"""

import importlib.util
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from edges.plain_loop import play
from edges.random_models import BOOK, KINDS, TABLES, random_model
from hecon import Cost, MarkovModel, Strategy, Tunnel, Utility
from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.sheets.items_sheet import FIRST, ITEMS, VALUE
from hecon.workbook.verify.expected import Tally, compare, expected_values
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import Cells

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
PARTS, MODELS = 10, 50


@pytest.fixture(autouse=True)
def _formualizer() -> None:
    if not importlib.util.find_spec("formualizer"):
        pytest.skip("formualizer is not installed")


@pytest.mark.parametrize("part", range(PARTS))
def test_workbooks_are_the_plain_loops(part: int, tmp_path: Path) -> None:
    for seed in range(part * MODELS // PARTS, (part + 1) * MODELS // PARTS):
        recalculated(random_model(seed, KINDS), tmp_path / f"{seed}", f"model {seed}")


def recalculated(model: Any, folder: Path, what: str) -> None:
    """Write the workbook, recalculate it with two sets of inputs, compare every cell and every item."""
    folder.mkdir()
    counted = hecon.run(model, BOOK.base()).select(kind="qaly").size
    book = replace(BOOK, settings={"effect": "qaly" if counted else "none"})
    layout = Made(model, book, "payer", 20_000.0, model.strategies[0].name).write(folder / "twin.xlsx")
    session = open_session(folder / "twin.xlsx", "formualizer", folder)
    for draws in (book.base(), book.sample(1, seed=1)):
        values = {name: float(np.ravel(draws[name])[0]) for name in BOOK.parameters}
        found = session.values({("Inputs", place.row, BASE): values[name] for name, place in layout.inputs.items()})
        tally = Tally()
        compare(tally, found, layout, expected_values(layout, model, draws, {}), 0, what)
        assert tally.cells > 10
        assert not tally.wrong, [str(one) for one in tally.wrong[:5]]
        assert not [name for name, cells in found.items() if cells.errors], what
        wanted = defaultdict(float)
        for strategy, ledger in play(model, {**TABLES, **values}).items():
            for (kind, name, _), (_, present) in ledger.entries.items():
                wanted[strategy, kind, name] += present
        items = totals(found[ITEMS])
        wrong = {key: (items.get(key), wanted.get(key)) for key in {*items, *wanted}
                 if not abs(items.get(key, 0.0) - wanted.get(key, 0.0)) <= 1e-9 * max(1.0, abs(wanted.get(key, 0.0)))}  # fmt: skip
        assert not wrong, (what, wrong)


def totals(items: Cells) -> dict[tuple[str, str, str], float]:
    """The rows of the sheet Items added up: {(strategy, kind, item): discounted total}."""
    found: dict[tuple[str, str, str], float] = defaultdict(float)
    row = FIRST
    while (row, 0) in items.words:
        found[items.words[row, 0], items.words[row, 2], items.words[row, 3]] += float(items.numbers[row, VALUE])
        row += 1
    return found


def alone(**changes: Any) -> MarkovModel:
    given: dict[str, Any] = {
        "states": ("ill", "well", "dead"), "cycle": "1 year", "horizon": "3 cycles", "within_cycle": "start", "events": "mid",
        "transitions": {"ill -> well": "p_a", "well -> ill": "p_b", "well -> dead": "0.1"}, "title": "One tunnel",
        "strategies": [Strategy("only")], "start": "ill", "discount": {"cost": "0", "effect": "0"}, "discount_timing": "continuous",
    }  # fmt: skip
    return MarkovModel(**{**given, **changes})


def test_a_tunnel_of_one_cycle_is_a_state_like_any_other(tmp_path: Path) -> None:
    """Its one sub-state takes newcomers and those who stay: the cohort neither leaks nor loses its axis."""
    outcomes = [
        Cost("care", {"ill": "c_a * (1 + state_time)"}, per="year", **CARE),
        Utility({"ill": "u_b", "well": "u_a"}),
    ]
    recalculated(alone(tunnels={"ill": Tunnel(1, last="stay")}, outcomes=outcomes), tmp_path / "twin", "one tunnel")


def test_a_factor_that_is_squared_in_one_state_is_common_once(tmp_path: Path) -> None:
    drug = Cost("drug", {"ill": "c_a * hr_drug * hr_drug", "well": "c_a * hr_drug"}, per="year", **CARE)
    recalculated(alone(outcomes=[drug]), tmp_path / "twin", "a square")
