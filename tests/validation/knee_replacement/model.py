"""Knee replacement with and without computer assistance (Dong and Buxton 2006): nine states, monthly, costs on transitions.

Costs fall at the end of the month of a transition; QALYs are the mean of both ends of a month, discounted at its middle.
"""

from hecon import Cost, Count, MarkovModel, Strategy, Utility

LIVE = ("operation", "serious", "minor", "well", "complex", "simple", "other", "well_revised")


def _transitions(name: str, amount: str, on: str) -> Cost:
    return Cost(name, amount, on=on, category="procedures", sector="health care")


def model(years: int = 10) -> MarkovModel:
    """All start in the operation; the horizon is an argument because the published table is cumulative by year."""
    return MarkovModel(
        title="Knee replacement",
        states=(*LIVE, "dead"),
        start="operation",
        cycle="1 month",
        horizon=f"{years} years",
        within_cycle="half-cycle",
        flows="mid",
        events="end",
        discount={"cost": "dr_cost", "effect": "dr_effect"},
        discount_timing="continuous",
        let={"rr_serious": "1", "c_assistance": "0"},
        transitions={
            "operation -> serious": "p_operation_to_serious * rr_serious",
            "operation -> minor": "p_operation_to_minor",
            "operation -> well": "C",
            "serious -> minor": "p_serious_to_minor",
            "serious -> complex": "p_serious_to_complex",
            "serious -> simple": "p_serious_to_simple",
            "serious -> other": "C",
            "serious -> dead": "p_serious_to_dead",
            "minor -> serious": "p_minor_to_serious * rr_serious",
            "minor -> minor": "p_minor_to_minor",
            "minor -> well": "C",
            "minor -> simple": "p_minor_to_simple",
            "minor -> other": "p_minor_to_other",
            "minor -> dead": "p_minor_to_dead",
            "well -> serious": "p_well_to_serious * rr_serious",
            "well -> minor": "p_well_to_minor",
            "well -> dead": "p_well_to_dead",
            "complex -> serious": "p_complex_to_serious * rr_serious",
            "complex -> well_revised": "C",
            "complex -> dead": "p_complex_to_dead",
            "simple -> serious": "p_simple_to_serious * rr_serious",
            "simple -> minor": "p_simple_to_minor",
            "simple -> other": "p_simple_to_other",
            "simple -> well_revised": "C",
            "simple -> dead": "p_simple_to_dead",
            "other -> serious": "p_other_to_serious * rr_serious",
            "other -> minor": "p_other_to_minor",
            "other -> well": "C",
            "other -> simple": "p_other_to_simple",
            "other -> dead": "p_other_to_dead",
            "well_revised -> complex": "p_well_revised_to_complex",
            "well_revised -> simple": "p_well_revised_to_simple",
            "well_revised -> dead": "p_well_revised_to_dead",
        },
        outcomes=[
            _transitions("operation", "c_operation + c_assistance", "operation -> *"),
            _transitions("complex_revision", "c_complex + c_assistance", "* -> complex"),
            _transitions("simple_revision", "c_simple + c_assistance", "* -> simple"),
            _transitions("other_treatment", "c_other", "* -> other"),
            Utility({state: f"u_{state}" for state in LIVE}),
            Count("serious", "1", on="* -> serious"),
            Count("minor", "1", on="* -> minor"),
            Count("minor_again", "1", on="minor -> minor"),
            Count("complex", "1", on="* -> complex"),
            Count("simple", "1", on="* -> simple"),
            Count("dead", "1", on="* -> dead"),
        ],
        strategies=[
            Strategy("conventional", "Conventional"),
            Strategy(
                "computer_assisted",
                "Computer-assisted",
                let={"rr_serious": "rr_serious_cas", "c_assistance": "c_computer"},
            ),
        ],
    )


MODEL = model()
