"""Tisagenlecleucel in relapsed or refractory B-cell leukaemia of childhood, against chemotherapy, blinatumomab, transplantation.

A tree by intention to treat leads into one monthly model, a Markov cohort or partitioned survival; the README has the
evidence and its limits.
"""

from itertools import pairwise

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
from hecon.parts import LostWork, SideEffect, consumption, family, side_effects
from hecon.parts.death_after_event import Interval, death_after_event, with_sampling_error
from hecon.structure.items import Outcome
from hecon.structure.utilities import age_adjusted, population_norm

CARE = "health care"
Structure = MarkovModel | PartitionedSurvival
EFS, OS = (0, 3, 18, 36, 60), (0, 18, 36, 60)  # months with a published point of the infused


def ageing(utility: str) -> str:
    """The utility by the way the inputs choose: 0 as it is, 1 multiplicative, 2 additive, 3 never above the norm."""
    one, two, three = (
        age_adjusted(utility, "u_population", "u_population_start", way)
        for way in ("multiplicative", "additive", "minimum")
    )
    switch = "utilities_fall_with_age"
    return f"{utility} if {switch} == 0 else {one} if {switch} == 1 else {two} if {switch} == 2 else {three}"


# Survival of the infused. A point stays as published; the sampling error z moves what is survived from point to point.


def by_interval(name: str, months: tuple[int, ...]) -> str:
    """A formula that takes `name`_a_b in the months from a to b; the last one holds on."""
    *first, last = [f"{name}_{a}_{b}" for a, b in pairwise(months)]
    return " ".join(f"{one} if cycle < {b} else" for one, b in zip(first, months[1:-1], strict=True)) + f" {last}"


INFUSED_LET = {"p_efs_0": "1", "p_os_0": "1"}
for curve, months, error in (("efs", EFS, "z_efs"), ("os", OS, "-z_dead")):
    for a, b in pairwise(months):
        at_risk = f"n_{curve}_infused * p_{curve}_{a}"
        INFUSED_LET[f"{curve}_{a}_{b}"] = f"p_{curve}_{b} / p_{curve}_{a}"
        INFUSED_LET[f"s_{curve}_{a}_{b}"] = with_sampling_error(f"{curve}_{a}_{b}", f"{error}_{a}_{b}", at_risk)
        INFUSED_LET[f"h_{curve}_{a}_{b}"] = f"-log(s_{curve}_{a}_{b}) / {b - a}"  # per month
INFUSED_LET |= death_after_event(
    [
        Interval("0_18", "p_os_18", (("p_efs_3", 3), ("p_efs_18", 15))),
        Interval("18_36", "p_os_36", (("p_efs_36", 18),)),
        Interval("36_60", "p_os_60", (("p_efs_60", 24),)),
    ],
    "p_event_death",
)
for a, b in pairwise(OS):
    lost = f"p_os_{a} - p_os_{b} - p_event_death * (p_efs_{a} - p_efs_{b})"
    INFUSED_LET[f"deaths_{a}_{b}"] = f"n_os_infused * ({lost})"  # after an event, in the trial
    INFUSED_LET[f"r_dead_{a}_{b}"] = f"x_{a}_{b} * exp(z_dead_{a}_{b} / sqrt(deaths_{a}_{b}))"  # per month

