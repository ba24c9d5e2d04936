"""The model of tests/hard/model.py by plain loops for one draw: nothing shared with the engine, nothing clever.

Moves under rates come from an integral of the matrix exponential, not from uniformisation.
"""

from collections import defaultdict
from math import exp, floor, log, sqrt

import numpy as np
from scipy.linalg import expm

Totals = defaultdict[tuple[str, str], float]
Table = dict[int, dict[str, float]]


def v_cost(p: dict[str, float], time: float) -> float:
    """Discount factor of costs: one rate for five years, another after."""
    return float((1 + p["dr_cost"]) ** -min(time, 5.0) * (1 + p["dr_cost_later"]) ** -max(time - 5.0, 0.0))


def v_effect(p: dict[str, float], time: float) -> float:
    """Discount factor of effects."""
    return float((1 + p["dr_effect"]) ** -time)


def mixed_rate(table: Table, p: dict[str, float], age: float) -> float:
    """Rate of death in a year of age, the sexes weighted by those of them still alive since the starting age."""
    first = int(p["age_start"])
    male, female = 1 - p["p_female"], p["p_female"]
    for year in range(first, first + floor(age - first + 1e-9)):
        male *= 1 - table[year]["qx_male"]
        female *= 1 - table[year]["qx_female"]
    row = table[first + floor(age - first + 1e-9)]
    after = male * (1 - row["qx_male"]) + female * (1 - row["qx_female"])
    return -log(after / (male + female))


def episodes(
    p: dict[str, float], table: Table, start: tuple[float, float], offset: float, hr: float, mild: bool, out: Totals
) -> None:
    """120 months, 60 tunnels of relapse, moves at mid-cycle; of each month half is spent as at its start, half as at its
    end, with the amounts of its start.
    """
    well, tunnel, length = start[0], [start[1]] + [0.0] * 59, 1 / 12
    out["cost", "registration"] += sum(start) * 0.5 * p["c_scan"] * v_cost(p, offset)
    for row in range(121):
        t = row / 12
        now = offset + t
        age = p["age_start"] + offset + t
        ill = sum(tunnel)
        for month in (row - 1, row):
            if not 0 <= month < 120:
                continue
            t_start, half = month / 12, 0.5 * length
            out["ly", "life_years"] += half * (well + ill) * v_effect(p, now)
            out["ly_undiscounted", "life_years"] += half * (well + ill)
            spent, lived = well * 0.1 * p["c_care"], well * (p["u_well"] - 0.002 * t_start)
            for k, share in enumerate(tunnel):
                at_first = k == row < 60  # ill from the model's start: the tunnel of the month's start counts
                in_state = (month if at_first else k) / 12
                spent += share * (0.5 * p["c_care"] + 10 * t_start if mild else p["c_care"] * (0.2 + exp(-in_state)))
                lived += share * p["u_ill"] * (1 - 0.3 * exp(-2 * in_state))
            out["cost", "follow_up"] += half * spent * v_cost(p, now)
            out["qaly", "utility"] += half * lived * v_effect(p, now)
            out["cost", "lost_work"] += 0.5 * ill * 3 * p["c_day"] * v_cost(p, now)
        if row == 24:
            out["cost", "scan"] += (well * p["c_scan"] + ill * 1.5 * p["c_scan"]) * v_cost(p, now)
        if row == 120:
            break
        other = mixed_rate(table, p, age)
        die = 1 - exp(-other * length)
        relapse = well * (1 - die) * (1 - exp(-p["r_relapse"] * hr * exp(-p["decay"] * t) * length))
        middle = now + length / 2
        out["cost", "work_up"] += relapse * p["c_work_up"] * (1 + 0.01 * (age - p["age_start"])) * v_cost(p, middle)
        out["qaly", "relapse"] -= relapse * p["du_event"] * v_effect(p, middle)
        out["count", "relapses"] += relapse
        well_after = well * (1 - die) - relapse
        tunnel_after = [relapse] + [0.0] * 59
        for k, share in enumerate(tunnel):
            in_state = k / 12
            back = share * 0.02 * exp(-in_state)
            dies = share * (1 - exp(-(other + p["r_death"] * exp(-0.7 * in_state)) * length))
            out["cost", "end_of_life"] += dies * p["c_work_up"] * (2 - exp(-in_state)) * v_cost(p, middle)
            well_after += back
            tunnel_after[min(k + 1, 59)] += share - back - dies
        well, tunnel = well_after, tunnel_after


