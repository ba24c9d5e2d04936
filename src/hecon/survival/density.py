"""Log survival and log hazard of every family, with their derivatives, for fitting: numpy arrays on the log scale.

Each function takes theta (parameter, patient or 1) on the transformed scale and log times x (patient,), and returns
log S, log h, both (patient,), and their derivatives by theta, both (parameter, patient).
The parameters are flexsurv's: Jackson 2016, J Stat Softw 70(8).
"""

from collections.abc import Callable

import numpy as np

from hecon.outcomes import Array
from hecon.survival.family import Family
from hecon.survival.incomplete_gamma import log_gamma_upper, prentice

Terms = tuple[Array, Array, Array, Array]
_LOG_ROOT_2PI = 0.5 * np.log(2 * np.pi)
_STEP = 1e-5  # central differences for the two shapes that have no derivative in closed form


def terms(family: Family, theta: Array, time: Array) -> Terms:
    """Log S, log h and their derivatives for any family, cure included, at times above 0.

    Mixture: S = p + (1 - p) S_u. Non-mixture: S = p^(1 - S_u). `p` is the last row of theta, as a logit.

    >>> from hecon.survival.family import family
    >>> log_s, log_h, *_ = terms(family("exponential"), np.log([[0.1]]), np.array([5.0]))
    >>> round(float(log_s[0]), 12), round(float(np.exp(log_h[0])), 12)
    (-0.5, 0.1)
    """
    x = np.log(time)
    with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
        if not family.cure:
            return _base(family, theta, x)
        return _CURE[family.cure](_base(family, theta[:-1], x), theta[-1])


def _base(family: Family, theta: Array, x: Array) -> Terms:
    if family.base == "piecewise":
        return _piecewise(family.knots, theta, x)
    return _spline(family, theta, x) if family.is_spline else _FAMILY[family.base](theta, x)


def _stack(*rows: Array) -> Array:
    return np.stack(np.broadcast_arrays(*rows))


def _exponential(theta: Array, x: Array) -> Terms:
    z = theta[0] + x
    return -np.exp(z), theta[0] + 0 * x, _stack(-np.exp(z)), np.ones((1, len(x)))


def _weibull(theta: Array, x: Array) -> Terms:
    shape = np.exp(theta[0])
    z = shape * (x - theta[1])
    cumulative = np.exp(z)
    log_h = theta[0] - x + z
    return -cumulative, log_h, _stack(-cumulative * z, cumulative * shape), _stack(1 + z, -shape)


def _weibull_ph(theta: Array, x: Array) -> Terms:
    rise = np.exp(theta[0]) * x
    cumulative = np.exp(theta[1] + rise)
    log_h = theta[0] + theta[1] - x + rise
    return -cumulative, log_h, _stack(-cumulative * rise, -cumulative), _stack(1 + rise, 1 + 0 * x)


def _gompertz(theta: Array, x: Array) -> Terms:
    t = np.exp(x)
    y = theta[0] * t
    small = np.abs(y) < 1e-4
    safe = np.where(small, 1.0, y)
    growth = np.where(small, 1 + y / 2 + y * y / 6, np.expm1(safe) / safe)  # (e^y - 1) / y
    slope = np.where(small, 0.5 + y / 3 + y * y / 8, (np.exp(safe) - np.expm1(safe) / safe) / safe)
    rate_t = np.exp(theta[1] + x)
    cumulative = rate_t * growth
    return -cumulative, theta[1] + y, _stack(-rate_t * t * slope, -cumulative), _stack(t, 1 + 0 * t)


def _gamma(theta: Array, x: Array) -> Terms:
    from scipy.special import digamma, gammaln

    shape, log_u = np.exp(theta[0]), theta[1] + x
    u = np.exp(log_u)
    log_s = log_gamma_upper(shape + 0 * u, u)
    log_f = shape * log_u - u - x - gammaln(shape)
    up, down = (log_gamma_upper(np.exp(theta[0] + step) + 0 * u, u) for step in (_STEP, -_STEP))
    s_shape, s_rate = (up - down) / (2 * _STEP), -np.exp(log_f - log_s + x)
    h_shape, h_rate = shape * (log_u - digamma(shape)) - s_shape, shape - u - s_rate
    return log_s, log_f - log_s, _stack(s_shape, s_rate), _stack(h_shape, h_rate)


def _lnorm(theta: Array, x: Array) -> Terms:
    from scipy.special import log_ndtr

    w = (x - theta[0]) * np.exp(-theta[1])
    log_s, log_phi = log_ndtr(-w), -0.5 * w * w - _LOG_ROOT_2PI
    log_h = log_phi - log_s - theta[1] - x
    mills, per_sd = np.exp(log_phi - log_s), np.exp(-theta[1])
    return log_s, log_h, _stack(mills * per_sd, mills * w), _stack((w - mills) * per_sd, w * w - 1 - mills * w)


def _llogis(theta: Array, x: Array) -> Terms:
    shape = np.exp(theta[0])
    z = shape * (x - theta[1])
    log_s = -np.logaddexp(0.0, z)
    p = np.exp(z + log_s)  # probability of the event by now
    log_h = theta[0] - x + z + log_s
    return log_s, log_h, _stack(-p * z, p * shape), _stack(1 + (1 - p) * z, -(1 - p) * shape)


