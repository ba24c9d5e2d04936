"""Axi-cel or salvage chemotherapy after two or more lines of treatment, large B-cell lymphoma.

Two sources that no trial joins: ZUMA-1 (everyone followed for five years) and SCHOLAR-1, whose tail is a stated assumption.
Who is not infused has the survival and the costs of salvage chemotherapy.
"""

from dataclasses import replace

from hecon import (
    QALY,
    Branch,
    Chance,
    Check,
    Cost,
    Count,
    DecisionTree,
    Leaf,
    PartitionedSurvival,
    Strategy,
    Utility,
)
from hecon.parts import (
    LostWork,
    SideEffect,
    consumption,
    drawn_points,
    family,
    mixture_cure_through,
    population_alive,
    side_effects,
    survival_through,
    through_two,
)
from hecon.structure.items import Outcome
from hecon.structure.utilities import adverse_event_loss

CARE = "health care"
EVENT = "event_free -> *"
ALIVE = '(occupancy["event_free"] + occupancy["post_event"])'
TOXICITY = [  # losses of a year that holds the event; what they cost is in `not separable` but for what is beyond it
    SideEffect("cytokine release", "3-4", incidence="p_crs_severe", loss="du_crs_severe", source="howell_2022"),
    SideEffect("neurological event", "3-4", incidence="p_neuro_severe", loss="du_neuro_severe", source="howell_2022"),
    SideEffect("severe events", "beyond six months of care", incidence="1", cost="c_events_beyond"),
    SideEffect("immunoglobulin", incidence="p_ivig", cost="months_ivig * c_ivig_month"),
]
CHEMOTHERAPY = [
    SideEffect("febrile neutropenia", "3-4", "chemotherapy", incidence="p_fn", cost="c_fn", source="kambhampati_2022"),
    SideEffect("anaemia", "3-4", "chemotherapy", incidence="p_anaemia", cost="c_anaemia", source="kambhampati_2022"),
]
WORK = LostWork(
    value_of_year="output_year * working_age",
    absent={"event_free": "lost_event_free", "post_event": "lost_post_event"},
    alive_in_population="s_general",
    friction_years="d_friction / 365.25",
    since={"event_free": "t"},
    absences={EVENT: "max(0, lost_post_event - lost_event_free)"},
    deaths_at_work=("* -> dead",),
    carers={"post_event": "carer_days"},
)


def later_treatment() -> list[Outcome]:
    """Courses and transplantations after an event of the first two years, paid at the event."""
    later = {"category": "subsequent treatment", "sector": CARE, "on": EVENT}
    return [
        Cost(
            "course_later", "course_now * (c_subsequent - years_course * c_post_event_year)", of="chemotherapy", **later
        ),
        Cost("transplant_later", "transplant_now * (c_transplant - 0.5 * c_post_event_year)", of="transplant", **later),
        QALY(
            "transplant_later",
            adverse_event_loss("transplant_now", "du_transplant", "days_transplant"),
            on=EVENT,
            category="side effects",
            of="transplant",
        ),
        Count("courses_later", "course_now", on=EVENT),
        *[replace(one, on=EVENT) for one in family("transplant_now * days_transplant", "_transplant_later")],
    ]


# Curves are relative to the population with the survivors' excess mortality, which holds from the start.
LONG_TERM = PartitionedSurvival(
    name="long term",
    states=("event_free", "post_event", "dead"),
    curves={"event_free": "s_background * s_efs", "post_event": "s_background * s_os"},
    crossing="cap",
    cycle="1 month",
    horizon="42 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "s_general": "exp(-cumulative(r_general * cycle_years))",
        "s_background": "s_general ** smr",
        "s_os": survival_through("os", "t", "family_os"),
        "s_efs": survival_through("efs", "t", "family_efs"),
        "working_age": "1 if age < 65 else 0",
        "lost_event_free": "p_work_lost_first_year if cycle < 12 else 0",
        "lost_post_event": "p_work_lost_post_event if cycle < 60 else 0",
        "carer_days": "days_carer_post_event if cycle < 60 else 0",
        "course_now": "p_course_event if cycle < 24 else 0",
        "transplant_now": "transplant_per_event if cycle < 24 else 0",
        "u_recovered": "u_event_free if survivors_recover == 1 and cycle >= 60 else u_event_free - du_post_event",
    },
    outcomes=[
        Utility({"event_free": "u_event_free", "post_event": "u_recovered"}),
        Cost(
            "follow_up",
            {
                "event_free": "c_follow_up_early if cycle < 24 else c_follow_up_later",
                "post_event": "0 if cycle < 60 else c_follow_up_later",
            },
            per="year",
            category="follow-up",
            sector=CARE,
        ),
        Cost(
            "post_event_care",
            {"post_event": "c_post_event_year if cycle < 60 else 0"},
            per="year",
            category="disease care",
            sector=CARE,
        ),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        *later_treatment(),
        *WORK.items(),
        consumption({"event_free": "1", "post_event": "1"}, "c_consumption_year"),
    ],
    checks=[Check("survival never above the life table", f"largest({ALIVE} - mass * s_general)", at_most="1e-9")],
    report={f"alive at {years} years": f"at({ALIVE}, {years})" for years in (1, 2, 3, 4, 5, 10)},
)


def _population(year: str) -> str:
    """Survival of the population with the survivors' excess mortality."""
    return f"({population_alive(year, 'life_table', 'age_start', 'p_female')}) ** smr"


