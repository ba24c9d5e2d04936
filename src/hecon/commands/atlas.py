"""`hecon atlas`: every case of the project on one page and in one workbook: does it pay back, and through what?"""

from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import NO_HOME, case_names, find_case, find_home, open_case
from hecon.commands.options import Out
from hecon.commands.screen import results, waiting
from hecon.errors import HeconError, InputError


def write_atlas_of_cases(
    cases: Annotated[
        list[str] | None, typer.Argument(metavar="[CASE]...", help="Cases; all of the project by default.")
    ] = None,
    draws: Annotated[int, typer.Option(min=0, metavar="N", help="Draws of each case; 0 runs base cases.")] = 1000,
    currency: Annotated[str, typer.Option(metavar="CODE", help="The common currency.")] = "EUR",
    price_year: Annotated[int, typer.Option(metavar="YEAR", help="The common price year.")] = 2023,
    discount: Annotated[
        str,
        typer.Option(metavar="RATE", help="The common rate of costs and effects, or COSTS/EFFECTS such as 0.04/0.015."),
    ] = "0.03",
    out: Out = None,
) -> None:
    """Atlas: all cases by cause, whether the upfront cost comes back, on one HTML page and in one workbook."""
    from hecon.grid import rich_table
    from hecon.report.atlas import write_atlas
    from hecon.results.atlas.build import Choices, comparisons_of
    from hecon.results.atlas.sheets import short_table
    from hecon.results.evidence.case_evidence import case_evidence

    home = find_home(Path.cwd())
    if home is None:
        raise InputError(NO_HOME)
    if draws == 1:
        raise InputError("--draws 1 is no sample; give at least 2, or 0 for base cases")
    choices = Choices(draws, currency, price_year, *_rates(discount))
    found = []
    names = cases or case_names(home)
    with waiting("cases", len(names)) as done:
        for name in names:
            files = find_case(name)
            case = open_case(files)
            found += comparisons_of(case, choices, case_evidence(case, files.model.parent).rows)
            done(1)
    with waiting("writing the page and the workbook"):
        page, workbook = write_atlas(found, choices, out or home / "outputs" / "atlas")
    results().print(rich_table(short_table(found)))
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
