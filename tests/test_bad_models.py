"""What a model cannot be, and what it is told: where, what, what to do; all faults at once."""

from typing import Any

import numpy as np
import pytest

import hecon
from bad_model import BOOK, CARE, INPUTS, cohort, cost, refusal, tree
from hecon import (
    QALY,
    Branch,
    Chance,
    Check,
    Cost,
    Count,
    Decision,
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
from hecon.inputs.parameter import Table

MODELS: dict[str, tuple[Any, str]] = {
    # names
    "a misspelt input": (
        cohort(transitions={"well -> ill": "p_relaps", "ill -> dead": "p_die"}),
        "car_t - cohort, well -> ill: unknown name 'p_relaps'; did you mean 'p_relapse'?",
    ),
    "a misspelt formula": (
        cohort(let={"hr_now": "1"}, outcomes=[Cost("x", {"ill": "hr_nwo"}, per="year", **CARE)]),
        "car_t - cohort, x (ill): unknown name 'hr_nwo'; did you mean 'hr_now'?",
    ),
    "a misspelt function": (
        cohort(let={"x_now": "expp(1)"}),
        "strategy car_t, cohort, x_now: unknown function 'expp'; did you mean 'exp'?\n  expp(1)\n  ^",
    ),
    "a misspelt override": (
        cohort(
            let={"hr_now": "1"},
            transitions={"well -> ill": "p_relapse * hr_now", "ill -> dead": "p_die"},
            strategies=[Strategy("car_t", let={"hr_nwo": "0.5"})],
        ),
        "strategy car_t: let 'hr_nwo' changes nothing, because no formula uses it; did you mean 'hr_now'?",
    ),
    "an input shadowed": (
        cohort(let={"p_die": "0.1"}),
        "strategy car_t: the formula 'p_die' shadows the input of that name (parameters!E3); rename one",
    ),
    "a circle": (cohort(let={"a_": "b_ + 1", "b_": "d_ * 2", "d_": "a_"}), "circular definition: a_ -> b_ -> d_ -> a_"),
    "itself": (cohort(let={"a_": "a_ + 1"}), "circular definition: a_ -> a_"),
    "an Excel cell": (cohort(let={"hr1": "1"}), "'hr1' is an Excel cell; write 'hr_1'"),
    "a reserved name": (cohort(let={"age": "1"}), "'age' is reserved (age in years in this row); choose another name"),
    "the tree's length": (tree(Leaf(), let={"lasts": "2"}), "'lasts' is reserved (years from the decision to"),
    "age without one": (cohort(let={"x_now": "age"}), "age is not known: give the model its starting age with age=..."),
    "time in a tree": (
        tree(Leaf(outcomes=[cost("t")])),
        "'t' (years since the block's start) is known only inside a structure with a clock",
    ),
    "the rest in a formula": (
        cohort(transitions={"well -> ill": "C / 2", "ill -> dead": "p_die"}),
        "C, the rest, stands alone as a probability; it cannot be part of a formula",
    ),
    # states and transitions
    "an unknown state in a transition": (
        cohort(transitions={"well -> il": "p_relapse", "ill -> dead": "p_die"}),
        "'well -> il' is not a transition 'a -> b' between declared states; did you mean 'ill'?",
    ),
    "an unknown state in an amount": (
        cohort(outcomes=[Utility({"wel": "1"})]),
        "cohort, utility: unknown state 'wel'; did you mean 'well'?",
    ),
    "an unknown state to start in": (cohort(start="wel"), "start: unknown state 'wel'; did you mean 'well'?"),
    "an unknown state called dead": (cohort(dead=("deda",)), "dead: unknown state 'deda'; did you mean 'dead'?"),
    "an unknown state with tunnels": (
        cohort(tunnels={"il": Tunnel(3, last="stay")}),
        "tunnels: unknown state 'il'; did you mean 'ill'?",
    ),
    "an unknown state in a formula": (
        cohort(report={"r_": 'sum(occupancy["wel"])'}),
        "no state 'wel' here; did you mean 'well'?",
    ),
    "a transition that is none": (
        cohort(outcomes=[Count("n", "1", on="dead -> well")]),
        "on='dead -> well': there is no such transition in the model",
    ),
    "a transition of unknown states": (
        cohort(outcomes=[Count("n", "1", on="well -> il")]),
        "on='well -> il' is not a transition between declared states; did you mean 'ill'?",
    ),
    "a state twice": (cohort(states=("well", "ill", "ill", "dead")), "state 'ill' is declared more than once"),
    "no start": (cohort(start=None), "needs a start state: start='...' on the leaf, the strategy or the model"),
    "starts that do not add up": (
        cohort(start={"well": "0.5", "ill": "0.4"}),
        "start: shares are at least 0 and add up to 1; got well 0.5, ill 0.4",
    ),
    "starts below 0": (
        cohort(start={"well": "1.5", "ill": "-0.5"}),
        "start: shares are at least 0 and add up to 1; got well 1.5, ill -0.5",
    ),
    "two rests": (
        cohort(transitions={"well -> ill": "C", "well -> dead": "C"}),
        "leaving 'well': only one entry can be C, the rest of the row",
    ),
    "a rate of staying": (
        cohort(transitions=None, rates={"well -> well": "1"}),
        "rates from well: staying has no rate, and there is no rest",
    ),
    "rates and probabilities": (
        cohort(rates={"well -> ill": "1"}),
        "give either transitions= (probabilities per cycle) or rates= (per year)",
    ),
    "an override of the other kind": (
        cohort(strategies=[Strategy("car_t", rates={"well -> ill": "1"})]),
        "strategy car_t, cohort: rates= overrides nothing here: the structure is written without",
    ),
    "tunnels under rates": (
        cohort(
            transitions=None, rates={"well -> ill": "1", "ill -> dead": "1"}, tunnels={"ill": Tunnel(2, last="stay")}
        ),
        "tunnels need transitions=, probabilities per cycle",
    ),
    "a tunnel without an end": (
        cohort(tunnels={"ill": Tunnel(2, last="leave")}),
        'needs a whole number of cycles, at least 1, and last="stay" or "error"; got Tunnel(',
    ),
    "state_time outside a tunnel": (
        cohort(transitions={"well -> ill": "0.1 * state_time", "ill -> dead": "p_die"}),
        "car_t - cohort: well -> ill: state_time is known only for states declared in tunnels=",
    ),
    "several ends": (
        cohort(transitions={"well -> ill": "0.5", "well -> dead": "0.1"}),
        "have no way out: say which are dead with dead=(...)",
    ),
    # time
    "a horizon between cycles": (
        cohort(cycle="1 month", horizon="6 weeks"),
        "horizon '6 weeks' is 1.385 cycles of '1 month', not a whole number: write '1 cycles' or '2 cycles'",
    ),
    "a time without a unit": (cohort(cycle="1"), "'1' is not a length of time: write a number and a unit"),
    "a payment between rows": (
        cohort(outcomes=[cost({"well": "1"}, at="18 months")]),
        'at="18 months": 1.5 cycles is not a row of this block (whole cycles from 0 to 4): name the time of a row',
    ),
    "a payment past the horizon": (
        cohort(outcomes=[cost({"well": "1"}, at="5 years")]),
        'at="5 years": beyond the horizon of 4 years, and it changes a total',
    ),
    # methods
    "an unknown method": (
        cohort(within_cycle="half_cycle"),
        "within_cycle 'half_cycle' is not one of start, end, half-cycle, simpson",
    ),
    "unknown events": (cohort(events="middle"), "events 'middle' is not one of start, mid, end; did you mean 'mid'?"),
    "unknown flows": (
        cohort(flows="middle"),
        "flows 'middle' is not one of boundaries, start, mid, end; did you mean 'mid'?",
    ),
    "unknown discounting": (
        cohort(discount_timing="continous"),
        "'continous' is not one of continuous, whole_year; did you mean 'continuous'?",
    ),
    "one rate": (cohort(discount={"cost": "0.03"}), 'discount: needs two rates: {"cost": ..., "effect": ...}'),
    # items
    "an unknown sector": (
        cohort(outcomes=[cost(sector="healthcare")]),
        "sector 'healthcare' is not one of health care, out-of-pocket",
    ),
    "no category": (cohort(outcomes=[cost(category="")]), "strategy car_t, cohort, drug: needs a category"),
    "a flow without its time": (
        cohort(outcomes=[cost({"well": "1"})]),
        'a flow in states needs per="year" or per="cycle"',
    ),
    "a flow and a transition": (
        cohort(outcomes=[cost("1", on="well -> ill", per="year")]),
        "on= is paid per transition: leave out per= and at=",
    ),
    "a flow and a time": (
        cohort(outcomes=[cost({"well": "1"}, at="1 year", per="year")]),
        "at= is paid once, per= all the time",
    ),
    "amounts per state on a transition": (
        cohort(outcomes=[cost({"well": "1"}, on="well -> ill")]),
        "on= takes one amount, not one per state",
    ),
    "life-years on a clock": (cohort(outcomes=[LifeYears("1")]), "a structure with a clock counts its own life-years"),
    "states in a tree": (
        tree(Leaf(outcomes=[cost({"well": "1"}, per="year")])),
        "in a tree an item has one amount; states, per= and on= belong",
    ),
    "one name, two tags": (
        cohort(outcomes=[cost("1"), cost("2", category="drugs")]),
        "drug: is declared twice with different tags: category 'care', sector 'health care', payer 'health care'; category 'drugs'",
    ),
    # checks and reports
    "a check of nothing": (cohort(checks=[Check("k", "1")]), "check k: give either equals= or at_most="),
    "a check per cycle": (
        cohort(checks=[Check("k", 'occupancy["well"]', at_most="1")]),
        "check k: has a value per cycle where one is needed: sum(x), at(x, years) or largest(x)",
    ),
    "a report per cycle": (cohort(report={"r_": "t"}), "report r_: has a value per cycle where one is needed"),
    "a table inside a formula": (
        cohort(report={"r_": "1 + by_year(t)"}),
        "by_year(x) is a table: use it alone, in report={...}",
    ),
    "a sum in a tree": (
        tree(Leaf(outcomes=[cost("sum(c_drug)")])),
        "sum() adds up over cycles and needs a structure with a clock",
    ),
    "a reduction in a transition": (
        cohort(transitions={"well -> ill": "p_relapse / sum(t)", "ill -> dead": "p_die"}),
        "a transition depends on a reduction over cycles, which is known only after the last one",
    ),
    "a reduction in a flow": (
        cohort(outcomes=[Cost("x", {"well": "t + sum(t)"}, per="year", **CARE)]),
        "a value per cycle rests on a sum over the cycles",
    ),
    "a transition that counts heads": (
        cohort(transitions={"well -> ill": 'occupancy["ill"]', "ill -> dead": "p_die"}),
        "well -> ill depends on occupancy; a cohort model's transitions may not",
    ),
    # tables
    "an unknown table": (
        cohort(let={"x_now": "life_tabel[cycle, 'qx_male']"}),
        "unknown table 'life_tabel'; did you mean 'life_table'? (tables: life_table, norms)",
    ),
    "an unknown column": (
        cohort(let={"x_now": "life_table[cycle, 'qx_mal']"}),
        "table life_table has no column 'qx_mal'; did you mean 'qx_male'?",
    ),
    "a column left out": (
        cohort(let={"x_now": "life_table[cycle]"}),
        'table life_table has 2 columns; say which: life_table[x, "qx_male"]',
    ),
    "life tables of another kind": (
        cohort(let={"x_now": "mortality_rate(norms, cycle, 0.5, 0)"}),
        "table norms has no column 'qx_male'",
    ),
    "past the table": (
        cohort(transitions={"well -> ill": "norms[cycle]", "ill -> dead": "p_die"}),
        "the probability well -> ill is not a number (strategy car_t, car_t - cohort, cycle 2, draw 0): norms[cycle]; "
        "outside their range these tables give nothing: norms (age 0 up to below 2); add rows",
    ),
    # trees
    "no branches": (tree(Chance()), "strategy car_t: this node has no branches"),
    "no options": (tree(Decision()), "strategy car_t: this node has no options"),
    "branches of one name": (
        tree(Chance(Branch("a", "0.5", Leaf()), Branch("a", "C", Leaf()))),
        "two branches of a node are called 'a'",
    ),
    "options of one name": (
        tree(Decision(Option("a", Leaf()), Option("a", Leaf()))),
        "two options of a node are called 'a'",
    ),
    "a label like a path": (
        tree(Chance(Branch("a / b", "C", Leaf()))),
        "the label 'a / b' holds ' / ', which stands between the labels of a path",
    ),
    "two rests in a tree": (
        tree(Chance(Branch("a", "C", Leaf()), Branch("b", "C", Leaf()))),
        "only one branch of a chance node can be C",
    ),
    "a branch to nowhere": (tree(Chance(Branch("a", "C", None))), "strategy car_t / a: leads to None: write a Chance"),
    "a leaf with overrides": (
        tree(Leaf(let={"x_now": "1"}, start="well")),
        "this leaf leads to no structure, so let, start= change nothing",
    ),
    "no strategies": (tree(Leaf(), strategies=[]), "strategies: a model needs at least one; there are none"),
    "a strategy twice": (
        tree(Leaf(), strategies=[Strategy("a", to=Leaf()), Strategy("a", to=Leaf())]),
        "'a' is declared more than once",
    ),
    "nothing to stand on": (
        MarkovModel(("a", "b"), "1 year", "1 year", "start", "end", transitions={"a -> b": "0.5"}),
        "standing alone, the model needs discount=",
    ),
    # numbers instead of text
    "a number as a transition": (
        cohort(transitions={"well -> ill": 0.4, "ill -> dead": "p_die"}),
        "a formula is written as text: '0.4', in quotes",
    ),
    "a number as a name": (cohort(let={"hr_now": 1}), "a formula is written as text: '1', in quotes"),
    "a number as a probability": (
        tree(Chance(Branch("a", 0.5, Leaf()), Branch("b", "C", Leaf()))),
        "a probability is a formula: '0.5', in quotes",
    ),
    "a number as a rate": (
        cohort(discount={"cost": 0.03, "effect": "0"}),
        "a rate is a formula, written as text: '0.03', in quotes",
    ),
    "a number as an age": (cohort(age=40), "age: a formula is written as text: '40', in quotes"),
}


@pytest.mark.parametrize("what", MODELS)
def test_refusals(what: str) -> None:
    model, message = MODELS[what]
    found = refusal(model)
    assert message in found
    assert "Traceback" not in found


def test_amounts_are_text() -> None:
    for make in (
        lambda: Cost("drug", 100),
        lambda: QALY("drug", 0.1),
        lambda: Utility({"well": 1}),
        lambda: Count("n", 1),
    ):
        with pytest.raises(ModelError, match=r"an amount is a formula, written as text: '[0-9.]+', in quotes"):
            make()


def test_a_model_is_a_model() -> None:
    assert "a model is a DecisionTree or a structure with strategies; got dict" in refusal({"states": []})


def test_all_faults_are_told_at_once() -> None:
    model = cohort(
        within_cycle="middle",
        let={"hr1": "1", "a_": "a_ +"},
        transitions={"well -> il": "1", "ill -> dead": "expp(1)"},
        outcomes=[Cost("drug", {"wel": "1"}, per="year", category="", sector="care")],
    )
    found = refusal(model)
    assert found.startswith("Bad model: 9 faults\n  - ")
    for words in (
        "within_cycle 'middle'",
        "'hr1' is an Excel cell",
        "not a formula",
        "'well -> il'",
        "'expp'",
        "'wel'",
        "category",
        "sector 'care'",
    ):
        assert words in found
    model = cohort(
        let={"a_": "x_one + 1", "b_": "x_two"}, transitions={"well -> ill": "x_three", "ill -> dead": "p_die"}
    )
    found = refusal(model)
    assert all(f"unknown name 'x_{n}'" in found for n in ("one", "two", "three"))


def test_unknown_keepers() -> None:
    with pytest.raises(ModelError, match="keep: unknown collector 'traces'; did you mean 'trace'"):
        hecon.run(cohort(), BOOK.base(), keep=("traces",))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"states": "well"}, "states: write a list of names"),
        ({"transitions": [[0.9, 0.1], [0, 1]]}, 'transitions: write {"well -> ill": "formula"}; got a list'),
        (
            {"transitions": {"well": {"ill": "p_relapse"}}},
            '{"well -> ill": "formula"} in place of {"well": {"ill": ...}}',
        ),
        ({"transitions": {("well", "ill"): "p_relapse"}}, 'write "well -> ill", as text'),
        ({"outcomes": Utility({"well": "1"})}, "outcomes: write a list of items"),
        ({"outcomes": ["u_well"]}, "outcomes: holds 'u_well'"),
        ({"strategies": ["car_t"]}, "strategies: holds 'car_t'"),
        ({"tunnels": {"ill": 24}}, 'write {"ill": Tunnel(24, last="stay")}'),
        ({"discount": "0.03"}, "discount: write two rates"),
        ({"outcomes": None}, "outcomes: write a list of items, such as [Utility"),
        ({"let": None}, 'let: write {"name": "formula"}; got a NoneType'),
        ({"dead": "dead"}, "dead: write a list of names"),
        ({"start": [1, 0]}, "start: write a state"),
    ],
)
def test_other_forms_are_refused_where_they_are_written(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ModelError) as found:
        cohort(**changes)
    assert told in str(found.value)


