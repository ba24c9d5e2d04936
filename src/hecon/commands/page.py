"""`hecon page`: the case as one HTML file that holds the model, for people who have no Python and no Excel."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import find_case, open_case
from hecon.commands.options import CaseName, Force, Redact, Show, takes
from hecon.commands.screen import refuse_to_replace, waiting
from hecon.errors import HeconError
from hecon.files import whole_file
from hecon.results.case import run_case
from hecon.results.options import Options


@takes()
def page(
    case: CaseName,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The page; <case>.html in this folder by default.")
    ] = None,
    *,
    options: Options,
    redact: Redact = "",
    show: Show = "",
    force: Force = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare the page with hecon before it is written; its footer says so.")
    ] = False,
) -> None:
    """Write the model as one HTML page: it opens with a double click, and every result follows what its reader changes."""
    from hecon.page.write_page import verified_text, write_page

    found = find_case(case)
    target = out or Path(f"{found.name}.html")
    if target.suffix.lower() not in (".html", ".htm"):
        raise HeconError(f"{target}: a page's name ends in .html")
    refuse_to_replace(force, target)
    if redact or show:
        from hecon.commands.redact import page_confidential

        if verify:
            raise typer.BadParameter(
                "--verify puts what was found into the page: with --redact use hecon verify-page afterwards"
            )
        page_confidential(found, options, redact, show, target)
        return
    analysis = run_case(open_case(found, mixed=options.converts), options, watch=waiting)
    if verify:
        with waiting("verifying the page"):
            text, certificate = verified_text(analysis)
        with whole_file(target) as draft:
            draft.write_text(text, encoding="utf-8")
    else:
        with waiting("writing the page"):
            write_page(analysis, target)
    typer.echo(f"Wrote {target} ({target.stat().st_size / 1e6:.1f} MB)")
    if verify:
        typer.echo(replace(certificate, file=target.name).text())
