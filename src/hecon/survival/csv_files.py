"""Columns of numbers from a CSV file, with the address of every cell that cannot be used.

Survival data, digitised curves and check-points are read through here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.tables.cells import not_a_number, number
from hecon.inputs.tables.csv_file import read_csv
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
    sheet = read_csv(path)
    header = sheet.columns
    missing = [name for name in dict.fromkeys([*wanted, *(where or {})]) if name not in header]
    has = ", ".join(header) or "nothing"
    faults = [Fault(sheet.name, f"column '{name}' is missing{nearest(name, header)} (has: {has})") for name in missing]
    raise_faults(faults, InputError, str(path))
    keep = [row for row in sheet.rows if all(row.text(name) == value for name, value in (where or {}).items())]
    if not keep:
        raise InputError(f"{path}: no rows{f' where {dict(where)}' if where else ''}; nothing to read")

    def place(row: int, column: str) -> str:
        return f"{keep[row].address(column)} ({column})" if column in header else column

    values = {}
    for name in [*wanted, *(name for name in optional if name in header)]:
        texts = [row.text(name) for row in keep]
        numbers = [number(one) for one in texts]
        values[name] = np.array([np.nan if found is None else found for found in numbers])
        for row, (one, found) in enumerate(zip(texts, numbers, strict=True)):
            if found is None and not (name in blank and not one):
                faults.append(Fault(place(row, name), not_a_number(one)))
    raise_faults(faults, InputError, str(path))
    return Columns(values, len(keep), place)


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
