"""Axi-cel or standard care in follicular lymphoma, third line or later: remission, progressed on a next line, dead.

Published points of progression-free survival are solved in the model; overall survival follows from progression and one
excess mortality after it. Whether anyone is cured is the assumption that decides; the README says so before its results.
"""

from hecon import QALY, Branch, Chance, Check, Cost, Count, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.parts import LostWork, SideEffect, consumption, family, side_effects
from hecon.parts.landmark_survival import drawn_points, population_alive, survival_through, through_two
from hecon.structure.items import Outcome
from hecon.structure.utilities import adverse_event_loss

CARE = "health care"
ALIVE = '(occupancy["remission"] + occupancy["progressed"])'
STEPS = 6  # of Newton's method for the excess mortality after progression; the fourth is exact to 1e-12


def population(years: str) -> str:
    """Formula: those of the starting age whom the population's mortality times the SMR leaves alive."""
    return f"({population_alive(years, 'life_table', 'age_start', 'p_female')}) ** smr"


def excess_mortality() -> dict[str, str]:
    """Formulas: the excess mortality after progression with which standard care meets its overall survival.

    Of those who progress at rate r and then die at rate h, the share alive at T is exp(-rT) + r / (r - h) (exp(-hT) - exp(-rT)).
    """
    rate, years = "r_progress_soc", "years_os_soc"
    found = {"os_target": f"p_os_soc / ({population(years)})", "r_excess_0": f"-log(os_target) / {years}"}
    for k in range(STEPS):
        h = f"r_excess_{k}"
        ratio, later = f"{rate} / ({rate} - {h})", f"exp(-{h} * {years})"
        found[f"os_miss_{k}"] = f"exp(-{rate} * {years}) + {ratio} * ({later} - exp(-{rate} * {years})) - os_target"
        found[f"os_slope_{k}"] = f"{ratio} * (({later} - exp(-{rate} * {years})) / ({rate} - {h}) - {years} * {later})"
        found[f"r_excess_{k + 1}"] = f"{h} - os_miss_{k} / os_slope_{k}"
    return found | {"r_excess": f"r_excess_{STEPS}"}


# Scalars. Survival here is relative: the published point over the population's survival (times the SMR) to that time.
POINTS = {
    "population_48": population("4"),
    "rel_48": "p_pfs_48_axi / population_48",
    "rel_median": f"0.5 / ({population('d_median_pfs_axi / 12')})",
    **drawn_points(
        "axi", ["rel_48", "rel_median"], ["n_axi", "0.5 * n_axi * p_pfs_48_axi"], ["z_pfs_48", "z_pfs_median"]
    ),
    "p_cured_drawn": "p_cured * axi_drawn_2 / rel_median",  # the same share of those in remission at the last point
    **through_two("axi", [("4", "axi_drawn_1"), ("d_median_pfs_axi / 12", "axi_drawn_2")], "1", cure="p_cured_drawn"),
    "axi_progressed_24": f"1 - ({survival_through('axi', '2', '1')} if course == 2 else axi_drawn_1 ** (2 / 4))",
    "r_progress_soc": f"-log(0.5 / ({population('d_median_pfs_soc / 12')})) / (d_median_pfs_soc / 12)",
    **excess_mortality(),
}

