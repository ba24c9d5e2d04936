"""Partitioned survival: equal to the Markov model of the same rates, vectors of the methods, the crossing rules, moves."""

from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Cost, Leaf, MarkovModel, Parameter, PartitionedSurvival, Strategy, Utility
from hecon.structure import DecisionTree

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
DISCOUNT = {"cost": "0.035", "effect": "0.015"}
RATES = [
    Parameter(name="r_fall", value=0.2, distribution="gamma", par1=25, par2=0.008),
    Parameter(name="r_die", value=0.1),
]
BOOK = hecon.make_book("partitioned", RATES)


def model(crossing: str = "cap", **changes: Any) -> PartitionedSurvival:
    """Progression-free by r_fall + r_die, alive by r_die."""
    given: dict[str, Any] = {
        "states": ("free", "progressed", "dead"),
        "curves": {"free": "exp(-(r_fall + r_die) * t)", "progressed": "exp(-r_die * t)"},
        "crossing": crossing, "cycle": "1 month", "horizon": "10 years", "within_cycle": "half-cycle", "events": "mid",
        "outcomes": [
            Cost("care", {"free": "100 + t", "progressed": "700"}, per="year", **CARE),
            Cost("end_of_life", "5000", on="* -> dead", **CARE),
            Cost("second_line", "3000", on="free -> *", **CARE),
            Cost("drug", "exp(-0.5 * t) * 40", per="cycle", **CARE),
            Utility({"free": "0.8", "progressed": "0.6"}),
        ],
        "title": "Partitioned", "strategies": [Strategy("one")], "discount": DISCOUNT, "discount_timing": "continuous",
    }  # fmt: skip
    return PartitionedSurvival(**{**given, **changes})


def test_equals_the_markov_model_of_the_same_rates() -> None:
    markov = MarkovModel(
        states=("free", "progressed", "dead"), start="free", cycle="1 month", horizon="10 years",
        within_cycle="half-cycle", events="mid",
        rates={"free -> progressed": "r_fall", "free -> dead": "r_die", "progressed -> dead": "r_die"},
        outcomes=[
            Cost("care", {"free": "100 + t", "progressed": "700"}, per="year", **CARE),
            Cost("end_of_life", "5000", on="* -> dead", **CARE),
            Cost("second_line", "3000", on="free -> *", **CARE),
            Cost("drug", "exp(-0.5 * t) * 40", per="cycle", **CARE),
            Utility({"free": "0.8", "progressed": "0.6"}),
        ],
        title="Markov", strategies=[Strategy("one")], discount=DISCOUNT, discount_timing="continuous",
    )  # fmt: skip
    draws = BOOK.sample(50, seed=3)
    ours, theirs = hecon.run(model(), draws), hecon.run(markov, draws)
    assert [item.name for item in ours.items] == [item.name for item in theirs.items]
    assert ours.values == pytest.approx(theirs.values, rel=1e-10)


def test_occupancy_and_means_of_the_methods() -> None:
    """PFS exp(-0.2 t), OS exp(-0.1 t): occupancy at 5 years, means to 10 years (methods 3.5; closed forms)."""
    curves = {"free": "exp(-0.2 * t)", "progressed": "exp(-0.1 * t)"}
    zero = {"cost": "0", "effect": "0"}
    daily = model(curves=curves, cycle="1 week", within_cycle="simpson", discount=zero)
    result = hecon.run(daily, BOOK.base(), keep=("trace",))
    _, trace = result.kept["trace"]["one"]
    assert [float(trace[s][260, 0]) for s in ("free", "progressed", "dead")] == pytest.approx(
        [0.36787944117144233, 0.2386512185411911, 0.3934693402873666], rel=1e-12
    )
    assert float(result.effect("qaly")[0, 0]) == pytest.approx(4.657388069734734, rel=1e-9)
    assert float(result.effect("ly")[0, 0]) == pytest.approx(6.321205588285577, rel=1e-9)
    # continuous discounting at ln(1.035), closed form 4.071355975869161
    discounted = hecon.run(
        model(curves=curves, cycle="1 week", within_cycle="simpson", discount={"cost": "0", "effect": "0.035"}),
        BOOK.base(),
    )
    assert float(discounted.effect("qaly")[0, 0]) == pytest.approx(4.071355975869161, rel=1e-9)


CROSSED = {"free": "exp(-0.05 * t)", "progressed": "exp(-0.1 * t)"}


