"""What hecon.parts gives, and the small parts."""

import hecon.parts
from hecon.causes import CAUSES
from hecon.parts import LostWork, SideEffect, absence, consumption, death_before, family, side_effects

PUBLIC = [
    "LostWork", "Manufacturing", "SideEffect", "absence", "annuity", "consumption", "country_work", "death_before",
    "drawn_points", "event_table", "family", "mixture_cure_through", "population_alive", "rule_of_three", "side_effects",
    "survival_through", "through_two", "work_sources", "wright",
]  # fmt: skip


def test_public_names() -> None:
    assert sorted(hecon.parts.__all__) == sorted(PUBLIC)
    for name in PUBLIC:
        assert getattr(hecon.parts, name).__doc__, name


def test_consumption_has_a_sector_of_its_own() -> None:
    item = consumption({"well": "1", "ill": "p_share"}, "c_year")
    assert (item.category, item.sector, item.per) == ("consumption of survivors", "consumption", "year")
    assert item.amount == {"well": "(1) * (c_year)", "ill": "(p_share) * (c_year)"}


def test_every_item_is_filed_by_a_cause_of_the_list() -> None:
    work = LostWork(
        "1", {"a": "0.5", "b": "0"}, "1", "0.25", absences={"a -> b": "1"}, deaths_at_work=("* -> dead",), since={"a": "t"},
        unpaid_of_year="1", carers={"a": "1"},
    )  # fmt: skip
    events = side_effects([SideEffect("fever", incidence="0.1", cost="1", loss="0.1", days_off="2")])
    items = [
        *work.items(),
        *events,
        *absence("a", "1"),
        *death_before("d", "1", "1"),
        *family("1"),
        consumption({"a": "1"}, "1"),
    ]
    assert {item.category for item in items if hasattr(item, "category")} <= set(CAUSES)
    assert len({item.category for item in items if hasattr(item, "category")}) == 8
