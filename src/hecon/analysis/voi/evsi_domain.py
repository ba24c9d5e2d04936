"""From which size on EVSI by Gaussian approximation or moment matching may be told: both stretch the prior to the spread of
posterior means, and misjudge small studies of counted events, whose posterior means take few values.

The bound was measured on beta priors worth 2 to 5,000 patients, break-even values 1.5 prior standard deviations either side:
from it on the error is below 1.5% of the EVPPI of a decision on edge; below it, up to 15% (tests/test_evsi_domain.py).
"""

from collections.abc import Sequence

import numpy as np

from hecon.analysis.voi.design import Arm, Design
from hecon.outcomes import Array

APPROXIMATE = ("gaussian", "moments")
EXPECTED = 4.0  # events, and of shares also non-events, that a study must be expected to see


def least_size(arm: Arm, truth: Array) -> float:
    """Patients from which on an arm is expected to see 4 events (of shares also 4 non-events), given draws (draw,) of its
    true value; 0 for normal data and for what is known.

    >>> p = np.random.default_rng(1).beta(2, 18, 100_000)
    >>> round(least_size(Arm("binomial", "p"), p))                             # 40 x 0.1 = 4 events
    40
    """
    return 0.0 if arm.kind == "normal" or not truth.var() > 0 else EXPECTED / max(_seen(arm, truth), 1e-300)


def too_small(study: Design, truths: Array, sizes: Sequence[int], method: str) -> list[str]:
    """Why each size is refused, "" where it is not; `truths` (arm, draw) as in `evsi`.

    >>> from hecon.analysis.voi.design import design
    >>> p = np.random.default_rng(1).beta(4, 6, 100_000)[None]
    >>> print(too_small(design("binomial(p)"), p, (5, 20), "gaussian")[0])
    5 patients are too few for method 'gaussian', which holds from 10 on, where 4 events are expected; use method 'regression'
    """
    if method not in APPROXIMATE:
        return [""] * len(sizes)
    least = round(max(least_size(arm, truth) for arm, truth in zip(study.arms, truths, strict=True)))
    why = (
        f"patients are too few for method '{method}', which holds from {least:,} on, where {EXPECTED:.0f} events are expected;"
        " use method 'regression'"
    )
    return [f"{n:,} {why}" if n < least else "" for n in sizes]


def _seen(arm: Arm, truth: Array) -> float:
    """Events expected of one patient; of a share, the rarer of events and non-events."""
    mean = float(truth.mean())
    if arm.kind == "binomial":
        return min(mean, 1 - mean)
    if arm.kind == "poisson":
        return mean * arm.years
    leaving = truth + arm.loss
    return float((truth * -np.expm1(-leaving * arm.years) / np.where(leaving > 0, leaving, 1.0)).mean())