LET = {
    "r_general": "mortality_rate(life_table, age, p_female, age_start)",
    "smr_by_age": "smr + (1 - smr) * min(1, (age - age_cured) / (age_smr_ends - age_cured))",
    "smr_now": "smr_by_age if smr_falls_with_age == 1 else smr",
    "ivig_per_year": "0",
    "p_later": "0",  # transplanted after an event, of those with one; a comparator's transplants are tied to its survivors
    "u_population": population_norm("utility_norms", "age", "p_female"),
    "u_event_free_now": ageing("u_event_free"),
    "u_relapsed_now": ageing("u_relapsed"),
    "alive_population": "exp(-cumulative(r_general * cycle_years))",
    "days_event_free": "days_carer_event_free if cycle < 12 else 0",
    "days_relapsed": "days_carer_relapsed if age < 18 else 0",
    "output_now": "output_year if age >= 18 and age < 65 else 0",
    "cured": "1 if cycle >= cure_month else 0",  # the event-free; those after an event too where cure_relapsed is 1
    "cured_too": "cured * cure_relapsed",
    "alive": 'occupancy["event_free"] + occupancy["relapsed"]',
    "c_seen": "c_survivor_year if cured == 1 else c_follow_up_first if cycle < 12 else c_follow_up_later",
    "share_absent_event_free": "cured * p_work_lost_survivor",
    "share_absent_relapsed": "p_work_lost_survivor if cured_too == 1 else p_work_lost_relapsed",
}


RELAPSE, DEATHS = "event_free -> relapsed", ("event_free -> dead", "relapsed -> dead")
WORK = LostWork(
    "output_now",
    {"event_free": "share_absent_event_free", "relapsed": "share_absent_relapsed"},
    alive_in_population="alive_population",
    friction_years="d_friction / 365.25",
    absences={RELAPSE: "p_work_lost_relapsed"},
    deaths_at_work=DEATHS,
    carers={"event_free": "days_event_free", "relapsed": "days_relapsed"},
)
LIVED: list[Outcome] = [  # what the years and the events of the long term cost and are worth
    Utility({"event_free": "u_event_free_now", "relapsed": "u_event_free_now if cured_too == 1 else u_relapsed_now"}),
    Cost("immunoglobulin", {"event_free": "ivig_per_year"}, "side effects", CARE, per="year", of="product"),
    Cost("event_care", {"relapsed": "0 if cured_too == 1 else c_relapsed_year"}, "disease care", CARE, per="year"),
    Cost("follow_up", {"event_free": "c_seen", "relapsed": "c_seen * cured_too"}, "follow-up", CARE, per="year"),
    Cost("event_treatment", "c_relapse", "subsequent treatment", CARE, on=RELAPSE, of="chemotherapy"),
    Cost("later_transplant", "p_later * c_transplant_alone", "subsequent treatment", CARE, on=RELAPSE, of="transplant"),
    Cost("later_gvhd", "p_later * p_gvhd * c_gvhd", "side effects", CARE, on=RELAPSE, of="later treatment"),
    QALY("later_transplant", "-p_later * loss_transplant", RELAPSE, category="side effects", of="later treatment"),
    Cost("end_of_life", "c_end_of_life", "end of life", CARE, on="* -> dead"),
    *WORK.items(),
    consumption({"event_free": "1", "relapsed": "1"}, "c_consumption_year"),
    Count("events", "1", on=RELAPSE),
    Count("later_transplants", "p_later", on=RELAPSE),
]
BELOW_LIFE_TABLE = Check(
    "survival never above the life table", "largest(alive - mass * alive_population)", at_most="1e-9"
)

# `relapsed` means alive after any event, non-response included. Each leaf brings p_relapse, p_die_event_free and
# p_die_relapsed, which hold until cure_month; from then on mortality is the population's times an SMR.
MARKOV = MarkovModel(
    name="long term",
    states=("event_free", "relapsed", "dead"),
    cycle="1 month",
    horizon="88 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        **LET,
        "p_die_survivor": "rate_to_prob(smr_now * r_general, cycle_years)",
        "p_die_uncured": "max(1 - exp(-r_dead_36_60), p_die_survivor)",
    },
    transitions={
        "event_free -> relapsed": "0 if cured == 1 else p_relapse",
        "event_free -> dead": "p_die_survivor if cured == 1 else p_die_event_free",
        "relapsed -> dead": "p_die_relapsed if cured == 0 else p_die_survivor if cured_too == 1 else p_die_uncured",
    },
    outcomes=LIVED,
    checks=[BELOW_LIFE_TABLE],
)

