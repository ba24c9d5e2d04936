"""A scenario in a file of its own: as if its rows stood in scenarios.csv, with the same faults, and no other draw moved."""

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.errors import InputError, ModelError
from hecon.inputs.parameter import Change, Scenario
from hecon.inputs.scenario_file import read_scenario_file, with_scenario_file
from hecon.results.case import prepared
from hecon.results.options import Options, named

DEMO = runpy.run_path(str(Path(__file__).parent / "sensitivity_case.py"))
HEAD = "scenario,label,target,name,value,note\n"
SCHEMES = {"schemes": ({"name": "fifth_off", "label": "A fifth off", "terms": "Discount('0.2')"},)}


@pytest.fixture
def file(tmp_path):
    def written(*rows):
        place = tmp_path / "f.csv"
        place.write_text(HEAD + "".join(f"{row}\n" for row in rows))
        return place

    return written


def case(**changes):
    settings = {"perspective": "payer", "threshold": "10", "reference": "none", "draws": "50", "seed": "3"}
    book = DEMO["book"](**changes)
    book = replace(book, settings={**book.settings, **settings, "product_price": "price"}, records=SCHEMES)
    model = DEMO["tree"]()
    leaf = model.strategies[1].to
    product = replace(leaf, outcomes=[replace(leaf.outcomes[0], category="product"), *leaf.outcomes[1:]])
    return hecon.open_case(
        replace(model, strategies=[model.strategies[0], replace(model.strategies[1], to=product)]), book
    )


def test_a_file_runs_as_its_rows_in_scenarios_csv_do(file):
    rows = file("mine,,parameter,price,7,", "mine,,setting,threshold,20,", "mine,,setting,agreement,fifth_off,")
    found = case().run(scenario_file=rows)
    inside = case()
    changes = (Change("parameter", "price", "7"), Change("setting", "threshold", "20"))
    changes += (Change("setting", "agreement", "fifth_off"),)
    inside = replace(inside, book=replace(inside.book, scenarios={"mine": Scenario("mine", "", changes)}))
    again = inside.run(scenario="mine")
    assert found.base.values.tolist() == again.base.values.tolist()
    assert found.base.cost("payer")[1, 0] == pytest.approx(7 * 0.8)
    assert (found.settings.scenario, found.settings.wtp, found.about["agreement"]) == ("mine", 20.0, "fifth_off")
    # the same rows are read once more where scenarios are compared
    table = case().run(draws=0).book
    compared = replace(case(), book=replace(table, scenarios={"mine": Scenario("mine", "", changes)})).run(draws=0)
    row = compared.scenarios(draws=0).of("mine")[0]
    assert (row.inc_cost.mean, row.inmb.mean) == pytest.approx((5.6, 20 - 5.6))


def test_a_changed_uncertain_input_is_fixed_in_every_draw_and_no_other_draw_moves(file):
    uncertain = {"distribution": "uniform", "low": 0.1, "high": 1.9}
    inputs = case(gain={**uncertain, "par1": 0.0, "par2": 2.0}, share={**uncertain, "par1": 0.0, "par2": 2.0})
    for sampling in ("independent", "latin-hypercube", "sobol"):
        before = inputs.run(draws=64, sampling=sampling)
        after = inputs.run(draws=64, sampling=sampling, scenario_file=file("mine,,parameter,gain,0.5,"))
        assert after.draws.names == ("share",)
        assert after.draws["share"].tolist() == before.draws["share"].tolist()
        np.testing.assert_allclose(after.psa.effect("qaly")[1], 0.5 * before.draws["share"])


