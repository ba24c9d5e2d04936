"""Sheets of stored results: tables that the engine computed, with a chart where it helps, marked as values and not live.

What is to be written is a `StoredSheet`; one writer lays all of them out and says so in red when inputs were changed since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

from hecon.digits import number_text
from hecon.grid import SHEET, Column, Flat, Grid, flat, on
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.workbook.xlsx.package import Package

MARK = "Stored by the engine, not live: "
STALE = "OUT OF DATE: this sheet is stored, and inputs or Control were changed since; run hecon report on them"
BANNER = (2, 0)  # the one formula of a stored sheet
_FIRST = 4
_WIDTH, _LINES_HEIGHT, _BAR_HEIGHT, _BARS_LEAST = 900, 400, 28, 230  # pixels
_ROW_PIXELS = 20
_PAGE = 720, 480  # pixels of a landscape page of A4 that are surely within its margins, whatever font is at hand
_NARROW, _WIDE, _FIRST_WIDE = 13.0, 28.0, 44.0  # letters
_STYLES = {0: "static money", 1: "static tenth", 2: "static cents", 3: "static effect"}
_COLOURS = ("#1F3864", "#ED7D31", "#2E7D32", "#7F7F7F", "#7030A0", "#00A0B0", "#C00000")
_DASHES = ("solid", "dash", "round_dot", "dash_dot", "long_dash", "square_dot")
_MAP_COLOURS = ("#DCE6F2", "#FBE5D6", "#E2EFDA", "#EDEDED", "#E4DFEC", "#DAEEF3")


@dataclass(frozen=True)
class Chart:
    """A picture of a table: `kind` is "lines" (over a column of numbers) or "bars" (of each row, the first on top).

    `x` and `ys` name columns of the grid; `rows` is how many of its rows are drawn (0: all); `aside` bars that stand on
    one another's place, as in a tornado, in place of side by side.
    """

    kind: str
    title: str
    x: str
    ys: tuple[str, ...]
    x_title: str
    y_title: str
    rows: int = 0
    aside: bool = False


@dataclass(frozen=True)
class Part:
    """One table of a sheet, with its chart; `shades` colours cells with these words in place of a chart, as on a map."""

    grid: Grid
    chart: Chart | None = None
    shades: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredSheet:
    """A sheet of stored results: `ran_with` says what it was computed with, `words` what is to be read before the tables."""

    name: str
    title: str
    ran_with: str
    parts: tuple[Part, ...] = ()
    words: tuple[str, ...] = field(default=())


def write_stored(pen: Pen, stored: StoredSheet, unchanged: str) -> None:
    """Write one sheet; `unchanged` is a condition in the workbook that holds while inputs and choices stand as submitted.

    >>> from hecon.workbook.xlsx.pen import open_workbook
    >>> from tempfile import mkdtemp
    >>> pen = Pen(open_workbook(mkdtemp() + "/demo.xlsx"))
    >>> write_stored(pen, StoredSheet("Price", "Price", "2 draws"), "TRUE")
    >>> pen.helpers
    [('Price', 2, 0)]
    """
    sheet = pen.sheet(stored.name)
    sheet.text(0, 0, stored.title, "title")
    sheet.text(1, 0, f"{MARK}{stored.ran_with}", "subtitle")
    sheet.formula(*BANNER, f'IF({unchanged},"","{STALE}")', "", "banner")
    _set_widths(sheet, stored.parts)
    _write_parts(pen, sheet, stored, _FIRST)


def write_below(pen: Pen, stored: StoredSheet, row: int) -> None:
    """Write stored tables from a row on, on the sheet of that name that is there already."""
    sheet = next(one for one in pen.sheets if one.name == stored.name)
    sheet.text(row, 0, f"{MARK}{stored.ran_with}", "subtitle")
    _write_parts(pen, sheet, stored, row + 2)


def _write_parts(pen: Pen, sheet: Sheet, stored: StoredSheet, row: int) -> None:
    for words in stored.words:
        sheet.text(row, 0, words)
        row += 1
    row += 1 if stored.words else 0
    starts = []
    for part in stored.parts:
        starts.append(row)
        row = _write_part(pen, sheet, part, row) + 2
    if any(part.chart for part in stored.parts):
        _set_pages(sheet, stored.parts, starts)


def placeholders(package: "Package") -> tuple[StoredSheet, ...]:
    """Empty sheets in place of the stored ones that a workbook has, so that a fresh workbook has the same formulas.

    >>> from hecon.workbook.xlsx.package import Package
    >>> placeholders(Package({}, {}, ()))
    ()
    """
    return tuple(
        StoredSheet(name, "", "")
        for name, cells in package.sheets.items()
        if cells.words.get((1, 0), "").startswith(MARK)
    )


def _write_part(pen: Pen, sheet: Sheet, part: Part, row: int) -> int:
    """Title, note, picture, table; the row after the last."""
    grid = part.grid
    sheet.text(row, 0, grid.title, "section")
    row += 1
    for note in filter(None, grid.note.split("\n")):
        sheet.text(row, 0, note, "one line")
        row += 1
    columns, rows = flat(on(grid, SHEET))
    drawn = 0
    if part.chart is not None and len(rows) > 1:
        height = _height(part.chart, len(rows))
        drawn, row = row, row + ceil(height / _ROW_PIXELS) + 2
    for k, column in enumerate(columns):
        sheet.text(row, k, column.heading, "head indented" if column.decimals is None else "head right")
    top = row + 1
    for r, cells in enumerate(rows, start=top):
        for k, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            _write_cell(sheet, r, k, column, cell)
    last = top + len(rows) - 1
    if part.chart is not None and len(rows) > 1:
        _draw(pen, sheet, part.chart, columns, (drawn, top, last))
    for k, words in enumerate(part.shades):
        shade = pen.workbook.add_format({"bg_color": _MAP_COLOURS[k % len(_MAP_COLOURS)]})
        rule = {"type": "cell", "criteria": "==", "value": f'"{words}"', "format": shade}
        sheet.worksheet.conditional_format(top, 1, max(last, top), len(columns) - 1, rule)
    return last + 1


def _write_cell(sheet: Sheet, row: int, column: int, about: Column, cell: Flat) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.text(row, column, cell, "static text")
        return
    decimals = about.decimals
    style = _STYLES.get(3 if decimals is None or decimals < 0 else decimals, "static")
    if style == "static effect" and cell and not 1e-3 <= abs(cell) < 1e4:
        style = "static small" if abs(cell) < 1e-3 else "static money"
    sheet.number(row, column, float(cell), style)


def _set_widths(sheet: Sheet, parts: Sequence[Part]) -> None:
    """Columns as wide as their longest number, or as texts need in two lines or so."""
    widths: dict[int, float] = {0: 24.0}
    for part in parts:
        columns, rows = flat(on(part.grid, SHEET))
        for k, column in enumerate(columns):
            cells = [row[k] for row in rows]
            texts = [len(cell) for cell in cells if isinstance(cell, str)]
            numbers = [len(number_text(cell, column.decimals)) for cell in cells if isinstance(cell, int | float)]
            widest = _WIDE if k else _FIRST_WIDE
            longest_word = max(map(len, column.heading.split()), default=0)
            wanted = max([*(min(n, widest) for n in texts), *numbers, longest_word], default=0) + 2.0
            widths[k] = max(widths.get(k, 6.0 if part.shades else _NARROW), wanted)
    for k, width in widths.items():
        sheet.width(k, k, width)


def _set_pages(sheet: Sheet, parts: Sequence[Part], starts: Sequence[int]) -> None:
    """Pages that break before a table whose chart would not end on the same page; a program ignores breaks where it fits pages."""
    width = max(sum(7 * letters + 5 for letters in sheet.widths.values()), _WIDTH)
    scale = max(25, min(100, 100 * _PAGE[0] // int(width)))
    page = _PAGE[1] * 100 // scale // _ROW_PIXELS  # rows of a page
    breaks, top = [], 0
    for part, row in zip(parts, starts, strict=True):
        rows = flat(on(part.grid, SHEET))[1]
        drawn = ceil(_height(part.chart, len(rows)) / _ROW_PIXELS) + 4 if part.chart and len(rows) > 1 else 4
        if row > top and row + drawn - top > page:
            breaks.append(row)
            top = row
    sheet.worksheet.fit_page = False
    sheet.worksheet.set_print_scale(scale)
    sheet.worksheet.set_h_pagebreaks(breaks)


def _height(chart: Chart, rows: int) -> int:
    """The height of a chart in pixels."""
    if chart.kind == "lines":
        return _LINES_HEIGHT
    bars = min(chart.rows or rows, rows)
    each = _BAR_HEIGHT * (1 if chart.aside else max(1, len(chart.ys) * 2 // 3))
    return max(_BARS_LEAST, 120 + each * bars)


def _draw(pen: Pen, sheet: Sheet, chart: Chart, columns: Sequence[Column], rows: tuple[int, int, int]) -> None:
    """The chart at rows[0], of the table in rows[1] to rows[2]."""
    at, top, last = rows
    last = min(last, top + chart.rows - 1) if chart.rows else last
    names = [column.name for column in columns]
    lines = chart.kind == "lines"
    made = pen.workbook.add_chart({"type": "scatter", "subtype": "straight"} if lines else {"type": "bar"})
    x = names.index(chart.x)
    for k, name in enumerate(chart.ys):
        y, colour = names.index(name), _COLOURS[k % len(_COLOURS)]
        look: dict[str, Any] = (
            {"line": {"width": 2, "color": colour, "dash_type": _DASHES[k % len(_DASHES)]}}
            if lines
            else {"fill": {"color": colour}, "gap": 40, "overlap": 100 if chart.aside else 0}
        )
        made.add_series({
            "name": [sheet.name, top - 1, y], "categories": [sheet.name, top, x, last, x], "values": [sheet.name, top, y, last, y],
            **look,
        })  # fmt: skip
    thousands = {"num_format": "#,##0", "label_position": "low"}
    decimals = max((columns[names.index(name)].decimals or 0) for name in chart.ys)
    numbers = {"num_format": "#,##0" + ("." + "0" * decimals if decimals else ""), "label_position": "low"}
    title, x_title, y_title = (words.lstrip("=") or " " for words in (chart.title, chart.x_title, chart.y_title))
    made.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    if lines:
        made.set_x_axis({"name": x_title, **thousands, "major_gridlines": {"visible": False}})
        made.set_y_axis({"name": y_title, **numbers})
    else:
        made.set_y_axis({"name": x_title, "reverse": True, "label_position": "low"})
        made.set_x_axis({"name": y_title, "num_format": numbers["num_format"], "label_position": "high"})
    made.set_legend({"position": "bottom"} if len(chart.ys) > 1 else {"none": True})
    made.set_size({"width": _WIDTH, "height": _height(chart, last - top + 1)})
    sheet.worksheet.insert_chart(at, 0, made, {"x_offset": 4, "y_offset": 4, "description": chart.title})
