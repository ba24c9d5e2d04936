"""Tables: the tables of the inputs side by side, with survivors where a formula asks for them."""

from collections.abc import Sequence

import numpy as np

from hecon.names import letters
from hecon.workbook.pages.page import absolute
from hecon.workbook.pages.table_cells import END, FIRST, SHEET, TableCells, TablesSheet, survivor_values
from hecon.workbook.xlsx.pen import Pen, Sheet

FLAG_ROW = 2


def write_tables_sheet(pen: Pen, tables: TablesSheet) -> None:
    """The sheet; tables that no formula reads are grey."""
    if not tables.cells:
        return
    sheet = pen.sheet(SHEET)
    sheet.head(
        "Tables", "Change the yellow cells; an index must rise. Survivors are computed from the table beside them."
    )
    for name, cells in tables.cells.items():
        _table(sheet, cells, name in tables.used)
        sheet.width(cells.column, cells.column + cells.width - 1, 13)
        sheet.width(cells.column + cells.width, cells.column + cells.width, 3)
    sheet.worksheet.freeze_panes(FIRST, 0)
    sheet.worksheet.repeat_rows(FIRST - 1)


def changed_flags(tables: TablesSheet) -> list[str]:
    """The cells that are 1 where a table that the model reads was changed."""
    return [absolute(SHEET, FLAG_ROW, cells.column + 1) for name, cells in tables.cells.items() if name in tables.used]


def blank_cells(tables: TablesSheet) -> str:
    """How many cells of the tables that the model reads hold no number."""
    spans = [
        (f"{SHEET}!${letters(cells.column)}${FIRST + 1}:${letters(cells.column + len(cells.table.columns))}${FIRST + cells.rows}",
         cells.rows * (1 + len(cells.table.columns)))
        for name, cells in tables.cells.items() if name in tables.used
    ]  # fmt: skip
    return "+".join(f"{count}-COUNT({span})" for span, count in spans) or "0"


def _table(sheet: Sheet, cells: TableCells, used: bool) -> None:
    table, style = cells.table, "input" if used else "static"
    sheet.text(FIRST - 3, cells.column, table.name, "bold")
    sheet.text(FIRST - 2, cells.column, "" if used else "not used by this model", "one line")
    sheet.text(FIRST - 1, cells.column, table.index_name, "head")
    years = f"{style}:0" if holds_years(table.index_name, table.index.tolist()) else style
    for r, x in enumerate(table.index):
        sheet.number(FIRST + r, cells.column, x, years)
    end = FIRST + cells.rows
    for name, values in table.columns.items():
        column = cells.at(name)
        sheet.text(FIRST - 1, column, name, "head")
        for r, x in enumerate(values):
            sheet.number(FIRST + r, column, x, style)
        sheet.text(end, column, END, "static")
    first, last = (f"{letters(cells.column)}{r}" for r in (end - 1, end))
    if used:
        corner = f"{letters(cells.column)}{FIRST + 1}:{letters(cells.column + len(table.columns))}{end}"
        whole = float(table.index.sum() + sum(values.sum() for values in table.columns.values()))
        sheet.text(FLAG_ROW, cells.column, "changed?", "one line")
        gap = f"SUM({corner})-({whole!r})"
        sheet.formula(FLAG_ROW, cells.column + 1, f"IF(ABS({gap})>1E-12*MAX(1,SUM({corner})),1,0)", 0.0, "count")
    step = table.index[-1] - table.index[-2] if cells.rows > 1 else 1.0
    text = f"{last}+({last}-{first})" if cells.rows > 1 else f"{last}+1"
    sheet.formula(end, cells.column, text, table.index[-1] + step, "static:0" if ":" in years else "static")
    for name, column in cells.survivors.items():
        _survivors(sheet, cells, name, column)


def holds_years(words: str, values: Sequence[float]) -> bool:
    """Whether numbers are calendar years, by their heading or unit: 2,010 is not how a year is written.

    >>> holds_years("year", [2010.0, 2011.0]), holds_years("age", [40.0]), holds_years("years", [2.0])
    (True, False, False)
    """
    return "year" in words.lower() and all(x == round(x) and 1800 <= x <= 2200 for x in values)


def _survivors(sheet: Sheet, cells: TableCells, name: str, column: int) -> None:
    """Survivors at each age and the share that lives through the year from it; nobody outlives the table by a year."""
    alive, stay = survivor_values(np.asarray(cells.table.columns[name]))
    sheet.text(FIRST - 1, column, f"alive, {name}", "head")
    sheet.text(FIRST - 1, column + 1, f"through the year, {name}", "head")
    own = letters(cells.at(name))
    for r, (a, s) in enumerate(zip(alive, stay, strict=True)):
        row = FIRST + r + 1
        up = f"{letters(column)}{row - 1}*{letters(column + 1)}{row - 1}"
        sheet.formula(FIRST + r, column, up if r else "1", a, "probability")
        sheet.formula(FIRST + r, column + 1, f"1-{own}{row}" if r < cells.rows else "0", s, "probability")
