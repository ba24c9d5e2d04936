"""The atlas as files: one HTML page and one workbook of values, both of the same comparisons; and the README's table."""

from collections.abc import Sequence
from pathlib import Path

from hecon.files import whole_file
from hecon.report.html.atlas_page import OTHERS, atlas_page
from hecon.report.markdown import plain, table
from hecon.report.values_workbook import write_grids
from hecon.results.atlas.atlas import Atlas
from hecon.results.atlas.comparison import Comparison
from hecon.results.atlas.sheets import atlas_grids, short_table


def write_atlas(atlas: Atlas, folder: Path) -> tuple[Path, Path]:
    """Write atlas.html and atlas.xlsx into a folder; their paths.

    Raises:
        HeconError: what writing raises; a file is whole or as it was.

    >>> import tempfile
    >>> [path.name for path in write_atlas(Atlas(), Path(tempfile.mkdtemp()))]
    ['atlas.html', 'atlas.xlsx']
    """
    page, workbook = folder / "atlas.html", folder / "atlas.xlsx"
    text = atlas_page(atlas)
    write_grids(workbook, atlas_grids(atlas))
    with whole_file(page) as draft:
        draft.write_text(text, encoding="utf-8")
    return page, workbook


def readme_table(atlas: Atlas) -> str:
    """The README's tables as Markdown: a row per comparison with a link to its case; those of no cell therapy apart.

    >>> readme_table(Atlas())
    ''
    """
    cells, others = ([one for one in atlas.comparisons if one.about.cells is wanted] for wanted in (True, False))
    parts = [_linked(cells), f"{OTHERS}:" if others else "", _linked(others)]
    return "\n\n".join(part for part in parts if part)


def _linked(found: Sequence[Comparison]) -> str:
    """A table whose first cells lead to the cases."""
    grid = short_table(found)
    rows = [[_link(one), *(plain(str(cell)) for cell in row[1:])] for one, row in zip(found, grid.rows, strict=True)]
    return table([column.heading for column in grid.columns], rows)


def _link(one: Comparison) -> str:
    pair, case = one.about.pair, one.about.case
    return f"[`{case}`](models/{case}/README.md): {plain(f'{pair.strategy} v {pair.reference}')}"
