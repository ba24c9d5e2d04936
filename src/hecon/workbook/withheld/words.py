"""What a confidential workbook says of itself: a banner, grey where a number is not available, and on Checks what was withheld."""

from hecon.workbook.withheld.withheld import Withheld
from hecon.workbook.xlsx.pen import Pen, Sheet
from hecon.workbook.xlsx.styles import GREY

_HEADED = {"Cover": 2, "Results": 5}  # the row of the banner
_ABOVE = 4  # a free row above the checks


def write_banners(pen: Pen, withheld: Withheld) -> None:
    """The banner on Cover and Results, and grey for #N/A on every sheet with formulas."""
    grey = pen.workbook.add_format({"font_color": GREY})
    for sheet in pen.sheets:
        if sheet.name in _HEADED:
            sheet.text(_HEADED[sheet.name], 0, withheld.banner, "banner")
        worksheet = sheet.worksheet
        if worksheet.dim_rowmax is not None and any(
            hasattr(cell, "formula") for cells in worksheet.table.values() for cell in cells.values()
        ):
            rule = {"type": "errors", "format": grey}
            worksheet.conditional_format(0, 0, worksheet.dim_rowmax, worksheet.dim_colmax, rule)


def write_withheld(sheet: Sheet, row: int, withheld: Withheld) -> None:
    """On Checks, from a row: what was withheld, how that was tested, what is shown on request and what follows from it."""
    sheet.text(row, 0, "Withheld", "section")
    sheet.text(_ABOVE, 0, "Checks that are #N/A wait for what is withheld.", "one line")
    lines = [
        f"{name}: its value, range, distribution and note, and every number that depends on it"
        for name in withheld.names
    ]
    lines.append(
        "Tested when written: the files were written twice, the second time from other withheld values, and are the same"
        " to the byte."
    )
    for k, words in enumerate(lines, start=row + 1):
        sheet.text(k, 0, words)
    row += len(lines) + 2
    if not withheld.shown:
        sheet.text(row, 0, "Nothing that depends on them is shown on request.")
        return
    sheet.text(row, 0, "Shown on request, not live", "section")
    for k, (name, value) in enumerate(withheld.shown.items(), start=row + 1):
        sheet.text(k, 0, name)
        sheet.number(k, 2, value, "static money" if abs(value) >= 1000 else "static")
    row += len(withheld.shown) + 1
    for k, (name, why) in enumerate(withheld.implied.items(), start=row + 1):
        sheet.text(k, 0, f"{name} follows from {why}")
