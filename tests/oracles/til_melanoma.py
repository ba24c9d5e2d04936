"""TIL or ipilimumab in melanoma by plain loops over months, straight from the CSV inputs: the slow twin of the case."""

import csv
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

Numbers = dict[str, float]
Curve = tuple[float, float, float]  # cure, shape, scale


def run(folder: Path, months: int = 480, **changes: float) -> dict[str, dict[str, Any]]:
    """Strategy -> cost by item (of those computed here), QALYs by item, life-years."""
    with open(folder / "parameters.csv", newline="") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    with open(folder / "life_table.csv", newline="") as file:
        table = {int(row["age"]): (float(row["qx_male"]), float(row["qx_female"])) for row in csv.DictReader(file)}
    assert not set(changes) - set(p), set(changes) - set(p)
    p |= changes
    return {"ipilimumab": arm("ipi", p, table, months), "til": arm("til", p, table, months)}


def moved(before: float, drawn: float, now: float, n: float, z: float) -> float:
    """A point moved by z standard errors of its interval's logit."""
    q = now / before
    return drawn / (1 + exp(-(log(q / (1 - q)) + z / sqrt(n * q * (1 - q)))))


def weibull(first: tuple[float, float], last: tuple[float, float], cure: float) -> Curve:
    """A mixture cure through two points."""
    (t_1, s_1), (t_2, s_2) = first, last
    h_1, h_2 = (-log((s - cure) / (1 - cure)) for s in (s_1, s_2))
    shape = log(h_2 / h_1) / log(t_2 / t_1)
    return cure, shape, t_2 / h_2 ** (1 / shape)


def alive(curve: Curve, t: float) -> float:
    """Survival at a time."""
    cure, shape, scale = curve
    return cure + (1 - cure) * exp(-((t / scale) ** shape))


def curves(p: Numbers) -> dict[str, Curve]:
    """Overall and progression-free survival of both arms."""
    n = p["n_trial"]
    half = moved(1, 1, 0.5, n, p["z_os_ipi"])
    late = moved(0.5, half, p["p_os_60_ipi"], p["n_os_60"], p["z_os_60"])
    os_ipi = weibull((p["d_median_os_ipi"] / 12, half), (5, late), p["p_cured_ipi"] * late)
    half = moved(1, 1, 0.5, n, p["z_os_til"])
    cure, shape = p["p_cured_til"] * half, os_ipi[1]
    at_median = (half - cure) / (1 - cure)
    os_til = (cure, shape, p["d_median_os_til"] / 12 / (-log(at_median)) ** (1 / shape))
    half = moved(1, 1, 0.5, n, p["z_pfs_ipi"])
    six = moved(0.5, half, p["p_pfs_6_ipi"], n / 2, p["z_pfs_6_ipi"])
    stay = moved(p["p_pfs_6_ipi"], six, p["p_complete_ipi"], n * p["p_pfs_6_ipi"], p["z_pfs_long_ipi"])
    pfs_ipi = weibull((p["d_median_pfs_ipi"] / 12, half), (0.5, six), stay)
    half = moved(1, 1, 0.5, n, p["z_pfs_til"])
    late = moved(0.5, half, p["p_complete_til"], n / 2, p["z_pfs_60_til"])
    pfs_til = weibull((p["d_median_pfs_til"] / 12, half), (5, late), 0.0)
    return {"os_ipi": os_ipi, "os_til": os_til, "pfs_ipi": pfs_ipi, "pfs_til": pfs_til}


