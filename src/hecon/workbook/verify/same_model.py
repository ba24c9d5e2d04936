"""Whether a workbook is of the model it is verified against: its cover, its sheets, rows, states and items, its fingerprint.

Asked first, because cells of another shape cannot be compared one by one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.errors import HeconError, InputError
from hecon.formula.program_text import program_fingerprint
from hecon.structure.lowering import lower
from hecon.workbook.layout import Layout
from hecon.workbook.read_back.read_control import cover
from hecon.workbook.sheets.items_sheet import FIRST, ITEMS, STATES
from hecon.workbook.sheets.words import PROGRAM_FINGERPRINT
from hecon.workbook.xlsx.package import Package

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_TOLD = ("Strategies", "Clock", "Effect")
_LISTED = 5  # columns of Items and By_state that name a piece: strategy, sheet, kind, item, state
_MANY = 6  # differences of one kind that are told one by one


def other_shape(package: Package, fresh: Package, layout: Layout) -> list[str]:
    """What makes the cells of a workbook and of one written anew from the model (`fresh`, with its layout) incomparable.

    >>> other_shape(Package({}, {}, ()), Package({}, {}, ()), Layout({}, {}, (), (), (), {}, {}, {}, False))
    []
    """
    mine, new = cover(package), cover(fresh)
    faults = [
        f"{what} of the workbook: {mine.get(what, 'none')}; of the model: {new.get(what, 'none')}"
        for what in _TOLD
        if mine.get(what) != new.get(what)
    ]
    return [
        *faults,
        *_sheets(package, fresh),
        *_rows(package, layout),
        *_states(package, layout),
        *_items(package, fresh),
    ]


def other_program(package: Package, fresh: Package) -> list[str]:
    """Whether the cover names another Program than the model has now.

    >>> other_program(Package({}, {}, ()), Package({}, {}, ()))
    []
    """
    mine, new = (cover(one).get(PROGRAM_FINGERPRINT, "") for one in (package, fresh))
    if mine == new:
        return []
    if not mine:
        return ["the cover names no fingerprint of the model: it was written by an earlier version, or edited"]
    return [f"the workbook was written from a model of fingerprint {mine[:12]}; that of the model now is {new[:12]}"]


@contextmanager
def of_another(file: str | Path, mark: str, model: Any, book: "Book") -> Iterator[None]:
    """Within it, what a model refuses is told as such where the workbook's `mark` is not the model's fingerprint.

    Raises:
        InputError: in place of any HeconError, where the workbook was written from another model.

    >>> from hecon.workbook.example import one_visit
    >>> with of_another("old.xlsx", "ab12", *one_visit()):
    ...     raise HeconError("there is no strategy 'b'")
    Traceback (most recent call last):
    hecon.errors.InputError: old.xlsx: was written from another model than this one: there is no strategy 'b'
    """
    try:
        yield
    except HeconError as error:
        if mark in ("", program_fingerprint(lower(model, book.settings))):
            raise
        raise InputError(f"{file}: was written from another model than this one: {error}") from error


def _sheets(package: Package, fresh: Package) -> list[str]:
    """Sheets that were deleted or renamed."""
    return [f"has no sheet {name}: it was deleted or renamed" for name in fresh.sheets if name not in package.sheets]


def _rows(package: Package, layout: Layout) -> Iterator[str]:
    """Sheets of the model that are too short."""
    last: dict[str, int] = {}
    for one in layout.columns:
        last[one.sheet] = max(last.get(one.sheet, 0), one.last)
    for cell in layout.cells:
        last[cell.sheet] = max(last.get(cell.sheet, 0), cell.row)
    for name, row in last.items():
        if name in package.sheets and (rows := len(package.sheets[name].numbers)) <= row:
            yield f"{name} has {rows:,} rows, the model's has {row + 1:,}"


def _states(package: Package, layout: Layout) -> Iterator[str]:
    """States of a cohort that its sheet does not name."""
    clocks = layout.twin.clocks.values() if layout.twin is not None else ()
    for columns in clocks:
        name = columns.page.name
        words = set(package.sheets[name].words.values()) if name in package.sheets else set(columns.states)
        yield from (f"{name} has no state {state}" for state in columns.states if state not in words)


def _items(package: Package, fresh: Package) -> Iterator[str]:
    """Items, whole and by state, that one has and the other has not."""
    for sheet in (ITEMS, STATES):
        mine, new = _listed(package, sheet), _listed(fresh, sheet)
        for some, where in ((new - mine, "the model's, not in the workbook"), (mine - new, "in the workbook alone")):
            yield from (f"{sheet}: {', '.join(piece)}: {where}" for piece in sorted(some)[:_MANY])
            if len(some) > _MANY:
                yield f"{sheet}: {len(some) - _MANY:,} more: {where}"


def _listed(package: Package, sheet: str) -> set[tuple[str, ...]]:
    if sheet not in package.sheets:
        return set()
    words = package.sheets[sheet].words
    rows = {row for row, column in words if column == 0 and row >= FIRST}
    return {tuple(words.get((row, column), "") for column in range(_LISTED)) for row in rows}
