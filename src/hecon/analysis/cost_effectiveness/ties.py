"""Ties of net benefit: strategies too close to tell apart are equally good, whichever was declared first.

The same question as on the frontier: costs within 1e-9 of the largest cost, effects within 1e-9 of the largest effect.
"""

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.cost_effectiveness.icer import TOLERANCE
from hecon.outcomes import Array


def tie_within(cost: Array, effect: Array, wtp: float) -> float:
    """How far apart two net benefits may be and still tie: 1e-9 of the largest cost plus `wtp` times the largest effect.

    `cost` and `effect` are (strategy, ...), all that are compared; the result is in currency.

    >>> round(tie_within(np.array([[1000.0], [-3000.0]]), np.array([[1.0], [2.0]]), 500.0), 12)
    4e-06
    """
    return float(TOLERANCE * (np.abs(cost).max() + wtp * np.abs(effect).max()))


def tied(net: Array, within: float) -> NDArray[np.bool_]:
    """Which strategies have the highest net benefit (strategy, ...), or one that ties with it.

    >>> tied(np.array([[5.0, 1.0], [5.0, 2.0]]), 1e-9).tolist()
    [[True, False], [True, True]]
    """
    return np.asarray(net >= net.max(axis=0) - within)


def shares(best: NDArray[np.bool_]) -> Array:
    """Share (strategy,) of draws or points in which each is best, tied ones sharing each equally; they add up to 1.

    >>> shares(tied(np.array([[5.0, 1.0], [5.0, 2.0]]), 1e-9)).tolist()
    [0.25, 0.75]
    """
    flat = best.reshape(len(best), -1)
    n = flat.shape[1]
    if np.count_nonzero(flat) == n:
        return np.asarray(flat.sum(axis=1) / n)
    return np.asarray((flat / flat.sum(axis=0)).mean(axis=1))


def first_best(net: Array, within: float) -> NDArray[np.intp]:
    """Position (...) of the highest net benefit (strategy, ...), the first declared of those that tie.

    >>> int(first_best(np.array([0.1 + 0.2, 0.3]), 1e-9)), int(first_best(np.array([0.3, 0.1 + 0.2]), 1e-9))
    (0, 0)
    """
    return np.asarray(np.argmax(tied(net, within), axis=0))
