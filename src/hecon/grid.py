"""A grid: a titled table of texts and numbers, laid out once and printed to the terminal, a page, a sheet, CSV and pandas.

Intervals and ratios stay whole in the grid; each printer decides how to show them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.digits import number_text
from hecon.files import write_csv_rows
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

TERMINAL, PAGE, SHEET, DATA = (
    "terminal",
    "page",
    "sheet",
    "data",
)  # DATA: CSV and pandas, which hold codes and full numbers
MEDIA = (TERMINAL, PAGE, SHEET, DATA)
ROOMY = (PAGE, SHEET, DATA)


class Interval:
    """A cell with a mean and, over several draws, 95% limits; `Estimate` is one."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Amount(Interval):
    """A number with decimals of its own, where the rows of a column differ: money, QALYs, life-years."""

    mean: float
    decimals: int
    low: float | None = None
    high: float | None = None


class Ratio:
    """A cell with a number, or None where it has no meaning, and what is printed for it; `Icer` is one."""

    value: float | None
    text: str


Flat = str | float | int | None
Cell = Flat | Interval | Ratio


@dataclass(frozen=True)
class Column:
    """One column: `name` in CSV, `heading` for people (with its unit), `decimals` in print (None for text).

    Numbers of any size, such as inputs, have `decimals` below 0: that many significant digits. `words` say what a code, or
    True and False, is printed as; numbers below `least` are printed as it. `media` are those with room for the column.
    `limits` keeps room for an interval in data where no row has one.
    """

    name: str
    heading: str
    decimals: int | None = None
    words: Mapping[str | bool, str] | None = None
    least: float | None = None
    media: tuple[str, ...] = MEDIA
    limits: bool = False


@dataclass(frozen=True, repr=False)
class Grid(Shown):
    """Rows (row, column) under a title; `name` is the CSV file's and the sheet's. It prints, and shows in a notebook.

    `few` are the places of the rows that terminal and page show; all where it is empty.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    few: tuple[int, ...] = ()

    def column(self, name: str) -> list[Cell]:
        """The cells of one column, by its name."""
        k = [column.name for column in self.columns].index(name)
        return [row[k] for row in self.rows]

    def worded(self, name: str, words: Mapping[str | bool, str]) -> "Grid":
        """The grid with words for the codes of one column.

        >>> on(Grid("g", "G", (Column("s", "S"),), (("a",),)).worded("s", {"a": "Arm"}), PAGE).rows
        (('Arm',),)
        """
        columns = (replace(one, words=words) if one.name == name else one for one in self.columns)
        return replace(self, columns=tuple(columns))

    def where(self, name: str, *values: Cell) -> "Grid":
        """The rows with one of these values in a column, without that column.

        >>> Grid("g", "G", (Column("s", "S"), Column("n", "N", 0)), (("a", 1), ("b", 2))).where("s", "b").rows
        ((2,),)
        """
        k = [column.name for column in self.columns].index(name)
        rows = tuple(row[:k] + row[k + 1 :] for row in self.rows if row[k] in values)
        return replace(self, columns=self.columns[:k] + self.columns[k + 1 :], rows=rows)


def on(grid: Grid, medium: str) -> Grid:
    """The grid as a medium shows it: the columns it has room for, codes in words except where it is data.

    >>> columns = (Column("s", "S", media=ROOMY), Column("best", "", words={True: "best", False: ""}))
    >>> on(Grid("g", "G", columns, (("a", True), ("b", False))), TERMINAL).rows
    (('best',), ('',))
    """
    kept = [k for k, column in enumerate(grid.columns) if medium in column.media]
    columns = tuple(grid.columns[k] for k in kept)
    chosen = [grid.rows[k] for k in grid.few] if medium in (TERMINAL, PAGE) and grid.few else grid.rows
    rows = tuple(tuple(row[k] for k in kept) for row in chosen)
    if medium != DATA:
        rows = tuple(tuple(map(_in_words, row, columns)) for row in rows)
        columns = tuple(replace(column, words=None, least=None, limits=False) for column in columns)
    return replace(grid, columns=columns, rows=rows, few=())


def flat(grid: Grid) -> tuple[list[Column], list[list[Flat]]]:
    """Columns and rows of plain cells: an estimate with an interval takes three columns, a ratio a number and a text.

    >>> from hecon.analysis.cost_effectiveness.estimate import Estimate
    >>> from hecon.analysis.cost_effectiveness.icer import Icer
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
        if column.limits or any(isinstance(value, Interval) and value.low is not None for value in values):
            parts += [("_low", ", 2.5%", column.decimals), ("_high", ", 97.5%", column.decimals)]
        elif any(isinstance(value, Ratio) for value in values):
            parts += [("_text", ", in words", None)]
        columns += [Column(column.name + end, column.heading + words, decimals) for end, words, decimals in parts]
        for row, value in zip(cells, values, strict=True):
            row += _parts(value, len(parts))
    return columns, cells


def to_frame(grid: Grid) -> "pd.DataFrame":
    """The grid as a pandas table, numbers in full, an interval as two more columns.

    >>> to_frame(Grid("g", "G", (Column("s", "S"), Column("cost", "Cost", 0)), (("a", -2.5),))).columns.tolist()
    ['s', 'cost']
    """
    import pandas as pd

    columns, rows = flat(on(grid, DATA))
    return pd.DataFrame(rows, columns=[column.name for column in columns])


