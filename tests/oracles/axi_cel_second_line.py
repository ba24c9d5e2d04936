"""Axi-cel or salvage and transplantation by plain loops over months, straight from the CSV inputs: the slow twin.

Curves are solved by bisection, which the model does not use. Lost work and consumption are the parts' own and tested there.
"""

import csv
from math import erfc, exp, log, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

Numbers = dict[str, float]
WHEN = ("early", "middle", "late")


def read(folder: Path) -> tuple[Numbers, dict[int, Numbers]]:
    """Values by name and the life table."""
    with open(folder / "parameters.csv", newline="") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    with open(folder / "life_table.csv", newline="") as file:
        life = {int(row["age"]): {k: float(v) for k, v in row.items()} for row in csv.DictReader(file)}
    return p, life


def run(folder: Path, months: int = 504, **changes: float) -> dict[str, Any]:
    """Strategy -> cost, QALYs and counts by item, life-years."""
    p, life = read(folder)
    assert not set(changes) - set(p), set(changes) - set(p)
    p |= changes
    crossed = p["p_crossover"] / p["p_crossover_trial"]
    soc = [p[f"p_os_{w}_soc"] ** crossed * p[f"p_os_{w}_axi"] ** ((1 - crossed) / p["hr_adjusted"]) for w in WHEN]
    events = 1 - p["p_efs_late_trial_soc"]
    courses = p["p_course_soc"] + p["p_third_line_cell_soc"] * (1 - crossed)
    shares = (p["p_crossover"] / events, courses / events, 0.0)
    events = 1 - p["p_efs_late_trial_axi"]
    axi = tuple(p[name] / events for name in ("p_cell_later_axi", "p_course_axi", "p_transplant_later_axi"))
    return {
        "standard": arm("soc", standard(p), soc, shares, p, life, months),
        "axi_cel": arm("axi", axi_cel(p), [p[f"p_os_{w}_axi"] for w in WHEN], axi, p, life, months),
    }


def alive(years: float, p: Numbers, life: dict[int, Numbers]) -> float:
    """Survival of the population from the starting age; a constant hazard within each year."""

    def whole(count: int) -> float:
        women, men = p["p_female"], 1 - p["p_female"]
        for age in range(int(p["age_start"]), int(p["age_start"]) + count):
            women *= 1 - life[age]["qx_female"]
            men *= 1 - life[age]["qx_male"]
        return women + men

    year = int(years + 1e-9)
    return whole(year) * (whole(year + 1) / whole(year)) ** (years - year)


def drawn(points: list[float], at_risk: list[float], z: list[float], own: list[float]) -> list[float]:
    """Relative survival at the points, each interval moved on its logit."""
    found, before, own_before, relative = [], 1.0, 1.0, 1.0
    for point, n, error, population in zip(points, at_risk, z, own, strict=True):
        seen, b = point / before, population / own_before
        q = seen / b
        se = sqrt(seen * (1 - seen) / n) / b / (q * (1 - q))
        relative *= 1 / (1 + exp(-(log(q / (1 - q)) + error * se)))
        found.append(relative)
        before, own_before = point, population
    return found


def score(s: float, family: float) -> float:
    return {1: lambda: log(-log(s)), 2: lambda: -NormalDist().inv_cdf(s), 3: lambda: log((1 - s) / s)}[int(family)]()


def solve(years: list[float], points: list[float], family: float) -> Any:
    """Survival relative to the population as a function of time: cure by bisection, or none where nothing bends."""
    x = [log(t) for t in years]
    weight = (x[1] - x[0]) / (x[2] - x[0])

    def gap(cure: float) -> float:
        a, b, c = (score((s - cure) / (1 - cure), family) for s in points)
        return b - (1 - weight) * a - weight * c

    low, high = 0.0, points[2]
    if gap(0.0) > 0:
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if middle < points[2] and gap(middle) > 0 else (low, middle)
    cure = low
    first, last = (score((points[k] - cure) / (1 - cure), family) for k in (0, 2))
    slope = (last - first) / (x[2] - x[0])

    def survival(t: float) -> float:
        if t == 0:
            return 1.0
        z = last + slope * (log(t) - x[2])
        uncured = {1: lambda: exp(-exp(z)), 2: lambda: 0.5 * erfc(z / sqrt(2)), 3: lambda: 1 / (1 + exp(z))}
        return cure + (1 - cure) * uncured[int(family)]()

    return survival


