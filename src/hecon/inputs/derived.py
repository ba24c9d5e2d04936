"""For a case's derive.py: numbers computed from other inputs, put into parameters.csv where they can be found again.

A derived parameter is a row with provenance `derived`; its cells are written here and a test computes them anew.
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.files import whole_file
from hecon.inputs.tables.cells import escape
from hecon.inputs.tables.csv_file import read_csv
from hecon.survival.csv_files import read_columns
from hecon.survival.fit import CurveFit

Cells = dict[str, str]


def derived_cells(value: float, par1: float | None = None, par2: float | None = None, **more: float | str) -> Cells:
    """The cells of one derived parameter: numbers to 10 digits, texts as they are; columns left out stay as they stand.

    >>> derived_cells(2 / 3, note="two of three")
    {'value': '0.6666666667', 'note': 'two of three'}
    """
    cells: dict[str, float | str | None] = {"value": value, "par1": par1, "par2": par2, **more}
    return {
        column: cell if isinstance(cell, str) else format(cell, ".10g")
        for column, cell in cells.items()
        if cell is not None
    }


def rounded(fit: CurveFit) -> CurveFit:
    """A curve with estimates and covariance to 10 digits, so that its file does not hang on a machine's last bits.

    >>> fit = CurveFit("exponential", ("rate",), np.array([-1 / 3]), np.array([[0.25]]))
    >>> float(rounded(fit).estimates[0])
    -0.3333333333
    """
    estimates, covariance = (
        np.array([float(format(x, ".10g")) for x in values.flat]).reshape(values.shape)
        for values in (fit.estimates, fit.covariance)
    )
    return replace(fit, estimates=estimates, covariance=covariance)


def price_factor(change_percent: Mapping[int, float], from_year: int, to_year: int) -> float:
    """How prices moved between two years, from yearly changes in per cent; forwards or backwards.

    Raises:
        InputError: years without a change.

    >>> round(price_factor({2019: 10.0, 2020: 20.0}, 2018, 2020), 10)         # 1.1 x 1.2
    1.32
    >>> round(price_factor({2019: 10.0, 2020: 20.0}, 2020, 2018) * 1.32, 10)
    1.0
    """
    first, last = sorted((from_year, to_year))
    years = range(first + 1, last + 1)
    missing = [str(year) for year in years if year not in change_percent]
    if missing:
        raise InputError(f"no change of prices for {', '.join(missing)}; add the years or choose another price year")
    factor = prod(1 + change_percent[year] / 100 for year in years)
    return factor if to_year >= from_year else 1 / factor


def price_changes(path: Path) -> dict[int, float]:
    r"""A table of yearly price changes (columns year, change_percent) by year.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "price_index.csv")
    ...     _ = path.write_text("year,change_percent\n2020,1.5\n")
    ...     price_changes(path)
    {2020: 1.5}
    """
    columns = read_columns(path, ["year", "change_percent"]).values
    return {int(year): float(change) for year, change in zip(columns["year"], columns["change_percent"], strict=True)}


def written_values(folder: Path) -> dict[str, float]:
    r"""The values that stand in parameters.csv, by name; what a derivation starts from.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "parameters.csv").write_text("name,value\nfee,2\n")
    ...     written_values(Path(folder))
    {'fee': 2.0}
    """
    _, rows = _read(folder / "parameters.csv")
    return {row["name"]: float(row["value"]) for row in rows if row["value"].strip()}


def write_derived(folder: Path, cells: Mapping[str, Cells]) -> list[str]:
    r"""Put derived cells into parameters.csv, replaced in one step; returns the names whose cells changed.

    Raises:
        InputError: a derived name without a row, a row that is derived and was not computed, a row that says it is not
            derived; all at once.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "parameters.csv").write_text("name,value,provenance\nfee,0,derived\n")
    ...     write_derived(Path(folder), {"fee": derived_cells(2.5)}), written_values(Path(folder))
    (['fee'], {'fee': 2.5})
    """
    path = folder / "parameters.csv"
    columns, rows = _read(path)
    known = {row["name"]: row["provenance"] for row in rows}
    faults = [Fault(name, f"has no row{nearest(name, known)}") for name in cells if name not in known]
    faults += [
        Fault(name, f"is computed, but its provenance is '{known[name]}'; write derived")
        for name in cells
        if known.get(name, "derived") != "derived"
    ]
    faults += [
        Fault(name, "has provenance derived and is not computed")
        for name, word in known.items()
        if word == "derived" and name not in cells
    ]
    raise_faults(faults, InputError, path.name)
    changed = []
    for row in rows:
        new = cells.get(row["name"], {})
        if any(row[column] != cell for column, cell in new.items()):
            changed.append(row["name"])
            row.update(new)
    with whole_file(path) as draft, draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({column: escape(text) for column, text in row.items()} for row in rows)
    return changed


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    sheet = read_csv(path)
    return list(sheet.columns), [{column: row.text(column) for column in sheet.columns} for row in sheet.rows]
