"""Units of time of a formula, worked out factor by factor: what of it is per month, what converts months to years, what is left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hecon.formula.program import Block
from hecon.formula.syntax import Call, Name, Node, Number
from hecon.inputs.units import PER_YEAR, unit_of

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter
    from hecon.verification.subject import Subject

YEARS = ("t", "t_mid", "age", "age_mid", "state_time", "state_time_mid")
_PREFIXES = ("days", "weeks", "months", "years", "hours", "minutes")
_CONVERTS = (7.0, 12.0, 24.0, 52.0, 52.18, 60.0, 30.4375, 365.25, 1440.0, 8766.0)
_PLAIN = ("mass", "C", "pi", "rate_to_prob", "competing_prob", "rescale_prob", "mortality_prob", "discount_factor", "exp", "log",
          "occupancy", "transitions", "hazard_floor", "hr_on_prob", "rr_on_prob", "or_on_prob", "normal_cdf", "gamma_cdf",
          "time_in", "alive_mix")  # fmt: skip
_SUMS = ("+", "-", "min", "max", "where")
_TESTS = ("<", "<=", ">", ">=", "==", "!=", "and", "or", "not")


@dataclass(frozen=True)
class Span:
    """What a formula is per: exponents of units of time, the numbers that multiply it, and what else is in it.

    `names` are the inputs and reserved names with a unit of time; `money` says whether an amount of money is in it, `loose`
    whether a count is, which may stand for anything per month or year.
    """

    time: Mapping[str, int] = field(default_factory=dict)
    number: float = 1.0
    names: tuple[str, ...] = ()
    money: bool = False
    loose: bool = False

    @property
    def order(self) -> int:
        """The power of time: -1 is something per time, 1 a length of time.

        >>> Span({"year": 1, "month": -1}).order
        0
        """
        return sum(self.time.values())

    @property
    def factor(self) -> float:
        """How many times too large its number is for years: 1 where everything is converted once.

        >>> Span({"month": -1}, 12.0).factor, round(Span({"day": 1}).factor, 2), Span({"year": -1}, 12.0).factor
        (1.0, 365.25, 12.0)
        """
        found = self.number
        for unit, power in self.time.items():
            found *= PER_YEAR[unit] ** power
        return found


def span_of(subject: "Subject", block: Block, tree: Node, seen: frozenset[str] = frozenset()) -> Span | None:
    """The span of a formula, through the formulas that it names; None where a part of it is not understood.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> from hecon.formula.parsing import parse
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.verification.subject import Subject
    >>> model, book = two_years("0.2")[0], make_book("demo", [Parameter(name="months_stop", value=24.0)])
    >>> subject = Subject(open_case(model, book), "", model, book)
    >>> span_of(subject, subject.program.blocks[0], parse("months_stop / 12")).factor  # 12 months are 1 year
    1.0
    """
    if isinstance(tree, Number):
        return Span(number=abs(tree.value)) if tree.value else Span()
    if isinstance(tree, Name):
        return _of_name(subject, block, tree.name, seen)
    if not isinstance(tree, Call):
        return None
    if tree.op in _PLAIN or tree.op in _TESTS:
        return Span()
    if tree.op in ("neg", "ceil", "floor", "round", "abs", "cumulative", "next", "previous"):
        return span_of(subject, block, tree.args[0], seen)
    if tree.op == "mortality_rate":
        return Span({"year": -1}, names=("mortality_rate",))
    if tree.op in ("*", "/"):
        parts = [span_of(subject, block, arg, seen) for arg in tree.args]
        return _product([one for one in parts if one is not None], tree.op == "/") if None not in parts else None
    if tree.op == "**":
        base = span_of(subject, block, tree.args[0], seen)
        return Span() if base is not None and not base.order else None
    if tree.op in _SUMS:
        args = tree.args[1:] if tree.op == "where" else tree.args
        parts = [span_of(subject, block, arg, seen) for arg in args if not isinstance(arg, Number)]
        known = [one for one in parts if one is not None]
        if len(known) < len(parts):
            return None
        pure = tree.op in ("+", "-") and any(isinstance(arg, Number) and arg.value for arg in args)
        return Span() if pure or not known else max(known, key=lambda one: (one.money, len(one.names)))
    return None


def same(one: float, other: float) -> bool:
    """Whether two factors are the same but for how many days or weeks a year has.

    >>> same(365 / 365.25, 1.0), same(12.0, 1.0)
    (True, False)
    """
    return abs(one / other - 1) < 0.03 if other else one == other


def converts(factor: float) -> bool:
    """Whether a factor is one between two units of time, such as 12 or 1/7.

    >>> converts(12.0), converts(1 / 52.18), converts(2.0)
    (True, True, False)
    """
    return any(same(factor, one) or same(factor, 1 / one) for one in _CONVERTS)


def unit_of_time(one: "Parameter") -> Mapping[str, int] | None:
    """The exponents of time of an input, by its unit; where it has none, by a name such as `months_stop`.

    >>> from hecon.inputs.parameter import Parameter
    >>> unit_of_time(Parameter(name="months_stop", value=24.0))
    {'month': 1}
    """
    prefix = one.name.partition("_")[0]
    if not one.unit and prefix in _PREFIXES:
        return {prefix[:-1]: 1}
    unit = unit_of(one)
    if unit.kind == "utility":
        return {}
    return {} if unit.time is None and unit.kind in ("ratio", "probability") else unit.time


def _of_name(subject: "Subject", block: Block, name: str, seen: frozenset[str]) -> Span | None:
    if name in YEARS:
        return Span({"year": 1}, names=(name,))
    if name == "cycle_years":
        return Span({"year": 1}, names=(name,))
    if name in _PLAIN:
        return Span()
    formula = subject.program.find(block, name)
    if formula is not None:
        return span_of(subject, block, formula.tree, seen | {name}) if name not in seen else None
    one = subject.book.parameters.get(name)
    if one is None:
        return None
    time = unit_of_time(one)
    if time is None:
        return Span(loose=True) if unit_of(one).kind in ("", "count") and not unit_of(one).time else None
    kind = unit_of(one).kind
    return Span(time, names=(name,) if time else (), money=kind == "money", loose=kind == "count" and not time)


def _product(parts: list[Span], divides: bool) -> Span:
    time: dict[str, int] = {}
    number = 1.0
    for k, one in enumerate(parts):
        sign = -1 if divides and k else 1
        number *= one.number**sign
        for unit, power in one.time.items():
            time[unit] = time.get(unit, 0) + sign * power
    return Span(
        {unit: power for unit, power in time.items() if power}, number, tuple(n for one in parts for n in one.names),
        any(one.money for one in parts), any(one.loose for one in parts),
    )  # fmt: skip
