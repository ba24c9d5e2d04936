"""Explanations: the numbers are the run's, each name stands once, inputs bring their sources; paths add up to the roll-back."""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Branch, Chance, Cost, Decision, DecisionTree, Leaf, LifeYears, Option, Parameter, Strategy
from hecon.errors import ModelError
from hecon.evaluate.explaining.explain import Explanation, explain
from hecon.evaluate.explaining.tree_paths import paths

HERE = Path(__file__).parent
HARD: Any = runpy.run_path(str(HERE / "hard" / "model.py"))["MODEL"]
BOOK = hecon.read_inputs(HERE / "hard" / "inputs")
DRAWS = BOOK.sample(4, seed=11)
CARE: dict[str, Any] = {"category": "care", "sector": "health care"}


def told(name: str, **more: Any) -> Explanation:
    return explain(HARD, DRAWS, name, **{"strategy": "new", "draw": 2, **more})


def p(name: str) -> float:
    return float(np.broadcast_to(DRAWS[name], DRAWS.n)[2])


def values(explanation: Explanation) -> dict[str, float]:
    return {line.name: line.value for line in explanation.lines}


def test_a_formula_down_to_its_inputs() -> None:
    found = told("r_event", cycle=3)
    first, *below = found.lines
    assert found.title == "strategy new, block new - episodes, made / early + 2 more, cycle 3 (t = 0.25 years), draw 2"
    assert first.formula == "r_relapse * hr_arm * exp(-decay * t)"
    assert found.value == pytest.approx(p("r_relapse") * p("hr_drug") * np.exp(-p("decay") * 0.25), rel=1e-14)
    assert first.numbers == f"{p('r_relapse'):.6g} * {p('hr_drug'):.6g} * exp(-{p('decay'):.6g} * 0.25)"
    assert [(line.depth, line.name) for line in below] == [
        (1, "r_relapse"), (1, "hr_arm"), (2, "hr_drug"), (1, "decay"), (1, "t"),
    ]  # fmt: skip
    assert below[0].source == "parameters!E12; assumption; Made up for tests: no patient, price or place"
    assert below[0].unit == "per year"
    text = str(found)
    assert f"\n  r_relapse = {p('r_relapse'):.6g} per year  [parameters!E12; assumption; Made up" in text
    assert f"\n  hr_arm = {p('hr_drug'):.6g}\n    = hr_drug\n    hr_drug = " in text


def test_each_name_stands_once() -> None:
    for name in ("p_die", "relapsed", "follow_up", "ill -> dead"):
        found = told(name, cycle=2)
        named = [(line.name, line.cycle) for line in found.lines if line.source]
        assert len(named) == len(set(named))
        assert named


def test_numbers_are_those_of_the_run() -> None:
    """Occupancy, moves and totals are the trace's, the collectors' and the outcomes', to the last bit."""
    result = hecon.run(HARD, DRAWS, keep=("totals", "trace"))
    k = result.strategies.index("new")
    times, trace = result.kept["trace"]["new"][0]
    for cycle in (0, 1, 17, 120):
        for state in ("well", "relapsed", "dead"):
            assert told(state, cycle=cycle).value == trace[state][cycle, 2]
    assert times[17] == 17 / 12
    for item in result.items:
        position = result.select(kind=item.kind, name=item.name)[0]
        lines = told(item.name, cycle=5).lines
        (total,) = [line for line in lines if line.name == f"{item.kind} {item.name}, in total"]
        assert total.value == pytest.approx(result.values[k, position, 2], rel=1e-13), item
        mine = lines[lines.index(total) + 1 :]
        pieces = []
        for line in mine:
            if line.depth == 0:
                break
            pieces += [line.value] if line.depth == 1 else []
        assert sum(pieces) == pytest.approx(total.value, rel=1e-12)


def test_a_state_is_what_it_was_and_who_came_and_left() -> None:
    found = told("relapsed", cycle=2)
    state, before = found.lines[:2]
    assert (state.name, before.name, before.cycle) == ('occupancy["relapsed"]', "from the row before", 1)
    assert before.value == pytest.approx(state.value, rel=1e-12)
    assert before.formula == (
        'occupancy["relapsed"] + moves["well -> relapsed"] - moves["relapsed -> well"] - moves["relapsed -> dead"]'
    )
    assert "in cycle 1" in str(found)
    assert told("relapsed").lines[0].formula == "path[made / relapsed at once], at the start"
    rates = told("ill", block="new - decline, not made / late", cycle=1).lines
    assert rates[1].value == pytest.approx(rates[0].value, rel=1e-12)


def test_moves_and_tunnels() -> None:
    for tunnel in (0, 2, 59):
        found = told("relapsed -> well", tunnel=tunnel)
        assert found.value == pytest.approx(0.02 * np.exp(-tunnel / 12), rel=1e-14)
        assert f"tunnel {tunnel}" in found.title
    assert "tunnel" not in told("well -> dead").title
    found = told('moves["well -> dead"]', cycle=4)
    share, chance = values(found)['occupancy["well"]'], values(found)["well -> dead"]
    assert found.value == pytest.approx(share * chance, rel=1e-14)
    rate = told("well -> ill", cycle=2)
    assert rate.lines[0].unit == "per year"


