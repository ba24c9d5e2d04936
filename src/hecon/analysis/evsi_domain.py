"""From which size on EVSI by Gaussian approximation or moment matching may be told: both stretch the prior to the spread of
posterior means, and overstate small studies of counted events, whose posterior means take few values.

The bound was measured on beta priors with known answers, break-even values 1.5 prior standard deviations either side: from
it on the error is below 1.5% of the EVPPI of a decision on edge; below it, up to 15% (tests/test_evsi_domain.py).
"""

from collections.abc import Sequence

import numpy as np

from hecon.analysis.design import Arm, Design
from hecon.analysis.study_data import variance_of_one
from hecon.outcomes import Array

APPROXIMATE = ("gaussian", "moments")
EXPECTED = 4.0  # events, and of shares also non-events, that a study must be expected to see


def prior_size(arm: Arm, truth: Array) -> float:
    """The prior's effective sample size: how many patients tell as much as the draws (draw,) of an arm's true value.

    >>> p = np.random.default_rng(1).beta(4, 6, 100_000)                       # a beta's is the sum of its two numbers
    >>> round(prior_size(Arm("binomial", "p"), p))
    10
    """
    spread = float(truth.var())
    return float(variance_of_one(arm, truth).mean()) / spread if spread > 0 else 0.0


def least_size(arm: Arm, truth: Array) -> float:
    """Patients from which on the approximations hold for an arm: the prior's effective size, and 4 events expected (of
    shares also 4 non-events); 0 for normal data and for what is known.

    >>> p = np.random.default_rng(1).beta(2, 18, 100_000)
    >>> round(least_size(Arm("binomial", "p"), p))                             # 40 x 0.1 = 4 events
    40
    """
    if arm.kind == "normal" or not truth.var() > 0:
        return 0.0
    return max(prior_size(arm, truth), EXPECTED / float(_seen(arm, truth)))


def too_small(study: Design, truths: Array, sizes: Sequence[int], method: str) -> list[str]:
    """Why each size is refused, "" where it is not; `truths` (arm, draw) as in `evsi`.

    >>> from hecon.analysis.design import design
    >>> p = np.random.default_rng(1).beta(4, 6, 100_000)[None]
    >>> [why[:44] for why in too_small(design("binomial(p)"), p, (5, 20), "gaussian")]
    ["5 patients are too few for method 'gaussian'", '']
    """
    if method not in APPROXIMATE:
        return [""] * len(sizes)
    least = max(least_size(arm, truth) for arm, truth in zip(study.arms, truths, strict=True))
    weighs = max(
        (prior_size(arm, truth) for arm, truth in zip(study.arms, truths, strict=True) if arm.kind != "normal"),
        default=0.0,
    )
    why = (
        f"patients are too few for method '{method}', which holds from {np.ceil(least - 1e-6):,.0f} on (the prior weighs as"
        f" much as {weighs:,.1f}; {EXPECTED:.0f} events must be expected); use method 'regression'"
    )
    return [f"{n:,} {why}" if n < least * (1 - 1e-3) - 0.5 else "" for n in sizes]


def _seen(arm: Arm, truth: Array) -> float:
    """Events expected of one patient; of a share, the rarer of events and non-events."""
    mean = float(truth.mean())
    if arm.kind == "binomial":
        return max(min(mean, 1 - mean), 1e-300)
    if arm.kind == "poisson":
        return max(mean * arm.years, 1e-300)
    leaving = truth + arm.loss
    seen = truth * -np.expm1(-leaving * arm.years) / np.where(leaving > 0, leaving, 1.0)
    return max(float(seen.mean()), 1e-300)
