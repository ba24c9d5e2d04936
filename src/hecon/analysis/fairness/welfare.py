"""Health that, shared equally, would be as good as health that is shared unequally (EDE), after Atkinson and after Kolm.

Arrays are (group, draw), the draw last; `share` (group,) are shares of the population, which add up to 1.
"""

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError


def atkinson_ede(health: Array, share: Array, aversion: float) -> Array:
    """The equally distributed equivalent (draw,) under relative aversion: a power mean, the geometric one at 1 (Atkinson 1970).

    Raises:
        HeconError: an aversion below 0, health that is not above 0.

    >>> atkinson_ede(np.array([[1.0], [4.0]]), np.array([0.5, 0.5]), 1.0).round(12).tolist()    # sqrt(1 x 4)
    [2.0]
    """
    _check(health, aversion)
    return np.asarray(np.exp(_exponential_mean(np.log(health), share, 1.0 - aversion)))


def atkinson_index(health: Array, share: Array, aversion: float) -> Array:
    """The share of mean health (draw,) that could be given up for equality without loss.

    >>> atkinson_index(np.array([[1.0], [4.0]]), np.array([0.5, 0.5]), 1.0).round(12).tolist()  # 1 - 2 / 2.5
    [0.2]
    """
    return 1.0 - atkinson_ede(health, share, aversion) / mean_health(health, share)


def kolm_ede(health: Array, share: Array, aversion: float) -> Array:
    """The equally distributed equivalent (draw,) under absolute aversion above 0, per year of health (Kolm 1976).

    Raises:
        HeconError: an aversion that is not above 0.

    >>> kolm_ede(np.array([[0.0], [np.log(3.0)]]), np.array([0.5, 0.5]), 1.0).round(6).tolist()  # -ln(2/3)
    [0.405465]
    """
    _check_kolm(aversion)
    return _exponential_mean(health, share, -aversion)


def equity_weights(health: Array, share: Array, aversion: float) -> Array:
    """What a QALY of each group counts (group, draw) in QALYs that are shared equally: (EDE / health) to the power of aversion.

    >>> equity_weights(np.array([[1.0], [4.0]]), np.array([0.5, 0.5]), 1.0).round(12).tolist()    # EDE 2
    [[2.0], [0.5]]
    """
    return np.asarray((atkinson_ede(health, share, aversion) / health) ** aversion)


def kolm_weights(health: Array, share: Array, aversion: float) -> Array:
    """The same under absolute aversion.

    >>> kolm_weights(np.array([[0.0], [np.log(3.0)]]), np.array([0.5, 0.5]), 1.0).round(12).tolist()
    [[1.5], [0.5]]
    """
    _check_kolm(aversion)
    return np.asarray(np.exp(-aversion * health - _log_sum(-aversion * health, share)))


def atkinson_gain(health: Array, net: Array, share: Array, aversion: float, people: float | None = None) -> Array:
    """The change of the EDE times the people of the population (draw,), in QALYs that count equally.

    `net` (group, draw) is what each group gains in all. Without `people` the population is taken to be so large that no
    one's health moves much: each QALY then counts its equity weight. The change is computed by itself, not as a difference
    of two large numbers.

    Raises:
        HeconError: health that would not stay above 0.

    >>> two, half = np.array([[1.0], [4.0]]), np.array([0.5, 0.5])
    >>> atkinson_gain(two, np.array([[1.0], [0.0]]), half, 1.0).round(12).tolist()                # 2 / 1
    [2.0]
    >>> atkinson_gain(two, np.array([[3.0], [0.0]]), half, 1.0, 2.0).round(12).tolist()           # 2 x (4 - 2)
    [4.0]
    """
    if people is None:
        return np.asarray(np.einsum("gd,gd->d", equity_weights(health, share, aversion), net))
    ede = atkinson_ede(health, share, aversion)
    relative = net / (share[:, None] * people) / health
    if not (relative > -1).all():
        raise HeconError(
            f"a group of {people:,.0f} people would lose more health than it has; give a larger population or fewer patients"
        )
    power, moved = 1.0 - aversion, np.log1p(relative)
    if power == 0:
        grown = np.einsum("g,gd->d", share, moved)
    else:
        grown = np.log1p(np.einsum("gd,gd->d", _parts(power * np.log(health), share), np.expm1(power * moved))) / power
    return np.asarray(people * ede * np.expm1(grown))


def kolm_gain(health: Array, net: Array, share: Array, aversion: float, people: float | None = None) -> Array:
    """The same under absolute aversion.

    >>> two, half = np.array([[0.0], [np.log(3.0)]]), np.array([0.5, 0.5])
    >>> kolm_gain(two, np.array([[1.0], [1.0]]), half, 1.0).round(12).tolist()                    # 1.5 + 0.5
    [2.0]
    >>> kolm_gain(two, np.array([[1.0], [1.0]]), half, 1.0, 2.0).round(12).tolist()               # each gains 1
    [2.0]
    """
    _check_kolm(aversion)
    if people is None:
        return np.asarray(np.einsum("gd,gd->d", kolm_weights(health, share, aversion), net))
    moved = np.expm1(-aversion * net / (share[:, None] * people))
    return np.asarray(-people * np.log1p(np.einsum("gd,gd->d", _parts(-aversion * health, share), moved)) / aversion)


def mean_health(health: Array, share: Array) -> Array:
    """The mean of the population (draw,).

    >>> mean_health(np.array([[1.0], [4.0]]), np.array([0.25, 0.75])).tolist()
    [3.25]
    """
    return np.asarray(np.einsum("g,gd->d", share, health))


def _exponential_mean(values: Array, share: Array, power: float) -> Array:
    """The logarithm of the mean of exp(power x values), over power (draw,); the mean at 0, and exact near it, without overflow."""
    middle = np.einsum("g,gd->d", share, values)
    if power == 0:
        return np.asarray(middle)
    off = power * (values - middle)
    near = np.abs(off).max(axis=0) < 1
    small = np.log1p(np.einsum("g,gd->d", share, np.expm1(np.where(near, off, 0.0))))
    return np.asarray(middle + np.where(near, small, _log_sum(off, share)) / power)


def _log_sum(logs: Array, share: Array) -> Array:
    """Ln of the sum of share x exp(logs) (draw,), without overflow."""
    top = logs.max(axis=0)
    return np.asarray(top + np.log(np.einsum("g,gd->d", share, np.exp(logs - top))))


def _parts(logs: Array, share: Array) -> Array:
    """Share x exp(logs) over their sum (group, draw)."""
    return np.asarray(share[:, None] * np.exp(logs - _log_sum(logs, share)))


def _check(health: Array, aversion: float) -> None:
    if not 0 <= aversion < np.inf:
        raise HeconError(f"aversion to inequality is 0 or more; got {aversion:g}")
    if not (health > 0).all():
        raise HeconError(f"Atkinson's index needs health above 0 in every group; got {health.min():g}")


def _check_kolm(aversion: float) -> None:
    if not 0 < aversion < np.inf:
        raise HeconError(f"absolute aversion to inequality (Kolm) is above 0; got {aversion:g}")
