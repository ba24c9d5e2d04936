"""What the Results sheet is made of, and where each quantity of each strategy stands once it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hecon.outcomes import Array, Outcomes
from hecon.workbook.items_sheet import Listing
from hecon.workbook.page import Page, Scalar, Source, absolute
from hecon.workbook.psa_cells import PsaCells

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
    reference: int
    money: str
    changed: str
    stale: str
    draft: str
    numbers: Mapping[Source, Array]
    reports: Sequence[tuple[str, str, Page, Scalar, str, float | None]]
    methods: tuple[str, str]
    cells: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)

    def cell(self, what: str, k: int) -> str:
        """The cell of a quantity of strategy k."""
        row, column = self.cells[what, k]
        return absolute(SHEET, row, column)
