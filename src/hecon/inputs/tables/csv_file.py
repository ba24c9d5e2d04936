"""One reader for every CSV file: inputs, draws, survival data, digitised curves, outcomes of other tools.

UTF-8 and UTF-16, commas or semicolons are read; whatever else could be misread is refused with its cell. Cells are text here.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.tables.cells import column_letters, letter, unescape

_SHOWN = 20  # faults listed before the rest is only counted


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


def read_csv(path: str | Path, name: str = "") -> Sheet:
    r"""The rows of one CSV file with the addresses of their cells; `name` stands in them, the file's own when left out.

    Raises:
        InputError: a file that is missing or no text in UTF-8 or UTF-16, no heading, a heading that appears twice, cells
            under no heading; all at once.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "trial.csv").write_text("time;arm\n5;old\n8;new\n")
    ...     read_csv(Path(folder, "trial.csv")).rows[1].text("time")
    '8'
    """
    path = Path(path)
    if not path.is_file():
        beside = [one.name for one in path.parent.glob("*.csv")] if path.parent.is_dir() else []
        raise InputError(f"{path}: not found{nearest(path.name, beside)}")
    name = name or path.name
    try:
        grid = csv_grid(path, name)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    sheet, faults = as_sheet(name, grid)
    raise_faults(first_faults(faults), InputError, str(path))
    return sheet


def csv_grid(path: Path, name: str) -> list[list[str]]:
    r"""The cells of a CSV file, row by row, blank lines included; `name` stands in the addresses of what is refused.

    Raises:
        InputError: a file that cannot be read, is no text in UTF-8 or UTF-16, or is no CSV.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.csv").write_bytes("t;x\n\n1; 2\n".encode("utf-16"))
    ...     csv_grid(Path(folder, "a.csv"), "a")
    [['t', 'x'], [], ['1', '2']]
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})") from None
    text = _decoded(raw, name)
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        return [[unescape(cell.strip()) for cell in row] for row in reader]
    except csv.Error as error:
        raise InputError(f"cannot be read as CSV ({error})") from None


def as_sheet(name: str, grid: list[list[str]]) -> tuple[Sheet, list[Fault]]:
    """Cells as a sheet, and what is wrong with its shape: no heading, headings that repeat, cells under no heading.

    >>> [str(fault) for fault in as_sheet("draws", [["p_a", "p_b"], ["0.5", "0.2", "0.9"]])[1]]
    ["draws!C2: '0.9' stands under no column's name; is there a comma too many, or a quote missing?"]
    """
    header = [cell.strip() for cell in grid[0]] if grid else []
    if not any(header):
        return Sheet(name, (), ()), [Fault(name, "is empty; its first row must name the columns")]
    mixed = [j for j, cell in enumerate(header) if ";" in cell or "\t" in cell]
    if mixed:
        text = f"'{header[mixed[0]]}' is no column's name; separate the columns by commas alone, or by semicolons alone"
        return Sheet(name, (), ()), [Fault(f"{name}!{letter(mixed[0])}1", text)]
    columns, letters = tuple(header), column_letters(header)
    faults = [Fault(f"{name}!{letters[c]}1", f"column '{c}' appears twice") for c in letters if columns.count(c) > 1]
    rows = []
    for i, row in enumerate(grid[1:], start=2):
        if not any(row):
            continue
        beyond = [j for j, cell in enumerate(row) if cell and (j >= len(columns) or not columns[j])]
        if beyond:
            text = f"'{row[beyond[0]]}' stands under no column's name; is there a comma too many, or a quote missing?"
            faults.append(Fault(f"{name}!{letter(beyond[0])}{i}", text))
        rows.append(Row(name, i, {c: cell for c, cell in zip(columns, row, strict=False) if c}, letters))
    return Sheet(name, tuple(c for c in columns if c), tuple(rows)), faults


def first_faults(faults: list[Fault]) -> list[Fault]:
    """The first 20 faults and how many more there are.

    >>> len(first_faults([Fault(str(k), "is bad") for k in range(100)]))
    21
    """
    rest = len(faults) - _SHOWN
    return faults if rest <= 0 else [*faults[:_SHOWN], Fault("", f"and {rest} more")]


def _decoded(raw: bytes, name: str) -> str:
    """The file's text; one that is neither UTF-8 nor UTF-16 is refused with the first cell that shows it."""
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            raise InputError("is not UTF-8 text; save it as 'CSV UTF-8'") from None
        before = raw[: error.start].decode("utf-8-sig")
        row = before.count("\n")
        line = before.rpartition("\n")[2]
        cell = f"{name}!{letter(line.count(_delimiter(before)))}{row + 1}"
        seen = raw[error.start : error.start + 1].decode("latin-1")
        raise InputError(f"is not UTF-8 text; save it as 'CSV UTF-8' ({cell} is Latin-1 '{seen}')") from None
    if "\0" in text:
        raise InputError("is not UTF-8 text; save it as 'CSV UTF-8'")
    return text


def _delimiter(text: str) -> str:
    """A semicolon where the first line has semicolons and no comma outside quotes, else a comma."""
    outside = "".join(text.split("\n", 1)[0].split('"')[::2])
    return ";" if ";" in outside and "," not in outside else ","
