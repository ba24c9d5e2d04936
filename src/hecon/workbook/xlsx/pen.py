"""The pen that writes cells: text only as text, numbers as numbers, formulas only from the printers, with the engine's values.

Cells go past XlsxWriter's checks where `quick_sheet` finds that the version installed gives the same bytes either way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from math import isfinite
from typing import Any

from hecon.errors import HeconError
from hecon.workbook.pages.page import NEAR, ROW, STATIC, Source
from hecon.workbook.xlsx.styles import STYLES, sized, style_of, tab_colour

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_CREATED = datetime(2000, 1, 1)
ERROR = "#NUM!"  # what a cell shows whose number the engine has not


@dataclass(frozen=True)
class ColumnCells:
    """Formula cells down one column of a sheet: rows `first` to `last` counted from 0, and where their numbers come from."""

    sheet: str
    column: int
    first: int
    last: int
    source: Source
    tunnel: int = 0


@dataclass(frozen=True)
class OneCell:
    """One formula cell with an engine source; `tunnel` picks from sources with one value per tunnel."""

    sheet: str
    row: int
    column: int
    source: Source
    tunnel: int = 0


@dataclass
class Pen:
    """A workbook being written: `columns` and `cells` log every formula whose number is the engine's, `helpers` the others."""

    workbook: Any
    footer: str = ""
    columns: list[ColumnCells] = field(default_factory=list)
    cells: list[OneCell] = field(default_factory=list)
    helpers: list[tuple[str, int, int]] = field(default_factory=list)
    sheets: list["Sheet"] = field(default_factory=list)
    formats: dict[str, Any] = field(default_factory=dict)

    def format(self, name: str) -> Any:
        """A style's format, made when first used."""
        if name not in self.formats:
            style, _, number = name.partition(":")
            digits = {"num_format": number} if number else {}
            self.formats[name] = self.workbook.add_format(
                {"font_name": "Calibri", "font_size": 10, **STYLES[style], **digits}
            )
        return self.formats[name]

    def sheet(self, name: str, landscape: bool = True) -> "Sheet":
        """A new sheet, set up for print: landscape, one page wide, its name and the page in the footer."""
        from hecon.workbook.xlsx.quick_sheet import sheet_class

        worksheet = self.workbook.add_worksheet(name, sheet_class())
        if landscape:
            worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.set_margins(0.5, 0.5, 0.6, 0.6)
        worksheet.set_tab_color(tab_colour(name))
        worksheet.fit_to_pages(1, 0)
        worksheet.hide_gridlines(2)
        worksheet.set_footer(f"&L{self.footer}&C&A&Rpage &P of &N")
        made = Sheet(self, worksheet, name)
        self.sheets.append(made)
        return made

    def define_name(self, name: str, cell: str) -> None:
        """Let a name stand for a cell.

        Raises:
            HeconError: a name that XlsxWriter leaves out, of which every formula would come to #NAME?.
        """
        if self.workbook.define_name(name, f"={cell}") == -1:
            raise HeconError(f"'{name}' cannot be a name in a workbook; give the input another name")

    def close(self) -> None:
        """Give wrapped rows their height and write the file."""
        for sheet in self.sheets:
            sheet.set_heights()
        self.workbook.close()


