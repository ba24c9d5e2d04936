"""Known means as control variates: what chance did to an input's sample is taken out of the estimates.

An input drawn from a stated distribution has a known mean and variance, and its sample's differ from them by luck alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.voi.drawn import Sampled
from hecon.analysis.voi.products import inner, mixed
from hecon.inputs.distributions.distribution import Distribution
from hecon.inputs.draws import Draws
from hecon.outcomes import Array

SAMPLED = ("independent", "latin hypercube", "sobol")
_PER_ROW = 20  # draws that each control needs
_STRATA, _STRATIFIED = 12, 3  # strata of an input, inputs at most whose strata are used together


@dataclass(frozen=True, eq=False)
class Controls:
    """Functions of inputs whose expectation is 0: z and z^2 - 1, z = (x - mean) / sd, of every input drawn by itself.

    `drawn_from` are the distributions by name; `owner` (control,) is the input's name; `values` (control, draw);
    `slopes` (response, control) are those of a least squares fit of responses on all controls at once; `cleared`
    (response, draw) is what that fit leaves, and the mean.
    """

    drawn_from: Mapping[str, Distribution]
    owner: NDArray[np.str_]
    values: Array
    slopes: Array
    cleared: Array

    def clear(self, names: tuple[str, ...]) -> Array:
        """Responses (response, draw) less the controls of all inputs but `names`: the same mean given those inputs."""
        own = np.isin(self.owner, names)
        return self.cleared + mixed(self.slopes[:, own], self.values[own])

    def own(self, names: tuple[str, ...]) -> Array:
        """The controls (control, draw) of the inputs named, and of up to three also shares of strata less their
        probabilities, which weights the sample back to its distribution (post-stratification).
        """
        mine = [name for name in names if name in self.drawn_from]
        own = np.flatnonzero(np.isin(self.owner, mine))
        strata = [self._strata(name) for name in mine] if len(mine) <= _STRATIFIED else []
        n = self.values.shape[1]
        found = np.zeros((n, own.size + sum(chances.size - 1 for _, chances in strata)))  # read by draw
        found[:, : own.size] = self.values[own].T
        first = own.size
        for here, chances in strata:
            inside = np.flatnonzero(here < chances.size - 1)
            found[inside, first + here[inside]] = 1.0
            found[:, first : first + chances.size - 1] -= chances[:-1]
            first += chances.size - 1
        return found.T

    def _strata(self, name: str) -> tuple[NDArray[np.intp], Array]:
        """In which stratum each draw lies (draw,), and the strata's probabilities (stratum,)."""
        one = self.drawn_from[name]
        z = self.values[int(np.flatnonzero(self.owner == name)[0])]
        edges = np.unique(np.quantile(z, np.arange(1, _STRATA) / _STRATA))
        below = one.cdf(one.mean + one.sd * edges)
        return np.searchsorted(edges, z), np.diff(below, prepend=0.0, append=1.0)


def controls(draws: Sampled, responses: Array) -> Controls | None:
    """Controls for responses (response, draw), or None when means are not known or draws are too few.

    Inputs drawn in groups (Dirichlet, correlated) have no controls, so that those of one input stay independent of all
    others. Draws from a file or a mapping have none.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="u", value=0.5, distribution="uniform", par1=0, par2=1)])
    >>> draws = book.sample(1000, seed=1)
    >>> found = controls(draws, 3 * draws["u"][None])
    >>> found.owner.tolist(), float(found.clear(()).mean().round(12))
    (['u', 'u'], 1.5)
    """
    if not isinstance(draws, Draws) or draws.method not in SAMPLED:
        return None
    margins = draws.book.margins
    grouped = {member for group in margins.groups for member in group.members}
    names = [name for name in draws.names if name not in grouped]
    if not names or draws.n < _PER_ROW * 2 * len(names):
        return None
    known = [margins.distributions[name] for name in names]
    z = np.array([(draws[name] - one.mean) / one.sd for name, one in zip(names, known, strict=True)])
    values = np.concatenate([z, z**2 - 1])
    each = slopes(values, responses)
    known_by = dict(zip(names, known, strict=True))
    return Controls(known_by, np.array([*names, *names]), values, each, responses - mixed(each, values))


def slopes(values: Array, responses: Array) -> Array:
    """Least squares slopes (response, control) of responses (response, draw) on controls (control, draw) and a constant.

    >>> slopes(np.array([[0.0, 1.0, 2.0]]), np.array([[1.0, 3.0, 5.0]])).round(12).tolist()
    [[2.0]]
    """
    if len(values) == 0:
        return np.zeros((len(responses), 0))
    centred = np.ascontiguousarray((values - values.mean(axis=1, keepdims=True)).T)
    found = np.linalg.lstsq(inner(centred, centred), inner(centred, np.ascontiguousarray(responses.T)), rcond=None)[0]
    return np.asarray(found.T)
