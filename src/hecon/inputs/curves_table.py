"""The table `curves`: fitted curves as rows, written and read, so that a probabilistic analysis can sample from them.

A row per parameter of each fit, in the family's order (covariate effects last, named parameter:covariate):

    curve     name used in formulas, such as os_car_t
    family    lnorm, gengamma, spline odds 2, weibull mixture cure, ... (survival_family)
    selected  yes for one family of each curve, no for the others; or the weight of each, adding up to 1, where a
              probabilistic analysis is to choose a family in each draw; every row of a fit says the same
    parameter, estimate    the estimate on the transformed scale (log, logit or as it is)
    knot      log time of knot k on the row of gamma k; time at which rate k ends (piecewise); else blank
    cov_1 ... cov_p        the row of the covariance matrix of this fit; zeros for a curve without uncertainty
    loglik, n, events      of the fit, repeated; blank when the curve was not fitted by likelihood
    provenance             derived, read, expert, assumption or unverified
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hecon.errors import Fault, HeconError, InputError, nearest, raise_faults, told_sum
from hecon.inputs.tables.cells import is_number, letter, not_a_number, number
from hecon.inputs.tables.csv_file import read_csv
from hecon.outcomes import Array
from hecon.survival.family import Family, family
from hecon.survival.fit import CurveFit

COLUMNS = ("curve", "family", "selected", "parameter", "estimate", "knot")
AFTER = ("loglik", "n", "events", "provenance")
PROVENANCES = ("derived", "read", "expert", "assumption", "unverified")


@dataclass(frozen=True)
class Curve:
    """A named curve: its fits by family, and the family that is selected; `weights` by family, where they are given.

    >>> fit = CurveFit("exponential", ("rate",), np.zeros(1), np.zeros((1, 1)))
    >>> Curve("os", {"exponential": fit}, "exponential").fit.family
    'exponential'
    """

    name: str
    fits: Mapping[str, CurveFit]
    selected: str
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def fit(self) -> CurveFit:
        """The fit of the selected family."""
        return self.fits[self.selected]

    def select(self, family_name: str) -> "Curve":
        """The same curve with another family selected; InputError names the families there are."""
        if family_name not in self.fits:
            known = ", ".join(self.fits)
            hint = nearest(family_name, self.fits)
            raise InputError(f"curve '{self.name}' has no family '{family_name}'{hint} (fitted: {known})")
        return Curve(self.name, self.fits, family_name)


def curve_rows(curves: Sequence[Curve]) -> list[dict[str, str]]:
    """The table's rows as text, floats with all their digits.

    >>> fit = CurveFit("exponential", ("rate",), np.array([-1.5]), np.array([[0.25]]))
    >>> row = curve_rows([Curve("os", {"exponential": fit}, "exponential")])[0]
    >>> row["parameter"], row["estimate"], row["cov_1"], row["selected"]
    ('rate', '-1.5', '0.25', 'yes')
    """
    widest = max((len(fit.names) for curve in curves for fit in curve.fits.values()), default=0)
    rows = []
    for curve in curves:
        for name, fit in curve.fits.items():
            for k, parameter in enumerate(fit.names):
                chosen = _exact(curve.weights[name]) if curve.weights else "yes" if name == curve.selected else "no"
                row = {"curve": curve.name, "family": name, "selected": chosen}
                row |= {"parameter": parameter, "estimate": _exact(fit.estimates[k])}
                row["knot"] = _exact(fit.knots[k]) if k < len(fit.knots) else ""
                row |= {f"cov_{j + 1}": "" for j in range(widest)}
                row |= {f"cov_{j + 1}": _exact(value) for j, value in enumerate(fit.covariance[k])}
                row |= {"loglik": _exact(fit.loglik), "n": _exact(fit.n), "events": _exact(fit.events)}
                rows.append(row | {"provenance": fit.provenance})
    return rows


def write_curves(path: str | Path, curves: Sequence[Curve]) -> None:
    """Write the table as CSV (UTF-8); an existing file is replaced.

    >>> from tempfile import TemporaryDirectory
    >>> fit = CurveFit("exponential", ("rate",), np.array([-1.5]), np.zeros((1, 1)))
    >>> with TemporaryDirectory() as folder:
    ...     write_curves(Path(folder, "curves.csv"), [Curve("os", {"exponential": fit}, "exponential")])
    ...     read_curves(Path(folder, "curves.csv"))["os"].fit.estimates.tolist()
    [-1.5]
    """
    rows = curve_rows(curves)
    header = list(rows[0]) if rows else [*COLUMNS, "cov_1", *AFTER]
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_curves(path: str | Path) -> dict[str, Curve]:
    """The curves of a CSV file, by name; see curves_from_rows.

    >>> read_curves("nowhere.csv")
    Traceback (most recent call last):
    hecon.errors.InputError: nowhere.csv: not found
    """
    sheet = read_csv(path)
    return curves_from_rows([{column: row.text(column) for column in sheet.columns} for row in sheet.rows], sheet.name)


def curves_from_rows(rows: Sequence[Mapping[str, str]], place: str = "curves") -> dict[str, Curve]:
    """The curves of a table given as rows of text (the first row is row 2 of its sheet), by name.

    Raises:
        InputError: columns or parameters that are missing or too many, text for a number, knots that do not rise, a
            covariance that is not symmetric or has a negative eigenvalue, none or several families
            selected; all at once.

    >>> row = {"curve": "os", "family": "exponential", "selected": "yes", "parameter": "rate", "estimate": "-2",
    ...        "knot": "", "cov_1": "0.01"}
    >>> curves_from_rows([row])["os"].fit.names
    ('rate',)
    """
    curves, faults = curves_and_faults(rows, place)
    raise_faults(faults, InputError, place)
    return curves


def curves_and_faults(rows: Sequence[Mapping[str, str]], place: str = "curves") -> tuple[dict[str, Curve], list[Fault]]:
    """As curves_from_rows, with the faults returned and not raised: (the curves that can be read, faults).

    >>> [str(fault) for fault in curves_and_faults([{"curve": "os"}])[1]][0]
    "curves: column 'family' is missing"
    """
    header = list(rows[0]) if rows else []
    needed = [name for name in (*COLUMNS, "cov_1") if name != "knot"]  # only splines and piecewise curves have knots
    missing = [name for name in needed if name not in header] if rows else []
    if missing:
        return {}, [Fault(place, f"column '{name}' is missing") for name in missing]
    sheet = _Sheet(rows, header, place)
    groups: dict[str, dict[str, list[int]]] = {}
    for k in range(len(rows)):
        groups.setdefault(sheet.text(k, "curve"), {}).setdefault(sheet.text(k, "family"), []).append(k)
    faults: list[Fault] = []
    curves = {}
    for name, families in groups.items():
        selected, weights = _selected(sheet, name, families, faults)
        fits = {kind: _read_fit(sheet, kind, numbers, faults) for kind, numbers in families.items()}
        curves[name] = Curve(name, {kind: fit for kind, fit in fits.items() if fit}, selected, weights)
    return curves, faults


@dataclass(frozen=True)
class _Sheet:
    rows: Sequence[Mapping[str, str]]
    header: Sequence[str]
    place: str

    def text(self, row: int, column: str) -> str:
        return str(self.rows[row].get(column) or "").strip()

    def at(self, row: int, column: str) -> str:
        """Where a cell is: curves!E7 (os, lnorm)."""
        who = f"{self.text(row, 'curve')}, {self.text(row, 'family')}"
        cell = f"{letter(self.header.index(column))}{row + 2}" if column in self.header else f"row {row + 2}"
        return f"{self.place}!{cell} ({who})"

    def number(self, row: int, column: str, faults: list[Fault]) -> float:
        text = self.text(row, column)
        found = number(text)
        if found is None:
            faults.append(Fault(self.at(row, column), not_a_number(text)))
        return float("nan") if found is None else found


def _selected(
    sheet: _Sheet, curve: str, families: Mapping[str, list[int]], faults: list[Fault]
) -> tuple[str, dict[str, float]]:
    """The family selected, and the weights; with weights, the family of the highest."""
    words = {}
    for kind, numbers in families.items():
        said = {sheet.text(k, "selected").lower() for k in numbers}
        words[kind] = said.pop() if len(said) == 1 else ""
        if words[kind] not in ("yes", "no") and not is_number(words[kind]):
            told = "write yes, no or a weight, the same in every row of a fit"
            faults.append(Fault(sheet.at(numbers[0], "selected"), told))
    if words and all(is_number(word) for word in words.values()):
        weights = {kind: float(word) for kind, word in words.items()}
        if abs(sum(weights.values()) - 1) > 1e-6 or min(weights.values()) < 0:
            told = (
                f"the weights of its families must be at least 0 and add up to 1; got {told_sum(sum(weights.values()))}"
            )
            faults.append(Fault(f"{sheet.place} ({curve})", told))
        return max(weights, key=lambda kind: weights[kind]), weights
    chosen = [kind for kind, word in words.items() if word == "yes"]
    if len(chosen) != 1:
        told = f"{len(chosen) or 'no'} families are selected; write yes for exactly one of {', '.join(families)}"
        faults.append(Fault(f"{sheet.place} ({curve})", told))
    return (chosen or [""])[0], {}


def _read_fit(sheet: _Sheet, name: str, numbers: list[int], faults: list[Fault]) -> CurveFit | None:
    """One fit from its rows; None once a fault has been added."""
    before, first = len(faults), numbers[0]
    parameters = tuple(sheet.text(k, "parameter") for k in numbers)
    estimates = np.array([sheet.number(k, "estimate", faults) for k in numbers])
    knots = [sheet.number(k, "knot", faults) for k in numbers if sheet.text(k, "knot")]
    columns = [f"cov_{j + 1}" for j in range(len(numbers))]
    if columns[-1] not in sheet.header:
        faults.append(Fault(sheet.at(first, "cov_1"), f"{len(numbers)} parameters need columns up to '{columns[-1]}'"))
        return None
    covariance = np.array([[sheet.number(k, column, faults) for column in columns] for k in numbers])
    loglik, n, events = (
        sheet.number(first, column, faults) if sheet.text(first, column) else float("nan") for column in AFTER[:3]
    )
    provenance = sheet.text(first, "provenance") or "derived"
    if provenance not in PROVENANCES:
        faults.append(Fault(sheet.at(first, "provenance"), f"'{provenance}' is none of {', '.join(PROVENANCES)}"))
    try:
        kind = family(name, knots or None)
    except HeconError as error:
        faults.append(Fault(sheet.at(first, "family"), str(error)))
        return None
    faults += _parameter_faults(sheet, first, kind, parameters)
    faults += _covariance_faults(sheet, numbers, covariance)
    if len(faults) > before:
        return None
    return CurveFit(name, parameters, estimates, covariance, loglik, n, events, kind.knots, provenance)


def _parameter_faults(sheet: _Sheet, row: int, kind: Family, parameters: tuple[str, ...]) -> Iterator[Fault]:
    wanted = tuple(parameter for parameter, _ in kind.parameters)
    effects = parameters[len(wanted) :]
    carriers = (f"{kind.location}:", "cure:") if kind.cure else (f"{kind.location}:",)
    if parameters[: len(wanted)] != wanted or not all(effect.startswith(carriers) for effect in effects):
        told = f"parameters must be {', '.join(wanted)} in this order, then effects such as {kind.location}:arm"
        yield Fault(sheet.at(row, "parameter"), f"{told}; got {', '.join(parameters)}")
    if kind.is_spline and not kind.knots:
        yield Fault(sheet.at(row, "knot"), "a spline needs a knot, a log time, in the row of every gamma")
    if kind.base == "piecewise" and not kind.knots:
        yield Fault(sheet.at(row, "knot"), "a piecewise curve needs the time at which each rate but the last ends")


def _covariance_faults(sheet: _Sheet, numbers: list[int], covariance: Array) -> Iterator[Fault]:
    if not np.isfinite(covariance).all():
        return
    spread = np.sqrt(np.abs(np.diag(covariance)))
    unequal = np.argwhere(np.abs(covariance - covariance.T) > 1e-6 * np.outer(spread, spread) + 1e-300)
    if len(unequal):
        i, j = (int(k) for k in unequal[0])
        told = f"the covariance is not symmetric: {covariance[i, j]:g} here, {covariance[j, i]:g} across the diagonal"
        yield Fault(sheet.at(numbers[i], f"cov_{j + 1}"), told)
        return
    scale = np.where(spread > 0, spread, 1.0)
    lowest = float(np.linalg.eigvalsh(covariance / np.outer(scale, scale)).min())
    if lowest < -1e-6:
        told = f"the covariance is not positive definite (lowest eigenvalue of the correlations {lowest:.3g})"
        yield Fault(sheet.at(numbers[0], "cov_1"), f"{told}; copy the matrix with more digits, from one fit")


def _exact(value: float) -> str:
    return repr(float(value)) if np.isfinite(value) else ""
