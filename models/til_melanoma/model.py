"""Tumour-infiltrating lymphocytes (TIL) or ipilimumab in advanced melanoma, on the randomised trial of 2022.

Partitioned survival through published points that are inputs; what the trial does not tell is a stated assumption.
"""

from hecon import Check, Cost, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.parts import (
    LostWork,
    SideEffect,
    absence,
    consumption,
    drawn_points,
    family,
    side_effects,
    survival_through,
    through_two,
)
from hecon.structure.items import Outcome

CARE = "health care"
ALIVE = 'occupancy["stable"] + occupancy["progressive"]'
WEIBULL = "1"
HALF = "0.5"


def severe(arm: str, of: str) -> list[Outcome]:
    """What severe events take from everyone treated; their care is a cost of its own or in the hospital's lump."""
    event = SideEffect(
        "severe events",
        grade="3 or more",
        of=of,
        incidence=f"p_severe_{arm}",
        disutility="du_severe",
        days=f"d_severe_{arm}",
        source="rohaan_2022",
    )
    return side_effects([event])


def treatment(arm: str) -> list[Outcome]:
    """The time that treatment takes from the patient's work and from a family."""
    away = absence("treatment_work", f"d_away_{arm}", friction_days="d_friction", share="1 - p_away_stable")
    return [*away, *family(f"d_care_{arm}")]


IPILIMUMAB: list[Outcome] = [
    Cost("ipilimumab", "c_ipi_drug", category="product", sector=CARE),
    Cost("ipilimumab_administration", "c_ipi_admin", category="delivery", sector=CARE),
    Cost("ipilimumab_events", "c_ipi_events", category="side effects", of="product", sector=CARE),
    *severe("ipi", "product"),
    *treatment("ipi"),
]
TIL: list[Outcome] = [
    Cost("til_production", "c_til_production * production_factor", category="product", sector=CARE),
    # surgery, lymphodepletion, infusion, interleukin-2, the stay and the care of side effects: one published amount
    Cost("til_hospital", "c_til_hospital", category="not separable", sector=CARE),
    *severe("til", "conditioning"),  # mainly myelosuppression by lymphodepletion (Rohaan 2022)
    *treatment("til"),
]
LOST_WORK = LostWork(
    "output_year",
    {"stable": "p_away_stable", "progressive": "p_away_progressive"},
    alive_in_population="s_population",
    friction_years="d_friction / 365.25",
    since={"stable": "t"},
    absences={"stable -> *": "p_away_progressive - p_away_stable"},
    deaths_at_work=("* -> dead",),
    carers={"progressive": "n_care_progressive"},
)

# survival of both arms; the shape of overall survival is that of ipilimumab, the only one with a late point
POINTS = {
    **drawn_points("os_ipi", [HALF, "p_os_60_ipi"], ["n_trial", "n_os_60"], ["z_os_ipi", "z_os_60"]),
    **through_two(
        "os_ipi", [("d_median_os_ipi / 12", "os_ipi_drawn_1"), ("5", "os_ipi_drawn_2")], WEIBULL,
        cure="p_cured_ipi * os_ipi_drawn_2",
    ),
    **drawn_points("os_til", [HALF], ["n_trial"], ["z_os_til"]),
    "os_til_cure": "p_cured_til * os_til_drawn_1",
    "os_til_shape": "os_ipi_shape",
    "os_til_scale": "d_median_os_til / 12 * (-log((os_til_drawn_1 - os_til_cure) / (1 - os_til_cure))) ** (-1 / os_til_shape)",
    **drawn_points(
        "pfs_ipi", [HALF, "p_pfs_6_ipi", "p_complete_ipi"], ["n_trial", "n_trial * 0.5", "n_trial * p_pfs_6_ipi"],
        ["z_pfs_ipi", "z_pfs_6_ipi", "z_pfs_long_ipi"],
    ),
    **through_two(
        "pfs_ipi", [("d_median_pfs_ipi / 12", "pfs_ipi_drawn_1"), ("0.5", "pfs_ipi_drawn_2")], WEIBULL,
        cure="pfs_ipi_drawn_3",
    ),
    **drawn_points("pfs_til", [HALF, "p_complete_til"], ["n_trial", "n_trial * 0.5"], ["z_pfs_til", "z_pfs_60_til"]),
    **through_two("pfs_til", [("d_median_pfs_til / 12", "pfs_til_drawn_1"), ("5", "pfs_til_drawn_2")], WEIBULL),
}  # fmt: skip