@dataclass
class Sheet:
    """One sheet of a workbook and the ways to write on it; rows and columns are counted from 0."""

    pen: Pen
    worksheet: Any
    name: str
    widths: dict[int, float] = field(default_factory=dict)
    wrapped: dict[int, list[tuple[int, str, float]]] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    title: str = ""  # what its first cell says
    most_lines: int = 8

    def width(self, first: int, last: int, width: float) -> None:
        """Columns' width in letters."""
        self.worksheet.set_column(first, last, width)
        self.widths.update(dict.fromkeys(range(first, last + 1), width))

    def height(self, row: int, points: float) -> None:
        """A row's height, whatever it holds."""
        self.heights[row] = points
        self.worksheet.set_row(row, points)

    def set_heights(self) -> None:
        """Rows as high as their longest wrapped text needs, `most_lines` at most."""
        for row, cells in self.wrapped.items():
            if row in self.heights:
                continue
            lines = [_lines(words, self.widths.get(column, 9.0) / size) for column, words, size in cells]
            if max(lines) > 1:
                self.worksheet.set_row(row, 13.5 * min(max(lines), self.most_lines) + 2)

    def stop(self, row: int, column: int, last_row: int, last_column: int) -> None:
        """Nothing may be typed over the formulas in these cells."""
        rule = {
            "validate": "custom", "value": "=FALSE", "error_type": "stop", "error_title": "hecon",
            "error_message": "a formula: change the yellow cell",
        }  # fmt: skip
        self.worksheet.data_validation(row, column, last_row, last_column, rule)

    def head(self, title: str, subtitle: str) -> None:
        """The sheet's title, and below it what the sheet is for."""
        self.text(0, 0, title, "title")
        self.text(1, 0, subtitle, "subtitle")

    def heads(self, row: int, words: Sequence[str], right: int | None = None, first: int = 0) -> None:
        """Columns' headings from column `first` on; those from `right` on stand above numbers, and a blank is left out."""
        for column, one in enumerate(words, start=first):
            if one:
                self.text(row, column, one, "head right" if right is not None and column >= right else "head")

    def text(self, row: int, column: int, words: str, style: str = "plain") -> None:
        """Words, whatever they begin with."""
        if (row, column) == (0, 0):
            self.title = words
        if style == "title":
            self.height(row, 21)  # LibreOffice cuts larger letters in a row of the usual height
        if STYLES[style].get("text_wrap"):
            bold = 1.06 if STYLES[style].get("bold") else 1.0
            self.wrapped.setdefault(row, []).append((column, words, bold * (0.9 if style == "note" else 1.0)))
        self.worksheet.write_string(row, column, legal(words), self.pen.format(style))

    def number(self, row: int, column: int, value: float, style: str = "general") -> None:
        """A number; a value that is none is left out."""
        if isfinite(value):
            self.worksheet.write_number(row, column, float(value), self.pen.format(sized(style, value)))

    def formula(
        self,
        row: int,
        column: int,
        text: str,
        value: Any,
        style: str = "general",
        source: Source | None = None,
        tunnel: int = 0,
    ) -> None:
        """A formula with its value; what Excel cannot compute is its value alone, in grey."""
        if text == STATIC:
            self.number(row, column, value, "static")
            return
        self._put(row, column, text, value, style)
        if source is None:
            self.pen.helpers.append((self.name, row, column))
        else:
            self.pen.cells.append(OneCell(self.name, row, column, source, tunnel))

    def down(
        self, column: int, first: int, texts: list[str], values: list[Any], style: str, source: Source, tunnel: int = 0
    ) -> None:
        """Formulas down a column; `any` is a style by the largest of the values."""
        if texts and texts[0] == STATIC:
            for row, value in enumerate(values, start=first):
                self.number(row, column, value, "static")
            return
        if style == "any":
            style = style_of(max((x for x in map(abs, values) if isfinite(x) and x != round(x)), default=0.0))
        last = first + len(texts) - 1
        shown = [value if isfinite(value) else ERROR for value in values]
        self.worksheet.formulas_down(first, column, texts, shown, self.pen.format(style))
        self.pen.columns.append(ColumnCells(self.name, column, first, last, source, tunnel))

    def _put(self, row: int, column: int, text: str, value: Any, style: str) -> None:
        shown = (
            value
            if isinstance(value, str)
            else float(value)
            if isfinite(value)
            else "#N/A"
            if "NA()" in text
            else ERROR
        )
        name = ("general" if style == "any" else style) if isinstance(shown, str) else sized(style, shown)
        self.worksheet.formulas_down(row, column, [text], [shown], self.pen.format(name))


def open_workbook(path: str | BytesIO) -> Any:
    """An XlsxWriter workbook whose bytes depend on nothing but what is written."""
    from hecon.workbook.xlsx.quick_sheet import workbook_class

    workbook = workbook_class()(path, OPTIONS)
    workbook.set_properties({"created": _CREATED})
    return workbook


def describe(workbook: Any, title: str, case: str, version: str) -> None:
    """Title, subject and author in the file's properties; its date is fixed, so that the same workbook has the same bytes."""
    workbook.set_properties({
        "title": legal(title)[:250], "subject": f"Executable model of {case}"[:250], "author": f"hecon {version}",
        "comments": "The date of creation is fixed: a workbook of the same inputs has the same bytes.", "created": _CREATED,
    })  # fmt: skip


def down_rows(text: str, first: int, count: int) -> list[str]:
    """A formula with its row's number filled in, row by row.

    >>> down_rows(f"A{ROW}*2", 4, 2)
    ['A5*2', 'A6*2']
    """
    near = [(shift, mark) for shift, mark in NEAR.items() if mark in text]
    if not near:
        parts = text.split(ROW)
        return [str(r).join(parts) for r in range(first + 1, first + 1 + count)]
    texts = []
    for r in range(first + 1, first + 1 + count):
        here = text.replace(ROW, str(r))
        for shift, mark in near:
            here = here.replace(mark, str(r + shift))
        texts.append(here)
    return texts


def _lines(words: str, width: float) -> int:
    """How many lines a text takes in a column so many letters wide, broken between words."""
    lines = 0
    for part in words.split("\n"):
        used, lines = 0, lines + 1
        for word in part.split(" "):
            if used and used + 1 + len(word) > width:
                lines, used = lines + 1, 0
            used += len(word) + (1 if used else 0)
            if len(word) > width:
                more = int(len(word) // max(width, 1))
                lines, used = lines + more, len(word) - int(more * width)
    return lines


def legal(words: str) -> str:
    """Words that an .xlsx may hold: no control characters, at most 32,767 letters."""
    return "".join(c for c in words if c >= " " or c in "\n\t")[:32_000]
