"""Tisagenlecleucel or salvage chemotherapy with clofarabine in relapsed or refractory B-cell leukaemia of childhood.

A tree by intention to treat leads into one monthly cohort model; the README has the evidence and its limits.
"""

from hecon import QALY, Branch, Chance, Check, Cost, Count, DecisionTree, Leaf, MarkovModel, Strategy, Utility
from hecon.structure.items import Outcome

CARE = "health care"

# `relapsed` means alive after any event, non-response included. Each leaf brings p_relapse, p_die_event_free and
# p_die_relapsed, which hold until cure_month; from then on mortality is the population's times an SMR.
LONG_TERM = MarkovModel(
    name="long term",
    states=("event_free", "relapsed", "survivor", "dead"),
    cycle="1 month",
    horizon="88 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "smr_by_age": "smr + (1 - smr) * min(1, (age - age_cured) / (age_smr_ends - age_cured))",
        "smr_now": "smr_by_age if smr_falls_with_age == 1 else smr",
        "p_die_survivor": "rate_to_prob(smr_now * r_general, cycle_years)",
        "p_die_uncured": "max(rate_to_prob(r_die_relapsed_36_60, cycle_years), p_die_survivor)",
        "p_die_late": "p_die_survivor if cure_relapsed == 1 else p_die_uncured",
        "ivig_per_year": "0",
        "u_population": '(1 - p_female) * utility_norms[age, "male"] + p_female * utility_norms[age, "female"]',
        "u_ageing": "u_population / u_population_start if utilities_fall_with_age == 1 else 1",
        "alive": 'occupancy["event_free"] + occupancy["relapsed"] + occupancy["survivor"]',
        "alive_population": "exp(-cumulative(r_general * cycle_years))",
        "days_event_free": "days_carer_event_free if cycle < 12 else 0",
        "days_relapsed": "days_carer_relapsed if age < 18 else 0",
        "working_age": "1 if age >= 18 and age < 65 else 0",
    },
    transitions={
        "event_free -> relapsed": "0 if cycle >= cure_month else p_relapse",
        "event_free -> survivor": "1 - p_die_survivor if cycle >= cure_month else 0",
        "event_free -> dead": "p_die_survivor if cycle >= cure_month else p_die_event_free",
        "relapsed -> survivor": "1 - p_die_survivor if cycle >= cure_month and cure_relapsed == 1 else 0",
        "relapsed -> dead": "p_die_relapsed if cycle < cure_month else p_die_late",
        "survivor -> dead": "p_die_survivor",
    },
    outcomes=[
        Utility(
            {
                "event_free": "u_event_free * u_ageing",
                "relapsed": "u_relapsed * u_ageing",
                "survivor": "u_event_free * u_ageing",
            }
        ),
        Cost("immunoglobulin", {"event_free": "ivig_per_year"}, per="year", category="side effects", sector=CARE),
        Cost("event_treatment", "c_relapse", on="event_free -> relapsed", category="relapse", sector=CARE),
        Cost("event_care", {"relapsed": "c_relapsed_year"}, per="year", category="relapse", sector=CARE),
        Cost(
            "follow_up",
            {
                "event_free": "c_follow_up_first if cycle < 12 else c_follow_up_later",
                "survivor": "c_survivor_year",
            },
            per="year",
            category="follow-up",
            sector=CARE,
        ),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        Cost(
            "carers_work_illness",
            {"event_free": "days_event_free * day_of_work", "relapsed": "days_relapsed * day_of_work"},
            per="year",
            category="productivity",
            sector="productivity",
        ),
        Cost(
            "carers_time_illness",
            {"event_free": "days_event_free * day_of_care", "relapsed": "days_relapsed * day_of_care"},
            per="year",
            category="informal care",
            sector="informal care",
        ),
        Cost(
            "output_lost_illness",
            {"relapsed": "p_work_lost_relapsed * output_year * working_age"},
            per="year",
            category="productivity",
            sector="productivity",
        ),
        Cost(
            "output_lost_premature_death",  # as if the dead had lived on with the population's mortality
            {"dead": "count_premature_death * output_year * working_age * alive_population"},
            per="year",
            category="productivity",
            sector="productivity",
        ),
        Count("events", "1", on="event_free -> relapsed"),
    ],
    checks=[Check("survival never above the life table", "largest(alive - mass * alive_population)", at_most="1e-9")],
)


