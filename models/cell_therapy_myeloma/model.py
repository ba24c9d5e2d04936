"""Cell therapies of multiple myeloma: cilta-cel and ide-cel against the standard arm of their trial; early or late transplantation.

Three decisions, three models. Published points of the trials' curves are solved in the models; the README says what is assumed.
"""

from collections.abc import Sequence
from dataclasses import replace

from hecon import QALY, Branch, Chance, Check, Cost, Count, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.parts import LostWork, SideEffect, absence, consumption, family, side_effects
from hecon.parts.landmark_survival import drawn_points, population_alive, survival_through, through_two
from hecon.structure.items import Outcome
from hecon.structure.utilities import adverse_event_loss

CARE, LATER = "health care", "subsequent treatment"
ALIVE = '(occupancy["progression_free"] + occupancy["progressed"])'
DISCOUNT = {"cost": "dr_cost", "effect": "dr_effect"}
VALUES_OF_TIME = {
    "output_year": "wage_hour * hours_day * days_work_year * p_employed",
    "day_of_work": "wage_hour * hours_day * p_employed",
    "day_of_care_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",
    "day_of_care": "wage_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",
    "day_of_patient": "wage_hour * hours_day * (1 - p_employed)",
}
MORTALITY = {
    "r_general": "mortality_rate(life_table, age, p_female, age_start)",
    "s_general": "exp(-cumulative(r_general * cycle_years))",
    "output_now": "output_year if age < age_retired else 0",
}


def relative(survival: str, years: str) -> str:
    """Formula: a published survival over that of the population to that time."""
    return f"({survival}) / ({population_alive(years, 'life_table', 'age_start', 'p_female')})"


def weibull(arm: str, points: Sequence[tuple[str, str]], cure: str = "0") -> dict[str, str]:
    """Formulas: progression-free survival of an arm through two published points (years, survival), relative to the population."""
    (t_1, first), (t_2, last) = points
    name, n = f"pfs_{arm}", f"n_{arm}"
    at_risk = [n, f"{n} * {first}"]
    return {
        f"{name}_point_1": relative(first, t_1),
        f"{name}_point_2": relative(last, t_2),
        **drawn_points(name, [f"{name}_point_1", f"{name}_point_2"], at_risk, [f"z_{name}_1", f"z_{name}_2"]),
        **through_two(name, [(t_1, f"{name}_drawn_1"), (t_2, f"{name}_drawn_2")], "1", cure=cure),
    }


def one_point(name: str, n: str, survival: str, years: str) -> dict[str, str]:
    """Formulas: a published point of overall survival, relative and moved by its sampling error, as NAME_drawn_1."""
    point = {f"{name}_point": relative(survival, years)}
    return point | drawn_points(name, [f"{name}_point"], [n], [f"z_{name}"])


def constant(name: str, years: str, cure: str = "0") -> str:
    """Formula: survival with a constant excess mortality through one point, a share of cured beside it."""
    return f"{cure} + (1 - {cure}) * (({name}_drawn_1 - {cure}) / (1 - {cure})) ** (t / ({years}))"


LONG_TERM = PartitionedSurvival(
    name="long term",
    states=("progression_free", "progressed", "dead"),
    curves={"progression_free": "s_general * s_pfs", "progressed": "s_general * s_os"},
    dying={"progression_free": "p_exit_fatal"},
    crossing="cap",
    cycle="1 month",
    horizon="37 years",
    within_cycle="half-cycle",
    events="mid",
    let=MORTALITY,
    outcomes=[
        Utility(
            {"progression_free": "u_progression_free + gain_now", "progressed": "u_progression_free - du_progressed"}
        ),
        Cost("drugs", {"progression_free": "drug_year"}, "product", CARE, per="year"),
        Cost("administration", {"progression_free": "visits_year * c_visit"}, "delivery", CARE, per="year"),
        Cost("follow_up", {"progression_free": "c_follow_up_year"}, "follow-up", CARE, per="year"),
        Cost(
            "next_line",
            "c_subsequent * p_next_line",
            LATER,
            CARE,
            on="progression_free -> progressed",
            of="chemotherapy",
        ),
        Cost("care_progressed", {"progressed": "c_progressed_year"}, "disease care", CARE, per="year"),
        Cost("end_of_life", "c_end_of_life", "end of life", CARE, on="* -> dead"),
        Cost(
            "visits_time",
            {"progression_free": "visits_year * day_of_patient"},
            "patient time",
            "patient time",
            per="year",
        ),
        Cost(
            "visits_travel",
            {"progression_free": "visits_year * c_oop_day"},
            "travel and lodging",
            "out-of-pocket",
            per="year",
        ),
        *LostWork(
            value_of_year="output_now",
            absent={"progression_free": "work_lost_pf", "progressed": "p_work_lost_progressed"},
            alive_in_population="s_general",
            friction_years="d_friction / 12",
            absences={"progression_free -> progressed": "p_work_lost_progressed"},
            since={"progression_free": "t"},
            deaths_at_work=("progression_free -> dead", "progressed -> dead"),
            carers={"progression_free": "visits_year", "progressed": "days_carer_progressed"},
        ).items(),
        consumption({"progression_free": "1", "progressed": "1"}, "c_consumption_year"),
    ],
    checks=[Check("survival never above the life table", f"largest({ALIVE} - mass * s_general)", at_most="1e-9")],
    report={
        "alive at 30 months": f"at({ALIVE}, 2.5)",
        "alive at 5 years": f"at({ALIVE}, 5)",
        "progression-free at 18 months": 'at(occupancy["progression_free"], 1.5)',
        "progression-free at 30 months": 'at(occupancy["progression_free"], 2.5)',
        "months until half have progressed": 'sum(1 if occupancy["progression_free"] > 0.5 * mass else 0)',
        "months until half have died": f"sum(1 if {ALIVE} > 0.5 * mass else 0)",
    },
)


