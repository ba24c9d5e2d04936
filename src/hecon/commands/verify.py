"""`hecon verify`: the black-box tests of a case, with a certificate."""

from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import open_case
from hecon.commands.options import AsJson, CaseName, Structure
from hecon.commands.screen import print_json, waiting
from hecon.errors import InputError


def verify_case(
    case: CaseName,
    structure: Structure = "",
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this test; may be repeated.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Print every finding.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the certificate as an HTML page too.")
    ] = None,
    word: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the certificate as a Word document too.")
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Put the certificate into the case's executable workbook as a sheet, or write a new one.",
        ),
    ] = None,
    as_one_json: AsJson = False,
) -> None:
    """Test a model: extremes, directions, sums, traces, discounting, draws; print a certificate.

    Exit code 1 when a test fails.
    """
    from hecon.verification.tests import TESTS
    from hecon.verification.verify import verify

    if word is not None:
        from hecon.report.write_word import ready

        ready(word)
        if word.exists():
            raise InputError(f"{word}: is there already; give another name")
    if sheet is not None:
        from hecon.verification.sheet import ready as ready_sheet

        ready_sheet(sheet)
    opened = open_case(case)
    with waiting("tests", len(only or TESTS)) as step:
        certificate = verify(opened, structure, only or (), step=step)
    if html is not None:
        from hecon.files import whole_file

        if html.exists() and html.suffix != ".html":
            raise InputError(f"{html}: is there already and is no page; give another name")
        with whole_file(html) as draft:
            draft.write_text(certificate.html(), encoding="utf-8")
    if word is not None:
        from hecon.report.write_word import write_parts

        write_parts(certificate.title, certificate.parts(), word)
    if sheet is not None:
        from hecon.verification.sheet import write_sheet

        write_sheet(certificate, sheet)
    if as_one_json:
        print_json(certificate.as_json())
    else:
        typer.echo(certificate.text(full))
        for one in filter(None, (html, word, sheet)):
            typer.echo(f"\nFile: {one}")
    if not certificate.passed:
        raise typer.Exit(1)
