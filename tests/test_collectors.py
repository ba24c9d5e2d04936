"""What a run keeps: years add up to totals, occupancy at times is the trace's, one draw holds every name."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.evaluate.collect import Occupancy

HERE = Path(__file__).parent
MODEL: Any = runpy.run_path(str(HERE / "hard" / "model.py"))["MODEL"]
BOOK = hecon.read_inputs(HERE / "hard" / "inputs")


def test_years_add_up_to_the_totals() -> None:
    draws = BOOK.sample(5, seed=2)
    result = hecon.run(MODEL, draws, keep=("by_year",))
    tree = hecon.run(MODEL, draws, keep=("by_state",))
    flows = {(p.strategy, p.kind, p.item): 0.0 for p in tree.kept["by_state"]}
    for (strategy, kind, item), (_, present) in result.kept["by_year"].items():
        flows[strategy, kind, item] = flows[strategy, kind, item] + present.sum(axis=0)
    once = {(t.kind, t.name): k for k, t in enumerate(result.items)}
    for (strategy, kind, item), total in flows.items():
        pieces = sum(p.value for p in tree.kept["by_state"] if (p.strategy, p.kind, p.item) == (strategy, kind, item))
        row = result.values[result.strategies.index(strategy), once[kind, item]]
        assert pieces == pytest.approx(row, rel=1e-12, abs=1e-12)
        if np.ndim(total) and np.all(total != 0):
            assert (np.abs(total) <= np.abs(row) * (1 + 1e-9) + 1e-9).all()


def test_occupancy_at_times_is_that_of_the_trace() -> None:
    result = hecon.run(MODEL, BOOK.base(), keep=("trace", Occupancy([0, 1])))
    for (strategy, _, state), found in result.kept["occupancy"].items():
        kept = result.kept["trace"][strategy]
        shares = [whole[state] for _, whole in (kept if isinstance(kept, list) else [kept]) if state in whole]
        assert any(np.isclose(found[0, 0], share[0, 0]) for share in shares)


def test_one_draw_holds_every_name_and_refuses_two() -> None:
    result = hecon.run(MODEL, BOOK.base(), keep=("one_draw",))
    for block, names in result.kept["one_draw"].items():
        assert {"t", "cycle_years"} <= set(names), block
        assert names["t"][0] == 0
    with pytest.raises(hecon.ModelError, match="takes one draw"):
        hecon.run(MODEL, BOOK.sample(2, seed=1), keep=("one_draw",))
