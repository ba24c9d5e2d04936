"""One clock from the decision: what falls when, in the ledger and in all that reads it."""

from typing import Any

import numpy as np
import pytest

import hecon
from hecon import (
    QALY,
    Branch,
    Chance,
    Cost,
    Count,
    DecisionTree,
    HeconError,
    Leaf,
    LifeYears,
    MarkovModel,
    Parameter,
    Strategy,
    Utility,
    make_book,
)  # fmt: skip

CARE: dict[str, Any] = {"category": "disease care", "sector": "health care"}
FREE = {"cost": "0", "effect": "0"}


def cohort(
    *outcomes: Any, within: str = "start", horizon: str = "10 years", cycle: str = "1 year", **more: Any
) -> MarkovModel:
    """Nobody moves unless told: well or dead."""
    moves = {"well -> dead": more.pop("p_die", "0")}
    return MarkovModel(
        ("well", "dead"), cycle, horizon, within, more.pop("events", "mid"), transitions=moves, outcomes=outcomes,
        start="well", dead=("dead",), **more,
    )  # fmt: skip


def tree(*strategies: Strategy, discount: dict[str, str] = FREE) -> DecisionTree:
    return DecisionTree("Clock", strategies, discount, "continuous")


def waits(how_long: str = "1") -> DecisionTree:
    """1,200 a year for three years, at once or after a wait."""
    care = cohort(Cost("care", {"well": "where(cycle < 3, 1200, 0)"}, per="year", **CARE), Utility({"well": "1"}))
    return tree(Strategy("now", to=Leaf(care)), Strategy("later", to=Leaf(care), lasts=how_long))


def kept(model: Any, book: Any = None, ask: Any = "ledger") -> Any:
    draws = (book or make_book("demo", [])).base()
    return hecon.run(model, draws, keep=(ask, "by_state", "trace"))


def test_a_wait_moves_costs_in_the_table_over_time() -> None:
    found = hecon.over_time(kept(waits()), "later", reference="now", perspective="payer", wtp=0)
    assert found.years[:5].tolist() == [1, 2, 3, 4, 5]
    assert found.cost[:5].tolist() == [-1200, 0, 0, 1200, 0]
    assert found.pays_back == 1


def test_a_perspective_counts_its_own_sectors_over_time() -> None:
    lost = Cost("lost_work", {"well": "300"}, per="year", category="lost work, illness", sector="productivity")
    care = cohort(Cost("care", {"well": "1200"}, per="year", **CARE), lost, Utility({"well": "1"}), horizon="2 years")
    none = cohort(Utility({"well": "1"}), horizon="2 years")
    outcomes = kept(tree(Strategy("none", to=Leaf(none)), Strategy("care", to=Leaf(care))))
    for perspective, wanted in (("payer", 1200.0), ("societal", 1500.0)):
        found = hecon.over_time(outcomes, "care", reference="none", perspective=perspective, wtp=0)
        assert found.cost.tolist() == [wanted, wanted]


def test_a_wait_moves_payback_and_worth() -> None:
    found = hecon.over_time(kept(waits()), "now", reference="later", perspective="payer", wtp=0)
    assert found.cumulative_cost[:4].tolist() == [1200, 1200, 1200, 0]
    assert found.pays_back == 4
    assert found.worth_from == 4
    assert "is saved by year 4" in found.text


def test_a_wait_moves_the_breakdown_by_year() -> None:
    outcomes = kept(waits())
    found = hecon.cost_breakdown(outcomes, "later", reference="now", perspective="payer", by="year")
    assert {part.part: part.difference for part in found.parts if part.difference} == {"year 1": -1200, "year 4": 1200}
    gain = hecon.effect_breakdown(outcomes, "later", reference="now", by="year")
    assert {part.part: part.difference for part in gain.parts if part.difference} == {"year 1": -1, "year 11": 1}


def test_a_wait_moves_the_sheet_breakdown() -> None:
    from hecon.results.analysis import Analysis
    from hecon.results.findings import find
    from hecon.workbook.stored.difference import breakdown_sheet

    model, book = waits(), make_book("demo", [])
    study = Analysis.of_outcomes("demo", kept(model, book), None, "payer", 1000.0, "now", book=book)
    (years,) = [
        part.grid for part in breakdown_sheet(find(study, model), "base case").parts if part.grid.name == "years"
    ]
    assert [row[1] for row in years.rows[:5]] == [-1200, 0, 0, 1200, 0]


