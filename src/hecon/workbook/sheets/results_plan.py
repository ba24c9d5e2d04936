"""What the Results sheet is made of, and where each quantity of each strategy stands once it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word, effect_words, kinds_of
from hecon.arrays import Array
from hecon.outcomes import KINDS, Outcomes
from hecon.workbook.pages.page import Page, Scalar, Source, absolute
from hecon.workbook.sheets.items_sheet import Listing
from hecon.workbook.sheets.psa_cells import PsaCells
from hecon.workbook.sheets.sector_table import SectorTable, sector_table

SHEET = "Results"
TOTALS = 9  # the first row of strategies, counted from 0


@dataclass
class ResultsPlan:
    """What the sheet is made of; `cells` collects where each quantity of each strategy stands."""

    base: Outcomes
    psa: Outcomes | None
    cells_of_psa: PsaCells | None
    items: Listing
    states: Listing
    strategies: Sequence[str]
    perspective: str
    wtp: float
    effect: str
    reference: int
    money: str
    draft: str
    numbers: Mapping[Source, Array]
    reports: Sequence[tuple[str, str, Page, Scalar, str, float | None]]
    methods: tuple[str, str]
    cells: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)

    @property
    def table(self) -> SectorTable:
        """The table on Control of the sectors that each perspective counts."""
        return sector_table(self.base)

    @property
    def effects(self) -> Array:
        """The effect of each strategy in the base case, (strategy,)."""
        return cost_and_effect(self.base, self.perspective, self.effect)[1][:, 0]

    @property
    def per(self) -> str:
        """The word for one unit of effect, such as QALY."""
        return effect_word(self.effect)

    @property
    def gained(self) -> str:
        """The word for an amount of effect, such as QALYs."""
        return effect_words(self.effect)

    @property
    def effect_head(self) -> str:
        """The same as it heads a column."""
        return self.gained[0].upper() + self.gained[1:]

    def effect_total(self, found: Listing, strategy: str) -> str:
        """The formula of a strategy's effect: its kinds added up."""
        kinds = [found.total(strategy, kind=KINDS.index(kind) + 1) for kind in kinds_of(self.effect)]
        return f"({'+'.join(kinds)})" if len(kinds) > 1 else "".join(kinds) or "0"

    def span(self, what: str) -> str:
        """The cells of a quantity of all strategies, or of their labels ("label"), one below the other."""
        last_one = len(self.strategies) - 1
        if what == "label":  # words, so no result
            first, last = (absolute(SHEET, TOTALS + k, 1) for k in (0, last_one))
        else:
            first, last = (self.cell(what, k) for k in (0, last_one))
        return f"{first}:{last.partition('!')[2]}"

    def cell(self, what: str, k: int) -> str:
        """The cell of a quantity of strategy k."""
        row, column = self.cells[what, k]
        return absolute(SHEET, row, column)
