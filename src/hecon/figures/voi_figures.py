"""Figures of the value of information: parameters ranked, fits to be judged by eye, studies by size, their net benefit.

All per patient unless the axis says otherwise; error bars and bands are 95% Monte Carlo intervals.
"""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.voi.convergence import Z
from hecon.analysis.voi.evppi_result import Evppi
from hecon.analysis.voi.evsi import EvsiCurve
from hecon.analysis.voi.population import NetBenefitOfSampling
from hecon.digits import money_text
from hecon.figures.figure_style import COLOURS, MARKERS, canvas, legend_below, line, thousands, tick_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 15  # parameters of the ranking

_STUDY = 90  # letters of a study's design that a note has room for


def evppi_figure(
    found: Sequence[Evppi],
    evpi: float,
    money: str,
    labels: Mapping[str, str] | None = None,
    groups: Mapping[tuple[str, ...], str] | None = None,
    ax: "Axes | None" = None,
) -> "Figure":
    """EVPPI of each (at most 15, the highest first) with its 95% interval; EVPI as a line; refused ones are left out.

    `labels` name parameters for people, `groups` name parameters valued together.

    >>> from hecon.analysis.voi.fit_check import Cells, FitCheck
    >>> check = FitCheck("spline", (2.0,), (0.5,), (0.0,), "", Cells(*(np.zeros((1, 1)),) * 4))
    >>> figure = evppi_figure([Evppi(("p_die",), 1e4, 50.0, 5.0, 0.0, check)], 80.0, "USD 2020", {"p_die": "death"})
    >>> figure.axes[0].get_xlabel(), figure.axes[0].get_yticklabels()[0].get_text()
    ('EVPPI per patient (USD 2020)', 'death')
    """
    kept = [one for one in found if one.value is not None]
    shown = [one for k, one in enumerate(kept[:SHOWN]) if k < 5 or one.estimate > 5e-4 * evpi]
    figure, (axes,) = canvas(height=1.6 + 0.33 * max(len(shown), 1), ax=ax)
    rows = np.arange(len(shown))
    values = np.array([one.estimate for one in shown])
    errors = Z * np.array([one.se for one in shown])
    axes.barh(rows, values, height=0.62, color=COLOURS[0], edgecolor="white", label="EVPPI")
    axes.errorbar(values, rows, xerr=errors, fmt="none", ecolor="black", elinewidth=1, capsize=2.5)
    axes.axvline(evpi, color="black", linestyle="--", linewidth=1, label=f"EVPI {money_text(evpi)}")
    for row, one, error in zip(rows, shown, errors, strict=True):
        text = money_text(max(one.estimate, 0.0))
        axes.annotate(
            text, (max(one.estimate, 0) + error, row), (5, 0), textcoords="offset points", va="center", fontsize=8
        )
    known, named = labels or {}, groups or {}
    words = [named.get(one.parameters) or " + ".join(known.get(n) or n for n in one.parameters) for one in shown]
    axes.set_yticks(rows, [tick_label(text) for text in words])
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.set_xlabel(f"EVPPI per patient ({money})")
    thousands(axes.xaxis)
    axes.grid(axis="y", visible=False)
    left = len(kept) - len(shown)
    note = "Bars: 95% Monte Carlo intervals." + (f" {left} lower ones not shown." if left else "")
    refused = len(found) - len(kept)
    legend_below(figure, [axes], note + (f" {refused} refused for a poor fit." if refused else ""))
    return figure