def test_branches_inputs_and_reserved_names() -> None:
    assert told("made").value == p("p_made")
    assert told("not made").value == pytest.approx(1 - p("p_made") - p("p_died"), rel=1e-14)
    both = told("late")  # two branches are called so
    assert [line.name for line in both.lines if line.depth == 0] == ["p[made / late]", "p[not made / late]"]
    assert told("dr_cost").lines[0].source.startswith("parameters!E4")
    assert told("age", cycle=12).value == pytest.approx(p("age_start") + p("d_wait") + 1, rel=1e-14)
    assert told("t", cycle=6, block="new - brief, not made / brief").value == 6 / 52
    assert told("mass").value == pytest.approx(
        p("p_made") * (p("p_early") + 0.1) + (1 - p("p_made") - p("p_died")) * p("p_early"), rel=1e-13
    )


def test_look_ups_name_their_table() -> None:
    found = told("r_other", block="new - decline, made / late", cycle=4)
    assert found.lines[1].name == 'life_table[age, "qx_male"]'
    assert found.lines[1].source == "table life_table"
    age = values(found)["age"]
    row = int(np.floor(age)) - 55
    assert found.lines[1].value == BOOK.tables["life_table"].columns["qx_male"][row]


def test_sums_reports_and_checks_over_cycles() -> None:
    model = hecon.MarkovModel(
        ("well", "dead"), "1 year", "4 years", "half-cycle", "end", title="Demo", strategies=[Strategy("only")],
        discount={"cost": "0", "effect": "0"}, discount_timing="continuous", start="well",
        transitions={"well -> dead": "p_die"}, let={"lived": 'cumulative(occupancy["well"])'},
        report={"years": 'sum(2 * occupancy["well"]) / 2', "yearly": 'by_year(occupancy["well"])'},
    )  # fmt: skip
    book = hecon.make_book("demo", [Parameter(name="p_die", value=0.5)])
    result = hecon.run(model, book.base())
    assert result.kept["reports"]["only", "years"].tolist() == [1.9375]
    assert result.kept["reports"]["only", "yearly"][:, 0].tolist() == [1, 0.5, 0.25, 0.125, 0.0625]
    found = explain(model, book.base(), "years", strategy="only", cycle=1)
    assert found.value == 1.9375
    assert values(found)["its term"] == 1.0
    assert explain(model, book.base(), "lived", strategy="only", cycle=2).value == 1.5
    assert explain(model, book.base(), "yearly", strategy="only", cycle=2).value == 0.25


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("r_evnt", {}, "strategy new has nothing called 'r_evnt'; did you mean 'r_event'?"),
        ("well -> relapse", {}, "did you mean 'well -> relapsed'?"),
        ("r_event", {"strategy": "nw"}, "unknown strategy 'nw'; did you mean 'new'? (known: usual, new)"),
        (
            "r_event",
            {"block": "new - epsodes, made / early + 2 more"},
            "no block 'new - epsodes, made / early + 2 more'; did you mean 'new - episodes, made / early + 2 more'?",
        ),
        ("r_event", {"cycle": 121}, "new - episodes, made / early + 2 more has rows 0 to 120; there is no cycle 121"),
        ("r_event", {"cycle": -1}, "there is no cycle -1"),
        ("r_event", {"draw": 4}, "draw 4 is none of these draws (0 to 3)"),
        ("relapsed -> well", {"tunnel": 60}, "has no tunnel 60"),
    ],
)
def test_what_cannot_be_explained(name: str, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError) as found:
        told(name, **more)
    assert message in str(found.value)


def test_draws_are_named_by_their_number() -> None:
    part = DRAWS.take(slice(2, 4))
    whole = told("r_event", cycle=3)
    assert str(explain(HARD, part, "r_event", strategy="new", cycle=3, draw=2)) == str(whole)


# Paths


def rolled_back(node: Any, at: dict[str, float], payoffs: Any) -> float:
    """The expectation from the ends backwards: what a node is worth to those who reach it."""
    if isinstance(node, Leaf):
        return payoffs(node.outcomes)
    known = {b.label: at[b.probability] for b in node.branches if b.probability != "C"}
    total = 0.0
    for branch in node.branches:
        chance = known.get(branch.label, 1 - sum(known.values()))
        total += chance * (payoffs(branch.outcomes) + rolled_back(branch.to, at, payoffs))
    return total


