"""Computes the derived amounts of this case from published ones and price indices: rows of parameters.csv.

`python models/car_t_paediatric_all/derive.py` writes; a test computes them again and finds the same numbers. Survival is
not here: the model solves it from its published points in every run.
"""

import csv
import os
import sys
from pathlib import Path

from hecon.inputs.tables.csv_file import read_csv
from hecon.survival.csv_files import read_columns

INPUTS = Path(__file__).parents[2] / "inputs" / Path(__file__).parent.name
Row = dict[str, str]

USD_PER_EUR = 1.13  # market rate, mean of 2017, recalled: an assumption; purchasing power parities were not available
PRICE_YEAR = 2017
GRAM, PER_KG, WEIGHT, DOSES = 140, 0.5, 41.7, 13 / 12  # USD, g per kg, kg, doses of immunoglobulin a month

# name: amount, currency, price year, standard error as a share of the mean
AMOUNTS = {
    "c_lymphodepletion_drug": (521, "EUR", 2018, 0.25),  # Thielen 2020 gives no price year in what was read: 2018
    "c_lymphodepletion_admin": (6301, "EUR", 2018, 0.25),
    "c_admin_car_t": (15932, "EUR", 2018, 0.25),
    "c_admin_salvage": (2437, "EUR", 2018, 0.25),
    "c_admin_combination": (4292, "EUR", 2018, 0.25),
    "c_admin_blinatumomab": (1997, "EUR", 2018, 0.25),
    "c_blinatumomab": (178000, "USD", 2014, 0.25),  # list price at launch, adults: children below 45 kg need less
    "c_neuro_mild": (1930, "USD", 2019, 0.5),  # published 2021: year and standard error assumed
    "c_transplant": (683099, "USD", 2016, 0.2),  # standard error not given: 20%
    "c_gvhd": (173836, "USD", 2018, 0.25),  # published 2021: year and standard error assumed
    "c_oop_day": (24.4, "USD", 2011, 0.5),  # 2,440 in 100 days, a median; range 199 to 13,769: year and error assumed
    "c_ivig_month": (GRAM * PER_KG * WEIGHT * DOSES, "USD", 2017, 0.25),  # 0.4 to 0.6 g per kg every four weeks
}


def derived(folder: Path = INPUTS) -> dict[str, Row]:
    """Name of each derived amount -> its new cells (value, par1, par2, note)."""
    cells = {"p_neuro_severe": _cells(0.13 / 0.40, 0.13 * 75, 0.27 * 75, "0.13 / 0.40 of 75 infused (recalled)")}
    for name, (amount, currency, year, se) in AMOUNTS.items():
        value, factor = to_2017(amount, currency, year, folder)
        rate = f" x {USD_PER_EUR} USD per EUR" if currency == "EUR" else ""
        note = f"{amount:,} {currency} of {year} x {factor:.4f} (consumer prices to {PRICE_YEAR}){rate}"
        cells[name] = _cells(value, value, se * value, f"{note}; standard error {se:.0%}")
    immune = f"{GRAM} USD a gram x {PER_KG} g per kg x {WEIGHT} kg x 13 doses a year / 12"
    cells["c_ivig_month"]["note"] = f"{immune}; price year not known; standard error 25%"
    return cells


def to_2017(amount: float, currency: str, year: int, folder: Path = INPUTS) -> tuple[float, float]:
    """The amount in USD of 2017 and its price factor: prices in the amount's own currency first, then the exchange."""
    path = folder / f"price_index_{'nld' if currency == 'EUR' else 'usa'}.csv"
    columns = read_columns(path, read_csv(path).columns).values
    change = dict(zip(columns["year"].astype(int).tolist(), columns["change_percent"].tolist(), strict=True))
    factor = 1.0
    for later in range(year + 1, PRICE_YEAR + 1):
        factor *= 1 + change[later] / 100
    for later in range(PRICE_YEAR + 1, year + 1):
        factor /= 1 + change[later] / 100
    return amount * factor * (USD_PER_EUR if currency == "EUR" else 1.0), factor


def write(folder: Path = INPUTS) -> list[str]:
    """Put the derived cells into parameters.csv (replaced in one step); the names whose cells changed."""
    path = folder / "parameters.csv"
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or ())
        rows = list(reader)
    new = derived(folder)
    changed = []
    for row in rows:
        cells = new.get(row["name"], {})
        if any(row[column] != cell for column, cell in cells.items()):
            changed.append(row["name"])
            row.update(cells)
    draft = path.with_suffix(".new")
    with open(draft, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(draft, path)
    return changed


def _cells(value: float, par1: float, par2: float, note: str) -> Row:
    numbers = {"value": value, "par1": par1, "par2": par2}
    return {column: format(number, ".12g") for column, number in numbers.items()} | {"note": note}


if __name__ == "__main__":
    names = write()
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
