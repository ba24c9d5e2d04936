"""The table on Control of the sectors that each perspective counts, as wide and long as the model's own need.

Sectors are in column F, a perspective in each column from G on, what is counted now two columns after the last, and two
columns after that the table as written.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hecon.names import letters
from hecon.outcomes import Outcomes
from hecon.perspectives import sectors_of
from hecon.workbook.pages.page import absolute

FIRST_ROW, SECTOR_COLUMN = 22, 5  # counted from 0
_FIRST_COLUMN = SECTOR_COLUMN + 1
_SHEET = "Control"


@dataclass(frozen=True)
class SectorTable:
    """Sectors down, perspectives across: 1 where the perspective counts the sector, or 0.

    >>> table = SectorTable(("health care", "other"), {"payer": ("health care",), "societal": ("health care", "other")})
    >>> table.cells(), table.counted("other"), table.span(1)
    ({(22, 6): 1, (22, 7): 1, (23, 6): 0, (23, 7): 1}, 'Control!$J$24', '$G$24:$H$24')
    """

    sectors: tuple[str, ...]
    perspectives: Mapping[str, tuple[str, ...]]

    @property
    def now(self) -> int:
        """The column of what the chosen perspective counts."""
        return _FIRST_COLUMN + len(self.perspectives) + 1

    def cells(self) -> dict[tuple[int, int], int]:
        """For each cell (row, column) whether its perspective counts its sector as written, 1 or 0."""
        return {
            (FIRST_ROW + r, _FIRST_COLUMN + k): int(sector in counts)
            for r, sector in enumerate(self.sectors)
            for k, counts in enumerate(self.perspectives.values())
        }

    def written(self) -> dict[tuple[int, int], int]:
        """The same as it is stored beside, for a comparison."""
        shift = self.now + 2 - _FIRST_COLUMN
        return {(row, column + shift): counts for (row, column), counts in self.cells().items()}

    def changed(self) -> str:
        """How many cells are not as written.

        >>> SectorTable(("health care",), {"payer": ("health care",)}).changed()
        'SUMPRODUCT(1*(Control!$G$23:$G$23<>Control!$K$23:$K$23))'
        """
        return f"SUMPRODUCT(1*({_block(self.cells())}<>{_block(self.written())}))"

    def counted(self, sector: str) -> str:
        """The cell that is 1 where the chosen perspective counts a sector."""
        return absolute(_SHEET, FIRST_ROW + self.sectors.index(sector), self.now)

    def cell(self, sector: str, perspective: str) -> str:
        """The cell that is 1 where a perspective counts a sector."""
        column = _FIRST_COLUMN + list(self.perspectives).index(perspective)
        return absolute(_SHEET, FIRST_ROW + self.sectors.index(sector), column)

    def span(self, r: int) -> str:
        """One row of the table, of the r-th sector; -1 is the row of headings."""
        last = _FIRST_COLUMN + len(self.perspectives) - 1
        row = FIRST_ROW + r + 1
        return f"${letters(_FIRST_COLUMN)}${row}:${letters(last)}${row}"


def _block(cells: Mapping[tuple[int, int], int]) -> str:
    (top, left), (bottom, right) = min(cells), max(cells)
    return f"{absolute(_SHEET, top, left)}:{absolute(_SHEET, bottom, right).removeprefix(f'{_SHEET}!')}"


def sector_table(base: Outcomes) -> SectorTable:
    """The table of these outcomes' sectors and perspectives.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> len(sector_table(from_totals(("a",), [[1.0]], [[1.0]])).cells())
    18
    """
    return SectorTable(sectors_of(item.sector for item in base.items), base.perspectives)