@pytest.mark.parametrize(("at", "year"), [("12 months", 1), ("11 months", 0), ("24 months", 2)])
def test_a_payment_at_12_months_is_in_the_second_year_whoever_pays(at: str, year: int) -> None:
    lasting = cohort(Cost("visit", {"well": "100"}, at=at, **CARE), cycle="1 month")
    model = tree(
        Strategy("leaf", to=Leaf(outcomes=[Cost("visit", "100", at=at, **CARE)])),
        Strategy("structure", to=Leaf(lasting)),
        Strategy("tree", to=Leaf(), outcomes=[Cost("visit", "100", at=at, **CARE)]),
    )
    ledger = kept(model).kept["ledger"]
    for strategy in ("leaf", "structure", "tree"):
        assert np.flatnonzero(ledger.of(strategy, "cost")[:, 0]).tolist() == [year], strategy


def test_a_dated_payment_after_a_wait_counts_the_wait() -> None:
    lasting = cohort(
        Cost("visit", {"well": "100"}, at="6 months", **CARE), Cost("entry", "7", **CARE), cycle="6 months"
    )
    ledger = kept(tree(Strategy("a", to=Leaf(lasting), lasts="6 months"))).kept["ledger"]
    assert ledger.of("a", "cost", "visit")[:2, 0].tolist() == [0, 100]
    assert ledger.of("a", "cost", "entry")[:2, 0].tolist() == [7, 0]


def test_a_flow_is_split_where_a_wait_that_differs_by_draw_crosses_years() -> None:
    book = make_book("demo", [Parameter(name="d_wait", value=0.25)])
    draws = book.sample(3, seed=1).fix(d_wait=[0.25, 1.0, 1.5])
    ledger = hecon.run(waits("d_wait"), draws, keep=("ledger",)).kept["ledger"]
    assert ledger.of("later", "cost")[:5].T.tolist() == [
        [900, 1200, 1200, 300, 0],
        [0, 1200, 1200, 1200, 0],
        [0, 600, 1200, 1200, 600],
    ]
    assert ledger.of("later", "ly")[:, 0].tolist() == [
        0.75,
        *[1] * 9,
        0.25,
        0,
    ]  # the last wait ends in the twelfth year
    quarters = hecon.run(waits("d_wait"), draws, keep=(hecon.Ledger("quarter", until=2),)).kept["ledger"]
    assert quarters.of("later", "cost").T.tolist() == [[0] + [300] * 7, [0] * 4 + [300] * 4, [0] * 6 + [300] * 2]


@pytest.mark.parametrize(("events", "year"), [("start", 0), ("mid", 0), ("end", 1)])
def test_an_event_falls_at_its_time_in_the_cycle(events: str, year: int) -> None:
    model = cohort(
        Cost("death", "100", on="well -> dead", **CARE),
        events=events,
        p_die="where(cycle < 1, 1, 0)",
        horizon="2 years",
    )
    ledger = kept(tree(Strategy("a", to=Leaf(model)))).kept["ledger"]
    assert np.flatnonzero(ledger.of("a", "cost")[:, 0]).tolist() == [year]


def test_undiscounted_and_discounted_by_hand_with_effects_life_years_and_counts() -> None:
    model = cohort(Cost("care", {"well": "100"}, per="year", **CARE), Utility({"well": "0.5"}), horizon="2 years")
    leaf = Leaf(model, outcomes=[QALY("loss", "-0.1"), LifeYears("0.25"), Count("visits", "3", at="18 months")])
    found = kept(tree(Strategy("a", to=leaf), discount={"cost": "0.1", "effect": "0.25"}))
    ledger = found.kept["ledger"]
    assert ledger.of("a", "cost", discounted=False)[:, 0].tolist() == [100, 100]
    assert ledger.of("a", "cost")[:, 0] == pytest.approx([100, 100 / 1.1])
    assert ledger.of("a", "qaly")[:, 0] == pytest.approx([0.4, 0.4])
    assert ledger.of("a", "ly")[:, 0] == pytest.approx([1.25, 0.8])
    assert ledger.of("a", "ly", discounted=False)[:, 0] == pytest.approx([1.25, 1])
    assert ledger.of("a", "ly_undiscounted")[:, 0] == pytest.approx([1.25, 1])
    assert ledger.of("a", "count")[:, 0].tolist() == [0, 3]
    assert ledger.discounted.sum(axis=2) == pytest.approx(found.values)