def write_csv(grid: Grid, path: str | Path) -> None:
    """Write a grid as CSV, numbers in full; a text that a spreadsheet would take for a formula gets a leading '.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "g.csv"
    >>> write_csv(Grid("g", "G", (Column("s", "S"), Column("cost", "Cost", 0)), (("=1+1", -2.5),)), path)
    >>> path.read_text().splitlines()
    ['s,cost', "'=1+1,-2.5"]
    """
    columns, rows = flat(on(grid, DATA))
    write_rows([column.name for column in columns], rows, path)


def write_rows(header: list[str], rows: Iterable[Iterable[Flat]], path: str | Path) -> None:
    """Write a header and plain rows as CSV under the same rules as `write_csv`; None is an empty cell.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "g.csv"
    >>> write_rows(["a", "b"], [["@x", None], ["y", 0.1]], path)
    >>> path.read_text().splitlines()
    ['a,b', "'@x,", 'y,0.1']
    """
    write_csv_rows(Path(path), chain([map(safe_text, header)], (map(_csv_cell, row) for row in rows)))


def safe_text(text: str) -> str:
    """A text that no spreadsheet runs as a formula: one that begins with = + - @, a tab or a return gets a leading '.

    >>> safe_text("=HYPERLINK()"), safe_text("plain")
    ("'=HYPERLINK()", 'plain')
    """
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def plain_text(grid: Grid) -> str:
    """The grid for `print`: means without their intervals, the note below.

    Text columns up to the first number stand to the left, all others to the right.

    >>> print(plain_text(Grid("g", "G", (Column("s", "S"), Column("cost", "Cost", 0)), (("a", 1000.0), ("bc", 5)))))
    S    Cost
    a   1,000
    bc      5
    """
    grid = on(grid, TERMINAL)
    headings = [column.heading for column in grid.columns]
    lines = [headings] if any(headings) else []
    lines += [
        [shown_cell(cell, column)[0] for cell, column in zip(row, grid.columns, strict=True)] for row in grid.rows
    ]
    left = max(1, [*(column.decimals is None for column in grid.columns), False].index(False))
    widths = [max((len(line[k]) for line in lines), default=0) for k in range(len(headings))]
    texts = [
        "  ".join(
            cell.ljust(width) if k < left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([*texts, grid.note] if grid.note else texts)


def rich_table(grid: Grid) -> "Table":
    """The grid for a terminal: texts left, numbers right, intervals under their mean, the note below.

    >>> rich_table(Grid("g", "G", (Column("s", "S"), Column("cost", "Cost", 0)), (("a", 1234.5),))).row_count
    1
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = on(grid, TERMINAL)
    cells = [list(map(shown_cell, row, grid.columns)) for row in grid.rows]
    brackets = "95% intervals in brackets" if any(span for row in cells for _, span in row) else ""
    note = "\n".join(filter(None, [brackets, grid.note]))
    table = Table(title=Text(grid.title), caption=Text(note) if note else None, box=box.SIMPLE_HEAD)
    table.title_justify = table.caption_justify = "left"
    table.min_width = min(len(grid.title), 100)  # or rich folds the title to the width of the columns
    for column in grid.columns:
        if column.decimals is None:
            table.add_column(Text(column.heading), overflow="fold")  # or rich cuts long names
        else:
            table.add_column(Text(column.heading), justify="right")
    for row in cells:
        table.add_row(*(Text(f"{middle}\n({span})" if span else middle) for middle, span in row))
    return table


def shown_cell(cell: Cell, column: Column) -> tuple[str, str]:
    """A cell in print, and its 95% interval where it has one.

    >>> shown_cell(1234.5, Column("cost", "Cost", 0)), shown_cell(None, Column("cost", "Cost", 0))
    (('1,234', ''), ('', ''))
    """
    if isinstance(cell, Interval):
        decimals = cell.decimals if isinstance(cell, Amount) else column.decimals or 0
        middle, *limits = (number_text(one, decimals) for one in (cell.mean, cell.low, cell.high) if one is not None)
        return middle, " to ".join(limits)
    if isinstance(cell, Ratio):
        return cell.text, ""
    if cell is None or isinstance(cell, str):
        return cell or "", ""
    return number_text(cell, column.decimals), ""


def _in_words(cell: Cell, column: Column) -> Cell:
    """The cell with its code in words, and not below the least."""
    if column.words is not None and isinstance(cell, str | bool):
        return column.words.get(cell, cell)
    if column.least is not None and isinstance(cell, int | float):
        return max(cell, column.least)
    return cell


def _csv_cell(cell: Flat) -> Flat:
    if isinstance(cell, str):
        return safe_text(cell)
    return float(cell) if isinstance(cell, float) else cell  # numpy's floats print their type


def _parts(cell: Cell, n: int) -> Sequence[Flat]:
    if isinstance(cell, Ratio):
        return (cell.value, cell.text)[:n]
    if isinstance(cell, Interval):
        return (cell.mean, cell.low, cell.high)[:n]
    return (cell, None, None)[:n]
