"""A small partitioned model with several families to each of its two curves, for the tests of the workbook's drop-downs."""

from hecon import Cost, PartitionedSurvival, Strategy, Utility

MODEL = PartitionedSurvival(
    title="Two curves, several families each",
    states=("free", "progressed", "dead"),
    curves={"free": "survival(pfs, t) ** hr", "progressed": "survival(os, t)"},
    crossing="cap",
    cycle="1 month",
    horizon="5 years",
    within_cycle="half-cycle",
    events="mid",
    let={"hr": "1"},
    discount={"cost": "dr", "effect": "dr"},
    discount_timing="continuous",
    outcomes=[
        Cost("care", {"free": "c_care", "progressed": "2 * c_care"}, per="year", category="care", sector="health care"),
        Cost("death", "c_death", on="* -> dead", category="care", sector="health care"),
        Utility({"free": "0.8", "progressed": "0.6"}),
    ],
    strategies=[
        Strategy("usual", "Usual care"),
        Strategy(
            "new", "New drug", let={"hr": "hr_new"},
            outcomes=[Cost("drug", {"free": "price"}, per="year", category="drug", sector="health care")],
        ),
    ],
)  # fmt: skip
