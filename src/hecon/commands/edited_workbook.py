"""An executable workbook as the inputs of a command: what was changed is told, and its totals must be those it shows."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hecon.cases import CaseFiles, read_twin
from hecon.commands.screen import messages, waiting
from hecon.errors import HeconError, InputError
from hecon.results.case import choose_model, only_strategies

if TYPE_CHECKING:
    from hecon.structure.lowering import Model
    from hecon.workbook.read_back.read_back import ReadBack

_MANY = 10  # edited formulas that are told one by one


def held_to_workbook(case: CaseFiles, models: "Mapping[str, Model]") -> None:
    """Tell on stderr what was changed in the workbook that a command takes as inputs.

    Raises:
        InputError: the workbook shows other totals than hecon computes from what can be read of it; it was never calculated
            and its formulas were edited. Changes, notes and edited formulas are listed.
    """
    found = read_twin(case)
    shown = differing(case, found, models)
    lines = [*found.changes, *(f"note: {words}" for words in found.notes)]
    if shown:
        edited, notes = edited_formulas_of(case.inputs, models)
        from hecon.workbook.read_back.shown_totals import NOT_CALCULATED

        if shown != [NOT_CALCULATED] or edited or notes:
            raise InputError(f"{case.inputs}: {stop_words(shown, [*lines, *formula_lines(edited), *notes])}")
        lines.append(f"note: {NOT_CALCULATED}, so nothing can be compared; its formulas are those that hecon wrote")
    if lines:
        messages().print(f"{case.inputs}: read back", markup=False, soft_wrap=True)
    for words in lines:
        messages().print(f"  {words}", markup=False, soft_wrap=True)


def differing(case: CaseFiles, found: "ReadBack", models: "Mapping[str, Model]") -> list[str]:
    """The totals that a workbook shows otherwise than the engine computes them from what was read back, in words."""
    from hecon.evaluate.run import run
    from hecon.workbook.read_back.read_back import read_facts
    from hecon.workbook.read_back.shown_totals import differences
    from hecon.workbook.sheets.words import WITHHELD_FACT

    facts, settings = read_facts(case.inputs), found.book.settings
    model = choose_model(models, case.name, settings.get("structure", ""))
    model = only_strategies(model, settings.get("strategies", "").split())
    with waiting("comparing with the workbook"):
        base = run(model, found.book.base())
    perspective = settings.get("perspective", "") or facts.get("Perspective", "")
    effect = settings.get("effect", "") or "qaly"
    return differences(case.inputs, base, perspective, effect, withheld=bool(facts.get(WITHHELD_FACT)))


def edited_formulas_of(file: Path, models: "Mapping[str, Model]") -> tuple[list[str], list[str]]:
    """Formulas that are not those of a twin written anew, and notes where they could not be compared."""
    from hecon.commands.verify_workbook import made_of
    from hecon.workbook.read_back.read_back import edited_formulas
    from hecon.workbook.stored.sheet import placeholders
    from hecon.workbook.verify.same_model import other_program
    from hecon.workbook.xlsx.package import read_package

    with TemporaryDirectory() as there:
        fresh = Path(there, "fresh.xlsx")
        try:
            package = read_package(file)
            replace(made_of(file, models=models), stored=placeholders(package)).write(fresh)
            other = other_program(package, read_package(fresh))
            notes = [f"formulas were not compared: {words}" for words in other]
            return [] if other else edited_formulas(file, fresh), notes
        except HeconError as error:  # the inputs are read all the same
            return [], [f"formulas were not compared with those of a fresh twin: {error}"]


def formula_lines(edited: list[str]) -> list[str]:
    """Edited formulas as lines, the first ten of them.

    >>> formula_lines(["Items!J7: no formula in place of =A1"])
    ['1 formula was edited, which cannot be read back:', '  Items!J7: no formula in place of =A1']
    """
    if not edited:
        return []
    head = "1 formula was" if len(edited) == 1 else f"{len(edited):,} formulas were"
    more = [f"  and {len(edited) - _MANY:,} more"] if len(edited) > _MANY else []
    return [f"{head} edited, which cannot be read back:", *(f"  {one}" for one in edited[:_MANY]), *more]


def stop_words(shown: list[str], lines: list[str]) -> str:
    """Why a command stops: what differs, what was found, what to do."""
    wrong = "\n".join(f"  - {one}" for one in shown)
    told = "\n".join(f"  {one}" for one in lines) or "  nothing"
    return (
        "the workbook shows other results than hecon computes from what can be read of it\n"
        f"{wrong}\nFound in the workbook:\n{told}\n"
        "Undo what cannot be read back, set the mode on Control to the base case, recalculate and save; then run it again"
    )
