"""The PSA as a workbook keeps it: per draw the cost by group of sectors, the effect, the quantity of each price parameter.

cost now = stored cost + change in price x quantity, so acceptability follows a price without a run; other inputs make it stale.
Strategies that tie in a draw share it, as in `ties`: won / (1 + how many others reach it) adds up to 1 over the strategies.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.arrays import Array
from hecon.names import letters
from hecon.outcomes import Outcomes, PriceParameter
from hecon.perspectives import sectors_of

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

DRAWS, RESULTS = "PSA_draws", "PSA_results"
MOST_INPUT_ROWS = 1000
FIRST = 9  # the first row of draws on both sheets, counted from 0
SEAL_ROW = 2
COUNTED_ROW, PRICE_ROW, CHANGED_ROW, ORIGINAL_ROW = 3, 4, 5, 6
LARGEST_COST, LARGEST_EFFECT = 3, 4  # rows of the largest cost and effect of any draw, in column B


@dataclass(frozen=True)
class Stored:
    """One stored column of PSA_results: a group's cost, a price parameter's quantity or a price parameter's price, draw by draw."""

    what: str
    strategy: int
    words: str
    values: Array
    sector: str = ""
    price_parameter: PriceParameter | None = None


@dataclass(frozen=True)
class PsaCells:
    """Where everything of the PSA stands: live cost, stored effect, live net benefit per strategy, then what they rest on."""

    n: int
    strategies: int
    stored: tuple[Stored, ...]
    names: tuple[str, ...]
    effects: Array = field(repr=False)
    cost: Array = field(repr=False)

    @property
    def last(self) -> int:
        """The number (from 1) of the last row of draws."""
        return FIRST + self.n

    def cost_column(self, k: int) -> int:
        """Live cost of strategy k."""
        return 1 + k

    def effect_column(self, k: int) -> int:
        """Stored effect of strategy k."""
        return 1 + self.strategies + k

    def benefit_column(self, k: int) -> int:
        """Live net benefit of strategy k."""
        return 1 + 2 * self.strategies + k

    def stored_column(self, j: int) -> int:
        """The j-th stored column."""
        return 2 + 3 * self.strategies + j

    def span(self, column: int) -> str:
        """All draws of a column."""
        return f"{RESULTS}!${letters(column)}${FIRST + 1}:${letters(column)}${self.last}"

    def largest(self, of: Callable[[int], int]) -> str:
        """The largest of all draws of all strategies, whatever its sign; `of` is `cost_column` or `effect_column`."""
        first, last = (letters(of(k)) for k in (0, self.strategies - 1))
        span = f"${first}${FIRST + 1}:${last}${self.last}"
        return f"MAX(MAX({span}),-MIN({span}))"

    def within(self, threshold: str) -> str:
        """How far apart net benefits at a threshold may be and still tie, as a formula of another sheet."""
        return f"1E-9*({RESULTS}!$B${LARGEST_COST + 1}+{threshold}*{RESULTS}!$B${LARGEST_EFFECT + 1})"

    def share(self, s: int, benefit: Callable[[int], str], within: str) -> str:
        """Share of each draw that strategy s wins, as an array for SUMPRODUCT, from the ranges of net benefits."""
        others = [k for k in range(self.strategies) if k != s]
        if not others:
            return f"({benefit(s)}*0+1)"
        won = "*".join(f"({benefit(s)}>={benefit(k)}-{within})" for k in others)
        reached = "+".join(f"({benefit(k)}>={benefit(s)}-{within})" for k in others)
        return f"1*{won}/(1+{reached})"

    def drawn(self) -> dict[str, str]:
        """The range of each varying input's draws on PSA_draws."""
        rows = min(self.n, MOST_INPUT_ROWS)
        return {
            name: f"{DRAWS}!${letters(1 + k)}${FIRST + 1}:${letters(1 + k)}${FIRST + rows}"
            for k, name in enumerate(self.names)
        }


def sector_groups(outcomes: Outcomes) -> list[tuple[str, ...]]:
    """Sectors with costs, in groups that every perspective counts or leaves out together.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> sector_groups(from_totals(("a",), [[1.0]], [[1.0]]))
    [('health care',)]
    """
    groups: dict[tuple[bool, ...], list[str]] = {}
    for sector in sectors_of(item.sector for item in outcomes.items):
        if outcomes.select(kind="cost", sector=sector).size:
            groups.setdefault(tuple(sector in one for one in outcomes.perspectives.values()), []).append(sector)
    return [tuple(group) for group in groups.values()]


def psa_cells(psa: Outcomes, draws: "Draws", perspective: str, used: Sequence[str], effect: str) -> PsaCells:
    """Lay out a PSA: stored cost by group of sectors, quantities that are not nothing, prices that vary."""
    stored: list[Stored] = []
    for s, name in enumerate(psa.strategies):
        for group in sector_groups(psa):
            rows = [int(k) for sector in group for k in psa.select(kind="cost", sector=sector)]
            stored.append(Stored("cost", s, f"{name}: {', '.join(group)}", psa.values[s, rows].sum(axis=0), group[0]))
    for price_parameter in psa.price_parameters:
        (row,) = psa.select(kind="cost", name=price_parameter.item)
        for s, name in enumerate(psa.strategies):
            if np.any(price_parameter.quantity[s] != 0.0):
                words = f"{name}: quantity of {price_parameter.name} in {price_parameter.item}"
                stored.append(
                    Stored("quantity", s, words, price_parameter.quantity[s], psa.items[row].sector, price_parameter)
                )
    for name in dict.fromkeys(price_parameter.name for price_parameter in psa.price_parameters):
        price_parameter = next(one for one in psa.price_parameters if one.name == name)
        if np.ndim(price_parameter.price) and np.ptp(price_parameter.price) > 0:
            stored.append(
                Stored("price", 0, f"{name} in the draw", np.asarray(price_parameter.price), "", price_parameter)
            )
    names = tuple(name for name in draws.names if name in used)
    cost, effects = cost_and_effect(psa, perspective, effect)
    return PsaCells(psa.draw.size, len(psa.strategies), tuple(stored), names, effects, cost)
