"""Control: what a reviewer may choose, each choice in one cell with its list or range, and its number beside it.

The addresses are fixed here, because every other sheet refers to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hecon.names import letters
from hecon.perspectives import PERSPECTIVES, STANDARD
from hecon.workbook.pages.open_choices import TIMINGS
from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.named_choices import NamedChoice, invalid_names
from hecon.workbook.sheets.sector_table import SectorTable

SHEET = "Control"
MODES = ("base case", "PSA draw", "one-way", "scenario")  # numbered from 1
SIDES = ("low", "high")
AS_DECLARED = "as declared"
ROWS = {
    "mode": 4, "draw": 5, "one_way": 6, "side": 7, "scenario": 8, "threshold": 9, "perspective": 10, "reference": 11,
    "horizon": 13, "method": 14, "timing": 15,
}  # fmt: skip
LABELS = {
    "mode": "Inputs are taken from", "draw": "PSA draw", "one_way": "One-way: input", "side": "One-way: side",
    "scenario": "Scenario", "threshold": "Threshold",
    "perspective": "Perspective", "reference": "Compared with", "horizon": "Horizon, years",
    "method": "Within-cycle method", "timing": "Discount timing",
}  # fmt: skip
STRATEGY_HEAD, SECTOR_HEAD = "As listed", "Sector"
_TYPED = {"draw"}  # choices that are their own numbers
FLAGS = {
    "choices": 4, "inputs": 5, "rows": 6, "tables": 7, "choices changed": 8, "distributions": 9, "failed": 10, "errors": 11,
    "stale": 12, "choices valid": 13, "all valid": 14,
}  # fmt: skip
STATUS, TOLD = (2, 0), (17, 5)  # the status line, and what it has to tell
FLAG_COLUMN, VALID_COLUMN = 10, 4
WRITTEN_COLUMN = 12  # the choices as written, beside which those typed are held
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
    named: Mapping[str, NamedChoice] = field(default_factory=dict)  # inputs chosen by name


def chosen(name: str) -> str:
    """The cell of a choice as it is typed."""
    return absolute(SHEET, ROWS[name], 1)


def number(name: str) -> str:
    """The cell that holds a choice in force as a number, its place in its list or itself: that of the scenario chosen, where
    it makes this choice, or else what is typed. "changed" counts the methods and sectors typed that are not those written.
    """
    if name == "changed":
        return absolute(SHEET, CHANGED_ROW, 1)
    return absolute(SHEET, ROWS[name], 1 if name in _TYPED else 3)


def flag(name: str) -> str:
    """The cell of a flag: how many choices or inputs are invalid, ...; "choices valid" and "all valid" are 0, or #N/A."""
    return absolute(SHEET, FLAGS[name], FLAG_COLUMN)


def first_named(strategies: Sequence[str], table: SectorTable) -> int:
    """The first row, counted from 0, of what is chosen by name: below the strategies and the sectors.

    >>> first_named(["a", "b"], SectorTable(("health care",), {"payer": ("health care",)}))
    27
    """
    return STRATEGIES + max(len(strategies), len(table.sectors)) + 3


def controls() -> dict[str, str]:
    """The cells that formulas of the model refer to."""
    return {"horizon": number("horizon"), "method": number("method"), "whole_year": number("timing")}


def places() -> dict[str, tuple[int, int]]:
    """Where each choice is typed: (row, column), counted from 0."""
    return {name: (row, 1) for name, row in ROWS.items()}


def as_declared(perspective: str) -> str:
    """Conditions that hold while Control stands as written, threshold and reference left out."""
    return f'{number("mode")}=1,{number("changed")}=0,{chosen("perspective")}="{perspective}"'


def choices_changed() -> str:
    """A number above 0 while methods, perspective, threshold or reference are not those written; the mode does not count."""
    return f"{number('changed')}+IF({_as_written('threshold')},0,1)+{_differing('perspective', 'reference')}"


def methods_changed(choices: Choices) -> str:
    """How many of the methods and of the sectors' switches typed are not those written."""
    return f"IF({_as_written('horizon')},0,1)+{_differing('method', 'timing')}+{choices.table.changed()}"


def _differing(first: str, last: str) -> str:
    """How many of some choices by name, one below the other, differ from those written."""
    typed, written = (
        f"{SHEET}!${letters(column)}${ROWS[first] + 1}:${letters(column)}${ROWS[last] + 1}"
        for column in (1, WRITTEN_COLUMN)
    )
    return f"SUMPRODUCT(1*({typed}<>{written}))"


def _as_written(name: str) -> str:
    """Whether a choice is as written; a number is, where it agrees to rounding."""
    typed, written = chosen(name), absolute(SHEET, ROWS[name], WRITTEN_COLUMN)
    if name in ("threshold", "horizon"):
        return f"MAX({typed}-{written},{written}-{typed})<=1E-9*MAX(1,{written})"
    return f"{typed}={written}"


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
        (f"{number('method')}<>0", f'"within-cycle method "&{_word("method", (AS_DECLARED, *choices.methods))}'),
        (
            f"{number('timing')}<>{timing}",
            f'"discount timing "&{_word("timing", TIMINGS)}&", written with {choices.timing}"',
        ),
        *((f"{number('horizon')}+1E-9<{time!r}", f'"{words}"') for time, words in left_out),
    ]
    parts = [f'IF({condition},"; "&{words},"")' for condition, words in said]
    now = [words for time, words in left_out if choices.horizon + 1e-9 < time]
    head = f'IF(OR({",".join(condition for condition, _ in said)}),"Methods","")'
    return "&".join([head, *parts]), "; ".join(["Methods", *now]) if now else ""


def changed_words(choices: Choices) -> str:
    """A text that names the choices typed that are not those written, each after a blank."""
    names = ("perspective", "threshold", "reference", "horizon", "method", "timing")
    parts = [f'IF(IFERROR({_as_written(name)},1=0),""," {name}")' for name in names]
    return "&".join([*parts, f'IF({choices.table.changed()}>0," sectors","")'])


def _word(name: str, words: Sequence[str]) -> str:
    """A choice in force as a word, from its number, which counts from 0."""
    text = f'"{words[-1]}"'
    for k, word in reversed(list(enumerate(words[:-1]))):
        text = f'IF({number(name)}={k},"{word}",{text})'
    return text


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
    wrong = f"{len(ROWS) + len(table)}-({good})"
    return "+".join(filter(None, (wrong, invalid_names(choices.named))))
