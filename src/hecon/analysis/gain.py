"""What a decision gains from knowing conditional means: mean of the highest minus the highest mean, with its error.

Used for parameters (EVPPI) and for study results (EVSI), which differ only in what the means are conditional on.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from hecon.analysis.smooth import Smooth
from hecon.errors import HeconError
from hecon.outcomes import Array


@dataclass(frozen=True)
class Gain:
    """A gain in currency per patient: `value`, its standard error `se`, and the `correction` that `value` contains.

    The noise of fitted means makes their maximum too high; `correction` is what was taken off for it. A value may come
    out below 0, by chance; it is then reported as it is.
    """

    value: float
    se: float
    correction: float


def increments(net: Array) -> Array:
    """Net benefit (strategy, draw) less that of the strategy best on average, whose own row is left out.

    Raises:
        HeconError: fewer than two strategies or two draws.

    >>> increments(np.array([[1.0, 1.0], [2.0, 4.0]])).tolist()
    [[-1.0, -3.0]]
    """
    if net.shape[0] < 2 or net.shape[1] < 2:
        raise HeconError(f"value of information needs 2 strategies and 2 draws or more; got {net.shape}")
    best = int(net.mean(axis=1).argmax())
    return np.delete(net - net[best], best, axis=0)


def gain(fit: Smooth) -> Gain:
    """The gain from fitted increments over the strategy best on average, (strategy - 1, draw).

    The standard error is that of the estimate's influence function: the spread of the draws, and how each draw's
    residual moves the coefficients; half the correction is added as an error of its own.

    >>> from hecon.analysis.smooth import smooth
    >>> known = np.array([[0.0, 0.0, 1.0, 1.0]])
    >>> round(gain(smooth(known, np.array([[-4.0, -4.0, 2.0, 2.0]]))).value, 12)
    1.0
    """
    highest = np.maximum(fit.fitted.max(axis=0), 0.0)
    n = highest.size
    correction = float(expected_loss(*_gap(fit)).mean())
    chosen = (fit.fitted == highest) & (fit.fitted > 0)
    return Gain(float(highest.mean()) - correction, error(fit, highest, chosen * 1.0, correction, n), correction)


def error(fit: Smooth, highest: Array, weights: Array, correction: float, n: int) -> float:
    """Standard error of mean(highest) - correction, where d highest / d fitted = `weights` (response, draw).

    >>> from hecon.analysis.smooth import smooth
    >>> fit = smooth(np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[-4.0, -4.0, 2.0, 2.0]]))
    >>> round(error(fit, np.array([0.0, 0.0, 2.0, 2.0]), np.array([[0.0, 0.0, 1.0, 1.0]]), 0.0, 4), 12)
    0.57735026919
    """
    used = np.maximum(n - fit.freedom, 1.0)
    residuals = fit.residuals * np.sqrt(n / used)[:, None]
    influence = highest + np.einsum("ij,ij->j", fit.pull(weights), residuals)
    return float(np.sqrt(influence.var(ddof=1) / n + (correction / 2) ** 2))


def expected_loss(gap: Array, sd: Array) -> Array:
    """How much higher the maximum of two means comes out on average when their gap is seen with noise of this sd.

    The unit normal loss: sd x (density(z) - z x tail(z)) at z = gap / sd; 0 where sd is 0.

    >>> expected_loss(np.array([0.0, 1.0]), np.array([1.0, 0.0])).round(6).tolist()
    [0.398942, 0.0]
    """
    from scipy.special import ndtr

    z = np.divide(gap, sd, out=np.full_like(gap, np.inf), where=sd > 0)
    near = z < 8
    loss = np.zeros_like(gap)
    loss[near] = sd[near] * (np.exp(-(z[near] ** 2) / 2) / np.sqrt(2 * np.pi) - z[near] * ndtr(-z[near]))
    return loss


def _gap(fit: Smooth) -> tuple[Array, Array]:
    """Distance (draw,) of the two highest fitted means, the best on average counted as 0, and its standard error."""
    n = fit.columns.shape[0]
    means = np.concatenate([np.zeros((1, n)), fit.fitted])
    first = means.argmax(axis=0)
    rest = means.copy()
    rest[first, np.arange(n)] = -np.inf
    second = rest.argmax(axis=0)
    gap = means[first, np.arange(n)] - means[second, np.arange(n)]
    used = np.maximum(n - fit.freedom.mean(), 1.0)
    noise = np.zeros((len(means), len(means)))
    noise[1:, 1:] = fit.residuals @ fit.residuals.T / used
    shrink = np.concatenate([np.zeros((1, fit.shrink.shape[1])), fit.shrink])
    squared = fit.columns**2
    variance = np.zeros(n)
    for a, b in combinations(range(len(means)), 2):
        pair = ((first == a) & (second == b)) | ((first == b) & (second == a))
        if pair.any():
            each = shrink[a] ** 2 * noise[a, a] + shrink[b] ** 2 * noise[b, b] - 2 * shrink[a] * shrink[b] * noise[a, b]
            variance[pair] = squared[pair] @ each / n
    return gap, np.sqrt(np.maximum(variance, 0.0))