def test_a_member_of_a_normal_group_can_be_fixed_and_a_dirichlet_share_with_all_its_group(file):
    found = hecon.open_case("car_t_paediatric_all")
    groups = {one.correlation_group for one in found.book.parameters.values()} - {""}
    assert "enrolled" in groups
    with pytest.raises(InputError, match=r"give all of them .* counts, or fix all of them"):
        with_scenario_file(found.book, file("mine,,parameter,p_infused,0.8,"))
    members = [one for one in found.book.parameters.values() if one.correlation_group == "enrolled"]
    rows = [f"mine,,parameter,{one.name},{one.value!r}," for one in members]
    book = with_scenario_file(found.book, file(*rows)).scenario("mine")
    before, after = found.book.sample(20, 1), book.sample(20, 1)
    assert set(before.names) - set(after.names) == {one.name for one in members}
    assert all(before[name].tolist() == after[name].tolist() for name in after.names)


def test_several_scenarios_need_a_name(file):
    rows = file("a,,parameter,price,7,", "b,,parameter,price,8,")
    assert list(read_scenario_file(rows)) == ["a", "b"]
    assert named(Options(scenario_file=rows, scenario="b")).scenario == "b"
    with pytest.raises(InputError, match=r"holds several scenarios \(a, b\): choose one with --scenario"):
        case().run(scenario_file=rows)
    with pytest.raises(InputError, match=r"has no scenario 'c' \(known: a, b\)"):
        case().run(scenario_file=rows, scenario="c")


def test_faults_bear_the_cells_of_the_file(file):
    with pytest.raises(InputError) as caught:
        case().run(
            scenario_file=file("mine,,parameter,prise,7,", "mine,,parameter,gain,x,", "mine,,seting,horizon,5 years,")
        )
    told = str(caught.value)
    assert "f.csv!E2 (prise): there is no parameter 'prise'; did you mean 'price'?" in told
    assert "f.csv!E3 (gain): parameter is not a number: 'x'" in told
    assert "f.csv!E4 (horizon): unknown target 'seting'; did you mean 'setting'?" in told
    with pytest.raises(InputError, match="holds no scenario"):
        read_scenario_file(file())
    with pytest.raises(InputError, match=r"f.csv!E2 \(agreement\): there is no agreement 'fift'"):
        case().run(scenario_file=file("mine,,setting,agreement,fift,"))
    with pytest.raises(
        InputError, match="the scenario pays as 'fifth_off' says, scheme= as 'other'; leave one of them"
    ):
        case().run(scenario_file=file("mine,,setting,agreement,fifth_off,"), scheme="other")
    with pytest.raises(ModelError, match="a scenario pays as 'fifth_off' says"):
        _other_agreement()


def test_a_name_that_the_case_has_stands_for_one_set_of_changes(file):
    own = {"mine": Scenario("mine", "", (Change("parameter", "price", "7"),))}
    inside = replace(case(), book=replace(case().book, scenarios=own))
    assert inside.run(draws=0, scenario_file=file("mine,,parameter,price,7,")).base.cost("payer")[1, 0] == 7
    with pytest.raises(
        InputError, match=r"f.csv!E2: the case has another scenario 'mine' already; give this one its own"
    ):
        inside.run(draws=0, scenario_file=file("mine,,parameter,price,8,"))


def test_a_scenario_may_pay_as_the_model_stands(file):
    inside = case()
    paid = replace(inside.book, settings={**inside.book.settings, "agreement": "fifth_off"})
    inside = replace(inside, book=paid)
    assert inside.run(draws=0).base.cost("payer")[1, 0] == pytest.approx(4)
    off = inside.run(draws=0, scenario_file=file("mine,,setting,agreement,,as the model stands"))
    assert off.base.cost("payer")[1, 0] == pytest.approx(5)
    told = prepared(inside, Options(scenario_file=file("mine,,setting,agreement,,"), scenario="mine"))
    assert "agreement" not in told.book.parameters


def _other_agreement():
    from hecon.analysis.sensitivity.scenario_agreement import in_force
    from hecon.structure.agreements.lowering import with_switch
    from hecon.structure.agreements.reading import agreements_of

    change = Change("setting", "agreement", "fifth_off")
    book = replace(case().book, scenarios={"mine": Scenario("mine", "", (change,))})
    in_force(with_switch(book, agreements_of(book)).scenario("mine"))
