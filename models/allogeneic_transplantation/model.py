"""Allogeneic transplantation: what graft-versus-host disease costs, and what treats it when steroids fail.

Three decisions on one set of inputs: the burden of a transplantation, ruxolitinib in refractory acute disease, and cells
(remestemcel-L) in children with it.
"""

from hecon import Check, Cost, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.parts import LostWork, SideEffect, consumption, family, side_effects
from hecon.parts.landmark_survival import drawn_points
from hecon.structure.items import Outcome

CARE = "health care"
SHARED = {  # what every decision takes
    "r_general": "mortality_rate(life_table, age, p_female, age)",
    "s_population": "exp(-cumulative(r_general * cycle_years))",
}
DAYS = {
    "output_year": "wage_hour * hours_day * days_work_year * p_employed * (1 if age < age_retirement else 0)",
    "day_of_work": "wage_hour * hours_day * p_employed",
    "day_of_care_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",  # of a carer's day: paid work lost
    "day_of_care": "wage_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",  # and the rest of it
    "day_of_patient": "wage_hour * hours_day * (1 - p_employed)",
}
DISCOUNT = {"cost": "dr_cost", "effect": "dr_effect"}


def absent(odds: str) -> str:
    """The share absent from work when the odds of the absence of those without chronic disease are multiplied."""
    return f"({odds}) * lost_without / (1 + (({odds}) - 1) * lost_without)"


WORK = LostWork(
    value_of_year="output_year",
    absent={
        "relapse_free": f"lost_without * (1 - on_treatment) + {absent('or_chronic')} * on_treatment",
        "relapsed": "p_lost_relapsed",
    },
    alive_in_population="s_population",
    friction_years="d_friction / 365.25",
    since={"relapse_free": "t"},
    deaths_at_work=("* -> dead",),
)

LONG_TERM = PartitionedSurvival(
    name="after transplantation",
    states=("relapse_free", "relapsed", "dead"),
    curves={"relapse_free": "s_os ** (1 + excess_relapse)", "relapsed": "s_os"},
    crossing="error",
    cycle="1 month",
    horizon="47 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        **SHARED,
        **drawn_points("os", ["p_os_12", "p_os_60"], ["n_os", "n_os * p_os_12"], ["z_os_12", "z_os_60"]),
        "r_first_year": "-log(os_drawn_1) * hr_now",
        "r_to_five": "-log(os_drawn_2 / os_drawn_1) / 4 * hr_now",
        "hr_now": "1",  # without chronic GVHD the graft may do less against leukaemia
        "r_late": "smr * r_general if cycle >= 60 else 0",
        "s_os": "exp(-r_first_year * min(t, 1) - r_to_five * max(0, min(t, 5) - 1) - cumulative(r_late * cycle_years))",
        "on_treatment": "with_chronic * p_chronic * (0 if cycle < 6 else 1 if cycle < 24 else p_treated_later)",
        "lost_without": "p_lost_first_year if cycle < 12 else p_lost_to_five if cycle < 60 else p_lost_later",
        "with_chronic": "1",
        "after_first_year": "0 if cycle < 12 else 1",  # all care of the first year is in the published cost of 360 days
    },
    outcomes=[
        Utility({"relapse_free": "u_without", "relapsed": "u_relapsed"}),
        Utility(
            {"relapse_free": "-(u_without - u_with) * on_treatment"},
            name="chronic_gvhd",
            category="side effects",
            of="transplant",
        ),
        Cost(
            "chronic_gvhd",
            {"relapse_free": "on_treatment * c_chronic_year * after_first_year"},
            per="year",
            category="side effects",
            sector=CARE,
            of="transplant",
        ),
        Cost(
            "relapse_care",
            {"relapsed": "c_relapse_year * after_first_year"},
            per="year",
            category="disease care",
            sector=CARE,
        ),
        Cost(
            "follow_up",
            {"relapse_free": "c_follow_up_year * after_first_year"},
            per="year",
            category="follow-up",
            sector=CARE,
        ),
        Cost("end_of_life", "c_end_of_life * after_first_year", on="* -> dead", category="end of life", sector=CARE),
        consumption({"relapse_free": "1", "relapsed": "1"}, "c_consumption_year"),
        *WORK.items(),
    ],
    checks=[
        Check("alive at 12 months", 'at(1 - occupancy["dead"], 1)', equals="os_drawn_1 ** hr_now", within="0.001"),
        Check("alive at 60 months", 'at(1 - occupancy["dead"], 5)', equals="os_drawn_2 ** hr_now", within="0.001"),
        Check("survival never above the population's", 'largest(1 - occupancy["dead"] - s_population)', at_most="1e-9"),
    ],
    report={
        "alive at 10 years": 'at(mass - occupancy["dead"], 10)',
        "years on treatment of chronic GVHD": 'sum(occupancy["relapse_free"] * on_treatment) / 12',
    },
)

