"""Whether some numbers that are known give away another: the row-space test on their derivatives.

Near a point, a number follows from others if its gradient is a sum of multiples of theirs.
"""

import numpy as np

from hecon.outcomes import Array

TOLERANCE = (
    1e-3  # of the gradient's length: what is nearer to the row space is known to three digits, and counts as known
)
_DISTINCT = 1e-8  # relative: known numbers whose gradients differ by less say the same
_NOTHING = 1e-9  # a gradient this short beside its number is none


def gradients(values: Array, steps: Array, scale: Array) -> Array:
    """Central differences (number, input), each per `scale` (input,) of its input.

    `values` (number, 1 + 2 x input) are taken at a point, then with each input a `steps` (input,) up and down. A number
    that moves by less than 1e-9 of itself does not depend.

    >>> gradients(np.array([[10.0, 10.2, 9.8]]), np.array([0.1]), np.array([1.0])).round(9).tolist()   # y = 2 x at x = 5
    [[2.0]]
    """
    found: Array = (values[:, 1::2] - values[:, 2::2]) / (2 * steps) * scale
    size = np.abs(values[:, :1]) + np.finfo(float).tiny
    found[np.linalg.norm(found, axis=1) <= _NOTHING * size[:, 0]] = 0.0
    return found


def follows(known: Array, wanted: Array) -> list[int]:
    """Which of the known gradients (number, input) give the wanted one (input,) away together; none if they do not.

    A gradient of zero follows from nothing: it tells nothing.

    >>> cost, both = np.array([2.0, 0.0]), np.array([1.0, 1.0])
    >>> follows(np.array([cost, both]), np.array([0.0, 1.0])), follows(np.array([both]), np.array([0.0, 1.0]))
    ([0, 1], [])
    """
    length = float(np.linalg.norm(wanted))
    sizes = np.linalg.norm(known, axis=1) if known.size else np.zeros(0)
    told = np.flatnonzero(sizes > 0)
    if length == 0 or not told.size:
        return []
    rows, target = known[told] / sizes[told, None], wanted / length
    weights, *_ = np.linalg.lstsq(rows.T, target, rcond=_DISTINCT)
    if np.linalg.norm(rows.T @ weights - target) > TOLERANCE:
        return []
    return [int(told[k]) for k in np.flatnonzero(np.abs(weights) > _DISTINCT)]
