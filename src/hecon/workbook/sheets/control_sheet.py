"""The sheet Control: its cells, their lists and ranges, the strategies, the sectors of each perspective."""

from collections.abc import Iterable, Mapping, Sequence

from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.names import letters
from hecon.workbook.pages.open_choices import TIMINGS
from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.control import (
    AS_DECLARED,
    CHANGED_ROW,
    FLAG_COLUMN,
    LABELS,
    MODES,
    ROWS,
    SECTOR_HEAD,
    SELECTED_BASE,
    SELECTED_BOUND,
    SHEET,
    SIDES,
    STRATEGIES,
    STRATEGY_HEAD,
    VALID_COLUMN,
    WRITTEN_COLUMN,
    Choices,
    chosen,
    flag,
    methods_changed,
    number,
    options,
)
from hecon.workbook.sheets.input_cells import BASE, HIGH, LOW, NAME, column_range
from hecon.workbook.sheets.named_choices import write_named_choices
from hecon.workbook.sheets.scenario_plan import NONE, ScenarioPlan
from hecon.workbook.sheets.sector_table import FIRST_ROW, SECTOR_COLUMN
from hecon.workbook.xlsx.pen import Pen, Sheet


def write_control(
    pen: Pen, choices: Choices, scenarios: ScenarioPlan, values: Mapping[str, float]
) -> dict[str, float | str]:
    """The sheet; `values` are the inputs' numbers as written. Gives what is typed in the cell of each choice."""
    sheet = pen.sheet(SHEET)
    worksheet = sheet.worksheet
    sheet.head("Control", "Change the yellow cells; everything else follows. Numbers are changed on Inputs.")
    sheet.heads(3, ("Choice", "Value", "What it does", "Number", "Valid (1)"))
    sheet.text(3, WRITTEN_COLUMN, "as written", "note")
    modes = MODES if scenarios.names else MODES[:-1]
    told: dict[str, tuple[str | float, str]] = {
        "mode": (MODES[0], "the base case, one draw of the PSA, one input at its low or high, or a scenario"),
        "draw": (1.0, f"1 to {choices.draws}, with mode PSA draw" if choices.draws else "no PSA is stored here"),
        "one_way": (choices.inputs[0] if choices.inputs else "", "with mode one-way"),
        "side": (SIDES[0], "low or high"),
        "scenario": (NONE, _scenario_words(scenarios)),
        "threshold": (choices.wtp, f"{choices.money} per {effect_word(choices.effect)}"),
        "perspective": (choices.perspective, "the sectors it counts are listed below"),
        "reference": (options(choices.strategies)[choices.reference], "reference of the pairwise comparison"),
        "horizon": (choices.horizon, f"a whole number of cycles, at most {choices.horizon:.15g} years"),
        "method": (AS_DECLARED, _method_words(choices)),
        "timing": (choices.timing, "continuous, or by whole years with the first undiscounted"),
    }  # fmt: skip
    lists = {
        "mode": list(modes), "side": list(SIDES), "method": [AS_DECLARED, *choices.methods],
        "timing": list(TIMINGS), "perspective": list(choices.table.perspectives),
    }  # fmt: skip
    for name, (value, words) in told.items():
        row = ROWS[name]
        sheet.text(row, 0, LABELS[name], "bold")
        for column, style in ((1, "input"), (WRITTEN_COLUMN, "static")):
            if column == WRITTEN_COLUMN and row < ROWS["threshold"]:
                continue
            if isinstance(value, int | float):
                sheet.number(row, column, value, f"{style} money" if name == "threshold" else style)
            else:
                sheet.text(row, column, value, "input text" if column == 1 else style)
        sheet.text(row, 2, words, "one line")
        if name in lists:
            offered = f"={choices.table.span(-1)}" if name == "perspective" else lists[name]  # Excel keeps 255 letters
            worksheet.data_validation(row, 1, row, 1, {"validate": "list", "source": offered})
            tests = "".join(f'IF({chosen(name)}="{one}",{k},' for k, one in enumerate(lists[name], start=1))
            offset = -1 if name in ("method", "timing") else 0
            text = scenarios.now(name, tests + "NA()" + ")" * len(lists[name]) + (str(offset) if offset else ""))
            if name in ("mode", "perspective"):
                text += f"+{flag('choices valid')}"  # inputs and counted sectors are #N/A while any choice is invalid
            at = lists[name].index(str(value)) + 1
            sheet.formula(row, 3, text, at + offset, "static")
    sheet.text(CHANGED_ROW, 0, "Methods, sectors changed")
    sheet.formula(CHANGED_ROW, 1, methods_changed(choices), 0.0, "static")
    _strategies(sheet, choices)
    _sectors(sheet, choices)
    _numbers(sheet, choices, scenarios)
    _one_way(sheet, choices)
    _scenario(sheet, scenarios)
    _valid(sheet, choices, modes)
    write_named_choices(sheet, choices.named, values)
    sheet.stop(4, 3, ROWS["timing"], VALID_COLUMN)
    sheet.width(0, 0, 26)
    sheet.width(1, 1, 44)
    sheet.width(2, 2, 62)
    sheet.width(3, 4, 9)
    sheet.width(5, 5, 18 if len(choices.table.perspectives) == 3 else 30)
    sheet.width(6, choices.table.now, 12)
    sheet.width(choices.table.now + 1, choices.table.now + 1 + len(choices.table.perspectives), 10)
    sheet.worksheet.print_area(0, 0, _last_row(choices), max(FLAG_COLUMN, choices.table.now))
    return {name: value for name, (value, _) in told.items()}