def _gengamma(theta: Array, x: Array) -> Terms:
    q, per_sd = float(np.ravel(theta[2])[0]), np.exp(-theta[1])
    w = (x - theta[0]) * per_sd
    log_s, log_g, slope = prentice(w, q)
    (s_up, g_up, _), (s_down, g_down, _) = (prentice(w, q + step, like=q) for step in (_STEP, -_STEP))
    log_h = log_g - theta[1] - x - log_s
    mills = np.exp(log_g - log_s)
    s_q, g_q = (s_up - s_down) / (2 * _STEP), (g_up - g_down) / (2 * _STEP)
    h_mu, h_sigma = -(slope + mills) * per_sd, -1 - (slope + mills) * w
    return log_s, log_h, _stack(mills * per_sd, mills * w, s_q), _stack(h_mu, h_sigma, g_q - s_q)


def spline_basis(knots: tuple[float, ...], x: Array) -> tuple[Array, Array]:
    """Royston & Parmar's natural cubic basis and its slope by log time, both (knot, time): 1, x, v_1, ...

    Royston & Parmar 2002, Stat Med 21:2175.

    >>> basis, _ = spline_basis((0.0, 1.0, 2.0), np.array([2.0]))
    >>> basis[:, 0].tolist()
    [1.0, 2.0, -3.0]
    """
    low, high = knots[0], knots[-1]
    rows, slopes = [np.ones_like(x), x], [np.zeros_like(x), np.ones_like(x)]
    for knot in knots[1:-1]:
        share = (high - knot) / (high - low)
        parts = [(1.0, knot), (-share, low), (share - 1, high)]
        rows.append(sum((a * np.maximum(x - k, 0) ** 3 for a, k in parts), np.zeros_like(x)))
        slopes.append(sum((3 * a * np.maximum(x - k, 0) ** 2 for a, k in parts), np.zeros_like(x)))
    return np.stack(rows), np.stack(slopes)


def _piecewise(cuts: tuple[float, ...], theta: Array, x: Array) -> Terms:
    t, edges = np.exp(x), np.array([0.0, *cuts, np.inf])[:, None]
    spent = np.clip(t, edges[:-1], edges[1:]) - edges[:-1]  # time in each piece
    each = np.exp(theta) * spent
    here = (t >= edges[:-1]) & (t < edges[1:])
    return -each.sum(axis=0), (theta * here).sum(axis=0), -each, here.astype(float)


def _spline(family: Family, theta: Array, x: Array) -> Terms:
    from scipy.special import log_ndtr

    basis, slopes = spline_basis(family.knots, x)
    eta, rise = (theta * basis).sum(axis=0), (theta * slopes).sum(axis=0)
    if family.scale == "hazard":
        log_s, by_eta, log_link, link_by_eta = -np.exp(eta), -np.exp(eta), eta, 1 + 0 * eta
    elif family.scale == "odds":
        log_s = -np.logaddexp(0.0, eta)
        by_eta = -np.exp(eta + log_s)
        log_link, link_by_eta = eta + log_s, 1 + by_eta
    else:
        log_s = log_ndtr(-eta)
        log_link = -0.5 * eta * eta - _LOG_ROOT_2PI - log_s
        by_eta = -np.exp(log_link)
        link_by_eta = -eta - by_eta
    return log_s, np.log(rise) - x + log_link, by_eta * basis, link_by_eta * basis + slopes / rise


def _mixture(uncured: Terms, logit: Array) -> Terms:
    log_s_u, log_h_u, s_u, h_u = uncured
    log_cured, log_uncured = -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)
    log_s = np.logaddexp(log_cured, log_uncured + log_s_u)
    alive_uncured = np.exp(log_uncured + log_s_u - log_s)  # share of survivors who are not cured
    by_logit = np.exp(log_cured + log_uncured - log_s) * -np.expm1(log_s_u)
    by_theta = alive_uncured * s_u
    log_h = log_uncured + log_h_u + log_s_u - log_s
    h_logit = -np.exp(log_cured) - by_logit
    return log_s, log_h, _stack(*by_theta, by_logit), _stack(*(h_u + s_u - by_theta), h_logit)


def _non_mixture(uncured: Terms, logit: Array) -> Terms:
    log_s_u, log_h_u, s_u, h_u = uncured
    log_cured, log_uncured = -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)
    log_s, s = -log_cured * np.expm1(log_s_u), np.exp(log_s_u)
    log_h = np.log(-log_cured) + log_h_u + log_s_u
    by_logit = -np.exp(log_uncured) * np.expm1(log_s_u)  # d log p / d logit = 1 - p
    h_logit = np.exp(log_uncured) / log_cured
    return log_s, log_h, _stack(*(-log_cured * s * s_u), by_logit), _stack(*(h_u + s_u), h_logit + 0 * log_s)


_FAMILY: dict[str, Callable[[Array, Array], Terms]] = {
    "exponential": _exponential,
    "weibull": _weibull,
    "weibullPH": _weibull_ph,
    "gompertz": _gompertz,
    "gamma": _gamma,
    "lnorm": _lnorm,
    "llogis": _llogis,
    "gengamma": _gengamma,
}
_CURE: dict[str, Callable[[Terms, Array], Terms]] = {"mixture": _mixture, "non-mixture": _non_mixture}
