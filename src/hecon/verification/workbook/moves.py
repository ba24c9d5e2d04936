"""Where the cells of a workbook went since it was written: rows or columns inserted or deleted, a sheet renamed.

Rows and columns are known again by the words in them, so that it matters not which program moved them.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from hecon.names import column_number, letters
from hecon.workbook.pages.page import quoted
from hecon.workbook.sheets.formulas_sheet import COLUMNS, ROWS, SHEET, Line, column_marks, row_marks
from hecon.workbook.xlsx.package import Cells, Package

_TOLD = re.compile(
    r'"(?:[^"]|"")*"'  # text
    r"|(?:('(?:[^']|'')*'|[A-Za-z_][\w.]*)!)?(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d+)"
    r"(?::(\$?)([A-Z]{1,3})(\$?)(\d+))?(?![\w(.!])"
)
_AHEAD, _STEPS = (
    12,
    range(-60, 61),
)  # marks that are looked at to tell a row that was moved from one whose words were edited
_MOST = 0.6  # share of these marks that must be found where the row is said to have gone
_ALIKE = 0.7  # share of rows with the words of another sheet from which it is that sheet under another name


@dataclass(frozen=True)
class Shift:
    """Rows (or columns) from `starts` on, counted from 0, stand so many further down (or right).

    >>> shift = Shift((0, 5), (0, 2))
    >>> shift(4), shift(5), shift.is_none
    (4, 7, False)
    """

    starts: tuple[int, ...] = (0,)
    offsets: tuple[int, ...] = (0,)

    def __call__(self, place: int) -> int:
        return place + self.offsets[max(bisect_right(self.starts, place) - 1, 0)]

    @property
    def is_none(self) -> bool:
        """Whether nothing was moved."""
        return not any(self.offsets)


STILL = Shift()


@dataclass(frozen=True)
class Moved:
    """A sheet as submitted: its name now, and where its rows and columns are."""

    name: str
    rows: Shift = STILL
    columns: Shift = STILL

    def is_still(self, submitted: str) -> bool:
        """Whether the sheet is where and as it was."""
        return self.name == submitted and self.rows.is_none and self.columns.is_none


Moves = Mapping[str, Moved]  # by the sheet's name as submitted; a sheet that is missing has none


def moves_of(package: Package, lines: Sequence[Line]) -> Moves:
    """Where every listed sheet is now.

    >>> moves_of(Package({}, {}, ()), [])
    {}
    """
    rows = {one.sheet: marks_of(one.text) for one in lines if one.kind == ROWS}
    columns = {one.sheet: marks_of(one.text) for one in lines if one.kind == COLUMNS}
    strangers = {
        name: marks_of_rows(cells) for name, cells in package.sheets.items() if name not in rows and name != SHEET
    }
    found = {}
    for name, marks in rows.items():
        now = name if name in package.sheets else _renamed(marks, strangers)
        if not now:
            continue
        words = _words(package.sheets[now])
        across = shift_of(columns.get(name, {}), column_marks(words))
        found[name] = Moved(now, shift_of(marks, marks_of_rows(package.sheets[now])), across)
    return found


def shift_of(before: Mapping[int, str], now: Mapping[int, str]) -> Shift:
    """How rows were moved, from their marks before and now.

    >>> shift_of({0: "a", 4: "b", 5: "c"}, {0: "a", 6: "b", 7: "c"})
    Shift(starts=(0, 4), offsets=(0, 2))
    """
    if before == now:
        return STILL
    starts, offsets = [0], [0]
    places = list(before)
    for k, place in enumerate(places):
        step = offsets[-1]
        if now.get(place + step) == before[place]:
            continue
        ahead = places[k : k + _AHEAD]
        best = max(_STEPS, key=lambda more: (_matches(before, now, ahead, step + more), -abs(more)))
        enough = _matches(before, now, ahead, step + best) >= max(2, _MOST * len(ahead))
        if best and enough and now.get(place + step + best) == before[place]:
            starts.append(place if k else 0)
            offsets.append(step + best)
    return Shift(tuple(starts), tuple(offsets))


def _matches(before: Mapping[int, str], now: Mapping[int, str], places: Sequence[int], step: int) -> int:
    return sum(now.get(place + step) == before[place] for place in places)


def refers(text: str) -> set[str]:
    """The other sheets that a formula refers to.

    >>> sorted(refers("'My sheet'!A1+Inputs!$C$7*B2"))
    ['Inputs', 'My sheet']
    """
    return {match[1].strip("'").replace("''", "'") for match in _TOLD.finditer(text) if match[1]}


def carried(text: str, sheet: str, moves: Moves) -> str:
    """A formula as it must read now that cells were moved; a reference to a sheet that is missing stays.

    >>> carried("A3*Inputs!$C$7", "Items", {"Inputs": Moved("Inputs", Shift((0,), (1,)))})
    'A3*Inputs!$C$8'
    """

    def one(match: re.Match[str]) -> str:
        if match[3] is None:
            return match[0]
        named = match[1].strip("'").replace("''", "'") if match[1] else sheet
        moved = moves.get(named)
        if moved is None:
            return match[0]
        parts = [_cell(moved, *match.group(2, 3, 4, 5))]
        if match[7]:
            parts.append(_cell(moved, *match.group(6, 7, 8, 9)))
        return (f"{quoted(moved.name)}!" if match[1] else "") + ":".join(parts)

    return _TOLD.sub(one, text)


def same_cells(sheets: Collection[str], moves: Moves) -> bool:
    """Whether all of these sheets are where they were.

    >>> same_cells(["Inputs"], {"Inputs": Moved("Inputs")})
    True
    """
    return all(name not in moves or moves[name].is_still(name) for name in sheets)


def filled_rows(cells: Cells) -> set[int]:
    """Rows in which a number or a formula stands.

    >>> sorted(filled_rows(Cells(np.array([[1.0], [np.nan], [np.nan]]), formulas={(2, 0): "A1*2"})))
    [0, 2]
    """
    numbers = np.flatnonzero(np.any(~np.isnan(cells.numbers), axis=1)).tolist() if cells.numbers.size else []
    return {*numbers, *(row for row, _ in cells.formulas)}


def _cell(moved: Moved, fixed: str, column: str, held: str, row: str) -> str:
    return f"{fixed}{letters(moved.columns(column_number(column)))}{held}{moved.rows(int(row) - 1) + 1}"


def _words(cells: Cells) -> list[tuple[int, int, str]]:
    return [(*place, word) for place, word in cells.words.items() if place not in cells.formulas]


def marks_of_rows(cells: Cells) -> dict[int, str]:
    """The marks of a sheet's rows by their words, as the list has them.

    >>> marks_of_rows(Cells(np.ones((2, 1)), {(0, 0): "cycle"}))
    {0: 'c501', 1: 'S'}
    """
    return row_marks(_words(cells), filled_rows(cells))


def marks_of(text: str) -> dict[int, str]:
    """The marks of rows or columns from their line of the list.

    >>> marks_of("1:c501 4:S")
    {0: 'c501', 3: 'S'}
    """
    parts = (one.partition(":") for one in text.split())
    return {int(place) - 1: mark for place, _, mark in parts}


def _renamed(marks: Mapping[int, str], strangers: Mapping[str, Mapping[int, str]]) -> str:
    """The sheet, not of the list, that has most of the words; none where none has."""

    def share(name: str) -> float:
        return SequenceMatcher(None, list(marks.values()), list(strangers[name].values()), autojunk=False).ratio()

    best: Callable[[str], float] = share
    name = max(strangers, key=best, default="")
    return name if name and share(name) >= _ALIKE else ""
