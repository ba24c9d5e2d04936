"""The leukaemia case as partitioned survival by plain loops over months: the slow twin of its second structure.

Treatment, mortality and norms are those of the Markov twin beside this file.
"""

import csv
import runpy
from math import erf, exp, log, sqrt
from pathlib import Path
from typing import Any

MARKOV = runpy.run_path(str(Path(__file__).with_name("car_t_paediatric_all.py")))
Numbers = dict[str, float]


def run(folder: Path, months: int = 1056, **changes: float) -> dict[str, Any]:
    """Strategy -> costs, QALYs and counts by item, life-years, as the Markov twin gives them."""
    p, tables = MARKOV["read"](folder)
    with open(folder / "curves.csv", newline="") as file:
        for row in csv.DictReader(file):
            p[f"{row['curve']}_{row['family'].replace(' ', '_')}_{row['parameter']}"] = float(row["estimate"])
    assert not set(changes) - set(p), set(changes) - set(p)
    p |= changes
    enrolled = p["p_infused"] + p["p_manufacturing_failure"] + p["p_died_waiting"]
    arms = {
        "salvage": [(1.0, "salvage")],
        "tisagenlecleucel": [
            (p["p_infused"] / enrolled, "infused"),
            (p["p_manufacturing_failure"] / enrolled, "salvage"),
            (p["p_died_waiting"] / enrolled, "not infused"),
        ],
    }
    results = {}
    for strategy, parts in arms.items():
        total = MARKOV["Tally"]()
        if strategy == "tisagenlecleucel":
            total.add("cost", "leukapheresis", p["c_leukapheresis"])
            total.add("cost", "bridging", p["p_bridging"] * p["c_bridging"])
        for share, group in parts:
            one = MARKOV["Tally"]()
            MARKOV["start"](group, p, one)
            follow(group, p, tables, months, one)
            total.take(share, one)
        results[strategy] = total.report()
    return results


def hazard(group: str, kind: str, years: float, p: Numbers) -> float:
    """The cumulative hazard of death (os) or of an event (efs)."""
    if group == "salvage":
        return -log(MARKOV["alive_salvage"](years, p)) / (1 if kind == "os" else p["ratio_os_efs"])
    if years == 0:
        return 0.0
    mu, sigma, cure = (p[f"{kind}_infused_lnorm_mixture_cure_{name}"] for name in ("meanlog", "sdlog", "cure"))
    cured = 1 / (1 + exp(-cure))
    uncured = 0.5 * (1 - erf((log(years) - mu) / exp(sigma) / sqrt(2)))
    return -log(cured + (1 - cured) * uncured)


def follow(group: str, p: Numbers, tables: dict[str, dict[int, Numbers]], months: int, out: Any) -> None:
    """Curves that never fall slower than mortality in general, then month by month what is lived in their states."""
    os, efs, general = [1.0], [1.0], [1.0]
    if group == "not infused":
        os, efs = [0.0], [0.0]
    for month in range(months):
        rate = MARKOV["population_rate"](month, p, tables["life_table"])
        least = rate / 12 * (MARKOV["smr"](month, p) if month >= p["cure_month"] else 1)
        for kind, curve in (("os", os), ("efs", efs)):
            step = 0.0
            if group != "not infused":
                step = hazard(group, kind, (month + 1) / 12, p) - hazard(group, kind, month / 12, p)
            curve.append(curve[-1] * exp(-max(step, least)))
        general.append(general[-1] * exp(-rate / 12))
    free = [min(e, o) for e, o in zip(efs, os, strict=True)]
    for month in range(months):
        for end in (month, month + 1):
            event_free, relapsed, survivor = free[end], os[end] - free[end], 0.0
            if month > p["cure_month"]:  # the month says what holds, whichever of its ends is looked at
                event_free, survivor = 0.0, event_free
                if p["cure_relapsed"]:
                    relapsed, survivor = 0.0, os[end]
            states = [event_free, relapsed, survivor, 1 - os[end]]
            MARKOV["live"](group, month, end, p, tables["utility_norms"], states, general[month], out)
        left, died = free[month] - free[month + 1], os[month] - os[month + 1]
        share = 1.0 if month >= p["cure_month"] else p["p_event_death"]
        if group == "salvage" and month < p["cure_month"]:
            share = (1 - os[month + 1] / os[month]) / (1 - efs[month + 1] / efs[month])
        middle = (1 + p["dr_cost"]) ** (-(month + 0.5) / 12)
        out.add("cost", "event_treatment", left * (1 - share) * p["c_relapse"] * middle)
        out.add("cost", "end_of_life", died * p["c_end_of_life"] * middle)
        out.add("count", "events", left * (1 - share))
