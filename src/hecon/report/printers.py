"""How a result is printed: its layout as plain text, as HTML and as a pandas table, and its picture on axes."""

from typing import TYPE_CHECKING, Any

from hecon.grid import plain_text, to_frame
from hecon.report.html.parts import paragraph, table
from hecon.results.layouts.layout import layout

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def text(result: Any) -> str:
    """The layout in plain text: means without their intervals, the note below.

    >>> from hecon.analysis.cost_effectiveness.net_benefit import net_benefit
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> print(text(net_benefit(from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), 10, "payer")))
    Strategy  NMB    NHB  Best
    a           9  0.900
    b          17  1.700  best
    """
    return plain_text(layout(result))


def html(result: Any) -> str:
    """The layout as an HTML table under its title, with the note below.

    >>> from hecon.analysis.cost_effectiveness.net_benefit import net_benefit
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> found = html(net_benefit(from_totals(("a<b",), [[1.0]], [[1.0]]), 10, "payer"))
    >>> "Net benefit at 10 per QALY" in found, "<td>a&lt;b</td>" in found
    (True, True)
    """
    grid = layout(result)
    return table(grid) or paragraph(f"{grid.title}: {grid.note or 'nothing to show'}")


def frame(result: Any) -> "pd.DataFrame":
    """The layout as a pandas table, numbers in full, an interval as two more columns.

    >>> from hecon.analysis.cost_effectiveness.net_benefit import net_benefit
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> frame(net_benefit(from_totals(("a",), [[1.0]], [[1.0]]), 10, "payer")).columns.tolist()
    ['strategy', 'nmb', 'nhb', 'best']
    """
    return to_frame(layout(result))


def draw(result: Any, ax: "Axes | None", **choices: Any) -> "Axes":
    """The picture of a result on `ax`, or on new axes of pyplot.

    Raises:
        HeconError: a kind without a picture; a choice that is open.

    >>> from hecon.analysis.cost_effectiveness.net_benefit import net_benefit
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.figures.figure_style import canvas
    >>> _, (ax,) = canvas()
    >>> draw(net_benefit(from_totals(("a",), [[1.0]], [[1.0]]), 10, "payer"), ax) is ax
    True
    """
    from hecon.report import hospital_plots as hospital_plots  # each registers its own
    from hecon.report import paying_plots as paying_plots  # registers them
    from hecon.report import value_plots as value_plots
    from hecon.report.plots import plot

    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(7, 4.4), layout="constrained")
    plot(result, ax, **choices)
    return ax
