"""The draws that a twin keeps on PSA_draws, read back, for a PSA whose draws were made elsewhere and cannot be made again."""

from pathlib import Path
from typing import TYPE_CHECKING

from hecon.inputs.draws import Draws
from hecon.workbook.sheets.psa_cells import DRAWS, FIRST
from hecon.workbook.xlsx.package import read_package

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def kept_draws(path: str | Path, book: "Book", count: int) -> Draws | None:
    """The draws of a twin's PSA, of the inputs its model uses; None where it keeps fewer than the `count` that were run.

    Raises:
        InputError: a file that is no workbook; a name that is no input of the book; a cell without a number.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> with TemporaryDirectory() as folder:
    ...     workbook = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     sheet = workbook.add_worksheet(DRAWS)
    ...     _ = sheet.write_row(FIRST - 1, 0, ["draw", "fee"]), sheet.write_column(FIRST, 1, [2.0, 3.5])
    ...     workbook.close()
    ...     draws = kept_draws(f"{folder}/demo.xlsx", make_book("demo", [Parameter(name="fee", value=2.0)]), 2)
    >>> draws["fee"].tolist(), draws.method
    ([2.0, 3.5], 'external')
    """
    package = read_package(path)
    cells = package.sheets.get(DRAWS)
    if cells is None or len(cells.numbers) < FIRST + count:
        return None
    head = {column: word for (row, column), word in cells.words.items() if row == FIRST - 1 and column > 0}
    columns = sorted(head)
    values = cells.numbers[FIRST : FIRST + count, columns].T
    return Draws(book, tuple(head[column] for column in columns), values, "external")
