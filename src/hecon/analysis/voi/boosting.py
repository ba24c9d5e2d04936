"""EVPPI of any number of parameters by gradient boosting, cross-fitted; scikit-learn is needed for this alone.

No draw's mean is predicted by trees that saw it, so that the trees' own noise can be measured and taken off.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.voi.controls import Controls, slopes
from hecon.analysis.voi.fit_check import Cells, FitCheck
from hecon.errors import HeconError
from hecon.outcomes import Array

if TYPE_CHECKING:
    from hecon.analysis.voi.evppi import Evppi

FOLDS = 5
_SHOWN = 20


class BoostingError(HeconError):
    """Boosting cannot be done here: scikit-learn is not installed, or draws are too few."""


def boosted(names: tuple[str, ...], values: Array, rows: Array, known: Controls | None, wtp: float) -> "Evppi":
    """EVPPI from increments `rows` (strategy - 1, draw) on `values` (parameter, draw); see `evppi`.

    Two estimates err in opposite directions by the same amount: the mean of the highest prediction is too high, because
    noise helps to win; the mean net benefit of the strategy predicted to be best is too low, because noise misleads.
    Their middle is the value, half their distance the correction.

    Raises:
        HeconError: scikit-learn is not installed, or under 50 draws a fold.

    >>> from importlib.util import find_spec
    >>> x = np.random.default_rng(1).random((9, 500))
    >>> if find_spec("sklearn"):
    ...     found = boosted(tuple("abcdefghi"), x, 100 * (x[:1] > 0.5) - 50, None, 0.0)
    ...     assert abs(found.estimate - 25) < 6, found
    """
    from hecon.analysis.voi.evppi import Evppi

    n = rows.shape[1]
    if n < 50 * FOLDS:
        raise BoostingError(f"boosting needs at least {50 * FOLDS} draws; these outcomes have {n}")
    responses = known.clear(names) if known else rows
    fitted = _predicted(values, responses)
    means = np.concatenate([np.zeros((1, n)), fitted])
    seen = np.concatenate([np.zeros((1, n)), responses])
    won = np.take_along_axis(seen, means.argmax(axis=0)[None], axis=0)[0]
    correction = (float(means.max(axis=0).mean()) - float(won.mean())) / 2
    top = int(seen.mean(axis=1).argmax())
    influence = won - seen[top]
    value = float(influence.mean()) + correction
    own = known.own(names) if known else np.zeros((0, n))
    if len(own):
        (slope,) = slopes(own, influence[None])
        value -= float(slope @ own.mean(axis=1))
        influence = influence - slope @ own
    se = float(np.sqrt(influence.var(ddof=1) / n + (correction / 2) ** 2))
    spread, left = rows.var(axis=1), (responses - fitted).var(axis=1)
    explained = tuple((1 - np.divide(left, spread, out=np.ones_like(left), where=spread > 0)).tolist())
    poor = "" if abs(correction) < max(0.5 * abs(value), 3 * se) else "the trees' noise is as large as the value"
    check = FitCheck("boosted trees", (), explained, (), poor, _cells(fitted, responses))
    return Evppi(names, float(wtp), value, se, correction, check)


def _predicted(values: Array, responses: Array) -> Array:
    """Cross-fitted means (response, draw): each fold predicted by trees grown on the others."""
    try:
        ensemble: Any = import_module("sklearn.ensemble")
    except ImportError as error:
        raise BoostingError("boosting needs scikit-learn; install it, or name at most 8 parameters") from error
    threads: Any = import_module("threadpoolctl")
    fold = np.arange(values.shape[1]) % FOLDS
    fitted = np.empty_like(responses)
    with threads.threadpool_limits(
        1
    ):  # several that wait for each other on a busy machine take a hundred times as long
        for k in range(FOLDS):
            train, test = fold != k, fold == k
            for row, out in zip(responses, fitted, strict=True):
                trees = ensemble.HistGradientBoostingRegressor(max_iter=150, learning_rate=0.08, random_state=0)
                out[test] = trees.fit(values[:, train].T, row[train]).predict(values[:, test].T)
    return fitted


def _cells(fitted: Array, responses: Array) -> Cells:
    """Means of responses by rank of the fitted mean."""
    n = fitted.shape[1]
    parts = []
    for mean, seen in zip(fitted, responses, strict=True):
        groups = np.array_split(np.argsort(mean), min(_SHOWN, n))
        x = np.array([mean[one].mean() for one in groups])
        se = np.array([seen[one].std() / np.sqrt(one.size) for one in groups])
        parts.append((x, np.array([seen[one].mean() for one in groups]), x, se))
    return Cells(*(np.array(part) for part in zip(*parts, strict=True)))
