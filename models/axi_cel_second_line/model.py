"""Axi-cel or salvage chemotherapy with autologous transplantation, second line, large B-cell lymphoma.

Mixture-cure survival by intention to treat, solved through the published points inside the model. The tree splits costs only,
because the curves hold what it leads to; what follows an event is paid at the event.
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
LATER = [replace(one, of="later treatment") for one in TOXICITY]
CHEMOTHERAPY = [
    SideEffect("febrile neutropenia", "3-4", "chemotherapy", incidence="p_fn", cost="c_fn", source="kambhampati_2022"),
    SideEffect("anaemia", "3-4", "chemotherapy", incidence="p_anaemia", cost="c_anaemia", source="kambhampati_2022"),
    SideEffect("leukopenia", "3-4", "chemotherapy", incidence="p_leukopenia", cost="c_leukopenia"),
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


def on_event(items: list[Outcome]) -> list[Outcome]:
    """Items of a treatment, paid when an event leads to it."""
    return [replace(one, at="", on=EVENT) for one in items]  # type: ignore[call-arg]  # a Utility is never among them


def later_cell_therapy() -> list[Outcome]:
    """A CAR-T product after an event: a share of the events of the first four years."""
    share = "cell_therapy_now"
    care = "c_leukapheresis + c_lymphodepletion + c_post_infusion - 0.5 * c_post_event_year"  # that half-year is in it
    later = {"category": "subsequent treatment", "of": "cell therapy", "sector": CARE}
    paid = f"{share} * crossover_costed"
    return on_event(
        [
            Cost("cell_therapy_later", f"{paid} * price_later * (1 - rebate_later)", **later),
            Cost("cell_therapy_later_care", f"{paid} * ({care})", **later),
            *[one for one in side_effects(LATER, share=share) if one.kind == "qaly"],
            *[one for one in side_effects(LATER, share=paid) if one.kind == "cost"],
            Count("cell_therapies_later", share),
            *family(f"{paid} * days_car_t", "_later"),
        ]
    )


def other_later_treatment() -> list[Outcome]:
    """Courses without cells, and transplantations after them, at the event that leads to them."""
    later = {"category": "subsequent treatment", "sector": CARE}
    course = "c_subsequent - years_course * c_post_event_year"
    return on_event(
        [
            Cost("course_later", f"course_now * ({course})", of="chemotherapy", **later),
            Cost("transplant_later", "transplant_now * (c_asct - 0.5 * c_post_event_year)", of="transplant", **later),
            QALY(
                "transplant_later",
                adverse_event_loss("transplant_now", "du_asct", "days_asct"),
                category="side effects",
                of="later treatment",
            ),
            Count("courses_later", "course_now"),
        ]
    )


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
        "treated_again": "1 if cycle < 48 else 0",  # the follow-up in which the shares were seen; later leavers die
        "cell_therapy_now": "treated_again * cell_therapy_per_event",
        "course_now": "treated_again * course_per_event",
        "transplant_now": "treated_again * transplant_per_event",
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
        *later_cell_therapy(),
        *other_later_treatment(),
        *WORK.items(),
        consumption({"event_free": "1", "post_event": "1"}, "c_consumption_year"),
    ],
    checks=[Check("survival never above the life table", f"largest({ALIVE} - mass * s_general)", at_most="1e-9")],
    report={
        "alive at 5 years": f"at({ALIVE}, 5)",
        "alive at 10 years": f"at({ALIVE}, 10)",
        "event-free at 5 years": 'at(occupancy["event_free"], 5)',
        "months until half have died": f"sum(1 if {ALIVE} > 0.5 * mass else 0)",
        "share of QALYs event-free": 'sum(occupancy["event_free"] * u_event_free * (1 + dr_effect) ** -t)'
        ' / sum((occupancy["event_free"] * u_event_free + occupancy["post_event"] * u_recovered) * (1 + dr_effect) ** -t)',
    },
)


def curves(arm: str, overall: list[str]) -> dict[str, str]:
    """The arm's two curves, through three points each; `overall` are the points of overall survival."""
    free = [f"p_efs_{when}_{arm}" for when in ("early", "middle", "late")]
    months = {
        "os": ["d_os_early", "d_os_middle", "d_os_late"],
        "efs": [f"d_efs_early_{arm}", "d_efs_middle", "d_efs_late"],
    }
    errors = {
        "os": [f"z_os_{k}_{arm}" for k in (1, 2, 3)],
        "efs": [f"rho_efs_os * z_os_{k}_{arm} + sqrt(1 - rho_efs_os ** 2) * z_efs_{k}_{arm}" for k in (1, 2, 3)],
    }
    let = {f"os_p_{k}": point for k, point in enumerate(overall, start=1)}
    let |= {f"efs_p_{k}": point for k, point in enumerate(free, start=1)}
    for name in ("os", "efs"):
        points = [f"{name}_p_{k}" for k in (1, 2, 3)]
        at_risk = [f"n_{arm}", f"n_{arm} * {name}_p_1", f"share_followed * n_{arm} * {name}_p_2"]
        years = [f"{month} / 12" for month in months[name]]
        alive = {f"{name}_population_{k}": _population(year) for k, year in enumerate(years, start=1)}
        let |= alive | drawn_points(name, points, at_risk, errors[name], list(alive))
        relative = [(year, f"{name}_drawn_{k}") for k, year in enumerate(years, start=1)]
        let |= mixture_cure_through(name, relative, f"family_{name}", without_plateau="no cure")
    return let


