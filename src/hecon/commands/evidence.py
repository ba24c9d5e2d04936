"""`hecon evidence`: every published figure beside ours, as tables or as the page docs/evidence.md."""

from typing import Annotated

import typer

from hecon.cases import find_case
from hecon.commands.options import Force, OutFile
from hecon.commands.screen import refuse_to_replace, results
from hecon.errors import InputError
from hecon.files import whole_file
from hecon.results.evidence.published import FILE


def show_evidence(
    cases: Annotated[
        list[str] | None, typer.Argument(metavar="[CASE]...", help="Cases; all of the project by default.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of all tables as Markdown.")] = False,
    out: OutFile = None,
    force: Force = False,
) -> None:
    """Evidence: published figures beside ours, with their tolerance and what explains the difference (published.csv)."""
    from hecon.grid import rich_table
    from hecon.project import evidence_of_project
    from hecon.report.evidence_page import evidence_page
    from hecon.results.evidence.case_evidence import evidence_grid, summary_grid

    refuse_to_replace(force, out)
    for name in cases or ():
        path = find_case(name).model.parent / FILE
        if not path.is_file():
            raise InputError(f"{name} has no {path}; docs/inputs.md says what it holds")
    found = evidence_of_project(cases or ())
    if markdown or out is not None:
        text = evidence_page(found)
        if out is None:
            typer.echo(text, nl=False)
            return
        with whole_file(out) as draft:
            draft.write_text(text, encoding="utf-8")
        typer.echo(f"Wrote {out}")
        return
    for one in found:
        if one.rows:
            results().print(rich_table(evidence_grid(one)))
    results().print(rich_table(summary_grid(found)))