ACUTE = SideEffect(
    "acute GVHD",
    of="transplant",
    incidence="p_acute",
    cost="c_acute_year",
    disutility="u_without - u_with",
    days="days_acute",
    source="acute_costs_2020",
)


def transplanted(acute: bool = True) -> list[Outcome]:
    """A transplantation with its first year, and acute graft-versus-host disease unless nobody has it."""
    return [
        Cost("procedure", "c_procedure", category="delivery", sector=CARE),
        Cost("first_year", "c_first_year_rest", category="not separable", sector=CARE),
        *(side_effects([ACUTE]) if acute else []),
        *family("days_carer"),
    ]


WITHOUT_CHRONIC = {"with_chronic": "0", "hr_now": "hr_without_chronic"}
BURDEN = DecisionTree(
    title="What graft-versus-host disease costs after allogeneic transplantation",
    age="age_start",
    discount=DISCOUNT,
    discount_timing="continuous",
    let=DAYS,
    strategies=[
        Strategy("as_today", "Transplantation as today", Leaf(to=LONG_TERM, outcomes=transplanted())),
        Strategy(
            "without_chronic",
            "The same, nobody with chronic GVHD",
            Leaf(to=LONG_TERM, let=WITHOUT_CHRONIC, outcomes=transplanted()),
        ),
        Strategy(
            "without_gvhd",
            "The same, nobody with any GVHD",
            Leaf(to=LONG_TERM, let=WITHOUT_CHRONIC, outcomes=transplanted(acute=False)),
        ),
    ],
)


def refractory(
    name: str, curve: dict[str, str], horizon: str, utility: str, checks: list[Check]
) -> PartitionedSurvival:
    """Alive or dead after steroids have failed; the curve is the arm's own."""
    work = LostWork(
        value_of_year="output_year",
        absent={"alive": "p_lost_first_year if cycle < 12 else p_lost_later"},
        alive_in_population="s_population",
        friction_years="d_friction / 365.25",
        since={"alive": "t"},
        deaths_at_work=("* -> dead",),
    )
    return PartitionedSurvival(
        name=name,
        states=("alive", "dead"),
        curves={"alive": "s_alive"},
        crossing="error",
        cycle="1 month",
        horizon=horizon,
        within_cycle="half-cycle",
        events="mid",
        let={**SHARED, **curve},
        outcomes=[
            Utility({"alive": utility}),
            Cost("follow_up", {"alive": "c_follow_up_year"}, per="year", category="follow-up", sector=CARE),
            Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
            consumption({"alive": "1"}, "c_consumption_year"),
            *work.items(),
        ],
        checks=checks,
        report={"alive at 1 year": 'at(occupancy["alive"], 1)', "alive at 4 years": 'at(occupancy["alive"], 4)'},
    )


def uncontrolled(response: str, cost: str, source: str) -> list[Outcome]:
    """What refractory disease costs those who do not respond, and the carers of all."""
    care = SideEffect(
        "refractory acute GVHD",
        of="transplant",
        incidence=f"1 - {response}",
        cost=cost,
        source=source,
    )
    return [*side_effects([care]), *family("days_carer")]


