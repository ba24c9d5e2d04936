"""Links between the first sheet and all others."""

from hecon.workbook.xlsx.pen import Pen, Sheet


def write_links(pen: Pen, sheet: Sheet, row: int, last: int) -> int:
    """Links to all other sheets from a row on, up to the column `last`; the last row."""
    sheet.text(row, 0, "Sheets", "bold")
    column = 1
    for name in (one.name for one in pen.sheets if one is not sheet):
        wide = 1
        while wide < last and sum(sheet.widths[c] for c in range(column, min(column + wide, last + 1))) < len(name):
            wide += 1
        if column + wide > last + 1:
            row, column, wide = row + 1, 1, 1
        sheet.worksheet.write_url(row, column, f"internal:'{name}'!A1", pen.format("small link"), name)
        column += wide
    return row


def link_back(pen: Pen, first: str) -> None:
    """A link to the sheet `first` in the first row of every other sheet, right of its title."""
    for sheet in pen.sheets:
        if sheet.name == first:
            continue
        column, reached = 0, 0.0
        while reached < 1.75 * len(sheet.title) + 1:  # letters of a title are wider than a column counts
            reached += sheet.widths.get(column, 9.0)
            column += 1
        sheet.worksheet.write_url(
            0, column, f"internal:'{first}'!A1", pen.format("link"), first, "Back to the first sheet"
        )
