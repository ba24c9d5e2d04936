"""The values workbook: a study's tables as an .xlsx with a sheet per table, numbers only, nothing to recalculate.

Every text is written as a text cell, so that no label can become a formula or a link.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any

from hecon.digits import number_text
from hecon.files import whole_file
from hecon.grid import SHEET, Column, Flat, Grid, flat, on
from hecon.results.analysis import Analysis
from hecon.results.checks import checks_grid
from hecon.results.layouts.decision import incremental_by_basis, pairwise_by_basis, psa_summary
from hecon.results.layouts.inputs import parameters_grid
from hecon.results.layouts.lost_work import lost_work_by_basis
from hecon.results.layouts.totals import by_perspective, cost_by, items, results

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_WIDEST = 72  # characters
_LINE = 15  # points of a line


def study_grids(study: Analysis) -> dict[str, Grid]:
    """Every table of a study by the name of its sheet.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> list(study_grids(study))[:4]
    ['Results', 'By category', 'By sector', 'By perspective']
    """
    lost_work = lost_work_by_basis(study)
    return {
        "Results": results(study),
        "By category": cost_by(study, "category"),
        "By sector": cost_by(study, "sector"),
        "By perspective": by_perspective(study),
        **({"Lost work": lost_work} if lost_work else {}),
        "Incremental": incremental_by_basis(study),
        "Pairwise": pairwise_by_basis(study),
        **({"PSA summary": psa_summary(study)} if study.settings.net_benefit else {}),
        "Items": items(study),
        **({"Parameters": parameters_grid(study.book)} if study.book else {}),
        "Checks": checks_grid(study.base),
    }


def write_tables(study: Analysis, path: str | Path) -> None:
    """Write every table of a study as an .xlsx of values, a sheet per table.

    >>> import tempfile
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> path = Path(tempfile.mkdtemp()) / "tables.xlsx"
    >>> write_tables(study, path)
    >>> import openpyxl
    >>> openpyxl.load_workbook(path)["Incremental"]["G6"].value
    2
    """
    write_grids(path, study_grids(study))


def write_grids(path: str | Path, grids: Mapping[str, Grid]) -> None:
    """Write grids as sheets of a workbook: title, note, header, rows; the same bytes each time.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "tables.xlsx"
    >>> write_grids(path, {"S": Grid("s", "Title", (Column("a", "A"), Column("b", "B", 0)), (("=1+1", 2.0),))})
    >>> import openpyxl
    >>> sheet = openpyxl.load_workbook(path)["S"]
    >>> sheet["A5"].value, sheet["A5"].data_type, sheet["B5"].value
    ('=1+1', 's', 2)
    """
    import xlsxwriter

    made = BytesIO()
    with xlsxwriter.Workbook(made, _OPTIONS) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1)})  # the run's date is in run.json
        formats: dict[int | None, Any] = {
            decimals: workbook.add_format({"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")})
            for decimals in (0, 2, 3, 4)
        }
        bold = workbook.add_format({"bold": True})
        header = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for name, grid in grids.items():
            sheet = workbook.add_worksheet(name)
            sheet.write_string(0, 0, grid.title, bold)
            sheet.write_string(1, 0, grid.note.replace("\n", "; "))
            columns, rows = flat(on(grid, SHEET))
            widths = [_width(column, [row[k] for row in rows]) for k, column in enumerate(columns)]
            for k, (column, width) in enumerate(zip(columns, widths, strict=True)):
                sheet.write_string(3, k, column.heading, header)
                sheet.set_column(k, k, width)
            lines = (len(wrap(column.heading, width)) for column, width in zip(columns, widths, strict=True))
            sheet.set_row(
                3, _LINE * max(lines, default=1)
            )  # a reader that does not fit rows to wrapped heads shows them whole
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(3)
            for r, row in enumerate(rows, start=4):
                for k, cell in enumerate(row):
                    _write(sheet, r, k, cell, formats.get(columns[k].decimals))
            sheet.freeze_panes(4, 2)
    with whole_file(path) as draft:
        draft.write_bytes(made.getvalue())


def _write(sheet: Any, row: int, column: int, cell: Flat, number_format: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell, number_format)


def _width(column: Column, cells: Sequence[Flat]) -> int:
    texts = [
        cell if isinstance(cell, str) else "" if cell is None else number_text(cell, column.decimals) for cell in cells
    ]
    words = max((len(word) for word in column.heading.split()), default=0)
    return min(_WIDEST, max([words, *map(len, texts)]) + 2)
