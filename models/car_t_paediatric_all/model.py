"""Tisagenlecleucel or salvage chemotherapy with clofarabine in relapsed or refractory B-cell leukaemia of childhood.

A tree by intention to treat leads into one monthly model, a Markov cohort or partitioned survival; the README has the
evidence and its limits.
"""

from collections.abc import Callable, Mapping

from hecon import (
    QALY,
    Branch,
    Chance,
    Check,
    Cost,
    Count,
    DecisionTree,
    Leaf,
    MarkovModel,
    PartitionedSurvival,
    Strategy,
    Utility,
)
from hecon.structure.items import Outcome
from hecon.structure.utilities import age_adjusted, population_norm

CARE = "health care"
Structure = MarkovModel | PartitionedSurvival
Split = Callable[[str, str, str], dict[str, str]]


def ageing(utility: str) -> str:
    """The utility by the way the inputs choose: 0 as it is, 1 multiplicative, 2 additive, 3 never above the norm."""
    one, two, three = (
        age_adjusted(utility, "u_population", "u_population_start", way)
        for way in ("multiplicative", "additive", "minimum")
    )
    switch = "utilities_fall_with_age"
    return f"{utility} if {switch} == 0 else {one} if {switch} == 1 else {two} if {switch} == 2 else {three}"


LET = {
    "r_general": "mortality_rate(life_table, age, p_female, age_start)",
    "smr_by_age": "smr + (1 - smr) * min(1, (age - age_cured) / (age_smr_ends - age_cured))",
    "smr_now": "smr_by_age if smr_falls_with_age == 1 else smr",
    "ivig_per_year": "0",
    "u_population": population_norm("utility_norms", "age", "p_female"),
    "u_event_free_now": ageing("u_event_free"),
    "u_relapsed_now": ageing("u_relapsed"),
    "alive_population": "exp(-cumulative(r_general * cycle_years))",
    "days_event_free": "days_carer_event_free if cycle < 12 else 0",
    "days_relapsed": "days_carer_relapsed if age < 18 else 0",
    "working_age": "1 if age >= 18 and age < 65 else 0",
}


def by_state(event_free: str, relapsed: str, survivor: str) -> dict[str, str]:
    """Amounts of a model in which survivors are a state."""
    return {"event_free": event_free, "relapsed": relapsed, "survivor": survivor}


def by_time(event_free: str, relapsed: str, survivor: str) -> dict[str, str]:
    """Amounts of a model in which everyone alive (or event-free) is a survivor after the month of cure."""
    return {
        "event_free": f"({survivor}) if cycle > cure_month else ({event_free})",
        "relapsed": f"({survivor}) if cycle > cure_month and cure_relapsed == 1 else ({relapsed})",
    }


def lived(split: Split) -> list[Outcome]:
    """What the years and the events of the long term cost and are worth."""
    productivity, informal = "productivity", "informal care"
    lost = "p_work_lost_relapsed * output_year * working_age"
    follow_up = "c_follow_up_first if cycle < 12 else c_follow_up_later"
    years: list[tuple[str, dict[str, str], str, str]] = [
        ("immunoglobulin", split("ivig_per_year", "0", "0"), "side effects", CARE),
        ("event_care", split("0", "c_relapsed_year", "0"), "relapse", CARE),
        ("follow_up", split(follow_up, "0", "c_survivor_year"), "follow-up", CARE),
        (
            "carers_work_illness",
            split("days_event_free * day_of_work", "days_relapsed * day_of_work", "0"),
            productivity,
            productivity,
        ),
        (
            "carers_time_illness",
            split("days_event_free * day_of_care", "days_relapsed * day_of_care", "0"),
            informal,
            informal,
        ),
        ("output_lost_illness", split("0", lost, "0"), productivity, productivity),
        (
            "output_lost_premature_death",  # as if the dead had lived on with the population's mortality
            {"dead": "count_premature_death * output_year * working_age * alive_population"},
            productivity,
            productivity,
        ),
    ]
    return [
        Utility(split("u_event_free_now", "u_relapsed_now", "u_event_free_now")),
        *(Cost(name, amount, per="year", category=cat, sector=sector) for name, amount, cat, sector in years),
        Cost("event_treatment", "c_relapse", on="event_free -> relapsed", category="relapse", sector=CARE),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        Count("events", "1", on="event_free -> relapsed"),
    ]


BELOW_LIFE_TABLE = Check(
    "survival never above the life table", "largest(alive - mass * alive_population)", at_most="1e-9"
)

