"""Tumour-infiltrating lymphocytes (TIL) or ipilimumab in advanced melanoma as published before the randomised trial.

Retel 2018, BMC Cancer 18:895. Three states by yearly survival probabilities, counted at the ends of years: the published
QALYs are reached only so, and half-cycles double them. The published loss of utility is one of the first year of stable
disease, counted at its end: it falls on those who are stable then.
"""

from hecon import QALY, Branch, Chance, Check, Cost, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.structure.items import Outcome
from hecon.structure.utilities import adverse_event_loss

CARE = "health care"
EVENTS = {  # each with a share and a loss; the published table has no others
    "ipi": ("fatigue", "diarrhoea", "colitis", "dyspnoea", "immune", "anaemia"),
    "til": ("fatigue", "diarrhoea", "neutropenia", "dyspnoea", "immune", "anaemia"),
}


def curves(arm: str) -> dict[str, str]:
    """The curves of an arm and what its adverse events take from a year of stable disease."""
    losses = [adverse_event_loss(f"p_{event}_{arm}", f"du_{event}", of="year") for event in EVENTS[arm]]
    return {"s_pfs": f"p_pfs_{arm} ** t", "s_os": f"p_os_{arm} ** t", "event_loss": " + ".join(losses)}


def meets(arm: str) -> list[Check]:
    """Survival at two years is the square of the yearly probability."""
    return [
        Check(
            f"{what} at 2 years",
            value,
            equals=f"mass * p_{name}_{arm} ** 2",
            within="1e-9",
        )
        for what, name, value in (
            ("progression-free survival", "pfs", 'at(occupancy["stable"], 2)'),
            ("overall survival", "os", 'at(occupancy["stable"] + occupancy["progressive"], 2)'),
        )
    ]


LONG_TERM = PartitionedSurvival(
    name="long term",
    states=("stable", "progressive", "dead"),
    curves={"stable": "s_pfs", "progressive": "s_os"},
    crossing="cap",
    cycle="1 year",
    horizon="40 years",
    within_cycle="end",
    events="end",
    outcomes=[
        Utility({"stable": "u_stable", "progressive": "u_progressive"}),
        QALY("adverse_events", {"stable": "event_loss"}, at="1 year"),  # of those still stable then, as published
        Cost(
            "progressive_care", {"progressive": "c_progressive_year"}, per="year", category="disease care", sector=CARE
        ),
        Cost(
            "carers_progressive",
            {"progressive": "days_carer_progressive * hours_care_day * c_informal_hour"},
            per="year",
            category="informal care",
            sector="informal care",
        ),
    ],
)

IPILIMUMAB: list[Outcome] = [
    Cost("ipilimumab", "c_ipi_drug", category="product", sector=CARE),
    Cost("ipilimumab_administration", "c_ipi_admin", category="delivery", sector=CARE),
    Cost("ipilimumab_events", "c_ipi_events", category="side effects", sector=CARE, of="product"),
    Cost("carers_ipilimumab", "days_carer_ipi * day_of_care", category="informal care", sector="informal care"),
]
PRODUCTION: list[Outcome] = [Cost("til_production", "c_production", category="product", sector=CARE)]
INFUSION: list[Outcome] = [
    Cost("til_hospital", "c_til_hospital", category="not separable", sector=CARE),
    Cost("carers_til", "days_carer_til * day_of_care", category="informal care", sector="informal care"),
]
LOST_WORK = Cost("lost_work", "c_lost_work", category="lost work, illness", sector="productivity")


def til(outcomes: list[Outcome]) -> Leaf:
    """A leaf of the TIL arm: whatever happens there, survival is that of all who were to have TIL."""
    return Leaf(to=LONG_TERM, let=curves("til"), outcomes=outcomes, checks=meets("til"))


MODEL = DecisionTree(
    title="Tumour-infiltrating lymphocytes or ipilimumab in advanced melanoma",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        "c_production": "(c_til_personnel + c_til_material + c_til_cleanroom) * production_factor",
        "day_of_care": "hours_care_day * c_informal_hour",
        "c_lost_work": "p_employed * weeks_friction * hours_week * wage_hour * elasticity",
    },
    strategies=[
        Strategy(
            "ipilimumab",
            "Ipilimumab",
            Leaf(to=LONG_TERM, let=curves("ipi"), outcomes=[*IPILIMUMAB, LOST_WORK], checks=meets("ipi")),
        ),
        Strategy(
            "til",
            "Tumour-infiltrating lymphocytes, as intended",
            Chance(
                Branch("no product", "p_failure", til([*PRODUCTION, *IPILIMUMAB])),
                Branch("not completed", "p_non_compliance", til([*PRODUCTION, *INFUSION, *IPILIMUMAB])),
                Branch("treated", "C", til([*PRODUCTION, *INFUSION])),
            ),
            outcomes=[LOST_WORK],
        ),
    ],
)
