"""`hecon twin`: the executable workbook of a case, whose formulas compute the whole model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hecon.cases import find_case, open_case
from hecon.commands.options import CaseName, Force, Redact, Show, takes
from hecon.commands.screen import refuse_to_replace, tell, waiting
from hecon.errors import HeconError
from hecon.files import whole_file
from hecon.results.case import run_case
from hecon.results.options import Options

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis


@takes()
def twin(
    case: CaseName,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The workbook; <case>.xlsx in this folder by default.")
    ] = None,
    *,
    options: Options,
    redact: Redact = "",
    show: Show = "",
    force: Force = False,
    schemes: Annotated[
        bool,
        typer.Option(
            "--schemes",
            help="Carry all agreements of schemes.csv behind a switch (sheet Reimbursement), and the budget (sheet Budget).",
        ),
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Verify the workbook and add the certificate as a sheet.")
    ] = False,
) -> None:
    """Write the executable workbook: change a yellow cell and every result follows, without macros or Python."""
    found = find_case(case)
    target = out or Path(f"{found.name}.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise HeconError(f"{target}: a workbook's name ends in .xlsx")
    refuse_to_replace(force, target)
    if schemes and (options.scheme or redact or show):
        raise HeconError("--schemes carries all agreements: leave out --scheme, --redact and --show")
    if redact or show:
        from hecon.commands.redact import twin_confidential

        twin_confidential(found, options, redact, show, target)
        return
    from hecon.inputs.population import POPULATION
    from hecon.structure.agreements.reading import agreements_of
    from hecon.workbook.write_workbook import write_workbook

    case_here = open_case(found, mixed=options.converts)
    if schemes and not case_here.book.records.get(POPULATION):
        agreements_of(case_here.book)  # told before anything is run
    analysis = run_case(case_here, options, watch=waiting)
    with waiting("writing the workbook"):
        write_workbook(analysis, target, agreements=schemes, remark=lambda words: tell(words, "yellow"))
    typer.echo(f"Wrote {target}")
    if verify and not _certify(target, analysis, schemes):
        raise typer.Exit(1)


def _certify(path: Path, analysis: "Analysis", schemes: bool) -> bool:
    """Verify a workbook just written, put the certificate in as its last sheet, print it; whether all tests passed."""
    from hecon.workbook.sheets.certificate_sheet import stamp
    from hecon.workbook.verify.verify import steps, verify
    from hecon.workbook.write_workbook import made_of

    with waiting("verifying", steps()) as done:
        certificate = verify(path, made_of(analysis, schemes), step=done)
        with whole_file(path) as draft:
            stamp(path, draft, certificate)
    typer.echo(certificate.text())
    return certificate.passed
