"""Sumatriptan for migraine (Evans 1997) path by path: the slow twin that the engine is held against.

A path's probability is the product of its branches', its cost the sum of what is met on the way.
"""

DAY = 1 / 365.25
ENDS = ("relief", "recurrence", "endures", "emergency", "admitted")


def paths(p: dict[str, float], drug: str) -> dict[str, tuple[float, float, float]]:
    """Probability, cost and utility (each of the last two times the probability) of the five ends of one strategy."""
    dose, relief, lasting = p[f"c_{drug}"], p[f"p_relief_{drug}"], p[f"p_no_recurrence_{drug}"]
    table = {
        "relief": (relief * lasting, dose, p["u_relief"]),
        "recurrence": (relief * (1 - lasting), 2 * dose, p["u_recurrence"]),
        "endures": ((1 - relief) * (1 - p["p_ed"]), dose, p["u_endures"]),
        "emergency": ((1 - relief) * p["p_ed"] * (1 - p["p_admitted"]), dose + p["c_ed"], p["u_ed"]),
        "admitted": (
            (1 - relief) * p["p_ed"] * p["p_admitted"],
            dose + p["c_ed"] + p["c_admission"],
            p["u_endures"],
        ),
    }
    return {end: (chance, chance * cost, chance * utility) for end, (chance, cost, utility) in table.items()}


def totals(p: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Cost and QALYs of each strategy over one day."""
    out = {}
    for drug in ("caffeine", "sumatriptan"):
        rows = paths(p, drug).values()
        out[drug] = (sum(row[1] for row in rows), sum(row[2] for row in rows) * DAY)
    return out
