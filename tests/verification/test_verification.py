"""Every test of `hecon verify` fails on a model with one error in it, and passes or only informs on the sound one."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from tests.verification.small import CARE, DRUG_LET, HARM, LIFE, case, markov, partitioned

from hecon import QALY, Check, Cost, Parameter, Strategy, Utility
from hecon.errors import HeconError
from hecon.inputs.parameter import Correlation
from hecon.results.case import Case
from hecon.verification.certificate import Certificate
from hecon.verification.subject import Subject
from hecon.verification.tests import TESTS
from hecon.verification.verdict import FAILS, INFORMS, Test, judge
from hecon.verification.verify import verify

DRAWS = 300
UP = {"c_new": Parameter(name="c_new", label="new", unit="EUR", value=800.0, source="trial", provenance="read")}


@lru_cache(maxsize=2)
def sound(kind: str) -> Certificate:
    return verify(case(markov() if kind == "markov" else partitioned()), draws=DRAWS)


def care(**states: str) -> Cost:
    return Cost("care", states, per="year", category="disease care", sector=CARE)


def drug(text: str, state: str = "well", **more: str) -> Cost:
    return Cost("drug", {state: text, **more}, per="year", category="product", sector=CARE)


BARE = {"p_ill": {"unit": "probability"}, "p_die_ill": {"unit": "probability"}}


SLOW = {
    "r_die": {"value": 0.01, "par1": 0.01, "par2": 0.001},
    "r_progress": {"value": 0.02, "par1": 0.02, "par2": 0.002},
}


def of_draws(name: str, **columns: object) -> Callable[[], Case]:
    return lambda: case(markov(), {name: columns})


# What is broken, the tests that must fail (or inform) and a word that their findings must have: the input, formula or place.
BROKEN: dict[str, tuple[Callable[[], Case], str, str, str]] = {
    "a look-up a row too late": (
        lambda: case(markov({"p_general": "life_table[age + 1]"})), "look-ups by the right row", "age + 1", FAILS,
    ),
    "a look-up by the cycle": (
        lambda: case(markov({"p_general": "life_table[cycle]"})), "look-ups by the right row", "cycle", FAILS,
    ),
    "a yearly probability in monthly cycles": (
        lambda: case(replace(markov(), cycle="1 month"), BARE), "conversions to the cycle", "life_table", FAILS,
    ),
    "a rate converted to a year in monthly cycles": (
        lambda: case(replace(markov({"p_general": "rate_to_prob(-log(1 - life_table[age]), 1)"}), cycle="1 month"), BARE),
        "conversions to the cycle", "rate_to_prob", FAILS,
    ),
    "no floor of general mortality": (
        lambda: case(partitioned({"s_os": "exp(-r_die * os_ratio * t)"}), SLOW),
        "general mortality is a floor", "general population", FAILS,
    ),
    "no floor in the draws": (
        lambda: case(partitioned({"s_os": "exp(-r_die * os_ratio * t)"}), {"r_die": {"value": 0.05, "par1": 0.05, "par2": 0.02}}),
        "survival below the life table in draws", "draws more are alive", FAILS,
    ),
    "general mortality in one arm alone": (
        lambda: case(markov(drug_let={"p_general": "0.001"})), "general mortality in every arm", "drug", FAILS,
    ),
    "the cost of the drug in the other arm": (
        lambda: case(
            markov({"years_drug": "1 if cycle < 5 else 0"}, {"years_drug": "0"}), more=(), settings={"product_price": "c_drug"}
        ), "inputs move the arm they name", "c_drug", FAILS,
    ),
    "the drug paid in both arms": (
        lambda: case(markov({"years_drug": "1"}, {"hazard": "1", "years_drug": "1"})), "the product's price", "alike", FAILS,
    ),
    "an amount discounted twice": (
        lambda: case(markov(outcomes={"care": care(well="c_well / (1 + dr_cost) ** t", ill="c_ill")})),
        "discounted once", "care", FAILS,
    ),
    "discounting undone for one item": (
        lambda: case(markov(outcomes={"care": care(well="c_well", ill="c_ill * (1 + dr_cost) ** t")})),
        "discounted once", "(ill)", FAILS,
    ),
    "costs discounted by the rate of effects": (
        lambda: case(markov(outcomes={"care": care(well="c_well / (1 + dr_effect) ** t", ill="c_ill")})),
        "each discount rate on its own", "care", FAILS,
    ),
    "half-cycle in one arm": (
        lambda: case(_one_arm(within_cycle="start")), "one clock in all arms", "within_cycle", FAILS,
    ),
    "a shorter horizon in one arm": (
        lambda: case(_one_arm(horizon="59 years")), "one clock in all arms", "horizon", FAILS,
    ),
    "a utility of the dead": (
        lambda: case(markov(outcomes={"utility": Utility({"well": "u_well", "ill": "u_ill", "dead": "u_ill"})})),
        "utilities of 1", "dead", FAILS,
    ),
    "the dead are cared for": (
        lambda: case(markov(outcomes={"care": care(well="c_well", ill="c_ill", dead="c_ill")})),
        "the dead have and cost nothing", "dead", FAILS,
    ),
    "a utility typed over": (
        lambda: case(markov(outcomes={"utility": Utility({"well": "u_well", "ill": "0.61"})})),
        "every input is used", "u_ill", FAILS,
    ),
    "a number in place of an input": (
        lambda: case(markov(outcomes={"utility": Utility({"well": "u_well", "ill": "0.61"})})),
        "numbers in formulas", "u_ill", FAILS,
    ),
    "a utility typed over is not 1": (
        lambda: case(markov(outcomes={"utility": Utility({"well": "u_well", "ill": "0.61"})})),
        "utilities of 1", "0.61", FAILS,
    ),
    "a utility that stays without inputs": (
        lambda: case(markov(outcomes={"utility": Utility({"well": "u_well", "ill": "u_ill + 0.1"})})),
        "utilities of 0", "ill", FAILS,
    ),
    "a cost typed over": (
        lambda: case(markov(outcomes={"care": care(well="c_well", ill="4321")})), "money of 0", "4321", FAILS,
    ),
    "a fixed amount beside an input": (
        lambda: case(markov(outcomes={"care": care(well="c_well + 120", ill="c_ill")})), "money doubled", "care", FAILS,
    ),
    "an effect that follows from money": (
        lambda: case(markov(drug=(QALY("gain", "c_drug / 1000000", category="side effects"),))),
        "a higher price, more cost", "c_drug", FAILS,
    ),
    "the sign of a cost": (
        lambda: case(markov(drug=(Cost("visit", "-c_fever", category="follow-up", sector=CARE),))), "signs", "visit", FAILS,
    ),
    "the sign of a unit cost": (
        lambda: case(markov(drug=(Cost("visit", "-c_new", category="follow-up", sector=CARE),)), more=(UP["c_new"],)),
        "a higher price, more cost", "c_new", FAILS,
    ),
    "a harm that gains QALYs": (
        lambda: case(_harms("p_fever * du_fever * days_fever / 365.25")), "signs", "fever", FAILS,
    ),
    "a harm of the wrong sign": (
        lambda: case(_harms("p_fever * du_fever * days_fever / 365.25")), "more harm, more cost, fewer QALYs", "p_fever", FAILS,
    ),
    "a loss of the wrong sign": (
        lambda: case(_harms("p_fever * du_fever * days_fever / 365.25")), "a higher utility, more QALYs", "du_fever", FAILS,
    ),
    "a harm that everybody has": (
        lambda: case(_harms(cost="c_fever")), "harms are tied to events", "fever", INFORMS,
    ),
    "cost and loss of different incidence": (
        lambda: case(_harms(cost="0.1 * c_fever")), "cost and QALYs of a harm", "p_fever", INFORMS,
    ),
    "an increment for the whole": (
        lambda: case(markov(outcomes={"utility": Utility({"well": "u_well", "ill": "du_fever"})})),
        "amounts of the right kind", "du_fever", FAILS,
    ),
    "a probability that is a relative effect at 1": (
        lambda: case(markov(drug_let={"hazard": "0.9 * hr_ill"})), "no relative effect, no difference", "hr_ill", FAILS,
    ),
    "days taken for years": (
        lambda: case(_harms("-p_fever * du_fever * days_fever / 10")), "days into years", "days_fever", FAILS,
    ),
    "days by twelve": (
        lambda: case(_harms("-p_fever * du_fever * days_fever / 12")), "days into years", "days_fever", FAILS,
    ),
    "lost work among care": (
        lambda: case(markov(drug=(Cost("absence", "c_fever * p_fever", category="lost work, illness", sector=CARE),))),
        "sectors", "absence", FAILS,
    ),
    "utilities exchanged": (
        lambda: case(partitioned(), {"u_ill": {"value": 0.9, "par1": 0.9}}), "worse states, lower utilities", "u_ill", FAILS,
    ),
    "the drug paid by the other arm": (
        lambda: case(markov({"years_drug": "1 if cycle < 5 else 0"}, {"years_drug": "0 * cycle"})), "the product's price",
        "c_drug", FAILS,
    ),
    "a hazard ratio of progression turned round": (
        lambda: case(partitioned(drug_let={"pfs_ratio": "1 / hr_pfs"})), "a hazard ratio acts in its sense", "hr_pfs", FAILS,
    ),
    "a life table that acts nowhere": (
        lambda: case(partitioned({"s_os": "exp(-r_die * os_ratio * t)", "s_pfs": "exp(-r_progress * pfs_ratio * t)"},
                                 checks=[Check("below", "smallest(s_general - s_os)", at_most="1")])),
        "general mortality in every arm", "checks and reports alone", FAILS,
    ),
    "end of life on progression": (
        lambda: case(markov(outcomes={"end": Cost("end_of_life", "c_end", on="well -> ill", category="end of life", sector=CARE)})),
        "harms are tied to events", "end_of_life", FAILS,
    ),
    "a yearly cost by month": (
        lambda: case(markov(outcomes={"care": care(well="c_well", ill="c_ill / 12")})), "amounts per year", "c_ill", FAILS,
    ),
    "another age": (
        lambda: case(markov(age="age_start + 10")), "numbers in formulas", "age_start", FAILS,
    ),
    "an event counted twice": (
        lambda: case(markov(drug=(Cost("fever_again", "c_fever * p_fever", category="side effects", sector=CARE),))),
        "nothing is counted twice", "fever_again", FAILS,
    ),
    "absolute for relative": (
        lambda: case(markov(drug_let={"p_ill_now": "hr_ill", "hazard": "1"})), "amounts of the right kind", "hr_ill", FAILS,
    ),
    "a hazard ratio turned round": (
        lambda: case(markov(drug_let={"hazard": "1 / hr_ill"})), "a hazard ratio acts in its sense", "hr_ill", FAILS,
    ),
    "a hazard ratio on the wrong curve": (
        lambda: case(partitioned({"os_ratio": "hr_os"}, {"os_ratio": "1"})), "a hazard ratio acts in its sense", "hr_os", FAILS,
    ),
    "survival of one arm in both": (
        lambda: case(partitioned(drug_let={"os_ratio": "1"})), "arms have survival of their own", "live equally long", FAILS,
    ),
    "a risk of death turned round": (
        lambda: case(markov(transitions={"ill -> dead": "max(1 - p_die_ill, p_general)"})),
        "more risk of death, fewer life-years", "p_die_ill", FAILS,
    ),
    "the drug after progression": (
        lambda: case(partitioned(outcomes={"drug": drug("years_drug * c_drug", "free", progressed="years_drug * c_drug")})),
        "the product after failure", "progressed", FAILS,
    ),
    "end of life in one arm": (
        lambda: case(markov({"c_end_now": "0"}, {"c_end_now": "c_end"}, outcomes={
            "end": Cost("end_of_life", "c_end_now", on="* -> dead", category="end of life", sector=CARE)})),
        "causes in every arm", "end of life", FAILS,
    ),
    "a step within a cycle": (
        lambda: case(markov(drug_let={"years_drug": "1 if t < 4.5 else 0"})), "a step lasts as long as it says", "4.5", FAILS,
    ),
    "curves that cross": (
        lambda: case(partitioned({"s_pfs": "min(exp(-0.05 * pfs_ratio * t), s_general)"})), "curves do not cross", "usual", FAILS,
    ),
    "curves that cross in draws": (
        lambda: case(partitioned(), {"r_progress": {"value": 0.2, "par1": 0.2, "par2": 0.04}}), "curves stay in order", "usual",
        INFORMS,
    ),
    "a horizon too short": (
        lambda: case(markov(horizon="10 years")), "lifetime horizon", "alive", INFORMS,
    ),
    "an amount that follows from the horizon": (
        lambda: case(markov({"p_ill_now": "p_ill * (1 + t / (cycles * cycle_years))"})), "half the horizon", "well", FAILS,
    ),
    "what changes within a cycle": (
        lambda: case(markov(outcomes={"care": care(well="c_well * t", ill="c_ill")})), "amounts within a cycle", "care", INFORMS,
    ),
    "a scenario that changes nothing": (
        lambda: case(markov(), scenarios={"dearer": (("parameter", "c_drug", "8000"),)}), "every scenario changes something",
        "dearer", FAILS,
    ),
    "a standard deviation for a standard error": (
        of_draws("c_ill", par2=9000.0), "spread of a mean", "c_ill", FAILS,
    ),
    "a standard deviation of a probability": (
        of_draws("p_fever", par2=0.38), "spread of a mean", "p_fever", FAILS,
    ),
    "a standard error on another scale": (
        of_draws("c_ill", par2=0.05), "spread of a mean", "c_ill", FAILS,
    ),
    "a ratio drawn from a beta": (
        of_draws("hr_ill", distribution="beta mean se"), "spread of a mean", "hr_ill", FAILS,
    ),
    "a range that is not the distribution's": (
        of_draws("c_ill", low=4200.0, high=4400.0), "ranges and distributions", "c_ill", FAILS,
    ),
    "utilities that change places": (
        of_draws("u_ill", value=0.8, par1=0.8, par2=0.05), "utilities stay in order", "u_ill", INFORMS,
    ),
    "a probability beyond 1 in draws": (
        of_draws("p_fever", distribution="normal", par1=0.2, par2=0.2, support="any"), "draws in range", "p_fever", INFORMS,
    ),
    "a currency not converted": (
        of_draws("c_end", note="USD 7,000 in the source"), "money in notes", "USD", FAILS,
    ),
    "one quantity as two inputs": (
        lambda: case(markov(drug=(Cost("more", "c_new", category="follow-up", sector=CARE),)), more=(
            replace(UP["c_new"], label="drug", group="model", unit="EUR per year", value=8000.0),)),
        "one quantity, one input", "c_new", FAILS,
    ),
    "a value out of its range": (
        of_draws("p_fever", low=0.3, high=0.4, mean_differs="as published"), "values in their own ranges", "p_fever", INFORMS,
    ),
    "a discount rate of another scale": (
        of_draws("dr_cost", value=0.3), "magnitudes", "dr_cost", FAILS,
    ),
    "no source": (of_draws("c_end", source=""), "provenance", "c_end", FAILS),
    "no unit": (of_draws("c_end", unit=""), "units", "c_end", INFORMS),
    "no cause": (
        lambda: case(markov(outcomes={"care": replace(care(well="c_well", ill="c_ill"), category="things")})),
        "causes are filed", "things", INFORMS,
    ),
    "an input of no use": (
        lambda: case(markov(), more=(UP["c_new"],)), "every input is used", "c_new", FAILS,
    ),
    "a life table with a slip": (
        lambda: case(markov(), tables={"life_table": {**LIFE, "qx": [q / 1000 for q in LIFE["qx"]]}}), "inputs pass their checks",
        "life_table", INFORMS,
    ),
    "an effect left certain": (
        of_draws("hr_ill", distribution="", par1=np.nan, par2=np.nan, low=0.4, high=0.8), "what moves results is uncertain",
        "hr_ill", INFORMS,
    ),
    "a range that the model refuses": (
        lambda: case(markov({"p_ill_now": "2 * p_ill"}), {"p_ill": {"low": 0.0, "high": 0.9}}), "every input can be varied",
        "p_ill", INFORMS,
    ),
}  # fmt: skip


def _one_arm(**choices: str):  # type: ignore[no-untyped-def]
    """The Markov model as a tree whose drug leads into a structure with other choices."""
    from hecon import DecisionTree, Leaf

    whole = markov()
    inner = replace(whole, title="", strategies=(), discount=None, discount_timing=None, age=None)
    return DecisionTree(
        "Small", [
            Strategy("usual", to=Leaf(to=inner, start="well")),
            Strategy("drug", to=Leaf(to=replace(inner, **choices), start="well", let=DRUG_LET), outcomes=HARM),
        ],
        {"cost": "dr_cost", "effect": "dr_effect"}, "continuous", age="age_start",
    )  # fmt: skip


def _harms(loss: str = "-p_fever * du_fever * days_fever / 365.25", cost: str = "p_fever * c_fever"):  # type: ignore[no-untyped-def]
    harm = [
        Cost("fever", cost, category="side effects", sector=CARE, of="product"),
        QALY("fever", loss, category="side effects", of="product"),
    ]
    whole = markov()
    usual, treated = whole.strategies
    return replace(whole, strategies=(usual, replace(treated, outcomes=harm)))


@pytest.mark.parametrize("kind", ["markov", "partitioned"])
def test_a_sound_model_fails_nothing(kind: str) -> None:
    assert not sound(kind).failures
    assert sound(kind).counts["passes"] > 55


@pytest.mark.parametrize("error", BROKEN)
def test_an_error_is_found_and_named(error: str) -> None:
    broken, test, word, verdict = BROKEN[error]
    result = verify(broken(), only=[test], draws=DRAWS).of(test)
    told = [str(one) for one in result.findings if one.verdict == verdict]
    assert any(word in one for one in told), (result.verdict, result.reason, [str(one) for one in result.findings])
    before = {str(one) for kind in ("markov", "partitioned") for one in sound(kind).of(test).findings}
    assert not {one for one in told if word in one} <= before


def test_every_test_of_the_table_has_a_name_of_its_own() -> None:
    assert len({test.name for test in TESTS}) == len(TESTS)


def test_the_page_lists_every_test() -> None:
    page = (Path(__file__).parents[2] / "docs" / "verification.md").read_text(encoding="utf-8")
    rows = [f"| {one.domain} | {one.name} | {one.needs} | {one.change} | {one.expected} |" for one in TESTS]
    table = "\n".join(["| Domain | Test | Needs | Change | Expected |", "|---|---|---|---|---|", *rows])
    assert page.partition("<!-- tests -->\n")[2].partition("\n<!-- end of tests -->")[0] == table


def test_a_certificate_prints_and_is_written() -> None:
    certificate = sound("markov")
    assert certificate.passed
    assert f"{len(TESTS)} tests: 0 fail" in str(certificate)
    assert json.dumps(certificate.as_json())
    page = certificate.html()
    assert "Verification of small" in page
    assert page.count("<tr") > len(TESTS)


def test_a_failure_shows_both_numbers_the_formula_and_the_cell(tmp_path: Path) -> None:
    one = case(markov(outcomes={"care": care(well="c_well", ill="4321")}))
    certificate = verify(one, only=["money of 0"], draws=DRAWS)
    assert not certificate.passed
    assert "expected 0; formula: " in str(certificate)
    (found, *_) = certificate.as_json()["tests"][0]["findings"]
    assert found["wanted"] == 0
    assert found["got"] > 1000


def test_an_unknown_test_is_told_with_the_nearest() -> None:
    with pytest.raises(HeconError, match="did you mean 'signs'"):
        verify(case(markov()), only=["sings"])


def test_a_role_that_the_settings_state_is_taken() -> None:
    stated = case(markov(), settings={"roles": "p_fever: none; hr_ill: none"})
    assert verify(stated, only=["more harm, more cost, fewer QALYs"], draws=DRAWS).counts["does not apply"] == 1
    with pytest.raises(HeconError, match="is no role"):
        verify(case(markov(), settings={"roles": "p_fever: harm"}), only=["magnitudes"])


# What the engine itself keeps: the values of a sound run are falsified, and the tests must see it.


def falsified(test: str, change: Callable[[Subject], None], model: object = None) -> list[str]:
    one = case(model or markov())
    subject = Subject(one, "", one.model, one.book, DRAWS)
    assert not [found for found in judge(named(test), subject).findings if found.verdict == FAILS], "sound at first"
    subject = Subject(one, "", one.model, one.book, DRAWS)
    change(subject)
    return [str(found) for found in judge(named(test), subject).findings if found.verdict == FAILS]


def named(test: str) -> Test:
    return next(one for one in TESTS if one.name == test)


def other_trace(subject: Subject, state: str, row: int, by: float) -> None:
    years, states = subject.base.kept["trace"]["drug"]
    changed = {name: x.copy() for name, x in states.items()}
    changed[state][row] += by
    trace = {**subject.base.kept["trace"], "drug": (years, changed)}
    subject.__dict__["base"] = replace(subject.base, kept={**subject.base.kept, "trace": trace})


def other_values(subject: Subject) -> None:
    _ = subject.pieces, subject.base
    values = subject.base.values.copy()
    values[1, 0] += 1.0
    subject.__dict__["base"] = replace(subject.base, values=values)


def other_psa(subject: Subject) -> None:
    subject.__dict__["psa"] = replace(subject.psa, values=subject.psa.values[:, :, ::-1].copy())


def other_draws(subject: Subject) -> None:
    values = subject.draws.values.copy()
    values[subject.draws.names.index("c_ill")] *= 1.1
    subject.__dict__["draws"] = replace(subject.draws, values=values)


@pytest.mark.parametrize(("test", "change"), [
    ("states add up", lambda s: other_trace(s, "ill", 4, 0.01)),
    ("no state below 0", lambda s: other_trace(s, "ill", 0, -0.01)),
    ("the dead stay dead", lambda s: other_trace(s, "well", 30, 0.2)),
    ("life-years from the trace", lambda s: other_trace(s, "well", 3, 0.1)),
    ("parts add up", other_values),
    ("order of strategies", other_values),
    ("run again", other_values),
    ("draws without spread", other_values),
    ("one seed, one result", other_psa),
    ("draws as declared", other_draws),
])  # fmt: skip
def test_what_the_engine_keeps_is_looked_at(test: str, change: Callable[[Subject], None]) -> None:
    assert falsified(test, change)


def test_correlations_are_looked_at() -> None:
    pair = ("p_ill", "p_die_ill")
    linked = {name: {"correlation_group": "risks"} for name in pair}
    one = case(markov(), linked, correlations=(Correlation("risks", *pair, 0.7),))
    subject = Subject(one, "", one.model, one.book, 1000)
    assert not list(judge(named("correlations and shares"), subject).findings)
    values = subject.draws.values.copy()
    values[subject.draws.names.index("p_ill")] = values[subject.draws.names.index("p_ill"), ::-1]
    subject.__dict__["draws"] = replace(subject.draws, values=values)
    assert "not correlated as declared" in str(judge(named("correlations and shares"), subject).findings[0])
