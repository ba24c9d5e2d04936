"""Stored results of the cells that follow from withheld inputs: emptied before the file is written, then computed from the file.

formualizer computes them, where it is installed. Without it they stay empty, and a spreadsheet computes them as it opens the file.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hecon.names import column_number
from hecon.workbook.sheets.charts_sheet import SHEET as CHARTS
from hecon.workbook.sheets.psa_cells import RESULTS as PSA_RESULTS
from hecon.workbook.xlsx.package import Place, rewrite
from hecon.workbook.xlsx.pen import Pen
from hecon.workbook.xlsx.references import REFERENCE, Spot, spot

_REFERENCES = re.compile(r'"(?:[^"]|"")*"|(' + REFERENCE + ")")
_FIXED = re.compile(r"\$\d")  # a row that stays when a formula is copied down
_EMPTY = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*)>(<f>[^<]*</f>)<v></v></c>')
_VALUE_STYLES = ("general", "cents", "flow", "probability", "small")  # chosen by a value, so they would tell of it
_ERRORS = {"Na": "#N/A", "Num": "#NUM!", "Div": "#DIV/0!"}  # that a spreadsheet gives too; others are formualizer's own
_NOT_AVAILABLE = "#N/A"
_NEAR = 1e-9
_PACKED = 6  # as XlsxWriter packs
_LONG = 40  # rows of one formula each, on the sheets of draws


@dataclass(frozen=True)
class Run:
    """Formula cells one below the other, rows `first` to `last`, and all cells that they read."""

    sheet: str
    column: int
    first: int
    last: int
    reads: tuple[Spot, ...]


def empty_followers(pen: Pen, live: Mapping[str, Place], withheld: Collection[str]) -> dict[Place, Any]:
    """Empty every formula cell that can follow from withheld inputs; returns what was written in each.

    `live` are the cells of the inputs' defined names. Those of the withheld are #N/A, and those of the others depend on
    nothing that is withheld. Formats that were chosen by a value become the general one for numbers.
    """
    tables: dict[str, Any] = {sheet.name: sheet.worksheet.table for sheet in pen.sheets}
    start = [live[name] for name in withheld]
    for sheet in {place[0] for place in start}:
        cells = ((row, column, cell) for row, line in tables[sheet].items() for column, cell in line.items())
        start += [(sheet, row, column) for row, column, cell in cells if getattr(cell, "formula", "") == "NA()"]
    found = followers(_runs(pen, {name: live[name] for name in withheld}), start, {*live.values(), *start})
    neutral = {
        id(form): "any" if name in _VALUE_STYLES else name.partition(":")[0]
        for name, form in pen.formats.items()
        if name in _VALUE_STYLES or ":" in name
    }
    held = {}
    for place in [*start, *found]:
        sheet, row, column = place
        old = tables[sheet][row][column]
        form = pen.format(neutral[id(old.format)]) if id(old.format) in neutral else old.format
        tables[sheet][row][column] = old._replace(value=_NOT_AVAILABLE if place in start else "", format=form)
        held[place] = old.value
    return {place: held[place] for place in found}


def followers(runs: Iterable[Run], changed: Collection[Place], kept: Collection[Place]) -> list[Place]:
    """Formula cells that follow from changed ones, in one step or in many, but for those that are kept.

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
            if top <= last and first <= bottom and run not in found and (run.sheet, run.first, run.column) not in kept:
                found[run] = None
                waiting.append((run.sheet, run.column, run.first, run.last))
    return [(run.sheet, row, run.column) for run in found for row in range(run.first, run.last + 1)]


