"""One page on which to judge fitted survival curves: on Kaplan-Meier, by hazard, by log cumulative hazard, far out.

Four panels, as NICE's TSD 14 (Latimer 2013) and TSD 21 (Rutherford 2020) ask for before a curve is chosen.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.survival.compare import hazard_at, survival_at
from hecon.survival.data import SurvivalData
from hecon.survival.fit import CurveFit
from hecon.survival.kaplan_meier import KaplanMeier, kaplan_meier
from hecon.survival.small_cells import SMALL, followed_to, in_steps, told_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_OBSERVED = "#333333"
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c564b", "#7f7f7f")  # Okabe & Ito 2008
_DASHES = ("-", "--", "-.", ":")


def survival_page(
    data: SurvivalData,
    fits: Sequence[CurveFit],
    horizon: float,
    covariates: Mapping[str, float] | None = None,
    title: str = "",
    unit: str = "years",
) -> "Figure":
    """A figure of four panels for these data and fits; save it with figure.savefig("curves.png").

    The observed curve is that of all of `data`: with covariates in the fits, give the patients who have these values.
    It is drawn by a point for every 5 events, joined, to where 5 are still followed (`in_steps`): no patient can be told from it.
    `horizon` is the last time of the extrapolation, in the data's unit; the hazard panel stops at the end of follow-up.

    >>> from hecon.survival.data import survival_data
    >>> from hecon.survival.fit import fit_curve
    >>> data = survival_data([1, 2, 3, 5], [1, 1, 1, 0])
    >>> page = survival_page(data, [fit_curve(data, "exponential")], horizon=20)
    >>> [panel.get_title("left") for panel in page.axes]
    ['Fitted on Kaplan-Meier', 'Hazard', 'Log cumulative hazard', 'Extrapolation']
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 8.5), layout="constrained")
    panels = figure.subplots(2, 2).ravel()
    exact = kaplan_meier(data)
    observed, end = in_steps(exact), followed_to(exact) or horizon
    short = np.linspace(0, end, 400)[1:]
    first = float(observed.time[1] if observed.time.size > 1 else end / 100) / 2
    far = np.linspace(0, horizon, 600)

    def survival(fit: CurveFit, times: Array) -> Array:
        return survival_at(fit, times, covariates)

    def hazard(fit: CurveFit, times: Array) -> Array:
        return hazard_at(fit, times, covariates)

    def log_cumulative(fit: CurveFit, times: Array) -> Array:
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(-np.log(survival_at(fit, times, covariates))))

    _draw_observed(panels[0], observed, end, band=True)
    _draw_fits(panels[0], fits, np.append(0.0, short), survival)
    _label(panels[0], "Fitted on Kaplan-Meier", f"Time, {unit}", "Survival", top=1.02)

    top = _draw_hazard(panels[1], data, observed)
    _draw_fits(panels[1], fits, short, hazard)
    _label(panels[1], "Hazard", f"Time, {unit}", f"Events per patient and {unit.removesuffix('s')}", top=1.5 * top)

    inside = (observed.survival < 1) & (observed.survival > 0)
    steps = np.log(-np.log(observed.survival[inside]))
    panels[2].plot(observed.time[inside], steps, color=_OBSERVED, linewidth=1.2, label="Kaplan-Meier")
    _draw_fits(panels[2], fits, np.geomspace(first, end, 300), log_cumulative)
    panels[2].set_xscale("log")
    _label(panels[2], "Log cumulative hazard", f"Time, {unit} (log scale)", "log(-log survival)")

    _draw_observed(panels[3], observed, end, band=False)
    _draw_fits(panels[3], fits, far, survival)
    panels[3].axvline(end, color=_OBSERVED, linewidth=0.6, linestyle=":")
    panels[3].annotate(
        f"fewer than {SMALL} followed",
        (end, 0.97),
        xytext=(4, 0),
        textcoords="offset points",
        fontsize=7,
        color=_OBSERVED,
    )
    _label(panels[3], "Extrapolation", f"Time, {unit}", "Survival", top=1.02)

    lines, names = panels[0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=min(len(names), 5), frameon=False, fontsize=9)
    figure.suptitle(title or f"{told_count(data.n)} patients, {told_count(data.events)} events", fontsize=11)
    return figure


def _draw_observed(panel: "Axes", observed: KaplanMeier, end: float, band: bool) -> None:
    time, survival, se = (np.append(one, last) for one, last in (
        (observed.time, end), (observed.survival, observed.survival[-1]), (observed.se, observed.se[-1]),
    ))  # fmt: skip
    panel.plot(time, survival, color=_OBSERVED, linewidth=1.2, label="Kaplan-Meier")
    if band:
        low = np.clip(survival - 1.96 * se, 0, 1)  # drawn inside the axes only; no number is used
        high = np.clip(survival + 1.96 * se, 0, 1)
        panel.fill_between(time, low, high, color=_OBSERVED, alpha=0.12, linewidth=0)


def _draw_hazard(panel: "Axes", data: SurvivalData, observed: KaplanMeier) -> float:
    """Events per time at risk between some of the drawn times, as steps; the highest of them."""
    count = int(np.clip(np.sqrt(observed.events.sum()), 1, 12))
    edges = observed.time[np.unique(np.linspace(0, observed.time.size - 1, count + 1).astype(int))]
    if edges.size < 2:
        return 1.0
    spent = np.minimum(data.time, edges[1:, None]) - np.maximum(data.entry, edges[:-1, None])
    exposure = (data.weight * np.maximum(spent, 0)).sum(axis=1)
    inside = (data.time > edges[:-1, None]) & (data.time <= edges[1:, None])
    rate = (data.weight * data.event * inside).sum(axis=1) / exposure
    panel.stairs(rate, edges, baseline=None, color=_OBSERVED, linewidth=1.2)
    return float(rate.max())


def _draw_fits(
    panel: "Axes", fits: Sequence[CurveFit], times: Array, value: Callable[[CurveFit, Array], Array]
) -> None:
    for k, fit in enumerate(fits):
        panel.plot(
            times,
            value(fit, times),
            color=_COLOURS[k % len(_COLOURS)],
            linestyle=_DASHES[(k // len(_COLOURS)) % len(_DASHES)],
            linewidth=1.3,
            label=fit.family,
        )


def _label(panel: "Axes", title: str, x: str, y: str, top: float | None = None) -> None:
    panel.set_title(title, fontsize=10, loc="left")
    panel.set_xlabel(x, fontsize=9)
    panel.set_ylabel(y, fontsize=9)
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)
    if top is not None:
        panel.set_xlim(left=0)
        panel.set_ylim(0, top)
