"""$case: usual care or a new treatment, for a cohort that is well, ill or dead.

Replace states, formulas and inputs with your own; write the decision problem down in the README first.
"""

from hecon import Check, Cost, MarkovModel, Strategy, Utility

MODEL = MarkovModel(
    title="$case: usual care or a new treatment",
    states=("well", "ill", "dead"),
    start="well",
    cycle="1 year",
    horizon="40 years",
    within_cycle="half-cycle",
    events="mid",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={  # what a strategy does not override
        "hr_ill": "1",
        "c_treatment_now": "0",
        "alive": '1 - occupancy["dead"]',
    },
    transitions={  # probabilities per cycle; staying is the rest
        "well -> ill": "(1 - p_die_well) * hr_on_prob(p_ill, hr_ill)",
        "well -> dead": "p_die_well",
        "ill -> dead": "p_die_ill",
    },
    outcomes=[
        Cost("treatment", {"well": "c_treatment_now"}, per="year", category="product", sector="health care"),
        Cost("diagnosis", "c_diagnosis", on="well -> ill", category="disease care", sector="health care"),
        Cost("care", {"ill": "c_ill"}, per="year", category="disease care", sector="health care"),
        Cost("lost_work", {"ill": "c_lost_work"}, per="year", category="lost work, illness", sector="productivity"),
        Utility({"well": "u_well", "ill": "u_ill"}),
    ],
    strategies=[
        Strategy(
            "usual_care",
            "Usual care",
            checks=[Check("alive at 10 years, as observed", "at(alive, 10)", equals="alive_10_years", within="0.05")],
        ),
        Strategy("treatment", "New treatment", let={"hr_ill": "hr_treatment", "c_treatment_now": "c_treatment"}),
    ],
)
