"""One line that says how the workbook stands: what it shows, what was changed, what is invalid, which checks fail, PSA out of date.

Control counts and words it; every sheet that shows results repeats that cell.
"""

from collections.abc import Sequence

from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.checks_sheet import FAILED, IN_ERROR, moved_inputs
from hecon.workbook.sheets.checks_sheet import SHEET as CHECKS
from hecon.workbook.sheets.control import (
    FLAGS,
    MODES,
    SHEET,
    STATUS,
    TOLD,
    Choices,
    changed_words,
    choices_changed,
    chosen,
    flag,
    invalid_choices,
)
from hecon.workbook.sheets.input_cells import SPREAD_CHANGED, VALID, column_range
from hecon.workbook.sheets.inputs_sheet import changed_cell
from hecon.workbook.xlsx.pen import Pen, Sheet

AS_SUBMITTED = "As submitted"
SHOWN = {  # where the line stands on each sheet: row and column, counted from 0
    "Decision": (5, 0), "Cover": (4, 0), "Results": (2, 0), "Inputs": (4, 0), "Assumptions": (2, 0), "Charts": (1, 0),
    "PSA_draws": (3, 0), "PSA_results": (3, 0), "CEAC": (2, 0), "Checks": (1, 0), "Scenarios": (2, 0),
}  # fmt: skip
_LABELS = {
    "choices": "Choices invalid or blank", "inputs": "Inputs invalid or blank", "rows": "Inputs not in their row",
    "tables": "Cells of tables that are no numbers", "choices changed": "Choices changed",
    "distributions": "Distributions changed", "failed": "Checks that fail", "errors": "Checks in error",
    "stale": "PSA out of date where above 0", "choices valid": "0 while every choice is valid",
    "all valid": "0 while all that was typed is valid",
}  # fmt: skip


def status_cell() -> str:
    """The cell of the line."""
    return absolute(SHEET, *STATUS)


def status_places() -> set[tuple[str, int, int]]:
    """Every cell that holds the line, or the count of checks beside it on the first sheet: (sheet, row, column).

    >>> ("Results", 2, 0) in status_places()
    True
    """
    return {(SHEET, *STATUS), ("Decision", 6, 0), *((name, *place) for name, place in SHOWN.items())}


def write_status(
    pen: Pen, choices: Choices, inputs: Sequence[float], tables: str, stale: str, failed: int, held: str, hidden: bool
) -> None:
    """Flags and line on Control, and the line on every sheet that shows results.

    `inputs` are 1 for each input that is valid as written, `tables` and `stale` the formulas of these flags, `failed`
    checks fail as written, and `held` says how many hold. Where numbers are withheld (`hidden`), checks in error are those
    that wait for them.
    """
    sheet = next(one for one in pen.sheets if one.name == SHEET)
    invalid = float(sum(one != 1.0 for one in inputs))
    count = len(inputs)
    guards = [flag(name) for name in ("choices", "rows", "tables")]
    unusable = [f"COUNTIF({column_range(VALID, count)},-1)"] if count else []
    texts = {
        "choices": (invalid_choices(choices), 0.0),
        "inputs": (f"{count}-COUNTIF({column_range(VALID, count)},1)" if count else "0", invalid),
        "rows": (moved_inputs(count), 0.0),
        "tables": (tables, 0.0),
        "choices changed": (choices_changed(), 0.0),
        "distributions": (f"SUM({column_range(SPREAD_CHANGED, count)})" if count else "0", 0.0),
        "failed": (f"{CHECKS}!{FAILED}", float(failed)),
        "errors": (f"{CHECKS}!{IN_ERROR}", 0.0),
        "stale": (f"{stale}+{flag('distributions')}" if stale else "0", 0.0),
        "choices valid": (f"IF({guards[0]}=0,0,NA())", 0.0),
        "all valid": (f"IF({'+'.join([*guards, *unusable])}=0,0,NA())", 0.0),
    }
    sheet.text(min(FLAGS.values()) - 1, 5, "How the workbook stands", "head")
    for name, (text, value) in texts.items():
        sheet.text(FLAGS[name], 5, _LABELS[name], "one line")
        sheet.formula(FLAGS[name], 10, text, value, "count")
    told = "".join(_counted(name, value, hidden) for name, (_, value) in texts.items() if value)
    pieces = [_mode(), *(_piece(name, words) for name, words in _words(hidden).items())]
    away = f"IF(ISNUMBER({flag('choices changed')}),{flag('choices changed')},1)"
    pieces.insert(5, f'IF({away}=0,"","Changed on Control:"&{changed_words(choices)}&". ")')
    sheet.text(TOLD[0] - 1, 5, "What there is to tell", "one line")
    sheet.formula(*TOLD, "&".join(pieces), told, "one line")
    cell = absolute(SHEET, *TOLD)
    calm = f"{AS_SUBMITTED}: base case, nothing changed, "
    shown = told or f"{calm}{held}"
    sheet.formula(*STATUS, f'IF({cell}="","{calm}"&{CHECKS}!$A$3,{cell})', shown, "bold")
    _red(pen, sheet, STATUS)
    for one in pen.sheets:
        if one.name in SHOWN:
            one.formula(*SHOWN[one.name], status_cell(), shown, "bold")
            _red(pen, one, SHOWN[one.name])


def _words(hidden: bool) -> dict[str, str]:
    """What each flag is told as, after its number."""
    return {
        "choices": "choices on Control are invalid or blank: results are #N/A",
        "inputs": "inputs are invalid or blank (Inputs, column valid?)",
        "rows": "inputs are NOT IN THEIR ROWS (sorted?): undo that",
        "tables": "cells of tables are no numbers: results are #N/A",
        "changed": "inputs or tables changed",
        "distributions": "distributions changed",
        "failed": "checks FAILED",
        "errors": "checks wait for what is withheld" if hidden else "checks IN ERROR",
        "stale": "PSA OUT OF DATE: the stored draws are of the base case as written and do not follow what is shown",
    }


def _piece(name: str, words: str) -> str:
    """A flag as a sentence: nothing while it is 0; where it is itself in error, its sentence without the number."""
    cell = changed_cell() if name == "changed" else flag(name)
    count = "" if name == "stale" else f'IF(ISNUMBER({cell}),{cell},"Some")&" "&'
    return f'IF(IF(ISNUMBER({cell}),{cell},1)=0,"",{count}"{words}. ")'


def _counted(name: str, value: float, hidden: bool) -> str:
    return f"{value:g} {_words(hidden)[name]}. " if name in _words(hidden) else ""


def _mode() -> str:
    mode = chosen("mode")
    draw, one_way = f'" "&{chosen("draw")}', f'" "&{chosen("one_way")}&" at its "&{chosen("side")}'
    scenario = f'IF({mode}="{MODES[3]}"," "&{chosen("scenario")},"")'
    more = f'IF({mode}="{MODES[1]}",{draw},IF({mode}="{MODES[2]}",{one_way},{scenario}))'
    return f'IF({mode}="{MODES[0]}","","Shows "&{mode}&{more}&". ")'


def _red(pen: Pen, sheet: Sheet, place: tuple[int, int]) -> None:
    """Red while there is anything to tell."""
    cell = absolute("S", *place).removeprefix("S!")
    rule = {
        "type": "formula", "criteria": f'=LEFT({cell},{len(AS_SUBMITTED)})<>"{AS_SUBMITTED}"',
        "format": pen.workbook.add_format({"font_color": "#C00000"}),
    }  # fmt: skip
    sheet.worksheet.conditional_format(*place, *place, rule)
