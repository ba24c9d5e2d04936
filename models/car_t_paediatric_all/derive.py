"""Computes the derived inputs of this case from its check-points and price indices: rows of parameters.csv, curves.csv.

`python models/car_t_paediatric_all/derive.py` writes; a test computes them again and finds the same numbers.
"""

import csv
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from math import exp
from pathlib import Path

from hecon.inputs.curves_table import Curve, write_curves
from hecon.inputs.derived import rounded
from hecon.inputs.tables.csv_file import read_csv
from hecon.survival.csv_files import read_columns
from hecon.survival.landmark_covariance import with_spread
from hecon.survival.landmarks import checkpoints
from hecon.survival.through_landmarks import solve_checkpoints

INPUTS = Path(__file__).parents[2] / "inputs" / "car_t_paediatric_all"
Row = dict[str, str]

MONTHS = (0, 6, 12, 36, 60)
INFUSED = 79  # patients at risk at infusion, later data cut
P_EVENT_DEATH = 0.10  # share of events that are deaths: an assumption, also parameters.csv p_event_death
USD_PER_EUR = 1.13  # market rate, mean of 2017, recalled: an assumption; purchasing power parities were not available
PRICE_YEAR = 2017
CURES = ("lnorm mixture cure", "weibull mixture cure", "llogis mixture cure")  # the first is the base case
FURTHEST = 0.03  # from a check-point: four of them, and three parameters in a curve

# name: amount, currency, price year, standard error as a share of the mean (0: fixed, low and high 25% either side)
AMOUNTS = {
    "c_lymphodepletion_drug": (521, "EUR", 2018, 0.25),  # Thielen 2020 gives no price year in what was read: 2018
    "c_lymphodepletion_admin": (6301, "EUR", 2018, 0.25),
    "c_admin_car_t": (15932, "EUR", 2018, 0.25),
    "c_clofarabine": (71020, "EUR", 2018, 0.0),
    "c_admin_salvage": (2437, "EUR", 2018, 0.25),
    "c_neuro_mild": (1930, "USD", 2019, 0.5),  # published 2021: year and standard error assumed
    "c_transplant": (683099, "USD", 2016, 0.2),  # standard error not given: 20%
    "c_oop_transplant": (2440, "USD", 2011, 0.5),  # a median, range 199 to 13,769: year and standard error assumed
    "wage_hour": (31.48, "USD", 2023, 0.0),  # deflated by consumer prices, for want of a wage index
}


def derived(folder: Path = INPUTS) -> dict[str, Row]:
    """Name of each derived parameter -> its new cells (value, par1, par2, low, high, note).

    Raises ValueError when no hazard after an event lets overall survival meet a check-point.
    """
    points = {int(p["month"]): (p["efs"], p["os"]) for p in _table(folder / "checkpoints.csv")}
    efs = [1.0] + [points[month][0] for month in MONTHS[1:]]
    overall = [1.0] + [points[month][1] for month in MONTHS[1:]]
    intervals = {int(p["month"]): (p["low"], p["high"]) for p in _table(folder / "efs_interval.csv")}
    cells = _event_free(efs, intervals) | _after_event(efs, overall)
    cells["p_neuro_severe"] = _cells(0.13 / 0.40, 0.13 * 75, 0.27 * 75, note="0.13 / 0.40 of 75 infused (recalled)")
    for name, (amount, currency, year, se) in AMOUNTS.items():
        index = _table(folder / f"price_index_{'nld' if currency == 'EUR' else 'usa'}.csv")
        value, factor = _to_2017(amount, currency, year, {int(row["year"]): row["change_percent"] for row in index})
        rate = f" x {USD_PER_EUR} USD per EUR" if currency == "EUR" else ""
        note = f"{amount:,} {currency} of {year} x {factor:.4f} (consumer prices to {PRICE_YEAR}){rate}"
        if se:
            cells[name] = _cells(value, value, se * value, note=note + f"; standard error {se:.0%}")
        else:
            cells[name] = _cells(value, low=0.75 * value, high=1.25 * value, note=note)
    return cells


def curves(folder: Path = INPUTS) -> list[Curve]:
    """Mixture-cure curves of the infused through the check-points, for the partitioned structure, in years."""
    points = {int(p["month"]): (p["efs"], p["os"]) for p in _table(folder / "checkpoints.csv")}
    found = []
    for k, kind in enumerate(("efs", "os")):
        survival = [points[month][k] for month in MONTHS[1:]]
        intervals = {int(p["month"]): (p["low"], p["high"]) for p in _table(folder / f"{kind}_interval.csv")}
        at_risk = [n for n, _ in _effective([1.0, *survival], intervals)]
        one = checkpoints(f"{kind}_infused", [month / 12 for month in MONTHS[1:]], survival, at_risk=at_risk)
        fits = {name: solve_checkpoints(one, name, tolerance=FURTHEST) for name in CURES}
        found.append(Curve(one.name, {n: rounded(with_spread(fit, one)) for n, fit in fits.items()}, CURES[0]))
    return found


def conditional(efs: Sequence[float]) -> list[float]:
    """Event-free at the end of each interval, of those event-free at its start, from survival at the check-points."""
    return [after / before for before, after in pairwise(efs)]


