"""The leukaemia case by plain loops, straight from the CSV inputs: the slow twin of both of its structures.

One patient group at a time, one month at a time; nothing of hecon is used.
"""

import csv
from itertools import pairwise
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

Numbers = dict[str, float]
MONTHS = 88 * 12
EFS, OS = (0, 3, 18, 36, 60), (0, 18, 36, 60)


def read(folder: Path) -> tuple[Numbers, dict[str, dict[int, Numbers]]]:
    """Values of the parameters, and the tables by their first column."""
    with open(folder / "parameters.csv", newline="") as file:
        p = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    tables = {}
    for name in ("life_table", "utility_norms"):
        with open(folder / f"{name}.csv", newline="") as file:
            tables[name] = {int(row["age"]): {k: float(v) for k, v in row.items()} for row in csv.DictReader(file)}
    return p, tables


def run(folder: Path, structure: str = "markov", months: int = MONTHS, **changes: float) -> dict[str, Any]:
    """Strategy -> items by kind ("cost", "qaly", "count", "ly", "ly_undiscounted") and name, and the trace of all enrolled."""
    p, tables = read(folder)
    assert not set(changes) - set(p), set(changes) - set(p)
    p |= changes
    enrolled = p["p_infused"] + p["p_manufacturing_failure"] + p["p_died_waiting"]
    groups = {
        "salvage": [(1.0, "salvage")],
        "blinatumomab": [(1.0, "blinatumomab")],
        "transplantation": [(1.0, "transplantation")],
        "tisagenlecleucel": [
            (p["p_infused"] / enrolled, "infused"),
            (p["p_manufacturing_failure"] / enrolled, "salvage"),
            (p["p_died_waiting"] / enrolled, "not infused"),
        ],
    }
    results: dict[str, Any] = {}
    for strategy, parts in groups.items():
        if structure != "comparators" and strategy in ("blinatumomab", "transplantation"):
            continue
        total = Tally()
        if strategy == "tisagenlecleucel":
            total.add("cost", "leukapheresis", p["c_leukapheresis"])
            total.add("cost", "bridging", p["p_bridging"] * p["c_bridging"])
        for share, group in parts:
            total.take(share, patients(group, p, tables, months, structure))
        results[strategy] = {**total.sums, "trace": total.trace}
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
                self.trace.append([0.0] * 3)
            self.trace[month] = [a + share * b for a, b in zip(self.trace[month], row, strict=True)]


def patients(group: str, p: Numbers, tables: dict[str, dict[int, Numbers]], months: int, structure: str) -> Tally:
    """What happens to one patient of a group, per patient."""
    out = Tally()
    start(group, p, out)
    follow(group, p, tables, months, structure, out)
    return out


def tail_and_median(group: str, p: Numbers) -> tuple[float, float]:
    """Long-term survivors and median months of a treatment that is not cells."""
    if group == "salvage":
        return p["p_tail_salvage"], p["d_median_os_salvage"]
    if group == "blinatumomab":
        return p["p_tail_blinatumomab"], p["d_median_os_blinatumomab"]
    return p["p_transplanted_combination"] * p["p_alive_transplant"], p["d_median_os_combination"]


