"""The families most inputs have: beta, gamma, normal, lognormal, logit-normal, and gamma on 1 - u.

They offer what every Distribution offers (see `distribution`).
"""

from dataclasses import dataclass
from math import exp, expm1, inf, sqrt
from typing import ClassVar

import numpy as np

from hecon.inputs.distributions.distribution import Array, Distribution, Generator, demand


@dataclass(frozen=True)
class Beta(Distribution):
    """Beta on 0..1 with alpha successes and beta failures.

    >>> Beta(14, 6).mean, round(Beta(14, 6).sd, 12)
    (0.7, 0.1)
    """

    alpha: float
    beta: float
    family: ClassVar[str] = "beta"
    needs: ClassVar[str] = "0 < mean < 1"

    def __post_init__(self) -> None:
        demand(self.alpha > 0 and self.beta > 0, "beta", "alpha > 0 and beta > 0", f"{self.alpha:g} and {self.beta:g}")

    @property
    def mean(self) -> float:
        """Successes over all: alpha / (alpha + beta)."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def sd(self) -> float:
        """The square root of m (1 - m) / (alpha + beta + 1)."""
        return sqrt(self.mean * (1 - self.mean) / (self.alpha + self.beta + 1))

    @property
    def ends(self) -> tuple[float, float]:
        """From 0 to 1."""
        return 0.0, 1.0

    def admits(self, value: float) -> bool:
        """Inside 0..1."""
        return 0 < value < 1

    def ppf(self, u: Array) -> Array:
        """Inverse of the regularised incomplete beta function."""
        from scipy.special import betaincinv

        return np.asarray(betaincinv(self.alpha, self.beta, u))

    def cdf(self, x: Array) -> Array:
        """Regularised incomplete beta function."""
        from scipy.special import betainc

        return np.asarray(betainc(self.alpha, self.beta, np.clip(x, 0.0, 1.0)))

    def sample(self, rng: Generator, n: int) -> Array:
        """Native draws."""
        return rng.beta(self.alpha, self.beta, n)


@dataclass(frozen=True)
class Gamma(Distribution):
    """Gamma with a shape and a scale (not a rate): mean shape x scale.

    >>> Gamma(25, 40).mean, Gamma(25, 40).sd
    (1000, 200.0)
    """

    shape: float
    scale: float
    family: ClassVar[str] = "gamma"
    needs: ClassVar[str] = "mean > 0"

    def __post_init__(self) -> None:
        demand(self.shape > 0 and self.scale > 0, "gamma", "shape > 0 and scale > 0", f"{self.shape:g}, {self.scale:g}")

    @property
    def mean(self) -> float:
        """Shape x scale."""
        return self.shape * self.scale

    @property
    def sd(self) -> float:
        """The square root of the shape, times the scale."""
        return sqrt(self.shape) * self.scale

    @property
    def ends(self) -> tuple[float, float]:
        """From 0 up."""
        return 0.0, inf

    def admits(self, value: float) -> bool:
        """Above 0."""
        return value > 0

    def ppf(self, u: Array) -> Array:
        """Inverse of the regularised incomplete gamma function."""
        from scipy.special import gammaincinv

        return np.asarray(gammaincinv(self.shape, u) * self.scale, dtype=np.float64)

    def cdf(self, x: Array) -> Array:
        """Regularised incomplete gamma function."""
        from scipy.special import gammainc

        return np.asarray(gammainc(self.shape, np.maximum(x, 0.0) / self.scale))

    def sample(self, rng: Generator, n: int) -> Array:
        """Native draws."""
        return np.asarray(rng.standard_gamma(self.shape, n) * self.scale)


@dataclass(frozen=True)
class GammaOnDecrement(Gamma):
    """A utility u whose decrement 1 - u is gamma (shape, scale), so that it may fall below 0 but never exceed 1.

    >>> u = GammaOnDecrement(4, 0.2)
    >>> round(u.mean, 12), u.sd                   # 1 - 0.8, 2 x 0.2
    (0.2, 0.4)
    """

    family: ClassVar[str] = "gamma on 1-u"
    needs: ClassVar[str] = "mean < 1"

    @property
    def mean(self) -> float:
        """1 - shape x scale."""
        return 1 - self.shape * self.scale

    @property
    def ends(self) -> tuple[float, float]:
        """Up to 1."""
        return -inf, 1.0

    def admits(self, value: float) -> bool:
        """Below 1."""
        return value < 1

    def ppf(self, u: Array) -> Array:
        """1 less the decrement's quantile at 1 - u."""
        return 1 - super().ppf(1 - u)

    def cdf(self, x: Array) -> Array:
        """1 less the decrement's probability."""
        return 1 - super().cdf(1 - x)

    def sample(self, rng: Generator, n: int) -> Array:
        """Native draws."""
        return 1 - super().sample(rng, n)


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal with mean and SE.

    >>> round(Normal(3.5, 0.5).limits()[0], 6)
    2.520018
    """

    location: float
    scale: float
    family: ClassVar[str] = "normal"

    def __post_init__(self) -> None:
        demand(self.scale >= 0, self.family, "sd >= 0", f"{self.scale:g}")

    @property
    def mean(self) -> float:
        """Its location."""
        return self.location

    @property
    def sd(self) -> float:
        """Its scale."""
        return self.scale

    def ppf(self, u: Array) -> Array:
        """From the normal score of u."""
        from scipy.special import ndtri

        return self.from_normal(np.asarray(ndtri(u)))

    def cdf(self, x: Array) -> Array:
        """The normal integral of the standardised x."""
        from scipy.special import ndtr

        return np.asarray(ndtr((x - self.location) / self.scale))

    def sample(self, rng: Generator, n: int) -> Array:
        """Native draws."""
        return self.from_normal(rng.standard_normal(n))

    def from_normal(self, z: Array) -> Array:
        """Location + scale x z."""
        return self.location + self.scale * z


@dataclass(frozen=True)
class LogNormal(Normal):
    """Lognormal: the log has mean mu (`location`) and SD sigma (`scale`); the median is exp(mu).

    >>> round(LogNormal(0.0, 0.2).mean, 6)       # exp(0.02)
    1.020201
    """

    family: ClassVar[str] = "lognormal"
    needs: ClassVar[str] = "mean > 0"

    @property
    def mean(self) -> float:
        """exp(mu + sigma^2 / 2)."""
        return exp(self.location + self.scale**2 / 2)

    @property
    def sd(self) -> float:
        """The mean times the square root of exp(sigma^2) - 1."""
        return self.mean * sqrt(expm1(self.scale**2))

    @property
    def ends(self) -> tuple[float, float]:
        """From 0 up."""
        return 0.0, inf

    def admits(self, value: float) -> bool:
        """Above 0."""
        return value > 0

    def cdf(self, x: Array) -> Array:
        """The normal integral of the standardised log."""
        return super().cdf(np.log(x))

    def from_normal(self, z: Array) -> Array:
        """exp(mu + sigma z)."""
        return np.exp(super().from_normal(z))


@dataclass(frozen=True)
class LogitNormal(Normal):
    """Logit-normal: the log odds have mean mu (`location`) and SD sigma (`scale`); mean and SD by quadrature.

    >>> LogitNormal(0.0, 1.0).median, round(LogitNormal(0.0, 1.0).mean, 12)
    (0.5, 0.5)
    """

    family: ClassVar[str] = "logit-normal"
    needs: ClassVar[str] = "0 < mean < 1"

    @property
    def mean(self) -> float:
        """Expected probability; the trapezium rule on +-10 SD, exact to 1e-10 for sigma below 20."""
        return self._moment(1)

    @property
    def sd(self) -> float:
        """From the first two moments."""
        return sqrt(max(self._moment(2) - self._moment(1) ** 2, 0.0))

    @property
    def ends(self) -> tuple[float, float]:
        """From 0 to 1."""
        return 0.0, 1.0

    def admits(self, value: float) -> bool:
        """Inside 0..1."""
        return 0 < value < 1

    def cdf(self, x: Array) -> Array:
        """The normal integral of the standardised log odds."""
        return super().cdf(np.log(x) - np.log1p(-x))

    def from_normal(self, z: Array) -> Array:
        """1 / (1 + exp(-(mu + sigma z)))."""
        with np.errstate(over="ignore"):  # which gives the 0 that it should
            return 1 / (1 + np.exp(-super().from_normal(z)))

    def _moment(self, power: int) -> float:
        z = np.linspace(-10.0, 10.0, 4001)
        weight = np.exp(-z * z / 2)
        return float(np.sum(weight * self.from_normal(z) ** power) / np.sum(weight))
