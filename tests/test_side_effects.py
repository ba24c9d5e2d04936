"""A table of events: what each line gives, by hand; published losses; what cannot be is refused."""

import pytest

import hecon
from hecon import Leaf, Parameter, Strategy
from hecon.errors import ModelError
from hecon.parts import LostWork, Manufacturing, SideEffect, event_table, rule_of_three, side_effects
from hecon.structure import DecisionTree
from hecon.structure.items import QALY, Cost, Outcome

EVENTS = [
    SideEffect("cytokine release", "3-4", incidence="0.06", cost="50000", loss="0.23", days_off="20", source="Howell 2022"),
    SideEffect("febrile neutropenia", of="chemotherapy", incidence="0.2", cost="10000", disutility="0.15", days="7"),
    SideEffect("pneumonitis", "2+", "radiation", incidence="0.1", cost="2000", onset="3 months", recurrence="2"),
    SideEffect("leak", of="surgery", incidence="0.05", days_off="150", setting="ward", duration="5 months"),
]  # fmt: skip


def amounts(items: list[Outcome]) -> dict[str, float]:
    return {f"{one.kind} {one.name}": float(hecon.evaluate_formula(str(one.amount), day_of_work=100)) for one in items}


def test_every_line_gives_its_items() -> None:
    assert amounts(side_effects(EVENTS, share="0.5", friction_days="85")) == pytest.approx({
        "cost cytokine_release_3_4_product": 0.5 * 0.06 * 50000,
        "qaly cytokine_release_3_4_product": -0.5 * 0.06 * 0.23,  # a year's loss: times no duration
        "cost cytokine_release_3_4_product_illness": 0.5 * 0.06 * 20 * 100,
        "cost cytokine_release_3_4_product_human_capital": 0.5 * 0.06 * 20 * 100,
        "cost cytokine_release_3_4_product_friction": 0.5 * 0.06 * 20 * 100,
        "cost febrile_neutropenia_chemotherapy": 0.5 * 0.2 * 10000,
        "qaly febrile_neutropenia_chemotherapy": -0.5 * 0.2 * 0.15 * 7 / 365.25,
        "cost pneumonitis_2_radiation": 0.5 * 0.1 * 2 * 2000,
        "cost leak_surgery_illness": 0.5 * 0.05 * 150 * 100,
        "cost leak_surgery_human_capital": 0.5 * 0.05 * 150 * 100,
        "cost leak_surgery_friction": 0.5 * 0.05 * 85 * 100,
    })  # fmt: skip


def test_causes_and_treatments() -> None:
    for item in side_effects(EVENTS):
        assert isinstance(item, Cost | QALY)
        assert item.category == ("lost work, illness" if getattr(item, "method", "") else "side effects")
        assert item.of in ("product", "chemotherapy", "radiation", "surgery")


def test_times_add_up() -> None:
    def when(at: str) -> list[str]:
        return [getattr(one, "at", "") for one in side_effects(EVENTS, at=at) if one.name.startswith("pneumonitis")]

    assert when("") == ["3 months"]
    assert when("6 months") == ["0.5 + 0.25"]
    assert when("d_wait") == ["(d_wait) + 0.25"]


def test_it_runs_in_a_tree_and_meets_the_other_strategy() -> None:
    arms = [
        Strategy("a", to=Leaf(outcomes=side_effects(EVENTS[:3]))),
        Strategy("b", to=Leaf(outcomes=side_effects(EVENTS[1:3], share="0.5"))),
    ]
    tree = DecisionTree("Events", arms, {"cost": "0", "effect": "0"}, "continuous")
    book = hecon.make_book(
        "e", [Parameter(name="day_of_work", value=100, unit="currency units")], settings={"lost_work": "illness"}
    )
    found = hecon.run(tree, book.base())
    assert found.cost("payer")[:, 0] == pytest.approx([3000 + 2000 + 400, 1000 + 200])
    assert found.effect("qaly")[1, 0] == pytest.approx(-0.1 * 0.15 * 7 / 365.25)


def test_the_rule_of_three_and_the_exact_limit() -> None:
    """0 of 10: 0.3 and 0.259 (CTX110, graft-versus-host disease); 0 of 32: 0.094 and 0.089."""
    for n, exact in ((10, 0.2589), (32, 0.0894)):
        rule = float(hecon.evaluate_formula(rule_of_three("n"), n=n))
        assert rule == pytest.approx(3 / n)
        assert 1 - 0.05 ** (1 / n) == pytest.approx(exact, abs=5e-5)
        assert rule > exact


def test_the_published_vector_of_events_of_liso_cel() -> None:
    """TRANSCEND CLL, 117 patients: grades 1 to 3 at 37, 39 and 9% (PMC11753452, table 4), losses of a year of Howell 2022."""
    lines = [
        SideEffect("cytokine release", grade, incidence=share, loss=loss)
        for grade, share, loss in (("1", "0.37", "0.01"), ("2", "0.39", "0.05"), ("3-4", "0.09", "0.23"))
    ]
    assert sum(amounts(side_effects(lines)).values()) == pytest.approx(-(0.0037 + 0.0195 + 0.0207))


def test_mistakes_are_told_at_once() -> None:
    wrong = [
        SideEffect("fever", of="drug", incidence="0.1", cost="1"),
        SideEffect("rash", cost="1"),
        SideEffect("pain", incidence="0.1"),
        SideEffect("coma", incidence="0.1", loss="0.2", days="3"),
        SideEffect("nausea", incidence="0.1", disutility="0.2"),
        SideEffect("twice", incidence="0.1", cost="1"),
        SideEffect("twice", incidence="0.2", cost="1"),
    ]
    with pytest.raises(ModelError) as told:
        side_effects(wrong)
    for words in (
        "fever: of='drug' is not one of product", "rash: needs an incidence", "pain: has no effect",
        "coma: the loss of a yearly vignette holds its duration", "nausea: a disutility lasts some days",
        "twice: more than one line is called 'twice_product'",
    ):  # fmt: skip
        assert words in str(told.value)


def test_the_table_is_for_reading() -> None:
    lines = event_table(EVENTS).splitlines()
    assert lines[0].split() == [
        "event", "grade", "of", "incidence", "cost", "loss", "disutility", "days", "days", "off", "onset", "recurrence",
        "duration", "setting", "source",
    ]  # fmt: skip
    assert lines[1].endswith("Howell 2022")
    assert len(lines) == 5


def test_an_incidence_above_1_and_shares_are_told_where_they_are_written() -> None:
    with pytest.raises(ModelError, match=r"fever: a share lies between 0 and 1; got 1\.4"):
        side_effects([SideEffect("fever", incidence="1.4", cost="c")])
    with pytest.raises(ModelError, match="absent, ill: a share lies between 0 and 1; got 60"):
        LostWork("v", {"well": "0", "ill": "60"}, "s", "0.25").items()
    with pytest.raises(ModelError, match="failure: a share lies between 0 and 1; got 8"):
        Manufacturing(failure="8").let("made")
