"""A cohort small enough to work by hand that counts lost work by every method, and consumption; for 3 years, undiscounted.

Care: well 1, 0.5, 0.25, ill 0, 0.5, 0.5, dead 0, 0, 0.25 at the start of each year; deaths 0, 0.25, 0.25. Cure: always well.
Care pays 10 to health care, 4 out of pocket and 11 of other sectors; lost work is 40 by illness, 10 + 5 by friction (10 without
the deaths), 40 + 10 by human capital; consumption 22. Cure pays 300 and consumes 24.
"""

from dataclasses import replace
from typing import Any

from hecon import Cost, MarkovModel, Parameter, Strategy, Utility, make_book
from hecon.inputs.book import Book

LOST: dict[str, Any] = {"sector": "productivity", "per": "year"}
BY_HAND = {  # perspective: cost of care, of cure
    "payer": (10.0, 300.0),
    "health care sector": (14.0, 300.0),
    "societal": (40.0, 300.0),
    "societal: illness": (65.0, 300.0),
    "societal: illness with consumption": (87.0, 324.0),
    "societal: friction": (40.0, 300.0),
    "societal: friction with consumption": (62.0, 324.0),
    "societal: friction lower bound": (35.0, 300.0),
    "societal: friction lower bound with consumption": (57.0, 324.0),
    "societal: human capital": (75.0, 300.0),
    "societal: human capital with consumption": (97.0, 324.0),
}
OUTCOMES = (
    Cost("drug", {"well": "c_drug_now"}, per="year", category="product", sector="health care"),
    Cost("visits", {"ill": "10"}, per="year", category="disease care", sector="health care"),
    Cost("travel", {"ill": "4"}, per="year", category="travel and lodging", sector="out-of-pocket"),
    Cost("time", {"ill": "2"}, per="year", category="patient time", sector="patient time"),
    Cost("carers", {"ill": "6"}, category="lost work of carers", **LOST),
    Cost("family", {"ill": "3"}, per="year", category="informal care", sector="informal care"),
    Cost("off_sick", {"ill": "wage"}, category="lost work, illness", method="illness", **LOST),
    Cost("off_sick_friction", {"ill": "wage / 4"}, category="lost work, illness", method="friction", **LOST),
    Cost(
        "deaths",
        "wage / 4",
        on="ill -> dead",
        category="lost work, death",
        sector="productivity",
        method="friction upper bound",
    ),
    Cost(
        "deaths_lower",
        "0",
        on="ill -> dead",
        category="lost work, death",
        sector="productivity",
        method="friction lower bound",
    ),
    Cost("off_sick_all", {"ill": "wage"}, category="lost work, illness", method="human capital", **LOST),
    Cost("dead", {"dead": "wage"}, category="lost work, death", method="human capital", **LOST),
    Cost("eaten", {"well": "8", "ill": "8"}, per="year", category="consumption of survivors", sector="consumption"),
    Utility({"well": "1", "ill": "0.5"}),
)
MODEL = MarkovModel(
    ("well", "ill", "dead"), "1 year", "3 years", "start", "start", title="Lost work", start="well", dead=("dead",),
    let={"p_ill_now": "p_ill", "c_drug_now": "0"}, outcomes=OUTCOMES,
    transitions={"well -> ill": "p_ill_now", "ill -> dead": "0.5"},
    strategies=[Strategy("care"), Strategy("cure", let={"p_ill_now": "0", "c_drug_now": "c_drug"})],
    discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
)  # fmt: skip
SETTINGS = {"perspective": "societal", "threshold": "100", "reference": "care", "lost_work": "friction"}


def book(**settings: str) -> Book:
    """Chance of falling ill 0.5, the drug 100 a year, a wage of 40 that is uncertain."""
    inputs = [
        Parameter(name="p_ill", value=0.5, distribution="beta", par1=50, par2=50),
        Parameter(name="c_drug", value=100.0, currency="EUR", price_year="2022"),
        Parameter(
            name="wage", value=40.0, currency="EUR", price_year="2022", distribution="gamma mean se", par1=40, par2=8
        ),
    ]
    own = {**SETTINGS, "currency": "EUR", "price_year": "2022", **settings}
    return make_book("lost_work", inputs, settings={name: text for name, text in own.items() if text})


def without(*sectors_or_methods: str) -> MarkovModel:
    """The model without the items of some sectors or methods."""
    kept = [
        one
        for one in OUTCOMES
        if not {getattr(one, "sector", ""), getattr(one, "method", "-")} & set(sectors_or_methods)
    ]
    return replace(MODEL, outcomes=kept)
