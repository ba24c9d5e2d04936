"""The budget of a run: one run with a monthly ledger for the base case, one for the draws in chunks, cohorts stacked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.paying.budget import Profile, by_year, stack
from hecon.analysis.paying.budget_result import BY, Budget, BudgetOneWay, BudgetSwing, Ceilings, Kept, Worlds
from hecon.analysis.paying.ceiling import chance_over, first_start, largest_share
from hecon.analysis.paying.population import MONTHS, Eligible, eligible, phased, shares_of, starts_of
from hecon.analysis.paying.queue import Queue, never_rises, queue
from hecon.arrays import Array
from hecon.errors import HeconError, InputError, nearest
from hecon.inputs.population import WAITING, Population, population_of

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws
    from hecon.results.analysis import Analysis

PROBABILITY = 0.95  # with which a ceiling is to be kept, where none is asked for
_WAITING = "care while waiting"  # the part of a budget that no item of the model is
_BYTES = 150_000_000  # of a chunk's ledger


def budget_of(
    analysis: "Analysis", years: int | None = None, by: str = "cause", ceiling: float | None = None, nominal: bool = False,
    probability: float = PROBABILITY,
) -> Budget:  # fmt: skip
    """The budget of a run's case over the years of its uptake, or the first `years` of them; of the base case and of the draws.

    `by` is cause, item or payer; `ceiling` is money a year, that of the population if left out; `nominal` is at each year's
    own prices.

    Raises:
        InputError: no population or uptake, or what is wrong in them. HeconError: more years than the uptake has, an unknown
            `by`, a probability that is none; nominal without inflation.

    >>> from hecon.results.budget_example import two_treatments
    >>> budget_of(two_treatments().run()).base.net.round(6).ravel().tolist()
    [420000.0, 840000.0]
    """
    _check(by, probability)
    model, book = analysis.at_hand()
    plan = _plan(analysis, years)
    if nominal and not plan.population.of_unit("inflation a year"):
        raise InputError(
            f"{book.case}: a nominal budget needs inflation; write a row in 'inflation a year' in population.csv"
        )
    if ceiling is None and plan.population.of_unit("money a year") and book.settings.get("converted"):
        raise InputError(
            f"{book.case}: the ceiling of population.csv is not converted; give it in {analysis.money}, ceiling="
        )
    base = _budgeted(model, book.base(), plan, plan.population.book.base(), by, nominal)
    plan = plan if base.whole.alive is not None else replace(plan, comparator="")
    psa = None
    if analysis.draws is not None:
        psa = _budgeted(model, analysis.draws, plan, _sampled(analysis, plan.population), by, nominal)
    return Budget(
        base.groups, by, plan.strategies, base.worlds, None if psa is None else psa.worlds, analysis.perspective,
        analysis.money, nominal, _ceilings(psa or base, ceiling, psa is not None, probability),
        plan.population.limited, base.whole.alive is not None, plan.population.of_unit(WAITING) != [],
    )  # fmt: skip


def budget_one_way(analysis: "Analysis", years: int | None = None) -> BudgetOneWay:
    """The net budget of all years, undiscounted, over the range of each input of the model and of the population.

    Raises:
        InputError, HeconError: as `budget_of`.

    >>> from hecon.results.budget_example import two_treatments
    >>> [(row.name, round(row.width)) for row in budget_one_way(two_treatments().run()).rows]
    [('price', 540000), ('new', 420000)]
    """
    model, book = analysis.at_hand()
    plan = _plan(analysis, years)
    people = plan.population.book
    base = 0.0
    swings: list[BudgetSwing] = []
    for of, one in (("model", book), ("population", people)):
        swung = [row for row in one.parameters.values() if row.low < row.high]
        mine, its = (one.one_way(), people.base()) if of == "model" else (book.base(), one.one_way())
        net = _budgeted(model, mine, plan, its, "cause", nominal=False).worlds.net.sum(axis=0)
        base = float(net[0])
        for k, row in enumerate(swung if net.size > 1 else []):
            ends = float(net[1 + 2 * k]), float(net[2 + 2 * k])
            swings.append(BudgetSwing(row.name, row.label, row.unit, of, row.low, row.high, *ends, base))
    swings.sort(key=lambda swing: (-swing.width, swing.name))
    return BudgetOneWay(tuple(swings), plan.years, base, analysis.perspective, analysis.money)


def profile_of(model: Any, draws: "Draws", years: int, by: str, perspective: str, comparator: str = "") -> Profile:
    """What a patient of each strategy costs by month over so many years, undiscounted, from one run.

    `comparator` is the strategy by whose life-years those who wait are alive; without it, or where these rise from a month to
    the next, nobody dies waiting.

    >>> from hecon.evaluate.example import later_scan
    >>> tree, draws = later_scan()
    >>> profile_of(tree, draws, 2, "item", "payer").years.ravel().tolist()
    [0.0, 90.0]
    """
    from hecon.evaluate.keep.ledger import Ledger
    from hecon.evaluate.run import run

    outcomes = run(model, draws, keep=(Ledger("month", until=years),))
    ledger = outcomes.kept["ledger"]
    sectors = outcomes.sectors(perspective)
    columns = [k for k, item in enumerate(ledger.items) if item.kind == "cost" and item.sector in sectors]
    names = [getattr(ledger.items[k], BY[by]) for k in columns]
    groups = tuple(dict.fromkeys(names))
    amounts = np.zeros((len(outcomes.strategies), len(groups), MONTHS * years, draws.n))
    for place, (strategy, _) in enumerate(ledger.places):
        row = outcomes.strategies.index(strategy)
        for column, name in zip(columns, names, strict=True):
            amounts[row, groups.index(name)] += ledger.undiscounted[place, column]
    lives = [item.name for item in ledger.items if item.kind == "ly_undiscounted"]
    alive = None
    if comparator and lives and any(strategy == comparator for strategy, _ in ledger.places):
        lived = MONTHS * ledger.of(comparator, "ly_undiscounted", discounted=False)
        alive = lived if never_rises(lived) and (lived[0] > 0).all() else None
    return Profile(outcomes.strategies, groups, amounts, alive)


@dataclass(frozen=True, eq=False)
class _Plan:
    """A population over some years, for the strategies of a run read in a perspective; shares are (strategy, year)."""

    population: Population
    strategies: tuple[str, ...]
    years: int
    perspective: str
    comparator: str
    items: int
    shares: dict[str, Array]

    @property
    def limited(self) -> int | None:
        """The row of the strategy whose treatments are limited."""
        name = self.population.limited
        return self.strategies.index(name) if name else None


@dataclass(frozen=True, eq=False)
class _Budgeted:
    """Both worlds of some draws, with what it takes to ask for another uptake: the profile of all groups together."""

    groups: tuple[str, ...]
    worlds: Worlds
    whole: Profile
    people: Eligible
    plan: _Plan
    prices: Array

    def net_at(self, share: float = 1.0, later: int = 0) -> Array:
        """(year, draw): the net budget with a share of the planned uptake, or begun some years later."""
        if self.people.places is None and not later:
            return share * self.worlds.net
        shares = self.plan.shares
        planned = phased(shares["with"], shares["without"], share, later)
        new, without = (_started(self.plan, self.people, one, self.whole.alive) for one in (planned, shares["without"]))
        net = stack(self.whole.amounts, new[0] - without[0])[0]
        for sign, (_, line) in ((1.0, new), (-1.0, without)):
            if line is not None and self.people.waiting is not None:
                net = net + sign * by_year(line.waiting) * self.people.waiting
        priced: Array = net * self.prices
        return priced


def _check(by: str, probability: float) -> None:
    if by not in BY:
        raise HeconError(f"a budget is by cause, item or payer; got '{by}'{nearest(by, BY)}")
    if not 0 < probability < 1:
        raise HeconError(f"a ceiling is kept with a probability between 0 and 1; got {probability:g}")


def _plan(analysis: "Analysis", years: int | None) -> _Plan:
    _, book = analysis.at_hand()
    strategies = analysis.base.strategies
    population = population_of(book, strategies)
    asked = population.years if years is None else years
    if not 1 <= asked <= population.years:
        raise HeconError(
            f"{book.case}: uptake.csv has the years 1 to {population.years}; asked for {asked}; ask for fewer, or add columns to it"
        )
    shares = {world: shares_of(population, world, strategies, asked) for world in ("with", "without")}
    comparator = analysis.reference if population.limited not in ("", analysis.reference) else ""
    return _Plan(population, strategies, asked, analysis.perspective, comparator, len(analysis.base.items), shares)


def _sampled(analysis: "Analysis", population: Population) -> "Draws":
    """The population's own draws, as many as the run's and by its seed and method; streams go by name."""
    from hecon.inputs.sampling import METHODS

    draws = analysis.draws
    assert draws is not None
    seed = analysis._seed(None)
    method = draws.method if draws.method in METHODS else "independent"
    return population.book.sample(draws.n, seed, method, dimensions=draws.dimensions)


def _started(plan: _Plan, people: Eligible, shares: Array, alive: Array | None) -> tuple[Array, Queue | None]:
    """(strategy, month, draw): who starts what, after the queue where there is one."""
    starts = starts_of(people.entries, shares)
    if people.places is None or plan.limited is None or not starts[plan.limited].any():
        return starts, None
    found = queue(starts[plan.limited], people.places, alive)
    starts = np.broadcast_to(starts, (*starts.shape[:2], found.treated.shape[1])).copy()
    starts[plan.limited] = found.treated
    return starts, found


def _budgeted(model: Any, draws: "Draws", plan: _Plan, population: "Draws", by: str, nominal: bool) -> _Budgeted:
    """Both worlds of some draws of the model and of the population; either may be one draw for all of the other."""
    people = eligible(plan.population, population.__getitem__, plan.years)
    prices = people.prices(plan.years) if nominal else np.ones((plan.years, 1))
    size = max(2, _BYTES // (16 * len(plan.strategies) * plan.items * MONTHS * plan.years))
    found = []
    for first in range(0, draws.n, size):
        part = slice(first, min(first + size, draws.n))
        mine = people if draws.n == 1 else people.take(part)
        profile = profile_of(model, draws.take(part), plan.years, by, plan.perspective, plan.comparator)
        if draws.n > 1 and plan.comparator and profile.alive is None:
            raise HeconError(
                f"budget: the life-years of {plan.comparator} rise from one month to the next in some draw"
            )
        starts = {world: _started(plan, mine, shares, profile.alive) for world, shares in plan.shares.items()}
        factor = prices if draws.n == 1 or prices.shape[1] == 1 else prices[:, part]
        money = {world: _money(profile, one, line, mine) * factor for world, (one, line) in starts.items()}
        found.append((profile.groups, profile.whole(), money, starts))
    groups = (*found[0][0], *([_WAITING] if people.waiting is not None else []))
    wholes = [whole for _, whole, _, _ in found]
    alive = [whole.alive for whole in wholes if whole.alive is not None]
    whole = Profile(
        wholes[0].strategies, ("all",), _joined([one.amounts for one in wholes]), _joined(alive) if alive else None
    )
    queues = [starts["with"][1] for *_, starts in found]
    worlds = Worlds(
        _joined([money["with"] for *_, money, _ in found]),
        _joined([money["without"] for *_, money, _ in found]),
        _joined([by_year(starts["with"][0]) for *_, starts in found]),
        _joined([by_year(starts["without"][0]) for *_, starts in found]),
        _one_queue([one for one in queues if one is not None]),
        people.members,
        people.regions,
    )
    return _Budgeted(groups, worlds, whole, people, plan, prices)


def _money(profile: Profile, starts: Array, line: Queue | None, people: Eligible) -> Array:
    """(group, year, draw): what those who started cost and, where it is declared, those who wait."""
    spent = stack(profile.amounts, starts)
    if people.waiting is None:
        return spent
    care = np.zeros((spent.shape[1], 1)) if line is None else by_year(line.waiting) * people.waiting
    shape = np.broadcast_shapes(spent.shape[1:], care.shape)
    return np.concatenate([np.broadcast_to(spent, (len(spent), *shape)), np.broadcast_to(care, shape)[None]])


def _joined(parts: Sequence[Array]) -> Array:
    """Chunks (..., draw) side by side; what is the same for all draws, once."""
    if all(one.shape[-1] == 1 for one in parts):
        return parts[0]
    return np.concatenate(parts, axis=-1)


def _one_queue(parts: Sequence[Queue]) -> Queue | None:
    if not parts:
        return None
    names = ("asked", "treated", "died", "waiting", "waited")
    return Queue(*(_joined([getattr(one, name) for one in parts]) for name in names))


def _ceilings(found: _Budgeted, given: float | None, drawn: bool, probability: float) -> Ceilings | None:
    """The ceiling given, or else declared: how likely each year breaks it, and what uptake or start keeps it."""
    ceiling = found.people.ceiling if given is None else np.array([given])
    if ceiling is None:
        return None
    net_at = cache(found.net_at)
    kept = []
    for one in (None, probability) if drawn else (None,):
        later = first_start(lambda years: net_at(1.0, years), ceiling, found.plan.years, one)
        kept.append(Kept(one, largest_share(net_at, ceiling, one), later))
    return Ceilings(float(ceiling.mean()), chance_over(found.worlds.net, ceiling), tuple(kept))
