"""numpy equals plain loops to 1e-10, item by item and draw by draw, on a model with every hard thing in it at once.

Tunnels, rates, weekly cycles, clashing names, uncertain delay, a discount schedule, ageing, moves, amounts in time.
"""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon

HERE = Path(__file__).parent
MODEL: Any = runpy.run_path(str(HERE / "model.py"))["MODEL"]
LOOPS = runpy.run_path(str(HERE / "loops.py"))
BOOK = hecon.read_inputs(HERE / "inputs")
TABLE = {
    int(age): {name: float(column[row]) for name, column in BOOK.tables["life_table"].columns.items()}
    for row, age in enumerate(BOOK.tables["life_table"].index)
}


def compare(result: Any, draws: Any) -> None:
    for draw in range(draws.n):
        p = {name: float(np.broadcast_to(draws[name], draws.n)[draw]) for name in BOOK.parameters}
        want = LOOPS["totals"](p, TABLE)
        for s, strategy in enumerate(result.strategies):
            found = {(item.kind, item.name): result.values[s, k, draw] for k, item in enumerate(result.items)}
            assert set(want[strategy]) <= set(found)
            for key, value in found.items():
                assert value == pytest.approx(want[strategy][key], rel=1e-10, abs=1e-12), (strategy, key, draw)


def test_base_case_equals_plain_loops() -> None:
    draws = BOOK.base()
    compare(hecon.run(MODEL, draws), draws)


def test_draws_equal_plain_loops() -> None:
    draws = BOOK.sample(4, seed=5)
    compare(hecon.run(MODEL, draws), draws)


def test_chunks_and_threads_change_nothing() -> None:
    draws = BOOK.sample(11, seed=2)
    whole = hecon.run(MODEL, draws, chunk=11, threads=1).values
    for chunk, threads in ((4, 1), (3, 2), (1, 2)):
        assert (hecon.run(MODEL, draws, chunk=chunk, threads=threads).values == whole).all()


def test_a_price_parameter_can_be_moved_after_the_run() -> None:
    draws = BOOK.sample(8, seed=9)
    moved = hecon.run(MODEL, draws).at_price("c_drug", 95_000.0)
    again = hecon.run(MODEL, BOOK.fix(c_drug=95_000.0))
    base = hecon.run(MODEL, BOOK.base()).at_price("c_drug", 95_000.0)
    assert base.values == pytest.approx(again.values, rel=1e-12)
    added = moved.cost("payer") - hecon.run(MODEL, draws).cost("payer")
    quantity = np.broadcast_to(draws["p_made"], 8) * 1.04**-0.5
    assert added[1] == pytest.approx(35_000.0 * quantity, rel=1e-9)
    assert added[0] == pytest.approx(np.zeros(8), abs=1e-9)