def hazard(arm: str, time: str) -> str:
    """Cumulative hazard of death of an arm's curve at a time."""
    return f"-log({survival_through(f'os_{arm}', time, WEIBULL)})"


LONG_TERM = PartitionedSurvival(
    name="long term",
    states=("stable", "progressive", "dead"),
    curves={"stable": "s_pfs", "progressive": "s_os"},
    crossing="cap",
    cycle="1 month",
    horizon="40 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "s_os": "hazard_floor(h_os, r_general)",
        "s_population": "exp(-cumulative(r_general * cycle_years))",
        "c_stable_year": "n_visits_stable * c_visit + n_scans * c_scan",
        "c_progressive_year": "n_visits_progressive * c_visit + n_scans * c_scan + n_days_progressive * c_day_hospital",
        "output_year": "p_employed * hours_week * 52 * wage_hour if age < age_retirement else 0",
    },
    outcomes=[
        Utility({"stable": "u_here", "progressive": "u_progressive"}),
        Cost("follow_up", {"stable": "c_stable_year"}, per="year", category="follow-up", sector=CARE),
        Cost(
            "progressive_care", {"progressive": "c_progressive_year"}, per="year", category="disease care", sector=CARE
        ),
        Cost(
            "later_lines",
            "0 if s_pfs > s_os else p_later_line * c_later_line",  # later than that, who leaves dies
            on="stable -> *",
            category="subsequent treatment",
            of="checkpoint inhibitors and targeted drugs",
            sector=CARE,
        ),
        Cost(
            "later_lines_yearly",
            {"progressive": "c_later_year"},
            per="year",
            category="subsequent treatment",
            of="checkpoint inhibitors and targeted drugs",
            sector=CARE,
        ),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        *LOST_WORK.items(),
        consumption({"stable": "1", "progressive": "1"}, "c_consumption_year"),
    ],
    report={
        "alive at 5 years": f"at({ALIVE}, 5)",
        "alive at 7 years": f"at({ALIVE}, 7)",
        "progression-free at 6 months": 'at(occupancy["stable"], 0.5)',
    },
    checks=[
        Check("survival never above the life table", f"largest({ALIVE} - s_population)", at_most="1e-9"),
    ],
)

MODEL = DecisionTree(
    title="Tumour-infiltrating lymphocytes or ipilimumab in advanced melanoma",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        **POINTS,
        "day_of_work": "p_employed * hours_week / 7 * wage_hour",
        "day_of_care_work": "hours_care_day * p_carer_employed * wage_hour",
        "day_of_care": "hours_care_day * (1 - p_carer_employed) * c_informal_hour",
        "day_of_patient": "hours_care_day * (1 - p_employed) * c_informal_hour",
        "c_oop_day": "c_travel_day",
    },
    strategies=[
        Strategy(
            "ipilimumab",
            "Ipilimumab",
            Leaf(
                to=LONG_TERM,
                let={
                    "s_pfs": survival_through("pfs_ipi", "t", WEIBULL),
                    "h_os": hazard("ipi", "t"),
                    "u_here": "u_stable - du_stable_ipi",
                },
                outcomes=IPILIMUMAB,
                checks=[Check("alive at 60 months", f"at({ALIVE}, 5)", equals="os_ipi_drawn_2", within="0.001")],
            ),
        ),
        Strategy(
            "til",
            "Tumour-infiltrating lymphocytes, as intended",
            Leaf(
                to=LONG_TERM,
                let={
                    "s_pfs": survival_through("pfs_til", "t", WEIBULL),
                    "h_os": f"{hazard('til', 'min(t, d_effect)')} + ({hazard('ipi', 'max(t, d_effect)')})"
                    f" - ({hazard('ipi', 'd_effect')})",
                    "u_here": "u_stable",
                },
                outcomes=TIL,
            ),
        ),
    ],
)
