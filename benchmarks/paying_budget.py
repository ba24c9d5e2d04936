"""A five-year budget of the leukaemia case with 10,000 draws: CPU seconds after the run, by cause; the run itself beside it.

The population is invented: 400 patients a year, uptake rising to 65%. It measures and says nothing of any country.
"""

import numpy as np
from measure import cpu_seconds, options, show

import hecon
from hecon.analysis.paying.budget import Profile, stack
from hecon.analysis.paying.ceiling import chance_over, largest_share
from hecon.analysis.paying.population import starts_of
from hecon.analysis.paying.queue import queue
from hecon.results.budget import profile_of

CASE, DRAWS, CHUNK, YEARS = "car_t_paediatric_all", 10_000, 1_000, 5
UPTAKE = np.array([0.2, 0.35, 0.5, 0.6, 0.65])
CEILING = np.array([60e6])


def main() -> None:
    """Print the figures."""
    asked = options("CPU seconds of a five-year budget after the run.")
    case = hecon.open_case(CASE)
    draws = case.book.sample(DRAWS, 1)
    parts = [slice(first, first + CHUNK) for first in range(0, DRAWS, CHUNK)]
    profiles: list[Profile] = []

    def runs() -> None:
        profiles[:] = [profile_of(case.model, draws.take(one), YEARS, "cause", "payer", "salvage") for one in parts]

    run = cpu_seconds(runs, runs=1, warm_up=0)
    plain = cpu_seconds(lambda: hecon.run(case.model, draws), runs=1, warm_up=0)
    new = np.repeat(np.random.default_rng(1).gamma(64, 6.25, DRAWS)[None, :] / 12, 12 * YEARS, axis=0)
    row = profiles[0].strategies.index("tisagenlecleucel")
    planned = np.stack([UPTAKE if k == row else 1 - UPTAKE for k in range(2)])
    without = np.stack([np.full(YEARS, float(k != row)) for k in range(2)])

    def net(limited: bool) -> np.ndarray:
        years = []
        for part, profile in zip(parts, profiles, strict=True):
            starts = starts_of(new[:, part], planned)
            if limited:
                starts[row] = queue(starts[row], np.array([150.0]), profile.alive).treated
            worlds = stack(profile.amounts, starts), stack(profile.amounts, starts_of(new[:, part], without))
            years.append((worlds[0] - worlds[1]).sum(axis=0))
        return np.concatenate(years, axis=1)

    found = net(limited=False)
    figures = {
        "run_cpu_seconds": plain,
        "monthly_profile_cpu_seconds": run,
        "budget_cpu_seconds": cpu_seconds(lambda: net(limited=False)),
        "budget_with_queue_cpu_seconds": cpu_seconds(lambda: net(limited=True)),
        "ceiling_cpu_seconds": cpu_seconds(
            lambda: (chance_over(found, CEILING), largest_share(lambda share: share * found, CEILING, 0.95))
        ),
    }
    show(figures, asked.json)
    print("net, million a year:", (found.mean(axis=1) / 1e6).round(1).tolist())


if __name__ == "__main__":
    main()
