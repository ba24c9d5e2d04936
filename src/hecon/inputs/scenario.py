"""A scenario: a named set of changes to parameters, their distributions, settings or tables, applied to a book.

A parameter whose value alone is changed is fixed there; one whose distribution is changed stays uncertain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from hecon.errors import Fault, InputError, nearest
from hecon.inputs.curve_parameters import select
from hecon.inputs.parameter import SETTINGS, TARGETS, Change, Parameter, Scenario
from hecon.inputs.tables.cells import not_a_number, number

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.curves_table import Curve

_COLUMN = {"parameter": "value"} | {column: column for column in ("distribution", "par1", "par2", "low", "high")}
_SPREAD = ("distribution", "par1", "par2")


def named(book: "Book", name: str) -> Scenario:
    """The scenario of that name; an unknown one is an InputError that names the nearest.

    >>> from hecon.inputs.book import make_book
    >>> named(make_book("demo", []), "price_up")
    Traceback (most recent call last):
    hecon.errors.InputError: demo has no scenario 'price_up' (known: none)
    """
    if name not in book.scenarios:
        known = ", ".join(book.scenarios) or "none"
        raise InputError(f"{book.case} has no scenario '{name}'{nearest(name, book.scenarios)} (known: {known})")
    return book.scenarios[name]


def changed(book: "Book", changes: Iterable[Change]) -> "tuple[Book, list[Fault]]":
    """The book with the changes applied, unchecked, and what is wrong with the changes themselves.

    - target parameter: the value. Alone it makes the parameter fixed, in probabilistic and one-way analysis too.
    - target distribution, par1, par2: the spread, drawn with common random numbers; low and high become its 95% limits
      unless they are given. The value must still be its mean, so give it as well when the mean moves.
    - target low, high: the bounds of one-way analysis.
    - target curve: the family of the fitted curve in `name`; its coefficients stay uncertain.
    - target setting: a setting. Target table: the numbers of the table named in `value`, under the name in `name`.

    >>> from hecon.inputs.book import make_book
    >>> book = make_book("demo", [Parameter(name="p", value=0.5, distribution="beta", par1=2, par2=2)])
    >>> other, faults = changed(book, [Change("parameter", "p", "0.3")])
    >>> other.parameters["p"].distribution, other.sample(5, seed=1)["p"], faults
    ('fixed', 0.3, [])
    """
    changes = list(changes)
    faults = [fault for change in changes for fault in _faults(book, change)]
    if faults:
        return book, faults
    settings, tables, parameters = dict(book.settings), dict(book.tables), dict(book.parameters)
    settings |= {change.name: change.value for change in changes if change.target == "setting"}
    tables |= {
        change.name: replace(book.tables[change.value], name=change.name)
        for change in changes
        if change.target == "table"
    }
    for name in dict.fromkeys(change.name for change in changes if change.target in _COLUMN):
        rows = {change.target: change for change in changes if change.name == name and change.target in _COLUMN}
        parameters[name] = _changed(book.parameters[name], rows)
    for change in changes:
        if change.target == "curve":
            chosen = select(parameters, book.fitted[change.name], change.value, change.cell)
            parameters[chosen.name] = chosen
    origin = book.origin or book
    return replace(book, parameters=parameters, settings=settings, tables=tables, origin=origin), []


def _changed(one: Parameter, rows: dict[str, Change]) -> Parameter:
    """One parameter with its changes; addresses move to the scenario's cells."""
    cells = {**one.cells, **{_COLUMN[target]: change.cell for target, change in rows.items()}}
    new: dict[str, Any] = {
        _COLUMN[target]: change.value if target == "distribution" else _number(change.value)
        for target, change in rows.items()
    }
    if any(target in rows for target in _SPREAD):
        blank = ("low", "high", "par1", "par2") if "distribution" in rows else ("low", "high")
        new = {**dict.fromkeys(blank, nan), **new}
    elif "parameter" in rows:
        value = new["value"]
        new = {"distribution": "fixed", "par1": nan, "par2": nan, "low": value, "high": value, **new}
    return replace(one, cells=cells, **new)


def _faults(book: "Book", change: Change) -> list[Fault]:
    known: dict[str, Iterable[str]] = {"setting": SETTINGS, "table": book.tables}
    fitted = _fitted(book) if change.target == "curve" else {}
    known |= {"curve": fitted} if change.target == "curve" else {}
    if change.target not in TARGETS:
        hint = nearest(change.target, TARGETS)
        return [Fault(change.place, f"unknown target '{change.target}'{hint} (known: {', '.join(TARGETS)})")]
    names = known.get(change.target, book.parameters)
    kind = change.target if change.target in known else "parameter"
    faults = []
    if change.name not in names:
        faults.append(Fault(change.place, f"there is no {kind} '{change.name}'{nearest(change.name, names)}"))
    if change.name in fitted and change.value not in fitted[change.name].fits:
        fits = fitted[change.name].fits
        told = f"curve '{change.name}' has no family '{change.value}'{nearest(change.value, fits)}"
        faults.append(Fault(change.place, f"{told} (fitted: {', '.join(fits)})"))
    if change.target == "table" and change.value not in book.tables:
        faults.append(Fault(change.place, f"there is no table '{change.value}'{nearest(change.value, book.tables)}"))
    if change.target in _COLUMN and change.target != "distribution" and not isfinite(_number(change.value)):
        faults.append(Fault(change.place, f"{change.target} {not_a_number(change.value)}"))
    return faults


def _fitted(book: "Book") -> "Mapping[str, Curve]":
    """The book's curves; none where their table is at fault, which is told elsewhere."""
    try:
        return book.fitted
    except InputError:
        return {}


def _number(text: str) -> float:
    found = number(text)
    return nan if found is None else found