def start(group: str, p: Numbers, out: Tally) -> None:
    """Costs and losses of treatment."""
    if group == "not infused":
        out.add("cost", "end_of_life", p["c_end_of_life"])
        return

    def harm(name: str, share: float, cost: float, loss: float) -> None:
        if cost:
            out.add("cost", name, share * cost)
        if loss:
            out.add("qaly", name, -share * loss)

    arm, of, kind = ("salvage", "chemotherapy", "chemotherapy")
    if group == "infused":
        arm, of, kind = "car_t", "conditioning", "product"
        price = p["price_tisagenlecleucel"] * (1 - p["rebate"]) * (1 + p["hospital_markup"])
        out.add("cost", "acquisition", price * p["p_response"] if p["pay_on_response"] else price)
        out.add("cost", "lymphodepletion", p["c_lymphodepletion_drug"] + p["c_lymphodepletion_admin"])
        out.add("cost", "administration", p["c_admin_car_t"])
        out.add("count", "infusions", 1.0)
        icu, severe = p["p_crs_icu"], p["p_neuro_severe"]
        harm("cytokine_release_ward_product", p["p_crs"] * (1 - icu), p["c_crs_mild"], p["du_crs_mild"])
        harm("cytokine_release_intensive_product", p["p_crs"] * icu, p["c_crs_icu"], p["du_crs_icu"])
        harm("neurological_1_2_product", p["p_neuro"] * (1 - severe), p["c_neuro_mild"], p["du_neuro_mild"])
        harm("neurological_3_product", p["p_neuro"] * severe, p["c_neuro_severe"], p["du_neuro_severe"])
        transplants = p["p_response"] * p["p_transplant_car_t"]
    elif group == "blinatumomab":
        arm, of, kind = "blinatumomab", "product", "product"
        out.add("cost", "blinatumomab", p["c_blinatumomab"])
        out.add("cost", "blinatumomab_administration", p["c_admin_blinatumomab"])
        harm("cytokine_release_3_4_product", p["p_crs_blinatumomab"], p["c_crs_icu"], p["du_crs_icu"])
        harm("neurological_3_4_product", p["p_neuro_blinatumomab"], p["c_neuro_severe"], p["du_neuro_severe"])
    else:
        combined = group == "transplantation"
        out.add("cost", "clofarabine", p["c_clofarabine"] * (p["share_combination"] if combined else 1))
        out.add("cost", "clofarabine_administration", p["c_admin_combination" if combined else "c_admin_salvage"])
        transplants = p["p_transplanted_combination"]
    if group in ("salvage", "blinatumomab"):
        transplants = tail_and_median(group, p)[0] * p["p_survivor_transplanted"] / p["p_alive_transplant"]
    harm(f"febrile_neutropenia_3_4_{of}", p[f"p_fn_{arm}"], p["c_fn"], 0)
    harm(f"infection_3_4_{kind}", p[f"p_infection_{arm}"], p["c_infection"], 0)
    harm(f"burden_of_chemotherapy_{of}", 1, 0, p["du_chemo"] * 7 * p[f"d_chemo_{arm}"] / 365.25)
    family(p[f"days_{arm}"], "", 1.0, p, out)
    later = (1 + p["dr_cost"]) ** -0.25
    family(transplants * p["days_transplant"], "_transplant", later, p, out)
    alone = p["c_transplant"] - p["p_gvhd"] * p["c_gvhd"]
    out.add("cost", "transplant", transplants * alone * later)
    out.add("cost", "graft_versus_host_disease_transplant", transplants * p["p_gvhd"] * p["c_gvhd"] * later)
    out.add("qaly", "recovery_transplant", -transplants * loss_of_transplant(p) * (1 + p["dr_effect"]) ** -0.25)
    out.add("count", "transplants", transplants)


def loss_of_transplant(p: Numbers) -> float:
    return p["du_transplant"] * 7 * p["d_transplant"] / 365.25


def day_of_care(p: Numbers) -> tuple[float, float]:
    """A carer's day of care: paid work lost, other hours."""
    work = p["p_employed"] * p["p_carer_cuts_work"]
    return p["wage_hour"] * p["hours_day"] * work, p["c_care_hour"] * p["hours_day"] * (1 - work)


def family(days: float, part: str, factor: float, p: Numbers, out: Tally) -> None:
    work, time = day_of_care(p)
    out.add("cost", f"carers_work{part}", days * work * factor)
    out.add("cost", f"carers_time{part}", days * time * factor)
    out.add("cost", f"patient_time{part}", days * p["c_patient_day"] * factor)
    out.add("cost", f"travel{part}", days * p["c_oop_day"] * factor)


