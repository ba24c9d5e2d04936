"""Axi-cel or salvage and transplantation by plain loops over months, straight from the CSV inputs: the slow twin."""

import csv
from math import erf, exp, log, sqrt
from pathlib import Path
from typing import Any

Numbers = dict[str, float]


def read(folder: Path) -> tuple[Numbers, dict[str, str], dict[int, Numbers]]:
    """Values by name (coefficients of curves among them), the selected family of each curve, the life table."""
    with open(folder / "parameters.csv", newline="") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    with open(folder / "curves.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        p[f"{row['curve']}_{row['family'].replace(' ', '_')}_{row['parameter']}"] = float(row["estimate"])
    chosen = {row["curve"]: row["family"] for row in rows if row["selected"] == "yes"}
    with open(folder / "life_table.csv", newline="") as file:
        life = {int(row["age"]): {k: float(v) for k, v in row.items()} for row in csv.DictReader(file)}
    return p, chosen, life


def run(folder: Path, families: dict[str, str] | None = None, months: int = 504, **changes: float) -> dict[str, Any]:
    """Strategy -> cost, QALYs and counts by item, life-years, survival by month."""
    p, chosen, life = read(folder)
    assert not set(changes) - set(p), set(changes) - set(p)
    p |= changes
    chosen |= families or {}
    return {
        "standard": arm("soc", standard(p), p, chosen, life, months),
        "axi_cel": arm("axi", axi_cel(p), p, chosen, life, months),
    }


def survival(curve: str, family: str, years: float, p: Numbers) -> float:
    """A mixture-cure curve, relative to the population; parameters stand transformed, as in curves.csv."""

    def value(name: str) -> float:
        x = p[f"{curve}_{family.replace(' ', '_')}_{name}"]
        return {"cure": 1 / (1 + exp(-x)), "meanlog": x}.get(name, exp(x))

    if years == 0:
        return 1.0
    base = family.split()[0]
    if base == "weibull":
        uncured = exp(-((years / value("scale")) ** value("shape")))
    elif base == "lnorm":
        uncured = 0.5 * (1 - erf((log(years) - value("meanlog")) / value("sdlog") / sqrt(2)))
    else:
        uncured = 1 / (1 + (years / value("scale")) ** value("shape"))
    return value("cure") + (1 - value("cure")) * uncured


def infusion(share: float, later: float, part: str, p: Numbers, cost: Numbers, qaly: Numbers, value: Numbers) -> None:
    """A CAR-T product for a share, `later` years after the decision."""
    money, effect = (1 + p["dr_cost"]) ** -later * share, (1 + p["dr_effect"]) ** -later * share
    cost[f"acquisition{part}"] = money * p["price_axi_cel"] * (1 - p["rebate"])
    cost[f"delivery{part}"] = money * (p["c_lymphodepletion"] + p["c_post_infusion"])
    excess = (p["p_crs_only"] - p["p_crs_only_liso"]) * p["c_crs_severe"]
    excess += (p["p_neuro_only"] - p["p_neuro_only_liso"]) * p["c_neuro_severe"]
    excess += (p["p_crs_and_neuro"] - p["p_both_liso"]) * p["c_crs_and_neuro"]
    cost[f"excess_events{part}"] = money * excess
    cost[f"immunoglobulin{part}"] = money * p["p_ivig"] * p["months_ivig"] * p["c_ivig_month"]
    lost = (p["p_crs_only"] + p["p_crs_and_neuro"]) * p["du_crs_severe"]
    lost += (p["p_neuro_only"] + p["p_crs_and_neuro"]) * p["du_neuro_severe"]
    qaly[f"side_effects{part}"] = -effect * lost
    family(money * p["days_car_t"], part, value, cost)


def family(days: float, part: str, value: Numbers, cost: Numbers) -> None:
    for item in ("carers_work", "carers_time", "patient_time", "travel"):
        cost[f"{item}{part}"] = cost.get(f"{item}{part}", 0.0) + days * value[item]


def values(p: Numbers) -> Numbers:
    """What a day of treatment costs a family."""
    day, both = p["wage_hour"] * p["hours_day"], p["p_employed"] * p["p_carer_cuts_work"]
    return {
        "carers_work": day * both,
        "carers_time": day * (1 - both),
        "patient_time": day * (1 - p["p_employed"]),
        "travel": p["c_oop_day"],
        "output_year": day * p["days_work_year"] * p["p_employed"],
    }


def standard(p: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Costs, QALYs and counts of treatment in standard care."""
    cost: Numbers = {"salvage": p["c_salvage"], "neutropenia": p["p_fn"] * p["c_fn"]}
    cost |= {"anaemia": p["p_anaemia"] * p["c_anaemia"], "leukopenia": p["p_leukopenia"] * p["c_leukopenia"]}
    qaly: Numbers = {"salvage": -p["du_salvage"] * p["days_salvage"] / 365.25}
    value = values(p)
    family(p["days_chemo"], "_salvage", value, cost)
    share = (p["p_cr"] * p["p_asct_cr"] + p["p_pr"] * p["p_asct_pr"]) / (p["p_cr"] + p["p_pr"] + p["p_no_response"])
    later = (1 + p["dr_cost"]) ** -0.25
    cost["transplant"] = share * p["c_asct"] * later
    qaly["transplant"] = -share * p["du_asct"] * p["days_asct"] / 365.25 * (1 + p["dr_effect"]) ** -0.25
    family(share * p["days_transplant"] * later, "_transplant", value, cost)
    cost["leukapheresis_crossover"] = p["p_crossover"] * p["c_leukapheresis"] * (1 + p["dr_cost"]) ** -0.5
    infusion(p["p_crossover"], 0.5, "_crossover", p, cost, qaly, value)
    cost["subsequent"] = p["p_subsequent_soc"] * p["c_subsequent"] / (1 + p["dr_cost"])
    return cost, qaly, {"transplants": share, "infusions": p["p_crossover"]}


def axi_cel(p: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Costs, QALYs and counts of treatment with axi-cel."""
    cost: Numbers = {"leukapheresis": p["c_leukapheresis"]}
    qaly: Numbers = {}
    infusion(p["p_infused"], 0.0, "", p, cost, qaly, values(p))
    cost["subsequent"] = p["p_subsequent_axi"] * p["c_subsequent"] / (1 + p["dr_cost"])
    return cost, qaly, {"infusions": p["p_infused"]}


def arm(
    name: str,
    start: tuple[Numbers, Numbers, Numbers],
    p: Numbers,
    chosen: dict[str, str],
    life: dict[int, Numbers],
    months: int,
) -> dict[str, Any]:
    """One strategy: treatment, then month by month."""
    cost, qaly, count = start
    value = values(p)
    flows = ("follow_up", "post_event_care", "output_lost_illness", "carers_work_illness", "carers_time_illness")
    cost |= dict.fromkeys((*flows, "end_of_life"), 0.0)
    qaly["utility"] = ly = undiscounted = 0.0
    background, alive, free = [1.0], [], []
    for month in range(months + 1):
        years = month / 12
        alive.append(background[month] * survival(f"os_{name}", chosen[f"os_{name}"], years, p))
        efs = background[month] * survival(f"efs_{name}", chosen[f"efs_{name}"], years, p)
        free.append(min(efs, alive[month]))
        background.append(background[month] * exp(-rate(month, p, life) * (p["smr"] if month >= 60 else 1) / 12))
    for month in range(months):  # a month's amounts go to half of those at its start and half of those at its end
        recovered, early = p["survivors_recover"] == 1 and month >= 60, month < 60
        working = p["age_start"] + month / 12 < 65
        u_post = p["u_event_free"] if recovered else p["u_post_event"]
        for end in (month, month + 1):
            event_free, post_event = free[end], alive[end] - free[end]
            effect, money = (0.5 / 12 * (1 + p[one]) ** (-end / 12) for one in ("dr_effect", "dr_cost"))
            qaly["utility"] += (event_free * p["u_event_free"] + post_event * u_post) * effect
            ly += alive[end] * effect
            undiscounted += alive[end] * 0.5 / 12
            follow = event_free * (p["c_follow_up_early"] if month < 24 else p["c_follow_up_later"])
            cost["follow_up"] += (follow + (0.0 if early else post_event * p["c_follow_up_later"])) * money
            if early:
                cost["post_event_care"] += post_event * p["c_post_event_year"] * money
                cost["carers_work_illness"] += post_event * p["days_carer_post_event"] * value["carers_work"] * money
                cost["carers_time_illness"] += post_event * p["days_carer_post_event"] * value["carers_time"] * money
            if working:
                lost = event_free * (p["p_work_lost_first_year"] if month < 12 else 0.0)
                lost += post_event * (p["p_work_lost_post_event"] if early else 0.0)
                cost["output_lost_illness"] += lost * value["output_year"] * money
        middle = (1 + p["dr_cost"]) ** (-(month + 0.5) / 12)
        cost["end_of_life"] += (alive[month] - alive[month + 1]) * p["c_end_of_life"] * middle
    found = {"cost": cost, "qaly": qaly, "count": count, "ly": ly, "ly_undiscounted": undiscounted}
    return found | {"alive": alive, "event_free": free}


def rate(month: int, p: Numbers, life: dict[int, Numbers]) -> float:
    """Mortality per year at the age reached, the sexes weighted by those alive since the starting age."""
    women, men = p["p_female"], 1 - p["p_female"]
    first = int(p["age_start"])
    for age in range(first, first + month // 12):
        women *= 1 - life[age]["qx_female"]
        men *= 1 - life[age]["qx_male"]
    row = life[first + month // 12]
    return -log((women * (1 - row["qx_female"]) + men * (1 - row["qx_male"])) / (women + men))
