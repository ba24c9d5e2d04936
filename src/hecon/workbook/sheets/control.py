"""Control: what a reviewer may choose, each choice in one cell with its list or range, and its number beside it.

The addresses are fixed here, because every other sheet refers to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.outcomes import PERSPECTIVES, SECTORS
from hecon.workbook.pages.open_choices import TIMINGS
from hecon.workbook.pages.page import absolute, letters
from hecon.workbook.sheets.input_cells import BASE, HIGH, LOW, NAME, column_range
from hecon.workbook.xlsx.pen import Pen, Sheet

SHEET = "Control"
MODES = ("base case", "PSA draw", "one-way")
SIDES = ("low", "high")
AS_DECLARED = "as declared"
_ROWS = {
    "mode": 4, "draw": 5, "one_way": 6, "side": 7, "threshold": 9, "perspective": 10, "reference": 11,
    "horizon": 13, "method": 14, "timing": 15,
}  # fmt: skip
LABELS = {
    "mode": "Inputs are taken from", "draw": "PSA draw", "one_way": "One-way: input", "side": "One-way: side",
    "threshold": "Threshold", "perspective": "Perspective", "reference": "Compared with", "horizon": "Horizon, years",
    "method": "Within-cycle method", "timing": "Discount timing",
}  # fmt: skip
STRATEGY_HEAD, SECTOR_HEAD = "As listed", "Sector"
_NUMBERED = {"mode", "one_way", "side", "perspective", "reference", "method"}
FLAGS = {
    "choices": 4, "inputs": 5, "rows": 6, "tables": 7, "choices changed": 8, "distributions": 9, "failed": 10, "errors": 11,
    "stale": 12, "choices valid": 13, "all valid": 14,
}  # fmt: skip
STATUS, TOLD = (2, 0), (17, 5)  # the status line, and what it has to tell
_FLAG_COLUMN, _VALID_COLUMN = 10, 4
CHANGED_ROW = 16  # counts the methods and the counted sectors that differ from those written
SELECTED_BASE, SELECTED_BOUND = 17, 18  # rows of what the one-way analysis has picked
STRATEGIES, SECTOR_TABLE = 22, 22  # first rows of the lists; strategies in columns A to C, sectors in F to J


@dataclass(frozen=True)
class Choices:
    """What Control offers and how it stands when written."""

    strategies: tuple[str, ...]
    perspective: str
    wtp: float
    effect: str
    reference: int
    horizon: float
    methods: Sequence[str]
    timing: str
    draws: int
    inputs: tuple[str, ...]
    first: tuple[float, float]
    money: str
    rates: tuple[float, ...] = ()  # cycles a year of the clocks, of which a horizon is a whole number


def chosen(name: str) -> str:
    """The cell of a choice as it is typed."""
    return absolute(SHEET, _ROWS[name], 1)


def number(name: str) -> str:
    """The cell that holds a choice as a number: its place in its list, or itself."""
    if name == "changed":
        return absolute(SHEET, CHANGED_ROW, 1)
    return absolute(SHEET, _ROWS[name], 3 if name in _NUMBERED or name == "timing" else 1)


def flag(name: str) -> str:
    """The cell of a flag: how many choices or inputs are invalid, ...; "choices valid" and "all valid" are 0, or #N/A."""
    return absolute(SHEET, FLAGS[name], _FLAG_COLUMN)


def controls() -> dict[str, str]:
    """The cells that formulas of the model refer to."""
    return {"horizon": number("horizon"), "method": number("method"), "whole_year": number("timing")}


def places() -> dict[str, tuple[int, int]]:
    """Where each choice is typed: (row, column), counted from 0."""
    return {name: (row, 1) for name, row in _ROWS.items()}


def as_declared(perspective: str) -> str:
    """Conditions that hold while Control stands as written, threshold and reference left out."""
    return f'{number("mode")}=1,{number("changed")}=0,{chosen("perspective")}="{perspective}"'


def choices_changed(choices: Choices) -> str:
    """A number above 0 while methods, perspective, threshold or reference are not those written; the mode does not count."""
    away = f"{chosen('threshold')}-{choices.wtp!r}"
    tests = (
        f'IF({chosen("perspective")}="{choices.perspective}",0,1)',
        f"IF(MAX({away},-({away}))>1E-9*{choices.wtp!r},1,0)",
        f"IF({number('reference')}={choices.reference + 1},0,1)",
    )
    return "+".join((number("changed"), *tests))


