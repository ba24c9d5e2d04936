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


def test_what_scenarios_share_is_computed_once_and_changes_no_number():
    case = hecon.open_case("car_t_paediatric_all")
    inputs = case.book
    reading = {"reference": "salvage", "perspective": "health care sector", "wtp": 100_000.0}
    found = scenarios(case.models, inputs, **reading, draws=24, seed=3)
    for name in ("base case", *inputs.scenarios):
        other = inputs if name == "base case" else inputs.scenario(name)
        direct = hecon.run(case.model, other.sample(24, 3))
        (row,) = found.of(name, "probabilistic")
        cost, gain = (x[1] - x[0] for x in (direct.cost("health care sector"), direct.effect()))
        assert row.inc_cost.mean == pytest.approx(cost.mean(), rel=1e-10)
        assert row.inc_effect.mean == pytest.approx(gain.mean(), rel=1e-10)
    assert len(found.rows) == 2 * (1 + len(inputs.scenarios))


def test_a_price_alone_is_repriced_without_a_sweep_of_its_own(monkeypatch):
    from hecon.evaluate import together

    planned = []
    plan = together.Plan
    monkeypatch.setattr(together, "Plan", lambda *made: planned.append(plan(*made)) or planned[-1])
    case = hecon.open_case("car_t_paediatric_all")
    reading = {"reference": "salvage", "perspective": "payer", "wtp": 100_000.0, "draws": 24}
    names = ["price_200000", "hospital_markup_10", "pay_on_response"]
    for some in (names[:1], names):
        scenarios(case.models, case.book, **reading, names=some)
    one, three = ([sum(len(group.sums) for group in made.groups), len(made.needed)] for made in planned)
    assert one[0] == three[0]  # not a sum over the cycles more
    assert three[1] - one[1] < 20


UNCERTAIN = {"distribution": "uniform", "par1": 0.5, "par2": 1.5, "low": 0.6, "high": 1.4}


def test_a_scenario_that_cannot_be_run_is_told_as_its_own_run_tells_it():
    wide = book(wide=[("par1", "gain", "-0.5"), ("par2", "gain", "2.5")]).scenarios
    inputs = replace(DEMO["book"](gain=UNCERTAIN), scenarios=wide)
    model = tree(gain="log(gain)")
    with pytest.raises(ModelError) as mine:
        hecon.run(model, inputs.scenario("wide").sample(50, 1))
    with pytest.raises(ModelError) as told:
        scenarios(model, inputs, **READING, draws=50)
    assert str(told.value) == str(mine.value)


def test_a_scenario_may_leave_the_range_of_the_base_case():
    inputs = replace(DEMO["book"](gain=UNCERTAIN), scenarios=book(strong=[("parameter", "gain", "2")]).scenarios)
    found = scenarios(tree(), inputs, **READING, draws=4)
    assert [row.inmb.mean for row in found.of("strong")] == [15]


@pytest.mark.parametrize("method", ["latin hypercube", "sobol"])
def test_scenarios_are_sampled_as_the_settings_say(method):
    inputs = replace(DEMO["book"](gain=UNCERTAIN), scenarios=book(dear=[("parameter", "price", "8")]).scenarios)
    inputs = replace(inputs, settings={**inputs.settings, "sampling": method})
    analysis = hecon.open_case(tree(), inputs).run(draws=16, seed=1, perspective="payer", wtp=10.0, reference="none")
    table = analysis.scenarios()
    assert table.method == method
    row = table.of("base case", "probabilistic")[0]
    assert row.inmb.mean == pytest.approx(10 * inputs.sample(16, 1, method)["gain"].mean() - 5)
    assert row.inmb.mean != pytest.approx(10 * inputs.sample(16, 1)["gain"].mean() - 5, abs=1e-9)


def test_a_shorter_horizon_says_what_it_leaves_out():
    late = hecon.Cost("refund", "-100", category="product", sector="health care", at="15 years")
    model = hecon.MarkovModel(
        ("well", "dead"), "1 year", "20 years", "start", "mid", transitions={"well -> dead": "0.1"},
        outcomes=[hecon.Utility({"well": "1"})], title="Demo", discount={"cost": "0", "effect": "0"},
        discount_timing="continuous", dead=("dead",), start="well",
        strategies=[hecon.Strategy("care"), hecon.Strategy("cure", outcomes=[late])],
    )  # fmt: skip
    short = Scenario("short", "", (Change("setting", "horizon", "10 years"),))
    table = scenarios(
        model, hecon.make_book("demo", [], scenarios={"short": short}), reference="care", perspective="payer", wtp=1.0
    )
    assert list(table.left_out) == ["short"]
    assert "Left out in short: item 'refund'" in table.note
    assert "Left out in short: item 'refund'" in str(table)
    assert table.of("base case")[0].inc_cost.mean == -100
    assert table.of("short")[0].inc_cost.mean == 0


def test_a_report_takes_a_power_of_two_of_sobol_draws(monkeypatch):
    from hecon.report import write_report

    monkeypatch.setattr(write_report, "SCENARIO_DRAWS", 20)
    inputs = replace(DEMO["book"](gain=UNCERTAIN), scenarios=book(dear=[("parameter", "price", "8")]).scenarios)
    case = hecon.open_case(tree(), inputs)
    analysis = case.run(draws=32, seed=1, sampling="sobol", perspective="payer", wtp=10.0, reference="none")
    table = write_report.everything(analysis)[0].scenarios
    assert (table.draws, table.method) == (16, "sobol")
