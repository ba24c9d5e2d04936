"""Columns on which net benefit is regressed: levels, cubic splines, interactions and radial functions of parameters.

Each basis knows its roughness penalty and can be evaluated at other points; which one serves is chosen in `smooth`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from hecon.outcomes import Array

CONSTANT = "constant"  # the name of the basis where no parameter varies
LEVELS = 12  # a parameter with no more distinct values is taken value by value
_PIECES = 12  # of a spline of one parameter
_PIECES_JOINT = 6  # of each parameter's spline in a group
_KNOTS = 30  # radial functions for each parameter
_MOST_KNOTS = 120


@dataclass(frozen=True)
class Basis:
    """A name for people, columns as a function of values (parameter, point), and their penalty (column, column)."""

    name: str
    at: Callable[[Array], Array]
    penalty: Array


def bases(values: Array) -> tuple[Basis, ...]:
    """The candidates for `values` (parameter, draw), from plain to rich; none has more columns than a fifth of the draws.

    One parameter: its levels when it has few, else a cubic spline. Several: a spline of each, then with products of
    each pair, then with radial functions of all of them. Parameters that do not vary are left out.

    >>> [basis.name for basis in bases(np.array([[0.0, 1.0, 1.0, 0.0]]))]
    ['levels']
    >>> [basis.name for basis in bases(np.random.default_rng(1).random((2, 5000)))]
    ['splines', 'splines and products', 'splines, products and radial']
    """
    kept = np.flatnonzero(np.ptp(values, axis=1) > 0)
    if kept.size == 0:
        return (_chosen(CONSTANT, lambda x: np.ones((x.shape[1], 1)), np.zeros((1, 1)), kept),)
    shown = values[kept]
    if kept.size == 1:
        one = level_basis(shown[0]) if _few(shown[0]) else spline_basis(shown[0])
        return (_chosen(one.name, one.at, one.penalty, kept),)
    parts = [_splines(shown), _products(shown), _radial(shown)]
    names = ("splines", "splines and products", "splines, products and radial")
    found = []
    for k, name in enumerate(names):
        joined = _join(parts[: k + 1])
        if k == 0 or len(joined[1]) <= values.shape[1] / 5:
            found.append(_chosen(name, *joined, kept))
    return tuple(found)


def level_basis(x: Array) -> Basis:
    """One column per distinct value of x (draw,), unpenalised: the fit is the mean at each value.

    >>> level_basis(np.array([0.0, 2.0, 2.0])).at(np.array([[2.0, 0.0]])).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    levels = np.unique(x)
    return Basis("levels", lambda v: (v[0][:, None] == levels).astype(np.float64), np.zeros((levels.size, levels.size)))


def spline_basis(x: Array, pieces: int = _PIECES) -> Basis:
    """Cubic B-splines with knots at quantiles of x (draw,); the penalty is the integral of the second derivative squared.

    A straight line goes unpunished, because net benefit is linear in most costs and utilities.

    >>> basis = spline_basis(np.linspace(0.0, 1.0, 101), 4)
    >>> columns = basis.at(np.array([[0.3, 0.7]]))
    >>> columns.shape, columns.sum(axis=1).round(12).tolist()
    ((2, 7), [1.0, 1.0])
    """
    from scipy.interpolate import BSpline

    pieces = max(1, min(pieces, x.size // 20))
    middle = (x.min() + x.max()) / 2
    half = (x.max() - x.min()) / 2  # to -1..1, so that the penalty does not depend on the unit
    knots = np.unique(np.quantile((x - middle) / half, np.linspace(0, 1, pieces + 1)))
    ends = np.concatenate([np.repeat(knots[0], 3), knots, np.repeat(knots[-1], 3)])
    gap, offset = np.diff(knots), 0.5 / np.sqrt(3)
    nodes = np.concatenate([knots[:-1] + gap * (0.5 - offset), knots[:-1] + gap * (0.5 + offset)])  # Gauss, two a piece
    bend = BSpline(ends, np.eye(ends.size - 4), 3)(nodes, nu=2)
    penalty = bend.T @ (np.concatenate([gap, gap])[:, None] / 2 * bend)

    def at(values: Array) -> Array:
        near = BSpline.design_matrix((values[0] - middle) / half, ends, 3, extrapolate=True)  # 4 a row
        columns = np.zeros(near.shape)
        columns[np.arange(len(columns))[:, None], near.indices.reshape(-1, 4)] = near.data.reshape(-1, 4)
        return columns

    return Basis("spline", at, penalty)


def _few(x: Array) -> bool:
    """Whether x (draw,) has few distinct values; most often the first 100 tell."""
    return np.unique(x[:100]).size <= LEVELS and np.unique(x).size <= LEVELS


_Part = tuple[Callable[[Array], Array], Array]


def _chosen(name: str, at: Callable[[Array], Array], penalty: Array, kept: np.ndarray) -> Basis:
    return Basis(name, lambda values: at(values[kept]), penalty)


def _join(parts: list[_Part]) -> _Part:
    """Columns beside each other, penalties down the diagonal."""
    sizes = np.cumsum([0] + [len(penalty) for _, penalty in parts])
    whole = np.zeros((sizes[-1], sizes[-1]))
    for first, last, (_, penalty) in zip(sizes[:-1], sizes[1:], parts, strict=True):
        whole[first:last, first:last] = penalty
    return (lambda values: np.concatenate([at(values) for at, _ in parts], axis=1)), whole


def _splines(values: Array) -> _Part:
    """A constant, and of each parameter its levels or its spline."""
    each: list[_Part] = [(lambda v: np.ones((v.shape[1], 1)), np.zeros((1, 1)))]
    for k, x in enumerate(values):
        few = _few(x)
        one = level_basis(x) if few else spline_basis(x, _PIECES_JOINT)
        scale = 1.0 if few else 1 / np.trace(one.penalty)
        each.append((partial(_of_one, k, one), one.penalty * scale))
    return _join(each)


def _of_one(k: int, basis: Basis, values: Array) -> Array:
    return basis.at(values[k : k + 1])


def _products(values: Array) -> _Part:
    """Of each pair of standardised parameters x y, (x^2 - 1) y and x (y^2 - 1)."""
    mean, sd = values.mean(axis=1, keepdims=True), values.std(axis=1, keepdims=True)
    pairs = list(combinations(range(len(values)), 2))

    def at(points: Array) -> Array:
        z = (points - mean) / sd
        columns = [(z[i] * z[j], (z[i] ** 2 - 1) * z[j], z[i] * (z[j] ** 2 - 1)) for i, j in pairs]
        return np.concatenate([np.stack(three, axis=1) for three in columns], axis=1)

    return at, np.eye(3 * len(pairs)) / len(pairs)


def _radial(values: Array) -> _Part:
    """Matern functions (smoothness 3/2) of the distance to draws taken at even steps, on the standardised scale."""
    mean, sd = values.mean(axis=1, keepdims=True), values.std(axis=1, keepdims=True)
    steps = np.linspace(0, values.shape[1] - 1, min(_KNOTS * len(values), _MOST_KNOTS, values.shape[1])).astype(int)
    centres, reach = (values[:, steps] - mean) / sd, 2 * np.sqrt(len(values))

    def near(z: Array) -> Array:
        squared = (z**2).sum(axis=0)[:, None] + (centres**2).sum(axis=0) - 2 * z.T @ centres
        far = np.sqrt(3 * np.maximum(squared, 0)) / reach  # rounding may leave -1e-16
        return np.asarray((1 + far) * np.exp(-far))

    return (lambda points: near((points - mean) / sd)), near(centres)