def axi_cel_curves() -> dict[str, str]:
    """Survival of the infused through three points; event-free survival likewise."""
    let = {"transplant_per_event": "p_transplant_axi / (1 - p_efs_24_trial_axi)"}
    for name in ("os", "efs"):
        words = ("early", "middle", "late")
        points = [f"p_{name}_{word}_axi" for word in words]
        years = [f"d_{name}_{word} / 12" for word in words]
        own = {f"{name}_population_{k}": _population(year) for k, year in enumerate(years, start=1)}
        at_risk = ["n_axi", f"n_axi * {points[0]}", f"n_axi * {points[1]}"]
        errors = [f"z_os_{k}_axi" for k in (1, 2, 3)]
        if name == "efs":
            errors = [
                f"rho_efs_os * {z} + sqrt(1 - rho_efs_os ** 2) * z_efs_{k}_axi" for k, z in enumerate(errors, start=1)
            ]
        let |= own | drawn_points(name, points, at_risk, errors, list(own))
        relative = [(year, f"{name}_drawn_{k}") for k, year in enumerate(years, start=1)]
        let |= mixture_cure_through(name, relative, f"family_{name}", without_plateau="no cure")
    return let


def salvage_curves() -> dict[str, str]:
    """SCHOLAR-1: survival through its median and 24 months with a stated tail; event-free: response, then the tail."""
    own = {f"os_population_{k}": _population(year) for k, year in ((1, "d_median_os_soc / 12"), (2, "2"))}
    errors = ["z_os_1_soc", "z_os_2_soc"]
    let = own | drawn_points("os", ["0.5", "p_os_24_soc"], ["n_soc", "0.5 * n_soc"], errors, list(own))
    points = [("d_median_os_soc / 12", "os_drawn_1"), ("2", "os_drawn_2")]
    let |= through_two("os", points, "family_os", cure="p_tail_soc * os_drawn_2")
    return let | {
        # a share p_orr_soc is without event after three months; from then on, and before, at a constant hazard but for the cured
        "efs_cure": "os_cure",
        "s_efs": "efs_cure + (1 - efs_cure) * ((p_orr_soc - efs_cure) / (1 - efs_cure)) ** (t / 0.25)",
        "transplant_per_event": "0",
    }


def meets() -> list[Check]:
    """The infused's curves, relative to the population, meet their points and have a plateau."""
    found = []
    for what, name in (("overall survival", "os"), ("event-free survival", "efs")):
        for k, word in enumerate(("early", "middle", "late"), start=1):
            value = survival_through(name, f"d_{name}_{word} / 12", f"family_{name}")
            found.append(
                Check(f"{what} of the infused at the {word} point", value, f"{name}_drawn_{k}", within="0.001")
            )
        found.append(Check(f"{what} has a plateau", f"-{name}_bend", at_most="0"))
    return found


def salvage_meets() -> list[Check]:
    """The curve of salvage chemotherapy meets its median and its point at 24 months."""
    points = {"its median": ("d_median_os_soc / 12", 1), "24 months": ("2", 2)}
    return [
        Check(
            f"salvage: survival at {what}", survival_through("os", year, "family_os"), f"os_drawn_{k}", within="0.001"
        )
        for what, (year, k) in points.items()
    ]


AXI_CEL = axi_cel_curves()
SALVAGE = salvage_curves()


def chemotherapy() -> list[Outcome]:
    """Salvage chemotherapy with the transplantations that follow it, their side effects and days."""
    at = "3 months"
    lost = adverse_event_loss("p_transplant_soc", "du_transplant", "days_transplant")
    lump = {"category": "not separable", "of": "transplant", "sector": CARE}
    return [
        Cost("salvage", "c_salvage", category="delivery", sector=CARE),
        *side_effects(CHEMOTHERAPY),
        QALY(
            "salvage", adverse_event_loss("1", "du_salvage", "days_salvage"), category="side effects", of="chemotherapy"
        ),
        *family("days_chemo", "_salvage"),
        Cost("transplant", "p_transplant_soc * c_transplant", at=at, **lump),
        QALY("transplant", lost, at=at, category="side effects", of="transplant"),
        *family("p_transplant_soc * days_transplant", "_transplant", at),
    ]


def infusion() -> list[Outcome]:
    """The product with its care, side effects and days."""
    return [
        Cost("acquisition", "price_axi_cel * (1 - rebate)", category="product", sector=CARE),
        Cost("lymphodepletion", "c_lymphodepletion", category="delivery", sector=CARE),
        Cost("care_after_infusion", "c_post_infusion", category="not separable", of="product", sector=CARE),
        *side_effects(TOXICITY),
        Count("infusions", "1"),
        *family("days_car_t"),
    ]


MODEL = DecisionTree(
    title="Axi-cel or salvage chemotherapy in third-line large B-cell lymphoma",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        "smr": "1 + smr_excess",
        "day_of_care_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",
        "day_of_care": "wage_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",
        "day_of_patient": "wage_hour * hours_day * (1 - p_employed)",
        "output_year": "wage_hour * hours_day * days_work_year * p_employed",
        "c_events_beyond": "(p_crs_severe - p_crs_lump) * c_crs_severe + (p_neuro_severe - p_neuro_lump) * c_neuro_severe",
    },
    strategies=[
        Strategy(
            "salvage",
            "Salvage chemotherapy",
            Leaf(to=LONG_TERM, let=SALVAGE, outcomes=chemotherapy(), checks=salvage_meets()),
        ),
        Strategy(
            "axi_cel",
            "Axi-cel, as intended at leukapheresis",
            Chance(
                Branch("infused", "p_infused", Leaf(to=LONG_TERM, let=AXI_CEL, outcomes=infusion(), checks=meets())),
                Branch(
                    "not infused", "C", Leaf(to=LONG_TERM, let=SALVAGE, outcomes=chemotherapy(), checks=salvage_meets())
                ),
            ),
            outcomes=[Cost("leukapheresis", "c_leukapheresis", category="delivery", sector=CARE)],
        ),
    ],
)
