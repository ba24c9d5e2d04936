"""One comparison of the atlas: all that the page, the workbook and the sentences take, computed from runs of its case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.arrays import Array
from hecon.causes import LUMP
from hecon.perspectives import methods_of, sector_of
from hecon.results.atlas.causes import (
    CARERS_WORK,
    CELLS,
    CONSUMPTION,
    PATIENTS_WORK,
    SIDE_EFFECTS,
    SUBSEQUENT,
    Bar,
    is_lost_work,
    is_upfront,
)
from hecon.results.atlas.comparisons import Pair
from hecon.results.atlas.decision import Decision
from hecon.results.atlas.money_flows import MoneyFlows
from hecon.results.atlas.payback import Payback, Years, has_extra_cost, payback, payback_years
from hecon.results.atlas.provenance import Basis, basis
from hecon.results.evidence.evidence import Evidence

MAY_HOLD = (
    "delivery",
    "side effects",
    "disease care",
    "follow-up",
)  # what a lump may hide whose case does not say what it holds
WHOSE = {"payer": "the payer", "health care sector": "the health care sector", "societal": "society"}


@dataclass(frozen=True)
class About:
    """What is said of a comparison's case: its settings, as they are printed; `cells` whether a cell therapy is compared."""

    case: str
    title: str
    pair: Pair
    label: str
    against: str
    grade: str = ""
    comparator_today: str = ""
    opponent: str = ""
    method: str = ""
    lump_holds: tuple[str, ...] = ()
    cells: bool = True