LONG_TERM = PartitionedSurvival(
    name="long term",
    states=("remission", "progressed", "dead"),
    curves={"remission": "s_background * s_pfs", "progressed": "s_background * s_os"},
    dying={"remission": "p_exit_fatal"},
    crossing="cap",
    cycle="1 month",
    horizon="38 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "r_background": "r_general * smr",
        "s_background": "exp(-cumulative(r_background * cycle_years))",
        "s_general": "exp(-cumulative(r_general * cycle_years))",
        "s_pfs_soc": "exp(-r_progress_soc * t)",
        "s_os_soc": "s_pfs_soc + r_progress_soc / (r_progress_soc - r_excess) * (exp(-r_excess * t) - s_pfs_soc)",
        "s_pfs_axi": f"{survival_through('axi', 't', '1')} if course == 2 else axi_drawn_1 ** (t / 4)",
        "p_fatal_now": "p_fatal if cycle < 24 else 0",  # of early events, those that are deaths without progression
        "progressing": "(s_pfs - next(s_pfs)) * (1 - p_fatal_now)",
        "s_after_progression": "s_pfs"
        " + exp(-r_excess * t) * cumulative(progressing * exp(r_excess * (t + cycle_years / 2)))",
        "h_progress": "-log(next(s_pfs) / s_pfs)",
        "p_exit_fatal": "(r_background * cycle_years + p_fatal_now * h_progress)"
        " / (r_background * cycle_years + h_progress)",
        "lost_remission": "p_work_lost_first_year if cycle < 12 else 0",
        "output_now": "output_year if age < age_retired else 0",
    },
    outcomes=[
        Utility({"remission": "u_remission - du_remission", "progressed": "u_remission - du_active_treatment"}),
        Cost(
            "follow_up",
            {"remission": "c_follow_up_early if cycle < 24 else c_follow_up_later"},
            per="year",
            category="follow-up",
            sector=CARE,
        ),
        Cost(
            "next_line",
            "c_next_line",
            on="remission -> progressed",
            category="subsequent treatment",
            of="chemotherapy",
            sector=CARE,
        ),
        Cost(
            "later_lines",
            {"progressed": "c_later_lines_year"},
            per="year",
            category="subsequent treatment",
            of="chemotherapy",
            sector=CARE,
        ),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        *LostWork(
            value_of_year="output_now",
            absent={"remission": "lost_remission", "progressed": "p_work_lost_progressed"},
            alive_in_population="s_general",
            friction_years="d_friction / 12",
            absences={"remission -> progressed": "p_work_lost_progressed"},
            since={"remission": "t"},
            deaths_at_work=("remission -> dead", "progressed -> dead"),
            carers={"progressed": "days_carer_progressed"},
        ).items(),
        consumption({"remission": "1", "progressed": "1"}, "c_consumption_year"),
    ],
    checks=[Check("survival never above the life table", f"largest({ALIVE} - mass * s_general)", at_most="1e-9")],
    report={
        "alive at 5 years": f"at({ALIVE}, 5)",
        "alive at 10 years": f"at({ALIVE}, 10)",
        "in remission at 4 years": 'at(occupancy["remission"], 4)',
        "in remission at 10 years": 'at(occupancy["remission"], 10)',
        "dead of lymphoma by 5 years": 'sum(transitions["progressed -> dead"] * r_excess / (r_excess + r_background), 0, 5)',
        "years in remission": 'sum(occupancy["remission"]) * cycle_years',
    },
)

CYTOKINE, NEURO = "cytokine release", "neurological event"
OF_CAR_T = [  # of those infused
    SideEffect(CYTOKINE, "1-2", incidence="p_crs_any - p_crs_severe", cost="c_crs_mild", loss="du_crs_mild"),
    SideEffect(CYTOKINE, "3+", incidence="p_crs_severe", cost="c_crs_severe", loss="du_crs_severe"),
    SideEffect(NEURO, "3+", incidence="p_neuro_severe", cost="c_neuro_severe", loss="du_neuro_severe"),
    SideEffect(
        "infection",
        "3+",
        incidence="p_infection_car_t",
        cost="c_infection",
        disutility="du_infection",
        days="days_infection",
    ),
    SideEffect("prolonged cytopenia", "3+", incidence="p_cytopenia", cost="c_cytopenia", loss="du_cytopenia"),
    SideEffect("B-cell aplasia, immunoglobulin", incidence="p_ivig", cost="months_ivig * g_ivig_month * c_ivig_gram"),
]
OF_STANDARD = [
    SideEffect(
        "febrile neutropenia", of="chemotherapy", incidence="p_fn", cost="c_fn", disutility="du_infection", days="days_infection"
    ),
    SideEffect(
        "infection", "3+", of="chemotherapy", incidence="p_infection_soc", cost="c_infection", disutility="du_infection",
        days="days_infection",
    ),
]  # fmt: skip


