"""Headroom: one comparator with published points, one product of which little is known; rows of values are scenarios of the case.

`add_on` acts on death (a hazard ratio), quality of life or the share of patients with some benefit; `guided` tests and treats.
"""

from hecon import QALY, Branch, Chance, Check, Cost, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.parts import LostWork, Manufacturing, SideEffect, absence, side_effects
from hecon.structure.items import Outcome

CARE = "health care"
MAKE = Manufacturing(  # of Amsterdam's batch of 2015-18, brought to what it cost in 2021, in the row's money
    facility="make_scale * 750000",
    capacity="100",
    staff_batch="make_scale * 18000",
    consumables="make_scale * 10000",
    failure="p_failed",
    doses="n_doses_batch",
    infused="p_infused",
)
WORK = LostWork(
    value_of_year="output_year",
    absent={"alive": "p_absent"},
    alive_in_population="s_population",
    friction_years="d_friction / 365.25",
    since={"alive": "t"},
    deaths_at_work=("* -> dead",),
)
LIFE = PartitionedSurvival(
    name="after the decision",
    states=("alive", "dead"),
    curves={"alive": "exp(-own - hr_now * known - (1 if cured > 0.5 else hr_now) * later)"},
    crossing="error",
    cycle="1 month",
    horizon="40 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "own": "cumulative(r_general * cycle_years)",  # the population's hazard
        "s_population": "exp(-own)",
        # the comparator's hazard is constant between its published points, which stay inputs
        "years_1": "months_1 / 12",
        "years_2": "months_2 / 12",
        "years_3": "months_3 / 12",
        "hazard_1": "-log(p_alive_1) / years_1",
        "hazard_2": "-log(p_alive_2 / p_alive_1) / (years_2 - years_1)",
        "hazard_3": "-log(p_alive_3 / p_alive_2) / (years_3 - years_2)",
        "through_points": "hazard_1 * min(t, years_1) + hazard_2 * max(0, min(t, years_2) - years_1)"
        " + hazard_3 * max(0, min(t, years_3) - years_2)",
        # the product changes the hazard above the population's up to the last point, and after it unless those alive are cured
        "known": "through_points - cumulative((r_general if t < years_3 else 0) * cycle_years)",
        "excess_later": "(smr - 1) * r_general if cured > 0.5 else max(0, hazard_3 - r_general)",
        "later": "cumulative((excess_later if t >= years_3 else 0) * cycle_years)",
        "hr_now": "1",  # the comparator's; the product's leaf says its own
        "u_added": "0",
        "output_year": "wage_hour * hours_year * p_employed * (1 if age >= 20 and age < age_retirement else 0)",
    },
    outcomes=[
        Utility({"alive": "u_alive + (u_added if t_mid < d_gain else 0)"}),
        Cost("care", {"alive": "c_alive_year"}, per="year", category="disease care", sector=CARE),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        *WORK.items(),
    ],
    checks=[Check("the comparator dies no slower than the population", "largest(-known)", at_most="0.01")],
    report={
        **{f"alive at year {n}": f"at(occupancy['alive'], {n})" for n in (1, 2, 5)},
        "manufacturing cost of an infusion": "make_infused",
    },
)  # fmt: skip


def harm(what: str, share: str = "1", part: str = "") -> list[Outcome]:
    """The harm of the product or of its comparator, in one line each."""
    suffix = "" if what == "product" else "_comparator"
    line = SideEffect(
        f"harm of the {what}",
        of="product",
        incidence=f"p_harm{suffix}",
        cost=f"c_harm{suffix}",
        loss=f"du_harm{suffix}",
    )
    return side_effects([line], share=share, part=part)


def comparator(share: str = "1") -> list[Outcome]:
    """What the comparator's own treatment costs, for those who still get it."""
    return [
        Cost("comparator", f"({share}) * c_comparator", category="product", sector=CARE),
        Cost("comparator_delivery", f"({share}) * c_comparator_delivery", category="delivery", sector=CARE),
        *harm("comparator", share=share),
    ]


MANUFACTURE = {
    "make_scale": "eur_rate * 67547 / 35500",
    **MAKE.let("make"),  # make_infused: of an infusion, for a patient who gets it
}
ADD_ON = DecisionTree(
    title="A product of which little is known, beside what is given today",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let=MANUFACTURE,
    strategies=[
        Strategy("comparator", "What is given today", Leaf(to=LIFE, outcomes=comparator())),
        Strategy(
            "product",
            "The product",
            Leaf(
                to=LIFE,
                let={"hr_now": "hr", "u_added": "u_gain"},
                outcomes=[
                    *comparator("1 - replaces"),
                    Cost("product", "n_infusions * price", category="product", sector=CARE),
                    Cost("delivery", "c_delivery", category="delivery", sector=CARE),
                    *harm("product"),
                    Cost("of_the_benefit", "gain_share * cost_case", category="disease care", sector=CARE),
                    QALY("of_the_benefit", "gain_share * q_case", category="disease care"),
                ],
            ),
        ),
    ],
)


def treated(benefit: str) -> Leaf:
    """Treated: its cost, published as one lump, and the QALYs of those who respond."""
    return Leaf(
        outcomes=[
            Cost("treatment", "c_treatment", category="not separable", sector=CARE),
            QALY("response", benefit, category="disease care"),
            *absence("treatment_days", "days_off", "wage_hour * 8 * p_employed", friction_days="d_friction"),
        ]
    )


GUIDED = DecisionTree(
    title="Treat those whom a test calls responders, or all, or nobody",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={"p_called": "p_respond * accuracy + (1 - p_respond) * (1 - accuracy)"},
    strategies=[
        Strategy("comparator", "Treat all", treated("p_respond * q_case")),
        Strategy("nobody", "Treat nobody", Leaf()),
        Strategy(
            "product",
            "Test, and treat those it calls responders",
            Chance(
                Branch("called a responder", "p_called", treated("p_respond * accuracy / p_called * q_case")),
                Branch("called a non-responder", "C", Leaf()),
            ),
            outcomes=[Cost("test", "price", category="delivery", sector=CARE)],
        ),
    ],
)
MODELS = {"add_on": ADD_ON, "guided": GUIDED}