def compute_followers(path: Path, held: Mapping[Place, Any]) -> None:
    """Store in emptied cells what formualizer computes, or what they held where that is the same; nothing without it."""
    if find_spec("formualizer") is None or not held:
        return
    values = _recalculated(path, held)
    sheets = {place[0] for place in held}

    def fill(sheet: str, text: str) -> str:
        def one(match: re.Match[str]) -> str:
            place = (sheet, int(match[2]) - 1, column_number(match[1]))
            if place not in held:
                return match[0]
            kind, value = _result(values[place], held[place])
            return f'<c r="{match[1]}{match[2]}"{match[3]}{kind}>{match[4]}<v>{value}</v></c>'

        return _EMPTY.sub(one, text) if sheet in sheets else text

    filled = path.with_suffix(".filled")
    rewrite(path, filled, fill, _PACKED)
    filled.replace(path)


def _recalculated(path: Path, places: Collection[Place]) -> dict[Place, Any]:
    """What formualizer finds in each of these cells: a number, a text, or an error as a mapping."""
    import formualizer

    workbook: Any = formualizer.Workbook.load_path(str(path))
    workbook.evaluate_all()
    found: dict[Place, Any] = {}
    for name in {place[0] for place in places}:
        mine = [place for place in places if place[0] == name]
        reach = (max(row for _, row, _ in mine) + 1, max(column for _, _, column in mine) + 1)
        rows = workbook.sheet(name).get_values(formualizer.RangeAddress(name, 1, 1, *reach))
        found |= {place: rows[place[1]][place[2]] for place in mine}
    return found


def _result(value: Any, held: Any) -> tuple[str, str]:
    """A cell's kind and value as they are stored; what formualizer cannot compute stays empty."""
    if isinstance(value, dict):
        error = _ERRORS.get(value["kind"], "")
        return ' t="e"' if error else "", error
    if value is None:
        return "", ""
    if isinstance(value, str):
        return ' t="str"' if value else "", escape(value, quote=False)
    same = isinstance(held, float) and abs(value - held) <= _NEAR * max(1.0, abs(held))
    return "", repr(float(held if same else value))


def _runs(pen: Pen, named: Mapping[str, Place]) -> Iterator[Run]:
    """Every formula cell with what it reads; those of a column that hold one formula together."""
    names = re.compile(r"\b(" + "|".join(map(re.escape, named)) + r")\b")
    spans: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for one in pen.columns:
        spans.setdefault((one.sheet, one.column), []).append((one.first, one.last))
    for sheet in pen.sheets:
        formulas: dict[int, dict[int, str]] = {}
        for row, cells in sheet.worksheet.table.items():
            for column, cell in cells.items():
                if hasattr(cell, "formula"):
                    formulas.setdefault(column, {})[row] = cell.formula
        for column, texts in formulas.items():
            whole = spans.get((sheet.name, column), [])
            first, last = min(texts), max(texts)
            if sheet.name in (PSA_RESULTS, CHARTS) and last - first + 1 == len(texts) > _LONG:
                whole = [(first, last)]
            for first, last in whole:
                rows = sorted({first, min(first + 1, last), (first + last) // 2, max(last - 1, first), last})
                reads = [spot for row in rows for spot in _reads(texts[row], sheet.name, names, named, (first, last))]
                yield Run(sheet.name, column, first, last, tuple(reads))
            for row, text in texts.items():
                if not any(first <= row <= last for first, last in whole):
                    yield Run(sheet.name, column, row, row, tuple(_reads(text, sheet.name, names, named)))


def _reads(
    text: str, sheet: str, names: re.Pattern[str], named: Mapping[str, Place], rows: tuple[int, int] | None = None
) -> Iterator[Spot]:
    """What a formula reads; over all rows that it is copied to, if these are given."""
    for name in names.findall(text):
        home, row, column = named[name]
        yield home, row, column, row, column
    for match in _REFERENCES.finditer(text):
        if match[1]:
            home, top, left, bottom, right = spot(match[1], sheet)
            if rows is not None and not _FIXED.search(match[1]):
                top, bottom = min(top, rows[0]), max(bottom, rows[1] + 1)
            yield home, top, left, bottom, right
