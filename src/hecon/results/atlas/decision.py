"""The decision of a comparison, apart from payback: QALYs, ICER, probability of being cost-effective, and prices."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.cost_effectiveness.icer import Icer, icer
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.analysis.sensitivity.price import HELD, value_based_price
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.evaluate.linear import UNUSED
from hecon.outcomes import Outcomes

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis
    from hecon.results.atlas.comparisons import Pair


@dataclass(frozen=True)
class Decision:
    """One comparison as its case decides it: its own perspective, discount rates, threshold and money.

    `inc_cost` and `inc_effect` are of the draws where there are any, `icer` and `inmb` of the base case, `required` the gain at
    which its extra cost is just worth it; `p_best` is the share of draws with a net benefit above 0. `price` is the product's
    now, `worth` the price at which net benefit is 0 (base case, other strategies held at theirs); None with the reason in
    `no_price`.
    """

    perspective: str
    wtp: float
    inc_cost: Estimate
    inc_effect: Estimate
    icer: Icer
    inmb: float
    required: float
    p_best: float | None
    price: float | None
    worth: float | None
    no_price: str = ""


def decision(analysis: "Analysis", pair: "Pair") -> Decision:
    """The decision of a pair in a run.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> from hecon.results.atlas.comparisons import Pair
    >>> one = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> found = decision(one, Pair("b", "a"))
    >>> found.icer.value, found.inmb, found.no_price
    (2.0, 8.0, 'no product price is declared')
    """
    base_cost, base_gain = increments(analysis.base, analysis, pair)
    drawn = analysis.psa or analysis.base
    cost, gain = increments(drawn, analysis, pair)
    _, each = cost_and_effect(analysis.base, analysis.perspective, analysis.effect)
    ratio = icer(float(base_cost[0]), float(base_gain[0]), analysis.effect_word, float(np.abs(each).max()))
    share = None if analysis.psa is None else float((analysis.wtp * gain - cost > 0).mean())
    price, worth, why = _price(analysis, pair)
    return Decision(
        analysis.perspective, analysis.wtp, estimate(cost), estimate(gain), ratio,
        float(analysis.wtp * base_gain[0] - base_cost[0]), float(base_cost[0] / analysis.wtp), share, price, worth, why,
    )  # fmt: skip


def increments(outcomes: Outcomes, analysis: "Analysis", pair: "Pair") -> tuple[Array, Array]:
    """Incremental cost and effect (draw,) of a pair, as a run is read.

    >>> from hecon.results.atlas.comparisons import Pair
    >>> from hecon.results.atlas.example import cells_or_care
    >>> run = cells_or_care().run(0)
    >>> [float(x[0]) for x in increments(run.base, run, Pair("cells", "care"))]
    [500.0, 1.0]
    """
    cost, gain = cost_and_effect(outcomes, analysis.perspective, analysis.effect)
    me, other = (outcomes.strategies.index(name) for name in (pair.strategy, pair.reference))
    return cost[me] - cost[other], gain[me] - gain[other]


def _price(analysis: "Analysis", pair: "Pair") -> tuple[float | None, float | None, str]:
    """The product's price now, and the one at which the strategy is just worth it with the reference's held; or why not."""
    settings = analysis.book.settings if analysis.book else {}
    if not settings.get("product_price"):
        return None, None, "no product price is declared"
    name = analysis.product_price(pair.strategy)
    paid = {one.name for one in analysis.base.price_parameters if one.quantity.any()}
    if name not in paid and analysis.base.not_linear.get(name, UNUSED) == UNUSED:
        return None, None, "no product of this comparison has a declared price"
    try:
        table = value_based_price(
            analysis.base, name, pair.strategy, wtp=analysis.wtp, perspective=analysis.perspective, effect=analysis.effect,
            against=(pair.reference,),
        )  # fmt: skip
    except HeconError as error:
        return None, None, str(error).split(";")[0]
    row = next((row for row in table.rows if row.basis.endswith(HELD)), table.rows[0])
    return table.current, row.price, "" if row.price is not None else row.text
