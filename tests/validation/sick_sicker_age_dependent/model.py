"""Age-dependent Sick-Sicker: background death from a life table, and costs and losses on transitions.

Alarid-Escudero et al. 2023 (time-dependent tutorial); a transition's cost falls in the row it leads to.
"""

from hecon import QALY, Cost, MarkovModel, Strategy, Utility


def model(within_cycle: str) -> MarkovModel:
    """75 yearly cycles from age 25; the published totals need "darth-legacy", which weights the transitions too."""
    return MarkovModel(
        title="Sick-Sicker, age-dependent",
        age="age_start",
        states=("H", "S1", "S2", "D"),
        start="H",
        cycle="1 year",
        horizon="75 years",
        within_cycle=within_cycle,
        events="end",
        discount={"cost": "dr_cost", "effect": "dr_effect"},
        discount_timing="continuous",
        let={
            "r_progress": "r_S1S2",
            "c_treatment": "0",
            "u_sick": "u_S1",
            "r_HD": "life_table[age]",
            "p_HD": "rate_to_prob(r_HD, cycle_years)",
            "p_S1D": "rate_to_prob(r_HD * hr_S1, cycle_years)",
            "p_S2D": "rate_to_prob(r_HD * hr_S2, cycle_years)",
            "p_HS1": "rate_to_prob(r_HS1, cycle_years)",
            "p_S1H": "rate_to_prob(r_S1H, cycle_years)",
            "p_S1S2": "rate_to_prob(r_progress, cycle_years)",
        },
        transitions={
            "H -> S1": "(1 - p_HD) * p_HS1",
            "H -> D": "p_HD",
            "S1 -> H": "(1 - p_S1D) * p_S1H",
            "S1 -> S2": "(1 - p_S1D) * p_S1S2",
            "S1 -> D": "p_S1D",
            "S2 -> D": "p_S2D",
        },
        outcomes=[
            Cost("care", {"H": "c_H", "S1": "c_S1", "S2": "c_S2"}, per="year", category="care", sector="health care"),
            Cost(
                "treatment",
                {"S1": "c_treatment", "S2": "c_treatment"},
                per="year",
                category="treatment",
                sector="health care",
            ),
            Cost("onset", "ic_HS1", on="H -> S1", category="care", sector="health care"),
            Cost("dying", "ic_D", on="* -> D", category="care", sector="health care"),
            Utility({"H": "u_H", "S1": "u_sick", "S2": "u_S2"}),
            QALY("onset", "-du_HS1", on="H -> S1"),
        ],
        strategies=[
            Strategy("standard", "Standard of care"),
            Strategy("strategy_a", "Strategy A", let={"c_treatment": "c_trtA", "u_sick": "u_trtA"}),
            Strategy(
                "strategy_b",
                "Strategy B",
                let={"c_treatment": "c_trtB", "r_progress": "r_S1S2 * hr_S1S2_trtB"},
            ),
            Strategy(
                "strategy_ab",
                "Strategy AB",
                let={"c_treatment": "c_trtA + c_trtB", "u_sick": "u_trtA", "r_progress": "r_S1S2 * hr_S1S2_trtB"},
            ),
        ],
    )


MODEL = model("darth-legacy")
