"""The methods of EVSI: from fitted means given the truth, or from a study's results, to what the study is worth.

Each takes one Setting and gives one Gain per sample size.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from hecon.analysis.cost_effectiveness.icer import TOLERANCE
from hecon.analysis.cost_effectiveness.ties import tied
from hecon.analysis.voi.design import Design
from hecon.analysis.voi.evsi_gaussian import by_gaussian
from hecon.analysis.voi.fit_check import check_fit
from hecon.analysis.voi.gain import Gain, gain, moved, noise, settle
from hecon.analysis.voi.smooth import Smooth, smooth
from hecon.analysis.voi.study_data import likelihood, summary
from hecon.outcomes import Array

_DATASETS = 600  # simulated studies of importance sampling
_QUANTILES = 200  # simulated studies of moment matching, over all sample sizes


@dataclass(frozen=True, eq=False)
class Setting:
    """A study, its true values (arm, draw), its data (arm, size, 2, draw), increments cleared by controls, and their fit.

    `own` are the controls (control, draw) of the measured inputs, or None.
    """

    study: Design
    truths: Array
    data: Array
    sizes: tuple[int, ...]
    responses: Array
    own: Array | None
    fit: Smooth


def by_regression(setting: Setting) -> tuple[list[Gain], list[str]]:
    """Regress increments on what each arm would report; also why a fit is refused, "" where it is not.

    >>> from hecon.analysis.voi.design import design
    >>> p = np.repeat([0.0, 1.0], 100)[None]
    >>> data = np.stack([p, 1 - p], axis=1)[None]                    # a patient tells all: an event where p is 1
    >>> net = np.where(p > 0, 2.0, -4.0)
    >>> gains, refused = by_regression(Setting(design("binomial(p)"), p, data, (1,), net, None, smooth(p, net)))
    >>> round(gains[0].value, 6), refused                            # half the time 2 in place of 0
    (1.0, [''])
    """
    gains, refused, like = [], [], ""
    for k in range(len(setting.sizes) - 1, -1, -1):  # the largest study chooses the basis
        reports = np.array([summary(arm, data[k]) for arm, data in zip(setting.study.arms, setting.data, strict=True)])
        fit = smooth(reports, setting.responses, like)
        like = fit.basis.name
        gains.append(gain(fit, setting.own))
        refused.append(check_fit(reports, fit, gains[-1]).poor)
    return gains[::-1], refused[::-1]


def _by_moments(setting: Setting) -> list[Gain]:
    """Rescale the fitted means to the variance of posterior means, n / (n + h) of theirs, h from simulated studies.

    Studies at evenly spread draws (by fitted mean) get sizes in turn; each leaves a variance; least squares gives h.
    """
    fit = setting.fit
    middle = fit.fitted.mean(axis=1, keepdims=True)
    spread = fit.fitted.var(axis=1)
    draws = np.argsort(fit.fitted[0])[np.linspace(0, fit.fitted.shape[1] - 1, _QUANTILES + 2).astype(int)[1:-1]]
    turn = np.arange(_QUANTILES) * len(setting.sizes) // _QUANTILES
    turn = np.random.default_rng(0).permutation(turn)
    left = np.empty((len(spread), _QUANTILES))
    for k in range(len(setting.sizes)):
        of_size = np.flatnonzero(turn == k)
        weights = _weights(setting, k, draws[of_size])
        first, second = fit.fitted @ weights.T, fit.fitted**2 @ weights.T
        left[:, of_size] = np.maximum(second - first**2, 0.0)
    sizes = np.array(setting.sizes, dtype=np.float64)
    fits = [_half(row, sizes[turn], total) for row, total in zip(left, spread, strict=True)]
    gains = []
    for n in sizes:
        ratio = np.array([np.sqrt(n / (n + h)) for h, _ in fits])
        fitted = middle + ratio[:, None] * (fit.fitted - middle)

        def move(weights: Array, ratio: Array = ratio[:, None]) -> Array:
            to_middle = (1 - ratio) * weights.mean(axis=1, keepdims=True)
            by_middle = (to_middle * (fit.fitted - middle)).sum(axis=0)
            return np.asarray(moved(fit, fit.pull(ratio * weights + to_middle)) + by_middle)

        slope = ((fit.fitted - middle) * _won(fitted)).sum(axis=1) / fitted.shape[1]
        of_ratio = np.array([ratio_k**3 / (2 * n) * error for ratio_k, (_, error) in zip(ratio, fits, strict=True)])
        extra = float(np.abs(slope * of_ratio).sum())
        gains.append(settle(fitted, move, noise(fit, fitted, scale=ratio), setting.own, extra))
    return gains


def _by_importance(setting: Setting) -> list[Gain]:
    """Posterior means of the fitted means in simulated studies, the draws weighted by each study's likelihood."""
    fit = setting.fit
    n = fit.fitted.shape[1]
    draws = np.linspace(0, n - 1, min(_DATASETS, n)).astype(int)
    gains = []
    for k in range(len(setting.sizes)):
        weights = _weights(setting, k, draws)
        means = fit.fitted @ weights.T
        highest = np.maximum(means.max(axis=0), 0.0)
        share = _won(means) / draws.size @ weights * n
        steady = moved(fit, fit.pull(share)) + (share * fit.fitted).sum(axis=0)
        gains.append(
            Gain(
                float(highest.mean()) - max(0.0, float(fit.fitted.mean(axis=1).max())),
                float(np.sqrt(highest.var(ddof=1) / draws.size + steady.var(ddof=1) / n)),
                0.0,
            )
        )
    return gains


METHODS: Mapping[str, Callable[[Setting], list[Gain]]] = {
    "gaussian": lambda one: by_gaussian(one.study, one.truths, one.sizes, one.fit, one.own),
    "moments": _by_moments,
    "importance": _by_importance,
}


def _won(means: Array) -> Array:
    """Share of each point that a strategy wins (strategy - 1, point) over the best on average, whose mean is 0."""
    best = tied(means, TOLERANCE * np.abs(means).max(initial=0.0)) & (means > 0)
    return np.asarray(best / np.maximum(best.sum(axis=0), 1))


def _weights(setting: Setting, k: int, draws: Array) -> Array:
    """Posterior weights (dataset, draw) of all draws given the data of some, at the k-th size; rows add up to 1."""
    each = zip(setting.study.arms, setting.data, setting.truths, strict=True)
    log = sum(data[k][:, draws].T @ likelihood(arm, truth) for arm, data, truth in each)
    log -= log.max(axis=1, keepdims=True)
    np.exp(log, out=log)
    log /= log.sum(axis=1, keepdims=True)
    return np.asarray(log)


def _half(left: Array, sizes: Array, total: float) -> tuple[float, float]:
    """The size h at which half is left, and its standard error, from left = total x h / (n + h), by least squares."""
    from scipy.optimize import minimize_scalar

    if total <= 0:
        return 1.0, 0.0

    def squares(log_h: float) -> float:
        return float(((left / total - 1 / (1 + sizes / np.exp(log_h))) ** 2).sum())

    h = float(np.exp(minimize_scalar(squares, bounds=(-8.0, 16.0), method="bounded").x))
    slope = sizes / (sizes + h) ** 2
    spread = squares(float(np.log(h))) / max(len(left) - 1, 1)
    return h, float(np.sqrt(spread / (slope**2).sum()))
