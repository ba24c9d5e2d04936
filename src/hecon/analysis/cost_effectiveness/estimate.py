"""A number with its uncertainty: the mean of a draw axis, its 95% interval and its Monte Carlo standard error.

One draw is a deterministic result and has neither interval nor error.
"""

import math
from dataclasses import dataclass

import numpy as np

from hecon.digits import number_text
from hecon.outcomes import Array


@dataclass(frozen=True)
class Estimate:
    """A mean; with several draws also the 2.5 and 97.5 percentiles of the draws and the standard error of the mean.

    `low` and `high` say how uncertain the quantity is; `se` says how well this number of draws knows its mean.
    """

    mean: float
    low: float | None = None
    high: float | None = None
    se: float | None = None

    def text(self, decimals: int) -> str:
        """The estimate in print, with its interval when it has one.

        >>> Estimate(1234.5, 1000.0, 1500.0, 10.0).text(0), Estimate(0.277).text(0)
        ('1,234 (1,000 to 1,500)', '0.28')
        """
        middle = number_text(self.mean, decimals)
        if self.low is None or self.high is None:
            return middle
        return f"{middle} ({number_text(self.low, decimals)} to {number_text(self.high, decimals)})"


def estimate(values: Array) -> Estimate:
    """Summarise draws (draw,), in their own unit.

    The standard error s / sqrt(n) holds for independent draws; for Latin hypercube and Sobol it is too large
    (methods: replicate the randomisation instead).

    >>> estimate(np.array([7.0]))
    Estimate(mean=7.0, low=None, high=None, se=None)
    >>> estimate(np.array([1.0, 2.0, 3.0, 4.0])).mean
    2.5
    """
    if values.size == 1:
        return Estimate(float(values[0]))
    low, high = np.quantile(values, [0.025, 0.975])
    return Estimate(float(values.mean()), float(low), float(high), float(values.std(ddof=1)) / math.sqrt(values.size))
