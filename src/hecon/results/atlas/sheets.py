"""All tables of the atlas by the name of their sheet, and the short table of the README."""

from collections.abc import Sequence

from hecon.digits import money_text
from hecon.grid import Cell, Column, Grid, Interval
from hecon.results.atlas.causes import Bar
from hecon.results.atlas.comparison import Comparison, only
from hecon.results.atlas.tables import decisions, gains, horizons, lost_work, payback, published, summary
from hecon.results.atlas.waterfall import MONEY, WHICH, provenance, waterfall


def atlas_grids(found: Sequence[Comparison]) -> dict[str, Grid]:
    """Every table of the atlas by the name of its sheet.

    >>> list(atlas_grids([]))[:3]
    ['Summary', 'Waterfall', 'Horizons']
    """
    return {
        "Summary": summary(found),
        "Waterfall": waterfall(found),
        "Horizons": horizons(found),
        "Lost work": lost_work(found),
        "Payback": payback(found),
        "Decision": decisions(found),
        "QALYs": gains(found),
        "Headroom": headroom(found),
        "Evidence": published(found),
        "Provenance": provenance(found),
    }


def headroom(found: Sequence[Comparison]) -> Grid:
    """A row per exploratory comparison: what would have to be true; no ratio is a finding there."""
    columns = (
        WHICH, MONEY, Column("product", "Product per patient", 0), Column("gain", "QALYs gained, as assumed", 3),
        Column("required", "QALYs required at today's price", 3), Column("wtp", "Threshold", 0), Column("price", "Price now", 0),
        Column("worth", "Price at which it is worth it"), Column("opponent", "First objection"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        if one.exploratory:
            choice = one.decision
            made = one.base.difference(only(Bar("product")))
            worth = (
                choice.no_price
                if choice.worth is None
                else money_text(choice.worth)
                if choice.worth >= 0
                else "not even at 0"
            )
            rows.append((
                one.name, one.money.own, float(made.mean()), choice.inc_effect, choice.required, choice.wtp, choice.price, worth,
                one.about.opponent,
            ))  # fmt: skip
    note = "In each case's own money. What a product of which little is known would need; no ICER is given, for it would be no finding."
    return Grid("headroom", "Headroom: what would have to be true", columns, tuple(rows), note)


def short_table(found: Sequence[Comparison]) -> Grid:
    """The README's table: a row per comparison that is no exploration, every cell a text.

    >>> short_table([]).rows
    ()
    """
    names = (
        "Comparison", "Money", "Extra upfront (with not separable)", "Side effects", "Lost work: illness / friction / human capital",
        "Subsequent treatment, of which cell therapy", "QALYs", "Per QALY", "P(full payback through both)",
    )  # fmt: skip
    columns = tuple(Column(name, name) for name in names)
    whole = summary([one for one in found if not one.exploratory])
    place = {column.name: k for k, column in enumerate(whole.columns)}
    rows = []
    for row in whole.rows:
        cell = {name: _text(row[k], 2 if name == "qalys" else 0) for name, k in place.items()}
        lump = "" if cell["upfront_lump"] == "no lump" else f" ({cell['upfront_lump']})"
        work = " / ".join(cell[f"work_{method}"] for method in ("illness", "friction", "human_capital"))
        later = f", {cell['later_cells']}" if cell["later_cells"] != "none counted" else ""
        rows.append((
            cell["comparison"], cell["money"], cell["upfront"] + lump, cell["side_effects"], work, cell["subsequent"] + later,
            cell["qalys"], cell["icer"], cell["p_both"],
        ))  # fmt: skip
    return Grid("short", "Does it pay back?", columns, tuple(rows))


def _text(cell: Cell, decimals: int) -> str:
    if isinstance(cell, Interval):
        return f"{cell.mean:+z,.2f}" if decimals else money_text(cell.mean, "+")
    return str(cell)
