"""Structures by hand: weights, moves by pattern, payments at a time, starts, overrides, blocks, delays, tunnels.

Published vectors are in test_state_transition_vectors.py, test_discount_vectors.py and test_tree_vectors.py.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import (
    QALY,
    Branch,
    Chance,
    Cost,
    Count,
    Decision,
    DecisionTree,
    Leaf,
    LifeYears,
    MarkovModel,
    ModelError,
    Option,
    Parameter,
    Strategy,
    Tunnel,
    Utility,
)
from hecon.evaluate.compile.arrays import flow_weight
from hecon.structure.clock import clock, years
from hecon.structure.lowering import lower

WANT = json.loads((Path(__file__).parent / "vectors" / "state_transition.json").read_text())
CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
BOOK = hecon.make_book(
    "structures",
    [
        Parameter(name="p_half", value=0.5),
        Parameter(name="d_wait", value=0.5, distribution="uniform", par1=0.0, par2=1.0),
        Parameter(name="hr_drug", value=0.5, distribution="lognormal", par1=-0.7, par2=0.1, mean_differs="by hand"),
    ],
)


def cohort(**changes: Any) -> MarkovModel:
    """Four years; each year half of the well fall ill and a quarter of the ill die; nothing is discounted."""
    given: dict[str, Any] = {
        "states": ("well", "ill", "dead"), "cycle": "1 year", "horizon": "4 years", "within_cycle": "start",
        "events": "start", "transitions": {"well -> ill": "p_half", "ill -> dead": "0.25"}, "title": "By hand",
        "strategies": [Strategy("only")], "start": "well", "discount": {"cost": "0", "effect": "0"},
        "discount_timing": "continuous",
    }  # fmt: skip
    return MarkovModel(**{**given, **changes})


def tree(*strategies: Strategy, **changes: Any) -> DecisionTree:
    given: dict[str, Any] = {"discount": {"cost": "0", "effect": "0"}, "discount_timing": "continuous"}
    return DecisionTree("By hand", list(strategies), **{**given, **changes})


def total(model: Any, kind: str, name: str, strategy: int = 0, draws: Any = None) -> float:
    result = hecon.run(model, draws or BOOK.base())
    return float(result.values[strategy, result.select(kind=kind, name=name)[0], 0])


# occupancy of well: 1, .5, .25, .125, .0625; of ill: 0, .5, .625, .59375, .5078125
WELL = np.array([1, 0.5, 0.25, 0.125, 0.0625])
ILL = np.array([0, 0.5, 0.625, 0.59375, 0.5078125])


@pytest.mark.parametrize(
    ("method", "n", "key"),
    [
        ("start", 10, "start"),
        ("end", 10, "end"),
        ("darth-none", 10, "sum_all_n+1"),
        ("half-cycle", 10, "half_cycle=trapezoid=life_table"),
        ("simpson", 10, "simpson"),
        ("darth-legacy", 10, "darth_swapped_weights"),
        ("simpson", 9, "odd n=9 simpson+3/8 tail"),
        ("half-cycle", 9, "odd n=9 trapezoid"),
    ],
)
def test_weights_on_exponential_survival(method: str, n: int, key: str) -> None:
    rows = np.arange(n + 1.0)
    weights = flow_weight(method, rows, n)
    assert weights @ np.exp(-0.2 * rows) == pytest.approx(WANT["wcc_exponential"][key], rel=1e-12)
    beyond = flow_weight(method, np.array([-1.0, n + 1.0]), n)
    assert beyond.tolist() == [0, 0]


@pytest.mark.parametrize("n", range(1, 13))
@pytest.mark.parametrize("method", ["start", "end", "half-cycle", "simpson"])
def test_weights_add_up_to_the_cycles(method: str, n: int) -> None:
    assert flow_weight(method, np.arange(n + 1.0), n).sum() == pytest.approx(n, rel=1e-14)


def test_simpson_is_exact_for_cubics() -> None:
    for n in (2, 3, 4, 5, 8, 9):
        rows = np.arange(n + 1.0)
        assert flow_weight("simpson", rows, n) @ rows**3 == pytest.approx(n**4 / 4, rel=1e-13)


def test_time_as_text() -> None:
    assert [float(years(text)) for text in ("3 months", "26 weeks", "1461 days", "1.5 years")] == [0.25, 0.5, 4, 1.5]
    assert clock("1 week", "2 years").cycles == 104
    assert clock("1 month", "18 cycles").cycles == 18
    for bad in ("1 fortnight", "year", "-1 year", "1", ""):
        with pytest.raises(ModelError, match="is not a length of time"):
            years(bad)
    with pytest.raises(
        ModelError, match=r"4\.5 cycles of '2 years', not a whole number: write '4 cycles' or '5 cycles'"
    ):
        clock("2 years", "9 years")


def test_flows_per_year_and_per_cycle() -> None:
    model = cohort(
        cycle="6 months", horizon="8 cycles",
        outcomes=[Cost("a", {"well": "10", "ill": "100"}, per="year", **CARE), Cost("b", {"ill": "1"}, per="cycle", **CARE)],
    )  # fmt: skip
    result = hecon.run(model, BOOK.base(), keep=("trace",))
    _, trace = result.kept["trace"]["only"]
    well, ill = trace["well"][:8, 0].sum(), trace["ill"][:8, 0].sum()
    assert result.cost("payer")[0, 0] == pytest.approx(0.5 * (10 * well + 100 * ill) + ill, rel=1e-14)
    assert result.effect("ly_undiscounted")[0, 0] == pytest.approx(0.5 * (well + ill), rel=1e-14)


@pytest.mark.parametrize(("flows", "shift"), [("start", 0.0), ("mid", 0.5), ("end", 1.0)])
def test_the_mean_flow_of_a_cycle_is_discounted_at_one_time(flows: str, shift: float) -> None:
    """The mean of a cycle's two ends, discounted at its start, middle or end."""
    rate = {"cost": "0.1", "effect": "0"}
    model = cohort(
        within_cycle="half-cycle", flows=flows, discount=rate, outcomes=[Cost("a", {"well": "1"}, per="year", **CARE)]
    )
    want = sum((WELL[k] + WELL[k + 1]) / 2 / 1.1 ** (k + shift) for k in range(4))
    assert total(model, "cost", "a") == pytest.approx(want, rel=1e-13)
    assert total(model, "ly_undiscounted", "life_years") == pytest.approx(
        ((WELL + ILL)[:-1] + (WELL + ILL)[1:]).sum() / 2
    )
    with pytest.raises(
        ModelError, match=f'flows="{flows}" averages a cycle\'s two ends: it needs within_cycle="half-cycle"'
    ):
        hecon.run(cohort(flows=flows), BOOK.base())


