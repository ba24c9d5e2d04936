"""Age-dependent Sick-Sicker against its published table (Alarid-Escudero et al. 2023) and against plain loops.

Numbers are in sick_sicker_age_dependent/expected.json; the life table is US 2015, both sexes.
"""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon

HERE = Path(__file__).parent
CASE = HERE / "sick_sicker_age_dependent"
MODEL: Any = runpy.run_path(str(CASE / "model.py"))["model"]
ORACLE = runpy.run_path(str(HERE.parent / "oracles" / "sick_sicker_age_dependent.py"))
EXPECTED = json.loads((CASE / "expected.json").read_text())["expected"]
BOOK = hecon.read_inputs(CASE / "inputs")
DEATH_RATE = dict(
    zip(BOOK.tables["life_table"].index.astype(int).tolist(), BOOK.tables["life_table"].columns["mx"], strict=True)
)


def test_published_totals_need_the_weights_on_moves() -> None:
    result = hecon.run(MODEL("darth-legacy"), BOOK.base())
    assert result.labels == tuple(row["Strategy"] for row in EXPECTED["base_case"])
    assert result.cost("payer")[:, 0] == pytest.approx([row["Cost"] for row in EXPECTED["base_case"]], rel=1e-6)
    assert result.effect()[:, 0] == pytest.approx([row["Effect"] for row in EXPECTED["base_case"]], rel=1e-6)
    rounded = EXPECTED["published_rounded"]
    assert np.round(result.cost("payer")[:, 0]).tolist() == rounded["cost"]
    assert np.round(result.effect()[:, 0], 3).tolist() == rounded["qaly"]


def test_published_incremental_table() -> None:
    table = hecon.incremental(hecon.run(MODEL("darth-legacy"), BOOK.base()), perspective="payer")
    found = {row.label: row for row in table.rows}
    for want in EXPECTED["icer_table"]:
        row = found[want["Strategy"]]
        assert row.status == want["Status"]
        if want["ICER"] is not None:
            assert row.icer.value == pytest.approx(want["ICER"], rel=1e-6)
    assert [round(found[label].icer.value or 0) for label in ("Strategy B", "Strategy AB")] == [65_288, 104_461]


@pytest.mark.parametrize(("strategy", "key"), [("standard", "trace_SoC"), ("strategy_b", "trace_B")])
def test_published_traces(strategy: str, key: str) -> None:
    result = hecon.run(MODEL("darth-legacy"), BOOK.base(), keep=("totals", "trace"))
    times, occupancy = result.kept["trace"][strategy]
    assert times == pytest.approx(np.arange(76.0))
    for cycle, want in EXPECTED[key].items():
        row = int(cycle.removeprefix("cycle_"))
        found = [float(np.squeeze(occupancy[state][row])) for state in want]
        assert found == pytest.approx(list(want.values()), rel=1e-9, abs=1e-12)
    alive = sum(np.squeeze(occupancy[state]) for state in ("H", "S1", "S2"))
    if strategy == "standard":
        wanted = EXPECTED["epidemiology_SoC"]
        assert alive.sum() == pytest.approx(wanted["life_expectancy_sum_of_survival_rows_0_to_75"], rel=1e-9)
        prevalence = float(np.squeeze(occupancy["S1"])[50] / alive[50])
        assert prevalence == pytest.approx(wanted["prevalence_S1_cycle_50"], rel=1e-9)


def test_draws_equal_plain_loops() -> None:
    draws = BOOK.sample(5, seed=3)
    result = hecon.run(MODEL("darth-legacy"), draws)
    for draw in range(5):
        p = {name: float(np.broadcast_to(draws[name], 5)[draw]) for name in BOOK.parameters}
        for k, want in enumerate(ORACLE["totals"](p, DEATH_RATE).values()):
            found = (result.cost("payer")[k, draw], result.effect()[k, draw])
            assert found == pytest.approx(want, rel=1e-10)


def test_only_the_legacy_method_weights_moves() -> None:
    """With no rewards in states, any other method leaves a transition's cost whole: they all agree."""
    zero = BOOK.fix(c_H=0, c_S1=0, c_S2=0, c_trtA=0, c_trtB=0)
    methods = ("start", "end", "half-cycle", "simpson", "darth-none")
    first, *others = [hecon.run(MODEL(method), zero).cost("payer")[:, 0] for method in methods]
    for other in others:
        assert other == pytest.approx(first, rel=1e-12)
    legacy = hecon.run(MODEL("darth-legacy"), zero).cost("payer")[:, 0]
    assert (np.abs(legacy / first - 1) > 1e-3).all()
