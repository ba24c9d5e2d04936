"""A tree into three structures that share names and mean different things by them: tunnels, rates, weekly cycles.

Delays differ by strategy, costs are discounted by a schedule, the cohort ages along a life table. All made up.
"""

from hecon import (
    QALY,
    Branch,
    Chance,
    Cost,
    Count,
    DecisionTree,
    Leaf,
    LifeYears,
    MarkovModel,
    Strategy,
    Tunnel,
    Utility,
)

CARE = {"category": "care", "sector": "health care"}

EPISODES = MarkovModel(
    states=("well", "relapsed", "dead"),
    cycle="1 month",
    horizon="10 years",
    within_cycle="half-cycle",
    events="mid",
    tunnels={"relapsed": Tunnel(60, last="stay")},
    let={
        "severity": "1",
        "r_event": "r_relapse * hr_arm * exp(-decay * t)",
        "r_other": "mortality_rate(life_table, age, p_female, age_start)",
        "p_die": "rate_to_prob(r_other, cycle_years)",
        "cost_now": "severity * c_care * (0.2 + exp(-state_time))",
    },
    transitions={
        "well -> relapsed": "(1 - p_die) * rate_to_prob(r_event, cycle_years)",
        "well -> dead": "p_die",
        "relapsed -> well": "0.02 * exp(-state_time)",
        "relapsed -> dead": "rate_to_prob(r_other + r_death * exp(-0.7 * state_time), cycle_years)",
    },
    outcomes=[
        Cost("registration", "0.5 * c_scan", **CARE),
        Cost("follow_up", {"well": "0.1 * c_care", "relapsed": "cost_now"}, per="year", **CARE),
        Cost("work_up", "c_work_up * (1 + 0.01 * (age - age_start))", on="well -> relapsed", **CARE),
        Cost("end_of_life", "c_work_up * (2 - exp(-state_time))", on="relapsed -> dead", **CARE),
        Cost("scan", {"well": "c_scan", "relapsed": "1.5 * c_scan"}, at="24 months", **CARE),
        Cost("lost_work", {"relapsed": "3 * c_day"}, per="cycle", category="productivity", sector="productivity"),
        Utility({"well": "u_well - 0.002 * t", "relapsed": "u_ill * (1 - 0.3 * exp(-2 * state_time))"}),
        QALY("relapse", "-du_event", on="well -> relapsed"),
        Count("relapses", "1", on="well -> relapsed"),
    ],
    name="episodes",
)

DECLINE = MarkovModel(
    states=("well", "ill", "dead"),
    cycle="3 months",
    horizon="20 years",
    within_cycle="simpson",
    events="end",
    let={
        "severity": "hr_arm",
        "r_event": "r_progress * severity * (1 + 0.02 * t)",
        "r_other": '-log(1 - life_table[age, "qx_male"]) * 0.8',
        "cost_now": "c_care * (1 + 0.03 * t)",
    },
    rates={
        "well -> ill": "r_event",
        "ill -> well": "r_recover",
        "well -> dead": "r_other",
        "ill -> dead": "1.5 * r_other + r_death",
    },
    outcomes=[
        Cost("follow_up", {"ill": "cost_now"}, per="year", **CARE),
        Cost("work_up", "c_work_up", on="well -> ill", **CARE),
        Cost("end_of_life", "0.5 * c_work_up", on="* -> dead", **CARE),
        Utility({"well": "u_well", "ill": "u_ill - 0.001 * t"}),
        Count("relapses", "1", on="well -> ill"),
    ],
    name="decline",
)

BRIEF = MarkovModel(
    states=("well", "dead"),
    cycle="1 week",
    horizon="3 years",
    within_cycle="start",
    events="start",
    let={
        "severity": "1 + 0.1 * sqrt(t)",
        "r_event": "0.3",
        "r_other": '-log(1 - life_table[age, "qx_female"])',
        "cost_now": "2 * c_care",
    },
    transitions={"well -> dead": "rate_to_prob(r_event * severity + r_other, cycle_years)"},
    outcomes=[
        Cost("follow_up", {"well": "cost_now"}, per="year", **CARE),
        Cost("end_of_life", "c_work_up", on="well -> dead", **CARE),
        Utility({"well": "u_ill"}),
    ],
    name="brief",
)

EARLY = Leaf(to=EPISODES, start="well")
LATE = Leaf(
    to=DECLINE,
    start={"well": "0.7", "ill": "0.3"},
    let={"severity": "1.2 * hr_arm"},
    outcomes=[QALY("setback", "-2 * du_event")],
)

USUAL = Chance(
    Branch("early", "p_early", EARLY, outcomes=[Cost("induction", "3 * c_scan", **CARE)]),
    Branch("late", "p_late", LATE),
    Branch("brief", "C", Leaf(to=BRIEF, start="well")),
)

MODEL = DecisionTree(
    title="Three structures under one tree",
    age="age_start",
    discount={"cost": [(0, "dr_cost"), (5, "dr_cost_later")], "effect": "dr_effect"},
    discount_timing="continuous",
    strategies=[
        Strategy("usual", "Usual care", USUAL, let={"hr_arm": "1"}),
        Strategy(
            "new",
            "New treatment",
            Chance(
                Branch(
                    "made",
                    "p_made",
                    Chance(
                        Branch("early", "p_early", EARLY),
                        Branch("relapsed at once", "0.1", Leaf(to=EPISODES, start="relapsed")),
                        Branch(
                            "mild", "0.05", Leaf(to=EPISODES, start="well", let={"cost_now": "0.5 * c_care + 10 * t"})
                        ),
                        Branch("late", "C", Leaf(to=DECLINE, start="ill", rates={"ill -> well": "2 * r_recover"})),
                    ),
                    outcomes=[Cost("drug", "c_drug", at="6 months", category="upfront", sector="health care")],
                ),
                Branch("died waiting", "p_died", Leaf(outcomes=[Cost("end_of_life", "c_work_up", **CARE)])),
                Branch("not made", "C", USUAL),
            ),
            let={"hr_arm": "hr_drug"},
            lasts="d_wait",
            outcomes=[
                Cost("waiting", "d_wait * c_care", **CARE),
                LifeYears("d_wait"),
                QALY("waiting", "u_wait * d_wait"),
            ],
        ),
    ],
)
