"""Survival: the published points that the model must meet, beside what its curves give at the same times, live, with a chart."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hecon.outcomes import Array
from hecon.workbook.page import Source, address
from hecon.workbook.pen import Pen

if TYPE_CHECKING:
    from hecon.workbook.twin import Twin

SHEET = "Survival"
FIRST = 4


def write_survival(pen: Pen, twin: "Twin", values: Mapping[Source, Array]) -> None:
    """The sheet, for models that declare checks of the form at(x, years) = published."""
    points = [(check, time) for check in twin.checks if (time := check.time) is not None and not check.at_most]
    if not points:
        return
    sheet = pen.sheet(SHEET)
    sheet.text(0, 0, "Survival: published points", "title")
    sheet.text(
        1,
        0,
        "What the model gives at each published time, beside the published share; Checks says how close they must be.",
        "subtitle",
    )
    for k, words in enumerate(("Check", "Where", "Years", "Model", "Published", "Model less published", "Within")):
        sheet.text(FIRST - 1, k, words, "head right" if k > 1 else "head")
    for row, (check, time) in enumerate(points, start=FIRST):
        sheet.text(row, 0, check.name, "wrap")
        sheet.text(row, 1, check.page.title, "wrap")
        block = twin.program.block(check.page.block)
        text = twin.spellers[block.name].text(time.key)
        sheet.formula(row, 2, text, float(values[time].ravel()[0]), "any", time)
        numbers = []
        for column, one in ((3, check.value), (4, check.target), (6, check.within)):
            assert one.source is not None
            numbers.append(float(values[one.source].ravel()[0]))
            sheet.formula(row, column, address(check.page, one), numbers[-1], "probability", one.source)
        sheet.formula(row, 5, f"D{row + 1}-E{row + 1}", numbers[0] - numbers[1], "probability")
    sheet.width(0, 0, 46)
    sheet.width(1, 1, 40)
    sheet.width(2, 6, 13)
    sheet.worksheet.freeze_panes(FIRST, 0)
    _chart(pen, sheet.worksheet, len(points))


def _chart(pen: Pen, worksheet: Any, count: int) -> None:
    chart = pen.workbook.add_chart({"type": "scatter"})
    last = FIRST + count - 1
    for column, kind, colour, size in ((3, "circle", "#4472C4", 9), (4, "x", "#C00000", 8)):
        chart.add_series({
            "name": [SHEET, FIRST - 1, column], "categories": [SHEET, FIRST, 2, last, 2],
            "values": [SHEET, FIRST, column, last, column],
            "marker": {"type": kind, "size": size, "fill": {"none": True}, "border": {"color": colour, "width": 1.5}},
        })  # fmt: skip
    chart.set_title({"name": "Model and published points", "name_font": {"size": 12}})
    chart.set_x_axis({"name": "Years", "min": 0, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"name": "Share of the cohort", "min": 0})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720, "height": 380})
    worksheet.insert_chart(FIRST + count + 1, 0, chart)
