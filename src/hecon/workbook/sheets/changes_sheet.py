"""Changes: every input, choice and table cell that differs from the submitted base case, found by formula; and what it comes to.

To the right stand the workings: one row for each cell that may be changed, with a count of those changed so far. The k-th
change is the row at which that count first comes to k.
"""

from collections.abc import Sequence

from hecon.analysis.cost_effectiveness.icer import icer
from hecon.names import letters
from hecon.workbook.sheets.control import number
from hecon.workbook.sheets.logged import Logged
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.xlsx.package import Cells
from hecon.workbook.xlsx.pen import Pen, Sheet

SHEET = "Changes"
HEADS = ("No.", "Name", "What", "Label", "Submitted", "Now", "Difference", "Reviewer's comment")
NUMBER, NAME, WHAT, LABEL, SUBMITTED, NOW, GAP, COMMENT = range(len(HEADS))
ROWS = 40  # changes that are listed one by one
FREE_HEAD = "What no formula finds: note it here"
FREE_HEADS = {NAME: "Sheet and cell", LABEL: "What was changed", COMMENT: "Why"}
FREE = 8
WALK_HEAD = "ICER walk"
NOT_WALKED = (
    "Not here yet. `hecon inputs from-workbook FILE.xlsx --log OUT.xlsx` writes it: the result after each change, one after"
    " the other from the submitted base case, and of each change alone."
)
WORKINGS = 14  # the first column of the workings
WALK_STYLES = (
    "static", "static text", "static text", "static text", "static money", "static effect", "static money", "static text",
    "static money", "static money", "static money", "static money", "static text",
)  # fmt: skip
STATUSES = {
    "NE": "costs and gains more", "SE": "dominant", "NW": "dominated", "SW": "costs and gains less",
    "equal effect": "equal effect", "reference": "reference",
}  # fmt: skip
_WALK_PRINTED = 26  # rows
_WIDTHS = (6, 24, 22, 40, 19, 19, 14, 34, 14, 14, 14, 14, 24, 3)
_TOLD = (
    "To restore the submitted base case: on Inputs copy column 'original value', and paste it as values onto column 'value'."
    " To restore one cell: type what is under 'Submitted' here into its yellow cell.",
    "A formula that was typed over is not found by these formulas: `hecon verify FILE.xlsx` finds it, and where the model is"
    " at hand `hecon verify-workbook FILE.xlsx` does. Note it below.",
    "A comment stays in its row: write comments when the changes are done, or as a note at the changed cell itself."
    " `hecon inputs from-workbook` reads both.",
)


def write_changes(pen: Pen, plan: ResultsPlan, items: Sequence[Logged], hidden: Sequence[bool] = ()) -> None:
    """The sheet; `items` are the cells it looks at, `hidden` says of each strategy whether its results are withheld."""
    sheet = pen.sheet(SHEET)
    sheet.head(
        SHEET, "What differs from the submitted base case, by formula; the agency's or the reviewer's log of changes."
    )
    for k, words in enumerate(_TOLD, start=3):
        sheet.text(k, 0, words, "one line")
    for k, width in enumerate(_WIDTHS):
        sheet.width(k, k, width)
    row = _results(sheet, plan, hidden or [False] * len(plan.strategies), 7)
    log = row + 1
    first = log + 2
    _workings(sheet, items, first)
    last = first + len(items) - 1
    many = f"${letters(WORKINGS + 5)}${last + 1}"
    told = f'{many}&IF({many}=1," cell differs"," cells differ")&" from the submitted base case"'
    sheet.formula(2, 0, f'IF({many}=0,"Nothing differs from the submitted base case",{told})',
                  "Nothing differs from the submitted base case", "bold")  # fmt: skip
    sheet.text(log, 0, "Changes", "section")
    sheet.heads(log + 1, HEADS, right=SUBMITTED)
    sheet.text(log + 1, COMMENT, HEADS[COMMENT], "head indented")
    _log(sheet, first, last, many)
    more = f'IF({many}>{ROWS},"and "&({many}-{ROWS})&" more: to the right, where \'changed so far\' rises","")'
    sheet.formula(first + ROWS, NAME, more, "", "bold")
    row = _free(sheet, first + ROWS + 2)
    sheet.text(row, 0, WALK_HEAD, "section")
    sheet.text(row + 1, 0, NOT_WALKED, "one line")
    for column, style in enumerate(WALK_STYLES):  # a walk that is written later takes these styles over
        sheet.worksheet.write_blank(row + 2, column, None, pen.format(style))
    sheet.worksheet.freeze_panes(3, 2)
    sheet.worksheet.print_area(0, 0, row + _WALK_PRINTED, WORKINGS - 2)


