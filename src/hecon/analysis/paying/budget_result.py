"""What a budget is: money and patients by year, with the new treatment and without, in the base case and over the draws."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.paying.queue import Queue
from hecon.arrays import Array
from hecon.digits import money_text
from hecon.shown import Shown

BY = {"cause": "category", "item": "name", "payer": "payer"}  # what a budget is split by: the tag of an item


@dataclass(frozen=True, eq=False)
class Worlds:
    """Both worlds on the same draws: money (group, year, draw) and patients who start each strategy (strategy, year, draw).

    `queue` is that of the strategy whose treatments are limited, with the new treatment; `members` are the insured (draw,),
    `regions` shares of the patients (draw,) by name; None where nothing declares them.
    """

    with_new: Array
    without: Array
    starts_with: Array
    starts_without: Array
    queue: Queue | None = None
    members: Array | None = None
    regions: Mapping[str, Array] | None = None

    @property
    def net(self) -> Array:
        """(year, draw): with less without, all groups together."""
        net: Array = (self.with_new - self.without).sum(axis=0)
        return net


@dataclass(frozen=True)
class Kept:
    """What keeps a ceiling in every year: the largest `share` of the planned uptake (None: not even without it), and by how many
    whole years it must begin later (`later`; None: no start within the years does). `probability` is None for the expectation.
    """

    probability: float | None
    share: float | None
    later: int | None


@dataclass(frozen=True, eq=False)
class Ceilings:
    """A ceiling on a year's net budget, its mean over the draws; `chances` (year,) of breaking it (1 or 0 without draws)."""

    ceiling: float
    chances: Array
    kept: tuple[Kept, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Budget(Shown):
    """What a payer pays in each year with the new treatment and without: undiscounted, by group (`by` cause, item or payer).

    Money is of the price year or, where `nominal`, of each year's own prices. `limited` names the strategy whose treatments are
    limited; `dies_waiting` says whether those who wait die as the comparator's patients do, `counts_waiting` whether their
    care while they wait is counted.
    """

    groups: tuple[str, ...]
    by: str
    strategies: tuple[str, ...]
    base: Worlds
    psa: Worlds | None
    perspective: str
    money: str
    nominal: bool = False
    ceilings: Ceilings | None = None
    limited: str = ""
    dies_waiting: bool = False
    counts_waiting: bool = False

    @property
    def years(self) -> int:
        """How many years it covers."""
        return int(self.base.net.shape[0])

    @property
    def shown(self) -> Worlds:
        """The worlds over the draws; of the base case where there are none."""
        return self.base if self.psa is None else self.psa

    @property
    def net(self) -> list[Estimate]:
        """The net budget of each year: mean and 95% limits of the draws; the base case where there are none."""
        return [estimate(year) for year in self.shown.net]

    @property
    def in_words(self) -> str:
        """The answer in sentences, made from the numbers."""
        base = self.base.net[:, 0]
        more = "more" if base.sum() >= 0 else "less"
        prices = "at each year's own prices" if self.nominal else "at constant prices"
        sentences = [
            f"Over {self.years} years the new mix of treatments costs {money_text(abs(float(base.sum())))} {self.money} {more},"
            f" net, undiscounted, {prices} ({self.perspective} perspective, base case)."
        ]
        high = int(np.argmax(base))
        dear = f"The dearest year is year {high + 1}, at {money_text(float(base[high]))}"
        one = self.net[high]
        if one.low is not None and one.high is not None:
            dear += (
                f" (over the draws {money_text(one.mean)}, 95% from {money_text(one.low)} to {money_text(one.high)})"
            )
        sentences.append(f"{dear}.")
        sentences += self._ceiling_words()
        found = self.shown.queue
        if found is not None:
            waiting = money_text(float(found.waiting[-1].mean()))
            wait = float(found.mean_wait.mean())
            sentences.append(
                f"At the end {waiting} patients wait for {self.limited}; those treated have waited {wait:.1f} months on average."
            )
            if not self.counts_waiting:
                sentences.append(
                    "Care of those who wait is not counted, so a queue makes the budget lower than it will be."
                )
        return " ".join(sentences)

    def _ceiling_words(self) -> list[str]:
        held = self.ceilings
        if held is None:
            return []
        limit = money_text(held.ceiling)
        worst = int(np.argmax(held.chances))
        if self.psa is None:
            over = [str(k + 1) for k in np.flatnonzero(held.chances > 0)]
            told = f"in year{'s' if len(over) > 1 else ''} {', '.join(over)}" if over else "in no year"
            sentences = [f"The base case breaks the ceiling of {limit} a year {told}."]
        else:
            sentences = [
                f"The ceiling of {limit} a year is most likely to break in year {worst + 1}: probability {held.chances[worst]:.2f}."
            ]
        for one in held.kept:
            mean = "in the base case" if self.psa is None else "in expectation"
            how = mean if one.probability is None else f"with probability {one.probability:g} in each year"
            if one.share is None:
                sentences.append(f"Nothing keeps it {how}.")
            elif one.share >= 1:
                sentences.append(f"The planned uptake keeps it {how}.")
            else:
                later = (
                    "no later start does"
                    if one.later is None
                    else f"so does a start {one.later} year{'s' if one.later > 1 else ''} later"
                )
                sentences.append(
                    f"At most {np.floor(100 * one.share):.0f}% of the planned uptake keeps it {how}; {later}."
                )
        return sentences


@dataclass(frozen=True)
class BudgetSwing:
    """One input's effect on the net budget of all years: `at_low` and `at_high`, with all others at their values.

    `of` is "model" or "population".
    """

    name: str
    label: str
    unit: str
    of: str
    low: float
    high: float
    at_low: float
    at_high: float
    base: float

    @property
    def width(self) -> float:
        """The distance between the two ends, the base case included."""
        ends = (self.at_low, self.at_high, self.base)
        return max(ends) - min(ends)


@dataclass(frozen=True, repr=False)
class BudgetOneWay(Shown):
    """The net budget of all years over the range of each input of the model and of the population, widest first."""

    rows: tuple[BudgetSwing, ...]
    years: int
    base: float
    perspective: str
    money: str

    def row(self, name: str) -> BudgetSwing:
        """The swing of an input; KeyError if there is none."""
        return {one.name: one for one in self.rows}[name]