def between(share: str, years: str) -> str:
    """Formula: a share at an uncertain time, on the straight line between the two rows beside it."""
    return f"sum({share} * max(0, 1 - abs(t - {years}) / cycle_years))"


def upfront(name: str, amount: str, category: str) -> Cost:
    """A cost of the strategy's own treatment, at the start."""
    return Cost(name, amount, category=category, sector=CARE)


def treatment(of: str, days: str, visits: str) -> list[Outcome]:
    """Living with active treatment for some days, beside its severe events; what its visits take from a family."""
    lost = adverse_event_loss("1", "du_active_treatment", days)
    return [QALY(f"active_treatment_{of}", lost, category="side effects", of=of), *family(visits)]


AXI_CEL = {
    "s_pfs": "s_pfs_soc ** hr_pfs if by_hazard_ratio == 1 else s_pfs_axi",
    "s_os": "s_os_soc ** hr_os if by_hazard_ratio == 1 else s_after_progression",
    "p_fatal": "0 if by_hazard_ratio == 1 else p_infused * p_nonrelapse_death / axi_progressed_24",
    "du_remission": "0",
}

MODEL = DecisionTree(
    title="Axi-cel or standard care in follicular lymphoma after two or more lines",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        **POINTS,
        "output_year": "wage_hour * hours_day * days_work_year * p_employed",
        "day_of_care_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",
        "day_of_care": "wage_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",
        "day_of_patient": "wage_hour * hours_day * (1 - p_employed)",
    },
    strategies=[
        Strategy(
            "standard",
            "Standard care: immunochemotherapy or a targeted drug",
            Leaf(
                to=LONG_TERM,
                let={"s_pfs": "s_pfs_soc", "s_os": "s_os_soc", "p_fatal": "0", "du_remission": "du_remission_standard"},
            ),
            outcomes=[
                upfront("third_line_drugs", "c_third_line_drugs", "product"),
                upfront("third_line_delivery", "c_third_line_delivery", "delivery"),
                *side_effects(OF_STANDARD),
                *treatment("chemotherapy", "days_third_line", "days_visits_third_line"),
            ],
            checks=[
                Check(
                    "overall survival at its point", between(ALIVE, "years_os_soc"), equals="p_os_soc", within="0.001"
                ),
                Check(
                    "half in remission at the median",
                    between('occupancy["remission"]', "d_median_pfs_soc / 12"),
                    equals="0.5",
                    within="0.001",
                ),
            ],
        ),
        Strategy(
            "axi_cel",
            "Axi-cel, as intended at enrolment",
            Chance(
                Branch(
                    "infused",
                    "p_infused",
                    Leaf(
                        to=LONG_TERM,
                        let=AXI_CEL,
                        outcomes=[
                            upfront("acquisition", "price_axi_cel * (1 - rebate)", "product"),
                            upfront("lymphodepletion", "c_lymphodepletion", "delivery"),
                            upfront("stay", "c_stay", "delivery"),
                            *side_effects(OF_CAR_T),
                            *treatment("product", "days_recovery_car_t", "days_car_t"),
                            Count("infusions", "1"),
                        ],
                    ),
                ),
                Branch("not infused", "C", Leaf(to=LONG_TERM, let=AXI_CEL)),
            ),
            outcomes=[upfront("leukapheresis", "c_leukapheresis", "delivery")],
            checks=[
                Check(
                    "in remission at 48 months",
                    'at(occupancy["remission"], 4)',
                    equals="axi_drawn_1 * population_48",
                    within="0.001 + by_hazard_ratio",  # under hazard ratios this point is not used
                )
            ],
        ),
    ],
)