def harms(product: str) -> list[SideEffect]:
    """Side effects of a CAR-T product, of those infused."""
    infection = {
        "cost": "c_infection",
        "disutility": "du_infection",
        "days": "days_infection",
    }
    mild, neuro = f"p_crs_any_{product} - p_crs_severe_{product}", f"p_neuro_severe_{product}"
    return [
        SideEffect("cytokine release", "1-2", incidence=mild, cost="c_crs_mild", loss="du_crs_mild"),
        SideEffect("cytokine release", "3+", incidence=f"p_crs_severe_{product}", cost="c_crs_severe", loss="du_crs_severe"),
        SideEffect("neurological event", "3+", incidence=neuro, cost="c_neuro_severe", loss="du_neuro_severe"),
        SideEffect("infection", "3+", incidence=f"p_infection_{product}", **infection),
        SideEffect("prolonged cytopenia", "3+", incidence="p_cytopenia_car_t", cost="c_cytopenia", loss="du_cytopenia"),
        SideEffect("low immunoglobulin", incidence=f"p_ivig_{product}", cost="months_ivig * g_ivig_month * c_ivig_gram"),
    ]  # fmt: skip


def infusion(product: str, share: str, part: str = "", at: str = "2 months") -> list[Outcome]:
    """A CAR-T product with its stay, side effects and days; `part` marks one that is given later, after another treatment."""
    first = not part
    product_, delivery = ("product", "delivery") if first else (LATER, LATER)
    of = "" if first else "cell therapy"
    events = harms(product) if first else [replace(one, of="later treatment") for one in harms(product)]
    return [
        Cost(f"acquisition{part}", f"{share} * price_{product}_cel * (1 - rebate)", product_, CARE, at=at, of=of),
        Cost(f"stay{part}", f"{share} * (c_lymphodepletion + c_stay)", delivery, CARE, at=at, of=of),
        *side_effects(events, share, at, part),
        Count(f"infusions{part}", share),
        *family(f"{share} * days_car_t", part, at),
    ]


def made_to_order(product: str) -> list[Outcome]:
    """What is done for everyone before infusion: collection, bridging treatment, and what a failed batch costs."""
    return [
        Cost("apheresis", f"p_apheresis_{product} * c_apheresis", "delivery", CARE),
        Cost("bridging", f"p_bridging_{product} * months_bridging_{product} * c_standard_month", "delivery", CARE),
        Cost("failed_batch", f"p_failed_batch_{product} * c_failed_batch", "delivery", CARE),
    ]


def standard_harms(infections: str) -> list[Outcome]:
    """Side effects of the standard arm's drugs."""
    return side_effects(
        [
            SideEffect("infection", "3+", of="chemotherapy", incidence=infections, cost="c_infection",
                       disutility="du_infection", days="days_infection"),
            SideEffect("cytopenia", "3+", of="chemotherapy", incidence="p_cytopenia_standard", cost="c_cytopenia",
                       loss="du_cytopenia"),
        ]
    )  # fmt: skip


ON_DRUG = {"drug_year": "12 * c_standard_month * (1 if cycle < 25 else share_later_drugs)",
           "visits_year": "visits_standard", "gain_now": "0",
           "work_lost_pf": "p_work_lost_standard", "p_exit_fatal": "p_pfs_death"}  # fmt: skip
