"""PSA_draws and PSA_results: inputs of at most 1,000 draws; for every draw cost, effect, net benefit, live in the prices."""

from collections.abc import Mapping, Sequence

import numpy as np

from hecon.analysis.cost_effectiveness.totals import effect_words
from hecon.arrays import Array
from hecon.inputs.draws import Draws
from hecon.names import letters
from hecon.workbook.sheets.control import number
from hecon.workbook.sheets.input_cells import BASE, CHANGED, ORIGINAL, cell
from hecon.workbook.sheets.psa_cells import (
    CHANGED_ROW,
    COUNTED_ROW,
    DRAWS,
    FIRST,
    LARGEST_COST,
    LARGEST_EFFECT,
    MOST_INPUT_ROWS,
    ORIGINAL_ROW,
    PRICE_ROW,
    RESULTS,
    SEAL_ROW,
    PsaCells,
)
from hecon.workbook.sheets.sector_table import SectorTable
from hecon.workbook.xlsx.pen import Pen, Sheet
from hecon.workbook.xlsx.styles import sized


def write_psa_draws(pen: Pen, cells: PsaCells, draws: Draws) -> None:
    """The sheet of the drawn inputs; a column per input."""
    sheet = pen.sheet(DRAWS)
    rows = min(cells.n, MOST_INPUT_ROWS)
    some = f"the first {rows:,} of {cells.n:,} draws" if cells.n > rows else f"all {cells.n:,} draws"
    seed = "" if draws.seed is None else f", seed {draws.seed}"
    sheet.head("PSA: inputs drawn", f"Inputs of {some} ({draws.method}{seed}); Control shows the model at one of them.")
    sheet.text(FIRST - 1, 0, "draw", "head right")
    for k, name in enumerate(cells.names, start=1):
        sheet.text(FIRST - 1, k, name, "head right")
        drawn = np.asarray(draws[name])[:rows]
        numbers(sheet, k, drawn)
        seal(sheet, k, drawn)
    numbers(sheet, 0, np.arange(1.0, rows + 1))
    sheet.text(SEAL_ROW, 0, "edited (1)", "note")
    sheet.width(0, 0, 8)
    sheet.width(1, max(len(cells.names), 1), 15)
    sheet.worksheet.freeze_panes(FIRST, 1)
    sheet.worksheet.repeat_rows(FIRST - 1)
    sheet.worksheet.print_area(0, 0, FIRST + 40, 12)


