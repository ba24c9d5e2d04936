"""Sipuleucel-T added to standard care in metastatic castration-resistant prostate cancer.

Partitioned survival by published medians and three-year survival; the curves' family is an input (curves.csv).
"""

from hecon import Check, Cost, PartitionedSurvival, Strategy, Utility
from hecon.structure.items import Outcome

CARE, INFORMAL, PATIENT, POCKET = "health care", "informal care", "patient time", "out-of-pocket"

TIME = "days_treatment * hours_day * wage_hour"  # of the patient, and of a carer

# what the vaccine adds; reactions to it are in c_other_added, as no severe event was commoner than without it
ADDED: list[Outcome] = [
    Cost("vaccine", "n_doses * price_dose", category="upfront", sector=CARE),
    Cost("administration_and_reactions", "c_other_added", category="upfront", sector=CARE),
    Cost("carers_work", f"{TIME} * p_carer_employed", category="productivity", sector="productivity"),
    Cost("carers_time", f"{TIME} * (1 - p_carer_employed)", category=INFORMAL, sector=INFORMAL),
    Cost("patient_time", TIME, category=PATIENT, sector=PATIENT),
    Cost("travel", "days_treatment * c_travel_day", category=POCKET, sector=POCKET),
]


def at_36_months(arm: str) -> Check:
    """Overall survival returns the published value; exponential curves do not, and the scenario says so."""
    value = 'at(occupancy["progression_free"] + occupancy["progressed"], 3)'
    return Check("overall survival at 36 months", value, equals=f"p_os_36_{arm}", within="0.01")


MODEL = PartitionedSurvival(
    title="Sipuleucel-T or standard care in metastatic castration-resistant prostate cancer",
    states=("progression_free", "progressed", "dead"),
    curves={"progression_free": "0.5 ** (12 * t * ratio_progression / d_median_ttp)", "progressed": "s_os"},
    crossing="cap",
    cycle="1 month",
    horizon="30 years",
    within_cycle="half-cycle",
    events="mid",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        "r_general": "mortality_rate(life_table, age, 0, age_start)",
        "alive_population": "exp(-cumulative(r_general * cycle_years))",
    },
    outcomes=[
        Utility({"progression_free": "u_alive", "progressed": "u_alive - du_progression"}),
        Cost(
            "care",
            {"progression_free": "c_alive_year", "progressed": "c_alive_year"},
            per="year",
            category="follow-up",
            sector=CARE,
        ),
        Cost("progression", "c_progression", on="progression_free -> *", category="relapse", sector=CARE),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
    ],
    checks=[
        Check(
            "survival never above the life table",
            'largest(occupancy["progression_free"] + occupancy["progressed"] - alive_population)',
            at_most="1e-9",
        )
    ],
    strategies=[
        Strategy(
            "standard",
            "Standard care",
            let={"s_os": "survival(os_std, t)", "ratio_progression": "1"},
            checks=[at_36_months("std")],
        ),
        Strategy(
            "sipuleucel_t",
            "Sipuleucel-T added to standard care",
            let={"s_os": "survival(os_sip, t)", "ratio_progression": "hr_ttp"},
            outcomes=ADDED,
            checks=[at_36_months("sip")],
        ),
    ],
)
