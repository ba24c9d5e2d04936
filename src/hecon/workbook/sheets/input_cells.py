"""Where each input stands on the Inputs sheet: one row each, in columns that bear the names of parameters.csv."""

from hecon.workbook.pages.page import letters

SHEET = "Inputs"
COLUMNS = (
    "name", "label", "live", "value", "low", "high", "distribution", "par1", "par2", "unit", "source", "provenance",
    "original value", "changed?", "group", "correlation_group", "price_year", "currency", "mean_differs", "support", "note",
    "valid?", "distribution changed?",
)  # fmt: skip
FIRST = 6  # the first row of inputs, counted from 0
NAME, LABEL, LIVE, BASE, LOW, HIGH = range(6)
ORIGINAL, CHANGED = COLUMNS.index("original value"), COLUMNS.index("changed?")
VALID, SPREAD_CHANGED = COLUMNS.index("valid?"), COLUMNS.index("distribution changed?")


def column_range(column: int, count: int) -> str:
    """All rows of one column.

    >>> column_range(NAME, 3)
    'Inputs!$A$7:$A$9'
    """
    return f"{SHEET}!${letters(column)}${FIRST + 1}:${letters(column)}${FIRST + count}"


def cell(column: int, place: int) -> str:
    """The cell of the input at a place (from 0) in one column.

    >>> cell(LIVE, 0)
    'Inputs!$C$7'
    """
    return f"{SHEET}!${letters(column)}${FIRST + place + 1}"