@pytest.mark.parametrize(("events", "shift"), [("start", 0.0), ("mid", 0.5), ("end", 1.0)])
def test_events_are_discounted_at_their_time_in_the_cycle(events: str, shift: float) -> None:
    model = cohort(
        events=events, discount={"cost": "0.1", "effect": "0"}, outcomes=[Cost("falls", "7", on="well -> ill", **CARE)]
    )
    want = sum(7 * WELL[k] / 2 / 1.1 ** (k + shift) for k in range(4))
    assert total(model, "cost", "falls") == pytest.approx(want, rel=1e-13)


@pytest.mark.parametrize(
    ("on", "want"),
    [
        ("well -> ill", WELL[:4].sum() / 2),
        ("well->ill", WELL[:4].sum() / 2),
        ("well -> *", WELL[:4].sum() / 2),
        ("ill -> *", ILL[:4].sum() / 4),
        ("* -> dead", ILL[:4].sum() / 4),
        ("* -> ill", WELL[:4].sum() / 2),
        ("* -> *", WELL[:4].sum() / 2 + ILL[:4].sum() / 4),
        ("ill -> ill", ILL[:4].sum() * 0.75),  # staying is a move when it is named
    ],
)
def test_moves_by_pattern(on: str, want: float) -> None:
    assert total(cohort(outcomes=[Count("n", "1", on=on)]), "count", "n") == pytest.approx(want, rel=1e-14)


