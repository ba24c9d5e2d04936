"""What a run keeps: years add up to totals, occupancy at times is the trace's, one draw holds every name."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.evaluate.keep.collectors import Occupancy

HERE = Path(__file__).parent
MODEL: Any = runpy.run_path(str(HERE / "hard" / "model.py"))["MODEL"]
BOOK = hecon.read_inputs(HERE / "hard" / "inputs")


def test_occupancy_at_times_is_that_of_the_trace() -> None:
    result = hecon.run(MODEL, BOOK.base(), keep=("trace", Occupancy([0, 1])))
    for (strategy, _, state), found in result.kept["occupancy"].shares.items():
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
