"""Numbers that cannot be, met while running: told with strategy, cycle, draw, the terms and the cells behind them."""

import numpy as np
import pytest

import hecon
from bad_model import BOOK, cohort, cost, refusal, tree
from hecon import Branch, Chance, Leaf, ModelError, Tunnel


def test_a_row_over_1() -> None:
    """Strategy, block, cycle, draw, terms with their values, and the cells of the inputs behind them."""
    moves = {"well -> ill": "p_relapse * (1 + cycle)", "well -> dead": "r_other", "ill -> dead": "p_die"}
    model = cohort(transitions=moves, let={"r_other": "p_die / 2"})
    assert refusal(model) == (
        "leaving 'well' adds up to 1.35 (strategy car_t, car_t - cohort, cycle 2, draw 0): p_relapse * (1 + cycle) 1.2"
        " + r_other 0.15; check parameters!E2 (p_relapse), parameters!E3 (p_die)"
    )


def test_the_draw_at_fault_is_told() -> None:
    draws = BOOK.sample(50, seed=1)
    first = int(np.flatnonzero(3.2 * draws["p_die"] > 1)[0])
    model = cohort(transitions={"well -> ill": "p_relapse", "ill -> dead": "3.2 * p_die"})
    assert first > 0
    for chunk in (50, 7, 1):
        with pytest.raises(ModelError) as found:
            hecon.run(model, draws, chunk=chunk, threads=1)
        assert f"cycle 0, draw {first}): 3.2 * p_die {3.2 * draws['p_die'][first]:.6g}" in str(found.value)
        assert "check parameters!E3 (p_die)" in str(found.value)


@pytest.mark.parametrize(
    ("moves", "message"),
    [
        (
            {"well -> ill": "1.5 * cycle"},
            "leaving 'well' adds up to 1.5 (strategy car_t, car_t - cohort, cycle 1, draw 0): 1.5 * cycle 1.5",
        ),
        (
            {"well -> ill": "p_relapse - 0.5"},
            "the probability well -> ill is -0.1, below 0 (strategy car_t, car_t - cohort, cycle 0, draw 0)",
        ),
        ({"well -> ill": "log(p_relapse - 0.5)"}, "the probability well -> ill is not a number"),
        ({"well -> ill": "0.5", "well -> well": "0.4"}, "leaving 'well' adds up to 0.9"),
    ],
)
def test_probabilities_that_are_none(moves: dict[str, str], message: str) -> None:
    assert message in refusal(cohort(transitions={**moves, "ill -> dead": "p_die"}))


def test_rates_that_are_none() -> None:
    below = refusal(cohort(transitions=None, rates={"well -> ill": "p_relapse - 1", "ill -> dead": "1"}))
    assert (
        "the rate well -> ill is -0.6, below 0 (strategy car_t, car_t - cohort, cycle 0, draw 0): p_relapse - 1"
        in below
    )
    huge = refusal(cohort(transitions=None, rates={"well -> ill": "1e6", "ill -> dead": "1"}))
    assert "car_t - cohort: a rate of 1e+06 per cycle is beyond what a cycle can hold: shorten the cycle" in huge


def test_tunnels_over_1() -> None:
    model = cohort(
        transitions={"well -> ill": "1", "ill -> dead": "p_relapse + state_time"},
        tunnels={"ill": Tunnel(3, last="stay")},
    )
    found = refusal(model)
    assert "leaving 'ill' adds up to 1.4" in found
    assert "p_relapse + state_time 1.4; check parameters!E2 (p_relapse)" in found


def test_branches_over_1() -> None:
    three = Chance(Branch("a", "p_relapse * 2", Leaf()), Branch("b", "p_die", Leaf()), Branch("c", "C", Leaf()))
    assert refusal(tree(three)) == (
        "the probability of branch 'c' is -0.1 (strategy car_t, draw 0): 1 - (p_relapse * 2 + p_die);"
        " check parameters!E2 (p_relapse), parameters!E3 (p_die)"
    )
    whole = Chance(
        Branch("a", "p_relapse", Chance(Branch("x", "0.5", Leaf()), Branch("y", "p_die", Leaf()))),
        Branch("b", "C", Leaf()),
    )
    assert "the branches at 'a' add up to 0.8 (strategy car_t, draw 0)" in refusal(tree(whole))


def test_starts_that_do_not_add_up_in_a_draw() -> None:
    found = refusal(cohort(start={"well": "p_relapse", "ill": "p_die"}))
    assert (
        "the sum of the shares at the start is 0.7 and must be equal to 1 (strategy car_t, car_t - cohort, draw 0"
        in found
    )
    found = refusal(cohort(start={"well": "1 + p_die", "ill": "-p_die"}))
    assert "0 less the share that starts in ill is 0.3" in found


def test_results_that_are_no_numbers() -> None:
    with pytest.raises(hecon.HeconError, match="strategy car_t, item drug, draw 0: is inf, not a finite number"):
        hecon.run(tree(Leaf(outcomes=[cost("c_drug / (p_die - p_die)")])), BOOK.base())


def test_a_total_that_is_no_number_names_the_table_and_its_range() -> None:
    life = {"age": [50, 60], "rate": [0.1, 0.2]}
    book = hecon.make_book("short", [hecon.Parameter(name="age_start", value=65)], tables={"life": life})
    for formula, end in (("life[age]", "up to below 70"), ('interp(life, "rate", age)', "to 60")):
        model = hecon.MarkovModel(
            ("well", "dead"), "1 year", "9 years", "start", "end", transitions={"well -> dead": "0.1"}, age="age_start",
            outcomes=[hecon.Utility({"well": formula})], title="Short", start="well", strategies=[hecon.Strategy("a")],
            discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
        )  # fmt: skip
        with pytest.raises(hecon.ModelError) as found:
            hecon.run(model, book.base())
        told = str(found.value)
        assert f"life (age 50 {end})" in told
        assert "check age_start" in told


def test_branches_that_do_not_add_up_show_their_probabilities() -> None:
    leaf = hecon.Leaf()
    chance = hecon.Chance(hecon.Branch("x", "0.3", leaf), hecon.Branch("y", "0.6", leaf))
    tree = hecon.DecisionTree("T", [hecon.Strategy("a", to=chance)], {"cost": "0", "effect": "0"}, "continuous")
    with pytest.raises(
        hecon.ModelError, match=r"add up to 0\.9 \(strategy a, draw 0\): 0\.3 \+ 0\.6; one branch may be"
    ):
        hecon.run(tree, hecon.make_book("t", []).base())


def test_a_utility_without_states_is_refused() -> None:
    """It would count for the dead too."""
    with pytest.raises(hecon.ModelError, match="per year in each state"):
        hecon.Utility("u_well")


def test_a_tree_may_last_as_long_as_a_text_with_a_unit_says() -> None:
    cohort = hecon.MarkovModel(
        ("well", "dead"), "1 year", "1 year", "start", "end", transitions={"well -> dead": "0.1"},
        outcomes=[hecon.Utility({"well": "1"})],
    )  # fmt: skip
    both = [
        hecon.Strategy(f"s{k}", to=hecon.Leaf(cohort, "well"), lasts=lasts)
        for k, lasts in enumerate(("6 months", "0.5"))
    ]
    tree = hecon.DecisionTree("T", both, {"cost": "0", "effect": "0.21"}, "continuous")
    effect = hecon.run(tree, hecon.make_book("t", []).base()).effect()[:, 0]
    assert effect.tolist() == pytest.approx([1 / 1.1, 1 / 1.1], rel=1e-14)  # 1.21 ** 0.5 is 1.1
