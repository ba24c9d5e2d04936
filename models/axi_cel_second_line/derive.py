"""Computes the derived inputs of this case: amounts in prices of 2021, event-free survival at 48 months, immunoglobulin.

`python models/axi_cel_second_line/derive.py` writes parameters.csv; a test finds the same numbers. Curves are solved in the model.
"""

import sys
from pathlib import Path

from hecon.inputs.derived import Cells, derived_cells, price_changes, price_factor, write_derived, written_values

INPUTS = Path(__file__).parents[2] / "inputs" / Path(__file__).parent.name
PRICE_YEAR = 2021
# name: USD, price year, standard error as a share of the mean, what to say (0: not drawn)
AMOUNTS = {
    "c_post_infusion": (89_535, 2019, 0.25, "liso-cel, year assumed"),
    "c_asct": (140_792, 2013, 0.25, "recalled as first 100 days, year assumed"),
    "wage_hour": (31.48, 2023, 0.0, "recalled; consumer prices for want of a wage index"),
}
# arm: progression-free at 24 and 48 months (0.244 is recalled, the others are read)
PROGRESSION_FREE = {"axi": (0.46, 0.418), "soc": (0.27, 0.244)}
IVIG = (0.4, 70, 140)  # g per kg, kg, USD per g; a dose every month


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    changes = price_changes(folder / "price_index_usa.csv")
    cells = {}
    for name, (amount, year, se, told) in AMOUNTS.items():
        factor = price_factor(changes, year, PRICE_YEAR)
        value = amount * factor
        note = f"{amount:,} USD of {year} x {factor:.4f} (consumer prices to {PRICE_YEAR}); {told}"
        cells[name] = derived_cells(value, value, se * value, note=note) if se else derived_cells(value, note=note)
    p = written_values(folder)
    for arm, (early, late) in PROGRESSION_FREE.items():
        middle = p[f"p_efs_middle_{arm}"]
        note = f"{middle} x {late} / {early}: falls after 24 months as progression-free survival does"
        told = "turns shares of all randomised into shares of events; stays where the curve is varied"
        cells[f"p_efs_late_{arm}"] = derived_cells(middle * late / early, note=note)
        cells[f"p_efs_late_trial_{arm}"] = derived_cells(middle * late / early, note=told)
    dose, weight, gram = IVIG
    note = f"{dose} g per kg x {weight} kg x {gram} USD per g, a dose every month"
    cells["c_ivig_month"] = derived_cells(dose * weight * gram, dose * weight * gram, 1500, note=note)
    errors = [name for name in p if name.startswith("z_")]  # standard normal by definition
    return cells | {name: derived_cells(0.0, 0.0, 1.0) for name in errors}


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
