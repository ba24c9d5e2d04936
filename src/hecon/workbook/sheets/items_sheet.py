"""Items and By state: every discounted total of every block in a row with its tags, from which all of Results is added up.

Sums are taken by number (of strategy, category, ...), not by word, so that no label can be mistaken for a condition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hecon.outcomes import KINDS, SECTORS, Array
from hecon.workbook.pages.item_columns import Piece
from hecon.workbook.pages.page import Page, Ref, Source, absolute, letters, quoted, render
from hecon.workbook.sheets.control import counted, flag
from hecon.workbook.xlsx.pen import Pen, Sheet

ITEMS, STATES = "Items", "By_state"
FIRST = 5
_HEADS = (
    "strategy",
    "sheet",
    "kind",
    "item",
    "state, move or branch",
    "category",
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
VALUE, COUNTED, STRATEGY_NO, KIND_NO, CATEGORY_NO, SECTOR_NO, PAYER_NO, PLACE_NO, GUARD = range(9, 18)


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
    sectors = tuple(sector for sector in SECTORS if any(item.sector == sector for item in costs))
    words = [tuple(dict.fromkeys(getattr(item, tag) for item in costs)) for tag in ("category", "payer")]
    places = tuple(dict.fromkeys(piece.where for piece in pieces))
    return Listing(sheet, tuple(pieces), tuple(strategies), words[0], sectors, words[1], places, guarded)


def write_listing(
    pen: Pen, found: Listing, pages: Mapping[str, Page], values: Mapping[Source, Array], included: Sequence[str]
) -> None:
    """The sheet of a list; `included` are the sectors that the perspective counts as written."""
    sheet = pen.sheet(found.sheet)
    by_state = found.sheet == STATES
    sheet.text(0, 0, "Totals state by state" if by_state else "Items", "title")
    told = "by state, move or branch; Checks compares them with Items" if by_state else "Results is added up from here"
    sheet.text(
        1,
        0,
        f"Discounted totals of every sheet of the model, {told}. Costs are counted as the perspective says.",
        "subtitle",
    )
    for k, words in enumerate((*_HEADS, _GUARD) if found.guarded else _HEADS):
        sheet.text(FIRST - 1, k, words, "head")
    for r, piece in enumerate(found.pieces):
        _row(sheet, FIRST + r, found, piece, pages[piece.block], values, included)
    widths = (26, 22, 8, 22, 26, 15, 13, 13, 9, 16, 9, 9, 9, 9, 9, 9, 9)
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
    sector = SECTORS.index(item.sector) if cost else 0
    sheet.formula(row, COUNTED, counted(sector) if cost else "0", float(cost and item.sector in included), "count")
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


def value_cell(found: Listing, place: int) -> str:
    """The cell of a piece's value."""
    return absolute(found.sheet, FIRST + place, VALUE)
