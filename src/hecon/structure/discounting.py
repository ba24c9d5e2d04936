"""Discount factors as formulas: two rates, each a formula or a schedule, at exact times or by whole years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hecon.errors import Fault, ModelError, nearest
from hecon.formula.parsing import parse
from hecon.formula.syntax import Call, Node, Number
from hecon.inputs.tables.cells import is_number

Rate = str | Sequence[tuple[float, str]]
TIMINGS = ("continuous", "whole_year")


@dataclass(frozen=True)
class Discounting:
    """Rates for `cost` and `effect`, and the timing: `continuous` is (1 + d)^-t at exact times, never exp(-dt);
    `whole_year` leaves the first year undiscounted. A schedule is ((from year, rate), ...).
    """

    rates: Mapping[str, Rate]
    timing: str

    def faults(self) -> list[Fault]:
        """What is wrong with the declaration, if anything."""
        found = []
        if self.timing not in TIMINGS:
            found.append(
                Fault(
                    "discount_timing",
                    f"'{self.timing}' is not one of {', '.join(TIMINGS)}{nearest(self.timing, TIMINGS)}",
                )
            )
        if set(self.rates) != {"cost", "effect"}:
            found.append(Fault("discount", 'needs two rates: {"cost": ..., "effect": ...}'))
        for kind, rate in self.rates.items():
            if isinstance(rate, int | float):
                found.append(Fault(f"discount {kind}", f"a rate is a formula, written as text: '{rate}', in quotes"))
                continue
            if not isinstance(rate, str) and not _is_schedule(rate):
                words = f'write a rate, "0.03", or a schedule, [(0, "0.035"), (30, "0.03")]; got {rate!r}'
                found.append(Fault(f"discount {kind}", words))
                continue
            for text in (rate,) if isinstance(rate, str) else tuple(one for _, one in rate):
                try:
                    rate_now = parse(text)
                except ModelError as error:
                    found.append(Fault(f"discount {kind}", str(error)))
                    continue
                if isinstance(rate_now, Number) and rate_now.value >= 1:
                    x = rate_now.value
                    found.append(
                        Fault(f"discount {kind}", f"{text} would be {x:.0%} per year; write '{x / 100:g}' for {x:g}%")
                    )
            if not isinstance(rate, str):
                starts = [start for start, _ in rate]
                if not starts or starts[0] != 0 or sorted(set(starts)) != starts:
                    found.append(Fault(f"discount {kind}", "a schedule begins at year 0 and its years rise"))
        return found

    def factor(self, kind: str, time: Node) -> Node:
        """The discount factor of `kind` ("cost", else effect) at a time in years since the decision.

        >>> from hecon.formula.syntax import Name
        >>> from hecon.formula.text import to_text
        >>> both = Discounting({"cost": "dr_cost", "effect": [(0, "0.035"), (30, "0.03")]}, "continuous")
        >>> to_text(both.factor("cost", Name("t")))
        'discount_factor(dr_cost, t)'
        >>> to_text(both.factor("qaly", Name("t")))
        'discount_factor(0.035, min(t, 30)) * discount_factor(0.03, max(t - 30, 0))'
        """
        rate = self.rates["cost" if kind == "cost" else "effect"]
        if self.timing == "whole_year":
            time = Call("floor", (time,))
        if isinstance(rate, str):
            return Call("discount_factor", (parse(rate), time))
        product: Node | None = None
        for k, (start, text) in enumerate(rate):
            span = Call("min", (time, Number(rate[k + 1][0]))) if k + 1 < len(rate) else time
            if start:
                span = Call("max", (Call("-", (span, Number(start))), Number(0.0)))
            factor = Call("discount_factor", (parse(text), span))
            product = factor if product is None else Call("*", (product, factor))
        assert product is not None
        return product

    def forward_rates(self, kind: str) -> tuple[tuple[float, Node], ...]:
        """The rates of a kind, each with the year from which it holds.

        >>> Discounting({"cost": "0.04", "effect": [(0, "0.035"), (30, "0.03")]}, "whole_year").forward_rates("qaly")[1]
        (30.0, Number(value=0.03))
        """
        rate = self.rates["cost" if kind == "cost" else "effect"]
        pairs = [(0.0, rate)] if isinstance(rate, str) else rate
        return tuple((float(start), parse(text)) for start, text in pairs)

    def of_interval(self, kind: str, start: Node, length: Node, across: bool) -> Node:
        """The one factor of an interval under `whole_year`: that of the year in which it starts; where it may lie `across`
        the end of a year, because the structure waits, both years' factors by how much of it lies in each.

        >>> from hecon.formula.syntax import Name
        >>> from hecon.formula.text import to_text
        >>> both = Discounting({"cost": "dr", "effect": "dr"}, "whole_year")
        >>> to_text(both.of_interval("cost", Name("t"), Name("cycle_years"), across=False))
        'discount_factor(dr, floor(t))'
        >>> to_text(both.of_interval("cost", Name("t"), Name("c"), across=True)).partition(" + discount")[0]
        'discount_factor(dr, floor(t)) * min((floor(t) + 1 - t) / c, 1)'
        """
        first = self.factor(kind, start)
        if not across:
            return first
        one = Number(1.0)
        left = Call("-", (Call("+", (Call("floor", (start,)), one)), start))
        share = Call("min", (Call("/", (left, length)), one))
        second = self.factor(kind, Call("+", (start, one)))
        return Call("+", (Call("*", (first, share)), Call("*", (second, Call("-", (one, share))))))


def rates_of(declared: Mapping[str, Rate] | None, settings: Mapping[str, str]) -> Mapping[str, Rate]:
    """The rates of a model, with those that the settings `discount_cost` and `discount_effect` put in their place.

    >>> rates_of({"cost": "dr_cost", "effect": "dr_effect"}, {"discount_cost": "0.04 to 40; 0.03"})
    {'cost': ((0.0, '0.04'), (40.0, '0.03')), 'effect': 'dr_effect'}
    """
    given = {kind: settings.get(f"discount_{kind}", "") for kind in ("cost", "effect")}
    return {**(declared or {}), **{kind: read_schedule(text) for kind, text in given.items() if text}}


def read_schedule(text: str) -> Rate:
    """A rate, or rates one after the other, each but the last with the year up to which it holds.

    Raises:
        ModelError: a rate that is not the last and says no year, or a last one that does.

    >>> read_schedule("0.03"), read_schedule("0.025 to 30; 0.015")
    ('0.03', ((0.0, '0.025'), (30.0, '0.015')))
    >>> read_schedule("0.025; 0.015")
    Traceback (most recent call last):
    hecon.errors.ModelError: discount '0.025; 0.015': write each rate but the last with its last year: 0.025 to 30; 0.015
    """
    parts = [part.strip() for part in text.split(";")]
    if len(parts) == 1 and " to " not in text:
        return text.strip()
    steps, start = [], 0.0
    for part in parts:
        rate, _, until = part.partition(" to ")
        steps.append((start, rate.strip()))
        if bool(until) == (part is parts[-1]) or (until and not is_number(until.strip())):
            told = "write each rate but the last with its last year: 0.025 to 30; 0.015"
            raise ModelError(f"discount '{text}': {told}")
        start = float(until) if until else start
    return tuple(steps)


def _is_schedule(rate: Any) -> bool:
    """Whether it is a list of pairs: from which year, which rate."""
    pairs = isinstance(rate, Sequence) and all(isinstance(one, Sequence) and len(one) == 2 for one in rate)
    return pairs and all(isinstance(start, int | float) and isinstance(text, str) for start, text in rate)
