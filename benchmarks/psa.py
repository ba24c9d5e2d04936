"""Probabilistic analysis of Sick-Sicker: 4 strategies, 75 cycles, 16 uncertain parameters, the same 10,000 draws for all.

heormodel (its run_psa), numpy written by hand for this model, and hecon; costs and QALYs by strategy must agree.
"""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
from measure import cpu_seconds, options, paired_cpu_seconds, peak_megabytes, print_own_peak, show
from sick_sicker_numpy import CYCLES, sick_sicker

import hecon

CASE = Path(__file__).parents[1] / "tests" / "validation" / "sick_sicker"
MODEL: Any = runpy.run_path(str(CASE / "model.py"))["model"]("half-cycle")
DRAWS = 10_000


def heormodel_engine() -> Any:
    """The same model as heormodel wants it: matrices and rewards of one draw and one strategy."""
    from heormodel.models.markov import CohortSpec, MarkovModel

    def one(p: Any, strategy: str) -> Any:
        a, b = "A" in strategy, "B" in strategy
        r_hd, r_s1s2 = p["r_HD"], p["r_S1S2"] * (p["hr_S1S2_trtB"] if b else 1.0)
        rates = np.array([r_hd, r_hd * p["hr_S1"], r_hd * p["hr_S2"], p["r_HS1"], p["r_S1H"], r_s1s2])
        hd, s1d, s2d, hs1, s1h, s1s2 = 1 - np.exp(-rates)
        moves = np.array([
            [(1 - hd) * (1 - hs1), (1 - hd) * hs1, 0.0, hd],
            [(1 - s1d) * s1h, (1 - s1d) * (1 - s1h - s1s2), (1 - s1d) * s1s2, s1d],
            [0.0, 0.0, 1 - s2d, s2d],
            [0.0, 0.0, 0.0, 1.0],
        ])  # fmt: skip
        extra = a * p["c_trtA"] + b * p["c_trtB"]
        cost = np.array([p["c_H"], p["c_S1"] + extra, p["c_S2"] + extra, 0.0])
        qaly = np.array([p["u_H"], p["u_trtA"] if a else p["u_S1"], p["u_S2"], 0.0])
        return CohortSpec(moves, cost, qaly)

    return MarkovModel(
        states=("H", "S1", "S2", "D"), interventions=("SoC", "A", "B", "AB"), transitions_and_rewards=one,
        n_cycles=CYCLES, discount_rate=0.03, cycle_correction="half_cycle",
    )  # fmt: skip


def child(what: str, draws: str) -> None:
    """One tool's run in a process of its own, for its peak memory."""
    book = hecon.read_inputs(CASE / "inputs")
    if what == "hecon":
        hecon.run(MODEL, book.sample(int(draws), seed=1))
    print_own_peak()


def main() -> None:
    """Measure and show."""
    asked = options(__doc__ or "")
    if asked.child:
        child(*asked.child)
        return
    book = hecon.read_inputs(CASE / "inputs")
    draws = book.sample(DRAWS, seed=1)
    by_name = {name: draws[name] for name in book.parameters}
    result = hecon.run(MODEL, draws)
    mine = (result.cost("payer"), result.effect("qaly"), result.effect("ly"), result.effect("ly_undiscounted"))
    for ours, by_hand in zip(mine, sick_sicker(by_name), strict=True):
        assert np.allclose(ours, by_hand, rtol=1e-10)
    numpy_cpu, hecon_cpu = paired_cpu_seconds(lambda: sick_sicker(by_name), lambda: hecon.run(MODEL, draws))

    import pandas as pd
    from heormodel.run import run_psa

    frame = pd.DataFrame(
        {n: np.broadcast_to(x, DRAWS) for n, x in by_name.items()}, index=pd.RangeIndex(DRAWS, name="iteration")
    )
    engine = heormodel_engine()
    few = frame.iloc[:5]
    theirs = run_psa(engine, few, sequential=True).outcomes
    for k, name in enumerate(("SoC", "A", "B", "AB")):
        assert np.allclose(theirs.costs_wide()[name], mine[0][k, :5], rtol=1e-10)
        assert np.allclose(theirs.effects_wide()[name], mine[1][k, :5], rtol=1e-10)
    peer_cpu = cpu_seconds(lambda: run_psa(engine, frame, sequential=True), runs=1, warm_up=0)
    show(
        {
            "heormodel_cpu_seconds": peer_cpu,
            "numpy_cpu_seconds": numpy_cpu,
            "hecon_cpu_seconds": hecon_cpu,
            "heormodel_cpu_over_hecon": peer_cpu / hecon_cpu,
            "hecon_cpu_over_numpy": hecon_cpu / numpy_cpu,
            "sampling_cpu_seconds": cpu_seconds(lambda: book.sample(DRAWS, seed=1)),
            "inverse_sampling_cpu_seconds": cpu_seconds(lambda: book.sample(DRAWS, seed=1, method="latin hypercube")),
            "hecon_peak_mb": peak_megabytes(__file__, "hecon", str(DRAWS)),
            "hecon_million_draws_peak_mb": peak_megabytes(__file__, "hecon", "1000000"),
        },
        asked.json,
    )


if __name__ == "__main__":
    main()
