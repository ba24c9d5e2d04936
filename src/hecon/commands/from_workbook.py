"""`hecon inputs from-workbook`: an edited twin read back, in plain words, and written as a folder of inputs."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from hecon.cases import find_case, own_inputs, read_twin
from hecon.commands.verify_workbook import made_of
from hecon.errors import InputError


def inputs_from_workbook(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An executable workbook that was edited.")],
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write the inputs as a folder.")] = None,
) -> None:
    """Say what was changed in a workbook, name formulas that were edited, and write its inputs as a folder."""
    from hecon.workbook.edited_inputs import write_inputs_folder
    from hecon.workbook.package import read_package
    from hecon.workbook.read_back import edited_formulas, is_twin
    from hecon.workbook.same_model import other_program
    from hecon.workbook.stored import placeholders

    if not file.is_file():
        raise InputError(f"{file}: not found")
    if not is_twin(file):
        raise InputError(
            f"{file}: is not an executable workbook that hecon wrote; `hecon inputs unpack` reads workbooks of inputs"
        )
    case = find_case(str(file.absolute()))
    found = read_twin(case)
    written = None if out is None else write_inputs_folder(found, own_inputs(case), out)
    typer.echo(f"{file}: {case.name}, {len(found.changes) or 'no'} change{'' if len(found.changes) == 1 else 's'}")
    for words in found.changes:
        typer.echo(f"  {words}")
    edited, notes = [], list(found.notes)
    with TemporaryDirectory() as there:
        fresh = Path(there, "fresh.xlsx")
        try:
            package = read_package(file)
            replace(made_of(file), stored=placeholders(package)).write(fresh)
            other = other_program(package, read_package(fresh))
            notes += [f"formulas were not compared: {words}" for words in other]
            edited = [] if other else edited_formulas(file, fresh)
        except InputError as error:  # the inputs are read all the same
            notes.append(f"formulas were not compared with those of a fresh twin: {error}")
    if edited:
        typer.echo(f"{len(edited)} formulas were edited, which cannot be read back:")
    for words in edited:
        typer.echo(f"  {words}")
    for note in notes:
        typer.echo(f"note: {note}")
    if out is not None:
        typer.echo(f"Wrote {written}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("from-workbook")(inputs_from_workbook)