def hazard_after_event(p: Numbers) -> list[float]:
    """Per month and interval of overall survival: the hazard of those after an event at which the points are met, by bisection."""
    efs = [1.0, *(p[f"p_efs_{month}"] for month in EFS[1:])]
    alive = [1.0, *(p[f"p_os_{month}"] for month in OS[1:])]
    stay = [(efs[k + 1] / efs[k]) ** (1 / (EFS[k + 1] - EFS[k])) for k in range(4) for _ in range(EFS[k + 1] - EFS[k])]
    found = []
    for k in range(3):
        free, relapsed = efs[EFS.index(OS[k])], alive[k] - efs[EFS.index(OS[k])]
        low, high = 0.0, 5.0
        for _ in range(100):
            middle, left, still = (low + high) / 2, relapsed, free
            for month in range(OS[k], OS[k + 1]):
                left = left * exp(-middle) + still * (1 - stay[month]) * (1 - p["p_event_death"])
                still *= stay[month]
            low, high = (middle, high) if left > alive[k + 1] - efs[EFS.index(OS[k + 1])] else (low, middle)
        deaths = alive[k] - alive[k + 1] - p["p_event_death"] * (free - efs[EFS.index(OS[k + 1])])
        a, b = OS[k], OS[k + 1]
        found.append((low + high) / 2 * exp(p[f"z_dead_{a}_{b}"] / sqrt(p["n_os_infused"] * deaths)))
    return found


def monthly(curve: str, points: tuple[int, ...], p: Numbers) -> list[float]:
    """Hazard per month of the infused in each interval of a curve, with its sampling error."""
    found = []
    for a, b in pairwise(points):
        before = p[f"p_{curve}_{a}"] if a else 1.0
        q = p[f"p_{curve}_{b}"] / before
        z = p[f"z_efs_{a}_{b}"] if curve == "efs" else -p[f"z_dead_{a}_{b}"]
        odds = log(q / (1 - q)) + z / sqrt(p[f"n_{curve}_infused"] * before * q * (1 - q))
        found.append(-log(1 / (1 + exp(-odds))) / (b - a))
    return found


def interval(points: tuple[int, ...], month: int) -> int:
    return min(sum(month >= one for one in points[1:]), len(points) - 2)


def follow(
    group: str, p: Numbers, tables: dict[str, dict[int, Numbers]], months: int, structure: str, out: Tally
) -> None:
    """Month by month through the long term; a month's amounts go to half of those at its start and half at its end."""
    event_free, relapsed, dead = (0.0, 0.0, 1.0) if group == "not infused" else (1.0, 0.0, 0.0)
    population = 1.0
    curve = event_free  # event-free survival before it is lowered to overall survival
    by_curve = structure == "partitioned"
    events_h = monthly("efs", EFS, p) if group == "infused" else []
    alive_h = monthly("os", OS, p) if group == "infused" else []
    after_h = hazard_after_event(p) if group == "infused" else []
    last = hazard_after_event(p)[-1]
    out.trace.append([event_free, relapsed, dead])
    for month in range(months):
        rate = population_rate(month, p, tables["life_table"])
        cured = month >= p["cure_month"]
        late = smr(month, p) * rate / 12
        if group == "infused":
            h_efs = events_h[interval(EFS, month)]
            h_os = alive_h[interval(OS, month)]
            dying, h_after = p["p_event_death"], after_h[interval(OS, month)]
        elif group == "not infused":
            h_efs = h_os = h_after = dying = 0.0
        else:
            tail, median = tail_and_median(group, p)
            r = -log((0.5 - tail) / (1 - tail)) / median
            now, after = (tail + (1 - tail) * exp(-r * one) for one in (month, month + 1))
            h_os = max(log(now / after), rate / 12)
            h_efs, h_after = h_os / p["ratio_os_efs"], h_os
            dying = (1 - exp(-h_os)) / (1 - exp(-h_efs))
        if by_curve and group != "not infused":
            least = late if cured else rate / 12
            curve *= exp(-(least if cured else max(h_efs, least)))
            alive = (event_free + relapsed) * exp(-(least if cured else max(h_os, least)))
            left = event_free - min(curve, alive)
            events = left * (1 - (1.0 if cured else dying))
            gone = [left - events, event_free + relapsed - alive - (left - events)]
            event_free, relapsed = min(curve, alive), alive - min(curve, alive)
        else:
            left = event_free * (1 - exp(-(late if cured else h_efs)))
            events = 0.0 if cured else left * (1 - dying)
            h = h_after
            if cured:
                h = late if p["cure_relapsed"] else max(last, late)
            gone = [left - events, relapsed * (1 - exp(-h))]
            event_free -= left
            relapsed += events - gone[1]
        dead += sum(gone)
        out.trace.append([event_free, relapsed, dead])
        for end in (month, month + 1):
            live(group, month, end, p, tables["utility_norms"], out.trace[end], population, out)
        happen(group, month, events, gone, p, out)
        population *= exp(-rate / 12)


