"""All amounts of a book in one currency of one price year: values, limits, distributions, scenarios, subgroups, settings.

Every amount is converted from its own currency and price year, by the prices of its own country.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, raise_faults
from hecon.inputs.checks import check
from hecon.inputs.converted_rows import (
    Factors,
    converted_correlations,
    converted_parameter,
    converted_scenario,
    converted_subgroup,
    converted_table,
    empirical_copies,
)
from hecon.inputs.money_factor import Money, MoneyFactor, money_factor
from hecon.inputs.parameter import MONEY_SETTINGS
from hecon.inputs.units import unit_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.parameter import Parameter


def convert_money(book: "Book", currency: str = "", price_year: int | None = None) -> "Book":
    """The book with every amount of money in `currency` of `price_year`; what is left out, the settings say.

    Amounts are the parameters with a currency or a unit of money, the table columns that the setting `money_tables` names,
    and the threshold, precision and study costs of the settings. Scenarios and subgroups that set them are converted too.
    The setting `converted` of the book that is returned says how. A book that is in that money already is returned as it is.

    Raises:
        InputError: no target or no currency, an index or a purchasing power that is missing or does not reach the year, a
            distribution that cannot be scaled; all at once, with the parameters they concern.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> fee = Parameter(name="fee", value=1000.0, unit="USD", distribution="gamma mean se", par1=1000, par2=200)
    >>> book = convert_money(make_book("demo", [fee], settings={"currency": "USD", "price_year": 2023}), "EUR")
    >>> book.parameters["fee"].value, book.margins.distributions["fee"].sd.__round__(9), book.settings["converted"]
    (739.454, 147.8908, 'from USD 2023: x 0.7395 (purchasing power, EUR of Netherlands per USD, 2023)')
    """
    title = f"{book.case}, conversion"
    target = _target(book, currency, price_year)
    starts, faults = _starts(book)
    own = own_money(book)
    factors, wrong = _factors(book, starts, own, target)
    raise_faults([*faults, *wrong], InputError, title)
    if own == target and all(start == target for start in starts.values()):
        return book
    values = {name: factors[start].value for name, start in starts.items()}
    of_settings = factors[own].value if own in factors else 1.0
    tables = {**book.tables, **empirical_copies(book, values)}
    for text in book.settings.get("money_tables", "").split():
        faults += converted_table(tables, text, of_settings)
    new = Factors(values, of_settings, target.currency, str(target.year))
    parameters = {
        name: converted_parameter(one, new, starts[name], faults) if name in values else one
        for name, one in book.parameters.items()
    }
    scenarios = {name: converted_scenario(book, one, new, faults) for name, one in book.scenarios.items()}
    settings = {**book.settings, "currency": target.currency, "price_year": str(target.year)}
    settings |= {
        name: repr(float(text) * of_settings) for name in MONEY_SETTINGS if (text := book.settings.get(name, ""))
    }
    settings["converted"] = _told(book, factors, own)
    raise_faults(faults, InputError, title)
    made = replace(
        book, parameters=parameters, tables=tables, scenarios=scenarios, settings=settings,
        correlations=converted_correlations(book.correlations, values),
        subgroups=tuple(converted_subgroup(row, values) for row in book.subgroups), origin=None,
    )  # fmt: skip
    return check(made, [], title)


def own_money(book: "Book") -> Money | None:
    """The money of the settings; None where they do not give both currency and price year.

    >>> from hecon.inputs.book import make_book
    >>> print(own_money(make_book("demo", [], settings={"currency": "USD", "price_year": 2021})))
    USD 2021
    """
    currency, year = (book.settings.get(name, "") for name in ("currency", "price_year"))
    return Money(currency, int(float(year))) if currency and year else None


def is_money(one: "Parameter") -> bool:
    """Whether a parameter is an amount of money: it has a currency or a price year, or a unit of money.

    >>> from hecon.inputs.parameter import Parameter
    >>> is_money(Parameter(name="wage", value=20.0, unit="EUR per hour")), is_money(Parameter(name="p_ill", value=0.1))
    (True, False)
    """
    return bool(one.currency or one.price_year) or unit_of(one).kind == "money"


def _target(book: "Book", currency: str, price_year: int | None) -> Money:
    year = str(price_year if price_year is not None else book.settings.get("price_year", ""))
    currency = currency or book.settings.get("currency", "")
    missing = [what for what, text in (("currency", currency), ("price_year", year)) if not text]
    if missing:
        told = f"the target has no {' and no '.join(missing)}: give it, or write it in the settings"
        raise InputError(f"{book.case}, conversion: {told}")
    if not (len(currency) == 3 and currency.isalpha() and currency.isupper()):
        raise InputError(f"{book.case}, conversion: a currency is a code such as EUR; got '{currency}'")
    return Money(currency, int(float(year)))


def _starts(book: "Book") -> tuple[dict[str, Money], list[Fault]]:
    """The money that each amount is in: its own columns, else its unit, else the settings."""
    starts: dict[str, Money] = {}
    faults = []
    for one in (one for one in book.parameters.values() if is_money(one)):
        unit = unit_of(one)
        currency = one.currency or unit.currency or book.settings.get("currency", "")
        year = one.price_year or unit.year or book.settings.get("price_year", "")
        if currency and year.isdigit():
            starts[one.name] = Money(currency, int(year))
        elif not currency:
            told = "is money without a currency; write it in its column or in the setting currency"
            faults.append(Fault(one.place("currency"), told))
        else:
            told = f"has the price year '{year}'; one year is needed, such as 2021" if year else "has no price year"
            faults.append(Fault(one.place("price_year"), told))
    return starts, faults


def _factors(
    book: "Book", starts: Mapping[str, Money], own: Money | None, target: Money
) -> tuple[dict[Money, MoneyFactor], list[Fault]]:
    """The factor from each money of the book, and what is missing for one, with the first amount it concerns."""
    used: dict[Money, list[str]] = {}
    for name, start in starts.items():
        used.setdefault(start, []).append(name)
    if own is not None and any(book.settings.get(name) for name in (*MONEY_SETTINGS, "money_tables")):
        used.setdefault(own, []).append("settings")
    factors: dict[Money, MoneyFactor] = {}
    faults = []
    for start, names in used.items():
        try:
            factors[start] = money_factor(start, target, book.settings.get("country", ""))
        except InputError as error:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            faults.append(Fault(f"{start} to {target} ({names[0]}{more})", str(error)))
    return factors, faults


def _told(book: "Book", factors: Mapping[Money, MoneyFactor], own: Money | None) -> str:
    """How the book was converted, in words, after what was said of an earlier conversion."""
    lines = [str(one) for one in factors.values() if one.steps]
    threshold = book.settings.get("threshold", "")
    if threshold and own is not None and factors[own].steps:
        lines.append(f"the threshold of the case with them, from {float(threshold):,.10g} {own}")
    earlier = book.settings.get("converted", "")
    return "; ".join([*([earlier] if earlier else []), *lines])
