"""The layout of the decision to approve or to wait for research under each agreement."""

from hecon.analysis.paying.research import ResearchByAgreement
from hecon.grid import ROOMY, Cell, Column, Grid
from hecon.results.layouts.words import layout, of_money


@layout.register
def _(table: ResearchByAgreement) -> Grid:
    """A row per way of paying, a column per answer."""
    answers = [one for one in table.answers if one != "reject"]
    columns = (
        Column("agreement", "Agreement"), Column("label", "Label", media=ROOMY), Column("inmb", "INMB per patient", 0),
        Column("evsi", "EVSI per patient", 0), Column("size", "Study's size", 0),
        *(Column(one.replace(" ", "_"), one.capitalize(), 0) for one in answers), Column("best", "Best"),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.agreement, row.label, row.inmb, row.evsi, row.size, *(row.values[one] for one in answers), row.best)
        for row in table.rows
    )
    title = f"To approve {table.strategy} or to wait for research{of_money(table.money)}"
    return Grid("research_by_agreement", title, columns, rows, "over rejecting outright, for the population")
