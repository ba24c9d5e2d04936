"""What the sheet Changes looks at: every choice on Control, every number of an input the model uses, every cell of its tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.inputs.withheld import WITHHELD
from hecon.names import letters
from hecon.workbook.pages.page import absolute
from hecon.workbook.pages.table_cells import FIRST as FIRST_OF_TABLES
from hecon.workbook.pages.table_cells import SHEET as TABLES
from hecon.workbook.pages.table_cells import TablesSheet
from hecon.workbook.sheets import control
from hecon.workbook.sheets.input_cells import COLUMNS, FIRST
from hecon.workbook.sheets.input_cells import SHEET as INPUTS
from hecon.workbook.sheets.sector_table import SectorTable

if TYPE_CHECKING:
    from hecon.inputs.book import Book

FIELDS = ("value", "low", "high", "distribution", "par1", "par2")
BLANK = "blank"
_ASIDE = ("draw", "one_way", "side")  # read in other modes only, which are themselves logged


@dataclass(frozen=True)
class Logged:
    """One cell that a reviewer may change: its address, whose it is, what of it, and what was submitted in it.

    A `hidden` one is of a withheld input: nothing was submitted there, and what is typed is a change.
    """

    cell: str
    name: str
    what: str
    label: str
    submitted: float | str
    hidden: bool = False

    @property
    def now(self) -> str:
        """A formula of what the cell holds now.

        >>> Logged("Inputs!$D$7", "price", "value", "", 5.0).now
        'IF(Inputs!$D$7="","blank",Inputs!$D$7)'
        """
        if self.hidden:
            return f'IF(ISNUMBER({self.cell}),{self.cell},"{WITHHELD}")'
        return f'IF({self.cell}="","{BLANK}",{self.cell})'


def logged(
    book: "Book",
    used: Sequence[str],
    typed: Mapping[str, float | str],
    sectors: SectorTable,
    tables: TablesSheet,
    withheld: Sequence[str] = (),
) -> tuple[Logged, ...]:
    """All of them, in the order of the sheet: Control, as it was `typed` there, Inputs, Tables.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="price", value=5.0, label="a visit")])
    >>> found = logged(book, ["price"], {"threshold": 20.0}, SectorTable((), {}), TablesSheet({}))
    >>> [(one.name, one.what, one.submitted) for one in found][:2], len(found)
    ([('threshold', 'Control', 20.0), ('price', 'value', 5.0)], 7)
    """
    return (
        *_choices(typed, sectors),
        *(one for k, name in enumerate(used) for one in _input(book, name, FIRST + k, name in withheld)),
        *_tables(tables),
    )


def _choices(typed: Mapping[str, float | str], sectors: SectorTable) -> Iterator[Logged]:
    for name, row in control.ROWS.items():
        if name in typed and name not in _ASIDE:
            label = control.LABELS.get(name, "")
            yield Logged(absolute(control.SHEET, row, 1), name, control.SHEET, label, typed[name])
    named = [(sector, perspective) for sector in sectors.sectors for perspective in sectors.perspectives]
    for (place, counts), (sector, perspective) in zip(sectors.cells().items(), named, strict=True):
        words = f"{perspective} counts {sector} (1) or not (0)"
        yield Logged(absolute(control.SHEET, *place), sector, f"{control.SHEET}, sectors", words, float(counts))


def _input(book: "Book", name: str, row: int, hidden: bool) -> Iterator[Logged]:
    one = book.parameters[name]
    for field in FIELDS:
        submitted = WITHHELD if hidden else getattr(one, field)
        blank = submitted in ("", None) or submitted != submitted
        cell = absolute(INPUTS, row, COLUMNS.index(field))
        yield Logged(cell, name, field, one.label, BLANK if blank else submitted, hidden)


def _tables(tables: TablesSheet) -> Iterator[Logged]:
    for name, cells in tables.cells.items():
        if name not in tables.used:
            continue
        table = cells.table
        for place, (column, values) in enumerate({table.index_name: table.index, **table.columns}.items()):
            for r, (at, value) in enumerate(zip(table.index, values, strict=True)):
                what = f"{column}, row {r + 1}" if place == 0 else f"{column} at {table.index_name} {at:g}"
                cell = f"{TABLES}!${letters(cells.column + place)}${FIRST_OF_TABLES + r + 1}"
                yield Logged(cell, name, what, "a table", float(value))