@pytest.mark.parametrize(("fifth", "word"), [("year", "per"), ("well -> ill", "on")])
def test_when_a_cost_falls_is_not_taken_for_its_payer(fifth: str, word: str) -> None:
    """By position it would be paid once, on entering."""
    with pytest.raises(ModelError, match=f"is no payer; write {word}='{fifth}'"):
        Cost("care", "c_drug", "care", "health care", fifth)


def test_overrides_are_not_taken_for_a_label() -> None:
    """`Strategy("b", {"rr": "1"})` would run without the override."""
    with pytest.raises(
        ModelError, match=r"Strategy b: 1 fault\n  - label: is a text; got a dict: is another argument meant"
    ):
        Strategy("b", {"rr": "1"})


@pytest.mark.parametrize("rate", [None, ["0.03"], [("0.03", 0)], [(0, 0.03)]])
def test_a_discount_rate_is_a_formula_or_a_schedule(rate: Any) -> None:
    with pytest.raises(ModelError, match=r"discount cost: write a rate, \"0\.03\", or a schedule"):
        hecon.run(cohort(discount={"cost": rate, "effect": "0"}), BOOK.base())


def test_a_discount_rate_that_is_no_formula_is_told_with_its_place() -> None:
    with pytest.raises(ModelError, match="discount effect: not a formula"):
        hecon.run(cohort(discount={"cost": "0.03", "effect": "3%"}), BOOK.base())


