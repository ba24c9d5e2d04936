"""One-way and two-way sensitivity: by hand, equal to direct runs, blind to order and labels, the ICER refused."""

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.analysis.cost_effectiveness.net_benefit import inmb
from hecon.analysis.sensitivity.one_way import on_icer, one_way
from hecon.analysis.sensitivity.two_way import two_way
from hecon.errors import HeconError, InputError

HERE = Path(__file__).parent
DEMO = runpy.run_path(str(HERE / "sensitivity_case.py"))
READING, tree, book = DEMO["READING"], DEMO["tree"], DEMO["book"]
SICK = HERE / "validation" / "sick_sicker"


def test_swings_by_hand_widest_first():
    found = one_way(tree(), book(), **READING)
    # gain 0.4 to 1.2: 10 x 0.4 - 5 = -1 to 7; price 4 to 8: 6 to 2; share has no range
    assert [(row.name, row.outcome[0], row.outcome[-1]) for row in found.rows] == [
        ("gain", pytest.approx(-1), pytest.approx(7)),
        ("price", pytest.approx(6), pytest.approx(2)),
    ]
    assert [row.width for row in found.rows] == [pytest.approx(8), pytest.approx(4)]
    assert found.rows[0].base == 5
    assert found.left_out == ("share",)
    assert [row.changes_decision for row in found.rows] == [True, False]


def test_every_point_equals_a_direct_run_of_the_sick_sicker_model():
    model = runpy.run_path(str(SICK / "model.py"))["MODEL"]
    inputs = hecon.read_inputs(SICK / "inputs")
    reading = {"reference": "standard", "perspective": "payer", "wtp": 100_000.0}
    found = one_way(model, inputs, **reading, points=3)
    assert len(found.rows) == 3 * 16
    for row in found.rows[::7]:
        for value, outcome in zip(row.values, row.outcome, strict=True):
            outcomes = hecon.run(model, inputs.fix(**{row.name: value}))
            direct = inmb(outcomes, "standard", 100_000, "payer")[outcomes.strategies.index(row.strategy), 0]
            assert outcome == pytest.approx(direct, rel=1e-10, abs=1e-6)


def test_the_order_and_the_labels_of_inputs_and_strategies_do_not_matter():
    others = [("watch", "1", "0.4 * gain")]
    found = one_way(tree(others=others), book(), **READING)
    turned = replace(book(), parameters=dict(reversed(book().parameters.items())))
    relabelled = {name: replace(one, label=f"no {k}") for k, (name, one) in enumerate(turned.parameters.items())}
    model = tree(others=others)
    swapped = replace(model, strategies=model.strategies[::-1])
    again = one_way(swapped, replace(turned, parameters=relabelled), **READING)
    for strategy in ("drug", "watch"):
        pairs = zip(found.of(strategy), again.of(strategy), strict=True)
        assert all(a.name == b.name and a.outcome.tolist() == b.outcome.tolist() for a, b in pairs)
        assert [row.changes_decision for row in found.of(strategy)] == [
            row.changes_decision for row in again.of(strategy)
        ]


def test_an_input_that_turns_within_its_range_is_found_by_the_grid_not_by_its_ends():
    # price x (10 - price): 24 at both ends of 4..6, 25 in the middle; as a gain at 10 per QALY
    model = tree(cost="0", gain="price * (10 - price)")
    found = one_way(model, book(price={"low": 4.0, "high": 6.0}), **READING, names=["price"]).rows[0]
    assert (found.outcome[0], found.outcome[-1], found.most) == pytest.approx((240, 240, 250))
    assert not found.monotone
    assert found.width == pytest.approx(10)


def test_quantiles_of_the_distributions_may_be_the_limits():
    uniform = {"distribution": "uniform", "par1": 4.0, "par2": 6.0, "low": float("nan"), "high": float("nan")}
    found = one_way(tree(), book(price=uniform), **READING, limits="quantiles", quantiles=(0.1, 0.9))
    assert [row.name for row in found.rows] == ["price"]
    assert (found.rows[0].values[0], found.rows[0].values[-1]) == pytest.approx((4.2, 5.8))
    assert set(found.left_out) == {"gain", "share"}


