"""A made-up advanced tumour: chemotherapy or a targeted drug until progression, two years at most.

Partitioned survival: a Weibull and a Gompertz curve for chemotherapy, a hazard ratio on each for the targeted drug, and the
population's mortality as a floor.
"""

from hecon import Cost, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.parts import SideEffect, side_effects

CARE = "health care"
ALIVE = 'occupancy["progression_free"] + occupancy["progressed"]'
COURSE = PartitionedSurvival(
    name="course",
    states=("progression_free", "progressed", "dead"),
    curves={"progression_free": "s_pfs", "progressed": "s_os"},
    crossing="cap",
    cycle="3 months",
    horizon="20 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "s_pfs_chemo": "exp(-(12 * t / d_scale_pfs) ** shape_pfs)",
        "s_os_chemo": "exp(-r_os / slope_os * (exp(slope_os * t) - 1))",
        "s_os": "hazard_floor(-log(s_os_trial), r_general)",
        "treated": "1 if t < months_stop / 12 else 0",
    },
    outcomes=[
        Cost("drug", {"progression_free": "12 * c_drug_now * treated"}, per="year", category="product", sector=CARE),
        Cost("infusions", {"progression_free": "12 * n_visits_now * c_visit * treated"}, per="year", category="delivery",
             sector=CARE),
        Cost("scans", {"progression_free": "n_scans * c_scan", "progressed": "n_scans * c_scan"}, per="year",
             category="follow-up", sector=CARE),
        Cost("progressed_care", {"progressed": "12 * c_progressed"}, per="year", category="disease care", sector=CARE),
        Cost("second_line", "p_second_line * c_second_line", on="progression_free -> *", category="subsequent treatment",
             of="chemotherapy", sector=CARE),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        Cost("lost_work", {"progression_free": "p_away_free * wage_year", "progressed": "p_away_progressed * wage_year"},
             per="year", category="lost work, illness", sector="productivity"),
        Utility({"progression_free": "u_free", "progressed": "u_free - du_progressed"}),
    ],
    report={"alive at 2 years": f"at({ALIVE}, 2)"},
)  # fmt: skip


def events(arm: str, of: str) -> list[SideEffect]:
    """The side effects of an arm, one line each; days and amounts are those of the event, shares those of the arm."""
    return [
        SideEffect("neutropenia", "3+", of, incidence=f"p_neutropenia_{arm}", cost="c_neutropenia", disutility="du_neutropenia",
                   days="days_neutropenia"),
        SideEffect("rash", "3+", of, incidence=f"p_rash_{arm}", cost="c_rash", disutility="du_rash", days="days_rash"),
    ]  # fmt: skip


MODEL = DecisionTree(
    title="A made-up advanced tumour: chemotherapy or a targeted drug",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={"c_targeted_month": "ceil(dose_mg_m2 * area_m2 / vial_mg) * price_vial * n_doses * (1 - rebate)"},
    strategies=[
        Strategy(
            "chemo",
            "Chemotherapy",
            Leaf(
                to=COURSE,
                let={
                    "s_pfs": "s_pfs_chemo",
                    "s_os_trial": "s_os_chemo",
                    "c_drug_now": "c_chemo",
                    "n_visits_now": "n_visits_chemo",
                },
                outcomes=side_effects(events("chemo", "chemotherapy")),
            ),
        ),
        Strategy(
            "targeted",
            "Targeted drug",
            Leaf(
                to=COURSE,
                let={
                    "s_pfs": "s_pfs_chemo ** hr_pfs",
                    "s_os_trial": "s_os_chemo ** hr_os",
                    "c_drug_now": "c_targeted_month",
                    "n_visits_now": "n_visits_targeted",
                },
                outcomes=[
                    Cost("test", "c_test / p_positive", category="delivery", sector=CARE),
                    *side_effects(events("targeted", "product")),
                ],
            ),
        ),
    ],
)