# Each leaf brings the hazards per month h_os and h_efs; mortality never falls below the population's (from cure_month
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
        "least": "r_general * cycle_years * (smr_now if cured == 1 else 1)",
        "s_os": "exp(-cumulative(least if cured == 1 else max(h_os, least)))",
        "s_efs": "exp(-cumulative(least if cured == 1 else max(h_efs, least)))",
    },
    dying={"event_free": "1 if cured == 1 else p_dying"},
    outcomes=LIVED,
    checks=[BELOW_LIFE_TABLE],
)


def transplant(share: str) -> list[Outcome]:
    """Transplantation at three months in a share of those who reach a leaf; their survival already has its effect."""
    at = "3 months"
    harms = [
        SideEffect("graft-versus-host disease", of="transplant", incidence="p_gvhd", cost="c_gvhd"),
        SideEffect("recovery", of="transplant", incidence="1", disutility="du_transplant", days="7 * d_transplant"),
    ]
    return [
        Cost("transplant", f"{share} * c_transplant_alone", "delivery", CARE, at=at, of="transplant"),
        Count("transplants", share),
        *side_effects(harms, share=share, at=at),
        *family(f"{share} * days_transplant", "_transplant", at),
    ]


def harms(arm: str, of: str) -> list[SideEffect]:
    """What chemotherapy does in any arm; of the conditioning before cells, of the treatment elsewhere."""
    return [
        SideEffect("febrile neutropenia", "3-4", of, f"p_fn_{arm}", "c_fn"),
        SideEffect("burden of chemotherapy", "", of, "1", disutility="du_chemo", days=f"7 * d_chemo_{arm}"),
    ]


INFUSED: list[Outcome] = [
    Cost("acquisition", "net_price * (p_response if pay_on_response == 1 else 1)", "product", CARE),
    Cost("lymphodepletion", "c_lymphodepletion_drug + c_lymphodepletion_admin", "delivery", CARE, of="conditioning"),
    Cost("administration", "c_admin_car_t", "delivery", CARE),
    Count("infusions", "1"),
    *side_effects(
        [
            SideEffect("cytokine release", "ward", "product", "p_crs * (1 - p_crs_icu)", "c_crs_mild", "du_crs_mild"),
            SideEffect("cytokine release", "intensive", "product", "p_crs * p_crs_icu", "c_crs_icu", "du_crs_icu"),
            SideEffect(
                "neurological", "1-2", "product", "p_neuro * (1 - p_neuro_severe)", "c_neuro_mild", "du_neuro_mild"
            ),
            SideEffect("neurological", "3", "product", "p_neuro * p_neuro_severe", "c_neuro_severe", "du_neuro_severe"),
            SideEffect("infection", "3-4", "product", "p_infection_car_t", "c_infection"),
            *harms("car_t", "conditioning"),
        ]
    ),
    *family("days_car_t"),
    *transplant("p_response * p_transplant_car_t"),
]


def chemotherapy(drug: str, administration: str, share_transplanted: str) -> list[Outcome]:
    """Clofarabine, alone or combined, and the transplantation that it is meant to lead to."""
    return [
        Cost("clofarabine", drug, "product", CARE),
        Cost("clofarabine_administration", administration, "delivery", CARE),
        *side_effects(
            [
                *harms("salvage", "chemotherapy"),
                SideEffect("infection", "3-4", "chemotherapy", "p_infection_salvage", "c_infection"),
            ]
        ),
        *family("days_salvage"),
        *transplant(share_transplanted),
    ]


