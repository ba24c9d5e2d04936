"""A made-up rhythm disease: tablets for life, or a device that is implanted once. Monthly cycles; no clinical meaning."""

from hecon import QALY, Branch, Chance, Cost, DecisionTree, Leaf, MarkovModel, Strategy, Utility

HEALTH = "health care"
LONG_TERM = MarkovModel(
    name="long term",
    states=("stable", "stroke", "dead"),
    cycle="1 month",
    horizon="40 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "c_treatment": "c_tablets",
        "r_stroke_arm": "r_stroke",
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "p_die_stable": "rate_to_prob(r_general, cycle_years)",
        "p_die_stroke": "rate_to_prob(r_general * smr_stroke, cycle_years)",
        "p_stroke_now": "(1 - p_die_stable) * rate_to_prob(r_stroke_arm, cycle_years)",
        "u_norm": "norms[age_mid]",
        "c_check": "c_check_device if cycle < years_checked * 12 else 0",
        "checked": "0",
    },
    transitions={
        "stable -> stroke": "p_stroke_now",
        "stable -> dead": "p_die_stable",
        "stroke -> dead": "p_die_stroke",
    },
    outcomes=[
        Cost("treatment",
             {"stable": "12 * c_treatment", "stroke": "12 * c_treatment"}, per="year", category="product", sector=HEALTH),
        Cost("checks",
             {"stable": "checked * c_check", "stroke": "checked * c_check"}, per="year", category="follow-up", sector=HEALTH),
        Cost("stroke_care", {"stroke": "c_stroke_later"}, per="year", category="disease care", sector=HEALTH),
        Cost("stroke_event", "c_stroke_admission + c_stroke_extra", on="stable -> stroke", category="disease care", sector=HEALTH),
        Cost("last_months", "c_last_months", on="* -> dead", category="end of life", sector=HEALTH),
        Cost("care_at_home", {"stroke": "52 * hours_home * c_hour"}, per="year", category="informal care", sector="informal care"),
        Utility({"stable": "u_stable * u_norm", "stroke": "u_stroke * u_norm"}),
        QALY("stroke_event", "-du_stroke * weeks_stroke / 52", on="stable -> stroke", category="disease care"),
    ],
)  # fmt: skip
TABLETS = Leaf(
    to=LONG_TERM,
    start="stable",
    outcomes=[
        Cost("bleeding", "p_bleed_tablets * c_bleed", category="side effects", of="product", sector=HEALTH),
        QALY("bleeding", "-p_bleed_tablets * du_bleed * days_bleed / 365.25", category="side effects", of="product"),
    ],
)
IMPLANTED = Leaf(
    to=LONG_TERM,
    start="stable",
    let={"c_treatment": "0", "r_stroke_arm": "r_stroke * hr_stroke_device", "checked": "1"},
    outcomes=[
        Cost("device", "price_device - discount_device * price_device", category="product", sector=HEALTH),
        Cost("theatre", "minutes_theatre * c_minute", category="delivery", sector=HEALTH),
        Cost("bleeding", "p_bleed_device * c_bleed", category="side effects", of="product", sector=HEALTH),
        QALY("bleeding", "-p_bleed_device * du_bleed * days_bleed / 365.25", category="side effects", of="product"),
    ],
)
MODEL = DecisionTree(
    title="A made-up rhythm disease: tablets or a device",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    strategies=[
        Strategy("tablets", "Tablets for life", TABLETS),
        Strategy(
            "device",
            "Device, as intended",
            Chance(
                Branch("implanted", "p_implanted", IMPLANTED),
                Branch("not possible", "C", TABLETS),
            ),
            outcomes=[Cost("imaging", "c_imaging", category="delivery", sector=HEALTH)],
        ),
    ],
)
