"""Tisagenlecleucel or salvage chemotherapy by plain loops, straight from the CSV inputs: the slow twin of the case.

One patient group at a time, one month at a time; nothing of hecon is used.
"""

import csv
from math import exp, log
from pathlib import Path
from typing import Any

Numbers = dict[str, float]
MONTHS = 88 * 12
CATEGORY = {
    "leukapheresis": "upfront",
    "bridging": "upfront",
    "acquisition": "upfront",
    "lymphodepletion": "upfront",
    "administration": "upfront",
    "clofarabine": "upfront",
    "clofarabine_administration": "upfront",
    "cytokine_release": "side effects",
    "neurological_events": "side effects",
    "febrile_neutropenia": "side effects",
    "infections": "side effects",
    "immunoglobulin": "side effects",
    "transplant": "transplant",
    "event_treatment": "relapse",
    "event_care": "relapse",
    "follow_up": "follow-up",
    "end_of_life": "end of life",
    "carers_work": "productivity",
    "carers_work_transplant": "productivity",
    "carers_work_illness": "productivity",
    "carers_time": "informal care",
    "carers_time_transplant": "informal care",
    "carers_time_illness": "informal care",
    "patient_time": "patient time",
    "patient_time_transplant": "patient time",
    "travel": "out-of-pocket",
    "travel_transplant": "out-of-pocket",
    "output_lost_illness": "productivity",
    "output_lost_premature_death": "productivity",
}


def read(folder: Path) -> tuple[Numbers, dict[str, dict[int, Numbers]]]:
    """Values of the parameters, and the tables by their first column."""
    with open(folder / "parameters.csv", newline="") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    tables = {}
    for name in ("life_table", "utility_norms"):
        with open(folder / f"{name}.csv", newline="") as file:
            tables[name] = {int(row["age"]): {k: float(v) for k, v in row.items()} for row in csv.DictReader(file)}
    return p, tables


def run(folder: Path, months: int = MONTHS, **changes: float) -> dict[str, Any]:
    """Strategy -> costs by item and by category, QALYs by item, life-years, counts and trace of all enrolled."""
    p, tables = read(folder)
    unknown = set(changes) - set(p)
    assert not unknown, unknown
    p |= changes
    enrolled = p["p_infused"] + p["p_manufacturing_failure"] + p["p_died_waiting"]
    groups = {
        "salvage": [(1.0, "salvage")],
        "tisagenlecleucel": [
            (p["p_infused"] / enrolled, "infused"),
            (p["p_manufacturing_failure"] / enrolled, "salvage"),
            (p["p_died_waiting"] / enrolled, "not infused"),
        ],
    }
    results: dict[str, Any] = {}
    for strategy, parts in groups.items():
        total = Tally()
        if strategy == "tisagenlecleucel":
            total.add("cost", "leukapheresis", p["c_leukapheresis"])
            total.add("cost", "bridging", p["p_bridging"] * p["c_bridging"])
        for share, group in parts:
            total.take(share, patients(group, p, tables, months))
        results[strategy] = total.report()
    return results


class Tally:
    """Sums by kind and item, and the share in each state by month."""

    def __init__(self) -> None:
        self.sums: dict[str, Numbers] = {}
        self.trace: list[list[float]] = []

    def add(self, kind: str, item: str, amount: float) -> None:
        sums = self.sums.setdefault(kind, {})
        sums[item] = sums.get(item, 0.0) + amount

    def take(self, share: float, other: "Tally") -> None:
        for kind, sums in other.sums.items():
            for item, amount in sums.items():
                self.add(kind, item, share * amount)
        for month, row in enumerate(other.trace):
            if month == len(self.trace):
                self.trace.append([0.0] * 4)
            self.trace[month] = [a + share * b for a, b in zip(self.trace[month], row, strict=True)]

    def report(self) -> dict[str, Any]:
        cost = self.sums["cost"]
        by_category: Numbers = {}
        for item, amount in cost.items():
            by_category[CATEGORY[item]] = by_category.get(CATEGORY[item], 0.0) + amount
        return {
            "cost": cost,
            "category": by_category,
            "qaly_items": self.sums["qaly"],
            "qaly": sum(self.sums["qaly"].values()),
            "ly": self.sums["ly"]["life_years"],
            "ly_undiscounted": self.sums["ly_undiscounted"]["life_years"],
            "count": self.sums.get("count", {}),
            "trace": self.trace,
        }


