"""Computes the derived inputs of this case, and those that are calibrated and stand in the inputs as assumptions.

`python models/cell_therapy_myeloma/derive.py` writes parameters.csv and prints what is calibrated; a test finds all again.
"""

import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np

import hecon
from hecon.inputs.derived import Cells, derived_cells, price_changes, price_factor, write_derived

HERE = Path(__file__).parent
INPUTS = HERE.parents[1] / "inputs" / HERE.name
PRICE_YEAR = 2024
BEFORE, AFTER = (
    529_795.0,
    265_167.0,
)  # Hansen 2024, standard arm in 25.4 months: before and after progression, USD of 2024
LATE, QALYS = 262_610.0, (1.73, 1.96)  # Pandya 2014: cost of late transplantation, USD of 2012; QALYs late and early
TRANSPLANT = 60_000.0  # Shah 2015, first 100 days; USD of 2009 by the same group's abstract of the same data
SPREAD = {"c_standard_month": 0.5, "c_subsequent": 0.5, "c_transplant": 0.2}  # standard errors over means, assumed


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    changes = price_changes(folder / "price_index_usa.csv")
    values = {
        "c_standard_month": BEFORE / _item(folder, "drugs", "c_standard_month"),
        "c_subsequent": AFTER / _item(folder, "next_line", "c_subsequent"),
        "c_transplant": TRANSPLANT * price_factor(changes, 2009, PRICE_YEAR),
    }
    cells = {name: derived_cells(value, value, SPREAD[name] * value) for name, value in values.items()}
    return cells | {"wage_hour": derived_cells(31.48 * price_factor(changes, 2023, PRICE_YEAR))}


def calibrated(folder: Path = INPUTS) -> dict[str, float]:
    """The monthly drug cost of the published tree of transplantation, and the utilities that its QALYs imply."""
    model, book = _models()["transplantation"], hecon.read_inputs(folder)
    changes = price_changes(folder / "price_index_usa.csv")
    without, with_one = (hecon.run(model, book.fix(c_imid_month=x)).cost("payer")[0, 0] for x in (0.0, 1.0))
    published = LATE * price_factor(changes, 2012, PRICE_YEAR)
    nothing, free, on = (
        hecon.run(model, book.fix(u_drug_free=u, du_on_drug=du)).effect("qaly")[:, 0]
        for u, du in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    )
    years = np.column_stack([free - nothing, on - free])  # QALYs per unit of utility and of its loss on drugs
    u_free, du_on = np.linalg.solve(years, np.array(QALYS) - nothing)
    return {
        "c_imid_month": float((published - without) / (with_one - without)),
        "u_drug_free": float(u_free),
        "du_on_drug": float(du_on),
    }


def _item(folder: Path, item: str, cost: str) -> float:
    """What an item of the standard arm of cilta-cel's trial costs in 25 months for each unit of its unit cost."""
    book = hecon.read_inputs(folder).scenario("trial_25_months")
    outcomes = hecon.run(_models()["cilta_cel"], book.fix(**{cost: 1.0}))
    (k,) = outcomes.select(kind="cost", name=item)
    return float(outcomes.values[0, k, 0])


def _models() -> Any:
    return runpy.run_path(str(HERE / "model.py"))["MODELS"]


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
    sys.stdout.write("".join(f"calibrated {name}: {value:.6g}\n" for name, value in calibrated().items()))
