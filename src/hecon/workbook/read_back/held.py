"""An executable workbook as inputs: its totals must be those it shows, and formulas that were edited are named."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hecon.errors import HeconError, InputError
from hecon.evaluate.run import run
from hecon.structure.agreements.carried import as_chosen
from hecon.workbook.read_back.chosen_agreement import unswitched
from hecon.workbook.read_back.edited_formulas import formulas_edited
from hecon.workbook.read_back.read_back import ReadBack, read_facts
from hecon.workbook.read_back.read_control import cover
from hecon.workbook.read_back.shown_totals import NOT_CALCULATED, differences
from hecon.workbook.read_back.typed_elsewhere import typed_elsewhere
from hecon.workbook.sheets.words import WITHHELD_FACT
from hecon.workbook.stored.sheet import placeholders
from hecon.workbook.verify.same_model import other_program
from hecon.workbook.xlsx.package import read_package

if TYPE_CHECKING:
    from hecon.structure.lowering import Model
    from hecon.workbook.read_back.comments import Comment
    from hecon.workbook.verify.trial import Made
    from hecon.workbook.xlsx.package import Package

_MANY = 10  # edited formulas, words or numbers that are told one by one


def held_to_workbook(file: Path, found: ReadBack, model: "Model", made: "Callable[[], Made]") -> list[str]:
    """What was changed in a workbook, `found` in it, in lines; the workbook is held to the totals of the `model` it shows.

    `made` tells what it was made of, where its formulas are to be compared.

    Raises:
        InputError: the workbook shows other totals than hecon computes from what can be read of it; it was never calculated
            and its formulas were edited. Changes, notes and edited formulas are listed.
    """
    shown = differing(file, found, model)
    lines = [*found.changes, *(f"note: {words}" for words in found.notes)]
    lines += _few([f"comment: {one}" for one in found.comments])
    if shown:
        edited, notes = edited_formulas_of(file, made)
        if shown != [NOT_CALCULATED] or edited or notes:
            raise InputError(f"{file}: {stop_words(shown, [*lines, *formula_lines(edited), *notes])}")
        lines.append(f"note: {NOT_CALCULATED}, so nothing can be compared; its formulas are those that hecon wrote")
    return lines


def differing(file: Path, found: ReadBack, model: "Model") -> list[str]:
    """The totals that a workbook shows otherwise than the engine computes them from what was read back, in words."""
    book = found.shown
    facts, settings = read_facts(file), book.settings
    model, book = as_chosen(model, unswitched(book))
    base = run(model, book.base())
    perspective = settings.get("perspective", "") or facts.get("Perspective", "")
    effect = settings.get("effect", "") or "qaly"
    return differences(file, base, perspective, effect, withheld=bool(facts.get(WITHHELD_FACT)))


def edited_formulas_of(file: Path, made: "Callable[[], Made]") -> tuple[list[str], list[str]]:
    """Formulas that are not those of a workbook written anew, and notes where they could not be compared."""
    with TemporaryDirectory() as there:
        fresh = Path(there, "fresh.xlsx")
        try:
            package = read_package(file)
            replace(made(), stored=placeholders(package)).write(fresh)
            written = read_package(fresh, like=(file, package))
            other = other_program(package, written)
            if other:
                return [], [f"formulas were not compared: {words}" for words in other]
            return formulas_edited(package, written), _not_read(package, written)
        except HeconError as error:  # the inputs are read all the same
            return [], [f"formulas were not compared with those of a fresh workbook: {error}"]


def formula_lines(edited: list[str]) -> list[str]:
    """Edited formulas as lines, the first ten of them; alike ones below each other are one.

    >>> formula_lines(["Items!J7: no formula in place of =A1"])
    ['Formulas were edited in 1 place, which cannot be read back:', '  Items!J7: no formula in place of =A1']
    """
    if not edited:
        return []
    places = "1 place" if len(edited) == 1 else f"{len(edited):,} places"
    return [f"Formulas were edited in {places}, which cannot be read back:", *(f"  {one}" for one in _few(edited))]


def counted(comments: "Sequence[Comment]") -> str:
    """How many comments there are.

    >>> counted([])
    '0 comments'
    """
    return f"{len(comments)} comment{'' if len(comments) == 1 else 's'}"


def _not_read(package: "Package", fresh: "Package") -> list[str]:
    """What was typed where nothing is read back, as notes; a confidential workbook has other words than a fresh one."""
    found = [] if cover(package).get(WITHHELD_FACT) else typed_elsewhere(package, fresh)
    return [f"not read back: {one}" for one in _few(found)]


def _few(lines: list[str]) -> list[str]:
    more = [f"and {len(lines) - _MANY:,} more"] if len(lines) > _MANY else []
    return [*lines[:_MANY], *more]


def stop_words(shown: list[str], lines: list[str]) -> str:
    """Why a command stops: what differs, what was found, what to do."""
    wrong = "\n".join(f"  - {one}" for one in shown)
    told = "\n".join(f"  {one}" for one in lines) or "  nothing"
    return (
        "the workbook shows other results than hecon computes from what can be read of it\n"
        f"{wrong}\nFound in the workbook:\n{told}\n"
        "Undo what cannot be read back, set the mode on Control to the base case, recalculate and save; then run it again"
    )