def hazards_after_event(efs: Sequence[float], overall: Sequence[float]) -> tuple[list[float], list[float]]:
    """Rates of death per year after an event, and deaths after an event per infused patient, one per interval.

    In each month of an interval p = 1 - s ** (1 / months) of the event-free have an event, P_EVENT_DEATH of these by
    dying; those alive after an event at the start of the month die with 1 - exp(-r / 12). The rate is the one at which
    overall survival meets its check-point.
    """
    rates, deaths = [], []
    relapsed = 0.0
    for k, s in enumerate(conditional(efs)):
        months = MONTHS[k + 1] - MONTHS[k]
        low, high = 0.0, 60.0
        if not _relapsed_after(efs[k], s, relapsed, low, months) > overall[k + 1] - efs[k + 1] > 0:
            raise ValueError(f"month {MONTHS[k + 1]}: no hazard after an event gives overall survival {overall[k + 1]}")
        for _ in range(100):
            middle = (low + high) / 2
            left = _relapsed_after(efs[k], s, relapsed, middle, months)
            low, high = (middle, high) if left > overall[k + 1] - efs[k + 1] else (low, middle)
        rates.append((low + high) / 2)
        deaths.append(overall[k] - overall[k + 1] - P_EVENT_DEATH * (efs[k] - efs[k + 1]))
        relapsed = overall[k + 1] - efs[k + 1]
    return rates, deaths


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


def _event_free(efs: Sequence[float], intervals: dict[int, tuple[float, float]]) -> dict[str, Row]:
    """Beta distributions of conditional survival, as of the effective number of patients."""
    cells = {}
    for k, (s, (n, how)) in enumerate(zip(conditional(efs), _effective(efs, intervals), strict=True)):
        a, b = MONTHS[k], MONTHS[k + 1]
        note = f"{efs[k + 1]:g} / {efs[k]:g}; as of {n:.1f} patients ({how}; {INFUSED * efs[k]:.1f} at risk)"
        cells[f"p_efs_{a}_{b}"] = _cells(s, s * n, (1 - s) * n, note=note)
    return cells


def _effective(survival: Sequence[float], intervals: dict[int, tuple[float, float]]) -> list[tuple[float, str]]:
    """The number of patients that each interval's conditional survival is worth, and where that comes from.

    The effective number comes from what the published interval adds to the interval before (variances of log survival
    add up, as in Greenwood's formula), never more than the number at risk; half of that where none is published.
    """
    found = []
    before = 0.0  # variance of log survival at the start of the interval
    for k, s in enumerate(conditional(survival)):
        b, at_risk = MONTHS[k + 1], INFUSED * survival[k]
        if b in intervals:
            low, high = intervals[b]
            after = ((high - low) / (2 * 1.959964) / survival[k + 1]) ** 2
            n, how = min(at_risk, (1 - s) / s / (after - before)), f"interval {low:g}-{high:g} at month {b}"
            before = after
        else:
            n, how = at_risk / 2, f"no interval published at month {b}: half the number at risk"
        found.append((n, how))
    return found


def _after_event(efs: Sequence[float], overall: Sequence[float]) -> dict[str, Row]:
    """Gamma distributions of the solved hazards; the shape is the number of deaths after an event in the interval."""
    cells = {}
    for k, (rate, deaths) in enumerate(zip(*hazards_after_event(efs, overall), strict=True)):
        a, b = MONTHS[k], MONTHS[k + 1]
        shape = INFUSED * deaths
        note = f"overall survival {overall[k + 1]:g} at month {b} solved for; shape: {shape:.1f} deaths of {INFUSED}"
        cells[f"r_die_relapsed_{a}_{b}"] = _cells(rate, shape, rate / shape, note=note)
    return cells


def _relapsed_after(event_free: float, s: float, relapsed: float, rate: float, months: int) -> float:
    p_event = 1 - s ** (1 / months)
    for _ in range(months):
        relapsed = relapsed * exp(-rate / 12) + event_free * p_event * (1 - P_EVENT_DEATH)
        event_free *= 1 - p_event
    return relapsed


def _to_2017(amount: float, currency: str, year: int, change: dict[int, float]) -> tuple[float, float]:
    """The amount in USD of 2017 and its price factor: prices in the amount's own currency first, then the exchange."""
    factor = 1.0
    for later in range(year + 1, PRICE_YEAR + 1):
        factor *= 1 + change[later] / 100
    for later in range(PRICE_YEAR + 1, year + 1):
        factor /= 1 + change[later] / 100
    return amount * factor * (USD_PER_EUR if currency == "EUR" else 1.0), factor


def _cells(value: float, par1: float | None = None, par2: float | None = None, **more: float | str) -> Row:
    numbers = {"value": value, "par1": par1, "par2": par2, **more}
    return {
        column: cell if isinstance(cell, str) else format(cell, ".12g")
        for column, cell in numbers.items()
        if cell is not None
    }


def _table(path: Path) -> list[dict[str, float]]:
    columns = read_columns(path, read_csv(path).columns).values
    return [dict(zip(columns, row, strict=True)) for row in zip(*(x.tolist() for x in columns.values()), strict=True)]


if __name__ == "__main__":
    names = write()
    write_curves(INPUTS / "curves.csv", curves())
    sys.stdout.write(f"{INPUTS / 'parameters.csv'}: {len(names)} changed {' '.join(names)}\n")
