"""Has the probabilistic analysis enough draws? Monte Carlo error of every figure, running means, and draws needed.

Methods 4.4. Errors hold for independent draws; for other sampling see `growth`, which repeats the randomisation.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.cost_effectiveness.acceptability import acceptability
from hecon.analysis.cost_effectiveness.net_benefit import nmb
from hecon.analysis.cost_effectiveness.ties import first_best, tie_within
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, position
from hecon.errors import HeconError
from hecon.outcomes import Array, Outcomes
from hecon.shown import Shown

Z = 1.959963984540054  # 97.5% quantile of the normal
_POINTS = 100  # of the running means


@dataclass(frozen=True)
class Figure:
    """One figure of the analysis: its estimate, Monte Carlo standard error, and draws for a 95% half-width of `within`.

    `needed` is None where no precision was asked for.
    """

    quantity: str
    strategy: str
    estimate: float
    se: float
    within: float | None = None
    needed: int | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Convergence(Shown):
    """Figures with their errors, and running estimates after `draws` (point,) draws.

    `inmb` (strategy, point) is the running mean over `reference`, `inmb_se` its error; `evpi` (point,) the running EVPI;
    `best` (point,) the position of the strategy best on average so far. `mistake` is the expected loss, per patient,
    from choosing the best of these means though another may truly be best.
    """

    reference: str
    strategies: tuple[str, ...]
    figures: tuple[Figure, ...]
    draws: NDArray[np.int64]
    inmb: Array
    inmb_se: Array
    evpi: Array
    best: NDArray[np.intp]
    mistake: float

    def columns(self) -> dict[str, list[Any]]:
        """One row per figure: quantity, strategy, estimate, se, within, needed."""
        names = ("quantity", "strategy", "estimate", "se", "within", "needed")
        return {name: [getattr(figure, name) for figure in self.figures] for name in names}


def convergence(
    outcomes: Outcomes,
    wtp: float,
    perspective: str,
    reference: str,
    effect: str = "qaly",
    *,
    within: float | None = None,
) -> Convergence:
    """Errors and running means of cost, effect, INMB over `reference`, acceptability and EVPI at the threshold `wtp`.

    `within` is the 95% half-width wanted of INMB and EVPI, in currency; it gives the draws needed, (1.96 s / within)^2.

    Raises:
        HeconError: fewer than 2 draws, an unknown reference, a half-width that is not above 0.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> psa = from_totals(("care", "drug"), [[0.0, 0.0], [50.0, 150.0]], [[0.0, 0.0], [1.0, 1.0]])
    >>> found = convergence(psa, 90.0, "payer", "care", within=10.0)
    >>> [(one.quantity, one.estimate, one.se, one.needed) for one in found.figures if one.quantity == "INMB"]
    [('INMB', -10.0, 50.0, 193)]
    """
    if within is not None and not within > 0:
        raise HeconError(f"the half-width must be above 0; got {within}")
    curves = acceptability(outcomes, wtp, perspective, effect)
    cost, gained = cost_and_effect(outcomes, perspective, effect)
    net = nmb(outcomes, wtp, perspective, effect)
    n = net.shape[1]
    base = position(outcomes, reference)
    over = net - net[base]
    figures = []
    for k, name in enumerate(outcomes.strategies):
        figures += [_figure("cost", name, cost[k]), _figure("effect", name, gained[k])]
        if k != base:
            figures.append(_figure("INMB", name, over[k], within))
        figures.append(Figure("acceptability", name, float(curves.ceac[k, 0]), float(curves.ceac_se[k, 0])))
    spread = float(curves.evpi_se[0]) * np.sqrt(n)
    needed = None if within is None else _needed(spread, within)
    figures.append(Figure("EVPI", "", float(curves.evpi[0]), float(curves.evpi_se[0]), within, needed))
    at = np.unique(np.linspace(2, n, min(_POINTS, n - 1)).astype(np.int64))
    sums, squares = over.cumsum(axis=1)[:, at - 1], (over**2).cumsum(axis=1)[:, at - 1]
    running = sums / at
    variance = np.maximum(squares / at - running**2, 0.0) / (at - 1)
    highest = over.max(axis=0).cumsum()[at - 1] / at
    return Convergence(
        reference,
        outcomes.strategies,
        tuple(figures),
        at,
        running,
        np.sqrt(variance),
        highest - running.max(axis=0),
        first_best(running, tie_within(cost, gained, wtp)),
        mistake(net),
    )


def mistake(net: Array) -> float:
    """Expected loss from choosing the best mean of net benefit (strategy, draw) by Monte Carlo error: currency.

    Of each rival: the unit normal loss of its distance from the best at that distance's standard error; the largest.

    >>> round(mistake(np.array([[0.0, 0.0, 0.0, 0.0], [-1.0, 1.0, -1.0, 1.0]])), 6)  # 0.57735 x 0.398942
    0.230329
    """
    from hecon.analysis.voi.gain import expected_loss

    best = int(net.mean(axis=1).argmax())
    behind = net[best] - np.delete(net, best, axis=0)
    if len(behind) == 0:
        return 0.0
    se = behind.std(axis=1, ddof=1) / np.sqrt(net.shape[1])
    return float(expected_loss(np.asarray(behind.mean(axis=1)), np.asarray(se)).max())


def _figure(quantity: str, strategy: str, values: Array, within: float | None = None) -> Figure:
    sd = float(values.std(ddof=1))
    needed = None if within is None else _needed(sd, within)
    return Figure(quantity, strategy, float(values.mean()), sd / float(np.sqrt(values.size)), within, needed)


def _needed(sd: float, within: float) -> int:
    return int(np.ceil((Z * sd / within) ** 2))