def decline(
    p: dict[str, float],
    table: Table,
    start: tuple[float, float],
    offset: float,
    severity: float,
    recover: float,
    out: Totals,
) -> None:
    """80 quarters by rates held constant within a cycle, moves at the end of the cycle; the time spent in each quarter by
    Simpson's rule over pairs of them.
    """
    share, length = np.array([start[0], start[1], 0.0]), 0.25
    for row in range(81):
        t = row / 4
        now = offset + t
        well, ill, _ = (float(x) for x in share)
        for quarter in range(80):
            pair = quarter - quarter % 2
            if not pair <= row <= pair + 2:
                continue
            weight = ((5, 8, -1) if quarter % 2 == 0 else (-1, 8, 5))[row - pair] / 12
            begun = quarter / 4
            out["ly", "life_years"] += weight * length * (well + ill) * v_effect(p, now)
            out["ly_undiscounted", "life_years"] += weight * length * (well + ill)
            out["cost", "follow_up"] += weight * length * ill * p["c_care"] * (1 + 0.03 * begun) * v_cost(p, now)
            lived = well * p["u_well"] + ill * (p["u_ill"] - 0.001 * begun)
            out["qaly", "utility"] += weight * length * lived * v_effect(p, now)
        if row == 80:
            break
        other = -log(1 - table[floor(p["age_start"] + offset + t)]["qx_male"]) * 0.8
        rate = np.zeros((3, 3))
        rate[0, 1] = p["r_progress"] * severity * (1 + 0.02 * t)
        rate[1, 0] = recover
        rate[0, 2], rate[1, 2] = other, 1.5 * other + p["r_death"]
        generator = rate - np.diag(rate.sum(axis=1))
        both = expm(np.block([[generator * length, np.eye(3) * length], [np.zeros((3, 6))]]))
        moves = (share @ both[:3, 3:])[:, None] * rate
        share = share @ both[:3, :3]
        end = now + length
        out["cost", "work_up"] += float(moves[0, 1]) * p["c_work_up"] * v_cost(p, end)
        out["cost", "end_of_life"] += float(moves[0, 2] + moves[1, 2]) * 0.5 * p["c_work_up"] * v_cost(p, end)
        out["count", "relapses"] += float(moves[0, 1])


def brief(p: dict[str, float], table: Table, mass: float, offset: float, out: Totals) -> None:
    """156 weeks, everything counted at the start of the cycle."""
    well, length = mass, 1 / 52
    for row in range(156):
        t = row / 52
        now = offset + t
        out["ly", "life_years"] += length * well * v_effect(p, now)
        out["ly_undiscounted", "life_years"] += length * well
        out["cost", "follow_up"] += length * well * 2 * p["c_care"] * v_cost(p, now)
        out["qaly", "utility"] += length * well * p["u_ill"] * v_effect(p, now)
        rate = 0.3 * (1 + 0.1 * sqrt(t)) - log(1 - table[floor(p["age_start"] + offset + t)]["qx_female"])
        dies = well * (1 - exp(-rate * length))
        out["cost", "end_of_life"] += dies * p["c_work_up"] * v_cost(p, now)
        well -= dies


def usual_pathway(p: dict[str, float], table: Table, mass: float, offset: float, hr: float, out: Totals) -> float:
    """The tree of usual care for a share of the cohort; gives back the share that takes the early course."""
    out["cost", "induction"] += mass * p["p_early"] * 3 * p["c_scan"]
    late = mass * p["p_late"]
    out["qaly", "setback"] -= late * 2 * p["du_event"]
    decline(p, table, (0.7 * late, 0.3 * late), offset, 1.2 * hr, p["r_recover"], out)
    brief(p, table, mass * (1 - p["p_early"] - p["p_late"]), offset, out)
    return mass * p["p_early"]


def totals(p: dict[str, float], table: Table) -> dict[str, Totals]:
    """Discounted totals by (kind, item name) of both strategies."""
    usual: Totals = defaultdict(float)
    early = usual_pathway(p, table, 1.0, 0.0, 1.0, usual)
    episodes(p, table, (early, 0.0), 0.0, 1.0, False, usual)

    new: Totals = defaultdict(float)
    wait, hr, made = p["d_wait"], p["hr_drug"], p["p_made"]
    new["cost", "waiting"] += wait * p["c_care"]
    new["ly", "life_years_tree"] += wait
    new["ly_undiscounted", "life_years_tree"] += wait
    new["qaly", "waiting"] += p["u_wait"] * wait
    new["cost", "drug"] += made * p["c_drug"] * v_cost(p, 0.5)
    new["cost", "end_of_life"] += p["p_died"] * p["c_work_up"]
    early = usual_pathway(p, table, 1 - made - p["p_died"], wait, hr, new)
    episodes(p, table, (early + made * p["p_early"], made * 0.1), wait, hr, False, new)
    episodes(p, table, (made * 0.05, 0.0), wait, hr, True, new)
    decline(p, table, (0.0, made * (1 - p["p_early"] - 0.15)), wait, hr, 2 * p["r_recover"], new)
    return {"usual": usual, "new": new}
