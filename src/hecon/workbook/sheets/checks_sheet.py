"""Checks: what must hold whatever is typed, each with its live number, its limit and green or red, counted at the top."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from hecon.outcomes import Array
from hecon.workbook.pages.beyond import NOT_REACHED
from hecon.workbook.pages.declared_checks import CheckCells
from hecon.workbook.pages.page import Column, Source, address, letters, quoted
from hecon.workbook.sheets.control import flag, number
from hecon.workbook.sheets.input_cells import NAME as NAME_COLUMN
from hecon.workbook.sheets.input_cells import cell
from hecon.workbook.sheets.psa_cells import PsaCells
from hecon.workbook.sheets.psa_sheets import edited_columns
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.withheld.words import write_withheld
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin
    from hecon.workbook.withheld.withheld import Withheld

SHEET = "Checks"
FIRST = 7
_MISSED = "not reached within the horizon"
FAILED, IN_ERROR = "$C$4", "$D$4"  # how many checks fail, how many end in an error
NAME, MOVED = 6, 7  # columns of the inputs' names in their order, and of a 1 where another name stands in that row
_HEADS = ("Check", "Where", "Value", "Limit", "Holds (1)", "")


@dataclass(frozen=True)
class CheckRow:
    """One check: its number and limit as formulas with their values; it holds where the number is at most the limit."""

    name: str
    where: str
    value: str
    shown: float | str
    limit: str = "1E-9"
    limit_shown: float = 1e-9
    beyond: str = ""

    @property
    def holds(self) -> float | str:
        """1 where it holds, 0 where not, "" where the horizon does not reach it."""
        return "" if isinstance(self.shown, str) else float(self.shown <= self.limit_shown)


def write_checks(
    pen: Pen,
    twin: "Twin",
    plan: ResultsPlan,
    values: Mapping[Source, Array],
    unchanged: str,
    withheld: "Withheld | None" = None,
) -> tuple[int, str]:
    """The sheet; `unchanged` is a condition that holds while inputs and Control stand as submitted. Returns how many fail
    and, in words, how many hold.

    Stored results that depend on what is `withheld` are left out, and what was withheld is told at the end.
    """
    sheet = pen.sheet(SHEET)
    rows = [
        *_typed(),
        *_masses(twin, values),
        *_probabilities(twin, values),
        *_remainders(twin, values),
        *_horizons(twin),
    ]
    rows += [*_totals(plan), *_stored(plan, unchanged, withheld), *_draw(plan)]
    rows += [_declared(check, values) for check in twin.checks]
    last = FIRST + len(rows)
    sheet.text(0, 0, "Checks", "title")
    span = f"$E${FIRST + 1}:$E${last}"
    passed, missed = sum(row.holds == 1 for row in rows), sum(row.holds == "" for row in rows)
    counted = f'COUNTIF($C${FIRST + 1}:$C${last},"{NOT_REACHED}")'
    text = f'COUNTIF({span},1)&" of {len(rows)} checks hold"&IF({counted}>0,"; "&{counted}&" {_MISSED}","")'
    held = f"{passed} of {len(rows)} checks hold" + (f"; {missed} {_MISSED}" if missed else "")
    sheet.formula(2, 0, text, held, "bold")
    failed = len(rows) - passed - missed
    lost = f"{len(rows)}-COUNTIF({span},0)-COUNTIF({span},1)-{counted}"
    words = f'IF({FAILED}>0,{FAILED}&" FAILED","")&IF({IN_ERROR}>0," "&{IN_ERROR}&" IN ERROR","")'
    sheet.formula(3, 0, words, f"{failed} FAILED" if failed else "", "banner")
    sheet.text(2, 2, "fail", "note")
    sheet.text(2, 3, "in error", "note")
    sheet.formula(3, 2, f"COUNTIF({span},0)", float(failed), "count")
    sheet.formula(3, 3, lost, 0.0, "count")
    for k, words in enumerate(_HEADS):
        if words:
            sheet.text(FIRST - 1, k, words, "head right" if k > 1 else "head")
    for r, row in enumerate(rows, start=FIRST):
        sheet.text(r, 0, row.name, "wrap")
        sheet.text(r, 1, row.where, "wrap")
        sheet.formula(r, 2, row.value, row.shown, "any")
        sheet.formula(r, 3, row.limit, row.limit_shown, "any")
        text = f"IF(C{r + 1}<=D{r + 1},1,0)"
        text = f'IF(C{r + 1}="{NOT_REACHED}","",{text})' if row.beyond else text
        sheet.formula(r, 4, text, row.holds, "count")
    for value, style in (
        (1, {"bg_color": "#C6EFCE", "font_color": "#2E7D32"}),
        (0, {"bg_color": "#C00000", "font_color": "#FFFFFF"}),
    ):
        rule = {"type": "cell", "criteria": "==", "value": value, "format": pen.workbook.add_format(style)}
        sheet.worksheet.conditional_format(FIRST, 4, max(last - 1, FIRST), 4, rule)
    not_live = (
        "Not live, values of the engine: the PSA's draws and results, the tornado."
        " Live in the levers: cost and net benefit by draw, CEAC, EVPI."
    )
    _places(sheet, list(twin.inputs))
    if twin.not_live:
        not_live += f" Without an Excel formula, values too: {'; '.join(twin.not_live)}."
    sheet.text(last + 1, 0, not_live, "note")
    if withheld is not None:
        write_withheld(sheet, last + 3, withheld)
    sheet.width(0, 0, 58)
    sheet.width(1, 1, 34)
    sheet.width(2, 3, 16)
    sheet.width(4, 4, 10)
    sheet.worksheet.freeze_panes(FIRST, 0)
    sheet.worksheet.repeat_rows(FIRST - 1)
    return failed, held


def moved_inputs(count: int) -> str:
    """How many rows of Inputs hold another name than when written."""
    span = f"{SHEET}!${letters(MOVED)}${FIRST + 1}:${letters(MOVED)}${FIRST + count}"
    return f"SUM({span})" if count else "0"


def _places(sheet: Sheet, names: Sequence[str]) -> None:
    """The names of the inputs in the order in which the formulas read them; sorting the rows of Inputs breaks it."""
    for k, words in enumerate(("Input", "Not in its row (1)")):
        sheet.text(FIRST - 1, NAME + k, words, "head right" if k else "head")
    for k, name in enumerate(names):
        sheet.text(FIRST + k, NAME, name)
        text = f"IF({cell(NAME_COLUMN, k)}={letters(NAME)}{FIRST + k + 1},0,1)"
        sheet.formula(FIRST + k, MOVED, text, 0.0, "count")
    sheet.width(NAME, NAME, 30)
    sheet.width(MOVED, MOVED, 10)


def _typed() -> list[CheckRow]:
    """What was typed: choices of their lists, numbers within their ranges, in their rows."""
    told = {
        "choices": ("The choices are of their lists and within their ranges", "Control"),
        "inputs": ("Every input is a number within its range (column valid?)", "Inputs"),
        "rows": ("Every input stands in its row", "Inputs"),
        "tables": ("Every cell of a table is a number", "Tables"),
    }
    return [CheckRow(name, where, flag(key), 0.0, "0", 0.0) for key, (name, where) in told.items()]


def _masses(twin: "Twin", values: Mapping[Source, Array]) -> list[CheckRow]:
    rows = []
    for columns in twin.clocks.values():
        page, one = columns.page, columns.made["all states"]
        assert isinstance(one, Column)
        assert one.source is not None
        span = address(page, one, "range")
        first = f"{quoted(page.name)}!${letters(one.column)}${page.top + 1}"
        numbers = values[one.source].reshape(-1, values[one.source].shape[-1])[:, 0]
        gap = float(max(numbers.max() - numbers[0], numbers[0] - numbers.min()))
        rows.append(
            CheckRow(
                "The states add up to those who entered, in every row",
                page.title,
                f"MAX(MAX({span})-{first},{first}-MIN({span}))",
                gap,
            )
        )
    for page in twin.pages.values():
        if page.placed:
            whole = next(one for one in page.placed if one.title == "all paths")
            source = whole.source
            assert source is not None
            cell = address(page, whole)
            rows.append(
                CheckRow(
                    "The paths' probabilities add up to 1",
                    page.title,
                    f"MAX({cell}-1,1-{cell})",
                    abs(float(values[source].ravel()[0]) - 1),
                )
            )
    return rows


def _probabilities(twin: "Twin", values: Mapping[Source, Array]) -> list[CheckRow]:
    """Transition probabilities between 0 and 1, rates not below 0, branches likewise."""
    rows = []
    for page in twin.pages.values():
        block = twin.program.block(page.block)
        by_rate = block.states is not None and block.states.by == "rate"
        spans, numbers = [], []
        for column in page.columns:
            if column.group == "transitions" and column.source is not None:
                right = column.column + column.width - 1
                spans.append(
                    f"{quoted(page.name)}!${letters(column.column)}${page.top + 1}:${letters(right)}${page.top + page.rows - 1}"
                )
                numbers.append(
                    np.asarray(values[column.source])[: page.rows - 1, ..., 0].ravel()
                    if values[column.source].ndim > 1
                    else values[column.source]
                )
        for scalar in page.scalars:
            if scalar.section in ("transitions", "probabilities of branches") and scalar.source is not None:
                spans.append(address(page, scalar))
                numbers.append(values[scalar.source].ravel()[:1])
        for k in range(0, len(spans), 100):
            some, found = spans[k : k + 100], np.concatenate(numbers[k : k + 100])
            if by_rate:
                rows.append(CheckRow("No rate is below 0", page.title, f"-MIN({','.join(some)})", -float(found.min())))
            else:
                worst = max(float(found.max()) - 1, -float(found.min()))
                joined = ",".join(some)
                rows.append(
                    CheckRow(
                        "Probabilities lie between 0 and 1 (how far outside)",
                        page.title,
                        f"MAX(MAX({joined})-1,-MIN({joined}))",
                        worst,
                    )
                )
    return rows


def _remainders(twin: "Twin", values: Mapping[Source, Array]) -> list[CheckRow]:
    rows = []
    for page, column in twin.remainders:
        assert column.source is not None
        span = address(page, column, "range")
        worst = float(np.abs(values[column.source]).max())
        rows.append(
            CheckRow(
                "What the steps of the rates leave out",
                page.title,
                f"MAX(MAX({span}),-MIN({span}))",
                worst,
                "1E-12",
                1e-12,
            )
        )
    return rows


def _horizons(twin: "Twin") -> list[CheckRow]:
    rates = sorted({block.clock.per_year for block in twin.program.blocks if block.clock})
    if not rates:
        return []
    parts = [
        f"MAX({number('horizon')}*{rate:.17g}-ROUND({number('horizon')}*{rate:.17g},0),ROUND({number('horizon')}*{rate:.17g},0)-{number('horizon')}*{rate:.17g})"
        for rate in rates
    ]
    horizon = max(block.clock.cycles / block.clock.per_year for block in twin.program.blocks if block.clock)
    shown = max(abs(horizon * rate - round(horizon * rate)) for rate in rates)
    return [CheckRow("The horizon on Control is a whole number of cycles", "Control", f"MAX({','.join(parts)})", shown)]


def _totals(plan: ResultsPlan) -> list[CheckRow]:
    rows = []
    for k, label in enumerate(plan.strategies):
        effect = [plan.effect_total(found, str(k + 1)) for found in (plan.items, plan.states)]
        cost = [found.total(str(k + 1), kind=1) for found in (plan.items, plan.states)]
        whole = float(plan.base.effect("cost")[k, 0])  # of every sector
        for words, (a, b), size in (("Cost", cost, whole), (plan.effect_head, effect, float(plan.effects[k]))):
            limit = f"1E-9*MAX(1,{a},-{a})"
            rows.append(
                CheckRow(
                    f"{words} by item and by state agree",
                    label,
                    f"MAX({a}-{b},{b}-{a})",
                    0.0,
                    limit,
                    1e-9 * max(1.0, abs(size)),
                )
            )
    return rows


def _stored(plan: ResultsPlan, unchanged: str, withheld: "Withheld | None") -> list[CheckRow]:
    """The base case as the engine computed it, while nothing is changed."""
    rows = []
    for k, label in enumerate(plan.strategies):
        for what, words, value in (
            ("cost", "Cost", plan.base.cost(plan.perspective)[k, 0]),
            ("effect", plan.effect_head, plan.effects[k]),
        ):
            name = plan.base.strategies[k]
            hides_cost = withheld is not None and withheld.hides_cost(plan.base, name, plan.perspective)
            if withheld is not None and (hides_cost if what == "cost" else withheld.hides_effect(name, plan.effect)):
                continue
            cell, stored = plan.cell(what, k), repr(float(value))
            text = f"IF({unchanged},MAX({cell}-({stored}),({stored})-{cell}),0)"
            limit = 1e-9 * max(1.0, abs(float(value)))
            name = f"{words}: the engine's base case, while nothing is changed"
            rows.append(CheckRow(name, label, text, 0.0, repr(limit), limit))
    return rows


def _draw(plan: ResultsPlan) -> list[CheckRow]:
    cells: PsaCells | None = plan.cells_of_psa
    if cells is None:
        return []
    rows = []
    for k, label in enumerate(plan.strategies):
        for what, words, span in (
            ("cost", "Cost", cells.span(cells.cost_column(k))),
            ("effect", plan.effect_head, cells.span(cells.effect_column(k))),
        ):
            cell, stored = plan.cell(what, k), f"INDEX({span},{number('draw')})"
            value = f"IF({number('mode')}=2,MAX({cell}-{stored},{stored}-{cell}),0)"
            first = abs(float((cells.cost if what == "cost" else cells.effects)[k, 0]))
            name, limit = f"{words}: the PSA's stored draw, in mode PSA draw", f"1E-9*MAX(1,{stored},-{stored})"
            rows.append(CheckRow(name, label, value, 0.0, limit, 1e-9 * max(1.0, first)))
    name = "The stored numbers of the PSA are as written (columns edited)"
    return [*rows, *(CheckRow(name, sheet, text, 0.0, "0", 0.0) for sheet, text in edited_columns(cells))]


def _declared(check: CheckCells, values: Mapping[Source, Array]) -> CheckRow:
    value, target, within = (address(check.page, one) for one in (check.value, check.target, check.within))
    numbers = [
        float(values[one.source].ravel()[0])
        for one in (check.value, check.target, check.within)
        if one.source is not None
    ]
    gap = numbers[0] - numbers[1]
    text = f"{value}-{target}" if check.at_most else f"MAX({value}-{target},{target}-{value})"
    shown: float | str = gap if check.at_most else abs(gap)
    if check.beyond:
        text = f'IF({check.beyond},"{NOT_REACHED}",{text})'
        shown = NOT_REACHED if isnan(gap) else shown
    return CheckRow(check.name, check.page.title, text, shown, within, numbers[2], check.beyond)
