"""Sipuleucel-T by plain loops over months, straight from the CSV inputs: the slow twin of the case."""

import csv
from math import exp
from pathlib import Path
from typing import Any

Numbers = dict[str, float]


def run(
    folder: Path, families: dict[str, str] | None = None, months: int = 360, **changes: float
) -> dict[str, dict[str, Any]]:
    """Strategy -> cost by item, QALYs, life-years and survival by month; `families` by curve, else those selected."""
    with open(folder / "parameters.csv", newline="") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    with open(folder / "curves.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        p[f"{row['curve']}_{row['family']}_{row['parameter']}"] = float(row["estimate"])
    chosen = {row["curve"]: row["family"] for row in rows if row["selected"] == "yes"} | (families or {})
    assert not set(changes) - set(p), set(changes) - set(p)
    p |= changes
    return {
        "standard": arm("os_std", chosen["os_std"], 1.0, p, months),
        "sipuleucel_t": arm("os_sip", chosen["os_sip"], p["hr_ttp"], p, months),
    }


def alive(curve: str, family: str, years: float, p: Numbers) -> float:
    """Survival of a curve whose parameters stand on the log scale."""
    if family == "exponential":
        return exp(-exp(p[f"{curve}_exponential_rate"]) * years)
    shape, scale = exp(p[f"{curve}_weibull_shape"]), exp(p[f"{curve}_weibull_scale"])
    return exp(-((years / scale) ** shape))


def arm(curve: str, family: str, ratio: float, p: Numbers, months: int) -> dict[str, Any]:
    """One strategy per patient."""
    cost = {"care": 0.0, "progression": 0.0, "end_of_life": 0.0}
    qaly = ly = undiscounted = 0.0
    os = [alive(curve, family, month / 12, p) for month in range(months + 1)]
    free = [min(0.5 ** (month * ratio / p["d_median_ttp"]), os[month]) for month in range(months + 1)]
    for month in range(months + 1):
        year = (0.5 if month in (0, months) else 1.0) / 12
        effect = year * (1 + p["dr_effect"]) ** (-month / 12)
        qaly += (os[month] * p["u_alive"] - (os[month] - free[month]) * p["du_progression"]) * effect
        ly += os[month] * effect
        undiscounted += os[month] * year
        cost["care"] += os[month] * p["c_alive_year"] * year * (1 + p["dr_cost"]) ** (-month / 12)
        if month < months:
            middle = (1 + p["dr_cost"]) ** (-(month + 0.5) / 12)
            cost["progression"] += (free[month] - free[month + 1]) * p["c_progression"] * middle
            cost["end_of_life"] += (os[month] - os[month + 1]) * p["c_end_of_life"] * middle
    if curve == "os_sip":
        day = p["hours_day"] * p["wage_hour"]
        cost["vaccine"] = p["n_doses"] * p["price_dose"]
        cost["administration_and_reactions"] = p["c_other_added"]
        cost["carers_work"] = p["days_treatment"] * day * p["p_carer_employed"]
        cost["carers_time"] = p["days_treatment"] * day * (1 - p["p_carer_employed"])
        cost["patient_time"] = p["days_treatment"] * day
        cost["travel"] = p["days_treatment"] * p["c_travel_day"]
    return {"cost": cost, "qaly": {"utility": qaly}, "ly": ly, "ly_undiscounted": undiscounted, "alive": os}