def by_interval(name: str) -> str:
    """A formula that takes `name`_0_6, _6_12, _12_36 and _36_60, each in its months."""
    early = f"{name}_0_6 if cycle < 6 else {name}_6_12 if cycle < 12"
    return f"{early} else {name}_12_36 if cycle < 36 else {name}_36_60"


def family(days: str, travel: str, part: str = "", at: str = "") -> list[Outcome]:
    """What treatment takes from a family: a carer's paid work and free time, the patient's own time, travel."""
    informal, patient, pocket = "informal care", "patient time", "out-of-pocket"
    work = "productivity"
    return [
        Cost(f"carers_work{part}", f"{days} * day_of_work", category=work, sector=work, at=at),
        Cost(f"carers_time{part}", f"{days} * day_of_care", category=informal, sector=informal, at=at),
        Cost(f"patient_time{part}", f"{days} * c_patient_day", category=patient, sector=patient, at=at),
        Cost(f"travel{part}", travel, category=pocket, sector=pocket, at=at),
    ]


def transplant(share: str) -> list[Outcome]:
    """Transplantation at three months in a share of those who reach a leaf; their survival already has its effect."""
    return [
        Cost("transplant", f"{share} * c_transplant", category="transplant", sector=CARE, at="3 months"),
        QALY("transplant", f"-{share} * du_transplant * d_transplant / 52", at="3 months"),
        Count("transplants", share),
        *family(f"{share} * days_transplant", f"{share} * c_oop_transplant", "_transplant", "3 months"),
    ]


def meets(what: str, value: str, column: str) -> list[Check]:
    """The infused return the published check-points within one percentage point."""
    return [
        Check(
            f"{what} of the infused at month {month}",
            f"at({value}, {month} / 12)",
            equals=f'mass * checkpoints[{month}, "{column}"]',
            within="0.01 * mass",
        )
        for month in (6, 12, 36, 60)
    ]


INFUSED = Leaf(
    to=LONG_TERM,
    start="event_free",
    let={
        "p_event_0_6": "1 - p_efs_0_6 ** (1 / 6)",  # p_efs_a_b: event-free at month b of those event-free at month a
        "p_event_6_12": "1 - p_efs_6_12 ** (1 / 6)",
        "p_event_12_36": "1 - p_efs_12_36 ** (1 / 24)",
        "p_event_36_60": "1 - p_efs_36_60 ** (1 / 24)",
        "p_event": by_interval("p_event"),
        "p_relapse": "p_event * (1 - p_event_death)",
        "p_die_event_free": "p_event * p_event_death",
        "p_die_relapsed": f"rate_to_prob({by_interval('r_die_relapsed')}, cycle_years)",
        "ivig_per_year": "12 * c_ivig_month * p_ivig * max(0, min(1, (d_ivig - t) / cycle_years))",
    },
    outcomes=[
        Cost("acquisition", "net_price * (p_response if pay_on_response == 1 else 1)", category="upfront", sector=CARE),
        Cost("lymphodepletion", "c_lymphodepletion_drug + c_lymphodepletion_admin", category="upfront", sector=CARE),
        Cost("administration", "c_admin_car_t", category="upfront", sector=CARE),
        Cost(
            "cytokine_release",
            "p_crs * (p_crs_icu * c_crs_icu + (1 - p_crs_icu) * c_crs_mild)",
            category="side effects",
            sector=CARE,
        ),
        Cost(
            "neurological_events",
            "p_neuro * (p_neuro_severe * c_neuro_severe + (1 - p_neuro_severe) * c_neuro_mild)",
            category="side effects",
            sector=CARE,
        ),
        Cost("febrile_neutropenia", "p_fn_car_t * c_fn", category="side effects", sector=CARE),
        Cost("infections", "p_infection_car_t * c_infection", category="side effects", sector=CARE),
        QALY("chemotherapy", "-du_chemo * d_chemo_car_t / 52"),
        QALY("cytokine_release", "-p_crs * (p_crs_icu * du_crs_icu + (1 - p_crs_icu) * du_crs_mild)"),
        QALY(
            "neurological_events",
            "-p_neuro * (p_neuro_severe * du_neuro_severe + (1 - p_neuro_severe) * du_neuro_mild)",
        ),
        Count("infusions", "1"),
        *family("days_car_t", "c_oop_car_t"),
        *transplant("p_response * p_transplant_car_t"),
    ],
    checks=meets("event-free survival", 'occupancy["event_free"]', "efs") + meets("overall survival", "alive", "os"),
)

