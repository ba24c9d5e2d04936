"""Parts that models share: side effects, lost work, care, consumption, manufacturing; they make items and formulas of a let."""

from hecon.parts.absence import absence, death_before, family
from hecon.parts.consumption import consumption
from hecon.parts.landmark_survival import (
    drawn_points,
    mixture_cure_through,
    population_alive,
    survival_through,
    through_two,
)
from hecon.parts.lost_work import LostWork
from hecon.parts.manufacturing import Manufacturing, annuity, wright
from hecon.parts.side_effects import SideEffect, event_table, rule_of_three, side_effects
from hecon.parts.work_by_country import country_work, work_sources

__all__ = [
    "LostWork", "Manufacturing", "SideEffect", "absence", "annuity", "consumption", "country_work", "death_before",
    "drawn_points", "event_table", "family", "mixture_cure_through", "population_alive", "rule_of_three", "side_effects",
    "survival_through", "through_two", "work_sources", "wright",
]  # fmt: skip
