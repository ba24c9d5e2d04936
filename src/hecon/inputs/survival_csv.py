"""Columns of numbers from a CSV file, with the address of every cell that cannot be used.

Survival data, digitised curves and check-points are read through here.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.outcomes import Array

_LISTED = 3  # places named in one message; the rest are counted


@dataclass(frozen=True)
class Columns:
    """Columns (row,) by name, and the address of a cell by row (from 0) and column name."""

    values: Mapping[str, Array]
    rows: int
    place: Callable[[int, str], str]


def read_columns(
    path: str | Path,
    wanted: Sequence[str],
    optional: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    blank: Sequence[str] = (),
) -> Columns:
    r"""The wanted columns of a CSV file as numbers, and the optional ones that are there; other columns are not read.

    `where` keeps the rows whose columns have these texts; in the columns named in `blank` an empty cell is nan.

    Raises:
        InputError: a file or column that is missing, no row, cells that are not numbers; all cells at once.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "trial.csv").write_text("time,arm\n5,old\n8,new\n")
    ...     read_columns(Path(folder, "trial.csv"), ["time"], where={"arm": "new"}).values["time"].tolist()
    [8.0]
    """
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InputError(f"{path}: cannot be read ({reason}); give a CSV file") from error
    header = [cell.strip() for cell in table[0]] if table else []
    missing = [name for name in dict.fromkeys([*wanted, *(where or {})]) if name not in header]
    has = ", ".join(header) or "nothing"
    faults = [Fault(path.name, f"column '{name}' is missing{nearest(name, header)} (has: {has})") for name in missing]
    raise_faults(faults, InputError, str(path))

    def text(row: int, column: str) -> str:
        index = header.index(column)
        return table[row][index].strip() if index < len(table[row]) else ""

    filled = [row for row in range(1, len(table)) if any(cell.strip() for cell in table[row])]
    keep = [row for row in filled if all(text(row, name) == value for name, value in (where or {}).items())]
    if not keep:
        raise InputError(f"{path}: no rows{f' where {dict(where)}' if where else ''}; nothing to read")

    def place(row: int, column: str) -> str:
        return (
            f"{path.name}!{cell_address(header.index(column), keep[row] + 1)} ({column})"
            if column in header
            else column
        )

    values = {}
    for name in [*wanted, *(name for name in optional if name in header)]:
        texts = [text(row, name) for row in keep]
        numbers = [_number(one) for one in texts]
        values[name] = np.array([np.nan if number is None else number for number in numbers])
        for row, (one, number) in enumerate(zip(texts, numbers, strict=True)):
            if number is None and not (name in blank and not one):
                faults.append(Fault(place(row, name), f"needs a number; got '{one}'"))
    raise_faults(faults, InputError, str(path))
    return Columns(values, len(keep), place)


def cell_address(column: int, row: int) -> str:
    """The address of a cell from its column (from 0) and row (from 1).

    >>> cell_address(0, 1), cell_address(27, 14)
    ('A1', 'AB14')
    """
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def listed(
    bad: NDArray[np.bool_], column: str, values: Array, message: str, place: Callable[[int, str], str]
) -> Iterator[Fault]:
    """Faults for the rows where `bad` is true, the first three by place and the rest by number; {} is the value.

    >>> [str(f) for f in listed(np.array([False, True]), "time", np.array([1.0, -2.0]), "got {}", "{} {}".format)]
    ['1 time: got -2']
    """
    rows = np.flatnonzero(bad)
    for row in rows[:_LISTED]:
        yield Fault(place(int(row), column), message.format(f"{values[row]:g}"))
    if len(rows) > _LISTED:
        yield Fault(column, f"and {len(rows) - _LISTED} more rows with this fault")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
