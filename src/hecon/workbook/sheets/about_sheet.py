"""About: what the author wrote of the model (decision problem, structure, evidence, limits), as plain text and tables."""

import re
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from hecon.grid import SHEET as ON_A_SHEET
from hecon.grid import Grid, flat, on
from hecon.report.sections.markdown_parts import parts_of
from hecon.report.sections.parts import Fixed, Heading, Lines, Part, Table, Text
from hecon.results.texts import TITLE, headings
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis

SHEET = "About"
README = "README.md"
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_COLUMNS = 6
_WIDTH = 27.0  # letters of a column
_LINE = 150  # letters of a line across all columns
_MOST_LINES = 28  # of a cell: Excel's rows are 409 points at most


def about_parts(analysis: "Analysis") -> tuple[Part, ...]:
    """The README beside the case's model, then the author's texts; nothing without them.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> about_parts(open_case(*one_visit()).run(draws=0, perspective="payer", wtp=1.0, effect="none"))
    ()
    """
    path = analysis.folder / README if analysis.folder is not None else None
    found: list[Part] = []
    if path is not None and path.is_file():
        found += parts_of(_COMMENT.sub("", path.read_text(encoding="utf-8-sig", errors="replace")), 1)
    for key, heading in headings().items():
        if key in analysis.texts and key != TITLE:
            found += [Heading(heading), *parts_of(analysis.texts[key], 1)]
    return tuple(found)


def write_about(pen: Pen, parts: Sequence[Part]) -> None:
    """The sheet; none without parts. Nothing is cut: long paragraphs run over rows, long cells of tables too.

    >>> from tempfile import mkdtemp
    >>> from hecon.workbook.xlsx.pen import open_workbook
    >>> pen = Pen(open_workbook(mkdtemp() + "/demo.xlsx"))
    >>> write_about(pen, [Heading("Patients"), Text("Adults.")])
    >>> [sheet.name for sheet in pen.sheets]
    ['About']
    """
    if not parts:
        return
    sheet = pen.sheet(SHEET)
    sheet.most_lines = _MOST_LINES
    sheet.head(
        "About this model",
        "As its author wrote it. Figures in this text are of the day it was written: they are not live.",
    )
    widest = max((len(part.grid.columns) for part in parts if isinstance(part, Table)), default=1)
    columns = max(_COLUMNS, widest)
    sheet.width(0, columns - 1, max(_WIDTH * _COLUMNS / columns, 14.0))
    row = 3
    for part in parts:
        row = _write(sheet, part, row)


def _write(sheet: Sheet, part: Part, row: int) -> int:
    """One part from a row on; the row after it."""
    match part:
        case Heading(text, depth):
            return _lines(sheet, _wrapped(text, _LINE), row + 1, "section" if depth <= 1 else "bold")
        case Text(text):
            return _lines(sheet, _wrapped(text, _LINE), row, "plain") + 1
        case Lines(lines):
            told = [line for one in lines for line in _wrapped(f"- {one}", _LINE, "   ")]
            return _lines(sheet, told, row, "plain") + 1
        case Fixed(text):
            return _lines(sheet, text.splitlines(), row, "fixed") + 1
        case Table(grid):
            return _table(sheet, grid, row) + 1
        case _:
            return row


def _lines(sheet: Sheet, lines: Sequence[str], row: int, style: str, left: int = 0) -> int:
    for k, line in enumerate(lines, start=row):
        sheet.text(k, left, line, style)
        if style == "section":
            sheet.height(k, 18)
            for column in range(1, _COLUMNS):
                sheet.text(k, column, "", style)
    return row + len(lines)


def _table(sheet: Sheet, grid: Grid, row: int) -> int:
    """A table; a cell that no row is high enough for goes on in the next."""
    columns, rows = flat(on(grid, ON_A_SHEET))
    if any(column.heading for column in columns):
        for k, column in enumerate(columns):
            sheet.text(row, k, column.heading, "head")
        row += 1
    for cells in rows:
        if len(columns) <= 2:  # the second runs over the columns to its right
            sheet.text(row, 0, str(cells[0] or ""), "wrap")
            told = str(cells[1]) if len(cells) > 1 and cells[1] is not None else ""
            row = max(_lines(sheet, _wrapped(told, _LINE - int(_WIDTH)), row, "plain", 1), row + 1)
            continue
        width = int(sheet.widths.get(0, _WIDTH)) - 3
        pieces = [_pieces(str(cell) if cell is not None else "", width) for cell in cells]
        for r in range(max(map(len, pieces), default=0)):
            for k, some in enumerate(pieces):
                sheet.text(row, k, some[r] if r < len(some) else "", "wrap")
            row += 1
    return row


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _pieces(text: str, width: int) -> list[str]:
    """A cell's text in pieces of as many lines as a row can be high."""
    lines, size = _wrapped(text, width) or [""], _MOST_LINES - 2
    if len(lines) <= size:
        return [text]
    return [" ".join(lines[k : k + size]) for k in range(0, len(lines), size)]
