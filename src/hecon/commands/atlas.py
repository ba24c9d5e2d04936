"""`hecon atlas`: every case of the project on one page and in one workbook: does it pay back, and through what?"""

from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import find_home
from hecon.commands.options import Draws, Out
from hecon.commands.screen import results, waiting
from hecon.errors import HeconError, InputError

_DRAWS = 1000


def write_atlas_of_cases(
    cases: Annotated[
        list[str] | None, typer.Argument(metavar="[CASE]...", help="Cases; all of the project by default.")
    ] = None,
    draws: Draws = None,
    currency: Annotated[str, typer.Option(metavar="CODE", help="The common currency.")] = "EUR",
    price_year: Annotated[int, typer.Option(metavar="YEAR", help="The common price year.")] = 2023,
    discount: Annotated[
        str,
        typer.Option(metavar="RATE", help="The common rate of costs and effects, or COSTS/EFFECTS such as 0.04/0.015."),
    ] = "0.03",
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the short table as Markdown and write nothing.")
    ] = False,
    out: Out = None,
) -> None:
    """Atlas: all cases by cause, whether the upfront cost comes back, on one HTML page and in one workbook.

    1,000 draws of each case unless told otherwise.
    """
    from hecon.grid import rich_table
    from hecon.project import atlas_of_project
    from hecon.report.atlas import readme_table, write_atlas
    from hecon.results.atlas.build import Choices
    from hecon.results.atlas.sheets import short_table

    if draws == 1:
        raise InputError("--draws 1 is no sample; give at least 2, or 0 for base cases")
    home = find_home(Path.cwd())
    choices = Choices(_DRAWS if draws is None else draws, currency, price_year, *_rates(discount))
    atlas = atlas_of_project(cases or (), choices)
    if markdown:
        typer.echo(readme_table(atlas))
        return
    with waiting("writing the page and the workbook"):
        page, workbook = write_atlas(atlas, out or (home or Path.cwd()) / "outputs" / "atlas")
    results().print(rich_table(short_table(atlas.comparisons)))
    typer.echo(f"Wrote {page} and {workbook}")


def _rates(text: str) -> tuple[str, str]:
    """The rates of costs and of effects.

    >>> _rates("0.03"), _rates("0.04/0.015")
    (('0.03', '0.03'), ('0.04', '0.015'))
    """
    parts = text.split("/")
    try:
        good = len(parts) in (1, 2) and all(0 <= float(part) < 1 for part in parts)
    except ValueError:
        good = False
    if not good:
        raise HeconError(f"--discount '{text}' is neither a rate such as 0.03 nor COSTS/EFFECTS such as 0.04/0.015")
    return parts[0], parts[-1]
