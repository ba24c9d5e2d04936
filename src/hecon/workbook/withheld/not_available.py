"""After the pen: stored results of cells that follow from withheld inputs become #N/A, as a spreadsheet would compute them.

First the inputs themselves, then all formulas that can follow from them, each after the cells it reads.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hecon.errors import HeconError
from hecon.workbook.sheets.charts_sheet import SHEET as CHARTS
from hecon.workbook.sheets.psa_cells import RESULTS as PSA_RESULTS
from hecon.workbook.withheld.spreadsheet import (
    LAZY,
    NOT_AVAILABLE,
    REFERENCE,
    UNKNOWN,
    Area,
    Error,
    Spot,
    computed,
    spot,
)
from hecon.workbook.xlsx.pen import Pen

_REFERENCES = re.compile(r'"(?:[^"]|"")*"|(' + REFERENCE + ")")
_VALUE_STYLES = ("general", "cents", "flow", "probability", "small")  # chosen by a value, so they would tell of it
_FIXED = re.compile(r"\$\d")  # a row that stays when a formula is copied down
_NEAR = 1e-9
_LONG = 40  # rows of one formula each, on the sheets of draws
Cell = tuple[str, int, int]


def put_not_available(pen: Pen, names: Mapping[str, Cell]) -> int:
    """Set right the stored result of every formula; `names` are the cells of the defined names. Returns how many are #N/A.

    Cells that hold =NA() are where it begins. Formats that were chosen by a value become the general one for numbers.
    """
    return _Pass(pen, names).run()


@dataclass(frozen=True)
class Run:
    """Formula cells one below the other, rows `first` to `last`, and all cells that they read."""

    sheet: str
    column: int
    first: int
    last: int
    reads: tuple[Spot, ...]


def followers(runs: Iterable[Run], changed: Collection[Cell], done: Collection[Cell]) -> list[Cell]:
    """Formula cells that follow from changed ones, in one step or in many, but for those that are done.

    >>> runs = [Run("S", 1, 0, 0, (("S", 0, 0, 0, 0),)), Run("S", 2, 0, 1, (("S", 0, 1, 0, 1),))]
    >>> followers(runs, [("S", 0, 0)], [])
    [('S', 0, 1), ('S', 0, 2), ('S', 1, 2)]
    """
    readers: dict[tuple[str, int], list[tuple[int, int, Run]]] = {}
    for run in runs:
        for sheet, top, left, bottom, right in set(run.reads):
            for column in range(left, right + 1):
                readers.setdefault((sheet, column), []).append((top, bottom, run))
    found: dict[Run, None] = {}
    waiting = [(sheet, column, row, row) for sheet, row, column in changed]
    while waiting:
        sheet, column, first, last = waiting.pop()
        for top, bottom, run in readers.get((sheet, column), ()):
            if top <= last and first <= bottom and run not in found:
                if run.first == run.last and (run.sheet, run.first, run.column) in done:
                    continue
                found[run] = None
                waiting.append((run.sheet, run.column, run.first, run.last))
    return [(run.sheet, row, run.column) for run in found for row in range(run.first, run.last + 1)]


class _Pass:
    """Results by cell; `changed` holds those that are no longer what was written."""

    def __init__(self, pen: Pen, names: Mapping[str, Cell]) -> None:
        self.pen, self.names = pen, names
        self.tables: dict[str, Any] = {sheet.name: sheet.worksheet.table for sheet in pen.sheets}
        strings = pen.workbook.str_table.string_table
        self.strings = {index: text for text, index in strings.items()}
        self.changed: dict[Cell, Any] = {}
        self.done: set[Cell] = set()
        self.areas: dict[Spot, bool] = {}
        self.told = False  # whether a changed cell was read
        self.named = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b") if names else None
        self.formulas: dict[str, set[tuple[int, int]]] = {name: set() for name in self.tables}
        self.by_column: dict[str, dict[int, list[int]]] = {}
        self._take(
            (name, row, column)
            for name, table in self.tables.items()
            for row, cells in table.items()
            for column, cell in cells.items()
            if hasattr(cell, "formula")
        )

    def run(self) -> int:
        for cell in self.names.values():
            self._visit(cell)
        follow = followers(self.runs(), self.changed, self.done)
        self.formulas = {name: set() for name in self.tables}
        self.by_column, self.areas = {}, {}
        self._take(dict.fromkeys([*follow, *self.changed]))  # what changed before may stand in a range
        for cell in follow:
            self._visit(cell)
        neutral = {
            id(form): "any" if name in _VALUE_STYLES else name.partition(":")[0]
            for name, form in self.pen.formats.items()
            if name in _VALUE_STYLES or ":" in name
        }
        for cell in dict.fromkeys([*self.changed, *follow]):
            self._restore(cell, neutral)
        return sum(value == NOT_AVAILABLE for value in self.changed.values())

    def _restore(self, cell: Cell, neutral: Mapping[int, str]) -> None:
        """Put the result of a cell back, in a format that was not chosen by it nor by those of its column."""
        sheet, row, column = cell
        old = self.tables[sheet][row][column]
        value = self.changed.get(cell, old.value)
        shown = value.code if isinstance(value, Error) else value
        form = self.pen.format(neutral[id(old.format)]) if id(old.format) in neutral else old.format
        self.tables[sheet][row][column] = old._replace(value=shown, format=form)

    def runs(self) -> Iterator[Run]:
        """Every formula cell, those of a column that hold one formula together, with what it reads."""
        whole = [(one.sheet, one.column, one.first, one.last) for one in self.pen.columns]
        for name in (PSA_RESULTS, CHARTS):
            for column, rows in self.by_column.get(name, {}).items():
                if min(rows) + len(rows) - 1 == max(rows) and len(rows) > _LONG:
                    whole.append((name, column, min(rows), max(rows)))
        together = {(s, c): (first, last) for s, c, first, last in whole}
        for sheet, column, first, last in whole:
            sample = {first, first + 1, (first + last) // 2, last - 1, last} & set(range(first, last + 1))
            reads = [
                one for row in sample for one in self._whole(self._formula((sheet, row, column)), sheet, first, last)
            ]
            yield Run(sheet, column, first, last, tuple(reads))
        for sheet, columns in self.by_column.items():
            for column, rows in columns.items():
                top, bottom = together.get((sheet, column), (1, 0))
                for row in rows:
                    if not top <= row <= bottom:
                        yield Run(
                            sheet, column, row, row, tuple(self._reads(self._formula((sheet, row, column)), sheet))
                        )

    def _whole(self, text: str, sheet: str, first: int, last: int) -> Iterator[Spot]:
        """What a column's formula reads, over all its rows."""
        yield from self._named(text)
        for match in _REFERENCES.finditer(text):
            if match[1]:
                home, top, left, bottom, right = one = spot(match[1], sheet)
                yield one if _FIXED.search(match[1]) else (home, min(top, first), left, max(last + 1, bottom), right)

    def _take(self, cells: Iterable[Cell]) -> None:
        for sheet, row, column in cells:
            self.formulas[sheet].add((row, column))
            self.by_column.setdefault(sheet, {}).setdefault(column, []).append(row)

    def _visit(self, start: Cell) -> None:
        """Compute a cell after all that it reads, without recursion: a trace may be thousands of rows deep."""
        stack = [start]
        while stack:
            cell = stack[-1]
            if cell in self.done or cell[1:] not in self.formulas[cell[0]]:
                stack.pop()
                continue
            text = self._formula(cell)
            reads = self._reads(text, cell[0])
            waiting = [one for spot in reads for one in self._inside(spot) if self._open(one) and one != cell]
            if waiting:
                stack += waiting
                continue
            self.done.add(cell)
            stack.pop()
            self._compute(cell, text, reads)

    def _compute(self, cell: Cell, text: str, reads: list[Spot]) -> None:
        """Compute one cell if anything it reads has changed."""
        if text == "NA()":
            self.changed[cell] = NOT_AVAILABLE
            return
        touched = [spot for spot in reads if self._touched(spot)]
        if not touched:
            return
        if not any(word in text for word in LAZY) and any(self._broken(spot) for spot in touched):
            self.changed[cell] = NOT_AVAILABLE
            return
        self.told = False
        value = computed(text, cell[0], self._area, lambda name: self._held(self.names[name]))
        if value is UNKNOWN and not self.told:
            return  # it reads nothing that changed: the engine's result stands
        if value is UNKNOWN:
            raise HeconError(
                f"cannot tell what {cell[0]} holds in row {cell[1] + 1} when inputs are withheld: {text[:120]}"
            )
        if not _same(value, self._held(cell)):
            self.changed[cell] = value

    def _reads(self, text: str, sheet: str) -> list[Spot]:
        return [*self._named(text), *(spot(match[1], sheet) for match in _REFERENCES.finditer(text) if match[1])]

    def _named(self, text: str) -> list[Spot]:
        if self.named is None:
            return []
        return [(s, r, c, r, c) for s, r, c in (self.names[name] for name in self.named.findall(text))]

    def _inside(self, where: Spot) -> Iterator[Cell]:
        """The formula cells of a range that may still have to be computed."""
        sheet, top, left, bottom, right = where
        if (top, left) == (bottom, right):
            yield sheet, top, left
            return
        if where in self.areas:
            return
        pending = [one for one in self._all(where) if self._open(one)]
        if not pending:
            self.areas[where] = any(one in self.changed for one in self._all(where))
        yield from pending

    def _open(self, cell: Cell) -> bool:
        return cell not in self.done and cell[1:] in self.formulas[cell[0]]

    def _all(self, where: Spot) -> Iterator[Cell]:
        """The formula cells of a range."""
        sheet, top, left, bottom, right = where
        mine = self.formulas[sheet]
        for column in range(left, right + 1):
            rows = self.by_column.get(sheet, {}).get(column, ())
            for row in range(top, bottom + 1) if bottom - top < len(rows) else rows:
                if top <= row <= bottom and (row, column) in mine:
                    yield sheet, row, column

    def _touched(self, where: Spot) -> bool:
        if where[1:3] == where[3:]:
            return where[:3] in self.changed
        return self.areas.get(where, False)

    def _broken(self, where: Spot) -> bool:
        return any(self.changed.get(one) == NOT_AVAILABLE for one in (self._all(where)))

    def _formula(self, cell: Cell) -> str:
        text: str = self.tables[cell[0]][cell[1]][cell[2]].formula
        return text

    def _held(self, cell: Cell) -> Any:
        """What a cell holds now: a number, a text, an error; None where it is empty."""
        if cell in self.changed:
            self.told = True
            return self.changed[cell]
        found = self.tables[cell[0]].get(cell[1], {}).get(cell[2])
        if found is None:
            return None
        if hasattr(found, "formula"):
            value = found.value
            return Error(value) if isinstance(value, str) and value.startswith("#") else value
        if hasattr(found, "number"):
            return float(found.number)
        return self.strings[found.string] if hasattr(found, "string") else None

    def _area(self, where: Spot) -> Area:
        sheet, top, left, bottom, right = where
        found = Area(np.full((bottom - top + 1, right - left + 1), np.nan), {}, {})
        for r in range(top, bottom + 1):
            for c in range(left, right + 1):
                value = self._held((sheet, r, c))
                place = (r - top, c - left)
                if isinstance(value, Error):
                    found.errors[place] = value
                elif isinstance(value, str):
                    found.words[place] = value
                elif value is not None:
                    found.numbers[place] = value
        return found


def _same(value: Any, held: Any) -> bool:
    """Whether a result is the one that was written, but for the last digits."""
    if isinstance(value, float) and isinstance(held, float):
        return abs(value - held) <= _NEAR * max(1.0, abs(held))
    return bool(value == held)
