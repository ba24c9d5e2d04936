"""What it would be worth to know some parameters exactly: the expected value of partial perfect information.

Net benefit is regressed on the parameters; the fitted means take the place of an inner simulation (methods 5.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hecon.analysis.cost_effectiveness.net_benefit import nmb
from hecon.analysis.cost_effectiveness.ties import tie_within
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.analysis.voi.bases import CONSTANT
from hecon.analysis.voi.boosting import BoostingError
from hecon.analysis.voi.controls import Controls, controls
from hecon.analysis.voi.drawn import Sampled, drawn, varying
from hecon.analysis.voi.fit_check import Cells, FitCheck, check_fit
from hecon.analysis.voi.gain import NOTHING, below_zero, gain, increments
from hecon.analysis.voi.smooth import smooth
from hecon.digits import money_text
from hecon.errors import HeconError, nearest
from hecon.outcomes import Array, Outcomes
from hecon.shown import Shown

MOST = 8  # parameters of a group; more need boosting
METHODS = ("regression", "boosting")
_FOLLOWS = 1e-6  # of a parameter's spread: what others leave of it, below which it follows from them


@dataclass(frozen=True, repr=False)
class Evppi(Shown):
    """EVPPI of some parameters together, in currency per patient, at the threshold `wtp`.

    `estimate` has the standard error `se` and contains `correction`, taken off for the noise of the fit. It may be
    below 0 by chance; it is kept as it is, and printed as 0 with that remark. `check` says how good the fit is; where it
    is poor, `value` is None and `str` gives the reason. Of parameters that do not vary the value is 0, with no error.
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
            return f"{name}: not estimated, {self.check.poor}"
        if self.check.basis == CONSTANT:
            return f"{name}: 0 ({self.remark})"
        told = f", {self.remark}" if self.remark else ""
        return f"{name}: {money_text(max(self.estimate, 0.0))} (standard error {money_text(self.se)}{told})"

    @property
    def remark(self) -> str:
        """What is to be said beside the value: why there is none, that nothing varies, that the estimate is below 0."""
        if self.check.poor:
            return self.check.poor
        if self.check.basis == CONSTANT:
            return "does not vary"
        return below_zero(self.estimate)


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

    Under 100 draws nothing is estimated.

    `method` is "regression" (splines, products and radial functions; see `bases`) or "boosting", for any number of
    parameters, which needs scikit-learn. `known_means` uses the means of the distributions that inputs were drawn from
    to lessen chance (see `controls`). Standard errors hold for independent draws; for other sampling they are too large.

    Raises:
        HeconError: parameters that did not vary, draws of another run, over 8 parameters, an unknown method.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> sick = np.tile([0.0, 1.0], 50)
    >>> psa = from_totals(("care", "drug"), [0 * sick, 4 - 6 * sick], np.zeros((2, 100)))
    >>> print(evppi(psa, {"sick": sick}, "sick", 0, "payer"))
    sick: 1 (standard error 0.10)
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

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> sick, old = np.tile([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]], 50)
    >>> psa = from_totals(("care", "drug"), [0 * sick, 4 - 6 * sick], np.zeros((2, 200)))
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
    within = tie_within(*cost_and_effect(outcomes, perspective, effect), wtp)
    rows = increments(nmb(outcomes, wtp, perspective, effect), within)
    known = controls(draws, rows) if known_means else None
    if method == "boosting":
        from hecon.analysis.voi.boosting import boosted

        return tuple(boosted(one, x, rows, known, wtp) for one, x in zip(chosen, values, strict=True))
    return tuple(_one(one, x, rows, known, wtp) for one, x in zip(chosen, values, strict=True))


def evppi_any(
    outcomes: Outcomes, draws: Sampled, names: Sequence[str], wtp: float, perspective: str, effect: str = "qaly"
) -> Evppi:
    """EVPPI of any number of parameters together: by regression up to 8, else by boosting, or why there is none.

    A parameter that follows from others of them (the last of shares that add up to 1) is not counted.

    Raises:
        HeconError: as `evppi`, but for too many parameters.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> x = np.random.default_rng(1).random((9, 200))
    >>> psa = from_totals(("care", "drug"), [0 * x[0], x.sum(axis=0) - 4.5], np.zeros((2, 200)))
    >>> found = evppi_any(psa, dict(zip("abcdefghi", x)), "abcdefghi", 0, "payer")
    >>> found.value, found.remark[:47]
    (None, '9 inputs are more than the 8 that regression ta')
    """
    chosen = tuple(names)
    telling = _independent(drawn(draws, chosen, outcomes))
    some = tuple(chosen[k] for k in telling) or chosen
    if len(some) <= MOST:
        return replace(evppi(outcomes, draws, some, wtp, perspective, effect), parameters=chosen)
    try:
        return replace(evppi(outcomes, draws, some, wtp, perspective, effect, method="boosting"), parameters=chosen)
    except BoostingError as error:
        none = Cells(*(np.zeros((0, 0)),) * 4)
        poor = f"{len(some)} inputs are more than the {MOST} that regression takes, and {error}"
        return Evppi(chosen, float(wtp), 0.0, 0.0, 0.0, FitCheck("", (), (), (), poor, none))


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

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> sick, old = np.tile([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]], 50)
    >>> psa = from_totals(("care", "drug"), [0 * sick, 4 - 6 * sick], np.zeros((2, 200)))
    >>> [one.parameters for one in evppi_ranking(psa, {"old": old, "sick": sick}, 0, "payer")]
    [('sick',), ('old',)]
    """
    singles = [(name,) for name in tuple(names) or varying(draws)]
    found = evppi_each(outcomes, draws, singles, wtp, perspective, effect, known_means=known_means)
    return tuple(sorted(found, key=lambda one: (bool(one.check.poor), -one.estimate, -max(one.check.explained))))


def _independent(values: Array) -> list[int]:
    """Rows (parameter, draw) that are no sum of multiples of the rows before them and a constant."""
    centred = values - values.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1)
    kept: list[Array] = []
    found = []
    for k in np.flatnonzero(length > 0):
        rest = centred[k] / length[k]
        for one in kept:
            rest = rest - (one @ rest) * one
        size = float(np.linalg.norm(rest))
        if size > _FOLLOWS:
            kept.append(rest / size)
            found.append(int(k))
    return found


def _one(names: tuple[str, ...], values: Array, rows: Array, known: Controls | None, wtp: float) -> Evppi:
    fit = smooth(values, known.clear(names) if known else rows)
    found = NOTHING if fit.basis.name == CONSTANT else gain(fit, known.own(names) if known else None)
    check = check_fit(values, fit, found, np.asarray(rows.var(axis=1)))
    return Evppi(names, float(wtp), found.value, found.se, found.correction, check)
