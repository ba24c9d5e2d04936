"""Sick-Sicker against its published tables (Alarid-Escudero et al. 2023) and against plain loops, draw by draw.

Numbers are in sick_sicker/expected.json; those of `start`, `end` and true Simpson were computed two ways elsewhere.
"""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon

HERE = Path(__file__).parent
CASE = HERE / "sick_sicker"
MODEL: Any = runpy.run_path(str(CASE / "model.py"))["model"]
ORACLE = runpy.run_path(str(HERE.parent / "oracles" / "sick_sicker.py"))
EXPECTED = json.loads((CASE / "expected.json").read_text())
BOOK = hecon.read_inputs(CASE / "inputs")
LABELS = ("Standard of care", "Strategy A", "Strategy B", "Strategy AB")

# cost, QALYs, undiscounted life-years; strategies in the order of LABELS
OTHER_METHODS = {
    "start": [
        (152983.168506, 21.521815, 56.727132),
        (286168.205263, 22.312128, 56.727132),
        (260492.056168, 22.989788, 59.624403),
        (380234.798953, 23.944722, 59.624403),
    ],
    "end": [
        (151541.412931, 20.554487, 56.194095),
        (285185.640776, 21.345544, 56.194095),
        (259490.974372, 22.032608, 59.170252),
        (379676.095741, 22.988969, 59.170252),
    ],
    "simpson": [
        (152281.754738, 21.03189, 56.461036),
        (285889.452912, 21.825937, 56.461036),
        (260222.079374, 22.504904, 59.397709),
        (380377.893552, 23.463831, 59.397709),
    ],
}


@pytest.mark.parametrize("method", ["darth-legacy", "half-cycle", "darth-none"])
def test_published_totals(method: str) -> None:
    result = hecon.run(MODEL(method), BOOK.base())
    want = EXPECTED["expected"][method]
    assert result.labels == tuple(row["strategy"] for row in want)
    assert result.cost("payer")[:, 0] == pytest.approx([row["cost"] for row in want], rel=1e-6)
    assert result.effect("qaly")[:, 0] == pytest.approx([row["qaly"] for row in want], rel=1e-6)


@pytest.mark.parametrize("method", list(OTHER_METHODS))
def test_totals_of_the_other_methods(method: str) -> None:
    result = hecon.run(MODEL(method), BOOK.base())
    cost, qaly, years = zip(*OTHER_METHODS[method], strict=True)
    assert result.cost("payer")[:, 0] == pytest.approx(cost, abs=1e-5)
    assert result.effect("qaly")[:, 0] == pytest.approx(qaly, abs=1e-6)
    assert result.effect("ly_undiscounted")[:, 0] == pytest.approx(years, abs=1e-6)


def test_published_incremental_table() -> None:
    table = hecon.incremental(hecon.run(MODEL("darth-legacy"), BOOK.base()), perspective="payer")
    assert table.basis == "deterministic"
    found = {row.label: row for row in table.rows}
    for want in EXPECTED["expected"]["icer_table_darth-legacy"]:
        row = found[want["Strategy"]]
        assert row.status == want["Status"]
        assert row.cost.mean == pytest.approx(want["Cost"], rel=1e-6)
        assert row.effect.mean == pytest.approx(want["Effect"], rel=1e-6)
        if want["ICER"] is not None:
            assert row.inc_cost is not None
            assert row.inc_cost.mean == pytest.approx(want["Inc_Cost"], rel=1e-6)
            assert row.icer.value == pytest.approx(want["ICER"], rel=1e-6)
    printed = [round(found[label].icer.value or 0) for label in ("Strategy B", "Strategy AB")]
    assert printed == [72_988, 125_764]
    assert found["Strategy A"].icer.value is None


@pytest.mark.parametrize(
    ("strategies", "key"),
    [(("standard", "strategy_a"), "trace_SoC_and_A"), (("strategy_b", "strategy_ab"), "trace_B_and_AB")],
)
def test_published_traces(strategies: tuple[str, ...], key: str) -> None:
    result = hecon.run(MODEL("half-cycle"), BOOK.base(), keep=("totals", "trace"))
    for strategy in strategies:
        times, occupancy = result.kept["trace"][strategy]
        assert times == pytest.approx(np.arange(76.0))
        for cycle, want in EXPECTED["expected"][key].items():
            row = int(cycle.removeprefix("cycle_"))
            found = [float(np.squeeze(occupancy[state][row])) for state in want]
            assert found == pytest.approx(list(want.values()), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("method", ["darth-legacy", "darth-none", "start", "end", "half-cycle", "simpson"])
def test_draws_equal_plain_loops(method: str) -> None:
    draws = BOOK.sample(5, seed=11)
    result = hecon.run(MODEL(method), draws)
    for draw in range(5):
        p = {name: float(np.broadcast_to(draws[name], 5)[draw]) for name in BOOK.parameters}
        for k, want in enumerate(ORACLE["totals"](p, method).values()):
            found = (result.cost("payer")[k, draw], result.effect()[k, draw], result.effect("ly_undiscounted")[k, draw])
            assert found == pytest.approx(want, rel=1e-10)


def test_a_price_moved_after_the_run_is_the_price_run_again() -> None:
    moved = hecon.run(MODEL("half-cycle"), BOOK.base()).at_price("c_trtA", 9000.0).at_price("c_trtB", 20_000.0)
    again = hecon.run(MODEL("half-cycle"), BOOK.fix(c_trtA=9000.0, c_trtB=20_000.0))
    assert moved.values == pytest.approx(again.values, rel=1e-12)


def test_psa_means_of_another_stream() -> None:
    """The published means come from 10,000 other draws, so both means carry their standard error."""
    result = hecon.run(MODEL("darth-legacy"), BOOK.sample(10_000, seed=1))
    for values, key in ((result.cost("payer"), "mean_cost"), (result.effect(), "mean_qaly")):
        error = np.sqrt(2) * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
        want = np.array([EXPECTED["psa_expected"][key][label] for label in LABELS])
        assert (np.abs(values.mean(axis=1) - want) < 3 * error).all()


def test_psa_probability_of_being_optimal() -> None:
    """Shares of 10,000 draws at each published threshold, within 4 standard errors of a difference of two shares."""
    result = hecon.run(MODEL("darth-legacy"), BOOK.sample(10_000, seed=1))
    for row in EXPECTED["psa_expected"]["by_wtp"]:
        best = (row["wtp"] * result.effect() - result.cost("payer")).argmax(axis=0)
        for k, label in enumerate(LABELS):
            want = row["prob_optimal"][label]
            error = np.sqrt(2 * max(want * (1 - want), 1e-4) / 10_000)
            assert abs((best == k).mean() - want) < 4 * error
