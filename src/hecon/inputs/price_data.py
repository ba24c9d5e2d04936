"""Prices of countries, as kept in the package: consumer prices by year, purchasing power, and who pays in which currency.

Sources and dates stand in data/sources.csv.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from hecon.errors import InputError
from hecon.inputs.derived import price_factor
from hecon.inputs.tables.csv_file import read_csv

DATA = Path(__file__).parents[1] / "data"


@lru_cache
def package_table(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a file of the package's data, as texts by column.

    >>> package_table("countries.csv")[0]["name"]
    'Australia'
    """
    return tuple(read_csv(DATA / name).records())


def country_name(country: str) -> str:
    """The name of a country by its ISO code; the code where the package has no such country.

    >>> country_name("NLD")
    'Netherlands'
    """
    return next((row["name"] for row in package_table("countries.csv") if row["country"] == country), country)


def countries_of(currency: str) -> list[str]:
    """The countries that pay in a currency, as far as the package knows them.

    >>> countries_of("USD"), "NLD" in countries_of("EUR")
    (['USA'], True)
    """
    return [row["country"] for row in package_table("countries.csv") if row["currency"] == currency]


def country_of(currency: str, countries: str) -> str:
    """The country whose prices an amount in `currency` follows: of those a case names, or the only one with it.

    Raises:
        InputError: a currency of several countries, or of none that is known, where the case does not tell which.

    >>> country_of("USD", ""), country_of("EUR", "USA NLD")
    ('USA', 'NLD')
    >>> country_of("EUR", "USA")
    Traceback (most recent call last):
    hecon.errors.InputError: EUR is the currency of several countries: name one in the setting country, such as NLD
    """
    known = countries_of(currency)
    named = [one for one in countries.split() if one in known]
    if len(named) == 1 or (not named and len(known) == 1):
        return (named or known)[0]
    if len(named) > 1:
        raise InputError(f"the setting country names several countries with {currency}: {', '.join(named)}; keep one")
    if not known:
        raise InputError(f"no country with the currency {currency} is known here")
    raise InputError(
        f"{currency} is the currency of several countries: name one in the setting country, such as "
        f"{'NLD' if 'NLD' in known else known[0]}"
    )


def price_change(country: str, from_year: int, to_year: int) -> float:
    """How consumer prices of a country moved between two years.

    Raises:
        InputError: a country or years without an index; says where the index begins and ends.

    >>> round(price_change("USA", 2021, 2023), 6)       # 1.0800279982 x 1.0411633838
    1.124486
    >>> price_change("USA", 2021, 2030)
    Traceback (most recent call last):
    hecon.errors.InputError: consumer prices of United States reach from 1999 to 2024; 2030 lies outside
    """
    table = {
        int(row["year"]): float(row["change_percent"])
        for row in package_table("consumer_prices.csv")
        if row["country"] == country
    }
    if from_year == to_year:
        return 1.0
    if not table:
        raise InputError(f"there are no consumer prices of {country_name(country)} ({country})")
    first, last = min(table) - 1, max(table)
    for year in (from_year, to_year):
        if not first <= year <= last:
            raise InputError(
                f"consumer prices of {country_name(country)} reach from {first} to {last}; {year} lies outside"
            )
    return price_factor(table, from_year, to_year)


def purchasing_power(country: str, year: int) -> float:
    """What buys in a country what one US dollar buys in the United States, in the country's currency.

    Raises:
        InputError: a country or a year without it; says where it begins and ends.

    >>> purchasing_power("NLD", 2023), purchasing_power("USA", 2023)
    (0.739454, 1.0)
    """
    if country == "USA":
        return 1.0
    table = {
        int(row["year"]): float(row["per_usd"])
        for row in package_table("purchasing_power.csv")
        if row["country"] == country
    }
    if not table:
        raise InputError(f"there is no purchasing power of {country_name(country)} ({country})")
    if year not in table:
        told = f"reaches from {min(table)} to {max(table)}; {year} lies outside"
        raise InputError(f"purchasing power of {country_name(country)} {told}")
    return table[year]


def countries_with_purchasing_power(currency: str) -> list[str]:
    """The countries of a currency whose purchasing power is known.

    >>> countries_with_purchasing_power("EUR"), countries_with_purchasing_power("USD")
    (['NLD'], ['USA'])
    """
    found = dict.fromkeys(row["country"] for row in package_table("purchasing_power.csv"))
    return [one for one in countries_of(currency) if one in found or one == "USA"]
