"""What a parameter's unit says: money, time, a probability, a rate, a count; its currency and year; per what time.

Only what the text says is taken from it. A unit that is not understood says nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

PER_YEAR = {"year": 1.0, "month": 12.0, "week": 52.0, "day": 365.25, "hour": 8766.0, "minute": 525960.0}
_SHARES = ("probability", "proportion", "share", "fraction")
_RATIOS = ("ratio", "multiplier", "factor", "relative risk")
_UTILITIES = ("utility", "utilities")
_COUNTS = (
    "admission", "bag", "caregiver", "case", "consultation", "count", "course", "cycle", "dose", "event", "gram", "g",
    "hospitalisation", "hospitalization", "infusion", "injection", "kg", "mg", "ml", "number", "patient", "people",
    "person", "procedure", "scan", "session", "tablet", "test", "transfusion", "unit", "vial", "visit",
)  # fmt: skip
_CURRENCIES = (
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MXN", "MYR", "NGN", "NOK", "NZD",
    "PEN", "PHP", "PKR", "PLN", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "TZS", "UAH", "UGX",
    "USD", "VND", "ZAR", "ZMW",
)  # fmt: skip
_SIGNS = {"€": "EUR", "£": "GBP", "US$": "USD", "$": "USD", "¥": "JPY"}
_NAMES = {
    "probability": ("p_",), "money": ("c_", "price", "wage"), "time": ("d_", "days_", "weeks_", "months_", "years_", "hours_"),
    "count": ("n_",), "rate": ("r_",), "ratio": ("hr_", "rr_", "or_"),
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """`kind` is probability, percent, money, time, count, rate, ratio, utility, or "" where the text does not tell.

    `currency` and `year` are those the text names; `time` holds the exponents of the units of time in it, and is None
    where it has a part that is not understood.
    """

    kind: str = ""
    currency: str = ""
    year: str = ""
    time: Mapping[str, int] | None = field(default=None, hash=False)


@lru_cache(maxsize=10_000)
def read_unit(text: str) -> Unit:
    """A unit's text, understood as far as it can be.

    >>> read_unit("EUR 2020 per month")
    Unit(kind='money', currency='EUR', year='2020', time={'month': -1})
    >>> read_unit("probability per year").time, read_unit("days").time, read_unit("log odds").time
    ({'year': -1}, {'day': 1}, None)
    """
    top, *below = re.split(r"\s+per\s+|\s*/\s*", re.sub(r"^per\s+", " per ", text.strip().split(",")[0]))
    kind, currency, year = _kind(top.strip(), bool(below))
    exponents = [(_time(top), 1), *((_time(word), -1) for word in below)]
    known = kind not in ("", "percent") and all(_time(w) or _singular(w.strip().lower()) in _COUNTS for w in below)
    time = {what: sum(n for other, n in exponents if other == what) for what, _ in exponents if what}
    return Unit(kind, currency, year, {what: n for what, n in time.items() if n} if known else None)


def unit_of(one: "Parameter") -> Unit:
    """The unit of a parameter; where it has none, what its name's prefix says (`p_`, `c_`, `d_`, `n_`, `r_`, `hr_`).

    >>> from hecon.inputs.parameter import Parameter
    >>> unit_of(Parameter(name="c_drug", value=1.0)).kind, unit_of(Parameter(name="u_ill", value=1.0, unit="EQ-5D")).kind
    ('money', 'utility')
    """
    if one.name.startswith("u_") or one.group.lower() in _UTILITIES:
        return Unit("utility", time={})
    if one.unit or one.group.startswith("curve "):  # a curve's coefficients are named after it
        return read_unit(one.unit)
    return Unit(next((kind for kind, prefixes in _NAMES.items() if one.name.startswith(prefixes)), ""))


def _kind(top: str, per: bool) -> tuple[str, str, str]:
    """Kind, currency and price year of what stands before "per"."""
    words = top.lower()
    for sign, code in _SIGNS.items():
        if top.startswith(sign):
            return "money", code, _year(top)
    if top[:3] in _CURRENCIES and not top[3:4].isalpha():
        return "money", top[:3], _year(top)
    if words in _SHARES or words.startswith("probability"):
        return "probability", "", ""
    if "%" in words or words.startswith("percent"):
        return "percent", "", ""
    if words in _UTILITIES:
        return "utility", "", ""
    if words.endswith(_RATIOS):
        return "ratio", "", ""
    if _time(top):
        return "time", "", ""
    if _singular(words) in _COUNTS:
        return "count", "", ""
    if (not words and per) or words in ("rate", "hazard"):
        return "rate", "", ""
    return "", "", ""


def _year(top: str) -> str:
    found = re.search(r"\b(19|20)[0-9]{2}\b", top)
    return found.group() if found else ""


def _time(word: str) -> str:
    found = _singular(word.strip().lower())
    return found if found in PER_YEAR else ""


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 2 else word
