"""`hecon verify-workbook`: recalculate a twin with another program and compare every cell with the engine."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import made_of
from hecon.commands.options import AsJson
from hecon.commands.screen import waiting
from hecon.errors import InputError


def verify_workbook(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An executable workbook that hecon wrote.")],
    perturbations: Annotated[
        int, typer.Option(min=0, metavar="N", help="Number of other sets of inputs to compare.")
    ] = 50,
    engine: Annotated[
        str, typer.Option(metavar="formualizer|libreoffice", help="Program that recalculates the workbook.")
    ] = "",
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the other inputs.")] = 1,
    draws_file: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="The draws it was written with, if over 1,000 were made elsewhere."),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(metavar="OUT", help="A copy of the workbook with the certificate as a sheet.")
    ] = None,
    as_one_json: AsJson = False,
) -> None:
    """Compare every formula cell with the engine, in the base case and under other inputs; print a certificate.

    Exit code 1 when a cell, a formula, a name or an input is not what it must be.
    """
    from hecon.workbook.verify.verify import steps, verify

    made = made_of(file, draws_file=draws_file)
    with waiting("verifying", steps(perturbations)) as done:
        certificate = verify(file, made, count=perturbations, engine=engine, seed=seed, step=done)
    if made.draws is not None and made.draws.method == "external" and draws_file is None:
        told = "the PSA's draws were made elsewhere: its re-run took those that the workbook keeps"
        certificate = replace(certificate, notes=(*certificate.notes, told))
    if sheet is not None:
        from hecon.files import whole_file
        from hecon.workbook.sheets.certificate_sheet import stamp

        if sheet.exists():
            raise InputError(f"{sheet}: is there already; give another name")
        with whole_file(sheet) as draft:
            stamp(file, draft, certificate)
    typer.echo(json.dumps(certificate.as_json(), indent=2) if as_one_json else certificate.text())
    if not certificate.passed:
        raise typer.Exit(1)
