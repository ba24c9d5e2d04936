"""Survival: the published points that the model must meet, beside what its curves give at the same times, live.

The chart draws the points on the modelled curves they belong to.
"""

import re
from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from hecon.outcomes import Array
from hecon.workbook.pages.beyond import NOT_REACHED
from hecon.workbook.pages.declared_checks import CheckCells
from hecon.workbook.pages.page import TOKEN, Column, Page, Scalar, Source, address
from hecon.workbook.xlsx.pen import Pen

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin

SHEET = "Survival"
FIRST = 4
_WORD = re.compile(r'occupancy\["|"\]')  # what stands around a state's name in a formula


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
        gap, text = numbers[0] - numbers[1], f"D{row + 1}-E{row + 1}"
        hidden = f'IF({check.beyond},"{NOT_REACHED}",{text})' if check.beyond else text
        sheet.formula(row, 5, hidden, NOT_REACHED if isnan(gap) else gap, "probability")
    sheet.width(0, 0, 46)
    sheet.width(1, 1, 40)
    sheet.width(2, 6, 13)
    sheet.worksheet.freeze_panes(FIRST, 0)
    sheet.worksheet.fit_to_pages(1, 1)
    curves = dict.fromkeys(one for check, _ in points for one in _curve(twin, check))
    _chart(pen, sheet.worksheet, twin, list(curves), [float(values[time].ravel()[0]) for _, time in points])


def _curve(twin: "Twin", check: CheckCells) -> list[tuple[Page, Column]]:
    """The column at whose rows a check looks; none where it adds up several structures."""
    found: list[tuple[Page, Column]] = []
    texts = [check.value.text]
    while texts:
        for match in TOKEN.finditer(texts.pop()):
            ref = twin.register.refs[int(match[1])]
            if isinstance(ref.target, Scalar):
                texts.append(ref.target.text)
            elif isinstance(ref.target, Column) and ref.how == "range":
                found.append((ref.page, ref.target))
    return found if len(found) == 1 else []


def _chart(
    pen: Pen, worksheet: Any, twin: "Twin", curves: Sequence[tuple[Page, Column]], times: Sequence[float]
) -> None:
    """The curves as far as twice the latest published time, and the points."""
    chart = pen.workbook.add_chart({"type": "scatter"})
    for page, curve in curves:
        years = twin.spellers[page.block].named("t")
        assert isinstance(years, Column)
        chart.add_series({
            "name": f"{_WORD.sub('', curve.title)}: {page.title}"[:90], "line": {"width": 1.5}, "marker": {"type": "none"},
            "categories": [page.name, page.top, years.column, page.top + page.rows - 1, years.column],
            "values": [page.name, page.top, curve.column, page.top + page.rows - 1, curve.column],
        })  # fmt: skip
    last, latest = FIRST + len(times) - 1, max(max(times), 0.5)
    for column, kind, colour, size in ((3, "circle", "#4472C4", 9), (4, "x", "#C00000", 8)):
        chart.add_series({
            "name": [SHEET, FIRST - 1, column], "categories": [SHEET, FIRST, 2, last, 2],
            "values": [SHEET, FIRST, column, last, column],
            "marker": {"type": kind, "size": size, "fill": {"none": True}, "border": {"color": colour, "width": 1.5}},
        })  # fmt: skip
    chart.set_title({"name": "Published points on the modelled curves", "name_font": {"size": 12}})
    chart.set_x_axis(
        {
            "name": "Years since the structure's start",
            "min": 0,
            "max": 2 * latest,
            "major_gridlines": {"visible": False},
        }
    )
    chart.set_y_axis({"name": "Share of the cohort", "min": 0})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 440 + 18 * len(curves)})
    worksheet.insert_chart(FIRST + len(times) + 1, 0, chart)
