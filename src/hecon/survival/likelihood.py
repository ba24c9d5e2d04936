"""The log-likelihood of a family on individual data, with its gradient: censoring, late entry, weights, covariates.

Estimates are one vector: the family's parameters on the transformed scale, then one effect per covariate.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hecon.errors import InputError
from hecon.outcomes import Array
from hecon.survival.data import SurvivalData
from hecon.survival.density import Terms, terms
from hecon.survival.family import Family


@dataclass(frozen=True)
class Likelihood:
    """A family, its data and the parameter that covariates act on; `names` follow the vector of estimates.

    >>> from hecon.survival.data import survival_data
    >>> from hecon.survival.family import family
    >>> data = survival_data([2.0, 4.0], [1, 0])
    >>> value, gradient = likelihood(family("exponential"), data).at(np.log([0.5]))   # log 0.5 - 0.5 x 6
    >>> round(value, 9), gradient.tolist()                                           # 1 event - 0.5 x 6
    (-3.693147181, [-2.0])
    """

    family: Family
    data: SurvivalData
    names: tuple[str, ...]
    acts_on: int
    design: Array  # (covariate, patient)

    def at(self, estimates: Array) -> tuple[float, Array]:
        """Log-likelihood and gradient (estimate,); minus infinity, gradient 0, where the model is not defined."""
        theta = self._theta(estimates)
        with np.errstate(all="ignore"):
            log_s, log_h, by_s, by_h = terms(self.family, theta, self.data.time)
            weight, died = self.data.weight, self.data.event == 1
            each = log_s + np.where(died, log_h, 0.0)
            slope = by_s + np.where(died, by_h, 0.0)
            late = self.data.entry > 0
            if late.any():
                before = self._before_entry(theta, late)
                each[late] -= before[0]
                slope[:, late] -= before[2]
            total = float((weight * each).sum())
            slope = np.broadcast_to(slope, (len(theta), len(weight))) * weight
            gradient = np.concatenate([slope.sum(axis=1), self.design @ slope[self.acts_on]])
        if not (np.isfinite(total) and np.isfinite(gradient).all()):
            return -np.inf, np.zeros_like(estimates)
        return total, gradient

    def hessian(self, estimates: Array, steps: Array) -> Array:
        """Second derivatives (estimate, estimate) by central differences of the gradient, steps (estimate,)."""
        columns = []
        for k, step in enumerate(steps):
            move = np.zeros_like(estimates)
            move[k] = step
            columns.append((self.at(estimates + move)[1] - self.at(estimates - move)[1]) / (2 * step))
        matrix = np.stack(columns)
        return np.asarray((matrix + matrix.T) / 2)

    def units(self) -> Array:
        """The size of a step that matters, per estimate: 1, but for Gompertz's shape per time and covariates' scale."""
        base = np.ones(len(self.family.parameters))
        if self.family.base == "gompertz":
            base[0] = 1 / float(np.average(self.data.time, weights=self.data.weight))
        return np.concatenate([base, 1 / np.abs(self.design).max(axis=1)]) if len(self.design) else base

    def _theta(self, estimates: Array) -> Array:
        count = len(self.family.parameters)
        theta = np.asarray(estimates[:count, None], dtype=float)
        if len(self.design):
            theta = np.repeat(theta, len(self.data.time), axis=1)
            theta[self.acts_on] += estimates[count:] @ self.design
        return theta

    def _before_entry(self, theta: Array, late: NDArray[np.bool_]) -> Terms:
        return terms(self.family, theta if theta.shape[1] == 1 else theta[:, late], self.data.entry[late])


def likelihood(family: Family, data: SurvivalData, covariates_on: str = "") -> Likelihood:
    """The Likelihood of a family; covariates act on its location parameter unless another is named (such as "cure").

    An effect's name is parameter:covariate, for instance scale:arm; it adds to the transformed parameter.

    >>> from hecon.survival.data import survival_data
    >>> from hecon.survival.family import family
    >>> likelihood(family("weibull"), survival_data([1, 2], [1, 0], covariates={"arm": [0, 1]})).names
    ('shape', 'scale', 'scale:arm')
    """
    parameters = [name for name, _ in family.parameters]
    target = covariates_on or family.location
    allowed = [*([family.location] if family.location else []), *(["cure"] if family.cure else [])]
    if not data.covariates:
        return Likelihood(family, data, tuple(parameters), 0, np.empty((0, len(data.time))))
    if not allowed:
        raise InputError(f"{family.name}: takes no covariates; fit each group by itself, or use a spline")
    if target not in allowed:
        raise InputError(f"{family.name}: covariates act on {' or '.join(allowed)}; got '{target}'")
    effects = tuple(f"{target}:{name}" for name in data.covariates)
    design = np.array(list(data.covariates.values())).reshape(len(effects), len(data.time))
    return Likelihood(family, data, (*parameters, *effects), parameters.index(target), design)
