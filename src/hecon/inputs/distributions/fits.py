"""From what papers print (mean and SE, mean and 95% interval, counts) to the distribution with that mean.

Every function refuses the impossible and says what would be possible. Formulas: Briggs, Claxton & Sculpher 2006, ch. 4.
"""

from math import log, log1p, sqrt

from hecon.inputs.distributions.bounded import Pert, Triangular
from hecon.inputs.distributions.distribution import Distribution, Fixed, demand
from hecon.inputs.distributions.families import Beta, Gamma, GammaOnDecrement, LogitNormal, LogNormal, Normal

Z = 1.959963984540054  # the 97.5% quantile of the standard normal


def beta_from_mean_se(mean: float, se: float) -> Distribution:
    """Beta with this mean and SE; an SE of 0 gives a fixed number, 0 and 1 included.

    Raises InputError for a mean outside 0..1 or an SE at or above its largest possible value.

    >>> beta_from_mean_se(0.5, 0.25)
    Beta(alpha=1.5, beta=1.5)
    """
    if _no_spread("beta", se, 0 <= mean <= 1):
        return Fixed(mean)
    demand(0 < mean < 1, "beta", "0 < mean < 1", f"{mean:g}")
    largest = sqrt(mean * (1 - mean))
    demand(se < largest, "beta", f"SE below sqrt(m (1 - m)) = {largest:.4g} for a mean of {mean:g}", f"{se:g}")
    size = mean * (1 - mean) / se**2 - 1
    return Beta(mean * size, (1 - mean) * size)


def beta_from_mean_ci(mean: float, low: float, high: float) -> Distribution:
    """Beta with this mean and the SE of a 95% interval, (high - low) / 3.92.

    >>> beta_from_mean_ci(0.5, 0.5 - 0.1 * Z, 0.5 + 0.1 * Z).mean
    0.5
    """
    demand(low >= 0 and high <= 1, "beta", "an interval inside 0..1", f"{low:g} to {high:g}")
    return beta_from_mean_se(mean, se_from_ci("beta", mean, low, high))


def beta_from_counts(events: float, total: float) -> Beta:
    """Beta of r events in n patients: alpha r, beta n - r.

    Raises InputError when r is 0 or n, which leave no spread without a prior: add one and write `beta`.

    >>> beta_from_counts(61, 75)
    Beta(alpha=61, beta=14)
    """
    needs = "0 < events < total (with 0 or all, choose a prior and write beta with alpha and beta)"
    demand(0 < events < total, "beta counts", needs, f"{events:g} of {total:g}")
    return Beta(events, total - events)


def gamma_from_mean_se(mean: float, se: float) -> Distribution:
    """Gamma with this mean and SE: shape (m / s)^2, scale s^2 / m.

    >>> gamma_from_mean_se(1000, 200)
    Gamma(shape=25.0, scale=40.0)
    """
    if _no_spread("gamma", se, mean >= 0):
        return Fixed(mean)
    demand(mean > 0, "gamma", "mean > 0", f"{mean:g}")
    return Gamma((mean / se) ** 2, se**2 / mean)


def gamma_from_mean_ci(mean: float, low: float, high: float) -> Distribution:
    """Gamma with this mean and the SE of a 95% interval, (high - low) / 3.92.

    >>> round(gamma_from_mean_ci(10, 10 - 2 * Z, 10 + 2 * Z).sd, 12)
    2.0
    """
    demand(low >= 0, "gamma", "an interval at or above 0", f"{low:g} to {high:g}")
    return gamma_from_mean_se(mean, se_from_ci("gamma", mean, low, high))


def decrement_from_mean_se(mean: float, se: float) -> Distribution:
    """Gamma on 1 - u for a utility with this mean and SE; the mean may be negative, never 1 or more.

    >>> decrement_from_mean_se(-0.5, 0.75)
    GammaOnDecrement(shape=4.0, scale=0.375)
    """
    if _no_spread("gamma on 1-u", se, mean <= 1):
        return Fixed(mean)
    demand(mean < 1, "gamma on 1-u", "mean < 1", f"{mean:g}")
    return GammaOnDecrement(((1 - mean) / se) ** 2, se**2 / (1 - mean))


