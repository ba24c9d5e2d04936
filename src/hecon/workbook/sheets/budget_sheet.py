"""Budget: what the population costs in each year, with the new treatment and without; live in population, uptake and price.

What a patient costs by year is stored for the base case: it follows the product's price and nothing else.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hecon.inputs.population import PLACES
from hecon.names import letters
from hecon.workbook.sheets.budget_plan import BudgetPlan
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.xlsx.pen import Pen, Sheet

SHEET = "Budget"
BANNER = (2, 0)
WORLDS = ("with", "without")
_TOP, _FIRST = 5, 3  # the first row of the population; the first column of years
_ENTRIES = ("during the year", "at the start of the first year")


@dataclass
class _Cells:
    """What the sheet holds: rows by what stands in them, and their numbers (year,)."""

    sheet: Sheet
    years: int
    rows: dict[tuple[str, ...], int] = field(default_factory=dict)
    shown: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def at(self, key: tuple[str, ...], year: int) -> str:
        return f"{letters(_FIRST + year)}{self.rows[key] + 1}"

    def line(
        self, row: int, key: tuple[str, ...], words: str, texts: list[str], values: Any, style: str = "money"
    ) -> int:
        """A row of formulas by year; the row below."""
        self.sheet.text(row, 0, words, "bold")
        for year, (text, value) in enumerate(zip(texts, values, strict=True)):
            self.sheet.formula(row, _FIRST + year, text, float(value), style)
        self.rows[key], self.shown[key] = row, np.array(values, dtype=float)
        return row + 1

    def numbers(self, row: int, key: tuple[str, ...], words: str, values: Any, style: str) -> int:
        """A row of numbers by year; the row below."""
        self.sheet.text(row, 0, words)
        for year, value in enumerate(values):
            self.sheet.number(row, _FIRST + year, float(value), style)
        self.rows[key], self.shown[key] = row, np.array(values, dtype=float)
        return row + 1


def write_budget(pen: Pen, found: BudgetPlan, plan: ResultsPlan, price_now: float, stale: str) -> None:
    """The sheet; `stale` is a number above 0 where inputs other than the price, or choices, are not those written."""
    sheet, years = pen.sheet(SHEET), found.years
    told = (
        f"{plan.perspective} perspective, {plan.money}, undiscounted, at constant prices; yellow cells may be changed."
    )
    sheet.head(SHEET, f"Money for the whole population by year, with the new treatment and without: {told}")
    words = "OUT OF DATE: costs per patient are stored for the base case, and an input or a choice was changed; run hecon budget"
    sheet.formula(*BANNER, f'IF({stale}>0,"{words}","")', "", "banner")
    cells = _Cells(sheet, years)
    names = [plan.base.strategies[k] for k in found.places]
    labels = [plan.strategies[k] for k in found.places]
    row = _eligible(cells, found, _population(sheet, found))
    row = _uptake(cells, found, names, labels, row)
    row = _costs(cells, found, names, labels, row, price_now)
    _totals(cells, found, names, labels, row)
    sheet.width(0, 0, 62)
    sheet.width(1, 1, 14)
    sheet.width(2, 2, 20)
    sheet.width(_FIRST, _FIRST + years, 15)
    sheet.worksheet.freeze_panes(BANNER[0] + 1, 1)


def _population(sheet: Sheet, found: BudgetPlan) -> int:
    """The rows of population.csv; the row below."""
    sheet.text(_TOP - 2, 0, "Population", "section")
    sheet.heads(_TOP - 1, ("What", "Value", "Unit"))
    for k, one in enumerate(found.population.book.parameters.values()):
        sheet.text(_TOP + k, 0, one.label or one.name)
        sheet.number(_TOP + k, 1, one.value, "input")
        sheet.text(_TOP + k, 2, one.unit)
    return _TOP + len(found.population.book.parameters) + 2


def _cell(found: BudgetPlan, name: str) -> str:
    return f"$B${_TOP + list(found.population.book.parameters).index(name) + 1}"


def _product(found: BudgetPlan, unit: str) -> tuple[str, float]:
    """Patients of a unit times every share."""
    rows, shares = found.population.of_unit(unit), found.population.of_unit("share")
    text = "*".join(
        [f"({'+'.join(_cell(found, one.name) for one in rows) or '0'})", *(_cell(found, s.name) for s in shares)]
    )
    return text, float(sum(one.value for one in rows) * np.prod([one.value for one in shares]))


def _heads(cells: _Cells, row: int, words: str) -> int:
    cells.sheet.text(row, 0, words, "section")
    for year in range(cells.years):
        cells.sheet.text(row, _FIRST + year, f"Year {year + 1}", "head right")
    return row + 1


def _eligible(cells: _Cells, found: BudgetPlan, row: int) -> int:
    row = _heads(cells, row, "Patients who become eligible")
    new, there = _product(found, "patients a year"), _product(found, "patients")
    growth = found.population.of_unit("growth a year")
    rate, value = (_cell(found, growth[0].name), growth[0].value) if growth else ("0", 0.0)
    years = range(cells.years)
    texts = [f"{new[0]}*(1+{rate})^{year}" for year in years]
    row = cells.line(row, ("new",), "in the year", texts, [new[1] * (1 + value) ** year for year in years])
    texts = [there[0] if year == 0 else "0" for year in years]
    row = cells.line(row, ("there",), "already at the start", texts, [there[1] if year == 0 else 0.0 for year in years])
    return row + 1


def _uptake(cells: _Cells, found: BudgetPlan, names: list[str], labels: list[str], row: int) -> int:
    for world in WORLDS:
        row = _heads(cells, row, f"Share of each strategy, {world} the new treatment")
        first, total = row, np.zeros(cells.years)
        for name, label in zip(names, labels, strict=True):
            shares = np.array(found.population.uptake[world].get(name, (0.0,) * cells.years))
            total = total + shares
            row = cells.numbers(row, ("share", world, name), label, shares, "input")
        texts = [f"SUM({letters(_FIRST + y)}{first + 1}:{letters(_FIRST + y)}{row})" for y in range(cells.years)]
        row = 1 + cells.line(row, ("sum", world), "Together (must be 1)", texts, total, "effect")
    return row


def _costs(cells: _Cells, found: BudgetPlan, names: list[str], labels: list[str], row: int, price: float) -> int:
    """What a patient costs in the year of entry (year 1) and in each later one."""
    for e, entry in enumerate(_ENTRIES):
        row = _heads(cells, row, f"Cost per patient who enters {entry}, in that year (1) and after")
        for s, (name, label) in enumerate(zip(names, labels, strict=True)):
            fixed, quantity = found.fixed[e, s], found.quantity[e, s]
            row = cells.numbers(
                row, ("fixed", entry, name), f"{label}: all but the price (stored, not live)", fixed, "static money"
            )
            if not found.price:
                cells.rows["cost", entry, name], cells.shown["cost", entry, name] = row - 1, fixed
                continue
            what = f"{label}: treatments at the price (stored, not live)"
            row = cells.numbers(row, ("quantity", entry, name), what, quantity, "static effect")
            texts = [
                f"{letters(_FIRST + y)}{row - 1}+{found.price}*{letters(_FIRST + y)}{row}" for y in range(cells.years)
            ]
            row = cells.line(row, ("cost", entry, name), f"{label}: in all", texts, fixed + price * quantity)
        row += 1
    return row


def _totals(cells: _Cells, found: BudgetPlan, names: list[str], labels: list[str], row: int) -> None:
    years = cells.years
    for world in WORLDS:
        row = _heads(cells, row, f"Budget {world} the new treatment")
        first = row
        for name, label in zip(names, labels, strict=True):
            texts, values = [], []
            for year in range(years):
                parts, value = [], 0.0
                for entry, people, of in (
                    (_ENTRIES[0], ("new",), range(year + 1)),
                    (_ENTRIES[1], ("there",), range(1)),
                ):
                    for began in of:
                        keys = (people, ("share", world, name))
                        parts.append(
                            "*".join(
                                [*(cells.at(key, began) for key in keys), cells.at(("cost", entry, name), year - began)]
                            )
                        )
                        value += float(
                            np.prod([cells.shown[key][began] for key in keys])
                            * cells.shown["cost", entry, name][year - began]
                        )
                texts.append("+".join(parts))
                values.append(value)
            row = cells.line(row, ("money", world, name), label, texts, values)
        texts = [f"SUM({letters(_FIRST + y)}{first + 1}:{letters(_FIRST + y)}{row})" for y in range(years)]
        total = sum(cells.shown["money", world, name] for name in names)
        row = 1 + cells.line(row, ("money", world), "All", texts, total, "money bold")
    row = _heads(cells, row, "Net budget: with less without")
    texts = [f"{cells.at(('money', 'with'), y)}-{cells.at(('money', 'without'), y)}" for y in range(years)]
    net = cells.shown["money", "with"] - cells.shown["money", "without"]
    row = cells.line(row, ("net",), "Net budget", texts, net, "money bold")
    if members := found.population.of_unit("members"):
        cell = _cell(found, members[0].name)
        texts = [f"{cells.at(('net',), y)}/{cell}/12" for y in range(years)]
        row = cells.line(row, ("pmpm",), "per member per month", texts, net / members[0].value / 12, "flow")
    if ceiling := found.population.of_unit("money a year"):
        cell = _cell(found, ceiling[0].name)
        texts = [f"IF({cells.at(('net',), y)}>{cell},1,0)" for y in range(years)]
        row = cells.line(row, ("breaks",), "Breaks the ceiling (1)", texts, net > ceiling[0].value, "count")
    _queue(cells, found, row)


def _queue(cells: _Cells, found: BudgetPlan, row: int) -> None:
    """Whether more patients would start in a month than there are places for: the sheet counts no queue."""
    places = next((one for one in found.population.book.parameters.values() if one.unit.startswith(PLACES)), None)
    name = found.population.limited
    if places is None or ("share", "with", name) not in cells.rows:
        return
    share, cell = ("share", "with", name), _cell(found, places.name)
    texts, values = [], []
    for year in range(cells.years):
        asked = f"{cells.at(share, year)}*({cells.at(('new',), year)}/12+{cells.at(('there',), year)})"
        texts.append(f"IF({asked}>{cell}/12*(1+1E-9),1,0)")
        number = cells.shown[share][year] * (cells.shown["new",][year] / 12 + cells.shown["there",][year])
        values.append(float(number > places.value / 12 * (1 + 1e-9)))
    row = cells.line(
        row,
        ("queue",),
        "More start in a month than there are places for (1): hecon budget counts the queue",
        texts,
        values,
        "count",
    )
