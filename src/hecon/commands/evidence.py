"""`hecon evidence`: every published figure beside ours, as tables or as the page docs/evidence.md."""

from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import NO_HOME, case_names, find_case, find_home, open_case
from hecon.commands.options import Force, OutFile
from hecon.commands.screen import refuse_to_replace, results, waiting
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
    from hecon.report.evidence_page import evidence_page
    from hecon.results.evidence.case_evidence import case_evidence, evidence_grid, summary_grid

    refuse_to_replace(force, out)
    home = find_home(Path.cwd())
    if home is None and not cases:
        raise InputError(NO_HOME)
    found = []
    names = cases or (case_names(home) if home else [])
    with waiting("base cases", len(names)) as done:
        for name in names:
            files = find_case(name)
            if cases and not (files.model.parent / FILE).is_file():
                raise InputError(f"{files.name} has no {files.model.parent / FILE}; docs/models.md says what it holds")
            found.append(case_evidence(open_case(files), files.model.parent))
            done(1)
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
