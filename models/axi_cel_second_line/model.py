"""Axi-cel or salvage chemotherapy with autologous transplantation, second line, large B-cell lymphoma.

Mixture-cure survival by intention to treat; the tree splits costs only, because the curves hold what it leads to.
"""

from hecon import (
    QALY,
    Branch,
    Chance,
    Check,
    Cost,
    Count,
    DecisionTree,
    Leaf,
    PartitionedSurvival,
    Strategy,
    Utility,
)
from hecon.structure.items import Outcome
from hecon.structure.utilities import adverse_event_loss

CARE = "health care"
ALIVE = '(occupancy["event_free"] + occupancy["post_event"])'

# Curves are relative to the population: leaves bring s_efs and s_os, and the population's own survival multiplies them.
LONG_TERM = PartitionedSurvival(
    name="long term",
    states=("event_free", "post_event", "dead"),
    curves={"event_free": "s_background * s_efs", "post_event": "s_background * s_os"},
    crossing="cap",
    cycle="1 month",
    horizon="42 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "r_background": "r_general * (smr if cycle >= 60 else 1)",
        "s_background": "exp(-cumulative(r_background * cycle_years))",
        "s_general": "exp(-cumulative(r_general * cycle_years))",
        "working_age": "1 if age < 65 else 0",
        "lost_event_free": "p_work_lost_first_year if cycle < 12 else 0",
        "lost_post_event": "p_work_lost_post_event if cycle < 60 else 0",
        "carer_days": "days_carer_post_event if cycle < 60 else 0",
    },
    outcomes=[
        Utility(
            {
                "event_free": "u_event_free",
                "post_event": "u_event_free if survivors_recover == 1 and cycle >= 60 else u_post_event",
            }
        ),
        Cost(
            "follow_up",
            {
                "event_free": "c_follow_up_early if cycle < 24 else c_follow_up_later",
                "post_event": "0 if cycle < 60 else c_follow_up_later",
            },
            per="year",
            category="follow-up",
            sector=CARE,
        ),
        Cost(
            "post_event_care",
            {"post_event": "c_post_event_year if cycle < 60 else 0"},
            per="year",
            category="relapse",
            sector=CARE,
        ),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        Cost(
            "output_lost_illness",
            {
                "event_free": "lost_event_free * output_year * working_age",
                "post_event": "lost_post_event * output_year * working_age",
            },
            per="year",
            category="productivity",
            sector="productivity",
        ),
        Cost(
            "carers_work_illness",
            {"post_event": "carer_days * day_of_work"},
            per="year",
            category="productivity",
            sector="productivity",
        ),
        Cost(
            "carers_time_illness",
            {"post_event": "carer_days * day_of_care"},
            per="year",
            category="informal care",
            sector="informal care",
        ),
    ],
    checks=[Check("survival never above the life table", f"largest({ALIVE} - mass * s_general)", at_most="1e-9")],
    report={
        "alive at 5 years": f"at({ALIVE}, 5)",
        "alive at 10 years": f"at({ALIVE}, 10)",
        "event-free at 5 years": 'at(occupancy["event_free"], 5)',
        "months until half have died": f"sum(1 if {ALIVE} > 0.5 * mass else 0)",
    },
)


def follow(arm: str, outcomes: list[Outcome] | None = None) -> Leaf:
    """A leaf of an arm: its own costs, the survival of everyone randomised to the arm."""
    return Leaf(
        to=LONG_TERM,
        let={"s_efs": f"survival(efs_{arm}, t)", "s_os": f"survival(os_{arm}, t)"},
        outcomes=outcomes or [],
    )


def meets(arm: str) -> list[Check]:
    """The arm returns the published landmarks."""
    points = [("overall survival", "os", ALIVE, (12, 24, 48)), ("event-free survival", "efs", "", (24, 60))]
    return [
        Check(
            f"{what} at month {month}",
            f"at({value or occupied}, {month} / 12)",
            equals=f"p_{name}_{month}_{arm}",
            within="0.001",
        )
        for occupied in ('occupancy["event_free"]',)
        for what, name, value, months in points
        for month in months
    ]


def family(days: str, part: str = "", at: str = "") -> list[Outcome]:
    """What treatment takes from a family: a carer's paid work and free time, the patient's own time, travel."""
    work, informal, patient, pocket = "productivity", "informal care", "patient time", "out-of-pocket"
    return [
        Cost(f"carers_work{part}", f"{days} * day_of_work", category=work, sector=work, at=at),
        Cost(f"carers_time{part}", f"{days} * day_of_care", category=informal, sector=informal, at=at),
        Cost(f"patient_time{part}", f"{days} * day_of_patient", category=patient, sector=patient, at=at),
        Cost(f"travel{part}", f"{days} * c_oop_day", category=pocket, sector=pocket, at=at),
    ]


