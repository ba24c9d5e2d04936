"""Where a function crosses zero: sign changes on a grid, then every bracket narrowed at once.

The function takes an array of points, so a search over a model costs a few runs, however many brackets there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hecon.outcomes import Array

Function = Callable[[Array, NDArray[np.intp]], Array]
_STEPS = 100


@dataclass(frozen=True)
class Crossing:
    """One change of sign: at `value`, found between `low` and `high` of the grid; `rises` when it goes from - to +.

    `jumps` is true where the function leaps over zero, as a step does, instead of passing through it.
    """

    value: float
    low: float
    high: float
    rises: bool
    jumps: bool


def crossings(grid: Array, values: Array, function: Function, which: int = 0) -> list[Crossing]:
    """All sign changes of one function known at `grid` (point,) as `values` (point,); see `all_crossings`.

    >>> grid = np.linspace(-2.0, 2.0, 9)
    >>> found = crossings(grid, grid**3 - grid, lambda x, _: x**3 - x)
    >>> [round(one.value, 9) for one in found], [one.rises for one in found]
    ([-1.0, 0.0, 1.0], [True, False, True])
    """
    return all_crossings([grid], [values], lambda x, _: function(x, np.full(x.size, which)))[0]


def all_crossings(
    grids: list[Array], values: list[Array], function: Function, exact: float = 1e-12
) -> list[list[Crossing]]:
    """Sign changes of several functions: function k is known at grids[k] as values[k].

    `function(x, k)` gives the values (bracket,) of functions k (bracket,) at x (bracket,). A value of exactly zero on
    the grid is a crossing where the signs beside it differ. Roots are exact to `exact` of the bracket's ends.

    >>> grid = np.array([0.0, 1.0, 2.0])
    >>> found = all_crossings([grid, grid], [grid - 1.5, grid + 1], lambda x, k: x - 1.5)
    >>> [round(one.value, 9) for one in found[0]], found[1]
    ([1.5], [])
    """
    brackets: list[tuple[int, float, float, float, float]] = []
    for k, (x, y) in enumerate(zip(grids, values, strict=True)):
        at = np.flatnonzero(y != 0)
        for i, j in pairwise(at):
            if y[i] * y[j] < 0:
                brackets.append((k, float(x[i]), float(x[j]), float(y[i]), float(y[j])))
    found: list[list[Crossing]] = [[] for _ in grids]
    if not brackets:
        return found
    which = np.array([one[0] for one in brackets], dtype=np.intp)
    low, high, at_low, at_high = (np.array([one[k] for one in brackets]) for k in (1, 2, 3, 4))
    roots, left = _narrow(lambda x, some: function(x, which[some]), low, high, at_low, at_high, exact)
    for k, a, b, y, root, rest in zip(which, low, high, at_low, roots, left, strict=True):
        scale = np.abs(values[k]).max()
        found[k].append(Crossing(float(root), float(a), float(b), bool(y < 0), bool(rest > 1e-6 * scale)))
    return found


def _narrow(
    function: Function, low: Array, high: Array, at_low: Array, at_high: Array, exact: float
) -> tuple[Array, Array]:
    """Roots (bracket,) and how far from 0 the function is there, by Chandrupatla's method in every bracket at once.

    T. R. Chandrupatla, Advances in Engineering Software 28 (1997) 145: inverse quadratic steps where they are safe,
    bisection elsewhere. `function` is given the points and positions of the brackets that are still open.
    """
    a, b, fa, fb = high.copy(), low.copy(), at_high.copy(), at_low.copy()
    c, fc, t = b.copy(), fb.copy(), np.full(a.size, 0.5)
    some: NDArray[np.intp] = np.arange(a.size)
    for _ in range(_STEPS):
        x = a[some] + t[some] * (b[some] - a[some])
        fx = function(x, some)
        same = np.sign(fx) == np.sign(fa[some])
        c[some], fc[some] = np.where(same, a[some], b[some]), np.where(same, fa[some], fb[some])
        b[some], fb[some] = np.where(same, b[some], a[some]), np.where(same, fb[some], fa[some])
        a[some], fa[some] = x, fx
        best, at_best = np.where(np.abs(fa) < np.abs(fb), a, b), np.where(np.abs(fa) < np.abs(fb), fa, fb)
        limit = exact * np.maximum(np.abs(best), np.abs(high - low)) / np.maximum(np.abs(b - a), 1e-300)
        t = np.clip(_step(a, b, c, fa, fb, fc), np.minimum(limit, 0.5), 1 - np.minimum(limit, 0.5))
        some = np.flatnonzero((limit <= 0.5) & (at_best != 0))
        if not some.size:
            break
    return best, np.abs(at_best)


def _step(a: Array, b: Array, c: Array, fa: Array, fb: Array, fc: Array) -> Array:
    """The inverse quadratic step from a towards b as a share of their distance; one half where it is not safe."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        step = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    found: Array = np.where(safe & np.isfinite(step), step, 0.5)
    return found
