"""Computes the derived inputs of this case: amounts in prices of 2021, immunoglobulin, the landmarks' standard errors.

`python models/axi_cel_third_line/derive.py` writes parameters.csv; a test finds the same numbers. Curves are solved in the model.
"""

import sys
from pathlib import Path

from hecon.inputs.derived import Cells, derived_cells, price_changes, price_factor, write_derived, written_values

INPUTS = Path(__file__).parents[2] / "inputs" / Path(__file__).parent.name
PRICE_YEAR = 2021
# name: USD, price year, standard error as a share of the mean, what to say (0: not drawn)
AMOUNTS = {
    "c_post_infusion": (89_535, 2019, 0.25, "liso-cel, year assumed"),
    "c_transplant": (
        140_792,
        2013,
        0.25,
        "autologous, recalled as first 100 days, year assumed; allogeneic costs more",
    ),
    "wage_hour": (31.48, 2023, 0.0, "recalled; consumer prices for want of a wage index"),
}
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
    dose, weight, gram = IVIG
    note = f"{dose} g per kg x {weight} kg x {gram} USD per g, a dose every month"
    cells["c_ivig_month"] = derived_cells(dose * weight * gram, dose * weight * gram, 1500, note=note)
    errors = [name for name in written_values(folder) if name.startswith("z_")]  # standard normal by definition
    return cells | {name: derived_cells(0.0, 0.0, 1.0) for name in errors}


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