def test_rolling_back_equals_adding_up_paths() -> None:
    scan, stay = Cost("scan", "c_scan", **CARE), Cost("stay", "c_stay", **CARE)
    tree = Chance(
        Branch("ill", "p_ill", Chance(
            Branch("found", "p_found", Leaf(outcomes=[scan])),
            Branch("missed", "C", Chance(Branch("worse", "p_worse", Leaf(outcomes=[stay, scan])), Branch("same", "C", Leaf()))),
        ), outcomes=[stay]),
        Branch("well", "C", Leaf(outcomes=[scan])),
    )  # fmt: skip
    model = DecisionTree(
        "Paths", [Strategy("only", to=tree, outcomes=[scan])], {"cost": "0.03", "effect": "0"}, "continuous"
    )
    inputs = {"p_ill": (2, 6), "p_found": (3, 3), "p_worse": (5, 1)}
    book = hecon.make_book(
        "paths",
        [Parameter(name=n, value=a / (a + b), distribution="beta", par1=a, par2=b) for n, (a, b) in inputs.items()]
        + [Parameter(name="c_scan", value=100.0), Parameter(name="c_stay", value=3000.0)],
    )
    draws = book.sample(5, seed=3)
    rows = paths(model, draws)
    assert [str(row) for row in rows] == [
        "only: ill / found", "only: ill / missed / worse", "only: ill / missed / same", "only: well",
    ]  # fmt: skip
    assert sum(row.probability for row in rows) == pytest.approx(np.ones(5), rel=1e-14)
    assert [row.payoffs["cost", "scan"][0] for row in rows] == [200, 200, 100, 200]
    added = sum(row.probability * sum(row.payoffs.values()) for row in rows)
    price = {"c_scan": 100.0, "c_stay": 3000.0}
    for draw in range(5):
        at = {name: float(draws[name][draw]) for name in inputs}  # they vary
        want = 100.0 + rolled_back(tree, at, lambda outcomes: sum(price[one.amount] for one in outcomes))
        assert added[draw] == pytest.approx(want, rel=1e-13)
    assert hecon.run(model, draws).cost("payer")[0] == pytest.approx(added, rel=1e-13)


def test_the_published_paths_of_sumatriptan() -> None:
    """Evans 1997; Briggs 2006, box 2.3: probability of each end, and its part of cost and utility."""
    case = HERE / "validation" / "sumatriptan"
    model: Any = runpy.run_path(str(case / "model.py"))["MODEL"]
    expected = json.loads((case / "expected.json").read_text())["expected"]["paths"]
    rows = paths(model, hecon.read_inputs(case / "inputs").base())
    want = {row["Leaf"]: row for row in expected}
    for row, letter in zip(rows, "FGHIJABCDE", strict=True):  # the published letters, in the order of the tree
        chance = row.probability[0]
        cost = sum(float(x[0]) for (kind, _), x in row.payoffs.items() if kind == "cost")
        utility = sum(float(x[0]) for (kind, _), x in row.payoffs.items() if kind == "qaly") * 365.25
        assert row.strategy == ("sumatriptan" if want[letter]["d1"] == "Sumatriptan" else "caffeine")
        assert chance == pytest.approx(want[letter]["Probability"], rel=1e-6)
        assert chance * cost == pytest.approx(want[letter]["Cost"], rel=1e-6)
        assert chance * utility == pytest.approx(want[letter]["Utility"], rel=1e-6)


def test_paths_of_decisions_delays_and_structures() -> None:
    treat = Option("treat", Leaf(outcomes=[Cost("drug", "90", at="24 months", **CARE), LifeYears("3")]))
    model = DecisionTree(
        "Demo",
        [
            Strategy(
                "test",
                to=Chance(Branch("ill", "0.25", Decision(treat, Option("wait", Leaf()))), Branch("well", "C", Leaf())),
            )
        ],
        {"cost": "0.5", "effect": "0"},
        "continuous",
    )
    rows = paths(model, hecon.make_book("demo", []).base())
    assert [(row.strategy, row.branches) for row in rows] == [
        ("test: treat", ("ill", "treat")), ("test: treat", ("well",)),
        ("test: wait", ("ill", "wait")), ("test: wait", ("well",)),
    ]  # fmt: skip
    assert {key: x.tolist() for key, x in rows[0].payoffs.items()} == {
        ("cost", "drug"): [90 / 1.5**2], ("ly", "life_years_tree"): [3.0], ("ly_undiscounted", "life_years_tree"): [3.0],
    }  # fmt: skip
    assert [row.leads_to for row in paths(HARD, BOOK.base())[:3]] == ["episodes", "decline", "brief"]


def test_paths_that_are_no_probabilities_are_refused() -> None:
    tree = Chance(Branch("a", "5 * p_up", Leaf()), Branch("b", "C", Leaf()))
    model = DecisionTree("Demo", [Strategy("s", to=tree)], {"cost": "0", "effect": "0"}, "continuous")
    book = hecon.make_book("demo", [Parameter(name="p_up", value=0.25)])
    with pytest.raises(ModelError) as found:
        paths(model, book.base())
    assert "s: a: its probability is 1.25 in draw 0" in str(found.value)
    assert "s: b: its probability is -0.25 in draw 0" in str(found.value)
    with pytest.raises(ModelError, match="paths are those of a DecisionTree; got MarkovModel"):
        paths(hecon.MarkovModel(("a",), "1 year", "1 year", "start", "end"), book.base())