OFF_DRUG = {"drug_year": "0", "visits_year": "visits_car_t", "gain_now": "gain_treatment_free", "p_next_line": "1",
            "work_lost_pf": "p_work_lost_car_t_first if cycle < 12 else p_work_lost_car_t",
            "p_exit_fatal": "p_pfs_death"}  # fmt: skip


def car_t(
    product: str, title: str, age: str, female: str, points: dict[str, str], arms: Sequence[Strategy]
) -> DecisionTree:
    """A CAR-T product against the standard arm of its trial, by intention to treat."""
    let = {"age_start": age, "p_female": female, **points, **VALUES_OF_TIME}
    return DecisionTree(
        title=title, age="age_start", discount=DISCOUNT, discount_timing="continuous", let=let, strategies=arms
    )


def infused_or_not(product: str, curves: dict[str, str], otherwise: Sequence[Outcome] = ()) -> Chance:
    """The trial's curves hold both, so the branches split costs only."""
    let = OFF_DRUG | curves
    return Chance(
        Branch("infused", f"p_infused_{product}", Leaf(to=LONG_TERM, let=let, outcomes=infusion(product, "1"))),
        Branch("not infused", "C", Leaf(to=LONG_TERM, let=let, outcomes=[*otherwise])),
    )


def meets(arm: str, months: str, point: str) -> Check:
    """Progression-free survival returns the published second point (moved by its sampling error)."""
    at = f"at(occupancy['progression_free'], {months} / 12)"
    back = f"{point} * ({population_alive(f'({months} / 12)', 'life_table', 'age_start', 'p_female')})"
    return Check(f"progression-free at month {months}", at, equals=back, within="0.001")


CILTA_POINTS = {
    **weibull("cilta", [("1", "p_pfs_12_cilta"), ("2.5", "p_pfs_30_cilta")], "p_cured_cilta"),
    **weibull("cilta_soc", [("d_median_pfs_cilta_soc / 12", "0.5"), ("2.5", "p_pfs_30_cilta_soc")]),
    **one_point("os_cilta", "n_cilta", "p_os_30_cilta", "2.5"),
    **one_point("os_cilta_soc", "n_cilta_soc", "p_os_30_cilta_soc", "2.5"),
}
CILTA = car_t(
    "cilta", "Cilta-cel or daratumumab, pomalidomide and dexamethasone in myeloma after one to three lines",
    "age_cilta", "p_female_cilta", CILTA_POINTS,
    [
        Strategy(
            "standard", "Standard: DPd or PVd until progression",
            Leaf(to=LONG_TERM, let=ON_DRUG | {"p_next_line": "1", "s_pfs": survival_through("pfs_cilta_soc", "t", "1"),
                                              "s_os": constant("os_cilta_soc", "2.5")}),
            outcomes=standard_harms("p_infection_cilta_soc"), checks=[meets("cilta_soc", "30", "pfs_cilta_soc_drawn_2")],
        ),
        Strategy(
            "cilta_cel", "Cilta-cel, as intended at randomisation",
            infused_or_not(
                "cilta", {"s_pfs": survival_through("pfs_cilta", "t", "1"), "s_os": constant("os_cilta", "2.5", "p_cured_cilta")},
                infusion("cilta", "p_later_cilta", "_later", "6 months"),
            ),
            outcomes=made_to_order("cilta"), checks=[meets("cilta", "30", "pfs_cilta_drawn_2")],
        ),
    ],
)  # fmt: skip

# Overall survival of KarMMa-3: either the ratio by intention to treat with its crossover paid, or the adjusted one without.
IDE_POINTS = {
    **weibull("ide", [("d_median_pfs_ide / 12", "0.5"), ("1.5", "p_pfs_18_ide")]),
    **weibull("ide_soc", [("d_median_pfs_ide_soc / 12", "0.5"), ("1.5", "p_pfs_18_ide_soc")]),
    **one_point("os_ide", "n_ide", "0.5", "d_median_os_ide / 12"),
    "hr_os_now": "hr_os_ide_adjusted if crossover_adjusted == 1 else hr_os_ide",
    "p_crossover_now": "0 if crossover_adjusted == 1 else p_crossover_ide",
}
IDE_OS = constant("os_ide", "d_median_os_ide / 12")
IDE = car_t(
    "ide", "Ide-cel or a standard regimen in myeloma after two to four lines", "age_ide", "p_female_ide", IDE_POINTS,
    [
        Strategy(
            "standard", "One of five standard regimens, ide-cel after progression for 56%",
            Leaf(to=LONG_TERM, let=ON_DRUG | {"p_next_line": "1 - p_crossover_now",
                                              "s_pfs": survival_through("pfs_ide_soc", "t", "1"),
                                              "s_os": f"({IDE_OS}) ** (1 / hr_os_now)"}),
            outcomes=[*standard_harms("p_infection_ide_soc"), *infusion("ide", "p_crossover_now", "_crossover", "8 months")],
            checks=[meets("ide_soc", "18", "pfs_ide_soc_drawn_2")],
        ),
        Strategy(
            "ide_cel", "Ide-cel, as intended at randomisation",
            infused_or_not("ide", {"s_pfs": survival_through("pfs_ide", "t", "1"), "s_os": IDE_OS}),
            outcomes=made_to_order("ide"), checks=[meets("ide", "18", "pfs_ide_drawn_2")],
        ),
    ],
)  # fmt: skip

