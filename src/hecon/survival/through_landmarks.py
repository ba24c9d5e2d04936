"""A named family, with or without cure, put through published check-points; refused when no such curve exists.

What is fitted here has no likelihood and no covariance: its uncertainty is that of the check-points' intervals.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from hecon.errors import InputError, nearest
from hecon.outcomes import Array
from hecon.survival.density import terms
from hecon.survival.family import Family, family, to_natural, to_transformed
from hecon.survival.fit import CurveFit
from hecon.survival.landmarks import Checkpoints

_EDGES = {"cure": 9.0, "Q": 8.0, "shape": 5.0, "sigma": 5.0, "sdlog": 5.0}  # transformed: beyond, it has run away
_SHAPES = {
    "exponential": "keeps its hazard constant",
    "weibull": "lets its hazard only rise or only fall",
    "weibullPH": "lets its hazard only rise or only fall",
    "gompertz": "lets its hazard only rise or only fall",
    "gamma": "lets its hazard only rise or only fall",
    "lnorm": "makes its hazard rise first and fall later",
    "llogis": "makes its hazard fall, or rise first and fall later",
}


def solve_checkpoints(
    points: Checkpoints,
    name: str,
    fixed: Mapping[str, float] | None = None,
    knots: Sequence[float] | None = None,
    tolerance: float = 0.01,
) -> CurveFit:
    """The family's curve closest to the check-points: least squares of survival, over standard errors where given.

    `fixed` holds natural parameters that are not estimated, such as {"cure": 0.4}. Provenance is derived; covariance 0.

    Raises:
        InputError: more parameters than check-points; a curve that stays further than `tolerance` from a check-point,
            with the reason; a parameter that runs to an edge; several curves that fit equally well.

    >>> from hecon.survival.landmarks import checkpoints
    >>> curve = solve_checkpoints(checkpoints("os", [2, 4], [0.625, 0.5]), "exponential mixture cure")
    >>> round(curve.natural["cure"], 9)                               # 0.4375 + 0.5625 / 3 at 2, / 9 at 4
    0.4375
    """
    kind = family(name, knots)
    if kind.is_spline and not kind.knots:
        raise InputError(f"'{points.name}' as {kind.name}: give the knots (log times)")
    held = _held(kind, fixed or {})
    free = [k for k, (parameter, _) in enumerate(kind.parameters) if parameter not in held]
    who = f"'{points.name}' as {kind.name}"
    if len(free) > len(points.time):
        named = ", ".join(kind.parameters[k][0] for k in free)
        fix = f"fix a parameter (fixed={{'{kind.parameters[free[-1]][0]}': ...}})"
        raise InputError(
            f"{who}: no single solution; {len(free)} parameters ({named}) and {len(points.time)} check-points leave "
            f"infinitely many curves; add check-points, {fix}, or take a simpler family"
        )
    problem = _Problem(kind, points, np.array(free, dtype=np.intp), _vector(kind, held))
    found = sorted((_least(problem, start) for start in _starts(problem)), key=lambda pair: pair[0])
    loss, best = found[0]
    _check_solution(problem, best, tolerance, who)
    _check_falling(problem, best, who)
    _check_unique(problem, [theta for value, theta in found if value <= loss * (1 + 1e-6) + 1e-14], who)
    names = tuple(parameter for parameter, _ in kind.parameters)
    return CurveFit(kind.name, names, best, np.zeros((len(names), len(names))), knots=kind.knots)


@dataclass(frozen=True)
class _Problem:
    """The curve's distance from its check-points as a function of the free parameters (free,)."""

    kind: Family
    points: Checkpoints
    free: NDArray[np.intp]
    whole: Array  # (parameter,) with the fixed ones filled in

    def vector(self, values: Array) -> Array:
        vector = self.whole.copy()
        vector[self.free] = values
        return vector

    def survival(self, vector: Array, time: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(np.exp(terms(self.kind, vector[:, None], time)[0]))

    def distance(self, values: Array) -> Array:
        gap = self.survival(self.vector(values), self.points.time) - self.points.survival
        return np.where(np.isfinite(gap), gap, 1.0) / self.spread()

    def slopes(self, values: Array) -> Array:
        """Change of distance (point, free) per unit of each free parameter, on the transformed scale."""
        with np.errstate(all="ignore"):
            log_s, _, by_s, _ = terms(self.kind, self.vector(values)[:, None], self.points.time)
            slopes = (np.exp(log_s) * by_s)[self.free] / self.spread()
        return np.asarray(np.where(np.isfinite(slopes), slopes, 0.0).T)

    def spread(self) -> Array:
        """Standard errors (point,) relative to their mean; 1 without them."""
        se = self.points.se
        return np.ones_like(self.points.time) if se is None else se / float(se.mean())


def _held(kind: Family, fixed: Mapping[str, float]) -> dict[str, float]:
    """Fixed parameters on the transformed scale."""
    transforms = dict(kind.parameters)
    held = {}
    for name, value in fixed.items():
        if name not in transforms:
            known = ", ".join(transforms)
            raise InputError(f"{kind.name} has no parameter '{name}'{nearest(name, transforms)} (has: {known})")
        try:
            held[name] = to_transformed(transforms[name], value)
        except InputError as error:
            raise InputError(f"{kind.name}, fixed {name}: {error}") from error
    return held


def _vector(kind: Family, held: Mapping[str, float]) -> Array:
    return np.array([held.get(parameter, 0.0) for parameter, _ in kind.parameters])


def _starts(problem: _Problem) -> Iterator[Array]:
    """Free parameters (free,) to start from: a grid around the exponential through the last check-point."""
    time, survival, kind = problem.points.time, problem.points.survival, problem.kind
    rate = float(np.log(-np.log(survival[-1]) / time[-1]))
    levels = survival[-1] * np.array([0.2, 0.6, 0.95])
    grids: dict[str, list[float]] = {
        "rate": [rate, rate + 1.5],
        "scale": [rate, rate + 1.5] if kind.base == "weibullPH" else [-rate, -rate - 1.5],
        "meanlog": [-rate - 0.4, -rate - 1.5],
        "mu": [-rate, -rate - 1.0],
        "shape": [0.0, -1 / time[-1], 1 / time[-1]] if kind.base == "gompertz" else [-0.7, 0.0, 0.7],
        "sdlog": [-0.7, 0.0, 0.7],
        "sigma": [-0.7, 0.4],
        "Q": [-0.5, 0.8],
        "gamma0": [rate, 3 * rate],
        "gamma1": [0.7, 1.5],
        "cure": [float(np.log(level / (1 - level))) for level in levels],
    }
    names = [kind.parameters[k][0] for k in problem.free]
    for point in product(*(grids.get(name, [0.0]) for name in names)):
        yield np.array(point)


def _least(problem: _Problem, start: Array) -> tuple[float, Array]:
    from scipy.optimize import least_squares

    if not start.size:
        return float((problem.distance(start) ** 2).sum()), problem.vector(start)
    found = least_squares(
        problem.distance, start, problem.slopes, x_scale="jac", xtol=1e-13, ftol=1e-13, gtol=1e-13, max_nfev=100
    )
    return 2 * float(found.cost), problem.vector(np.asarray(found.x))


def _check_solution(problem: _Problem, best: Array, tolerance: float, who: str) -> None:
    kind, points = problem.kind, problem.points
    curve = problem.survival(best, points.time)
    free = {kind.parameters[k][0]: (kind.parameters[k][1], float(best[k])) for k in problem.free}
    gone = [
        name for name, (_, value) in free.items() if abs(value) > _EDGES.get(name, np.inf) * _unit(kind, name, points)
    ]
    gap = float(np.abs(curve - points.survival).max())
    if gap > tolerance or gone:
        pairs = zip(points.time, curve, points.survival, strict=True)
        told = ", ".join(f"{ours:.3f} at {time:g} ({published:g} published)" for time, ours, published in pairs)
        edge = "".join(f", with {name} running to {to_natural(*free[name]):.2g}" for name in gone)
        accept = "" if gone else f", or accept the closest curve with tolerance={np.ceil(gap * 1000) / 1000:g}"
        raise InputError(f"{who}: no solution; the closest curve has {told}{edge}; {_reason(kind, points)}{accept}")
    if len(problem.free):
        values = np.linalg.svd(problem.slopes(best[problem.free]), compute_uv=False)
        if values[-1] < 1e-7 * values[0]:
            named = ", ".join(free)
            raise InputError(
                f"{who}: the check-points do not determine {named}; fix one of them or take a simpler family"
            )


def _check_falling(problem: _Problem, best: Array, who: str) -> None:
    time = np.linspace(0, 2 * problem.points.time[-1], 401)[1:]
    curve = problem.survival(best, time)
    rises = np.diff(curve) > 1e-12
    if rises.any():
        raise InputError(
            f"{who}: the curve through the check-points rises near {time[rises.argmax()]:.4g}; use fewer knots"
        )


def _check_unique(problem: _Problem, equals: list[Array], who: str) -> None:
    time = np.linspace(0, 2 * problem.points.time[-1], 41)[1:]
    curves = np.stack([problem.survival(theta, time) for theta in equals])
    spread = curves.max(axis=0) - curves.min(axis=0)
    if spread.max() > 0.005:
        at = int(spread.argmax())
        raise InputError(
            f"{who}: several curves fit equally well, from {curves[:, at].min():.3f} to {curves[:, at].max():.3f} "
            f"at {time[at]:g}; add a check-point or fix a parameter"
        )


def _reason(kind: Family, points: Checkpoints) -> str:
    """What the check-points' hazards do, and what the family's can."""
    before = np.concatenate([[1.0], points.survival[:-1]])
    hazards = -np.log(points.survival / before) / np.diff(np.concatenate([[0.0], points.time]))
    told = ", ".join(f"{hazard:.3g}" for hazard in hazards)
    able = _SHAPES.get(kind.base, "cannot follow that")
    if kind.base == "exponential" and kind.cure:
        able = "with cure lets its hazard only fall"
    elif kind.cure:
        able += " among the uncured, and cure makes it fall in the end"
    return f"the hazard between check-points is {told} per unit of time, while {kind.base} {able}; try another family"


def _unit(kind: Family, name: str, points: Checkpoints) -> float:
    return 1 / float(points.time[0]) if kind.base == "gompertz" and name == "shape" else 1.0
