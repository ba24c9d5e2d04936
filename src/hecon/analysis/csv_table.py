"""Cells, columns and numbers of CSV files that other tools wrote: every fault with its row and column, all at once.

Also the one question a table of effects cannot answer by itself: is more of it better?
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.outcomes import Array

_SHOWN = 20  # faults listed before the rest is only counted


def read_cells(path: str | Path) -> tuple[list[str], list[list[str]]]:
    r"""Header and rows of a CSV file; blank lines are dropped, ragged rows are faults.

    Raises:
        InputError: no such file, no row, rows of another length than the header, columns of the same name.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "psa.csv"
    >>> _ = path.write_text("a,b\n1,2\n")
    >>> read_cells(path)
    (['a', 'b'], [['1', '2']])
    """
    if not Path(path).is_file():
        raise InputError(f"{path}: no such file")
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    if len(rows) < 2:
        raise InputError(f"{path}: needs a header and at least one row")
    header, body = rows[0], rows[1:]
    faults = [
        Fault(f"row {k + 2}", f"has {len(row)} cells; the header has {len(header)}")
        for k, row in enumerate(body)
        if len(row) != len(header)
    ]
    faults += [Fault(f"column {name}", "appears more than once") for name in set(header) if header.count(name) > 1]
    raise_faults(first_faults(faults), InputError, str(path))
    return header, body


def missing_columns(wanted: Sequence[str], header: Sequence[str]) -> list[Fault]:
    """A fault for each wanted column that the header lacks.

    >>> print(missing_columns(["cost_drug"], ["cost_drg"])[0])
    column cost_drug: is missing; did you mean 'cost_drg'?
    """
    return [Fault(f"column {name}", f"is missing{nearest(name, header)}") for name in wanted if name not in header]


def number_columns(rows: list[list[str]], header: list[str], columns: Sequence[str], path: str) -> Array:
    """The named columns as numbers (column, row).

    Raises:
        InputError: cells that are not finite numbers, each with its place.

    >>> number_columns([["1", "x"]], ["a", "b"], ["a"], "psa.csv").tolist()
    [[1.0]]
    """
    values, faults = np.empty((len(columns), len(rows))), []
    for c, column in enumerate(columns):
        at = header.index(column)
        for r, row in enumerate(rows):
            try:
                values[c, r] = float(row[at])
            except ValueError:
                values[c, r] = np.nan
        faults += [
            Fault(f"row {r + 2}, column {column}", f"'{rows[r][at]}' is not a finite number")
            for r in np.flatnonzero(~np.isfinite(values[c]))
        ]
    raise_faults(first_faults(faults), InputError, path)
    return values


def first_faults(faults: list[Fault]) -> list[Fault]:
    """The first 20 faults and how many more there are.

    >>> len(first_faults([Fault(str(k), "is bad") for k in range(100)]))
    21
    """
    rest = len(faults) - _SHOWN
    return faults if rest <= 0 else [*faults[:_SHOWN], Fault("", f"and {rest} more")]


def effect_sign(effects: str) -> float:
    """1 for effects "gained" (QALYs: more is better), -1 for effects "lost" (DALYs: less is better).

    Raises:
        InputError: any other word; the sign is never assumed.

    >>> effect_sign("lost")
    -1.0
    """
    if effects not in ("gained", "lost"):
        raise InputError(
            f"effects must be 'gained' (QALYs: more is better) or 'lost' (DALYs: less is better); got '{effects}'"
        )
    return 1.0 if effects == "gained" else -1.0
