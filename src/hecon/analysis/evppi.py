"""What it would be worth to know some parameters exactly: the expected value of partial perfect information.

Net benefit is regressed on the parameters; the fitted means take the place of an inner simulation (methods 5.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hecon.analysis.controls import Controls, controls
from hecon.analysis.drawn import Sampled, drawn, varying
from hecon.analysis.fit_check import FitCheck, check_fit
from hecon.analysis.gain import gain, increments
from hecon.analysis.net_benefit import nmb
from hecon.analysis.smooth import smooth
from hecon.errors import HeconError, nearest
from hecon.outcomes import Array, Outcomes
from hecon.shown import Shown

MOST = 8  # parameters of a group; more need boosting
METHODS = ("regression", "boosting")


@dataclass(frozen=True, repr=False)
class Evppi(Shown):
    """EVPPI of some parameters together, in currency per patient, at the threshold `wtp`.

    `estimate` has the standard error `se` and contains `correction`, taken off for the noise of the fit. It may be
    negative by chance. `check` says how good the fit is; where it is poor, `value` is None and `str` gives the reason.
    """

    parameters: tuple[str, ...]
    wtp: float
    estimate: float
    se: float
    correction: float
    check: FitCheck

    @property
    def value(self) -> float | None:
        """The estimate, or None where the fit does not support one."""
        return None if self.check.poor else self.estimate

    def __str__(self) -> str:
        """One line: the parameters, the value and its standard error, or why there is none."""
        name = " + ".join(self.parameters)
        if self.check.poor:
            return f"{name}: refused, {self.check.poor}"
        return f"{name}: {self.estimate:,.1f} (standard error {self.se:,.1f})"


def evppi(
    outcomes: Outcomes,
    draws: Sampled,
    names: str | Sequence[str],
    wtp: float,
    perspective: str,
    effect: str = "qaly",
    *,
    method: str = "regression",
    known_means: bool = True,
) -> Evppi:
    """EVPPI of one parameter or of up to 8 together, from the draws of a probabilistic analysis (Strong et al. 2014).

    `method` is "regression" (splines, products and radial functions; see `bases`) or "boosting", for any number of
    parameters, which needs scikit-learn. `known_means` uses the means of the distributions that inputs were drawn from
    to lessen chance (see `controls`). Standard errors hold for independent draws; for other sampling they are too large.

    Raises:
        HeconError: parameters that did not vary, draws of another run, over 8 parameters, an unknown method.

    >>> from hecon.analysis.totals import from_totals
    >>> sick = np.array([0.0, 1.0, 0.0, 1.0])
    >>> psa = from_totals(("care", "drug"), [[0.0] * 4, 4 - 6 * sick], np.zeros((2, 4)))
    >>> print(evppi(psa, {"sick": sick}, "sick", 0, "payer"))
    sick: 1.0 (standard error 0.6)
    """
    chosen = (names,) if isinstance(names, str) else tuple(names)
    (found,) = evppi_each(outcomes, draws, [chosen], wtp, perspective, effect, method=method, known_means=known_means)
    return found


def evppi_each(
    outcomes: Outcomes,
    draws: Sampled,
    sets: Sequence[Sequence[str]],
    wtp: float,
    perspective: str,
    effect: str = "qaly",
    *,
    method: str = "regression",
    known_means: bool = True,
) -> tuple[Evppi, ...]:
    """EVPPI of several sets of parameters, each valued together, in the order given; otherwise as `evppi`.

    Raises:
        HeconError: as `evppi`.

    >>> from hecon.analysis.totals import from_totals
    >>> sick, old = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    >>> psa = from_totals(("care", "drug"), [[0.0] * 4, 4 - 6 * sick], np.zeros((2, 4)))
    >>> both = evppi_each(psa, {"old": old, "sick": sick}, [["old"], ["sick"]], 0, "payer")
    >>> round(both[1].estimate, 6)
    1.0
    """
    if method not in METHODS:
        raise HeconError(f"unknown method '{method}'{nearest(method, METHODS)} (known: {', '.join(METHODS)})")
    chosen = [tuple(one) for one in sets]
    most = max((len(one) for one in chosen), default=0)
    if method == "regression" and most > MOST:
        raise HeconError(f"regression takes up to {MOST} parameters, got {most}; use method='boosting'")
    values = [drawn(draws, one, outcomes) for one in chosen]
    rows = increments(nmb(outcomes, wtp, perspective, effect))
    known = controls(draws, rows) if known_means else None
    if method == "boosting":
        from hecon.analysis.boosting import boosted

        return tuple(boosted(one, x, rows, known, wtp) for one, x in zip(chosen, values, strict=True))
    return tuple(_one(one, x, rows, known, wtp) for one, x in zip(chosen, values, strict=True))


def evppi_ranking(
    outcomes: Outcomes,
    draws: Sampled,
    wtp: float,
    perspective: str,
    effect: str = "qaly",
    *,
    names: Sequence[str] = (),
    known_means: bool = True,
) -> tuple[Evppi, ...]:
    """EVPPI of every parameter by itself (or of those named), the highest first, refused ones last.

    Parameters of equal value (often 0) are in the order of how much of the increments' variance depends on them.

    Raises:
        HeconError: as `evppi`.

    >>> from hecon.analysis.totals import from_totals
    >>> sick, old = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    >>> psa = from_totals(("care", "drug"), [[0.0] * 4, 4 - 6 * sick], np.zeros((2, 4)))
    >>> [one.parameters for one in evppi_ranking(psa, {"old": old, "sick": sick}, 0, "payer")]
    [('sick',), ('old',)]
    """
    singles = [(name,) for name in tuple(names) or varying(draws)]
    found = evppi_each(outcomes, draws, singles, wtp, perspective, effect, known_means=known_means)
    return tuple(sorted(found, key=lambda one: (bool(one.check.poor), -one.estimate, -max(one.check.explained))))


def _one(names: tuple[str, ...], values: Array, rows: Array, known: Controls | None, wtp: float) -> Evppi:
    fit = smooth(values, known.clear(names) if known else rows)
    found = gain(fit, known.own(names) if known else None)
    check = check_fit(values, fit, found, np.asarray(rows.var(axis=1)))
    return Evppi(names, float(wtp), found.value, found.se, found.correction, check)
