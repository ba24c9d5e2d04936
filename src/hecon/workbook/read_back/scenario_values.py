"""Values of scenarios that were typed on Scenarios: they are not read back, and are told."""

from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import HeconError
from hecon.names import letters
from hecon.workbook.read_back.read_control import plain_number
from hecon.workbook.sheets.scenario_plan import SHEET
from hecon.workbook.xlsx.package import Package

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_SAME = 1e-12  # relative
_HEADS = ("Scenario", "Label")


def changed_scenarios(package: Package, submitted: "Book") -> list[str]:
    """Cells of scenarios' values that are not those of the case's scenarios, as notes.

    >>> from hecon.inputs.book import make_book
    >>> changed_scenarios(Package({}, {}, ()), make_book("demo", []))
    []
    """
    words = package.sheets[SHEET].words if SHEET in package.sheets else {}
    heads = [row for (row, column), word in words.items() if column == 0 and word == _HEADS[0]]
    head = next((row for row in heads if words.get((row, 1)) == _HEADS[1]), None)
    if head is None:
        return []
    columns = {column: word for (row, column), word in words.items() if row == head and word in submitted.parameters}
    notes = []
    for (row, column), name in sorted(words.items()):
        if column or row <= head or name not in submitted.scenarios:
            continue
        there = {k: package.number((SHEET, row, k)) for k in columns}
        if all(np.isnan(value) for value in there.values()):
            continue  # one that is not live, or makes choices alone
        try:
            book = submitted.scenario(name)
        except HeconError:
            continue
        for k, value in there.items():
            own, base = (one.parameters[columns[k]].value for one in (book, submitted))
            wanted = own if own != base else float("nan")
            if np.isclose(value, wanted, rtol=_SAME, atol=0.0, equal_nan=True):
                continue
            told = f"{columns[k]} is {plain_number(value)} in scenario {name}, of the case {plain_number(wanted)}"
            notes.append(f"{SHEET}!{letters(k)}{row + 1}: {told}; that is not read back: change scenarios.csv")
    return notes
