"""Price against threshold: how much a product may cost, given what a unit of health is worth."""

from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.analysis.sensitivity.price import HELD, PriceTable
from hecon.digits import money_text
from hecon.figures.figure_style import canvas, legend_below, line, thousands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def price_figure(tables: "Sequence[PriceTable]", wtp: float | None, ax: "Axes | None" = None) -> "Figure":
    """A line per basis over the thresholds of `tables` (base case and PSA of one price); today's price and `wtp` dotted.

    Of prices with the other strategies held, those on the means alone are drawn.

    >>> from hecon.analysis.sensitivity.price import Price
    >>> rows = (Price("base case", 0.0, 10.0), Price("base case", 100.0, 60.0))
    >>> table = PriceTable(rows, "price", "drug", ("none",), 50.0, "closed form", "payer", "qaly", "USD 2020")
    >>> price_figure([table], 50).axes[0].get_ylabel()
    'Highest cost-effective price (USD 2020)'
    """
    figure, (axes,) = canvas(ax=ax)
    first = tables[0]
    bases = list(dict.fromkeys(row.basis for table in tables for row in table.rows if is_drawn(row.basis)))
    for k, basis in enumerate(bases):
        rows = sorted((row for t in tables for row in t.rows if row.basis == basis), key=lambda row: row.wtp)
        prices = [np.nan if row.price is None else row.price for row in rows]
        axes.plot([row.wtp for row in rows], prices, **line(k), label=basis)
    axes.axhline(first.current, color="black", linestyle=":", linewidth=1)
    if wtp is not None:
        axes.axvline(wtp, color="black", linestyle=":", linewidth=1)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    money = first.currency or "currency units"
    axes.set_xlabel(f"Threshold ({money} per {effect_word(first.effect)})")
    axes.set_ylabel(f"Highest cost-effective price ({money})")
    thousands(axes.xaxis)
    thousands(axes.yaxis)
    note = f"{first.lever}: {first.strategy} against {', '.join(first.against)}, {first.perspective} perspective. "
    dotted = "" if wtp is None else f", threshold {money_text(wtp)}"
    note = f"{note}Dotted: price {money_text(first.current)}{dotted}. {first.note}".rstrip()
    legend_below(figure, [axes], note)
    return figure


def is_drawn(basis: str) -> bool:
    """Whether a picture shows prices on this basis: all but the chances with other strategies held.

    >>> is_drawn("base case, others held"), is_drawn("P(cost-effective) = 0.5, others held")
    (True, False)
    """
    return not (basis.startswith("P(") and basis.endswith(HELD))
