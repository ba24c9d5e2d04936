"""One input's row on the Inputs sheet, compared with what was submitted: edits, faults, the edits in words.

Numbers are compared at 15 digits, which is what a spreadsheet keeps when it saves a file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan, nan
from types import MappingProxyType
from typing import Any

from hecon.errors import Fault
from hecon.inputs.parameter import Change, Parameter
from hecon.inputs.withheld import WITHHELD
from hecon.workbook.read_back.inputs_found import FoundInputs
from hecon.workbook.read_back.read_control import plain_number
from hecon.workbook.sheets.input_cells import SHEET
from hecon.workbook.sheets.input_options import option_names, options_of, short_label
from hecon.workbook.xlsx.package import Package
from hecon.workbook.xlsx.pen import legal

NUMBERS = {"value": "parameter", "low": "low", "high": "high", "par1": "par1", "par2": "par2"}
WORDS = (
    "distribution", "label", "unit", "source", "provenance", "group", "correlation_group", "price_year", "currency",
    "mean_differs", "support", "note",
)  # fmt: skip
_SPREAD = ("distribution", "par1", "par2")
_SAME = 1e-14  # relative; a number rounded to 15 digits is off by up to 5e-15
_LONG = 80


def same(new: float, old: float) -> bool:
    """Whether two numbers agree at 15 digits.

    >>> same(0.100001234567890, 0.10000123456789048), same(0.1001, 0.1)
    (True, False)
    """
    return bool(abs(new - old) <= _SAME * max(abs(new), abs(old)))


def edits_of(
    package: Package,
    found: FoundInputs,
    one: Parameter,
    by_name: Mapping[str, tuple[float, str]] = MappingProxyType({}),
) -> tuple[list[Change], list[Fault]]:
    """What was changed of one input, and the cells that cannot be used, each with its address.

    Of an input that Control lets choose `by_name` the number and its cell are those, unless its value was typed over.
    """
    edits: list[Change] = []
    faults: list[Fault] = []
    cells, row = package.sheets[SHEET], found.rows[one.name]
    original = found.columns.get("original value")
    hidden = original is not None and cells.words.get((row, original)) == WITHHELD
    for column, target in NUMBERS.items():
        if column not in found.columns:
            continue
        place, address = (row, found.columns[column]), found.address(column, one.name)
        old, new = getattr(one, column), package.number((SHEET, *place))
        word = cells.words.get(place, "").strip()
        if column == "value" and one.name in by_name and place in cells.formulas:
            new, address = by_name[one.name]
            if new != old:
                edits.append(Change(target, one.name, repr(new), cell=address))
            continue
        if hidden and (place in cells.errors or word == WITHHELD):
            continue  # nothing was typed
        if word or place in cells.errors:
            told = f"{column} is not a number: '{word or cells.errors[place]}'"
            faults.append(Fault(f"{address} ({one.name})", told))
        elif isnan(new):
            if column == "value":
                faults.append(Fault(f"{address} ({one.name})", "has no value"))
            elif not isnan(old) and column in ("low", "high"):
                faults.append(Fault(f"{address} ({one.name})", f"{column} is blank; it was {plain_number(old)}"))
            elif not isnan(old):
                edits.append(Change(target, one.name, "", cell=address))
        elif not same(new, old):
            options = options_of(one) if column == "value" else ()
            if options and new not in options:
                known = ", ".join(f"{k:g}" for k in options)
                faults.append(
                    Fault(f"{address} ({one.name})", f"is {new:g}, which is not one of its choices ({known})")
                )
            else:
                edits.append(Change(target, one.name, repr(float(new)), cell=address))
    for column in WORDS:
        if column in found.columns:
            place = (row, found.columns[column])
            text, was = _text(package, place), " ".join(legal(getattr(one, column)).split())
            if text not in (was, WITHHELD):
                edits.append(Change(column, one.name, text, cell=found.address(column, one.name)))
    return edits, faults


def with_edits(one: Parameter, edits: Sequence[Change]) -> Parameter:
    """The input with its edits. A value that alone was changed is fixed there; a distribution is taken as its row has it.

    >>> cost = Parameter(name="c", value=5.0, low=4.0, high=6.0, distribution="gamma mean se", par1=5.0, par2=0.5)
    >>> with_edits(cost, [Change("parameter", "c", "7.0")]).distribution
    'fixed'
    >>> with_edits(cost, [Change("distribution", "c", "lognormal mean se")]).par2
    0.5
    """
    new: dict[str, Any] = {
        COLUMN_OF.get(change.target, change.target): change.value
        if change.target in WORDS
        else float(change.value or nan)
        for change in edits
    }
    if "value" in new and not any(column in new for column in _SPREAD):
        value = new["value"]
        new = {"distribution": "fixed", "par1": nan, "par2": nan, "low": value, "high": value, **new}
    return replace(one, **new)


COLUMN_OF = {target: column for column, target in NUMBERS.items()}


def told(one: Parameter, change: Change) -> str:
    """An edit in words.

    >>> told(Parameter(name="c", value=5.0, label="price"), Change("parameter", "c", "7.0"))
    'price 5 -> 7'
    """
    column = COLUMN_OF.get(change.target, change.target)
    old = getattr(one, column)
    label = one.label or one.name
    where = label if column == "value" else f"{label}, {column}"
    names = option_names(one) if column == "value" else {}
    if names and float(change.value or nan) in names:
        return f"{short_label(one)} {names.get(old, plain_number(old))} -> {names[float(change.value)]}"
    if change.target in WORDS:
        return f"{where} {_short(old)} -> {_short(change.value)}"
    return f"{where} {plain_number(old)} -> {plain_number(float(change.value or nan))}"


def _text(package: Package, place: tuple[int, int], sheet: str = SHEET) -> str:
    """A cell's words, or its number as it would be typed."""
    number = package.number((sheet, *place))
    word = " ".join(package.word((sheet, *place)).split())
    return word or ("" if isnan(number) else f"{number:.15g}")


def _short(text: str) -> str:
    return (text if len(text) <= _LONG else text[: _LONG - 3] + "...") or "none"
