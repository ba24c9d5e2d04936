"""Value-based price: the price at which a strategy is just worth what it costs, at a threshold.

Where everything is linear in the price (a declared price parameter), the discounted quantities of one run give it in
closed form (methods 7): fixed cost and effect aside, cost = price x quantity. `price_search` does the rest. A price that
other strategies pay too moves in all of them; it is given with theirs held at today's as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, position
from hecon.arrays import Array
from hecon.digits import money_text
from hecon.errors import HeconError
from hecon.outcomes import Outcomes
from hecon.shown import Shown

if TYPE_CHECKING:
    pass


HELD = ", others held"  # ends a basis
_WHOLE_FROM = 100.0  # smaller prices, such as a factor on a price, are printed to four digits


@dataclass(frozen=True)
class Price:
    """The highest price at which the strategy is cost-effective at `wtp`, on one basis; None where there is no bound.

    A basis that ends in HELD leaves the other strategies at today's price. `floor` is a lowest such price, where some
    other strategy uses more of the product; None where there is none. `crossings` counts the prices at which a search
    found the verdict to change (1 in closed form). `always` says how it stands where the price changes nothing: True
    cost-effective, False not, None where the price decides. `bracket` is where a search found the price or, where it
    found none, what it searched.
    """

    basis: str
    wtp: float
    price: float | None
    floor: float | None = None
    crossings: int = 1
    always: bool | None = None
    bracket: tuple[float, float] | None = None

    @property
    def text(self) -> str:
        """The price in words.

        >>> Price("base case", 30000.0, 3658.54).text, Price("base case", 30000.0, 1.53415).text
        ('up to 3,659', 'up to 1.534')
        """
        if self.always is not None:
            where = "" if self.bracket is None else f" from {self.bracket[0]:,.0f} to {self.bracket[1]:,.0f}"
            return ("at any price" if self.always else "at no price") + where
        if self.price is None:
            assert self.floor is not None
            return f"from {_digits(self.floor)}"
        if self.price < 0:
            return f"not even at 0 (up to {_digits(self.price)})"
        if self.floor is not None and self.floor > self.price:
            return "at no price"
        lower = "up to" if self.floor is None or self.floor <= 0 else f"{_digits(self.floor)} to"
        more = "" if self.crossings < 2 else f"; not unique: {self.crossings} crossings"
        return f"{lower} {_digits(self.price)}{more}"


@dataclass(frozen=True, repr=False)
class PriceTable(Shown):
    """Prices by basis (base case, PSA mean, stated probabilities) and threshold; `method` says how they were found.

    `moves_too` are the other strategies whose costs or effects the price moves as well.
    """

    rows: tuple[Price, ...]
    price_parameter: str
    strategy: str
    against: tuple[str, ...]
    current: float
    method: str
    perspective: str
    effect: str
    currency: str
    moves_too: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """In words, which other strategies the price moves; empty where it moves none.

        >>> PriceTable((), "price", "drug", ("usual",), 5.0, "closed form", "payer", "qaly", "EUR", ("usual",)).note
        "The price moves in drug and in usual too. Others held: usual at today's price."
        """
        if not self.moves_too:
            return ""
        too = ", ".join(self.moves_too)
        return f"The price moves in {self.strategy} and in {too} too. Others held: {too} at today's price."

    def row(self, wtp: float, basis: str = "base case") -> Price:
        """The price at one threshold on one basis; KeyError if there is none."""
        return {(row.wtp, row.basis): row for row in self.rows}[wtp, basis]


def value_based_price(
    outcomes: Outcomes, price_parameter: str, strategy: str, *, wtp: ArrayLike, perspective: str, effect: str = "qaly",
    against: Sequence[str] = (), probabilities: Sequence[float] = (),
) -> PriceTable:  # fmt: skip
    """The price of a declared price parameter at which `strategy` meets each threshold, in closed form from one run.

    `against` names the strategies to be beaten (all others if left out). One draw gives the base case; several draws
    the price on their means and, for each of `probabilities`, the highest price at which the strategy is cost-effective
    in at least that share of draws. Where `strategy` and one of the others pay the price, each is given twice: for a price
    that moves in all strategies, and (basis "..., others held") for one that moves in `strategy` alone.

    Raises:
        HeconError: an unknown strategy, a price parameter that was not declared, that something is not linear in or whose
            items the perspective does not count, a probability outside 0..1, or one asked of a single draw.

    >>> from hecon.outcomes import Item, PriceParameter
    >>> items = (Item("doses", "cost", sector="health care"), Item("care", "cost", sector="health care"), Item("q", "qaly"))
    >>> values = np.array([[[0.0], [20000.0], [0.0]], [[8200.0], [5000.0], [0.5]]])
    >>> dose = PriceParameter("price", "doses", np.array([1000.0]), np.array([[0.0], [8.2]]))
    >>> drug = Outcomes(values, ("usual", "drug"), items, price_parameters=(dose,))
    >>> print(value_based_price(drug, "price", "drug", wtp=[30000, 50000], perspective="payer"))
    Basis      Threshold  Cost-effective
    base case     30,000     up to 3,659
    base case     50,000     up to 4,878
    """
    rivals = _rivals(outcomes, strategy, against)
    quantity, current = quantities(outcomes, price_parameter, perspective)
    cost, gain = cost_and_effect(outcomes, perspective, effect)
    me, many = position(outcomes, strategy), cost.shape[1] > 1
    wrong = [p for p in probabilities if not 0 < p < 1]
    if wrong or (probabilities and not many):
        raise HeconError(f"probabilities lie inside 0..1 and need several draws; got {wrong or list(probabilities)}")
    others = [position(outcomes, name) for name in rivals]
    incremental = cost[me] - cost[others]  # (rival, draw)
    too = tuple(name for name, k in zip(rivals, others, strict=True) if np.any(quantity[k] != 0))
    readings = [("", quantity[me] - quantity[others])]
    if too and np.any(quantity[me] != 0):
        readings.append((HELD, np.broadcast_to(quantity[me], incremental.shape)))
    rows: list[Price] = []
    for threshold in np.atleast_1d(np.asarray(wtp, dtype=np.float64)).tolist():
        for held, used in readings:
            fixed = incremental - current * used  # incremental cost at a price of 0
            room = threshold * (gain[me] - gain[others]) - fixed  # what is left to pay for the product
            means = _bounds(room.mean(axis=1, keepdims=True), used.mean(axis=1, keepdims=True))
            basis = ("PSA mean" if many else "base case") + held
            rows.append(_price(basis, threshold, *(bound[0] for bound in means)))
            upper, lower = _bounds(room, used) if probabilities else (np.zeros(0), np.zeros(0))
            rows += [_at_probability(f"{chance_basis(p)}{held}", upper, lower, p, threshold) for p in probabilities]
    rows.sort(key=lambda row: (row.basis.startswith("P("), row.basis))
    return PriceTable(
        tuple(rows), price_parameter, strategy, rivals, float(current.mean()), "closed form", perspective, effect,
        f"{outcomes.currency} {outcomes.price_year}".strip(), too if len(readings) > 1 else (),
    )  # fmt: skip


def chance_basis(p: float) -> str:
    """What a price at a stated probability rests on.

    >>> chance_basis(0.8)
    'P(cost-effective) = 0.8'
    """
    return f"P(cost-effective) = {p:g}"


def quantities(outcomes: Outcomes, price_parameter: str, perspective: str) -> tuple[Array, Array]:
    """Discounted quantity (strategy, draw) of a price parameter in the items a perspective counts, and its price (draw,).

    Raises:
        HeconError: a price parameter that was not declared, that something is not linear in, or of which the perspective
            counts nothing.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> quantities(from_totals(("a",), [[1.0]], [[1.0]]), "price", "payer")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.HeconError: 'price' is not a declared price parameter (declared: none); name it under price_parameters...
    """
    declared = outcomes.price_parameter(price_parameter)
    sectors = outcomes.sectors(perspective)
    counted = {item.name for item in outcomes.items if item.kind == "cost" and item.sector in sectors}
    mine = [one for one in declared if one.item in counted]
    if not mine:
        raise HeconError(f"the {perspective} perspective counts no item that {price_parameter} enters; choose another")
    n = outcomes.draw.size
    total = np.zeros((len(outcomes.strategies), n))
    for one in mine:
        total += one.quantity
    return total, np.broadcast_to(np.asarray(mine[0].price, dtype=np.float64), (n,))


def headroom(gain: float, wtp: float, cost_offset: float = 0.0) -> float:
    """The most a technology may cost per patient: the largest plausible gain at the threshold, and the cost it saves.

    Cosh et al. 2007; methods 7.

    >>> headroom(0.3, 30000, cost_offset=4000)
    13000.0
    """
    return wtp * gain + cost_offset


def required_effect(
    outcomes: Outcomes,
    price_parameter: str,
    price: float,
    strategy: str,
    *,
    reference: str,
    wtp: float,
    perspective: str,
) -> Array:
    """The incremental effect (draw,) over `reference` at which `strategy` is just cost-effective at a given price.

    The incremental cost at that price over the threshold; how large the effect is does not enter.

    Raises:
        HeconError: a threshold that is not above 0; as `value_based_price`.

    >>> from hecon.outcomes import Item, PriceParameter
    >>> items = (Item("doses", "cost", sector="health care"), Item("q", "qaly"))
    >>> dose = PriceParameter("price", "doses", np.array([1000.0]), np.array([[0.0], [3.0]]))
    >>> drug = Outcomes(np.array([[[0.0], [0.0]], [[3000.0], [0.5]]]), ("usual", "drug"), items, price_parameters=(dose,))
    >>> required_effect(drug, "price", 5000, "drug", reference="usual", wtp=30000, perspective="payer").tolist()
    [0.5]
    """
    if not wtp > 0:
        raise HeconError(f"the required effect needs wtp above 0; got {wtp}")
    quantity, current = quantities(outcomes, price_parameter, perspective)
    me, other = position(outcomes, strategy), position(outcomes, reference)
    cost = outcomes.cost(perspective)
    found: Array = (cost[me] - cost[other] + (price - current) * (quantity[me] - quantity[other])) / wtp
    return found


def _rivals(outcomes: Outcomes, strategy: str, against: Sequence[str]) -> tuple[str, ...]:
    position(outcomes, strategy)
    for name in against:
        position(outcomes, name)
    rivals = tuple(against) or tuple(name for name in outcomes.strategies if name != strategy)
    if not rivals or strategy in rivals:
        raise HeconError(f"a price of {strategy} needs other strategies to be worth it against; got {rivals}")
    return rivals


def _digits(price: float) -> str:
    return f"{price:.4g}" if 0 < abs(price) < _WHOLE_FROM else money_text(price)


def _bounds(room: Array, used: Array) -> tuple[Array, Array]:
    """Highest and lowest price (draw,) at which room - price x used is not negative against any rival (rival, draw).

    Infinite where there is no bound; where the price changes nothing, -inf or inf as room says.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = room / used
    upper = np.where(used > 0, ratio, np.where((used == 0) & (room < 0), -np.inf, np.inf)).min(axis=0)
    lower = np.where(used < 0, ratio, -np.inf).max(axis=0)
    return upper, lower


