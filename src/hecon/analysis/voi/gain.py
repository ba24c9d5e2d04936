"""What a decision gains from knowing conditional means: mean of the highest minus the highest mean, with its error.

Used for parameters (EVPPI) and for study results (EVSI), which differ only in what the means are conditional on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.cost_effectiveness.icer import TOLERANCE
from hecon.analysis.cost_effectiveness.ties import first_best
from hecon.analysis.voi.controls import slopes
from hecon.analysis.voi.products import mixed
from hecon.analysis.voi.smooth import Smooth
from hecon.digits import SMALLEST
from hecon.errors import HeconError
from hecon.outcomes import Array

_FAR = 8.0  # standard deviations beyond which noise does not change which mean is higher


@dataclass(frozen=True)
class Gain:
    """A gain in currency per patient: `value`, its standard error `se`, and the `correction` that `value` contains.

    The noise of fitted means makes their maximum too high; `correction` is what was taken off for it. A value may come
    out below 0, by chance; it is then reported as it is.
    """

    value: float
    se: float
    correction: float


NOTHING = Gain(0.0, 0.0, 0.0)  # of what does not vary


def below_zero(estimate: float) -> str:
    """The remark beside an estimate that is printed as 0 because chance took it below.

    >>> below_zero(-3.0), below_zero(3.0)
    ('below 0, taken as 0', '')
    """
    return "below 0, taken as 0" if estimate <= -SMALLEST else ""


def increments(net: Array, within: float = 0.0) -> Array:
    """Net benefit (strategy, draw) less that of the strategy best on average, whose own row is left out.

    A strategy that ties with it in every draw, to `within`, is exactly 0, so that no rounding is taken for a gain.

    Raises:
        HeconError: fewer than two strategies or two draws.

    >>> increments(np.array([[1.0, 1.0], [2.0, 4.0]])).tolist()
    [[-1.0, -3.0]]
    """
    strategies, n = net.shape
    if strategies < 2 or n < 2:
        raise HeconError(f"value of information needs at least 2 strategies and 2 draws; got {strategies} and {n}")
    best = int(first_best(net.mean(axis=1), within))
    over = np.delete(net - net[best], best, axis=0)
    over[np.abs(over).max(axis=1) <= within] = 0.0
    return np.asarray(over)


def gain(fit: Smooth, controls: Array | None = None) -> Gain:
    """The gain from fitted increments over the strategy best on average, (strategy - 1, draw).

    `controls` (control, draw) are functions of the known quantities with expectation 0 (see `controls`). The standard
    error is that of the estimate's influence function: the spread of the draws, and how each draw's residual moves the
    coefficients; half the correction is added as an error of its own.

    >>> from hecon.analysis.voi.smooth import smooth
    >>> known = np.array([[0.0, 0.0, 1.0, 1.0]])
    >>> found = gain(smooth(known, np.array([[-4.0, -4.0, 2.0, 2.0]])))
    >>> round(found.value, 12), round(found.se, 12)
    (1.0, 0.57735026919)
    """
    return settle(fit.fitted, lambda weights: moved(fit, fit.pull(weights)), noise(fit, fit.fitted), controls)


@dataclass(frozen=True, eq=False)
class Noise:
    """What the noise of fitted means does to their maximum: how much too high it is on average (`too_high`), and how
    much each mean enters it, `weights` (strategy - 1, draw): 1 for the highest, shared where two are too close to tell.
    """

    too_high: float
    weights: Array


def settle(
    fitted: Array, move: Callable[[Array], Array], noise: Noise, controls: Array | None = None, extra: float = 0.0
) -> Gain:
    """The gain from conditional means `fitted` (strategy - 1, draw), 0 being the strategy best on average.

    `move` gives what each draw's residual adds (draw,) to the sum of weights (strategy - 1, draw) times the means;
    `extra` is a further standard error.

    >>> settle(np.array([[-4.0, 2.0]]), lambda weights: np.zeros(2), Noise(0.25, np.array([[0.0, 1.0]]))).value
    0.75
    """
    n = fitted.shape[1]
    highest = np.maximum(fitted.max(axis=0), 0.0)
    influence = highest + move(noise.weights)
    means = fitted.mean(axis=1)
    top = int(means.argmax())
    if means[top] > 0:  # controls have moved the means past the strategy that was best in the sample
        highest = highest - means[top]
        influence = influence - fitted[top] - move(np.eye(len(fitted))[:, top : top + 1] * np.ones(n))
    value = float(highest.mean()) - noise.too_high
    if controls is not None and len(controls):
        (slope,) = slopes(controls, influence[None])
        value -= float(slope @ controls.mean(axis=1))
        influence = influence - mixed(slope[None], controls)[0]
    se = float(np.sqrt(influence.var(ddof=1) / n + (noise.too_high / 2) ** 2 + extra**2))
    return Gain(value, se, noise.too_high)


def moved(fit: Smooth, pulls: Array) -> Array:
    """What each draw's residual adds (draw,) to a sum that responses enter with `pulls` (response, draw).

    >>> from hecon.analysis.voi.smooth import smooth
    >>> fit = smooth(np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[-1.0, 1.0, -1.0, 1.0]]))
    >>> moved(fit, np.ones((1, 4))).round(6).tolist()                # residuals times sqrt(4 / (4 - 2))
    [-1.414214, 1.414214, -1.414214, 1.414214]
    """
    n = fit.residuals.shape[1]
    inflate = np.sqrt(n / np.maximum(n - fit.freedom, 1.0))
    return np.asarray(np.einsum("ij,ij,i->j", pulls, fit.residuals, inflate))


def noise(fit: Smooth, fitted: Array, columns: Array | None = None, scale: Array | float = 1.0) -> Noise:
    """What the noise of a fit does to the maximum of `fitted` (response, point) and 0.

    `columns` (point, column) are those of the fit at the points; `scale` (response,) multiplies the fit's noise.

    >>> from hecon.analysis.voi.smooth import smooth
    >>> fit = smooth(np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[-1.0, 1.0, -1.0, 1.0]]))
    >>> found = noise(fit, fit.fitted)                               # means 0 with variance 2 / 2
    >>> round(found.too_high, 6), found.weights.tolist()
    (0.398942, [[0.5, 0.5, 0.5, 0.5]])
    """
    from scipy.special import ndtr

    columns = fit.columns if columns is None else columns
    first, second, gap, sd = _closest(fit, fitted, columns, scale)
    sure = ndtr(np.divide(gap, sd, out=np.full_like(gap, np.inf), where=sd > 0))
    weights = np.zeros((len(fitted) + 1, gap.size))
    every = np.arange(gap.size)
    weights[first, every] = sure
    weights[second, every] = 1 - sure
    return Noise(float(expected_loss(gap, sd).mean()), weights[1:])


def expected_loss(gap: Array, sd: Array) -> Array:
    """How much higher the maximum of two means comes out on average when their gap is seen with noise of this sd.

    The unit normal loss: sd x (density(z) - z x tail(z)) at z = gap / sd; 0 where sd is 0.

    >>> expected_loss(np.array([0.0, 1.0]), np.array([1.0, 0.0])).round(6).tolist()
    [0.398942, 0.0]
    """
    from scipy.special import ndtr

    z = np.divide(gap, sd, out=np.full_like(gap, np.inf), where=sd > 0)
    near = z < _FAR
    loss = np.zeros_like(gap)
    loss[near] = sd[near] * (np.exp(-(z[near] ** 2) / 2) / np.sqrt(2 * np.pi) - z[near] * ndtr(-z[near]))
    return loss


def _closest(
    fit: Smooth, fitted: Array, columns: Array, scale: Array | float
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array, Array]:
    """The two highest means (the best on average is row 0, with mean 0), their distance and the sd of its noise: (point,).

    The sd is left at 0 where the two are too far apart for noise to matter.
    """
    n, points = fit.columns.shape[0], fitted.shape[1]
    means = np.concatenate([np.zeros((1, points)), fitted])
    repeated = _repeated(fit)
    means[repeated] = -np.inf
    every = np.arange(points)
    first = means.argmax(axis=0)
    top = means[first, every]
    means[first, every] = -np.inf
    second = means.argmax(axis=0)
    gap = top - means[second, every]
    spread = np.zeros((len(means), len(means)))
    freedom = float(np.delete(fit.freedom, [k - 1 for k in repeated]).sum()) / max(len(fitted) - len(repeated), 1)
    spread[1:, 1:] = np.einsum("in,jn->ij", fit.residuals, fit.residuals) / max(n - freedom, 1.0)
    shrink = np.zeros((len(means), fit.shrink.shape[1]))
    shrink[1:] = fit.shrink * np.reshape(scale, (-1, 1))
    most = 4 * spread.max(initial=0.0) * np.einsum("ij,ij->i", columns, columns) / n
    close = gap**2 < _FAR**2 * most
    variance = np.zeros(points)
    for a, b in combinations(range(len(means)), 2):
        pair = np.flatnonzero(close & (((first == a) & (second == b)) | ((first == b) & (second == a))))
        if pair.size:
            each = (
                shrink[a] ** 2 * spread[a, a] + shrink[b] ** 2 * spread[b, b] - 2 * shrink[a] * shrink[b] * spread[a, b]
            )
            variance[pair] = np.einsum("ij,j->i", columns[pair] ** 2, each) / n
    return first, second, gap, np.sqrt(np.maximum(variance, 0.0))


def _repeated(fit: Smooth) -> list[int]:
    """Rows of means that are those of an earlier row, the best on average (all 0) being row 0: strategies that tie in
    every draw. One of them stands for all, or the noise between them, which is none, would hide that of a third.
    """
    seen = np.concatenate([np.zeros((1, fit.residuals.shape[1])), fit.fitted + fit.residuals])
    slack = TOLERANCE * np.abs(seen).max()
    return [k for k in range(1, len(seen)) if any(np.abs(seen[k] - seen[j]).max() <= slack for j in range(k))]
