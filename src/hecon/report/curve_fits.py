"""Families of a survival curve fitted to data and compared: as a table, as rows of curves.csv, and as a page of plots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from pathlib import Path
from typing import Any

import numpy as np

from hecon.errors import InputError
from hecon.files import whole_file, whole_folder
from hecon.grid import Column, Grid, write_csv
from hecon.inputs.curves_table import Curve, read_curves, write_curves
from hecon.report.folder import versions, write_json
from hecon.survival.compare import compare, model_weights
from hecon.survival.data import SurvivalData
from hecon.survival.family import STANDARD
from hecon.survival.fit import fit_all
from hecon.survival.small_cells import SMALL, shown_count, told_count

_HEADINGS = {
    "parameters": "No", "loglik": "Log L", "aic": "AIC", "bic": "BIC", "bic_events": "BIC ev.", "aic_weight": "Weight",
}  # fmt: skip
_DECIMALS = {"loglik": 1, "aic": 1, "bic": 1, "bic_events": 1, "aic_weight": 3, "parameters": 0}


@dataclass(frozen=True)
class CurveFits:
    """A `curve` of the `patients`, with a row per family as `compare` gives it; `failed` says why others were not fitted.

    `given` are the covariates' values of table and plots, `until` the years of restricted means and extrapolation.
    """

    patients: SurvivalData
    curve: Curve
    rows: tuple[Mapping[str, float | str], ...]
    failed: Mapping[str, str]
    given: Mapping[str, float]
    until: float

    @property
    def whom(self) -> str:
        """The covariates' values in words, such as "arm = 1"."""
        return ", ".join(f"{name} = {value:g}" for name, value in self.given.items())

    @property
    def grid(self) -> Grid:
        """The families side by side, lowest AIC first; means in years."""
        columns = tuple(
            Column(key, _HEADINGS.get(key, key.capitalize() if key.islower() else key),
                   None if key == "family" else _DECIMALS.get(key, 4 if key.startswith("S(") else 2))
            for key in self.rows[0]
        )  # fmt: skip
        whom = f" ({self.whom})" if self.given else ""
        title = (
            f"{self.curve.name}: {told_count(self.patients.n)} patients, {told_count(self.patients.events)} events{whom}; "
            "means in years"
        )
        return Grid("comparison", title, columns, tuple(tuple(row.values()) for row in self.rows))

    def as_json(self, files: Sequence[str]) -> dict[str, Any]:
        """All of it as plain values, with the files it was written to; what is not finite is None."""
        table = [
            {key: x if isinstance(x, str) or abs(x) < np.inf else None for key, x in row.items()} for row in self.rows
        ]
        told = {
            "curve": self.curve.name,
            "patients": shown_count(self.patients.n),
            "events": shown_count(self.patients.events),
        }
        return {**told, "selected": self.curve.selected, "families": table, "failed": self.failed, "files": list(files)}


def fit_curves(
    name: str,
    patients: SurvivalData,
    families: Sequence[str] = (),
    *,
    landmarks: Sequence[float] = (),
    until: float = 20.0,
    given: Mapping[str, float] | None = None,
    select: str = "",
    average: bool = False,
) -> CurveFits:
    """Fit families by maximum likelihood (the seven standard ones) and select one, that of lowest AIC unless named.

    `average` gives the families their AIC weights. Times are in years.

    Raises:
        InputError: an unknown family, or one to select that is not fitted; what fitting raises.

    >>> from hecon.survival.data import survival_data
    >>> found = fit_curves("os", survival_data([2.0, 4.0, 4.0], [1, 1, 0]), ["exponential"], landmarks=[5.0])
    >>> found.curve.selected, found.rows[0]["S(5)"]  # 2 events in 10 years
    ('exponential', 0.36787944117144233)
    """
    fits, failed = fit_all(patients, list(families) or list(STANDARD))
    rows = compare(fits.values(), landmarks, until, given)
    weights = model_weights(fits.values()) if average else {}
    chosen = select or str(rows[0]["family"])
    curve = replace(Curve(name, fits, chosen).select(chosen), weights=weights)
    return CurveFits(patients, curve, tuple(rows), failed, given or {}, until)


def write_fits(found: CurveFits, target: Path, into: Path | None = None, command: str = "") -> list[str]:
    """Write curves.csv, comparison.csv and a page of plots to a folder, whole; then the curve `into` a table, if one is named.

    Counts below 5 are left blank, and the plots of fewer than 5 patients or events are left out.

    Returns the files' paths.

    Raises:
        InputError: a folder that holds something else; a table that cannot be read.

    >>> import tempfile
    >>> from hecon.survival.data import survival_data
    >>> found = fit_curves("os", survival_data(range(1, 21), [1, 0] * 10), ["exponential"])
    >>> [Path(file).name for file in write_fits(found, Path(tempfile.mkdtemp(), "os"))]
    ['comparison.csv', 'curves.csv', 'curves.png', 'curves.svg', 'run.json']
    """
    from hecon.figures.figure_style import save_figure
    from hecon.figures.survival_figures import survival_page

    curve, patients = _told(found.curve), found.patients
    others = read_curves(into) if into is not None and into.exists() else {}
    if target.exists() and not (target / "run.json").is_file():
        raise InputError(f"{target}: exists and is not a result of hecon; choose another with --out")
    alike = np.ones(len(patients.time), dtype=bool)
    for name, value in found.given.items():
        alike &= patients.covariates[name] == value
    with whole_folder(target) as folder:
        write_curves(folder / "curves.csv", [curve])
        write_csv(found.grid, folder / "comparison.csv")
        seen = patients.subset(alike)
        if min(seen.n, seen.events) >= SMALL:  # fewer could be told one from another
            whom = f", {found.whom}" if found.given else ""
            title = f"{curve.name}{whom}: {told_count(seen.n)} patients, {told_count(seen.events)} events"
            page = survival_page(seen, list(curve.fits.values()), found.until, found.given, title)
            save_figure(page, folder / "curves")
        about = {"command": command, "curve": curve.name, "selected": curve.selected}
        write_json(folder / "run.json", {**about, "versions": versions()})
        names = sorted(path.name for path in folder.iterdir())
    if into is not None:
        with whole_file(into) as draft:
            write_curves(draft, list({**others, curve.name: curve}.values()))
    return [*(str(target / name) for name in names), *([str(into)] if into is not None else [])]


def _told(curve: Curve) -> Curve:
    """The curve with its counts, blank where they are below 5."""
    fits = {
        name: replace(fit, n=nan if 0 < fit.n < SMALL else fit.n, events=nan if 0 < fit.events < SMALL else fit.events)
        for name, fit in curve.fits.items()
    }
    return replace(curve, fits=fits)