def typed_by_people(cells: Cells, row: int, column: int) -> bool:
    """Whether a cell is one for comments or of the walk, below the headings of the list; `cells` are the sheet as written.

    >>> import numpy as np
    >>> typed_by_people(Cells(np.empty((0, 0)), {(4, 7): "Reviewer's comment"}), 5, 7)
    True
    """
    head = next((r for (r, _), word in cells.words.items() if word == HEADS[COMMENT]), 0)
    return row > head and column < WORKINGS


def _results(sheet: Sheet, plan: ResultsPlan, hidden: Sequence[bool], row: int) -> int:
    """The submitted base case, stored, and what the workbook shows now; the row after."""
    sheet.text(
        row,
        0,
        "Submitted base case (stored) and now (live); where a strategy costs and gains less, the ICER is saved per unit lost",
        "section",
    )
    sheet.heads(row + 1, HEADS[:COMMENT], right=SUBMITTED)
    row += 2
    cost, effect, ref = plan.base.cost(plan.perspective)[:, 0], plan.effects, plan.reference
    pick = number("reference")
    span = {
        what: f"{plan.cell(what, 0)}:{plan.cell(what, len(plan.strategies) - 1).partition('!')[2]}"
        for what in ("cost", "effect")
    }
    for k, label in enumerate(plan.strategies):
        scale = max(abs(float(effect[k])), abs(float(effect[ref])))
        more, gain = float(cost[k] - cost[ref]), float(effect[k] - effect[ref])
        ratio = icer(more, gain, plan.per, scale)
        status = "reference" if k == ref else ratio.status
        at = {
            what: f"${letters(NOW)}${row + j}"
            for j, what in enumerate(("cost", "effect", "more", "gain", "icer"), start=1)
        }
        others = [plan.cell("effect", k), f"INDEX({span['effect']},{pick})"]
        equal = f"MAX({at['gain']},-{at['gain']})<=1E-9*MAX({','.join(f'{one},-{one}' for one in others)})"
        zero = f"OR({pick}={k + 1},{equal},AND({at['gain']}>0,{at['more']}<=0),AND({at['gain']}<0,{at['more']}>=0))"
        words = (
            f'IF({pick}={k + 1},"reference",IF({equal},"equal effect",IF({at["gain"]}>0,IF({at["more"]}<=0,"{STATUSES["SE"]}",'
            f'"{STATUSES["NE"]}"),IF({at["more"]}>=0,"{STATUSES["NW"]}","{STATUSES["SW"]}"))))'
        )
        lines: list[tuple[str, float | str, str, str]] = [
            (f"Cost, {plan.money}", float(cost[k]), plan.cell("cost", k), "money"),
            (plan.effect_head, float(effect[k]), plan.cell("effect", k), "effect"),
            ("Incremental cost", more, f"{plan.cell('cost', k)}-INDEX({span['cost']},{pick})", "money"),
            (f"Incremental {plan.gained}", gain, f"{plan.cell('effect', k)}-INDEX({span['effect']},{pick})", "effect"),
            ("ICER", "" if status == "reference" or ratio.value is None else ratio.value,
             f'IF({zero},"",{at["more"]}/{at["gain"]})', "money"),
            ("Status", STATUSES[status], words, "right"),
            ("Incremental net benefit", plan.wtp * gain - more, f"{number('threshold')}*{at['gain']}-{at['more']}", "money"),
        ]  # fmt: skip
        for what, was, now, style in lines:
            sheet.text(row, NAME, plan.base.strategies[k])
            sheet.text(row, WHAT, what)
            sheet.text(row, LABEL, label)
            unknown = hidden[k] or (hidden[ref] and what not in (lines[0][0], lines[1][0]))
            if unknown:
                sheet.text(row, SUBMITTED, "withheld", "static right")
            elif isinstance(was, str):
                sheet.text(row, SUBMITTED, was, "static right")
            else:
                sheet.number(row, SUBMITTED, was, f"static {style}")
            sheet.formula(row, NOW, now, was, style)
            two = f"{letters(SUBMITTED)}{row + 1},{letters(NOW)}{row + 1}".split(",")
            both = f"AND(ISNUMBER({two[0]}),ISNUMBER({two[1]}))"
            shown = "" if unknown or isinstance(was, str) else 0.0
            away = f"{two[1]}-{two[0]}"
            near = f"MAX({away},-({away}))<=1E-9*MAX({two[0]},-{two[0]})"  # digits that a sum leaves over
            sheet.formula(row, GAP, f'IF({both},IF({near},0,{away}),"")', shown, style)
            row += 1
    return row


