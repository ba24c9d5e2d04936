"""The incremental and pairwise tables, net benefit, and the agreement of deterministic and probabilistic results."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecon.analysis.cost_effectiveness.agreement import agreement
from hecon.analysis.cost_effectiveness.frontier import frontier
from hecon.analysis.cost_effectiveness.icer import icer
from hecon.analysis.cost_effectiveness.incremental import incremental
from hecon.analysis.cost_effectiveness.net_benefit import inmb, net_benefit, nhb, nmb
from hecon.analysis.cost_effectiveness.pairwise import pairwise
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.errors import HeconError
from hecon.outcomes import Item, Outcomes

VECTORS = json.loads((Path(__file__).parent / "vectors" / "results.json").read_text())
FRONTIERS = [name for name in VECTORS if name.startswith("frontier")]


def outcomes_of(points):
    names, cost, effect = zip(*points, strict=True)
    return from_totals(names, np.array(cost, dtype=float)[:, None], np.array(effect, dtype=float)[:, None])


@pytest.mark.parametrize("name", FRONTIERS)
def test_frontier_vectors(name):
    vector = VECTORS[name]
    table = incremental(outcomes_of(vector["input"]), "payer")
    assert list(table.frontier) == vector["frontier"]
    assert {row.strategy: row.status for row in table.rows} == vector["status"]
    ratios = [row.icer.value for row in table.rows if row.icer.value is not None]
    assert ratios == pytest.approx(vector["ICERs"], rel=1e-12)


@pytest.mark.parametrize("name", FRONTIERS)
def test_frontier_vectors_in_reverse_order(name):
    vector = VECTORS[name]
    table = incremental(outcomes_of(vector["input"][::-1]), "payer")
    ratios = [row.icer.value for row in table.rows if row.icer.value is not None]
    assert ratios == pytest.approx(vector["ICERs"], rel=1e-12)
    assert sorted(table.frontier) == sorted(vector["frontier"])


def test_rows_are_sorted_by_cost_and_off_frontier_rows_have_a_reason_instead_of_a_ratio():
    table = incremental(outcomes_of(VECTORS["frontier basic"]["input"]), "payer")
    assert [row.strategy for row in table.rows] == ["A", "C", "B", "F", "E", "D"]
    assert [row.icer.text for row in table.rows] == [
        "reference",
        "extended dominance",
        "10,000",
        "extended dominance",
        "dominated",
        "30,000",
    ]
    assert table.row("E").inc_cost is None
    assert table.row("D").compared_with == "B"
    assert list(table.to_frame().columns) == [
        "Strategy",
        "Cost",
        "Effect",
        "Inc_Cost",
        "Inc_Effect",
        "ICER",
        "ICER_text",
        "Status",
    ]


def test_equivalent_pair_names_its_twin_and_shares_its_fate():
    table = incremental(outcomes_of([("A", 100, 1), ("A2", 100, 1), ("C", 300, 1.5)]), "payer")
    assert table.row("A2").icer.text == "equivalent to A"
    dominated = incremental(outcomes_of([("A", 100, 1), ("B", 200, 1), ("B2", 200, 1)]), "payer")
    assert [row.status for row in dominated.rows] == ["ND", "D", "D"]


def test_identical_strategies_that_differ_by_rounding_are_equivalent():
    total = sum([0.1] * 10)
    table = incremental(outcomes_of([("A", 0.1 * 10 * 1e5, 1.0), ("B", total * 1e5, total)]), "payer")
    assert [row.status for row in table.rows] == ["ND", "equivalent"]


def test_psa_means_are_labelled_and_carry_intervals_but_the_ratio_does_not():
    rng = np.random.default_rng(1)
    cost = np.array([[1000.0], [3000.0]]) + rng.normal(0, 100, (2, 2000))
    effect = np.array([[5.0], [6.0]]) + rng.normal(0, 0.1, (2, 2000))
    psa = from_totals(("care", "drug"), cost, effect)
    table = incremental(psa, "payer")
    assert (table.basis, table.draws) == ("probabilistic", 2000)
    row = table.row("drug")
    assert row.icer.value == pytest.approx(np.diff(cost.mean(axis=1))[0] / np.diff(effect.mean(axis=1))[0])
    assert row.icer.value != pytest.approx(((cost[1] - cost[0]) / (effect[1] - effect[0])).mean(), rel=1e-6)
    assert (row.inc_cost.low, row.inc_cost.high) == tuple(np.quantile(cost[1] - cost[0], [0.025, 0.975]))
    frame = table.to_frame()
    assert "Inc_Effect_high" in frame
    assert "ICER_low" not in frame
    assert incremental(from_totals(("a",), [[1.0]], [[1.0]]), "payer").basis == "deterministic"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused(bad):
    with pytest.raises(HeconError, match=r"strategy 1: effect is .*, not a finite number"):
        frontier([1.0, 2.0], [1.0, bad])
    with pytest.raises(HeconError, match="not a finite number"):
        from_totals(("a", "b"), [[1.0], [bad]], [[1.0], [2.0]])
    with pytest.raises(HeconError, match="needs finite increments"):
        icer(bad, 1.0)


POINTS = st.lists(st.tuples(st.integers(-50, 50), st.integers(-20, 20)), min_size=1, max_size=7)


@given(POINTS)
def test_between_two_ratios_exactly_one_place_on_the_frontier_has_the_highest_net_benefit(points):
    cost, effect = np.array(points, dtype=float).T
    found = frontier(cost, effect)
    corners = [k for k in found.members if found.status[k] == "ND"]
    ratios = [(cost[k] - cost[j]) / (effect[k] - effect[j]) for j, k in itertools.pairwise(corners)]
    edges = [0.0, *ratios, 1e3 + 2 * max([0.0, *ratios])]
    for corner, low, high in zip(corners, edges, edges[1:], strict=False):
        if high > low * (1 + 1e-9):
            net = (low + high) / 2 * effect - cost
            same = {
                k for k in found.members if k == corner or (found.previous[k] == corner and found.status[k] != "ND")
            }
            assert set(np.flatnonzero(net >= net.max() - 1e-9 * np.abs(net).max()).tolist()) == same


@given(POINTS, st.randoms(use_true_random=False))
def test_order_of_strategies_does_not_matter(points, random):
    order = list(range(len(points)))
    random.shuffle(order)
    names = [f"s{k}" for k in order]
    one = incremental(outcomes_of([(f"s{k}", *point) for k, point in enumerate(points)]), "payer")
    two = incremental(outcomes_of([(name, *points[k]) for name, k in zip(names, order, strict=True)]), "payer")
    assert [(row.cost, row.effect, row.status, row.icer.value) for row in one.rows] == [
        (row.cost, row.effect, row.status, row.icer.value) for row in two.rows
    ]


@given(POINTS)
def test_ratios_rise_along_the_frontier_and_are_positive(points):
    table = incremental(outcomes_of([(f"s{k}", *point) for k, point in enumerate(points)]), "payer")
    ratios = [row.icer.value for row in table.rows if row.icer.value is not None]
    assert all(ratio > 0 for ratio in ratios)
    assert all(a <= b * (1 + 1e-9) for a, b in itertools.pairwise(ratios))


def test_quadrants_of_a_pairwise_comparison():
    names = ("usual", "ne", "se", "nw", "sw", "equal", "cheaper", "worse")
    cost = [[100.0], [160.0], [60.0], [110.0], [60.0], [130.0], [90.0], [100.0]]
    effect = [[1.0], [1.5], [1.1], [0.9], [0.8], [1.0], [1.0], [0.5]]
    table = pairwise(from_totals(names, cost, effect), "usual", "payer")
    assert {row.strategy: (row.icer.status, row.icer.text) for row in table.rows} == {
        "ne": ("NE", "120"),
        "se": ("SE", "dominant"),
        "nw": ("NW", "dominated"),
        "sw": ("SW", "200 saved per QALY lost"),
        "equal": ("equal effect", "equal effect: costs 30 more"),
        "cheaper": ("equal effect", "equal effect: costs 10 less"),
        "worse": ("NW", "dominated"),
    }
    assert table.row("se").icer.value is None
    assert [icer(0, 0.1).text, icer(0, -0.1).text] == ["dominant", "dominated"]  # on the axes
    assert list(table.to_frame()["Quadrant"]) == ["NE", "SE", "NW", "SW", "equal effect", "equal effect", "NW"]


def test_ratio_vectors():
    assert icer(12000, 0.4).value == pytest.approx(VECTORS["NMB"]["ICER NE"])
    assert icer(-12000, -0.4).value == pytest.approx(VECTORS["NMB"]["ICER SW c=-12000,e=-.4"])


def test_unknown_names_say_the_nearest():
    two = from_totals(("chemo", "car_t"), [[1.0], [2.0]], [[1.0], [2.0]])
    with pytest.raises(HeconError, match="unknown strategy 'cart'; did you mean 'car_t'"):
        pairwise(two, "cart", "payer")
    with pytest.raises(HeconError, match="unknown perspective 'societl'; did you mean 'societal'"):
        incremental(two, "societl")
    with pytest.raises(HeconError, match="unknown effect 'qalys'; did you mean 'qaly'"):
        incremental(two, "payer", "qalys")
    with pytest.raises(HeconError, match="the model counts no 'carer_qaly'"):
        incremental(two, "payer", "qaly + carer_qaly")


def test_carer_qalys_count_only_when_asked_for():
    items = (Item("c", "cost", sector="health care"), Item("qaly", "qaly"), Item("family", "carer_qaly"))
    both = Outcomes(np.array([[[10.0], [1.0], [0.0]], [[30.0], [1.5], [0.5]]]), ("a", "b"), items)
    assert incremental(both, "payer").row("b").icer.value == pytest.approx(40)
    assert incremental(both, "payer", "qaly + carer_qaly").row("b").icer.value == pytest.approx(20)


def test_net_benefits_by_hand():
    two = from_totals(("care", "drug"), [[1000.0], [13000.0]], [[1.0], [1.4]])
    assert nmb(two, 30000, "payer")[:, 0] == pytest.approx([29000, 29000])  # the threshold is the ratio: a tie
    assert inmb(two, "care", 50000, "payer")[:, 0] == pytest.approx([0, 8000])
    assert nhb(two, 50000, "payer")[:, 0] == pytest.approx([0.98, 1.14])
    table = net_benefit(two, 50000, "payer")
    assert [row.best for row in table.rows] == [False, True]
    assert net_benefit(two, 0, "payer").rows[0].nhb is None
    with pytest.raises(HeconError, match="needs wtp above 0"):
        nhb(two, 0, "payer")
    with pytest.raises(HeconError, match="from 0 up"):
        nmb(two, -1, "payer")


def test_a_gap_between_deterministic_and_probabilistic_is_flagged():
    base = from_totals(("a", "b"), [[10.0], [20.0]], [[1.0], [2.0]])
    rng = np.random.default_rng(2)
    cost = np.array([[10.0], [21.0]]) + rng.normal(0, 1, (2, 400))
    psa = from_totals(("a", "b"), cost, np.full((2, 400), [[1.0], [2.0]]))
    gaps = agreement(base, psa, "payer")
    assert [(gap.strategy, gap.quantity) for gap in gaps if gap.flagged] == [("b", "cost")]
    assert "b: cost is 20.000 deterministic and" in str(gaps[1])
