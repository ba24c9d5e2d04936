"""`hecon cheers`: the reporting checklist CHEERS 2022 of a case as Markdown."""

import typer

from hecon.cases import find_case, open_case
from hecon.commands.options import CaseName, Force, OutFile, takes
from hecon.commands.screen import refuse_to_replace, waiting
from hecon.errors import InputError
from hecon.files import whole_file
from hecon.results.case import run_case
from hecon.results.options import Options


@takes(
    "draws",
    "seed",
    "perspective",
    "wtp",
    "reference",
    "scenario",
    "scenario_file",
    "structure",
    "currency",
    "price_year",
    "jurisdiction",
)
def print_checklist(case: CaseName, *, options: Options, out: OutFile = None, force: Force = False) -> None:
    """Print the checklist CHEERS 2022 as Markdown: what a run reports of each item, where, and what an author must write."""
    from hecon.report.sections.cheers import cheers_markdown
    from hecon.report.word.outline import outline_places

    refuse_to_replace(force, out)
    if out is not None and not out.parent.is_dir():
        raise InputError(f"{out}: there is no folder {out.parent}")
    analysis = run_case(open_case(find_case(case), mixed=options.converts), options, watch=waiting)
    text = cheers_markdown(analysis, outline_places(), "Where: headings of the Word document (hecon report --word).")
    if out is None:
        typer.echo(text, nl=False)
        return
    with whole_file(out) as draft:
        draft.write_text(text, encoding="utf-8")
    typer.echo(f"Wrote {out}")