def test_branches_and_options_are_given_one_by_one() -> None:
    with pytest.raises(ModelError, match="branches one by one"):
        Chance([Branch("a", "C", Leaf())])
    with pytest.raises(ModelError, match="options one by one"):
        Decision([Option("a", Leaf())])


def test_what_every_strategy_has_is_told_once() -> None:
    both = [Strategy("car_t"), Strategy("chemo")]
    with pytest.raises(ModelError) as found:
        hecon.run(cohort(strategies=both, transitions={"wel -> dead": "p_die", "ill -> dead": "p_die"}), BOOK.base())
    assert str(found.value).count("wel -> dead") == 1
    assert "every strategy, cohort: 'wel -> dead'" in str(found.value)
    with pytest.raises(ModelError, match="every strategy, cohort, well -> dead: unknown name 'p_di'"):
        hecon.run(cohort(strategies=both, transitions={"well -> dead": "p_di", "ill -> dead": "p_die"}), BOOK.base())


def test_a_discount_rate_in_percent_is_refused() -> None:
    with pytest.raises(ModelError, match=r"3\.5 would be 350% per year; write '0\.035'"):
        hecon.run(cohort(discount={"cost": "0.03", "effect": "3.5"}), BOOK.base())
    with pytest.raises(ModelError, match="discount cost: 3 would be 300%"):
        hecon.run(cohort(discount={"cost": [(0, "0.03"), (30, "3")], "effect": "0"}), BOOK.base())
    with pytest.raises(hecon.InputError, match=r"write 0\.03 for 3%"):
        hecon.make_book("percent", [Parameter(name="dr_cost", value=3.0)])