def _last_row(choices: Choices) -> int:
    """The last row of the lists."""
    named = [one.row for one in choices.named.values()]
    return max([STRATEGIES + len(choices.strategies), FIRST_ROW + len(choices.table.sectors), *named])


def _scenario_words(scenarios: ScenarioPlan) -> str:
    """What the choice of a scenario does, or why there is none."""
    live, every = len(scenarios.names), max(len(scenarios.lines) - 1, 0)
    if not every:
        return "the case has no scenarios"
    if live == every:
        return "with mode scenario; sheet Scenarios tells what each changes"
    return f"with mode scenario; {every - live} of {every} cannot be live: sheet Scenarios tells why"


def _scenario(sheet: Sheet, scenarios: ScenarioPlan) -> None:
    """The scenario in force as its line on Scenarios: the first, the base case, but for mode scenario."""
    row = ROWS["scenario"]
    if not scenarios.names:
        sheet.formula(row, 3, "1", 1.0, "static")
        return
    text = f'IF({chosen("mode")}="{MODES[3]}",MATCH({chosen("scenario")},{scenarios.span(0)},0),1)'
    sheet.formula(row, 3, text, 1.0, "static")
    rule = {"validate": "list", "source": f"={scenarios.span(0)}", "error_message": "a scenario that is live, or none"}
    sheet.worksheet.data_validation(row, 1, row, 1, rule)


def _method_words(choices: Choices) -> str:
    """What the choice of a within-cycle method does, or why there is none."""
    if choices.methods:
        return "how the time spent in a state is got from the rows: occupancy at a cycle's start, end, the mean"
    if not choices.horizon:
        return "none to choose: a tree has no cycles"
    return "cannot be switched: flows fall at mid-cycle by the model's own word, or are not weighted"


def _numbers(sheet: Sheet, choices: Choices, scenarios: ScenarioPlan) -> None:
    """Ranges of what is typed as a number, and the reference's number."""
    worksheet = sheet.worksheet
    limits = {"draw": (1, max(choices.draws, 1), "integer"), "horizon": (0, choices.horizon, "decimal")}
    for name, (low, high, kind) in limits.items():
        row = ROWS[name]
        rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
        worksheet.data_validation(row, 1, row, 1, {**rule, "error_message": f"from {low} to {high:g}"})
    row = ROWS["threshold"]
    worksheet.data_validation(row, 1, row, 1, {"validate": "decimal", "criteria": ">", "value": 0})
    names = options(choices.strategies)
    row = ROWS["reference"]
    source = f"=$B${STRATEGIES + 1}:$B${STRATEGIES + len(names)}"
    worksheet.data_validation(row, 1, row, 1, {"validate": "list", "source": source})
    text = f"MATCH({chosen('reference')},{absolute(SHEET, STRATEGIES, 1)}:$B${STRATEGIES + len(names)},0)"
    sheet.formula(row, 3, scenarios.now("reference", text), choices.reference + 1, "static")
    for name, value in (("threshold", choices.wtp), ("horizon", choices.horizon)):
        sheet.formula(ROWS[name], 3, scenarios.now(name, chosen(name)), value, "static")


