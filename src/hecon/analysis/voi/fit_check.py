"""Does a fitted mean leave a pattern in its residuals? If so its value of information is refused, not printed.

Draws are put into cells by parameter, by pairs of parameters and by fitted mean; residuals should average 0 in each.
"""

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.voi.gain import Gain
from hecon.analysis.voi.smooth import Smooth
from hecon.outcomes import Array

FEWEST = 100  # draws, under which no conditional mean can be told from chance
MISSED = 0.05  # share of the conditional mean's variance that may be left in the residuals
BEYOND_CHANCE = 6.0  # standard errors by which what is left must exceed chance before it counts
NOISE = 0.5  # share of the uncorrected estimate that may be noise
_PER_CELL, _CELLS = 50, 50  # draws at least in a cell, cells at most


@dataclass(frozen=True, eq=False)
class Cells:
    """The picture of a fit: mean increments seen and fitted in cells of draws, with the standard error of the seen.

    All (response, cell). `x` is the parameter's mean in the cell; for several parameters it is the fitted mean itself.
    """

    x: Array
    seen: Array
    fitted: Array
    se: Array


@dataclass(frozen=True)
class FitCheck:
    """How well conditional means were fitted.

    `basis` and `freedom` (response,) say with what; `explained` (response,) is the share of the increments' variance
    that depends on the parameters; `missed` (response,) the share of that which the fit seems to have left out. `poor`
    says why the fit cannot be used; "" when it can.
    """

    basis: str
    freedom: tuple[float, ...]
    explained: tuple[float, ...]
    missed: tuple[float, ...]
    poor: str
    cells: Cells = field(repr=False, compare=False)


def check_fit(values: Array, fit: Smooth, found: Gain, spread: Array | None = None) -> FitCheck:
    """Judge a fit of increments (strategy - 1, draw) on values (parameter, draw).

    `spread` (response,) is the variance of the increments before controls. A strategy that cannot come near the best,
    whatever the fit missed, is not held against it.

    >>> from hecon.analysis.voi.gain import gain
    >>> from hecon.analysis.voi.smooth import smooth
    >>> x = np.linspace(0.0, 1.0, 4000)[None]
    >>> fit = smooth(x, x - 0.3)
    >>> check_fit(x, fit, gain(fit)).poor
    ''
    """
    cells = max(1, min(_CELLS, values.shape[1] // _PER_CELL))
    shown = [_ranked(row, cells) for row in (values if len(values) == 1 else fit.fitted)]
    left, sure = _left([*shown, *_more_cells(values, cells)], fit)
    explained = fit.fitted.var(axis=1)
    real = np.where(sure > BEYOND_CHANCE, left, 0.0)
    missed = np.divide(real, explained + real, out=np.zeros_like(real), where=real > 0)
    matters = fit.fitted.max(axis=1) + 5 * np.sqrt(real) > 0
    worst = float(np.max(np.where(matters, missed, 0.0)))
    plain = found.value + found.correction
    poor = ""
    n = values.shape[1]
    if n < FEWEST:
        poor = f"{n} draws are too few to estimate it; take at least {FEWEST}"
    elif worst > MISSED:
        poor = f"the fit misses {worst:.0%} of what depends on the parameters; take more draws or fewer parameters"
    elif found.correction > NOISE * plain and plain > 3 * found.se:
        poor = f"noise makes up {found.correction / plain:.0%} of the estimate; take more draws or fewer parameters"
    total = explained + fit.residuals.var(axis=1) if spread is None else spread
    share = np.divide(explained, total, out=np.zeros_like(explained), where=total > 0)
    return FitCheck(
        fit.basis.name,
        tuple(fit.freedom.tolist()),
        tuple(share.tolist()),
        tuple(missed.tolist()),
        poor,
        _picture(values, shown, fit),
    )


def _left(partitions: list[NDArray[np.int64]], fit: Smooth) -> tuple[Array, Array]:
    """Variance (response,) of cell means of residuals beyond chance, where it is surest, and its z."""
    left = np.zeros(len(fit.residuals))
    sure = np.zeros(len(fit.residuals))
    rounding = 1e-20 * (fit.fitted**2).sum(axis=1)
    for cells in partitions:
        size, sums, chance = _sums(cells, fit.residuals)
        excess = (sums**2 / size).sum(axis=1) - chance.sum(axis=1)
        sd = np.sqrt(2 * (chance**2).sum(axis=1))
        z = np.divide(excess, sd + rounding, out=np.zeros_like(excess), where=excess > rounding)
        left, sure = np.where(z > sure, excess / cells.size, left), np.maximum(z, sure)
    return left, sure


def _sums(cells: NDArray[np.int64], rows: Array) -> tuple[Array, Array, Array]:
    """Draws (cell,); sums and variances inside the cell (row, cell)."""
    size = np.maximum(np.bincount(cells), 1).astype(np.float64)
    sums = np.array([np.bincount(cells, weights=row) for row in rows])
    squares = np.array([np.bincount(cells, weights=row) for row in rows**2])
    return size, sums, np.maximum(squares - sums**2 / size, 0.0) / np.maximum(size - 1, 1)


def _more_cells(values: Array, cells: int) -> list[NDArray[np.int64]]:
    """Of several parameters: cells (draw,) by each and by each pair."""
    if len(values) == 1:
        return []
    side = max(1, int(np.sqrt(cells)))
    coarse = [_ranked(row, side) for row in values]
    pairs = [coarse[a] * side + coarse[b] for a, b in combinations(range(len(values)), 2)]
    return [_ranked(row, cells) for row in values] + pairs


def _ranked(row: Array, cells: int) -> NDArray[np.int64]:
    """Cells of equally many draws by rank; equal values may be parted, which the test allows for."""
    ranks = np.empty(row.size, dtype=np.int64)
    ranks[np.argsort(row)] = np.arange(row.size)
    return ranks * cells // row.size


def _picture(values: Array, shown: list[NDArray[np.int64]], fit: Smooth) -> Cells:
    """Means by the parameter's cells; of several parameters, by those of each fitted mean."""
    parts = []
    for k, (fitted, residual) in enumerate(zip(fit.fitted, fit.residuals, strict=True)):
        by, cells = (values[0], shown[0]) if len(values) == 1 else (fitted, shown[k])
        size, (x, middle, left), (_, _, inside) = _sums(cells, np.stack([by, fitted, residual]))
        parts.append((x / size, (middle + left) / size, middle / size, np.sqrt(inside / size)))
    return Cells(*(np.array(part) for part in zip(*parts, strict=True)))
