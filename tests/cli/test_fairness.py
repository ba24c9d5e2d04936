"""`hecon fairness`: it answers, writes tables and the picture, says what it lacks; check and report know its files."""

import json
from pathlib import Path

import pytest

GROUPS = """group,label,share,uptake,benefit,qale,cost_share,provenance,note
deprived,Most deprived half,0.5,0.6,0.9,55,0.55,assumption,
other,Least deprived half,0.5,0.8,1,65,0.45,assumption,
"""
ATTRIBUTES = "attribute,value,source,note\ncell source,the patient's own T cells,assumption,\n"
QUICK = ("--draws", "40", "--name", "r")


@pytest.fixture
def declared(home):
    (home / "inputs" / "demo" / "groups.csv").write_text(GROUPS)
    (home / "inputs" / "demo" / "attributes.csv").write_text(ATTRIBUTES)
    return home


def test_fairness_answers_and_writes(declared, call):
    result = call(
        "fairness", "demo", *QUICK, "--aversion", "5", "--opportunity-cost", "13000", "--patients", "100", "--json"
    )
    found = json.loads(result.stdout)
    assert (found["aversion"], found["opportunity_cost"], found["patients"], found["draws"]) == (5, 13000, 100, 40)
    assert {"attributes.csv", "equity_impact.csv", "equity_impact.svg", "groups.csv"} <= set(found["files"])
    rows = found["equity_impact"]
    assert rows[0]["ede"] == pytest.approx(rows[0]["net"] + rows[0]["equity"])
    net = [
        row["net"]
        for row in found["groups"]
        if (row["strategy"], row["basis"]) == (rows[0]["strategy"], "deterministic")
    ]
    assert sum(net) == pytest.approx(rows[0]["net"])
    assert "shared equally" in found["sentences"][0]


def test_what_is_missing_is_said(home, call, refused, declared):
    assert "aversion to inequality is never assumed" in refused("fairness", "demo", *QUICK)
    (home / "inputs" / "demo" / "groups.csv").unlink()
    assert "declares no groups: write groups.csv" in refused("fairness", "demo", *QUICK, "--aversion", "1")


def test_check_reads_groups_and_attributes(declared, call, refused):
    assert call("check", "demo").exit_code == 0
    groups = Path("inputs/demo/groups.csv")
    groups.write_text(GROUPS.replace("0.45", "0.4"))
    Path("inputs/demo/attributes.csv").write_text("attribute,value,source\nconsent,,label\n")
    told = refused("check", "demo")
    assert "groups (cost_share): the shares add up to 0.95, not to 1" in told
    assert "attributes!B2 (consent): has no value" in told


def test_page_and_document_show_who_gains(declared, call):
    settings = Path("inputs/demo/settings.csv")
    settings.write_text(settings.read_text() + "aversion,5,\naversion_source,a survey,\n")
    import hecon
    from hecon.report.sections.fairness import who_gains

    (chapter,) = who_gains(hecon.open_case("demo").run(draws=20))
    kinds = [type(part).__name__ for part in chapter.parts]
    assert kinds == ["Lines", "Table", "Table", "Picture", "Table"]
    settings.write_text(settings.read_text().replace("aversion,5,\n", ""))
    (chapter,) = who_gains(hecon.open_case("demo").run(draws=0))
    assert "Who gains is not shown: aversion to inequality is never assumed" in chapter.parts[0].text