def test_costs_and_qalys_in_states_are_told_how_to_be_written() -> None:
    monthly = Cost("care", {"ill": "c_drug"}, per="month", **CARE)
    with pytest.raises(ModelError, match="an amount per month is 12 times as much per year"):
        hecon.run(cohort(outcomes=[monthly]), BOOK.base())
    with pytest.raises(ModelError, match=r'are a Utility\(\{"well": "0\.9"\}\)'):
        hecon.run(cohort(outcomes=[QALY("well", {"well": "0.9"})]), BOOK.base())


@pytest.mark.parametrize(("index", "q", "told"), [
    ([40.0, 45.0, 50.0], [0.1, 0.2, 0.3], "goes from age 40 to 45: a life table needs a row for every year of age"),
    ([40.0, 41.0, 42.0], [0.1, 120.0, 0.3], "age 41: a probability of death lies between 0 and 1; got 120"),
])  # fmt: skip
def test_a_life_table_by_bands_or_per_100_000_is_refused(index: list[float], q: list[float], told: str) -> None:
    table = Table("life", "age", np.array(index), {"qx_male": np.array(q), "qx_female": np.array(q)})
    book = hecon.make_book("bands", INPUTS, tables={"life": table})
    model = cohort(age="40", horizon="1 year", transitions={
        "well -> dead": "mortality_prob(life, age, 0.5, 40, 1)", "ill -> dead": "p_die"})  # fmt: skip
    with pytest.raises(ModelError) as found:
        hecon.run(model, book.base())
    assert told in str(found.value)


def test_a_payoff_that_uses_a_formula_of_the_structure_is_told_where_to_write_it() -> None:
    """It said "unknown name" of a formula that is there, once for each payoff."""
    strategy = Strategy("car_t", outcomes=[cost("dose"), cost("2 * dose")])
    told = refusal(cohort(let={"dose": "c_drug"}, outcomes=[cost({"well": "dose"}, per="year")], strategies=[strategy]))
    assert "car_t, drug: 'dose' is a formula of the structure, which payoffs of a strategy or leaf do not see" in told
    assert "write it in let= of the strategy" in told
    assert told.count("'dose' is a formula") == 1


def test_an_amount_at_a_time_for_all_belongs_to_the_strategy() -> None:
    told = refusal(cohort(outcomes=[cost(at="2 years")]))
    assert "for all who are treated belongs in outcomes= of the strategy or leaf" in told
