"""A made-up relapsing disease: a daily drug, or one infusion that is made for the patient and may not arrive.

A Markov model under a tree. The first year after a relapse costs more and kills more, which takes tunnels.
"""

from hecon import QALY, Branch, Chance, Cost, DecisionTree, Leaf, LifeYears, MarkovModel, Strategy, Tunnel, Utility

CARE = "health care"


def course(within_cycle: str = "half-cycle") -> MarkovModel:
    """Half-yearly cycles from the start of treatment."""
    return MarkovModel(
        name="course",
        states=("remission", "relapse", "dead"),
        tunnels={"relapse": Tunnel(3, last="stay")},
        cycle="6 months",
        horizon="25 years",
        within_cycle=within_cycle,
        events="mid",
        let={
            "r_relapse_now": "r_relapse",
            "c_drug_now": "c_drug",
            "q_general": "mortality_prob(life_table, age, p_female, age_start, cycle_years)",
            "r_general": "prob_to_rate(q_general, cycle_years)",
            "r_relapse_dead": "r_general + (r_die_first if state_time < 1 else r_die_later)",
            "r_leave_relapse": "r_relapse_dead + r_recover",
            "p_relapse": "(1 - q_general) * rate_to_prob(r_relapse_now, cycle_years)",
            "norm": "norm_table[age_mid]",
            "c_relapse_year": "c_first_year if state_time < 1 else c_later_year",
        },
        transitions={
            "remission -> relapse": "p_relapse",
            "remission -> dead": "q_general",
            "relapse -> remission": "competing_prob(r_recover, r_leave_relapse, cycle_years)",
            "relapse -> dead": "competing_prob(r_relapse_dead, r_leave_relapse, cycle_years)",
        },
        outcomes=[
            Cost("drug", {"remission": "c_drug_now"}, per="year", category="product", sector=CARE),
            Cost("visits", {"remission": "12 * c_visit"}, per="year", category="follow-up", sector=CARE),
            Cost("relapse_care", {"relapse": "c_relapse_year"}, per="year", category="disease care", sector=CARE),
            Cost("admission", "c_admission", on="remission -> relapse", category="disease care", sector=CARE),
            Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
            Cost("lost_work", {"relapse": "employment[age_mid] * days_lost * wage_day"}, per="year", category="lost work, illness",
                 sector="productivity"),
            Utility({"remission": "norm * u_remission", "relapse": "norm * u_relapse"}),
            QALY("admission", "-du_admission * days_admission / 365.25", on="remission -> relapse", category="side effects",
                 of="product"),
        ],
    )  # fmt: skip


DRUG = Leaf(to=course(), start="remission")
INFUSED = Leaf(
    to=course(),
    start="remission",
    let={"r_relapse_now": "r_relapse * hr_infusion", "c_drug_now": "0"},
    outcomes=[
        Cost("infusion", "price * (1 - rebate)", category="product", sector=CARE),
        Cost("stay", "days_stay * c_day", category="delivery", sector=CARE),
        Cost("fever", "p_fever * c_fever", category="side effects", of="product", sector=CARE),
        QALY("fever", "-p_fever * du_fever * days_fever / 365.25", category="side effects", of="product"),
    ],
)
DIED = Leaf(
    to=course(),
    start="dead",
    outcomes=[Cost("end_of_life_waiting", "c_end_of_life", category="end of life", sector=CARE)],
)
MODEL = DecisionTree(
    title="A made-up relapsing disease: a daily drug or one infusion",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    strategies=[
        Strategy("drug", "Daily drug", DRUG),
        Strategy(
            "infusion",
            "One infusion, as intended at collection",
            Chance(
                Branch("infused", "p_infused", INFUSED),
                Branch("not made", "p_failed", DRUG),
                Branch("died waiting", "p_died_waiting", DIED),
            ),
            lasts="weeks_wait / 52.18",
            outcomes=[
                Cost("collection", "c_collection", category="delivery", sector=CARE),
                Cost("care_waiting", "c_later_year * weeks_wait / 52.18", category="disease care", sector=CARE),
                LifeYears("weeks_wait / 52.18"),
                QALY("waiting", "norm_table[age_start] * u_relapse * weeks_wait / 52.18", category="delivery"),
            ],
        ),
    ],
)
