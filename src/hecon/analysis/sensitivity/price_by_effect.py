"""Headroom of a product of which little is known: the price at which it is worth it for each of several effects, and the
effect it needs at a price. Nothing here says what the effect is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, position
from hecon.analysis.sensitivity.chosen_draws import chosen_draws
from hecon.analysis.sensitivity.price import quantities
from hecon.analysis.sensitivity.root_search import all_crossings
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.evaluate.run import run

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

_POINTS = 41


@dataclass(frozen=True)
class NeededEffect:
    """The value of the effect's input at which the strategy is just worth it at `price`; `gain` is its effect gained there.

    Without a value, `always` says whether it is worth it at every value searched or at none. `crossings` above 1: not unique.
    """

    price: float
    value: float | None
    gain: float | None
    always: bool | None
    crossings: int


@dataclass(frozen=True, eq=False)
class PriceByEffect:
    """Price at which a strategy is just worth it (point,) at `points` of the effect's input, and its effect gained there (point,)
    over the strategy that is hardest to beat.

    `rises` says whether a larger input is a better one. Prices are per unit of the price parameter; below 0 it is not
    worth it as a gift.
    """

    name: str
    points: Array
    worth: Array
    gain: Array
    rises: bool
    needed: tuple[NeededEffect, ...]


def price_by_effect(
    model: "Model",
    book: "Book",
    strategy: str,
    *,
    name: str,
    points: Sequence[float],
    price_parameter: str,
    prices: Sequence[float],
    wtp: float,
    perspective: str,
    effect: str = "qaly",
) -> PriceByEffect:
    """The price at which `strategy` is just worth it against every other, at `points` of the input `name`, all else held.

    For each of `prices` the input's value is searched between the least and the greatest of the points.

    Raises:
        HeconError: fewer than two points; a strategy that does not use more of the product than the others; what `quantities`
            refuses.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> inputs = [Parameter(name="price", value=5.0), Parameter(name="gain", value=0.0)]
    >>> book = make_book("demo", inputs, settings={"price_parameters": "price"})
    >>> drug = Leaf(outcomes=[Cost("drug", "2 * price", category="product", sector="health care"), QALY("gain", "gain")])
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], free, "continuous")
    >>> found = price_by_effect(tree, book, "drug", name="gain", points=[0, 1, 2], price_parameter="price", prices=[75, 500],
    ...                         wtp=100, perspective="payer")
    >>> found.worth.tolist(), found.rises                              # two doses: 100 x gain / 2
    ([0.0, 50.0, 100.0], True)
    >>> [one.value for one in found.needed], [one.always for one in found.needed]
    ([1.5, None], [None, False])
    """
    if len(points) < 2:
        raise HeconError(f"{name}: give two points or more; got {list(points)}")

    def worth(x: Array) -> tuple[Array, Array]:
        outcomes = run(model, chosen_draws(book, [{name: x}]))
        quantity, current = quantities(outcomes, price_parameter, perspective)
        cost, gain = cost_and_effect(outcomes, perspective, effect)
        me = position(outcomes, strategy)
        others = [k for k in range(len(outcomes.strategies)) if k != me]
        used, gained = quantity[me] - quantity[others], gain[me] - gain[others]  # (other, point)
        if not np.all(used > 0):
            raise HeconError(
                f"{strategy} does not use more of {price_parameter} than every other: there is no highest price"
            )
        fixed = cost[me] - cost[others] - current * used
        prices_of: Array = (wtp * gained - fixed) / used
        first = prices_of.argmin(axis=0)  # the one that is hardest to beat
        at = np.arange(x.size)
        return prices_of[first, at], gained[first, at]

    low, high = min(points), max(points)
    shown = np.asarray(points, dtype=np.float64)
    grid = np.unique(np.concatenate([shown, np.linspace(low, high, _POINTS)]))
    on_grid, gains = worth(grid)
    at = np.searchsorted(grid, shown)

    def beyond(x: Array, which: NDArray[np.intp]) -> Array:
        found: Array = worth(x)[0] - np.asarray(prices, dtype=np.float64)[which]
        return found

    crossings = all_crossings([grid] * len(prices), [on_grid - price for price in prices], beyond)
    needed = []
    for price, found in zip(prices, crossings, strict=True):
        if found:
            root = found[0].value
            needed.append(NeededEffect(price, root, float(worth(np.array([root]))[1][0]), None, len(found)))
        else:
            needed.append(NeededEffect(price, None, None, bool(on_grid[0] >= price), 0))
    return PriceByEffect(name, shown, on_grid[at], gains[at], bool(on_grid[-1] > on_grid[0]), tuple(needed))
