"""The pictures of the hospital's side of paying and of payment by volume, on axes that are given."""

from typing import TYPE_CHECKING

from hecon.analysis.paying.hospital import CaseAccount
from hecon.analysis.paying.hospital_year import HospitalYear
from hecon.analysis.paying.working_capital import WorkingCapital
from hecon.figures.figure_style import thousands
from hecon.figures.hospital_figures import cash_figure, margin_figure, volume_figure, year_figure
from hecon.report.plots import bars, plot
from hecon.results.hospital_table import HospitalTable
from hecon.results.volume import VolumeTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@plot.register(HospitalTable)
def _(table: HospitalTable, ax: "Axes") -> None:
    margin_figure(table.margin, table.money, ax)


@plot.register(WorkingCapital)
def _(found: WorkingCapital, ax: "Axes") -> None:
    cash_figure(found.months, found.cash, found.money, ax)


@plot.register(HospitalYear)
def _(found: HospitalYear, ax: "Axes") -> None:
    year_figure(found.rows, found.money, ax)


@plot.register(CaseAccount)
def _(found: CaseAccount, ax: "Axes") -> None:
    bars(ax, [what for what, _ in found.lines], [amount.mean for _, amount in found.lines])
    ax.set_xlabel(f"Per infused case ({found.money})")
    thousands(ax.xaxis)


@plot.register(VolumeTable)
def _(table: VolumeTable, ax: "Axes") -> None:
    volume_figure(table.rows, table.money, ax)
