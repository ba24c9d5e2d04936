"""A collector in ten lines, and a two-instalment payment scheme written as formulas: the second half if well at a year.

One structure with a payment at 12 months; strategies differ in what falls then. hecon knows nothing of schemes.
"""

import runpy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Cost, DecisionTree, Leaf, Strategy

HERE = Path(__file__).parent
BOOK = hecon.read_inputs(HERE / "inputs")
EPISODES: Any = runpy.run_path(str(HERE / "model.py"))["EPISODES"]
UPFRONT = {"category": "upfront", "sector": "health care"}
AT_TIME = Cost("drug_second", {"well": "second_payment"}, at="12 months", **UPFRONT)
BY_CYCLE = Cost("drug_second", {"well": "where(cycle == 12, second_payment, 0)"}, per="cycle", **UPFRONT)


class RelapsesByYear:
    """Relapses in each year of the structure, (year, draw) by strategy: milestones without a trace per draw."""

    name = "relapses_by_year"

    def wants(self, block: Any) -> list[str]:
        return ["transitions[well -> relapsed]"]

    def start(self, block: Any, draws: int) -> Any:
        return np.zeros((10, draws))

    def take(self, store: Any, block: Any, first: int, values: Mapping[str, Any]) -> None:
        for row, moved in enumerate(values["transitions[well -> relapsed]"][: 120 - first]):
            store[(first + row) // 12] += moved

    def join(self, blocks: Sequence[Any], stores: Mapping[str, Sequence[Any]]) -> Any:
        return {block.strategy: np.concatenate(stores[block.name], axis=1) for block in blocks}


def schemes(second: Cost) -> DecisionTree:
    """No treatment, treatment paid at once, and treatment paid in two halves."""
    paying = replace(EPISODES, let={**EPISODES.let, "second_payment": "0"}, outcomes=[*EPISODES.outcomes, second])
    half = [Cost("drug_first", "0.5 * c_drug", **UPFRONT)]
    return DecisionTree(
        title="One price, two ways to pay",
        age="age_start",
        discount={"cost": "dr_cost", "effect": "dr_effect"},
        discount_timing="continuous",
        strategies=[
            Strategy("none", "No treatment", Leaf(to=paying, start="well"), let={"hr_arm": "1"}),
            Strategy(
                "at_once",
                "Paid at once",
                Leaf(to=paying, start="well", outcomes=[Cost("drug_first", "c_drug", **UPFRONT)]),
                let={"hr_arm": "hr_drug"},
            ),
            Strategy(
                "instalments",
                "Half now, half at a year if still well",
                Leaf(to=paying, start="well", let={"second_payment": "0.5 * c_drug"}, outcomes=half),
                let={"hr_arm": "hr_drug"},
            ),
        ],
    )


@pytest.mark.parametrize(("chunk", "threads"), [(7, 1), (3, 1), (2, 2)])
def test_a_collector_sees_every_row_of_every_draw_once(chunk: int, threads: int) -> None:
    draws = BOOK.sample(7, seed=1)
    result = hecon.run(schemes(AT_TIME), draws, keep=("totals", RelapsesByYear()), chunk=chunk, threads=threads)
    kept = result.kept["relapses_by_year"]
    assert list(kept) == list(result.strategies)
    for k, strategy in enumerate(result.strategies):
        assert kept[strategy].shape == (10, 7)
        assert kept[strategy].sum(axis=0) == pytest.approx(result.effect("count", "relapses")[k], rel=1e-12)
        assert (kept[strategy][0] > kept[strategy][9]).all()


def test_two_instalments() -> None:
    result = hecon.run(schemes(AT_TIME), BOOK.base(), keep=("totals", "trace"))
    times, occupancy = result.kept["trace"]["instalments"]
    assert times[12] == pytest.approx(1.0)
    well = float(np.squeeze(occupancy["well"])[12])
    price, rate = BOOK.parameters["c_drug"].value, BOOK.parameters["dr_cost"].value
    found = result.split("name", "payer")
    assert found["drug_first"][:, 0].tolist() == [0.0, price, price / 2]
    assert found["drug_second"][:, 0] == pytest.approx([0.0, 0.0, 0.5 * price * well / (1 + rate)], rel=1e-12)
    others = result.cost("payer") - found["drug_first"] - found["drug_second"]
    assert others[1] == pytest.approx(others[2], rel=1e-12)
    assert result.effect()[1] == pytest.approx(result.effect()[2], rel=1e-12)


def test_the_scheme_holds_for_every_draw_and_price() -> None:
    """Cost is linear in the price parameter: a price changed afterwards is the price run again."""
    result = hecon.run(schemes(AT_TIME), BOOK.sample(6, seed=4))
    paid = result.split("name", "payer")
    dearer = result.at_price("c_drug", 80_000.0).split("name", "payer")
    for name in ("drug_first", "drug_second"):
        assert dearer[name] == pytest.approx(paid[name] * 80_000.0 / 60_000.0, rel=1e-12)
    assert (paid["drug_second"][2] > 0).all()
    assert (paid["drug_second"][2] < 0.5 * 60_000.0).all()
    moved = hecon.run(schemes(AT_TIME), BOOK.base()).at_price("c_drug", 80_000.0)
    again = hecon.run(schemes(AT_TIME), BOOK.fix(c_drug=80_000.0))
    assert moved.values == pytest.approx(again.values, rel=1e-12)


def test_a_payment_at_a_time_is_a_flow_in_one_cycle() -> None:
    """12 months is the start of cycle 12: the same where cycles are counted as at their start."""
    book = replace(BOOK, settings={**BOOK.settings, "within_cycle": "start"})
    one, other = (hecon.run(schemes(item), book.base()).values for item in (AT_TIME, BY_CYCLE))
    assert one == pytest.approx(other, rel=1e-12)
