"""The engine against itself and against linear algebra: closed forms, chunks, threads, matrix exponentials, prices, years."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

import hecon
from hecon import Cost, Count, DecisionTree, Leaf, MarkovModel, Parameter, Strategy, Tunnel, Utility
from hecon.evaluate.compile.arrays import add_rows, weighted
from hecon.evaluate.engine.cohort import uniformise

HERE = Path(__file__).parent
HARD: Any = runpy.run_path(str(HERE / "hard" / "model.py"))["MODEL"]
HARD_BOOK = hecon.read_inputs(HERE / "hard" / "inputs")
CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
BOOK = hecon.make_book(
    "engine",
    [
        Parameter(name="x_share", value=0.5, distribution="beta", par1=5, par2=5),
        Parameter(name="c_bed", value=100.0, distribution="gamma", par1=25, par2=4),
        Parameter(name="price", value=7.0),
    ],
    settings={"levers": "price c_bed"},
)
few = settings(max_examples=30, deadline=None)
METHODS = ("start", "end", "half-cycle", "simpson", "darth-legacy", "darth-none")


def constant_model(
    size: int, weights: list[float], by: str, method: str, cycles: int, rates: tuple[float, float]
) -> MarkovModel:
    """A cohort whose moves never change; `x_share` makes them uncertain."""
    states = tuple(f"s_{k}" for k in range(size))
    scale = "x_share" if by == "transitions" else "2 * x_share"
    moves = {
        f"{a} -> {b}": f"{scale} * {weights[i * size + j] / sum(weights[i * size : i * size + size])!r}"
        for i, a in enumerate(states[:-1])
        for j, b in enumerate(states)
        if i != j
    }
    return MarkovModel(
        states, "1 year", f"{cycles} years", method, "mid", outcomes=[
            Cost("care", dict.fromkeys(states[:-1], "c_bed"), per="year", **CARE),
            Cost("end", "3 * c_bed", on=f"* -> {states[-1]}", **CARE),
            Utility({states[0]: "0.8"}),
            Count("first", "1", on=f"{states[0]} -> *"),
        ], title="Constant", strategies=[Strategy("only")], start=states[0], dead=states[-1:],
        discount={"cost": repr(rates[0]), "effect": repr(rates[1])}, discount_timing="continuous", **{by: moves},
    )  # fmt: skip


@few
@given(
    size=st.integers(2, 4),
    weights=st.lists(st.floats(0.01, 1), min_size=16, max_size=16),
    by=st.sampled_from(["transitions", "rates"]),
    method=st.sampled_from(METHODS),
    cycles=st.integers(1, 90),
    rates=st.tuples(st.floats(0, 0.1), st.floats(0, 0.1)),
)
def test_repeated_squaring_equals_walking(
    size: int, weights: list[float], by: str, method: str, cycles: int, rates: tuple[float, float]
) -> None:
    """A trace asked for is a cohort walked; without one, sums come from powers of the matrix."""
    model = constant_model(size, weights, by, method, cycles, rates)
    draws = BOOK.sample(5, seed=1)
    squared = hecon.run(model, draws).values
    walked = hecon.run(model, draws, keep=("totals", "trace")).values
    assert squared == pytest.approx(walked, rel=1e-12, abs=1e-12)


def test_squaring_is_what_short_runs_use() -> None:
    """So that the test above compares two things: this model needs no walk."""
    from hecon.evaluate.prepare import prepare

    model = constant_model(3, [0.5] * 9, "transitions", "half-cycle", 1000, (0.03, 0.03))
    assert prepare(model, BOOK.sample(5, seed=1), ("totals",)).plan.closed
    assert not prepare(model, BOOK.sample(5, seed=1), ("totals", "trace")).plan.closed


def all_kept(result: Any) -> list[Any]:
    """Every array of a result, so that nothing escapes the comparison."""
    trace = [
        x
        for runs in result.kept["trace"].values()
        for _, one in (runs if isinstance(runs, list) else [runs])
        for x in one.values()
    ]
    years = [result.kept["ledger"].undiscounted, result.kept["ledger"].discounted]
    checks = [x for one in result.kept["checks"] for x in (one.value, one.target)]
    levers = [one.quantity for one in result.levers]
    return [result.values, result.draw, *trace, *years, *checks, *levers, *(p.value for p in result.kept["by_state"])]


@pytest.mark.parametrize(("chunk", "threads"), [(1, 1), (7, 1), (64, 1), (64, 3), (7, 4), (None, None)])
def test_chunks_and_threads_change_no_bit(chunk: int | None, threads: int | None) -> None:
    """Tunnels, rates, weekly cycles, costs that change over time; 130 draws are two chunks of 64 and a rest."""
    draws = HARD_BOOK.sample(17 if chunk == 1 else 130, seed=6)
    keep = ("totals", "trace", "ledger", "by_state")
    whole = hecon.run(HARD, draws, keep=keep, chunk=draws.n, threads=1)
    parts = hecon.run(HARD, draws, keep=keep, chunk=chunk, threads=threads)
    for one, other in zip(all_kept(whole), all_kept(parts), strict=True):
        assert one.shape == other.shape
        assert (one == other).all()


@pytest.mark.parametrize("by", ["transitions", "rates"])
def test_chunks_change_no_bit_of_squared_cohorts(by: str) -> None:
    model = constant_model(4, [0.1 * k + 0.05 for k in range(16)], by, "half-cycle", 80, (0.04, 0.015))
    draws = BOOK.sample(130, seed=2)
    whole = hecon.run(model, draws, chunk=130, threads=1).values
    for chunk in (1, 7, 64):
        assert (hecon.run(model, draws, chunk=chunk).values == whole).all()


def test_a_draw_does_not_know_its_neighbours() -> None:
    draws = HARD_BOOK.sample(20, seed=3)
    whole = hecon.run(HARD, draws).values
    part = hecon.run(HARD, draws.take(slice(5, 6)))
    assert (part.values[:, :, 0] == whole[:, :, 5]).all()
    assert part.draw.tolist() == [5]


@few
@given(
    rates=st.lists(st.floats(0, 4), min_size=12, max_size=12),
    years=st.sampled_from([1 / 52, 1 / 12, 0.25, 1.0]),
    start=st.integers(0, 3),
)
def test_uniformisation_is_the_matrix_exponential(rates: list[float], years: float, start: int) -> None:
    q = np.zeros((4, 4))
    q[~np.eye(4, dtype=bool)] = rates
    q -= np.diag(q.sum(axis=1))
    moves = {(a, b): np.array([q[a, b] * years]) for a in range(4) for b in range(4) if a != b}
    state = [np.array([1.0 if k == start else 0.0]) for k in range(4)]
    after, counted = uniformise(state, moves, [(0, 1)], "test")
    assert np.concatenate(after) == pytest.approx(expm(q * years)[start], abs=1e-13)
    wide = np.zeros((5, 5))  # expected moves 0 -> 1: the integral of time in 0, times the rate
    wide[:4, :4], wide[0, 4] = q, q[0, 1]
    assert counted[0, 1][0] == pytest.approx(expm(wide * years)[start, 4], abs=1e-12)


def test_monthly_rates_for_sixty_years_equal_one_exponential() -> None:
    rates = {("a", "b"): 0.15, ("a", "dead"): 0.02, ("b", "a"): 0.05, ("b", "dead"): 0.1}
    model = MarkovModel(
        ("a", "b", "dead"), "1 month", "60 years", "start", "mid", title="Rates", strategies=[Strategy("only")], start="a",
        rates={f"{a} -> {b}": repr(rate) for (a, b), rate in rates.items()},
        discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
    )  # fmt: skip
    _, trace = hecon.run(model, BOOK.base(), keep=("trace",)).kept["trace"]["only"]
    q = np.array([[-0.17, 0.15, 0.02], [0.05, -0.15, 0.1], [0, 0, 0]])
    found = np.stack([trace[state][:, 0] for state in ("a", "b", "dead")], axis=1)
    for row in (1, 12, 240, 720):
        assert found[row] == pytest.approx(expm(q * row / 12)[0], abs=1e-13)


def test_a_price_changed_afterwards_is_the_price_run() -> None:
    """Levers: linear parts are moved without a run, for items that mix them with other things."""
    structure = MarkovModel(
        ("well", "ill", "dead"), "3 months", "5 years", "half-cycle", "mid", tunnels={"ill": Tunnel(8, last="stay")},
        transitions={"well -> ill": "0.1 * x_share", "ill -> dead": "0.2 * exp(-state_time)"},
        outcomes=[
            Cost("drug", {"well": "price * (1 - 0.1 * t) + 5", "ill": "2 * price * exp(-state_time)"}, per="year", **CARE),
            Cost("bed", "c_bed / 4 - price", on="well -> ill", **CARE),
            Cost("scan", {"well": "3 * price"}, at="1 year", **CARE),
            Cost("other", "c_bed ** 2", on="* -> dead", **CARE),
        ],
    )  # fmt: skip
    drug = Strategy(
        "drug", to=Leaf(structure, start="well"), lasts="0.25", outcomes=[Cost("upfront", "x_share * price", **CARE)]
    )
    model = DecisionTree(
        "Levers", [drug, Strategy("none", to=Leaf())], {"cost": "0.03", "effect": "0.03"}, "continuous"
    )
    draws = BOOK.sample(6, seed=9)
    result = hecon.run(model, draws)
    moved, again = result.at_price("price", 11.0), hecon.run(model, draws.fix(price=11.0))
    assert moved.values == pytest.approx(again.values, rel=1e-12, abs=1e-10)
    assert np.abs(again.values - result.values).max() > 1
    assert {(one.name, one.item) for one in result.levers} == {
        ("price", "drug"), ("price", "bed"), ("price", "scan"), ("price", "upfront"),
    }  # fmt: skip
    assert result.not_linear["c_bed"].endswith("other: it stands in a power")  # so that its part of bed is none either
    assert all((one.quantity[1] == 0).all() for one in result.levers)


def test_years_add_up_to_the_totals() -> None:
    """Flows, moves, dated amounts, what trees pay at once; levers and waits that differ by draw included."""
    result = hecon.run(HARD, HARD_BOOK.sample(3, seed=8), keep=("totals", "ledger"))
    ledger = result.kept["ledger"]
    assert ledger.discounted.sum(axis=2) == pytest.approx(result.values, rel=1e-12, abs=1e-12)


def test_undiscounted_years_by_hand() -> None:
    model = MarkovModel(
        ("well", "dead"), "6 months", "2 years", "start", "start", title="Years", strategies=[Strategy("only")], start="well",
        transitions={"well -> dead": "0.5"}, discount={"cost": "0.1", "effect": "0"}, discount_timing="continuous",
        outcomes=[Cost("care", {"well": "16"}, per="year", **CARE), Cost("end", "16", on="well -> dead", **CARE)],
    )  # fmt: skip
    ledger = hecon.run(model, BOOK.base(), keep=("ledger",)).kept["ledger"]
    assert ledger.of("only", "cost", "care", discounted=False)[:, 0].tolist() == [12, 3]  # 8 x (1, .5, .25, .125)
    present = ledger.of("only", "cost", "care")[:, 0]
    assert present == pytest.approx([8 + 4 / 1.1**0.5, 2 / 1.1 + 1 / 1.1**1.5], rel=1e-14)
    assert ledger.of("only", "cost", "end", discounted=False)[:, 0].tolist() == [12, 3]  # 16 x (.5, .25, .125, .0625)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (16, 1), (16, 3), (200, 1), (200, 64)])
def test_rows_are_added_in_order(shape: tuple[int, int]) -> None:
    """numpy adds a long single column in pairs; a draw alone must get the sum it gets among others."""
    x = np.random.default_rng(1).lognormal(0, 20, shape)
    want = np.zeros(shape[1])
    for row in x:
        want = want + row
    assert (add_rows(x) == want).all()
    assert all((add_rows(np.ascontiguousarray(x[:, k : k + 1])) == want[k]).all() for k in range(shape[1]))


@pytest.mark.parametrize("rows", [1, 2, 16, 17])
def test_a_weighted_sum_of_a_draw_does_not_see_its_neighbours(rows: int) -> None:
    rng = np.random.default_rng(rows)
    x, weights = rng.normal(size=(rows, 4099)), rng.normal(size=rows)
    want = weighted(x, weights)
    assert want == pytest.approx(add_rows(x * weights[:, None]), rel=1e-13, abs=1e-15)
    for first, width in ((0, 1), (4098, 1), (1, 2), (5, 3), (17, 8), (3, 15), (100, 2000)):
        part = np.ascontiguousarray(x[:, first : first + width])
        assert (weighted(part, weights) == want[first : first + width]).all(), (first, width)


@pytest.mark.parametrize("method", METHODS[:4])
@pytest.mark.parametrize("cycles", [1, 2, 15, 16, 33])
def test_amounts_that_no_draw_changes_and_those_that_one_does_come_to_the_same(method: str, cycles: int) -> None:
    """The former are weights of the occupancy, the latter are multiplied with time spent; both change within a tile."""
    amounts = ("where(cycle < 5, 3, 1) * exp(-0.1 * t)", "where(cycle < 5, 3, 1) * exp(-0.1 * t * x_share / x_share)")
    totals = []
    for amount in amounts:
        model = MarkovModel(
            ("well", "dead"), "1 year", f"{cycles} years", method, "mid", transitions={"well -> dead": "0.1 * x_share"},
            outcomes=[Cost("care", {"well": amount}, per="year", **CARE)], title="Weighed", strategies=[Strategy("only")],
            start="well", discount={"cost": "0.03", "effect": "0"}, discount_timing="continuous",
        )  # fmt: skip
        totals.append(hecon.run(model, BOOK.sample(7, seed=3)).cost("payer"))
    assert totals[0] == pytest.approx(totals[1], rel=1e-13)


@pytest.mark.parametrize("shape", [-0.7, 0.0, 0.7])
def test_a_weibull_curve_written_as_a_power_is_that_power(shape: float) -> None:
    """Spelled with logarithms inside, its first row, at time 0, included."""
    book = hecon.make_book(
        "weibull",
        [
            Parameter(name="shape_log", value=shape, distribution="normal", par1=shape, par2=0.1),
            Parameter(name="scale_log", value=0.5, distribution="normal", par1=0.5, par2=0.1),
        ],
    )
    model = hecon.PartitionedSurvival(
        states=("alive", "dead"), curves={"alive": "exp(-(t / exp(scale_log)) ** exp(shape_log))"}, crossing="error",
        cycle="1 year", horizon="20 years", within_cycle="start", events="mid", outcomes=[Utility({"alive": "1"})],
        title="Weibull", strategies=[Strategy("only")], discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
    )  # fmt: skip
    draws = book.sample(50, seed=1)
    t = np.arange(20.0)[:, None]
    want = np.exp(-((t / np.exp(draws["scale_log"])) ** np.exp(draws["shape_log"]))).sum(axis=0)
    assert hecon.run(model, draws).effect()[0] == pytest.approx(want, rel=1e-13)


def test_progress_is_told_in_draws() -> None:
    done: list[int] = []
    hecon.run(HARD, HARD_BOOK.sample(20, seed=1), chunk=8, threads=1, progress=done.append)
    assert done == [8, 8, 4]


def test_branches_of_where_that_are_not_taken_do_no_harm() -> None:
    """Both sides are evaluated in numpy; a division by 0 in the side not taken is neither an error nor a warning."""
    model = DecisionTree(
        "Where",
        [Strategy("only", to=Leaf(outcomes=[Cost("x", "5 if price == 7 else 1 / (price - 7)", **CARE)]))],
        {"cost": "0", "effect": "0"},
        "continuous",
    )
    assert hecon.run(model, BOOK.base()).cost("payer")[0, 0] == 5
    assert hecon.run(model, BOOK.fix(price=9)).cost("payer")[0, 0] == 0.5


def test_a_model_changed_in_place_is_prepared_anew() -> None:
    let = {"x_now": "1"}
    tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[Cost("c", "x_now", category="c", sector="other")]))],
                        {"cost": "0", "effect": "0"}, "continuous", let=let)  # fmt: skip
    book = hecon.make_book("demo", [])
    assert hecon.run(tree, book.base()).cost("societal").tolist() == [[1.0]]
    let["x_now"] = "2"
    assert hecon.run(tree, book.base()).cost("societal").tolist() == [[2.0]]
