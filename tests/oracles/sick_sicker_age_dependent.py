"""Age-dependent Sick-Sicker by plain loops: the slow twin that the engine is held against.

As published: a transition's cost falls in the row it leads to and is weighted like a state (Alarid-Escudero et al. 2023).
"""

from math import exp

STRATEGIES = ("standard", "strategy_a", "strategy_b", "strategy_ab")
CYCLES = 75


def weights(n: int) -> list[float]:
    """The published row weights: 2/3 and 4/3 in turn, 1/3 at both ends."""
    return [1 / 3] + [2 / 3 if row % 2 == 1 else 4 / 3 for row in range(1, n)] + [1 / 3]


def matrices(p: dict[str, float], death_rate: dict[int, float], strategy: str) -> list[list[list[float]]]:
    """Probabilities over H, S1, S2, D in each of the 75 cycles."""
    has_b = strategy in ("strategy_b", "strategy_ab")
    fall_ill = 1 - exp(-p["r_HS1"])
    recover = 1 - exp(-p["r_S1H"])
    progress = 1 - exp(-p["r_S1S2"] * (p["hr_S1S2_trtB"] if has_b else 1.0))
    out = []
    for cycle in range(CYCLES):
        rate = death_rate[int(p["age_start"]) + cycle]
        h, one, two = (1 - exp(-rate * hr) for hr in (1.0, p["hr_S1"], p["hr_S2"]))
        out.append(
            [
                [(1 - h) * (1 - fall_ill), (1 - h) * fall_ill, 0.0, h],
                [(1 - one) * recover, (1 - one) * (1 - recover - progress), (1 - one) * progress, one],
                [0.0, 0.0, 1 - two, two],
                [0.0, 0.0, 0.0, 1.0],
            ]
        )
    return out


def trace(p: dict[str, float], death_rate: dict[int, float], strategy: str) -> list[list[float]]:
    """Occupancy of H, S1, S2, D in rows 0 to 75."""
    rows = [[1.0, 0.0, 0.0, 0.0]]
    for matrix in matrices(p, death_rate, strategy):
        rows.append([sum(rows[-1][a] * matrix[a][b] for a in range(4)) for b in range(4)])
    return rows


def totals(
    p: dict[str, float], death_rate: dict[int, float], legacy_events: bool = True
) -> dict[str, tuple[float, float]]:
    """Discounted cost and QALYs of each strategy; `legacy_events` weights the costs of transitions as published."""
    out = {}
    w = weights(CYCLES)
    for strategy in STRATEGIES:
        has_a = strategy in ("strategy_a", "strategy_ab")
        has_b = strategy in ("strategy_b", "strategy_ab")
        extra = has_a * p["c_trtA"] + has_b * p["c_trtB"]
        c_state = (p["c_H"], p["c_S1"] + extra, p["c_S2"] + extra, 0.0)
        u_state = (p["u_H"], p["u_trtA"] if has_a else p["u_S1"], p["u_S2"], 0.0)
        rows = trace(p, death_rate, strategy)
        cost = qaly = 0.0
        for row, share in enumerate(rows):
            cost += w[row] * sum(m * c for m, c in zip(share, c_state, strict=True)) / (1 + p["dr_cost"]) ** row
            qaly += w[row] * sum(m * u for m, u in zip(share, u_state, strict=True)) / (1 + p["dr_effect"]) ** row
        for cycle, matrix in enumerate(matrices(p, death_rate, strategy)):
            onset = rows[cycle][0] * matrix[0][1]
            deaths = sum(rows[cycle][a] * matrix[a][3] for a in range(3))
            weight = w[cycle + 1] if legacy_events else 1.0
            cost += weight * (onset * p["ic_HS1"] + deaths * p["ic_D"]) / (1 + p["dr_cost"]) ** (cycle + 1)
            qaly -= weight * onset * p["du_HS1"] / (1 + p["dr_effect"]) ** (cycle + 1)
        out[strategy] = (cost, qaly)
    return out
