"""Approve, only in research, reject or wait: the vector, waiting by hand, a price until the study reports, each agreement."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.paying.small_model import small, small_book

import hecon
from hecon.analysis.paying.research import ResearchByAgreement, ResearchRow
from hecon.analysis.voi.population import Population
from hecon.analysis.voi.research import research_decision
from hecon.errors import HeconError
from hecon.report.answer import Answer
from hecon.report.research_by_agreement import with_agreements_valued
from hecon.report.study_value import StudyAsked, value_study
from hecon.results.options import Options

WANT = json.loads((Path(__file__).parents[1] / "vectors" / "paying_volume.json").read_text(encoding="utf-8"))["ced"]
TEN = Population(1000, 10, 0.035, "whole_year")
EVSI = WANT["E[NB per patient after data]"]
NOW, LATER = WANT["pop first 2 yr"], WANT["pop after"]


def decide(inmb: float = -1000.0, **given: Any) -> Any:
    return research_decision(inmb, EVSI - max(inmb, 0.0), TEN, study_cost=150_000, delay=2, **given)


def test_only_in_research_of_the_vector() -> None:
    found = decide()
    names = {"reject": "reject", "approve": "approve", "only in research": "only in research (OIR)"}
    names["approve with research"] = "approve with research (AWR)"
    for answer, name in names.items():
        assert found.values[answer] == pytest.approx(WANT[name], rel=1e-12, abs=1e-6)
    assert (found.best, WANT["best"]) == ("only in research", "OIR")


def test_waiting_for_others_by_hand() -> None:
    """Data that others make are worth the same to later patients and cost nothing; without data it is today's answer, later."""
    assert decide(elsewhere=1.0).values["wait"] == pytest.approx(EVSI * LATER)
    assert decide(elsewhere=1.0).best == "wait"
    assert decide(elsewhere=0.0).values["wait"] == 0.0
    good = decide(200.0, elsewhere=0.25)
    assert good.values["wait"] == pytest.approx(0.25 * EVSI * LATER + 0.75 * 200 * LATER)
    costly = decide(200.0, elsewhere=0.0, irrecoverable=1e5, approved_later=0.5)
    assert costly.values["wait"] == pytest.approx(200 * LATER - 1e5 / 1.035**2)
    assert "wait" not in decide().values
    with pytest.raises(HeconError, match="elsewhere: must be a probability"):
        decide(elsewhere=1.5)


def test_a_price_until_the_study_reports_moves_approval_with_research_alone() -> None:
    """At a price at which the patients of the first two years lose nothing, approval with research equals only in research."""
    plain, agreed = decide(), decide(agreed=0.0)
    assert agreed.values["approve with research"] == pytest.approx(plain.values["only in research"])
    assert {k: v for k, v in agreed.values.items() if k != "approve with research"} == {
        k: v for k, v in plain.values.items() if k != "approve with research"
    }


def test_each_agreement_is_run_and_valued() -> None:
    rows = ({"name": "half", "terms": "Discount('0.5')"}, {"name": "none", "terms": "Discount('0')"})
    settings = {
        "study": "binomial(p_relapse_cell)", "study_fixed": 1e5, "study_per_patient": 1000, "study_years": 2,
        "incidence": 100, "decision_years": 10, "population_rate": 0.03, "study_largest": 100,
    }  # fmt: skip
    book = replace(small_book(**settings), records={"schemes": rows})
    case = hecon.open_case(small(), book)
    analysis = case.run(draws=400, seed=1)
    first = value_study(analysis)
    found = with_agreements_valued(
        Answer(analysis, [], {}, first.result), case, Options(draws=400, seed=1), StudyAsked()
    )
    plain, half, none = found.result["by_agreement"]
    gain = 0.5 * 300_000 * 0.9
    assert half["inmb"] - plain["inmb"] == pytest.approx(gain, rel=0.02)
    assert none["inmb"] == pytest.approx(plain["inmb"], rel=1e-9)
    assert none["approve"] == pytest.approx(plain["approve"], rel=1e-9)
    assert "It stays the same under" in found.texts[-1]
    with pytest.raises(HeconError, match="leave out --scheme"):
        with_agreements_valued(Answer(case.run(draws=0, scheme="half"), [], {}, {}), case, Options(), StudyAsked())
    with pytest.raises(HeconError, match="no decision to compare"):
        with_agreements_valued(Answer(analysis, [], {}, {}), case, Options(), StudyAsked())


def test_rows_with_other_answers_are_refused() -> None:
    one = ResearchRow("a", "", 1.0, 1.0, 5, {"reject": 0.0})
    with pytest.raises(HeconError, match="the same answers"):
        ResearchByAgreement((one, replace(one, values={"approve": 1.0})), "drug", "EUR")