FIVE_YEARS = PartitionedSurvival(
    name="five years",
    states=("alive", "dead"),
    curves={"alive": "s_first ** (min(t, 3) / 3) * (s_second / s_first) ** (max(t - 3, 0) / 2)"},
    crossing="error",
    cycle="1 month",
    horizon="60 months",
    within_cycle="half-cycle",
    events="mid",
    let=MORTALITY | {"on_drug": "index_drug + relapse_drug"},
    outcomes=[
        Utility({"alive": "u_drug_free - on_drug * du_on_drug"}),
        Cost("drugs", {"alive": "12 * index_drug * c_imid_month"}, "product", CARE, per="year"),
        Cost("drugs_relapse", {"alive": "12 * relapse_drug * c_imid_month"}, LATER, CARE, per="year", of="chemotherapy"),
        Cost("transplantation", {"alive": "c_transplant if cycle == month_transplant else 0"}, "not separable", CARE, per="cycle"),
        *LostWork(
            value_of_year="output_now",
            absent={"alive": "p_work_lost_drug * on_drug + p_work_lost_free * (1 - on_drug)"},
            alive_in_population="s_general",
            friction_years="d_friction / 12",
            since={"alive": "t"},
            deaths_at_work=("* -> dead",),
            carers={"alive": "visits_transplant_arm * on_drug"},
        ).items(),
        consumption({"alive": "1"}, "c_consumption_year"),
    ],
    report={"alive at 3 years": 'at(occupancy["alive"], 3)', "alive at 5 years": 'at(occupancy["alive"], 5)'},
)  # fmt: skip


def transplantation(name: str, label: str, at: str, points: Sequence[str], drugs: dict[str, str]) -> Strategy:
    """A strategy of the tree of 60 months: when the patient has drugs, when the transplantation."""
    lost = adverse_event_loss("1", "du_transplant", "days_transplant")
    first, second = points
    return Strategy(
        name, label,
        Leaf(to=FIVE_YEARS, let={**drugs, "month_transplant": at, "s_first": first, "s_second": second}),
        outcomes=[
            QALY("transplantation", f"{first} ** ({at} / 36) * ({lost})", at=f"{at} / 12", category="side effects",
                 of="transplant"),
            *absence("transplantation", "days_transplant", friction_days="d_friction * 365.25 / 12", at=f"{at} / 12",
                     share="1 - p_work_lost_drug"),  # of those who still work in spite of the drugs
            *family("days_transplant", at=f"{at} / 12"),
        ],
    )  # fmt: skip


TRANSPLANT_POINTS = {
    **drawn_points("early", ["p_os_36_early", "p_os_60_early"], ["n_early", "n_early * p_os_36_early"], ["z_early_1", "z_early_2"]),
    **drawn_points("late", ["p_os_36_late", "p_os_60_late"], ["n_late", "n_late * p_os_36_late"], ["z_late_1", "z_late_2"]),
}  # fmt: skip
TRANSPLANT = DecisionTree(
    title="Early or late autologous transplantation in newly diagnosed myeloma",
    age="age_start", discount=DISCOUNT, discount_timing="continuous",
    let={"age_start": "age_transplant", "p_female": "p_female_cilta", **TRANSPLANT_POINTS, **VALUES_OF_TIME},
    strategies=[
        transplantation("standard", "Late: drugs for 36 months, then transplantation", "36", ("late_drawn_1", "late_drawn_2"),
                        {"index_drug": "1 if cycle < 36 else 0", "relapse_drug": "0"}),
        transplantation("early", "Early: drugs for 6 months, transplantation, drugs again from month 36", "6",
                        ("early_drawn_1", "early_drawn_2"),
                        {"index_drug": "1 if cycle < 6 else p_maintenance if cycle < 36 else 0",
                         "relapse_drug": "1 if cycle >= 36 else 0"}),
    ],
)  # fmt: skip

MODELS = {"cilta_cel": CILTA, "ide_cel": IDE, "transplantation": TRANSPLANT}
