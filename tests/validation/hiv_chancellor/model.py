"""Lamivudine added to zidovudine in HIV (Chancellor 1997; Briggs 2006, exercise 2.5), counted at the ends of years.

Combination therapy slows every worsening in the first two cycles and is paid for in both.
"""

from hecon import Cost, MarkovModel, Strategy, Utility


def model(treated_a_to_c: str = "p_AC") -> MarkovModel:
    """20 years from state A; `treated_a_to_c` lets a test repeat an indexing slip of one published reproduction."""
    return MarkovModel(
        title="Lamivudine and zidovudine, or zidovudine alone",
        states=("A", "B", "C", "D"),
        start="A",
        cycle="1 year",
        horizon="20 years",
        within_cycle="end",
        events="end",
        discount={"cost": "dr_cost", "effect": "dr_effect"},
        discount_timing="continuous",
        let={"rr_now": "1", "a_to_c": "p_AC", "c_drugs": "c_zidovudine"},
        transitions={
            "A -> A": "p_AA + p_AC + (1 - rr_now) * (p_AB + p_AD) - rr_now * a_to_c",
            "A -> B": "rr_now * p_AB",
            "A -> C": "rr_now * a_to_c",
            "A -> D": "rr_now * p_AD",
            "B -> B": "p_BB + (1 - rr_now) * (p_BC + p_BD)",
            "B -> C": "rr_now * p_BC",
            "B -> D": "rr_now * p_BD",
            "C -> C": "p_CC + (1 - rr_now) * p_CD",
            "C -> D": "rr_now * p_CD",
        },
        outcomes=[
            Cost(
                "direct",
                {"A": "c_direct_A", "B": "c_direct_B", "C": "c_direct_C"},
                per="year",
                category="care",
                sector="health care",
            ),
            Cost(
                "community",
                {"A": "c_community_A", "B": "c_community_B", "C": "c_community_C"},
                per="year",
                category="care",
                sector="health care",
            ),
            Cost(
                "drugs",
                {"A": "c_drugs", "B": "c_drugs", "C": "c_drugs"},
                per="year",
                category="drugs",
                sector="health care",
            ),
            Utility({"A": "1", "B": "1", "C": "1"}),
        ],
        strategies=[
            Strategy("mono", "Zidovudine alone"),
            Strategy(
                "combination",
                "Zidovudine and lamivudine",
                let={
                    "rr_now": "where(cycle < 2, rr_worse, 1)",
                    "a_to_c": f"where(cycle < 2, {treated_a_to_c}, p_AC)",
                    "c_drugs": "c_zidovudine + where(cycle < 2, c_lamivudine, 0)",
                },
            ),
        ],
    )


MODEL = model()
