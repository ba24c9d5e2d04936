"""The charts of the first sheet: the plane of all strategies and the acceptability curves, of cells on Charts and CEAC."""

from typing import Any

from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.workbook.sheets.ceac_sheet import acceptability_chart
from hecon.workbook.sheets.charts_sheet import COLOURS, PLANE, draw_planes, plane_title
from hecon.workbook.sheets.one_way_sheet import Tornado, tornado_chart
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.xlsx.pen import Pen, Sheet

ROW_PIXELS, LEAST, _WIDTH = 18, 270, 612  # of a row; of a chart, its least height and its width


def write_decision_charts(
    pen: Pen, sheet: Sheet, plan: ResultsPlan, found: Tornado, first: int, last: int, column: int
) -> None:
    """Two charts one above the other in rows `first` to `last`; without a PSA the one-way analysis, where it is shown."""
    height = (last - first) * ROW_PIXELS // 2 + 27  # three headings have two lines
    place = {"object_position": 3, "x_offset": 8}
    if plan.cells_of_psa is None or len(plan.strategies) < 2:
        if found.names:
            shown = min(10, len(found.names))
            chart = tornado_chart(pen, shown, plan.money, (_WIDTH, min(2 * height, 130 + 34 * shown)))
            sheet.worksheet.insert_chart(first, column, chart, place)
        return
    plane = _plane(pen, plan, plan.cells_of_psa.n, (_WIDTH, height))
    sheet.worksheet.insert_chart(first, column, plane, {**place, "description": "Cost-effectiveness plane"})
    unit = f"{plan.money} per {effect_word(plan.effect)}"
    curves = acceptability_chart(pen, plan.strategies, unit, (_WIDTH, height))
    half = {**place, "y_offset": height, "description": "Acceptability curves"}
    sheet.worksheet.insert_chart(first, column, curves, half)


def _plane(pen: Pen, plan: ResultsPlan, draws: int, size: tuple[int, int]) -> Any:
    """A cloud of every strategy but the reference; the legend names the clouds alone."""
    chart = pen.workbook.add_chart({"type": "scatter"})
    others = len(plan.strategies) - 1
    clouds = [(place, COLOURS[place % len(COLOURS)], plane_title(place)) for place in range(others)]
    draw_planes(chart, min(draws, PLANE), clouds)
    chart.set_title(
        {"name": "Cost-effectiveness plane: against the reference", "name_font": {"size": 12}, "overlay": False}
    )
    chart.set_x_axis(
        {"name": f"Incremental {plan.gained}", "major_gridlines": {"visible": False}, "label_position": "low"}
    )
    chart.set_y_axis({"name": f"Incremental cost, {plan.money}", "num_format": "#,##0", "label_position": "low"})
    chart.set_legend({"position": "bottom", "delete_series": [k for k in range(others, 3 * others) if k % others]})
    chart.set_size(dict(zip(("width", "height"), size, strict=True)))
    return chart
