"""Checks: what must hold whatever is typed, each with its live number, its limit and green or red, counted at the top."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hecon.arrays import Array
from hecon.names import letters
from hecon.workbook.pages.beyond import NOT_REACHED
from hecon.workbook.pages.page import Source
from hecon.workbook.sheets.check_rows import check_rows
from hecon.workbook.sheets.input_cells import NAME as NAME_COLUMN
from hecon.workbook.sheets.input_cells import cell
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.withheld.words import write_withheld
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin
    from hecon.workbook.sheets.scenario_plan import ScenarioPlan
    from hecon.workbook.withheld.withheld import Withheld

SHEET = "Checks"
FIRST = 7
_MISSED = "not reached within the horizon"
FAILED, IN_ERROR = "$C$4", "$D$4"  # how many checks fail, how many end in an error
NAME, MOVED = 6, 7  # columns of the inputs' names in their order, and of a 1 where another name stands in that row
_HEADS = ("Check", "Where", "Value", "Limit", "Holds (1)", "")


def write_checks(
    pen: Pen,
    twin: "Twin",
    plan: ResultsPlan,
    values: Mapping[Source, Array],
    unchanged: str,
    withheld: "Withheld | None" = None,
    scenarios: "ScenarioPlan | None" = None,
) -> tuple[int, str]:
    """The sheet; `unchanged` is a condition that holds while inputs and Control stand as submitted. Returns how many fail
    and, in words, how many hold.

    Stored results that depend on what is `withheld` are left out, and what was withheld is told at the end.
    """
    sheet = pen.sheet(SHEET)
    rows = check_rows(twin, plan, values, unchanged, withheld, scenarios)
    last = FIRST + len(rows)
    sheet.text(0, 0, "Checks", "title")
    span = f"$E${FIRST + 1}:$E${last}"
    passed, missed = sum(row.holds == 1 for row in rows), sum(row.holds == "" for row in rows)
    counted = f'COUNTIF($C${FIRST + 1}:$C${last},"{NOT_REACHED}")'
    text = f'COUNTIF({span},1)&" of {len(rows)} checks hold"&IF({counted}>0,"; "&{counted}&" {_MISSED}","")'
    held = f"{passed} of {len(rows)} checks hold" + (f"; {missed} {_MISSED}" if missed else "")
    sheet.formula(2, 0, text, held, "bold")
    failed = len(rows) - passed - missed
    lost = f"{len(rows)}-COUNTIF({span},0)-COUNTIF({span},1)-{counted}"
    words = f'IF({FAILED}>0,{FAILED}&" FAILED","")&IF({IN_ERROR}>0," "&{IN_ERROR}&" IN ERROR","")'
    sheet.formula(3, 0, words, f"{failed} FAILED" if failed else "", "banner")
    sheet.text(2, 2, "fail", "note")
    sheet.text(2, 3, "in error", "note")
    sheet.formula(3, 2, f"COUNTIF({span},0)", float(failed), "count")
    sheet.formula(3, 3, lost, 0.0, "count")
    sheet.heads(FIRST - 1, _HEADS, right=2)
    for r, row in enumerate(rows, start=FIRST):
        sheet.text(r, 0, row.name, "wrap")
        sheet.text(r, 1, row.where, "wrap")
        sheet.formula(r, 2, row.value, row.shown, "any")
        sheet.formula(r, 3, row.limit, row.limit_shown, "any")
        text = f"IF(C{r + 1}<=D{r + 1},1,0)"
        text = f'IF(C{r + 1}="{NOT_REACHED}","",{text})' if row.beyond else text
        sheet.formula(r, 4, text, row.holds, "count")
    for value, style in (
        (1, {"bg_color": "#C6EFCE", "font_color": "#2E7D32"}),
        (0, {"bg_color": "#C00000", "font_color": "#FFFFFF"}),
    ):
        rule = {"type": "cell", "criteria": "==", "value": value, "format": pen.workbook.add_format(style)}
        sheet.worksheet.conditional_format(FIRST, 4, max(last - 1, FIRST), 4, rule)
    not_live = (
        "Not live, values of the engine: the PSA's draws and results, the tornado."
        " Live in the price parameters: cost and net benefit by draw, CEAC, EVPI."
    )
    _places(sheet, list(twin.inputs))
    if twin.not_live:
        not_live += f" Without an Excel formula, values too: {'; '.join(twin.not_live)}."
    sheet.text(last + 1, 0, not_live, "note")
    if withheld is not None:
        write_withheld(sheet, last + 3, withheld)
    sheet.width(0, 0, 58)
    sheet.width(1, 1, 34)
    sheet.width(2, 3, 16)
    sheet.width(4, 4, 10)
    sheet.worksheet.freeze_panes(FIRST, 0)
    sheet.worksheet.repeat_rows(FIRST - 1)
    return failed, held


def moved_inputs(count: int) -> str:
    """How many rows of Inputs hold another name than when written."""
    span = f"{SHEET}!${letters(MOVED)}${FIRST + 1}:${letters(MOVED)}${FIRST + count}"
    return f"SUM({span})" if count else "0"


def _places(sheet: Sheet, names: Sequence[str]) -> None:
    """The names of the inputs in the order in which the formulas read them; sorting the rows of Inputs breaks it."""
    sheet.heads(FIRST - 1, ("Input", "Not in its row (1)"), right=NAME + 1, first=NAME)
    for k, name in enumerate(names):
        sheet.text(FIRST + k, NAME, name)
        text = f"IF({cell(NAME_COLUMN, k)}={letters(NAME)}{FIRST + k + 1},0,1)"
        sheet.formula(FIRST + k, MOVED, text, 0.0, "count")
    sheet.width(NAME, NAME, 30)
    sheet.width(MOVED, MOVED, 10)
