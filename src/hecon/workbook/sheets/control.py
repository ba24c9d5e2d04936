"""Control: what a reviewer may choose, each choice in one cell with its list or range, and its number beside it.

The addresses are fixed here, because every other sheet refers to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hecon.names import letters
from hecon.perspectives import PERSPECTIVES, STANDARD
from hecon.workbook.pages.open_choices import TIMINGS
from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.sector_table import SectorTable

SHEET = "Control"
MODES = ("base case", "PSA draw", "one-way")
SIDES = ("low", "high")
AS_DECLARED = "as declared"
ROWS = {
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
FLAG_COLUMN, VALID_COLUMN = 10, 4
CHANGED_ROW = 16  # counts the methods and the counted sectors that differ from those written
SELECTED_BASE, SELECTED_BOUND = 17, 18  # rows of what the one-way analysis has picked
STRATEGIES = 22  # the first row of the list of strategies, in columns A to C


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
    table: SectorTable = field(default_factory=lambda: SectorTable(STANDARD, PERSPECTIVES))
    rates: tuple[float, ...] = ()  # cycles a year of the clocks, of which a horizon is a whole number


def chosen(name: str) -> str:
    """The cell of a choice as it is typed."""
    return absolute(SHEET, ROWS[name], 1)


def number(name: str) -> str:
    """The cell that holds a choice as a number: its place in its list, or itself."""
    if name == "changed":
        return absolute(SHEET, CHANGED_ROW, 1)
    return absolute(SHEET, ROWS[name], 3 if name in _NUMBERED or name == "timing" else 1)


def flag(name: str) -> str:
    """The cell of a flag: how many choices or inputs are invalid, ...; "choices valid" and "all valid" are 0, or #N/A."""
    return absolute(SHEET, FLAGS[name], FLAG_COLUMN)


def controls() -> dict[str, str]:
    """The cells that formulas of the model refer to."""
    return {"horizon": number("horizon"), "method": number("method"), "whole_year": number("timing")}


def places() -> dict[str, tuple[int, int]]:
    """Where each choice is typed: (row, column), counted from 0."""
    return {name: (row, 1) for name, row in ROWS.items()}


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
    written = "+".join(
        f"({letters(column)}{row + 1}<>{counts})" for (row, column), counts in choices.table.cells().items()
    )
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


def options(strategies: Sequence[str]) -> list[str]:
    """The strategies as a list offers them: numbered, on one line, without what a search would take for a pattern.

    >>> options(["=1+1*2", "New drug"])
    ['1. =1+12', '2. New drug']
    """
    return [
        f"{k}. {''.join(c for c in ' '.join(label.split()) if c not in '*?~')[:60]}"
        for k, label in enumerate(strategies, start=1)
    ]


def invalid_choices(choices: Choices) -> str:
    """How many choices, sectors' switches among them, are none of what is offered."""
    column, first, last = letters(VALID_COLUMN), min(ROWS.values()) + 1, max(ROWS.values()) + 1
    table = list(choices.table.cells())
    (top, left), (bottom, right) = table[0], table[-1]
    span = f"${letters(left)}${top + 1}:${letters(right)}${bottom + 1}"
    good = f"COUNTIF(${column}${first}:${column}${last},1)+COUNTIF({span},0)+COUNTIF({span},1)"
    return f"{len(ROWS) + len(table)}-({good})"
