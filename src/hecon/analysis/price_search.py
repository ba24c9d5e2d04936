"""Value-based price where the price does not enter linearly: a search over prices with the same draws at each.

Schemes, capped payments and prices that change what is done need it; declared levers have the closed form in `price`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hecon.analysis.price import Price, PriceTable
from hecon.analysis.root_search import Crossing, all_crossings
from hecon.analysis.totals import cost_and_effect, position
from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.inputs.draws import Draws
from hecon.outcomes import Array

if TYPE_CHECKING:
    from hecon.structure.lowering import Model


def price_search(
    model: "Model",
    draws: Draws,
    name: str,
    strategy: str,
    *,
    low: float,
    high: float,
    wtp: ArrayLike,
    perspective: str,
    effect: str = "qaly",
    against: Sequence[str] = (),
    probabilities: Sequence[float] = (),
    points: int = 9,
) -> PriceTable:
    """The price, of an input called `name`, at which `strategy` meets each threshold, searched from low to high.

    One draw gives the base case; several draws give the price on their means and at each of `probabilities`, every
    price being tried with the same draws. `points` prices are tried first, so that a price that is not the only one is
    told (`crossings`); each change of sign is then narrowed.

    Raises:
        InputError: an unknown input.
        HeconError: a range that does not rise, an unknown strategy, probabilities asked of a single draw.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> book = make_book("demo", [Parameter(name="price", value=5.0)])
    >>> cost = Cost("drug", "price ** 2", category="drug", sector="health care")
    >>> leaf, free = Leaf(outcomes=[cost, QALY("gain", "1")]), {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=leaf)], free, "continuous")
    >>> table = price_search(tree, book.base(), "price", "drug", low=0, high=9, wtp=16, perspective="payer")
    >>> round(table.row(16).price, 9)
    4.0
    """
    if not low < high:
        raise HeconError(f"a range of prices must rise; got {low:g} to {high:g}")
    if any(not 0 < p < 1 for p in probabilities) or (probabilities and draws.n == 1):
        raise HeconError(f"probabilities lie inside 0..1 and need several draws; got {list(probabilities)}")
    current = float(np.mean(draws[name]))
    kinds: list[tuple[str, float | None]] = [("PSA mean" if draws.n > 1 else "base case", None)]
    kinds += [(f"P(cost-effective) = {p:g}", p) for p in probabilities]
    asked = [(basis, p, k) for basis, p in kinds for k in np.atleast_1d(np.asarray(wtp, dtype=np.float64)).tolist()]
    rivals: tuple[str, ...] = ()

    def totals(prices: Array) -> list[tuple[Array, Array]]:
        """Incremental cost and effect over each rival, (rival, draw), at each price; one run."""
        nonlocal rivals
        outcomes = run(model, _repeated(draws, name, prices))
        rivals = tuple(against) or tuple(one for one in outcomes.strategies if one != strategy)
        me, others = position(outcomes, strategy), [position(outcomes, one) for one in rivals]
        cost, gain = (x[me] - x[others] for x in cost_and_effect(outcomes, perspective, effect))
        parts = [slice(k * draws.n, (k + 1) * draws.n) for k in range(prices.size)]
        return [(cost[:, part], gain[:, part]) for part in parts]

    def evaluate(prices: Array, which: NDArray[np.intp]) -> Array:
        pairs = zip(totals(prices), which, strict=True)
        return np.array([_verdict(*found, asked[k][2], asked[k][1]) for found, k in pairs])

    grid = np.linspace(low, high, points)
    tried = totals(grid)
    values = [np.array([_verdict(*found, k, p) for found in tried]) for _, p, k in asked]
    roots = all_crossings([grid] * len(asked), values, evaluate, exact=1e-9)
    rows = [
        _price(basis, k, list(found), bool(first[0] >= 0))
        for (basis, _, k), found, first in zip(asked, roots, values, strict=True)
    ]
    method = f"root search from {low:g} to {high:g}"
    book = draws.book.settings
    money = f"{book.get('currency', '')} {book.get('price_year', '')}".strip()
    return PriceTable(tuple(rows), name, strategy, rivals, current, method, perspective, effect, money)


def _repeated(draws: Draws, name: str, prices: Array) -> Draws:
    """The same draws once per price."""
    n = draws.n
    values = np.tile(draws.values, prices.size)
    numbers = np.arange(n * prices.size)
    return replace(draws, values=values, draw=numbers).fix(**{name: np.repeat(prices, n)})


def _verdict(cost: Array, gain: Array, wtp: float, probability: float | None) -> float:
    """From 0 up where the strategy is cost-effective against every rival: on the means, or in enough of the draws.

    For a probability, the net benefit of the draw that decides, which unlike the share of draws moves without steps.
    """
    net = wtp * gain - cost
    if probability is None:
        return float(net.mean(axis=1).min())
    worst = np.sort(net.min(axis=0))[::-1]
    return float(worst[int(np.ceil(probability * worst.size - 1e-9)) - 1])


def _price(basis: str, wtp: float, found: list[Crossing], at_low: bool) -> Price:
    falls = [one for one in found if not one.rises]
    if not found:
        return Price(basis, wtp, None, always=at_low, crossings=0)
    rises = [one.value for one in found if one.rises]
    floor = rises[0] if rises and not at_low else None
    bracket = (falls[-1].low, falls[-1].high) if falls else (found[0].low, found[0].high)
    return Price(basis, wtp, falls[-1].value if falls else None, floor, len(found), None, bracket)
