"""Computes the derived inputs of this case: survival curves through published check-points, amounts in prices of 2021.

`python models/axi_cel_second_line/derive.py` writes parameters.csv and curves.csv; a test finds the same numbers.
"""

import sys
from math import floor
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
from hecon.survival.csv_files import read_columns
from hecon.survival.landmark_covariance import with_spread
from hecon.survival.landmarks import checkpoints
from hecon.survival.through_landmarks import solve_checkpoints

INPUTS = Path(__file__).parents[2] / "inputs" / "axi_cel_second_line"
PATIENTS = {"axi": 180, "soc": 179}  # randomised
FAMILIES = ("weibull mixture cure", "lnorm mixture cure", "llogis mixture cure")  # the first is the base case
PRICE_YEAR = 2021
# name: USD, price year, standard error as a share of the mean, what to say (0: not drawn)
AMOUNTS = {
    "c_post_infusion": (89_535, 2019, 0.25, "liso-cel, year assumed"),
    "c_asct": (140_792, 2013, 0.25, "recalled, year assumed"),
    "c_crs_and_neuro": (177_343, 2019, 0.5, "year and standard error assumed"),
    "wage_hour": (31.48, 2023, 0.0, "recalled; consumer prices for want of a wage index"),
}


def derived(folder: Path = INPUTS) -> dict[str, Cells]:
    """Name of each derived parameter -> its cells."""
    changes = price_changes(folder / "price_index_usa.csv")
    cells = {}
    for name, (amount, year, se, told) in AMOUNTS.items():
        factor = price_factor(changes, year, PRICE_YEAR)
        value = amount * factor
        note = f"{amount:,} USD of {year} x {factor:.4f} (consumer prices to {PRICE_YEAR}); {told}"
        cells[name] = derived_cells(value, value, se * value, note=note) if se else derived_cells(value, note=note)
    return cells


def curves(folder: Path = INPUTS) -> list[Curve]:
    """Event-free and overall survival by arm, in years and relative to the population: S / S of the population.

    Three check-points each, so that a mixture-cure curve of three parameters goes through them. At risk: those alive (or
    event-free) of all randomised; half of them after 24 months, when follow-up (median 47 months) thins out.
    """
    p = written_values(folder)
    found = []
    for arm, n in PATIENTS.items():
        overall = [(1.0, p[f"p_os_12_{arm}"]), (2.0, p[f"p_os_24_{arm}"]), (4.0, p[f"p_os_48_{arm}"])]
        median = p[f"d_median_efs_{arm}"] / 12
        event_free = [(median, 0.5), (2.0, p[f"p_efs_24_{arm}"]), (5.0, p[f"p_efs_60_{arm}"])]
        for kind, pairs in (("os", overall), ("efs", event_free)):
            times = [time for time, _ in pairs]
            relative = [survival / population(time, p, folder) for time, survival in pairs]
            at_risk = [n, n * pairs[0][1], 0.5 * n * pairs[1][1]]
            points = checkpoints(f"{kind}_{arm}", times, relative, at_risk=at_risk)
            fits = {name: rounded(with_spread(solve_checkpoints(points, name), points)) for name in FAMILIES}
            found.append(Curve(points.name, fits, FAMILIES[0]))
    return found


def population(years: float, p: dict[str, float], folder: Path = INPUTS) -> float:
    """Survival of the population from the starting age, the sexes as at the start; a constant hazard in each year."""
    columns = read_columns(folder / "life_table.csv", ["age", "qx_female", "qx_male"]).values
    life = {int(age): {name: column[k] for name, column in columns.items()} for k, age in enumerate(columns["age"])}

    def alive(whole: int) -> float:
        women, men = p["p_female"], 1 - p["p_female"]
        for age in range(int(p["age_start"]), int(p["age_start"]) + whole):
            women *= 1 - life[age]["qx_female"]
            men *= 1 - life[age]["qx_male"]
        return women + men

    year = floor(years + 1e-9)
    return float(alive(year) * (alive(year + 1) / alive(year)) ** (years - year))


if __name__ == "__main__":
    names = write_derived(INPUTS, derived())
    write_curves(INPUTS / "curves.csv", curves())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
