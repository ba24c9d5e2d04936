"""Two tests of what a reader sees: results, tables and flags against a twin written anew; every input moves an outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hecon.errors import HeconError
from hecon.outcomes import Array
from hecon.workbook.pages.page import letters
from hecon.workbook.sheets.input_cells import ORIGINAL
from hecon.workbook.sheets.input_options import options_of
from hecon.workbook.sheets.status import status_places
from hecon.workbook.verify.certificate import Finding
from hecon.workbook.verify.perturbation import random_inputs
from hecon.workbook.verify.trial import Trial
from hecon.workbook.xlsx.package import Cells, read_package

_NUDGE = 0.02  # by how much an input is moved to see whether anything follows
_SHOWN = 1e-7  # relative, and absolute below 1: differences of totals lose digits to cancellation


def presented(trial: Trial, seed: int) -> Finding:
    """Formulas that present results (sums, tables, frontier, CEAC): as in a twin written anew.

    Once with other inputs, another perspective and reference, once with another threshold. A program that shows nothing but
    what is stored fails:

    >>> import tempfile
    >>> from pathlib import Path
    >>> from hecon.workbook.verify.trial import Made
    >>> from hecon.workbook.example import one_visit
    >>> made = Made(*one_visit(), "payer", 20000.0, "a")
    >>> folder = Path(tempfile.mkdtemp())
    >>> layout, package = made.write(folder / "demo.xlsx"), read_package(folder / "demo.xlsx")
    >>> class Frozen:
    ...     def values(self, changes, only=()):
    ...         return package.sheets
    >>> trial = Trial(made, layout, package, package, Frozen(), folder)
    >>> presented(trial, seed=1).passed
    False
    """
    made = trial.made
    wrong: list[str] = []
    compared = 0
    others = [name for name in ("societal", "payer") if name != made.perspective]
    strategies = [name for name, _ in trial.layout.twin.program.strategies]
    reference = next((name for name in reversed(strategies) if name != made.reference), made.reference)
    open_made = replace(made, withheld=())
    other = replace(open_made, perspective=others[0], reference=reference, book=_other_book(trial, seed))
    dearer = replace(open_made, wtp=made.wtp * 0.8)
    for k, (one, skipped) in enumerate(((other, ("OneWay",)), (dearer, ("OneWay", "CEAC")))):
        if made.withheld:
            skipped = (*skipped, "Checks")  # its rows differ where stored results are withheld
        file = trial.folder / f"other_{k}.xlsx"
        layout = one.write(file)
        written = read_package(file)
        cells = {**trial.as_written(), **trial.chosen(written)}
        for name, place in trial.layout.inputs.items():
            value = written.number((place.sheet, *layout.inputs[name].base))
            cells[place.sheet, *place.base] = cells[place.sheet, place.row, ORIGINAL] = value
        found = trial.session.values(cells)
        for sheet, row, column in layout.helpers:
            mine, new = found[sheet], written.sheets[sheet]
            same_text = trial.fresh.sheets[sheet].formulas.get((row, column)) == new.formulas.get((row, column))
            if not same_text or sheet in skipped or (sheet, row, column) in status_places():
                continue  # it rests on results, thresholds or choices of the base case, held as numbers or words
            compared += 1
            if not _agree(mine, new, (row, column)):
                shown, wanted = (_told(cells_, (row, column)) for cells_ in (mine, new))
                wrong.append(
                    f"{sheet}!{letters(column)}{row + 1} is {shown}, in a new twin {wanted} ({one.perspective})"
                )
    trial.tally.cells += compared
    told = f"{compared:,} cells are those of a twin written anew with these inputs"
    return Finding("results and flags", not wrong, told if not wrong else f"{len(wrong):,} cells are not", tuple(wrong))


def moving_inputs(trial: Trial) -> Finding:
    """Every input moves a discounted total, in the base case, at one of the points tried or under another family or switch;
    or it does not in the engine either. In a workbook that shows nothing but what is stored, none does:

    >>> import tempfile
    >>> from pathlib import Path
    >>> from hecon.workbook.verify.trial import Made
    >>> from hecon.workbook.example import one_visit
    >>> made = Made(*one_visit(), "payer", 20000.0, "a")
    >>> folder = Path(tempfile.mkdtemp())
    >>> layout, package = made.write(folder / "demo.xlsx"), read_package(folder / "demo.xlsx")
    >>> class Frozen:
    ...     def values(self, changes, only=()):
    ...         return package.sheets
    >>> trial = Trial(made, layout, package, package, Frozen(), folder)
    >>> moving_inputs(trial).faults
    ('c_visit moves the engine, not the workbook',)
    """
    totals = [one for one in trial.layout.cells if one.source.what == "total"]
    sheets = tuple(dict.fromkeys(one.sheet for one in totals))
    left = list(trial.layout.inputs)
    points = [{}, *trial.points, *_choices(trial)]
    for point in points:
        before = _totals(trial.session.values(trial.typed(point, {}), sheets), totals)
        for name in list(left):
            value = point.get(name, trial.made.book.parameters[name].value)
            cells = trial.typed({**point, name: _nudged(trial, name, value)}, {})
            after = _totals(trial.session.values(cells, sheets), totals)
            if not np.array_equal(before, after, equal_nan=True):
                left.remove(name)
        if not left:
            break
    dead = [name for name in left if any(moves_engine(trial, name, point) for point in points)]
    told = {note.split()[0] for note in trial.notes}
    still = [name for name in left if name not in dead and name not in told]
    if still:
        trial.notes.append(f"moving no total at {len(points)} points, nor in the engine: {', '.join(still)}")
    moved = len(trial.layout.inputs) - len(left)
    words = f"{moved} of {len(trial.layout.inputs)} move a total" if not dead else f"{len(dead)} do not and should"
    return Finding(
        "inputs move outcomes", not dead, words, tuple(f"{name} moves the engine, not the workbook" for name in dead)
    )


def moves_engine(trial: Trial, name: str, point: Mapping[str, float] | None = None) -> bool:
    """Whether a small change of an input moves any discounted total of the engine, in the base case or at a point.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from hecon.workbook.verify.trial import Made
    >>> from hecon.workbook.example import one_visit
    >>> made = Made(*one_visit(), "payer", 20000.0, "a")
    >>> folder = Path(tempfile.mkdtemp())
    >>> layout, package = made.write(folder / "demo.xlsx"), read_package(folder / "demo.xlsx")
    >>> moves_engine(Trial(made, layout, package, package, None, folder), "c_visit")
    True
    """
    book, at = trial.made.book, dict(point or {})
    other = _nudged(trial, name, at.get(name, book.parameters[name].value))
    try:
        one, two = trial.engine(book.fix(**at)), trial.engine(book.fix(**{**at, name: other}))
    except HeconError:
        return False
    return any(not np.array_equal(one[source], two[source]) for source in one if source.what == "total")


def _choices(trial: Trial) -> list[dict[str, float]]:
    """The base case with every switch and every family at its first, its second, ... option."""
    book = trial.made.book
    options = {name: found for name in trial.layout.inputs if (found := options_of(book.parameters[name]))}
    most = max((len(found) for found in options.values()), default=0)
    return [{name: found[k % len(found)] for name, found in options.items()} for k in range(most)]


def _other_book(trial: Trial, seed: int) -> Any:
    """The book with other values that the engine accepts."""
    random = np.random.default_rng(seed + 1)
    book = trial.made.book
    values = trial.points[0] if trial.points else {}
    for _ in range(0 if values else 5):
        draws = random_inputs(book, tuple(trial.layout.inputs), 1, random)
        try:
            trial.engine(draws)
        except HeconError:
            continue
        values = trial.inputs_of(draws, 0)
        break
    values = {name: value for name, value in values.items() if name not in trial.made.withheld}
    return replace(
        book,
        parameters={name: replace(one, value=values.get(name, one.value)) for name, one in book.parameters.items()},
    )


def _agree(mine: Cells, new: Cells, place: tuple[int, int]) -> bool:
    word, wanted_word = mine.words.get(place, ""), new.words.get(place, "")
    if word or wanted_word:
        return word == wanted_word
    found, wanted = _number(mine, place), _number(new, place)
    return abs(found - wanted) <= _SHOWN * max(abs(wanted), 1.0) or (found != found and wanted != wanted)


def _told(cells: Cells, place: tuple[int, int]) -> str:
    return cells.errors.get(place) or cells.words.get(place) or f"{_number(cells, place):.12g}"


def _number(cells: Cells, place: tuple[int, int]) -> float:
    """A cell's number; none where a sheet of another make ends before it."""
    rows, columns = cells.numbers.shape
    return float(cells.numbers[place]) if place[0] < rows and place[1] < columns else float("nan")


def _nudged(trial: Trial, name: str, value: float) -> float:
    """A value a little away, within the same kind: the other side for a switch, another family for a curve."""
    if options := options_of(trial.made.book.parameters[name]):
        return next((k for k in options if k != value), value)
    return value * (1 - _NUDGE) if value else _NUDGE / 2


def _totals(found: Mapping[str, Cells], cells: Sequence[Any]) -> Array:
    return np.array([found[one.sheet].numbers[one.row, one.column] for one in cells])
