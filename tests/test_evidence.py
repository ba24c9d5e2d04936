"""Published figures beside ours: the reader's faults, differences and tolerances by hand, and docs/evidence.md as generated."""

from pathlib import Path

import pytest

from hecon import QALY, Cost, DecisionTree, HeconError, Leaf, MarkovModel, Parameter, Strategy, make_book, open_case
from hecon.inputs.parameter import Change, Scenario, Source
from hecon.project import evidence_of_project
from hecon.report.evidence_page import evidence_page
from hecon.results.evidence.case_evidence import CaseEvidence
from hecon.results.evidence.evidence import Evidence, evidence
from hecon.results.evidence.published import Published, Tolerance, read_published

ROOT = Path(__file__).parents[1]
HEADER = "id,study,what,published,unit,strategy,outcome,structure,scenario,perspective,tolerance,tag,note\n"
SOURCES = {"a_2020": Source("a_2020", "A 2020")}


@pytest.fixture
def case():
    """Care costs 100 and gives 1 QALY; the drug costs 300 (a payer's 250) and gives 1.5; twice the price in a scenario."""
    cohort = MarkovModel(
        ("well",),
        "1 year",
        "2 years",
        within_cycle="start",
        events="start",
        transitions={},
        report={"doses": "n_doses"},
    )
    drug = [
        Cost("drug", "price", category="product", sector="health care"),
        Cost("work", "50", category="lost work, illness", sector="productivity"),
        QALY("life", "1.5"),
    ]
    care = [Cost("care", "100", category="disease care", sector="health care"), QALY("life", "1")]
    tree = DecisionTree(
        "Demo",
        [
            Strategy("care", to=Leaf(to=cohort, start="well", let={"n_doses": "0"}, outcomes=care)),
            Strategy("drug", to=Leaf(to=cohort, start="well", let={"n_doses": "3"}, outcomes=drug)),
        ],
        {"cost": "0", "effect": "0"},
        "continuous",
    )
    dear = Scenario("dear", "Twice the price", (Change("parameter", "price", "500"),))
    settings = {"perspective": "payer", "threshold": 1000, "currency": "EUR", "price_year": 2020, "grade": "rebuilt"}
    book = make_book(
        "demo", [Parameter(name="price", value=250.0, unit="EUR")], settings=settings, scenarios={"dear": dear}
    )
    return open_case(tree, book)


def rows(tmp_path, text):
    (tmp_path / "published.csv").write_text(HEADER + text)
    return read_published(tmp_path / "published.csv", SOURCES)


def test_differences_by_hand(case, tmp_path):
    found = evidence(case, rows(tmp_path, (
        "cost,a_2020,cost,200,EUR,drug,cost,,,,15%,read,\n"
        "more,a_2020,more cost,160,EUR,drug - care,cost,,,,10%,read,\n"
        "wide,a_2020,more cost,100 to 140,EUR,drug - care,cost,,,,10%,read,\n"
        "inside,a_2020,more cost,140 to 160,EUR,drug - care,cost,,,,0.01,read,\n"
        "society,a_2020,more cost,200,EUR,drug - care,cost,,,societal,0.01,read,\n"
        "ratio,a_2020,per QALY,300,EUR,drug - care,icer,,,,,recalled,\n"
        "life,a_2020,per life-year,dominated,,drug - care,icer_ly,,,,,recalled,\n"
        "dear,a_2020,per QALY,800,EUR,drug - care,icer,,dear,,0.5,derived,\n"
        "nmb,a_2020,net benefit,350,EUR,drug - care,nmb,,,,0.5,derived,\n"
        "doses,a_2020,doses,2.8,,drug,report: doses,,,,10%,read,\n"
        "other,a_2020,cost in Spain,120,EUR,,,,,,,read,not our comparator\n"
    )))  # fmt: skip
    assert [one.ours for one in found] == [250, 150, 150, 150, 200, 300, None, 800, 350, 3, None]
    assert [one.difference for one in found[:6]] == [50, -10, 10, 0, 0, 0]
    assert found[0].relative == 0.25
    assert [one.within for one in found] == [False, True, True, True, True, None, None, True, True, True, None]
    assert found[6].words == "equal effect: costs 150 more"


def test_a_word_is_a_target_too(case):
    good = Published(
        "a",
        "per QALY",
        None,
        None,
        "dominated",
        strategy="care",
        against="drug",
        outcome="icer",
        tolerance=Tolerance(1, True),
    )
    assert evidence(case, [good])[0].within is False  # ours saves money and loses QALYs


def test_every_fault_is_told_with_its_cell(case, tmp_path):
    with pytest.raises(HeconError) as told:
        rows(
            tmp_path,
            "a,b_2020,what,12x,EUR,drug,costs,,,,many,seen,\na,,x,2 to 1,,,qaly,,,,,,\nc,,x,dominant,,drug,icer,,,,5%,,\n",
        )
    text = str(told.value)
    for words in (
        "published!B2 (a): there is no source 'b_2020'; did you mean 'a_2020'?",
        "published!D2 (a): is not a number: '12x'",
        "published!G2 (a): unknown outcome 'costs'; did you mean 'cost'?",
        "published!K2 (a): 'many' is neither a share such as 15% nor a size such as 0.01, above 0",
        "published!L2 (a): unknown tag 'seen'",
        "published!A3 (a): 'a' is already in published!A2",
        "published!F3 (a): has no strategy",
        "published!F4 (c): an ICER is of two strategies: 'drug - b'",
    ):
        assert words in text, text
    with pytest.raises(HeconError) as told:
        evidence(case, rows(tmp_path, (
            "a,,x,1,,drugs,cost,,,,,,\nb,,x,1,,drug,cost,markov,,,,,\nc,,x,1,,drug,cost,,deer,,,,\n"
            "d,,x,1,,drug,cost,,,social,,,\ne,,x,1,,drug - care,report: dose,,,,,,\n"
        )))  # fmt: skip
    text = str(told.value)
    for words in (
        "published!F2 (a): 'drugs' is not a known strategy; did you mean 'drug'?",
        "published!H3 (b): there is no structure 'markov'",
        "published!I4 (c): there is no scenario 'deer'; did you mean 'dear'?",
        "published!J5 (d): unknown perspective 'social'",
        "published!G6 (e): drug has no report 'dose'; did you mean 'doses'?",
    ):
        assert words in text, text


def test_what_is_out_of_tolerance_is_said_first():
    far = Evidence(
        Published("a", "QALYs | a", 2.0, 2.0, study="a_2020", tolerance=Tolerance(0.1, True), note="why"), 3.0
    )
    page = evidence_page([CaseEvidence("demo", "A demo", "rebuilt", "EUR 2020", (far,))])
    assert "Out of tolerance:\n\n- `demo`: QALYs \\| a (a_2020)" in page
    assert "| a_2020 | QALYs \\| a | 2.00 | 3.00 | +1.00 | +50.0% | 10% | NO |  | why |" in page
    assert "| demo | rebuilt | 1 | 1 | 0 | 1 |" in page


def test_the_committed_page_is_what_the_models_give(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = evidence_of_project()
    again = "it has changed: hecon evidence --markdown --out docs/evidence.md --force"
    assert (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8") == evidence_page(found), again
