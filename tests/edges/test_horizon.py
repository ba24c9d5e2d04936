"""Times between rows and beyond the horizon: a declared rule, never rounding; what only reports is left out and said."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import (
    QALY,
    Check,
    Cost,
    DecisionTree,
    Leaf,
    MarkovModel,
    ModelError,
    PartitionedSurvival,
    Strategy,
    make_book,
)
from hecon.cases import find_case, load_models, read_book
from hecon.evaluate.keep.collectors import Occupancy
from hecon.results.checks import check_summary

CARE: dict[str, Any] = {"category": "disease care", "sector": "health care"}
CASES = sorted(path.parent.name for path in Path(__file__).parents[2].glob("models/*/model.py"))


def cohort(**more: Any) -> MarkovModel:
    """A fifth dies every year."""
    return MarkovModel(
        ("well", "dead"), more.pop("cycle", "1 year"), more.pop("horizon", "10 years"), "start", "mid",
        transitions={"well -> dead": "0.2"}, title="Horizon", start="well", strategies=[Strategy("a")],
        discount={"cost": "0", "effect": "0"}, discount_timing="continuous", **more,
    )  # fmt: skip


def kept(model: Any, *keep: Any, **settings: str) -> Any:
    return hecon.run(model, make_book("demo", [], settings=settings).base(), keep=("totals", *keep))


def test_occupancy_between_rows_is_refused_or_interpolated() -> None:
    with pytest.raises(ModelError, match=r"occupancy: 0\.5 years are 0\.5 cycles of a - cohort, no row of it"):
        kept(cohort(), Occupancy((0.5,)))
    found = kept(cohort(), Occupancy((0.5, 2.0), between="interpolate")).kept["occupancy"]
    assert found.shares["a", "a - cohort", "well"][:, 0] == pytest.approx([0.9, 0.64])


def test_occupancy_past_the_horizon_is_not_reached() -> None:
    found = kept(cohort(), Occupancy((9.0, 11.0))).kept["occupancy"]
    assert found.times["a", "a - cohort"] == (9.0,)
    assert found.not_reached["a", "a - cohort"] == (11.0,)
    assert found.shares["a", "a - cohort", "well"].shape == (1, 1)
    assert not any(np.isnan(share).any() for share in found.shares.values())


def test_a_time_between_rows_follows_the_declared_rule() -> None:
    report = {"half a year": 'at(occupancy["well"], 0.5)'}
    scan = Cost("scan", {"well": "100"}, at="18 months", **CARE)
    with pytest.raises(ModelError, match=r"report half a year: at\(x, 0\.5\): 0\.5 cycles is not a row of this block"):
        kept(cohort(report=report))
    with pytest.raises(ModelError, match=r'at="18 months": 1\.5 cycles is not a row of this block'):
        kept(cohort(outcomes=[scan]))
    found = kept(cohort(report=report, outcomes=[scan], between_rows="interpolate"), "ledger")
    assert found.kept["reports"]["a", "half a year"] == pytest.approx([0.9])
    assert found.cost("payer")[0, 0] == pytest.approx(72)  # between 0.8 and 0.64
    assert found.kept["ledger"].of("a", "cost")[:3, 0] == pytest.approx([0, 72, 0])


def test_a_partitioned_model_interpolates_too() -> None:
    model = PartitionedSurvival(
        ("well", "dead"), {"well": "1 - 0.1 * t"}, "error", "1 year", "5 years", "start", "mid", title="P",
        strategies=[Strategy("a")], discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
        report={"later": 'at(occupancy["well"], 2.25)'}, between_rows="interpolate",
    )  # fmt: skip
    assert kept(model).kept["reports"]["a", "later"] == pytest.approx([0.775])


def test_a_report_or_check_past_the_horizon_is_left_out_and_said() -> None:
    alive = 'at(occupancy["well"], 12)'
    found = kept(cohort(report={"late": alive}, checks=[Check("late check", alive, at_most="0")]))
    assert found.kept["checks"] == []
    assert ("a", "late") not in found.kept["reports"]
    assert check_summary(found).notes == (
        "Left out, check 'late check' (at 12 years): not reached within the horizon of 10 years.",
        "Left out, report 'late' (at 12 years): not reached within the horizon of 10 years.",
    )


def test_a_dated_item_is_left_out_of_a_shorter_horizon_and_refused_in_the_models_own() -> None:
    late = [Cost("visit", {"well": "100"}, at="12 months", **CARE), QALY("late", {"well": "9"}, at="36 months")]
    model = cohort(outcomes=late)
    assert kept(model).effect()[0, 0] == pytest.approx(9 * 0.512)
    short = kept(model, "ledger", horizon="2 years")
    assert short.cost("payer")[0, 0] == pytest.approx(80)
    assert short.effect()[0, 0] == 0
    assert [str(one) for one in short.kept["left_out"]] == [
        "item 'late' (at=\"36 months\"): not reached within the horizon of 2 years"
    ]
    assert short.kept["ledger"].discounted.sum(axis=2) == pytest.approx(short.values)
    with pytest.raises(ModelError, match='at="36 months": beyond the horizon of 2 years, and it changes a total'):
        kept(cohort(outcomes=late, horizon="2 years"))


def test_an_amount_that_looks_past_the_horizon_is_refused() -> None:
    model = cohort(outcomes=[Cost("c", 'at(occupancy["well"], 5)', **CARE)])
    with pytest.raises(ModelError, match=r"at\(x, 5\): beyond the horizon of 2 years, and it changes a total"):
        kept(model, horizon="2 years")


def test_an_explained_item_beyond_the_horizon_is_0() -> None:
    model = cohort(outcomes=[QALY("late", {"well": "9"}, at="36 months")])
    book = make_book("demo", [], settings={"horizon": "2 years"})
    assert hecon.explain(model, book.base(), "late", strategy="a").value == 0


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("horizon", ["5 years", "1 year"])
def test_every_case_runs_to_a_shorter_horizon(case: str, horizon: str) -> None:
    found = find_case(case)
    book = read_book(found)
    for model in load_models(found).values():
        result = hecon.run(model, replace(book, settings={**book.settings, "horizon": horizon}).base())
        assert (result.effect("ly_undiscounted") < float(horizon.split()[0]) + 1).all()


def test_increments_at_each_horizon() -> None:
    late = QALY("late", {"well": "9"}, at="36 months")
    model = replace(
        cohort(outcomes=[late], let={"p": "0.2"}, dead=("dead",)), transitions={"well -> dead": "p"},
        strategies=[Strategy("a"), Strategy("b", let={"p": "0"})],
    )  # fmt: skip
    table = hecon.horizons(
        model, make_book("demo", []), ["1", "5", "lifetime"], reference="a", perspective="payer", wtp=10
    )
    assert [(row.horizon, row.left_out) for row in table.rows] == [
        ("1 year", ("item 'late' (at=\"36 months\")",)),
        ("5 years", ()),
        ("lifetime", ()),
    ]
    assert [row.inc_effect for row in table.rows] == pytest.approx([0, 9 * (1 - 0.512), 9 * (1 - 0.512)])
    assert "Left out at 1 year: item 'late' (at=\"36 months\")." in str(table)
    with pytest.raises(hecon.HeconError, match="horizon '5 weeks' is neither a number of years nor 'lifetime'"):
        hecon.horizons(model, make_book("demo", []), ["5 weeks"], reference="a", perspective="payer", wtp=10)


def test_what_a_tree_pays_after_a_shorter_horizon_is_left_out_too() -> None:
    leaf = Leaf(cohort(), outcomes=[Cost("late", "5", at="3 years", **CARE), Cost("soon", "7", at="30 months", **CARE)])
    tree = DecisionTree("T", [Strategy("a", to=leaf, lasts="6 months")], {"cost": "0", "effect": "0"}, "continuous")
    assert kept(tree).cost("payer")[0, 0] == 12
    short = kept(tree, "ledger", horizon="2 years")  # two years after a wait of half a year
    assert short.cost("payer")[0, 0] == 7
    assert [str(one) for one in short.kept["left_out"]] == [
        "item 'late' (at=\"3 years\"): not reached within the horizon of 2.5 years"
    ]
    assert short.kept["ledger"].of("a", "cost")[:, 0].tolist() == [0, 0, 7]