def population(p: Numbers, table: dict[int, tuple[float, float]], months: int) -> list[float]:
    """Hazard of the population in each month, the sexes weighted by their survivors."""
    men, women, found = 1 - p["p_female"], p["p_female"], []
    for year in range(months // 12 + 1):
        male, female = table[int(p["age_start"]) + year]
        left = men * (1 - male), women * (1 - female)
        found += 12 * [-log(sum(left) / (men + women)) / 12]
        men, women = left
    return found


def arm(name: str, p: Numbers, table: dict[int, tuple[float, float]], months: int) -> dict[str, Any]:
    """One strategy per patient."""
    curve, general = curves(p), population(p, table, months)

    def hazard(month: int) -> float:
        t = month / 12
        if name == "ipi":
            return -log(alive(curve["os_ipi"], t))
        d, own, other = p["d_effect"], curve["os_til"], curve["os_ipi"]
        return -log(alive(own, min(t, d))) - log(alive(other, max(t, d))) + log(alive(other, d))

    os, normal = [1.0], [1.0]
    for month in range(months):
        os.append(os[-1] * exp(-max(hazard(month + 1) - hazard(month), general[month])))
        normal.append(normal[-1] * exp(-general[month]))
    raw = [alive(curve[f"pfs_{name}"], month / 12) for month in range(months + 1)]
    free = [min(a, b) for a, b in zip(raw, os, strict=True)]
    u_here = p["u_stable"] - (p["du_stable_ipi"] if name == "ipi" else 0)
    names = ("follow_up", "progressive_care", "later_lines", "later_lines_yearly", "end_of_life", "consumption")
    work = ("lost_work_ill_illness", "lost_work_dead_human_capital", "lost_work_dead_in_population_human_capital")
    cost = dict.fromkeys((*names, *work), 0.0)
    qaly = ly = undiscounted = 0.0
    scan = p["n_scans"] * p["c_scan"]
    progressive = p["n_visits_progressive"] * p["c_visit"] + scan + p["n_days_progressive"] * p["c_day_hospital"]
    for month in range(months):
        output = p["p_employed"] * p["hours_week"] * 52 * p["wage_hour"]
        output *= p["age_start"] + month // 12 < p["age_retirement"]
        for end in (month, month + 1):
            effect, money = ((1 + p[rate]) ** (-end / 12) / 24 for rate in ("dr_effect", "dr_cost"))
            ill = os[end] - free[end]
            qaly += (free[end] * u_here + ill * p["u_progressive"]) * effect
            ly += os[end] * effect
            undiscounted += os[end] / 24
            cost["follow_up"] += free[end] * (p["n_visits_stable"] * p["c_visit"] + scan) * money
            cost["progressive_care"] += ill * progressive * money
            cost["later_lines_yearly"] += ill * p["c_later_year"] * money
            cost["consumption"] += os[end] * p["c_consumption_year"] * money
            away = free[end] * p["p_away_stable"] + ill * p["p_away_progressive"]
            cost["lost_work_ill_illness"] += away * output * money
            cost["lost_work_dead_human_capital"] += (1 - os[end]) * output * money
            cost["lost_work_dead_in_population_human_capital"] -= (1 - normal[month]) * output * money
        middle = (1 + p["dr_cost"]) ** (-(month + 0.5) / 12)
        cost["end_of_life"] += (os[month] - os[month + 1]) * p["c_end_of_life"] * middle
        if raw[month] <= os[month]:
            cost["later_lines"] += (free[month] - free[month + 1]) * p["p_later_line"] * p["c_later_line"] * middle
    if name == "ipi":
        cost |= {
            "ipilimumab": p["c_ipi_drug"],
            "ipilimumab_administration": p["c_ipi_admin"],
            "ipilimumab_events": p["c_ipi_events"],
        }
    else:
        cost |= {
            "til_production": p["c_til_production"] * p["production_factor"],
            "til_hospital": p["c_til_hospital"],
        }
    of = {"ipi": "product", "til": "conditioning"}[name]
    loss = p[f"p_severe_{name}"] * p["du_severe"] * p[f"d_severe_{name}"] / 365.25
    return {
        "cost": cost,
        "qaly": {"utility": qaly, f"severe_events_3_or_more_{of}": -loss},
        "ly": ly,
        "ly_undiscounted": undiscounted,
    }
