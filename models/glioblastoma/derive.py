"""Computes the derived inputs of this case: temozolomide and the rest of treatment from one published range.

`python models/glioblastoma/derive.py` writes them into parameters.csv; a test finds the same numbers.
"""

import sys
from pathlib import Path

from hecon.inputs.derived import Cells, derived_cells, write_derived

INPUTS = Path(__file__).parents[2] / "inputs" / Path(__file__).parent.name
LOW, HIGH = 27_365.0, 39_092.0  # Uyl-de Groot 2009: cost of treatment with radiation and temozolomide
DRUG = 0.40  # of it temozolomide, approximately


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    middle, spread = (LOW + HIGH) / 2, (HIGH - LOW) / 4  # the range as four standard errors
    text = f"of the middle of {LOW:,.0f} and {HIGH:,.0f}; the range as four standard errors"
    shares = {"c_temozolomide": (DRUG, "40%"), "c_treatment": (1 - DRUG, "60%")}
    return {
        name: derived_cells(share * middle, share * middle, share * spread, note=f"{word} {text}")
        for name, (share, word) in shares.items()
    }


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
