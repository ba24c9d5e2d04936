"""A workbook under trial: what it was made of, its layout, its cells, and the program that recalculates it.

Here inputs, choices and tables become cells to set, and a batch of inputs becomes those sets that the engine accepts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.outcomes import Outcomes
from hecon.report.sections.parts import Text
from hecon.structure.agreements.carried import carried
from hecon.structure.agreements.items import SWITCH
from hecon.workbook.layout import Layout
from hecon.workbook.pages.page import Source
from hecon.workbook.pages.table_cells import FIRST
from hecon.workbook.pages.table_cells import SHEET as TABLES
from hecon.workbook.sheets.control import SHEET as CONTROL
from hecon.workbook.sheets.input_cells import SHEET as INPUTS
from hecon.workbook.stored.sheet import StoredSheet
from hecon.workbook.verify.expected import Tally, compare, expected_values, stretches
from hecon.workbook.verify.perturbation import Batch, random_inputs
from hecon.workbook.verify.recalculate import Session
from hecon.workbook.xlsx.package import Cells, Package, Place

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws

_ATTEMPTS = 4  # other inputs that are drawn where the engine refuses a set


@dataclass(frozen=True)
class Made:
    """What a workbook is made of: the arguments of `write_executable`; of a confidential one, with the inputs it withholds and
    `rewrite`, which writes it from what is made here. `about` says whether it has a sheet of what the author wrote.
    """

    model: Any
    book: "Book"
    perspective: str
    wtp: float
    reference: str
    psa: Outcomes | None = None
    draws: "Draws | None" = None
    facts: tuple[tuple[str, str], ...] = ()
    stored: tuple[StoredSheet, ...] = ()
    withheld: tuple[str, ...] = ()
    effect: str = ""
    rewrite: "Callable[[str | Path, Made], Layout] | None" = None
    agreements: bool = False
    about: bool = False

    def write(self, path: str | Path, pages: bool = True) -> Layout:
        """Run the base case and write the twin; without `pages`, the model's are blank (not where inputs are withheld)."""
        from hecon.evaluate.run import run
        from hecon.workbook.write import write_executable

        if self.withheld:
            if self.rewrite is None:
                raise HeconError("inputs are withheld: say with rewrite= how the workbook is written without them")
            return self.rewrite(path, self)
        base = run(self.model, self.book.base(), keep=("trace", "by_state"))
        choices: dict[str, Any] = {
            "perspective": self.perspective,
            "wtp": self.wtp,
            "reference": self.reference,
            "effect": self.effect,
            "facts": self.facts,
            "stored": self.stored,
            "pages": pages,
            "agreements": self.agreements,
            "about": (Text("What the author wrote"),) if self.about else (),
        }
        return write_executable(path, self.model, self.book, base, self.psa, self.draws, **choices)


def as_carried(made: Made) -> Made:
    """What the cells of the workbook are computed from: its model and inputs with the agreements that it carries, if any.

    >>> from hecon.workbook.example import one_visit
    >>> made = Made(*one_visit(), "payer", 20000.0, "a")
    >>> as_carried(made) is made
    True
    """
    carries = (made.agreements or SWITCH in made.book.parameters) and not made.withheld
    found = carried(made.model, made.book) if carries else None
    if found is None:
        return made
    draws = None if made.draws is None else replace(made.draws, book=found.book)
    return replace(made, model=found.model, book=found.book, draws=draws)