@pytest.mark.parametrize(("rule", "free", "progressed"), [("cap", np.exp(-0.5), 0.0), ("raise", np.exp(-0.25), 0.0)])
def test_a_crossing_is_ruled_and_counted(rule: str, free: float, progressed: float) -> None:
    result = hecon.run(model(rule, curves=CROSSED), BOOK.base(), keep=("trace",))
    _, trace = result.kept["trace"]["one"]
    assert [float(trace["free"][60, 0]), float(trace["progressed"][60, 0])] == pytest.approx(
        [free, progressed], abs=1e-12
    )
    assert result.kept["reports"]["one", "crossings"].tolist() == [120.0]


def test_a_crossing_under_error_is_refused_with_its_draw() -> None:
    with pytest.raises(
        hecon.ModelError, match=r"rows in which a curve lies above a later one is 120 .*strategy one.*draw 0"
    ):
        hecon.run(model("error", curves=CROSSED), BOOK.base())


def test_a_curve_above_one_is_refused() -> None:
    with pytest.raises(hecon.ModelError, match=r"how far the curve of progressed lies outside 0 to 1 is 0\.1"):
        hecon.run(model(curves={"free": "exp(-t)", "progressed": "1.1 + 0 * t"}), BOOK.base())


def test_a_move_the_curves_do_not_tell_is_refused_with_the_remedy() -> None:
    progress = Cost("progress", "1", on="free -> progressed", **CARE)
    with pytest.raises(hecon.ModelError, match=r"does not know this transition .*dying=\{'free'"):
        hecon.run(model(outcomes=[progress]), BOOK.base())
    told = hecon.run(
        model(outcomes=[progress], dying={"free": "r_die / (r_fall + r_die)"}, discount={"cost": "0", "effect": "0"}),
        BOOK.base(),
    )
    assert float(told.cost("payer")[0, 0]) == pytest.approx(2 / 3 * (1 - np.exp(-3.0)), rel=1e-12)


def test_a_leaf_leads_into_it() -> None:
    tree = DecisionTree(
        "Tree", discount=DISCOUNT, discount_timing="continuous",
        strategies=[Strategy("one", to=hecon.Chance(
            hecon.Branch("treated", "0.7", Leaf(to=model())), hecon.Branch("not", "C", Leaf(to=model(), let={})),
        ))],
    )  # fmt: skip
    assert hecon.run(tree, BOOK.base()).values == pytest.approx(hecon.run(model(), BOOK.base()).values, rel=1e-12)


def test_hazards_cumulated_cycle_by_cycle_can_be_partitioned() -> None:
    """A floor under the hazard: from t = 5 on the background of 0.12 is the larger; deaths add up to those who died."""
    floor = "exp(-cumulative(max(next(h) - h, r_old * cycle_years)))"
    book = hecon.make_book("floor", [Parameter(name="r_old", value=0.12, distribution="gamma", par1=100, par2=0.0012)])
    floored = model(
        curves={"free": "0.5 * os", "progressed": "os"}, let={"h": "0.1 * t if t <= 5 else 0.5 + 0.12 * (t - 5)", "os": floor},
        outcomes=[Cost("end", "1", on="* -> dead", **CARE)], discount={"cost": "0", "effect": "0"},
    )  # fmt: skip
    result = hecon.run(floored, book.base(), keep=("trace",))
    _, trace = result.kept["trace"]["one"]
    alive = trace["free"] + trace["progressed"]
    assert float(alive[120, 0]) == pytest.approx(np.exp(-1.2), rel=1e-12)
    assert float(result.cost("payer")[0, 0]) == pytest.approx(1 - np.exp(-1.2), rel=1e-12)
    draws = book.sample(40, seed=2)
    whole = hecon.run(floored, draws)
    assert (whole.values == hecon.run(floored, draws, chunk=7, threads=2).values).all()
    expected = 1 - np.exp(-np.maximum(0.1, draws["r_old"]) * 5 - np.maximum(0.12, draws["r_old"]) * 5)
    assert whole.cost("payer")[0] == pytest.approx(expected, rel=1e-12)


def test_next_does_not_stand_on_next() -> None:
    with pytest.raises(hecon.ModelError, match=r"next\(x\): x stands on another next\(\)"):
        hecon.run(model(let={"odd": "next(next(t))"}, outcomes=[Cost("odd", "odd", per="year", **CARE)]), BOOK.base())
