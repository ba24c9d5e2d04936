"""Time as authors write it: "1 month", "60 years", "720 cycles"; a horizon must be a whole number of cycles.

A year is 12 months, 52 weeks or 365.25 days.
"""

import re
from fractions import Fraction

from hecon.errors import ModelError
from hecon.formula.program import Clock

PER_YEAR = {"year": Fraction(1), "month": Fraction(12), "week": Fraction(52), "day": Fraction(1461, 4)}
_SPAN = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(year|month|week|day|cycle)s?\s*$")
_SLACK = Fraction(1, 10**9)  # "1.15384615384615 years" are 60 weeks, written as a decimal


def years(text: str) -> Fraction:
    """A span of time in years, exactly.

    Raises:
        ModelError: a span that cannot be read.

    >>> years("18 months"), years("2 weeks")
    (Fraction(3, 2), Fraction(1, 26))
    """
    amount, unit = _read(text)
    if unit == "cycle":
        raise ModelError(f"'{text}': a length in cycles needs a cycle; write years, months, weeks or days")
    return amount / PER_YEAR[unit]


def clock(cycle: str, horizon: str) -> Clock:
    """The clock of a structure.

    Raises:
        ModelError: a span that cannot be read; a horizon that is not a whole number of cycles.

    >>> clock("1 month", "60 years")
    Clock(per_year=12.0, cycles=720)
    >>> clock("1 week", "1.15384615384615 years").cycles
    60
    >>> clock("1 week", "1 month")
    Traceback (most recent call last):
    hecon.errors.ModelError: horizon '1 month' is 4.333 cycles of '1 week', not a whole number: write '4 cycles' or '5 cycles'
    """
    length = years(cycle)
    if length <= 0:
        raise ModelError(f"cycle '{cycle}' has no length")
    amount, unit = _read(horizon)
    count = amount if unit == "cycle" else (amount / PER_YEAR[unit]) / length
    if abs(count - round(count)) < _SLACK:
        count = Fraction(round(count))
    if count.denominator != 1 or count < 1:
        low = max(int(count), 1)
        raise ModelError(
            f"horizon '{horizon}' is {float(count):.4g} cycles of '{cycle}', not a whole number: write '{low} cycles' or"
            f" '{low + 1} cycles'"
        )
    return Clock(float(1 / length), int(count))


def _read(text: str) -> tuple[Fraction, str]:
    match = _SPAN.match(text) if isinstance(text, str) else None
    if not match:
        raise ModelError(f"'{text}' is not a length of time: write a number and a unit, as in '1 month' or '60 years'")
    return Fraction(match.group(1)), match.group(2)