def test_moves_of_rates_are_counted_within_the_cycle() -> None:
    """One-year cycles: of those who fall ill and die within the cycle both moves are counted."""
    model = cohort(
        transitions=None, rates={"well -> ill": "2", "ill -> dead": "3"}, horizon="1 year",
        outcomes=[Count("falls", "1", on="well -> ill"), Count("deaths", "1", on="* -> dead")],
    )  # fmt: skip
    fallen = 1 - np.exp(-2)
    still_ill = 2 * (np.exp(-2) - np.exp(-3))
    assert total(model, "count", "falls") == pytest.approx(fallen, rel=1e-13)
    assert total(model, "count", "deaths") == pytest.approx(fallen - still_ill, rel=1e-12)


def test_amounts_once_at_a_time_and_per_move() -> None:
    model = cohort(
        discount={"cost": "0.1", "effect": "0.2"},
        outcomes=[
            Cost("entry", "40", **CARE),
            Cost("scan", {"well": "8", "ill": "80"}, at="2 years", **CARE),
            QALY("fall", "-0.1", on="well -> ill"),
            QALY("lift", {"ill": "0.5"}, at="12 months"),
            Utility({"well": "1", "ill": "0.5"}),
            Utility({"ill": "0.25"}, name="of carers", carer=True),
            Count("seen", {"well": "2"}, at="1 year"),
            Count("years", {"ill": "1"}, per="year"),
        ],
    )
    found = {(item.kind, item.name): x[0, 0] for item, x in _items(hecon.run(model, BOOK.base()))}
    discount = 1.2 ** -np.arange(4)
    assert found["cost", "entry"] == 40
    assert found["cost", "scan"] == pytest.approx((8 * 0.25 + 80 * 0.625) / 1.21, rel=1e-14)
    assert found["qaly", "fall"] == pytest.approx(-0.1 * (WELL[:4] / 2 * discount).sum(), rel=1e-13)
    assert found["qaly", "lift"] == pytest.approx(0.5 * 0.5 / 1.2, rel=1e-14)
    assert found["qaly", "utility"] == pytest.approx(((WELL + 0.5 * ILL)[:4] * discount).sum(), rel=1e-13)
    assert found["carer_qaly", "of carers"] == pytest.approx((0.25 * ILL[:4] * discount).sum(), rel=1e-13)
    assert found["count", "seen"] == 1.0  # counts are not discounted
    assert found["count", "years"] == pytest.approx(ILL[:4].sum(), rel=1e-14)


def _items(result: Any) -> list[tuple[Any, Any]]:
    return [(item, result.values[:, k]) for k, item in enumerate(result.items)]


def test_reductions_and_what_stands_before_a_row() -> None:
    report = {
        "all": 'sum(occupancy["well"])', "part": 'sum(occupancy["well"], 1, 3)', "fixed": "sum(p_half, 1, 3)",
        "then": 'at(occupancy["well"], 2)', "top": 'largest(occupancy["ill"])', "low": 'smallest(occupancy["well"])',
        "moved": 'sum(moves["well -> ill"])', "before": 'at(cumulative(occupancy["well"]), 3)', "first": "at(cumulative(1), 0)",
        "last": 'at(moves["well -> ill"], 4)', "mixed": 'sum(occupancy["well"]) / sum(1) + mass',
    }  # fmt: skip
    found = hecon.run(cohort(report=report), BOOK.base()).kept["reports"]
    want = {"all": 1.9375, "part": 0.75, "fixed": 1.0, "then": 0.25, "top": 0.625, "low": 0.0625, "moved": 0.9375,
            "before": 1.75, "first": 0, "last": 0, "mixed": 1.9375 / 5 + 1}  # fmt: skip
    assert {name: float(x[0]) for (_, name), x in found.items()} == pytest.approx(want, rel=1e-14)


