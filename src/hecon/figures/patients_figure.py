"""The money per patient by how many are treated: a fan that narrows to the band of parameters alone."""

from typing import TYPE_CHECKING

from hecon.analysis.paying.patients_table import PatientsTable
from hecon.figures.figure_style import COLOURS, canvas, legend_below, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def patients_figure(table: PatientsTable, agreement: str = "", ax: "Axes | None" = None) -> "Figure":
    """Net payment per patient intended over N, of one agreement (the first if none is named): both bands, and the medians.

    >>> from hecon.analysis.paying.patients_table import Band, FewRow
    >>> rows = tuple(FewRow("a", "A", n, "net", Band(4.0, 5.0, 6.0, 5.0, 1.0), Band(0.0, 5.0, 9.0, 5.0, 2.0)) for n in (5, 10))
    >>> patients_figure(PatientsTable(rows, "cell", (5.0, 50.0, 95.0), None, "EUR 2023", 100)).axes[0].get_xlabel()
    'Patients intended to be treated'
    """
    name = agreement or table.agreements[0]
    rows = [row for row in table.rows if row.agreement == name and row.measure == "net"]
    figure, (axes,) = canvas(ax=ax)
    sizes = [row.patients for row in rows]
    inside = f"{table.levels[2] - table.levels[0]:g}% of draws"
    for colour, look, words in (
        (COLOURS[6], "chance", "with patients' chance"),
        (COLOURS[0], "parameters", "parameters alone"),
    ):
        bands = [getattr(row, look) for row in rows]
        lows, highs = ([getattr(one, end) / n for one, n in zip(bands, sizes, strict=True)] for end in ("low", "high"))
        axes.fill_between(sizes, lows, highs, color=colour, alpha=0.45, linewidth=0, label=f"{inside}, {words}")
    medians = [row.chance.median / row.patients for row in rows]
    axes.plot(
        sizes, medians, color="black", linewidth=1.2, marker="o", markersize=3.5, label="median with patients' chance"
    )
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{n:,}" for n in sizes])
    axes.minorticks_off()
    axes.set_xlabel("Patients intended to be treated")
    axes.set_ylabel(f"Net payment per patient ({table.money or 'currency units'})")
    thousands(axes.yaxis)
    legend_below(figure, [axes], f"{rows[0].label}. {table.sentence(sizes[0], name)}")
    return figure
