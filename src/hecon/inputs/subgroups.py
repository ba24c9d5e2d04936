"""Subgroups of the population as a case declares them in subgroups.csv: a weight and the parameters that differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults, told_sum
from hecon.inputs.distributions.groups import Dirichlet
from hecon.inputs.tables.cells import column_letters, not_a_number, number
from hecon.inputs.tables.csv_file import Row
from hecon.inputs.tables.sheets import read_sheets

if TYPE_CHECKING:
    from hecon.inputs.book import Book

COLUMNS = ("subgroup", "weight", "parameter", "value")
OPTIONAL = ("label", "note")


@dataclass(frozen=True)
class Subgroup:
    """A part of the population: its share of all patients and its own parameter values.

    >>> Subgroup("girls", "", 0.47, {"p_female": 1.0}).values["p_female"]
    1.0
    """

    name: str
    label: str
    weight: float
    values: Mapping[str, float]


def read_subgroups(path: str | Path) -> tuple[Subgroup, ...]:
    r"""The subgroups of a case's inputs (folder or workbook): a row per subgroup and parameter that differs in it.

    A subgroup's weight stands in its first row, and may be repeated in the others.

    Raises:
        InputError: no such file, missing columns, text in numbers, weights that contradict each other; all at once.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "subgroups.csv").write_text("subgroup,weight,parameter,value\nall,1,age,50\n")
    ...     read_subgroups(folder)
    (Subgroup(name='all', label='', weight=1.0, values={'age': 50.0}),)
    """
    path = Path(path)
    sheet = read_sheets(path).get("subgroups")
    if sheet is None:
        raise InputError(
            f"{path}: declares no subgroups; write subgroups.csv with the columns {', '.join(COLUMNS)}, a row per "
            "subgroup and parameter that differs in it"
        )
    return _subgroups(sheet.columns, sheet.rows, str(path))


def subgroups_of(book: "Book") -> tuple[Subgroup, ...]:
    """The subgroups that a book declares.

    Raises:
        InputError: a book without subgroups; what `read_subgroups` raises.

    >>> from hecon.inputs.book import make_book
    >>> rows = ({"subgroup": "all", "weight": "1", "parameter": "", "value": ""},)
    >>> subgroups_of(make_book("demo", [], subgroups=rows))
    (Subgroup(name='all', label='', weight=1.0, values={}),)
    """
    if not book.subgroups:
        raise InputError(f"{book.case} declares no subgroups; write them in subgroups.csv")
    columns = tuple(dict.fromkeys(column for row in book.subgroups for column in row))
    letters = column_letters(columns)
    rows = tuple(Row("subgroups", line, row, letters) for line, row in enumerate(book.subgroups, start=2))
    return _subgroups(columns, rows, book.case)


def check_subgroups(book: "Book", groups: Sequence[Subgroup]) -> None:
    """Refuse subgroups that do not fit the book.

    Raises:
        InputError: no subgroup, weights below 0 or that do not add up to 1, unknown parameters, part of a Dirichlet
            group without the rest; all at once.

    >>> from hecon.inputs.book import make_book
    >>> check_subgroups(make_book("demo", []), [Subgroup("all", "", 0.9, {})])
    Traceback (most recent call last):
    hecon.errors.InputError: demo, subgroups: 1 fault
      - weight: the weights add up to 0.9, not to 1
    """
    faults = [Fault("subgroups", "there are none")] if not groups else []
    total = sum(group.weight for group in groups)
    if groups and not abs(total - 1) < 1e-6:
        faults.append(Fault("weight", f"the weights add up to {told_sum(total)}, not to 1"))
    for group in groups:
        if not group.weight >= 0:
            faults.append(Fault(group.name, f"its weight is {group.weight:g}; a weight lies from 0 to 1"))
        for name in group.values:
            if name not in book.parameters:
                faults.append(Fault(group.name, f"there is no parameter '{name}'{nearest(name, book.parameters)}"))
        for shares in book.margins.groups:
            given = [name for name in shares.members if name in group.values]
            if isinstance(shares, Dirichlet) and given and len(given) < len(shares.members):
                rest = ", ".join(name for name in shares.members if name not in given)
                faults.append(Fault(group.name, f"sets {', '.join(given)} but not {rest}, which add up to 1 with it"))
    raise_faults(faults, InputError, f"{book.case}, subgroups")


def _subgroups(columns: Sequence[str], rows: Sequence[Row], where: str) -> tuple[Subgroup, ...]:
    """Rows put together; all faults at once."""
    missing = [column for column in COLUMNS if column not in columns]
    unknown = [column for column in columns if column not in (*COLUMNS, *OPTIONAL)]
    faults = [Fault("subgroups", f"has no column '{column}'{nearest(column, unknown)}") for column in missing]
    faults += [Fault("subgroups", f"has an unknown column '{column}'{nearest(column, COLUMNS)}") for column in unknown]
    raise_faults(faults, InputError, where)
    found: dict[str, Subgroup] = {}
    for row in rows:
        _add(row, found, faults)
    faults += [Fault("subgroups", f"{one.name} has no weight") for one in found.values() if one.weight != one.weight]
    raise_faults(faults, InputError, where)
    return tuple(found.values())


def _add(row: Row, found: dict[str, Subgroup], faults: list[Fault]) -> None:
    """One row into its subgroup."""
    name, parameter = row.text("subgroup"), row.text("parameter")
    if not name:
        faults.append(Fault(row.address("subgroup"), "has no subgroup"))
        return
    one = found.get(name, Subgroup(name, row.text("label"), float("nan"), {}))
    weight, value = (_number(row, column, faults) for column in ("weight", "value"))
    if isfinite(weight) and isfinite(one.weight) and weight != one.weight:
        faults.append(Fault(row.address("weight"), f"{name} already has weight {one.weight:g}; got {weight:g}"))
    if parameter in one.values:
        faults.append(Fault(row.address("parameter"), f"{name} sets {parameter} twice"))
    if bool(parameter) != isfinite(value):
        faults.append(Fault(row.address("value"), "a parameter needs a value, and a value its parameter"))
    values = {**one.values, parameter: value} if parameter else one.values
    found[name] = replace(one, weight=one.weight if isfinite(one.weight) else weight, values=values)


def _number(row: Row, column: str, faults: list[Fault]) -> float:
    text = row.text(column)
    found = number(text)
    if text and found is None:
        faults.append(Fault(row.address(column), f"{column} {not_a_number(text)}"))
    return float("nan") if found is None else found