def fit_figure(
    found: Sequence[Evppi],
    strategies: Sequence[str],
    best: int,
    money: str,
    labels: Mapping[str, str] | None = None,
    groups: Mapping[tuple[str, ...], str] | None = None,
) -> "Figure":
    """How well conditional means were fitted: of up to 6 parameters or groups, cell means seen and fitted.

    `strategies` are all strategies' labels and `best` the position of the one best on average, from which increments
    are taken; `labels` and `groups` as in `evppi_figure`. Of a group, the fitted mean itself is on the x-axis, and
    points should lie on the diagonal.

    >>> from hecon.analysis.voi.fit_check import Cells, FitCheck
    >>> check = FitCheck("spline", (2.0,), (0.5,), (0.0,), "", Cells(*(np.zeros((1, 3)),) * 4))
    >>> fit_figure([Evppi(("p_die",), 1e4, 50.0, 5.0, 0.0, check)], ["a", "b"], 0, "USD").axes[0].get_xlabel()
    'p_die'
    """
    shown = list(found)[:6]
    columns = min(len(shown), 2)
    figure, panels = canvas(-(-len(shown) // columns), columns)
    others = [name for k, name in enumerate(strategies) if k != best]
    names, known = labels or {}, groups or {}
    for panel, one in zip(panels, shown, strict=False):
        cells = one.check.cells
        for k, label in enumerate(others):
            panel.errorbar(
                cells.x[k], cells.seen[k], yerr=2 * cells.se[k], fmt=MARKERS[k % 6], color=COLOURS[k % 7], markersize=3,
                elinewidth=0.8, label=f"{label}, seen",
            )  # fmt: skip
            order = np.argsort(cells.x[k])
            panel.plot(cells.x[k][order], cells.fitted[k][order], **line(k), label=f"{label}, fitted")
        panel.axhline(0, color="0.5", linewidth=0.8)
        group = len(one.parameters) > 1
        title = known.get(one.parameters) or " + ".join(names.get(name) or name for name in one.parameters)
        panel.set_xlabel("Fitted mean" if group else one.parameters[0])
        panel.set_title(tick_label(title) + (": REFUSED" if one.check.poor else ""), fontsize=8.5)
        panel.set_ylabel(f"INMB ({money})")
        thousands(panel.yaxis)
        if group:
            thousands(panel.xaxis)
            panel.tick_params(axis="x", labelrotation=20)
    for panel in panels[len(shown) :]:
        panel.set_visible(False)
    note = f"INMB over {strategies[best]}. Points: means of the draws in a cell, with 2 standard errors."
    legend_below(figure, panels[: len(shown)], note)
    return figure


def evsi_figure(curve: EvsiCurve, evpi: float | None, money: str, ax: "Axes | None" = None) -> "Figure":
    """EVSI against sample size with its 95% band; the most it could reach (EVPPI) and EVPI as lines.

    >>> from hecon.analysis.voi.evsi import evsi
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> p = np.random.default_rng(1).beta(4, 6, 500)
    >>> psa = from_totals(("a", "b"), [0 * p, 9000 - 20000 * p], np.zeros((2, 500)))
    >>> curve = evsi(psa, {"p": p}, "binomial(p)", [5, 20], 0, "payer")
    >>> evsi_figure(curve, 783.0, "USD").axes[0].get_ylabel()
    'Value per patient (USD)'
    """
    figure, (axes,) = canvas(ax=ax)
    kept = np.array([why == "" for why in curve.refused])
    sizes = np.array(curve.sizes)
    values = np.where(kept, curve.estimates, np.nan)
    half = Z * curve.se
    axes.fill_between(sizes, values - half, values + half, color="0.85", linewidth=0, label="95% interval")
    axes.plot(sizes, values, **line(0), marker="o", markersize=3.5, label="EVSI")
    if curve.perfect.value is not None:
        axes.axhline(curve.perfect.value, **line(1), linewidth=1.2, label="EVPPI of what is measured")
    near = evpi is None or evpi < 2 * max(curve.perfect.estimate, float(np.nanmax(values, initial=0.0)))
    if evpi is not None and near:
        axes.axhline(evpi, color="black", linestyle=":", linewidth=1.2, label="EVPI")
    axes.set_ylim(bottom=min(0.0, float(np.nanmin(np.append(values - half, 0.0)))))
    axes.set_xlim(0, float(sizes[-1]))
    axes.set_xlabel("Patients in each arm" if len(curve.study.arms) > 1 else "Patients in the study")
    axes.set_ylabel(f"Value per patient ({money})")
    thousands(axes.xaxis)
    thousands(axes.yaxis)
    note = f"{shorten(curve.study.text, _STUDY, placeholder=' ...')}; method: {curve.method}." + (
        "" if evpi is None or near else f" EVPI {money_text(evpi)}."
    )
    legend_below(figure, [axes], note + ("" if kept.all() else " Sizes with a poor fit are left out."))
    return figure


def enbs_figure(found: NetBenefitOfSampling, arms: int, money: str, ax: "Axes | None" = None) -> "Figure":
    """Expected net benefit of sampling against sample size, for the whole population, with its 95% band and best size.

    >>> two = NetBenefitOfSampling((10, 20), np.array([5e6, 6e6]), np.zeros(2), np.zeros(2), np.zeros(2))
    >>> enbs_figure(two, 1, "USD").axes[0].get_ylabel()
    'Net benefit of sampling, population (million USD)'
    """
    figure, (axes,) = canvas(ax=ax)
    sizes, values, half = np.array(found.sizes), found.values / 1e6, Z * found.se / 1e6
    axes.fill_between(sizes, values - half, values + half, color="0.85", linewidth=0, label="95% interval")
    axes.plot(sizes, values, **line(0), label="ENBS")
    axes.axhline(0, color="0.4", linewidth=0.8)
    if found.best:
        axes.axvline(found.best, color="black", linestyle=":", linewidth=1.2, label=f"best: {found.best:,} patients")
    axes.set_xlim(0, float(sizes[-1]))
    axes.set_xlabel("Patients in each arm" if arms > 1 else "Patients in the study")
    axes.set_ylabel(f"Net benefit of sampling, population (million {money})")
    thousands(axes.xaxis)
    legend_below(figure, [axes])
    return figure
