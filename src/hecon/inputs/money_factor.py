"""By what an amount of one currency and price year is multiplied to be one of another: prices first, purchasing power then.

The price index is that of the amount's own country, the purchasing power that of the target year; never the other order.
"""

from dataclasses import dataclass

from hecon.errors import InputError
from hecon.inputs.price_data import (
    countries_with_purchasing_power,
    country_name,
    country_of,
    price_change,
    purchasing_power,
)


@dataclass(frozen=True)
class Money:
    """A currency of a price year, such as USD of 2021.

    >>> print(Money("USD", 2021))
    USD 2021
    """

    currency: str
    year: int

    def __str__(self) -> str:
        return f"{self.currency} {self.year}"


@dataclass(frozen=True)
class MoneyFactor:
    """The number that amounts `start` are multiplied by, and the `steps` it was made of, in words."""

    start: Money
    value: float
    steps: tuple[str, ...]

    def __str__(self) -> str:
        return f"from {self.start}: {' '.join(self.steps) or 'x 1'}"


def money_factor(start: Money, target: Money, countries: str = "") -> MoneyFactor:
    """The factor from one money to another; `countries` are the ISO codes that a case names (its setting `country`).

    Amounts in one currency are not moved by purchasing power, whatever country of that currency is meant.

    Raises:
        InputError: an index or a purchasing power that is not there, or does not reach the year; a currency whose country
            is not told.

    >>> for step in money_factor(Money("USD", 2021), Money("EUR", 2023)).steps:
    ...     print(step)
    x 1.1245 (consumer prices, United States, 2021 to 2023)
    x 0.7395 (purchasing power, EUR of Netherlands per USD, 2023)
    >>> money_factor(Money("USD", 2023), Money("EUR", 2023)).value
    0.739454
    """
    value, steps = 1.0, []
    if start.year != target.year:
        country = country_of(start.currency, countries)
        value = price_change(country, start.year, target.year)
        steps.append(f"x {value:.4f} (consumer prices, {country_name(country)}, {start.year} to {target.year})")
    if start.currency != target.currency:
        own, other = country_of(start.currency, countries), _target_country(target.currency, countries)
        for country, power in ((own, -1), (other, 1)):
            if country != "USA":
                parity = purchasing_power(country, target.year)
                sign = "x" if power > 0 else "/"
                currency = target.currency if power > 0 else start.currency
                told = f"{currency} of {country_name(country)} per USD, {target.year}"
                steps.append(f"{sign} {parity:.4f} (purchasing power, {told})")
                value *= parity**power
    return MoneyFactor(start, value, tuple(steps))


def _target_country(currency: str, countries: str) -> str:
    """The country whose purchasing power a target currency has: the one named, or the only one whose is known."""
    try:
        return country_of(currency, countries)
    except InputError:
        known = countries_with_purchasing_power(currency)
        if len(known) != 1:
            raise
        return known[0]
