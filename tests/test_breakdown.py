"""Where the difference comes from: parts that add up, years that add up, shares of variance known by hand."""

import runpy
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.analysis.cost_effectiveness.breakdown import BY, cost_breakdown, effect_breakdown
from hecon.analysis.cost_effectiveness.over_time import OverTime, over_time
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.sensitivity.contribution import contributions
from hecon.errors import HeconError

HERE = Path(__file__).parent
SICK = HERE / "validation" / "sick_sicker"
DEMO = runpy.run_path(str(HERE / "sensitivity_case.py"))
CASE = HERE.parents[0] / "models" / "car_t_paediatric_all"


@pytest.fixture(scope="module")
def kept():
    """The leukaemia case's base case, and its two strategies."""
    page = runpy.run_path(str(CASE / "model.py"))
    model = page.get("MODEL") or page["MODELS"]["markov"]
    book = hecon.read_inputs(HERE.parents[0] / "inputs" / "car_t_paediatric_all")
    return hecon.run(model, book.base(), keep=("by_state", "ledger", "trace"))


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("perspective", ["payer", "societal"])
def test_the_parts_of_cost_add_up(kept, by, perspective):
    found = cost_breakdown(kept, "tisagenlecleucel", reference="salvage", perspective=perspective, by=by)
    cost = kept.cost(perspective)[:, 0]
    assert found.total == pytest.approx(cost[1] - cost[0], rel=1e-12)
    assert sum(part.reference for part in found.parts) == pytest.approx(cost[0], rel=1e-12)


@pytest.mark.parametrize("by", ["state", "name"])
def test_the_parts_of_effect_add_up(kept, by):
    found = effect_breakdown(kept, "tisagenlecleucel", reference="salvage", by=by)
    effect = kept.effect()[:, 0]
    assert found.total == pytest.approx(effect[1] - effect[0], rel=1e-12)
    if by == "state":
        assert {"event_free", "relapsed"} <= {part.part for part in found.parts}


def test_what_the_tree_brings_is_one_part(kept):
    parts = cost_breakdown(kept, "tisagenlecleucel", reference="salvage", perspective="payer", by="state").parts
    assert not {"infused", "manufacturing failure"} & {part.part for part in parts}
    assert parts[0].part == "at once (tree)"


@pytest.mark.parametrize("effect", ["qaly", "ly"])
def test_the_years_add_up_to_the_totals(kept, effect):
    found = over_time(kept, "tisagenlecleucel", reference="salvage", perspective="societal", wtp=1e5, effect=effect)
    cost, gain = kept.cost("societal")[:, 0], kept.effect(effect)[:, 0]
    assert found.cost.sum() == pytest.approx(cost[1] - cost[0], rel=1e-10)
    assert found.effect.sum() == pytest.approx(gain[1] - gain[0], rel=1e-10)
    assert found.pays_back is None
    assert found.cumulative_nmb[found.worth_from - 1] >= 0 > found.cumulative_nmb[found.worth_from - 2]


def test_the_years_are_those_of_the_horizon():
    model = runpy.run_path(str(SICK / "model.py"))["MODEL"]
    outcomes = hecon.run(model, hecon.read_inputs(SICK / "inputs").base(), keep=("ledger", "trace"))
    found = over_time(outcomes, "strategy_b", reference="standard", perspective="payer", wtp=1e5)
    assert found.years.tolist() == list(range(1, 76))
    cost = outcomes.cost("payer")[:, 0]
    assert found.cumulative_cost[-1] == pytest.approx(cost[2] - cost[0])


def test_labels_and_the_order_of_strategies_do_not_matter(kept):
    there = cost_breakdown(kept, "tisagenlecleucel", reference="salvage", perspective="payer", by="category")
    back = cost_breakdown(kept, "salvage", reference="tisagenlecleucel", perspective="payer", by="category")
    assert [part.difference for part in there.parts] == [-part.difference for part in back.parts]


def test_what_was_not_kept_is_asked_for():
    two = from_totals(("none", "drug"), [[0.0], [9.0]], [[1.0], [1.5]])
    with pytest.raises(HeconError, match="by_state"):
        cost_breakdown(two, "drug", reference="none", perspective="payer", by="state")
    with pytest.raises(HeconError, match="ledger"):
        over_time(two, "drug", reference="none", perspective="payer", wtp=1)
    with pytest.raises(HeconError, match="did you mean 'category'"):
        cost_breakdown(two, "drug", reference="none", perspective="payer", by="categry")


def uniform_book(*names):
    flat = {"value": 0.5, "distribution": "uniform", "par1": 0.0, "par2": 1.0}
    return hecon.make_book("demo", [hecon.Parameter(name=name, **flat) for name in names])


def test_contributions_of_independent_inputs_by_hand():
    draws = uniform_book("a", "b", "idle").sample(20_000, seed=2)
    cost = [np.zeros(draws.n), 3 * draws["a"] - 4 * draws["b"]]
    found = contributions(
        from_totals(("none", "drug"), cost, np.zeros((2, draws.n))), draws, "drug", reference="none",
        perspective="payer", wtp=0,
    )  # fmt: skip
    # variances 9 : 16, signs turned because cost lowers net benefit
    assert [row.name for row in found.rows] == ["b", "a", "idle"]
    assert [row.share for row in found.rows] == pytest.approx([0.64, 0.36, 0], abs=0.02)
    assert [row.raises for row in found.rows[:2]] == [True, False]
    assert found.explained == pytest.approx(1)


