"""Value of information: EVPPI of the 16 parameters of Sick-Sicker against heormodel's splines, EVSI curves, acceptability.

Error is |sum over parameters of the mean over 50 seeds - long-run value| / long-run value, for both on the same draws; since
one such mean still holds luck (the sd of one seed / 7), it is averaged over four batches of 50 seeds, and each is printed.
"""

import os
import runpy
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measure import cpu_seconds, options, paired_cpu_seconds, show

import hecon
from hecon.analysis.cost_effectiveness.acceptability import acceptability, thresholds_around
from hecon.analysis.voi.evppi import evppi_ranking
from hecon.analysis.voi.evsi import evsi, sample_sizes

CASE = Path(__file__).parents[1] / "tests" / "validation" / "sick_sicker"
MODEL: Any = runpy.run_path(str(CASE / "model.py"))["model"]("half-cycle")
BOOK = hecon.read_inputs(CASE / "inputs")
DRAWS, WTP, SEEDS, BATCHES = 10_000, 100_000.0, 50, 4
STUDY = "two_arm(normal(u_S1, sd=0.2), normal(u_trtA, sd=0.2))"
LONG_RUN = 1293.1  # sum of the 16 EVPPIs from 12 million draws without any fitted curve; its standard error is 0.8


def by_cells(x: np.ndarray, increments: np.ndarray, cells: int = 400) -> np.ndarray:
    """What each draw pays (draw,) when, in a cell of neighbours in x, the other half of them has chosen the strategy.

    No curve is fitted, and choosing and paying are kept apart, so that the mean is EVPPI without bias from noise. LONG_RUN
    is the sum over parameters of these means for seeds 1001 to 1012, a million draws each, increments (strategy - 1, draw)
    cleared by known means and the result regressed on the parameter's own controls (hecon.analysis.voi.controls).
    """
    n = x.size
    cell = np.empty(n, dtype=np.int64)
    cell[np.argsort(x)] = np.arange(n) * cells // n
    half = np.arange(n) % 2
    group = cell * 2 + half
    size = np.bincount(group, minlength=2 * cells)
    means = np.array([np.bincount(group, weights=row, minlength=2 * cells) / size for row in increments])
    choice = np.concatenate([np.zeros((1, 2 * cells)), means]).argmax(axis=0)[cell * 2 + 1 - half]
    return np.concatenate([np.zeros((1, n)), increments])[choice, np.arange(n)]


def analysed(seed: int) -> tuple[Any, Any]:
    """Draws and outcomes of a seed."""
    draws = BOOK.sample(DRAWS, seed=seed)
    return draws, hecon.run(MODEL, draws)


def for_heormodel(draws: Any, result: Any) -> tuple[Any, pd.DataFrame]:
    """The same draws and outcomes as heormodel wants them."""
    from heormodel.models import Outcomes

    index = pd.RangeIndex(DRAWS, name="iteration")
    wide = [pd.DataFrame(x.T, columns=result.strategies, index=index) for x in (result.cost("payer"), result.effect())]
    return Outcomes.from_wide(*wide), pd.DataFrame({name: draws[name] for name in draws.names}, index=index)


def both_sums(seed: int) -> tuple[float, float]:
    """Sum over the 16 parameters of one seed's EVPPI, by hecon and by heormodel."""
    from heormodel.voi import evppi_ranking as their_ranking

    draws, result = analysed(seed)
    ours = sum(found.estimate for found in evppi_ranking(result, draws, WTP, "payer"))
    return ours, float(their_ranking(*for_heormodel(draws, result), WTP).sum())


def main() -> None:
    """Measure and show."""
    from heormodel.voi import evppi_ranking as their_ranking

    asked = options(__doc__ or "")
    draws, result = analysed(1)
    theirs = for_heormodel(draws, result)
    peer_cpu, hecon_cpu = paired_cpu_seconds(
        lambda: their_ranking(*theirs, WTP), lambda: evppi_ranking(result, draws, WTP, "payer")
    )
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # of the workers, which are not timed
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        sums = np.array(list(pool.map(both_sums, range(1, BATCHES * SEEDS + 1), chunksize=10)))
    errors = np.abs(sums.reshape(BATCHES, SEEDS, 2).mean(axis=1) / LONG_RUN - 1)
    mine, peer = errors.mean(axis=0)
    thresholds = thresholds_around(WTP)
    begin = time.perf_counter()
    curve = evsi(result, draws, STUDY, sample_sizes(1000), WTP, "payer")
    seconds = time.perf_counter() - begin
    assert len(curve.sizes) == 20
    show(
        {
            "heormodel_evppi_cpu_seconds": peer_cpu,
            "hecon_evppi_cpu_seconds": hecon_cpu,
            "heormodel_cpu_over_hecon_evppi": peer_cpu / hecon_cpu,
            "evppi_relative_error": mine,
            "heormodel_evppi_relative_error": peer,
            **{f"evppi_relative_error_batch_{k}": ours for k, (ours, _) in enumerate(errors, start=1)},
            **{f"heormodel_evppi_relative_error_batch_{k}": theirs for k, (_, theirs) in enumerate(errors, start=1)},
            "evppi_relative_sd_of_one_seed": float(sums[:, 0].std(ddof=1)) / LONG_RUN,
            "heormodel_evppi_relative_sd_of_one_seed": float(sums[:, 1].std(ddof=1)) / LONG_RUN,
            "evsi_curve_seconds": seconds,
            "acceptability_cpu_seconds": cpu_seconds(lambda: acceptability(result, thresholds, "payer")),
        },
        asked.json,
    )


if __name__ == "__main__":
    main()
