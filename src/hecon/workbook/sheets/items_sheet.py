"""Items and By state: every discounted total of every block in a row with its tags, from which all of Results is added up.

Sums are taken by number (of strategy, category, ...), not by word, so that no label can be mistaken for a condition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hecon.arrays import Array
from hecon.names import letters
from hecon.outcomes import KINDS
from hecon.perspectives import sectors_of
from hecon.workbook.pages.item_columns import Piece
from hecon.workbook.pages.page import Page, Ref, Source, quoted, render
from hecon.workbook.sheets.control import flag
from hecon.workbook.sheets.sector_table import SectorTable
from hecon.workbook.xlsx.pen import Pen, Sheet

ITEMS, STATES = "Items", "By_state"
FIRST = 5
_HEADS = (
    "strategy",
    "sheet",
    "kind",
    "item",
    "state, transition or branch",
    "category",
    "of",
    "sector",
    "payer",
    "unit",
    "value",
    "counted",
    "strategy no.",
    "kind no.",
    "category no.",
    "sector no.",
    "payer no.",
    "place no.",
)
_GUARD = "not available (1)"  # fmt: skip
VALUE, COUNTED, STRATEGY_NO, KIND_NO, CATEGORY_NO, SECTOR_NO, PAYER_NO, PLACE_NO, GUARD = range(10, 19)


@dataclass(frozen=True)
class Listing:
    """A list of pieces on a sheet and the lists of words their numbers stand for; `guarded` where values may be withheld."""

    sheet: str
    pieces: tuple[Piece, ...]
    strategies: tuple[str, ...]
    categories: tuple[str, ...]
    sectors: tuple[str, ...]
    payers: tuple[str, ...]
    places: tuple[str, ...]
    guarded: bool = False

    def column(self, k: int) -> str:
        """All rows of one column."""
        return f"{quoted(self.sheet)}!${letters(k)}${FIRST + 1}:${letters(k)}${FIRST + len(self.pieces)}"

    def total(self, strategy: str, **numbers: int) -> str:
        """The sum of the values of a strategy (its number or a cell) with these numbers."""
        columns = {
            "kind": KIND_NO,
            "category": CATEGORY_NO,
            "sector": SECTOR_NO,
            "payer": PAYER_NO,
            "place": PLACE_NO,
            "counted": COUNTED,
        }
        tests = "".join(f",{self.column(columns[name])},{k}" for name, k in numbers.items())
        # a sum leaves out rows whose value or number is an error, so a guard makes it #N/A
        total = f"SUMIFS({self.column(VALUE)},{self.column(STRATEGY_NO)},{strategy}{tests})+{flag('all valid')}"
        if not self.guarded:
            return f"({total})"
        return f"({total}+IF(SUMIFS({self.column(GUARD)},{self.column(STRATEGY_NO)},{strategy}{tests})>0,NA(),0))"


def listing(sheet: str, pieces: Sequence[Piece], strategies: Sequence[str], guarded: bool = False) -> Listing:
    """Number the words of a list of pieces."""
    costs = [piece.item for piece in pieces if piece.item.kind == "cost"]
    present = {item.sector for item in costs}
    sectors = tuple(sector for sector in sectors_of(present) if sector in present)
    words = [tuple(dict.fromkeys(getattr(item, tag) for item in costs)) for tag in ("category", "payer")]
    places = tuple(dict.fromkeys(piece.where for piece in pieces))
    return Listing(sheet, tuple(pieces), tuple(strategies), words[0], sectors, words[1], places, guarded)


def write_listing(
    pen: Pen,
    found: Listing,
    pages: Mapping[str, Page],
    values: Mapping[Source, Array],
    table: SectorTable,
    included: Sequence[str],
) -> None:
    """The sheet of a list; `included` are the sectors that the perspective counts as written."""
    sheet = pen.sheet(found.sheet)
    by_state = found.sheet == STATES
    told = (
        "by state, transition or branch; Checks compares them with Items"
        if by_state
        else "Results is added up from here"
    )
    sheet.head(
        "Totals state by state" if by_state else "Items",
        f"Discounted totals of every sheet of the model, {told}. Costs are counted as the perspective says.",
    )
    sheet.heads(FIRST - 1, (*_HEADS, _GUARD) if found.guarded else _HEADS)
    for r, piece in enumerate(found.pieces):
        _row(sheet, FIRST + r, found, piece, pages[piece.block], values, table, included)
    widths = (26, 22, 8, 22, 26, 15, 13, 13, 13, 9, 16, 9, 9, 9, 9, 9, 9, 9)
    for k, width in enumerate(widths):
        sheet.width(k, k, width)
    sheet.worksheet.freeze_panes(FIRST, 0)
    sheet.worksheet.repeat_rows(FIRST - 1)


def _row(
    sheet: Sheet,
    row: int,
    found: Listing,
    piece: Piece,
    page: Page,
    values: Mapping[Source, Array],
    table: SectorTable,
    included: Sequence[str],
) -> None:
    item = piece.item
    labels: tuple[Any, ...] = (
        piece.strategy,
        page.name,
        item.kind,
        item.name,
        piece.where or "all",
        item.category,
        item.of,
        item.sector,
        item.payer,
        item.unit,
    )
    for k, words in enumerate(labels):
        sheet.text(row, k, words)
    token = page.register.token(Ref(page, piece.cell))
    address = render(token, Page("", "", "", 0, page.register))
    source = piece.cell.source
    assert source is not None
    sheet.formula(row, VALUE, address, float(values[source].ravel()[0]), "any", source)
    cost = item.kind == "cost"
    counted = table.counted(item.sector) if cost else "0"
    sheet.formula(row, COUNTED, counted, float(cost and item.sector in included), "count")
    numbers = {
        STRATEGY_NO: found.strategies.index(piece.strategy) + 1,
        KIND_NO: KINDS.index(item.kind) + 1,
        CATEGORY_NO: found.categories.index(item.category) + 1 if cost else 0,
        SECTOR_NO: found.sectors.index(item.sector) + 1 if cost else 0,
        PAYER_NO: found.payers.index(item.payer) + 1 if cost else 0,
        PLACE_NO: found.places.index(piece.where) + 1,
    }
    if found.guarded:
        sheet.formula(row, GUARD, f"IF(ISNUMBER({letters(VALUE)}{row + 1}),0,1)", 0.0, "count")
    for column, k in numbers.items():
        sheet.number(row, column, float(k), "static")
