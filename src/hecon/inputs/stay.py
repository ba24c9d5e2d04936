"""What a hospital is paid and what a case costs it: stay.csv, rows of inputs that say by their unit what they are.

Rows are read as those of parameters.csv, with a few columns more; they have draws of their own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import isfinite, isnan
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.book import Book
from hecon.inputs.checks import book_faults, filled
from hecon.inputs.reading import NUMBERS, TEXTS, read_parameter
from hecon.inputs.tables.cells import column_letters, number
from hecon.inputs.tables.csv_file import Row

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

STAY = "stay"
UNITS: Mapping[str, str] = {  # what a row is: where it must lie
    "tariff": "0 or more",
    "product in tariff": "0 or more",
    "add-on": "0 or more",
    "outlier threshold": "0 or more",
    "outlier share": "0 to 1",
    "acquisition": "0 or more",
    "money a stay": "0 or more",
    "days": "0 or more",
    "money a day": "0 or more",
    "share": "0 to 1",
    "days to payment": "0 or more",
    "invoiced share": "0 to 1",
    "instalments": "any",
}
ONCE = (
    "tariff",
    "product in tariff",
    "add-on",
    "outlier threshold",
    "outlier share",
    "acquisition",
    "days to payment",
    "instalments",
)
SPREADING = ("money a stay", "days", "days to payment")
BETWEEN = ("gamma", "lognormal")
CARRIERS = {"invoiced share": ("payer", "hospital", "manufacturer"), "instalments": ("hospital", "payer")}
COLUMNS = ("name", "value", "unit", "provenance")
OWN = ("strategy", "spread", "between", "carried_by")


@dataclass(frozen=True)
class Spread:
    """How a row differs between patients: its coefficient of variation and the distribution, gamma or lognormal."""

    cv: float
    between: str


@dataclass(frozen=True, eq=False)
class Stay:
    """The rows of a strategy: `book` holds their numbers; `spreads` and `carried_by` are by name.

    `list_price` says that the acquisition is left to the model's product.
    """

    book: Book
    spreads: Mapping[str, Spread]
    carried_by: Mapping[str, str]
    list_price: bool

    def of_unit(self, unit: str, group: str | None = None) -> "list[Parameter]":
        """The rows of a unit, in their order; those of one group, where one is named."""
        rows = [one for one in self.book.parameters.values() if one.unit == unit]
        return rows if group is None else [one for one in rows if one.group == group]

    def one(self, unit: str) -> "Parameter | None":
        """The row of a unit of which there is at most one."""
        return next(iter(self.of_unit(unit)), None)

    @property
    def complications(self) -> "dict[str, Parameter]":
        """The rows in "share" by their complication: their group or, where it is blank, their name."""
        return {one.group or one.name: one for one in self.of_unit("share")}


def stay_of(book: Book, strategy: str) -> Stay:
    """The stay that a book's file declares for a strategy: rows that name it, and rows that name none.

    Raises:
        InputError: no file, with its columns and units; whatever is wrong in it, all at once with its cell.

    >>> from hecon.inputs.book import make_book
    >>> row = {"name": "fee", "value": "9000", "unit": "tarif", "provenance": "assumption"}
    >>> stay_of(make_book("demo", [], records={"stay": (row,)}), "drug")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.InputError: demo: 5 faults
      - stay!C2 (fee): 'tarif' is not a unit of a stay; did you mean 'tariff'? (known: tariff; ...
    """
    rows = _rows(book.records.get(STAY, ()))
    if not rows:
        raise InputError(
            f"hecon hospital needs stay.csv: write inputs/{book.case}/stay.csv with the columns {', '.join(COLUMNS)} and, as in"
            f" parameters.csv, label, group, low, high, distribution, par1, par2, source, note; strategy where rows differ by it;"
            f" spread (SD between patients) and between ({' or '.join(BETWEEN)}); carried_by. The units are {'; '.join(UNITS)}."
            " Nothing is assumed of a hospital"
        )
    found, faults = _read(book, rows, strategy)
    raise_faults(faults, InputError, book.case)
    return found


def stay_faults(book: Book, strategies: Collection[str] = ()) -> list[Fault]:
    """What is wrong with a book's stays, of every strategy that they name; nothing where it has no file.

    `strategies` are those of the model, where it is at hand.

    >>> from hecon.inputs.book import make_book
    >>> stay_faults(make_book("demo", []))
    []
    """
    rows = _rows(book.records.get(STAY, ()))
    named = {row.text("strategy"): row for row in reversed(rows)}
    faults = [
        Fault(row.address("strategy"), f"there is no strategy '{name}'{nearest(name, strategies)}")
        for name, row in named.items()
        if name and strategies and name not in strategies
    ]
    several = [name for name in named if name] or [""] * bool(rows)
    return [*faults, *(fault for name in several for fault in _read(book, rows, name)[1])]


def _rows(records: tuple[Mapping[str, str], ...]) -> list[Row]:
    columns = list(dict.fromkeys(column for row in records for column in row))
    letters = column_letters(columns)
    cells = [{column: text.strip() for column, text in row.items()} for row in records]
    return [Row(STAY, k, row, letters) for k, row in enumerate(cells, start=2)]


def _read(book: Book, rows: list[Row], strategy: str) -> tuple[Stay, list[Fault]]:
    faults = _column_faults(rows[0])
    found: dict[str, Parameter] = {}
    spreads: dict[str, Spread] = {}
    carried: dict[str, str] = {}
    list_price = False
    for row in rows:
        if row.text("strategy") not in ("", strategy):
            continue
        if row.text("unit") == "acquisition" and not row.text("value"):
            list_price = True
            continue
        one = read_parameter(row, faults)
        faults += _row_faults(one, row, found, book)
        found.setdefault(one.name, replace(one, support=one.support or UNITS.get(one.unit, "")))
        spread = _spread(one, row, faults)
        if spread is not None:
            spreads[one.name] = spread
        carried[one.name] = row.text("carried_by")
    mine = Book(f"{book.case}, {STAY}", found)
    unread = {one.name for one in found.values() if isnan(one.value)}
    faults += [fault for fault in book_faults(mine) if fault.place.rpartition("(")[2].rstrip(")") not in unread]
    faults += _whole_faults(found, list_price)
    return Stay(mine if faults else filled(mine), spreads, carried, list_price), faults


def _column_faults(first: Row) -> list[Fault]:
    known = (*dict.fromkeys((*COLUMNS, *TEXTS, *NUMBERS, *OWN)),)
    faults = [Fault(STAY, f"has no column '{one}'") for one in COLUMNS if one not in first.letters]
    return faults + [
        Fault(STAY, f"has an unknown column '{one}'{nearest(one, known)} (known: {', '.join(known)})")
        for one in first.letters
        if one not in known
    ]


def _row_faults(one: "Parameter", row: Row, found: "Mapping[str, Parameter]", book: Book) -> list[Fault]:
    faults = []
    if not one.name:
        faults.append(Fault(row.address("name"), "has no name"))
    elif one.name in found:
        faults.append(Fault(one.place("name"), f"'{one.name}' is already in {found[one.name].place('name')}"))
    if one.unit not in UNITS:
        told = f"'{one.unit}' is not a unit of a stay{nearest(one.unit, UNITS)} (known: {'; '.join(UNITS)})"
        faults.append(Fault(one.place("unit"), told))
    if one.source and one.source not in book.sources:
        faults.append(
            Fault(one.place("source"), f"there is no source '{one.source}'{nearest(one.source, book.sources)}")
        )
    by, known = row.text("carried_by"), CARRIERS.get(one.unit, ())
    if known and by not in known:
        faults.append(Fault(one.place("carried_by"), f"'{by}' is none of those who can carry it: {', '.join(known)}"))
    if by and not known:
        faults.append(Fault(one.place("carried_by"), f"is for rows in {' and '.join(CARRIERS)}; leave it blank"))
    return faults


def _spread(one: "Parameter", row: Row, faults: list[Fault]) -> Spread | None:
    """How the row differs between patients; None where it does not."""
    text, between = row.text("spread"), row.text("between")
    if not text and not between:
        return None
    sd = number(text) if text else None
    if sd is None or not isfinite(sd) or sd < 0:
        faults.append(Fault(one.place("spread"), f"is an SD between patients, a number from 0 up; got '{text}'"))
    elif between not in BETWEEN:
        told = f"says how patients differ: write {' or '.join(BETWEEN)}; got '{between}'"
        faults.append(Fault(one.place("between"), told))
    elif one.unit not in SPREADING:
        faults.append(Fault(one.place("spread"), f"is for rows in {', '.join(SPREADING)}; leave it blank"))
    elif not one.value > 0:
        faults.append(Fault(one.place("spread"), "is for a value above 0"))
    else:
        return Spread(sd / one.value, between) if sd else None
    return None


def _whole_faults(found: "Mapping[str, Parameter]", list_price: bool) -> list[Fault]:
    """What the rows together lack, or have twice."""
    rows = list(found.values())
    names = {unit: [one.name for one in rows if one.unit == unit] for unit in UNITS}
    faults = [
        Fault(STAY, f"there is one row in '{unit}'; found {', '.join(names[unit])}")
        for unit in ONCE
        if len(names[unit]) + (unit == "acquisition" and list_price) > 1
    ]
    faults += [Fault(STAY, f"no row in '{unit}'") for unit in ("tariff", "days to payment") if not names[unit]]
    if not names["acquisition"] and not list_price:
        faults.append(
            Fault(STAY, "no row in 'acquisition'; leave its value blank for the price of the model's product")
        )
    if bool(names["outlier threshold"]) != bool(names["outlier share"]):
        faults.append(Fault(STAY, "an outlier payment needs rows in 'outlier threshold' and in 'outlier share'"))
    complications = [one.group or one.name for one in rows if one.unit == "share"]
    faults += [
        Fault(STAY, f"'{name}' has more than one row in 'share'")
        for name in dict.fromkeys(complications)
        if complications.count(name) > 1
    ]
    costs = [one for one in rows if one.unit in ("money a stay", "days", "money a day")]
    for group in dict.fromkeys(one.group for one in costs):
        mine = [one.unit for one in costs if one.group == group]
        what = f"the complication '{group}'" if group else "the stay of every patient"
        if mine.count("days") != mine.count("money a day") or mine.count("days") > 1:
            faults.append(Fault(STAY, f"{what} needs one row in 'days' with one in 'money a day', or neither"))
        if group and group not in complications:
            told = f"there is no row in 'share' of group '{group}'{nearest(group, complications)}"
            faults.append(Fault(STAY, f"{told}: how many have it is not declared"))
    if not any(not one.group for one in costs):
        faults.append(
            Fault(STAY, "the stay of every patient costs nothing: write 'money a stay', or 'days' and 'money a day'")
        )
    return faults
