"""Tests that a sound engine always passes: each is shown an engine that is wrong, and fails."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.verification.small import CARE, case, markov

from hecon import Cost
from hecon.evaluate.run import run
from hecon.verification import arms, discounting
from hecon.verification.one_at_a_time import Swings
from hecon.verification.subject import Subject
from hecon.verification.verdict import FAILS, INFORMS
from hecon.verification.verify import verify

CHANGED: Callable[..., Any] = Subject.changed


def result(test: str, **more: Any) -> Any:
    return verify(case(markov(**more)), only=[test], draws=50).of(test)


def test_a_horizon_that_is_not_taken_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Subject, "changed", lambda self, settings=None, **more: CHANGED(self, **more))
    assert "lived in one cycle" in result("horizon of one cycle").findings[0].told


def test_within_cycle_methods_that_are_exchanged_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {"start": "end", "end": "start"}

    def changed(self: Subject, settings: dict[str, str]) -> Any:
        way = settings["within_cycle"]
        return CHANGED(self, {"within_cycle": other.get(way, way)})

    monkeypatch.setattr(Subject, "changed", changed)
    assert result("within-cycle methods in order").verdict == FAILS


def test_a_discount_rate_that_is_not_taken_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    book = case(markov()).book
    monkeypatch.setattr(discounting, "run", lambda model, draws, keep: run(model, book.base(), keep=keep))
    assert any("discounted at a rate of 0" in one.told for one in result("discount rates of 0").findings)


def test_an_item_that_no_rate_moves_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = Swings.moved.func  # type: ignore[attr-defined]  # of a cached property

    def without(self: Swings) -> Any:
        return {name: set() if name == "dr_cost" else keys for name, keys in moved(self).items()}

    monkeypatch.setattr(Swings, "moved", property(without))
    found = result("everything later is discounted")
    assert found.verdict == FAILS
    assert "care is not discounted" in {one.told.partition(":")[0] for one in found.findings}


def test_a_comparison_that_does_not_change_sign_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    pairwise = arms.pairwise

    def squared(*given: Any) -> Any:
        found = pairwise(*given)
        rows = tuple(replace(one, inc_cost=replace(one.inc_cost, mean=abs(one.inc_cost.mean))) for one in found.rows)
        return replace(found, rows=rows)

    monkeypatch.setattr(arms, "pairwise", squared)
    assert any("change its sign" in one.told for one in result("ICER and net benefit").findings)


def test_probabilities_of_being_best_that_do_not_add_up_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from hecon.analysis.cost_effectiveness import acceptability as module

    whole = module.acceptability
    monkeypatch.setattr(module, "acceptability", lambda *given: replace(found := whole(*given), ceac=found.ceac * 0.9))
    assert "do not add up to 1" in result("acceptability").findings[0].told


def test_what_lies_beyond_the_horizon_is_told() -> None:
    late = Cost("late", "c_end", at="30 years", category="follow-up", sector=CARE)
    found = verify(
        case(markov(usual=(late,)), settings={"horizon": "10 years"}), only=["nothing beyond the horizon"], draws=50
    )
    told = found.of("nothing beyond the horizon")
    assert told.verdict == INFORMS
    assert "late" in str(told.findings[0])
