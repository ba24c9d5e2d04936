"""TIL or ipilimumab in melanoma by plain loops over years, straight from the CSV inputs: the slow twin of the case."""

import csv
from pathlib import Path
from typing import Any

Numbers = dict[str, float]
EVENTS = ("fatigue", "diarrhoea", "colitis", "neutropenia", "dyspnoea", "immune", "anaemia")


def run(folder: Path, counting: str = "end", years: int = 40, **changes: float) -> dict[str, Any]:
    """Strategy -> cost by item, QALYs by item, life-years."""
    with open(folder / "parameters.csv", newline="") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    assert not set(changes) - set(p)
    p |= changes
    return {"ipilimumab": arm("ipi", p, counting, years), "til": arm("til", p, counting, years)}


def arm(name: str, p: Numbers, counting: str, years: int) -> dict[str, Any]:
    """One strategy per patient meant to have it."""
    cost = {} if name == "ipi" else til(p)
    share = 1.0 if name == "ipi" else p["p_failure"] + p["p_non_compliance"]
    day = p["hours_care_day"] * p["c_informal_hour"]
    cost["ipilimumab"] = share * p["c_ipi_drug"]
    cost["ipilimumab_administration"] = share * p["c_ipi_admin"]
    cost["ipilimumab_events"] = share * p["c_ipi_events"]
    cost["carers_ipilimumab"] = share * p["days_carer_ipi"] * day
    cost["lost_work"] = p["p_employed"] * p["weeks_friction"] * p["hours_week"] * p["wage_hour"] * p["elasticity"]
    loss = sum(p.get(f"p_{event}_{name}", 0.0) * p[f"du_{event}"] for event in EVENTS)
    stable_at_1 = min(p[f"p_pfs_{name}"], p[f"p_os_{name}"])
    qaly = {"utility": 0.0, "adverse_events": -loss * stable_at_1 / (1 + p["dr_effect"])}
    ly = undiscounted = care = carers = 0.0
    for year in range(years + 1):
        weight = {"end": year > 0, "start": year < years, "half-cycle": 0.5 if year in (0, years) else 1}[counting]
        alive = p[f"p_os_{name}"] ** year
        stable = min(p[f"p_pfs_{name}"] ** year, alive)
        effect = weight / (1 + p["dr_effect"]) ** year
        qaly["utility"] += (stable * p["u_stable"] + (alive - stable) * p["u_progressive"]) * effect
        ly += alive * effect
        undiscounted += alive * weight
        money = weight * (alive - stable) / (1 + p["dr_cost"]) ** year
        care += p["c_progressive_year"] * money
        carers += p["days_carer_progressive"] * day * money
    cost |= {"progressive_care": care, "carers_progressive": carers}
    return {"cost": cost, "qaly": qaly, "ly": ly, "ly_undiscounted": undiscounted}


def til(p: Numbers) -> Numbers:
    """Production for all, the hospital for those with a product."""
    production = p["production_factor"] * (p["c_til_personnel"] + p["c_til_material"] + p["c_til_cleanroom"])
    infused = 1 - p["p_failure"]
    day = p["hours_care_day"] * p["c_informal_hour"]
    return {
        "til_production": production,
        "til_hospital": infused * p["c_til_hospital"],
        "carers_til": infused * p["days_carer_til"] * day,
    }
