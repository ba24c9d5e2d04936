"""Rows with addresses, whatever the file: a folder of CSV files and a workbook with a sheet per file read alike.

Cells are text here; what they mean is decided in `reading`.
"""

import csv
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hecon.errors import Fault, InputError, nearest, raise_faults

_DANGEROUS = re.compile(r"^'*[=+\-@\t\r]")  # a spreadsheet would run such text as a formula
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_ESCAPED = re.compile(r"^'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Row:
    """One row: its sheet, its number (the header is 1) and its texts by column."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def text(self, column: str) -> str:
        """The cell's text; empty for a blank cell or a column that the sheet lacks."""
        return self.cells.get(column, "")

    def address(self, column: str) -> str:
        """Such as "parameters!F14"; the row's first cell for a column that the sheet lacks."""
        return f"{self.sheet}!{self.letters.get(column, 'A')}{self.number}"


@dataclass(frozen=True)
class Sheet:
    """A file of the folder or a sheet of the workbook: its name, columns and rows that are not blank."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheets(path: Path, skip: Sequence[str] = ()) -> dict[str, Sheet]:
    r"""All sheets of a folder of CSV files or of an .xlsx workbook, by name, but for those in `skip`.

    Raises InputError when nothing is there, a file cannot be read, or a sheet's shape is wrong; all faults at once.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "parameters.csv").write_text("name,value\nprice,5\n")
    ...     read_sheets(Path(folder))["parameters"].rows[0].address("value")
    'parameters!B2'
    """
    if path.is_dir():
        files = sorted(
            one for one in path.glob("*.csv") if not one.name.startswith((".", "~")) and one.stem not in skip
        )
        if not files:
            raise InputError(f"{path}: holds no CSV files; it needs at least parameters.csv")
        grids: dict[str, list[list[str]]] = {}
        faults = []
        for file in files:
            try:
                grids[file.stem] = _read_csv(file)
            except InputError as error:
                faults.append(Fault(file.name, str(error)))
    elif path.exists():
        grids, faults = _read_workbook(path, skip)
    else:
        beside = [one.name for one in path.parent.glob("*")] if path.parent.is_dir() else []
        raise InputError(f"{path}: not found{nearest(path.name, beside)}")
    sheets = {}
    for name, grid in grids.items():
        sheets[name], more = _sheet(name, grid)
        faults += more
    raise_faults(faults, InputError, str(path))
    return sheets


def is_number(text: str) -> bool:
    """Whether a text is a number as a spreadsheet writes it; nan, inf and 1_000 are not.

    >>> is_number("-1.5e3"), is_number("1_000"), is_number("nan"), is_number("0,5")
    (True, False, False, False)
    """
    return bool(_NUMBER.fullmatch(text))


def cell_text(value: object) -> str:
    """A cell's value as text: whole numbers without a point, others with the fewest digits that give them back.

    >>> cell_text(2017.0), cell_text(0.1), cell_text(None), cell_text(True)
    ('2017', '0.1', '', 'TRUE')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        whole = float(value).is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(float(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value).strip()


def escape(text: str) -> str:
    """Text for a CSV cell: what a spreadsheet would run as a formula gets a leading apostrophe; numbers do not.

    >>> escape("=1+1"), escape("-0.5"), escape("drug")
    ("'=1+1", '-0.5', 'drug')
    """
    return f"'{text}" if _DANGEROUS.match(text) and not is_number(text) else text


def unescape(text: str) -> str:
    """Undo `escape`.

    >>> unescape("'=1+1"), unescape("'s-Hertogenbosch")
    ('=1+1', "'s-Hertogenbosch")
    """
    return text[1:] if _ESCAPED.match(text) else text


def column_letters(columns: Sequence[str]) -> dict[str, str]:
    """The spreadsheet letter of each column.

    >>> column_letters(["name", "value"])
    {'name': 'A', 'value': 'B'}
    """
    return {column: _letter(k) for k, column in enumerate(columns) if column}


def _letter(k: int) -> str:
    return (_letter(k // 26 - 1) if k >= 26 else "") + chr(ord("A") + k % 26)


def _read_csv(file: Path) -> list[list[str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return [[unescape(cell.strip()) for cell in row] for row in csv.reader(stream, strict=True)]
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text; save it as 'CSV UTF-8'") from None
    except (OSError, csv.Error) as error:
        raise InputError(f"cannot be read as CSV ({error})") from None


def _read_workbook(path: Path, skip: Sequence[str]) -> tuple[dict[str, list[list[str]]], list[Fault]]:
    """Stored values of every sheet; a formula without one (never calculated) is a fault, not a blank."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles and validations it does not keep
            books = [load_workbook(path, read_only=True, data_only=stored) for stored in (True, False)]
            grids = [
                {one.title: list(one.iter_rows(values_only=True)) for one in book.worksheets if one.title not in skip}
                for book in books
            ]
            for book in books:
                book.close()
    except Exception as error:  # openpyxl lets through whatever a damaged file makes zipfile or the XML parser raise
        raise InputError(
            f"{path}: cannot be read as a workbook ({error}); save it as .xlsx, or give a folder of CSV files"
        ) from None
    values, formulas = grids
    faults = []
    for name, grid in formulas.items():
        for i, j, formula in _cells(grid):
            if isinstance(formula, str) and formula.startswith("=") and values[name][i][j] is None:
                text = "holds a formula that was never calculated; open the workbook in Excel and save it"
                faults.append(Fault(f"{name}!{_letter(j)}{i + 1}", text))
    return {name: [[cell_text(cell) for cell in row] for row in grid] for name, grid in values.items()}, faults


def _cells(grid: Iterable[Sequence[Any]]) -> Iterable[tuple[int, int, Any]]:
    return ((i, j, cell) for i, row in enumerate(grid) for j, cell in enumerate(row))


def _sheet(name: str, grid: list[list[str]]) -> tuple[Sheet, list[Fault]]:
    header = [cell.strip() for cell in grid[0]] if grid else []
    if not any(header):
        return Sheet(name, (), ()), [Fault(name, "is empty; its first row must name the columns")]
    if len([cell for cell in header if cell]) == 1 and ";" in header[0]:
        return Sheet(name, (), ()), [Fault(f"{name}!A1", "columns are separated by semicolons; save it with commas")]
    columns, letters = tuple(header), column_letters(header)
    faults = [Fault(f"{name}!{letters[c]}1", f"column '{c}' appears twice") for c in letters if columns.count(c) > 1]
    rows = []
    for i, row in enumerate(grid[1:], start=2):
        if not any(row):
            continue
        beyond = [j for j, cell in enumerate(row) if cell and (j >= len(columns) or not columns[j])]
        if beyond:
            text = f"'{row[beyond[0]]}' stands under no column's name; is there a comma too many, or a quote missing?"
            faults.append(Fault(f"{name}!{_letter(beyond[0])}{i}", text))
        rows.append(Row(name, i, {c: cell for c, cell in zip(columns, row, strict=False) if c}, letters))
    return Sheet(name, tuple(c for c in columns if c), tuple(rows)), faults
