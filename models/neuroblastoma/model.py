"""Dinutuximab beta with isotretinoin, or isotretinoin alone, in high-risk neuroblastoma after transplantation.

Partitioned survival by the published Gompertz curves for ten years; after that those alive die a multiple as fast as others.
"""

from hecon import Check, Cost, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.parts import LostWork, SideEffect, consumption, family, side_effects
from hecon.structure.items import Outcome

CARE = "health care"
EVENTS = [  # probabilities and costs of the open model; a cost of 0 is care within the stay
    SideEffect(event.replace("_", " "), of="product", incidence=f"p_{event}", cost=f"c_{event}", source="open_model")
    for event in ("fever", "diarrhoea", "vomiting", "infection", "hypersensitivity", "capillary_leak")
] + [
    SideEffect("harm of the courses", of="product", incidence="1", disutility="du_courses", days="35 * n_courses"),
]  # fmt: skip
WORK = LostWork(
    value_of_year="wage_hour * hours_year * p_employed * (1 if age >= age_first_work and age < age_retirement else 0)",
    absent={"event_free": "p_absent_event_free", "relapsed": "p_absent_relapsed"},
    alive_in_population="s_population",
    friction_years="d_friction / 365.25",
    since={"event_free": "t", "relapsed": "t"},
    deaths_at_work=("* -> dead",),
    carers={"relapsed": "days_care_relapsed * (1 if age < age_first_work else 0)"},
)


def gompertz(curve: str, time: str) -> str:
    """Survival of a published curve: shape a, rate b at the start."""
    return f"exp(-rate_{curve} * (exp(shape_{curve} * {time}) - 1) / shape_{curve})"


def curves(arm: str) -> dict[str, str]:
    """Curves of an arm: as published up to the threshold, then both states apart by their standardised mortality ratios.

    Of isotretinoin both hazards times `hr_cohorts`: what of the difference is of the cohorts, 1 as published.
    """
    hazard = "hr_cohorts" if arm == "tt" else "1"
    return {
        "os_early": f"{gompertz(f'os_{arm}', 'min(t, d_cure)')} ** {hazard}",
        "efs_early": f"min({gompertz(f'efs_{arm}', 'min(t, d_cure)')} ** {hazard}, os_early)",  # then nobody relapses
        "s_efs": f"{gompertz(f'efs_{arm}', 't')} ** {hazard} if t <= d_cure else efs_early * exp(-smr_efs * late)",
        "s_os": "os_early if t <= d_cure else efs_early * exp(-smr_efs * late) + (os_early - efs_early) * exp(-smr_pps * late)",
    }


def given(name: str, what: str, amount: str, category: str) -> Cost:
    """A cost of treatment days, for those free of an event: `what` are the days in a month, by the open model's calendar."""
    return Cost(name, {"event_free": f"{what} * 12 * {amount}"}, per="year", category=category, sector=CARE)


ADDED: list[Outcome] = [
    *side_effects(EVENTS),
    *family("days_dose * n_courses"),
]
LONG_TERM = PartitionedSurvival(
    name="after transplantation",
    states=("event_free", "relapsed", "dead"),
    curves={"event_free": "s_efs", "relapsed": "s_os"},
    crossing="cap",
    cycle="1 month",
    horizon="96 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "bsa": "0.035 * weight + 0.1",
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "s_population": "exp(-cumulative(r_general * cycle_years))",
        "late": "cumulative((r_general if t >= d_cure else 0) * cycle_years)",
        # courses of 35 days begin on day 28, the antibody first: days 28-32, 63-67 ... 168-172, in months of 365/12 days
        "days_given": "with_antibody * days_dose * (0.6 if cycle < 1 else 0.4 if cycle < 2 else 1 if cycle < n_courses + 1 else 0)",
        "with_antibody": "0",  # 1 in its strategy
        "days_isotretinoin": "14 if cycle < 6 else 0",
        "c_temozolomide_day": "ceil(dose_temozolomide * bsa / 50) * c_temozolomide",
        "c_irinotecan_day": "ceil(dose_irinotecan * bsa / 40) * c_irinotecan",
    },
    outcomes=[
        Utility({"event_free": "u_event_free", "relapsed": "u_relapsed"}),
        Cost(
            "chemotherapy",
            {"relapsed": "(c_temozolomide_day + c_irinotecan_day) * 5 * 365.25 / 21"},
            per="year",
            category="subsequent treatment",
            of="chemotherapy",
            sector=CARE,
        ),
        given("dinutuximab", "days_given", "ceil(dose_gd2 * bsa / mg_vial) * price_vial", "product"),
        given("isotretinoin", "days_isotretinoin", "ceil(dose_isotretinoin * bsa / mg_capsule) * c_capsule", "product"),
        given("stay", "days_given", "c_hospital_day", "not separable"),  # giving the antibody and care of most of its harms
        Cost(
            "survivors",
            {"event_free": "c_survivor_year", "relapsed": "c_survivor_year"},
            per="year",
            category="follow-up",
            sector=CARE,
        ),
        consumption({"event_free": "1", "relapsed": "1"}, "c_consumption_year"),
        *WORK.items(),
    ],
    checks=[
        Check("survival never above the population's", 'largest(s_os - s_population)', at_most="1e-9"),
    ],
    report={
        "event-free at 1 month": 'at(occupancy["event_free"], 1 / 12)',
        "event-free at 5 years": 'at(occupancy["event_free"], 5)',
        "alive at 5 years": 'at(1 - occupancy["dead"], 5)',
        "event-free at 10 years": 'at(occupancy["event_free"], 10)',
        "alive at 10 years": 'at(1 - occupancy["dead"], 10)',
    },
)  # fmt: skip
MODEL = DecisionTree(
    title="Dinutuximab beta or isotretinoin alone in high-risk neuroblastoma",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        "day_of_care_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",  # of a parent's day: paid work lost
        "day_of_care": "wage_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",  # and the rest of it
        "day_of_patient": "0",  # a child's own time is not valued
    },
    strategies=[
        Strategy("isotretinoin", "Isotretinoin", Leaf(to=LONG_TERM, let=curves("tt"))),
        Strategy(
            "dinutuximab",
            "Dinutuximab beta and isotretinoin",
            Leaf(to=LONG_TERM, let={**curves("gd2"), "with_antibody": "1"}, outcomes=ADDED),
        ),
    ],
)  # fmt: skip