def infusion(p: Numbers) -> tuple[Numbers, Numbers]:
    """Costs and losses of the side effects of one infusion."""
    beyond = (p["p_crs_severe"] - p["p_crs_lump"]) * p["c_crs_severe"]
    beyond += (p["p_neuro_severe"] - p["p_neuro_lump"]) * p["c_neuro_severe"]
    cost = {
        "severe_events_beyond_six_months_of_care": beyond,
        "immunoglobulin": p["p_ivig"] * p["months_ivig"] * p["c_ivig_month"],
    }
    crs, neuro = p["p_crs_severe"] * p["du_crs_severe"], p["p_neuro_severe"] * p["du_neuro_severe"]
    return cost, {"cytokine_release_3_4": -crs, "neurological_event_3_4": -neuro}


def family(days: float, part: str, p: Numbers, cost: Numbers) -> None:
    day, both = p["wage_hour"] * p["hours_day"], p["p_employed"] * p["p_carer_cuts_work"]
    each = {
        "carers_work": day * both,
        "carers_time": day * (1 - both),
        "patient_time": day * (1 - p["p_employed"]),
        "travel": p["c_oop_day"],
    }
    for item, value in each.items():
        cost[f"{item}{part}"] = cost.get(f"{item}{part}", 0.0) + days * value


