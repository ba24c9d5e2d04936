"""Value of information of a whole run: perfect information on everything, and on each uncertain input."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.analysis.voi.evppi import Evppi, evppi_ranking
from hecon.errors import HeconError
from hecon.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hecon.results.analysis import Analysis


@dataclass(frozen=True)
class ValueOfInformation(Shown):
    """EVPI with its standard error, and the EVPPI of each uncertain input, the highest first; in currency per patient.

    `best` is the strategy best on average at the threshold `wtp`; `labels` name inputs for people.
    """

    evpi: float
    evpi_se: float
    rows: tuple[Evppi, ...]
    best: str
    draws: int
    perspective: str
    wtp: float
    effect: str
    money: str
    labels: "Mapping[str, str]"


def value_of_information(analysis: "Analysis") -> ValueOfInformation:
    """EVPI and every EVPPI at the threshold of an analysis.

    Raises:
        HeconError: an analysis without a PSA, or without the draws it ran with.

    >>> import numpy as np
    >>> from hecon import Analysis, Parameter, make_book
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> book = make_book("demo", [Parameter(name="fee", value=0.0, distribution="normal", par1=0, par2=10)])
    >>> draws = book.sample(2000, seed=1)
    >>> psa = from_totals(("a", "b"), [0 * draws["fee"], draws["fee"]], np.zeros((2, 2000)))
    >>> base = from_totals(("a", "b"), [[0.0], [0.0]], [[0.0], [0.0]])
    >>> found = value_of_information(Analysis.of_outcomes("demo", base, psa, "payer", 1.0, "a", book=book, draws=draws))
    >>> abs(found.evpi - 10 * 0.3989) < 3 * found.evpi_se  # E[max(0, -fee)] = sd / sqrt(2 pi)
    True
    """
    if analysis.psa is None or analysis.draws is None:
        raise HeconError("value of information needs a probabilistic analysis and its draws; run with draws")
    at = analysis.at_threshold()
    rows = evppi_ranking(analysis.psa, analysis.draws, analysis.wtp, analysis.perspective, effect=analysis.effect)
    known = analysis.book.parameters if analysis.book else {}
    return ValueOfInformation(
        float(at.evpi[0]), float(at.evpi_se[0]), tuple(rows), at.strategies[int(at.best[0])], at.draws,
        analysis.perspective, analysis.wtp, analysis.effect, analysis.money,
        {name: one.label or name for name, one in known.items()},
    )  # fmt: skip
