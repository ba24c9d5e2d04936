"""Knee replacement (Dong and Buxton 2006) by plain loops: the slow twin that the engine is held against.

Costs of transitions fall at the end of their month; QALYs are the mean of both ends of the month, discounted at its middle.
"""

STATES = ("operation", "serious", "minor", "well", "complex", "simple", "other", "well_revised", "dead")
REST = ("well", "other", "well", "well", "well_revised", "well_revised", "well", "well_revised", "dead")
STRATEGIES = ("conventional", "computer_assisted")


def matrix(p: dict[str, float], strategy: str) -> list[list[float]]:
    """Monthly probabilities; what is not named goes to the state of REST."""
    rr = p["rr_serious_cas"] if strategy == "computer_assisted" else 1.0
    out = []
    for a, rest in zip(STATES, REST, strict=True):
        row = [p.get(f"p_{a}_to_{b}", 0.0) * (rr if b == "serious" else 1.0) for b in STATES]
        row[STATES.index(rest)] += 1 - sum(row)
        out.append(row)
    return out


def price(p: dict[str, float], strategy: str, a: str, b: str) -> float:
    """Cost of a transition from a to b."""
    computer = p["c_computer"] if strategy == "computer_assisted" else 0.0
    cost = p["c_operation"] + computer if a == "operation" else 0.0
    entering = {"complex": p["c_complex"] + computer, "simple": p["c_simple"] + computer, "other": p["c_other"]}
    return cost + entering.get(b, 0.0)


def by_year(p: dict[str, float], strategy: str, years: int = 10) -> list[dict[str, float]]:
    """Cumulative per-patient moves into some states, deaths, discounted cost and QALYs at the end of each year."""
    step = matrix(p, strategy)
    share = [1.0] + [0.0] * 8
    moved = dict.fromkeys(("serious", "minor", "complex", "simple"), 0.0)
    cost = qaly = 0.0
    out = []
    for month in range(12 * years):
        after = [0.0] * 9
        for a in range(9):
            for b in range(9):
                flow = share[a] * step[a][b]
                after[b] += flow
                cost += flow * price(p, strategy, STATES[a], STATES[b]) / (1 + p["dr_cost"]) ** ((month + 1) / 12)
                if STATES[b] in moved:
                    moved[STATES[b]] += flow
        lived = sum((share[k] + after[k]) / 2 * p[f"u_{STATES[k]}"] for k in range(8))
        qaly += lived / 12 / (1 + p["dr_effect"]) ** ((month + 0.5) / 12)
        share = after
        if (month + 1) % 12 == 0:
            out.append({**moved, "dead": share[8], "cost": cost, "qaly": qaly})
    return out
