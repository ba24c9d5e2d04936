"""The uncertainty of a curve put through landmarks: a covariance of its parameters, so that curves can be drawn.

Landmarks of one curve move together, as Greenwood's formula has it; the covariance follows them to first order.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from hecon.arrays import Array
from hecon.errors import InputError
from hecon.survival.density import terms
from hecon.survival.fit import CurveFit
from hecon.survival.landmarks import Landmarks, conditional_survival


def landmark_covariance(points: Landmarks) -> Array:
    """Covariance of survival at the landmarks (point, point).

    Survival of the intervals is independent, so cov(S_i, S_j) = S_i S_j sum of (1 - p) / (p n) up to the earlier point.

    Raises:
        InputError: as `conditional_survival`: neither numbers at risk nor standard errors, an interval without deaths.

    >>> from hecon.survival.landmarks import landmarks
    >>> spread = landmark_covariance(landmarks("os", [12, 36], [0.8, 0.6], at_risk=[100, 80]))
    >>> bool(np.allclose(spread[0], [0.8 * 0.2 / 100, 0.6 * 0.2 / 100]))
    True
    """
    grows = [(1 - one.survival) / (one.survival * (one.alpha + one.beta)) for one in conditional_survival(points)]
    log_variance = np.cumsum(grows)
    shared = np.minimum.outer(log_variance, log_variance)
    return np.asarray(shared * np.outer(points.survival, points.survival))


def with_spread(fit: CurveFit, points: Landmarks, fixed: Collection[str] = ()) -> CurveFit:
    """The solved curve with the covariance that its landmarks imply; parameters in `fixed` keep none.

    With as many landmarks as parameters, J C J' with J the inverse of the curve's slopes at the landmarks and C
    their covariance; with more, J is that of the least squares that solved the curve.

    Raises:
        InputError: as `landmark_covariance`; a curve whose slopes do not determine its parameters.

    >>> from hecon.survival.landmarks import landmarks
    >>> from hecon.survival.through_landmarks import solve_landmarks
    >>> points = landmarks("os", [2.0], [0.5], at_risk=[100])
    >>> curve = with_spread(solve_landmarks(points, "exponential"), points)
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
        raise InputError(f"'{points.name}' as {kind.name}: the landmarks do not determine {named}; fix one of them")
    solve = np.linalg.solve(information, by_parameter.T * weights)
    covariance = np.zeros((len(fit.names), len(fit.names)))
    covariance[np.ix_(free, free)] = solve @ landmark_covariance(points) @ solve.T
    return replace(fit, covariance=(covariance + covariance.T) / 2)
