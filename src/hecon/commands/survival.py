"""`hecon survival fit`: families fitted to individual data, compared, drawn, and written as rows of `curves.csv`."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.commands.screen import messages, results, waiting
from hecon.errors import InputError, nearest

if TYPE_CHECKING:
    from hecon.grid import Grid
    from hecon.inputs.curves_table import Curve
    from hecon.survival.data import SurvivalData

PER_YEAR = {"years": 1.0, "months": 12.0, "weeks": 52.0, "days": 365.25}
Words = Annotated[
    list[str] | None, typer.Option(metavar="COLUMN=VALUE", help="Keep the rows with this text; may be repeated.")
]

survival_app = typer.Typer(help="Survival curves from data.", no_args_is_help=True)


@survival_app.command("fit")
def fit_survival(
    data: Annotated[
        Path, typer.Argument(help="CSV with columns time, event (1 or 0) and perhaps entry, weight, covariates.")
    ],
    curve: Annotated[str, typer.Option(metavar="NAME", help="The curve's name in formulas; the file's.")] = "",
    families: Annotated[str, typer.Option(metavar="LIST", help="Separated by commas; the seven standard ones.")] = "",
    unit: Annotated[
        str, typer.Option(help="Of the times: years, months, weeks or days; curves are per year.")
    ] = "years",
    covariates: Annotated[
        str, typer.Option(metavar="LIST", help="Columns, separated by commas, on the location.")
    ] = "",
    at: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Covariates of table and plots; 0.")
    ] = None,
    where: Words = None,
    select: Annotated[str, typer.Option(metavar="FAMILY", help="Selected in curves.csv; the one of lowest AIC.")] = "",
    average: Annotated[
        bool, typer.Option("--average", help="Write AIC weights, so that draws choose a family.")
    ] = False,
    until: Annotated[
        float, typer.Option(min=0.01, metavar="YEARS", help="Of restricted means and extrapolation.")
    ] = 20.0,
    landmarks: Annotated[str, typer.Option(metavar="LIST", help="Years at which survival is listed.")] = "1,2,5,10",
    into: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A curves.csv to add to; this curve is replaced.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="In place of outputs/survival/<curve>.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Fit survival families by maximum likelihood, compare them, and write curves.csv, comparison.csv and a page of plots.

    What AIC ranks is the fit to the period observed; it says nothing of the extrapolation. See docs/survival.md.
    """
    from hecon.inputs.curves_table import Curve
    from hecon.names import name_fault
    from hecon.survival.compare import compare, model_weights
    from hecon.survival.family import STANDARD
    from hecon.survival.fit import fit_all

    name = curve or data.stem
    if fault := name_fault(name):
        raise InputError(f"{fault}; name the curve with --curve")
    wanted = _words(families) or list(STANDARD)
    patients, given = _read(data, unit, _words(covariates), _pairs(where), _pairs(at))
    with waiting("fitting"):
        fits, failed = fit_all(patients, wanted)
    rows = compare(fits.values(), [_number(one, "--landmarks") for one in _words(landmarks)], until, given)
    chosen = select or str(rows[0]["family"])
    fitted = Curve(name, fits, chosen, model_weights(fits.values()) if average else {}).select(chosen)
    fitted = replace(fitted, weights=model_weights(fits.values()) if average else {})
    grid = _grid(name, patients, rows, given)
    target = out or Path("outputs", "survival", name)
    files = _write(target, into, fitted, patients, grid, given, until)
    if as_json:
        _print_json(fitted, patients, rows, failed, files)
        return
    from hecon.grid import rich_table

    console = results()
    console.print(rich_table(grid))
    for family, reason in failed.items():
        messages().print(f"not fitted: {family}: {reason.removeprefix(f'{family}: ')}", markup=False)
    how = "AIC weights" if average else f"selected: {chosen}{'' if select else ', for its AIC'}"
    console.print(f"{how}; use it in formulas as survival({name}, t)", markup=False)
    for file in files:
        console.print(f"wrote {file}", markup=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(survival_app, name="survival")


def _read(
    path: Path, unit: str, covariates: Sequence[str], where: Mapping[str, str], at: Mapping[str, str]
) -> "tuple[SurvivalData, dict[str, float]]":
    """The patients with times in years, and the covariates' values of table and plots."""
    from hecon.survival.data import read_survival

    if unit not in PER_YEAR:
        raise InputError(f"unknown unit '{unit}'{nearest(unit, PER_YEAR)} (known: {', '.join(PER_YEAR)})")
    unknown = [name for name in at if name not in covariates]
    if unknown:
        raise InputError(f"--at names '{unknown[0]}', which is none of the covariates{nearest(unknown[0], covariates)}")
    patients = read_survival(path, covariates, where)
    scale = PER_YEAR[unit]
    given = {name: _number(at.get(name, "0"), f"--at {name}") for name in covariates}
    return replace(patients, time=patients.time / scale, entry=patients.entry / scale), given


def _grid(name: str, patients: "SurvivalData", rows: Sequence[Mapping[str, Any]], given: Mapping[str, float]) -> "Grid":
    from hecon.grid import Column, Grid

    decimals = {"loglik": 1, "aic": 1, "bic": 1, "bic_events": 1, "aic_weight": 3, "parameters": 0}
    headings = {"parameters": "No", "loglik": "Log L", "aic": "AIC", "bic": "BIC", "bic_events": "BIC ev."}
    headings["aic_weight"] = "Weight"
    columns = tuple(
        Column(key, headings.get(key, key.capitalize() if key.islower() else key),
               None if key == "family" else decimals.get(key, 4 if key.startswith("S(") else 2))
        for key in rows[0]
    )  # fmt: skip
    cells = tuple(tuple(row.values()) for row in rows)
    whom = f" ({', '.join(f'{key} = {value:g}' for key, value in given.items())})" if given else ""
    title = f"{name}: {patients.n:g} patients, {patients.events:g} events{whom}; means in years"
    return Grid("comparison", title, columns, cells)


def _write(
    target: Path, into: Path | None, curve: "Curve", patients: "SurvivalData", grid: "Grid",
    given: Mapping[str, float], until: float,
) -> list[str]:  # fmt: skip
    """Everything to its folder, whole; then the curve into an existing table. The files' paths."""
    import numpy as np

    from hecon.figures.figure_style import save_figure
    from hecon.figures.survival_figures import survival_page
    from hecon.files import whole_file, whole_folder
    from hecon.grid import write_csv
    from hecon.inputs.curves_table import read_curves, write_curves
    from hecon.report.folder import versions, write_json

    others = read_curves(into) if into is not None and into.exists() else {}
    if target.exists() and not (target / "run.json").is_file():
        raise InputError(f"{target}: exists and is not a result of hecon; choose another with --out")
    alike = np.ones(len(patients.time), dtype=bool)
    for name, value in given.items():
        alike &= patients.covariates[name] == value
    with whole_folder(target) as folder:
        write_curves(folder / "curves.csv", [curve])
        write_csv(grid, folder / "comparison.csv")
        if alike.any():
            seen = patients.subset(alike)
            whom = "".join(f", {name} = {value:g}" for name, value in given.items())
            title = f"{curve.name}{whom}: {seen.n:g} patients, {seen.events:g} events"
            page = survival_page(seen, list(curve.fits.values()), until, given, title)
            save_figure(page, folder / "curves")
        about = {"command": shlex.join(["hecon", *sys.argv[1:]]), "curve": curve.name, "selected": curve.selected}
        write_json(folder / "run.json", {**about, "versions": versions()})
        names = sorted(path.name for path in folder.iterdir())
    if into is not None:
        with whole_file(into) as draft:
            write_curves(draft, list({**others, curve.name: curve}.values()))
    return [*(str(target / name) for name in names), *([str(into)] if into is not None else [])]


def _print_json(
    curve: "Curve",
    patients: "SurvivalData",
    rows: Sequence[Mapping[str, Any]],
    failed: Mapping[str, str],
    files: list[str],
) -> None:
    import json

    def plain(value: Any) -> Any:
        return None if isinstance(value, float) and not abs(value) < float("inf") else value

    told = {"curve": curve.name, "patients": patients.n, "events": patients.events, "selected": curve.selected}
    table = [{key: plain(value) for key, value in row.items()} for row in rows]
    typer.echo(json.dumps({**told, "families": table, "failed": failed, "files": files}, allow_nan=False))


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