BLINATUMOMAB: list[Outcome] = [
    Cost("blinatumomab", "c_blinatumomab", "product", CARE),
    Cost("blinatumomab_administration", "c_admin_blinatumomab", "delivery", CARE),
    *side_effects(
        [
            SideEffect("cytokine release", "3-4", "product", "p_crs_blinatumomab", "c_crs_icu", "du_crs_icu"),
            SideEffect("neurological", "3-4", "product", "p_neuro_blinatumomab", "c_neuro_severe", "du_neuro_severe"),
            SideEffect("infection", "3-4", "product", "p_infection_blinatumomab", "c_infection"),
            *harms("blinatumomab", "product"),
        ]
    ),
    *family("days_blinatumomab"),
    *transplant("p_transplanted_blinatumomab"),
]


def near(what: str, value: str, equals: str) -> Check:
    """Survival of a leaf within a percentage point of what it must be."""
    return Check(what, value, equals=f"at(alive, 0) * ({equals})", within="0.01 * mass")


def infused(to: Structure) -> Leaf:
    """The leaf of those who got their product."""
    markov = isinstance(to, MarkovModel)
    moves = {
        "p_event": f"1 - exp(-({by_interval('h_efs', EFS)}))",
        "p_relapse": "p_event * (1 - p_event_death)",
        "p_die_event_free": "p_event * p_event_death",
        "p_die_relapsed": f"1 - exp(-({by_interval('r_dead', OS)}))",
    }
    curves = {"h_efs": by_interval("h_efs", EFS), "h_os": by_interval("h_os", OS), "p_dying": "p_event_death"}
    points = [("event-free", 'occupancy["event_free"]', "efs", EFS[1:]), ("overall", "alive", "os", OS[1:])]
    return Leaf(
        to=to,
        start="event_free" if markov else None,
        let={
            **(moves if markov else curves),
            "p_later": "p_later_transplant",
            "ivig_per_year": "12 * c_ivig_month * p_ivig * max(0, min(1, (d_ivig - t) / cycle_years))",
        },
        outcomes=INFUSED,
        checks=[
            *(
                near(
                    f"{what} survival of the infused at month {month}",
                    f"at({value}, {month} / 12)",
                    f"p_{curve}_{month}",
                )
                for what, value, curve, months in points
                for month in months
            ),
            near("half of the infused event-free at month 24", 'at(occupancy["event_free"], 2)', "0.5"),
        ],
    )


def other(to: Structure, tail: str, median: str, outcomes: list[Outcome]) -> Leaf:
    """The leaf of a treatment whose survival is S(t) = tail + (1 - tail) exp(-r t), with r from the median."""
    survival = "(tail + (1 - tail) * exp(-r_fall * {t}))"
    let = {
        "tail": tail,
        "r_fall": f"-log((0.5 - tail) / (1 - tail)) * 12 / {median}",
        "h_os": f"max(log({survival.format(t='t')} / {survival.format(t='(t + cycle_years)')}), r_general * cycle_years)",
        "h_efs": "h_os / ratio_os_efs",
    }
    moves = {  # death is as likely before an event as after: overall survival is met whatever event-free survival
        "p_die_event_free": "1 - exp(-h_os)",
        "p_die_relapsed": "1 - exp(-h_os)",
        "p_relapse": "exp(-h_os) - exp(-h_efs)",
    }
    curves = {"p_dying": "(1 - exp(-h_os)) / (1 - exp(-h_efs))"}
    markov = isinstance(to, MarkovModel)
    at_12 = survival.format(t="1")
    return Leaf(
        to=to,
        start="event_free" if markov else None,
        let={**let, **(moves if markov else curves)},
        outcomes=outcomes,
        checks=[
            near("overall survival at month 12", "at(alive, 1)", at_12),
            near("event-free survival at month 12", 'at(occupancy["event_free"], 1)', f"{at_12} ** (1 / ratio_os_efs)"),
        ],
    )


