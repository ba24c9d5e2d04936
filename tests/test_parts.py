"""What hecon.parts gives, and the small parts."""

import hecon.parts
from hecon.parts import consumption

PUBLIC = [
    "LostWork", "Manufacturing", "SideEffect", "absence", "annuity", "consumption", "country_work", "death_before", "event_table",
    "family", "rule_of_three", "side_effects", "work_sources", "wright",
]  # fmt: skip


def test_public_names() -> None:
    assert sorted(hecon.parts.__all__) == sorted(PUBLIC)
    for name in PUBLIC:
        assert getattr(hecon.parts, name).__doc__, name


def test_consumption_has_a_sector_of_its_own() -> None:
    item = consumption({"well": "1", "ill": "p_share"}, "c_year")
    assert (item.category, item.sector, item.per) == ("consumption of survivors", "consumption", "year")
    assert item.amount == {"well": "(1) * (c_year)", "ill": "(p_share) * (c_year)"}
