"""`hecon survival fit`: families fitted to individual data, compared, drawn, and written as rows of `curves.csv`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hecon.commands.options import AsJson
from hecon.commands.screen import command_line, results, tell, waiting
from hecon.errors import InputError, nearest

Words = Annotated[
    list[str] | None, typer.Option(metavar="COLUMN=VALUE", help="Keep the rows with this text; may be repeated.")
]

survival_app = typer.Typer(help="Survival curves from data.", no_args_is_help=True)


@survival_app.command("fit")
def fit_survival(
    data: Annotated[
        Path, typer.Argument(help="CSV with columns time, event (1 or 0) and perhaps entry, weight, covariates.")
    ],
    curve: Annotated[
        str, typer.Option(metavar="NAME", help="The curve's name in formulas; the file's name by default.")
    ] = "",
    families: Annotated[
        str, typer.Option(metavar="LIST", help="Families, separated by commas; by default the seven standard ones.")
    ] = "",
    unit: Annotated[
        str, typer.Option(help="Unit of the times: years, months, weeks or days. Curves are per year.")
    ] = "years",
    covariates: Annotated[
        str, typer.Option(metavar="LIST", help="Covariates of the location, separated by commas.")
    ] = "",
    at: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Values of covariates in table and plots; 0 by default."),
    ] = None,
    where: Words = None,
    select: Annotated[
        str, typer.Option(metavar="FAMILY", help="Family to select in curves.csv; by default that of lowest AIC.")
    ] = "",
    average: Annotated[
        bool, typer.Option("--average", help="Write AIC weights, so that draws choose a family.")
    ] = False,
    until: Annotated[
        float, typer.Option(min=0.01, metavar="YEARS", help="Horizon of restricted means and extrapolation.")
    ] = 20.0,
    landmarks: Annotated[str, typer.Option(metavar="LIST", help="Years at which survival is listed.")] = "1,2,5,10",
    into: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Add the curve to this curves.csv; it replaces one of its name.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write; outputs/survival/<curve> by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fit survival families by maximum likelihood, compare them, and write curves.csv, comparison.csv and a page of plots.

    What AIC ranks is the fit to the period observed; it says nothing of the extrapolation. See docs/survival.md.
    """
    from hecon.grid import rich_table
    from hecon.names import name_fault
    from hecon.report.curve_fits import fit_curves, write_fits
    from hecon.survival.data import in_years, read_survival

    name = curve or data.stem
    if fault := name_fault(name):
        raise InputError(f"{fault}; name the curve with --curve")
    columns, values = _words(covariates), _pairs(at)
    for one in values:
        if one not in columns:
            raise InputError(f"--at names '{one}', which is not one of the covariates{nearest(one, columns)}")
    patients = in_years(read_survival(data, columns, _pairs(where)), unit)
    given = {one: _number(values.get(one, "0"), f"--at {one}") for one in columns}
    years = [_number(one, "--landmarks") for one in _words(landmarks)]
    with waiting("fitting"):
        found = fit_curves(
            name, patients, _words(families), landmarks=years, until=until, given=given, select=select, average=average
        )
    files = write_fits(found, out or Path("outputs", "survival", name), into, command_line())
    if as_json:
        typer.echo(json.dumps(found.as_json(files), allow_nan=False))
        return
    console = results()
    console.print(rich_table(found.grid))
    for family, reason in found.failed.items():
        tell(f"not fitted: {family}: {reason.removeprefix(f'{family}: ')}")
    how = "AIC weights" if average else f"selected: {found.curve.selected}{'' if select else ', for its AIC'}"
    console.print(f"{how}; use it in formulas as survival({name}, t)", markup=False)
    for file in files:
        console.print(f"wrote {file}", markup=False, soft_wrap=True)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _pairs(texts: Sequence[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts or ()]
    wrong = [left for left, sign, _ in pairs if not sign]
    if wrong:
        raise InputError(f"'{wrong[0]}' is not NAME=VALUE")
    return {left.strip(): right.strip() for left, _, right in pairs}


def _number(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{what}: '{text}' is not a number") from None