def test_the_other_shares_of_a_dirichlet_keep_their_proportions():
    shares = {
        name: {"value": count / 20, "distribution": "dirichlet", "par1": count, "correlation_group": "g"}
        for name, count in (("p_a", 10.0), ("p_b", 6.0), ("p_c", 4.0))
    }
    model = tree(gain="p_b + 2 * p_c + 0 * p_a")
    found = one_way(model, book(**shares), **READING, names=["p_a"]).rows[0]
    # p_b and p_c stay 3 : 2 of what p_a leaves: (1 - p_a) x (0.6 + 0.8) x 10 - 5
    assert found.outcome == pytest.approx((1 - found.values) * 14 - 5)


def test_a_switch_is_tried_at_its_whole_numbers_only():
    switch = {"value": 1.0, "low": 0.0, "high": 1.0, "unit": "switch"}
    assert one_way(tree(), book(share=switch), **READING, names=["share"]).rows[0].values.tolist() == [0, 1]


def test_on_the_icer_where_all_points_lie_in_one_quadrant():
    found = on_icer(one_way(tree(), book(), **READING), "drug")
    assert found.measure == "ICER"
    # gain 0.4 to 1.2: 5 / 0.4 = 12.5 to 4.17; price 4 to 8
    assert [(row.name, row.base, row.least, row.most) for row in found.rows] == [
        ("gain", 5, pytest.approx(5 / 1.2), pytest.approx(12.5)),
        ("price", 5, 4, 8),
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"gain": {"low": -0.2}}, "dominated"),
        ({"price": {"low": -1.0, "support": "any"}}, "dominant"),
        ({"gain": {"value": -1.0, "low": -2.0, "high": -0.5}}, "dominated"),
        ({"gain": {"low": 0.0}}, "equal effect"),
    ],
)
def test_the_icer_is_refused_elsewhere_with_the_point_that_forbids_it(changes, why):
    with pytest.raises(HeconError, match=why):
        on_icer(one_way(tree(), book(**changes), **READING), "drug")


def test_savings_per_qaly_lost_are_one_quadrant_too():
    saved = {"value": -5.0, "low": -8.0, "high": -4.0, "support": "any"}
    south_west = book(gain={"value": -1.0, "low": -2.0, "high": -0.5}, price=saved)
    assert on_icer(one_way(tree(), south_west, **READING), "drug").rows[0].base == 5


def test_one_way_refuses_what_it_cannot_vary():
    with pytest.raises(InputError, match="share"):
        one_way(tree(), book(), **READING, names=["share"])
    with pytest.raises(InputError, match="did you mean 'price'"):
        one_way(tree(), book(), **READING, names=["pric"])
    with pytest.raises(InputError, match="at least 2"):
        one_way(tree(), book(), **READING, points=1)
    with pytest.raises(HeconError, match="unknown strategy"):
        one_way(tree(), book(), **{**READING, "reference": "nothing"})


def test_the_table_has_a_row_per_input():
    frame = one_way(tree(), book(), **READING).to_frame()
    assert frame.columns[:4].tolist() == ["strategy", "reference", "parameter", "label"]
    assert frame["width"].tolist() == pytest.approx([8, 4])


def test_two_way_by_hand_with_its_decision_map():
    found = two_way(tree(), book(), "price", "gain", perspective="payer", wtp=10, points=3)
    assert found.nmb[1] == pytest.approx(10 * np.array([[0.4], [0.8], [1.2]]) - np.array([4, 6, 8]))
    # 4 - 4 = 0 ties with none, the first declared; 8 - 8 = 0 too
    assert found.best.tolist() == [[0, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert found.margin[2].tolist() == pytest.approx([8, 6, 4])
    assert found.share("drug") == pytest.approx((5 + 2 * 0.5) / 9)  # of two points a half
    assert found.best_names()[0, 0] == "none = drug"
    assert len(found.to_frame()) == 9


def test_two_way_needs_two_inputs_with_ranges():
    with pytest.raises(InputError, match="twice"):
        two_way(tree(), book(), "price", "price", perspective="payer", wtp=10)
    with pytest.raises(InputError, match="has no low and high"):
        two_way(tree(), book(), "price", "share", perspective="payer", wtp=10)
