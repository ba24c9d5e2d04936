"""What a fitted curve says: survival and hazard at any time, restricted and unrestricted means, families side by side.

Numbers for choosing and reporting curves; a model's run evaluates them through the formula language.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from hecon.errors import InputError, nearest
from hecon.outcomes import Array
from hecon.survival.density import terms
from hecon.survival.fit import CurveFit

_PANEL = 0.2  # width in log time; with eight Gauss nodes each, means are good to about 1e-10
_LONGEST = 690.0  # log of the longest time a double can hold, less room for the integrand


def survival_at(fit: CurveFit, times: ArrayLike, covariates: Mapping[str, float] | None = None) -> Array:
    """Survival (time,) at times in the fit's unit, for a patient with these covariates; 1 at time 0.

    Raises:
        InputError: a negative time; covariates that are not exactly those of the fit.

    >>> line = CurveFit("exponential", ("rate",), np.log([0.1]), np.zeros((1, 1)))
    >>> survival_at(line, [0, 10]).round(6).tolist()
    [1.0, 0.367879]
    """
    times = _times(times)
    values = np.ones_like(times)
    late = times > 0
    values[late] = np.exp(terms(fit.of, _theta(fit, covariates), times[late])[0])
    return values


def hazard_at(fit: CurveFit, times: ArrayLike, covariates: Mapping[str, float] | None = None) -> Array:
    """Hazard (time,) per unit of time, at times above 0.

    >>> hazard_at(CurveFit("exponential", ("rate",), np.log([0.1]), np.zeros((1, 1))), [3.0]).round(12).tolist()
    [0.1]
    """
    times = _times(times)
    if (times == 0).any():
        raise InputError(f"{fit.family}: the hazard at time 0 may be infinite; ask at times above 0")
    return np.asarray(np.exp(terms(fit.of, _theta(fit, covariates), times)[1]))


def mean_survival(fit: CurveFit, until: float | None = None, covariates: Mapping[str, float] | None = None) -> float:
    """Mean survival up to `until`, or over all time; infinite where the curve's tail is too heavy or has a plateau.

    >>> line = CurveFit("exponential", ("rate",), np.log([0.1]), np.zeros((1, 1)))
    >>> round(mean_survival(line, 10), 7), round(mean_survival(line), 6)
    (6.3212056, 10.0)
    """
    if until is not None and until <= 0:
        raise InputError(f"{fit.family}: restricted mean to {until:g}; the limit must be above 0")
    top = _LONGEST if until is None else float(np.log(until))
    edges = np.arange(top, (0.0 if until is None else top) - 60.0, -_PANEL)[::-1]
    nodes, weights = np.polynomial.legendre.leggauss(8)
    x = (edges[:-1, None] + _PANEL * (nodes + 1) / 2).ravel()
    with np.errstate(under="ignore", over="ignore"):
        density = np.exp(terms(fit.of, _theta(fit, covariates), np.exp(x))[0] + x)
    if until is None and not density[-8:].max() < 1e-9 * float(density.max()):
        return float("inf")
    return float((density.reshape(-1, 8) * weights).sum() * _PANEL / 2)


def model_weights(fits: Iterable[CurveFit]) -> dict[str, float]:
    """The AIC weight of each family, exp(-(AIC - lowest AIC) / 2) over their sum: for model averaging.

    Raises:
        InputError: fits of different data, whose criteria cannot be compared.

    >>> one = CurveFit("exponential", ("rate",), np.zeros(1), np.zeros((1, 1)), loglik=-10.0)
    >>> other = CurveFit("weibull", ("shape", "scale"), np.zeros(2), np.zeros((2, 2)), loglik=-9.0)
    >>> model_weights([one, other])                                  # AIC 22 and 22
    {'exponential': 0.5, 'weibull': 0.5}
    """
    fits = list(fits)
    sizes = {(fit.n, fit.events) for fit in fits if fit.n == fit.n}
    if len(sizes) > 1:
        told = "; ".join(f"{fit.family}: {fit.n:g} patients, {fit.events:g} events" for fit in fits)
        raise InputError(f"AIC compares fits of the same data only ({told}); fit all families to one data set")
    aic = np.array([fit.aic for fit in fits])
    weight = np.exp(-0.5 * (aic - aic.min()))
    return {fit.family: float(w) for fit, w in zip(fits, weight / weight.sum(), strict=True)}


def compare(
    fits: Iterable[CurveFit],
    landmarks: Iterable[float],
    until: float,
    covariates: Mapping[str, float] | None = None,
) -> list[dict[str, float | str]]:
    """A row per family: parameters, log-likelihood, AIC, BIC, AIC weight, landmark survival, means; lowest AIC first.

    Raises:
        InputError: fits of different data, whose criteria cannot be compared.

    >>> from hecon.survival.data import survival_data
    >>> from hecon.survival.fit import fit_curve
    >>> fit = fit_curve(survival_data([2.0, 4.0, 4.0], [1, 1, 0]), "exponential")
    >>> row = compare([fit], landmarks=[5.0], until=10.0)[0]
    >>> row["family"], row["parameters"], row["S(5)"]
    ('exponential', 1, 0.36787944117144233)
    """
    fits, landmarks = list(fits), list(landmarks)
    weight = model_weights(fits)
    rows: list[dict[str, float | str]] = []
    for fit in sorted(fits, key=lambda fit: fit.aic):
        row: dict[str, float | str] = {"family": fit.family, "parameters": len(fit.names), "loglik": fit.loglik}
        row |= {"aic": fit.aic, "bic": fit.bic, "bic_events": fit.bic_events}
        row["aic_weight"] = weight[fit.family]
        survival = survival_at(fit, landmarks, covariates)
        row |= {f"S({time:g})": float(value) for time, value in zip(landmarks, survival, strict=True)}
        row[f"mean to {until:g}"] = mean_survival(fit, until, covariates)
        row["mean"] = mean_survival(fit, None, covariates)
        rows.append(row)
    return rows


def _times(times: ArrayLike) -> Array:
    array = np.atleast_1d(np.asarray(times, dtype=float))
    if (array < 0).any():
        raise InputError(f"survival at a negative time ({array.min():g}); times count from the start")
    return array


def _theta(fit: CurveFit, covariates: Mapping[str, float] | None) -> Array:
    given = dict(covariates or {})
    names = list(fit.names)
    theta = fit.estimates.copy()
    wanted = [name.split(":", 1)[1] for name in names if ":" in name]
    wrong = [name for name in given if name not in wanted]
    if wrong:
        raise InputError(f"{fit.family}: covariate '{wrong[0]}' is not in the fit{nearest(wrong[0], wanted)}")
    if missing := [name for name in wanted if name not in given]:
        raise InputError(f"{fit.family}: say the value of covariate '{missing[0]}', for instance {{'{missing[0]}': 0}}")
    for k, name in enumerate(names):
        if ":" in name:
            parameter, covariate = name.split(":", 1)
            theta[names.index(parameter)] += fit.estimates[k] * given[covariate]
    return np.asarray(theta[: len(fit.of.parameters), None])
