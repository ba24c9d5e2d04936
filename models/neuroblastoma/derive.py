"""Computes the derived inputs of this case: correlations of the Gompertz curves' two numbers, and one converted price.

`python models/neuroblastoma/derive.py` writes correlations.csv and parameters.csv; a test finds both again.
"""

import csv
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.optimize import brentq

from hecon import read_inputs
from hecon.arrays import Array
from hecon.inputs.book import Book
from hecon.inputs.derived import Cells, derived_cells, price_changes, price_factor, write_derived

HERE = Path(__file__).parent
INPUTS = HERE.parents[1] / "inputs" / HERE.name
OF_BOTH_CURVES = 0.8  # event-free and overall survival of the same patients: an assumption
DAYS_OUT_OF_POCKET = 365.25 / 4  # 2,440 USD of 2012 are of three months


def moments(shape: float, rate: float, years: float) -> Array:
    """Integrals of t^0, t^1, t^2 over the density of events up to `years` of follow-up."""
    t = np.linspace(0, years, 20_001)
    density = rate * np.exp(shape * t - rate * (np.exp(shape * t) - 1) / shape)
    return np.array([np.trapezoid(density * t**k, t) for k in range(3)])


def information(shape: float, se_shape: float, rate: float, se_rate: float) -> tuple[float, float, float]:
    """What two printed standard errors say of a Gompertz fit: correlation of shape and log rate, patients, years of follow-up.

    The information of shape and log rate is n times the moments above, so the ratio of the two standard errors gives the
    follow-up, and their size the patients.
    """
    wanted = (se_shape * rate / se_rate) ** 2

    def gap(years: float) -> float:
        zero, _, two = moments(shape, rate, years)
        return float(zero / two - wanted)

    years = brentq(gap, 0.5, 40)
    zero, one, two = moments(shape, rate, years)
    patients = zero / (zero * two - one**2) / se_shape**2
    return float(-one / np.sqrt(zero * two)), float(patients), float(years)


def fits(book: Book) -> dict[str, tuple[float, float, float]]:
    """Curve ("efs_gd2") -> correlation, patients, years of follow-up."""
    found = {}
    for curve in ("efs_gd2", "os_gd2", "efs_tt", "os_tt"):
        shape, rate = (book.parameters[f"{name}_{curve}"] for name in ("shape", "rate"))
        found[curve] = information(shape.value, float(shape.par2), rate.value, float(rate.par2))
    return found


def correlations(book: Book) -> list[tuple[str, str, str, str, float]]:
    """Rows of correlations.csv: the four numbers of an arm, pair by pair."""
    own = {curve: value[0] for curve, value in fits(book).items()}
    rows = []
    for arm in ("gd2", "tt"):
        names = [f"{name}_{curve}_{arm}" for curve in ("efs", "os") for name in ("shape", "rate")]
        for one, other in combinations(names, 2):
            curves = {"_".join(name.split("_")[1:]) for name in (one, other)}
            kinds = {name.split("_")[0] for name in (one, other)}
            within = float(np.mean([own[curve] for curve in curves])) if len(kinds) == 2 else 1.0
            between = OF_BOTH_CURVES if len(curves) == 2 else 1.0
            rows.append((arm, "correlation", one, other, round(within * between, 4)))
    return rows


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    day = 2_440 / DAYS_OUT_OF_POCKET * price_factor(price_changes(folder / "price_index_usa.csv"), 2012, 2023)
    return {"c_oop_day": derived_cells(day, day, 13.0)}


def main() -> None:
    """Write both files and print what the fits imply."""
    book = read_inputs(INPUTS)
    names = write_derived(INPUTS, derived())
    with (INPUTS / "correlations.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerows([("group", "kind", "name_1", "name_2", "value"), *correlations(book)])
    sys.stdout.write(f"{INPUTS}: {len(names)} parameters changed\n")
    for curve, (r, patients, years) in fits(book).items():
        sys.stdout.write(f"{curve}: correlation {r:.3f}, {patients:.0f} patients, {years:.1f} years\n")


if __name__ == "__main__":
    main()
