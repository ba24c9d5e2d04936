"""The uncertainty of a curve put through check-points: a covariance of its parameters, so that curves can be drawn.

Check-points of one curve move together, as Greenwood's formula has it; the covariance follows them to first order.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from hecon.errors import InputError
from hecon.outcomes import Array
from hecon.survival.density import terms
from hecon.survival.fit import CurveFit
from hecon.survival.landmarks import Checkpoints, conditional_survival


def checkpoint_covariance(points: Checkpoints) -> Array:
    """Covariance of survival at the check-points (point, point).

    Survival of the intervals is independent, so cov(S_i, S_j) = S_i S_j sum of (1 - p) / (p n) up to the earlier point.

    Raises:
        InputError: as `conditional_survival`: neither numbers at risk nor standard errors, an interval without deaths.

    >>> from hecon.survival.landmarks import checkpoints
    >>> spread = checkpoint_covariance(checkpoints("os", [12, 36], [0.8, 0.6], at_risk=[100, 80]))
    >>> bool(np.allclose(spread[0], [0.8 * 0.2 / 100, 0.6 * 0.2 / 100]))
    True
    """
    grows = [(1 - one.survival) / (one.survival * (one.alpha + one.beta)) for one in conditional_survival(points)]
    log_variance = np.cumsum(grows)
    shared = np.minimum.outer(log_variance, log_variance)
    return np.asarray(shared * np.outer(points.survival, points.survival))


def with_spread(fit: CurveFit, points: Checkpoints, fixed: Collection[str] = ()) -> CurveFit:
    """The solved curve with the covariance that its check-points imply; parameters in `fixed` keep none.

    With as many check-points as parameters, J C J' with J the inverse of the curve's slopes at the check-points and C
    their covariance; with more, J is that of the least squares that solved the curve.

    Raises:
        InputError: as `checkpoint_covariance`; a curve whose slopes do not determine its parameters.

    >>> from hecon.survival.landmarks import checkpoints
    >>> from hecon.survival.through_landmarks import solve_checkpoints
    >>> points = checkpoints("os", [2.0], [0.5], at_risk=[100])
    >>> curve = with_spread(solve_checkpoints(points, "exponential"), points)
    >>> round(float(curve.covariance[0, 0]), 6)          # SE of S 0.05; d S / d log rate = S log S = -0.346574
    0.020814
    """
    kind = fit.of
    free = [k for k, name in enumerate(fit.names) if name not in fixed]
    log_survival, _, slopes, _ = terms(kind, fit.estimates[:, None], points.time)
    by_parameter = (np.exp(log_survival) * slopes)[free].T
    weights = np.ones_like(points.time) if points.se is None else 1 / points.se**2
    information = by_parameter.T * weights @ by_parameter
    if np.linalg.cond(information) > 1e14:
        named = ", ".join(fit.names[k] for k in free)
        raise InputError(f"'{points.name}' as {kind.name}: the check-points do not determine {named}; fix one of them")
    solve = np.linalg.solve(information, by_parameter.T * weights)
    covariance = np.zeros((len(fit.names), len(fit.names)))
    covariance[np.ix_(free, free)] = solve @ checkpoint_covariance(points) @ solve.T
    return replace(fit, covariance=(covariance + covariance.T) / 2)
