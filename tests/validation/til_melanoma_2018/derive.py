"""Computes the derived inputs of this case: a cost by subtraction, and one that a published total implies.

`python tests/validation/til_melanoma_2018/derive.py` writes them into parameters.csv; a test finds the same numbers.
"""

import sys
from pathlib import Path

from hecon.inputs.derived import Cells, derived_cells, write_derived, written_values

INPUTS = Path(__file__).parent / "inputs"
TIL_TOTAL = 62_000.0  # Retel 2018, table 1: treatment with TIL, production and hospital
IPILIMUMAB_TOTAL = 94_705.0  # Retel 2018, results: cost of the ipilimumab arm
SPREAD = 0.25 / 1.959964  # costs vary 25% either side, read as a 95% interval


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    p = written_values(folder)
    hospital = TIL_TOTAL - p["c_til_personnel"] - p["c_til_material"] - p["c_til_cleanroom"]
    left = IPILIMUMAB_TOTAL - p["c_ipi_drug"] - p["c_ipi_admin"] - p["c_ipi_events"]
    years = years_in_progression(p["p_pfs_ipi"], p["p_os_ipi"], p["dr_cost"])
    yearly = left / years
    solved = (
        f"CALIBRATED: ({IPILIMUMAB_TOTAL:,.0f} published - treatment) / {years:.6f} discounted years in progression"
        " counted at cycle ends; that care is paid in progressive disease only is a hypothesis"
    )
    return {
        "c_til_hospital": derived_cells(
            hospital, hospital, SPREAD * hospital, note=f"{TIL_TOTAL:,.0f} less production; gamma, 25% either side"
        ),
        "c_progressive_year": derived_cells(yearly, yearly, SPREAD * yearly, note=solved),
    }


def years_in_progression(p_pfs: float, p_os: float, rate: float) -> float:
    """Discounted years between progression and death, survival p ** t counted at the ends of years for ever."""
    return sum(p / (1 + rate) / (1 - p / (1 + rate)) * sign for p, sign in ((p_os, 1), (p_pfs, -1)))


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