def methods_told(choices: Choices, left_out: Sequence[tuple[float, str]]) -> tuple[str, str]:
    """A formula that says which methods differ from those written and what the horizon leaves out, by time; and its value
    as written.
    """
    away, timing = f"{number('horizon')}-{choices.horizon!r}", TIMINGS.index(choices.timing)
    said = [
        (
            f"MAX({away},-({away}))>1E-9",
            f'"horizon "&ROUND({number("horizon")},4)&" years, written with {choices.horizon:g}"',
        ),
        (f"{number('method')}<>0", f'"within-cycle method "&{chosen("method")}'),
        (f"{number('timing')}<>{timing}", f'"discount timing "&{chosen("timing")}&", written with {choices.timing}"'),
        *((f"{number('horizon')}+1E-9<{time!r}", f'"{words}"') for time, words in left_out),
    ]
    parts = [f'IF({condition},"; "&{words},"")' for condition, words in said]
    now = [words for time, words in left_out if choices.horizon + 1e-9 < time]
    head = f'IF(OR({",".join(condition for condition, _ in said)}),"Methods","")'
    return "&".join([head, *parts]), "; ".join(["Methods", *now]) if now else ""


def changed_words(choices: Choices) -> str:
    """A text that names the choices that are not those written, each after a blank."""
    away, shorter = (
        f"{number(name)}-{value!r}" for name, value in (("threshold", choices.wtp), ("horizon", choices.horizon))
    )
    written = "+".join(f"({letters(column)}{row + 1}<>{counts})" for (row, column), counts in sectors().items())
    tests = {
        "perspective": f'{chosen("perspective")}="{choices.perspective}"',
        "threshold": f"MAX({away},-({away}))<=1E-9*{choices.wtp!r}",
        "reference": f"{number('reference')}={choices.reference + 1}",
        "horizon": f"MAX({shorter},-({shorter}))<=1E-9",
        "method": f'{chosen("method")}="{AS_DECLARED}"',
        "timing": f'{chosen("timing")}="{choices.timing}"',
    }
    parts = [f'IF(IFERROR({test},1=0),""," {name}")' for name, test in tests.items()]
    return "&".join([*parts, f'IF({written}>0," sectors","")'])


def sectors() -> dict[tuple[int, int], int]:
    """The table of sectors: for each cell (row, column) whether its perspective counts its sector, 1 or 0."""
    return {
        (SECTOR_TABLE + r, 6 + k): int(sector in counts)
        for r, sector in enumerate(SECTORS)
        for k, counts in enumerate(PERSPECTIVES.values())
    }


def counted(sector: int) -> str:
    """The cell that is 1 where the perspective counts a sector (by its place)."""
    return absolute(SHEET, SECTOR_TABLE + sector, 10)


def options(strategies: Sequence[str]) -> list[str]:
    """The strategies as a list offers them: numbered, on one line, without what a search would take for a pattern.

    >>> options(["=1+1*2", "New drug"])
    ['1. =1+12', '2. New drug']
    """
    return [
        f"{k}. {''.join(c for c in ' '.join(label.split()) if c not in '*?~')[:60]}"
        for k, label in enumerate(strategies, start=1)
    ]


