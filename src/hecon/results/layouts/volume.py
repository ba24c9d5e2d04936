"""The layout of payment by volume: ways of paying down, numbers of patients within each."""

from hecon.grid import Cell, Column, Grid
from hecon.results.layouts.words import layout, of_money
from hecon.results.volume import VolumeTable, told_cliffs


@layout.register
def _(table: VolumeTable) -> Grid:
    """A row per way of paying and number of patients; the note names the cliffs of all-unit tiers."""
    columns = (
        Column("terms", "Paid by"), Column("patients", "Patients a year", 0), Column("treated", "Treated", 1),
        Column("paid", f"Paid a year{of_money(table.money)}", 0), Column("each", "Per patient", 0),
        Column("rebate", "Equivalent rebate, %", 1), Column("icer", "ICER", 0), Column("inmb", "INMB per patient", 0),
        Column("p_loss", "P(INMB < 0)", 3),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.terms, row.patients, row.treated, row.paid, row.each, 100 * row.rebate, row.icer, row.inmb, row.p_loss)
        for row in table.rows
    )
    title = f"Payment by volume for {table.strategy} against {table.reference}, per patient intended"
    return Grid("volume", title, columns, rows, told_cliffs(table))
