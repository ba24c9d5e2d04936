"""Value-based price where the price does not enter linearly: a search over prices with the same draws at each.

Schemes, capped payments and prices that change what is done need it; prices that everything is linear in have the closed
form in `price`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, position
from hecon.analysis.sensitivity.price import HELD, Price, PriceTable, chance_basis
from hecon.analysis.sensitivity.root_search import Crossing, all_crossings
from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.inputs.draws import Draws
from hecon.outcomes import Array

if TYPE_CHECKING:
    from hecon.structure.lowering import Model

_Totals = tuple[Array, Array]  # cost and effect, each (1 + rival, draw), the strategy first


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
    told (`crossings`); each change of sign is then narrowed. Where the price moves `strategy` and others, each is given
    twice, as by `value_based_price`.

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
    kinds += [(chance_basis(p), p) for p in probabilities]
    rivals: tuple[str, ...] = ()

    def totals(tried: Draws) -> list[_Totals]:
        """Cost and effect of the strategy and its rivals, (1 + rival, draw), at each price; one run."""
        nonlocal rivals
        outcomes = run(model, tried)
        rivals = tuple(against) or tuple(one for one in outcomes.strategies if one != strategy)
        rows = [position(outcomes, one) for one in (strategy, *rivals)]
        cost, gain = (x[rows] for x in cost_and_effect(outcomes, perspective, effect))
        parts = [slice(k, k + draws.n) for k in range(0, tried.n, draws.n)]
        return [(cost[:, part], gain[:, part]) for part in parts]

    grid = np.linspace(low, high, points)
    seen = totals(_repeated(draws, name, grid))
    me_too, *others = (_moves(seen, k) for k in range(1 + len(rivals)))
    moves_too = tuple(one for one, moves in zip(rivals, others, strict=True) if moves and me_too)
    today = totals(draws)[0] if moves_too else None
    asked = [
        (basis + held, p, k, rest)
        for basis, p in kinds
        for held, rest in (("", None), (HELD, today))[: 2 if moves_too else 1]
        for k in np.atleast_1d(np.asarray(wtp, dtype=np.float64)).tolist()
    ]

    def evaluate(prices: Array, which: NDArray[np.intp]) -> Array:
        pairs = zip(totals(_repeated(draws, name, prices)), which, strict=True)
        return np.array([_verdict(found, asked[k][3], asked[k][2], asked[k][1]) for found, k in pairs])

    values = [np.array([_verdict(found, rest, k, p) for found in seen]) for _, p, k, rest in asked]
    roots = all_crossings([grid] * len(asked), values, evaluate, exact=1e-9)
    rows = [
        _price(basis, k, list(found), bool(first[0] >= 0), (low, high))
        for (basis, _, k, _), found, first in zip(asked, roots, values, strict=True)
    ]
    method = f"root search from {low:,.6g} to {high:,.6g}"
    book = draws.book.settings
    money = f"{book.get('currency', '')} {book.get('price_year', '')}".strip()
    return PriceTable(tuple(rows), name, strategy, rivals, current, method, perspective, effect, money, moves_too)


def _repeated(draws: Draws, name: str, prices: Array) -> Draws:
    """The same draws once per price."""
    n = draws.n
    values = np.tile(draws.values, prices.size)
    numbers = np.arange(n * prices.size)
    return replace(draws, values=values, draw=numbers).fix(**{name: np.repeat(prices, n)})


def _moves(seen: Sequence[_Totals], k: int) -> bool:
    """Whether a strategy's cost or effect differs between the prices tried."""
    first = seen[0]
    return any(not np.allclose(x[k], y[k], rtol=1e-12) for one in seen for x, y in zip(one, first, strict=True))


def _verdict(found: _Totals, rest: _Totals | None, wtp: float, probability: float | None) -> float:
    """From 0 up where the strategy is cost-effective against every rival: on the means, or in enough of the draws.

    `rest` gives the rivals where they are held at another price. For a probability, the net benefit of the draw that
    decides, which unlike the share of draws moves without steps.
    """
    mine, others = (wtp * gain - cost for cost, gain in (found, rest or found))
    net = mine[:1] - others[1:]
    if probability is None:
        return float(net.mean(axis=1).min())
    worst = np.sort(net.min(axis=0))[::-1]
    return float(worst[int(np.ceil(probability * worst.size - 1e-9)) - 1])


def _price(basis: str, wtp: float, found: list[Crossing], at_low: bool, searched: tuple[float, float]) -> Price:
    falls = [one for one in found if not one.rises]
    if not found:
        return Price(basis, wtp, None, always=at_low, crossings=0, bracket=searched)
    rises = [one.value for one in found if one.rises]
    floor = rises[0] if rises and not at_low else None
    bracket = (falls[-1].low, falls[-1].high) if falls else (found[0].low, found[0].high)
    return Price(basis, wtp, falls[-1].value if falls else None, floor, len(found), None, bracket)