# `relapsed` means alive after any event, non-response included. Each leaf brings p_relapse, p_die_event_free and
# p_die_relapsed, which hold until cure_month; from then on mortality is the population's times an SMR.
MARKOV = MarkovModel(
    name="long term",
    states=("event_free", "relapsed", "survivor", "dead"),
    cycle="1 month",
    horizon="88 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        **LET,
        "p_die_survivor": "rate_to_prob(smr_now * r_general, cycle_years)",
        "p_die_uncured": "max(rate_to_prob(r_die_relapsed_36_60, cycle_years), p_die_survivor)",
        "p_die_late": "p_die_survivor if cure_relapsed == 1 else p_die_uncured",
        "alive": 'occupancy["event_free"] + occupancy["relapsed"] + occupancy["survivor"]',
    },
    transitions={
        "event_free -> relapsed": "0 if cycle >= cure_month else p_relapse",
        "event_free -> survivor": "1 - p_die_survivor if cycle >= cure_month else 0",
        "event_free -> dead": "p_die_survivor if cycle >= cure_month else p_die_event_free",
        "relapsed -> survivor": "1 - p_die_survivor if cycle >= cure_month and cure_relapsed == 1 else 0",
        "relapsed -> dead": "p_die_relapsed if cycle < cure_month else p_die_late",
        "survivor -> dead": "p_die_survivor",
    },
    outcomes=lived(by_state),
    checks=[BELOW_LIFE_TABLE],
)

# Each leaf brings the cumulative hazards h_os and h_efs; mortality never falls below the population's (from cure_month
# on: times the SMR). p_dying is the share of those who leave `event_free` that die, which curves cannot tell.
PARTITIONED = PartitionedSurvival(
    name="long term",
    states=("event_free", "relapsed", "dead"),
    curves={"event_free": "s_efs", "relapsed": "s_os"},
    crossing="cap",
    cycle="1 month",
    horizon="88 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        **LET,
        "least": "r_general * cycle_years * (smr_now if cycle >= cure_month else 1)",
        "s_os": "exp(-cumulative(max(next(h_os) - h_os, least)))",
        "s_efs": "exp(-cumulative(max(next(h_efs) - h_efs, least)))",
        "alive": 'occupancy["event_free"] + occupancy["relapsed"]',
    },
    dying={"event_free": "1 if cycle >= cure_month else p_dying"},
    outcomes=lived(by_time),
    checks=[BELOW_LIFE_TABLE],
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


INFUSED_OUTCOMES: list[Outcome] = [
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
]

SALVAGE_OUTCOMES: list[Outcome] = [
    Cost("clofarabine", "c_clofarabine", category="upfront", sector=CARE),
    Cost("clofarabine_administration", "c_admin_salvage", category="upfront", sector=CARE),
    Cost("febrile_neutropenia", "p_fn_salvage * c_fn", category="side effects", sector=CARE),
    Cost("infections", "p_infection_salvage * c_infection", category="side effects", sector=CARE),
    QALY("chemotherapy", "-du_chemo * d_chemo_salvage / 52"),
    *family("days_salvage", "c_oop_salvage"),
    *transplant("p_remission_salvage * p_transplant_salvage"),
]


def meets(what: str, value: str, column: str, within: str) -> list[Check]:
    """The infused return the published landmarks."""
    return [
        Check(
            f"{what} of the infused at month {month}",
            f"at({value}, {month} / 12)",
            equals=f'mass * landmarks[{month}, "{column}"]',
            within=f"{within} * mass",
        )
        for month in (6, 12, 36, 60)
    ]


def infused(to: Structure, let: Mapping[str, str], within_os: str) -> Leaf:
    """The leaf of those who got their product."""
    return Leaf(
        to=to,
        start="event_free" if isinstance(to, MarkovModel) else None,
        let={
            **let,
            "ivig_per_year": "12 * c_ivig_month * p_ivig * max(0, min(1, (d_ivig - t) / cycle_years))",
        },
        outcomes=INFUSED_OUTCOMES,
        checks=meets("event-free survival", 'occupancy["event_free"]', "efs", "0.01")
        + meets("overall survival", "alive", "os", within_os),
    )


def salvage(to: Structure, let: Mapping[str, str]) -> Leaf:
    """The leaf of those who get salvage chemotherapy."""
    return Leaf(
        to=to,
        start="event_free" if isinstance(to, MarkovModel) else None,
        let=let,
        outcomes=SALVAGE_OUTCOMES,
        checks=[
            Check(
                "overall survival at month 3", "at(alive, 0.25)", equals="mass * alive_salvage_3", within="0.01 * mass"
            ),
            Check(
                "event-free survival is overall survival to the power of 1 / ratio",
                'at(occupancy["event_free"], 1)',
                equals="mass * alive_salvage_12 ** (1 / ratio_os_efs)",
                within="1e-9",
            ),
        ],
    )


