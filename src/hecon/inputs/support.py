"""The support of a parameter: where its value, its low and high, every draw and every draws file must lie.

It is what the author states (column `support`), or else what its unit and its distribution say together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hecon.errors import Fault, InputError
from hecon.inputs.distributions.distribution import Array, Distribution
from hecon.inputs.parameter import Parameter
from hecon.inputs.units import unit_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws

_SLACK = 1e-9  # rounding of a draw at a bound
_NUMBER = r"[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?"
_STATED = re.compile(rf"({_NUMBER}) (?:to ({_NUMBER})|or (more|less))")
_WRITE = "write 'any', '0 to 1', '0 or more' or '1 or less'"
_KINDS = {
    "probability": (0.0, 1.0, "a probability"),
    "utility": (-inf, 1.0, "a utility"),
    "money": (0.0, inf, "an amount of money"),
    "time": (0.0, inf, "a length of time"),
    "count": (0.0, inf, "a count"),
    "rate": (0.0, inf, "a rate"),
    "ratio": (0.0, inf, "a ratio"),
}


@dataclass(frozen=True)
class Support:
    """From `low` to `high`, bounds included; `what` is the word for what lies there, such as "a probability".

    >>> print(Support(0.0, 1.0), Support(0.0, inf), Support(-inf, 1.0), Support(), sep="; ")
    0 to 1; 0 or more; 1 or less; any
    """

    low: float = -inf
    high: float = inf
    what: str = ""

    def __str__(self) -> str:
        if self.low > -inf:
            return f"{self.low:g} to {self.high:g}" if self.high < inf else f"{self.low:g} or more"
        return f"{self.high:g} or less" if self.high < inf else "any"

    @property
    def rule(self) -> str:
        """As said of a number: "a probability lies between 0 and 1"."""
        if self.low > -inf and self.high < inf:
            return f"{self.what} lies between {self.low:g} and {self.high:g}"
        return f"{self.what} is at {f'least {self.low:g}' if self.low > -inf else f'most {self.high:g}'}"

    def holds(self, value: float) -> bool:
        """Whether one value lies inside, rounding apart; nan does."""
        return not (value < self.low or value > self.high) or not self.outside(value)

    def outside(self, values: Array | float) -> NDArray[np.bool_]:
        """Which values (draw,) lie outside, rounding apart."""
        low = self.low - _SLACK * max(1.0, abs(self.low)) if self.low > -inf else -inf
        high = self.high + _SLACK * max(1.0, abs(self.high)) if self.high < inf else inf
        return np.asarray((values < low) | (values > high))


def stated(one: Parameter) -> Support | None:
    """What the author states in the column `support`, or None where it is blank.

    Raises:
        InputError: a text that is none of 'any', '0 to 1', '0 or more', '1 or less' (with any numbers).

    >>> stated(Parameter(name="saving", value=-5.0, support="-10 to 0"))
    Support(low=-10.0, high=0.0, what='its stated support')
    """
    text = " ".join(one.support.lower().split())
    if not text:
        return None
    if text == "any":
        return Support(what="its stated support")
    match = _STATED.fullmatch(text)
    if not match:
        raise InputError(f"the support '{one.support}' is not understood; {_WRITE}")
    first, second, word = float(match[1]), match[2], match[3]
    low, high = (first, float(second)) if second else (first, inf) if word == "more" else (-inf, first)
    if low >= high:
        raise InputError(f"the support '{one.support}' holds nothing; {_WRITE}")
    return Support(low, high, "its stated support")


def unit_support(one: Parameter) -> Support:
    """What a parameter's unit says, or the prefix of its name where it has no unit.

    >>> print(unit_support(Parameter(name="wage", value=20.0, unit="EUR per hour")))
    0 or more
    """
    low, high, what = _KINDS.get(unit_of(one).kind, (-inf, inf, ""))
    return Support(low, high, what)


def support_of(one: Parameter, distribution: Distribution) -> Support:
    """Where a parameter must lie; a support that is not understood, told elsewhere, is taken for none.

    >>> from hecon.inputs.distributions.families import Beta, Normal
    >>> print(support_of(Parameter(name="x", value=0.5), Beta(2, 2)), support_of(Parameter(name="x", value=0.5), Normal(0.5, 1)))
    0 to 1 any
    """
    try:
        said = stated(one)
    except InputError:
        return Support()
    if said is not None:
        return said
    unit = unit_support(one)
    low, high = distribution.ends
    if low <= unit.low and high >= unit.high:
        return unit
    return Support(max(low, unit.low), min(high, unit.high), f"a draw of its {distribution.family}")


def draw_faults(draws: "Draws") -> Iterator[Fault]:
    """For every parameter that varies: how many of its draws lie outside its support, the first of them, what to do.

    >>> from hecon.inputs.book import make_book
    >>> try:
    ...     make_book("demo", [Parameter(name="p_ill", value=0.5, distribution="normal", par1=0.5, par2=0.2)]).sample(1000, 1)
    ... except InputError as error:
    ...     "draws of p_ill lie outside 0 to 1" in str(error)
    True
    """
    known = draws.book.supports
    sampled = draws.seed is not None or draws.method == "uniforms"
    for name, row in zip(draws.names, draws.values, strict=True):
        support = known.get(name, Support())
        if not row.size or (row.min() >= support.low and row.max() <= support.high):
            continue
        wrong = np.flatnonzero(support.outside(row))
        if not wrong.size:
            continue
        first = int(wrong[0])
        met = f"{row[first]:.4g} in draw {draws.draw[first]}"
        if not sampled:
            yield Fault(f"{name}, draw {draws.draw[first]}", f"{support.rule}; it is {row[first]:g}")
            continue
        spelled = draws.book.parameters[name].distribution
        yield Fault(
            draws.book.parameters[name].place("distribution"),
            f"{wrong.size:,} of {row.size:,} draws of {name} lie outside {support} ({support.what}), such as {met}: choose a"
            f" distribution that keeps to it in place of '{spelled}', or write 'any' as its support to draw it so all the same",
        )


def support_remarks(book: "Book", draws: "Draws | None" = None) -> list[Fault]:
    """What the author's own supports let through: values, lows and highs outside what the unit says, and how many draws.

    >>> from hecon.inputs.book import make_book
    >>> saved = Parameter(name="saved", value=-5.0, unit="EUR", support="any")
    >>> print(*support_remarks(make_book("demo", [saved])))
    saved: its value -5 lies outside 0 or more (an amount of money), as its support 'any' allows
    """
    told = []
    for one in book.parameters.values():
        unit = unit_support(one)
        if not one.support or unit == Support():
            continue
        allows = f"outside {unit} ({unit.what}), as its support '{one.support}' allows"
        numbers = {column: getattr(one, column) for column in ("value", "low", "high")}
        beyond = [
            f"{column} {x:g}"
            for column, x in numbers.items()
            if not unit.holds(x) and (column == "value" or x != one.value)
        ]
        if beyond:
            told.append(
                Fault(one.place("support"), f"its {', '.join(beyond)} {'lies' if len(beyond) == 1 else 'lie'} {allows}")
            )
        if draws is not None and one.name in draws.names:
            row = np.asarray(draws[one.name])
            if count := int(unit.outside(row).sum()):
                told.append(Fault(one.place("support"), f"{count:,} of {row.size:,} draws lie {allows}"))
    return told