SALVAGE = Leaf(
    to=LONG_TERM,
    start="event_free",
    let={
        "os_now": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline * t)",
        "os_next": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline * (t + cycle_years))",
        "p_die_event_free": "1 - os_next / os_now",  # the same before and after an event, so that S is met whatever EFS
        "p_die_relapsed": "p_die_event_free",
        "p_relapse": "os_next / os_now - (os_next / os_now) ** (1 / ratio_os_efs)",
    },
    outcomes=[
        Cost("clofarabine", "c_clofarabine", category="upfront", sector=CARE),
        Cost("clofarabine_administration", "c_admin_salvage", category="upfront", sector=CARE),
        Cost("febrile_neutropenia", "p_fn_salvage * c_fn", category="side effects", sector=CARE),
        Cost("infections", "p_infection_salvage * c_infection", category="side effects", sector=CARE),
        QALY("chemotherapy", "-du_chemo * d_chemo_salvage / 52"),
        *family("days_salvage", "c_oop_salvage"),
        *transplant("p_remission_salvage * p_transplant_salvage"),
    ],
    checks=[
        Check("overall survival at month 3", "at(alive, 0.25)", equals="mass * alive_salvage_3", within="0.01 * mass"),
        Check(
            "event-free survival is overall survival to the power of 1 / ratio",
            'at(occupancy["event_free"], 1)',
            equals="mass * alive_salvage_12 ** (1 / ratio_os_efs)",
            within="1e-9",
        ),
    ],
)

NOT_INFUSED = Leaf(
    to=LONG_TERM,
    start="dead",
    let={"p_relapse": "0", "p_die_event_free": "0", "p_die_relapsed": "0"},
    outcomes=[Cost("end_of_life", "c_end_of_life", category="end of life", sector=CARE)],
)

MODEL = DecisionTree(
    title="Tisagenlecleucel or salvage chemotherapy in relapsed or refractory paediatric B-cell leukaemia",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        "age_cured": "age_start + cure_month / 12",
        "net_price": "price_tisagenlecleucel * (1 - rebate) * (1 + hospital_markup)",
        "day_of_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",  # of a carer's day: paid work lost
        "day_of_care": "wage_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",  # and the rest of it
        "output_year": "wage_hour * hours_day * days_work_year * p_employed",
        "u_population_start": '(1 - p_female) * utility_norms[age_start, "male"]'
        ' + p_female * utility_norms[age_start, "female"]',
        "enrolled": "p_infused + p_manufacturing_failure + p_died_waiting",  # 1, unless one share is varied alone
        "r_decline": "-log((0.5 - p_tail_salvage) / (1 - p_tail_salvage)) * 12 / d_median_os_salvage",
        "alive_salvage_3": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline * 0.25)",
        "alive_salvage_12": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline)",
        "alive_salvage_60": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline * 5)",
        "alive_enrolled_60": '(p_infused * checkpoints[60, "os"] + p_manufacturing_failure * alive_salvage_60)'
        " / enrolled",
    },
    strategies=[
        Strategy("salvage", "Salvage chemotherapy (clofarabine)", SALVAGE),
        Strategy(
            "tisagenlecleucel",
            "Tisagenlecleucel, as intended at enrolment",
            Chance(
                Branch("infused", "p_infused / enrolled", INFUSED),
                Branch("manufacturing failure", "p_manufacturing_failure / enrolled", SALVAGE),
                Branch("died or adverse event before infusion", "C", NOT_INFUSED),
            ),
            outcomes=[
                Cost("leukapheresis", "c_leukapheresis", category="upfront", sector=CARE),
                Cost("bridging", "p_bridging * c_bridging", category="upfront", sector=CARE),
            ],
            checks=[
                Check(
                    "overall survival of all enrolled at month 60",
                    "at(alive, 5)",
                    equals="alive_enrolled_60",
                    within="0.01",
                )
            ],
        ),
    ],
)
