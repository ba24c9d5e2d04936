"""Scenarios in a file of their own, with the columns of scenarios.csv: as if its rows stood in the case's scenarios.csv.

The page writes such a file; `hecon run CASE --scenario-file F` runs it.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.checks import book_faults, filled
from hecon.inputs.parameter import Scenario
from hecon.inputs.reading import KNOWN, column_faults, scenarios_from_rows
from hecon.inputs.scenario import changed
from hecon.inputs.tables.csv_file import read_csv

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def read_scenario_file(path: str | Path) -> dict[str, Scenario]:
    r"""The scenarios of a CSV file by name, in its order; their changes are not yet held against a book.

    Raises:
        InputError: all at once: what `read_csv` raises, columns that are missing or unknown, rows without a scenario, what is
            changed twice, no row at all.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "f.csv").write_text("scenario,target,name,value\ncheap,parameter,price,5\n")
    ...     read_scenario_file(Path(folder, "f.csv"))["cheap"].changes[0]
    Change(target='parameter', name='price', value='5', note='')
    """
    sheet = read_csv(path)
    faults = column_faults(sheet, *KNOWN["scenarios"])
    found = {} if faults else scenarios_from_rows(sheet.rows, faults)
    if not found and not faults:
        faults.append(Fault(sheet.name, "holds no scenario; write a row for each change"))
    raise_faults(faults, InputError, str(path))
    return found


def only_scenario(path: str | Path, asked: str = "") -> str:
    r"""The name of the file's scenario that is to be run: the one asked for, or its only one.

    Raises:
        InputError: several scenarios of which none is named, a name that the file does not have; what reading raises.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as there:
    ...     file = Path(there, "cheap.csv")
    ...     _ = file.write_text("scenario,target,name,value\ncheap,parameter,price,1\n")
    ...     only_scenario(file)
    'cheap'
    """
    known = read_scenario_file(path)
    if asked and asked not in known:
        raise InputError(f"{path}: has no scenario '{asked}'{nearest(asked, known)} (known: {', '.join(known)})")
    if not asked and len(known) > 1:
        raise InputError(
            f"{path}: holds several scenarios ({', '.join(known)}): choose one with --scenario (scenario=)"
        )
    return asked or next(iter(known))


def with_scenario_file(book: "Book", path: str | Path, mixed: bool = False) -> "Book":
    r"""The book with the file's scenarios after its own, held to what its own are held to; `mixed` as `read_inputs` takes it.

    A scenario that the book has already with the same changes stays as it is.

    Raises:
        InputError: all at once, with the file's cells: what reading raises, names that the book gives to other changes, targets
            and names that it does not have, values that break what must hold of a book.

    >>> from tempfile import TemporaryDirectory
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="u_ill", value=0.5)])
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "f.csv")
    ...     _ = file.write_text("scenario,target,name,value\nwell,parameter,u_ill,0.9\n")
    ...     with_scenario_file(book, file).scenario("well").parameters["u_ill"].value
    0.9
    """
    found = read_scenario_file(path)
    raise_faults(_faults(book, found, mixed), InputError, str(path))
    return replace(book, scenarios={**book.scenarios, **found})


def _faults(book: "Book", found: Mapping[str, Scenario], mixed: bool) -> list[Fault]:
    faults: list[Fault] = []
    base = filled(book)
    for name, one in found.items():
        own = book.scenarios.get(name)
        if own is not None and own.changes != one.changes:
            cell = one.changes[0].cell
            faults.append(Fault(cell, f"the case has another scenario '{name}' already; give this one its own name"))
        other, wrong = changed(base, one.changes)
        faults += wrong or book_faults(other, mixed)
    return faults
