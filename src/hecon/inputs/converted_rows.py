"""Rows of the inputs with their amounts multiplied: parameters, correlations, scenarios, subgroups and columns of tables."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any

from hecon.errors import Fault, InputError, nearest
from hecon.inputs.distributions.names_of_distributions import word
from hecon.inputs.distributions.scaling import scaled_pars
from hecon.inputs.money_factor import Money
from hecon.inputs.parameter import MONEY_SETTINGS, Change, Correlation, Parameter, Scenario, Table
from hecon.inputs.support import stated
from hecon.inputs.tables.cells import number

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_SIGNS = re.compile(r"US\$|[€£$¥]|\b[A-Z]{3}\b")
_YEAR = re.compile(r"\b(19|20)[0-9]{2}\b")


@dataclass(frozen=True)
class Factors:
    """`values` by the names of parameters, `own` for amounts of the settings, and the money that results."""

    values: Mapping[str, float]
    own: float
    currency: str
    year: str


def converted_parameter(one: Parameter, factors: Factors, start: Money, faults: list[Fault]) -> Parameter:
    """A parameter in the new money; its note says what it was. What cannot be scaled is added to `faults`.

    >>> fee = Parameter(name="fee", value=100.0, low=50.0, high=150.0, unit="USD 2021 per day", currency="USD", price_year="2021")
    >>> new = converted_parameter(fee, Factors({"fee": 2.0}, 2.0, "EUR", "2023"), Money("USD", 2021), [])
    >>> new.value, new.low, new.unit, new.note
    (200.0, 100.0, 'EUR 2023 per day', '100 USD of 2021 before conversion')
    """
    factor = factors.values[one.name]
    unit, count = _SIGNS.subn(factors.currency, one.unit, count=1)
    unit = _YEAR.sub(factors.year, unit, count=1) if count else one.unit
    said: dict[str, Any] = {"unit": unit}
    said |= {"currency": factors.currency} if one.currency else {}
    said |= {"price_year": factors.year} if one.price_year else {}
    if factor == 1.0:
        return replace(one, **said)
    try:
        par1, par2 = scaled_pars(one.distribution, one.par1, one.par2, factor)
    except InputError as error:
        faults.append(Fault(one.place("distribution"), str(error)))
        return one
    was = f"{one.value:,.10g} {start.currency} of {start.year} before conversion"
    return replace(
        one, value=one.value * factor, low=one.low * factor, high=one.high * factor, par1=par1, par2=par2,
        distribution=_copied(one.distribution, one.name), support=_support(one, factor),
        note=f"{one.note}; {was}" if one.note else was, **said,
    )  # fmt: skip


def converted_correlations(entries: Iterable[Correlation], values: Mapping[str, float]) -> tuple[Correlation, ...]:
    """A covariance is multiplied by both factors, a row of a Cholesky table by its own; a correlation stays.

    >>> pair = Correlation("g", "a", "b", 3.0, "covariance")
    >>> converted_correlations([pair], {"a": 2.0, "b": 2.0})[0].value
    12.0
    """
    return tuple(
        entry
        if entry.kind == "correlation"
        else replace(
            entry,
            value=entry.value
            * values.get(entry.name_1, 1.0)
            * (values.get(entry.name_2, 1.0) if entry.kind == "covariance" else 1.0),
        )
        for entry in entries
    )


def converted_scenario(book: "Book", scenario: Scenario, factors: Factors, faults: list[Fault]) -> Scenario:
    """A scenario whose changes of amounts are in the new money; what cannot be scaled is added to `faults`.

    >>> from hecon.inputs.book import make_book
    >>> book = make_book("demo", [Parameter(name="fee", value=1.0)])
    >>> dear = Scenario("dear", "", (Change("parameter", "fee", "3"),))
    >>> converted_scenario(book, dear, Factors({"fee": 2.0}, 2.0, "EUR", "2023"), []).changes[0].value
    '6.0'
    """
    spelled = {one.name: one.value for one in scenario.changes if one.target == "distribution"}
    changes = []
    for change in scenario.changes:
        factor = factors.values.get(change.name, 1.0)
        if change.target == "setting":
            changes.append(_setting(scenario, change, factors, faults))
            continue
        amount = number(change.value)
        told = amount is not None or change.target == "distribution"
        if factor == 1.0 or change.target in ("table", "curve") or not told:
            changes.append(change)
            continue
        spelling = spelled.get(change.name, book.parameters[change.name].distribution)
        try:
            if change.target == "distribution":
                scaled_pars(spelling, 0.0, 0.0, factor)
                text = _copied(spelling, f"{scenario.name}_{change.name}")
            else:
                value = float(amount or 0.0)
                pars = scaled_pars(spelling, value, value, factor) if change.target in ("par1", "par2") else ()
                text = repr(pars[change.target == "par2"] if pars else value * factor)
        except InputError as error:
            faults.append(Fault(change.place, f"scenario {scenario.name}: {error}"))
            continue
        changes.append(replace(change, value=text))
    return replace(scenario, changes=tuple(changes))


def converted_subgroup(row: Mapping[str, str], values: Mapping[str, float]) -> Mapping[str, str]:
    """A row of subgroups; the value of an amount is in the new money.

    >>> converted_subgroup({"parameter": "fee", "value": "3"}, {"fee": 2.0})
    {'parameter': 'fee', 'value': '6.0'}
    """
    amount = number(row.get("value", ""))
    factor = values.get(row.get("parameter", "").strip(), 1.0)
    return row if factor == 1.0 or amount is None else {**row, "value": repr(amount * factor)}


def converted_table(tables: dict[str, Table], text: str, factor: float) -> list[Fault]:
    """Multiply the column `table.column` in `tables`; what is wrong with that text.

    >>> import numpy as np
    >>> tables = {"earned": Table("earned", "age", np.array([20.0]), {"year": np.array([3.0])})}
    >>> converted_table(tables, "earned.year", 2.0), tables["earned"].columns["year"].tolist()
    ([], [6.0])
    """
    name, _, column = text.partition(".")
    place = f"settings (money_tables, {text})"
    if name not in tables:
        return [Fault(place, f"there is no table '{name}'{nearest(name, tables)}; write table.column")]
    table = tables[name]
    if column not in table.columns:
        return [Fault(place, f"table {name} has no column '{column}'{nearest(column, table.columns)}")]
    tables[name] = replace(table, columns={**table.columns, column: table.columns[column] * factor})
    return []


def empirical_copies(book: "Book", values: Mapping[str, float]) -> dict[str, Table]:
    """A table of its own, in the new money, for every amount that is drawn from observed values; scenarios' too.

    >>> from hecon.inputs.book import make_book
    >>> fee = Parameter(name="fee", value=2.0, distribution="empirical seen.paid")
    >>> book = make_book("demo", [fee], tables={"seen": {"k": [1, 2], "paid": [1.0, 3.0]}})
    >>> empirical_copies(book, {"fee": 2.0})["seen_fee"].columns["paid"].tolist()
    [2.0, 6.0]
    """
    drawn = {name: one.distribution for name, one in book.parameters.items() if name in values}
    found = [(name, name, text) for name, text in drawn.items()]
    found += [
        (f"{scenario.name}_{change.name}", change.name, change.value)
        for scenario in book.scenarios.values()
        for change in scenario.changes
        if change.target == "distribution" and change.name in values
    ]
    copies = {}
    for mark, name, text in found:
        table, _, column = text.partition(" ")[2].strip().partition(".")
        if word(text) == "empirical" and table in book.tables and values[name] != 1.0:
            source = book.tables[table]
            copy = f"{table}_{mark}"
            copies[copy] = Table(copy, source.index_name, source.index, {column: source.columns[column] * values[name]})
    return copies


def _copied(distribution: str, mark: str) -> str:
    """A distribution of observed values names the table of its own; others stay."""
    if word(distribution) != "empirical":
        return distribution
    table, _, column = distribution.split(maxsplit=1)[1].partition(".")
    return f"empirical {table}_{mark}.{column}"


def _setting(scenario: Scenario, change: Change, factors: Factors, faults: list[Fault]) -> Change:
    if change.name in ("currency", "price_year"):
        faults.append(Fault(change.place, f"scenario {scenario.name} sets {change.name}: it cannot be converted"))
    amount = number(change.value)
    if change.name not in MONEY_SETTINGS or amount is None or factors.own == 1.0:
        return change
    return replace(change, value=repr(amount * factors.own))


def _support(one: Parameter, factor: float) -> str:
    """The stated support in the new money."""
    said = stated(one)
    if said is None or (said.low == -inf and said.high == inf):
        return one.support
    low, high = said.low * factor, said.high * factor
    if low > -inf:
        return f"{low!r} to {high!r}" if high < inf else f"{low!r} or more"
    return f"{high!r} or less"
