"""The atlas as files: one HTML page and one workbook of values, both of the same comparisons; and the README's table."""

from pathlib import Path

from hecon.files import whole_file
from hecon.report.html.atlas_page import atlas_page
from hecon.report.markdown import grid_table
from hecon.report.values_workbook import write_grids
from hecon.results.atlas.atlas import Atlas
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
    """The README's table as Markdown: a row per comparison.

    >>> readme_table(Atlas())
    ''
    """
    return grid_table(short_table(atlas.comparisons))
