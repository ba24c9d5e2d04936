"""The atlas as files: one HTML page and one workbook of values, both from the same comparisons."""

from collections.abc import Sequence
from pathlib import Path

from hecon.files import whole_file
from hecon.report.html.atlas_page import atlas_page
from hecon.report.values_workbook import write_grids
from hecon.results.atlas.build import Choices
from hecon.results.atlas.comparison import Comparison
from hecon.results.atlas.sheets import atlas_grids


def write_atlas(found: Sequence[Comparison], choices: Choices, folder: Path) -> tuple[Path, Path]:
    """Write atlas.html and atlas.xlsx into a folder; their paths.

    Raises:
        HeconError: what writing raises; a file is whole or as it was.
    """
    page, workbook = folder / "atlas.html", folder / "atlas.xlsx"
    text = atlas_page(found, choices)
    write_grids(workbook, atlas_grids(found))
    with whole_file(page) as draft:
        draft.write_text(text, encoding="utf-8")
    return page, workbook
