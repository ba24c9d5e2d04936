"""The inputs that move the result most, on the first sheet: of the stored one-way analysis, each a link to its row on Inputs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.input_cells import SHEET as INPUTS
from hecon.workbook.sheets.one_way_sheet import SHEET as ONE_WAY
from hecon.workbook.sheets.one_way_sheet import STALE, Tornado
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.inputs.book import Book

DRIVERS, _NO_SWING = 5, 1e-9  # inputs shown, and a swing that is none
_OUT_OF_DATE = "OUT OF DATE: these are of the inputs and choices as submitted"


def write_drivers(
    pen: Pen, sheet: Sheet, row: int, found: Tornado, book: "Book", rows: Mapping[str, int], changed: str, strategy: str
) -> int:
    """The table from `row` on; the row after it. `rows` are the inputs' rows on Inputs, `changed` is a formula above 0 while
    inputs or choices are not those of the analysis, `strategy` names what it compares, or is "" where that is clear.
    """
    names = [name for name in found.names if found.swing(name) > _NO_SWING][:DRIVERS]
    if not names:
        words = (
            "withheld: net benefit depends on what is withheld"
            if found.hidden
            else "no input has a range that moves it"
        )
        sheet.text(row, 0, f"Most influential inputs: {words}", "section")
        return row + 2
    versus = f": {strategy}" if strategy else ""
    sheet.text(row, 0, f"Most influential inputs, one at a time, stored (grey){versus}"[:110], "section")
    heads = ("No.", "Input (link)", " ", "Low", "High", "Net benefit at low", "Net benefit at high", "Provenance")
    sheet.heads(row + 1, heads, right=3)
    sheet.height(row + 1, 28.0)
    for k, name in enumerate(names):
        at = row + 2 + k
        sheet.number(at, 0, k + 1.0, "centre")
        place = f"internal:'{INPUTS}'!A{rows[name] + 1}"
        sheet.worksheet.write_url(at, 1, place, pen.format("static link"), found.labels[k][:70], name[:200])
        for column, value in enumerate((*found.bounds[k], *found.benefit[k]), start=3):
            sheet.number(at, column, float(value), "static" if column < 5 else "static money")
        sheet.text(at, 7, book.parameters[name].provenance, "static right")
    stale = f'IF({changed}+({absolute(ONE_WAY, *STALE)}<>"")>0,"{_OUT_OF_DATE}","")'
    sheet.formula(row + 2 + len(names), 1, stale, "", "banner")
    return row + 3 + len(names)
