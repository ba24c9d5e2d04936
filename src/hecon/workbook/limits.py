"""What a workbook can bear: refusals of what is too large, with the numbers and a remedy."""

from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import HeconError
from hecon.workbook.sheets.psa_cells import PsaCells

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin

MOST_FORMULAS, MOST_CYCLES, MOST_BYTES = 500_000, 3_200, 20_000_000


def refuse_the_large(twin: "Twin", cells: PsaCells | None) -> None:
    """Refuse what a workbook cannot bear, before anything is written.

    Raises:
        HeconError: over 500,000 formulas or 3,200 cycles.
    """
    count = sum(
        sum(column.width for column in page.columns) * page.rows + len(page.scalars) for page in twin.pages.values()
    )
    if cells is not None:
        count += cells.n * (2 * cells.strategies + 1)
    cycles = max((page.rows - 1 for page in twin.pages.values()), default=0)
    if count > MOST_FORMULAS:
        raise HeconError(
            f"the workbook would hold {count:,} formulas, more than {MOST_FORMULAS:,}: lengthen the cycle, shorten the horizon"
            " or the tunnels, write fewer strategies, or store fewer draws"
        )
    if cycles > MOST_CYCLES:
        raise HeconError(
            f"the workbook would hold {cycles:,} cycles, more than {MOST_CYCLES:,}: lengthen the cycle or shorten the horizon"
        )


def refuse_the_heavy(path: Path) -> None:
    """Refuse a file of over 20 MB, which mail and virus scanners would not let through.

    Raises:
        HeconError: its size and what makes it smaller.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with Path(folder, "demo.xlsx").open("wb") as file:
    ...         _ = file.truncate(25_000_000)
    ...     refuse_the_heavy(Path(folder, "demo.xlsx"))
    Traceback (most recent call last):
    hecon.errors.HeconError: the workbook has 25.0 MB, more than 20: store fewer draws or lengthen the cycle
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise HeconError(
            f"the workbook has {size / 1e6:.1f} MB, more than {MOST_BYTES / 1e6:.0f}: store fewer draws or lengthen the cycle"
        )