def _price(basis: str, wtp: float, upper: float, lower: float) -> Price:
    if upper == -np.inf or (upper == np.inf and lower == -np.inf):
        return Price(basis, wtp, None, always=bool(upper > 0), crossings=0)
    return Price(basis, wtp, float(upper) if np.isfinite(upper) else None, float(lower) if np.isfinite(lower) else None)


def _at_probability(basis: str, upper: Array, lower: Array, p: float, wtp: float) -> Price:
    """The highest price at which at least a share p of the draws is cost-effective (their price bounds reach it)."""
    ordered = np.sort(upper)[::-1]
    if np.isfinite(lower).any():  # a rival uses more of the product: the share need not fall with the price
        candidates = ordered[np.isfinite(ordered)]
        shares = _shares(candidates, upper, lower)
        held = candidates[shares >= p]
        return Price(basis, wtp, float(held[0])) if held.size else Price(basis, wtp, None, always=False, crossings=0)
    at = ordered[int(np.ceil(p * upper.size - 1e-9)) - 1]
    return _price(basis, wtp, float(at), -np.inf)


def _shares(prices: Array, upper: Array, lower: Array) -> Array:
    """Share of draws (price,) whose bounds enclose each price, by counting from sorted bounds."""
    good = upper >= lower
    above = upper.size - np.searchsorted(np.sort(np.where(good, upper, -np.inf)), prices, side="left")
    over = upper.size - np.searchsorted(np.sort(np.where(good, lower, -np.inf)), prices, side="right")
    found: Array = (above - over) / upper.size
    return found
