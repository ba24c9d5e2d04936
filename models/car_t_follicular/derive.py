"""Computes the derived inputs of this case, and the one calibrated cost, which stands in the inputs as an assumption.

`python models/car_t_follicular/derive.py` writes parameters.csv and prints the calibrated cost; a test finds both again.
"""

import runpy
import sys
from pathlib import Path

import hecon
from hecon.inputs.derived import Cells, derived_cells, price_changes, price_factor, write_derived

HERE = Path(__file__).parent
INPUTS = HERE.parents[1] / "inputs" / HERE.name
PRICE_YEAR = 2021
PUBLISHED_STANDARD = 458_490.0  # Potnis 2023, cost of standard care per patient, USD


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each computed parameter -> its cells."""
    factor = price_factor(price_changes(folder / "price_index_usa.csv"), 2023, PRICE_YEAR)
    return {"wage_hour": derived_cells(31.48 * factor)}


def calibrated(folder: Path = INPUTS) -> float:
    """The yearly cost after progression with which standard care costs what was published, USD: linear in that cost."""
    model = runpy.run_path(str(HERE / "model.py"))["MODEL"]
    book = hecon.read_inputs(folder)
    without, with_one = (
        float(hecon.run(model, book.fix(c_later_lines_year=yearly)).cost("payer")[0, 0]) for yearly in (0.0, 1.0)
    )
    return (PUBLISHED_STANDARD - without) / (with_one - without)


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
    sys.stdout.write(f"calibrated c_later_lines_year: {calibrated():.1f}\n")
