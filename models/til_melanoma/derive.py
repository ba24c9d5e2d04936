"""Computes the derived inputs of this case: costs moved to 2021, hours and days of the Dutch manual moved back to it.

`python models/til_melanoma/derive.py` writes them into parameters.csv; a test finds the same numbers.
"""

import sys
from pathlib import Path

from hecon.inputs.derived import Cells, derived_cells, price_changes, price_factor, write_derived

INPUTS = Path(__file__).parents[2] / "inputs" / Path(__file__).parent.name
YEAR = 2021
SPREAD = 0.25 / 1.959964  # costs vary 25% either side, read as a 95% interval
RETEL = {  # Retel 2018, table 1, EUR of 2018 (the price year was not read)
    "c_til_hospital": (62_000.0 - 35_500.0, "62,000 less production of 35,500"),
    "c_ipi_admin": (473.0, "473"),
    "c_ipi_events": (914.5, "914.50"),
}
MANUAL = {  # Dutch costing manual of 2024, EUR of 2022
    "c_visit": (120.0, "outpatient visit 120"),
    "c_scan": (205.0, "mean of CT of thorax 196 and abdomen 214"),
    "c_day_hospital": (644.0, "nursing day 644"),
    "wage_hour": (39.88, "39.88 an hour of paid work"),
    "c_informal_hour": (18.80, "18.80 an hour of unpaid work"),
    "c_travel_day": (60 * 0.26 + 3.92, "60 km (assumption) at 0.26 and parking 3.92"),
}


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    changes = price_changes(folder / "price_index_nld.csv")
    found = {}
    for name, (value, text) in RETEL.items():
        factor = price_factor(changes, 2018, YEAR)
        moved = value * factor
        note = f"{text} of 2018 x {factor:.4f} (consumer prices to {YEAR}); gamma, 25% either side as a 95% interval"
        found[name] = derived_cells(moved, moved, SPREAD * moved, note=note)
    for name, (value, text) in MANUAL.items():
        factor = price_factor(changes, 2022, YEAR)
        found[name] = derived_cells(value * factor, note=f"{text} of 2022 x {factor:.4f} (consumer prices to {YEAR})")
    return found


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