def test_leaves_are_named_by_their_branches() -> None:
    model = cohort(Cost("care", {"well": "100"}, per="year", **CARE), horizon="1 year")
    paid = Cost("drug", "40", **CARE)
    arms = Chance(
        Branch("infused", "0.75", Chance(Branch("cured", "0.5", Leaf(model, outcomes=[paid])), Branch("not", "C", Leaf(model)))),
        Branch("failed", "C", Leaf(model, start="dead", let={}, transitions={"well -> dead": "1"})),
    )  # fmt: skip
    ledger = kept(tree(Strategy("a", to=arms)), ask=hecon.Ledger(by_leaf=True)).kept["ledger"]
    assert ledger.of("a", "cost", leaf="infused / cured + infused / not")[0, 0] == 75
    assert ledger.of("a", "cost", leaf="infused / cured")[0, 0] == 15
    assert ledger.of("a", "cost")[0, 0] == 90


def test_what_falls_after_until_is_not_evaluated() -> None:
    model = cohort(Cost("care", {"well": "where(cycle < 3, 1200, 0)"}, per="year", **CARE))
    plain = tree(Strategy("a", to=Leaf(model, outcomes=[Cost("late", "5", at="3 years", **CARE)])))
    found = kept(plain, ask=hecon.Ledger(until=3))
    alone = hecon.run(plain, make_book("demo", []).base(), keep="ledger").kept["ledger"]
    assert alone.of("a", "cost")[:4, 0].tolist() == [1200, 1200, 1200, 5]
    assert found.kept["ledger"].of("a", "cost")[:, 0].tolist() == [1200, 1200, 1200]
    assert found.cost("payer")[0, 0] == 3605
    years = hecon.over_time(found, "a", reference="a", perspective="payer", wtp=0, effect="ly")
    assert years.text.startswith("a costs as much as a at any time within 3 years")
    with pytest.raises(HeconError, match="the ledger ends at 3 years"):
        hecon.cost_breakdown(found, "a", reference="a", perspective="payer", by="year")


def test_a_ledger_too_large_is_refused_with_its_size() -> None:
    with pytest.raises(
        HeconError, match=r"the ledger holds 2 x 2 x 4 x 11 x 1 numbers .* more than the 0\.00 GB allowed"
    ):
        kept(waits(), ask=hecon.Ledger(most_bytes=100))
    with pytest.raises(HeconError, match=r"until=0\.3 years is not a whole number of years"):
        hecon.Ledger(until=0.3)
    with pytest.raises(HeconError, match="falls -1 years from the decision; nothing falls before it"):
        kept(tree(Strategy("a", to=Leaf(outcomes=[Cost("c", "1", at="0 - 1", **CARE)]))))


@pytest.mark.parametrize("within", ["start", "end", "half-cycle", "simpson", "darth-none"])
@pytest.mark.parametrize("changes", [False, True])
def test_periods_add_up_to_the_totals(within: str, changes: bool) -> None:
    """With a cohort that is walked and one that is closed; rows end in the middle of a tile."""
    p_die = "0.02 + 0.001 * cycle" if changes else "0.02"
    death = Cost("death", "90", on="well -> dead", **CARE)
    model = cohort(
        Cost("care", {"well": "100"}, per="year", **CARE), death, Utility({"well": "0.7"}), within=within, p_die=p_die,
        cycle="1 month",
    )  # fmt: skip
    book = make_book("demo", [Parameter(name="d_wait", value=0.25)])
    draws = book.sample(3, seed=1).fix(d_wait=[0.0, 0.13, 1.5])
    both = tree(
        Strategy("a", to=Leaf(model)), Strategy("b", to=Leaf(model), lasts="d_wait"),
        discount={"cost": "0.04", "effect": "0.015"},
    )  # fmt: skip
    plain = hecon.run(both, draws)
    for period in ("year", "quarter", "month"):
        found = hecon.run(both, draws, keep=(hecon.Ledger(period),))
        assert (found.values == plain.values).all()
        assert found.kept["ledger"].discounted.sum(axis=2) == pytest.approx(found.values, rel=1e-12)
        for years in (1, 2):
            early = hecon.run(both, draws, keep=(hecon.Ledger(period, until=years),)).kept["ledger"]
            whole = found.kept["ledger"].undiscounted[:, :, : early.starts.size]
            assert early.undiscounted == pytest.approx(whole, rel=1e-12)
