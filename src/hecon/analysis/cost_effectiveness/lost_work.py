"""Lost work by each method that a model counts it by, and what society pays under each, with and without consumption.

A perspective counts one method; the others are computed in the same run and stand beside it here, in no total.
"""

from dataclasses import dataclass

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.cost_effectiveness.totals import position
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.outcomes import Outcomes
from hecon.perspectives import CONSUMPTION, LOWER, WITH_CONSUMPTION, counted_by, methods_of
from hecon.shown import Shown

LOST_WORK, SOCIETAL = "lost work", "societal cost"


@dataclass(frozen=True)
class LostWorkRow:
    """One amount of one strategy, or of its difference to the reference ("drug - care"), by method."""

    what: str
    strategy: str
    values: tuple[Estimate, ...]


@dataclass(frozen=True, repr=False)
class LostWorkTable(Shown):
    """`methods` head the columns, each followed by itself with consumption where the model has it; `basis` is deterministic
    or probabilistic, `counted` the column that `societal` counts ("" where it counts none).
    """

    rows: tuple[LostWorkRow, ...]
    methods: tuple[str, ...]
    basis: str
    reference: str
    money: str
    counted: str

    def value(self, what: str, strategy: str, method: str) -> Estimate:
        """One cell: `what` is "lost work" or "societal cost", `strategy` a name or a difference; KeyError if there is none."""
        found = {(row.what, row.strategy): row.values for row in self.rows}
        return dict(zip(self.methods, found[what, strategy], strict=True))[method]


def lost_work(outcomes: Outcomes, reference: str) -> LostWorkTable:
    """Lost work and societal cost of each strategy, and their difference to `reference`, by method of lost work.

    Lost work with consumption is both together: what survivors consume offsets what they produce.

    Raises:
        HeconError: a model that counts lost work by no method; an unknown reference.

    >>> import numpy as np
    >>> from hecon.outcomes import Item
    >>> kinds = ("productivity: illness", "productivity: human capital", "consumption", "health care")
    >>> items = tuple(Item(one, "cost", "", one) for one in kinds)
    >>> two = Outcomes(np.array([[[2.0], [9.0], [1.0], [5.0]], [[3.0], [4.0], [6.0], [7.0]]]), ("care", "drug"), items)
    >>> print(lost_work(two, "care"))
    Amount         Method                          care  drug  drug - care
    lost work      illness                            2     3            1
    lost work      illness with consumption           3     9            6
    lost work      human capital                      9     4           -5
    lost work      human capital with consumption    10    10            0
    societal cost  illness                            7    10            3
    societal cost  illness with consumption           8    16            8
    societal cost  human capital                     14    11           -3
    societal cost  human capital with consumption    15    17            2
    """
    base = position(outcomes, reference)
    sectors = [item.sector for item in outcomes.items]
    methods = methods_of(sectors)
    if not methods:
        raise HeconError('the model counts lost work by no method: give its costs one, such as method="friction"')
    consumption = outcomes.select(kind="cost", sector=CONSUMPTION).size > 0
    columns: dict[str, tuple[Array, Array]] = {}
    for method in methods:
        for ending in ("", WITH_CONSUMPTION) if consumption else ("",):
            lost = _in_sectors(outcomes, *counted_by(method, sectors), *([CONSUMPTION] if ending else []))
            columns[method + ending] = lost, outcomes.cost(f"societal: {method}{ending}")
    rows = []
    for place, what in enumerate((LOST_WORK, SOCIETAL)):
        found = [pair[place] for pair in columns.values()]
        for k, name in enumerate(outcomes.strategies):
            rows.append(LostWorkRow(what, name, tuple(estimate(one[k]) for one in found)))
        for k, name in enumerate(outcomes.strategies):
            if k != base:
                less = tuple(estimate(one[k] - one[base]) for one in found)
                rows.append(LostWorkRow(what, f"{name} - {reference}", less))
    basis = "deterministic" if outcomes.draw.size == 1 else "probabilistic"
    counted = methods_of(outcomes.perspectives.get("societal", ()))
    own = LOWER if LOWER in counted else "".join(counted)
    return LostWorkTable(tuple(rows), tuple(columns), basis, reference, outcomes.money, own)


def _in_sectors(outcomes: Outcomes, *sectors: str) -> Array:
    """Cost (strategy, draw) of sectors."""
    rows = [k for sector in sectors for k in outcomes.select(kind="cost", sector=sector)]
    found: Array = outcomes.values[:, rows].sum(axis=1)
    return found