def write_control(pen: Pen, choices: Choices) -> None:
    """The sheet."""
    sheet = pen.sheet(SHEET)
    worksheet = sheet.worksheet
    sheet.text(0, 0, "Control", "title")
    sheet.text(1, 0, "Change the yellow cells; everything else follows. Numbers are changed on Inputs.", "subtitle")
    for k, words in enumerate(("Choice", "Value", "What it does", "Number", "Valid (1)")):
        sheet.text(3, k, words, "head")
    told: dict[str, tuple[str | float, str]] = {
        "mode": (MODES[0], "the base case, one draw of the PSA, or one input at its low or high"),
        "draw": (1.0, f"1 to {choices.draws}, with mode PSA draw" if choices.draws else "no PSA is stored here"),
        "one_way": (choices.inputs[0] if choices.inputs else "", "with mode one-way"),
        "side": (SIDES[0], "low or high"),
        "threshold": (choices.wtp, f"{choices.money} per {effect_word(choices.effect)}"),
        "perspective": (choices.perspective, "the sectors it counts are listed below"),
        "reference": (options(choices.strategies)[choices.reference], "reference of the pairwise comparison"),
        "horizon": (choices.horizon, f"a whole number of cycles, at most {choices.horizon:.15g} years"),
        "method": (AS_DECLARED, _method_words(choices)),
        "timing": (choices.timing, "continuous, or by whole years with the first undiscounted"),
    }  # fmt: skip
    lists = {
        "mode": list(MODES), "side": list(SIDES), "method": [AS_DECLARED, *choices.methods],
        "timing": list(TIMINGS), "perspective": list(PERSPECTIVES),
    }  # fmt: skip
    for name, (value, words) in told.items():
        row = _ROWS[name]
        sheet.text(row, 0, LABELS[name], "bold")
        if isinstance(value, int | float):
            sheet.number(row, 1, value, "input money" if name == "threshold" else "input")
        else:
            sheet.text(row, 1, value, "input text")
        sheet.text(row, 2, words, "one line")
        if name in lists:
            worksheet.data_validation(row, 1, row, 1, {"validate": "list", "source": lists[name]})
            tests = "".join(f'IF({chosen(name)}="{one}",{k},' for k, one in enumerate(lists[name], start=1))
            offset = -1 if name in ("method", "timing") else 0
            text = tests + "NA()" + ")" * len(lists[name]) + (str(offset) if offset else "")
            if name in ("mode", "perspective"):
                text += f"+{flag('choices valid')}"  # inputs and counted sectors are #N/A while any choice is invalid
            at = lists[name].index(str(value)) + 1
            sheet.formula(row, 3, text, at + offset, "static")
    sheet.text(CHANGED_ROW, 0, "Methods, sectors changed")
    timing = TIMINGS.index(choices.timing)
    shorter = f"{number('horizon')}-{choices.horizon!r}"
    parts = (
        f"IF(MAX({shorter},-({shorter}))>1E-9,1,0)",  # Excel keeps 15 digits of a number within a formula
        f"IF({number('method')}<>0,1,0)",
        f"IF({number('timing')}<>{timing},1,0)",
        *(f"IF({letters(column)}{row + 1}={counts},0,1)" for (row, column), counts in sectors().items()),
    )
    sheet.formula(CHANGED_ROW, 1, "+".join(parts), 0.0, "static")
    _strategies(sheet, choices)
    _sectors(sheet, choices)
    _numbers(sheet, choices)
    _one_way(sheet, choices)
    _valid(sheet, choices)
    sheet.stop(4, 3, _ROWS["timing"], _VALID_COLUMN)
    sheet.width(0, 0, 26)
    sheet.width(1, 1, 44)
    sheet.width(2, 2, 62)
    sheet.width(3, 4, 9)
    sheet.width(5, 5, 18)
    sheet.width(6, 10, 12)


def _method_words(choices: Choices) -> str:
    """What the choice of a within-cycle method does, or why there is none."""
    if choices.methods:
        return "how the time spent in a state is got from the rows: occupancy at a cycle's start, end, the mean"
    if not choices.horizon:
        return "none to choose: a tree has no cycles"
    return "cannot be switched: flows fall at mid-cycle by the model's own word, or are not weighted"


def _numbers(sheet: Sheet, choices: Choices) -> None:
    """Ranges of what is typed as a number."""
    worksheet = sheet.worksheet
    limits = {"draw": (1, max(choices.draws, 1), "integer"), "horizon": (0, choices.horizon, "decimal")}
    for name, (low, high, kind) in limits.items():
        row = _ROWS[name]
        rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
        worksheet.data_validation(row, 1, row, 1, {**rule, "error_message": f"from {low} to {high:g}"})
    row = _ROWS["threshold"]
    worksheet.data_validation(row, 1, row, 1, {"validate": "decimal", "criteria": ">", "value": 0})
    names = options(choices.strategies)
    row = _ROWS["reference"]
    source = f"=$B${STRATEGIES + 1}:$B${STRATEGIES + len(names)}"
    worksheet.data_validation(row, 1, row, 1, {"validate": "list", "source": source})
    text = f"MATCH({chosen('reference')},{absolute(SHEET, STRATEGIES, 1)}:$B${STRATEGIES + len(names)},0)"
    sheet.formula(row, 3, text, choices.reference + 1, "static")


