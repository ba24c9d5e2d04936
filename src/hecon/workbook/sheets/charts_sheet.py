"""Charts: the cohort over time and the cost-effectiveness plane."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hecon.names import letters
from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.control import number
from hecon.workbook.sheets.psa_cells import FIRST, RESULTS
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin

SHEET = "Charts"
COLOURS = ("#4472C4", "#ED7D31", "#2E7D32", "#7030A0", "#00A0B0", "#7F7F7F")
PLANE = 2000  # points of the plane at most
_LEFT = 20  # the first column of the planes' numbers
_COSTS = {"num_format": "#,##0", "label_position": "low"}


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
        _finish(chart, page.title.lstrip("="), "Years" if column else "Cycle", "Share of the cohort", {"min": 0})
        sheet.worksheet.insert_chart(row, 0, chart)
        row += 22
    if plan.cells_of_psa is not None:
        row = _planes(pen, sheet, plan, row)
    sheet.width(0, 12, 12)
    sheet.worksheet.print_area(0, 0, row, 11)
    sheet.worksheet.fit_page = False
    sheet.worksheet.set_print_scale(80)
    sheet.worksheet.set_h_pagebreaks(list(range(2 + 22, row, 22)))


def _planes(pen: Pen, sheet: Sheet, plan: ResultsPlan, row: int) -> int:
    """Increments of at most 2,000 draws, live: of every strategy but the reference chosen on Control, in their order."""
    cells = plan.cells_of_psa
    assert cells is not None
    shown, pick = min(cells.n, PLANE), number("reference")
    others = [k for k in range(len(plan.strategies)) if k != plan.reference]
    for place, k in enumerate(others):
        x, y, ray, point = plane_columns(place)
        other = f"${letters(point)}$1"
        sheet.formula(0, point, f"IF({pick}<={place + 1},{place + 2},{place + 1})", k + 1.0, "count")
        sheet.formula(
            0, point + 1, f"INDEX({plan.span('label')},{other},1)", plan.strategies[k], "one line"
        )  # no formula above those of the draws
        heads = (f"Incremental {plan.gained}", "Incremental cost", "threshold", "", "deterministic", "")
        for column, words in enumerate(heads, start=x):
            sheet.text(1, column, words, "one line")
        for r in range(shown):
            n = FIRST + r + 1
            for at, first, values in (
                (x, cells.effect_column(0), cells.effects),
                (y, cells.cost_column(0), cells.cost),
            ):
                span = f"{RESULTS}!${letters(first)}{n}:${letters(first + cells.strategies - 1)}{n}"
                text = f"INDEX({span},1,{other})-INDEX({span},1,{pick})"
                sheet.formula(2 + r, at, text, float(values[k, r] - values[plan.reference, r]), "any")
        largest = max(0.0, float((cells.effects[k] - cells.effects[plan.reference])[:shown].max()))
        end = f"MAX(0,MAX({letters(x)}$3:{letters(x)}${2 + shown}))"
        for r, (text, value) in enumerate((("0", 0.0), (end, largest))):
            sheet.formula(2 + r, ray, text, value, "any")
            line = f"{letters(ray)}{3 + r}*{number('threshold')}"
            sheet.formula(2 + r, ray + 1, line, plan.wtp * value, "any")
        for column, what in ((point, "inc effect"), (point + 1, "inc cost")):
            text = f"INDEX({plan.span(what)},{other},1)"
            sheet.formula(1 + shown, column, text, _increment(plan, what, k), "any")  # LibreOffice draws row by row
        chart = pen.workbook.add_chart({"type": "scatter"})
        draw_planes(chart, shown, [(place, COLOURS[0], f"{shown:,} draws")])
        name = plane_title(place)
        _finish(chart, name, f"Incremental {plan.gained}", f"Incremental cost, {plan.money}", _COSTS)
        sheet.worksheet.insert_chart(row, 0, chart)
        row += 22
    return row


def plane_columns(place: int) -> tuple[int, int, int, int]:
    """Where a plane's numbers stand: columns of its effects, its costs, the first of its ray and of its point.

    >>> plane_columns(0)
    (20, 21, 22, 24)
    """
    x = _LEFT + 7 * place
    return x, x + 1, x + 2, x + 4


def plane_title(place: int) -> str:
    """The cell that names the strategy of a plane, as a chart takes it.

    >>> plane_title(0)
    '=Charts!$Z$1'
    """
    return f"={absolute(SHEET, 0, plane_columns(place)[3] + 1)}"


def draw_planes(chart: Any, shown: int, clouds: Sequence[tuple[int, str, str]]) -> None:
    """Add clouds of so many draws to a chart, each a place with its colour and name, the threshold's ray of each and, on top,
    the deterministic points, which stand in the row of the last draw.
    """
    for place, colour, name in clouds:
        x, y, *_ = plane_columns(place)
        marker = {"type": "circle", "size": 3, "fill": {"color": colour, "transparency": 55}, "border": {"none": True}}
        _points(chart, name, (2, 1 + shown), x, y, {"marker": marker})
    ray = {"marker": {"type": "none"}, "line": {"color": "#7F7F7F", "dash_type": "dash", "width": 1.25}}
    for place, *_ in clouds:
        column = plane_columns(place)[2]
        _points(chart, "threshold", (2, 3), column, column + 1, ray)
    for place, *_ in clouds:
        column = plane_columns(place)[3]
        marker = {"type": "diamond", "size": 10, "fill": {"color": "#C00000"}, "border": {"color": "#FFFFFF"}}
        _points(chart, "deterministic", (2, 1 + shown), column, column + 1, {"marker": marker})


def _points(chart: Any, name: str, rows: tuple[int, int], x: int, y: int, look: dict[str, Any]) -> None:
    first, last = rows
    across, up = ([SHEET, first, column, last, column] for column in (x, y))
    chart.add_series({"name": name, "categories": across, "values": up, **look})


def _increment(plan: ResultsPlan, what: str, k: int) -> float:
    values = plan.base.cost(plan.perspective)[:, 0] if what == "inc cost" else plan.effects
    return float(values[k] - values[plan.reference])


def _finish(chart: Any, title: str, x: str, y: str, axis: dict[str, Any]) -> None:
    chart.set_title({"name": title or " ", "name_font": {"size": 12}, "overlay": False})
    chart.set_x_axis({"name": x, "major_gridlines": {"visible": False}, "label_position": "low", "min": None})
    chart.set_y_axis({"name": y, **axis})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 820, "height": 410})
