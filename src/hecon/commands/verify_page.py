"""`hecon verify-page`: run a page's own script on many inputs and compare every number with hecon's."""

import json
from pathlib import Path
from typing import Annotated

import typer

from hecon.commands.options import AsJson
from hecon.commands.screen import waiting
from hecon.errors import InputError


def verify_page(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A page that hecon wrote.")],
    case: Annotated[
        str, typer.Option(metavar="CASE", help="The case it was written from; the one that the page names by default.")
    ] = "",
    perturbations: Annotated[
        int, typer.Option(min=0, metavar="N", help="Number of other sets of inputs to compare.")
    ] = 50,
    runner: Annotated[str, typer.Option(metavar="node|chromium", help="Program that runs the page's script.")] = "",
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the other inputs.")] = 1,
    as_one_json: AsJson = False,
) -> None:
    """Compare what a page computes with hecon: base case, other inputs, horizons and rates, all its draws; print a certificate.

    Exit code 1 when a number, an entry of its data or a script is not what it must be.
    """
    from hecon.cases import find_case, open_case
    from hecon.confidential.verified_page import redacted_of
    from hecon.page.verify.of_case import analysis_of
    from hecon.page.verify.page_file import read_page
    from hecon.page.verify.verify import verify_page as verify

    if runner not in ("", "node", "chromium"):
        raise InputError(f"--runner {runner}: is neither node nor chromium")
    found = read_page(file)
    with waiting("verifying"):
        files = find_case(case or str(found.data.get("case", "")))
        analysis = analysis_of(found, open_case(files))
        redacted = redacted_of(found, files, analysis) if found.data.get("confidential") else None
        certificate = verify(found, analysis, count=perturbations, seed=seed, runner=runner or None, redacted=redacted)  # type: ignore[arg-type]  # one of the two names
    typer.echo(json.dumps(certificate.as_json(), indent=2) if as_one_json else certificate.text())
    if not certificate.passed:
        raise typer.Exit(1)