def test_what_a_straight_line_misses_is_told():
    draws = uniform_book("a").sample(20_000, seed=2)
    cost = [np.zeros(draws.n), (draws["a"] - 0.5) ** 2]
    psa = from_totals(("none", "drug"), cost, np.zeros((2, draws.n)))
    assert contributions(psa, draws, "drug", reference="none", perspective="payer", wtp=0).explained < 0.01


def test_shares_that_add_up_to_1_stand_together():
    rows = [
        hecon.Parameter(name=name, value=count / 20, distribution="dirichlet", par1=count, correlation_group="g")
        for name, count in (("p_a", 10.0), ("p_b", 6.0), ("p_c", 4.0))
    ]
    draws = hecon.make_book("demo", rows).sample(5000, seed=1)
    psa = from_totals(("none", "drug"), [np.zeros(5000), draws["p_a"] + 2 * draws["p_b"]], np.zeros((2, 5000)))
    (row,) = contributions(psa, draws, "drug", reference="none", perspective="payer", wtp=0).rows
    assert row.members == ("p_a", "p_b", "p_c")
    assert row.share == pytest.approx(1)


def test_contributions_refuse_draws_that_are_not_the_psas():
    draws = uniform_book("a").sample(50, seed=2)
    psa = from_totals(("none", "drug"), np.zeros((2, 40)), np.zeros((2, 40)))
    with pytest.raises(HeconError, match="not those"):
        contributions(psa, draws, "drug", reference="none", perspective="payer", wtp=0)


def test_a_payoff_of_the_tree_counts_in_the_year_in_which_it_falls():
    def cost(name, at):
        return hecon.Cost(name, "c_dose", at=at, category="upfront", sector="health care")

    drug = hecon.Leaf(
        outcomes=[
            cost("now", ""),
            cost("soon", "6 months"),
            cost("at_one", "1 year"),
            cost("late", "d_late"),
            hecon.QALY("q", "1"),
        ]
    )
    book = hecon.make_book(
        "demo", [hecon.Parameter(name="c_dose", value=100.0), hecon.Parameter(name="d_late", value=2.5)]
    )
    tree = hecon.DecisionTree(
        "Demo", [hecon.Strategy("none", to=hecon.Leaf()), hecon.Strategy("drug", to=drug)], {"cost": "0.03", "effect": "0"},
        "continuous",
    )  # fmt: skip
    outcomes = hecon.run(tree, book.base(), keep=("ledger",))
    found = over_time(outcomes, "drug", reference="none", perspective="payer", wtp=0)
    late = 100 * 1.03**-2.5
    assert found.cost.tolist() == pytest.approx(
        [100 + 100 * 1.03**-0.5, 100 / 1.03, late]
    )  # at 1 year is in the second
    assert found.cost.sum() == pytest.approx(outcomes.cost("payer")[1, 0])
    draws = book.sample(2, seed=1).fix(d_late=[0.5, 2.5])
    halves = over_time(hecon.run(tree, draws, keep=("ledger",)), "drug", reference="none", perspective="payer", wtp=0)
    assert halves.cost[2] == pytest.approx(late / 2)


@pytest.mark.parametrize(
    ("cost", "effect", "words"),
    [
        ([0, 0], [0, 1], "b costs as much as a at any time within the horizon; with health valued at 10 per unit"),
        ([-5, 2], [0, 1], "b costs no more than a in sum at any time within the horizon"),
        ([-5, 2], [0, -1], "its net benefit at the end is below 0."),
        ([5, -6], [0, 0], "saved by year 1; with health valued at 10 per unit its net benefit is not below 0 from year 1"),
        ([5, 0], [0, 1], "is never saved; with health valued at 10 per unit it is worth its cost from year 1 on"),
        ([5, 0], [0, 0.1], "is never saved; with health valued at 10 per unit it is not worth its cost."),
        ([5, -6, 3], [0, 0, 0], "The extra cost of b is saved for a time, and not at the end of the horizon"),
        ([-5, 6], [0, 0], "In sum b costs less than a at first, and more from year 1 on"),
    ],
)  # fmt: skip
def test_words_are_true_for_either_sign(cost, effect, words):
    years = np.arange(float(len(cost)))
    found = OverTime(years, np.array(cost, float), np.array(effect, float), "b", "a", "payer", 10.0, "qaly", "EUR")
    assert words in found.text


def test_a_cause_of_0_beside_a_published_lump_is_not_told_as_0() -> None:
    from hecon.causes import LUMP_NOTE
    from hecon.outcomes import Item, Outcomes
    from hecon.results.layouts.layout import layout

    items = (Item("stay", "cost", "not separable", "health care"), Item("harm", "cost", "side effects", "health care"))
    for stay, note in ((5.0, LUMP_NOTE), (0.0, "")):
        outcomes = Outcomes(np.array([[[0.0], [7.0]], [[stay], [0.0]]]), ("usual", "cells"), items)
        found = cost_breakdown(outcomes, "cells", reference="usual", perspective="payer", by="category")
        assert layout(found).note == note
