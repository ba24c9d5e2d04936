"""Sipuleucel-T added to standard care in metastatic castration-resistant prostate cancer.

Partitioned survival through published medians and three-year survival, which are inputs; the population's mortality is a floor.
"""

from hecon import Check, Cost, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.parts import (
    LostWork,
    SideEffect,
    absence,
    consumption,
    drawn_points,
    family,
    side_effects,
    survival_through,
    through_two,
)
from hecon.structure.items import Outcome

CARE = "health care"
ALIVE = 'occupancy["progression_free"] + occupancy["progressed"]'
EVERY_YEAR = {f"alive at {months} months": f"at({ALIVE}, {months // 12})" for months in (12, 24, 36, 48)}
CHILLS = SideEffect("chills", incidence="p_chills", disutility="du_chills", days="d_chills", source="canjurol_2014")

# what the vaccine adds; leukapheresis, infusion and the care of reactions are one published amount
VACCINE: list[Outcome] = [
    Cost("vaccine", "n_doses * price_dose", category="product", sector=CARE),
    Cost("leukapheresis_infusion_reactions", "c_other_added", category="not separable", sector=CARE),
    *side_effects([CHILLS]),
    *absence("treatment_work", "days_treatment", share="1 - p_away_free"),
    *family("days_treatment"),
]
# what placebo patients got after progression, and what their survival holds; nobody paid for it
FROZEN = Cost(
    "frozen_product", "p_crossover * crossover_charged * n_doses * price_dose", category="subsequent treatment",
    of="cell therapy", sector=CARE,
)  # fmt: skip
LOST_WORK = LostWork(
    "output_year",
    {"progression_free": "p_away_free", "progressed": "p_away_progressed"},
    alive_in_population="s_population",
    friction_years="d_friction / 365.25",
    since={"progression_free": "t"},
    absences={"progression_free -> *": "p_away_progressed - p_away_free"},
    deaths_at_work=("* -> dead",),
)


def points(arm: str) -> dict[str, str]:
    """The curve of an arm through its median and month 36, both moved by their sampling error."""
    name = f"os_{arm}"
    drawn = drawn_points(
        name, ["0.5", f"p_os_36_{arm}"], [f"n_{arm}", f"n_{arm} * 0.5 * p_followed"],
        [f"z_median_{arm}", f"z_36_{arm}"],
    )  # fmt: skip
    median, late = (f"d_median_os_{arm} / 12", f"{name}_drawn_1"), ("3", f"{name}_drawn_2")
    return {**drawn, **through_two(name, [median, late], "os_family")}


LONG_TERM = PartitionedSurvival(
    name="long term",
    states=("progression_free", "progressed", "dead"),
    curves={"progression_free": "0.5 ** (12 * t * ratio_progression / d_median_ttp)", "progressed": "s_os"},
    crossing="cap",
    cycle="1 month",
    horizon="30 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "s_population": "exp(-cumulative(r_general * cycle_years))",
        "s_os": "hazard_floor(-log(s_trial), r_general)",
        "output_year": "(p_employed_70 if age < 75 else p_employed_75) * hours_week * 52 * wage_hour",
    },
    outcomes=[
        Utility({"progression_free": "u_alive", "progressed": "u_alive - du_progression"}),
        Cost(
            "care",
            {"progression_free": "c_alive_year", "progressed": "c_alive_year"},
            per="year",
            category="disease care",
            sector=CARE,
        ),
        Cost(
            "progression",
            "c_progression",
            on="progression_free -> *",
            category="subsequent treatment",
            of="chemotherapy and hormonal treatment",
            sector=CARE,
        ),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        *LOST_WORK.items(),
        consumption({"progression_free": "1", "progressed": "1"}, "c_consumption_year"),
    ],
    report=EVERY_YEAR,
    checks=[Check("survival never above the life table", f"largest({ALIVE} - s_population)", at_most="1e-9")],
)

STANDARD = survival_through("os_std", "t", "os_family")
OWN = survival_through("os_sip", "t", "os_family")
MODEL = DecisionTree(
    title="Sipuleucel-T or standard care in metastatic castration-resistant prostate cancer",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        **points("std"),
        **points("sip"),
        "day_of_work": "p_employed_70 * hours_week / 7 * wage_hour",
        "day_of_care_work": "hours_day * p_carer_employed * wage_hour",
        "day_of_care": "hours_day * (1 - p_carer_employed) * c_informal_hour",
        "day_of_patient": "hours_day * (1 - p_employed_70) * c_informal_hour",
        "c_oop_day": "c_travel_day",
    },
    strategies=[
        Strategy(
            "standard",
            "Standard care",
            Leaf(to=LONG_TERM, let={"s_trial": STANDARD, "ratio_progression": "1"}, outcomes=[FROZEN]),
        ),
        Strategy(
            "sipuleucel_t",
            "Sipuleucel-T added to standard care",
            Leaf(
                to=LONG_TERM,
                let={
                    "s_trial": f"({STANDARD}) ** hr_os if hr_os > 0 else {OWN}",
                    "ratio_progression": "hr_ttp",
                },
                outcomes=VACCINE,
            ),
        ),
    ],
)