ADULTS = refractory(
    "refractory, age 12 and over",
    {
        "r_early": "-log((0.5 - p_plateau) / (1 - p_plateau)) / (d_median / 12)",
        "s_alive": "(p_plateau + (1 - p_plateau) * exp(-r_early * t)) * exp(-cumulative(r_general * smr * cycle_years))",
    },
    "40 years",
    "u_with + (u_without - u_with) * (p_response if t_mid < d_response / 365.25 else p_plateau)",
    [],
)
REFRACTORY_ACUTE = DecisionTree(
    title="Ruxolitinib or best available therapy when acute GVHD does not respond to steroids",
    age="age_start",
    discount=DISCOUNT,
    discount_timing="continuous",
    let=DAYS,
    strategies=[
        Strategy(
            "best_available",
            "Best available therapy",
            Leaf(
                to=ADULTS,
                let={"d_median": "d_os_best", "d_response": "d_response_best", "p_response": "p_response_best"},
                outcomes=[
                    Cost("best_available", "c_best_available", category="product", sector=CARE),
                    *uncontrolled("p_response_best", "c_refractory", "acute_costs_2020"),
                ],
            ),
        ),
        Strategy(
            "ruxolitinib",
            "Ruxolitinib",
            Leaf(
                to=ADULTS,
                let={"d_median": "d_os_rux", "d_response": "d_response_rux", "p_response": "p_response_rux"},
                outcomes=[
                    Cost("ruxolitinib", "months_rux * c_rux_month", category="product", sector=CARE),
                    *uncontrolled("p_response_rux", "c_refractory", "acute_costs_2020"),
                ],
            ),
        ),
    ],
)

CHILDREN = refractory(
    "refractory, children",
    {
        "s_alive": "s_landmarks * exp(-cumulative((r_general * smr_child if cycle >= 48 else 0) * cycle_years))",
    },
    "90 years",
    "u_with + (u_without - u_with) * (p_response if cycle < 48 else 1)",
    [],
)
MSC_POINTS = [f"p_msc_{month}" for month in (6, 12, 24, 48)]
MSC = {
    **drawn_points(
        "msc", MSC_POINTS, ["n_msc", *(f"n_msc * {p}" for p in MSC_POINTS[:3])], [f"z_msc_{m}" for m in (6, 12, 24, 48)]
    ),
    "s_landmarks": "exp(log(msc_drawn_1) * min(t, 0.5) / 0.5 + log(msc_drawn_2 / msc_drawn_1) * max(0, min(t, 1) - 0.5) / 0.5"
    " + log(msc_drawn_3 / msc_drawn_2) * max(0, min(t, 2) - 1) + log(msc_drawn_4 / msc_drawn_3) * max(0, min(t, 4) - 2) / 2)",
    "p_response": "p_response_msc",
}
HISTORY = {
    **drawn_points(
        "history", ["p_history_12", "p_history_48"], ["n_history_12", "n_history_48"], ["z_history_12", "z_history_48"]
    ),
    "s_landmarks": "exp(log(history_drawn_1) * min(t, 1) + log(history_drawn_2 / history_drawn_1) * max(0, min(t, 4) - 1) / 3)",
    "p_response": "p_response_history",
}
REFRACTORY_CHILDREN = DecisionTree(
    title="Remestemcel-L or best available therapy for children whose acute GVHD does not respond to steroids",
    age="age_child",
    discount=DISCOUNT,
    discount_timing="continuous",
    let={**DAYS, "output_year": DAYS["output_year"] + " * (1 if age >= age_first_work else 0)"},
    strategies=[
        Strategy(
            "best_available",
            "Best available therapy, as in the past",
            Leaf(
                to=CHILDREN,
                let=HISTORY,
                outcomes=[
                    Cost("best_available", "c_best_available", category="product", sector=CARE),
                    *uncontrolled("p_response_history", "c_refractory_child", "jheor_2021"),
                ],
            ),
        ),
        Strategy(
            "msc",
            "Remestemcel-L, eight infusions",
            Leaf(
                to=CHILDREN,
                let=MSC,
                outcomes=[
                    Cost("remestemcel", "doses_msc * price_msc", category="product", sector=CARE),
                    Cost("infusions", "doses_msc * c_infusion", category="delivery", sector=CARE),
                    *uncontrolled("p_response_msc", "c_refractory_child", "jheor_2021"),
                ],
            ),
        ),
    ],
)

MODELS = {"burden": BURDEN, "refractory_acute": REFRACTORY_ACUTE, "refractory_children": REFRACTORY_CHILDREN}
