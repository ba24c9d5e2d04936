"""The pictures of paying for a product, on axes that are given."""

from typing import TYPE_CHECKING

from hecon.analysis.paying.agreement_table import AgreementTable
from hecon.analysis.paying.cash_flow import CashFlow
from hecon.figures.paying_figures import agreement_figure, cash_figure
from hecon.report.plots import plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@plot.register(AgreementTable)
def _(table: AgreementTable, ax: "Axes") -> None:
    agreement_figure(table, ax)


@plot.register(CashFlow)
def _(flow: CashFlow, ax: "Axes") -> None:
    cash_figure(flow, ax)
