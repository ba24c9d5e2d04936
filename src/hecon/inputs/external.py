"""Draws made elsewhere, in place of sampling: a posterior, a bootstrap, another program's probabilistic analysis.

A CSV with a header of parameter names and a row per draw.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.distributions.distribution import Array
from hecon.inputs.draws import Draws
from hecon.inputs.support import support_of
from hecon.inputs.tables.cells import column_letters, not_a_number, number
from hecon.inputs.tables.csv_file import Row, Sheet, first_faults, read_csv

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def read_draws(book: "Book", path: str | Path) -> Draws:
    r"""Draws from a CSV file: a column per parameter (a first column `draw` with whole numbers is optional).

    Every uncertain parameter needs a column (one that holds its value throughout fixes it); others may have one.

    Raises InputError for a file that cannot be read, unknown or repeated names, text in a number, numbers outside a
    parameter's support, a draw's number that is fractional or there twice, uncertain parameters without a column.

    >>> from tempfile import TemporaryDirectory
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="u", value=0.5, distribution="uniform", par1=0, par2=1)])
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "draws.csv"
    ...     _ = file.write_text("draw,u\n7,0.25\n8,0.75\n")
    ...     draws = book.read_draws(file)
    >>> draws["u"].tolist(), draws.draw.tolist()
    ([0.25, 0.75], [7, 8])
    """
    sheet = read_csv(path)
    names = [column for column in sheet.columns if column != "draw"]
    letters = column_letters(sheet.columns)
    faults = [
        Fault(
            f"{sheet.name}!{letters[name]}1 ({name})",
            f"is not a parameter of {book.case}{nearest(name, book.parameters)}",
        )
        for name in names
        if name not in book.parameters
    ]
    faults += [
        Fault(name, "is uncertain but has no column; add it, or a column that holds its value throughout")
        for name in book.margins.varying
        if name not in names
    ]
    if not sheet.rows:
        faults.append(Fault(sheet.name, "has no row below its heading"))
    columns: dict[str, Array] = {}
    for name in sheet.columns:
        found = [number(row.text(name)) for row in sheet.rows]
        columns[name] = np.array([np.nan if one is None else one for one in found])
        wrong = np.flatnonzero(np.isnan(columns[name]))
        faults += [
            Fault(f"{sheet.rows[k].address(name)} ({name})", not_a_number(sheet.rows[k].text(name))) for k in wrong[:3]
        ]
        faults += [Fault(name, f"and {len(wrong) - 3} more rows that are no numbers")] if len(wrong) > 3 else []
    faults += _outside(book, sheet, {name: columns[name] for name in names if name in book.parameters})
    faults += _number_faults(sheet, columns["draw"]) if "draw" in columns else []
    raise_faults(first_faults(faults), InputError, str(path))
    draw = columns["draw"].astype(np.int64) if "draw" in columns else np.arange(len(sheet.rows))
    return Draws(book, tuple(names), np.array([columns[name] for name in names]), "external", draw=draw)


def _outside(book: "Book", sheet: Sheet, columns: dict[str, Array]) -> list[Fault]:
    """Draws outside the support of their parameter: the first of each column, and how many there are."""
    faults = []
    for name, values in columns.items():
        support = support_of(book.parameters[name], book.margins.distributions[name])
        wrong = np.flatnonzero(support.outside(values))
        if len(wrong):
            first = int(wrong[0])
            more = f" ({len(wrong):,} of {len(values):,} rows lie outside)" if len(wrong) > 1 else ""
            told = f"{values[first]:g} is outside its support, {support}{more}"
            faults.append(Fault(f"{sheet.rows[first].address(name)} ({name})", told))
    return faults


def _number_faults(sheet: Sheet, numbers: Array) -> list[Fault]:
    """Numbers of draws are whole, not below 0, and each is there once."""
    seen: dict[float, Row] = {}
    faults = []
    for row, one in zip(sheet.rows, numbers.tolist(), strict=True):
        if one == one and (one < 0 or one != int(one)):
            faults.append(Fault(row.address("draw"), f"a draw's number is whole and not below 0; got {one:g}"))
        elif one in seen:
            faults.append(Fault(row.address("draw"), f"draw {one:g} is already in {seen[one].address('draw')}"))
        seen.setdefault(one, row)
    return faults
