"""What a reader sees, results, tables and flags, against a workbook written anew with other inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.names import letters
from hecon.workbook.sheets.budget_sheet import SHEET as BUDGET
from hecon.workbook.sheets.changes_sheet import SHEET as CHANGES
from hecon.workbook.sheets.control import ROWS, WRITTEN_COLUMN
from hecon.workbook.sheets.control import SHEET as CONTROL
from hecon.workbook.sheets.input_cells import ORIGINAL
from hecon.workbook.sheets.scenario_plan import SHEET as SCENARIOS
from hecon.workbook.sheets.status import status_places
from hecon.workbook.verify.certificate import Finding
from hecon.workbook.verify.changes_listed import changes_listed
from hecon.workbook.verify.perturbation import random_inputs
from hecon.workbook.verify.trial import Made, Trial
from hecon.workbook.xlsx.package import Cells, read_package

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_SHOWN = 1e-7  # relative, and absolute below 1: differences of totals lose digits to cancellation


def presented(trial: Trial, seed: int) -> Finding:
    """Formulas that present results (sums, tables, frontier, CEAC): as in a workbook written anew.

    Once with other inputs, another perspective and reference, once with another threshold. A program that shows nothing but
    what is stored fails:

    >>> from hecon.workbook.example import frozen_trial
    >>> presented(frozen_trial(), seed=1).passed
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
    pages = {page.name for page in trial.layout.twin.pages.values()}
    helped = any(sheet in pages for sheet, _, _ in trial.layout.helpers)
    status = status_places()
    trials: tuple[tuple[Made, tuple[str, ...]], ...] = (
        (other, ("OneWay", BUDGET, CHANGES)),
        (dearer, ("OneWay", "CEAC", CHANGES)),
    )
    for k, (one, skipped) in enumerate(trials):
        if made.withheld:
            skipped = (*skipped, "Checks")  # its rows differ where stored results are withheld
        file = trial.folder / f"other_{k}.xlsx"
        layout = one.write(file, pages=helped)
        written = read_package(file)
        cells = {**trial.as_written(), **trial.chosen(written)}
        for name, place in trial.layout.inputs.items():
            value = written.number((place.sheet, *layout.inputs[name].base))
            cells[place.sheet, place.row, ORIGINAL] = value
            cells |= trial.one_typed(name, value)
        for _, row, column in (place for name, place in trial.controls.items() if ROWS[name] >= ROWS["threshold"]):
            cells[CONTROL, row, WRITTEN_COLUMN] = cells[CONTROL, row, column]
        for row, column in layout.scenarios.stored:
            cells[SCENARIOS, row, column] = written.number((SCENARIOS, row, column))
        found = trial.session.values(cells)
        listed, faults = changes_listed(trial, cells, found)
        compared += listed
        wrong += faults
        for sheet, row, column in layout.helpers:
            mine, new = found[sheet], written.sheets[sheet]
            same_text = trial.fresh.sheets[sheet].formulas.get((row, column)) == new.formulas.get((row, column))
            if not same_text or sheet in skipped or (sheet, row, column) in status:
                continue  # it rests on results, thresholds or choices of the base case, held as numbers or words
            compared += 1
            if not _agree(mine, new, (row, column)):
                shown, wanted = (_told(cells_, (row, column)) for cells_ in (mine, new))
                wrong.append(
                    f"{sheet}!{letters(column)}{row + 1} is {shown}, in a new workbook {wanted} ({one.perspective})"
                )
    trial.tally.cells += compared
    told = f"{compared:,} cells are those of a workbook written anew with these inputs"
    return Finding("results and flags", not wrong, told if not wrong else f"{len(wrong):,} cells are not", tuple(wrong))


def _other_book(trial: Trial, seed: int) -> "Book":
    """The book with other values that the engine accepts, and whose tornado it accepts, since a workbook holds one."""
    for values in trial.points or _values(trial, seed):
        found = _with_values(trial, values)
        try:
            run(trial.made.model, found.one_way())
        except HeconError:
            continue
        return found
    trial.notes.append("results and flags were compared at the base case alone: the engine refuses a tornado elsewhere")
    return trial.made.book


def _values(trial: Trial, seed: int) -> Iterator[dict[str, float]]:
    """Some other inputs that the engine accepts."""
    random = np.random.default_rng(seed + 1)
    for _ in range(5):
        draws = random_inputs(trial.made.book, tuple(trial.layout.inputs), 1, random)
        try:
            trial.engine(draws)
        except HeconError:
            continue
        yield trial.inputs_of(draws, 0)


def _with_values(trial: Trial, values: Mapping[str, float]) -> "Book":
    book = trial.made.book
    given = {name: value for name, value in values.items() if name not in trial.made.withheld}
    parameters = {name: replace(one, value=given.get(name, one.value)) for name, one in book.parameters.items()}
    return replace(book, parameters=parameters)


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
