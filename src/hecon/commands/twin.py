"""`hecon twin`: the executable workbook of a case, whose formulas compute the whole model."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hecon.cases import find_case, open_case
from hecon.commands.run import CaseName, Draws, DrawsFile, Redact, Sampling, Scenario, Seed, Show, Structure
from hecon.commands.screen import messages, waiting
from hecon.errors import HeconError
from hecon.files import whole_file
from hecon.results.case import run_case
from hecon.results.options import Options

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis


def twin(
    case: CaseName,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The workbook; <case>.xlsx, here, if left out.")
    ] = None,
    draws: Draws = None,
    seed: Seed = None,
    perspective: Annotated[str, typer.Option(metavar="P", help="payer, health care sector or societal.")] = "",
    wtp: Annotated[float | None, typer.Option(metavar="K", help="Threshold, in currency per QALY.")] = None,
    strategy: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this strategy; may be repeated.")
    ] = None,
    reference: Annotated[str, typer.Option(metavar="NAME", help="What the others are compared with.")] = "",
    scenario: Scenario = "",
    structure: Structure = "",
    sampling: Sampling = "",
    draws_file: DrawsFile = None,
    redact: Redact = "",
    show: Show = "",
    force: Annotated[bool, typer.Option("--force", help="Replace a workbook that is there.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Verify it and put the certificate in as a sheet.")] = False,
) -> None:
    """Write the executable workbook: change a blue cell and every result follows, without macros or Python."""
    found = find_case(case)
    target = out or Path(f"{found.name}.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise HeconError(f"{target}: a workbook's name ends in .xlsx")
    if target.exists() and not force:
        raise HeconError(f"{target}: is there already; give another name with --out, or --force to replace it")
    options = Options(
        perspective, wtp, reference, draws, seed, sampling, draws_file, tuple(strategy or ()), scenario, structure,
        as_flags=True,
    )  # fmt: skip
    if redact or show:
        from hecon.commands.redact import confidential, tell, write_confidential_twin, write_salt

        if not redact:
            raise typer.BadParameter("--show says what --redact may show all the same: give --redact too")
        plan, salt = confidential(found, options, redact, show)
        write_confidential_twin(plan, target)
        typer.echo(f"Wrote {target}")
        tell(plan, salt, write_salt(target.with_name(f"{target.name}.salt"), salt))
        return
    analysis = run_case(open_case(found), options, watch=waiting)
    with waiting("writing the workbook"):
        write_twin(target, analysis)
    typer.echo(f"Wrote {target}")
    if verify and not certify(target, analysis):
        raise typer.Exit(1)


def certify(path: Path, analysis: "Analysis") -> bool:
    """Verify a workbook just written, put the certificate in as its last sheet, print it; whether all tests passed."""
    from hecon.workbook.sheets.certificate_sheet import stamp
    from hecon.workbook.verify.verify import verify
    from hecon.workbook.write_workbook import made_of

    with waiting("verifying"):
        certificate = verify(path, made_of(analysis))
        with whole_file(path) as draft:
            stamp(path, draft, certificate)
    typer.echo(certificate.text())
    return certificate.passed


def write_twin(path: Path, analysis: "Analysis") -> None:
    """Write the workbook of an analysis with its scenarios' results; scenarios that cannot be run are told."""
    from hecon.workbook.write_workbook import stored_scenarios, write_workbook

    try:
        stored = stored_scenarios(analysis)
    except HeconError as error:
        messages().print(f"Scenarios are listed without results: {error}", style="yellow", markup=False)
        stored = []
    write_workbook(analysis, path, stored=stored)


def register(app: typer.Typer, names: Sequence[str] = ("twin",)) -> None:
    """Add the command."""
    for name in names:
        app.command(name)(twin)
