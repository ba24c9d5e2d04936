"""Surgery and radiation, with or without temozolomide, in newly diagnosed glioblastoma.

Partitioned survival; overall survival goes exactly through the five published points of each arm, which are inputs.
"""

from collections.abc import Sequence

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
YEARS = (2, 3, 4, 5)
POINTS = ("median", *(str(12 * year) for year in YEARS))

# surgery, radiation, stays and follow-up of treatment are one published amount, in both arms
TREATMENT: list[Outcome] = [
    Cost("surgery_and_radiation", "c_treatment", category="not separable", sector=CARE),
    *absence("treatment_work", "d_away", friction_days="d_friction", share="1 - p_away_stable"),
    *family("d_care"),
]
BLOOD = SideEffect(
    "blood toxicity", grade="3-4", of="chemotherapy", incidence="p_blood", cost="c_blood", disutility="du_blood", days="d_blood",
    source="van_genugten_2009",
)  # fmt: skip
TEMOZOLOMIDE: list[Outcome] = [
    Cost("temozolomide", "c_temozolomide", category="product", sector=CARE),
    Cost("monitoring", "c_monitoring", category="delivery", sector=CARE),
    *side_effects([BLOOD]),
]
LOST_WORK = LostWork(
    "output_year",
    {"stable": "p_away_stable", "progressive": "p_away_progressive"},
    alive_in_population="s_population",
    friction_years="d_friction / 365.25",
    since={"stable": "t"},
    absences={"stable -> *": "p_away_progressive - p_away_stable"},
    deaths_at_work=("* -> dead",),
    carers={"stable": "n_care_stable", "progressive": "n_care_progressive"},
)


def through_all(name: str, times: Sequence[str], late: str) -> str:
    """Formula: cumulative hazard of death, constant between the drawn points; after the last, `f_late` times `late`.

    >>> through_all("os", ["1"], "late_rt")
    '-log(os_drawn_1) / (1) * min(t, 1) + f_late * late_rt * max(t - (1), 0)'
    """
    parts, before, alive = [], "", "1"
    for k, time in enumerate(times, start=1):
        drawn = f"{name}_drawn_{k}"
        fall, length = (f"{drawn} / {alive}", f"({time} - {before})") if before else (drawn, f"({time})")
        rate = f"-log({fall}) / {length}"
        parts.append(f"{rate} * max(min(t, {time}) - {before}, 0)" if before else f"{rate} * min(t, {time})")
        before, alive = time, drawn
    return " + ".join((*parts, f"f_late * {late} * max(t - ({before}), 0)"))


def curves(arm: str) -> dict[str, str]:
    """The drawn points of an arm and its progression-free curve through two of its own."""
    published = ["0.5", *(f"p_os_{point}_{arm}" for point in POINTS[1:])]
    at_risk = [f"n_{arm}", *(f"n_{arm} * {alive}" for alive in published[:-1])]
    pfs = drawn_points(
        f"pfs_{arm}", ["0.5", f"p_pfs_24_{arm}"], [f"n_{arm}", f"n_{arm} * 0.5"], [f"z_pfs_{arm}", f"z_pfs_24_{arm}"]
    )
    ends = [(f"d_median_pfs_{arm} / 12", f"pfs_{arm}_drawn_1"), ("2", f"pfs_{arm}_drawn_2")]
    return {
        **drawn_points(f"os_{arm}", published, at_risk, [f"z_os_{point}_{arm}" for point in POINTS]),
        **pfs,
        **through_two(f"pfs_{arm}", ends, WEIBULL),
    }


# the hazard of months 48 to 60, which goes on; with temozolomide it may become that of radiation alone
LATE = {
    "late_rt": "-log(os_rt_drawn_5 / os_rt_drawn_4)",
    "late_tmz": "-effect_late * log(os_tmz_drawn_5 / os_tmz_drawn_4) + (1 - effect_late) * late_rt",
}


LONG_TERM = PartitionedSurvival(
    name="long term",
    states=("stable", "progressive", "dead"),
    curves={"stable": "s_pfs", "progressive": "s_os"},
    crossing="cap",
    cycle="1 month",
    horizon="30 years",
    within_cycle="half-cycle",
    events="mid",
    let={
        "r_general": "mortality_rate(life_table, age, p_female, age_start)",
        "s_population": "exp(-cumulative(r_general * cycle_years))",
        "s_os": "hazard_floor(h_os, r_general)",
        "output_year": "p_employed * hours_week * 52 * wage_hour if age < age_retirement else 0",
    },
    outcomes=[
        Utility({"stable": "u_stable", "progressive": "u_progressive"}),
        Cost("follow_up", {"stable": "c_stable_year"}, per="year", category="follow-up", sector=CARE),
        Cost(
            "progressive_care", {"progressive": "c_progressive_year"}, per="year", category="disease care", sector=CARE
        ),
        Cost(
            "later_lines",
            "0 if s_pfs > s_os else p_later * c_later_line",
            on="stable -> *",
            category="subsequent treatment",
            of="chemotherapy",
            sector=CARE,
        ),
        Cost("end_of_life", "c_end_of_life", on="* -> dead", category="end of life", sector=CARE),
        *LOST_WORK.items(),
        consumption({"stable": "1", "progressive": "1"}, "c_consumption_year"),
    ],
    report={f"alive at {year} years": f"at({ALIVE}, {year})" for year in YEARS},
    checks=[Check("survival never above the life table", f"largest({ALIVE} - s_population)", at_most="1e-9")],
)


def arm(name: str, label: str, code: str, outcomes: list[Outcome]) -> Strategy:
    """A strategy; its curve returns each published point."""
    times = [f"d_median_os_{code} / 12", *map(str, YEARS)]
    exact = [
        Check(f"alive at {year} years", f"at({ALIVE}, {year})", equals=f"os_{code}_drawn_{k}", within="1e-9")
        for k, year in enumerate(YEARS, start=2)
    ]
    let = {
        "s_pfs": survival_through(f"pfs_{code}", "t", WEIBULL),
        "h_os": through_all(f"os_{code}", times, f"late_{code}"),
        "p_later": f"p_later_{code}",
    }
    return Strategy(name, label, Leaf(to=LONG_TERM, let=let, outcomes=outcomes, checks=exact))


MODEL = DecisionTree(
    title="Surgery and radiation with or without temozolomide in glioblastoma",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        **curves("rt"),
        **curves("tmz"),
        **LATE,
        "day_of_work": "p_employed * hours_week / 7 * wage_hour",
        "day_of_care_work": "hours_care_day * p_carer_employed * wage_hour",
        "day_of_care": "hours_care_day * (1 - p_carer_employed) * c_informal_hour",
        "day_of_patient": "hours_care_day * (1 - p_employed) * c_informal_hour",
        "c_oop_day": "c_travel_day",
    },
    strategies=[
        arm("radiation", "Surgery and radiation", "rt", TREATMENT),
        arm(
            "radiation_temozolomide",
            "Surgery, radiation and temozolomide",
            "tmz",
            [*TREATMENT, *TEMOZOLOMIDE],
        ),
    ],
)