def infusion(share: str, part: str = "", at: str = "", category: str = "upfront") -> list[Outcome]:
    """A CAR-T product for a share of those who reach a node, with its care, side effects and days."""
    severe = adverse_event_loss("p_crs_only + p_crs_and_neuro", "du_crs_severe", of="year")
    neuro = adverse_event_loss("p_neuro_only + p_crs_and_neuro", "du_neuro_severe", of="year")
    events = category if part else "side effects"
    return [
        Cost(f"acquisition{part}", f"{share} * price_axi_cel * (1 - rebate)", category=category, sector=CARE, at=at),
        Cost(f"delivery{part}", f"{share} * (c_lymphodepletion + c_post_infusion)", category, CARE, at=at),
        Cost(f"excess_events{part}", f"{share} * c_excess_events", category=events, sector=CARE, at=at),
        Cost(f"immunoglobulin{part}", f"{share} * p_ivig * months_ivig * c_ivig_month", events, CARE, at=at),
        QALY(f"side_effects{part}", f"{share} * ({severe} + {neuro})", at=at),
        Count("infusions", share),
        *family(f"{share} * days_car_t", part, at),
    ]


def transplant(share: str) -> list[Outcome]:
    """Autologous transplantation at three months; survival of the arm already has its effect."""
    at = "3 months"
    return [
        Cost("transplant", f"{share} * c_asct", category="transplant", sector=CARE, at=at),
        QALY("transplant", adverse_event_loss(share, "du_asct", "days_asct"), at=at),
        Count("transplants", share),
        *family(f"{share} * days_transplant", "_transplant", at),
    ]


def subsequent(arm: str) -> Cost:
    """Further treatment other than a CAR-T product after salvage."""
    return Cost("subsequent", f"p_subsequent_{arm} * c_subsequent", category="subsequent", sector=CARE, at="1 year")


MODEL = DecisionTree(
    title="Axi-cel or salvage chemotherapy with autologous transplantation in second-line large B-cell lymphoma",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        "day_of_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",  # of a carer's day: paid work lost
        "day_of_care": "wage_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",  # and the rest of it
        "day_of_patient": "wage_hour * hours_day * (1 - p_employed)",  # his lost work is in output_lost_illness
        "output_year": "wage_hour * hours_day * days_work_year * p_employed",
        "responses": "p_cr + p_pr + p_no_response",  # 1, unless one share is varied alone
        "c_excess_events": "(p_crs_only - p_crs_only_liso) * c_crs_severe"  # liso-cel's are in c_post_infusion
        " + (p_neuro_only - p_neuro_only_liso) * c_neuro_severe + (p_crs_and_neuro - p_both_liso) * c_crs_and_neuro",
    },
    strategies=[
        Strategy(
            "standard",
            "Salvage chemotherapy, autologous transplantation for responders",
            Chance(
                Branch("complete response", "p_cr / responses", follow("soc", transplant("p_asct_cr"))),
                Branch("partial response", "p_pr / responses", follow("soc", transplant("p_asct_pr"))),
                Branch("no response", "C", follow("soc")),
            ),
            outcomes=[
                Cost("salvage", "c_salvage", category="upfront", sector=CARE),
                Cost("neutropenia", "p_fn * c_fn", category="side effects", sector=CARE),
                Cost("anaemia", "p_anaemia * c_anaemia", category="side effects", sector=CARE),
                Cost("leukopenia", "p_leukopenia * c_leukopenia", category="side effects", sector=CARE),
                QALY("salvage", adverse_event_loss("1", "du_salvage", "days_salvage")),
                *family("days_chemo", "_salvage"),
                Cost(
                    "leukapheresis_crossover",
                    "p_crossover * c_leukapheresis",
                    category="subsequent",
                    sector=CARE,
                    at="6 months",
                ),
                *infusion("p_crossover", "_crossover", "6 months", "subsequent"),
                subsequent("soc"),
            ],
            checks=meets("soc"),
        ),
        Strategy(
            "axi_cel",
            "Axi-cel, as intended at randomisation",
            Chance(
                Branch("infused", "p_infused", follow("axi", infusion("1"))),
                Branch("not infused", "C", follow("axi")),
            ),
            outcomes=[
                Cost("leukapheresis", "c_leukapheresis", category="upfront", sector=CARE),
                subsequent("axi"),
            ],
            checks=meets("axi"),
        ),
    ],
)