def test_time_and_age_in_formulas() -> None:
    """Costs of t, cycle and age by row; age counts from the decision, t from the start of the block."""
    by_row = {"t_cost": "t", "cycle_cost": "cycle", "age_cost": "age - 60", "kink": "1 if cycle < 2 else 0"}
    structure = cohort(
        strategies=[],
        cycle="6 months",
        horizon="2 years",
        transitions={"well -> dead": "0"},
        states=("well", "dead"),
        outcomes=[Cost(n, {"well": f}, per="cycle", **CARE) for n, f in by_row.items()],
    )
    model = tree(Strategy("now", to=structure), Strategy("late", to=structure, lasts="d_wait"), age="60")
    for k, delay in ((0, 0.0), (1, 0.5)):
        assert total(model, "cost", "t_cost", k) == pytest.approx(0.5 + 1 + 1.5)
        assert total(model, "cost", "cycle_cost", k) == pytest.approx(6)
        assert total(model, "cost", "age_cost", k) == pytest.approx(3 + 4 * delay)
        assert total(model, "cost", "kink", k) == 2


def test_uncertain_delays_discount_what_follows() -> None:
    structure = cohort(
        strategies=[], outcomes=[Cost("entry", "10", **CARE), Cost("falls", "3", on="well -> ill", **CARE)]
    )
    model = tree(
        Strategy("now", to=Leaf(structure)),
        Strategy(
            "late", to=Leaf(structure), lasts="d_wait", outcomes=[LifeYears("d_wait"), QALY("wait", "0.5 * d_wait")]
        ),
        discount={"cost": "0.1", "effect": "0.1"},
    )
    draws = BOOK.sample(6, seed=4)
    result = hecon.run(model, draws)
    assert result.cost("payer")[1] == pytest.approx(result.cost("payer")[0] * 1.1 ** -draws["d_wait"], rel=1e-13)
    ly = result.effect("ly", "life_years")
    assert ly[1] == pytest.approx(ly[0] * 1.1 ** -draws["d_wait"], rel=1e-13)
    assert result.effect("ly", "life_years_tree")[1] == pytest.approx(draws["d_wait"])
    assert result.effect("ly_undiscounted")[1] == pytest.approx(result.effect("ly_undiscounted")[0] + draws["d_wait"])


def test_schedules_and_whole_years() -> None:
    payment = [Cost("pay", {"well": "1"}, at="3 years", **CARE)]
    stay = cohort(
        transitions={"well -> ill": "0", "ill -> dead": "0"}, horizon="4 years", outcomes=payment, dead=("dead",)
    )
    schedule = {"cost": [(0, "0.1"), (2, "0.05")], "effect": "0"}
    assert total(replace(stay, discount=schedule), "cost", "pay") == pytest.approx(1.1**-2 / 1.05, rel=1e-14)
    flow = replace(stay, cycle="6 months", outcomes=[Cost("pay", {"well": "1"}, per="cycle", **CARE)])
    whole = replace(flow, discount={"cost": "0.1", "effect": "0"}, discount_timing="whole_year")
    assert total(whole, "cost", "pay") == pytest.approx(2 * (1 + 1.1**-1 + 1.1**-2 + 1.1**-3), rel=1e-13)
    exact = replace(whole, discount_timing="continuous")
    assert total(exact, "cost", "pay") == pytest.approx(sum(1.1 ** (-k / 2) for k in range(8)), rel=1e-13)
    with pytest.raises(ModelError, match="a schedule begins at year 0 and its years rise"):
        hecon.run(replace(stay, discount={"cost": [(1, "0.1")], "effect": "0"}), BOOK.base())


def test_settings_override_methods() -> None:
    book = hecon.make_book(
        "settings", list(BOOK.parameters.values()), settings={"horizon": "2 years", "within_cycle": "end"}
    )
    years_lived = hecon.run(cohort(), book.base()).effect("ly_undiscounted")[0, 0]
    assert years_lived == pytest.approx((WELL + ILL)[1:3].sum(), rel=1e-14)


# Starts, overrides, blocks


