"""Figures of paying for a product: agreements by what is paid, and the cash of each by period."""

from typing import TYPE_CHECKING

from hecon.analysis.paying.agreement_table import AgreementTable
from hecon.analysis.paying.cash_flow import CashFlow
from hecon.digits import money_text
from hecon.figures.figure_style import COLOURS, HATCHES, canvas, legend_below, point, thousands, tick_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST = 6  # agreements that a figure of cash has room for


def agreement_figure(table: AgreementTable, ax: "Axes | None" = None) -> "Figure":
    """The payer's discounted payment under each agreement, with its 95% interval over the draws; the list price dotted.

    >>> agreement_figure(AgreementTable((), "own", 1.0, 100.0, "cell", "usual", "payer", 1.0, "EUR 2023", 1)).axes[0].get_xlabel()
    'Payer pays per patient intended (EUR 2023)'
    """
    figure, (axes,) = canvas(height=max(2.4, 0.5 * len(table.rows) + 1.4), ax=ax)
    for k, row in enumerate(table.rows):
        limits = None if row.low is None or row.high is None else [[row.paid - row.low], [row.high - row.paid]]
        axes.errorbar([row.paid], [k], xerr=limits, **point(0, 6), elinewidth=1.2, capsize=3)
    axes.axvline(table.list_price, color="black", linestyle=":", linewidth=1)
    axes.set_yticks(range(len(table.rows)), [tick_label(row.label) for row in table.rows])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"Payer pays per patient intended ({table.money or 'currency units'})")
    thousands(axes.xaxis)
    prices = "Prices scaled to equal expected payment. " if table.at == "equal" else "At their own prices. "
    dotted = f"Dotted: list price {money_text(table.list_price)}."
    drawn = f"Mean and 95% interval over {table.draws:,} draws" if table.draws > 1 else "Base case"
    note = f"{prices}{drawn}, discounted. {dotted}"
    legend_below(figure, [axes], note)
    return figure


def cash_figure(flow: CashFlow, ax: "Axes | None" = None) -> "Figure":
    """Bars of what payer and manufacturer pay and receive in each period, and the line of what is still owed when it ends.

    One picture for each agreement; of more than six rows, for the first six after the model's own way of paying; on axes that are
    given, the last agreement alone.

    >>> cash_figure(CashFlow((), "year", None, "cell", "EUR 2023", 1)).axes[0].get_ylabel()
    'EUR 2023'
    """
    every = list(dict.fromkeys(row.agreement for row in flow.rows)) or [""]
    names = every[-1:] if ax is not None else every if len(every) <= _MOST else every[1 : _MOST + 1]
    rows = -(-len(names) // 2) if len(names) > 1 else 1
    figure, several = canvas(rows, 2 if len(names) > 1 else 1, height=3.6, share=True, ax=ax)
    for axes, name in zip(several, names, strict=False):
        mine = [row for row in flow.rows if row.agreement == name]
        periods = [row.period for row in mine]
        for k, party in enumerate(("payer", "manufacturer")):
            values = [getattr(row, party).mean for row in mine]
            axes.bar(periods, values, width=0.62, color=COLOURS[k], hatch=HATCHES[k], edgecolor="white", label=party)
        axes.plot(
            periods, [row.owed.mean for row in mine], color="black", marker="o", markersize=3, label="owed at its end"
        )
        axes.axhline(0, color="0.3", linewidth=0.8)
        axes.set_title(tick_label(name), fontsize=8.5)
        axes.set_xlabel(flow.by.capitalize())
        axes.set_ylabel(flow.money or "currency units")
        axes.tick_params(labelbottom=True)
        thousands(axes.yaxis)
    for axes in several[len(names) :]:
        axes.set_visible(False)
    who = "Per patient intended" if flow.enrolment is None else f"For {flow.enrolment:,.10g} patients a year"
    drawn = f"means over {flow.draws:,} draws" if flow.draws > 1 else "base case"
    left = [name for name in every if name not in names]
    more = f" Not drawn: {', '.join(left)}." if left and ax is None else ""
    legend_below(figure, several[:1], f"{who}, undiscounted, {drawn}.{more}")
    return figure
