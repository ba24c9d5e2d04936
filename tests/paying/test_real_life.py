"""Real life: a hazard times one changes nothing, times nought keeps everyone, and those who fare as without gain nothing."""

from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import CARE, small, small_book
from tests.paying.test_comparison import ROWS

import hecon
from hecon import Cost, DecisionTree, Leaf, Parameter, PartitionedSurvival, Strategy, Utility, make_book
from hecon.errors import HeconError, ModelError
from hecon.results.layouts.layout import layout
from hecon.structure.agreements.real_life import faring_as, losing_faster


def of(model: Any, book: Any, strategy: str = "cell") -> Any:
    found = hecon.run(model, book.sample(50, seed=1))
    place = found.strategies.index(strategy)
    return found.effect("qaly")[place], found.cost("payer")[place]


@pytest.fixture(scope="module")
def analysis() -> Any:
    book = small_book()
    return hecon.open_case(small(), type(book)(**{**vars(book), "records": {"schemes": ROWS}})).run(draws=200, seed=1)


def test_a_hazard_times_one_changes_nothing() -> None:
    book = small_book()
    for ours, plain in zip(
        of(losing_faster(small(), "cell", "acquisition", "free", 1), book), of(small(), book), strict=True
    ):
        assert ours == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("ratio", [0, 2, 0.5])
def test_a_hazard_by_hand(ratio: float) -> None:
    """The treated relapse with 1 - (1 - p) ** ratio a month, and nobody else does: as the model with that p for them."""
    book = small_book()
    by_hand = small()
    for one in by_hand.strategies[1].to.branches:
        if one.label == "infused":
            one.to.let["p_relapse"] = f"1 - (1 - p_relapse_cell) ** {ratio}"
    changed = losing_faster(small(), "cell", "acquisition", "free", ratio)
    for ours, plain in zip(of(changed, book), of(by_hand, book), strict=True):
        assert ours == pytest.approx(plain, rel=1e-12)
    usual = of(changed, book, "usual")[0]
    assert usual == pytest.approx(of(small(), book, "usual")[0], rel=1e-12)


def test_who_fares_as_without_gains_nothing() -> None:
    """Without a wait: the QALYs of usual care in every draw, its costs and the price."""
    given = small_book()
    needed = [one for one in given.parameters.values() if one.name not in ("d_wait", "p_relapse_cell")]
    book = make_book("small", needed, settings=dict(given.settings))
    changed = faring_as(small("0"), "cell", "acquisition", "usual")
    (gain, cost), (usual, usual_cost) = of(changed, book), of(changed, book, "usual")
    assert gain == pytest.approx(usual, rel=1e-12)
    p_made = book.sample(50, seed=1)["p_made"]
    assert cost - usual_cost == pytest.approx(300_000 * p_made, rel=1e-9)


def test_a_curve_never_rises_above_the_next() -> None:
    """exp(-0.3 t) within exp(-0.1 t): times two exp(-0.6 t), times nought the next curve; a year's cycles, at their starts."""
    curves = {"stable": "exp(-r_leave * t)", "progressed": "exp(-0.1 * t)"}
    cohort = PartitionedSurvival(("stable", "progressed", "dead"), curves, "cap", "1 year", "3 years", "start", "start",
                                 outcomes=[Utility({"stable": "1"})])  # fmt: skip
    drug = Leaf(to=cohort, outcomes=[Cost("drug", "price", "product", CARE)])
    tree = DecisionTree("Demo", [Strategy("drug", to=drug)], {"cost": "0", "effect": "0"}, "continuous")
    book = make_book("demo", [Parameter(name="price", value=1.0), Parameter(name="r_leave", value=0.3)])
    for ratio, rate in ((2, 0.6), (1, 0.3), (0, 0.1)):
        found = hecon.run(losing_faster(tree, "drug", "drug", "stable", ratio), book.base()).effect("qaly")[0, 0]
        assert found == pytest.approx(1 + np.exp(-rate) + np.exp(-2 * rate), rel=1e-12)


def test_agreements_in_four_worlds(analysis: Any) -> None:
    """At the list price the payment is the same in every world; under an agreement it falls as the condition is lost."""
    table = analysis.real_life()
    assert (table.condition, table.refused) == ("free", ())
    plain = [one for one in table.rows if one.agreement == "as the model stands"]
    assert [one.world for one in plain] == ["full", "predicted", "unstable", "comparator"]
    assert [one.paid for one in plain] == pytest.approx([plain[0].paid] * 4, rel=1e-12)
    assert [one.effect for one in plain] == sorted((one.effect for one in plain), reverse=True)
    for name in ("thirds", "late"):
        paid = [table.row(world, name).paid for world in ("full", "predicted", "unstable", "comparator")]
        assert paid == sorted(paid, reverse=True)
        assert table.row("predicted", name).inmb > table.row("predicted", "as the model stands").inmb
    assert table.row("unstable", "off").rebate == pytest.approx(0.3)
    assert "under thirds the payer pays" in str(layout(table).note)
    assert len(analysis.real_life(["thirds"], hazard=3).rows) == 8


def test_what_has_no_real_life_is_refused(analysis: Any) -> None:
    with pytest.raises(HeconError, match="above 0; got 0"):
        analysis.real_life(hazard=0)
    with pytest.raises(HeconError, match="did you mean 'thirds'"):
        analysis.real_life(["third"])
    with pytest.raises(HeconError, match="the model does not hold 'fre'"):
        analysis.real_life(condition="fre")
    with pytest.raises(HeconError, match="but being alive: name the one"):
        analysis.real_life(["off"])
    with pytest.raises(ModelError, match="no leaf of 'usual' pays for 'acquisition'"):
        losing_faster(small(), "usual", "acquisition", "free", 2)
    with pytest.raises(ModelError, match="cell leads to 2 structures"):
        faring_as(small(), "cell", "acquisition", "cell")
    with pytest.raises(HeconError, match=r"no row 'worse', 'thirds' \(worlds: full, predicted"):
        analysis.real_life(["thirds"]).row("worse", "thirds")
