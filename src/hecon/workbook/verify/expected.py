"""What the engine says each cell of a written workbook must hold under other inputs and choices, and how far a cell is off.

The workbook's own layout names the quantity of every cell; the engine computes them all for many sets of inputs at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.arrays import Array
from hecon.names import letters
from hecon.workbook.layout import Layout
from hecon.workbook.pages.engine_values import engine_values
from hecon.workbook.pages.open_choices import as_chosen
from hecon.workbook.pages.page import Source
from hecon.workbook.xlsx.package import Cells

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

TOLERANCE = 1e-10  # relative, a cell
TOTAL_TOLERANCE = 1e-12  # relative, a discounted total through formualizer
SMALL = 1e-4  # numbers below this share of their column's largest are compared with that share
ROUNDING = (
    4e-15  # absolute: Excel and LibreOffice take 1 - x for 0 where it is below 2^-48, and it has few digits before
)
TOLERANCES = (
    f"relative, {TOLERANCE:g} a cell; a number below a ten-thousandth of its column's largest is compared with that, and"
    f" {ROUNDING:g} is let pass, because 1 - x with x near 1 has few digits of its own and spreadsheets take the last for 0"
)


@dataclass(frozen=True)
class Stretch:
    """Formula cells one below the other that hold one quantity of the engine: rows `first` to `last`, from 0."""

    sheet: str
    column: int
    first: int
    last: int
    source: Source
    tunnel: int


@dataclass(frozen=True)
class Difference:
    """One cell that is not what it must be; `what` says which set of inputs it was found under."""

    sheet: str
    row: int
    column: int
    found: float | str
    expected: float
    what: str

    @property
    def address(self) -> str:
        """Such as Trace_a!G12."""
        return f"{self.sheet}!{letters(self.column)}{self.row + 1}"

    def __str__(self) -> str:
        return f"{self.address} is {_short(self.found)}, the engine has {_short(self.expected)} ({self.what})"


def stretches(layout: Layout) -> Iterator[Stretch]:
    """Every cell whose number the engine knows, columns whole.

    >>> list(stretches(Layout({}, {}, (), (), (), {}, {}, {}, False)))
    []
    """
    for one in layout.columns:
        yield Stretch(one.sheet, one.column, one.first, one.last, one.source, one.tunnel)
    for cell in layout.cells:
        yield Stretch(cell.sheet, cell.column, cell.row, cell.row, cell.source, cell.tunnel)


def expected_values(
    layout: Layout, model: Any, draws: "Draws", settings: Mapping[str, str], what: str = ""
) -> dict[Source, Array]:
    """The engine's numbers of every cell for the draws, with the settings' horizon, within-cycle method and timing.

    With `what`, of the cells of that kind alone, such as "total".

    Raises:
        ModelError: inputs that the engine refuses.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from hecon.workbook.verify.trial import Made
    >>> from hecon.workbook.example import one_visit
    >>> tree, book = one_visit()
    >>> layout = Made(tree, book, "payer", 20000.0, "a").write(Path(tempfile.mkdtemp()) / "demo.xlsx")
    >>> values = expected_values(layout, tree, book.fix(c_visit=30.0), {})
    >>> [float(x[0]) for source, x in values.items() if source.what == "total"][0]
    60.0
    """
    program, methods = as_chosen(model, settings, draws.book)
    timing = settings.get("discount_timing", "") or getattr(model, "discount_timing", "continuous")
    sources = dict.fromkeys(one.source for one in stretches(layout) if what in ("", one.source.what))
    with np.errstate(all="ignore"):
        return engine_values(program, draws, sources, methods, timing == "whole_year", layout.steps)


def numbers_of(values: Array, source: Source, tunnel: int, rows: int, draw: int) -> Array:
    """The numbers down a stretch in one draw: (row,); fewer where the engine's horizon ends earlier.

    >>> numbers_of(np.array([[1.0, 2.0], [3.0, 4.0]]), Source("b", "state", "well"), 0, 5, 1).tolist()
    [2.0, 4.0]
    >>> numbers_of(np.array([7.0]), Source("b", "total", (0,)), 0, 1, 3).tolist()
    [7.0]
    """
    one = min(draw, values.shape[-1] - 1)
    if values.ndim == 3:
        return values[:rows, tunnel, one]
    if values.ndim == 1:
        return np.full(rows, values[one])
    if source.what in ("substate", "at tunnel") and source.key[1] > 1:
        return np.full(rows, values[tunnel, one])
    return values[:rows, one]


def without_number(layout: Layout, values: Mapping[Source, Array]) -> set[tuple[str, int, int]]:
    """The cells (sheet, row, column) of which the engine has no number in the first draw: what lies beyond a horizon.

    >>> without_number(Layout({}, {}, (), (), (), {}, {}, {}, False), {})
    set()
    """
    found = set()
    for one in stretches(layout):
        wanted = numbers_of(values[one.source], one.source, one.tunnel, one.last - one.first + 1, 0)
        found |= {(one.sheet, one.first + int(k), one.column) for k in np.flatnonzero(np.isnan(wanted))}
    return found


def off(found: Array, expected: Array) -> Array:
    """Differences down a column relative to each number, or to a small share of the column's largest where a number is
    smaller; a difference of ROUNDING comes to just TOLERANCE. Infinite where only one of them is a number.

    >>> off(np.array([1.1, np.nan, 0.0]), np.array([1.0, 1.0, 1e-17])).round(9).tolist()
    [0.1, inf, 0.0]
    >>> float(off(np.array([1.001e-9]), np.array([1.0e-9]))[0]) > TOLERANCE
    True
    """
    gap = np.abs(found - expected)
    largest = float(np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected)))
    relative = gap / np.maximum(np.abs(expected), max(SMALL * largest, ROUNDING / TOLERANCE))
    return np.where(np.isnan(gap), np.where(np.isnan(expected) & np.isnan(found), 0.0, np.inf), relative)


@dataclass
class Tally:
    """What a comparison came to: cells compared, the largest relative difference, and the cells that are off."""

    cells: int = 0
    worst: float = 0.0
    worst_total: float = 0.0
    where: str = ""
    wrong: list[Difference] = field(default_factory=list)


def compare(
    tally: Tally,
    found: Mapping[str, Cells],
    layout: Layout,
    values: Mapping[Source, Array],
    draw: int,
    what: str,
    shortened: bool = False,
) -> None:
    """Add to the tally every cell of the layout against the engine's numbers of one draw.

    Under a `shortened` horizon, the cells past the written rows are left out: the engine has none there.

    >>> compare(Tally(), {}, Layout({}, {}, (), (), (), {}, {}, {}, False), {}, 0, "base case")
    """
    for one in stretches(layout):
        if shortened and one.source.what == "past":
            continue
        rows = one.last - one.first + 1
        wanted = numbers_of(values[one.source], one.source, one.tunnel, rows, draw)
        sheet = found[one.sheet]
        here = sheet.numbers[one.first : one.first + len(wanted), one.column]
        gaps = off(here, wanted)
        tally.cells += len(wanted)
        worst = float(gaps.max(initial=0.0))
        total = one.source.what == "total"
        tally.worst_total = max(tally.worst_total, worst if total else 0.0)
        if worst > tally.worst:
            tally.worst = worst
            tally.where = f"{one.sheet}!{letters(one.column)}{one.first + int(gaps.argmax()) + 1} ({what})"
        for k in np.flatnonzero(~(gaps <= TOLERANCE)):
            row = one.first + int(k)
            shown: float | str = (
                sheet.errors.get((row, one.column), "") or sheet.words.get((row, one.column), "") or float(here[k])
            )
            tally.wrong.append(Difference(one.sheet, row, one.column, shown, float(wanted[k]), what))


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.12g}"
