"""Formulas that were edited, wherever rows or columns were inserted or deleted since: compared in the places they had.

A program that inserts a row moves every reference below it; that is no edit of a formula, and is not told as one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from hecon.memory import without_collection
from hecon.names import column_number, letters
from hecon.workbook.stored.sheet import placeholders
from hecon.workbook.verify.structure_faults import plain
from hecon.workbook.xlsx.package import Cells, Package
from hecon.workbook.xlsx.references import relative

_REFERENCE = re.compile(
    r'"(?:[^"]|"")*"'  # text
    r"|(?<![\w.$!:])(?:(?P<sheet>'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?"
    r"(?P<a>\$?)(?P<left>[A-Z]{1,3})(?P<b>\$?)(?P<top>\d+)"
    r"(?::(?P<c>\$?)(?P<right>[A-Z]{1,3})(?P<d>\$?)(?P<bottom>\d+))?(?![\w(.!])"
)
_LONG = 160
Lines = Mapping[int, int]  # the row (or column) that a fresh workbook has in place of each of the file's


@dataclass(frozen=True)
class _Edit:
    """Cells down a column, as they stand in the file, whose formulas were edited alike."""

    sheet: str
    column: int
    first: int
    last: int
    found: str
    wanted: str

    def __str__(self) -> str:
        at = f"{self.sheet}!{letters(self.column)}{self.first + 1}"
        if self.last > self.first:
            at += f":{letters(self.column)}{self.last + 1} ({self.last - self.first + 1} cells)"
        return f"{at}: {_told(self.found)} in place of {_told(self.wanted)}"


@without_collection()
def formulas_edited(package: Package, fresh: Package) -> list[str]:
    """Formulas that are not those of a fresh workbook of the same inputs, alike ones below each other as one; in words.

    >>> import numpy as np
    >>> def book(*texts):
    ...     formulas = {(row, 0): text for row, text in enumerate(texts) if text}
    ...     return Package({"S": Cells(np.full((len(texts), 1), np.nan), {}, {}, formulas)}, {}, ())
    >>> formulas_edited(book("", "1+1", "A2*2"), book("1+1", "A1*2"))  # a row was inserted above
    []
    >>> formulas_edited(book("1+1", "A1*3", "A2*3"), book("1+1", "A1*2", "A2*2"))
    ['S!A2:A3 (2 cells): =A1*3 in place of =A1*2']
    """
    told = [f"the sheet {name} is missing" for name in fresh.sheets if name not in package.sheets]
    shared = {name: cells for name, cells in fresh.sheets.items() if name in package.sheets}
    stored = {one.name for one in placeholders(package)}  # of which a fresh workbook has but the head
    maps = {
        name: _as_they_stand(package.sheets[name]) if name in stored else lines_of(package.sheets[name], cells)
        for name, cells in shared.items()
        if package.sheets[name] is not cells
    }
    moved = any(here != there for pair in maps.values() for one in pair for here, there in one.items())
    for name, (rows, columns) in maps.items():
        cells, mine = shared[name], package.sheets[name].formulas
        lost = dict(cells.formulas)
        edits: list[tuple[int, int, str, str]] = []
        for (row, column), found in mine.items():
            place = (rows.get(row, -1), columns.get(column, -1))
            wanted = lost.pop(place, "") if -1 not in place else ""
            there = _placed(found, name, maps) if moved else found
            if there != wanted and plain(there) != plain(wanted):
                edits.append((row, column, found, wanted))
        back = ({there: here for here, there in rows.items()}, {there: here for here, there in columns.items()})
        for (row, column), wanted in lost.items():
            if (
                row in back[0] and column in back[1] and wanted != "NA()"
            ):  # a withheld input for which a value was typed
                edits.append((back[0][row], back[1][column], "", wanted))
        told += map(str, _grouped(name, edits))
    strangers = [name for name in package.sheets if name not in fresh.sheets and package.sheets[name].formulas]
    return told + [f"the sheet {name} has formulas and is not of a fresh workbook" for name in strangers]


def lines_of(mine: Cells, new: Cells) -> tuple[Lines, Lines]:
    """The rows and the columns of a file's sheet with those that a fresh workbook has in their place; inserted ones have none.

    >>> import numpy as np
    >>> one, two = (Cells(np.full((len(words), 1), np.nan), {(k, 0): word for k, word in enumerate(words)})
    ...             for words in (("a", "new", "b"), ("a", "b")))
    >>> lines_of(one, two)[0]
    {0: 0, 2: 1}
    """
    return _lines(mine, new, 0), _lines(mine, new, 1)


def _as_they_stand(mine: Cells) -> tuple[Lines, Lines]:
    rows, columns = ({k: k for k in range(size)} for size in mine.numbers.shape)
    return rows, columns


def _lines(mine: Cells, new: Cells, axis: int) -> Lines:
    """The rows (axis 0) or columns (1) of a file with those of a fresh workbook in their place, by the words they hold."""
    one, other = _signatures(mine, axis), _signatures(new, axis)
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    found = {k: k for k in range(start)} | {len(one) - 1 - k: len(other) - 1 - k for k in range(end)}
    middle, there = one[start : len(one) - end], other[start : len(other) - end]
    if len(middle) == len(there):
        return found | {start + k: start + k for k in range(len(middle))}
    for kind, a, b, c, d in SequenceMatcher(None, middle, there, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and b - a == d - c):
            found |= {start + a + k: start + c + k for k in range(b - a)}
    return found


def _signatures(cells: Cells, axis: int) -> list[tuple[str, ...]]:
    """What tells one row (or column) from another: its words that no formula gave, and how many formulas it has."""
    size = max([cells.numbers.shape[axis], *(place[axis] + 1 for place in cells.formulas)], default=0)
    words: list[list[str]] = [[] for _ in range(size)]
    counts = [0] * size
    for place, word in sorted(cells.words.items()):
        if place not in cells.formulas:
            words[place[axis]].append(word)
    for place in cells.formulas:
        counts[place[axis]] += 1
    return [(*some, str(count > 0)) for some, count in zip(words, counts, strict=True)]


def _placed(text: str, sheet: str, maps: Mapping[str, tuple[Lines, Lines]]) -> str:
    """A formula of the file with its references where a fresh workbook has them."""

    def one(match: re.Match[str]) -> str:
        if match["left"] is None:
            return match[0]
        named = match["sheet"]
        home = named.strip("'").replace("''", "'") if named else sheet
        if home not in maps:
            return match[0]
        rows, columns = maps[home]
        parts = [f"{named}!" if named else ""]
        ends = [("a", "left", "b", "top")] + ([("c", "right", "d", "bottom")] if match["right"] else [])
        for k, (across, column, down, row) in enumerate(ends):
            c, r = _there(columns, column_number(match[column])), _there(rows, int(match[row]) - 1)
            if c is None or r is None:
                return "#NEW"  # a row or column that a fresh workbook has not
            parts.append(f"{':' if k else ''}{match[across]}{letters(c)}{match[down]}{r + 1}")
        return "".join(parts)

    return _REFERENCE.sub(one, text)


def _there(lines: Lines, k: int) -> int | None:
    """The row (or column) of a fresh workbook in place of the file's; beyond the last, as far from it as in the file."""
    last = max(lines, default=-1)
    return lines.get(last, -1) + k - last if k > last else lines.get(k)


def _grouped(sheet: str, edits: Sequence[tuple[int, int, str, str]]) -> list[_Edit]:
    groups: list[_Edit] = []
    last: tuple[int, int, str, str] | None = None
    for row, column, found, wanted in sorted(edits, key=lambda one: (one[1], one[0])):
        shape = (column, row - 1, relative(found, row, column), relative(wanted, row, column))
        if last == shape:
            groups[-1] = _Edit(sheet, column, groups[-1].first, row, groups[-1].found, groups[-1].wanted)
        else:
            groups.append(_Edit(sheet, column, row, row, found, wanted))
        last = (column, row, *shape[2:])
    return groups


def _told(text: str) -> str:
    return f"={text[:_LONG]}" if text else "no formula"