def test_starts() -> None:
    many = cohort(start={"well": "p_half", "ill": "1 - p_half"}, outcomes=[Count("n", {"ill": "1"}, at="0 years")])
    assert total(many, "count", "n") == 0.5
    by_strategy = cohort(
        strategies=[Strategy("a"), Strategy("b", start="ill")], outcomes=[Count("n", {"ill": "1"}, at="0 years")]
    )
    assert [total(by_strategy, "count", "n", k) for k in (0, 1)] == [0, 1]


def test_strategies_override_names_moves_and_structures() -> None:
    quick = cohort(
        name="quick",
        title="",
        strategies=[],
        horizon="1 year",
        transitions={"well -> dead": "1"},
        states=("well", "dead"),
    )
    model = cohort(
        let={"hr": "1"},
        transitions={"well -> ill": "hr * p_half", "ill -> dead": "0.25"},
        strategies=[
            Strategy("base"),
            Strategy("name", let={"hr": "hr_drug"}),
            Strategy("move", transitions={"well -> ill": "0.1"}),
            Strategy("more", transitions={"well -> dead": "0.5"}),
            Strategy("own", to=Leaf(quick, start="well")),
        ],
    )
    found = hecon.run(model, BOOK.base()).effect("ly_undiscounted")[:, 0]

    def lived(fall: float, die: float = 0.0) -> float:
        well, ill, years_lived = 1.0, 0.0, 0.0
        for _ in range(4):
            years_lived += well + ill
            well, ill = well * (1 - fall - die), ill * 0.75 + well * fall
        return years_lived

    assert found == pytest.approx([lived(0.5), lived(0.25), lived(0.1), lived(0.5, 0.5), 1.0], rel=1e-13)


def test_rates_can_be_overridden_too() -> None:
    model = cohort(transitions=None, rates={"well -> ill": "1", "ill -> dead": "1"}, horizon="1 year",
                   strategies=[Strategy("a"), Strategy("b", rates={"well -> ill": "0", "well -> dead": "2"})],
                   outcomes=[Count("alive", {"well": "1", "ill": "1"}, at="1 year")])  # fmt: skip
    assert [total(model, "count", "alive", k) for k in (0, 1)] == pytest.approx([2 * np.exp(-1), np.exp(-2)], rel=1e-12)


def test_the_rest_may_be_named() -> None:
    """C is the rest of the row, wherever it goes; a state may be called C."""
    model = cohort(
        states=("A", "B", "C"),
        start="A",
        transitions={"A -> A": "0.25", "A -> B": "0.25", "A -> C": "C", "B -> B": "C"},
        dead=("B",),
        outcomes=[Count("in", {"C": "1"}, at="4 years")],
    )
    assert total(model, "count", "in") == pytest.approx(2 / 3 * (1 - 0.25**4), rel=1e-14)


def test_life_years_are_lived_in_all_states_but_the_dead() -> None:
    assert total(cohort(dead=()), "ly_undiscounted", "life_years") == pytest.approx(4)
    assert total(cohort(dead=("ill", "dead")), "ly_undiscounted", "life_years") == pytest.approx(WELL[:4].sum())
    with pytest.raises(ModelError, match=r"ill and dead have no way out: say which are dead with dead=\(\.\.\.\)"):
        hecon.run(cohort(transitions={"well -> ill": "0.5", "well -> dead": "0.1"}), BOOK.base())


def test_equal_leaves_share_a_block() -> None:
    structure = cohort(strategies=[])
    leaf = Leaf(structure, start="well")
    ends = Chance(
        Branch("a", "0.25", leaf), Branch("b", "0.5", Leaf(structure, start="ill")),
        Branch("c", "0.125", Leaf(structure, let={"unused_here": "1"}, start="well")), Branch("d", "C", Leaf()),
    )  # fmt: skip
    with pytest.raises(ModelError, match="let 'unused_here' changes nothing, because no formula uses it"):
        lower(tree(Strategy("s", to=ends)))
    ends = Chance(
        *ends.branches[:2],
        Branch("c", "0.125", Leaf(structure, start="well", transitions={"well -> ill": "0"})),
        ends.branches[3],
    )
    program = lower(tree(Strategy("s", to=ends)))
    assert [block.name for block in program.blocks] == ["s", "s - cohort, a + b", "s - cohort, c"]
    model = tree(Strategy("s", to=ends, outcomes=[Count("who", {"well": "1", "ill": "1"}, at="0 years")]))
    kept = hecon.run(model, BOOK.base(), keep=("trace",)).kept["trace"]["s"]
    shares = [{state: float(x[0, 0]) for state, x in trace.items()} for _, trace in kept]
    assert shares == [{"well": 0.25, "ill": 0.5, "dead": 0}, {"well": 0.125, "ill": 0, "dead": 0}]
    assert total(model, "count", "who") == 0.875


