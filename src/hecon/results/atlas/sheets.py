"""All tables of the atlas by the name of their sheet, and the short table of the README."""

from collections.abc import Sequence

from hecon.digits import money_text
from hecon.grid import Cell, Column, Grid, Interval
from hecon.results.atlas.atlas import Atlas
from hecon.results.atlas.comparison import Comparison
from hecon.results.atlas.headroom import headroom_grid
from hecon.results.atlas.tables import decisions, gains, horizons, lost_work, payback, published, summary
from hecon.results.atlas.waterfall import provenance, waterfall
from hecon.results.headroom.grids import overview


def atlas_grids(atlas: Atlas) -> dict[str, Grid]:
    """Every table of the atlas by the name of its sheet.

    >>> list(atlas_grids(Atlas()))[:3]
    ['Summary', 'Waterfall', 'Horizons']
    """
    found = atlas.comparisons
    return {
        "Summary": summary(found),
        "Waterfall": waterfall(found),
        "Horizons": horizons(found),
        "Lost work": lost_work(found),
        "Payback": payback(found),
        "Decision": decisions(found),
        "QALYs": gains(found),
        "Headroom": headroom_grid(atlas.headroom),
        "Headroom by product": overview(atlas.products),
        "Evidence": published(found),
        "Provenance": provenance(found),
    }


def short_table(found: Sequence[Comparison]) -> Grid:
    """The README's table: a row per comparison, every cell a text.

    >>> short_table([]).rows
    ()
    """
    names = (
        "Comparison", "Money", "Extra upfront (with not separable)", "Side effects",
        "Lost work: illness / friction / human capital", "Subsequent treatment, of which cell therapy", "QALYs", "Per QALY",
        "P(full payback through both)",
    )  # fmt: skip
    columns = tuple(Column(name, name) for name in names)
    whole = summary(found)
    place = {column.name: k for k, column in enumerate(whole.columns)}
    rows = []
    for row in whole.rows:
        cell = {name: _text(row[k], 2 if name == "qalys" else 0) for name, k in place.items()}
        lump = "" if cell["upfront_lump"] == "no lump" else f" ({cell['upfront_lump']})"
        works = [cell[f"work_{method}"] for method in ("illness", "friction", "human_capital")]
        work = works[0] if len(set(works)) == 1 else " / ".join(works)
        later = f", {cell['later_cells']}" if cell["later_cells"] not in ("none counted", "+0") else ""
        rows.append((
            cell["comparison"], cell["money"], cell["upfront"] + lump, cell["side_effects"], work, cell["subsequent"] + later,
            cell["qalys"], cell["icer"], cell["p_both"],
        ))  # fmt: skip
    return Grid("short", "Does it pay back?", columns, tuple(rows))


def _text(cell: Cell, decimals: int) -> str:
    if isinstance(cell, Interval):
        return f"{cell.mean:+z,.2f}" if decimals else money_text(cell.mean, "+")
    return str(cell)
