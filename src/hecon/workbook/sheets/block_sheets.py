"""A block's page on its sheet: the list of quantities on the left, the columns of its clock on the right, one row a cycle."""

from collections.abc import Mapping

import numpy as np

from hecon.arrays import Array
from hecon.workbook.pages.model_pages import past_source
from hecon.workbook.pages.page import LEFT, Column, Page, Scalar, Source, render
from hecon.workbook.xlsx.pen import Pen, Sheet, down_rows

_PAGE, _PAGE_ROWS, _PAGES = 230, 70, 15  # a printed page of a trace, at half size: letters, rows; pages at most
_STYLES = {"clock": "any", "formulas": "any", "transitions": "probability", "steps": "probability",
           "states": "probability", "time": "probability", "moves": "probability", "items": "flow"}  # fmt: skip
_HEADS = {"clock": "time, weights, discounting", "formulas": "formulas", "transitions": "transitions",
          "steps": "steps of the rates", "states": "share of the cohort in each state", "moves": "transitions in the cycle",
          "time": "time spent in each state during the cycle", "items": "what is counted in the cycle, discounted"}  # fmt: skip


def write_page(pen: Pen, page: Page, values: Mapping[Source, Array]) -> None:
    """Write one page with the engine's values of draw 0."""
    sheet = pen.sheet(page.name)
    rows = (
        f"; row k holds cycle k, rows 0 to {page.rows - 1}; what row k says acts between k and k + 1"
        if page.rows
        else ""
    )
    sheet.head(page.title, f"Every number here is a live formula{rows}.")
    heads = page.top - 2
    for k, words in enumerate(("Quantity", "Value", "Unit", "As written in the model"), start=1):
        sheet.text(heads, k, words, "head right" if words == "Value" else "head")
    for section, scalars in page.sections():
        sheet.text(scalars[0].row - 1, 1, section, "bold")
        for one in scalars:
            _scalar(sheet, page, one, values)
    for one in page.placed:
        sheet.formula(one.row, one.column, render(one.text, page), _number(values, one.source), "any", one.source)
    for row, column, words in page.words:
        sheet.text(page.top + row, LEFT + column, words, "head" if row < 0 else "plain")
    for each in page.columns:
        _column(sheet, page, each, values)
    for strip in page.strips:
        style = "note"
        sheet.text(strip.row, LEFT - 2, f"{strip.title}, by tunnel", style)
        for j in range(strip.over.width):
            assert strip.source is not None
            text = render(strip.text, page, j)
            numbers = values[strip.source]
            value = float(numbers[j, 0] if numbers.ndim > 1 else numbers[0])  # one tunnel may be kept as one number
            sheet.formula(strip.row, strip.over.column + j, text, value, "any", strip.source, j)
    _groups(sheet, page)
    _layout(sheet, page)


def _scalar(sheet: Sheet, page: Page, one: Scalar, values: Mapping[Source, Array]) -> None:
    sheet.text(one.row, 1, one.title)
    value = _number(values, one.source)
    style = "probability" if one.section == "transitions" or "probabilities" in one.section else "any"
    style = "cents" if "total" in one.section and one.title.startswith("cost") else style
    sheet.formula(one.row, 2, render(one.text, page), value, style, one.source)
    sheet.text(one.row, 3, one.unit)
    sheet.text(one.row, 4, one.written, "one line")


def _column(sheet: Sheet, page: Page, column: Column, values: Mapping[Source, Array]) -> None:
    assert column.source is not None
    numbers = values[column.source]
    style = _STYLES[column.group] if column.title not in ("cycle", "live row", "moving") else "centre"
    count = page.rows if column.last else page.rows - 1
    for j in range(column.width):
        here = _rows(numbers, page.rows, column.width, j)
        text, first = column.text, column.first
        if j == 0 and column.left is not None:
            text = column.left
        if column.width > 1 and j and column.first_right is not None:
            first = column.first_right
        if j and j == column.width - 1 and column.right is not None:
            text = column.right
        some = count if np.isfinite(here[count - 1]) else count - 1  # past the end of a table nothing is asked for
        texts = down_rows(render(text, page, j), page.top, some)
        if first is not None:
            texts[0] = render(first, page, j)
        title = (
            column.title
            if column.width == 1
            else f"{column.title.removesuffix(' by tunnel').removesuffix(', by tunnel')}, {j + 1}"
        )
        sheet.text(page.top - 2, column.column + j, title, "head right" if column.column else "head")
        sheet.text(page.top - 1, column.column + j, column.written[:80], "note")
        if column.below:
            at = page.top + page.rows
            source = past_source(column)
            text = down_rows(render(text, page, j), at, 1)[0]
            sheet.formula(at, column.column + j, text, _number(values, source), "static", source)
        sheet.down(column.column + j, page.top, texts, here[:some].tolist(), style, column.source, j)


def _rows(numbers: Array, rows: int, width: int, j: int) -> Array:
    """One column's numbers in draw 0, however the engine keeps them: constant, per row, per tunnel, per row and tunnel."""
    if numbers.ndim == 3:
        numbers = numbers[:, j]
    elif width > 1:
        numbers = numbers[j]
    return np.asarray(np.broadcast_to(numbers[..., 0], (rows,)))


def _number(values: Mapping[Source, Array], source: Source | None) -> float:
    assert source is not None
    return float(values[source].ravel()[0])


def _groups(sheet: Sheet, page: Page) -> None:
    for group, words in _HEADS.items():
        mine = [column for column in page.columns if column.group == group and column.column >= LEFT]
        taken = [column.column + j for column in mine for j in range(column.width)]
        for k, place in enumerate(sorted(taken)):
            sheet.text(page.top - 3, place, words if k == 0 else "", "group")
    if page.placed:
        sheet.text(page.top - 3, LEFT, "paths: probability, and what is met on each", "group")


def _layout(sheet: Sheet, page: Page) -> None:
    worksheet = sheet.worksheet
    sheet.width(0, 0, 7 if page.rows else 3)
    sheet.width(1, 1, 40)
    sheet.width(2, 2, 17)
    sheet.width(3, 3, 10)
    sheet.width(4, 4, 46)
    sheet.width(5, 5, 2)
    last = max(
        [column.column + column.width for column in page.columns] + [one.column + 1 for one in page.placed],
        default=LEFT,
    )
    sheet.width(LEFT, max(last, LEFT + 1), 14)
    if page.placed:
        sheet.width(LEFT, LEFT, 34)
    if page.columns:
        sheet.height(page.top - 1, 62)
    worksheet.freeze_panes(page.top - 1, 1)  # what is written in the model may scroll away
    worksheet.repeat_rows(page.top - 3, page.top - 1)
    worksheet.repeat_columns(0)
    bottom = max([one.row for one in page.scalars] + [one.row for one in page.placed], default=page.top)
    right = max(last - 1, 4)
    letters = sum(sheet.widths.get(column, 9.0) for column in range(right + 1))
    wide = max(1, round(letters / _PAGE))
    printed = min(page.rows, max(1, _PAGES // wide) * _PAGE_ROWS)
    worksheet.print_area(0, 0, max(bottom, page.top + printed - 1), right)
    worksheet.fit_to_pages(wide, 0)
    if printed < page.rows:
        sheet.text(1, LEFT, f"Printed: rows 0 to {printed - 1}; change the print area for more.", "one line")