@dataclass
class Trial:
    """One verification under way: `package` is the file, `fresh` a workbook written anew, `points` inputs that were tried.

    `session` recalculates the whole file, `live` (or else `session`) the sheets that the engine's cells are computed on.
    """

    made: Made
    layout: Layout
    package: Package
    fresh: Package
    session: Session
    folder: Path
    tally: Tally = field(default_factory=Tally)
    tried: int = 0
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    points: list[dict[str, float]] = field(default_factory=list)
    live: Session | None = None
    _typed_since: dict[Place, float | str] | None = None

    @property
    def controls(self) -> dict[str, Place]:
        """The cell of each choice on Control."""
        return {name: (CONTROL, *place) for name, place in self.layout.controls.items()}

    def as_written(self) -> dict[Place, float | str]:
        """What was typed since the twin was new, on Control, Inputs and Tables, as cells to set back."""
        if self._typed_since is None:
            self._typed_since = {}
            for name in (CONTROL, INPUTS, TABLES):
                for place in _typed(self.fresh, name) if name in self.fresh.sheets else ():
                    value = _held(self.fresh, place)
                    if value != _held(self.package, place):
                        self._typed_since[place] = value
        return dict(self._typed_since)

    def chosen(self, package: Package) -> dict[Place, float | str]:
        """Control as it stands in a workbook."""
        return {place: value for place in self.controls.values() if (value := _held(package, place)) not in ("", None)}

    def typed(
        self, values: Mapping[str, float], switches: Mapping[str, float | str], tables: "Book | None" = None
    ) -> dict[Place, float | str]:
        """Cells to set for these inputs, choices and tables."""
        cells = self.as_written()
        for name, value in values.items():
            cells |= self.one_typed(name, value)
        for name, choice in switches.items():
            cells[self.controls[name]] = choice
        for name in sorted(self.layout.twin.tables.used) if tables is not None else ():
            where = self.layout.twin.tables.cells[name]
            assert tables is not None
            for column, numbers in tables.tables[name].columns.items():
                cells |= {(TABLES, FIRST + row, where.at(column)): float(x) for row, x in enumerate(numbers)}
        return cells

    def one_typed(self, name: str, value: float) -> dict[Place, float | str]:
        """The cell in which an input is typed: its value on Inputs, or its name on Control."""
        named = self.layout.named.get(name)
        if named is not None and value in named.names:
            return {(CONTROL, *named.place): named.names[value]}
        place = self.layout.inputs[name]
        return {(place.sheet, *place.base): float(value)}

    def engine(self, draws: "Draws", settings: Mapping[str, str] | None = None, what: str = "") -> dict[Source, Array]:
        """The engine's numbers of every cell, or of those of one kind (`what`); HeconError for inputs that it refuses."""
        return expected_values(self.layout, self.made.model, draws, settings or self.made.book.settings, what)

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The sheets that hold numbers of the engine."""
        return tuple(dict.fromkeys(one.sheet for one in stretches(self.layout)))

    @cached_property
    def base(self) -> dict[Source, Array]:
        """The engine's numbers of every cell in the base case."""
        return self.engine(self.made.book.base())

    def recalculated(self, cells: Mapping[Place, float | str], only: Sequence[str] = ()) -> Mapping[str, Cells]:
        """The sheets that the engine's cells are computed on (or some of them) with these cells set."""
        return (self.live or self.session).values(cells, only)

    def compare(
        self,
        found: Mapping[str, Cells],
        cells: Mapping[Place, float | str],
        values: Mapping[Source, Array],
        draw: int,
        what: str,
        shortened: bool = False,
    ) -> None:
        """Compare every cell, as it was `found` with these cells set, with the engine's numbers of one draw; `shortened`
        where a scenario's horizon is not the one written.
        """
        shortened = shortened or _held(self.fresh, self.controls["horizon"]) != cells.get(
            self.controls["horizon"], _held(self.package, self.controls["horizon"])
        )
        compare(self.tally, found, self.layout, values, draw, what, shortened)

    def sets(self, batch: Batch) -> Iterator[tuple[dict[str, float], dict[Source, Array], int]]:
        """Inputs of each set with the engine's numbers and the draw they are in; a set that is refused is drawn again."""
        try:
            values = self.engine(batch.draws, batch.settings)
            yield from ((self.inputs_of(batch.draws, k), values, k) for k in range(batch.draws.n))
            return
        except HeconError:
            pass
        random = np.random.default_rng(batch.draws.n)
        for k in range(batch.draws.n):
            draws = batch.draws.take(slice(k, k + 1))
            for attempt in range(_ATTEMPTS):
                try:
                    values = self.engine(draws, batch.settings)
                except HeconError as error:
                    if attempt == _ATTEMPTS - 1:
                        self.refused.append(str(error).splitlines()[0][:200])
                    draws = random_inputs(batch.draws.book, tuple(self.layout.inputs), 1, random)
                    continue
                yield self.inputs_of(draws, 0), values, 0
                break

    def inputs_of(self, draws: "Draws", k: int) -> dict[str, float]:
        """The value of every input in one draw."""
        return {name: float(np.broadcast_to(draws[name], (draws.n,))[k]) for name in self.layout.inputs}


def _typed(package: Package, sheet: str) -> Iterator[Place]:
    """Cells that hold a number or a word of their own."""
    cells = package.sheets[sheet]
    for row, column in zip(*np.nonzero(~np.isnan(cells.numbers)), strict=True):
        if (int(row), int(column)) not in cells.formulas:
            yield sheet, int(row), int(column)
    if sheet == CONTROL:
        yield from ((sheet, *place) for place in cells.words if place not in cells.formulas)


def _held(package: Package, place: Place) -> float | str:
    if place[0] not in package.sheets:
        return ""
    word, number = package.word(place), package.number(place)
    return word if word or number != number else number