def _valid(sheet: Sheet, choices: Choices) -> None:
    """A 1 beside every choice that is one of its list or within its range; what only another mode reads is not asked."""
    typed = {name: letters(1) + str(row + 1) for name, row in _ROWS.items()}
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
        "mode": _one_of(typed["mode"], MODES),
        "draw": f'IF({typed["mode"]}<>"{MODES[1]}",1,IF(ISNUMBER({draw}),IF({asked},1,0),0))',
        "one_way": f'IF({typed["mode"]}<>"{MODES[2]}",1,IF(ISNUMBER({number("one_way")}),1,0))',
        "side": f'IF({typed["mode"]}<>"{MODES[2]}",1,{_one_of(typed["side"], SIDES)})',
        "threshold": f"IF(ISNUMBER({typed['threshold']}),IF({typed['threshold']}>0,1,0),0)",
        "perspective": _one_of(typed["perspective"], PERSPECTIVES),
        "reference": f"IF(ISNUMBER({number('reference')}),1,0)",
        "horizon": f"IF(ISNUMBER({at}),IF(OR({as_written},AND({at}>0,{longest}{whole})),1,0),0)"
        if choices.horizon
        else "1",
        "method": _one_of(typed["method"], (AS_DECLARED, *choices.methods)),
        "timing": _one_of(typed["timing"], TIMINGS),
    }
    for name, text in tests.items():
        sheet.formula(_ROWS[name], _VALID_COLUMN, text, 1.0, "count")


def _one_of(cell: str, words: Iterable[str]) -> str:
    tests = ",".join(f'{cell}="{word}"' for word in words)
    return f"IF(OR({tests}),1,0)"


def invalid_choices() -> str:
    """How many choices, sectors' switches among them, are none of what is offered."""
    column, first, last = letters(_VALID_COLUMN), min(_ROWS.values()) + 1, max(_ROWS.values()) + 1
    table = list(sectors())
    (top, left), (bottom, right) = table[0], table[-1]
    span = f"${letters(left)}${top + 1}:${letters(right)}${bottom + 1}"
    good = f"COUNTIF(${column}${first}:${column}${last},1)+COUNTIF({span},0)+COUNTIF({span},1)"
    return f"{len(_ROWS) + len(table)}-({good})"


def _strategies(sheet: Sheet, choices: Choices) -> None:
    sheet.text(STRATEGIES - 2, 0, "Strategies", "section")
    for k, words in enumerate(("No.", STRATEGY_HEAD, "Label")):
        sheet.text(STRATEGIES - 1, k, words, "head")
    for k, (option, label) in enumerate(zip(options(choices.strategies), choices.strategies, strict=True)):
        sheet.number(STRATEGIES + k, 0, k + 1, "centre")
        sheet.text(STRATEGIES + k, 1, option)
        sheet.text(STRATEGIES + k, 2, label, "wrap")


def _sectors(sheet: Sheet, choices: Choices) -> None:
    """Which sectors each perspective counts, and the one chosen."""
    sheet.text(SECTOR_TABLE - 2, 5, "Sectors a perspective counts", "section")
    sheet.text(SECTOR_TABLE - 1, 5, SECTOR_HEAD, "head")
    for k, perspective in enumerate(PERSPECTIVES):
        sheet.text(SECTOR_TABLE - 1, 6 + k, perspective, "head")
    sheet.text(SECTOR_TABLE - 1, 10, "counted now", "head")
    for r, sector in enumerate(SECTORS):
        row = SECTOR_TABLE + r
        sheet.text(row, 5, sector)
        for k, counts in enumerate(PERSPECTIVES.values()):
            sheet.number(row, 6 + k, float(sector in counts), "input")
            sheet.worksheet.data_validation(row, 6 + k, row, 6 + k, {"validate": "list", "source": [0, 1]})
        span = f"$G${row + 1}:${'GHI'[len(PERSPECTIVES) - 1]}${row + 1}"
        sheet.formula(
            row,
            10,
            f"INDEX({span},1,{number('perspective')})",
            float(sector in PERSPECTIVES[choices.perspective]),
            "count",
        )


def _one_way(sheet: Sheet, choices: Choices) -> None:
    """The input picked for one-way analysis: its place on Inputs, its base value and its bound."""
    count, row = len(choices.inputs), _ROWS["one_way"]
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