def _population(year: str) -> str:
    """Survival of the population with the survivors' excess mortality."""
    return f"({population_alive(year, 'life_table', 'age_start', 'p_female')}) ** smr"


def meets(arm: str) -> list[Check]:
    """Each curve, relative to the population, meets its points and has a plateau."""
    found = []
    for what, name in (("overall survival", "os"), ("event-free survival", "efs")):
        for k, word in enumerate(("early", "middle", "late"), start=1):
            month = f"d_efs_early_{arm}" if (name, word) == ("efs", "early") else f"d_{name}_{word}"
            value = survival_through(name, f"{month} / 12", f"family_{name}")
            found.append(Check(f"{what} at the {word} point", value, f"{name}_drawn_{k}", within="0.001"))
        found.append(Check(f"{what} has a plateau", f"-{name}_bend", at_most="0"))
    return found


def infusion() -> list[Outcome]:
    """The index product, with its care, side effects and days."""
    return [
        Cost("acquisition", "price_axi_cel * (1 - rebate)", category="product", sector=CARE),
        Cost("lymphodepletion", "c_lymphodepletion", category="delivery", sector=CARE),
        Cost("care_after_infusion", "c_post_infusion", category="not separable", of="product", sector=CARE),
        *side_effects(TOXICITY),
        Count("infusions", "1"),
        *family("days_car_t"),
    ]


def transplant(share: str) -> list[Outcome]:
    """The planned transplantation at three months; survival of the arm already has its effect."""
    at = "3 months"
    return [
        Cost("transplant", f"{share} * c_asct", category="not separable", of="transplant", sector=CARE, at=at),
        QALY(
            "transplant",
            adverse_event_loss(share, "du_asct", "days_asct"),
            at=at,
            category="side effects",
            of="transplant",
        ),
        Count("transplants", share),
        *family(f"{share} * days_transplant", "_transplant", at),
    ]


# A share of all who are randomised -> a share of those with an event in the published follow-up, so that cost follows event
STANDARD = {
    "crossed": "p_crossover / p_crossover_trial",  # 1 as in the trial
    **curves(
        "soc",
        [
            f"p_os_{w}_soc ** crossed * p_os_{w}_axi ** ((1 - crossed) / hr_adjusted)"
            for w in ("early", "middle", "late")
        ],
    ),
    "cell_therapy_per_event": "p_crossover / (1 - p_efs_late_trial_soc)",
    "course_per_event": "(p_course_soc + p_third_line_cell_soc * (1 - crossed)) / (1 - p_efs_late_trial_soc)",
    "transplant_per_event": "0",
}
AXI_CEL = {
    **curves("axi", [f"p_os_{w}_axi" for w in ("early", "middle", "late")]),
    "cell_therapy_per_event": "p_cell_later_axi / (1 - p_efs_late_trial_axi)",
    "course_per_event": "p_course_axi / (1 - p_efs_late_trial_axi)",
    "transplant_per_event": "p_transplant_later_axi / (1 - p_efs_late_trial_axi)",
}

MODEL = DecisionTree(
    title="Axi-cel or salvage chemotherapy with autologous transplantation in second-line large B-cell lymphoma",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        "smr": "1 + smr_excess",
        "day_of_care_work": "wage_hour * hours_day * p_employed * p_carer_cuts_work",  # of a carer's day: paid work lost
        "day_of_care": "wage_hour * hours_day * (1 - p_employed * p_carer_cuts_work)",  # and the rest of it
        "day_of_patient": "wage_hour * hours_day * (1 - p_employed)",  # the patient's lost work is in LostWork
        "output_year": "wage_hour * hours_day * days_work_year * p_employed",
        "responses": "p_cr + p_pr + p_no_response",  # 1, unless one share is varied alone
        "c_events_beyond": "(p_crs_severe - p_crs_lump) * c_crs_severe + (p_neuro_severe - p_neuro_lump) * c_neuro_severe",
    },
    strategies=[
        Strategy(
            "standard",
            "Salvage chemotherapy, autologous transplantation for responders",
            Chance(
                Branch("complete response", "p_cr / responses", Leaf(to=LONG_TERM, outcomes=transplant("p_asct_cr"))),
                Branch("partial response", "p_pr / responses", Leaf(to=LONG_TERM, outcomes=transplant("p_asct_pr"))),
                Branch("no response", "C", Leaf(to=LONG_TERM)),
            ),
            let=STANDARD,
            outcomes=[
                Cost("salvage", "c_salvage", category="delivery", sector=CARE),
                *side_effects(CHEMOTHERAPY),
                QALY(
                    "salvage",
                    adverse_event_loss("1", "du_salvage", "days_salvage"),
                    category="side effects",
                    of="chemotherapy",
                ),
                *family("days_chemo", "_salvage"),
            ],
            checks=meets("soc"),
        ),
        Strategy(
            "axi_cel",
            "Axi-cel, as intended at randomisation",
            Chance(
                Branch("infused", "p_infused", Leaf(to=LONG_TERM, outcomes=infusion())),
                Branch("not infused", "C", Leaf(to=LONG_TERM)),
            ),
            let=AXI_CEL,
            outcomes=[Cost("leukapheresis", "c_leukapheresis", category="delivery", sector=CARE)],
            checks=meets("axi"),
        ),
    ],
)