def happen(group: str, month: int, events: float, gone: list[float], p: Numbers, out: Tally) -> None:
    """What events and deaths of a month cost, in its middle; `gone` are the deaths of the event-free and after an event."""
    value, worth = ((1 + p[rate]) ** (-(month + 0.5) / 12) for rate in ("dr_cost", "dr_effect"))
    share = p["p_later_transplant"] if group == "infused" else 0.0
    harm = p["p_gvhd"] * p["c_gvhd"]
    out.add("cost", "event_treatment", events * p["c_relapse"] * value)
    out.add("cost", "later_transplant", events * share * (p["c_transplant"] - harm) * value)
    out.add("cost", "later_gvhd", events * share * harm * value)
    out.add("qaly", "later_transplant", -events * share * loss_of_transplant(p) * worth)
    out.add("cost", "end_of_life", sum(gone) * p["c_end_of_life"] * value)
    out.add("count", "events", events)
    out.add("count", "later_transplants", events * share)
    period = p["d_friction"] / 365.25 * output(month, p) * value
    out.add("cost", "lost_work_ill_friction", events * p["p_work_lost_relapsed"] * period)
    at_work = [1 - share for share in absent(month, p)]
    deaths = gone[0] * at_work[0] + gone[1] * at_work[1]
    out.add("cost", "lost_work_dead_friction", deaths * period)


def absent(month: int, p: Numbers) -> tuple[float, float]:
    """Shares without work for illness: event-free, after an event."""
    if month < p["cure_month"]:
        return 0.0, p["p_work_lost_relapsed"]
    late = p["p_work_lost_survivor"]
    return late, late if p["cure_relapsed"] else p["p_work_lost_relapsed"]


def output(month: int, p: Numbers) -> float:
    """What a person of the age reached earns in a year."""
    day = p["wage_hour"] * p["hours_day"]
    return day * p["days_work_year"] * p["p_employed"] if 18 <= p["age_start"] + month / 12 < 65 else 0.0


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
    event_free, relapsed, dead = states
    half = 0.5 / 12
    value_cost, value_effect = ((1 + p[rate]) ** (-end / 12) for rate in ("dr_cost", "dr_effect"))
    cured = month >= p["cure_month"]
    cured_too = cured and p["cure_relapsed"] == 1
    u_event_free, u_relapsed = utilities(month, p, norms)
    lived = u_event_free * event_free + (u_event_free if cured_too else u_relapsed) * relapsed
    out.add("qaly", "utility", lived * half * value_effect)
    out.add("ly", "life_years", (event_free + relapsed) * half * value_effect)
    out.add("ly_undiscounted", "life_years", (event_free + relapsed) * half)
    covered = max(0.0, min(1.0, (p["d_ivig"] - month / 12) * 12)) if group == "infused" else 0.0
    first = p["c_follow_up_first"] if month < 12 else p["c_follow_up_later"]
    days = event_free * (p["days_carer_event_free"] if month < 12 else 0.0)
    days += relapsed * (p["days_carer_relapsed"] if p["age_start"] + month / 12 < 18 else 0.0)
    work, time = day_of_care(p)
    year, away = output(month, p), absent(month, p)
    ill = (event_free * away[0] + relapsed * away[1]) * year
    everyone = event_free + relapsed + dead
    for item, flow in {
        "immunoglobulin": event_free * 12 * p["c_ivig_month"] * p["p_ivig"] * covered,
        "event_care": 0.0 if cured_too else relapsed * p["c_relapsed_year"],
        "follow_up": event_free * (p["c_survivor_year"] if cured else first)
        + (relapsed * p["c_survivor_year"] if cured_too else 0.0),
        "lost_work_carers_work": days * work,
        "lost_work_carers_time": days * time,
        "lost_work_ill_illness": ill,
        "lost_work_ill_human_capital": ill,
        "lost_work_dead_human_capital": dead * year,
        "lost_work_dead_in_population_human_capital": -(1 - population) * year * everyone,
        "consumption": (event_free + relapsed) * p["c_consumption_year"],
    }.items():
        out.add("cost", item, flow * half * value_cost)


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
