"""Computes the derived inputs of this case: a cost by subtraction.

`python models/sipuleucel_t/derive.py` writes parameters.csv; a test finds the same numbers.
"""

import sys
from pathlib import Path

from hecon.inputs.derived import Cells, derived_cells, write_derived, written_values

INPUTS = Path(__file__).parents[2] / "inputs" / Path(__file__).parent.name
ADDED = 104_536.0  # Holko 2014: cost added by sipuleucel-T


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    p = written_values(folder)
    course = p["n_doses"] * p["price_dose"]
    other = ADDED - course
    return {
        "c_other_added": derived_cells(
            other, other, 0.25 * other, note=f"{ADDED:,.0f} less the course of {course:,.0f}; standard error 25%"
        ),
    }


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
