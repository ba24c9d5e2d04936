"""Who there is to treat and who gets what: population.csv as inputs of their own, uptake.csv as shares by world and year."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.book import Book
from hecon.inputs.checks import book_faults, filled
from hecon.inputs.reading import NUMBERS, TEXTS, read_parameter
from hecon.inputs.uptake import UPTAKE, Uptake, column_faults, gaining, read_uptake, rows_of

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

POPULATION = "population"
REGION, PLACES, WAITING = "share of region ", "treatments a year", "money a month of waiting"
UNITS: Mapping[str, str] = {  # what a row does: where it must lie
    "patients a year": "0 or more",
    "patients": "0 or more",
    "share": "0 to 1",
    "growth a year": "any",
    "members": "0 or more",
    "inflation a year": "any",
    PLACES: "0 or more",
    "money a year": "0 or more",
    WAITING: "0 or more",
}
ONCE = ("growth a year", "members", "inflation a year", "money a year", WAITING)
COLUMNS = ("name", "value", "unit", "provenance")
_SUM = 1e-9  # shares of regions add up to 1 within this


@dataclass(frozen=True, eq=False)
class Population:
    """The inputs of a population (`book`: parameters of their own, which say by their unit what they do) and the shares of each
    strategy by world: `uptake["with"]["drug"]` is (year,) of those who become eligible in that year.
    """

    book: Book
    uptake: Uptake

    @property
    def years(self) -> int:
        """The years that the uptake is declared for."""
        return len(next(iter(self.uptake["with"].values())))

    def of_unit(self, unit: str) -> "list[Parameter]":
        """The rows of a unit, in their order."""
        return [one for one in self.book.parameters.values() if one.unit == unit]

    @property
    def regions(self) -> "dict[str, Parameter]":
        """The rows that are a region's share, by the region's name."""
        rows = self.book.parameters.values()
        return {one.unit.removeprefix(REGION): one for one in rows if one.unit.startswith(REGION)}

    @property
    def limited(self) -> str:
        """The strategy whose treatments a year are limited; "" where none are.

        It is named in the unit or, where the unit names none, the one strategy that has more uptake with than without.
        """
        row = next((one for one in self.book.parameters.values() if one.unit.startswith(PLACES)), None)
        if row is None:
            return ""
        return row.unit.removeprefix(PLACES).removeprefix(" of ").strip() or gaining(self.uptake)[0]


def population_of(book: Book, strategies: Collection[str] = ()) -> Population:
    """The population and the uptake that a book's files declare; `strategies` are those of the model, where it is at hand.

    Raises:
        InputError: a file that is missing, with its columns; whatever is wrong in them, all at once with its cell.

    >>> from hecon.inputs.book import make_book
    >>> people = ({"name": "new", "value": "100", "unit": "patients a year", "provenance": "assumption"},)
    >>> shares = [{"world": "with", "strategy": "drug", "year_1": "1"}, {"world": "without", "strategy": "care", "year_1": "1"}]
    >>> found = population_of(make_book("demo", [], records={"population": people, "uptake": tuple(shares)}))
    >>> found.years, found.uptake["with"]["drug"], found.book.parameters["new"].value
    (1, (1.0,), 100.0)
    """
    found, faults = _read(book, strategies)
    raise_faults(faults, InputError, book.case)
    assert found is not None
    return found


def population_faults(book: Book, strategies: Collection[str] = ()) -> list[Fault]:
    """What is wrong with a book's population and uptake; nothing where it has neither file.

    >>> from hecon.inputs.book import make_book
    >>> row = {"name": "new", "value": "100", "unit": "people a year", "provenance": "assumption"}
    >>> print(str(population_faults(make_book("demo", [], records={"population": (row,)}))[1]).partition(";")[0])
    population!C2 (new): 'people a year' is not a unit of a population
    """
    return _read(book, strategies)[1] if POPULATION in book.records or UPTAKE in book.records else []


def _read(book: Book, strategies: Collection[str]) -> tuple[Population | None, list[Fault]]:
    faults = _missing(book)
    mine, uptake = None, None
    if book.records.get(POPULATION):
        mine, wrong = _people(book)
        faults += wrong
    if book.records.get(UPTAKE):
        uptake, wrong = read_uptake(book.records[UPTAKE], strategies)
        faults += wrong
    if mine is not None and uptake is not None and not faults:
        found = Population(mine, uptake)
        faults += _place_faults(found)
        return found, faults
    return None, faults


def _missing(book: Book) -> list[Fault]:
    faults = []
    if not book.records.get(POPULATION):
        text = f"no population: write inputs/{book.case}/population.csv with the columns {', '.join(COLUMNS)}"
        text += " and, as in parameters.csv, label, low, high, distribution, par1, par2, source, note"
        units = "; ".join((*UNITS, REGION + "NAME"))
        faults.append(Fault(POPULATION, f"{text}; a row's unit says what it does: {units}"))
    if not book.records.get(UPTAKE):
        text = f"no uptake: write inputs/{book.case}/uptake.csv with the columns world (with or without), strategy, year_1,"
        faults.append(Fault(UPTAKE, f"{text} year_2, ...; the shares of each world and year add up to 1"))
    return faults


def _people(book: Book) -> tuple[Book, list[Fault]]:
    """The rows of a population as a book of their own, and what is wrong with them."""
    rows = rows_of(POPULATION, book.records[POPULATION])
    faults = column_faults(POPULATION, rows, COLUMNS, (*TEXTS, *NUMBERS))
    found: dict[str, Parameter] = {}
    for row in rows:
        one = read_parameter(row, faults)
        if not one.name:
            faults.append(Fault(row.address("name"), "has no name"))
        elif one.name in found:
            faults.append(Fault(one.place("name"), f"'{one.name}' is already in {found[one.name].place('name')}"))
        elif one.name in book.parameters:
            faults.append(Fault(one.place("name"), f"'{one.name}' is an input of the model too; rename one of them"))
        support = "0 to 1" if one.unit.startswith(REGION) else UNITS.get(_plain(one.unit), "")
        if not support:
            known = (*UNITS, REGION + "NAME")
            told = f"'{one.unit}' is not a unit of a population{nearest(one.unit, known)} (known: {'; '.join(known)})"
            faults.append(Fault(one.place("unit"), told))
        if one.source and one.source not in book.sources:
            faults.append(
                Fault(one.place("source"), f"there is no source '{one.source}'{nearest(one.source, book.sources)}")
            )
        found.setdefault(one.name, replace(one, support=one.support or support))
    mine = Book(f"{book.case}, {POPULATION}", found)
    unread = {one.name for one in found.values() if isnan(one.value)}
    faults += [fault for fault in book_faults(mine) if fault.place.rpartition("(")[2].rstrip(")") not in unread]
    units = [_plain(one.unit) for one in found.values()]
    if not {"patients a year", "patients"} & set(units):
        faults.append(Fault(POPULATION, "nobody is eligible: write a row in 'patients a year' or in 'patients'"))
    for unit in (*ONCE, PLACES):
        names = [one.name for one in found.values() if _plain(one.unit) == unit]
        if len(names) > 1:
            faults.append(Fault(POPULATION, f"there is one row in '{unit}'; found {', '.join(names)}"))
    faults += [
        Fault(
            one.place("distribution"),
            "a region's share is a number; uncertain shares would not add up to 1 in each draw",
        )
        for one in found.values()
        if one.unit.startswith(REGION) and one.distribution
    ]
    if WAITING in units and PLACES not in units:
        faults.append(
            Fault(POPULATION, f"nobody waits where nothing is limited: add a row in '{PLACES}', or drop '{WAITING}'")
        )
    regions = [one.value for one in found.values() if one.unit.startswith(REGION)]
    if regions and not abs(sum(regions) - 1) <= _SUM:
        faults.append(
            Fault(POPULATION, f"the shares of the regions add up to {sum(regions):.6g}; they must add up to 1")
        )
    return (mine if faults else filled(mine)), faults


def _plain(unit: str) -> str:
    """A unit without the strategy that it may name."""
    return PLACES if unit.startswith(f"{PLACES} of ") else unit


def _place_faults(found: Population) -> list[Fault]:
    """Whether it is clear, and right, whose treatments are limited."""
    row = next((one for one in found.book.parameters.values() if one.unit.startswith(PLACES)), None)
    if row is None:
        return []
    known = tuple(dict.fromkeys(name for shares in found.uptake.values() for name in shares))
    named = row.unit.removeprefix(PLACES).removeprefix(" of ").strip()
    if named and named not in known:
        return [
            Fault(
                row.place("unit"),
                f"'{named}' is not a strategy of uptake{nearest(named, known)} (known: {', '.join(known)})",
            )
        ]
    if not named and len(gaining(found.uptake)) != 1:
        told = f"whose treatments are limited is not clear; write '{PLACES} of NAME' with one of {', '.join(known)}"
        return [Fault(row.place("unit"), told)]
    return []
