"""The rows of Checks: what must hold whatever is typed, each with its live number and its limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.names import letters
from hecon.workbook.pages.beyond import NOT_REACHED
from hecon.workbook.pages.declared_checks import CheckCells
from hecon.workbook.pages.page import Column, Source, address, quoted
from hecon.workbook.sheets.control import flag, number
from hecon.workbook.sheets.psa_cells import PsaCells
from hecon.workbook.sheets.psa_sheets import edited_columns
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.sheets.scenario_plan import SHEET as SCENARIOS
from hecon.workbook.sheets.scenario_plan import ScenarioPlan
from hecon.workbook.sheets.scenarios_sheet import live_differences, shown_as_stored

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin
    from hecon.workbook.withheld.withheld import Withheld


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


def check_rows(
    twin: "Twin",
    plan: ResultsPlan,
    values: Mapping[Source, Array],
    unchanged: str,
    withheld: "Withheld | None" = None,
    scenarios: ScenarioPlan | None = None,
) -> list[CheckRow]:
    """All rows; `unchanged` is a condition that holds while inputs and Control stand as submitted.

    Stored results that depend on what is `withheld` are left out.
    """
    return [
        *_typed(),
        *_masses(twin, values),
        *_probabilities(twin, values),
        *_remainders(twin, values),
        *_horizons(twin),
        *_totals(plan),
        *_stored(plan, unchanged, withheld),
        *_draw(plan),
        *(_scenario(plan, scenarios) if scenarios is not None else ()),
        *(_declared(check, values) for check in twin.checks),
    ]


def _typed() -> list[CheckRow]:
    """What was typed: choices of their lists, numbers within their ranges, in their rows."""
    told = {
        "choices": ("The choices are of their lists and within their ranges", "Control"),
        "inputs": ("Every input is a number within its range (column valid?)", "Inputs"),
        "rows": ("Every input is in its row", "Inputs"),
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


def _scenario(plan: ResultsPlan, scenarios: ScenarioPlan) -> list[CheckRow]:
    """The scenario shown as the engine computed it, while nothing else is changed."""
    return [
        CheckRow(
            f"{words}: the scenario chosen gives what the engine gave, in mode scenario while nothing else is changed",
            SCENARIOS, f"IF(AND({shown_as_stored()}),{gap},0)", 0.0, limit, shown,
        )
        for words, (gap, limit, shown) in zip(("Cost", plan.effect_head), live_differences(scenarios), strict=False)
    ]  # fmt: skip


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