def patients(group: str, p: Numbers, tables: dict[str, dict[int, Numbers]], months: int) -> Tally:
    """What happens to one patient of a group, per patient."""
    out = Tally()
    start(group, p, out)
    follow(group, p, tables, months, out)
    return out


def start(group: str, p: Numbers, out: Tally) -> None:
    """Costs and losses of treatment."""
    day = p["wage_hour"] * p["hours_day"]
    if group == "not infused":
        out.add("cost", "end_of_life", p["c_end_of_life"])
        return
    if group == "infused":
        price = p["price_tisagenlecleucel"] * (1 - p["rebate"]) * (1 + p["hospital_markup"])
        out.add("cost", "acquisition", price * p["p_response"] if p["pay_on_response"] else price)
        out.add("cost", "lymphodepletion", p["c_lymphodepletion_drug"] + p["c_lymphodepletion_admin"])
        out.add("cost", "administration", p["c_admin_car_t"])
        icu, mild = p["p_crs"] * p["p_crs_icu"], p["p_crs"] * (1 - p["p_crs_icu"])
        out.add("cost", "cytokine_release", icu * p["c_crs_icu"] + mild * p["c_crs_mild"])
        out.add("qaly", "cytokine_release", -icu * p["du_crs_icu"] - mild * p["du_crs_mild"])
        severe, light = p["p_neuro"] * p["p_neuro_severe"], p["p_neuro"] * (1 - p["p_neuro_severe"])
        out.add("cost", "neurological_events", severe * p["c_neuro_severe"] + light * p["c_neuro_mild"])
        out.add("qaly", "neurological_events", -severe * p["du_neuro_severe"] - light * p["du_neuro_mild"])
        out.add("count", "infusions", 1.0)
        transplants = p["p_response"] * p["p_transplant_car_t"]
        arm, days, travel = "car_t", p["days_car_t"], p["c_oop_car_t"]
    else:
        out.add("cost", "clofarabine", p["c_clofarabine"])
        out.add("cost", "clofarabine_administration", p["c_admin_salvage"])
        transplants = p["p_remission_salvage"] * p["p_transplant_salvage"]
        arm, days, travel = "salvage", p["days_salvage"], p["c_oop_salvage"]
    out.add("cost", "febrile_neutropenia", p[f"p_fn_{arm}"] * p["c_fn"])
    out.add("cost", "infections", p[f"p_infection_{arm}"] * p["c_infection"])
    out.add("qaly", "chemotherapy", -p["du_chemo"] * p[f"d_chemo_{arm}"] / 52)
    work = p["p_employed"] * p["p_carer_cuts_work"]
    out.add("cost", "carers_work", days * day * work)
    out.add("cost", "carers_time", days * day * (1 - work))
    out.add("cost", "patient_time", days * p["c_patient_day"])
    out.add("cost", "travel", travel)
    later = (1 + p["dr_cost"]) ** -0.25
    out.add("cost", "transplant", transplants * p["c_transplant"] * later)
    out.add("cost", "carers_work_transplant", transplants * p["days_transplant"] * day * work * later)
    out.add("cost", "carers_time_transplant", transplants * p["days_transplant"] * day * (1 - work) * later)
    out.add("cost", "patient_time_transplant", transplants * p["days_transplant"] * p["c_patient_day"] * later)
    out.add("cost", "travel_transplant", transplants * p["c_oop_transplant"] * later)
    loss = transplants * p["du_transplant"] * p["d_transplant"] / 52
    out.add("qaly", "transplant", -loss * (1 + p["dr_effect"]) ** -0.25)
    out.add("count", "transplants", transplants)