def _workings(sheet: Sheet, items: Sequence[Logged], first: int) -> None:
    sheet.text(first - 2, WORKINGS, "Workings: every cell that may be changed, in order", "section")
    sheet.heads(first - 1, ("name", "what", "label", "submitted", "now", "changed so far"), right=3, first=WORKINGS)
    was, now, so_far = (letters(WORKINGS + k) for k in (3, 4, 5))
    for row, one in enumerate(items, start=first):
        for k, words in enumerate((one.name, one.what, one.label)):
            sheet.text(row, WORKINGS + k, words, "static")
        if isinstance(one.submitted, str):
            sheet.text(row, WORKINGS + 3, one.submitted, "static right")
        else:
            sheet.number(row, WORKINGS + 3, one.submitted, "static")
        sheet.formula(row, WORKINGS + 4, one.now, one.submitted, "general")
        before = f"{so_far}{row}+" if row > first else ""
        sheet.formula(row, WORKINGS + 5, f"{before}IFERROR(IF({now}{row + 1}={was}{row + 1},0,1),1)", 0.0, "count")
    sheet.width(WORKINGS, WORKINGS + 2, 20)
    sheet.width(WORKINGS + 3, WORKINGS + 5, 15)


def _log(sheet: Sheet, first: int, last: int, many: str) -> None:
    span = [f"${letters(WORKINGS + k)}${first + 1}:${letters(WORKINGS + k)}${last + 1}" for k in range(6)]
    for k in range(ROWS):
        row, n = first + k, first + k + 1
        sheet.formula(row, NUMBER, f'IF({many}>={k + 1},{k + 1},"")', "", "centre")
        for column in (NAME, WHAT, LABEL, SUBMITTED, NOW):
            text = f"INDEX({span[column - NAME]},MATCH($A{n},{span[5]},0))"
            style = "static right" if column == SUBMITTED else "right" if column == NOW else "plain"
            sheet.formula(row, column, f'IF($A{n}="","",{text})', "", style)
        was, now = (f"{letters(column)}{n}" for column in (SUBMITTED, NOW))
        sheet.formula(row, GAP, f'IF(AND(ISNUMBER({was}),ISNUMBER({now})),{now}-{was},"")', "", "difference")
        sheet.worksheet.write_blank(row, COMMENT, None, sheet.pen.format("comment"))
    sheet.stop(first, NUMBER, first + ROWS - 1, GAP)


def _free(sheet: Sheet, row: int) -> int:
    """A few lines for what a formula cannot find; the row after."""
    sheet.text(row, 0, FREE_HEAD, "section")
    for column, words in FREE_HEADS.items():
        sheet.text(row + 1, column, words, "head")
    for k in range(FREE):
        for column in FREE_HEADS:
            sheet.worksheet.write_blank(row + 2 + k, column, None, sheet.pen.format("comment"))
    return row + FREE + 3
