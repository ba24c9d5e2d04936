"""Sick-Sicker by plain loops: the slow twin that the engine is held against.

Conventions of the introductory tutorial (Alarid-Escudero et al. 2023): 76 rows, each discounted at its own time.
"""

from math import exp

STATES = ("H", "S1", "S2", "D")
STRATEGIES = ("standard", "strategy_a", "strategy_b", "strategy_ab")
CYCLES = 75


def weights(method: str, n: int) -> list[float]:
    """Weight of each of the n + 1 rows; the two darth methods exactly as published."""
    if method == "darth-none":
        return [1.0] * (n + 1)
    if method == "start":
        return [1.0] * n + [0.0]
    if method == "end":
        return [0.0] + [1.0] * n
    if method == "half-cycle":
        return [0.5] + [1.0] * (n - 1) + [0.5]
    if method == "darth-legacy":
        return [1 / 3] + [2 / 3 if row % 2 == 1 else 4 / 3 for row in range(1, n)] + [1 / 3]
    out = [0.0] * (n + 1)
    even = n if n % 2 == 0 else n - 3
    for row in range(0, even, 2):
        for step, weight in enumerate((1 / 3, 4 / 3, 1 / 3)):
            out[row + step] += weight
    if n % 2:
        for step, weight in enumerate((3 / 8, 9 / 8, 9 / 8, 3 / 8)):
            out[even + step] += weight
    return out


def trace(p: dict[str, float], strategy: str) -> list[list[float]]:
    """Occupancy of H, S1, S2, D in rows 0 to 75."""
    has_b = strategy in ("strategy_b", "strategy_ab")
    die_h = 1 - exp(-p["r_HD"])
    die_1 = 1 - exp(-p["r_HD"] * p["hr_S1"])
    die_2 = 1 - exp(-p["r_HD"] * p["hr_S2"])
    fall_ill = 1 - exp(-p["r_HS1"])
    recover = 1 - exp(-p["r_S1H"])
    progress = 1 - exp(-p["r_S1S2"] * (p["hr_S1S2_trtB"] if has_b else 1.0))
    rows = [[1.0, 0.0, 0.0, 0.0]]
    for _ in range(CYCLES):
        h, one, two, dead = rows[-1]
        rows.append(
            [
                h * (1 - die_h) * (1 - fall_ill) + one * (1 - die_1) * recover,
                h * (1 - die_h) * fall_ill + one * (1 - die_1) * (1 - recover - progress),
                one * (1 - die_1) * progress + two * (1 - die_2),
                h * die_h + one * die_1 + two * die_2 + dead,
            ]
        )
    return rows


def totals(p: dict[str, float], method: str) -> dict[str, tuple[float, float, float]]:
    """Discounted cost, discounted QALYs and undiscounted life-years of each strategy."""
    out = {}
    w = weights(method, CYCLES)
    for strategy in STRATEGIES:
        has_a = strategy in ("strategy_a", "strategy_ab")
        has_b = strategy in ("strategy_b", "strategy_ab")
        extra = has_a * p["c_trtA"] + has_b * p["c_trtB"]
        u_sick = p["u_trtA"] if has_a else p["u_S1"]
        cost = qaly = years = 0.0
        for row, (h, one, two, _) in enumerate(trace(p, strategy)):
            spent = h * p["c_H"] + one * (p["c_S1"] + extra) + two * (p["c_S2"] + extra)
            lived = h * p["u_H"] + one * u_sick + two * p["u_S2"]
            cost += w[row] * spent / (1 + p["dr_cost"]) ** row
            qaly += w[row] * lived / (1 + p["dr_effect"]) ** row
            years += w[row] * (h + one + two)
        out[strategy] = (cost, qaly, years)
    return out