def follow(group: str, p: Numbers, tables: dict[str, dict[int, Numbers]], months: int, out: Tally) -> None:
    """Month by month through the long term; a month's amounts go to half of those at its start and half at its end."""
    event_free, relapsed, survivor, dead = (0.0, 0.0, 0.0, 1.0) if group == "not infused" else (1.0, 0.0, 0.0, 0.0)
    population = 1.0
    out.trace.append([event_free, relapsed, survivor, dead])
    for month in range(months):
        rate = population_rate(month, p, tables["life_table"])
        p_relapse, p_die_ef, p_die_rel = moves(group, month, p)
        p_late = 1 - exp(-smr(month, p) * rate / 12)
        event_free_gone = event_free * (p_late if month >= p["cure_month"] else p_die_ef)
        events = 0.0 if month >= p["cure_month"] else event_free * p_relapse
        if month < p["cure_month"]:
            relapsed_gone = relapsed * p_die_rel
            cured_now, relapsed = 0.0, relapsed - relapsed_gone + events
            event_free -= event_free_gone + events
        elif p["cure_relapsed"]:
            relapsed_gone = relapsed * p_late
            cured_now = event_free - event_free_gone + relapsed - relapsed_gone
            event_free, relapsed = 0.0, 0.0
        else:
            relapsed_gone = relapsed * max(1 - exp(-p["r_die_relapsed_36_60"] / 12), p_late)
            cured_now = event_free - event_free_gone
            event_free, relapsed = 0.0, relapsed - relapsed_gone
        survivor_gone = survivor * p_late
        survivor += cured_now - survivor_gone
        dead += event_free_gone + relapsed_gone + survivor_gone
        out.trace.append([event_free, relapsed, survivor, dead])
        for end in (month, month + 1):
            live(group, month, end, p, tables["utility_norms"], out.trace[end], population, out)
        middle = (1 + p["dr_cost"]) ** (-(month + 0.5) / 12)
        out.add("cost", "event_treatment", events * p["c_relapse"] * middle)
        out.add("cost", "end_of_life", (event_free_gone + relapsed_gone + survivor_gone) * p["c_end_of_life"] * middle)
        out.add("count", "events", events)
        population *= exp(-rate / 12)


def live(
    group: str,
    month: int,
    end: int,
    p: Numbers,
    norms: dict[int, Numbers],
    states: list[float],
    population: float,
    out: Tally,
) -> None:
    """Half a month of those in the states at one end of the month: the month's amounts, discounted at that end."""
    event_free, relapsed, survivor, dead = states
    half = 0.5 / 12
    value_cost, value_effect = ((1 + p[rate]) ** (-end / 12) for rate in ("dr_cost", "dr_effect"))
    u_event_free, u_relapsed = utilities(month, p, norms)
    lived = u_event_free * (event_free + survivor) + u_relapsed * relapsed
    out.add("qaly", "utility", lived * half * value_effect)
    out.add("ly", "life_years", (event_free + relapsed + survivor) * half * value_effect)
    out.add("ly_undiscounted", "life_years", (event_free + relapsed + survivor) * half)
    for item, flow in flows(group, month, p, event_free, relapsed, survivor, dead, population).items():
        out.add("cost", item, flow * half * value_cost)


def moves(group: str, month: int, p: Numbers) -> tuple[float, float, float]:
    """Before the cure: probabilities in this month of an event survived, of death when event-free, of death after."""
    if group == "not infused":
        return 0.0, 0.0, 0.0
    if group == "infused":
        a, b = next((a, b) for a, b in ((0, 6), (6, 12), (12, 36), (36, 10**6)) if month < b)
        end = min(b, 60)
        p_event = 1 - p[f"p_efs_{a}_{end}"] ** (1 / (end - a))
        p_die = 1 - exp(-p[f"r_die_relapsed_{a}_{end}"] / 12)
        return p_event * (1 - p["p_event_death"]), p_event * p["p_event_death"], p_die
    now, after = alive_salvage(month / 12, p), alive_salvage((month + 1) / 12, p)
    efs_now, efs_after = now ** (1 / p["ratio_os_efs"]), after ** (1 / p["ratio_os_efs"])
    return after / now - efs_after / efs_now, 1 - after / now, 1 - after / now


