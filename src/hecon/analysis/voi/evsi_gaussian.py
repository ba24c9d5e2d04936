"""EVSI by Gaussian approximation: measured quantities drawn together as a normal prior's posterior means would be.

Jalal and Alarid-Escudero 2018, Med Decis Making 38:174-188; exact where prior and data are normal.
"""

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np

from hecon.analysis.voi.design import Design
from hecon.analysis.voi.gain import Gain, moved, noise, settle
from hecon.analysis.voi.smooth import Smooth
from hecon.analysis.voi.study_data import variance_of_one
from hecon.outcomes import Array


def by_gaussian(study: Design, truths: Array, sizes: Sequence[int], fit: Smooth, own: Array | None) -> list[Gain]:
    """One gain per sample size, from the true values (arm, draw) and the fit of increments on them.

    With covariance S between draws and V / n within a study, posterior means have covariance S (S + V / n)^-1 S. The
    standard error counts that mean and covariance of the draws are themselves estimated.

    >>> from hecon.analysis.voi.design import design
    >>> from hecon.analysis.voi.smooth import smooth
    >>> x = np.random.default_rng(1).standard_normal((1, 4000))
    >>> found = by_gaussian(design("normal(x, sd=2)"), x, [4], smooth(x, 500 + 800 * x - 1000), None)
    >>> round(found[0].value / 58.5, 1)              # sd 800 x sqrt(4 / 8) = 565.7: 565.7 x 0.2700 - 500 x 0.1884
    1.0
    """
    prior = np.atleast_2d(np.cov(truths))
    apart = truths - truths.mean(axis=1, keepdims=True)
    one = np.diag([variance_of_one(arm, row).mean() for arm, row in zip(study.arms, truths, strict=True)])
    return [_at_size(truths, apart, prior, one / n, fit, own) for n in sizes]


def _at_size(truths: Array, apart: Array, prior: Array, within: Array, fit: Smooth, own: Array | None) -> Gain:
    pulled = _towards_middle(prior, within)
    points = truths - apart + pulled @ apart
    columns = fit.columns_at(points)
    fitted = fit.at(columns)
    steps = 1e-3 * np.sqrt(np.diag(prior))
    nudged = [fit.at(fit.columns_at(points + step[:, None])) for step in np.diag(steps)]
    tilt = np.array([(after - fitted) / step for after, step in zip(nudged, steps, strict=True)])

    def move(weights: Array) -> Array:
        by_arm = np.einsum("rd,ard->ad", weights, tilt) / weights.shape[1]
        total = moved(fit, fit.pull(weights, columns)) + by_arm.sum(axis=1) @ (np.eye(len(pulled)) - pulled) @ apart
        for a, b in combinations_with_replacement(range(len(prior)), 2):
            step = np.zeros_like(prior)
            step[a, b] = step[b, a] = 1e-4 * np.sqrt(prior[a, a] * prior[b, b])
            turn = (_towards_middle(prior + step, within) - pulled) / step[a, b]
            total = total + float((by_arm * (turn @ apart)).sum()) * (apart[a] * apart[b] - prior[a, b])
        return np.asarray(total)

    return settle(fitted, move, noise(fit, fitted, columns), own)


def _towards_middle(prior: Array, within: Array) -> Array:
    """The matrix (arm, arm) that takes deviations with covariance `prior` to those of posterior means."""
    after = prior @ np.linalg.solve(prior + within, prior)
    return _root(after) @ _root(prior, -1.0)


def _root(matrix: Array, power: float = 1.0) -> Array:
    """The symmetric square root of a covariance, or with power -1 of its inverse."""
    values, axes = np.linalg.eigh((matrix + matrix.T) / 2)
    kept = values > values[-1] * 1e-12
    return np.asarray((axes[:, kept] * values[kept] ** (power / 2)) @ axes[:, kept].T)
