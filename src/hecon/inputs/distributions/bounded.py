"""Families with ends, observed values and choices: uniform, triangular, PERT, empirical, choice.

They offer what every Distribution offers (see `distribution`).
"""

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from hecon.errors import told_sum
from hecon.inputs.distributions.distribution import Array, Distribution, Generator, demand, inside
from hecon.inputs.distributions.families import Beta


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform from low to high.

    >>> Uniform(1, 4).mean, round(Uniform(1, 4).sd ** 2, 12)     # (4 - 1)^2 / 12
    (2.5, 0.75)
    """

    low: float
    high: float
    family: ClassVar[str] = "uniform"

    def __post_init__(self) -> None:
        demand(self.low < self.high, "uniform", "low < high", f"{self.low:g} and {self.high:g}")

    @property
    def mean(self) -> float:
        """Halfway."""
        return (self.low + self.high) / 2

    @property
    def sd(self) -> float:
        """The width over the square root of 12."""
        return (self.high - self.low) / sqrt(12)

    @property
    def ends(self) -> tuple[float, float]:
        """Its low and high."""
        return self.low, self.high

    def ppf(self, u: Array) -> Array:
        """A share u of the way from low to high."""
        return self.low + u * (self.high - self.low)

    def cdf(self, x: Array) -> Array:
        """The share of the width at or below x."""
        return np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)


@dataclass(frozen=True)
class Triangular(Distribution):
    """Triangular from low over its mode to high.

    >>> t = Triangular(1, 3, 8)
    >>> t.mean, round(t.sd ** 2, 6), round(t.median, 6)
    (4.0, 2.166667, 3.8167)
    """

    low: float
    mode: float
    high: float
    family: ClassVar[str] = "triangular"

    def __post_init__(self) -> None:
        fine = self.low <= self.mode <= self.high and self.low < self.high
        demand(fine, self.family, "low <= mode <= high and low < high", f"{self.low:g}, {self.mode:g}, {self.high:g}")

    @property
    def mean(self) -> float:
        """(low + mode + high) / 3."""
        return (self.low + self.mode + self.high) / 3

    @property
    def sd(self) -> float:
        """The square root of (a^2 + m^2 + b^2 - am - ab - mb) / 18."""
        a, m, b = self.low, self.mode, self.high
        return sqrt((a * a + m * m + b * b - a * m - a * b - m * b) / 18)

    @property
    def ends(self) -> tuple[float, float]:
        """Its low and high."""
        return self.low, self.high

    def ppf(self, u: Array) -> Array:
        """The two branches, left and right of the mode."""
        a, m, b = self.low, self.mode, self.high
        left = a + np.sqrt(u * (b - a) * (m - a))
        right = b - np.sqrt((1 - u) * (b - a) * (b - m))
        return np.where(u * (b - a) < m - a, left, right)

    def cdf(self, x: Array) -> Array:
        """The two branches, left and right of the mode."""
        a, m, b = self.low, self.mode, self.high
        x = np.clip(x, a, b)
        left = (x - a) ** 2 / ((b - a) * (m - a)) if m > a else np.zeros_like(x)
        right = 1 - (b - x) ** 2 / ((b - a) * (b - m)) if m < b else np.ones_like(x)
        return np.where(x < m, left, right)


@dataclass(frozen=True)
class Pert(Triangular):
    """PERT: a beta stretched over low..high, its mode weighing 4; mean (low + 4 mode + high) / 6.

    >>> p = Pert(1, 3, 8)
    >>> p.mean, round(p.sd ** 2, 6)              # (3.5 - 1)(8 - 3.5) / 7
    (3.5, 1.607143)
    """

    family: ClassVar[str] = "pert"

    @property
    def beta(self) -> Beta:
        """The beta on 0..1 behind it."""
        width = self.high - self.low
        return Beta(1 + 4 * (self.mode - self.low) / width, 1 + 4 * (self.high - self.mode) / width)

    @property
    def mean(self) -> float:
        """(low + 4 mode + high) / 6."""
        return (self.low + 4 * self.mode + self.high) / 6

    @property
    def sd(self) -> float:
        """The width times the SD of its beta."""
        return (self.high - self.low) * self.beta.sd

    def ppf(self, u: Array) -> Array:
        """The stretched quantile of its beta."""
        return self.low + (self.high - self.low) * self.beta.ppf(u)

    def cdf(self, x: Array) -> Array:
        """Its beta's, at the share of the width."""
        return self.beta.cdf((x - self.low) / (self.high - self.low))

    def sample(self, rng: Generator, n: int) -> Array:
        """Native beta draws, stretched."""
        return self.low + (self.high - self.low) * self.beta.sample(rng, n)


