"""Who becomes eligible, when and for what: patients by month, their shares by strategy, in each draw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.inputs.population import PLACES, WAITING, Population

MONTHS = 12
Value = Callable[[str], "float | Array"]  # of a parameter by its name: a number, or one per draw (draw,)


@dataclass(frozen=True, eq=False)
class Eligible:
    """A population in numbers, each (draw,) or None where nothing declares it; `entries` is (month, draw): patients who become
    eligible at the start of each month, those who are eligible already in the first.

    `places` are treatments a year of the strategy whose treatments are limited, `ceiling` is money a year, `waiting` money a
    month that a patient waits for a place, `inflation` a share a year, `members` the insured, `regions` shares of the patients by
    name.
    """

    entries: Array
    members: Array | None = None
    inflation: Array | None = None
    places: Array | None = None
    ceiling: Array | None = None
    waiting: Array | None = None
    regions: Mapping[str, Array] | None = None

    def prices(self, years: int) -> Array:
        """(year, draw): what money of the price year is multiplied by for each year's own prices; the first year's are the
        price year's.

        >>> Eligible(np.ones((24, 1)), inflation=np.array([0.1])).prices(2).ravel().round(2).tolist()
        [1.0, 1.1]
        """
        inflation = 0.0 if self.inflation is None else self.inflation
        factors: Array = (1.0 + np.atleast_1d(inflation)) ** np.arange(years)[:, None]
        return factors

    def take(self, part: slice) -> "Eligible":
        """Some of the draws; what is the same for all stays.

        >>> Eligible(np.ones((12, 3)), members=np.ones(1)).take(slice(0, 2)).entries.shape
        (12, 2)
        """

        def some(one: Array | None) -> Array | None:
            return one if one is None or one.shape[-1] == 1 else one[..., part]

        regions = {name: np.asarray(some(one)) for name, one in (self.regions or {}).items()} or None
        entries = np.asarray(some(self.entries))
        return Eligible(
            entries,
            some(self.members),
            some(self.inflation),
            some(self.places),
            some(self.ceiling),
            some(self.waiting),
            regions,
        )


def eligible(population: Population, value: Value, years: int) -> Eligible:
    """A population's numbers: new patients a year times every share, growing from year to year, a twelfth each month; the
    patients there are already, times every share, in the first month.

    Raises:
        HeconError: a draw with a negative number of patients.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> units = {"new": (1200.0, "patients a year"), "fit": (0.5, "share"), "growth": (0.1, "growth a year")}
    >>> book = make_book("demo", [Parameter(name=n, value=v, unit=u, provenance="assumption") for n, (v, u) in units.items()])
    >>> found = eligible(Population(book, {}), book.base().__getitem__, 2)
    >>> found.entries[[0, 12], 0].round(6).tolist()
    [50.0, 55.0]
    """

    def numbers(unit: str) -> list[Array]:
        return [np.atleast_1d(value(one.name)) for one in population.of_unit(unit)]

    def only(unit: str) -> Array | None:
        return next(iter(numbers(unit)), None)

    share = np.ones(1)
    for one in numbers("share"):
        share = share * one
    growth = only("growth a year")
    new = sum(numbers("patients a year"), np.zeros(1)) * share
    there = sum(numbers("patients"), np.zeros(1)) * share
    grown = (1.0 + (np.zeros(1) if growth is None else growth)) ** np.arange(years)[:, None]
    entries = np.repeat(new * grown / MONTHS, MONTHS, axis=0)
    first = entries[:1] + there
    entries = np.concatenate([first, np.broadcast_to(entries[1:], (len(entries) - 1, first.shape[1]))])
    if (entries < 0).any():
        draw = int(np.argmax((entries < 0).any(axis=0)))
        raise HeconError(
            f"population: fewer than 0 patients become eligible in draw {draw}; check its rows and distributions"
        )
    places = next((one for one in population.book.parameters.values() if one.unit.startswith(PLACES)), None)
    return Eligible(
        entries,
        only("members"),
        only("inflation a year"),
        None if places is None else np.atleast_1d(value(places.name)),
        only("money a year"),
        only(WAITING),
        {name: np.atleast_1d(value(one.name)) for name, one in population.regions.items()} or None,
    )


def shares_of(population: Population, world: str, strategies: Sequence[str], years: int) -> Array:
    """(strategy, year): the share of each strategy in a world.

    >>> one = Population(None, {"with": {"drug": (0.2, 0.4), "care": (0.8, 0.6)}})
    >>> shares_of(one, "with", ("care", "other", "drug"), 2).tolist()
    [[0.8, 0.6], [0.0, 0.0], [0.2, 0.4]]
    """
    uptake = population.uptake[world]
    return np.array([uptake.get(name, (0.0,) * years)[:years] for name in strategies])


def phased(planned: Array, without: Array, share: float = 1.0, later: int = 0) -> Array:
    """(strategy, year): the planned shares begun `later` years on, and only a `share` of the way from those without.

    >>> planned, without = np.array([[0.2, 0.4], [0.8, 0.6]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> phased(planned, without, 0.5).tolist(), phased(planned, without, later=1).tolist()
    ([[0.1, 0.2], [0.9, 0.8]], [[0.0, 0.2], [1.0, 0.8]])
    """
    begun = np.concatenate([without[:, :later], planned[:, : planned.shape[1] - later]], axis=1)
    return without + share * (begun - without)


def starts_of(entries: Array, shares: Array) -> Array:
    """(strategy, month, draw): patients who start each strategy, from those eligible (month, draw) and shares (strategy, year).

    >>> starts_of(np.full((12, 1), 10.0), np.array([[0.25], [0.75]])).sum(axis=1).ravel().tolist()
    [30.0, 90.0]
    """
    starts: Array = np.repeat(shares, MONTHS, axis=1)[:, :, None] * entries
    return starts
