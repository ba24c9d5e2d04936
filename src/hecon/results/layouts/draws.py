"""The layouts of whether there are enough draws."""

from hecon.analysis.voi.convergence import Convergence
from hecon.analysis.voi.until_stable import Growth
from hecon.grid import Column, Grid
from hecon.results.layouts.words import layout


@layout.register
def _(found: Convergence) -> Grid:
    """The Monte Carlo error of every figure, and how many draws the precision wanted would take."""
    columns = (
        Column("quantity", "Figure"), Column("strategy", "Strategy"), Column("estimate", "Estimate", 3),
        Column("se", "SE", 3), Column("within", "Within", 0), Column("needed", "Draws needed", 0),
    )  # fmt: skip
    rows = tuple((x.quantity, x.strategy, x.estimate, x.se, x.within, x.needed) for x in found.figures)
    note = f"Choosing the best of these means loses {found.mistake:,.1f} per patient on average."
    title = f"Monte Carlo errors after {int(found.draws[-1]):,} draws"
    return Grid("convergence", title, columns, rows, note)


@layout.register
def _(found: Growth) -> Grid:
    """The half-widths as draws grow, and whether they are stable at the end."""
    columns = (
        Column("draws", "Draws", 0), Column("inmb", "Half-width of INMB", 1), Column("evpi", "Half-width of EVPI", 1),
        Column("mistake", "Mistake", 1),
    )  # fmt: skip
    rows = tuple((x.draws, x.inmb, x.evpi, x.mistake) for x in found.steps)
    note = f"{'stable' if found.stable else 'NOT stable'} within {found.within:,.0f}"
    return Grid("growth", "95% half-widths as draws grow", columns, rows, note)
