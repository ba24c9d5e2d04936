"""Charts: the cohort over time and the cost-effectiveness plane."""

from typing import TYPE_CHECKING, Any

from hecon.names import letters
from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.control import number
from hecon.workbook.sheets.psa_cells import FIRST, RESULTS
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.xlsx.pen import Pen

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin

SHEET = "Charts"
_PLANE = 2000  # points of the plane at most


def write_charts(pen: Pen, twin: "Twin", plan: ResultsPlan) -> None:
    """A trace per cohort, and with a PSA the plane of each strategy against the reference."""
    sheet = pen.sheet(SHEET)
    sheet.text(0, 0, "Charts", "title")
    row = 2
    for name, columns in twin.clocks.items():
        page = twin.pages[name]
        chart = pen.workbook.add_chart({"type": "scatter", "subtype": "straight"})
        times = twin.spellers[name].known.get(("name", "t", ""))
        column = times.column if times is not None and hasattr(times, "column") else 0
        last = page.top + page.rows - 1
        for state in columns.states.values():
            chart.add_series({
                "name": [page.name, page.top - 2, state.column], "categories": [page.name, page.top, column, last, column],
                "values": [page.name, page.top, state.column, last, state.column], "line": {"width": 1.75},
            })  # fmt: skip
        _finish(chart, page.title, "Years" if column else "Cycle", "Share of the cohort", {"min": 0})
        sheet.worksheet.insert_chart(row, 0, chart)
        row += 22
    if plan.cells_of_psa is not None:
        row = _planes(pen, sheet, plan, row)
    sheet.width(0, 12, 12)
    sheet.worksheet.print_area(0, 0, row, 11)
    sheet.worksheet.fit_page = False
    sheet.worksheet.set_print_scale(80)
    sheet.worksheet.set_h_pagebreaks(list(range(2 + 22, row, 22)))


def _planes(pen: Pen, sheet: Any, plan: ResultsPlan, row: int) -> int:
    """Increments of at most 2,000 draws, live, with the threshold's ray and the deterministic point."""
    cells = plan.cells_of_psa
    assert cells is not None
    shown = min(cells.n, _PLANE)
    left, pick = 20, number("reference")
    for k, label in enumerate(plan.strategies):
        if k == plan.reference:
            continue
        x, y = left + 3 * k, left + 3 * k + 1
        sheet.text(1, x, f"Incremental {plan.gained}: {label}"[:60], "note")
        sheet.text(1, y, f"Incremental cost: {label}"[:60], "note")
        for r in range(shown):
            n = FIRST + r + 1
            for at, first, values in (
                (x, cells.effect_column(0), cells.effects),
                (y, cells.cost_column(0), cells.cost),
            ):
                span = f"{RESULTS}!${letters(first)}{n}:${letters(first + cells.strategies - 1)}{n}"
                own = f"{RESULTS}!${letters(first + k)}{n}"
                sheet.formula(
                    2 + r, at, f"{own}-INDEX({span},1,{pick})", float(values[k, r] - values[plan.reference, r]), "any"
                )
        largest = float((cells.effects[k] - cells.effects[plan.reference])[:shown].max())
        ray = left + 3 * len(plan.strategies) + 3 * k
        sheet.text(1, ray, "threshold", "note")
        for r, text in enumerate(("0", f"MAX(0,MAX({letters(x)}$3:{letters(x)}${2 + shown}))")):
            sheet.formula(2 + r, ray, text, 0.0 if r == 0 else max(0.0, largest), "any")
            sheet.formula(
                2 + r,
                ray + 1,
                f"{letters(ray)}{3 + r}*{number('threshold')}",
                0.0 if r == 0 else plan.wtp * max(0.0, largest),
                "any",
            )
        chart = pen.workbook.add_chart({"type": "scatter"})
        chart.add_series({
            "name": f"{shown:,} draws", "categories": [SHEET, 2, x, 1 + shown, x], "values": [SHEET, 2, y, 1 + shown, y],
            "marker": {"type": "circle", "size": 3, "fill": {"color": "#4472C4", "transparency": 55}, "border": {"none": True}},
        })  # fmt: skip
        chart.add_series({
            "name": "threshold", "categories": [SHEET, 2, ray, 3, ray], "values": [SHEET, 2, ray + 1, 3, ray + 1],
            "marker": {"type": "none"}, "line": {"color": "#7F7F7F", "dash_type": "dash", "width": 1.25},
        })  # fmt: skip
        chart.add_series({
            "name": "deterministic", "categories": f"={absolute('Results', *_inc(plan, k, 4))}",
            "values": f"={absolute('Results', *_inc(plan, k, 2))}",
            "marker": {"type": "diamond", "size": 10, "fill": {"color": "#C00000"}, "border": {"color": "#FFFFFF"}},
        })  # fmt: skip
        _finish(
            chart,
            f"Cost-effectiveness plane: {label}"[:90],
            f"Incremental {plan.gained}",
            f"Incremental cost, {plan.money}",
            {"num_format": "#,##0", "label_position": "low"},
        )
        sheet.worksheet.insert_chart(row, 0, chart)
        row += 22
    return row


def _inc(plan: ResultsPlan, k: int, column: int) -> tuple[int, int]:
    return plan.cells["icer", k][0], column


def _finish(chart: Any, title: str, x: str, y: str, axis: dict[str, Any]) -> None:
    chart.set_title({"name": title.lstrip("=") or " ", "name_font": {"size": 12}, "overlay": False})
    chart.set_x_axis({"name": x, "major_gridlines": {"visible": False}, "label_position": "low", "min": None})
    chart.set_y_axis({"name": y, **axis})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 820, "height": 410})