def lognormal_from_mean_se(mean: float, se: float) -> Distribution:
    """Lognormal with this mean and SE: sigma^2 = ln(1 + s^2 / m^2), mu = ln m - sigma^2 / 2.

    >>> round(lognormal_from_mean_se(1000, 200).sd, 9)
    200.0
    """
    if _no_spread("lognormal", se, mean >= 0):
        return Fixed(mean)
    demand(mean > 0, "lognormal", "mean > 0", f"{mean:g}")
    variance = log1p((se / mean) ** 2)
    return LogNormal(log(mean) - variance / 2, sqrt(variance))


def lognormal_from_ci(point: float, low: float, high: float, point_is: str) -> LogNormal:
    """Lognormal of a ratio with a 95% interval; its published point is the "median" or the "mean", as declared.

    sigma = (ln high - ln low) / 3.92; the mean exceeds the median by the factor exp(sigma^2 / 2).

    >>> round(lognormal_from_ci(0.75, 0.6, 0.9, "median").mean, 5)
    0.75402
    """
    demand(point_is in ("median", "mean"), "lognormal", "point_is 'median' or 'mean'", repr(point_is))
    demand(low > 0, "lognormal", "an interval above 0", f"{low:g} to {high:g}")
    se_from_ci("lognormal", point, low, high)
    sigma = (log(high) - log(low)) / (2 * Z)
    return LogNormal(log(point) - (sigma**2 / 2 if point_is == "mean" else 0.0), sigma)


def logit_normal_from_ci(median: float, low: float, high: float) -> LogitNormal:
    """Logit-normal of a proportion with this median and a 95% interval, its width taken on the log odds.

    >>> round(logit_normal_from_ci(0.5, 0.4, 0.6).median, 12)
    0.5
    """
    demand(low > 0 and high < 1, "logit-normal", "an interval inside 0..1", f"{low:g} to {high:g}")
    se_from_ci("logit-normal", median, low, high)
    return LogitNormal(_logit(median), (_logit(high) - _logit(low)) / (2 * Z))


def normal_from_mean_ci(mean: float, low: float, high: float) -> Normal:
    """Normal with this mean and the SE of a 95% interval.

    >>> round(normal_from_mean_ci(3.5, 2.1, 4.9).sd, 7)
    0.7142988
    """
    return Normal(mean, se_from_ci("normal", mean, low, high))


def triangular_from_mean(mean: float, low: float, high: float) -> Triangular:
    """Triangular over low..high with this mean; the mode is 3 mean - low - high.

    >>> triangular_from_mean(4, 1, 8).mode
    3
    """
    _mean_within("triangular", mean, low, high, 3)
    return Triangular(low, min(max(3 * mean - low - high, low), high), high)  # off by rounding at most


def pert_from_mean(mean: float, low: float, high: float) -> Pert:
    """PERT over low..high with this mean; the mode is (6 mean - low - high) / 4.

    >>> pert_from_mean(3.5, 1, 8).mode
    3.0
    """
    _mean_within("pert", mean, low, high, 6)
    return Pert(low, min(max((6 * mean - low - high) / 4, low), high), high)


def se_from_ci(family: str, point: float, low: float, high: float) -> float:
    """SE from a 95% interval, (high - low) / 3.92; InputError unless low < point < high.

    >>> round(se_from_ci("normal", 0, -1.959964, 1.959964), 6)
    1.0
    """
    demand(low < point < high, family, "lower < value < upper", f"{low:g}, {point:g}, {high:g}")
    return (high - low) / (2 * Z)


def _no_spread(family: str, se: float, within: bool) -> bool:
    """Whether the SE of a mean `within` the family's bounds, these included, leaves it fixed."""
    demand(se >= 0, family, "SE >= 0", f"{se:g}")
    return se == 0 and within


def _mean_within(family: str, mean: float, low: float, high: float, weight: int) -> None:
    demand(low < high, family, "low < high", f"{low:g} and {high:g}")
    least, most = ((weight - 1) * low + high) / weight, (low + (weight - 1) * high) / weight
    slack = 1e-9 * (high - low)
    demand(
        least - slack <= mean <= most + slack,
        family,
        f"a mean from {least:g} to {most:g} over {low:g}..{high:g}",
        f"{mean:g}",
    )


def _logit(p: float) -> float:
    return log(p) - log1p(-p)
