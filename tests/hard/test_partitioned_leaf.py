"""A tree whose leaves lead into a weekly partitioned model and a monthly Markov model, with clashing names and an
uncertain delay: equal to plain loops, draw by draw, to 1e-10.
"""

import math
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import (
    Branch,
    Chance,
    Cost,
    DecisionTree,
    Leaf,
    MarkovModel,
    Parameter,
    PartitionedSurvival,
    Strategy,
    Utility,
)

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
BOOK = hecon.make_book(
    "weekly",
    [
        Parameter(name="p_response", value=0.4, distribution="beta", par1=40, par2=60),
        Parameter(name="d_wait", value=0.2, distribution="gamma", par1=100, par2=0.002),
        Parameter(name="scale_os", value=3.0, distribution="gamma", par1=100, par2=0.03),
        Parameter(name="scale_pfs", value=1.5, distribution="gamma", par1=100, par2=0.015),
        Parameter(name="c_week", value=300.0),
        Parameter(name="u_well", value=0.8),
    ],
)
WEEKLY = PartitionedSurvival(
    states=("free", "progressed", "dead"), curves={"free": "s_free", "progressed": "s_alive"}, crossing="cap",
    cycle="1 week", horizon="156 cycles", within_cycle="half-cycle", events="end", name="weekly",
    let={"s_alive": "exp(-(t / scale_os) ** 1.3)", "s_free": "exp(-(t / scale_pfs) ** hr)",
         "hr": "0.9", "amount": "c_week * (1 + t)"},
    outcomes=[
        Cost("care", {"free": "amount", "progressed": "2 * amount"}, per="cycle", **CARE),
        Cost("death", "5000", on="* -> dead", **CARE),
        Utility({"free": "u_well", "progressed": "0.5 * u_well"}),
    ],
)  # fmt: skip
MONTHLY = MarkovModel(
    states=("free", "dead"), cycle="1 month", horizon="3 years", within_cycle="end", events="start", name="monthly",
    let={"hr": "2", "amount": "1000 * hr"}, transitions={"free -> dead": "rate_to_prob(0.2 * hr, cycle_years)"},
    outcomes=[
        Cost("care", {"free": "amount"}, per="year", **CARE),
        Cost("death", "5000", on="* -> dead", **CARE),
        Utility({"free": "0.6"}),
    ],
)  # fmt: skip
TREE = DecisionTree(
    "Weekly and monthly", discount={"cost": "0.03", "effect": "0.015"}, discount_timing="continuous",
    strategies=[
        Strategy("one", "One", lasts="d_wait", to=Chance(
            Branch("response", "p_response", Leaf(WEEKLY)), Branch("none", "C", Leaf(MONTHLY, "free")),
        )),
    ],
)  # fmt: skip


def weekly(scale_os: float, scale_pfs: float, c_week: float, u_well: float, wait: float) -> dict[str, float]:
    """The weekly leaf for one who enters, row by row."""
    care = death = qaly = 0.0
    alive = [math.exp(-((k / 52 / scale_os) ** 1.3)) for k in range(157)]
    for k in range(157):
        free = min(math.exp(-((k / 52 / scale_pfs) ** 0.9)), alive[k])
        weight = 0.5 if k in (0, 156) else 1.0
        amount = sum(c_week * (1 + week / 52) / 2 for week in (k - 1, k) if 0 <= week < 156)  # of the weeks it bounds
        care += amount * (free + 2 * (alive[k] - free)) * 1.03 ** -(wait + k / 52)
        qaly += weight / 52 * u_well * (free + 0.5 * (alive[k] - free)) * 1.015 ** -(wait + k / 52)
        if k < 156:
            death += 5000 * (alive[k] - alive[k + 1]) * 1.03 ** -(wait + (k + 1) / 52)
    return {"care": care, "death": death, "utility": qaly}


def monthly(wait: float) -> dict[str, float]:
    """The monthly leaf for one who enters, row by row."""
    care = death = qaly = 0.0
    p, share = 1 - math.exp(-0.4 / 12), 1.0
    for k in range(37):
        weight = 0.0 if k == 0 else 1.0
        care += weight * 2000 / 12 * share * 1.03 ** -(wait + k / 12)
        qaly += weight * 0.6 / 12 * share * 1.015 ** -(wait + k / 12)
        if k < 36:
            death += 5000 * share * p * 1.03 ** -(wait + k / 12)
        share *= 1 - p
    return {"care": care, "death": death, "utility": qaly}


def test_every_draw_equals_plain_loops() -> None:
    draws = BOOK.sample(6, seed=8)
    result = hecon.run(TREE, draws)
    names = [item.name for item in result.items]
    for d in range(draws.n):
        value = {name: float(np.broadcast_to(draws[name], draws.n)[d]) for name in BOOK.parameters}
        response = weekly(value["scale_os"], value["scale_pfs"], value["c_week"], value["u_well"], value["d_wait"])
        none = monthly(value["d_wait"])
        for name in response:
            wanted = value["p_response"] * response[name] + (1 - value["p_response"]) * none[name]
            assert result.values[0, names.index(name), d] == pytest.approx(wanted, rel=1e-10)
    assert (result.values == hecon.run(TREE, draws, chunk=4, threads=2).values).all()