def tree(infused: Leaf, salvage: Leaf, not_infused: Leaf) -> DecisionTree:
    """The decision, whatever structure the leaves lead into."""
    return DecisionTree(
        title="Tisagenlecleucel or salvage chemotherapy in relapsed or refractory paediatric B-cell leukaemia",
        age="age_start",
        discount={"cost": "dr_cost", "effect": "dr_effect"},
        discount_timing="continuous",
        let=TREE_LET,
        strategies=[
            Strategy("salvage", "Salvage chemotherapy (clofarabine)", salvage),
            Strategy(
                "tisagenlecleucel",
                "Tisagenlecleucel, as intended at enrolment",
                Chance(
                    Branch("infused", "p_infused / enrolled", infused),
                    Branch("manufacturing failure", "p_manufacturing_failure / enrolled", salvage),
                    Branch("died or adverse event before infusion", "C", not_infused),
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


TREE_LET = {
    "age_cured": "age_start + cure_month / 12",
    "net_price": "price_tisagenlecleucel * (1 - rebate) * (1 + hospital_markup)",
    "day_of_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",  # of a carer's day: paid work lost
    "day_of_care": "wage_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",  # and the rest of it
    "output_year": "wage_hour * hours_day * days_work_year * p_employed",
    "u_population_start": population_norm("utility_norms", "age_start", "p_female"),
    "enrolled": "p_infused + p_manufacturing_failure + p_died_waiting",  # 1, unless one share is varied alone
    "r_decline": "-log((0.5 - p_tail_salvage) / (1 - p_tail_salvage)) * 12 / d_median_os_salvage",
    "alive_salvage_3": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline * 0.25)",
    "alive_salvage_12": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline)",
    "alive_salvage_60": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline * 5)",
    "alive_enrolled_60": '(p_infused * landmarks[60, "os"] + p_manufacturing_failure * alive_salvage_60) / enrolled',
}
END_OF_LIFE = [Cost("end_of_life", "c_end_of_life", category="end of life", sector=CARE)]

MODELS = {
    "markov": tree(
        infused(
            MARKOV,
            {
                "p_event_0_6": "1 - p_efs_0_6 ** (1 / 6)",  # p_efs_a_b: event-free at b of those event-free at a
                "p_event_6_12": "1 - p_efs_6_12 ** (1 / 6)",
                "p_event_12_36": "1 - p_efs_12_36 ** (1 / 24)",
                "p_event_36_60": "1 - p_efs_36_60 ** (1 / 24)",
                "p_event": by_interval("p_event"),
                "p_relapse": "p_event * (1 - p_event_death)",
                "p_die_event_free": "p_event * p_event_death",
                "p_die_relapsed": f"rate_to_prob({by_interval('r_die_relapsed')}, cycle_years)",
            },
            within_os="0.01",
        ),
        salvage(
            MARKOV,
            {
                "os_now": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline * t)",
                "os_next": "p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline * (t + cycle_years))",
                "p_die_event_free": "1 - os_next / os_now",  # the same before and after an event: S is met whatever EFS
                "p_die_relapsed": "p_die_event_free",
                "p_relapse": "os_next / os_now - (os_next / os_now) ** (1 / ratio_os_efs)",
            },
        ),
        Leaf(
            to=MARKOV,
            start="dead",
            let={"p_relapse": "0", "p_die_event_free": "0", "p_die_relapsed": "0"},
            outcomes=END_OF_LIFE,
        ),
    ),
    "partitioned": tree(
        infused(
            PARTITIONED,
            {
                "h_os": "cumulative_hazard(os_infused, t)",
                "h_efs": "cumulative_hazard(efs_infused, t)",
                "p_dying": "p_event_death",
            },
            within_os="0.025",  # a mixture-cure curve of three parameters cannot meet four landmarks
        ),
        salvage(
            PARTITIONED,
            {
                "h_os": "-log(p_tail_salvage + (1 - p_tail_salvage) * exp(-r_decline * t))",
                "h_efs": "h_os / ratio_os_efs",
                "p_dying": "(1 - next(s_os) / s_os) / (1 - next(s_efs) / s_efs)",  # death as likely before as after
            },
        ),
        Leaf(to=PARTITIONED, let={"s_os": "0", "s_efs": "0", "p_dying": "0"}, outcomes=END_OF_LIFE),
    ),
}
MODEL = MODELS["markov"]
