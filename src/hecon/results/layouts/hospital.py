"""The layouts of the hospital's side: cases by kind, an average case line by line, cash by month."""

from hecon.analysis.paying.hospital import CaseAccount
from hecon.analysis.paying.hospital_year import HospitalYear
from hecon.analysis.paying.working_capital import WorkingCapital
from hecon.digits import money_text
from hecon.grid import Cell, Column, Grid
from hecon.results.hospital_table import HospitalTable
from hecon.results.layouts.words import layout, of_money, thinned

_MONTHS = 14  # that are printed


@layout.register
def _(table: HospitalTable) -> Grid:
    """A row per kind of case; the note has the number of patients and draws."""
    money = of_money(table.money)
    columns = (
        Column("group", "Cases"), Column("share", "% of those intended", 1), Column("margin", f"Margin{money}", 0),
        Column("p_loss", "P(loss)", 3), Column("p_5", "5th percentile", 0), Column("p_50", "50th", 0), Column("p_95", "95th", 0),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.group, 100 * row.share, row.margin, row.p_loss, row.p_5, row.p_50, row.p_95) for row in table.rows
    )
    draws = f"{table.draws:,} draws" if table.draws > 1 else "the base case"
    note = (
        f"{table.patients:,} patients in each of {draws}"
        if table.draws > 1
        else f"{table.patients:,} patients of {draws}"
    )
    paid = f", paid under the agreement {table.agreement}" if table.agreement else ""
    return Grid("hospital", f"What a case of {table.strategy} leaves the hospital{paid}", columns, rows, note)


@layout.register
def _(found: CaseAccount) -> Grid:
    """What comes in and what goes out, a line each."""
    columns = (Column("line", "Line"), Column("amount", f"Per infused case{of_money(found.money)}", 0))
    return Grid("hospital_case", "An infused case on average", columns, tuple(found.lines))


@layout.register
def _(found: HospitalYear) -> Grid:
    """A row per number of patients."""
    columns = (
        Column("cases", "Patients intended", 0), Column("margin", f"Margin of a year{of_money(found.money)}", 0),
        Column("p_loss", "P(loss)", 3), Column("p_5", "5th percentile", 0), Column("p_50", "50th", 0), Column("p_95", "95th", 0),
    )  # fmt: skip
    rows = tuple((row.cases, row.margin, row.p_loss, row.p_5, row.p_50, row.p_95) for row in found.rows)
    return Grid("hospital_year", "A year by the number of patients", columns, rows)


@layout.register
def _(found: WorkingCapital) -> Grid:
    """The hospital's cash after each month, and what each party received so far, per patient intended."""
    so_far = found.parties.cumsum(axis=1).mean(axis=2)
    others = [k for k, name in enumerate(found.names) if name != "hospital" and found.parties[k].any()]
    columns = (
        Column("month", "Months since treatment", 0), Column("cash", f"Hospital's cash{of_money(found.money)}", 0),
        *(Column(found.names[k].replace(" ", "_"), found.names[k].capitalize(), 0) for k in others),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (month, cash, *so_far[others, month].tolist()) for month, cash in zip(found.months, found.cash, strict=True)
    )
    note = f"for each case a year the hospital waits for {money_text(found.owed.mean)} on average"
    title = "Cash per patient intended: received so far, below 0 paid"
    return Grid("hospital_cash", title, columns, rows, note, thinned(len(rows), _MONTHS))