@dataclass(frozen=True)
class Empirical(Distribution):
    """Observed values, each as likely as the next (a bootstrap or a posterior sample of the mean).

    >>> Empirical((1.0, 2.0, 6.0)).mean
    3.0
    """

    values: tuple[float, ...]
    family: ClassVar[str] = "empirical"

    def __post_init__(self) -> None:
        demand(len(self.values) > 0, "empirical", "at least one value", "none")
        object.__setattr__(self, "values", tuple(sorted(self.values)))

    @property
    def mean(self) -> float:
        """Of the values."""
        return float(np.mean(self.values))

    @property
    def sd(self) -> float:
        """Of the values, as a population."""
        return float(np.std(self.values))

    def ppf(self, u: Array) -> Array:
        """The value whose step holds u."""
        values = np.asarray(self.values)
        return values[np.minimum((u * len(values)).astype(np.intp), len(values) - 1)]

    def cdf(self, x: Array) -> Array:
        """The share of values at or below x."""
        return np.searchsorted(np.asarray(self.values), x, side="right") / len(self.values)

    def ranks(self, rng: Generator, n: int) -> Array:
        """The stream's own uniforms: a step does not tell where in it a draw fell."""
        return inside(rng.random(n))


@dataclass(frozen=True)
class Choice(Distribution):
    """One of 1, 2, ..., each with its weight: which of several curves or methods is used in a draw.

    >>> Choice((0.25, 0.75)).mean, Choice((0.25, 0.75)).ppf(np.array([0.2, 0.3])).tolist()
    (1.75, [1.0, 2.0])
    """

    weights: tuple[float, ...]
    family: ClassVar[str] = "choice"
    needs: ClassVar[str] = "one of 1, 2, ... up to the number of its weights"

    def __post_init__(self) -> None:
        listed = " ".join(f"{w:g}" for w in self.weights)
        sound = len(self.weights) > 0 and min(self.weights) >= 0 and abs(sum(self.weights) - 1) < 1e-6
        demand(sound, "choice", "weights of at least 0 that add up to 1", f"{listed}, {told_sum(sum(self.weights))}")

    @property
    def mean(self) -> float:
        """Of the numbers of the choices; without meaning of its own."""
        return float(sum(k * w for k, w in enumerate(self.weights, start=1)))

    @property
    def sd(self) -> float:
        """Of the numbers of the choices."""
        return sqrt(max(sum(k * k * w for k, w in enumerate(self.weights, start=1)) - self.mean**2, 0.0))

    def admits(self, value: float) -> bool:
        """Whether `value` is the number of a choice."""
        return value in range(1, len(self.weights) + 1)

    @property
    def ends(self) -> tuple[float, float]:
        """The first choice and the last."""
        return 1.0, float(len(self.weights))

    def ppf(self, u: Array) -> Array:
        """The choice whose step holds u."""
        return np.minimum(np.searchsorted(np.cumsum(self.weights), u, side="right"), len(self.weights) - 1) + 1.0

    def cdf(self, x: Array) -> Array:
        """The weight of the choices up to x."""
        steps = np.concatenate([[0.0], np.cumsum(self.weights)])
        return np.asarray(steps[np.clip(np.floor(x), 0, len(self.weights)).astype(np.intp)])
