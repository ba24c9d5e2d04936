"""A grid: a titled table of texts and numbers, built once and printed to the terminal, to CSV and to a workbook.

Estimates and ratios stay whole in the grid; each printer decides how to lay them out.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.analysis.cost_effectiveness.icer import Icer
from hecon.digits import number_text

if TYPE_CHECKING:
    from rich.table import Table

Cell = str | float | int | None | Estimate | Icer
Flat = str | float | int | None


@dataclass(frozen=True)
class Column:
    """One column: `name` in CSV, `heading` for people (with its unit), `decimals` in print (None for text).

    Numbers of any size, such as inputs, have `decimals` below 0: that many significant digits.
    """

    name: str
    heading: str
    decimals: int | None = None


@dataclass(frozen=True)
class Grid:
    """Rows (row, column) under a title; `name` is the CSV file's and the sheet's."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def flat(grid: Grid) -> tuple[list[Column], list[list[Flat]]]:
    """Columns and rows of plain cells: an estimate with an interval takes three columns, a ratio a number and a text.

    >>> cells = (("a", Estimate(2.0, 1.0, 3.0), Icer(5.0, "NE", "5")),)
    >>> grid = Grid("g", "G", (Column("s", "S"), Column("cost", "Cost", 0), Column("icer", "ICER", 0)), cells)
    >>> [column.name for column in flat(grid)[0]]
    ['s', 'cost', 'cost_low', 'cost_high', 'icer', 'icer_text']
    >>> flat(grid)[1]
    [['a', 2.0, 1.0, 3.0, 5.0, '5']]
    """
    columns: list[Column] = []
    cells: list[list[Flat]] = [[] for _ in grid.rows]
    for k, column in enumerate(grid.columns):
        values = [row[k] for row in grid.rows]
        parts = [("", "", column.decimals)]
        if any(isinstance(value, Estimate) and value.low is not None for value in values):
            parts += [("_low", ", 2.5%", column.decimals), ("_high", ", 97.5%", column.decimals)]
        elif any(isinstance(value, Icer) for value in values):
            parts += [("_text", ", in words", None)]
        columns += [Column(column.name + end, column.heading + words, decimals) for end, words, decimals in parts]
        for row, value in zip(cells, values, strict=True):
            row += _parts(value, len(parts))
    return columns, cells


def write_csv(grid: Grid, path: str | Path) -> None:
    """Write a grid as CSV, numbers in full; a text that a spreadsheet would take for a formula gets a leading '.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "g.csv"
    >>> write_csv(Grid("g", "G", (Column("s", "S"), Column("cost", "Cost", 0)), (("=1+1", -2.5),)), path)
    >>> path.read_text().splitlines()
    ['s,cost', "'=1+1,-2.5"]
    """
    columns, rows = flat(grid)
    write_rows([column.name for column in columns], rows, path)


def write_rows(header: list[str], rows: Iterable[Iterable[Flat]], path: str | Path) -> None:
    """Write a header and plain rows as CSV under the same rules as `write_csv`; None is an empty cell.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "g.csv"
    >>> write_rows(["a", "b"], [["@x", None], ["y", 0.1]], path)
    >>> path.read_text().splitlines()
    ['a,b', "'@x,", 'y,0.1']
    """
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([safe_text(name) for name in header])
        writer.writerows(map(_csv_cell, row) for row in rows)


def safe_text(text: str) -> str:
    """A text that no spreadsheet runs as a formula: one that begins with = + - @, a tab or a return gets a leading '.

    >>> safe_text("=HYPERLINK()"), safe_text("plain")
    ("'=HYPERLINK()", 'plain')
    """
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def rich_table(grid: Grid) -> "Table":
    """The grid for a terminal: texts left, numbers right, intervals under their mean, the note below.

    >>> rich_table(Grid("g", "G", (Column("s", "S"), Column("cost", "Cost", 0)), (("a", 1234.5),))).row_count
    1
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    intervals = any(isinstance(cell, Estimate) and cell.low is not None for row in grid.rows for cell in row)
    note = "\n".join(filter(None, ["95% intervals in brackets" if intervals else "", grid.note]))
    table = Table(title=Text(grid.title), caption=Text(note) if note else None, box=box.SIMPLE_HEAD)
    table.title_justify = table.caption_justify = "left"
    table.min_width = min(len(grid.title), 100)  # or rich folds the title to the width of the columns
    for column in grid.columns:
        table.add_column(Text(column.heading), justify="left" if column.decimals is None else "right")
    for row in grid.rows:
        table.add_row(*(Text(_shown(c, column.decimals)) for c, column in zip(row, grid.columns, strict=True)))
    return table


def _csv_cell(cell: Flat) -> Flat:
    if isinstance(cell, str):
        return safe_text(cell)
    return float(cell) if isinstance(cell, float) else cell  # numpy's floats print their type


def _shown(cell: Cell, decimals: int | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Icer):
        return cell.text
    if isinstance(cell, Estimate):
        return cell.text(decimals or 0).replace(" (", "\n(")
    return number_text(cell, decimals)


def _parts(cell: Cell, n: int) -> list[Flat]:
    parts: tuple[Flat, ...] = (cell, None, None) if not isinstance(cell, Estimate | Icer) else ()
    if isinstance(cell, Icer):
        parts = (cell.value, cell.text)
    if isinstance(cell, Estimate):
        parts = (cell.mean, cell.low, cell.high)
    return list(parts[:n])
