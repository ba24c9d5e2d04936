"""`hecon atlas`: every case of the project on one page and in one workbook: does it pay back, and through what?"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hecon.cases import find_home
from hecon.commands.options import Draws
from hecon.commands.screen import results, waiting
from hecon.errors import HeconError, InputError

if TYPE_CHECKING:
    from hecon.results.atlas.build import Choices

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
    page: Annotated[
        bool, typer.Option("--page", help="Write one page with controls for money, perspective and lost work instead.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for page and workbook, outputs/atlas by default; with --page a file."),
    ] = None,
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
    if page and markdown:
        raise InputError("--page and --markdown are two outputs; give one of them")
    choices = Choices(_DRAWS if draws is None else draws, currency, price_year, *_rates(discount))
    if page:
        _write_page(cases or (), choices, out or (home or Path.cwd()) / "outputs" / "atlas" / "atlas_page.html")
        return
    atlas = atlas_of_project(cases or (), choices)
    if markdown:
        typer.echo(readme_table(atlas))
        return
    with waiting("writing the page and the workbook"):
        written, workbook = write_atlas(atlas, out or (home or Path.cwd()) / "outputs" / "atlas")
    results().print(rich_table(short_table(atlas.comparisons)))
    typer.echo(f"Wrote {written} and {workbook}")


def _write_page(cases: "Sequence[str]", choices: "Choices", path: Path) -> None:
    """The page with controls: the same runs, with bars apart by sector and further monies."""
    from hecon.page.atlas.atlas_contents import CURRENCIES
    from hecon.page.atlas.write_atlas_page import write_atlas_page
    from hecon.project import atlas_of_project

    also = tuple(one for one in CURRENCIES if one != choices.currency)
    if path.is_dir():
        raise InputError(f"--out {path} is a folder; with --page it is the file to write")
    atlas = atlas_of_project(cases, replace(choices, by_sector=True, also=also))
    with waiting("writing the page"):
        write_atlas_page(atlas, path)
    typer.echo(f"Wrote {path}")


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
