"""The certificate of a model as a sheet: put into the case's executable workbook, or a workbook of its own."""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap

from hecon.errors import InputError
from hecon.files import whole_file
from hecon.grid import SHEET, Grid, flat, on
from hecon.report.values_workbook import write_grids
from hecon.verification.certificate import Certificate
from hecon.workbook.read_back.read_back import is_executable, read_facts
from hecon.workbook.sheets.stamped import VERIFICATION, put_in

_WIDTHS = (16, 30, 20, 44, 44, 80)  # letters of the columns of the tests; findings have two columns more
_MORE = (30, 30)


def write_sheet(certificate: Certificate, path: str | Path) -> Path:
    """Write the certificate as the sheet Verification; returns the path.

    Where the file is an executable workbook of the same inputs, the sheet is put into it as its last, in place of an earlier
    one, and nothing else in it changes. Where there is no file, a workbook with the sheet alone is written.

    Raises:
        InputError: a name that does not end in .xlsx; a file that is no executable workbook, or one of other inputs.

    >>> write_sheet(Certificate("demo", "", "abc", 200, ()), "demo.csv")
    Traceback (most recent call last):
    hecon.errors.InputError: demo.csv: a workbook's name ends in .xlsx
    """
    target = ready(path)
    if not target.exists():
        write_grids(target, {VERIFICATION.sheet: certificate.grid(), "Findings": certificate.findings_grid()})
        return target
    inputs = read_facts(target).get("Fingerprint of the inputs", "")
    if inputs != certificate.inputs:
        raise InputError(
            f"{target}: is of inputs {inputs[:12] or 'it does not name'}; the certificate is of inputs {certificate.inputs[:12]}. "
            "Write the workbook anew (hecon twin)"
        )
    with whole_file(target) as draft:
        put_in(target, draft, VERIFICATION, _rows(certificate), (*_WIDTHS, *_MORE))
    return target


def ready(path: str | Path) -> Path:
    """The path, once it is known that a sheet may be written there.

    Raises:
        InputError: as `write_sheet`, but for the inputs.

    >>> ready("demo.xlsx").name
    'demo.xlsx'
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise InputError(f"{path}: a workbook's name ends in .xlsx")
    if target.exists() and not is_executable(target):
        raise InputError(f"{path}: is there already and is no executable workbook that hecon wrote; give another name")
    return target


def _rows(certificate: Certificate) -> list[Sequence[str]]:
    """Title, what it is about, a row per test, a row per finding; long words go on in the row below."""
    grids = (certificate.grid(), certificate.findings_grid())
    head: list[Sequence[str]] = [(certificate.title,), *((what, "", words) for what, words in certificate.facts())]
    return head + [line for grid in grids for line in [(), (grid.title,), *_lines(grid)]]


def _lines(grid: Grid) -> list[Sequence[str]]:
    columns, rows = flat(on(grid, SHEET))
    widths = (*_WIDTHS, *_MORE)
    texts = [[column.heading for column in columns], *([str(cell or "") for cell in row] for row in rows)]
    cells = ([wrap(text, width) or [""] for text, width in zip(row, widths, strict=False)] for row in texts)
    return [line for row in cells for line in zip_longest(*row, fillvalue="")]
