"""A folder of inputs as one workbook and back, for those who edit in a spreadsheet and those who compare text.

Written beside their target and then moved, so that an interrupted run leaves nothing half-done.
"""

import csv
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

from hecon.errors import InputError
from hecon.files import whole_file, whole_folder
from hecon.inputs.tables.cells import escape, is_number
from hecon.inputs.tables.csv_file import Sheet
from hecon.inputs.tables.sheets import read_sheets

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_CODE = re.compile(r"0[0-9]")  # such as 007: an identifier, not a number


class _Exact(float):
    """A float that is written with all its digits; XlsxWriter asks for 16, which is one too few to give it back."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def pack(folder: str | Path, workbook: str | Path) -> Path:
    r"""The CSV files of `folder` as sheets of `workbook` (.xlsx), in alphabetical order but parameters first.

    Texts stay texts, numbers written as such become numbers; the same folder gives the same bytes. Returns the path.
    Raises InputError as reading does, and for a name that Excel does not take for a sheet.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as there:
    ...     _ = Path(there, "parameters.csv").write_text("name,value,provenance\nprice,5,assumption\n")
    ...     book = pack(there, Path(there, "demo.xlsx"))
    ...     read_sheets(book)["parameters"].rows[0].text("value")
    '5'
    """
    import xlsxwriter

    folder, workbook = Path(folder), Path(workbook)
    if not folder.is_dir():
        raise InputError(f"{folder}: is not a folder of CSV files")
    if workbook.suffix.lower() != ".xlsx":
        raise InputError(f"{workbook}: a workbook's name ends in .xlsx")
    sheets = read_sheets(folder)
    long = [name for name in sheets if len(name) > 31]
    if long:
        raise InputError(f"{folder}: Excel takes 31 letters for a sheet's name; shorten {', '.join(long)}.csv")
    with whole_file(workbook) as draft:
        made = BytesIO()
        book = xlsxwriter.Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"created": datetime(2000, 1, 1)})
        bold = book.add_format({"bold": True, "bottom": 1})
        for name in sorted(sheets, key=lambda name: (name != "parameters", name)):
            _write_sheet(book.add_worksheet(name), sheets[name], bold)
        book.close()
        draft.write_bytes(made.getvalue())
    return workbook


def unpack(workbook: str | Path, folder: str | Path) -> Path:
    r"""The sheets of `workbook` as CSV files (UTF-8, text that a spreadsheet would run is escaped) in `folder`.

    The folder appears, or is replaced, whole; other files that an existing one holds stay.
    Returns the folder. Raises InputError as reading does, when the folder holds a CSV file that the
    workbook lacks, and for a sheet whose name cannot be a file's.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as there:
    ...     _ = Path(there, "parameters.csv").write_text("name,value,provenance\nprice,5,assumption\n")
    ...     out = unpack(pack(there, Path(there, "demo.xlsx")), Path(there, "again"))
    ...     (out / "parameters.csv").read_text()
    'name,value,provenance\nprice,5,assumption\n'
    """
    workbook, folder = Path(workbook), Path(folder)
    if workbook.is_dir():
        raise InputError(f"{workbook}: is a folder, not a workbook")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder to write")
    if folder.exists() and Path.cwd().is_relative_to(folder.resolve()):
        raise InputError(
            f"{folder}: is the current folder or above it, which cannot be replaced; run this from elsewhere"
        )
    sheets = read_sheets(workbook)
    odd = [name for name in sheets if not re.fullmatch(r"\w[\w -]*", name)]
    if odd:
        raise InputError(f"{workbook}: a sheet's name becomes a file's; use letters and digits in {', '.join(odd)}")
    left = sorted(file.name for file in folder.glob("*.csv") if file.stem not in sheets)
    if left:
        raise InputError(f"{folder}: holds {', '.join(left)}, which {workbook.name} lacks; move or delete it first")
    with whole_folder(folder) as draft:
        if folder.is_dir():
            copytree(folder, draft, symlinks=True, dirs_exist_ok=True)
        for sheet in sheets.values():
            _write_csv(draft / f"{sheet.name}.csv", sheet)
    return folder


def _write_sheet(page: "Worksheet", sheet: Sheet, bold: object) -> None:
    page.freeze_panes(1, 1)
    for j, column in enumerate(sheet.columns):
        page.write_string(0, j, column, bold)
        longest = max((len(row.text(column)) for row in sheet.rows), default=0)
        page.set_column(j, j, min(max(len(column), longest, 8), 50) + 1)
    for i, row in enumerate(sheet.rows, start=1):
        for j, column in enumerate(sheet.columns):
            text = row.text(column)
            if is_number(text) and not _CODE.match(text):
                page.write_number(i, j, _Exact(text))
            elif text:
                page.write_string(i, j, text)


def _write_csv(file: Path, sheet: Sheet) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([escape(column) for column in sheet.columns])
        writer.writerows([escape(row.text(column)) for column in sheet.columns] for row in sheet.rows)
