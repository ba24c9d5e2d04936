"""The slope index of inequality: the difference in health between the worst-off and the best-off end of a population."""

import numpy as np

from hecon.arrays import Array


def ridit(share: Array) -> Array:
    """The middle place of each group (group,), from 0 for the worst-off person to 1, by shares in their order.

    >>> ridit(np.array([0.2, 0.8])).tolist()
    [0.1, 0.6]
    """
    return np.asarray(np.cumsum(share) - share / 2)


def slope_index(values: Array, share: Array) -> Array:
    """The slope (draw,) of values (group, draw) on the groups' places, least squares weighted by `share` (group,).

    The groups stand from the worst off to the best off. Above 0: more for the best off. 0 where there is one group.

    >>> slope_index(np.array([[17.0], [9], [4], [4], [3]]), np.full(5, 0.2)).round(9).tolist()
    [-16.5]
    """
    place = ridit(share)
    off = place - np.sum(share * place)
    spread = np.sum(share * off**2)
    if spread == 0:
        return np.zeros(values.shape[1])
    return np.asarray(np.einsum("g,gd->d", share * off, values) / spread)