def write_psa_results(
    pen: Pen,
    cells: PsaCells,
    strategies: Sequence[str],
    used: Mapping[str, tuple[int, float]],
    wtp: float,
    table: SectorTable,
    included: Sequence[str],
    money: str,
    effect: str,
    withheld: Sequence[str] = (),
) -> None:
    """The sheet of results by draw; `used` maps an input's name to its place on Inputs and its base value.

    Stored costs are those at price 0 of `withheld` price parameters, to which the price now x its quantity is added.
    """
    sheet = pen.sheet(RESULTS)
    sheet.head(
        "PSA: results by draw",
        f"{cells.n:,} draws. Cost = stored cost + change in a price parameter's price x its discounted quantity. {money}",
    )
    labels = {
        COUNTED_ROW: "counted by the perspective",
        PRICE_ROW: "price now",
        CHANGED_ROW: "price changed (1)",
        ORIGINAL_ROW: "price when stored",
    }
    side = cells.stored_column(0) - 1
    sheet.text(SEAL_ROW, 0, "edited (1)", "note")
    for row, words in labels.items():
        sheet.text(row, side, words, "note")
    sheet.text(FIRST - 1, 0, "draw", "head right")
    numbers(sheet, 0, np.arange(1.0, cells.n + 1))
    price_of = {
        one.price_parameter.name: letters(cells.stored_column(j))
        for j, one in enumerate(cells.stored)
        if one.what == "price" and one.price_parameter
    }
    parts: list[list[str]] = [[] for _ in strategies]
    for j, one in enumerate(cells.stored):
        column = cells.stored_column(j)
        c = letters(column)
        sheet.text(FIRST - 1, column, one.words, "head right")
        numbers(sheet, column, one.values)
        seal(sheet, column, one.values)
        if one.what in ("cost", "quantity"):
            sheet.formula(COUNTED_ROW, column, table.counted(one.sector), float(one.sector in included), "count")
        if one.what == "cost":
            parts[one.strategy].append(f"{c}${COUNTED_ROW + 1}*{c}{{r}}")
        if one.what == "quantity" and one.price_parameter is not None:
            place, now = used[one.price_parameter.name]
            sheet.formula(PRICE_ROW, column, cell(BASE, place), now, "any")
            if one.price_parameter.name in withheld:
                parts[one.strategy].append(f"{c}${COUNTED_ROW + 1}*{c}${PRICE_ROW + 1}*{c}{{r}}")
                continue
            sheet.formula(CHANGED_ROW, column, cell(CHANGED, place), 0.0, "count")
            sheet.formula(ORIGINAL_ROW, column, cell(ORIGINAL, place), now, "any")
            before = (
                f"${price_of[one.price_parameter.name]}{{r}}"
                if one.price_parameter.name in price_of
                else f"{c}${ORIGINAL_ROW + 1}"
            )
            head = f"{c}${COUNTED_ROW + 1}*{c}${CHANGED_ROW + 1}"
            parts[one.strategy].append(f"{head}*({c}${PRICE_ROW + 1}-{before})*{c}{{r}}")
    benefit = wtp * cells.effects - cells.cost
    for k, label in enumerate(strategies):
        for words, column in (
            ("cost", cells.cost_column(k)),
            (effect_words(effect), cells.effect_column(k)),
            ("net benefit", cells.benefit_column(k)),
        ):
            sheet.text(FIRST - 1, column, f"{words}: {label}"[:80], "head right")
        numbers(sheet, cells.effect_column(k), cells.effects[k], "static effect")
        seal(sheet, cells.effect_column(k), cells.effects[k])
        live(sheet, cells.cost_column(k), "+".join(parts[k]) or "0", cells.cost[k], "money")
        e, c = letters(cells.effect_column(k)), letters(cells.cost_column(k))
        live(sheet, cells.benefit_column(k), f"{number('threshold')}*{e}{{r}}-{c}{{r}}", benefit[k], "money")
    for row, words, of, values in (
        (LARGEST_COST, "largest cost", cells.cost_column, cells.cost),
        (LARGEST_EFFECT, "largest effect", cells.effect_column, cells.effects),
    ):
        sheet.text(row, 0, words, "note")
        sheet.formula(row, 1, cells.largest(of), float(np.abs(values).max()), "any")
    sheet.text(FIRST - 2, 1, "live", "group")
    sheet.text(FIRST - 2, cells.stored_column(0), "stored by the engine", "group")
    sheet.width(0, 0, 8)
    sheet.width(1, cells.stored_column(len(cells.stored)), 16)
    sheet.worksheet.freeze_panes(FIRST, 1)
    sheet.worksheet.repeat_rows(FIRST - 1)
    sheet.worksheet.print_area(0, 0, FIRST + 40, 12)


def numbers(sheet: Sheet, column: int, values: Array, style: str = "any") -> None:
    """Stored numbers down a column from the first row of draws, in grey."""
    broken = np.abs(values[values != np.round(values)])
    form = sheet.pen.format(sized("static", float(broken.max()) if broken.size else 0.0) if style == "any" else style)
    sheet.worksheet.numbers_down(FIRST, column, values.tolist(), form)


def seal(sheet: Sheet, column: int, values: Array) -> None:
    """A cell that is 1 once a stored number of a column was edited: their sum, each times its draw's number, says so."""
    rows = np.arange(1.0, len(values) + 1)
    c, last = letters(column), FIRST + len(values)
    away = f"SUMPRODUCT($A${FIRST + 1}:$A${last},{c}${FIRST + 1}:{c}${last})-({float(rows @ values)!r})"
    slack = f"{1e-12 * float(rows @ np.abs(values)):.3e}".replace("e", "E")
    sheet.formula(SEAL_ROW, column, f"IF(ABS({away})>{slack},1,0)", 0.0, "count")


def edited_columns(cells: PsaCells) -> list[tuple[str, str]]:
    """How many stored columns of each sheet were edited: (sheet, formula)."""
    last = {DRAWS: max(len(cells.names), 1), RESULTS: cells.stored_column(len(cells.stored))}
    return [(name, f"SUM({name}!$B${SEAL_ROW + 1}:${letters(k)}${SEAL_ROW + 1})") for name, k in last.items()]


def live(sheet: Sheet, column: int, text: str, values: Array, style: str) -> None:
    """Formulas down a column from the first row of draws; `{r}` stands for the row's number."""
    rows, parts = range(FIRST, FIRST + len(values)), text.split("{r}")
    texts = [str(row + 1).join(parts) for row in rows]
    sheet.worksheet.formulas_down(FIRST, column, texts, values.tolist(), sheet.pen.format(style))
    sheet.pen.helpers += [(sheet.name, row, column) for row in rows]
