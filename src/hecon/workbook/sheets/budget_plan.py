"""What Budget is made of: the population and its uptake, and what a patient of each strategy costs by calendar year.

Who enters during a year enters in equal parts at the start of each month; who is there already enters at the start of the first.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.arrays import Array
from hecon.inputs.draws import Draws
from hecon.inputs.population import POPULATION, Population, population_of
from hecon.inputs.uptake import UPTAKE
from hecon.outcomes import Outcomes

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_MONTHS = 12


@dataclass(frozen=True, eq=False)
class BudgetPlan:
    """The `population`, the strategies it takes up, by place in the run; `price` is the product's price parameter or "".

    What a patient costs in the year of entry and each later one, undiscounted, is `fixed` + price x `quantity`, both
    (entry, strategy, year): entry 0 during a year, entry 1 at the start of the first.
    """

    population: Population
    places: tuple[int, ...]
    price: str
    fixed: Array
    quantity: Array

    @property
    def years(self) -> int:
        """The years of the uptake."""
        return self.population.years


def plan_budget(
    model: Any, book: "Book", base: Outcomes, used: "tuple[str, ...]", perspective: str
) -> BudgetPlan | None:
    """The plan, or None where the inputs declare no population; one run of three draws with a monthly ledger.

    Raises:
        InputError: what is wrong in the population or its uptake.

    >>> from hecon.evaluate.run import run
    >>> from hecon.results.budget_example import two_treatments
    >>> study = two_treatments().run(draws=0)
    >>> found = plan_budget(study.model, study.book, study.base, tuple(study.book.parameters), "payer")
    >>> found.years, found.fixed[0].round(6).tolist()
    (2, [[5000.0, 0.0], [12000.0, 0.0]])
    """
    from hecon.results.budget import profile_of

    if not book.records.get(POPULATION) or not book.records.get(UPTAKE):
        return None
    population = population_of(book, base.strategies)
    taken = [name for name in base.strategies if any(name in shares for shares in population.uptake.values())]
    places = tuple(base.strategies.index(name) for name in taken)
    stated = book.settings.get("product_price", "") or book.settings.get("price_parameters", "")
    prices = [name for name in stated.split() if name in used]
    price = prices[0] if len(prices) == 1 and book.parameters[prices[0]].value > 0 else ""
    draws = book.base()
    if price:
        now = book.parameters[price].value
        draws = Draws(book, (price,), np.array([[now, 0.9 * now, 0.5 * now]]), "fixed")
    profile = profile_of(model, draws, population.years, "cause", perspective).whole()
    costs = np.array([_entered(profile.amounts[list(places), 0], evenly) for evenly in (True, False)])
    if not price:
        return BudgetPlan(population, places, "", costs[..., 0], np.zeros(costs.shape[:-1]))
    slope = (costs[..., 0] - costs[..., 1]) / (0.1 * now)
    straight = costs[..., 0] - 0.5 * now * slope
    if not np.allclose(straight, costs[..., 2], rtol=1e-9, atol=1e-6):
        return BudgetPlan(population, places, "", costs[..., 0], np.zeros(costs.shape[:-1]))
    slope = np.where(np.abs(slope) < 1e-9, 0.0, slope)
    return BudgetPlan(population, places, price, costs[..., 0] - now * slope, slope)


def _entered(amounts: Array, evenly: bool) -> Array:
    """(strategy, year, draw): what a patient costs in the calendar year of entry and after; `amounts` (strategy, month, draw)."""
    strategies, months, draws = amounts.shape
    if not evenly:
        total: Array = amounts.reshape(strategies, months // _MONTHS, _MONTHS, draws).sum(axis=2)
        return total
    spent = np.zeros((strategies, months + 1, draws))
    np.cumsum(amounts, axis=1, out=spent[:, 1:])
    found = np.zeros((strategies, months // _MONTHS, draws))
    for year in range(months // _MONTHS):
        for entry in range(_MONTHS):
            first, last = max(_MONTHS * year - entry, 0), _MONTHS * (year + 1) - entry
            found[:, year] += (spent[:, last] - spent[:, first]) / _MONTHS
    return found
