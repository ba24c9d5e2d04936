"""One-way sensitivity: each input over its range with all others at their values, widest first.

On net benefit by default; on the ICER only where every point lies in one quadrant, because elsewhere the ratio has no
order. Every input is followed over a grid, so an effect that turns inside the range is seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.cost_effectiveness.icer import TOLERANCE, icer
from hecon.analysis.cost_effectiveness.ties import first_best, tie_within
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word, position
from hecon.analysis.sensitivity.chosen_draws import chosen_draws, name_of, points_between
from hecon.errors import Fault, HeconError, InputError, raise_faults
from hecon.evaluate.run import run
from hecon.outcomes import Array
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

LIMITS = ("range", "quantiles")


@dataclass(frozen=True, eq=False)
class Swing:
    """One input's effect on one comparison: `outcome` (point,) over `values` (point,), `base` at `base_value`.

    `inc_cost`, `inc_effect` (point,) are the increments over the reference, `base_inc` those of the base case; `best`
    (point,) is the position of the strategy with the highest net benefit, `base_best` that of the base case.
    """

    strategy: str
    name: str
    label: str
    unit: str
    base_value: float
    base: float
    values: Array
    outcome: Array
    inc_cost: Array
    inc_effect: Array
    base_inc: tuple[float, float]
    best: NDArray[np.intp]
    base_best: int

    @property
    def least(self) -> float:
        """The lowest outcome over the range."""
        return min(float(self.outcome.min()), self.base)

    @property
    def most(self) -> float:
        """The highest outcome over the range."""
        return max(float(self.outcome.max()), self.base)

    @property
    def width(self) -> float:
        """Highest minus lowest outcome."""
        return self.most - self.least

    @property
    def monotone(self) -> bool:
        """Whether the outcome only rises or only falls from low to high."""
        steps, slack = np.diff(self.outcome), 1e-9 * max(self.width, TOLERANCE * abs(self.base))
        return bool((steps >= -slack).all() or (steps <= slack).all())

    @property
    def changes_decision(self) -> bool:
        """Whether somewhere in the range another strategy has the highest net benefit than in the base case."""
        return bool((self.best != self.base_best).any())


@dataclass(frozen=True, repr=False)
class OneWay(Shown):
    """Swings by strategy (in order of declaration) and, within one, by width; `measure` is "INMB" or "ICER".

    `left_out` are the inputs without a range. Amounts are in the book's currency, at `wtp` per unit of effect.
    """

    rows: tuple[Swing, ...]
    measure: str
    reference: str
    perspective: str
    wtp: float
    effect: str
    currency: str
    limits: str
    left_out: tuple[str, ...] = ()

    @property
    def strategies(self) -> tuple[str, ...]:
        """The strategies compared with the reference."""
        return tuple(dict.fromkeys(row.strategy for row in self.rows))

    def of(self, strategy: str) -> tuple[Swing, ...]:
        """The swings of one strategy, widest first."""
        return tuple(row for row in self.rows if row.strategy == strategy)

    def to_frame(self) -> "pd.DataFrame":
        """One row per strategy and input."""
        import pandas as pd

        records = [
            {"strategy": row.strategy, "reference": self.reference, "parameter": row.name, "label": row.label}
            | {"unit": row.unit, "base_value": row.base_value, "low": row.values[0], "high": row.values[-1]}
            | {"measure": self.measure, "base": row.base, "at_low": row.outcome[0], "at_high": row.outcome[-1]}
            | {"least": row.least, "most": row.most, "width": row.width, "monotone": row.monotone}
            | {"changes_decision": row.changes_decision}
            for row in self.rows
        ]
        return pd.DataFrame.from_records(records)


def one_way(
    model: "Model",
    book: "Book",
    *,
    reference: str,
    perspective: str,
    wtp: float,
    effect: str = "qaly",
    limits: str = "range",
    quantiles: tuple[float, float] = (0.025, 0.975),
    points: int = 11,
    names: Sequence[str] = (),
) -> OneWay:
    """Vary each input alone over `points` values and follow the incremental net monetary benefit over `reference`.

    `limits` is "range" (the book's low and high) or "quantiles" (of each input's distribution; inputs without one are
    left out). `names` picks inputs; by default every input with a range takes part. One run evaluates all points.

    Raises:
        InputError: a name without a range, an unknown choice of limits, fewer than 2 points.
        HeconError: an unknown reference, perspective or effect.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> book = make_book("demo", [Parameter(name="price", value=5.0, low=4.0, high=8.0)])
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="drug", sector="health care"), QALY("gain", "1")])
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], free, "continuous")
    >>> print(one_way(tree, book, reference="none", perspective="payer", wtp=10))
    INMB   range   at low  at high  width    decision
    price  4 to 8       6        2      4
    """
    ranges, left_out = _ranges(book, limits, quantiles, names)
    if points < 2:
        raise InputError(f"one-way analysis needs at least 2 points; got {points}")
    grids = {name: points_between(book, name, low, high, points) for name, (low, high) in ranges.items()}
    outcomes = run(model, chosen_draws(book, [{}, *({name: grid} for name, grid in grids.items())]))
    cost, gain = cost_and_effect(outcomes, perspective, effect)
    origin = position(outcomes, reference)
    inc_cost, inc_effect = cost - cost[origin], gain - gain[origin]
    inmb, best = wtp * inc_effect - inc_cost, first_best(wtp * gain - cost, tie_within(cost, gain, wtp))
    swings: list[Swing] = []
    for k, strategy in enumerate(outcomes.strategies):
        if k == origin:
            continue
        first, mine = 1, []
        for name, grid in grids.items():
            part = slice(first, first + grid.size)
            first += grid.size
            one = book.parameter(name)
            mine.append(
                Swing(
                    strategy, name, name_of(book, name), one.unit, one.value, float(inmb[k, 0]), grid, inmb[k, part],
                    inc_cost[k, part], inc_effect[k, part], (float(inc_cost[k, 0]), float(inc_effect[k, 0])),
                    best[part], int(best[0]),
                )
            )  # fmt: skip
        swings += sorted(mine, key=lambda swing: (-swing.width, swing.name))
    money = f"{outcomes.currency} {outcomes.price_year}".strip()
    words = limits if limits == "range" else f"{quantiles[0]:.1%} to {quantiles[1]:.1%} of each distribution"
    return OneWay(tuple(swings), "INMB", reference, perspective, wtp, effect, money, words, left_out)


def on_icer(result: OneWay, strategy: str) -> OneWay:
    """The swings of one strategy on its ICER against the reference.

    Raises:
        HeconError: some points lie in another quadrant than the rest, or in one where a ratio has no order; the
            message names them.

    >>> flip = Swing("drug", "gain", "", "", 1.0, 5.0, np.array([-1.0, 2.0]), np.array([-15.0, 15.0]),
    ...              np.array([5.0, 5.0]), np.array([-1.0, 2.0]), (5.0, 1.0), np.array([0, 1]), 1)
    >>> on_icer(OneWay((flip,), "INMB", "none", "payer", 10.0, "qaly", "", "range"), "drug")
    Traceback (most recent call last):
    hecon.errors.HeconError: no tornado on the ICER of drug against none: ratios of different quadrants have no order \
