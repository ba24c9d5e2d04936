"""`hecon inputs from-workbook`: an edited workbook read back, in plain words, and written as a folder of inputs or a log."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hecon.cases import CaseFiles, find_case, load_models, made_of, own_inputs, read_executable, submitted_book
from hecon.commands.options import Force
from hecon.commands.screen import refuse_to_replace, results
from hecon.errors import InputError
from hecon.results.case import Case

if TYPE_CHECKING:
    from hecon.structure.lowering import Model
    from hecon.workbook.read_back.read_back import ReadBack
    from hecon.workbook.read_back.walk import Walk


def inputs_from_workbook(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An executable workbook that was edited.")],
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write the inputs as a folder.")] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.xlsx|FOLDER",
            help="Walk from the submitted base case to the values now, one change at a time, and write it: as walk.csv in a"
            " folder, or as the workbook with the walk on its sheet Changes and a CSV beside it.",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Say what was changed in a workbook, list comments and edited formulas, and write its inputs as a folder.

    Stops where the workbook shows other totals than its inputs give.
    """
    from hecon.grid import rich_table
    from hecon.workbook.read_back.edited_inputs import write_inputs_folder
    from hecon.workbook.read_back.held import counted, differing, edited_formulas_of, formula_lines, stop_words
    from hecon.workbook.read_back.log_of_changes import refuse_the_log, write_log
    from hecon.workbook.read_back.read_back import is_executable
    from hecon.workbook.read_back.shown_totals import NOT_CALCULATED
    from hecon.workbook.read_back.walk_grids import walk_grids

    if not file.is_file():
        raise InputError(f"{file}: not found")
    if not is_executable(file):
        raise InputError(
            f"{file}: is not an executable workbook that hecon wrote; `hecon inputs unpack` reads workbooks of inputs"
        )
    if log is not None:
        refuse_to_replace(force, *refuse_the_log(file, log))
    case = find_case(str(file.absolute()))
    found = read_executable(case)
    models = load_models(case)
    edited, unsure = edited_formulas_of(case.inputs, lambda: made_of(case.inputs, models))
    shown = differing(case.inputs, found, Case(case.name, models, found.shown).model)
    stopped = bool(shown) and (shown != [NOT_CALCULATED] or bool(edited))
    # Written before anything is printed: whoever stops reading the output, as `head` does, has the files all the same.
    written = [] if out is None or stopped else [write_inputs_folder(found, own_inputs(case), out)]
    walked = None if log is None or stopped else _walk(case, found, models)
    if walked is not None and log is not None:
        written += write_log(file, log, walked, found)
    typer.echo(f"{file}: {case.name}, {len(found.changes) or 'no'} change{'' if len(found.changes) == 1 else 's'}")
    for words in found.changes:
        typer.echo(f"  {words}")
    if found.comments:
        typer.echo(f"{counted(found.comments)}, which are no part of the inputs:")
    for comment in found.comments:
        typer.echo(f"  {comment}")
    for line in formula_lines(edited):
        typer.echo(line)
    for note in [*found.notes, *unsure]:
        typer.echo(f"note: {note}")
    if stopped:
        raise InputError(f"{file}: {stop_words(shown, ['see above'])}")
    if shown:
        typer.echo(f"note: {NOT_CALCULATED}")
    for grid in walk_grids(walked) if walked is not None else ():
        results().print(rich_table(grid))
    for path in written:
        typer.echo(f"Wrote {path}")


def _walk(case: CaseFiles, found: "ReadBack", models: "dict[str, Model]") -> "Walk":
    """The walk from the submitted base case to what was read back."""
    from hecon.structure.agreements.carried import as_chosen, carried
    from hecon.workbook.read_back.chosen_agreement import unswitched
    from hecon.workbook.read_back.read_back import read_facts
    from hecon.workbook.read_back.walk import walk

    submitted = submitted_book(case, read_facts(case.inputs))
    model, plain = as_chosen(Case(case.name, models, submitted).model, unswitched(submitted))
    paying = carried(model, plain)
    return walk(case.inputs, found, submitted, model if paying is None else paying.model)
