"""The walk written on the sheet Changes of a workbook as a person left it; nothing else of the file is touched."""

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from hecon.analysis.cost_effectiveness.totals import effect_words
from hecon.errors import InputError
from hecon.files import whole_file
from hecon.names import letters
from hecon.workbook.read_back.walk import Walk
from hecon.workbook.read_back.walk_grids import ORDER_MATTERS, lines, numbers
from hecon.workbook.sheets.changes_sheet import HEADS, SHEET, SUBMITTED, WALK_HEAD, WALK_STYLES
from hecon.workbook.xlsx.package import Package, read_package, rewrite

_HEADS = (
    "Step", "Name", "What", "Change", "Incremental cost", "Incremental {}", "ICER", "Status", "Incremental net benefit",
    "Difference to the step before", "Alone: difference to the base case", "Alone: ICER", "Alone: status",
)  # fmt: skip
_NUMBERS = (4, 5, 6, 8, 9, 10, 11)  # the columns of numbers
_ROW = re.compile(r'<row [^>]*?r="(\d+)"[^>]*?(?:/>|>.*?</row>)', re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"([^>]*?)(?:/>|>.*?</c>)', re.DOTALL)
_STYLE = re.compile(r'\bs="(\d+)"')
_PACKED = 6  # as XlsxWriter packs
Row = Sequence[float | str | None]


def write_walk(file: str | Path, out: str | Path, walk: Walk) -> Path:
    """A copy of a workbook with the walk on Changes, stored, in place of one that stands there.

    Raises:
        InputError: a workbook without the sheet or without its heading of the walk.

    >>> write_walk("no_such.xlsx", "out.xlsx", Walk(("a",), ("A",), "none", "", (), (), ()))
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    row = walk_row(read_package(file, only=(SHEET,)))
    if row is None:
        raise InputError(f"{file}: has no sheet {SHEET} with '{WALK_HEAD}' in column A; put it back, or give a folder")
    with whole_file(out) as draft:
        rewrite(file, draft, lambda name, text: _placed(text, row, _rows(walk)) if name == SHEET else text, _PACKED)
    return Path(out)


def walk_row(package: Package) -> int | None:
    """The row of the walk's heading on Changes, from 0.

    >>> walk_row(Package({}, {}, ())) is None
    True
    """
    words = package.sheets[SHEET].words if SHEET in package.sheets else {}
    return next((row for (row, column), word in words.items() if column == 0 and word == WALK_HEAD), None)


def _rows(walk: Walk) -> list[tuple[str, Row]]:
    """Each row with what it is: words, head or walk."""
    rows: list[tuple[str, Row]] = [("words", (f"Stored by the engine, not live: each step is a run. {ORDER_MATTERS}",))]
    for k in walk.compared:
        rows += [
            ("words", (f"{walk.labels[k]} against the reference of each step",)),
            ("head", [one.format(effect_words(walk.effect)) for one in _HEADS]),
        ]
        singles = [None, *walk.alone]
        for (number, name, what, words, point, difference, alone), single in zip(lines(walk, k), singles, strict=True):
            by_itself = numbers(walk, single, k) if single is not None else (None,) * 5
            rows.append(
                ("walk", (number, name, what, words, *numbers(walk, point, k), difference, alone, *by_itself[2:4]))
            )
        rows.append(("walk", (None,) * len(WALK_STYLES)))
    return rows


def _placed(text: str, row: int, rows: Sequence[tuple[str, Row]]) -> str:
    """The XML of the sheet with these rows below the heading, and nothing below them."""
    there = {int(match[1]) - 1: match[0] for match in _ROW.finditer(text)}
    wide = [xml for k, xml in sorted(there.items()) if k > row and letters(len(WALK_STYLES) - 1) in _styles(xml)]
    styles = _styles(wide[-1] if wide else "")
    noted = _styles(there.get(row + 1, "")).get("A", "")
    last = letters(len(HEADS) - 1)
    headed = next((found for xml in there.values() if last in (found := _styles(xml))), {})
    made = []
    for k, (kind, cells) in enumerate(rows, start=row + 1):
        parts = []
        for column, value in enumerate(cells):
            above = headed.get(letters(SUBMITTED if column in _NUMBERS else 0), "")
            style = {"words": noted, "head": above}.get(kind, styles.get(letters(column), ""))
            parts.append(_cell(f"{letters(column)}{k + 1}", value, style))
        height = ' ht="29" customHeight="1"' if kind == "head" else ""  # two lines
        made.append(f'<row r="{k + 1}"{height}>{"".join(parts)}</row>')
    kept = {k: _without(xml) for k, xml in there.items() if k > row}
    for k, xml in zip(range(row + 1, row + 1 + len(rows)), made, strict=True):
        rest = "".join(match[0] for match in _CELL.finditer(kept.get(k, "")))
        kept[k] = xml.replace("</row>", f"{rest}</row>")
    first = _ROW.search(text)
    assert first is not None
    end = max(match.end() for match in _ROW.finditer(text))
    every = {**{k: xml for k, xml in there.items() if k <= row}, **kept}
    return text[: first.start()] + "".join(xml for _, xml in sorted(every.items())) + text[end:]


def _styles(xml: str) -> dict[str, str]:
    """The style of each cell of a row, by its column."""
    return {match[1]: style[1] for match in _CELL.finditer(xml) if (style := _STYLE.search(match[2]))}


def _without(xml: str) -> str:
    """A row without the cells of the walk's columns."""
    mine = {letters(column) for column in range(len(WALK_STYLES))}
    return _CELL.sub(lambda match: "" if match[1] in mine else match[0], xml)


def _cell(address: str, value: float | str | None, style: str) -> str:
    s = f' s="{style}"' if style else ""
    if value is None or value != value:
        return f'<c r="{address}"{s}/>'
    if isinstance(value, str):
        return f'<c r="{address}"{s} t="inlineStr"><is><t>{escape(value, quote=False)}</t></is></c>'
    return f'<c r="{address}"{s}><v>{float(value)!r}</v></c>'
