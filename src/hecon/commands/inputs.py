"""`hecon inputs`: pack a folder into a workbook, unpack a workbook into a folder, check either."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import case_names, find_home, inputs_of
from hecon.commands.screen import Force, refuse_to_replace
from hecon.errors import InputError

inputs_app = typer.Typer(help="Inputs as a folder of CSV files or as one workbook.", no_args_is_help=True)


@inputs_app.command("pack")
def pack_inputs(
    source: Annotated[str, typer.Argument(metavar="CASE|FOLDER", help="A case's name or a folder of CSV files.")],
    workbook: Annotated[Path | None, typer.Argument(help="The workbook to write; <folder's name>.xlsx, here.")] = None,
    force: Force = False,
) -> None:
    """Write a folder of CSV files as one workbook, a sheet per file."""
    from hecon.inputs.tables.packing import pack

    folder = _inputs(source)
    target = workbook or Path(f"{folder.name}.xlsx")
    refuse_to_replace(force, target)
    typer.echo(f"Wrote {pack(folder, target)}")


@inputs_app.command("unpack")
def unpack_inputs(
    workbook: Annotated[Path, typer.Argument(help="A workbook with a sheet per file.")],
    folder: Annotated[Path | None, typer.Argument(help="The folder to write; <workbook's name>, here.")] = None,
    force: Force = False,
) -> None:
    """Write a workbook as a folder of CSV files."""
    from hecon.inputs.tables.packing import unpack

    target = folder or Path(workbook.stem)
    if target.exists() and any(target.glob("*.csv")) and not force:
        raise InputError(f"{target}: holds CSV files already; give another folder, or --force to replace them")
    typer.echo(f"Wrote {unpack(workbook, target)}")


@inputs_app.command("check")
def check_inputs(
    source: Annotated[str, typer.Argument(metavar="CASE|PATH", help="A case's name, a folder or a workbook.")],
) -> None:
    """Read inputs and list every fault with its cell; then what is no fault but should be known."""
    from hecon.inputs.checks import remarks, settings_draws
    from hecon.inputs.reading import read_inputs

    path = _inputs(source)
    book = read_inputs(path)
    draws = settings_draws(book)
    kinds = Counter(one.provenance for one in book.parameters.values())
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    typer.echo(f"{path}: {len(book.parameters)} parameters ({told}), {len(book.margins.varying)} of them uncertain")
    typer.echo(f"{len(book.tables)} tables, {len(book.sources)} sources, {len(book.scenarios)} scenarios; no fault")
    for remark in remarks(book, draws):
        typer.echo(f"note: {remark}")


def _inputs(source: str) -> Path:
    """A path as it stands, or the inputs of the case of that name."""
    home = find_home(Path.cwd())
    if home is not None and source in case_names(home):
        return inputs_of(home / "inputs" / source)
    return Path(source)
