"""Products of tall arrays in blocks of draws, each small enough for one thread of the linear algebra library.

Threads cost more than they save on a few columns, and a sum in fixed blocks does not depend on their number.
"""

import numpy as np

from hecon.outcomes import Array

_BLOCK = 256  # draws
_FEW = 4096  # products of a block beyond which threads pay


def inner(left: Array, right: Array) -> Array:
    """Sum over draws of left (draw, a) times right (draw, b): (a, b).

    >>> inner(np.ones((1000, 1)), np.full((1000, 2), 0.5)).tolist()
    [[500.0, 500.0]]
    """
    a, b = left.shape[1], right.shape[1]
    whole = len(left) - len(left) % _BLOCK if a * b <= _FEW else 0
    total = left[whole:].T @ right[whole:]
    if whole:
        first = left[:whole].reshape(-1, _BLOCK, a).transpose(0, 2, 1)
        total = total + np.matmul(first, right[:whole].reshape(-1, _BLOCK, b)).sum(axis=0)
    return np.asarray(total)


def mixed(weights: Array, rows: Array) -> Array:
    """Weights (a, row) times rows (row, draw): (a, draw), for a few rows that are each as long as the draws.

    >>> mixed(np.array([[1.0, 2.0]]), np.ones((2, 3))).tolist()
    [[3.0, 3.0, 3.0]]
    """
    return np.asarray(np.einsum("ar,rn->an", weights, rows))


def times(left: Array, right: Array) -> Array:
    """Left (draw, a) times right (a, b): (draw, b).

    >>> times(np.ones((300, 2)), np.array([[1.0], [2.0]])).shape
    (300, 1)
    """
    a, b = right.shape
    whole = len(left) - len(left) % _BLOCK if a * b <= _FEW else 0
    product = np.empty((len(left), b))
    np.matmul(left[whole:], right, out=product[whole:])
    if whole:
        np.matmul(left[:whole].reshape(-1, _BLOCK, a), right, out=product[:whole].reshape(-1, _BLOCK, b))
    return product