LET_OF_TREE = {
    **INFUSED_LET,
    "age_cured": "age_start + cure_month / 12",
    "net_price": "price_tisagenlecleucel * (1 - rebate) * (1 + hospital_markup)",
    "c_transplant_alone": "c_transplant - p_gvhd * c_gvhd",  # the published first year has the disease in it
    "loss_transplant": "du_transplant * 7 * d_transplant / 365.25",
    "per_survivor": "p_survivor_transplanted / p_alive_transplant",  # transplants for each long-term survivor
    "p_transplanted_salvage": "p_tail_salvage * per_survivor",
    "p_transplanted_blinatumomab": "p_tail_blinatumomab * per_survivor",
    "day_of_care_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",  # of a carer's day: paid work lost
    "day_of_care": "c_care_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",  # and the rest of it
    "day_of_patient": "c_patient_day",
    "output_year": "wage_hour * hours_day * days_work_year * p_employed",
    "u_population_start": population_norm("utility_norms", "age_start", "p_female"),
    "enrolled": "p_infused + p_manufacturing_failure + p_died_waiting",  # 1, unless one share is varied alone
    "half_dead": "(0.5 - p_tail_salvage) / (1 - p_tail_salvage)",
    "alive_60": "p_tail_salvage + (1 - p_tail_salvage) * half_dead ** (60 / d_median_os_salvage)",
}


def tree(to: Structure, others: bool = False) -> DecisionTree:
    """The decision, whatever structure the leaves lead into; `others` adds two more comparators."""
    markov = isinstance(to, MarkovModel)
    salvage = other(
        to,
        "p_tail_salvage",
        "d_median_os_salvage",
        chemotherapy("c_clofarabine", "c_admin_salvage", "p_transplanted_salvage"),
    )
    gone = [Cost("end_of_life", "c_end_of_life", "end of life", CARE)]
    if markov:  # in one block with those whose product failed
        dead = Leaf(to=to, start="dead", let=salvage.let, checks=salvage.checks, outcomes=gone)
    else:
        dead = Leaf(to=to, let={"s_os": "0", "s_efs": "0", "p_dying": "0"}, outcomes=gone)
    combined = chemotherapy("c_clofarabine * share_combination", "c_admin_combination", "p_transplanted_combination")
    more = [
        Strategy(
            "blinatumomab",
            "Blinatumomab, with transplantation of some",
            other(to, "p_tail_blinatumomab", "d_median_os_blinatumomab", BLINATUMOMAB),
        ),
        Strategy(
            "transplantation",
            "Clofarabine combination and transplantation, as intended",
            other(to, "p_transplanted_combination * p_alive_transplant", "d_median_os_combination", combined),
        ),
    ]
    return DecisionTree(
        title="Tisagenlecleucel in relapsed or refractory paediatric B-cell leukaemia",
        age="age_start",
        discount={"cost": "dr_cost", "effect": "dr_effect"},
        discount_timing="continuous",
        let=LET_OF_TREE,
        strategies=[
            Strategy("salvage", "Salvage chemotherapy (clofarabine)", salvage),
            *(more if others else []),
            Strategy(
                "tisagenlecleucel",
                "Tisagenlecleucel, as intended at enrolment",
                Chance(
                    Branch("infused", "p_infused / enrolled", infused(to)),
                    Branch("manufacturing failure", "p_manufacturing_failure / enrolled", salvage),
                    Branch("died or adverse event before infusion", "C", dead),
                ),
                outcomes=[
                    Cost("leukapheresis", "c_leukapheresis", "delivery", CARE),
                    Cost("bridging", "p_bridging * c_bridging", "delivery", CARE, of="conditioning"),
                ],
                checks=[
                    Check(
                        "overall survival of all enrolled at month 60",
                        "at(alive, 5)",
                        equals="(p_infused * p_os_60 + p_manufacturing_failure * alive_60) / enrolled",
                        within="0.01",
                    )
                ],
            ),
        ],
    )


MODELS = {"markov": tree(MARKOV), "partitioned": tree(PARTITIONED), "comparators": tree(MARKOV, others=True)}
MODEL = MODELS["markov"]