def alive_salvage(years: float, p: Numbers) -> float:
    tail = p["p_tail_salvage"]
    rate = -log((0.5 - tail) / (1 - tail)) / (p["d_median_os_salvage"] / 12)
    return tail + (1 - tail) * exp(-rate * years)


def flows(
    group: str,
    month: int,
    p: Numbers,
    event_free: float,
    relapsed: float,
    survivor: float,
    dead: float,
    population: float,
) -> Numbers:
    """Costs per year in this month, by item."""
    day = p["wage_hour"] * p["hours_day"]
    age = p["age_start"] + month / 12
    output = day * p["days_work_year"] * p["p_employed"] if 18 <= age < 65 else 0.0
    covered = max(0.0, min(1.0, (p["d_ivig"] - month / 12) * 12)) if group == "infused" else 0.0
    first_year = month < 12
    care = event_free * (p["days_carer_event_free"] if first_year else 0.0)
    care += relapsed * (p["days_carer_relapsed"] if age < 18 else 0.0)
    work = p["p_employed"] * p["p_carer_cuts_work"]
    return {
        "immunoglobulin": event_free * 12 * p["c_ivig_month"] * p["p_ivig"] * covered,
        "event_care": relapsed * p["c_relapsed_year"],
        "follow_up": event_free * (p["c_follow_up_first"] if first_year else p["c_follow_up_later"])
        + survivor * p["c_survivor_year"],
        "carers_work_illness": care * day * work,
        "carers_time_illness": care * day * (1 - work),
        "output_lost_illness": relapsed * p["p_work_lost_relapsed"] * output,
        "output_lost_premature_death": dead * p["count_premature_death"] * output * population,
    }


def population_rate(month: int, p: Numbers, life_table: dict[int, Numbers]) -> float:
    """Mortality per year at the age reached, the sexes weighted by those alive since the starting age."""
    girls, boys = p["p_female"], 1 - p["p_female"]
    first = int(p["age_start"])
    for age in range(first, first + month // 12):
        girls *= 1 - life_table[age]["qx_female"]
        boys *= 1 - life_table[age]["qx_male"]
    row = life_table[first + month // 12]
    return -log((girls * (1 - row["qx_female"]) + boys * (1 - row["qx_male"])) / (girls + boys))


def smr(month: int, p: Numbers) -> float:
    if not p["smr_falls_with_age"]:
        return p["smr"]
    cured = p["age_start"] + p["cure_month"] / 12
    way = min(1.0, (p["age_start"] + month / 12 - cured) / (p["age_smr_ends"] - cured))
    return p["smr"] + (1 - p["smr"]) * way


def utilities(month: int, p: Numbers, norms: dict[int, Numbers]) -> tuple[float, float]:
    """Of the event-free and of those after an event, aged in the way the inputs choose."""
    now, then = mixed_norm(month, p, norms), mixed_norm(0, p, norms)
    aged = {
        0: lambda u: u,
        1: lambda u: u * now / then,
        2: lambda u: u - (then - now),
        3: lambda u: min(u, now),
    }[int(p["utilities_fall_with_age"])]
    return aged(p["u_event_free"]), aged(p["u_relapsed"])


def mixed_norm(month: int, p: Numbers, norms: dict[int, Numbers]) -> float:
    """The population's utility at the age reached."""
    row = norms[int(p["age_start"]) + month // 12]
    return (1 - p["p_female"]) * row["male"] + p["p_female"] * row["female"]
