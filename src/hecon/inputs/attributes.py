"""Attributes of a therapy that some people decide by: where its cells come from, consent, genetic data, place of manufacture.

They are declared in attributes.csv with their source, and printed; nothing is computed from them.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.tables.cells import column_letters
from hecon.inputs.tables.csv_file import Row

if TYPE_CHECKING:
    from hecon.inputs.book import Book

SHEET = "attributes"
COLUMNS = ("attribute", "value", "source")
OPTIONAL = ("strategy", "note")


@dataclass(frozen=True)
class Attribute:
    """One attribute: what, its value in words, and the source; `strategy` is whose it is, "" for the product of the case."""

    name: str
    value: str
    source: str
    strategy: str = ""
    note: str = ""


def attributes_of(book: "Book") -> tuple[Attribute, ...]:
    """The attributes that a book declares, in their order; none where it has no table.

    Raises:
        InputError: columns that are missing or unknown, blank cells, an attribute twice; all at once, with their cells.

    >>> from hecon.inputs.book import make_book
    >>> row = {"attribute": "cell source", "value": "the patient", "source": "label"}
    >>> attributes_of(make_book("demo", [], records={"attributes": (row,)}))[0].value
    'the patient'
    """
    found, faults = _read(book)
    raise_faults(faults, InputError, book.case)
    return found


def attribute_faults(book: "Book") -> list[Fault]:
    """What is wrong with a book's attributes.

    >>> from hecon.inputs.book import make_book
    >>> row = {"attribute": "consent", "value": "", "source": "label"}
    >>> print(attribute_faults(make_book("demo", [], records={"attributes": (row,)}))[0])
    attributes!B2 (consent): has no value; write 'not known' where it is not
    """
    return _read(book)[1]


def _read(book: "Book") -> tuple[tuple[Attribute, ...], list[Fault]]:
    rows = book.records.get(SHEET, ())
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    known = (*COLUMNS, *OPTIONAL)
    faults = [Fault(SHEET, f"has no column '{one}'") for one in COLUMNS if rows and one not in columns]
    faults += [
        Fault(SHEET, f"has an unknown column '{one}'{nearest(one, known)}") for one in columns if one not in known
    ]
    if faults:
        return (), faults
    found: list[Attribute] = []
    letters = column_letters(columns)
    for line, cells in enumerate(rows, start=2):
        row = Row(SHEET, line, cells, letters)
        name, value, source, strategy, note = (
            row.text(one).strip() for one in ("attribute", "value", "source", "strategy", "note")
        )
        place = f" ({name})" if name else ""
        if not name:
            faults.append(Fault(row.address("attribute"), "has no name"))
        if not value:
            faults.append(Fault(row.address("value") + place, "has no value; write 'not known' where it is not"))
        if not source:
            faults.append(Fault(row.address("source") + place, "has no source; write 'assumption' where it is one"))
        if any((one.name, one.strategy) == (name, strategy) for one in found):
            faults.append(Fault(row.address("attribute") + place, "is declared more than once"))
        found.append(Attribute(name, value, source, strategy, note))
    return tuple(found), faults
