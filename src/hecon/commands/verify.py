"""`hecon verify`: the black-box tests of a case, or of an executable workbook without its model, with a certificate."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hecon.cases import open_case
from hecon.commands.options import AsJson, Structure
from hecon.commands.screen import print_json, waiting
from hecon.errors import InputError

if TYPE_CHECKING:
    from hecon.verification.certificate import Certificate

_WHAT = (
    "A case's name, its model folder or inputs; or an executable workbook, which is verified alone, without a model."
)


def verify_case(
    case: Annotated[str, typer.Argument(metavar="CASE|PATH|FILE.xlsx", help=_WHAT)],
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

    Of an executable workbook (FILE.xlsx), say without its model what was edited, and where. Exit code 1 when a test fails.
    """
    if word is not None:
        from hecon.report.write_word import ready

        ready(word)
        if word.exists():
            raise InputError(f"{word}: is there already; give another name")
    if sheet is not None:
        from hecon.verification.sheet import ready as ready_sheet

        ready_sheet(sheet)
    certificate = _of_workbook(Path(case), only or ()) if is_workbook(case) else _of_case(case, structure, only or ())
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


def is_workbook(case: str) -> bool:
    """Whether an executable workbook is meant, and not a case or a workbook of inputs.

    Raises:
        InputError: an .xlsx file that is none of these.

    >>> is_workbook("my_case")
    False
    """
    from hecon.workbook.read_back.read_back import is_executable
    from hecon.workbook.xlsx.package import opened, sheet_names

    file = Path(case)
    if file.suffix.lower() != ".xlsx" or (file.is_file() and is_executable(file)):
        return file.suffix.lower() == ".xlsx"
    with opened(file) as archive:
        if "parameters" not in sheet_names(archive):
            raise InputError(f"{file}: is neither an executable workbook that hecon wrote nor a workbook of inputs")
    return False


def _of_case(case: str, structure: str, only: Sequence[str]) -> "Certificate":
    from hecon.verification.tests import TESTS
    from hecon.verification.verify import verify

    opened = open_case(case)
    with waiting("tests", len(only or TESTS)) as step:
        return verify(opened, structure, only, step=step)


def _of_workbook(file: Path, only: Sequence[str]) -> "Certificate":
    from hecon.verification.workbook.verify import TESTS, verify_file

    with waiting("tests", len(only or TESTS)) as step:
        return verify_file(file, only, step=step)
