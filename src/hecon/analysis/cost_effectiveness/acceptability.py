"""Decision uncertainty over thresholds: acceptability curves, their frontier, expected loss and perfect information.

All four come from one sweep over the thresholds, each with every draw at once (methods 5.3 and 5.4).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hecon.analysis.cost_effectiveness.plain import plain_table
from hecon.analysis.cost_effectiveness.ties import first_best, shares, tie_within
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.digits import money_text
from hecon.errors import HeconError
from hecon.outcomes import Array, Outcomes
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Acceptability(Shown):
    """Curves over thresholds `wtp` (wtp,), with Monte Carlo standard errors from `draws` independent draws.

    `ceac` (strategy, wtp): share of draws in which a strategy has the highest net benefit; tied strategies (see `ties`)
    share a draw equally, so the shares add up to 1. `elc` (strategy, wtp): expected loss of choosing it, in currency per patient.
    `best` (wtp,): position of the strategy with the highest mean net benefit, the first declared if tied.
    `ceaf` (wtp,): its share, which need not be the highest. `evpi` (wtp,): the smallest expected loss.
    """

    strategies: tuple[str, ...]
    wtp: Array
    draws: int
    ceac: Array
    ceac_se: Array
    elc: Array
    elc_se: Array
    best: NDArray[np.intp]
    ceaf: Array
    evpi: Array
    evpi_se: Array

    def __str__(self) -> str:
        """A row per threshold: the best strategy, each one's share of draws, EVPI and its standard error."""
        header = ["wtp", "best on average", *(f"P({name})" for name in self.strategies), "EVPI", "SE"]
        rows = [
            [
                money_text(wtp),
                self.strategies[best],
                *(f"{share:.3f}" for share in shares),
                money_text(evpi),
                money_text(se),
            ]
            for wtp, best, shares, evpi, se in zip(
                self.wtp, self.best, self.ceac.T, self.evpi, self.evpi_se, strict=True
            )
        ]
        return plain_table(header, rows)

    def columns(self) -> dict[str, list[Any]]:
        """One row per threshold and strategy: wtp, strategy, ceac, ceac_se, elc, elc_se, best, evpi, evpi_se."""
        n, k = len(self.strategies), len(self.wtp)
        curves = {name: getattr(self, name).T.ravel() for name in ("ceac", "ceac_se", "elc", "elc_se")}
        best = (self.best[:, None] == np.arange(n)).ravel()
        values = {name: np.repeat(getattr(self, name), n) for name in ("evpi", "evpi_se")}
        arrays = {
            "wtp": np.repeat(self.wtp, n),
            "strategy": np.tile(self.strategies, k),
            **curves,
            "best": best,
            **values,
        }
        return {name: array.tolist() for name, array in arrays.items()}

    def to_frame(self) -> "pd.DataFrame":
        """The columns as a pandas table."""
        import pandas as pd

        return pd.DataFrame(self.columns())


def acceptability(outcomes: Outcomes, wtp: ArrayLike, perspective: str, effect: str = "qaly") -> Acceptability:
    """Acceptability curves, frontier, expected loss and EVPI at the thresholds `wtp` (a number or (wtp,)).

    Raises:
        HeconError: fewer than two draws, a threshold below 0 or not finite, an unknown perspective or effect.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> psa = from_totals(("care", "drug"), [[0.0, 0.0], [50.0, 50.0]], [[0.0, 0.0], [0.0, 1.0]])
    >>> curves = acceptability(psa, [0, 200], "payer")
    >>> curves.ceac.tolist(), curves.evpi.tolist()
    ([[1.0, 0.5], [0.0, 0.5]], [0.0, 25.0])
    >>> print(curves)
    wtp  best on average  P(care)  P(drug)  EVPI  SE
    0               care    1.000    0.000     0   0
    200             drug    0.500    0.500    25  25
    """
    thresholds = np.atleast_1d(np.asarray(wtp, dtype=np.float64))
    if thresholds.ndim != 1 or not (np.isfinite(thresholds) & (thresholds >= 0)).all():
        raise HeconError(f"wtp must be numbers from 0 up; got {wtp!r}")
    cost, gain = cost_and_effect(outcomes, perspective, effect)
    n = cost.shape[1]
    if n < 2:
        raise HeconError("acceptability needs a probabilistic analysis of at least 2 draws; these outcomes have 1")
    shape = (len(cost), thresholds.size)
    ceac, elc, elc_se = np.empty(shape), np.empty(shape), np.empty(shape)
    net, highest, tied = np.empty_like(cost), np.empty(n), np.empty(cost.shape, dtype=bool)
    best = np.empty(thresholds.size, dtype=np.intp)
    of_cost = tie_within(cost, gain, 0.0)
    of_effect = tie_within(cost, gain, 1.0) - of_cost
    for k, threshold in enumerate(thresholds):
        np.multiply(gain, threshold, out=net)
        net -= cost
        np.max(net, axis=0, out=highest)
        within = of_cost + threshold * of_effect
        ceac[:, k] = shares(np.greater_equal(net, highest - within, out=tied))
        loss = np.subtract(highest, net, out=net)
        elc[:, k] = loss.mean(axis=1)
        best[k] = first_best(-elc[:, k], within)
        loss -= elc[:, k, None]
        elc_se[:, k] = np.sqrt(np.einsum("ij,ij->i", loss, loss) / (n - 1) / n)
    evpi = elc.min(axis=0)
    every = np.arange(thresholds.size)
    return Acceptability(
        outcomes.strategies,
        thresholds,
        n,
        ceac,
        np.sqrt(ceac * (1 - ceac) / n),
        elc,
        elc_se,
        best,
        ceac[best, every],
        evpi,
        elc_se[best, every],
    )


def ceac(outcomes: Outcomes, wtp: ArrayLike, perspective: str, effect: str = "qaly") -> Array:
    """Probability of being cost-effective (strategy, wtp); columns add up to 1, ties shared equally.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> ceac(from_totals(("a", "b"), [[0.0, 0.0], [0.0, 9.0]], [[0.0, 0.0], [0.0, 0.0]]), 10, "payer").tolist()
    [[0.75], [0.25]]
    """
    return acceptability(outcomes, wtp, perspective, effect).ceac


def evpi(outcomes: Outcomes, wtp: ArrayLike, perspective: str, effect: str = "qaly") -> Array:
    """Expected value of perfect information per patient (wtp,): mean of the highest minus the highest mean net benefit.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> evpi(from_totals(("a", "b"), [[0.0, 0.0], [-10.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]]), 0, "payer").tolist()
    [1.0]
    """
    return acceptability(outcomes, wtp, perspective, effect).evpi


def thresholds_around(wtp: float) -> Array:
    """201 equally spaced thresholds from 0 to 2.5 times `wtp`, which is the 81st.

    >>> thresholds_around(100_000)[[0, 1, 80, 200]].tolist()
    [0.0, 1250.0, 100000.0, 250000.0]
    """
    return np.array([k * (wtp / 80) for k in range(201)])
