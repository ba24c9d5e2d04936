"""Figures of decision uncertainty beside the acceptability curves: expected loss with EVPI, and running estimates.

Expected loss has a logarithmic axis, so that small differences near a change of decision can be read.
"""

from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.acceptability import Acceptability
from hecon.analysis.voi.convergence import Convergence, Z
from hecon.digits import money_text
from hecon.figures.figure_style import MARKERS, canvas, legend_below, line, thousands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure


def expected_loss_figure(curves: Acceptability, labels: "Sequence[str]", wtp: float, money: str, per: str) -> "Figure":
    """Expected loss of choosing each strategy over thresholds; the lowest of them is the EVPI, a wide grey band.

    `money` is currency and year, `per` the unit of effect.

    >>> from hecon.analysis.cost_effectiveness.acceptability import acceptability
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> psa = from_totals(("a", "b"), [[0.0, 0.0], [50.0, 50.0]], [[0.0, 0.0], [0.0, 1.0]])
    >>> figure = expected_loss_figure(acceptability(psa, [10, 20, 80], "payer"), ["A", "B"], 20, "USD 2020", "QALY")
    >>> figure.axes[0].get_ylabel(), figure.axes[0].get_yscale()
    ('Expected loss per patient (USD 2020)', 'log')
    """
    figure, (axes,) = canvas()
    floor = float(curves.elc.max()) * 1e-5 or 1.0
    axes.plot(
        curves.wtp, np.where(curves.evpi > floor, curves.evpi, np.nan), color="0.8", linewidth=7, zorder=1, label="EVPI"
    )
    for k, label in enumerate(labels):
        loss = np.where(curves.elc[k] > floor, curves.elc[k], np.nan)
        axes.plot(
            curves.wtp, loss, **line(k), marker=MARKERS[k % 6], markevery=(10 + 5 * k, 40), markersize=4, label=label
        )
    axes.axvline(wtp, color="black", linestyle=":", linewidth=1)
    axes.set_yscale("log")
    axes.set_xlim(float(curves.wtp[0]), float(curves.wtp[-1]))
    axes.set_xlabel(f"Willingness to pay ({money} per {per})")
    axes.set_ylabel(f"Expected loss per patient ({money})")
    thousands(axes.xaxis)
    axes.yaxis.set_major_formatter("{x:,.0f}" if floor >= 0.1 else "{x:g}")
    legend_below(figure, [axes], f"{curves.draws:,} draws. Dotted: threshold {money_text(wtp)}.")
    return figure


def running_figure(found: Convergence, labels: "Sequence[str]", within: float | None, money: str) -> "Figure":
    """Running mean of each INMB with its 95% band, and of EVPI, against the number of draws; `within` as grey lines.

    >>> from hecon.analysis.voi.convergence import convergence
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> rng = np.random.default_rng(1)
    >>> psa = from_totals(("a", "b"), rng.normal(size=(2, 200)), np.zeros((2, 200)))
    >>> [one.get_ylabel() for one in running_figure(convergence(psa, 1.0, "payer", "a"), "ab", None, "USD").axes]
    ['INMB (USD)', 'EVPI (USD)']
    """
    figure, (upper, lower) = canvas(2, 1)
    base = found.strategies.index(found.reference)
    for k, label in enumerate(labels):
        if k == base:
            continue
        half = Z * found.inmb_se[k]
        upper.fill_between(found.draws, found.inmb[k] - half, found.inmb[k] + half, color="0.88", linewidth=0)
        upper.plot(found.draws, found.inmb[k], **line(k), label=label)
        if within is not None:
            for side in (-within, within):
                upper.axhline(found.inmb[k, -1] + side, color="0.55", linewidth=0.7)
    most = 2.5 * float((Z * found.inmb_se[:, len(found.draws) // 10]).max())
    settled = np.delete(found.inmb, base, axis=0)[:, len(found.draws) // 10 :]
    low, high = float(settled.min()), float(settled.max())
    upper.set_ylim(low - most, high + most)
    lower.plot(found.draws, found.evpi, **line(len(labels)), label="EVPI")
    lower.set_ylim(bottom=0)
    upper.set_ylabel(f"INMB ({money})")
    lower.set_ylabel(f"EVPI ({money})")
    for panel in (upper, lower):
        panel.set_xlim(0, float(found.draws[-1]))
        panel.set_xlabel("Draws")
        thousands(panel.xaxis)
        thousands(panel.yaxis)
    note = f"INMB over {labels[base]}. Bands: 95% Monte Carlo intervals of independent draws."
    legend_below(figure, [upper, lower], note + ("" if within is None else f" Grey lines: +/- {money_text(within)}."))
    return figure