(base case: 5; gain = -1: dominated); read the net benefit
    """
    rows = result.of(strategy)
    if not rows:
        raise HeconError(f"there is no comparison of '{strategy}' with {result.reference}")
    scale = max(float(np.abs(row.inc_effect).max()) for row in rows)
    word = effect_word(result.effect)
    base = icer(*rows[0].base_inc, word, scale)
    met = {base.status: f"base case: {base.text}"}
    for row in rows:
        for value, cost, gain in zip(row.values, row.inc_cost, row.inc_effect, strict=True):
            one = icer(float(cost), float(gain), word, scale)
            met.setdefault(one.status, f"{row.name} = {value:g}: {one.text}")
    if len(met) > 1 or base.value is None:
        raise HeconError(
            f"no tornado on the ICER of {strategy} against {result.reference}: ratios of different quadrants have no "
            f"order ({'; '.join(met.values())}); read the net benefit"
        )
    turned = [replace(row, outcome=row.inc_cost / row.inc_effect, base=base.value) for row in rows]
    turned.sort(key=lambda swing: (-swing.width, swing.name))
    return replace(result, rows=tuple(turned), measure="ICER")


def _ranges(
    book: "Book", limits: str, quantiles: tuple[float, float], names: Sequence[str]
) -> tuple[dict[str, tuple[float, float]], tuple[str, ...]]:
    """Low and high of every input that takes part, and the names of those that have none."""
    if limits not in LIMITS:
        raise InputError(f"unknown limits '{limits}' (known: {', '.join(LIMITS)})")
    if limits == "quantiles" and not 0 < quantiles[0] < quantiles[1] < 1:
        raise InputError(f"quantiles must rise inside 0..1; got {quantiles[0]} and {quantiles[1]}")
    found: dict[str, tuple[float, float]] = {}
    for name, one in book.parameters.items():
        low, high = one.low, one.high
        if limits == "quantiles":
            low, high = book.margins.distributions[name].ppf(np.array(quantiles)).tolist()
        if low < high:
            found[name] = (low, high)
    for name in names:
        book.parameter(name)
    faults = [Fault(name, f"has no {limits} to vary it over") for name in names if name not in found]
    raise_faults(faults, InputError, book.case)
    left_out = tuple(name for name in book.parameters if name not in found)
    return ({name: found[name] for name in names} if names else found), left_out
