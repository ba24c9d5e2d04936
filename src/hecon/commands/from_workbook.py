"""`hecon inputs from-workbook`: an edited workbook read back, in plain words, and written as a folder of inputs."""

from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import find_case, load_models, made_of, own_inputs, read_executable
from hecon.errors import InputError
from hecon.results.case import Case


def inputs_from_workbook(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An executable workbook that was edited.")],
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write the inputs as a folder.")] = None,
) -> None:
    """Say what was changed in a workbook, name formulas that were edited, and write its inputs as a folder.

    Stops where the workbook shows other totals than its inputs give.
    """
    from hecon.workbook.read_back.edited_inputs import write_inputs_folder
    from hecon.workbook.read_back.held import differing, edited_formulas_of, formula_lines, stop_words
    from hecon.workbook.read_back.read_back import is_executable
    from hecon.workbook.read_back.shown_totals import NOT_CALCULATED

    if not file.is_file():
        raise InputError(f"{file}: not found")
    if not is_executable(file):
        raise InputError(
            f"{file}: is not an executable workbook that hecon wrote; `hecon inputs unpack` reads workbooks of inputs"
        )
    case = find_case(str(file.absolute()))
    found = read_executable(case)
    models = load_models(case)
    edited, unsure = edited_formulas_of(case.inputs, lambda: made_of(case.inputs, models))
    shown = differing(case.inputs, found, Case(case.name, models, found.shown).model)
    stopped = bool(shown) and (shown != [NOT_CALCULATED] or bool(edited))
    # Written before anything is printed: whoever stops reading the output, as `head` does, has the files all the same.
    written = None if out is None or stopped else write_inputs_folder(found, own_inputs(case), out)
    typer.echo(f"{file}: {case.name}, {len(found.changes) or 'no'} change{'' if len(found.changes) == 1 else 's'}")
    for words in found.changes:
        typer.echo(f"  {words}")
    for line in formula_lines(edited):
        typer.echo(line)
    for note in [*found.notes, *unsure]:
        typer.echo(f"note: {note}")
    if stopped:
        raise InputError(f"{file}: {stop_words(shown, ['see above'])}")
    if shown:
        typer.echo(f"note: {NOT_CALCULATED}")
    if out is not None:
        typer.echo(f"Wrote {written}")
