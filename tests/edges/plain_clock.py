"""Time by plain loops: cycles, weights within a cycle, discount factors, and the years into which money falls.

Nothing is shared with the engine. What follows is how the conventions are read where they leave room:
under `whole_year` an interval that a wait puts across a year's boundary is split by overlap, and each part takes the factor
of its own year; one longer than a year takes the factor of the year in which it starts; a flow that `flows=` discounts at a point
takes the factor of that point whole, and is split by overlap for the ledger alone.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import floor

TINY = 1e-9
PER_YEAR = {"year": Fraction(1), "month": Fraction(12), "week": Fraction(52), "day": Fraction(1461, 4)}
Rates = Sequence[tuple[float, float]]  # (from year, rate)
Weights = tuple[tuple[int, float], ...]  # (row, weight)


def years(text: str) -> Fraction:
    """ "6 months" in years."""
    number, unit = text.split()
    return Fraction(number) / PER_YEAR[unit.removesuffix("s")]


@lru_cache
def cycles(cycle: str, horizon: str) -> tuple[float, int]:
    """Cycles in a year, and how many there are; horizons are written in cycles."""
    number, unit = horizon.split()
    assert unit in ("cycle", "cycles"), horizon
    return float(1 / years(cycle)), int(number)


@lru_cache
def weights(method: str, n: int, k: int) -> Weights:
    """The time spent in the interval from k to k + 1, as weights of the rows' occupancy."""
    if method == "start":
        return ((k, 1.0),)
    if method == "end":
        return ((k + 1, 1.0),)
    if method == "half-cycle" or n == 1:
        return ((k, 1 / 2), (k + 1, 1 / 2))
    assert method == "simpson", method
    if n % 2 and k >= n - 3:
        cubic = ((9, 19, -5, 1), (-1, 13, 13, -1), (1, -5, 19, 9))[k - (n - 3)]
        return tuple((n - 3 + j, w / 24) for j, w in enumerate(cubic))
    if k % 2:
        return ((k - 1, -1 / 12), (k, 8 / 12), (k + 1, 5 / 12))
    return ((k, 5 / 12), (k + 1, 8 / 12), (k + 2, -1 / 12))


def discounted(rates: Rates, time: float) -> float:
    """The present value of 1 at a time, by forward rates."""
    factor = 1.0
    for k, (start, rate) in enumerate(rates):
        until = rates[k + 1][0] if k + 1 < len(rates) else float("inf")
        factor *= (1 + rate) ** -max(min(time, until) - start, 0.0)
    return factor


@dataclass
class Ledger:
    """What one strategy pays and gains in one draw: {(kind, item, year): [undiscounted, discounted]}."""

    rates: dict[str, Rates]  # "cost", "effect"
    whole_year: bool
    entries: dict[tuple[str, str, int], list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))

    def factor(self, kind: str, time: float) -> float:
        """The discount factor of a kind at a time from the decision."""
        if kind in ("count", "ly_undiscounted"):
            return 1.0
        rates = self.rates["cost" if kind == "cost" else "effect"]
        return discounted(rates, floor(time + TINY) if self.whole_year else time)

    def pay(self, kind: str, name: str, amount: float, time: float, now: bool = False) -> None:
        """Something that happens at one time; `now` is what is written down without a time, and not discounted."""
        entry = self.entries[kind, name, floor(time + TINY)]
        entry[0] += amount
        entry[1] += amount * (1.0 if now else self.factor(kind, time))


@dataclass
class Intervals:
    """The cycles of one structure on the calendar of the decision."""

    ledger: Ledger
    offset: float
    per_year: float
    n: int
    flows: str

    def __post_init__(self) -> None:
        self.times = [self.offset + row / self.per_year for row in range(self.n + 1)]
        self.parts = [self._parts(k) for k in range(self.n)]
        self._factors = {
            kind: [self.ledger.factor(kind, time) for time in self.times]
            for kind in ("cost", "qaly", "carer_qaly", "ly", "ly_undiscounted", "count")
        }
        shift = {"start": 0.0, "mid": 0.5, "end": 1.0}.get(self.flows, 0.0) / self.per_year
        self._points = [time + shift for time in self.times]

    def flow(self, kind: str, name: str, k: int, spent: Sequence[tuple[int, float]]) -> None:
        """What flows in the interval from k to k + 1: amount x weight x occupancy of each row it is taken from."""
        whole = sum(x for _, x in spent)
        if self.flows != "boundaries":
            present = whole * self.ledger.factor(kind, self._points[k])
        elif not self.ledger.whole_year:
            factors = self._factors[kind]
            present = sum(x * factors[row] for row, x in spent)
        for year, share in self.parts[k]:
            if self.flows == "boundaries" and self.ledger.whole_year:
                present = whole * self.ledger.factor(kind, year if self.per_year >= 1 else self.times[k])
            entry = self.ledger.entries[kind, name, year]
            entry[0] += whole * share
            entry[1] += present * share

    def _parts(self, k: int) -> list[tuple[int, float]]:
        """The years over which an interval lies, and the share of it in each."""
        start, end = self.times[k], self.times[k + 1]
        length, year = end - start, floor(start + TINY)
        found = []
        while year + 1 < end - TINY:
            found.append((year, (year + 1 - start) / length))
            start, year = float(year + 1), year + 1
        found.append((year, (end - start) / length))
        return found