def test_names_mean_what_their_block_says() -> None:
    """Two structures with the same states and names under one strategy, and a name of the strategy's in both."""
    one = cohort(
        name="one",
        strategies=[],
        let={"c_now": "factor * 2"},
        outcomes=[Cost("care", {"well": "c_now"}, at="0 years", **CARE)],
    )
    two = cohort(
        name="two",
        strategies=[],
        let={"c_now": "factor * t + 30"},
        outcomes=[Cost("care", {"well": "c_now"}, at="1 year", **CARE)],
    )
    model = tree(
        Strategy("s", let={"factor": "10"}, to=Chance(Branch("one", "0.5", Leaf(one)), Branch("two", "C", Leaf(two))))
    )
    assert total(model, "cost", "care") == pytest.approx(0.5 * 20 + 0.5 * 40 * 0.5)


def test_decisions_are_enumerated_with_their_labels() -> None:
    def choose() -> Decision:
        return Decision(Option("drug", Leaf(outcomes=[Count("drugs", "1")])), Option("wait", Leaf()))

    model = tree(Strategy("s", "Screen", Chance(Branch("ill", "0.25", choose()), Branch("well", "C", choose()))))
    result = hecon.run(model, BOOK.base())
    assert result.strategies == ("s: drug, drug", "s: drug, wait", "s: wait, drug", "s: wait, wait")
    assert result.labels[1] == "Screen: drug, wait"
    assert result.effect("count")[:, 0].tolist() == [1, 0.25, 0.75, 0]


def test_large_trees() -> None:
    leaf = Leaf(cohort(strategies=[]))
    model = tree(
        Strategy("s", to=Chance(*(Branch(f"b {k}", "1 / 600", leaf) for k in range(599)), Branch("last", "C", leaf)))
    )
    assert total(model, "ly_undiscounted", "life_years") == pytest.approx((WELL + ILL)[:4].sum(), rel=1e-12)


# Tunnels


def test_tunnels_remember_how_long() -> None:
    """Ill for one year: none die; for two: half; for three or more: all."""
    dying = "0 if state_time < 0.5 else 0.5 if state_time < 1.5 else 1"
    model = cohort(
        start="ill",
        transitions={"well -> ill": "p_half", "ill -> dead": dying},
        tunnels={"ill": Tunnel(3, last="stay")},
        outcomes=[
            Cost("by_time", {"ill": "100 * state_time"}, per="cycle", **CARE),
            Cost("end", "1 + state_time", on="ill -> dead", **CARE),
        ],
    )
    result = hecon.run(model, BOOK.base(), keep=("trace",))
    assert result.kept["trace"]["only"][1]["ill"][:, 0].tolist() == [1, 1, 0.5, 0, 0]
    assert total(model, "cost", "by_time") == pytest.approx(100 * (0 + 1 + 0.5 * 2))
    assert total(model, "cost", "end") == pytest.approx(0.5 * 2 + 0.5 * 3)
    enough = replace(model, tunnels={"ill": Tunnel(3, last="error")})
    assert (hecon.run(enough, BOOK.base()).values == result.values).all()
    with pytest.raises(ModelError, match='some outlive the last of 2 tunnels; lengthen it or declare last="stay"'):
        hecon.run(replace(model, tunnels={"ill": Tunnel(2, last="error")}), BOOK.base())
