"""The pictures of the value of information, of outcomes and of whole runs, on axes that are given."""

from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.paying.patients_table import PatientsTable
from hecon.analysis.voi.evppi_result import Evppi
from hecon.analysis.voi.evsi import EvsiCurve
from hecon.analysis.voi.population import NetBenefitOfSampling
from hecon.analysis.voi.research import ResearchDecision
from hecon.errors import HeconError
from hecon.figures.figure_style import thousands
from hecon.figures.patients_figure import patients_figure
from hecon.figures.plane_figure import plane_figure
from hecon.figures.voi_figures import enbs_figure, evppi_figure, evsi_figure
from hecon.outcomes import Outcomes
from hecon.report.plots import bars, plot
from hecon.results.analysis import Analysis
from hecon.results.value import ValueOfInformation

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@plot.register(Evppi)
def _(one: Evppi, ax: "Axes") -> None:
    bars(ax, [" + ".join(one.parameters)], [np.nan if one.value is None else one.value])
    ax.set_xlabel(f"EVPPI per patient at {one.wtp:,.0f}")


@plot.register(ValueOfInformation)
def _(found: ValueOfInformation, ax: "Axes") -> None:
    evppi_figure(found.rows, found.evpi, found.money, found.labels, ax=ax)


@plot.register(EvsiCurve)
def _(curve: EvsiCurve, ax: "Axes") -> None:
    evsi_figure(curve, None, "currency units", ax)


@plot.register(NetBenefitOfSampling)
def _(found: NetBenefitOfSampling, ax: "Axes") -> None:
    enbs_figure(found, 1, "currency units", ax)


@plot.register(PatientsTable)
def _(table: PatientsTable, ax: "Axes", agreement: str = "") -> None:
    """The fan of one agreement over the number of patients."""
    patients_figure(table, agreement, ax)


@plot.register(ResearchDecision)
def _(found: ResearchDecision, ax: "Axes") -> None:
    bars(ax, list(found.values), list(found.values.values()))
    ax.set_xlabel("Net benefit over rejecting outright, for the population")
    thousands(ax.xaxis)


@plot.register(Outcomes)
def _(outcomes: Outcomes, ax: "Axes", perspective: str = "") -> None:
    """Mean cost of each strategy under a perspective."""
    if not perspective:
        raise HeconError(f"give perspective= ({', '.join(outcomes.perspectives)}): outcomes alone have none")
    bars(ax, list(outcomes.labels), outcomes.cost(perspective).mean(axis=1).tolist())
    ax.set_xlabel(f"Cost per patient, {perspective} perspective")
    thousands(ax.xaxis)


@plot.register(Analysis)
def _(analysis: Analysis, ax: "Axes") -> None:
    """The cost-effectiveness plane."""
    plane_figure(analysis.base, analysis.psa, **analysis.reading, ax=ax)
