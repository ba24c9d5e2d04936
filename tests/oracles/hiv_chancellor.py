"""Lamivudine for HIV (Chancellor 1997) by plain loops: the slow twin that the engine is held against.

The effect acts on the transitions out of rows 0 and 1; the price is paid in rows 1 and 2 (Briggs 2006, exercise 2.5).
"""

CYCLES = 20
STATES = ("A", "B", "C", "D")


def matrix(p: dict[str, float], rr: float, rr_ac: float) -> list[list[float]]:
    """Yearly probabilities when every worsening is multiplied by `rr` (A to C by `rr_ac`); staying is the rest."""
    ab, ac, ad = rr * p["p_AB"], rr_ac * p["p_AC"], rr * p["p_AD"]
    bc, bd, cd = rr * p["p_BC"], rr * p["p_BD"], rr * p["p_CD"]
    return [[1 - ab - ac - ad, ab, ac, ad], [0.0, 1 - bc - bd, bc, bd], [0.0, 0.0, 1 - cd, cd], [0.0, 0.0, 0.0, 1.0]]


def trace(p: dict[str, float], strategy: str, slip: float = 1.0) -> list[list[float]]:
    """Occupancy of A, B, C, D in rows 0 to 20; `slip` multiplies treated A to C, 1734/1749 in the printed trace."""
    rows = [[1.0, 0.0, 0.0, 0.0]]
    for cycle in range(CYCLES):
        treated = strategy == "combination" and cycle < 2
        step = matrix(p, p["rr_worse"], p["rr_worse"] * slip) if treated else matrix(p, 1.0, 1.0)
        rows.append([sum(rows[-1][a] * step[a][b] for a in range(4)) for b in range(4)])
    return rows


def cost_by_row(p: dict[str, float], strategy: str, slip: float = 1.0) -> list[float]:
    """Discounted cost of each row, that of the year just ended; row 0 costs nothing."""
    out = [0.0]
    for row, share in enumerate(trace(p, strategy, slip)):
        if row == 0:
            continue
        drugs = p["c_zidovudine"] + (p["c_lamivudine"] if strategy == "combination" and row <= 2 else 0.0)
        spent = sum(
            share[k] * (p[f"c_direct_{state}"] + p[f"c_community_{state}"] + drugs)
            for k, state in enumerate(STATES[:3])
        )
        out.append(spent / (1 + p["dr_cost"]) ** row)
    return out


def totals(p: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Discounted cost and life-years (discounted at dr_effect) of each strategy."""
    out = {}
    for strategy in ("mono", "combination"):
        years = sum(
            sum(share[:3]) / (1 + p["dr_effect"]) ** row for row, share in enumerate(trace(p, strategy)) if row > 0
        )
        out[strategy] = (sum(cost_by_row(p, strategy)), years)
    return out