def _valid(sheet: Sheet, choices: Choices, modes: Sequence[str]) -> None:
    """A 1 beside every choice that is one of its list or within its range; what only another mode reads is not asked."""
    typed = {name: letters(1) + str(row + 1) for name, row in ROWS.items()}
    at = typed["horizon"]
    cycles = [f"({at}*{rate:.17g}-ROUND({at}*{rate:.17g},0))" for rate in choices.rates]
    whole = "".join(f",MAX({one},-{one})<=1E-9" for one in cycles)
    longest = f"{at}-{choices.horizon!r}<=1E-9"
    as_written = (
        f"MAX({at}-{choices.horizon!r},{choices.horizon!r}-{at})<=1E-9"  # of the longest structure, if not of all
    )
    draw = typed["draw"]
    asked = f"AND({draw}>=1,{draw}<={choices.draws},{draw}=INT({draw}))"
    tests = {
        "mode": _one_of(typed["mode"], modes),
        "draw": f'IF({typed["mode"]}<>"{MODES[1]}",1,IF(ISNUMBER({draw}),IF({asked},1,0),0))',
        "one_way": f'IF({typed["mode"]}<>"{MODES[2]}",1,IF(ISNUMBER({number("one_way")}),1,0))',
        "side": f'IF({typed["mode"]}<>"{MODES[2]}",1,{_one_of(typed["side"], SIDES)})',
        "scenario": f"IF(ISNUMBER({number('scenario')}),1,0)",
        "threshold": f"IF(ISNUMBER({typed['threshold']}),IF({typed['threshold']}>0,1,0),0)",
        "perspective": _one_of(typed["perspective"], choices.table.perspectives),
        "reference": f"IF(ISNUMBER({number('reference')}),1,0)",
        "horizon": f"IF(ISNUMBER({at}),IF(OR({as_written},AND({at}>0,{longest}{whole})),1,0),0)"
        if choices.horizon
        else "1",
        "method": _one_of(typed["method"], (AS_DECLARED, *choices.methods)),
        "timing": _one_of(typed["timing"], TIMINGS),
    }
    for name, text in tests.items():
        sheet.formula(ROWS[name], VALID_COLUMN, text, 1.0, "count")


def _one_of(cell: str, words: Iterable[str]) -> str:
    tests = ",".join(f'{cell}="{word}"' for word in words)
    return f"IF(OR({tests}),1,0)"


def _strategies(sheet: Sheet, choices: Choices) -> None:
    sheet.text(STRATEGIES - 2, 0, "Strategies", "section")
    sheet.heads(STRATEGIES - 1, ("No.", STRATEGY_HEAD, "Label"))
    for k, (option, label) in enumerate(zip(options(choices.strategies), choices.strategies, strict=True)):
        sheet.number(STRATEGIES + k, 0, k + 1, "centre")
        sheet.text(STRATEGIES + k, 1, option)
        sheet.text(STRATEGIES + k, 2, label, "wrap")


def _sectors(sheet: Sheet, choices: Choices) -> None:
    """Which sectors each perspective counts, and the one chosen."""
    table = choices.table
    sheet.text(FIRST_ROW - 2, SECTOR_COLUMN, "Sectors a perspective counts", "section")
    sheet.text(FIRST_ROW - 1, SECTOR_COLUMN, SECTOR_HEAD, "head")
    for column, perspective in enumerate(table.perspectives, start=SECTOR_COLUMN + 1):
        sheet.text(FIRST_ROW - 1, column, perspective, "head")
    sheet.text(FIRST_ROW - 1, table.now, "counted now", "head")
    for (row, column), counts in table.cells().items():
        sheet.number(row, column, float(counts), "input")
        sheet.worksheet.data_validation(row, column, row, column, {"validate": "list", "source": [0, 1]})
    sheet.text(FIRST_ROW - 1, min(column for _, column in table.written()), "as written", "note")
    for (row, column), counts in table.written().items():
        sheet.number(row, column, float(counts), "static")
    included = table.perspectives[choices.perspective]
    for r, sector in enumerate(table.sectors):
        sheet.text(FIRST_ROW + r, SECTOR_COLUMN, sector)
        text = f"INDEX({table.span(r)},1,{number('perspective')})"
        sheet.formula(FIRST_ROW + r, table.now, text, float(sector in included), "count")


def _one_way(sheet: Sheet, choices: Choices) -> None:
    """The input picked for one-way analysis: its place on Inputs, its base value and its bound."""
    count, row = len(choices.inputs), ROWS["one_way"]
    if not count:
        sheet.formula(row, 3, "0", 0.0, "static")
        return
    names, base, low, high = (column_range(k, count) for k in (NAME, BASE, LOW, HIGH))
    sheet.worksheet.data_validation(row, 1, row, 1, {"validate": "list", "source": f"={names}"})
    sheet.formula(row, 3, f"MATCH({chosen('one_way')},{names},0)", 1.0, "static")
    picked = number("one_way")
    sheet.text(SELECTED_BASE, 0, "One-way: base value")
    sheet.text(SELECTED_BOUND, 0, "One-way: value picked")
    sheet.formula(SELECTED_BASE, 1, f"INDEX({base},{picked})", choices.first[0], "any")
    text = f"IF({number('side')}=1,INDEX({low},{picked}),INDEX({high},{picked}))"
    sheet.formula(SELECTED_BOUND, 1, text, choices.first[1] if choices.first[1] == choices.first[1] else 0.0, "any")
