"""Numbers in the texts of a book that is handed over without some of its values: do they tell what is withheld?

A number is read as people write it: 475,000, 475 000, 475.000, 475'000, 475k, 0.475 million, EUR475000, 35%.
"""

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, raise_faults
from hecon.inputs.parameter import NUMERIC_SETTINGS

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_TOLERANCE = 5e-5  # of the value: four digits alike
_SHORTEST, _YEARS = 1000, range(1900, 2101)
_NUMBER = re.compile(
    r"(\d{1,3}(?:[ .,'\u2019\u00a0\u2009\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"(?:[ \u00a0]?(k|thousand|mln|million|m|bn|billion|%|per ?cent)(?![A-Za-z]))?",
    re.IGNORECASE,
)
_TIMES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mln": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}


def check_told(book: "Book", names: Collection[str]) -> None:
    """Refuse a withheld value that stands in a text which is shown: a label, a note, a citation, a scenario.

    Raises:
        InputError: such texts, all at once. Values of fewer than 3 digits, and those that may be years, occur by chance
            and are not refused; `left_numbers` lists what is for a person to look at.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> parts = [Parameter(name="price", value=475_000.0), Parameter(name="fee", value=1.0, note="1% of EUR475k")]
    >>> check_told(make_book("demo", parts), ["price"])
    Traceback (most recent call last):
    hecon.errors.InputError: --redact: 1 fault
      - fee, note: tells the value of price, which is withheld: '1% of EUR475k'
    """
    faults = [
        Fault(place, f"tells the value of {name}, which is withheld: '{words[:80]}'")
        for name in names
        for place, words in _texts(book, names)
        if _tells(words, book.parameters[name].value)
    ]
    raise_faults(faults, InputError, "--redact")


def left_numbers(book: "Book", names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The numbers that stand in texts which are shown, by the text's place: one may tell of what is withheld.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> parts = [Parameter(name="price", value=475_000.0), Parameter(name="fee", value=1.0, note="12 x 39,583.33 a month")]
    >>> left_numbers(make_book("demo", parts), ["price"])
    {'fee, note': ('12', '39,583.33')}
    """
    found = {
        place: tuple(match[0].strip() for match in _NUMBER.finditer(words)) for place, words in _texts(book, names)
    }
    return {place: numbers for place, numbers in found.items() if numbers and not place.startswith("source ")}


def readings(number: str, unit: str = "") -> set[float]:
    """What a number in a text may mean: comma and point each as decimal sign or between thousands, with its unit.

    >>> sorted(readings("1,250")), sorted(readings("0.475", "million")), sorted(readings("50", "%"))
    ([1.25, 1250.0], [0.475, 475000.0], [0.5, 50.0])
    """
    plain = re.sub(r"[^\d.,]", "", number)
    ways = {plain.replace(",", ""), plain.replace(".", "").replace(",", "."), re.sub(r"[.,]", "", plain)}
    if re.fullmatch(r"\d+[.,]\d{1,2}|\d+[.,]\d{4,}|0[.,]\d+", plain):
        ways = {plain.replace(",", ".")}  # its sign cannot stand between thousands
    values = {float(way) for way in ways if way.count(".") < 2}
    word = unit.lower().replace(" ", "")
    times = 0.01 if word in ("%", "percent") else _TIMES.get(word, 1.0)
    return values | {value * times for value in values}


def _texts(book: "Book", names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Every text that is handed over, with its place."""
    yield from ((f"setting {name}", words) for name, words in book.settings.items() if name not in NUMERIC_SETTINGS)
    for one in book.parameters.values():
        columns = ("label", "group") if one.name in names else ("label", "group", "note", "mean_differs")
        yield from ((f"{one.name}, {column}", getattr(one, column)) for column in columns)
    for source in book.sources.values():
        yield from ((f"source {source.id}, {column}", words) for column, words in vars(source).items())
    for scenario in book.scenarios.values():
        yield from ((f"scenario {scenario.name}, {what}", getattr(scenario, what)) for what in ("name", "label"))
        for k, change in enumerate(scenario.changes):
            if change.name not in names:
                yield f"scenario {scenario.name}, {k + 1}", f"{change.value} {change.note}"


def _tells(words: str, value: float) -> bool:
    """Whether a text holds the number, to four digits."""
    size = abs(value)
    digits = len(f"{size:.15g}".split("e")[0].replace(".", "").strip("0"))
    if (size < _SHORTEST and digits < 3) or (value == round(value) and value in _YEARS):
        return False
    found = (read for match in _NUMBER.finditer(words) for read in readings(match[1], match[2] or ""))
    return any(abs(read - size) <= _TOLERANCE * size for read in found)
