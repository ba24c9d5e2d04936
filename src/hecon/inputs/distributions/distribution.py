"""The families of distributions an input may have: mean, SE, quantiles and native samples of each.

Only uncertainty of a mean belongs here; spread between patients is the model's own matter.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hecon.errors import InputError

Array = NDArray[np.float64]
Generator = np.random.Generator


class Distribution(ABC):
    """One family with its numbers: `mean`, `sd`, `ppf`, `cdf`, `sample`; u, x and draws are arrays (draw,)."""

    family: ClassVar[str]
    needs: ClassVar[str] = "a finite mean"

    @property
    @abstractmethod
    def mean(self) -> float:
        """Expected value, in the unit of the parameter."""

    @property
    @abstractmethod
    def sd(self) -> float:
        """Standard deviation: the standard error of the parameter."""

    @abstractmethod
    def ppf(self, u: Array) -> Array:
        """Quantiles (draw,) at the probabilities u, 0 < u < 1."""

    @abstractmethod
    def cdf(self, x: Array) -> Array:
        """Probability (draw,) of lying at or below x."""

    @property
    def ends(self) -> tuple[float, float]:
        """Between which numbers all its draws lie."""
        return -inf, inf

    def admits(self, value: float) -> bool:
        """Whether `value` can be the mean of any distribution of this family (`needs`, as a test)."""
        return bool(np.isfinite(value))

    def sample(self, rng: Generator, n: int) -> Array:
        """Draws (draw,), n of them, native to the family, from a stream."""
        return self.ppf(rng.random(n))

    def ranks(self, rng: Generator, n: int) -> Array:
        """The probabilities (draw,), inside 0..1, at which `sample` from the same stream lies."""
        return inside(self.cdf(self.sample(rng, n)))

    def from_normal(self, z: Array) -> Array:
        """Draws (draw,) at standard normal scores z, as a Gaussian copula needs them."""
        from scipy.special import ndtr

        return self.ppf(inside(ndtr(z)))

    @property
    def median(self) -> float:
        """The quantile at one half."""
        return float(self.ppf(np.array([0.5]))[0])

    def limits(self) -> tuple[float, float]:
        """The 2.5% and 97.5% quantiles."""
        low, high = self.ppf(np.array([0.025, 0.975]))
        return float(low), float(high)


def inside(u: Array) -> Array:
    """Probabilities kept off 0 and 1 by one unit in the last place, where quantiles may be infinite.

    >>> bool(inside(np.array([1.0]))[0] < 1.0)
    True
    """
    return np.clip(u, 2.0**-64, 1.0 - 2.0**-53)


def demand(true: bool, family: str, needs: str, got: object) -> None:
    """Raise InputError "`family` needs `needs`; got `got`" unless `true`.

    >>> demand(False, "gamma", "shape > 0", -1)
    Traceback (most recent call last):
    hecon.errors.InputError: gamma needs shape > 0; got -1
    """
    if not true:
        raise InputError(f"{family} needs {needs}; got {got}")


@dataclass(frozen=True)
class Fixed(Distribution):
    """A number that does not vary.

    >>> Fixed(3.0).mean, Fixed(3.0).sd
    (3.0, 0.0)
    """

    value: float
    family: ClassVar[str] = "fixed"

    @property
    def mean(self) -> float:
        """The number itself."""
        return self.value

    @property
    def sd(self) -> float:
        """None: 0."""
        return 0.0

    def ppf(self, u: Array) -> Array:
        """The number at every u."""
        return np.full_like(u, self.value)

    def cdf(self, x: Array) -> Array:
        """A step at the number."""
        return (x >= self.value).astype(np.float64)

    def ranks(self, rng: Generator, n: int) -> Array:
        """Uniforms of the stream, for a scenario that makes the number uncertain."""
        return inside(rng.random(n))
