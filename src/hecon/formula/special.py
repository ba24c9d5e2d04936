"""Special functions of survival curves for numpy, each for any shapes that broadcast; none overflows where its value is finite.

Their Excel spellings stand in special_excel.py; both are rows of the table of primitives.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hecon.arrays import Array

NEAR_ZERO = 0.05  # |Q| below which the generalised gamma is taken by `prentice_score`
_TINY = 1e-290
_NEARLY_ONE = 0.99  # above it the logarithm is taken from the other side
_EDGE = 1.0  # of Q w, beyond which the score goes on as a straight line: survival is 0 or 1 there to 80 digits
# The score of the generalised gamma by powers of y = Q w: w A(y) + Q B(y) + Q^3 C(y) + Q^5 D(y). A and B are the signed
# root of the deviance and its correction (Barndorff-Nielsen 1986, Biometrika 73:307), C and D were fitted to
# the incomplete gamma ratio in 60 digits.
SCORE_A = (1.0, 1 / 6, 1 / 36, 1 / 270, 1 / 2592, 17 / 544320, 11 / 5443200, 1 / 8164800, 1 / 111974400)
SCORE_B = (1 / 3, -1 / 36, -17 / 3240, 1 / 9720, 1 / 9072, 199 / 48988800, -583 / 293932800)
SCORE_C = (13 / 1620, 0.0030606996, -0.0009694052, -0.0001427741, 0.0000412737)
SCORE_D = (-0.0037906624, 0.0014685464)


def relative_growth(y: Any) -> Any:
    """(e^y - 1) / y, 1 at y = 0; y above 700 is taken as 700.

    >>> relative_growth(np.array([0.0, 1.0])).round(12).tolist()
    [1.0, 1.718281828459]
    """
    y = np.minimum(np.asarray(y, dtype=float), 700.0)
    zero = y == 0
    return np.where(zero, 1.0, np.expm1(y) / np.where(zero, 1.0, y))


def log_one_plus_exp(x: Any) -> Any:
    """log(1 + e^x).

    >>> log_one_plus_exp(np.array([0.0, 800.0])).round(12).tolist()
    [0.69314718056, 800.0]
    """
    return np.logaddexp(0.0, x)


def exp_e1(x: Any) -> Any:
    """e^x times the exponential integral E1(x), for x > 0 (Abramowitz, Stegun 1964, 5.1.11 and 5.1.22).

    >>> exp_e1(np.array([1.0, 1e9])).round(12).tolist()              # e x 0.2193839344, and 1 / x
    [0.596347362323, 1e-09]
    """
    from scipy.special import exp1

    x = np.asarray(x, dtype=float)
    far = x > 50
    fraction = np.zeros_like(x)
    for k in range(30, 0, -1):
        fraction = k * k / (x + 2 * k + 1 - fraction)
    return np.where(far, 1 / (x + 1 - fraction), np.exp(np.minimum(x, 50.0)) * exp1(x))


def gamma_ppf(p: Any, shape: Any) -> Any:
    """The p-quantile of a gamma distribution of this shape and rate 1.

    >>> round(float(gamma_ppf(0.5, 1.0)), 12)                        # log 2
    0.69314718056
    """
    from scipy.special import gammaincinv

    return gammaincinv(shape, p)


def gamma_side(x: Any, shape: Any, side: Any) -> Any:
    """P(X > x) where side > 0, P(X <= x) elsewhere, of a gamma distribution of this shape and rate 1.

    >>> gamma_side(np.array([2.0, 2.0]), 1.0, np.array([1.0, -1.0])).round(9).tolist()   # e^-2 and 1 - e^-2
    [0.135335283, 0.864664717]
    """
    from scipy.special import gammainc, gammaincc

    return _by_side(lambda x, a: gammaincc(a, x), lambda x, a: gammainc(a, x), x, shape, side)


def log_gamma_side(x: Any, shape: Any, side: Any) -> Any:
    """The logarithm of `gamma_side`, finite far beyond where that underflows.

    >>> log_gamma_side(np.array([900.0, 1e-300]), 1.0, np.array([1.0, -1.0])).round(6).tolist()
    [-900.0, -690.775528]
    """
    return _by_side(_log_upper, _log_lower, x, shape, side)


def gamma_side_hazard(x: Any, shape: Any, side: Any) -> Any:
    """The density of a gamma distribution at x over `gamma_side`.

    >>> gamma_side_hazard(np.array([2.0, 1e9]), 1.0, 1.0).round(12).tolist()             # an exponential's is 1
    [1.0, 1.0]
    """
    return _by_side(_upper_hazard, _lower_hazard, x, shape, side)


def prentice_score(w: Any, q: Any) -> Any:
    """The normal score n(w) with Phi(-n) the survival of Prentice's w at Q = q, for |q| < NEAR_ZERO; 0 for other q.

    Survival is then right to 1e-10 of itself down to 1e-30. Prentice 1974, Biometrika 61:539.

    >>> prentice_score(np.array([1.5]), 0.0).tolist()                # at Q = 0 w is normal itself
    [1.5]
    """
    return _near(lambda w, q: _score(w, q)[0], w, q)


def prentice_slope(w: Any, q: Any) -> Any:
    """The slope of `prentice_score` by w, for |q| < NEAR_ZERO; 0 for other q.

    >>> prentice_slope(np.array([1.5]), 0.0).tolist()
    [1.0]
    """
    return _near(lambda w, q: _score(w, q)[1], w, q)


def _score(w: Array, q: Array) -> tuple[Array, Array]:
    y = np.clip(q * w, -_EDGE, _EDGE)  # see _EDGE
    cubed = q * q * q
    rows = ((w, SCORE_A), (q, SCORE_B), (cubed, SCORE_C), (cubed * q * q, SCORE_D))
    values = [np.polynomial.polynomial.polyval(y, row) for _, row in rows]
    slopes = [np.polynomial.polynomial.polyval(y, np.polynomial.polynomial.polyder(row)) for _, row in rows]
    inside = np.abs(q * w) < _EDGE
    score = sum((by * value for (by, _), value in zip(rows, values, strict=True)), np.zeros_like(y))
    bend = sum((by * slope for (by, _), slope in zip(rows, slopes, strict=True)), np.zeros_like(y))
    return np.asarray(score), np.asarray(values[0] + np.where(inside, q * bend, 0.0))


def _near(function: Callable[[Array, Array], Array], w: Any, q: Any) -> Any:
    """A function of w and q where |q| < NEAR_ZERO and 0 elsewhere, computed only where it is asked for."""
    w, q = np.asarray(w, dtype=float), np.asarray(q, dtype=float)
    near = ~(np.abs(q) >= NEAR_ZERO)  # not a number counts as near and comes out as none
    if near.all():
        return function(w, q)
    if not near.any():
        return np.zeros(np.broadcast_shapes(w.shape, q.shape))
    w, q, near = np.broadcast_arrays(w, q, near)
    result = np.zeros(w.shape)
    result[near] = function(w[near], q[near])
    return result


def _by_side(
    upper: Callable[[Array, Array], Array], lower: Callable[[Array, Array], Array], x: Any, shape: Any, side: Any
) -> Any:
    """One of two functions of x and shape by the sign of side, each computed only where it is asked for."""
    x, shape, up = np.asarray(x, dtype=float), np.asarray(shape, dtype=float), np.asarray(side) > 0
    if up.all():
        return upper(x, shape)
    if not up.any():
        return lower(x, shape)
    x, shape, up = np.broadcast_arrays(x, shape, up)
    result = np.empty(x.shape)
    result[up], result[~up] = upper(x[up], shape[up]), lower(x[~up], shape[~up])
    return result


def _log_upper(x: Array, shape: Array) -> Array:
    from scipy.special import gammainc, gammaincc, gammaln

    def far(x: Array, a: Array) -> Array:
        return np.asarray(a * np.log(x) - x - gammaln(a) - np.log(x + 1 - a - _fraction(x, a)))

    ratio = gammaincc(shape, x)
    tiny = (ratio < _TINY) & np.isfinite(x)
    value = _patched(np.log(np.where(tiny, 1.0, ratio)), tiny, far, x, shape)
    return _patched(value, ratio > _NEARLY_ONE, lambda x, a: np.log1p(-gammainc(a, x)), x, shape)


def _log_lower(x: Array, shape: Array) -> Array:
    from scipy.special import gammainc, gammaincc, gammaln

    def far(x: Array, a: Array) -> Array:
        return np.asarray(a * np.log(x) - x - gammaln(a + 1) + np.log(_series(x, a)))

    ratio = gammainc(shape, x)
    tiny = (ratio < _TINY) & (x > 0)
    value = _patched(np.log(np.where(tiny, 1.0, ratio)), tiny, far, x, shape)
    return _patched(value, ratio > _NEARLY_ONE, lambda x, a: np.log1p(-gammaincc(a, x)), x, shape)


def _upper_hazard(x: Array, shape: Array) -> Array:
    from scipy.special import gammaincc, gammaln

    ratio = gammaincc(shape, x)
    near = np.exp((shape - 1) * np.log(x) - x - gammaln(shape)) / np.where(ratio < _TINY, 1.0, ratio)
    return _patched(near, ratio < _TINY, lambda x, a: (x + 1 - a - _fraction(x, a)) / x, x, shape)


def _lower_hazard(x: Array, shape: Array) -> Array:
    from scipy.special import gammainc, gammaln

    ratio = gammainc(shape, x)
    near = np.exp((shape - 1) * np.log(x) - x - gammaln(shape)) / np.where(ratio < _TINY, 1.0, ratio)
    return _patched(near, (ratio < _TINY) & (x > 0), lambda x, a: a / x / _series(x, a), x, shape)


def _patched(
    value: Any, where: NDArray[np.bool_], function: Callable[[Array, Array], Array], x: Array, shape: Array
) -> Array:
    """`value` with the few elements where it underflows replaced by a function of theirs."""
    if not where.any():
        return np.asarray(value)
    value = np.array(value)
    x, shape, where = np.broadcast_arrays(x, shape, where)
    value[where] = function(x[where], shape[where])
    return np.asarray(value)


def _fraction(x: Array, a: Array) -> Array:
    """Legendre's continued fraction of the upper incomplete gamma function, from its far end."""
    fraction = np.zeros_like(x)
    for k in range(60, 0, -1):
        fraction = k * (k - a) / (x + 2 * k + 1 - a - fraction)
    return fraction


def _series(x: Array, a: Array) -> Array:
    """1 + x / (a + 1) + x^2 / (a + 1)(a + 2) + ..., where x is small beside a."""
    total = np.ones_like(x)
    for k in range(60, 0, -1):
        total = 1 + x / (a + k) * total
    return total
