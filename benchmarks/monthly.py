"""A long monthly model: 1,056 cycles, 6 states, 2 strategies, mortality and relapse that change with time, 4,000 draws.

hecon against the best by-cycle numpy we could write for it; costs and QALYs must agree.
"""

from typing import Any

import numpy as np
from measure import beside_numpy, options, show

import hecon
from hecon import Cost, MarkovModel, Parameter, Strategy, Utility

CYCLES, DRAWS = 1056, 4_000
STATES = ("remission", "relapse", "second_line", "transplant", "cured", "dead")


def gamma(name: str, mean: float) -> Parameter:
    """A rate or cost with a coefficient of variation of 20%."""
    return Parameter(name=name, value=mean, distribution="gamma", par1=25, par2=mean / 25)


RATES = (("r_relapse", 0.3), ("r_fade", 0.4), ("r_second", 1.5), ("r_graft", 0.5), ("r_cure", 0.8), ("r_die_ill", 0.6))
COSTS = (("r_old", 0.0003), ("c_ill", 30_000.0), ("c_graft", 200_000.0), ("c_well", 2_000.0))
BOOK = hecon.make_book(
    "monthly",
    [
        *(gamma(n, v) for n, v in RATES),
        *(gamma(n, v) for n, v in COSTS),
        Parameter(name="u_well", value=0.9, distribution="beta", par1=90, par2=10),
        Parameter(name="u_ill", value=0.6, distribution="beta", par1=60, par2=40),
        *(Parameter(name=n, value=v) for n, v in (("hr_new", 0.6), ("slope", 0.085), ("dr", 0.03))),
    ],
)  # fmt: skip
OLD = "1 - exp(-r_old * exp(slope * (12 + t)) * cycle_years)"
MODEL = MarkovModel(
    states=STATES, cycle="1 month", horizon="1056 cycles", within_cycle="half-cycle", events="mid",
    let={
        "p_old": OLD,
        "p_relapse": "(1 - p_old) * (1 - exp(-r_relapse * hr * exp(-r_fade * t) * cycle_years))",
        "p_ill": "1 - exp(-r_die_ill * cycle_years)",
        "hr": "1",
    },
    transitions={
        "remission -> relapse": "p_relapse", "remission -> dead": "p_old",
        "relapse -> second_line": "(1 - p_ill) * (1 - exp(-r_second * cycle_years))", "relapse -> dead": "p_ill",
        "second_line -> transplant": "(1 - p_ill) * (1 - exp(-r_graft * cycle_years))", "second_line -> dead": "p_ill",
        "transplant -> cured": "(1 - p_ill) * (1 - exp(-r_cure * cycle_years))", "transplant -> dead": "p_ill",
        "cured -> dead": "p_old",
    },
    outcomes=[
        Cost("care", {"remission": "c_well", "relapse": "c_ill", "second_line": "c_ill", "transplant": "c_graft",
                      "cured": "c_well"}, per="year", category="care", sector="health care"),
        Utility({"remission": "u_well", "relapse": "u_ill", "second_line": "u_ill", "transplant": "u_ill", "cured": "u_well"}),
    ],
    title="Monthly", start="remission", discount={"cost": "dr", "effect": "dr"}, discount_timing="continuous",
    strategies=[Strategy("old"), Strategy("new", let={"hr": "hr_new"})],
)  # fmt: skip


def by_hand(p: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Cost and QALY (strategy, draw): the two cohorts side by side, cycle by cycle, in place, in chunks that fit the cache."""
    cost, qaly = np.empty((2, DRAWS)), np.empty((2, DRAWS))
    for first in range(0, DRAWS, 1000):
        part = slice(first, first + 1000)
        mine = {name: x[part] if np.ndim(x) else x for name, x in p.items()}
        for k, hr in enumerate((1.0, mine["hr_new"])):
            cost[k, part], qaly[k, part] = _cohort(mine, hr)
    return cost, qaly


def _cohort(p: dict[str, Any], hr: Any) -> tuple[np.ndarray, np.ndarray]:
    month = 1 / 12
    ill = 1 - np.exp(-p["r_die_ill"] * month)
    second, graft, cure = ((1 - ill) * (1 - np.exp(-p[r] * month)) for r in ("r_second", "r_graft", "r_cure"))
    stay_r, stay_s, stay_t = 1 - second - ill, 1 - graft - ill, 1 - cure - ill
    n = len(ill)
    rem, rel, sec, gra, cur = np.ones(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    well, sick, grafted = 0.5 * rem, np.zeros(n), np.zeros(n)
    for k in range(CYCLES):
        t = k / 12
        old = 1 - np.exp(p["r_old"] * (-np.exp(p["slope"] * (12 + t)) * month))
        relapse = (1 - old) * (1 - np.exp(p["r_relapse"] * (-hr * month) * np.exp(-p["r_fade"] * t)))
        cur = cur * (1 - old) + gra * cure
        gra = gra * stay_t + sec * graft
        sec = sec * stay_s + rel * second
        rel = rel * stay_r + rem * relapse
        rem = rem * (1 - old - relapse)
        weight = (0.5 if k + 1 == CYCLES else 1.0) * 1.03 ** -((k + 1) / 12)
        well += weight * (rem + cur)
        sick += weight * (rel + sec)
        grafted += weight * gra
    cost = (well * p["c_well"] + sick * p["c_ill"] + grafted * p["c_graft"]) * month
    return cost, (well * p["u_well"] + (sick + grafted) * p["u_ill"]) * month


def main() -> None:
    """Measure and show."""
    asked = options(__doc__ or "")
    draws = BOOK.sample(DRAWS, seed=1)
    by_name = {name: draws[name] for name in BOOK.parameters}
    result = hecon.run(MODEL, draws)
    cost, qaly = by_hand(by_name)
    assert np.allclose(result.cost("payer"), cost, rtol=1e-10)
    assert np.allclose(result.effect(), qaly, rtol=1e-10)
    show(beside_numpy(lambda: by_hand(by_name), lambda **how: hecon.run(MODEL, draws, **how)), asked.json)


if __name__ == "__main__":
    main()
