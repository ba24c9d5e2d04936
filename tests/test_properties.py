"""What must hold for any model: small cohorts with made-up probabilities, checked on every one hypothesis can think of.

The inputs are those of vectors/book; what varies is written into the formulas.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hecon
from hecon import Branch, Chance, Cost, DecisionTree, Leaf, MarkovModel, Strategy, Utility

BOOK = hecon.read_inputs(Path(__file__).parent / "vectors" / "book")
METHODS = ("start", "end", "half-cycle", "simpson")
few = settings(max_examples=20, deadline=None)


@st.composite
def transitions(draw: st.DrawFn) -> tuple[tuple[str, ...], dict[str, str]]:
    """One to three live states and `dead`, every live state able to reach every other; rows below 1 by construction."""
    live = tuple(f"s_{k}" for k in range(draw(st.integers(1, 3))))
    states = (*live, "dead")
    moves = {}
    for a in live:
        weights = [draw(st.floats(0.01, 1.0)) for _ in states]
        for b, weight in zip(states, weights, strict=True):
            if a != b:
                moves[f"{a} -> {b}"] = repr(weight / sum(weights))
    return states, moves


def cohort(shape: tuple[tuple[str, ...], dict[str, str]], method: str = "half-cycle", **more: Any) -> MarkovModel:
    """A model of ten yearly cycles that stands alone; its costs and utilities rest on the book."""
    states, moves = shape
    live = states[:-1]
    return replace(
        MarkovModel(
            title="made up",
            age="40",
            states=states,
            start=live[0],
            cycle="1 year",
            horizon="10 years",
            within_cycle=method,
            events="mid",
            discount={"cost": "0.03", "effect": "0.015"},
            discount_timing="continuous",
            let={"price": "c_ill", "hr": "1"},
            transitions=moves,
            outcomes=[
                Cost("care", dict.fromkeys(live, "price"), per="year", category="care", sector="health care"),
                Cost("fare", dict.fromkeys(live, "0.1 * price"), per="year", category="travel", sector="out-of-pocket"),
                Cost("work", "2 * price", on="* -> dead", category="productivity", sector="productivity"),
                Utility(dict.fromkeys(live, "u_ill")),
            ],
            strategies=[Strategy("only", "Only")],
        ),
        **more,
    )


@few
@given(shape=transitions(), share=st.floats(0.05, 0.95))
def test_traces_sum_to_the_mass_of_their_leaves_and_the_dead_never_fall(shape: Any, share: float) -> None:
    structure = cohort(shape, strategies=())
    tree = DecisionTree(
        title="a part goes on",
        age="40",
        discount={"cost": "0.03", "effect": "0.03"},
        discount_timing="continuous",
        strategies=[
            Strategy("part", "A part", Chance(Branch("on", repr(share), Leaf(structure)), Branch("off", "C", Leaf()))),
            Strategy("all", "All", Leaf(structure)),
        ],
    )
    kept = hecon.run(tree, BOOK.base(), keep=("totals", "trace")).kept["trace"]
    for strategy, mass in (("part", share), ("all", 1.0)):
        times, occupancy = kept[strategy]
        rows = np.stack([np.squeeze(occupancy[state]) for state in shape[0]])
        assert rows.shape == (len(shape[0]), len(times)) == (len(shape[0]), 11)
        assert rows.sum(axis=0) == pytest.approx(np.full(11, mass), abs=1e-12)
        assert (rows >= 0).all()
        assert (np.diff(rows[-1]) >= 0).all()


@few
@given(rates=st.lists(st.floats(0.0, 3.0), min_size=4, max_size=4), length=st.sampled_from(["1 year", "1 month"]))
def test_traces_of_rates_sum_to_one(rates: list[float], length: str) -> None:
    moves = dict(zip(("a -> b", "b -> a", "a -> dead", "b -> dead"), map(repr, rates), strict=True))
    model = cohort((("a", "b", "dead"), {}), transitions=None, rates=moves, cycle=length, horizon="10 cycles")
    _, occupancy = hecon.run(model, BOOK.base(), keep=("totals", "trace")).kept["trace"]["only"]
    rows = np.stack([np.squeeze(occupancy[state]) for state in ("a", "b", "dead")])
    assert rows.sum(axis=0) == pytest.approx(np.ones(11), abs=1e-11)
    assert (np.diff(rows[-1]) >= -1e-13).all()


@few
@given(shape=transitions(), order=st.permutations(range(3)), method=st.sampled_from(METHODS))
def test_the_order_of_strategies_does_not_matter(shape: Any, order: list[int], method: str) -> None:
    strategies = [Strategy(f"times_{k}", f"Price x {k}", let={"price": f"{k} * c_ill"}) for k in (1, 2, 3)]
    draws = BOOK.sample(5, seed=1)
    first = hecon.run(cohort(shape, method, strategies=strategies), draws)
    other = hecon.run(cohort(shape, method, strategies=[strategies[k] for k in order]), draws)
    assert other.items == first.items
    assert (other.values == first.values[list(order)]).all()


@few
@given(shape=transitions(), method=st.sampled_from(METHODS))
def test_a_hazard_ratio_of_one_is_the_comparator(shape: Any, method: str) -> None:
    dying = {move: f"hr_on_prob({text}, hr)" for move, text in shape[1].items() if move.endswith("-> dead")}
    strategies = [
        Strategy("comparator", "Comparator"),
        Strategy("same", "Hazard ratio 1", transitions=dying),
        Strategy("better", "Hazard ratio 0.7", let={"hr": "0.7"}, transitions=dying),
    ]
    result = hecon.run(cohort(shape, method, strategies=strategies), BOOK.sample(3, seed=1))
    assert result.values[1] == pytest.approx(result.values[0], rel=1e-12)
    assert (result.effect("ly")[2] > result.effect("ly")[0]).all()


@few
@given(shape=transitions(), method=st.sampled_from((*METHODS, "darth-none")))
def test_full_health_without_discounting_is_life_years(shape: Any, method: str) -> None:
    model = cohort(
        shape,
        method,
        outcomes=[Utility(dict.fromkeys(shape[0][:-1], "1"))],
        discount={"cost": "0", "effect": "0"},
    )
    result = hecon.run(model, BOOK.base())
    assert result.effect("qaly") == pytest.approx(result.effect("ly"), rel=1e-13)
    assert result.effect("ly") == pytest.approx(result.effect("ly_undiscounted"), rel=1e-13)


@few
@given(shape=transitions(), method=st.sampled_from(METHODS))
def test_no_prices_no_costs(shape: Any, method: str) -> None:
    result = hecon.run(cohort(shape, method), BOOK.fix(c_ill=0))
    assert (result.cost("societal") == 0).all()


@few
@given(shape=transitions(), method=st.sampled_from(METHODS))
def test_perspectives_differ_by_the_items_named(shape: Any, method: str) -> None:
    result = hecon.run(cohort(shape, method), BOOK.sample(4, seed=2))
    parts = result.split("name", "societal")
    assert list(parts) == ["care", "fare", "work"]
    assert (result.cost("payer") == parts["care"]).all()
    assert result.cost("health care sector") == pytest.approx(parts["care"] + parts["fare"], rel=1e-13)
    assert result.cost("societal") - result.cost("payer") == pytest.approx(parts["fare"] + parts["work"], rel=1e-9)


@few
@given(shape=transitions(), chunk=st.integers(1, 40), threads=st.integers(1, 3), method=st.sampled_from(METHODS))
def test_chunks_and_threads_change_nothing(shape: Any, chunk: int, threads: int, method: str) -> None:
    model, draws = cohort(shape, method), BOOK.sample(37, seed=3)
    whole = hecon.run(model, draws, chunk=37, threads=1)
    parts = hecon.run(model, draws, chunk=chunk, threads=threads)
    assert (parts.values == whole.values).all()
    assert (parts.draw == whole.draw).all()


@few
@given(shape=transitions(), method=st.sampled_from(METHODS))
def test_draws_are_the_runs_of_their_values(shape: Any, method: str) -> None:
    """A draw run alone, as fixed values, gives the same number as the draw among others."""
    model, draws = cohort(shape, method), BOOK.sample(3, seed=6)
    result = hecon.run(model, draws)
    for draw in range(3):
        fixed = {name: float(draws[name][draw]) for name in draws.names}
        alone = hecon.run(model, BOOK.fix(**fixed))
        assert alone.values[:, :, 0] == pytest.approx(result.values[:, :, draw], rel=1e-13)


def test_means_of_draws_are_the_base_case() -> None:
    """Costs are linear in the price, so their mean is the base case within 4 standard errors."""
    shape = (("well", "ill", "dead"), {"well -> ill": "0.2", "ill -> dead": "0.3"})
    model = cohort(shape, outcomes=[Cost("care", {"ill": "price"}, per="year", category="care", sector="health care")])
    draws = BOOK.sample(20_000, seed=8)
    for name in draws.names:
        values = np.asarray(draws[name])
        error = values.std(ddof=1) / np.sqrt(values.size)
        assert abs(values.mean() - BOOK.parameters[name].value) < 4 * error
    cost = hecon.run(model, draws).cost("payer")[0]
    base = hecon.run(model, BOOK.base()).cost("payer")[0, 0]
    assert abs(cost.mean() - base) < 4 * cost.std(ddof=1) / np.sqrt(cost.size)
