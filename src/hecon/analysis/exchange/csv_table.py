"""Columns of numbers from CSV files that other tools wrote: every fault with its cell, all at once.

Also the one question a table of effects cannot answer by itself: is more of it better?
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.tables.cells import not_a_number, number
from hecon.inputs.tables.csv_file import Sheet, first_faults, read_csv
from hecon.outcomes import Array


def read_table(path: str | Path) -> Sheet:
    r"""The rows of a CSV file that another tool wrote; blank lines are dropped.

    Raises:
        InputError: no such file, no row, cells under no heading, headings that repeat.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "psa.csv"
    >>> _ = path.write_text("a,b\n1,2\n")
    >>> read_table(path).columns
    ('a', 'b')
    """
    sheet = read_csv(path)
    if not sheet.rows:
        raise InputError(f"{path}: needs a header and at least one row")
    return sheet


def missing_columns(wanted: Sequence[str], header: Sequence[str]) -> list[Fault]:
    """A fault for each wanted column that the header lacks.

    >>> print(missing_columns(["cost_drug"], ["cost_drg"])[0])
    column cost_drug: is missing; did you mean 'cost_drg'?
    """
    return [Fault(f"column {name}", f"is missing{nearest(name, header)}") for name in wanted if name not in header]


def number_columns(sheet: Sheet, columns: Sequence[str], path: str | Path) -> Array:
    """The named columns as numbers (column, row).

    Raises:
        InputError: cells that are not finite numbers, each with its address.

    >>> from hecon.inputs.tables.csv_file import as_sheet
    >>> number_columns(as_sheet("psa.csv", [["a", "b"], ["1", "x"]])[0], ["a"], "psa.csv").tolist()
    [[1.0]]
    """
    values, faults = np.empty((len(columns), len(sheet.rows))), []
    for c, column in enumerate(columns):
        for r, row in enumerate(sheet.rows):
            found = number(row.text(column))
            values[c, r] = np.nan if found is None else found
            if found is None:
                faults.append(Fault(f"{row.address(column)} ({column})", not_a_number(row.text(column))))
    raise_faults(first_faults(faults), InputError, str(path))
    return values


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
