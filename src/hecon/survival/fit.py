"""Maximum likelihood: a family fitted to individual data, or the same data fitted by many families.

Newton steps in a trust region from several starts; what has not converged, or has no maximum, is an error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hecon.errors import InputError
from hecon.outcomes import Array
from hecon.survival.data import SurvivalData
from hecon.survival.family import STANDARD, Family, family, to_natural, with_knots
from hecon.survival.likelihood import Likelihood, likelihood
from hecon.survival.starting_values import starts

_STEP = 1e-4  # of a parameter's unit, for the Hessian
_DECREMENT = 1e-7  # converged when one more Newton step would gain less log-likelihood than this
_FLAT = 1e-9  # smallest eigenvalue of the scaled information that still counts as a maximum


@dataclass(frozen=True)
class CurveFit:
    """A fitted curve: estimates (parameter,) on the transformed scale and their covariance (parameter, parameter).

    `n` and `events` are weighted counts, `knots` log times. A curve that was not fitted by likelihood has
    loglik = nan and a covariance of 0. `provenance` is one of inputs' words (derived, read, ...).
    """

    family: str
    names: tuple[str, ...]
    estimates: Array
    covariance: Array
    loglik: float = float("nan")
    n: float = float("nan")
    events: float = float("nan")
    knots: tuple[float, ...] = ()
    provenance: str = "derived"

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2 p - 2 log L."""
        return 2 * len(self.names) - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Schwarz's criterion with the number of patients, p log n - 2 log L."""
        return len(self.names) * float(np.log(self.n)) - 2 * self.loglik

    @property
    def bic_events(self) -> float:
        """Schwarz's criterion with the number of events, p log events - 2 log L."""
        return len(self.names) * float(np.log(self.events)) - 2 * self.loglik

    @property
    def natural(self) -> dict[str, float]:
        """Natural values by name; effects of covariates stay as they add to the transformed parameter.

        >>> CurveFit("weibull", ("shape", "scale"), np.zeros(2), np.zeros((2, 2))).natural
        {'shape': 1.0, 'scale': 1.0}
        """
        transforms = dict(self.of.parameters)
        return {n: to_natural(transforms.get(n, "identity"), float(e)) for n, e in self._pairs()}

    @property
    def se(self) -> dict[str, float]:
        """Standard errors by name, on the transformed scale."""
        return {name: float(s) for name, s in zip(self.names, np.sqrt(np.diag(self.covariance)), strict=True)}

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Confidence interval of one natural parameter, normal on the transformed scale."""
        from scipy.special import ndtri

        transform = dict(self.of.parameters).get(name, "identity")
        estimate, reach = dict(self._pairs())[name], float(ndtri(0.5 + level / 2)) * self.se[name]
        return to_natural(transform, estimate - reach), to_natural(transform, estimate + reach)

    @property
    def of(self) -> Family:
        """The family, with its knots."""
        return family(self.family, self.knots or None)

    def _pairs(self) -> list[tuple[str, float]]:
        return [(name, float(value)) for name, value in zip(self.names, self.estimates, strict=True)]


def fit_curve(data: SurvivalData, name: str, knots: Sequence[float] | None = None, covariates_on: str = "") -> CurveFit:
    """One family fitted by maximum likelihood; the covariance is the inverse of the observed information.

    `name` as in survival_family.family; `knots` are log times (a spline's default: quantiles of the log event times,
    the ends at the first and last event). The data's covariates act on the location parameter, or on "cure".

    Raises:
        InputError: knots outside the data, a search that does not converge, a likelihood without a maximum (which
            parameter runs away and what to try), a spline that rises.

    >>> from hecon.survival.data import survival_data
    >>> fit = fit_curve(survival_data([1, 2, 2, 3, 4, 5, 6, 7, 8, 10], [1, 1, 0, 1, 1, 0, 1, 1, 0, 0]), "exponential")
    >>> round(fit.natural["rate"], 9), round(fit.aic, 4)               # 6 events in 48 years
    (0.125, 38.9533)
    """
    kind = _with_knots(family(name, knots), data)
    model = likelihood(kind, data, covariates_on)
    if data.events < len(model.names):
        raise InputError(
            f"{kind.name}: {len(model.names)} parameters cannot be estimated from {data.events:g} events; "
            "use a family with fewer parameters"
        )
    units = model.units()
    found = [_climb(model, start, units) for start in starts(model)]
    reached = [(value, at) for value, at in found if np.isfinite(value)]
    if not reached:
        raise InputError(f"{kind.name}: the likelihood is 0 at every start; {_advice(kind)}")
    _, best = max(reached, key=lambda pair: pair[0])
    information = -model.hessian(best, _STEP * units)
    _check_maximum(model, best, information)
    if kind.is_spline:
        _check_falling(kind, best, data)
    covariance = np.linalg.inv(information)
    value, _ = model.at(best)
    return CurveFit(
        kind.name, model.names, best, (covariance + covariance.T) / 2, value, data.n, data.events, kind.knots
    )


def fit_all(
    data: SurvivalData, names: Iterable[str] = STANDARD, covariates_on: str = ""
) -> tuple[dict[str, CurveFit], dict[str, str]]:
    """Many families fitted to the same data: the fits by family, and by family the reason where one failed.

    Raises:
        InputError: every family failed, or a name is unknown.

    >>> from hecon.survival.data import survival_data
    >>> fits, failed = fit_all(survival_data([1, 2, 3, 5], [1, 1, 1, 0]), ["exponential", "spline hazard 3"])
    >>> list(fits), list(failed)
    (['exponential'], ['spline hazard 3'])
    """
    fits: dict[str, CurveFit] = {}
    failed: dict[str, str] = {}
    for kind in [family(name) for name in names]:
        try:
            fits[kind.name] = fit_curve(data, kind.name, covariates_on=covariates_on if kind.cure else "")
        except InputError as error:
            failed[kind.name] = str(error)
    if not fits:
        raise InputError("no family could be fitted\n" + "\n".join(f"  - {reason}" for reason in failed.values()))
    return fits, failed


def _with_knots(kind: Family, data: SurvivalData) -> Family:
    if kind.base == "piecewise":
        if kind.knots:
            return kind
        died = data.time[data.event == 1]
        return with_knots(kind, [float(t) for t in np.quantile(died, np.linspace(0, 1, kind.inner + 2)[1:-1])])
    if not kind.is_spline:
        return kind
    if not kind.knots:
        died = np.argsort(data.time)[data.event[np.argsort(data.time)] == 1]
        weight, log_times = data.weight[died], np.log(data.time[died])
        last = np.cumsum(weight) - np.minimum(weight, 1)  # positions as if each row stood there weight times
        first = np.cumsum(weight) - weight
        at = np.linspace(0, 1, kind.inner + 2) * last[-1]
        positions, values = np.stack([first, last], axis=1).ravel(), np.repeat(log_times, 2)
        return with_knots(kind, [float(knot) for knot in np.interp(at, positions, values)])
    low, high = float(np.log(data.time.min())), float(np.log(data.time.max()))
    outside = [f"{knot:.4g}" for knot in kind.knots if not low - 1e-9 <= knot <= high + 1e-9]
    if outside:
        raise InputError(
            f"{kind.name}: knots {', '.join(outside)} lie outside the data (log times {low:.4g} to {high:.4g}); "
            "knots are logs of times"
        )
    return kind


def _climb(model: Likelihood, start: Array, units: Array) -> tuple[float, Array]:
    """The highest point reached from a start: a trust-region search, then plain Newton steps to full precision."""
    from scipy.optimize import minimize

    with np.errstate(all="ignore"):
        if not np.isfinite(model.at(start)[0]):
            return -np.inf, start

        def loss(z: Array) -> float:
            return -model.at(z * units)[0]

        def slope(z: Array) -> Array:
            return -model.at(z * units)[1] * units

        def curvature(z: Array) -> Array:
            return -model.hessian(z * units, _STEP * units) * np.outer(units, units)

        try:
            found = minimize(
                loss, start / units, (), "trust-exact", slope, curvature, tol=1e-6, options={"maxiter": 100}
            )
        except (ValueError, np.linalg.LinAlgError):  # a likelihood that is not finite beside a start where it is
            return -np.inf, start
    best = np.asarray(found.x * units)
    value, gradient = model.at(best)
    for _ in range(5):
        try:
            step = np.linalg.solve(-model.hessian(best, _STEP * units), gradient)
        except np.linalg.LinAlgError:
            break
        new_value, new_gradient = model.at(best + step)
        if not new_value >= value:
            break
        best, value, gradient = best + step, new_value, new_gradient
    return value, best


def _check_maximum(model: Likelihood, best: Array, information: Array) -> None:
    """Raise unless the information is positive definite and a Newton step from `best` would gain next to nothing."""
    kind, gradient = model.family, model.at(best)[1]
    units = model.units() / np.sqrt(model.data.events)
    eigenvalues, vectors = np.linalg.eigh(information * np.outer(units, units))
    if eigenvalues[0] <= _FLAT * max(1.0, float(eigenvalues[-1])):
        worst = model.names[int(np.argmax(np.abs(vectors[:, 0])))]
        at = to_natural(dict(kind.parameters).get(worst, "identity"), float(best[model.names.index(worst)]))
        edge = worst == "cure" or (worst == "Q" and abs(at) > 8)
        how = f"'{worst}' runs to an edge (at {at:.2g})" if edge else f"it is flat along '{worst}' (at {at:.4g})"
        raise InputError(
            f"{kind.name}: the covariance is not positive definite, for the likelihood has no single maximum: {how}; "
            f"{_advice(kind, worst)}"
        )
    decrement = 0.5 * float(gradient @ np.linalg.solve(information, gradient))
    if decrement > _DECREMENT:
        raise InputError(
            f"{kind.name}: the search did not converge (a step would gain {decrement:.2g}); {_advice(kind)}"
        )


def _check_falling(kind: Family, best: Array, data: SurvivalData) -> None:
    from hecon.survival.density import spline_basis

    x = np.linspace(min(kind.knots[0], float(np.log(data.time.min()))), kind.knots[-1], 500)
    slope = best[: kind.inner + 2] @ spline_basis(kind.knots, x)[1]
    if slope.min() <= 0:
        raise InputError(
            f"{kind.name}: the fitted curve rises near time {np.exp(x[slope.argmin()]):.4g}; use fewer inner knots"
        )


def _advice(kind: Family, worst: str = "") -> str:
    if ":" in worst:
        return "the covariate may have no events in one group, or repeat another covariate"
    if kind.cure:
        return "try the family without cure, another base, or a data cut with longer follow-up"
    if kind.is_spline:
        return "try fewer inner knots"
    special: Mapping[str, str] = {
        "gengamma": "try its special cases weibull, gamma or lnorm",
        "gompertz": "try weibull or exponential",
        "gamma": "try weibull or exponential",
    }
    return special.get(kind.base, "try exponential, and check the unit of time")