def standard(p: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Costs, QALYs and counts of treatment in standard care."""
    cost: Numbers = {"salvage": p["c_salvage"]}
    for event, name in (("febrile_neutropenia", "fn"), ("anaemia", "anaemia"), ("leukopenia", "leukopenia")):
        cost[f"{event}_3_4_chemotherapy"] = p[f"p_{name}"] * p[f"c_{name}"]
    qaly: Numbers = {"salvage": -p["du_salvage"] * p["days_salvage"] / 365.25}
    family(p["days_chemo"], "_salvage", p, cost)
    share = (p["p_cr"] * p["p_asct_cr"] + p["p_pr"] * p["p_asct_pr"]) / (p["p_cr"] + p["p_pr"] + p["p_no_response"])
    later = (1 + p["dr_cost"]) ** -0.25
    cost["transplant"] = share * p["c_asct"] * later
    qaly["transplant"] = -share * p["du_asct"] * p["days_asct"] / 365.25 * (1 + p["dr_effect"]) ** -0.25
    family(share * p["days_transplant"] * later, "_transplant", p, cost)
    return cost, qaly, {"transplants": share}


def axi_cel(p: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Costs, QALYs and counts of treatment with axi-cel."""
    share = p["p_infused"]
    cost = {"leukapheresis": p["c_leukapheresis"], "acquisition": share * p["price_axi_cel"] * (1 - p["rebate"])}
    cost |= {"lymphodepletion": share * p["c_lymphodepletion"], "care_after_infusion": share * p["c_post_infusion"]}
    harm, lost = infusion(p)
    cost |= {f"{name}_product": share * value for name, value in harm.items()}
    family(share * p["days_car_t"], "", p, cost)
    return cost, {f"{name}_product": share * value for name, value in lost.items()}, {"infusions": share}


def later(shares: tuple[float, ...], p: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Costs, QALYs and counts of one event: cells, a course, a transplantation."""
    cells, course, transplant = shares
    paid = cells * p["crossover_costed"]
    care = p["c_leukapheresis"] + p["c_lymphodepletion"] + p["c_post_infusion"] - 0.5 * p["c_post_event_year"]
    harm, lost = infusion(p)
    cost: Numbers = {
        "cell_therapy_later": paid * p["price_later"] * (1 - p["rebate_later"]),
        "cell_therapy_later_care": paid * care,
        "course_later": course * (p["c_subsequent"] - p["years_course"] * p["c_post_event_year"]),
        "transplant_later": transplant * (p["c_asct"] - 0.5 * p["c_post_event_year"]),
    } | {f"{name}_later_treatment": paid * value for name, value in harm.items()}
    family(paid * p["days_car_t"], "_later", p, cost)
    qaly = {f"{name}_later_treatment": cells * value for name, value in lost.items()}
    qaly["transplant_later"] = -transplant * p["du_asct"] * p["days_asct"] / 365.25
    return cost, qaly, {"cell_therapies_later": cells, "courses_later": course}


def arm(
    name: str,
    start: tuple[Numbers, Numbers, Numbers],
    overall: list[float],
    shares: tuple[float, ...],
    p: Numbers,
    life: dict[int, Numbers],
    months: int,
) -> dict[str, Any]:
    """One strategy: treatment, then month by month."""
    cost, qaly, count = start
    smr = 1 + p["smr_excess"]
    errors = {"os": [p[f"z_os_{k}_{name}"] for k in (1, 2, 3)]}
    rho = p["rho_efs_os"]
    errors["efs"] = [
        rho * z + sqrt(1 - rho**2) * p[f"z_efs_{k}_{name}"] for k, z in zip((1, 2, 3), errors["os"], strict=True)
    ]
    times = {"os": [p[f"d_os_{w}"] / 12 for w in WHEN]}
    times["efs"] = [p[f"d_efs_early_{name}"] / 12, p["d_efs_middle"] / 12, p["d_efs_late"] / 12]
    given = {"os": overall, "efs": [p[f"p_efs_{w}_{name}"] for w in WHEN]}
    curve = {}
    for which, points in given.items():
        n = p[f"n_{name}"]
        at_risk = [n, n * points[0], p["share_followed"] * n * points[1]]
        own = [alive(t, p, life) ** smr for t in times[which]]
        curve[which] = solve(times[which], drawn(points, at_risk, errors[which], own), p[f"family_{which}"])
    living, free = [], []
    for month in range(months + 1):
        own = alive(month / 12, p, life) ** smr
        living.append(own * curve["os"](month / 12))
        free.append(min(own * curve["efs"](month / 12), living[month]))
    each_cost, each_qaly, each_count = later(shares, p)
    cost |= dict.fromkeys((*each_cost, "follow_up", "post_event_care", "end_of_life"), 0.0)
    qaly |= dict.fromkeys((*each_qaly, "utility"), 0.0)
    count |= dict.fromkeys(each_count, 0.0)
    ly = undiscounted = 0.0
    for month in range(months):  # a month's amounts go to half of those at its start and half of those at its end
        recovered, early = p["survivors_recover"] == 1 and month >= 60, month < 60
        u_post = p["u_event_free"] - (0.0 if recovered else p["du_post_event"])
        for end in (month, month + 1):
            event_free, post_event = free[end], living[end] - free[end]
            effect, money = (0.5 / 12 * (1 + p[one]) ** (-end / 12) for one in ("dr_effect", "dr_cost"))
            qaly["utility"] += (event_free * p["u_event_free"] + post_event * u_post) * effect
            ly += living[end] * effect
            undiscounted += living[end] * 0.5 / 12
            follow = event_free * (p["c_follow_up_early"] if month < 24 else p["c_follow_up_later"])
            cost["follow_up"] += (follow + (0.0 if early else post_event * p["c_follow_up_later"])) * money
            cost["post_event_care"] += post_event * p["c_post_event_year"] * money if early else 0.0
        middle, effect = ((1 + p[one]) ** (-(month + 0.5) / 12) for one in ("dr_cost", "dr_effect"))
        cost["end_of_life"] += (living[month] - living[month + 1]) * p["c_end_of_life"] * middle
        events = (free[month] - free[month + 1]) * (month < 48)
        for totals, amounts, factor in ((cost, each_cost, middle), (qaly, each_qaly, effect), (count, each_count, 1.0)):
            for item, amount in amounts.items():
                totals[item] += events * amount * factor
    return {"cost": cost, "qaly": qaly, "count": count, "ly": ly, "ly_undiscounted": undiscounted}
