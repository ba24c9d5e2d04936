"""Rows with addresses, whatever the file: a folder of CSV files and a workbook with a sheet per file read alike.

Cells are text here; what they mean is decided in `reading`.
"""

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.tables.cells import cell_text, letter
from hecon.inputs.tables.csv_file import Sheet, as_sheet, csv_grid
from hecon.inputs.tables.workbook_size import refuse_the_huge


def read_sheets(path: Path, skip: Sequence[str] = ()) -> dict[str, Sheet]:
    r"""All sheets of a folder of CSV files or of an .xlsx workbook, by name, but for those in `skip`.

    Raises InputError when nothing is there, a file cannot be read, or a sheet's shape is wrong; all faults at once.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "parameters.csv").write_text("name,value\nprice,5\n")
    ...     read_sheets(Path(folder))["parameters"].rows[0].address("value")
    'parameters!B2'
    """
    if path.is_dir():
        files = sorted(
            one for one in path.glob("*.csv") if not one.name.startswith((".", "~")) and one.stem not in skip
        )
        if not files:
            raise InputError(f"{path}: holds no CSV files; it needs at least parameters.csv")
        grids: dict[str, list[list[str]]] = {}
        faults = []
        for file in files:
            try:
                grids[file.stem] = csv_grid(file, file.stem)
            except InputError as error:
                faults.append(Fault(file.name, str(error)))
    elif path.exists():
        grids, faults = _read_workbook(path, skip)
    else:
        beside = [one.name for one in path.parent.glob("*")] if path.parent.is_dir() else []
        raise InputError(f"{path}: not found{nearest(path.name, beside)}")
    sheets = {}
    for name, grid in grids.items():
        sheets[name], more = as_sheet(name, grid)
        faults += more
    raise_faults(faults, InputError, str(path))
    return sheets


_MOST_BYTES = 100_000_000  # of a workbook of inputs, unpacked; each is then some 10 bytes of memory


def _read_workbook(path: Path, skip: Sequence[str]) -> tuple[dict[str, list[list[str]]], list[Fault]]:
    """Stored values of every sheet; a formula without one (never calculated) is a fault, not a blank."""
    from openpyxl import load_workbook

    refuse_the_huge(path, most_bytes=_MOST_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles and validations it does not keep
            books = [load_workbook(path, read_only=True, data_only=stored) for stored in (True, False)]
            grids = [
                {one.title: list(one.iter_rows(values_only=True)) for one in book.worksheets if one.title not in skip}
                for book in books
            ]
            for book in books:
                book.close()
    except Exception as error:  # openpyxl lets through whatever a damaged file makes zipfile or the XML parser raise
        raise InputError(
            f"{path}: cannot be read as a workbook ({error}); save it as .xlsx, or give a folder of CSV files"
        ) from None
    values, formulas = grids
    faults = []
    for name, grid in formulas.items():
        for i, j, formula in _cells(grid):
            if isinstance(formula, str) and formula.startswith("=") and values[name][i][j] is None:
                text = "holds a formula that was never calculated; open the workbook in Excel and save it"
                faults.append(Fault(f"{name}!{letter(j)}{i + 1}", text))
    return {name: [[cell_text(cell) for cell in row] for row in grid] for name, grid in values.items()}, faults


def _cells(grid: Iterable[Sequence[Any]]) -> Iterable[tuple[int, int, Any]]:
    return ((i, j, cell) for i, row in enumerate(grid) for j, cell in enumerate(row))
