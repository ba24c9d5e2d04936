"""The twin of a program: a page per block with every quantity it needs, and what Results, Checks and read-back refer to.

Nothing is written here; sheets.py and its neighbours print pages and the sheets around them.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.errors import ModelError
from hecon.formula.program import Block, inputs_of
from hecon.formula.syntax import Call
from hecon.formula.text import to_text
from hecon.workbook.pages.beyond import beyond, latest
from hecon.workbook.pages.clock_columns import ClockColumns
from hecon.workbook.pages.declared_checks import declared_checks
from hecon.workbook.pages.engine_values import CellBuilder, engine_values
from hecon.workbook.pages.item_columns import ItemColumns, Piece
from hecon.workbook.pages.open_choices import HORIZON, WHOLE_YEAR, LiveProgram, open_choices
from hecon.workbook.pages.page import Column, Page, Register, Scalar, Source
from hecon.workbook.pages.rate_columns import steps_for
from hecon.workbook.pages.spelling import Speller
from hecon.workbook.pages.table_cells import TablesSheet
from hecon.workbook.pages.tree_table import TreeTable

if TYPE_CHECKING:
    from hecon.inputs.book import Book


Report = tuple[str, str, Page, Scalar, str, float | None]  # strategy, name, page, cell, when it is not reached, time


class Twin:
    """Pages, pieces and tables of one model with one book; `controls` holds the cells of Control by name."""

    def __init__(self, model: Any, book: "Book", controls: Mapping[str, str], allow_static: bool = False) -> None:
        self.model, self.book, self.controls, self.allow_static = model, book, controls, allow_static
        self.not_live: list[str] = []
        self.open: LiveProgram = open_choices(model, book.settings, book)
        self.program = self.open.program
        self.register = Register()
        self.tables = TablesSheet(book.tables)
        self.inputs = [name for name in inputs_of(self.program) if name in book.parameters]
        self.spellers: dict[str, Speller] = {}
        self.clocks: dict[str, ClockColumns] = {}
        self.pages: dict[str, Page] = {}
        self.totals: list[Piece] = []
        self.pieces: list[Piece] = []
        self.builder = CellBuilder(self.program, book.base(), self.open.methods, False)
        self.reports: list[Report] = []
        self.remainders: list[tuple[Page, Column]] = []
        self.steps = self._steps()
        self._sheet_names: set[str] = set()
        self._trees: dict[str, TreeTable] = {}
        for block in self.program.blocks:
            self._open(block)
        for block in self.program.blocks:
            self._write(block)
        self.checks = declared_checks(self)
        self.pages = {name: page for name, page in self.pages.items() if page.scalars or page.columns or page.placed}
        for page in self.pages.values():
            page.look_below()
            page.place()

    def outside(self, name: str) -> str:
        """A name that no block has: an input's own name, or a switch on Control."""
        if name == WHOLE_YEAR:
            return self.controls["whole_year"]
        if name == HORIZON:
            return self.controls["horizon"]
        if name not in self.book.parameters:
            raise ModelError(f"'{name}' is neither a formula nor an input")
        return name

    def control(self, name: str) -> str:
        """The cell of a control."""
        return self.controls[name]

    def live(self, page: Page) -> Column:
        """The column that is 1 in live rows."""
        return self.clocks[page.block].live()

    def cycles(self, page: Page) -> Scalar:
        """The live number of cycles of a page."""
        return self.clocks[page.block].cycles()

    def tunnels(self, page: Page, state: str) -> Column:
        """The columns of a state's tunnels."""
        return self.clocks[page.block].tunnels(state)

    def sources(self) -> dict[Source, None]:
        """Every source of every cell."""
        quantities = [
            one
            for page in self.pages.values()
            for some in (page.scalars, page.columns, page.strips, page.placed)
            for one in some
        ]
        past = [past_source(one) for page in self.pages.values() for one in page.columns if one.below]
        times = [check.time for check in self.checks]
        return {source: None for source in (*(one.source for one in quantities), *past, *times) if source is not None}

    def _steps(self) -> dict[str, int]:
        """How many uniformisation steps each block by rates gets, from its base case."""
        found = {}
        for block in self.program.blocks:
            if block.states and block.states.by == "rate" and block.clock:
                wanted = {pair: Source(block.name, "tree", entry.tree) for pair, entry in block.states.entries.items()}
                values = engine_values(self.program, self.book.base(), wanted.values(), self.open.methods, False, {})
                out: dict[str, Any] = {}
                for (a, _), source in wanted.items():
                    out[a] = out.get(a, 0.0) + values[source]
                largest = max(float(np.max(x)) for x in out.values())
                found[block.name] = steps_for(largest * block.clock.cycle_years)
        return found

    def _open(self, block: Block) -> None:
        kind = "Tree" if block.clock is None else "Trace" if block.states else "PSM"
        labels = dict(self.program.strategies)
        structure = block.name.removeprefix(f"{block.strategy} - ") if block.parent else "decision tree"
        title = f"{labels[block.strategy]}: {structure}"
        words = f"{block.strategy}_{block.leaf}" if block.leaf else block.strategy
        rows = block.clock.cycles + 1 if block.clock else 0
        page = Page(self._sheet_name(f"{kind}_{words}"), title, block.name, rows, self.register)
        self.pages[block.name] = page
        self.spellers[block.name] = Speller(self, page, block)
        if block.clock:
            choice = self.controls["method"] if self.open.switchable else ""
            method = self.open.methods[block.name]
            self.clocks[block.name] = ClockColumns(page, block, self.spellers[block.name], method, choice)
        else:
            table = TreeTable(page, block, self.spellers[block.name], self.open.terms[block.name])
            self._trees[block.name] = table
            table.branches()

    def _write(self, block: Block) -> None:
        if block.clock:
            columns = self.clocks[block.name]
            self.spellers[block.name].named("cycle")
            columns.live()
            columns.all_states()
            totals, pieces = ItemColumns(columns, self.open.terms[block.name]).write()
        else:
            totals, pieces = self._trees[block.name].write()
        for name, tree in block.reports.items():
            if not (isinstance(tree, Call) and tree.op == "by_year") and not self.spellers[block.name].shape(tree):
                text = self.spellers[block.name].text(tree)
                scalar = Scalar(name, text, Source(block.name, "tree", tree), to_text(tree), section="reports")
                self.pages[block.name].add(scalar)
                time = latest(self.builder, [block], tree)
                hidden = beyond(self.control("horizon"), [block], time)
                self.reports.append((block.strategy, name, self.pages[block.name], scalar, hidden, time))
        self.totals += totals
        self.pieces += pieces

    def _sheet_name(self, words: str) -> str:
        """A sheet's name: letters, digits and underscores, at most 31, unlike the others in more than case."""
        plain = re.sub(r"[^A-Za-z0-9]+", "_", words).strip("_")[:31] or "Sheet"
        name, k = plain, 2
        while name.lower() in self._sheet_names:
            ending = f"_{k}"
            name, k = plain[: 31 - len(ending)] + ending, k + 1
        self._sheet_names.add(name.lower())
        return name


def past_source(column: Column) -> Source | None:
    """Where the engine has a column's number in the row past the horizon."""
    source = column.source
    return Source(source.block, "past", source.key) if source is not None else None
