"""Scenarios through the one run path: equal to direct runs, settings and structures among them, common draws."""

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

import hecon
from hecon.analysis.cost_effectiveness.net_benefit import inmb
from hecon.analysis.sensitivity.scenarios import BASE, scenarios
from hecon.errors import HeconError, InputError, ModelError
from hecon.inputs.parameter import Change, Scenario

HERE = Path(__file__).parent
DEMO = runpy.run_path(str(HERE / "sensitivity_case.py"))
READING, tree = DEMO["READING"], DEMO["tree"]
SICK = HERE / "validation" / "sick_sicker"


def book(**changes):
    """The demo's book with scenarios: name -> rows (target, name, value)."""
    made = {name: Scenario(name, "", tuple(Change(*row) for row in rows)) for name, rows in changes.items()}
    return replace(DEMO["book"](), scenarios=made)


def test_scenarios_by_hand_the_base_case_first():
    found = scenarios(tree(), book(dear=[("parameter", "price", "8")], strong=[("parameter", "gain", "2")]), **READING)
    assert [(row.scenario, row.inmb.mean) for row in found.rows] == [(BASE, 5), ("dear", 2), ("strong", 15)]
    assert [row.icer.text for row in found.rows] == ["5", "8", "2.5"]
    assert found.draws == 0
    assert found.of("dear")[0].best


def test_every_scenario_equals_its_own_run():
    model = runpy.run_path(str(SICK / "model.py"))["MODEL"]
    rows = {
        "fast": [("parameter", "r_S1S2", "0.2"), ("parameter", "r_HS1", "0.2")],
        "undiscounted": [("parameter", "dr_cost", "0"), ("parameter", "dr_effect", "0")],
        "short": [("setting", "horizon", "10 years")],
        "ends": [("setting", "within_cycle", "end")],
    }
    made = {name: Scenario(name, "", tuple(Change(*row) for row in several)) for name, several in rows.items()}
    inputs = replace(hecon.read_inputs(SICK / "inputs"), scenarios=made)
    reading = {"reference": "standard", "perspective": "payer", "wtp": 100_000.0}
    found = scenarios(model, inputs, **reading, draws=50, seed=4)
    for name in ("base case", *rows):
        other = inputs if name == "base case" else inputs.scenario(name)
        for basis, draws in (("deterministic", other.base()), ("probabilistic", other.sample(50, 4))):
            direct = inmb(hecon.run(model, draws), "standard", 100_000, "payer").mean(axis=1)
            assert [row.inmb.mean for row in found.of(name, basis)] == pytest.approx(direct[1:].tolist(), rel=1e-9)
    assert len({row.inmb.mean for row in found.rows}) == len(found.rows)


def test_probabilistic_scenarios_share_their_draws():
    uncertain = {"distribution": "uniform", "par1": 0.5, "par2": 1.5, "low": 0.6, "high": 1.4}
    inputs = replace(DEMO["book"](gain=uncertain), scenarios=book(dear=[("parameter", "price", "8")]).scenarios)
    base, dear = (row for row in scenarios(tree(), inputs, **READING, draws=500).rows if row.basis == "probabilistic")
    assert base.inmb.mean - dear.inmb.mean == pytest.approx(3, abs=1e-12)  # no noise of sampling in between
    # 10 x gain > price: gain above 0.5 always, above 0.8 in 70%
    assert base.p_best == 1
    assert dear.p_best == pytest.approx(0.7, abs=0.06)


def test_strategies_tied_in_a_draw_share_it():
    twice = tree(others=[("the same drug", "price", "gain * share")])
    uncertain = {"distribution": "uniform", "par1": 0.8, "par2": 1.2, "low": 0.9, "high": 1.1}  # always worth its price
    rows = scenarios(twice, DEMO["book"](gain=uncertain), **READING, draws=4).rows
    assert [row.p_best for row in rows if row.basis == "probabilistic"] == [0.5, 0.5]


def test_a_scenario_may_choose_another_structure():
    models = {"plain": tree(), "double": tree(gain="2 * gain * share")}
    inputs = book(other=[("setting", "structure", "double")])
    inputs = replace(inputs, settings={**inputs.settings, "structure": "plain"})
    found = scenarios(models, inputs, **READING)
    assert [row.inmb.mean for row in found.rows] == [5, 15]
    lost = replace(inputs, scenarios=book(other=[("setting", "structure", "duoble")]).scenarios)
    with pytest.raises(ModelError, match="did you mean 'double'"):
        scenarios(models, lost, **READING)


def test_a_scenario_may_be_read_differently():
    found = scenarios(tree(), book(poor=[("setting", "threshold", "4")]), **READING)
    assert found.of("poor")[0].inmb.mean == -1
    assert found.of("poor")[0].reading.wtp == 4
    assert not found.of("poor")[0].best


def test_a_scenario_may_leave_strategies_out():
    model = tree(others=[("watch", "1", "0.9 * gain")])
    found = scenarios(model, book(two=[("setting", "strategies", "none drug")]), **READING)
    assert [(row.scenario, row.strategy, row.best) for row in found.rows] == [
        (BASE, "drug", False),
        (BASE, "watch", True),
        ("two", "drug", True),
    ]


def test_named_scenarios_only_and_unknown_ones_refused():
    inputs = book(dear=[("parameter", "price", "8")], cheap=[("parameter", "price", "4")])
    assert [row.scenario for row in scenarios(tree(), inputs, **READING, names=["cheap"]).rows] == [BASE, "cheap"]
    with pytest.raises(InputError, match="did you mean 'cheap'"):
        scenarios(tree(), inputs, **READING, names=["chaep"])
    with pytest.raises(HeconError, match="unknown strategy"):
        scenarios(tree(), inputs, **{**READING, "reference": "nothing"})


def test_the_order_of_scenarios_changes_no_number():
    rows = {"dear": [("parameter", "price", "8")], "strong": [("parameter", "gain", "2")]}
    one = scenarios(tree(), book(**rows), **READING)
    two = scenarios(tree(), book(**dict(reversed(rows.items()))), **READING)
    assert {row.scenario: row.inmb for row in one.rows} == {row.scenario: row.inmb for row in two.rows}


def test_the_table_has_intervals_only_where_there_are_draws():
    frame = scenarios(tree(), book(dear=[("parameter", "price", "8")]), **READING).to_frame()
    assert frame["inmb_low"].isna().all()
    assert frame["scenario"].tolist() == [BASE, "dear"]
