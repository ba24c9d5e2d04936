"""A horizon that Control shortens: the workbook leaves out and says what the engine does, and the verifier turns it there."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import hecon.workbook.verify.verify as verifying
from hecon import QALY, Check, Cost, DecisionTree, Leaf, MarkovModel, Parameter, Strategy, Utility, make_book
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify
from hecon.workbook.xlsx.package import read_package

ALIVE = 'at(occupancy["well"], 5)'
HORIZON, METHOD, TIMING = ("Control", 13, 1), ("Control", 14, 1), ("Control", 15, 1)
SAID = (6, 0)


def made(between: str = "error", **settings: str) -> Made:
    """An item at 12 months, one at 36, a report and a check at 5 years."""
    model = MarkovModel(
        ("well", "dead"), "6 months", "10 years", "half-cycle", "mid", transitions={"well -> dead": "p_die"}, title="Short",
        outcomes=[
            Utility({"well": "u_well"}), Cost("visit", {"well": "c_visit"}, at="12 months", category="care", sector="health care"),
            QALY("late", {"well": "9"}, at="36 months" if between == "error" else "940 days"),
        ],
        report={"alive at 5 years": ALIVE, "of those at 1": f'{ALIVE} / at(occupancy["well"], 1)'},
        checks=[Check("most have died", ALIVE, at_most="0.9")], start="well", between_rows=between,
        strategies=[Strategy("a"), Strategy("b", let={"p_die": "p_b"})], let={"p_die": "0.2"},
        discount={"cost": "0.03", "effect": "0.03"}, discount_timing="continuous",
    )  # fmt: skip
    ranges = {"u_well": (0.8, 0.7, 0.9), "c_visit": (100.0, 50.0, 150.0), "p_b": (0.1, 0.05, 0.15)}
    rows = [Parameter(name=name, value=v, low=low, high=high) for name, (v, low, high) in ranges.items()]
    return Made(model, make_book("short", rows, settings={"currency": "EUR", **settings}), "payer", 20000.0, "a")


def shown(tmp_path: Path, cells: Mapping[Any, Any], what: Made | None = None) -> Any:
    path = tmp_path / "short.xlsx"
    (what or made()).write(path)
    return open_session(path, "formualizer", tmp_path).values(cells)


@pytest.mark.usefixtures("formualizer")
def test_results_say_what_a_shorter_horizon_leaves_out(tmp_path: Path) -> None:
    found = shown(tmp_path, {HORIZON: 2.0})
    assert found["Results"].words[SAID] == (
        "Methods; horizon 2 years, written with 10; left out at 3 years: 1 item; left out at 5 years: 2 reports, 1 check"
    )
    assert list(found["Results"].words.values()).count("not reached") == 4  # two reports of two strategies
    assert not found["Results"].errors
    assert found["Checks"].words[2, 0] == "17 of 19 checks hold; 2 not reached within the horizon"
    assert not found["Checks"].errors


@pytest.mark.usefixtures("formualizer")
def test_every_changed_method_has_its_words_without_a_psa(tmp_path: Path) -> None:
    assert shown(tmp_path, {})["Results"].words.get(SAID, "") == ""
    found = shown(tmp_path, {METHOD: "end", TIMING: "whole_year"})
    said = "Methods; within-cycle method end; discount timing whole_year, written with continuous"
    assert found["Results"].words[SAID] == said


@pytest.mark.usefixtures("formualizer")
@pytest.mark.parametrize("between", ["error", "interpolate"])
def test_the_verifier_turns_the_horizon_past_every_dated_item(tmp_path: Path, between: str) -> None:
    path = tmp_path / "short.xlsx"
    what = made(between)
    what.write(path)
    certificate = verify(path, what, count=11, engine="formualizer")
    assert certificate.passed, certificate.text()
    turned = next(one.words for one in certificate.findings if one.name == "other inputs")
    assert "horizon 0.5," in turned
    assert "horizon 4.5," in turned


@pytest.mark.usefixtures("formualizer")
def test_a_workbook_written_with_a_short_horizon_is_verified(tmp_path: Path) -> None:
    path = tmp_path / "short.xlsx"
    what = made(horizon="2 years")
    what.write(path)
    words = read_package(path).sheets["Results"].words[SAID]
    assert words == "Methods; left out at 3 years: 1 item; left out at 5 years: 2 reports, 1 check"
    certificate = verify(path, what, count=2, engine="formualizer")
    assert certificate.passed, certificate.text()


@pytest.mark.usefixtures("formualizer")
def test_a_refusal_of_the_engine_alone_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "short.xlsx"
    what = made()
    what.write(path)
    own = verifying.Trial.engine

    def refuses(trial: Any, draws: Any, settings: Any = None) -> Any:
        if (settings or {}).get("discount_timing") == "whole_year":
            raise verifying.HeconError("refused here")
        return own(trial, draws, settings)

    monkeypatch.setattr(verifying.Trial, "engine", refuses)
    certificate = verify(path, replace(what), count=2, engine="formualizer")
    faults = [fault for one in certificate.findings for fault in one.faults]
    assert faults == ["timing whole_year: the engine refuses (refused here), the workbook does not"]


@pytest.mark.usefixtures("formualizer")
def test_what_a_tree_pays_after_the_horizon_is_left_out(tmp_path: Path) -> None:
    what = made()
    cohort = replace(what.model, strategies=(), title="", discount=None, discount_timing=None, let={"p_die": "0.2"})
    late = Cost("late", "c_visit", at="9 years", category="care", sector="health care")
    tree = DecisionTree(
        "Tree", [Strategy("a", to=Leaf(cohort)), Strategy("b", to=Leaf(cohort, outcomes=[late]), lasts="p_b")],
        {"cost": "0.03", "effect": "0.03"}, "continuous",
    )  # fmt: skip
    what = replace(what, model=tree)
    path = tmp_path / "tree.xlsx"
    what.write(path)
    certificate = verify(path, what, count=11, engine="formualizer")
    assert certificate.passed, certificate.text()
    found = open_session(path, "formualizer", tmp_path).values({HORIZON: 8.5})
    costs = [found["Results"].numbers[9 + k, 2] for k in range(2)]
    assert costs[1] < costs[0]  # the wait discounts the visit, and nothing else is paid
    assert "left out at 8.9 years: 1 item" in found["Results"].words[SAID]
