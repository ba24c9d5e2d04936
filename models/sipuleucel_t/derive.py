"""Computes the derived inputs of this case: survival curves through published points, a cost by subtraction, a wage.

`python models/sipuleucel_t/derive.py` writes parameters.csv and curves.csv; a test finds the same numbers.
"""

import sys
from pathlib import Path

from hecon.inputs.curves_table import Curve, write_curves
from hecon.inputs.derived import (
    Cells,
    derived_cells,
    price_changes,
    price_factor,
    rounded,
    write_derived,
    written_values,
)
from hecon.survival.landmark_covariance import with_spread
from hecon.survival.landmarks import checkpoints
from hecon.survival.through_landmarks import solve_checkpoints

INPUTS = Path(__file__).parents[2] / "inputs" / "sipuleucel_t"
ADDED = 104_536.0  # Holko 2014: cost added by sipuleucel-T
PATIENTS = {"sip": 341, "std": 171}  # Kantoff 2010
STILL_FOLLOWED = 0.5  # of those alive at the median, at risk up to 36 months; median follow-up was 34 months (recalled)
WAGE, PRICE_YEAR = (31.48, 2023), 2013


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    p = written_values(folder)
    course = p["n_doses"] * p["price_dose"]
    other = ADDED - course
    factor = price_factor(price_changes(folder / "price_index_usa.csv"), WAGE[1], PRICE_YEAR)
    return {
        "c_other_added": derived_cells(
            other, other, 0.25 * other, note=f"{ADDED:,.0f} less the course of {course:,.0f}; standard error 25%"
        ),
        "wage_hour": derived_cells(
            WAGE[0] * factor, note=f"{WAGE[0]} USD of {WAGE[1]} x {factor:.4f} (consumer prices to {PRICE_YEAR})"
        ),
    }


def curves(folder: Path = INPUTS) -> list[Curve]:
    """Overall survival by arm in years: Weibull through median and month 36, exponential through the median."""
    p = written_values(folder)
    found = []
    for arm, n in PATIENTS.items():
        times = [p[f"d_median_os_{arm}"] / 12, 3.0]
        both = checkpoints(f"os_{arm}", times, [0.5, p[f"p_os_36_{arm}"]], at_risk=[n, 0.5 * STILL_FOLLOWED * n])
        median = checkpoints(f"os_{arm}", times[:1], [0.5], at_risk=[n])
        fits = {
            "weibull": rounded(with_spread(solve_checkpoints(both, "weibull"), both)),
            "exponential": rounded(with_spread(solve_checkpoints(median, "exponential"), median)),
        }
        found.append(Curve(f"os_{arm}", fits, "weibull"))
    return found


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    write_curves(INPUTS / "curves.csv", curves())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
