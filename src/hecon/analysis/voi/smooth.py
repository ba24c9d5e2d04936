"""Penalised least squares of several responses on one basis, its smoothness chosen by generalised cross-validation.

In the basis that diagonalises both the columns and their penalty, every smoothness costs a sum, so all are tried.
"""

from dataclasses import dataclass

import numpy as np

from hecon.analysis.voi.bases import Basis, bases
from hecon.analysis.voi.products import inner, times
from hecon.outcomes import Array

_RANK = 1e-10  # directions with less than this share of the largest variance are left out (shares that add up to 1)
_STEPS = np.append(0.0, 10.0 ** np.linspace(-7, 8, 61))  # smoothness tried, in units of the median penalty


@dataclass(frozen=True)
class Smooth:
    """Fitted means (response, draw) and what their accuracy follows from.

    `columns` (draw, column) are orthonormal over the draws; `shrink` and `coefficients` (response, column) give the fit.
    `score` (response,) is the generalised cross-validation score as a share of the response's variance.
    """

    basis: Basis
    turn: Array
    columns: Array
    shrink: Array
    coefficients: Array
    fitted: Array
    residuals: Array
    score: Array

    @property
    def freedom(self) -> Array:
        """Effective number of coefficients (response,)."""
        return np.asarray(self.shrink.sum(axis=1))

    @property
    def r_squared(self) -> Array:
        """Share of each response's variance that the fit explains (response,)."""
        total = self.fitted.var(axis=1) + self.residuals.var(axis=1)
        return np.asarray(self.fitted.var(axis=1) / np.where(total > 0, total, 1.0))

    def columns_at(self, values: Array) -> Array:
        """The columns (point, column) at other values (parameter, point)."""
        return times(self.basis.at(values), self.turn)

    def at(self, columns: Array) -> Array:
        """Fitted means (response, point) where the columns are these (point, column)."""
        return times(columns, (self.shrink * self.coefficients).T).T

    def pull(self, weights: Array, columns: Array | None = None) -> Array:
        """What each draw's response adds to the sum of weights (response, point) times fitted means: (response, draw).

        The points are the draws, or those with other `columns` (point, column).
        """
        points = self.columns if columns is None else columns
        drawn = inner(np.ascontiguousarray(weights.T), points)
        return times(self.columns, (self.shrink * drawn / len(points)).T).T


def smooth(values: Array, responses: Array, like: str = "") -> Smooth:
    """Regress responses (response, draw) on values (parameter, draw) with the candidate basis that predicts best.

    `like` names a basis to take without trying others, where it is a candidate.

    The fit is made three times over, the second and third on what the one before left: smoothing flattens, and a
    flattened fit is too low where decisions change (twicing; Newey, Hsieh and Robins 2004, Econometrica 72:947-962).

    >>> x = np.linspace(-1.0, 1.0, 401)
    >>> fit = smooth(x[None], np.stack([2 + 3 * x, x**2]))
    >>> np.abs(fit.fitted - np.stack([2 + 3 * x, x**2])).max() < 1e-3
    np.True_
    """
    candidates = bases(values)
    alike = tuple(basis for basis in candidates if basis.name == like)
    found = [_fit(basis, values, responses) for basis in alike or candidates]
    return min(found, key=lambda one: float(one.score.mean()))


def _fit(basis: Basis, values: Array, responses: Array) -> Smooth:
    columns = basis.at(values)
    n = len(columns)
    turn, penalty = _diagonal(columns, basis.penalty)
    columns = times(columns, turn)
    coefficients = inner(np.ascontiguousarray(responses.T), columns) / n
    bent = penalty > 1e-9 * max(float(penalty.max(initial=0.0)), 1e-300)
    weight = np.where(bent, penalty / (np.median(penalty[bent]) if bent.any() else 1.0), 0.0)
    shrink = 1 / (1 + _STEPS[:, None] * weight)
    power = coefficients**2
    total = np.einsum("ij,ij->i", responses, responses) / n
    rest = np.maximum(total[:, None] - power.sum(axis=1)[:, None] + power @ ((1 - shrink) ** 2).T, 0.0)
    free = np.minimum(shrink.sum(axis=1) / n, 0.99)
    scores = rest / (1 - free) ** 2
    best = scores.argmin(axis=1)
    chosen = 1 - (1 - shrink[best]) ** 3
    fitted = np.ascontiguousarray(times(columns, (chosen * coefficients).T).T)
    spread = responses.var(axis=1)
    score = scores[np.arange(len(best)), best] / np.where(spread > 0, spread, 1.0)
    return Smooth(basis, turn, columns, chosen, coefficients, fitted, responses - fitted, score)


def _diagonal(columns: Array, penalty: Array) -> tuple[Array, Array]:
    """The turn (column, direction) to columns orthonormal over the draws with a diagonal penalty (direction,)."""
    variance, axes = np.linalg.eigh(inner(columns, columns) / len(columns))
    kept = variance > variance[-1] * _RANK
    whiten = axes[:, kept] / np.sqrt(variance[kept])
    diagonal, turn = np.linalg.eigh(whiten.T @ penalty @ whiten)
    return whiten @ turn, np.maximum(diagonal, 0.0)
