"""Inputs that are drawn together: Dirichlet shares, multivariate normals, Gaussian copulas.

A group is a function of its members' streams, so that changing it changes its members only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hecon.errors import Fault, InputError
from hecon.inputs.distributions.distribution import Array
from hecon.inputs.parameter import Correlation

KINDS = ("correlation", "covariance", "cholesky")


@dataclass(frozen=True, eq=False)
class Dirichlet:
    """Shares of one whole: each member's gamma (concentration, 1) over the sum of all.

    >>> Dirichlet("exit", ("a", "b"), (30.0, 10.0)).shares(np.array([[3.0], [1.0]])).tolist()
    [[0.75], [0.25]]
    """

    name: str
    members: tuple[str, ...]
    concentrations: tuple[float, ...]

    def shares(self, gammas: Array) -> Array:
        """Gamma draws (member, draw) to shares (member, draw) that add up to 1."""
        total = np.zeros(gammas.shape[1])
        for row in gammas:
            total += row
        return gammas / total


@dataclass(frozen=True, eq=False)
class Gaussian:
    """Normal scores correlated by a lower-triangular factor (member, member) whose rows have length 1.

    `sd` (member,) are the standard deviations of a covariance or Cholesky table, nan for a correlation table.

    >>> half = Gaussian("g", ("a", "b"), np.array([[1.0, 0.0], [0.6, 0.8]]), np.ones(2))
    >>> half.scores(np.array([[1.0], [2.0]])).tolist()               # 0.6 x 1 + 0.8 x 2
    [[1.0], [2.2]]
    """

    name: str
    members: tuple[str, ...]
    factor: Array
    sd: Array

    def scores(self, normals: Array) -> Array:
        """Independent normal scores (member, draw) to correlated ones (member, draw), added in order."""
        scores = np.zeros_like(normals)
        for i, j in zip(*np.nonzero(self.factor), strict=True):
            scores[i] += self.factor[i, j] * normals[j]
        return scores


def gaussian(name: str, entries: Iterable[Correlation]) -> Gaussian:
    """A Gaussian group from its table: every pair once, of one kind.

    Correlation and covariance tables are taken in alphabetical order, so that reordering rows changes no draw; a
    Cholesky table in the order of its diagonal.

    Raises InputError for entries missing, repeated or out of place, and for a matrix that is not positive definite.

    >>> gaussian("g", [Correlation("g", "a", "b", 0.6)]).factor.tolist()
    [[1.0, 0.0], [0.6, 0.8]]
    """
    entries = list(entries)
    kinds = sorted({entry.kind for entry in entries})
    if len(kinds) != 1 or kinds[0] not in KINDS:
        raise InputError(f"group {name} mixes or misspells kinds ({', '.join(kinds)}); write one of {', '.join(KINDS)}")
    if kinds[0] == "cholesky":
        return _from_cholesky(name, entries)
    members = tuple(sorted({side for entry in entries for side in (entry.name_1, entry.name_2)}))
    matrix = _matrix(name, members, entries, diagonal=kinds[0] == "covariance")
    matrix = np.where(np.isnan(matrix), matrix.T, matrix)
    return _from_covariance(name, members, matrix, kinds[0])


def pair_faults(entries: Iterable[Correlation], groups: Mapping[str, str]) -> list[Fault]:
    """Faults of single entries; `groups` maps every parameter to its correlation group.

    >>> [str(fault) for fault in pair_faults([Correlation("g", "a", "b", 1.2)], {"a": "g", "b": "g"})]
    ['correlations (g: a, b): a correlation lies between -1 and 1; got 1.2']
    """
    faults = []
    for entry in entries:
        for side in (entry.name_1, entry.name_2):
            if side not in groups:
                faults.append(Fault(entry.place, f"'{side}' is not a parameter"))
            elif groups[side] != entry.group:
                own = f"'{groups[side]}'" if groups[side] else "blank"
                faults.append(Fault(entry.place, f"the correlation_group of '{side}' is {own}, not '{entry.group}'"))
        if entry.kind == "correlation" and entry.name_1 == entry.name_2 and entry.value != 1:
            faults.append(Fault(entry.place, f"an input's correlation with itself is 1; got {entry.value:g}"))
        elif entry.kind == "correlation" and abs(entry.value) > 1:
            faults.append(Fault(entry.place, f"a correlation lies between -1 and 1; got {entry.value:g}"))
    return faults


def _from_covariance(name: str, members: tuple[str, ...], matrix: Array, kind: str) -> Gaussian:
    variance = np.diag(matrix).copy()
    negative = [member for member, one in zip(members, variance, strict=True) if one < 0]
    if negative:
        raise InputError(f"group {name}: the variance of {', '.join(negative)} is below 0")
    sd = np.sqrt(variance)
    moving = np.flatnonzero(sd > 0)
    idle = np.flatnonzero(sd == 0)
    if np.any(matrix[idle] != 0):
        raise InputError(f"group {name}: {members[idle[0]]} has no variance but covaries with another")
    factor = np.eye(len(members))
    scaled = matrix[np.ix_(moving, moving)] / np.outer(sd[moving], sd[moving])
    try:
        factor[np.ix_(moving, moving)] = np.linalg.cholesky(scaled)
    except np.linalg.LinAlgError:
        least = float(np.linalg.eigvalsh(scaled).min())
        raise InputError(
            f"group {name}: the {kind} matrix of {', '.join(members)} is not positive definite (smallest eigenvalue "
            f"of its correlations {least:.3g}); check its signs, or drop an input that the others determine"
        ) from None
    return Gaussian(name, members, factor, sd if kind == "covariance" else np.full_like(sd, np.nan))


def _from_cholesky(name: str, entries: list[Correlation]) -> Gaussian:
    members = tuple(dict.fromkeys(entry.name_1 for entry in entries if entry.name_1 == entry.name_2))
    absent = sorted({s for entry in entries for s in (entry.name_1, entry.name_2)} - set(members))
    if absent:
        raise InputError(f"group {name}: the Cholesky table has no diagonal entry for {', '.join(absent)}")
    lower = _matrix(name, members, entries, diagonal=True)
    upper = [(members[i], members[j]) for i, j in combinations(range(len(members)), 2) if not np.isnan(lower[i, j])]
    if upper:
        raise InputError(f"group {name}: ({upper[0][0]}, {upper[0][1]}) is above the diagonal of the Cholesky table")
    lower = np.nan_to_num(lower, nan=0.0)
    sd = np.sqrt((lower**2).sum(axis=1))
    return Gaussian(name, members, lower / np.where(sd > 0, sd, 1.0)[:, None], sd)


def _matrix(name: str, members: tuple[str, ...], entries: list[Correlation], *, diagonal: bool) -> NDArray[np.float64]:
    """The table as a matrix with nan where nothing is written; every pair must be written once, either way round."""
    at = {member: k for k, member in enumerate(members)}
    matrix = np.full((len(members), len(members)), np.nan)
    for entry in entries:
        i, j = at[entry.name_1], at[entry.name_2]
        if not (np.isnan(matrix[i, j]) and np.isnan(matrix[j, i])):
            raise InputError(f"group {name}: ({entry.name_1}, {entry.name_2}) is given twice")
        matrix[i, j] = entry.value
    pairs = list(combinations(members, 2)) + ([(member, member) for member in members] if diagonal else [])
    unsaid = [(a, b) for a, b in pairs if np.isnan(matrix[at[a], at[b]]) and np.isnan(matrix[at[b], at[a]])]
    if unsaid:
        raise InputError(f"group {name}: ({unsaid[0][0]}, {unsaid[0][1]}) is not given; write 0 where there is none")
    if not diagonal:
        np.fill_diagonal(matrix, 1.0)
    return matrix