@dataclass(frozen=True)
class InMoney:
    """The money that amounts are printed in: `own` of the case and, where an index allows, `common` = own x `factor`.

    >>> InMoney("USD 2021", "EUR 2023", 0.5).printed, InMoney("USD 2021").printed
    ('EUR 2023', 'USD 2021')
    """

    own: str
    common: str = ""
    factor: float | None = None
    how: str = ""

    @property
    def printed(self) -> str:
        """The common money, or the case's own where there is no index."""
        return self.own if self.factor is None else self.common

    def of(self, values: Array) -> Array:
        """Amounts of the case's own money in the money that is printed."""
        return values if self.factor is None else values * self.factor


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """A strategy against a reference: flows at the common discount rates, in the case's own money, and what they rest on.

    `flows` are of the draws, of the base case where there are none; `rates` the case's own discount rates and the common ones.
    `money_by_fact` is the base case's money of each bar by provenance; `lumps` says whether each arm, strategy and reference, has
    a published lump. `gains` are the QALYs (base case) of both arms by cause. In the case's own money: `product`, of each bar the
    mean discounted units of the product's price and the mean money they cost the strategy, empty where no price is declared;
    `own_rates`, the mean increment of each bar at the case's own discount rates. `perspective` is whose costs are counted,
    `left_out` are the bars that it does not count. `other_money` are further monies that amounts may be shown in.
    """

    about: About
    money: InMoney
    rates: tuple[str, str]
    flows: MoneyFlows
    money_by_fact: Mapping[Bar, Mapping[str, float]]
    lumps: tuple[bool, bool]
    decision: Decision
    product: Mapping[Bar, tuple[float, float]]
    reversal: str
    gains: Mapping[str, tuple[float, float]]
    own_rates: Mapping[Bar, float]
    evidence: tuple[Evidence, ...] = ()
    perspective: str = "societal"
    left_out: tuple[Bar, ...] = ()
    other_money: tuple[InMoney, ...] = ()

    def __repr__(self) -> str:
        return f"<Comparison {self.name}; {self.flows.strategy.shape[-1]:,} draws>"

    @property
    def name(self) -> str:
        """What tells it from the others: case, structure where the comparison names one, strategies."""
        pair = self.about.pair
        return (
            f"{self.about.case}{f' ({pair.structure})' if pair.structure else ''}: {pair.strategy} v {pair.reference}"
        )

    @property
    def method(self) -> str:
        """The method of lost work that the societal total counts."""
        return self.about.method

    @property
    def filed(self) -> bool:
        """Whether any cost is filed as product, delivery or not separable; without it there is no upfront cost to speak of."""
        return any(is_upfront(bar) or bar.cause == LUMP for bar in self.flows.bars)

    def increment(self, chosen: Callable[[Bar], bool], horizon: int = -1) -> Array:
        """Increment (draw,) of the bars chosen, in the money printed."""
        return self.money.of(self.flows.difference(chosen, horizon))

    def amount(self, chosen: Callable[[Bar], bool], horizon: int = -1) -> Estimate:
        """The same as an estimate."""
        return estimate(self.increment(chosen, horizon))

    def basis(self, chosen: Callable[[Bar], bool]) -> Basis:
        """What the bars chosen rest on."""
        return basis(money for bar, money in self.money_by_fact.items() if chosen(bar))

    def hatched(self, chosen: Callable[[Bar], bool]) -> bool:
        """Whether over half of their money is assumed, so that no sentence may summarise them."""
        return self.basis(chosen).hatched

    def in_lump(self, cause: str, arm: int) -> bool:
        """Whether a cause may be hidden in the published lump of an arm (0 strategy, 1 reference), which has none of it besides."""
        side = (self.flows.strategy, self.flows.reference)[arm]
        held = self.lumps[arm] and cause in (self.about.lump_holds or MAY_HOLD)
        return held and not side[self.flows.rows(lambda bar: bar.cause == cause)].any()

    def hidden(self, cause: str) -> bool:
        """Whether a cause may be hidden in a lump of either arm."""
        return self.in_lump(cause, 0) or self.in_lump(cause, 1)

    def partly_hidden(self, cause: str) -> bool:
        """Whether an arm has a lump that is declared to hold some of a cause which is counted besides."""
        return any(self.lumps) and cause in self.about.lump_holds and not self.hidden(cause)

    def both(self, lump: bool = False) -> Callable[[Bar], bool]:
        """Upfront and both channels."""
        first = upfront(lump)
        return lambda bar: first(bar) or side_effects(bar) or self.work(bar)

    def payback(self, lump: bool = False) -> Payback:
        """What comes back of the extra upfront cost; with `lump`, of upfront and what is not separable from it."""
        return payback(
            self.increment(upfront(lump)),
            self.increment(side_effects),
            self.increment(self.work),
            self.increment(self.counted),
        )

    def has_extra_cost(self, lump: bool = False) -> bool:
        """Whether there is an extra upfront cost to be paid back."""
        return has_extra_cost(self.increment(upfront(lump)))

    @property
    def pays_back(self) -> dict[str, float | None]:
        """The product's price at which the mean extra upfront cost is just covered, the comparator's held, in the case's own money.

        "both" through both channels, "all" with all offsets; None without a price.
        """
        return {"both": self._covering(self.both()), "all": self._covering(self.counted)}

    def _covering(self, chosen: Callable[[Bar], bool]) -> float | None:
        units, paid = (sum(found[k] for bar, found in self.product.items() if chosen(bar)) for k in (0, 1))
        return (paid - float(self.flows.difference(chosen).mean())) / units if units > 0 else None

    def years(self, all_offsets: bool, lump: bool = False) -> Years:
        """When the extra upfront cost is paid back, undiscounted: through both channels, or with all offsets."""
        return payback_years(self.flows.by_year(self.counted if all_offsets else self.both(lump)))

    def counted(self, bar: Bar) -> bool:
        """Whether the societal total counts a bar."""
        return bar.counts(self.method)

    def work(self, bar: Bar) -> bool:
        """Whether a bar is lost work as the case's method counts it, carers' paid work included."""
        return is_lost_work(bar, self.method)

    @property
    def whose(self) -> str:
        """Whose costs the total counts, in words."""
        return WHOSE[self.perspective]

    def outside(self, chosen: Callable[[Bar], bool]) -> bool:
        """Whether the case has such a cost, and the perspective counts none of it."""
        return not self.flows.rows(chosen) and any(map(chosen, self.left_out))

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods of lost work that items of the case have, in their order."""
        return methods_of(sector_of(bar.method) for bar in self.flows.bars if bar.method)


def upfront(lump: bool = False) -> Callable[[Bar], bool]:
    """Product and delivery; with `lump` also what is not separable from them.

    >>> upfront()(Bar("not separable")), upfront(lump=True)(Bar("not separable"))
    (False, True)
    """
    return lambda bar: is_upfront(bar) or (lump and bar.cause == LUMP)


def only(wanted: Bar) -> Callable[[Bar], bool]:
    """One bar alone.

    >>> only(Bar("product"))(Bar("delivery"))
    False
    """
    return lambda bar: bar == wanted


def side_effects(bar: Bar) -> bool:
    """The care of harm, whatever did it.

    >>> side_effects(Bar("side effects", "chemotherapy")), side_effects(Bar("delivery"))
    (True, False)
    """
    return bar.cause == SIDE_EFFECTS


def subsequent(bar: Bar) -> bool:
    """What is given after a strategy's own protocol failed.

    >>> subsequent(Bar("subsequent treatment", "transplant")), subsequent(Bar("product"))
    (True, False)
    """
    return bar.cause == SUBSEQUENT


def later_cells(bar: Bar) -> bool:
    """Cells given after a strategy's own protocol failed.

    >>> later_cells(Bar("subsequent treatment", "cell therapy: axi-cel")), later_cells(Bar("subsequent treatment"))
    (True, False)
    """
    return bar.cause == SUBSEQUENT and bar.of.startswith(CELLS)


def patients_work(method: str, causes: tuple[str, ...] = PATIENTS_WORK) -> Callable[[Bar], bool]:
    """The patient's own paid work by a method, for illness and death or one of them.

    >>> patients_work("friction")(Bar("lost work, death", method="human capital"))
    False
    """
    return lambda bar: bar.cause in causes and bar.counts(method)


def carers_work(bar: Bar) -> bool:
    """Paid work that carers lose, the same under every method.

    >>> carers_work(Bar("lost work of carers")), carers_work(Bar("informal care"))
    (True, False)
    """
    return bar.cause == CARERS_WORK


def consumed(bar: Bar) -> bool:
    """What survivors consume.

    >>> consumed(Bar("consumption of survivors")), consumed(Bar("product"))
    (True, False)
    """
    return bar.cause == CONSUMPTION
