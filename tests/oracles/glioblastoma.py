"""Glioblastoma by plain loops over months, straight from the CSV inputs: the slow twin of the case."""

import csv
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

Numbers = dict[str, float]


def run(folder: Path, months: int = 360, **changes: float) -> dict[str, dict[str, Any]]:
    """Strategy -> cost by item of health care, QALYs by item, life-years."""
    with open(folder / "parameters.csv", newline="") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    with open(folder / "life_table.csv", newline="") as file:
        table = {int(row["age"]): (float(row["qx_male"]), float(row["qx_female"])) for row in csv.DictReader(file)}
    assert not set(changes) - set(p), set(changes) - set(p)
    p |= changes
    return {"radiation": arm("rt", p, table, months), "radiation_temozolomide": arm("tmz", p, table, months)}


def drawn(points: list[float], n: float, errors: list[float]) -> list[float]:
    """Points moved by the sampling error of each interval."""
    found, before, alive = [], 1.0, 1.0
    for point, z in zip(points, errors, strict=True):
        q = point / before
        alive /= 1 + exp(-(log(q / (1 - q)) + z / sqrt(n * before * q * (1 - q))))
        found.append(alive)
        before = point
    return found


def os_points(name: str, p: Numbers) -> list[float]:
    """Drawn survival at the start, the median, 2, 3, 4 and 5 years."""
    published = [0.5, *(p[f"p_os_{month}_{name}"] for month in (24, 36, 48, 60))]
    errors = [p[f"z_os_{k}_{name}"] for k in ("median", 24, 36, 48, 60)]
    return [1.0, *drawn(published, p[f"n_{name}"], errors)]


def arm(name: str, p: Numbers, table: dict[int, tuple[float, float]], months: int) -> dict[str, Any]:
    """One strategy per patient."""
    n, men, women = p[f"n_{name}"], 1 - p["p_female"], p["p_female"]
    times = [0.0, p[f"d_median_os_{name}"] / 12, 2.0, 3.0, 4.0, 5.0]
    alive = os_points(name, p)
    rates = [log(alive[k] / alive[k + 1]) / (times[k + 1] - times[k]) for k in range(5)]
    other = os_points("rt", p)
    own = 1.0 if name == "rt" else p["effect_late"]
    late = own * rates[-1] + (1 - own) * log(other[4] / other[5])

    def hazard(t: float) -> float:
        inside = sum(r * max(min(t, times[k + 1]) - times[k], 0) for k, r in enumerate(rates))
        return inside + p["f_late"] * late * max(t - 5, 0)

    half, two = drawn([0.5, p[f"p_pfs_24_{name}"]], n, [p[f"z_pfs_{name}"], p[f"z_pfs_24_{name}"]])
    shape = log(log(two) / log(half)) / log(24 / p[f"d_median_pfs_{name}"])
    raw = [exp(log(two) * (month / 24) ** shape) for month in range(months + 1)]
    os = [1.0]
    for month in range(months):
        if month % 12 == 0:
            male, female = table[int(p["age_start"]) + month // 12]
            left = men * (1 - male), women * (1 - female)
            general = -log(sum(left) / (men + women)) / 12
            men, women = left
        os.append(os[-1] * exp(-max(hazard((month + 1) / 12) - hazard(month / 12), general)))
    free = [min(a, b) for a, b in zip(raw, os, strict=True)]
    cost = dict.fromkeys(("follow_up", "progressive_care", "later_lines", "end_of_life"), 0.0)
    cost["surgery_and_radiation"] = p["c_treatment"]
    qaly = {"utility": 0.0}
    ly = undiscounted = 0.0
    for month in range(months):
        for end in (month, month + 1):
            effect, money = ((1 + p[rate]) ** (-end / 12) / 24 for rate in ("dr_effect", "dr_cost"))
            ill = os[end] - free[end]
            qaly["utility"] += (free[end] * p["u_stable"] + ill * p["u_progressive"]) * effect
            ly += os[end] * effect
            undiscounted += os[end] / 24
            cost["follow_up"] += free[end] * p["c_stable_year"] * money
            cost["progressive_care"] += ill * p["c_progressive_year"] * money
        middle = (1 + p["dr_cost"]) ** (-(month + 0.5) / 12)
        cost["end_of_life"] += (os[month] - os[month + 1]) * p["c_end_of_life"] * middle
        if raw[month] <= os[month]:
            cost["later_lines"] += (free[month] - free[month + 1]) * p[f"p_later_{name}"] * p["c_later_line"] * middle
    if name == "tmz":
        cost |= {"temozolomide": p["c_temozolomide"], "monitoring": p["c_monitoring"]}
        cost["blood_toxicity_3_4_chemotherapy"] = p["p_blood"] * p["c_blood"]
        qaly["blood_toxicity_3_4_chemotherapy"] = -p["p_blood"] * p["du_blood"] * p["d_blood"] / 365.25
    return {"cost": cost, "qaly": qaly, "ly": ly, "ly_undiscounted": undiscounted}
