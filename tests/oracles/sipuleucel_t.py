"""Sipuleucel-T by plain loops over months, straight from the CSV inputs: the slow twin of the case."""

import csv
from math import erf, exp, log, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

Numbers = dict[str, float]


def run(folder: Path, months: int = 360, **changes: float) -> dict[str, dict[str, Any]]:
    """Strategy -> cost by item (of those computed here), QALYs, life-years and survival by month."""
    with open(folder / "parameters.csv", newline="") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    with open(folder / "life_table.csv", newline="") as file:
        table = {int(row["age"]): float(row["qx_male"]) for row in csv.DictReader(file)}
    assert not set(changes) - set(p), set(changes) - set(p)
    p |= changes
    return {"standard": arm("std", 1.0, p, table, months), "sipuleucel_t": arm("sip", p["hr_ttp"], p, table, months)}


def moved(before: float, drawn: float, now: float, n: float, z: float) -> float:
    """A point moved by z standard errors of its interval's logit."""
    q = now / before
    return drawn / (1 + exp(-(log(q / (1 - q)) + z / sqrt(n * q * (1 - q)))))


def curve(name: str, p: Numbers) -> tuple[float, float]:
    """Shape and scale through the median and month 36 (Weibull, log-normal, log-logistic)."""
    n, family = p[f"n_{name}"], p["os_family"]
    half = moved(1, 1, 0.5, n, p[f"z_median_{name}"])
    late = moved(0.5, half, p[f"p_os_36_{name}"], n * 0.5 * p["p_followed"], p[f"z_36_{name}"])

    def score(dead: float) -> float:
        if family == 1:
            return log(-log(1 - dead))
        return NormalDist().inv_cdf(dead) if family == 2 else log(dead / (1 - dead))

    shape = (score(1 - late) - score(1 - half)) / log(36 / p[f"d_median_os_{name}"])
    return shape, 3 * exp(-score(1 - late) / shape)


def alive(name: str, t: float, p: Numbers) -> float:
    """Survival of an arm's curve at a time."""
    shape, scale = curve(name, p)
    score = shape * log(max(t, 1e-300) / scale)
    if p["os_family"] == 1:
        return exp(-exp(score))
    return 0.5 * (1 - erf(score / sqrt(2))) if p["os_family"] == 2 else 1 / (1 + exp(score))


def arm(name: str, ratio: float, p: Numbers, table: Numbers, months: int) -> dict[str, Any]:
    """One strategy per patient."""

    def trial(month: int) -> float:
        if name == "sip" and p["hr_os"] > 0:
            return alive("std", month / 12, p) ** p["hr_os"]
        return alive(name, month / 12, p)

    names = (
        "care",
        "progression",
        "end_of_life",
        "consumption",
        "lost_work_ill_illness",
        "lost_work_dead_human_capital",
    )
    cost = dict.fromkeys(names, 0.0)
    os = [1.0]
    for month in range(months):
        general = -log(1 - table[int(p["age_start"]) + month // 12]) / 12
        os.append(os[-1] * exp(-max(log(trial(month) / trial(month + 1)), general)))
    free = [min(0.5 ** (month * ratio / p["d_median_ttp"]), os[month]) for month in range(months + 1)]
    qaly = ly = undiscounted = 0.0
    for month in range(months):
        employed = p["p_employed_70"] if p["age_start"] + month // 12 < 75 else p["p_employed_75"]
        output = employed * p["hours_week"] * 52 * p["wage_hour"]
        for end in (month, month + 1):
            effect, money = ((1 + p[rate]) ** (-end / 12) / 24 for rate in ("dr_effect", "dr_cost"))
            qaly += (os[end] * p["u_alive"] - (os[end] - free[end]) * p["du_progression"]) * effect
            ly += os[end] * effect
            undiscounted += os[end] / 24
            cost["care"] += os[end] * p["c_alive_year"] * money
            cost["consumption"] += os[end] * p["c_consumption_year"] * money
            away = free[end] * p["p_away_free"] + (os[end] - free[end]) * p["p_away_progressed"]
            cost["lost_work_ill_illness"] += away * output * money
            cost["lost_work_dead_human_capital"] += (1 - os[end]) * output * money
        middle = (1 + p["dr_cost"]) ** (-(month + 0.5) / 12)
        cost["progression"] += (free[month] - free[month + 1]) * p["c_progression"] * middle
        cost["end_of_life"] += (os[month] - os[month + 1]) * p["c_end_of_life"] * middle
    found = {"utility": qaly}
    course = p["n_doses"] * p["price_dose"]
    if name == "sip":
        cost |= {"vaccine": course, "leukapheresis_infusion_reactions": p["c_other_added"]}
        found["chills_product"] = -p["p_chills"] * p["du_chills"] * p["d_chills"] / 365.25
    else:
        cost["frozen_product"] = p["p_crossover"] * p["crossover_charged"] * course
    return {"cost": cost, "qaly": found, "ly": ly, "ly_undiscounted": undiscounted, "alive": os}
