"""Computes the derived and the calibrated inputs of this case.

`python models/allogeneic_transplantation/derive.py` writes parameters.csv and prints what is calibrated; a test finds all again.
"""

import math
import runpy
import sys
from pathlib import Path

import numpy as np

import hecon
from hecon.inputs.derived import Cells, derived_cells, price_changes, price_factor, write_derived

HERE = Path(__file__).parent
INPUTS = HERE.parents[1] / "inputs" / HERE.name
PRICE_YEAR = 2020
TOTALS = 942_373.0, 1_247_917.0  # Maziarz 2024: lifetime cost with 15% and with 39% still treated after two years
SHARES = 0.19, 0.15  # of the procedure in them
WITHOUT, WITH = 263_568.0, 466_720.0  # first 360 days without and with acute GVHD
TREATED = 0.15, 0.39
CHRONIC = 0.3, 0.7  # of those alive after 100 days
DISEASE_FREE, ALIVE = 0.69, 0.74  # ETAL-1, two years after transplantation


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    changes = price_changes(folder / "price_index_usa.csv")
    day = 2_440 / (365.25 / 4) * price_factor(changes, 2012, PRICE_YEAR)
    procedure = round(float(np.mean([share * total for share, total in zip(SHARES, TOTALS, strict=True)])), -3)
    rest, acute = WITHOUT - procedure, WITH - WITHOUT
    excess = math.log(DISEASE_FREE) / math.log(ALIVE) - 1
    chronic, treated = float(np.mean(CHRONIC)), float(np.mean(TREATED))
    return {
        "excess_relapse": derived_cells(excess, excess, 0.1),
        "p_chronic": derived_cells(chronic, chronic, 0.1),
        "p_treated_later": derived_cells(treated, treated, 0.06),
        "c_procedure": derived_cells(procedure, procedure, 0.2 * procedure),
        "wage_hour": derived_cells(31.48 * price_factor(changes, 2023, PRICE_YEAR)),
        "c_oop_day": derived_cells(day, day, 11.0),
        "c_first_year_rest": derived_cells(rest, rest, 40_000.0),
        "c_acute_year": derived_cells(acute, acute, 0.2 * acute),
    }


def calibrated(folder: Path = INPUTS) -> float:
    """The yearly cost of treating chronic GVHD at which the two published totals differ as published, USD: linear in it."""
    model, book = runpy.run_path(str(HERE / "model.py"))["MODELS"]["burden"], hecon.read_inputs(folder)
    per_dollar = [
        float(hecon.run(model, book.scenario(name).fix(c_chronic_year=1.0)).cost("payer")[0, 0])
        for name in ("treated_15", "treated_39")
    ]
    return (TOTALS[1] - TOTALS[0]) / (per_dollar[1] - per_dollar[0])


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
    sys.stdout.write(f"calibrated c_chronic_year: {calibrated():.0f}\n")
