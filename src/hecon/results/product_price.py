"""The price question of a run: up to which price a strategy is worth it, in closed form or searched, and what it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.analysis.sensitivity.price import PriceTable, headroom, quantities, required_effect

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis

PROBABILITIES = (0.5, 0.8, 0.95)  # of being cost-effective, at which prices are told
_WIDE = 10.0  # times today's price, or the threshold where today's is 0: how far a price is searched that was given no range


@dataclass(frozen=True)
class Needs:
    """What a strategy needs over the reference at today's price, in units of effect, what it has, and the headroom: what may
    be spent on the product per patient.
    """

    required_effect: float
    incremental_effect: float
    headroom: float


@dataclass(frozen=True)
class PriceAnswer:
    """Tables of `price` for `strategy`, of the base case and of the PSA; `refused` says why there is no closed form.

    `needs` is None where the price was searched, or where the strategy is the reference.
    """

    price: str
    strategy: str
    tables: tuple[PriceTable, ...]
    refused: str
    needs: Needs | None


def ask_price(
    analysis: "Analysis",
    price: str = "",
    strategy: str = "",
    search: tuple[float, float] | None = None,
    probabilities: Sequence[float] = PROBABILITIES,
) -> PriceAnswer:
    """The price at which a strategy is just worth what it costs: the product's price, for who uses most of it.

    In closed form over thresholds from 0 to twice that of the run; by runs at its threshold, from low to high, where `search`
    says so or where there is no closed form.

    Raises:
        HeconError: no product price declared and none named; what the search raises.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, open_case
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="drug", sector="health care"), QALY("gain", "1")])
    >>> arms = [Strategy("none", to=Leaf()), Strategy("drug", to=drug)]
    >>> tree = DecisionTree("Demo", arms, {"cost": "0", "effect": "0"}, "continuous")
    >>> settings = {"price_parameters": "price", "product_price": "price"}
    >>> case = open_case(tree, make_book("demo", [Parameter(name="price", value=5.0)], settings=settings))
    >>> found = ask_price(case.run(draws=0, perspective="payer", wtp=8.0))
    >>> found.strategy, found.tables[0].row(8.0).price, found.needs
    ('drug', 8.0, Needs(required_effect=0.625, incremental_effect=1.0, headroom=8.0))
    """
    model, book = analysis.at_hand()
    name = price or analysis.product_price()
    now = book.parameter(name).value
    refused = analysis.base.not_linear.get(name, "")
    if refused and search is None:
        search = (0.0, _WIDE * now if now > 0 else _WIDE * analysis.wtp)
    tables: list[PriceTable] = []
    if search is None:
        one = strategy or analysis.main_user(name)
        grid = np.unique([*np.linspace(0, 2 * analysis.wtp, 21), analysis.wtp])
        tables.append(analysis.price(name, one, wtp=grid))
        if analysis.psa is not None:
            tables.append(analysis.price(name, one, "probabilistic", grid, probabilities))
        return PriceAnswer(name, one, tuple(tables), refused, _needs(analysis, name, one, tables[0].current))
    from hecon.analysis.sensitivity.price_search import price_search

    one = strategy or analysis.comparisons()[0]
    common: dict[str, Any] = {"perspective": analysis.perspective, "effect": analysis.effect, "wtp": analysis.wtp}
    common |= {"low": search[0], "high": search[1]}
    tables.append(price_search(model, book.base(), name, one, **common))
    if analysis.draws is not None:
        tables.append(price_search(model, analysis.draws, name, one, probabilities=probabilities, **common))
    return PriceAnswer(name, one, tuple(tables), refused, None)


def _needs(analysis: "Analysis", price_parameter: str, strategy: str, price: float) -> Needs | None:
    if strategy == analysis.reference:
        return None
    me, other = (analysis.base.strategies.index(name) for name in (strategy, analysis.reference))
    cost, gain = (x[me, 0] - x[other, 0] for x in cost_and_effect(analysis.base, analysis.perspective, analysis.effect))
    quantity, now = quantities(analysis.base, price_parameter, analysis.perspective)
    elsewhere = float(cost - now[0] * (quantity[me, 0] - quantity[other, 0]))
    needed = required_effect(
        analysis.base, price_parameter, price, strategy, reference=analysis.reference, wtp=analysis.wtp,
        perspective=analysis.perspective,
    )  # fmt: skip
    return Needs(float(needed[0]), float(gain), headroom(float(gain), analysis.wtp, -elsewhere))
