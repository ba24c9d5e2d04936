"""Logarithms of incomplete gamma ratios that stay finite in the tails, and Prentice's density for any Q.

The generalised gamma near Q = 0 is Temme's expansion, exact at Q = 0, so that the likelihood has no seam there.
"""

import numpy as np

from hecon.formula.special import log_gamma_side
from hecon.outcomes import Array

NEAR_ZERO = 0.02  # |Q| below which Temme's expansion is used; it then agrees to about 1e-12
_LOG_ROOT_2PI = 0.5 * np.log(2 * np.pi)
# Temme's coefficients in powers of eta: DiDonato & Morris 1986, ACM TOMS 12:377, table 1
_C0 = (-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835, -139 / 777600, 1 / 25515)
_C1 = (-1 / 540, -1 / 288, 1 / 378, -77 / 77760)
_C2 = (25 / 6048, -139 / 51840)


def log_gamma_upper(a: Array, u: Array) -> Array:
    """Log of Gamma(a, u) / Gamma(a), finite far beyond where the ratio itself underflows.

    >>> log_gamma_upper(np.array([1.0, 1.0]), np.array([2.0, 900.0])).round(9).tolist()
    [-2.0, -900.0]
    """
    return np.asarray(log_gamma_side(u, a, 1.0))


def log_gamma_lower(a: Array, u: Array) -> Array:
    """Log of (Gamma(a) - Gamma(a, u)) / Gamma(a), finite for tiny u.

    >>> log_gamma_lower(np.array([1.0]), np.array([1e-300])).round(6).tolist()
    [-690.775528]
    """
    return np.asarray(log_gamma_side(u, a, -1.0))


def prentice(w: Array, q: float, like: float | None = None) -> tuple[Array, Array, Array]:
    """Log survival, log density and the density's log slope of w = (log t - mu) / sigma, (time,).

    Prentice 1974, Biometrika 61:539. Q = 0 is the standard normal, Q = 1 the extreme-value law. `like` names
    another Q whose branch is to be used.

    >>> log_s, log_g, _ = prentice(np.array([0.0]), 1.0)
    >>> round(float(log_s[0]), 9), round(float(log_g[0]), 9)
    (-1.0, -1.0)
    """
    from scipy.special import log_ndtr

    y = q * w
    k_growth = w * w * _second_growth(y)  # (e^y - 1 - y) / Q^2
    slope = -w * _first_growth(y)
    if abs(q if like is None else like) >= NEAR_ZERO:
        k = np.full_like(w, q**-2)
        log_g = -_LOG_ROOT_2PI - _stirling(q * q) - k_growth
        log_ratio = log_gamma_upper if q > 0 else log_gamma_lower
        return log_ratio(k, k * np.exp(y)), log_g, slope
    z = np.sign(w) * np.sqrt(2 * k_growth)
    eta, q2 = q * z, q * q
    c = sum(q2**n * np.polyval(row[::-1], eta) for n, row in enumerate((_C0, _C1, _C2)))
    log_normal, log_phi = log_ndtr(-z), -0.5 * z * z - _LOG_ROOT_2PI
    log_s = log_normal + np.log1p(q * c * np.exp(log_phi - log_normal))
    return log_s, -_LOG_ROOT_2PI - _stirling(q2) - k_growth, slope


def _first_growth(y: Array) -> Array:
    """(e^y - 1) / y."""
    small = np.abs(y) < 1e-5
    safe = np.where(small, 1.0, y)
    return np.where(small, 1 + y / 2 + y * y / 6, np.expm1(safe) / safe)


def _second_growth(y: Array) -> Array:
    """(e^y - 1 - y) / y^2."""
    small = np.abs(y) < 0.3
    near, safe = np.where(small, y, 0.0), np.where(small, 1.0, y)
    series = np.zeros_like(y)
    for n in range(14, 1, -1):
        series = (1 + near * series) / n
    return np.where(small, series, (np.expm1(safe) - safe) / safe**2)


def _stirling(q2: float) -> float:
    """Log Gamma(k) less Stirling's approximation to it, k = 1 / Q^2; 0 at Q = 0."""
    from scipy.special import gammaln

    if q2 < 0.1:
        return q2 / 12 - q2**3 / 360 + q2**5 / 1260 - q2**7 / 1680 + q2**9 / 1188
    k = 1 / q2
    return float(gammaln(k) - (k - 0.5) * np.log(k) + k - _LOG_ROOT_2PI)
