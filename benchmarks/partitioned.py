"""Partitioned survival: 2 strategies, 720 monthly cycles, 10,000 draws of four Weibull curves, against numpy by hand;
and the time to fit seven families with two covariates to 1,000 patients.
"""

from typing import Any

import numpy as np
from measure import beside_numpy, cpu_seconds, options, show

import hecon
from hecon import Cost, Parameter, PartitionedSurvival, Strategy, Utility

CYCLES, DRAWS = 720, 10_000


def normal(name: str, mean: float, sd: float) -> Parameter:
    """A coefficient on the log scale."""
    return Parameter(name=name, value=mean, distribution="normal", par1=mean, par2=sd)


CURVES = [
    normal(f"{curve}_{what}_{arm}", value, 0.05)
    for arm, shift in (("old", 0.0), ("new", 0.4))
    for curve, scale in (("pfs", 0.2), ("os", 0.9))
    for what, value in (("shape", 0.1), ("scale", scale + shift))
]
COSTS = [
    Parameter(name=name, value=mean, distribution="gamma", par1=25, par2=mean / 25)
    for name, mean in (("c_free", 9_000.0), ("c_progressed", 20_000.0), ("c_death", 8_000.0))
]
BOOK = hecon.make_book(
    "partitioned", [*CURVES, *COSTS, Parameter(name="u_free", value=0.8), Parameter(name="u_progressed", value=0.6)]
)


def weibull(curve: str, arm: str) -> str:
    """Survival with shape and scale on the log scale."""
    return f"exp(-(t / exp({curve}_scale_{arm})) ** exp({curve}_shape_{arm}))"


MODEL = PartitionedSurvival(
    states=("free", "progressed", "dead"), curves={"free": "s_pfs", "progressed": "s_os"}, crossing="cap",
    cycle="1 month", horizon="720 cycles", within_cycle="half-cycle", events="mid",
    let={"s_pfs": weibull("pfs", "old"), "s_os": weibull("os", "old")},
    outcomes=[
        Cost("care", {"free": "c_free", "progressed": "c_progressed"}, per="year", category="care", sector="health care"),
        Cost("death", "c_death", on="* -> dead", category="care", sector="health care"),
        Utility({"free": "u_free", "progressed": "u_progressed"}),
    ],
    title="Partitioned", discount={"cost": "0.03", "effect": "0.03"}, discount_timing="continuous",
    strategies=[Strategy("old"), Strategy("new", let={"s_pfs": weibull("pfs", "new"), "s_os": weibull("os", "new")})],
)  # fmt: skip


def by_hand(p: dict[str, Any]) -> list[np.ndarray]:
    """Cost, QALY, life-years and undiscounted life-years (strategy, draw), month by month."""
    totals = np.zeros((4, 2, DRAWS))
    month = 1 / 12
    for k, arm in enumerate(("old", "new")):
        shapes, scales = ({c: np.exp(p[f"{c}_{what}_{arm}"]) for c in ("pfs", "os")} for what in ("shape", "scale"))
        before = None
        for row in range(CYCLES + 1):
            t = row * month
            alive = np.exp(-((t / scales["os"]) ** shapes["os"]))
            free = np.minimum(np.exp(-((t / scales["pfs"]) ** shapes["pfs"])), alive)
            within = 0.5 if row in (0, CYCLES) else 1.0
            weight = within * month * 1.03**-t
            ill = alive - free
            totals[0, k] += weight * (free * p["c_free"] + ill * p["c_progressed"])
            totals[1, k] += weight * (free * p["u_free"] + ill * p["u_progressed"])
            totals[2, k] += weight * alive
            totals[3, k] += within * month * alive
            if before is not None:
                totals[0, k] += 1.03 ** -(t - month / 2) * (before - alive) * p["c_death"]
            before = alive
    return list(totals)


def fit_seven() -> None:
    """Seven families with two covariates, 1,000 patients."""
    from hecon.survival.data import survival_data
    from hecon.survival.fit import fit_all

    rng = np.random.default_rng(1)
    covariates = {"arm": rng.integers(0, 2, 1000).astype(float), "age": rng.normal(0, 1, 1000)}
    time = 3 * np.exp(0.3 * covariates["arm"] - 0.1 * covariates["age"]) * rng.weibull(1.3, 1000)
    censored = rng.uniform(1, 8, 1000)
    fit_all(survival_data(np.minimum(time, censored), (time <= censored).astype(float), covariates=covariates))


def main() -> None:
    """Measure and show."""
    asked = options(__doc__ or "")
    draws = BOOK.sample(DRAWS, seed=1)
    by_name = {name: draws[name] for name in BOOK.parameters}
    result = hecon.run(MODEL, draws)
    mine = (result.cost("payer"), result.effect("qaly"), result.effect("ly"), result.effect("ly_undiscounted"))
    for ours, theirs in zip(mine, by_hand(by_name), strict=True):
        assert np.allclose(ours, theirs, rtol=1e-10)
    found = beside_numpy(lambda: by_hand(by_name), lambda **how: hecon.run(MODEL, draws, **how))
    show({**found, "fit_seconds": cpu_seconds(fit_seven, runs=3)}, asked.json)


if __name__ == "__main__":
    main()
